// Groups on one scale with their intervals: a table whose middle column is drawn, so it reads without the picture.
// Never for workers; teams are compared, never ranked as people.
import {html, svg} from "./markup.js";
import {scaleLinear} from "d3-scale";
import type {Figure, Good} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {count, isPercent, shareText, shortValue, valueText, type Measured} from "./format.js";
import {fewCases, wilson} from "./statistics.js";

export interface BarRow {
  group: string;
  label: string;
  figure: Figure;
  /** Where its cases open; null: no link. */
  href?: string | null;
}

export interface BarOptions extends Measured {
  good: Good;
  target: number | null;
  /** Everyone's value, drawn as a line on every bar. */
  all: number | null;
  /** Who everyone is; defaults to "whole authority". */
  allIs?: string;
  chosen?: string | null;
  /** What a row is: "Team". */
  heading: string;
  label: string;
}

/** Draws the rows in the order given. Bars start at zero; few cases are pale and say so. */
export function groupBars(rows: BarRow[], o: BarOptions): HTMLElement {
  const percent = isPercent(o);
  const values = rows.map((d) => d.figure.value ?? 0);
  const top = percent ? 100 : Math.max(1, ...values, o.all != null && comparable(o) ? o.all : 0, o.target ?? 0) * 1.05;
  const x = scaleLinear([0, top], [0, 100]);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${o.label}><table class="bars">
    <thead class="sr"><tr><th scope="col">${o.heading}</th><th scope="col">Picture</th><th scope="col">Value</th><th scope="col">Cases</th></tr></thead>
    <tbody>${rows.map((d) => {
      const f = d.figure;
      const small = isSmall(f, o);
      const w = percent && f.numerator != null && f.denominator ? wilson(f.numerator, f.denominator) : null;
      const value = f.value == null ? (f.denominator === 0 ? "none due" : "–") : valueText(f.value, o);
      // a number of cases is its own share: said once
      const share = shareText(f) || (d.href && f.numerator != null && count(f.numerator) !== value ? count(f.numerator) : "");
      const cases = html`<span class="sr"> cases, ${d.label}</span>`;
      return html`<tr data-few=${small ? "yes" : null} data-chosen=${o.chosen === d.group ? "yes" : null}>
        <th scope="row">${d.label}</th>
        <td class="pic"><svg viewBox="0 0 100 22" height="22" preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <rect class="track" x="0" y="3" width="100" height="16"/>
          ${f.value != null ? svg`<rect class="bar" x="0" y="3" width=${r(x(f.value))} height="16"/>` : null}
          ${o.all != null && comparable(o) ? svg`<line class="all" x1=${r(x(o.all))} x2=${r(x(o.all))} y1="0" y2="22" vector-effect="non-scaling-stroke"/>` : null}
          ${o.target != null ? svg`<line class="target" x1=${r(x(o.target))} x2=${r(x(o.target))} y1="0" y2="22" vector-effect="non-scaling-stroke"/>` : null}
          ${w ? svg`<line class="whisker" x1=${r(x(w.lower))} x2=${r(x(w.upper))} y1="11" y2="11" vector-effect="non-scaling-stroke"/>` : null}
        </svg></td>
        <td class="n"><b>${d.href && !share ? html`<a href=${d.href}>${value}${cases}</a>` : value}</b></td>
        <td class="n">${d.href && share ? html`<a href=${d.href}>${share}${cases}</a>` : share}${small ? html` <span class="tag">few cases</span>` : null}</td>
      </tr>`;
    })}</tbody></table></div>`;
}

/** Whether a group can be held against the whole: a number of cases cannot, being a part of it. */
export function comparable(m: Measured): boolean {
  return m.kind !== "count" && (m.kind !== "snapshot" || isPercent(m));
}

/** True when a share rests on fewer cases than a percentage can carry. */
export function isSmall(f: Figure, m: Measured): boolean {
  return isPercent(m) && f.denominator != null && f.denominator < fewCases;
}

/** What the lines on the bars are. */
export function barNotes(o: Pick<BarOptions, "all" | "allIs" | "target" | "kind" | "unit">): string[] {
  const notes: string[] = [];
  if (isPercent(o)) notes.push("Thin line: 95% interval (Wilson).");
  if (o.all != null && comparable(o)) notes.push(`Upright line: ${o.allIs ?? "whole authority"}, ${shortValue(o.all, o)}.`);
  if (o.target != null) notes.push(`Broken line: target, ${shortValue(o.target, o)}.`);
  return notes.length ? [notes.join(" ")] : [];
}

/** The same rows as a table. */
export function barTable(rows: BarRow[], o: BarOptions): Table {
  return {
    columns: [o.heading, isPercent(o) ? "Percent" : o.unit, "Numerator", "Denominator", "95% lower", "95% upper", "Note"],
    rows: rows.map((d) => {
      const f = d.figure;
      const w = isPercent(o) && f.numerator != null && f.denominator ? wilson(f.numerator, f.denominator) : null;
      return [d.label, f.value == null ? null : Math.round(f.value * 10) / 10, f.numerator, f.denominator, w ? Math.round(w.lower * 10) / 10 : null, w ? Math.round(w.upper * 10) / 10 : null, isSmall(f, o) ? "few cases" : ""];
    })
  };
}

function r(n: number): number {
  return Math.round(n * 100) / 100;
}
