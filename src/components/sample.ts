// QA: a sample of cases to audit: the same again from its seed, a share from every group, and what a size can tell. The server draws and audits; this page asks and shows.
import {html} from "./markup.js";
import type {MeasureDefinition} from "../../etl/publish/published.ts";
import {api, at, saveFrom} from "./data.js";
import {capital, count, dimensionText, month, shortDay} from "./format.js";
import {faultWords, page, type Context} from "./page.js";
import {dimensions} from "./state.js";
import {inWords, teamName} from "./relabel.js";

/** What GET /api/sample answers. */
export interface SampleAnswer {
  run: string;
  asAt: string;
  measure: string;
  size: number;
  seed: string;
  by: string;
  population: number;
  strata: {group: string; population: number; taken: number}[];
  rows: {case_id: string; child_id: string | null; counted_on: string; team: string | null; reason: string | null; [other: string]: string | number | boolean | null}[];
  precision: {size: number; found: {share: number; lower: number; upper: number}[]}[];
  domains: {code: string; label: string}[];
}

/** What is asked for: the page's URL. */
export interface SampleQuery {
  measure: string;
  from: string;
  to: string;
  met: "" | "yes" | "no";
  size: number;
  by: string;
  seed: string;
  domains: string[];
  /** Cases of one worker only, by the id that the records have; empty: all. */
  worker: string;
  /** Groups chosen elsewhere or here: dimension → group. */
  filters: Record<string, string>;
}

interface Loaded {
  definitions: MeasureDefinition[];
}

const domainsAtFirst = ["overall", "decision_rationale", "voice", "assessment_analysis"];

/** Reads the query from the URL. */
export function sampleQueryOf(search: string, defaults: {measure: string; from: string; to: string; seed: string}): SampleQuery {
  const p = new URLSearchParams(search);
  const size = Number(p.get("size"));
  const met = p.get("met");
  const aMonth = (name: string, or: string): string => (/^\d{4}-\d{2}$/.test(p.get(name) ?? "") ? (p.get(name) as string) : or);
  return {
    measure: p.get("measure") ?? defaults.measure,
    from: aMonth("from", defaults.from),
    to: aMonth("to", defaults.to),
    met: met === "yes" || met === "no" ? met : "",
    size: Number.isInteger(size) && size > 0 && size < 1000 ? size : 30,
    by: p.get("by") ?? "team",
    seed: p.get("seed") || defaults.seed,
    domains: p.get("domains")?.split(",").filter(Boolean) ?? domainsAtFirst,
    worker: p.get("worker") ?? "",
    filters: Object.fromEntries(dimensions.flatMap((d) => (p.get(d) ? [[d, p.get(d)!]] : [])))
  };
}

/** The query as the API and the URL take it. */
export function sampleParams(q: SampleQuery): URLSearchParams {
  const p = new URLSearchParams({measure: q.measure, from: q.from, to: q.to, size: String(q.size), by: q.by, seed: q.seed, domains: q.domains.join(",")});
  if (q.met) p.set("met", q.met);
  if (q.worker.trim()) p.set("worker", q.worker.trim());
  for (const [dimension, group] of Object.entries(q.filters)) if (group) p.set(dimension, group);
  return p;
}

/** The page. */
export function samplePage(): HTMLElement {
  return page<Loaded>({filters: "none", load: async (context) => ({definitions: (await context.open.measures()).measures}), view: sampleView});
}

function sampleView({definitions}: Loaded, context: Context): Node {
  const usable = definitions.filter((d) => d.status === "ok");
  const first = usable.find((d) => d.good !== "neutral") ?? usable[0];
  if (!first) return html`<p>No measure can be computed from what is loaded, so there is no case to draw.</p>`;
  const defaults = {measure: first.id, from: context.period.from, to: context.period.to, seed: context.run.asAt.slice(0, 7)};
  let q = sampleQueryOf(location.search, defaults);
  let asking: AbortController | null = null;
  const form = html`<div></div>`;
  const answer = html`<div></div>`;
  addEventListener("popstate", () => {
    if (!answer.isConnected) return;
    q = sampleQueryOf(location.search, defaults);
    void ask();
  });
  void ask();
  return html`<div class="sample-page"><p class="intro">Cases to audit, drawn by chance and yet the same again: the seed decides, so that anybody can check the draw. Every group gives its share, and no child is drawn twice.</p>${form}${answer}</div>`;

  function change(part: Partial<SampleQuery>): void {
    q = {...q, ...part};
    history.pushState(null, "", `?${sampleParams(q)}`);
    void ask();
  }

  async function ask(): Promise<void> {
    const focus = document.activeElement?.id;
    form.replaceChildren(sampleForm(q, usable, context, change));
    if (focus) document.getElementById(focus)?.focus();
    asking?.abort();
    const mine = (asking = new AbortController());
    const patience = setTimeout(() => answer.replaceChildren(html`<p class="quiet" role="status">Drawing the sample…</p>`), 300);
    try {
      const got = await api<SampleAnswer>(`api/sample?${sampleParams(q)}`, mine.signal);
      answer.replaceChildren(sampleResult(got, q, definitions, (domains) => change({domains})));
    } catch (error) {
      if (mine.signal.aborted) return;
      const said = faultWords(error);
      const retry = html`<button type="button">Try again</button>`;
      retry.addEventListener("click", () => void ask());
      answer.replaceChildren(html`<section class="fault status"><h2>The sample did not arrive</h2><p>${said.text}</p><p>${retry}</p></section>`);
    } finally {
      clearTimeout(patience);
    }
  }
}

