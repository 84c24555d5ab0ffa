// A series against its control limits. Limits are clipped to 0–100 for drawing only; the rules were applied to unclipped ones in the pipeline.
import {svg} from "./markup.js";
import {scaleLinear} from "d3-scale";
import {line} from "d3-shape";
import type {Good, Limits, Meaning, RunFile, SeriesPoint} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {count, isPercent, month, monthIndex, shareText, shortMonth, shortValue, valueText, type Measured} from "./format.js";
import {apart} from "./labels.js";
import {fewCases} from "./statistics.js";
import {targetIn, targetSpans, type Judged} from "./target.js";
import {misses, specialWords} from "./words.js";

export interface ControlChartOptions extends Measured, Judged {
  events?: RunFile["events"];
  /** Stands for the whole picture to a screen reader. */
  label: string;
  width: number;
  height?: number; // defaults to 300
}

/** Draws whole months as marks, running months hollow and broken; limits, average, target and events are named on the picture. */
export function controlChart(series: SeriesPoint[], limits: Limits | null, o: ControlChartOptions): SVGElement {
  const {width, height = 300} = o;
  const wide = width >= 520;
  const margin = {top: 18, right: wide ? 122 : 14, bottom: 28, left: 46};
  const percent = isPercent(o);
  const clip = (v: number): number => (percent ? Math.max(0, Math.min(100, v)) : Math.max(0, v));
  const points = new Map(limits?.points.map((p) => [p.at, p]));
  const data = series.map((d) => ({...d, limit: points.get(d.period) ?? null}));
  const seen = data.flatMap((d) => [d.value, d.limit?.upper, d.limit?.lower, d.limit?.mean].filter((v): v is number => v != null).map(clip));
  const held = targetSpans(o, series.map((d) => d.period));
  seen.push(...held.map((t) => t.value));
  const first = data[0];
  const last = data.at(-1);
  if (!first || !last || !seen.length) return svg`<svg class="chart" viewBox="0 0 ${width} 40" width=${width} height="40" role="img" aria-label=${o.label}><text x="0" y="24">No month to draw yet</text></svg>`;

  const x = scaleLinear([monthIndex(first.period), Math.max(monthIndex(last.period), monthIndex(first.period) + 1)], [margin.left, width - margin.right]);
  const pad = (Math.max(...seen) - Math.min(...seen)) * 0.08 || Math.max(...seen) * 0.2 || 1;
  const y = scaleLinear([clip(Math.min(...seen) - pad), percent ? Math.min(100, Math.max(...seen) + pad) : Math.max(...seen) + pad], [height - margin.bottom, margin.top]).nice(5);
  if (percent && (y.domain()[1] ?? 0) > 100) y.domain([y.domain()[0] ?? 0, 100]);
  const px = (p: string): number => r(x(monthIndex(p)));
  const py = (v: number): number => r(y(clip(v)));

  const draw = line<{period: string; value: number | null}>((d) => px(d.period), (d) => py(d.value ?? 0)).defined((d) => d.value != null);
  const whole = data.filter((d) => d.complete);
  const joint = whole.filter((d) => d.value != null).at(-1);
  const running = data.filter((d) => d === joint || (!d.complete && (!joint || d.period > joint.period)));

  const segments = [...new Set(data.map((d) => d.limit?.segment).filter((s): s is number => s != null))].map((s) => data.filter((d) => d.limit?.segment === s));
  const step = Math.abs(x(1) - x(0)) / 2;
  const across = (part: typeof data, value: number, kind: string): SVGElement => svg`<line class=${kind} x1=${r(px(part[0]?.period ?? first.period) - step)} x2=${r(px(part.at(-1)?.period ?? last.period) + step)} y1=${py(value)} y2=${py(value)} />`;

  const ends = segments.at(-1)?.find((d) => d.limit)?.limit ?? null;
  const names = [
    ends?.upper != null && (!percent || ends.upper <= 100) ? {y: py(ends.upper), text: `Upper limit ${shortValue(ends.upper, o)}`} : null,
    ends?.mean != null ? {y: py(ends.mean), text: `Average ${shortValue(ends.mean, o)}`} : null,
    ends?.lower != null && ends.lower >= 0 ? {y: py(ends.lower), text: `Lower limit ${shortValue(ends.lower, o)}`} : null,
    held.at(-1)?.to === last.period ? {y: py(held.at(-1)!.value), text: `Target ${shortValue(held.at(-1)!.value, o)}`} : null
  ].filter((d): d is {y: number; text: string} => d !== null);

  const every = [1, 2, 3, 6, 12].find((n) => (data.length / n) * 52 < width - margin.left - margin.right) ?? 12;
  const ticks = data.filter((d) => (monthIndex(d.period) - monthIndex(last.period)) % every === 0);
  const events = (o.events ?? []).filter((e) => e.at.slice(0, 7) >= first.period && e.at.slice(0, 7) <= last.period);

  return svg`<svg class="chart control" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${o.label}>
    ${segments.map((part) => {
      const l = part.find((d) => d.limit)?.limit;
      if (l?.upper == null || l.lower == null) return null;
      const left = px(part[0]?.period ?? first.period) - step;
      return svg`<rect class="band" x=${r(left)} width=${r(px(part.at(-1)?.period ?? last.period) + step - left)} y=${py(l.upper)} height=${r(Math.max(1, py(l.lower) - py(l.upper)))} />`;
    })}
    ${y.ticks(5).map((t) => svg.fragment`<line class="grid" x1=${margin.left} x2=${width - margin.right} y1=${r(y(t))} y2=${r(y(t))} /><text class="axis" x=${margin.left - 8} y=${r(y(t) + 4)} text-anchor="end">${shortValue(t, o)}</text>`)}
    ${ticks.map((d) => svg`<text class="axis" x=${px(d.period)} y=${height - 8} text-anchor="middle">${shortMonth(d.period)}</text>`)}
    ${segments.flatMap((part) => {
      const l = part.find((d) => d.limit)?.limit;
      return [l?.upper != null && (!percent || l.upper <= 100) ? across(part, l.upper, "limit") : null, l?.lower != null && l.lower >= 0 ? across(part, l.lower, "limit") : null, l?.mean != null ? across(part, l.mean, "mean") : null];
    })}
    ${held.map((t, i) => svg.fragment`<line class="target" x1=${t.from === first.period ? margin.left : r(px(t.from) - step)} x2=${t.to === last.period ? width - margin.right : r(px(t.to) + step)} y1=${py(t.value)} y2=${py(t.value)} />${held[i - 1] && monthIndex(held[i - 1]!.to) === monthIndex(t.from) - 1 ? svg`<line class="target" x1=${r(px(t.from) - step)} x2=${r(px(t.from) - step)} y1=${py(held[i - 1]!.value)} y2=${py(t.value)} />` : null}`)}
    ${events.map((e, i) => {
      const at = r(x(monthIndex(e.at) + (Number(e.at.slice(8, 10) || "15") - 15) / 31));
      return svg.fragment`<line class="event" x1=${at} x2=${at} y1=${margin.top} y2=${height - margin.bottom} /><circle class="event-tag" cx=${at} cy=${margin.top - 8} r="8"><title>${e.label}</title></circle><text x=${at} y=${margin.top - 4}>${i + 1}</text>`;
    })}
    <path class="series" d=${draw(whole) ?? ""} />
    ${running.length > 1 ? svg`<path class="series running" d=${draw(running) ?? ""} />` : null}
    ${data.filter((d) => d.value != null).map((d) => mark(px(d.period), py(d.value as number), d.complete ? (d.limit?.meaning ?? "common") : "hollow", `${month(d.period)}: ${valueText(d.value, o)}${shareText(d) ? ` (${shareText(d)})` : ""}, ${d.complete ? specialWords(d.limit?.special ?? null) : "month still running"}`))}
    ${wide ? apart(names, 14, margin.top, height - margin.bottom).map((n) => svg`<text class="label" x=${width - margin.right + 12} y=${r(n.y + 4)}>${n.text}</text>`) : null}
  </svg>`;
}

