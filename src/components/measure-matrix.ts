// Groups by measures: one row a team, agency or source, one column a measure, each cell its share with n of d and a bar.
// A table first: numbers, a mark and words carry it, not colour.
import {html, svg} from "./markup.js";
import type {Figure, MeasureDefinition} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {count, isPercent, shareText, shortValue, valueText} from "./format.js";
import {isSmall} from "./group-bars.js";
import {misses} from "./words.js";

export interface MatrixColumn {
  definition: MeasureDefinition;
  /** Stands at the head of the column; short. */
  name: string;
  /** Columns with one heading stand together: "Ours to do". */
  over?: string;
}

export interface MatrixGroup {
  group: string;
  label: string;
  /** By measure id; absent: the measure is not split for this group. */
  figures: Map<string, Figure>;
}

export interface MatrixOptions {
  heading: string;
  label: string;
  href: (measure: string, group: string) => string;
}

/** Draws the matrix. A cell that misses its target is marked ▾ (or ▴ where low is good). */
export function measureMatrix(groups: MatrixGroup[], columns: MatrixColumn[], o: MatrixOptions): HTMLElement {
  const overs = columns.reduce<{text: string; span: number}[]>((done, c) => (done.at(-1)?.text === (c.over ?? "") ? (done.at(-1)!.span++, done) : [...done, {text: c.over ?? "", span: 1}]), []);
  const topped = overs.some((v) => v.text);
  const target = (d: MeasureDefinition) => (d.target && d.good !== "neutral" ? html`<small>target ${shortValue(d.target.value, d)}</small>` : null);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${o.label}><table class="matrix measures">
    <caption class="sr">${o.label}</caption>
    <thead>
      ${topped ? html`<tr class="over"><td></td>${overs.map((v) => html`<th scope="colgroup" colspan=${v.span}>${v.text}</th>`)}</tr>` : null}
      <tr><th scope="col">${o.heading}</th>${columns.map((c) => html`<th scope="col"><abbr title=${`${c.definition.id}: ${c.definition.title}`}>${c.name}</abbr>${target(c.definition)}</th>`)}</tr>
    </thead>
    <tbody>${groups.map((g) => html`<tr><th scope="row">${g.label}</th>${columns.map((c) => cell(g, c, o))}</tr>`)}</tbody>
  </table></div>`;
}

function cell(g: MatrixGroup, {definition: d}: MatrixColumn, o: MatrixOptions): HTMLElement {
  const f = g.figures.get(d.id);
  if (!f) return html`<td class="empty"><span>–</span></td>`;
  if (f.value == null) return html`<td class="empty"><span>${f.denominator === 0 || f.numerator === 0 ? "none due" : "–"}</span></td>`;
  const few = isSmall(f, d);
  const low = !few && misses(f.value, d.target?.value ?? null, d.good);
  return html`<td data-low=${low ? d.good : null} data-few=${few ? "yes" : null}>${isPercent(d) ? share(f.value) : null}<b>${isPercent(d) ? `${Math.round(f.value)}%` : valueText(f.value, d)}</b><a href=${o.href(d.id, g.group)}>${shareText(f) || count(f.numerator ?? 0)}<span class="sr"> cases: ${d.title}, ${g.label}</span></a></td>`;
}

function share(value: number): SVGElement {
  return svg`<svg viewBox="0 0 56 8" height="8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" x="0" y="1" width="56" height="6"/><rect class="part-attended" x="0" y="1" width=${Math.round(value * 5.6) / 10} height="6"/></svg>`;
}

/** The finding: the widest miss of a target among cells with cases enough; at most twelve words. */
export function measureMatrixFinding(groups: MatrixGroup[], columns: MatrixColumn[]): string {
  const cells = groups.flatMap((g) =>
    columns.flatMap(({definition: d, name}) => {
      const f = g.figures.get(d.id);
      const target = d.target?.value;
      if (f?.value == null || isSmall(f, d) || target == null || !isPercent(d) || !misses(f.value, target, d.good)) return [];
      return [{text: `${g.label}: ${name.toLowerCase()} ${Math.round(f.value)}%, target ${Math.round(target)}%`, by: Math.abs(target - f.value)}];
    })
  );
  const worst = cells.sort((a, b) => b.by - a.by)[0];
  if (worst) return worst.text;
  if (columns.some((c) => c.definition.target)) return "Every target that can be judged is met";
  const [first] = columns;
  const shares = first ? groups.flatMap((g) => { const f = g.figures.get(first.definition.id); return f?.value == null || isSmall(f, first.definition) ? [] : [f.value]; }) : [];
  return first && shares.length > 1 && isPercent(first.definition) ? `${first.name}: from ${Math.round(Math.min(...shares))}% to ${Math.round(Math.max(...shares))}% between groups` : "No target is set for these measures";
}

/** The matrix as a long table. */
export function measureMatrixTable(groups: MatrixGroup[], columns: MatrixColumn[], heading: string): Table {
  return {
    columns: [heading, "Measure", "Value", "Unit", "Numerator", "Denominator", "Target"],
    rows: groups.flatMap((g) => columns.flatMap(({definition: d}) => {
      const f = g.figures.get(d.id);
      return f ? [[g.label, `${d.id} ${d.title}`, f.value == null ? null : Math.round(f.value * 10) / 10, d.unit, f.numerator, f.denominator, d.target?.value ?? null]] : [];
    }))
  };
}
