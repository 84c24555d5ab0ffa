// QA: the children behind a number. The API answers, signs and audits; this page asks once for a measure and its months, then filters, sorts and shows.
import {html} from "./markup.js";
import type {MeasureDefinition} from "../../etl/publish/published.ts";
import {caseColumns} from "./case-columns.js";
import {filled, narrow, notRecorded, prepare, sorted, text, type CaseList} from "./case-list.js";
import {caseTable, type CaseTable, type Sort} from "./case-table.js";
import {at, caseList, me, readerOfCases, saveFrom, type Me} from "./data.js";
import {definition} from "./definition.js";
import {capital, count, day, dimensionText, month, shortDay} from "./format.js";
import {badOf} from "./late.js";
import {listNamed} from "./lists.js";
import {faultWords, page, type Context} from "./page.js";
import {beginWalk} from "./walk.js";
import {inWords, teamName} from "./relabel.js";

/** Dimensions that stand in the bar itself; the others wait behind "More filters". */
const first = ["team"];
const names = "frontdoor:case-columns";

/** What the page shows: its URL, with defaults filled in but never written back. */
export interface Query {
  measure: string;
  from: string;
  to: string;
  met: "" | "yes" | "no";
  due: "" | "late" | "soon";
  find: string;
  filters: Record<string, string>;
  sort: Sort;
}

interface Loaded {
  definitions: MeasureDefinition[];
  who: Me | null;
}

const lateFirst: Sort = {key: "late", direction: -1};
const ours = ["measure", "from", "to", "met", "due", "find", "sort", "period", "id"];

/** Reads the query from the URL; the measure and months default to the first measure and the run's default period. */
export function queryOf(search: string, defaults: {measure: string; from: string; to: string}): Query {
  const p = new URLSearchParams(search);
  const met = p.get("met");
  const due = p.get("due");
  const sort = /^(-?)([a-z_]+)$/.exec(p.get("sort") ?? "");
  const aMonth = (name: string, or: string): string => (/^\d{4}-\d{2}$/.test(p.get(name) ?? "") ? (p.get(name) as string) : or);
  const filters: Record<string, string> = {};
  for (const [name, value] of p) if (!ours.includes(name) && value) filters[name] = value;
  return {
    measure: p.get("measure") ?? defaults.measure,
    from: aMonth("from", defaults.from),
    to: aMonth("to", defaults.to),
    met: met === "yes" || met === "no" ? met : "",
    due: due === "late" || due === "soon" ? due : "",
    find: p.get("find") ?? "",
    filters,
    sort: sort && caseColumns.some((c) => c.key === sort[2]) ? {key: sort[2]!, direction: sort[1] ? -1 : 1} : lateFirst
  };
}

/** The query as the API takes it. */
export function asParams(q: Query): URLSearchParams {
  const p = new URLSearchParams({measure: q.measure, from: q.from, to: q.to});
  if (q.met) p.set("met", q.met);
  if (q.due) p.set("due", q.due);
  if (q.find.trim()) p.set("find", q.find.trim());
  for (const [name, value] of Object.entries(q.filters)) if (value) p.set(name, value);
  return p;
}

/** The query as the URL holds it: the API's, and what only this page knows. */
export function asAddress(q: Query, period: string | null): URLSearchParams {
  const p = asParams(q);
  if (q.sort.key !== lateFirst.key || q.sort.direction !== lateFirst.direction) p.set("sort", `${q.sort.direction === -1 ? "-" : ""}${q.sort.key}`);
  if (period) p.set("period", period);
  return p;
}

/** The page. */
export function casesPage(): HTMLElement {
  void readerOfCases().catch(() => undefined);
  return page<Loaded>({
    filters: "none",
    load: async (context) => {
      const [{measures}, who] = await Promise.all([context.open.measures(), me().catch(() => null)]);
      return {definitions: measures, who};
    },
    view: casesView
  });
}

/** A list that is no measure's, as a measure is told of; null where there is none of that id. */
export function listDefinition(id: string): MeasureDefinition | null {
  const list = listNamed(id);
  if (!list) return null;
  return {
    id, family: "lists", title: inWords(list.title), question: "Which cases are behind this number?", numerator: inWords(list.says), denominator: null, kind: "count", good: "neutral", unit: list.unit, counts: "case", category: list.category, completedVariant: false,
    rate: null, limit: null, target: null, comparators: [], sources: [], findings: [], requires: [], breakdowns: [], lookBackMonths: 0, sql: "", status: "ok", missing: []
  };
}