/** A mark whose shape tells its meaning: circle usual, diamond worse, square better, triangle unusual, hollow still running. */
export function mark(x: number, y: number, meaning: Meaning | "hollow", title: string): SVGElement {
  const shape =
    meaning === "concern" ? `M${x},${y - 6}L${x + 6},${y}L${x},${y + 6}L${x - 6},${y}Z`
    : meaning === "improvement" ? `M${x - 4.5},${y - 4.5}h9v9h-9Z`
    : meaning === "neutral-high" ? `M${x},${y - 6}L${x + 5.5},${y + 4}H${x - 5.5}Z`
    : meaning === "neutral-low" ? `M${x},${y + 6}L${x + 5.5},${y - 4}H${x - 5.5}Z`
    : `M${x - 3.6},${y}a3.6,3.6 0 1,0 7.2,0a3.6,3.6 0 1,0 -7.2,0Z`;
  return svg`<path class=${meaning === "hollow" ? "mark hollow" : "mark"} data-meaning=${meaning} d=${shape}><title>${title}</title></path>`;
}

/** The same series as a table. */
export function controlTable(series: SeriesPoint[], limits: Limits | null, o: Measured & Partial<Judged> & {good?: Good}): Table {
  const points = new Map(limits?.points.map((p) => [p.at, p]));
  const share = series.some((d) => d.denominator != null);
  const judged = {target: o.target ?? null, targets: o.targets};
  const targets = series.map((d) => targetIn(judged, d.period));
  const held = targets.some((t) => t !== null);
  const firstWhole = series.find((d) => d.complete)?.period ?? "";
  return {
    columns: ["Month", isPercent(o) ? "Percent" : `Value (${o.unit})`, ...(share ? ["Numerator", "Denominator"] : []), ...(limits ? ["Average", "Lower limit", "Upper limit", "Signal"] : []), ...(held ? ["Target", "Target met"] : []), "Month is whole"],
    rows: series.map((d, i) => {
      const p = points.get(d.period);
      return [month(d.period), round(d.value), ...(share ? [d.numerator, d.denominator] : []), ...(limits ? [round(p?.mean), round(p?.lower), round(p?.upper), d.complete ? specialWords(p?.special ?? null) : ""] : []), ...(held ? [targets[i] ?? null, met(d, targets[i] ?? null, o.good)] : []), d.complete ? "yes" : d.period < firstWhole ? "no, not wholly covered" : "no, still running"];
    })
  };
}

