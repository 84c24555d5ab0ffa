// Benchmarking: our figures beside England, the region, statistical neighbours and other authorities, each with its year and source. Nobody is ranked.
import {html} from "./markup.js";
import type {BenchmarksFile} from "../../etl/publish/published.ts";
import {comparatorDots, dotFinding, dotRows, dotTable, type Benchmarked} from "./comparator-dots.js";
import {capital, count, isPercent, list} from "./format.js";
import {frame, two} from "./frame.js";
import {funnelFinding, funnelKey, funnelPlot, funnelTable, type BenchmarkFunnel} from "./funnel-plot.js";
import {page, type Context} from "./page.js";
import type {Parts} from "./parts.js";
import {fewCases} from "./statistics.js";
import {link} from "./state.js";

/** The page. */
export function benchmarkingPage(): HTMLElement {
  return page<BenchmarksFile>({filters: "none", load: (context) => context.open.benchmarks(), view: benchmarkingView});
}

/** Draws the page: measures with figures of authorities first, each with its funnel; then the rest. */
export function* benchmarkingView(file: BenchmarksFile, {run}: Pick<Context, "run">): Parts {
  const us = file.authority.name;
  const withFunnel = file.measures.filter((m) => m.funnel);
  const rest = file.measures.filter((m) => !m.funnel);
  const published = withFunnel.some((m) => m.funnel?.units.some((u) => u.role === "own"));
  const year = withFunnel[0]?.funnel?.year;
  yield html`<section class="topic-head"><p class="lede">${count(file.measures.length)} measures have a published figure to stand beside. ${year ? `${capital(count(withFunnel.length))} of them have figures of every English authority, year ending March ${year}.` : ""} Nobody is ranked, and no colour says good or bad.</p>
    <p class="quiet">${neighbourWords(file)} ${published ? `Figures called “own records” are counted from ${us}’s exports by this system; the published figure comes from its return to the DfE. The two differ by about a percentage point as a rule.` : `${us} has no published figure here, so its own records stand in its place${run.example ? " (it is a fictional authority)" : ""}.`}</p></section>`;
  for (const m of withFunnel) yield two(funnelFigure(m, m.funnel!, us), dotsFigure(m, us));
  if (!rest.length) return;
  yield html`<section class="topic-head"><h2>Measures without figures by authority</h2><p class="quiet">For these, the reference tables hold England, the region, statistical neighbours and one authority only, so there is no funnel to draw. Teams within ${us} are no benchmark for it.</p></section>`;
  yield html`<div class="two">${rest.map((m) => dotsFigure(m, us))}</div>`;
}

function neighbourWords({neighbours, authority}: BenchmarksFile): string {
  if (!neighbours) return `No model of statistical neighbours names ${authority.name}, so none are marked; the means called statistical neighbours are of Plymouth’s.`;
  return `Statistical neighbours of ${authority.name} by the ${neighbours.model} model, in force for ${neighbours.year}: ${list(neighbours.areas)}.`;
}

function funnelFigure(m: Benchmarked, f: BenchmarkFunnel, us: string): HTMLElement {
  const finding = funnelFinding(f, {...m, us});
  const beyond = f.units.filter((u) => u.position.endsWith("99.8")).length;
  const direction = {high: "Higher is better, says the DfE.", low: "Lower is better, says the DfE.", neutral: "Neither high nor low is good: it follows recording and demand."}[m.good];
  return frame({
    about: `${m.title}: every authority with a published figure`,
    finding,
    draw: (width) => funnelPlot(f, {...m, us, width, of: "Cases counted", label: `Funnel plot of ${m.title}, ${count(f.units.length)} English authorities, year ending March ${f.year}. ${finding}. The table below holds every value.`}),
    caption: [`Measure ${m.id}`, `Source: ${f.source}`, `Year ending March ${f.year}`, ...(f.ours ? [`Own records: ${f.ours.label}`] : [])],
    table: funnelTable(f, us),
    file: `${m.id}_authorities_${f.year}`,
    notes: [
      html`<span class="legend">${funnelKey(f)}</span>`,
      `${direction} Authorities vary ${f.phi === null || f.phi <= 1 ? "no more than chance has it" : `more than chance alone: the variance is ${f.phi.toFixed(f.phi < 10 ? 1 : 0)} times as large`}, so the limits are widened by its root. Outside the wider ones: ${count(beyond)} of ${count(f.units.length)}.`,
      `Suppressed figures are left out. Authorities with fewer than ${fewCases} cases lie far to the left, where the limits are wide: read no percentage from them.`
    ]
  });
}

function dotsFigure(m: Benchmarked, us: string): HTMLElement {
  const rows = dotRows(m, us);
  const newest = m.comparators.filter((c) => c.year === m.comparators[0]?.year);
  const notes = [...new Set(newest.flatMap((c) => (c.note ?? "").split(/\. /).filter(Boolean)))];
  const interval = rows.some((d) => d.lower != null) ? (isPercent(m) ? "Line through our dot: 95% interval (Wilson)." : "Line through our dot: 95% interval (Byar).") : "";
  const few = rows.some((d) => d.few) ? `Fewer than ${fewCases} cases: read the number, not the percentage.` : "";
  const missing = m.status === "not recorded" ? "Our own figure is not recorded: the exports it needs have not been loaded. It is not zero." : "";
  return frame({
    about: m.title,
    finding: dotFinding(m, us),
    draw: (width) => comparatorDots(rows, {...m, width, label: `${m.title}: ${us} beside published figures`}),
    caption: [`Measure ${m.id}`, `Source: ${list([...new Set(newest.map((c) => c.source))])}`, html`<a href=${link("measure", {id: m.id})}>The measure</a>`],
    table: dotTable(m, us),
    file: `${m.id}_comparators`,
    notes: [[interval, few, missing].filter(Boolean).join(" "), ...(notes.length ? [`${notes.join(". ")}.`] : [])].filter(Boolean)
  });
}
