// Our own figure beside England, the region and statistical neighbours, a row each on one scale, each with its year. Draws what is published; colours nothing.
import {html, svg} from "./markup.js";
import {scaleLinear} from "d3-scale";
import type {BenchmarksFile, Comparator} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {capital, count, isPercent, shareText, shortName, shortValue, type Measured} from "./format.js";
import {fewCases} from "./statistics.js";

export type Benchmarked = BenchmarksFile["measures"][number];

export interface DotRow {
  name: string;
  /** Year ending 31 March, or the stretch of months. */
  when: string;
  value: number;
  lower: number | null;
  upper: number | null;
  /** "729 of 2,806", for our own. */
  share: string;
  own: boolean;
  few: boolean;
  note: string | null;
}

/** What an area is called: neighbours by a model that was not in force say so. */
export const areaName = (c: Comparator): string => (c.model && !c.model.inForce ? `${c.area} (${c.model.name} model, not that of the year)` : c.area);

/** The figures of the newest published year. */
export const newestOf = (comparators: Comparator[]): Comparator[] => comparators.filter((c) => c.year === Math.max(...comparators.map((x) => x.year)));

/** The stretch that a published year stands for; the workforce is counted on a day, under the year its publisher gives it. */
const yearText = (m: Benchmarked, year: number): string => (m.comparators.some((c) => /workforce census/.test(c.note ?? "")) ? String(year) : `year to March ${year}`);

/** Our newest figure and our figure of the published year, then the newest published year's areas. */
export function dotRows(m: Benchmarked, us: string): DotRow[] {
  const newest = Math.max(...m.comparators.map((c) => c.year));
  const own = m.own
    .filter((o, i) => o.year === newest || (i === 0 && !m.own.some((other) => other !== o && other.value === o.value && other.numerator === o.numerator && other.year === newest)))
    .map((o) => ({name: us, when: o.year ? yearText(m, o.year) : shortName(o.label).toLowerCase(), value: o.value, lower: o.lower, upper: o.upper, share: shareOf(o, m), own: true, few: isPercent(m) && (o.denominator ?? 0) < fewCases, note: null}));
  const published = m.comparators.filter((c) => c.year === newest).map((c) => ({name: areaName(c), when: yearText(m, c.year), value: c.value, lower: null, upper: null, share: "", own: false, few: false, note: c.note ?? null}));
  const order = ["England", "South West", "Statistical neighbours"];
  return [...own, ...published.sort((a, b) => rank(order, a.name) - rank(order, b.name))];
}

const rank = (order: string[], name: string): number => (order.indexOf(name) < 0 ? order.length : order.indexOf(name));

function shareOf(o: Benchmarked["own"][number], m: Benchmarked): string {
  return isPercent(m) ? shareText(o) : o.numerator != null && m.kind === "rate" ? `${count(o.numerator)} counted` : "";
}

/** A dot a row; ours are filled and carry their interval. The numbers stand beside it. */
export function comparatorDots(rows: DotRow[], o: Measured & {width: number; label: string}): HTMLElement {
  const most = Math.max(...rows.flatMap((d) => [d.value, d.upper ?? 0]));
  const top = isPercent(o) ? Math.min(100, Math.max(10, Math.ceil((most * 1.1) / 10) * 10)) : most * 1.15;
  const width = Math.round(Math.max(120, Math.min(420, o.width * 0.42)));
  const x = scaleLinear([0, top], [10, width - 10]);
  const ticks = x.ticks(width < 200 ? 2 : 5);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${o.label}><table class="bars dots">
    <caption class="sr">${o.label}</caption>
    <thead><tr><th scope="col">Whose figure</th><th scope="col" class="n">${isPercent(o) ? "Percent" : o.unit}</th><th scope="col"><span class="sr">Picture, from 0 to ${shortValue(top, o)}</span><svg class="chart" width=${width} height="16" viewBox="0 0 ${width} 16" aria-hidden="true" focusable="false">${ticks.map((t) => svg`<text class="axis" x=${r(x(t))} y="12" text-anchor="middle">${shortValue(t, o)}</text>`)}</svg></th><th scope="col">Period</th></tr></thead>
    <tbody>${rows.map((d) => html`<tr data-own=${d.own ? "yes" : null} data-few=${d.few ? "yes" : null}>
      <th scope="row">${d.name}</th>
      <td class="n"><b>${shortValue(d.value, o)}</b>${d.lower != null && d.upper != null ? html`<br><small>${shortValue(d.lower, o)} to ${shortValue(d.upper, o)}</small>` : null}</td>
      <td><svg class="chart" width=${width} height="22" viewBox="0 0 ${width} 22" aria-hidden="true" focusable="false">
        ${ticks.map((t) => svg`<line class="grid" x1=${r(x(t))} x2=${r(x(t))} y1="0" y2="22"/>`)}
        ${d.lower != null && d.upper != null ? svg`<line class="whisker" x1=${r(x(d.lower))} x2=${r(x(Math.min(top, d.upper)))} y1="11" y2="11"/>` : null}
        <circle class="point" data-own=${d.own ? "yes" : null} data-few=${d.own && !d.few ? null : "yes"} cx=${r(x(Math.min(top, d.value)))} cy="11" r="4.6"/>
      </svg></td>
      <td>${d.when}${d.share ? html`<br><small>${d.share}</small>` : null}${d.few ? html` <span class="tag">few cases</span>` : null}</td>
    </tr>`)}</tbody></table></div>`;
}

/** Our figures and every published year, newest first. */
export function dotTable(m: Benchmarked, us: string): Table {
  const own = m.own.map((o) => [`${us}, own records`, o.label, round(o.value), o.numerator, o.denominator, round(o.lower), round(o.upper), null, null]);
  const published = m.comparators.map((c) => [areaName(c), capital(yearText(m, c.year)), c.value, null, null, null, null, c.source, c.note ?? null]);
  return {columns: ["Whose figure", "Period", isPercent(m) ? "Percent" : m.unit, "Numerator", "Denominator", "95% lower", "95% upper", "Source", "Note"], rows: [...own, ...published]};
}

/** The finding: how far our figure of that year (or our newest) is from England's. */
export function dotFinding(m: Benchmarked, us: string): string {
  const newest = Math.max(...m.comparators.map((c) => c.year));
  const england = m.comparators.find((c) => c.area === "England" && c.year === newest);
  const own = m.own.find((o) => o.year === newest) ?? m.own.find((o) => o.year === null);
  if (!england) return "No figure for England is published";
  const year = yearText(m, newest);
  if (!own) return `England ${shortValue(england.value, m)}, ${year}`;
  return own.year === newest ? `${us} ${shortValue(own.value, m)}, England ${shortValue(england.value, m)}, ${year}` : `${us} ${shortValue(own.value, m)} in the last 12 months, England ${shortValue(england.value, m)} in ${newest}`;
}

const round = (n: number | null): number | null => (n === null ? null : Math.round(n * 10) / 10);

function r(n: number): number {
  return Math.round(n * 100) / 100;
}