/** The month that a list of what runs now is asked for: that of the as-at date. */
const nowMonth = (q: Query, asAt: string): Query => (listNamed(q.measure)?.now ? {...q, from: asAt.slice(0, 7), to: asAt.slice(0, 7)} : q);

function casesView({definitions, who}: Loaded, context: Context): Node {
  const usable = definitions.filter((d) => d.status === "ok");
  const start = usable.find((d) => d.good !== "neutral") ?? usable[0];
  if (!start) return html`<p>No measure can be computed from what is loaded, so there is no case to list. <a href=${at("data/answers")}>What other exports would answer</a></p>`;
  const defaults = {measure: start.id, from: context.period.from, to: context.period.to};
  const read = (): Query => nowMonth(queryOf(location.search, defaults), context.run.asAt);
  const known = (id: string): MeasureDefinition | undefined => definitions.find((d) => d.id === id) ?? listDefinition(id) ?? undefined;
  let q = read();
  let period = new URLSearchParams(location.search).get("period");
  let asking: AbortController | null = null;
  /** What `list` was asked for: another measure, other months. */
  let asked = "";
  let list: CaseList | null = null;
  let order: {by: string; rows: Uint32Array} | null = null;
  let table: CaseTable | null = null;
  let bar: Bar | null = null;
  let words: Record<string, Record<string, string>> = {};

  const barRoom = html`<div></div>`;
  const tools = html`<div class="case-tools"></div>`;
  const answer = html`<div></div>`;
  const below = html`<div></div>`;
  const root = html`<div class="cases-page">${who && !who.roles.includes("qa") ? html`<p class="intro">Your role shows figures, not children. Ask whoever runs this site for the QA role.</p>` : null}${barRoom}${tools}${answer}${below}</div>`;
  addEventListener("popstate", () => {
    if (!root.isConnected) return;
    q = read();
    period = new URLSearchParams(location.search).get("period");
    void ask();
  });
  void ask();
  return root;

  function change(part: Partial<Query>, typing = false): void {
    if (part.from || part.to) period = null;
    q = nowMonth({...q, ...part}, context.run.asAt);
    const address = `?${asAddress(q, period)}`;
    // a search box would fill the history with letters
    if (typing) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
    void ask();
  }

  /** A child stands once in a list that counts children, and which of its cases stands for it depends on the filter: then the server filters. */
  function serverFilters(def: MeasureDefinition): Record<string, string> {
    const scope = who?.scope ? {[who.scope.dimension]: q.filters[who.scope.dimension] ?? who.scope.groups[0] ?? ""} : {};
    return def.counts === "child" ? {...scope, ...q.filters} : scope;
  }

  async function ask(): Promise<void> {
    const def = known(q.measure);
    if (!def) {
      tools.replaceChildren();
      return void answer.replaceChildren(html`<p role="status">There is no measure ${q.measure} in this refresh. Choose another above.</p>`);
    }
    const params = new URLSearchParams({measure: q.measure, from: q.from, to: q.to, ...serverFilters(def)});
    if (params.toString() === asked && list && !asking) return show(def);
    asking?.abort();
    const mine = (asking = new AbortController());
    const patience = setTimeout(() => answer.replaceChildren(html`<p class="quiet" role="status">Fetching the cases of ${def.title}…</p>`), 300);
    try {
      const [got, measureFile] = await Promise.all([caseList(params, mine.signal), def.status === "ok" && def.category && !listNamed(def.id) ? context.open.measure(q.measure).catch(() => null) : null]);
      if (asking !== mine) return;
      asking = null;
      asked = params.toString();
      words = {...got.words};
      // a category is a measure's own, and its names are published with its numbers
      for (const g of measureFile?.groups ?? []) words[g.dimension] = {...words[g.dimension], [g.group]: g.label};
      list = {...got.list, bad: badOf(def)};
      order = null;
      table = null;
      bar = null;
      show(def, got.total);
      const idle = typeof requestIdleCallback === "function" ? requestIdleCallback : (work: () => void) => setTimeout(work, 200);
      const ready = list;
      idle(() => prepare(ready));
    } catch (error) {
      if (asking === mine) asking = null;
      if (mine.signal.aborted) return;
      const said = faultWords(error);
      const retry = html`<button type="button">Try again</button>`;
      retry.addEventListener("click", () => void ask());
      tools.replaceChildren();
      answer.replaceChildren(html`<section class="fault status"><h2>The cases did not arrive</h2><p>${said.text}</p><p>${retry}</p></section>`);
      if (!bar) barRoom.replaceChildren((bar = filterBar(q, usable, emptyList, context, change)).element);
    } finally {
      clearTimeout(patience);
    }
  }

  function show(def: MeasureDefinition, total?: number): void {
    if (!list) return;
    const by = `${q.sort.direction}${q.sort.key}`;
    if (order?.by !== by) order = {by, rows: sorted(list, q.sort.key, q.sort.direction)};
    const {rows, groups} = narrow(list, order.rows, q);
    if (!bar) barRoom.replaceChildren((bar = filterBar(q, usable, list, context, change)).element);
    bar.update(q, groups, named);
    if (!table) {
      const made = list;
      table = caseTable({
        list,
        label: listNamed(def.id)?.now ? def.title : `Cases of ${def.title}, ${month(q.from)} to ${month(q.to)}`,
        childHref: (child, place) => `${at("qa/child")}?id=${encodeURIComponent(child)}&place=${place}`,
        opening: (place) => beginWalk({title: listNamed(def.id) ? def.title : `${def.id} ${def.title}`, back: location.href}, (i) => text(made, "child_id", shown[i]!), shown.length, place),
        named,
        headings: headingsOf(def),
        sort: q.sort,
        onSort: (sort) => change({sort})
      });
      table.choose(chosenColumns(list, usual(def)));
      countLine = html`<p class="count" role="status"></p>`;
      tools.replaceChildren(countLine, ...downloads(), columnChooser(list, usual(def), headingsOf(def), (keys) => table?.choose(keys)));
      answer.replaceChildren(table.element, none);
      below.replaceChildren(html`<p class="quiet keys">In the list: <kbd>↑</kbd> <kbd>↓</kbd> <kbd>Page Up</kbd> <kbd>End</kbd> walk, <kbd>Enter</kbd> opens the child, <kbd>C</kbd> copies the id. Days late and left are calendar days${list.soon ? `; the next five working days end on ${shortDay(list.soon)}` : ""}.${total !== undefined && total > list.rows ? ` Only the first ${count(list.rows)} of ${count(total)} cases fit; choose fewer months.` : ""}</p>`, listNamed(def.id) ? html`<p class="quiet">${def.numerator}.</p>` : definition(def));
    }
    shown = rows;
    table.show(rows, q.sort);
    none.hidden = rows.length > 0;
    table.element.hidden = rows.length === 0;
    countLine.textContent = countWords(rows, list);
  }

  function named(key: string, code: string): string {
    return words[key]?.[code] ?? (key === "team" ? teamName(code) : code);
  }

  function downloads(): HTMLElement[] {
    const trouble = html`<span role="status"></span>`;
    const button = (format: "xlsx" | "csv", name: string): HTMLElement => {
      const made = html`<button type="button" class="plain">${name}</button>`;
      made.addEventListener("click", () => {
        trouble.textContent = "Making the file…";
        void saveFrom(`api/cases?${asParams({...q, filters: {...(who?.scope ? {[who.scope.dimension]: who.scope.groups[0] ?? ""} : {}), ...q.filters}})}&format=${format}`, `${q.measure}_${q.from}_${q.to}.${format}`).then(
          () => (trouble.textContent = ""),
          (error: unknown) => (trouble.textContent = `The list was not saved: ${error instanceof Error ? error.message : String(error)}`)
        );
      });
      return made;
    };
    return [button("xlsx", "Download XLSX"), button("csv", "Download CSV"), trouble];
  }
}

