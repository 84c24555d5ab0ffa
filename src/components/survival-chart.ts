// The share of children seen by working day N, those not yet seen included (Kaplan–Meier, computed in the pipeline).
import {svg} from "./markup.js";
import {scaleLinear} from "d3-scale";
import {area, curveStepAfter, line} from "d3-shape";
import type {Curve} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {few} from "./format.js";
import {apart, byFigure} from "./labels.js";

export interface SurvivalOptions {
  limitDays: number;
  outerLimitDays: number;
  /** The curve to bring forward; null brings forward everyone. */
  chosen: {dimension: string; group: string} | null;
  label: string;
  width: number;
  height?: number; // defaults to 380
  /** What happens, when, from what: defaults to "seen", "day", "Working days from referral". */
  words?: SurvivalWords;
  /** Top of the scale, in percent; defaults to 100. */
  top?: number;
  /** Letters of a name that there is room for; defaults to 19. */
  letters?: number;
}

export interface SurvivalWords {
  /** "seen": follows "70%". */
  done: string;
  /** "day": one unit of time. */
  unit: string;
  /** What stands under the axis. */
  axis: string;
  /** What the two upright lines are called; defaults to "Limit: day 5" and "Outer limit: day 10". */
  lines?: [string, string];
}

const SEEN: SurvivalWords = {done: "seen", unit: "day", axis: "Working days from referral"};

interface Step {
  time: number;
  share: number;
  lower: number | null;
  upper: number | null;
}

/** Steps as the share seen, in percent, from day 0. */
export function seenSteps(curve: Curve): Step[] {
  const steps = curve.steps.map((s) => ({time: s.time, share: 100 * (1 - s.survival), lower: s.upper == null ? null : 100 * (1 - s.upper), upper: s.lower == null ? null : 100 * (1 - s.lower)}));
  return steps[0]?.time === 0 ? steps : [{time: 0, share: 0, lower: 0, upper: 0}, ...steps];
}

/** The share seen by the end of day `day`, in percent. */
export function seenBy(curve: Curve, day: number): number {
  return seenSteps(curve).filter((s) => s.time <= day).at(-1)?.share ?? 0;
}

