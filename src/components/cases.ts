// QA: the children behind a number. The API answers, signs and audits; this page only asks, sorts and shows.
import {html} from "htl";
import type {MeasureDefinition, MeasureFile} from "../../etl/publish/published.ts";
import {caseTable} from "./case-table.js";
import {at, cases, me, type CasesAnswer, type Me} from "./data.js";
import {definition} from "./definition.js";
import {capital, count, dimensionText, few, month} from "./format.js";
import {faultWords, page, type Context} from "./page.js";

const filterable = ["team", "agency", "source", "locality"] as const;
const most = 20_000;

/** What the page asks for: its URL, with defaults filled in but never written back. */
export interface Query {
  measure: string;
  from: string;
  to: string;
  met: "" | "yes" | "no";
  filters: Record<string, string>;
}

interface Loaded {
  definitions: MeasureDefinition[];
  who: Me | null;
}

/** Reads the query from the URL; the measure and months default to the first measure and the run's default period. */
export function queryOf(search: string, defaults: {measure: string; from: string; to: string}): Query {
  const p = new URLSearchParams(search);
  const met = p.get("met");
  const aMonth = (name: string, or: string): string => (/^\d{4}-\d{2}$/.test(p.get(name) ?? "") ? (p.get(name) as string) : or);
  const filters: Record<string, string> = {};
  for (const [name, value] of p) if (!["measure", "from", "to", "met", "period", "id"].includes(name) && value) filters[name] = value;
  return {measure: p.get("measure") ?? defaults.measure, from: aMonth("from", defaults.from), to: aMonth("to", defaults.to), met: met === "yes" || met === "no" ? met : "", filters};
}

/** The query as the API and the URL take it. */
export function asParams(q: Query): URLSearchParams {
  const p = new URLSearchParams({measure: q.measure, from: q.from, to: q.to});
  if (q.met) p.set("met", q.met);
  for (const [name, value] of Object.entries(q.filters)) if (value) p.set(name, value);
  return p;
}

/** The page. */
export function casesPage(): HTMLElement {
  return page<Loaded>({
    filters: "none",
    load: async (context) => ({definitions: (await context.open.measures()).measures, who: await me().catch(() => null)}),
    view: casesView
  });
}

function casesView({definitions, who}: Loaded, context: Context): Node {
  const usable = definitions.filter((d) => d.status === "ok");
  const first = usable.find((d) => d.good !== "neutral") ?? usable[0];
  if (!first) return html`<p>No measure can be computed from what is loaded, so there is no case to list.</p>`;
  let q = queryOf(location.search, {measure: first.id, from: context.period.from, to: context.period.to});
  let asked: AbortController | null = null;

  const bar = html`<div></div>`;
  const answer = html`<div></div>`;
  const root = html`<div class="cases-page">${who && !who.roles.some((role) => role === "qa" || role === "analyst") ? html`<p class="intro">Your role shows figures, not children. Ask whoever runs this site for the QA role.</p>` : null}${bar}${answer}</div>`;
  addEventListener("popstate", () => {
    q = queryOf(location.search, {measure: first.id, from: context.period.from, to: context.period.to});
    void ask();
  });
  void ask();
  return root;

  function change(part: Partial<Query>): void {
    q = {...q, ...part};
    history.pushState(null, "", `?${asParams(q)}`);
    void ask();
  }

  async function ask(): Promise<void> {
    const def = definitions.find((d) => d.id === q.measure);
    const focus = document.activeElement?.id;
    const file = def?.status === "ok" ? await context.open.measure(q.measure).catch(() => null) : null;
    bar.replaceChildren(caseFilters(q, usable, file, context, change));
    if (focus) document.getElementById(focus)?.focus();
    if (!def) return void answer.replaceChildren(html`<p role="status">There is no measure ${q.measure} in this refresh. Choose another above.</p>`);
    asked?.abort();
    const mine = (asked = new AbortController());
    const patience = setTimeout(() => answer.replaceChildren(html`<p class="quiet" role="status">Fetching the cases of ${def.title}…</p>`), 300);
    try {
      const params = asParams(q);
      params.set("limit", String(most));
      const got = await cases(params, mine.signal);
      clearTimeout(patience);
      answer.replaceChildren(found(got, def, q, file));
    } catch (error) {
      clearTimeout(patience);
      if (mine.signal.aborted) return;
      const words = faultWords(error);
      const retry = html`<button type="button">Try again</button>`;
      retry.addEventListener("click", () => void ask());
      answer.replaceChildren(html`<section class="fault status"><h2>The cases did not arrive</h2><p>${words.text}</p><p>${retry}</p></section>`);
    }
  }
}

function namesOf(file: MeasureFile | null): Record<string, Record<string, string>> {
  const names: Record<string, Record<string, string>> = {};
  for (const g of file?.groups ?? []) (names[g.dimension] ??= {})[g.group] = g.label;
  return names;
}