// judged month by month, whole months only
function met(d: SeriesPoint, target: number | null, good: Good | undefined): string {
  if (!d.complete || d.value == null || target === null || !good || good === "neutral") return "";
  return misses(d.value, target, good) ? "no" : "yes";
}

/** Which shapes mean what: only those that this series shows. */
export function controlKey(limits: Limits | null, series: SeriesPoint[]): SVGElement[] {
  const shown = new Set<Meaning | "hollow">(limits?.points.map((p) => p.meaning) ?? []);
  if (series.some((d) => !d.complete)) shown.add("hollow");
  const words: [Meaning | "hollow", string][] = [["concern", "worse than chance"], ["improvement", "better than chance"], ["neutral-high", "unusually high"], ["neutral-low", "unusually low"], ["hollow", "month still running"]];
  return words.filter(([m]) => shown.has(m)).map(([m, text]) => svg`<svg class="chart" width=${text.length * 6.6 + 22} height="16" viewBox="0 0 ${text.length * 6.6 + 22} 16" role="img" aria-label=${`Key: ${text}`}>${mark(8, 8, m, text)}<text x="20" y="12" class="label">${text}</text></svg>`);
}

function round(v: number | null | undefined): number | null {
  return v == null ? null : Math.round(v * 100) / 100;
}

function r(n: number): number {
  return Math.round(n * 10) / 10;
}

/** "Trial limits", "n months": what a reader must know about the limits. */
export function limitNotes(limits: Limits | null, series: SeriesPoint[], percent = false): string[] {
  if (!limits?.variation) return ["Too few whole months with a value to tell signal from noise: no limits yet."];
  const whole = series.filter((d) => d.complete && d.value != null);
  const few = whole.filter((d) => d.denominator != null && d.denominator < fewCases).length;
  return [
    limits.trial ? `Trial limits: they rest on ${count(whole.length)} whole months, and settle at about a year and a half.` : "",
    percent && few > whole.length / 2 ? `Fewer than ${fewCases} cases in most months: one or two cases move the line.` : ""
  ].filter(Boolean);
}
