// Hour by weekday: how many contacts came in each hour of the week. Each cell says its number; the shade only helps the eye.
import {svg} from "./markup.js";
import type {Table} from "./download.js";
import {count} from "./format.js";

export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** 7 → "7 am", 0 → "midnight", 12 → "noon". */
export function hourText(hour: number): string {
  const h = ((hour % 24) + 24) % 24;
  return h === 0 ? "midnight" : h === 12 ? "noon" : h < 12 ? `${h} am` : `${h - 12} pm`;
}

/** Of 168 counts, the first Monday from midnight: days across when narrow, hours across when there is room. */
export function weekMap(counts: number[], o: {width: number; label: string}): SVGElement {
  const wide = o.width >= 620;
  const most = Math.max(1, ...counts);
  const [columns, rows] = wide ? [24, 7] : [7, 24];
  const left = wide ? 86 : 62;
  const right = wide ? 52 : 0;
  const top = 24;
  const cell = {w: (o.width - left - right) / columns, h: wide ? 30 : 22};
  const bars = wide ? 46 : 0;
  const height = top + rows * cell.h + bars + 4;
  const at = (column: number, row: number) => counts[wide ? row * 24 + column : column * 24 + row] ?? 0;
  const name = (column: number, row: number) => (wide ? `${WEEKDAYS[row]}, ${hourText(column)} to ${hourText(column + 1)}` : `${WEEKDAYS[column]}, ${hourText(row)} to ${hourText(row + 1)}`);
  const sum = (of: number[]) => of.reduce((n, v) => n + v, 0);
  const days = WEEKDAYS.map((_, d) => sum(counts.slice(d * 24, d * 24 + 24)));
  const hours = Array.from({length: 24}, (_, h) => sum(WEEKDAYS.map((_d, d) => counts[d * 24 + h] ?? 0)));
  const tallest = Math.max(1, ...hours);
  return svg`<svg class="chart week" viewBox="0 0 ${o.width} ${height}" width=${o.width} height=${height} role="img" aria-label=${o.label}>
    ${Array.from({length: columns}, (_, c) => (wide ? (c % 3 ? null : svg`<text class="axis" x=${r(left + c * cell.w)} y="14">${hourText(c)}</text>`) : svg`<text class="axis" x=${r(left + (c + 0.5) * cell.w)} y="14" text-anchor="middle">${WEEKDAYS[c]!.slice(0, 3)}</text>`))}
    ${Array.from({length: rows}, (_, row) => (wide || row % 2 === 0 ? svg`<text class="axis" x=${left - 8} y=${r(top + row * cell.h + cell.h / 2 + 4)} text-anchor="end">${wide ? WEEKDAYS[row] : hourText(row)}</text>` : null))}
    ${Array.from({length: rows * columns}, (_, i) => {
      const [c, row] = [i % columns, Math.floor(i / columns)];
      const n = at(c, row);
      const shade = n === 0 ? 0 : Math.ceil((4 * n) / most);
      return svg.fragment`<rect class="hour" data-shade=${shade} x=${r(left + c * cell.w + 0.5)} y=${r(top + row * cell.h + 0.5)} width=${r(cell.w - 1)} height=${cell.h - 1}><title>${name(c, row)}: ${count(n)}</title></rect>${n && cell.w >= 20 ? svg`<text class="hour-n" data-shade=${shade} x=${r(left + (c + 0.5) * cell.w)} y=${r(top + row * cell.h + cell.h / 2 + 4)} text-anchor="middle">${n}</text>` : null}`;
    })}
    ${wide ? days.map((n, d) => svg`<text class="day-n" x=${r(o.width)} y=${r(top + d * cell.h + cell.h / 2 + 4)} text-anchor="end">${count(n)}</text>`) : null}
    ${wide ? hours.map((n, h) => svg`<rect class="hour-bar" x=${r(left + h * cell.w + 2)} y=${r(top + 7 * cell.h + 6)} width=${r(cell.w - 4)} height=${r((n / tallest) * (bars - 8))}><title>${hourText(h)} to ${hourText(h + 1)}, all days: ${count(n)}</title></rect>`) : null}
    ${wide ? svg`<text class="axis" x=${left - 8} y=${top + 7 * cell.h + 18} text-anchor="end">All days</text>` : null}
  </svg>`;
}

/** The finding: the busiest three hours of the week; at most twelve words. */
export function weekFinding(counts: number[]): string {
  const total = counts.reduce((n, v) => n + v, 0);
  if (!total) return "No contact in this period";
  let best = {at: 0, n: -1};
  for (let at = 0; at < 168; at++) {
    const n = [0, 1, 2].reduce((sum, i) => sum + (counts[(at + i) % 168] ?? 0), 0);
    if (n > best.n) best = {at, n};
  }
  return `Busiest: ${WEEKDAYS[Math.floor(best.at / 24)]} ${hourText(best.at)} to ${hourText(best.at + 3)}, ${count(best.n)} of ${count(total)}`;
}

/** Hours down, weekdays across. */
export function weekTable(counts: number[]): Table {
  return {columns: ["Hour", ...WEEKDAYS, "All days"], rows: Array.from({length: 24}, (_, h) => {
    const row = WEEKDAYS.map((_d, d) => counts[d * 24 + h] ?? 0);
    return [`${hourText(h)} to ${hourText(h + 1)}`, ...row, row.reduce((n, v) => n + v, 0)];
  })};
}

function r(n: number): number {
  return Math.round(n * 10) / 10;
}
