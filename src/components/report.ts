// The board report: headline table, what needs attention, the charts with a signal, definitions, laid out for A4. `frontdoor report` prints it.
// Figures are those of the month in the address, or of the newest complete one; it computes nothing.
import {html} from "./markup.js";
import type {Attention, GlanceFile, MeasureDefinition, MeasureFile, RunFile, SeriesPoint} from "../../etl/publish/published.ts";
import {controlChart} from "./control-chart.js";
import {capital, count, covered, day, few, limitText, month, shareText, shortValue, span, spelt, valueText} from "./format.js";
import {assuranceIcon, variationIcon} from "./icons.js";
import {page, type Context} from "./page.js";
import {judgedBy, targetChange, targetIn} from "./target.js";
import {asMeasured, misses, specialWords, trendFinding, variationWords} from "./words.js";

interface Loaded {
  glance: GlanceFile;
  definitions: MeasureDefinition[];
  files: Map<string, MeasureFile>;
}

/** The page. */
export function reportPage(): HTMLElement {
  return page<Loaded>({filters: "none", load, view: reportView});
}

async function load({open}: Context): Promise<Loaded> {
  const [glance, {measures}] = await Promise.all([open.glance(), open.topic("headlines")]);
  return {glance, definitions: measures.map((m) => m.definition), files: new Map(measures.map((m) => [m.definition.id, m.file]))};
}

/** The month the report speaks for: the one asked for, where it is over and published; else the newest that is over. */
export function monthOf(run: RunFile, asked: string | null): string {
  const over = run.months.filter((m) => m.complete).map((m) => m.period);
  return asked !== null && over.includes(asked) ? asked : (over.at(-1) ?? run.asAt.slice(0, 7));
}

/** A measure's months up to the report's own. */
const until = (series: SeriesPoint[], to: string) => series.filter((p) => p.period <= to);

/** Twelve months ending with `to` as one figure where cases are counted; of a snapshot the last. */
export function year(d: MeasureDefinition, series: SeriesPoint[], to: string): {numerator: number | null; denominator: number | null; value: number | null} | null {
  const months = until(series, to).slice(-12);
  if (months.length < 12 || months.some((p) => !p.complete)) return null;
  if (d.kind === "snapshot") return months.at(-1)!;
  if ((d.kind !== "percentage" && d.kind !== "count") || d.counts === "child") return null;
  const sum = (of: "numerator" | "denominator") => months.reduce((n, p) => n + (p[of] ?? 0), 0);
  const [n, all] = [sum("numerator"), sum("denominator")];
  return d.kind === "count" ? {numerator: n, denominator: null, value: n} : {numerator: n, denominator: all, value: all ? (100 * n) / all : null};
}

