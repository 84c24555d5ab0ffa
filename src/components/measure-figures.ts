// The standard pictures of one measure: its series against control limits, and its groups side by side. Pages are made of these.
import {html} from "./markup.js";
import type {MeasureDefinition, MeasureFile} from "../../etl/publish/published.ts";
import {controlChart, controlKey, controlTable, limitNotes} from "./control-chart.js";
import {capital, change, comparable, count, covered, dimensionText, isPercent, shareText, shortName, shortValue, spelt, within} from "./format.js";
import {areaName, newestOf} from "./comparator-dots.js";
import {bigValue} from "./tile.js";
import {barNotes, barTable, groupBars, type BarOptions, type BarRow} from "./group-bars.js";
import {frame} from "./frame.js";
import {assuranceIcon, variationIcon} from "./icons.js";
import {across, captionOf, casesLink, chosenIn, filtersWith, sourcesOf, unsplitWords, type Context} from "./page.js";
import {heldTo, targetChange} from "./target.js";
import {fewCases} from "./statistics.js";
import {asMeasured, assuranceWords, missingWords, spreadFinding, trendFinding, variationWords} from "./words.js";

/** The series of a measure against its limits, or why there is none. */
export function trendFigure(d: MeasureDefinition, file: MeasureFile, context: Context): HTMLElement {
  if (file.status === "not recorded") return absent(d);
  if (file.unsplit?.length) return unsplit(d, file, context);
  const m = asMeasured(d, context.period.to);
  const {series: whole, figures, limits} = file;
  const series = covered(whole);
  const figure = figures.find((f) => f.period === context.period.key);
  const events = context.run.events.filter((e) => !e.measures.length || e.measures.includes(d.id));
  const shown = events.filter((e) => e.at.slice(0, 7) >= (series[0]?.period ?? "") && e.at.slice(0, 7) <= (series.at(-1)?.period ?? ""));
  const finding = trendFinding(m, series, limits, figure);
  const notes: (string | Node)[] = limitNotes(limits, series, isPercent(m));
  const changed = targetChange(m, series.map((p) => p.period), m);
  if (changed) notes.push(changed);
  const key = controlKey(limits, series);
  if (key.length) notes.push(html`<span class="legend">${key}</span>`);
  if (shown.length) notes.push(html`<span>${shown.map((e, i) => `${i + 1}: ${e.label}. ${e.note ? `${e.note.replace(/\.$/, "")}. ` : ""}`)}</span>`);
  return frame({
    about: d.title,
    finding,
    draw: (width) => controlChart(series, limits, {...m, events: shown, width, label: `Line chart of ${d.title} by month. ${finding}. The table below holds every value.`}),
    caption: captionOf(context, d, sourcesOf(context.run, d)),
    table: controlTable(whole, limits, m),
    file: `${d.id}_by_month`,
    notes,
    definition: d,
    cases: casesOf(d, figure, context)
  });
}

function casesOf(d: MeasureDefinition, f: {numerator: number | null; denominator: number | null} | undefined, context: Context): {href: string; text: string} | null {
  // of what is weighed, rows are not what is counted; the base of a rate is no list
  const n = d.counts === "weight" ? null : d.kind === "rate" || f?.denominator == null ? f?.numerator : f.denominator;
  if (n === 0) return null;
  return {href: casesLink(d.id, context.period, context.filters), text: n == null ? "See the cases" : n === 1 ? "See the case" : `See the ${count(n)} cases`};
}