let shown: Uint32Array = new Uint32Array(0);
let countLine: HTMLElement;
const none = html`<p class="nothing">No case matches these filters.</p>`;
const emptyList: CaseList = {rows: 0, columns: {}, asAt: "1970-01-01", soon: null, bad: null};

function countWords(rows: Uint32Array, list: CaseList): string {
  const met = list.columns.met;
  const failed = list.bad === null || met?.kind !== "flag" ? 0 : rows.reduce((n, row) => n + Number(met.values[row] === (list.bad ? 1 : 0)), 0);
  const of = rows.length < list.rows ? ` of ${count(list.rows)}` : "";
  return `${count(rows.length)}${of} ${rows.length === 1 && !of ? "case" : "cases"}${failed ? `; ${count(failed)} to look at first` : ""}. Data as at ${day(list.asAt)}`;
}

/** What "met" is in a measure of which less is better: being in its number. */
const metWords = (def: MeasureDefinition): {name: string; yes: string; no: string} => (def.kind === "percentage" && def.good !== "low" ? {name: "Met", yes: "Met", no: "Not met"} : {name: "In the number", yes: "In the number", no: "Not in it"});

const headingsOf = (def: MeasureDefinition): Record<string, string> => ({met: metWords(def).name, value: def.kind === "duration" ? capital(def.unit) : "Value", ...(def.category ? {category: def.category} : {})});

