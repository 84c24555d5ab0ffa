// Local authorities' published figures by size, within limits widened for how much they vary anyway. No colour says good or bad, and nothing is ranked.
import {html, svg} from "./markup.js";
import {scaleLinear, scaleLog} from "d3-scale";
import {line} from "d3-shape";
import type {BenchmarksFile, BenchmarkUnit} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {capital, count, shortValue, type Measured} from "./format.js";
import {apart} from "./labels.js";

export type BenchmarkFunnel = NonNullable<BenchmarksFile["measures"][number]["funnel"]>;

export interface FunnelPlotOptions extends Measured {
  width: number;
  height?: number; // defaults to 320
  /** What we are called. */
  us: string;
  /** What is counted along the bottom. */
  of: string;
  label: string;
}

const positions: Record<BenchmarkUnit["position"], string> = {
  "below-99.8": "below the 99.8% limit",
  "below-95": "below the 95% limit",
  inside: "within the limits",
  "above-95": "above the 95% limit",
  "above-99.8": "above the 99.8% limit"
};

/** Where a figure lies, in words. */
export const positionWords = (position: BenchmarkUnit["position"]): string => positions[position];

/** A dot an authority, a diamond a statistical neighbour, a triangle for us; the limits narrow as authorities grow. */
export function funnelPlot(f: BenchmarkFunnel, o: FunnelPlotOptions): SVGElement {
  const {width, height = 320} = o;
  const wide = width >= 520;
  const margin = {top: 12, right: wide ? 132 : 12, bottom: 42, left: 46};
  const ours = f.ours ? {...f.ours, area: o.us, role: "ours" as const} : null;
  const sizes = [...f.units.map((u) => u.denominator), ...(ours ? [ours.denominator] : [])];
  const values = [...f.units.map((u) => u.value), ...(ours ? [ours.value] : [])];
  const x = scaleLog([Math.max(1, Math.min(...sizes) * 0.9), Math.max(...sizes) * 1.1], [margin.left, width - margin.right]);
  const y = scaleLinear([0, Math.min(100, Math.max(...values, f.pooled) * 1.06)], [height - margin.bottom, margin.top]).nice(5);
  const top = y.domain()[1] ?? 100;
  const py = (v: number): number => r(y(Math.max(0, Math.min(top, v))));
  type At = BenchmarkFunnel["limits"][number];
  const limit = (key: "lower95" | "upper95" | "lower998" | "upper998") => line<At>((d) => r(x(d.denominator)), (d) => py(d[key])).defined((d) => d[key] > 0 && d[key] < top)(f.limits) ?? "";
  const named = [...f.units.filter((u) => u.role === "own"), ...(ours ? [ours] : [])];
  const last = f.limits.at(-1);
  const names = [
    last && last.upper998 < top ? {y: py(last.upper998), text: "99.8% limits"} : null,
    last && last.upper95 < top ? {y: py(last.upper95), text: "95% limits"} : null,
    {y: py(f.pooled), text: `All together ${shortValue(f.pooled, o)}`}
  ].filter((d): d is {y: number; text: string} => d !== null);
  const ticks = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000].filter((t) => t >= x.domain()[0]! && t <= x.domain()[1]! && (wide || String(t).startsWith("1")));
  const told = (u: {area: string; numerator: number; denominator: number; value: number; position: BenchmarkUnit["position"]}): string => `${u.area}: ${shortValue(u.value, o)}, ${count(u.numerator)} of ${count(u.denominator)}, ${positionWords(u.position)}`;
  const order = {other: 0, neighbour: 1, own: 2};
  return svg`<svg class="chart authorities" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${o.label}>
    ${y.ticks(5).map((t) => svg.fragment`<line class="grid" x1=${margin.left} x2=${width - margin.right} y1=${r(y(t))} y2=${r(y(t))} /><text class="axis" x=${margin.left - 8} y=${r(y(t) + 4)} text-anchor="end">${shortValue(t, o)}</text>`)}
    ${ticks.map((t) => svg.fragment`<line class="tick" x1=${r(x(t))} x2=${r(x(t))} y1=${height - margin.bottom} y2=${height - margin.bottom + 4} /><text class="axis" x=${r(x(t))} y=${height - margin.bottom + 17} text-anchor="middle">${count(t)}</text>`)}
    <text class="axis" x=${(margin.left + width - margin.right) / 2} y=${height - 6} text-anchor="middle">${wide ? `${o.of} (each mark three times the last)` : o.of}</text>
    <path class="funnel-limit" d=${limit("upper998")} /><path class="funnel-limit" d=${limit("lower998")} />
    <path class="funnel-limit near" d=${limit("upper95")} /><path class="funnel-limit near" d=${limit("lower95")} />
    <line class="mean" x1=${margin.left} x2=${width - margin.right} y1=${py(f.pooled)} y2=${py(f.pooled)} />
    ${[...f.units].sort((a, b) => order[a.role] - order[b.role]).map((u) => svg`<path class="authority" data-role=${u.role} d=${shape(u.role, r(x(u.denominator)), py(u.value))}><title>${told(u)}</title></path>`)}
    ${ours ? svg`<path class="authority" data-role="ours" d=${shape("ours", r(x(ours.denominator)), py(ours.value))}><title>${told(ours)}, from our own records</title></path>` : null}
    ${named.map((u) => {
      const [at, right] = [r(x(u.denominator)), x(u.denominator) > (margin.left + width - margin.right) / 2];
      return svg`<text class="authority-name" x=${right ? at - 10 : at + 10} y=${r(py(u.value) + (u.role === "ours" ? -9 : 16))} text-anchor=${right ? "end" : "start"}>${u.role !== "ours" ? u.area : wide ? `${u.area}, own records` : "Own records"}</text>`;
    })}
    ${wide ? apart(names, 14, margin.top, height - margin.bottom).map((n) => svg`<text class="label" x=${width - margin.right + 8} y=${r(n.y + 4)}>${n.text}</text>`) : null}
  </svg>`;
}