/** Draws the report. */
export function reportView({glance, definitions, files}: Loaded, {run}: Context, asked = new URLSearchParams(window.location.search).get("month")): Node {
  const to = monthOf(run, asked);
  const newest = run.months.filter((m) => m.complete).at(-1)?.period === to;
  const attention = newest ? [...glance.attention].sort((a, b) => a.rank - b.rank).filter((a) => a.kind !== "not-recorded").slice(0, 8) : [];
  const rows = definitions.map((d) => ({d, file: files.get(d.id)!}));
  const recorded = rows.filter(({d}) => d.status === "ok");
  const signalled = recorded.filter(({file}) => pointAt(file, to)?.special);
  const charts = [...signalled, ...recorded.filter((r) => !signalled.includes(r))];
  return html`<article class="report" data-month=${to}>
    <header><p class="report-marking">${run.example ? "Example data" : run.marking}</p><h1>Front door: report to the board <span class="report-month">${month(to)}</span></h1>
    <p class="report-of">${run.authority.name}. Data as at ${day(run.asAt)}, refresh ${run.run}.</p></header>
    <p class="lede">${lede(recorded, to)}</p>
    <section><h2>Headline measures</h2>${headlineTable(rows, to)}
    <p class="quiet">The usual range is what chance alone gives (control limits, mean ± 2.66 × the mean moving range). A signal is a change that chance does not explain. Twelve months end with ${month(to)}.</p></section>
    <section><h2>What needs attention</h2>${newest ? (attention.length ? html`<ol class="report-attention">${attention.map((a) => html`<li><b>${word(a)}</b> ${a.text}. <span class="quiet">${a.measure}</span></li>`)}</ol>` : html`<p>Nothing stands out: no change beyond chance, no target newly missed, no stale source.</p>`) : html`<p>Told for the newest month only; this report looks back to ${month(to)}.</p>`}</section>
    <section class="report-charts"><h2>${signalled.length ? "Charts, those with a signal first" : "Charts: none shows a signal"}</h2><div class="report-grid">${charts.map(({d, file}) => chart(d, file, to, run))}</div></section>
    <section class="report-definitions"><h2>What is counted</h2><dl>${rows.map(({d}) => html.fragment`<dt>${d.id} ${d.title}</dt><dd>${d.numerator}${d.denominator ? html`, <i>of</i> ${d.denominator.replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase())}` : null}. ${d.limit ? `Limit: ${limitText(d.limit)}. ` : ""}${targetText(d)}${d.status === "ok" ? "" : `Not recorded: needs ${d.missing.join(", ")}.`}</dd>`)}</dl></section>
    <footer><h2>How fresh the sources are</h2><p>${freshness(run)}</p></footer>
  </article>`;
}

/** Stale sources by name; the rest by the age of the oldest. */
function freshness(run: RunFile): string {
  const stale = run.freshness.filter((f) => f.stale);
  const fresh = run.freshness.filter((f) => !f.stale && f.newestRecord !== null).sort((a, b) => b.daysOld - a.daysOld);
  const told = fresh[0] ? `${capital(few(fresh.length))} ${fresh.length === 1 ? "source is" : "sources are"} fresh; the oldest of them, ${fresh[0].source}, reaches ${day(fresh[0].newestRecord)}.` : "";
  return `${told}${stale.length ? ` Stale: ${stale.map((f) => `${f.source} (${f.newestRecord ? day(f.newestRecord) : "no dates in it"})`).join("; ")}.` : ""}`.trim();
}

const word = (a: Attention) => (a.kind === "special-cause" ? {bad: "Worse", good: "Better", neutral: "Unusual"}[a.direction] : {"target-missed": "Target missed", "stale-source": "Stale data", gap: "Gap", "not-recorded": "Not recorded"}[a.kind]);
const pointAt = (file: MeasureFile, to: string) => file.limits?.points.find((p) => p.at === to) ?? null;

function lede(rows: {d: MeasureDefinition; file: MeasureFile}[], to: string): string {
  const of = (meaning: string) => rows.filter(({file}) => pointAt(file, to)?.special && pointAt(file, to)?.meaning === meaning).length;
  const missed = rows.filter(({d, file}) => {
    const value = file.series.find((p) => p.period === to)?.value ?? null;
    return misses(value, targetIn(judgedBy(d), to), d.good);
  }).length;
  const targets = rows.filter(({d}) => targetIn(judgedBy(d), to) !== null && d.good !== "neutral").length;
  const judged = rows.filter(({file}) => file.limits?.variation).length;
  const first = !judged ? `Too few months yet to tell change from chance in any of ${few(rows.length)} headline measures.` : `Of ${few(rows.length)} headline measures ${few(of("concern"))} ${of("concern") === 1 ? "is" : "are"} worse and ${few(of("improvement"))} better than chance explains in ${month(to)}.`;
  return `${first}${targets ? ` ${targets === 1 ? `The one with a target ${missed ? "misses" : "meets"}` : `${capital(few(missed))} of the ${few(targets)} with a target ${missed === 1 ? "misses" : "miss"}`} it.` : ""}`;
}