/** Usually shown: the value only where it is what the measure is made of. */
const usual = (def: MeasureDefinition) => (c: {key: string; shown: boolean}): boolean => (c.key === "value" ? ["duration", "mean", "agreement"].includes(def.kind) : c.key === "met" ? def.kind !== "count" : c.shown);

/** Columns that hold something, and of those the ones a person chose, or those usually shown. */
export function chosenColumns(list: CaseList, usually: (c: {key: string; shown: boolean}) => boolean = (c) => c.shown, kept: Record<string, boolean> = keptColumns()): string[] {
  return caseColumns.filter((c) => c.key === "child_id" || (isFilled(list, c.key) && (kept[c.key] ?? usually(c)))).map((c) => c.key);
}

const isFilled = (list: CaseList, key: string): boolean => filled(list, key === "late" ? "due_on" : key);

function keptColumns(): Record<string, boolean> {
  try {
    return JSON.parse(localStorage.getItem(names) ?? "{}") as Record<string, boolean>;
  } catch {
    return {};
  }
}

function columnChooser(list: CaseList, usually: (c: {key: string; shown: boolean}) => boolean, headings: Record<string, string>, choose: (keys: string[]) => void): HTMLElement {
  const now = chosenColumns(list, usually);
  const boxes = caseColumns.filter((c) => c.key !== "child_id" && isFilled(list, c.key)).map((c) => html`<label><input type="checkbox" value=${c.key} checked=${now.includes(c.key)}>${headings[c.key] ?? c.name}</label>`);
  const asUsual = html`<button type="button" class="plain">As usual</button>`;
  const panel = html`<details class="chooser"><summary>Columns</summary><fieldset><legend class="sr">Columns shown</legend>${boxes}${asUsual}</fieldset></details>`;
  const inputs = (): HTMLInputElement[] => [...panel.querySelectorAll("input")];
  const keep = (kept: Record<string, boolean>): void => {
    try {
      localStorage.setItem(names, JSON.stringify(kept));
    } catch {
      // A browser that keeps nothing still shows the choice until the page is left.
    }
    choose(chosenColumns(list, usually, kept));
  };
  panel.addEventListener("change", () => keep({...keptColumns(), ...Object.fromEntries(inputs().map((i) => [i.value, i.checked]))}));
  asUsual.addEventListener("click", () => {
    for (const input of inputs()) input.checked = caseColumns.some((c) => c.key === input.value && usually(c));
    keep({});
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    panel.removeAttribute("open");
    panel.querySelector("summary")?.focus();
  });
  return panel;
}

interface Bar {
  element: HTMLElement;
  update(q: Query, groups: Record<string, Map<string, number>>, named: (key: string, code: string) => string): void;
}