/** Marks of the funnel, for a key. */
export function funnelKey(f: BenchmarkFunnel): Node[] {
  const mark = (role: BenchmarkUnit["role"] | "ours", text: string): Node => html`<span>${svg`<svg class="key-mark authorities" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" focusable="false"><path class="authority" data-role=${role} d=${shape(role, 7, 7)} /></svg>`} ${text}</span>`;
  const some = (role: BenchmarkUnit["role"]): boolean => f.units.some((u) => u.role === role);
  return [
    ...(some("own") ? [mark("own", "This authority, as published")] : []),
    ...(f.ours ? [mark("ours", "Our own records, same year")] : []),
    ...(some("neighbour") ? [mark("neighbour", "Statistical neighbour")] : []),
    mark("other", "Other authority")
  ];
}

/** Every authority, in the order of the alphabet: this is no league table. */
export function funnelTable(f: BenchmarkFunnel, us: string): Table {
  const roles = {own: "this authority", neighbour: "statistical neighbour", other: ""};
  const rows = [...f.units].sort((a, b) => a.area.localeCompare(b.area, "en-GB")).map((u) => [u.area, u.region, u.numerator, u.denominator, round(u.value), positionWords(u.position), roles[u.role]]);
  const ours = f.ours ? [[`${us}, own records`, null, f.ours.numerator, f.ours.denominator, round(f.ours.value), positionWords(f.ours.position), "not a published figure"]] : [];
  return {columns: ["Authority", "Region", "Numerator", "Denominator", "Percent", "Against the limits", "Which"], rows: [...ours, ...rows]};
}

/** Where this authority lies, by its published figure or else by its own records; without either, how many lie outside. */
export function funnelFinding(f: BenchmarkFunnel, o: Measured & {us: string}): string {
  const own = f.units.find((u) => u.role === "own") ?? f.ours;
  if (own) return `${o.us} ${shortValue(own.value, o)}: ${positionWords(own.position)}`;
  const outside = f.units.filter((u) => u.position.endsWith("99.8")).length;
  return `${capital(count(outside))} of ${count(f.units.length)} authorities lie outside the 99.8% limits`;
}

function shape(role: BenchmarkUnit["role"] | "ours", x: number, y: number): string {
  if (role === "neighbour") return `M${x},${r(y - 5.5)}L${r(x + 5.5)},${y}L${x},${r(y + 5.5)}L${r(x - 5.5)},${y}Z`;
  if (role === "own" || role === "ours") return `M${x},${r(y - 7)}L${r(x + 6.5)},${r(y + 5)}H${r(x - 6.5)}Z`;
  return `M${r(x - 2.6)},${y}a2.6,2.6 0 1,0 5.2,0a2.6,2.6 0 1,0 -5.2,0Z`;
}

const round = (n: number): number => Math.round(n * 10) / 10;

function r(n: number): number {
  return Math.round(n * 100) / 100;
}
