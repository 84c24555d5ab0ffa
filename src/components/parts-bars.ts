// What became of a whole: one bar a row, cut into named parts; or, with `middle`, parts to the left and right of a centre line.
// Order, pattern and numbers carry it, not colour.
import {html, svg} from "./markup.js";
import type {Table} from "./download.js";
import {count} from "./format.js";

export interface PartsRow {
  group: string;
  label: string;
  /** How many, part by part, in the order of `parts`. */
  counts: number[];
  href?: string | null;
  /** Where each part's own cases open, part by part. */
  hrefs?: string[];
  /** Few cases: shown pale, without a percentage. */
  few?: boolean;
}

export interface PartsOptions {
  heading: string;
  label: string;
  /** Names of the parts, and the look of each. */
  parts: {name: string; /** Beside a linked number. */ short?: string; look: "solid" | "dark" | "black" | "hatch" | "empty"}[];
  /** Parts before this index stand left of the centre line. */
  middle?: number;
  /** What is said of a row at its end: defaults to the share of the first part. */
  said?: (row: PartsRow, total: number) => string;
  saidHeading: string;
}

/** Draws the rows in the order given. */
export function partsBars(rows: PartsRow[], o: PartsOptions): HTMLElement {
  const span = o.middle === undefined ? 1 : widestSide(rows, o.middle);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${o.label}><table class="bars parts">
    <caption class="sr">${o.label}</caption>
    <thead class="sr"><tr><th scope="col">${o.heading}</th><th scope="col">Picture</th><th scope="col">${o.saidHeading}</th><th scope="col">Cases</th></tr></thead>
    <tbody>${rows.map((row) => {
      const total = row.counts.reduce((n, v) => n + v, 0);
      const few = row.few ?? total < 20;
      const parts = row.counts.map((n, i) => `${o.parts[i]!.name} ${count(n)}`).join(", ");
      return html`<tr data-few=${few ? "yes" : null}><th scope="row">${row.label}<span class="sr">: ${parts}</span></th>
        <td class="pic">${stack(row.counts, total, o, span)}${row.hrefs && total ? partLinks(row, row.hrefs, o) : null}</td>
        <td class="n"><b>${total ? (o.said ?? first)(row, total) : "none"}</b></td>
        <td class="n">${row.href && total ? html`<a href=${row.href}>${count(total)}<span class="sr"> cases, ${row.label}</span></a>` : count(total)}${few && total ? html` <span class="tag">few cases</span>` : null}</td></tr>`;
    })}</tbody></table></div>`;
}

function partLinks(row: PartsRow, hrefs: string[], o: PartsOptions): HTMLElement {
  return html`<p class="part-links">${row.counts.map((n, i) => (n ? html`<a href=${hrefs[i]}>${count(n)} ${o.parts[i]!.short ?? o.parts[i]!.name}<span class="sr">, ${row.label}</span></a> ` : null))}</p>`;
}

const first = (row: PartsRow, total: number): string => `${Math.round((100 * (row.counts[0] ?? 0)) / total)}%`;

/** The largest share on either side of the line, in steps of a quarter, so that neighbouring charts mostly share a scale. */
function widestSide(rows: PartsRow[], middle: number): number {
  const shares = rows.flatMap((row) => {
    const total = row.counts.reduce((n, v) => n + v, 0);
    const left = row.counts.slice(0, middle).reduce((n, v) => n + v, 0);
    return total ? [left / total, (total - left) / total] : [];
  });
  return Math.ceil(Math.max(0.25, ...shares) * 4) / 4;
}

function stack(counts: number[], total: number, o: PartsOptions, span: number): SVGElement {
  const unit = total ? (o.middle === undefined ? 100 : 50 / span) / total : 0;
  let at = o.middle === undefined ? 0 : 50 - counts.slice(0, o.middle).reduce((n, v) => n + v, 0) * unit;
  return svg`<svg viewBox="0 0 100 20" height="20" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    <rect class="track" x="0" y="2" width="100" height="16"/>
    ${counts.map((n, i) => {
      const [x, width] = [at, n * unit];
      at += width;
      return n ? part(x, width, o.parts[i]!.look) : null;
    })}
    ${o.middle === undefined ? null : svg`<line class="centre" x1="50" x2="50" y1="0" y2="20" vector-effect="non-scaling-stroke"/>`}
  </svg>`;
}

function part(x: number, width: number, look: PartsOptions["parts"][number]["look"], step = 3): SVGElement {
  const hatch: number[] = [];
  if (look === "hatch") for (let at = x + 0.6; at < x + width; at += step) hatch.push(at);
  return svg.fragment`<rect class=${`part-${look}`} x=${r(x)} y="2" width=${r(width)} height="16" vector-effect="non-scaling-stroke"/>${hatch.map((at) => svg`<line class="part-hatch" x1=${r(at)} y1="18" x2=${r(Math.min(x + width, at + step / 2))} y2="2" vector-effect="non-scaling-stroke"/>`)}` as unknown as SVGElement;
}

/** What each look means. */
export function partsKey(o: Pick<PartsOptions, "parts">): HTMLElement {
  return html`<span class="legend">${o.parts.map(({name, look}) => html`<span><svg width="28" height="14" viewBox="0 0 20 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">${part(0.5, 19, look, 4.5)}</svg>${name}</span>`)}</span>`;
}

/** Rows and parts as a table. */
export function partsTable(rows: PartsRow[], o: PartsOptions): Table {
  return {columns: [o.heading, ...o.parts.map((p) => p.name), "All"], rows: rows.map((row) => [row.label, ...row.counts, row.counts.reduce((n, v) => n + v, 0)])};
}

function r(n: number): number {
  return Math.round(n * 100) / 100;
}
