// Two measures that must not be mixed up, side by side on one scale: a circle and a diamond a row, each with its own n of d.
import {html, svg} from "./markup.js";
import {scaleLinear} from "d3-scale";
import type {Figure} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {count, isPercent, shareText, shortValue, valueText, type Measured} from "./format.js";
import {isSmall} from "./group-bars.js";
import {wilson} from "./statistics.js";

export interface Paired {
  group: string;
  label: string;
  a: Figure | null;
  b: Figure | null;
  hrefA: string;
  hrefB: string;
}

export interface PairedOptions extends Measured {
  nameA: string;
  nameB: string;
  heading: string;
  label: string;
}

/** Draws the rows in the order given, in a room of a width in pixels. Fewer than 20 cases are hollow and say so. */
export function pairedDots(rows: Paired[], o: PairedOptions & {width: number}): HTMLElement {
  const uppers = rows.flatMap((d) => [d.a, d.b].flatMap((f) => (f?.value == null || isSmall(f, o) ? [] : [f.value])));
  const top = isPercent(o) ? Math.min(100, Math.max(10, Math.ceil((Math.max(0, ...uppers) * 1.3) / 10) * 10)) : Math.max(1, ...uppers) * 1.2;
  const width = Math.round(Math.max(120, o.width * 0.4));
  const x = scaleLinear([0, top], [16, width - 16]).clamp(true);
  const ticks = x.ticks(width < 200 ? 2 : 5);
  const value = (f: Figure | null): string => (f?.value == null ? (f?.denominator === 0 ? "none" : "–") : valueText(f.value, o));
  const cases = (f: Figure | null, href: string, name: string, label: string) => (f?.denominator ? html`<a href=${href}>${shareText(f)}<span class="sr"> cases, ${name}, ${label}</span></a>${isSmall(f, o) ? html` <span class="tag">few cases</span>` : null}` : null);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${o.label}><table class="bars paired">
    <caption class="sr">${o.label}</caption>
    <thead><tr><th scope="col">${o.heading}</th><th scope="col"><span class="sr">Picture, from 0 to ${shortValue(top, o)}</span><svg class="chart" width=${width} height="16" viewBox="0 0 ${width} 16" aria-hidden="true" focusable="false">${ticks.map((t) => svg`<text class="axis" x=${r(x(t))} y="12" text-anchor="middle">${shortValue(t, o)}</text>`)}</svg></th><th scope="col" class="n" colspan="2">${key("a")} ${o.nameA}</th><th scope="col" class="n" colspan="2">${key("b")} ${o.nameB}</th></tr></thead>
    <tbody>${rows.map((d) => html`<tr>
      <th scope="row">${d.label}</th>
      <td><svg class="chart" width=${width} height="26" viewBox="0 0 ${width} 26" aria-hidden="true" focusable="false">
        ${ticks.map((t) => svg`<line class="grid" x1=${r(x(t))} x2=${r(x(t))} y1="0" y2="26"/>`)}
        ${whisker(d.a, o, x, 8)}${whisker(d.b, o, x, 18)}${point(d.a, o, x, "a")}${point(d.b, o, x, "b")}
      </svg></td>
      <td class="n"><b>${value(d.a)}</b></td><td class="n">${cases(d.a, d.hrefA, o.nameA, d.label)}</td>
      <td class="n"><b>${value(d.b)}</b></td><td class="n">${cases(d.b, d.hrefB, o.nameB, d.label)}</td>
    </tr>`)}</tbody></table></div>`;
}

function whisker(f: Figure | null, o: Measured, x: (n: number) => number, y: number): SVGElement | null {
  const w = f && isPercent(o) && f.numerator != null && f.denominator ? wilson(f.numerator, f.denominator) : null;
  return w ? svg`<line class="whisker" x1=${r(x(w.lower))} x2=${r(x(w.upper))} y1=${y} y2=${y} />` : null;
}

function point(f: Figure | null, o: Measured, x: (n: number) => number, which: "a" | "b"): SVGElement | null {
  return f?.value == null ? null : shape(r(x(f.value)), which === "a" ? 8 : 18, which, isSmall(f, o));
}

/** A circle for the first, a diamond for the second; hollow for few cases. */
function shape(x: number, y: number, which: "a" | "b", few: boolean): SVGElement {
  return svg`<path class="point" data-which=${which} data-few=${few ? "yes" : null} d=${which === "a" ? `M${x - 5},${y}a5,5 0 1,0 10,0a5,5 0 1,0 -10,0Z` : `M${x},${y - 6}L${x + 6},${y}L${x},${y + 6}L${x - 6},${y}Z`} />`;
}

function key(which: "a" | "b"): SVGElement {
  return svg`<svg class="key-mark" width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" focusable="false">${shape(7, 7, which, false)}</svg>`;
}

/** Both measures as one table. */
export function pairedTable(rows: Paired[], o: PairedOptions): Table {
  const of = (f: Figure | null) => [f?.value == null ? null : Math.round(f.value * 10) / 10, f?.numerator ?? null, f?.denominator ?? null];
  return {columns: [o.heading, `${o.nameA}, %`, "Numerator", "Denominator", `${o.nameB}, %`, "Numerator", "Denominator"], rows: rows.map((d) => [d.label, ...of(d.a), ...of(d.b)])};
}

/** The finding: how far the two are apart over everything, or which group is highest by the first. */
export function pairedFinding(rows: Paired[], o: PairedOptions): string {
  const big = rows.filter((d) => d.a?.value != null && !isSmall(d.a, o)).sort((p, q) => q.a!.value! - p.a!.value!);
  const [first] = big;
  if (!first || big.length < 2) return "Too few cases to compare groups";
  const named = `Highest for ${first.label}: ${valueText(first.a!.value, o)}, ${count(first.a!.numerator ?? 0)} of ${count(first.a!.denominator ?? 0)}`;
  return named.split(/\s+/).length <= 12 ? named : `${valueText(first.a!.value, o)} at the highest, ${valueText(big.at(-1)!.a!.value, o)} at the lowest`;
}

function r(n: number): number {
  return Math.round(n * 100) / 100;
}