function headlineTable(rows: {d: MeasureDefinition; file: MeasureFile}[], to: string): HTMLElement {
  return html`<table class="report-table"><thead><tr><th scope="col">Measure</th><th scope="col">${month(to)}</th><th scope="col">Twelve months</th><th scope="col">Twelve before</th><th scope="col">Usual range</th><th scope="col">Target</th><th scope="col">Compared with</th><th scope="col">Signal</th></tr></thead><tbody>${rows.map(({d, file}) => {
    if (d.status !== "ok") return html`<tr><th scope="row">${d.title} <span class="quiet">${d.id}</span></th><td colspan="7">Not recorded: needs ${d.missing.join(", ")}</td></tr>`;
    const now = file.series.find((p) => p.period === to) ?? null;
    const [last, before] = [year(d, file.series, to), year(d, file.series, shift(to, -12))];
    const point = pointAt(file, to);
    const meaning = file.limits?.variation ? (point?.meaning ?? null) : null;
    const figure = (f: {numerator: number | null; denominator: number | null; value: number | null} | null) => (f === null ? "–" : html`${valueText(f.value, d)}${f.denominator === null || f.value === null ? null : html`<br><span class="quiet">${shareText(f)}</span>`}`);
    const near = d.comparators.find((c) => c.area === "Statistical neighbours") ?? null;
    const england = d.comparators.find((c) => c.area === "England") ?? null;
    const target = targetIn(judgedBy(d), to);
    const range = point?.lower != null && point.upper != null ? `${shortValue(Math.max(0, point.lower), d)} to ${shortValue(d.unit === "percent" ? Math.min(100, point.upper) : point.upper, d)}` : "–";
    return html`<tr><th scope="row">${d.title} <span class="quiet">${d.id}</span></th><td>${figure(now)}</td><td>${figure(last)}</td><td>${figure(before)}</td><td>${range}</td><td>${target === null ? "none" : shortValue(target, d)}</td>
      <td>${[england, near].flatMap((c) => (c ? [html`<span class="report-comparator">${c.area === "England" ? "England" : "Neighbours"} ${shortValue(c.value, d)} <span class="quiet">(${String(c.year)})</span></span>`] : []))}${england || near ? null : "–"}</td>
      <td><span class="with-icon">${variationIcon(meaning, d.good, 20)}${point?.upper == null ? null : assuranceIcon(file.limits?.assurance ?? null, d.good, 20)} <span>${point?.special ? `${capital(specialWords(point.special))}` : variationWords(meaning).short}</span></span></td></tr>`;
  })}</tbody></table>` as HTMLElement;
}

/** A definition's target, and those before it where it changed. */
function targetText(d: MeasureDefinition): string {
  if (!d.target) return "";
  return `Target ${shortValue(d.target.value, d)} (${spelt(d.target.status)}). ${targetChange(judgedBy(d), (d.targets ?? []).map((t) => t.from), d) ?? ""} `;
}

/** A month so many months away. */
export function shift(period: string, months: number): string {
  const n = Number(period.slice(0, 4)) * 12 + Number(period.slice(5)) - 1 + months;
  return `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, "0")}`;
}

function chart(d: MeasureDefinition, file: MeasureFile, to: string, run: RunFile): HTMLElement {
  const m = asMeasured(d, to);
  const series = until(covered(file.series), to).slice(-36);
  const events = run.events.filter((e) => (!e.measures.length || e.measures.includes(d.id)) && e.at.slice(0, 7) >= (series[0]?.period ?? "") && e.at.slice(0, 7) <= to);
  const limits = file.limits && {...file.limits, points: file.limits.points.filter((p) => p.at <= to)};
  const finding = trendFinding(m, series, limits);
  return html`<figure><figcaption><b>${d.title}</b><br>${finding}</figcaption>${controlChart(series, limits, {...m, events, width: 430, label: `${d.title} by month. ${finding}`})}<p class="quiet">${d.id}, ${d.unit === "percent" ? "per cent" : d.unit} by month${series.length ? `, ${span({from: series[0]!.period, to})}` : ""}. ${events.map((e, i) => `${i + 1}: ${e.label}.`).join(" ")}${series.length === 0 ? "No months to draw." : ` ${count(series.length)} months.`}</p></figure>` as HTMLElement;
}