function sampleForm(q: SampleQuery, usable: MeasureDefinition[], context: Context, change: (part: Partial<SampleQuery>) => void): HTMLElement {
  const families = [...new Set(usable.map((d) => d.family))];
  const measure = html`<select id="sample-measure">${families.map((family) => html`<optgroup label=${capital(inWords(family.replaceAll("-", " ")))}>${usable.filter((d) => d.family === family).map((d) => html`<option value=${d.id} selected=${d.id === q.measure}>${d.id} ${d.title}</option>`)}</optgroup>`)}</select>` as HTMLSelectElement;
  const months = context.run.months.map((m) => m.period);
  const pick = (name: "from" | "to"): HTMLSelectElement => html`<select id=${`sample-${name}`}>${(months.includes(q[name]) ? months : [...months, q[name]].sort()).map((m) => html`<option value=${m} selected=${m === q[name]}>${month(m)}</option>`)}</select>` as HTMLSelectElement;
  const [from, to] = [pick("from"), pick("to")];
  const met = html`<select id="sample-met">${[["", "All cases"], ["no", "Not met"], ["yes", "Met"]].map(([value, words]) => html`<option value=${value} selected=${value === q.met}>${words}</option>`)}</select>` as HTMLSelectElement;
  const by = html`<select id="sample-by">${(usable.find((d) => d.id === q.measure)?.breakdowns ?? ["team"]).concat("worker").map((d) => html`<option value=${d} selected=${d === q.by}>${capital(dimensionText(d))}</option>`)}</select>` as HTMLSelectElement;
  const size = html`<input id="sample-size" type="number" min="1" max="999" value=${q.size}>` as HTMLInputElement;
  const seed = html`<input id="sample-seed" autocomplete="off" spellcheck="false" maxlength="40" pattern="[A-Za-z0-9_.\-]+" value=${q.seed}>` as HTMLInputElement;
  const worker = html`<input id="sample-worker" autocomplete="off" spellcheck="false" maxlength="100" value=${q.worker}>` as HTMLInputElement;
  const groups = [...new Set(["team", ...Object.keys(q.filters)])].map((dimension) => {
    const own = context.run.groups.filter((g) => g.dimension === dimension);
    const now = q.filters[dimension] ?? "";
    const all = !now || own.some((g) => g.group === now) ? own : [...own, {dimension, group: now, label: now}];
    const select = html`<select id=${`sample-${dimension}`}><option value="" selected=${!now}>All</option>${all.map((g) => html`<option value=${g.group} selected=${g.group === now}>${capital(g.label)}</option>`)}</select>` as HTMLSelectElement;
    select.addEventListener("change", () => change({filters: {...q.filters, [dimension]: select.value}}));
    return {dimension, select};
  });
  worker.addEventListener("change", () => change({worker: worker.value}));
  const pair = (name: string, control: HTMLElement): HTMLElement => html`<span class="pair"><label for=${control.id}>${name}</label>${control}</span>`;
  measure.addEventListener("change", () => change({measure: measure.value}));
  from.addEventListener("change", () => change({from: from.value, to: q.to < from.value ? from.value : q.to}));
  to.addEventListener("change", () => change({to: to.value, from: q.from > to.value ? to.value : q.from}));
  met.addEventListener("change", () => change({met: met.value as SampleQuery["met"]}));
  by.addEventListener("change", () => change({by: by.value}));
  size.addEventListener("change", () => size.reportValidity() && change({size: Number(size.value) || 30}));
  seed.addEventListener("change", () => seed.reportValidity() && change({seed: seed.value}));
  const form = html`<form class="filter-bar" aria-label="Which sample">${pair("Measure", measure)}${pair("From", from)}${pair("To", to)}${pair("Result", met)}${groups.map(({dimension, select}) => pair(capital(dimensionText(dimension)), select))}${pair("Only worker", worker)}${pair("How many", size)}${pair("A share of each", by)}${pair("Seed", seed)}</form>`;
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

/** What was drawn, what it can tell, and the sheet to take away. */
export function sampleResult(got: SampleAnswer, q: SampleQuery, definitions: MeasureDefinition[], choose: (domains: string[]) => void): HTMLElement {
  const title = definitions.find((d) => d.id === got.measure)?.title ?? got.measure;
  if (!got.rows.length) return html`<p>No case matches, so nothing was drawn.</p>`;
  const own = got.precision.find((p) => p.size === got.rows.length);
  const four = own?.found[1];
  const said = html`<span role="status"></span>`;
  const save = html`<button type="button" class="plain">Download the audit sheet (XLSX)</button>`;
  save.addEventListener("click", () => {
    said.textContent = "Making the sheet…";
    void saveFrom(`api/sample?${sampleParams(q)}&format=xlsx`, `audit-sample_${got.measure}_${got.seed}.xlsx`).then(() => (said.textContent = ""), (error: unknown) => (said.textContent = `The sheet was not saved: ${error instanceof Error ? error.message : String(error)}`));
  });
  const boxes = html`<fieldset class="domains"><legend>What is judged: one row a case and part of practice</legend>${got.domains.map((d) => html`<label><input type="checkbox" value=${d.code} checked=${q.domains.includes(d.code)}>${d.label}</label>`)}</fieldset>`;
  boxes.addEventListener("change", () => choose([...boxes.querySelectorAll<HTMLInputElement>("input:checked")].map((i) => i.value)));
  const percent = (n: number): string => `${Math.round(n)}%`;
  return html`<div class="frames">
    <section class="panel"><h2>${count(got.rows.length)} of ${count(got.population)} children, ${title}</h2>
      <p class="lede">${four ? `If ${percent(four.share)} of these ${count(got.rows.length)} audits were good, the truth for all could be anything from ${percent(four.lower)} to ${percent(four.upper)}.` : ""}${got.rows.length < 10 ? " Under ten audits no percentage is shown: the count stands alone." : ""}</p>
      <div class="two"><div><h3>What a size can tell</h3><div class="scroll" tabindex="0" role="region" aria-label="Precision by size"><table><thead><tr><th scope="col" class="n">Audits</th><th scope="col">About half good</th><th scope="col">About four in five good</th></tr></thead><tbody>${got.precision.map((p) => html`<tr data-own=${p.size === got.rows.length ? "yes" : null}><th scope="row" class="n">${count(p.size)}${p.size === got.rows.length ? html` <small>this sample</small>` : null}</th>${p.found.map((f) => html`<td>${percent(f.lower)} to ${percent(f.upper)}</td>`)}</tr>`)}</tbody></table></div><p class="quiet">Wilson 95% intervals; a sample that is most of its list does a little better.</p></div>
      <div><h3>A share of each ${dimensionText(got.by)}</h3><div class="scroll" tabindex="0" role="region" aria-label="Strata"><table><thead><tr><th scope="col">${capital(dimensionText(got.by))}</th><th scope="col" class="n">Drawn</th><th scope="col" class="n">Children</th></tr></thead><tbody>${got.strata.map((s) => html`<tr><th scope="row">${got.by === "team" ? teamName(s.group) : s.group}</th><td class="n">${count(s.taken)}</td><td class="n">${count(s.population)}</td></tr>`)}</tbody></table></div></div></div>
    </section>
    <section class="panel"><h2>The audit sheet</h2>${boxes}<p class="tools">${save}${said}<span class="quiet">Filled in and put among the exports, it loads back as audits.</span></p></section>
    <section class="panel"><h2>Drawn: seed <code>${got.seed}</code></h2><div class="scroll" tabindex="0" role="region" aria-label="Cases drawn"><table class="drawn"><thead><tr><th scope="col">Child</th><th scope="col">Team</th><th scope="col">Counted on</th><th scope="col">Why it is on the list</th><th scope="col">Case</th></tr></thead><tbody>${got.rows.map((row) => html`<tr><th scope="row">${row.child_id ? html`<a href=${`${at("qa/child")}?id=${encodeURIComponent(row.child_id)}`}><code>${row.child_id}</code></a>` : "not recorded"}</th><td>${row.team === null ? "not recorded" : teamName(row.team)}</td><td>${shortDay(row.counted_on)}</td><td>${row.reason ?? ""}</td><td><code>${row.case_id}</code></td></tr>`)}</tbody></table></div></section>
  </div>`;
}