/** A measure by one dimension; null when it is not published that way. */
export function groupFigure(d: MeasureDefinition, file: MeasureFile, dimension: string, context: Context): HTMLElement | null {
  if (file.status === "not recorded" || file.unsplit?.length) return null;
  const groups = file.groups.filter((g) => g.dimension === dimension);
  if (!groups.length) return null;
  const m = asMeasured(d, context.period.to);
  const rows: BarRow[] = groups.map((g) => {
    const figure = g.figures.find((f) => f.period === context.period.key) ?? {period: context.period.key, numerator: null, denominator: null, value: null};
    return {group: g.group, label: g.label, figure, href: casesLink(d.id, context.period, filtersWith(context.filters, {dimension, group: g.group}))};
  });
  const by = dimension === "category" && d.category ? d.category.toLowerCase() : dimensionText(dimension);
  const all = file.figures.find((f) => f.period === context.period.key)?.value ?? null;
  const most = rows.length > 14 ? 12 : rows.length;
  const size = ({figure}: BarRow) => figure.denominator ?? figure.numerator ?? 0;
  const largest = new Set([...rows].sort((a, b) => size(b) - size(a)).slice(0, most));
  const options: BarOptions = {...m, all, chosen: chosenIn(context, dimension), allIs: context.filters.length ? context.groupLabel : "whole authority", heading: capital(by), label: `${d.title} by ${by}`};
  return frame({
    about: d.title.toLowerCase().endsWith(` by ${by}`) ? d.title : `${d.title}, by ${by}`,
    finding: spreadFinding(m, dimension, rows, isPercent(m) ? fewCases : 1),
    draw: () => groupBars(rows.filter((row) => largest.has(row)), options),
    caption: captionOf(across(context, dimension), d, sourcesOf(context.run, d)),
    table: barTable(rows, options),
    file: `${d.id}_by_${dimension}`,
    notes: [...barNotes(options), ...(rows.length > most ? [`The ${most} largest of ${count(rows.length)}; the table holds them all.`] : [])],
    definition: null
  });
}

/** The figure of a period in large print, with its change, signal and target. */
export function headline(d: MeasureDefinition, file: MeasureFile, context: Context): HTMLElement {
  if (file.status === "not recorded") return html`<div class="headline"><div><p class="big">not recorded</p><span>${missingWords(file.missing)}</span></div></div>`;
  if (file.unsplit?.length) return html`<div class="headline"><div><p class="big">no figure</p><span>${unsplitWords(file)}</span></div></div>`;
  const {figures, limits, series} = file;
  const now = figures.find((f) => f.period === context.period.key);
  const since = [context.before, context.yearBefore ?? null].flatMap((past) => {
    const moved = past && comparable(series, context.period, past) ? change(now, figures.find((f) => f.period === past.key), d) : null;
    return past && moved ? [{past: shortName(past.label), moved}] : [];
  });
  const {target} = heldTo(d, context.period.to);
  const variation = limits?.variation ?? null;
  const assured = limits?.assurance ?? null;
  return html`<div class="headline">
    <div><p class="big">${bigValue(now?.value ?? null, d)}</p><span>${(now && shareText(now)) || d.unit}${context.filters.length ? `, ${context.groupLabel}` : ""}</span></div>
    ${since.map(({past, moved}) => html`<div><p>${capital(moved.text)}</p><span>on ${past.charAt(0).toLowerCase() + past.slice(1)}</span></div>`)}
    ${limits ? html`<ul class="signals"><li>${variationIcon(variation, d.good)}<span>${variationWords(variation).short}</span></li>${assured && d.good !== "neutral" ? html`<li>${assuranceIcon(assured, d.good)}<span>${assuranceWords(assured)?.short}</span></li>` : null}</ul>` : null}
    ${target ? html`<div><p>${shortValue(target.value, d)}</p><span>target, ${spelt(target.status)}</span></div>` : null}
    ${newestOf(d.comparators).map((c) => html`<div><p>${shortValue(c.value, d)}</p><span>${areaName(c)}, ${c.year}</span></div>`)}
    <span class="sr">${within(series, context.period).length} months in this period</span>
  </div>`;
}

/** A measure that cannot be computed says what is missing; it is never 0 %. */
export function absent(d: MeasureDefinition): HTMLElement {
  return html`<section class="panel"><h2><span class="about">${d.title}</span> Not recorded</h2><p>${missingWords(d.missing)} It is not zero: nothing loaded so far can say.</p></section>`;
}

/** A measure that has no figure within what was chosen says so; it never shows the whole in its place. */
function unsplit(d: MeasureDefinition, file: MeasureFile, context: Context): HTMLElement {
  return html`<section class="panel"><h2><span class="about">${d.title}<span class="sr">: </span></span>No figure for ${context.groupLabel}</h2><p>${unsplitWords(file)}</p></section>`;
}