function found(got: CasesAnswer, def: MeasureDefinition, q: Query, file: MeasureFile | null): HTMLElement {
  const bad = def.good === "low";
  const late = got.rows.filter((row) => row.met === bad).length;
  const saveCsv = html`<button type="button" class="plain">Download this list (CSV)</button>`;
  const trouble = html`<span role="status"></span>`;
  saveCsv.addEventListener("click", () => void saveList(q).catch((error: unknown) => (trouble.textContent = `The list was not saved: ${error instanceof Error ? error.message : String(error)}`)));
  return html`<div>
    <div class="case-tools"><p class="count" role="status">${capital(few(got.total))} ${got.total === 1 ? "case" : "cases"}${q.met ? (q.met === "yes" ? ", met" : ", not met") : ""}${got.rows.length < got.total ? `, the first ${count(got.rows.length)} shown` : ""}${!q.met && def.kind !== "count" && def.kind !== "duration" ? `; ${count(late)} to look at first` : ""}</p>${saveCsv}${trouble}</div>
    ${got.rows.length ? caseTable(got.rows, {bad, label: `Cases of ${def.title}, ${month(q.from)} to ${month(q.to)}`, childHref: null, names: namesOf(file), valueName: def.kind === "duration" ? capital(def.unit) : null}) : html`<p>No case matches these filters.</p>`}
    ${definition(def)}
  </div>`;
}

// The CSV comes from the API, which writes it to the audit trail, asked for by its own media type.
async function saveList(q: Query): Promise<void> {
  const response = await fetch(at(`api/cases?${asParams(q)}`), {headers: {accept: "text/csv"}, cache: "no-store"});
  if (!response.ok) throw new Error(`the server answered ${response.status}.`);
  const address = URL.createObjectURL(await response.blob());
  const anchor = html`<a href=${address} download=${`${q.measure}_${q.from}_${q.to}.csv`}></a>`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function caseFilters(q: Query, usable: MeasureDefinition[], file: MeasureFile | null, context: Context, change: (part: Partial<Query>) => void): HTMLElement {
  const families = [...new Set(usable.map((d) => d.family))];
  const measure = html`<select id="case-measure">${families.map((family) => html`<optgroup label=${capital(family)}>${usable.filter((d) => d.family === family).map((d) => html`<option value=${d.id} selected=${d.id === q.measure}>${d.id} ${d.title}</option>`)}</optgroup>`)}</select>` as HTMLSelectElement;
  measure.addEventListener("change", () => change({measure: measure.value, met: ""}));
  const months = context.run.months.map((m) => m.period);
  const pick = (name: "from" | "to"): HTMLElement => {
    const all = months.includes(q[name]) ? months : [...months, q[name]].sort();
    const select = html`<select id=${`case-${name}`}>${all.map((m) => html`<option value=${m} selected=${m === q[name]}>${month(m)}</option>`)}</select>` as HTMLSelectElement;
    select.addEventListener("change", () => change(name === "from" ? {from: select.value, to: q.to < select.value ? select.value : q.to} : {to: select.value, from: q.from > select.value ? select.value : q.from}));
    return html`<label for=${`case-${name}`}>${capital(name)}</label>${select}` as HTMLElement;
  };
  const met = html`<select id="case-met"><option value="" selected=${!q.met}>All cases</option><option value="no" selected=${q.met === "no"}>Not met</option><option value="yes" selected=${q.met === "yes"}>Met</option></select>` as HTMLSelectElement;
  met.addEventListener("change", () => change({met: met.value as Query["met"]}));
  const others = [...new Set([...filterable, ...Object.keys(q.filters)])].map((dimension) => {
    const groups = (file?.groups ?? []).filter((g) => g.dimension === dimension).map((g) => ({value: g.group, label: g.label}));
    const now = q.filters[dimension] ?? "";
    if (now && !groups.some((g) => g.value === now)) groups.unshift({value: now, label: now});
    if (!groups.length) return null;
    const select = html`<select id=${`case-${dimension}`}><option value="" selected=${!now}>Any</option>${groups.map((g) => html`<option value=${g.value} selected=${g.value === now}>${g.label}</option>`)}</select>` as HTMLSelectElement;
    select.addEventListener("change", () => change({filters: {...q.filters, [dimension]: select.value}}));
    return html`<span class="pair"><label for=${`case-${dimension}`}>${capital(dimensionText(dimension))}</label>${select}</span>`;
  });
  return html`<form class="filter-bar" aria-label="Which cases"><span class="pair"><label for="case-measure">Measure</label>${measure}</span><span class="pair">${pick("from")}</span><span class="pair">${pick("to")}</span><span class="pair"><label for="case-met">Result</label>${met}</span>${others}</form>`;
}
