// Agency by month: of the strategy meetings held, how many each agency attended, was invited to but missed, or was not invited to.
// A table with a small bar in each cell: numbers, pattern and words carry it, not colour.
import {html, svg} from "./markup.js";
import type {StrategyMeetingsFile} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {count, list, shortMonth} from "./format.js";
import {fewCases} from "./statistics.js";

export type CaseStatus = "all" | "new" | "open";
export type Shown = "invited" | "attended";

/** One agency in one month, or in all of them. */
export interface Cell {
  period: string;
  meetings: number;
  invited: number;
  attended: number;
  /** Invited and attended. */
  came: number;
}

export interface MatrixRow {
  code: string;
  label: string;
  core: boolean;
  cells: Cell[];
  total: Cell;
}

/** Rows of the matrix for one case status and stretch of months; core agencies (social care, police, health) first. */
export function matrixRows(file: StrategyMeetingsFile, status: CaseStatus, period: {from: string; to: string}): MatrixRow[] {
  const cells = file.cells.filter((c) => c.caseStatus === status && c.period >= period.from && c.period <= period.to);
  const months = [...new Set(cells.map((c) => c.period))].sort();
  return file.agencies
    .map((agency) => {
      const own = new Map(cells.filter((c) => c.agency === agency.code).map((c) => [c.period, c]));
      const row = months.map((p) => withCame(own.get(p) ?? {period: p, meetings: 0, invited: 0, attended: 0}));
      const sum = (key: "meetings" | "invited" | "attended" | "came"): number => row.reduce((n, c) => n + c[key], 0);
      return {...agency, cells: row, total: {period: "all", meetings: sum("meetings"), invited: sum("invited"), attended: sum("attended"), came: sum("came")}};
    })
    .sort((a, b) => Number(b.core) - Number(a.core));
}

// runs published before this was counted hold no such figure
const withCame = <T extends {invited: number; attended: number; came?: number}>(c: T): T & {came: number} => ({...c, came: c.came ?? Math.min(c.invited, c.attended)});

export interface MatrixOptions {
  /** Which share the large number is: of meetings held. */
  shown: Shown;
  label: string;
  /** Where the meetings of a number open; `period` null: all months. */
  href?: (agency: string, period: string | null) => string;
}

/** Draws the matrix. */
export function agencyMatrix(rows: MatrixRow[], o: MatrixOptions): HTMLElement {
  const months = rows[0]?.cells.map((c) => c.period) ?? [];
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${o.label}><table class="matrix">
    <caption class="sr">${o.label}</caption>
    <thead><tr><th scope="col">Agency</th><th scope="col">Whole period</th>${months.map((m) => html`<th scope="col">${shortMonth(m)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row">${row.label}${row.core ? html`<small>must be there</small>` : null}</th>${cell(row.total, o, row, "total")}${row.cells.map((c) => cell(c, o, row, null))}</tr>`)}</tbody>
  </table></div>`;
}

function cell(c: Cell, o: MatrixOptions, {core, code, label}: MatrixRow, kind: string | null): HTMLElement {
  if (!c.meetings) return html`<td class=${kind}><span>no meeting</span></td>`;
  const n = o.shown === "invited" ? c.invited : c.attended;
  const share = Math.round((100 * n) / c.meetings);
  const low = core && share < 90;
  return html`<td class=${kind} data-low=${low ? "yes" : null} data-few=${c.meetings < fewCases && kind ? "yes" : null}>${bar(c)}<b>${share}%</b>${o.href && n ? html`<a href=${o.href(code, c.period === "all" ? null : c.period)} aria-label=${`${count(n)} of ${count(c.meetings)}: see the meetings, ${label}${c.period === "all" ? "" : `, ${shortMonth(c.period)}`}`}>${count(n)} of ${count(c.meetings)}</a>` : html`<span>${count(n)} of ${count(c.meetings)}</span>`}</td>`;
}

/** Solid: attended. Hatched: invited, did not attend. Empty with a broken edge: not invited. */
export function bar(c: Pick<Cell, "meetings" | "invited" | "attended">): SVGElement {
  const width = 56;
  const scale = (n: number): number => Math.round((n / Math.max(1, c.meetings)) * width * 10) / 10;
  const attended = scale(c.attended);
  const invited = scale(Math.max(c.invited, c.attended));
  const hatch: number[] = [];
  for (let x = attended + 2; x < invited; x += 4) hatch.push(x);
  return svg`<svg viewBox="0 0 ${width} 12" height="12" preserveAspectRatio="none" aria-hidden="true" focusable="false">
    ${invited < width ? svg`<rect class="part-not" x=${invited + 0.5} y="1" width=${Math.max(0, width - invited - 1)} height="10"/>` : null}
    ${invited > attended ? svg`<rect class="part-invited" x=${attended} y="0.5" width=${invited - attended} height="11"/>` : null}
    ${hatch.map((x) => svg`<line class="part-hatch" x1=${x} y1="11.5" x2=${Math.min(invited, x + 3)} y2="0.5"/>`)}
    <rect class="part-attended" x="0" y="0.5" width=${attended} height="11"/>
  </svg>`;
}

/** The finding in words: the core agency most often not invited, or absent. At most twelve words. */
export function matrixFinding(rows: MatrixRow[], status: CaseStatus): string {
  const where = status === "open" ? " on open cases" : status === "new" ? " on new cases" : "";
  const core = rows.filter((row) => row.core && row.total.meetings);
  if (!core.length) return `No strategy meeting${where} in this period`;
  const uninvited = [...core].sort((a, b) => b.total.meetings - b.total.invited - (a.total.meetings - a.total.invited))[0]!;
  const missed = uninvited.total.meetings - uninvited.total.invited;
  if (missed / uninvited.total.meetings >= 0.03) return `${uninvited.label} was not invited to ${count(missed)} of ${count(uninvited.total.meetings)} meetings${where}`;
  const absent = [...core].sort((a, b) => a.total.attended / a.total.meetings - b.total.attended / b.total.meetings)[0]!;
  return `${absent.label} attended ${Math.round((100 * absent.total.attended) / absent.total.meetings)}% of meetings${where}, least of those required`;
}

/** The matrix as a long table. */
export function matrixTable(rows: MatrixRow[]): Table {
  return {
    columns: ["Agency", "Month", "Meetings", "Invited", "Attended", "Invited, did not attend", "Not invited"],
    rows: rows.flatMap((row) => [...row.cells, row.total].map((c) => [row.label, c.period === "all" ? "whole period" : c.period, c.meetings, c.invited, c.attended, c.invited - c.came, c.meetings - c.invited]))
  };
}

/** What the three parts of a bar mean. */
export function matrixKey(): HTMLElement {
  const item = (c: {meetings: number; invited: number; attended: number}, text: string): HTMLElement => html`<span>${keySvg(c)}${text}</span>`;
  return html`<div class="legend">${item({meetings: 1, invited: 1, attended: 1}, "attended")}${item({meetings: 1, invited: 1, attended: 0}, "invited, did not attend")}${item({meetings: 1, invited: 0, attended: 0}, "not invited")}</div>`;
}

function keySvg(c: {meetings: number; invited: number; attended: number}): SVGElement {
  const s = bar(c);
  s.setAttribute("width", "40");
  return s;
}

/** "Health, police and social care": the agencies a strategy discussion needs. */
export function coreText(file: StrategyMeetingsFile): string {
  return list(file.agencies.filter((a) => a.core).map((a) => a.label));
}