/** The filters: made once for a list, then brought up to date in place, so that nobody loses their place in them. */
function filterBar(q: Query, usable: MeasureDefinition[], list: CaseList, context: Context, change: (part: Partial<Query>, typing?: boolean) => void): Bar {
  let now = q;
  const ownList = listDefinition(q.measure);
  const chosen = usable.find((d) => d.id === q.measure) ?? ownList;
  const said = chosen ? metWords(chosen) : {yes: "Met", no: "Not met"};
  const families = [...new Set(usable.map((d) => d.family))];
  const measure = html`<select id="case-measure">${ownList ? html`<option value=${ownList.id} selected>${ownList.title}</option>` : null}${families.map((family) => html`<optgroup label=${capital(inWords(family.replaceAll("-", " ")))}>${usable.filter((d) => d.family === family).map((d) => html`<option value=${d.id} selected=${d.id === q.measure}>${d.id} ${d.title}</option>`)}</optgroup>`)}</select>` as HTMLSelectElement;
  measure.addEventListener("change", () => change({measure: measure.value, met: "", due: "", sort: lateFirst}));
  const months = context.run.months.map((m) => m.period);
  const pick = (name: "from" | "to"): HTMLSelectElement => {
    const all = months.includes(q[name]) ? months : [...months, q[name]].sort();
    const select = html`<select id=${`case-${name}`}>${all.map((m) => html`<option value=${m} selected=${m === q[name]}>${month(m)}</option>`)}</select>` as HTMLSelectElement;
    select.addEventListener("change", () => change(name === "from" ? {from: select.value, to: now.to < select.value ? select.value : now.to} : {to: select.value, from: now.from > select.value ? select.value : now.from}));
    return select;
  };
  const choice = (id: string, options: [string, string][], picked: (value: string) => void): HTMLSelectElement => {
    const select = html`<select id=${`case-${id}`}>${options.map(([value, words]) => html`<option value=${value}>${words}</option>`)}</select>` as HTMLSelectElement;
    select.addEventListener("change", () => picked(select.value));
    return select;
  };
  const met = choice("met", [["", "All"], ["no", said.no], ["yes", said.yes]], (value) => change({met: value as Query["met"]}));
  const due = choice("due", [["", "All"], ["late", "Late and waiting"], ["soon", "Due in 5 working days"]], (value) => change({due: value as Query["due"]}));
  const find = html`<input id="case-find" type="search" autocomplete="off" spellcheck="false" value=${q.find}>` as HTMLInputElement;
  find.addEventListener("input", () => change({find: find.value}, true));
  const dimensions = Object.entries(list.columns).flatMap(([key, c]) => (c.kind === "word" && !["reason", "review"].includes(key) && (c.words.length > 1 || q.filters[key]) ? [key] : []));
  for (const key of Object.keys(q.filters)) if (!dimensions.includes(key)) dimensions.push(key);
  const selects = new Map(dimensions.map((key) => [key, choice(key, [["", "Any"]], (value) => change({filters: {...now.filters, [key]: value}}))]));
  const pair = (name: string, id: string, control: Node): HTMLElement => html`<span class="pair"><label for=${`case-${id}`}>${name}</label>${control}</span>`;
  const others = dimensions.filter((d) => !first.includes(d));
  const more = html`<details class="more" open=${others.some((d) => q.filters[d])}><summary>More filters</summary><div>${others.map((d) => pair((d === "category" && chosen?.category) || capital(dimensionText(d)), d, selects.get(d)!))}</div></details>`;
  const clear = html`<button type="button" class="clear">Clear filters</button>`;
  clear.addEventListener("click", () => {
    find.value = "";
    change({met: "", due: "", find: "", filters: {}});
  });
  const hasClock = Boolean(list.columns.due_on && filled(list, "due_on"));
  const element = html`<form class="filter-bar case-bar" aria-label="Which cases">${pair("Measure", "measure", measure)}${ownList && listNamed(q.measure)?.now ? null : html.fragment`${pair("From", "from", pick("from"))}${pair("To", "to", pick("to"))}`}${pair("Result", "met", met)}${hasClock ? pair("Clock", "due", due) : null}${dimensions.filter((d) => first.includes(d)).map((d) => pair(capital(dimensionText(d)), d, selects.get(d)!))}${pair("Find an id", "find", find)}${others.length ? more : null}${clear}</form>`;
  element.addEventListener("submit", (event) => event.preventDefault());
  return {
    element,
    update(next, groups, named) {
      now = next;
      met.value = next.met;
      due.value = next.due;
      if (document.activeElement !== find) find.value = next.find;
      clear.hidden = !(next.met || next.due || next.find || Object.values(next.filters).some(Boolean));
      for (const [key, select] of selects) {
        const wanted = next.filters[key] ?? "";
        const counts = [...(groups[key] ?? new Map<string, number>())].filter(([group, n]) => n > 0 || group === wanted);
        if (wanted && !counts.some(([group]) => group === wanted)) counts.push([wanted, 0]);
        const options = counts.map(([group, n]) => ({group, words: `${group === notRecorded ? "Not recorded" : named(key, group)} (${count(n)})`})).sort((a, b) => Number(a.group === notRecorded) - Number(b.group === notRecorded) || a.words.localeCompare(b.words, "en-GB", {numeric: true}));
        select.replaceChildren(new Option("Any", ""), ...options.map(({group, words}) => new Option(words, group)));
        select.value = wanted;
      }
    }
  };
}