/** Draws the curves; everyone dark, the chosen group in colour with its band, the others pale; each named at its end. */
export function survivalChart(curves: Curve[], o: SurvivalOptions): SVGElement {
  const {width, height = 380, words = SEEN, top = 100, letters = 19} = o;
  const wide = width >= 520;
  const margin = {top: 30, right: wide ? 176 + (letters - 19) * 6.5 : 16, bottom: 44, left: 46};
  const last = Math.max(Math.ceil(o.outerLimitDays * 1.2), o.limitDays + 1);
  const x = scaleLinear([0, last], [margin.left, width - margin.right]);
  const y = scaleLinear([0, top], [height - margin.bottom, margin.top]);
  const part = (c: Curve): "main" | "chosen" | "other" => (o.chosen && c.dimension === o.chosen.dimension && c.group === o.chosen.group ? "chosen" : c.dimension === "all" ? "main" : "other");
  const order = {other: 0, main: 1, chosen: 2};
  const drawn = [...curves].sort((a, b) => order[part(a)] - order[part(b)]);
  const lead = drawn.find((c) => part(c) === "chosen") ?? drawn.find((c) => part(c) === "main");
  const clipped = (c: Curve): Step[] => {
    const steps = seenSteps(c).filter((s) => s.time <= last);
    const end = steps.at(-1);
    return end ? [...steps, {...end, time: last}] : [];
  };
  const path = line<Step>((d) => r(x(d.time)), (d) => r(y(d.share))).curve(curveStepAfter);
  const band = area<Step>((d) => r(x(d.time)), (d) => r(y(d.lower ?? d.share)), (d) => r(y(d.upper ?? d.share))).curve(curveStepAfter);
  const names = byFigure(apart(drawn.map((c) => ({y: y(seenBy(c, last)), from: y(seenBy(c, last)), figure: seenBy(c, o.limitDays), text: `${shorten(c.label, letters)} ${Math.round(seenBy(c, o.limitDays))}%`, part: part(c)})), 15, margin.top, height - margin.bottom), 15);
  const lines = o.limitDays <= 0 ? [] : [{day: o.limitDays, kind: "due", text: words.lines?.[0] ?? `Limit: ${words.unit} ${o.limitDays}`}, ...(o.outerLimitDays !== o.limitDays ? [{day: o.outerLimitDays, kind: "due-outer", text: words.lines?.[1] ?? `Outer limit: ${words.unit} ${o.outerLimitDays}`}] : [])];
  return svg`<svg class="chart survival" viewBox="0 0 ${width} ${height}" width=${width} height=${height} role="img" aria-label=${o.label}>
    ${y.ticks(5).map((t) => svg.fragment`<line class="grid" x1=${margin.left} x2=${width - margin.right} y1=${r(y(t))} y2=${r(y(t))} /><text class="axis" x=${margin.left - 8} y=${r(y(t) + 4)} text-anchor="end">${t}%</text>`)}
    ${x.ticks(Math.min(10, last)).filter(Number.isInteger).map((t) => svg`<text class="axis" x=${r(x(t))} y=${height - margin.bottom + 18} text-anchor="middle">${t}</text>`)}
    <text class="axis" x=${margin.left} y=${height - 8}>${words.axis}</text>
    ${lead ? svg`<path class="band" d=${band(clipped(lead)) ?? ""} />` : null}
    ${lines.map((d) => svg.fragment`<line class=${d.kind} x1=${r(x(d.day))} x2=${r(x(d.day))} y1=${margin.top - 6} y2=${height - margin.bottom} /><text class="label" x=${r(x(d.day))} y=${margin.top - 12} text-anchor="middle">${wide ? d.text : `${words.unit.charAt(0).toUpperCase()}${words.unit.slice(1)} ${d.day}`}</text>`)}
    ${drawn.map((c) => svg`<path class="curve" data-part=${part(c)} d=${path(clipped(c)) ?? ""}><title>${c.label}: ${Math.round(seenBy(c, o.limitDays))}% ${words.done} by ${words.unit} ${o.limitDays}</title></path>`)}
    ${wide ? svg`<text class="label" x=${width - margin.right + 15} y=${margin.top - 12}>${words.done.charAt(0).toUpperCase()}${words.done.slice(1)} by ${words.unit} ${o.limitDays}:</text>` : null}
    ${wide ? names.map((n) => svg.fragment`<path class="leader" d=${`M${width - margin.right + 2},${r(n.from)}L${width - margin.right + 12},${r(n.y)}`} /><text class="curve-label" data-part=${n.part} x=${width - margin.right + 15} y=${r(n.y + 4)}>${n.text}</text>`) : null}
  </svg>`;
}

/** Children, not yet seen, median, and the share seen by each published day with its interval. */
export function survivalTable(curves: Curve[], words: SurvivalWords = SEEN): Table {
  const days = [...new Set(curves.flatMap((c) => c.shareBy.map((s) => s.day)))].sort((a, b) => a - b);
  return {
    columns: words === SEEN ? ["Group", "Children", "Not yet seen", "Median, working days", ...days.flatMap((d) => [`Seen by day ${d}, %`, `95% interval`])] : ["Group", "Cases", `Not ${words.done}`, `Median, ${words.unit}s`, ...days.flatMap((d) => [`${words.done.charAt(0).toUpperCase()}${words.done.slice(1)} by ${words.unit} ${d}, %`, `95% interval`])],
    rows: curves.map((c) => [c.label, c.children, c.notYetSeen, c.median, ...days.flatMap((d) => {
      const s = c.shareBy.find((v) => v.day === d);
      return s ? [Math.round(s.value * 10) / 10, s.lower == null || s.upper == null ? "" : `${s.lower.toFixed(0)} to ${s.upper.toFixed(0)}`] : [null, ""];
    })])
  };
}

/** The finding in words: how many were seen by the limit, and who waits longest. At most twelve words. */
export function survivalFinding(curve: Curve, limitDays: number): string {
  const in10 = Math.round(seenBy(curve, limitDays) / 10);
  if (curve.children === 0) return "No referral to follow in this period";
  return `${in10 === 10 ? "Nearly all" : `About ${few(in10)} in ten`} children were seen by working day ${limitDays}`;
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

function r(n: number): number {
  return Math.round(n * 10) / 10;
}
