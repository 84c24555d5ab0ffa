// What falls due next on open cases, and what is past already: counts by step and team. Each step opens the measure that fails with it.
import {html} from "./markup.js";
import type {DueSoonFile} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {count, few} from "./format.js";
import {teamName} from "./relabel.js";

/** One row a step with anything running, one column a team beside all of them; of a chosen team that column only. */
export function dueTable(file: DueSoonFile, o: {steps: string[]; team: string | null; label: string; href: (measure: string) => string; casesHref?: (list: string, team: string | null) => string}): HTMLElement {
  const {rows, teams: known} = dueRows(file, o.steps, o.team);
  const teams = o.team === null ? known : [];
  const of = (step: string, team: string) => file.cells.find((c) => c.step === step && c.team === team);
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${o.label}><table class="matrix due-soon">
    <caption class="sr">${o.label}</caption>
    <thead><tr><th scope="col">What is due</th><th scope="col">${o.team === null ? "All" : teamName(o.team)}</th>${teams.map((t) => html`<th scope="col">${teamName(t)}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row"><a href=${o.href(row.measure)}>${row.label}</a></th>${row.status === "ok" ? html.fragment`${cell(row.due, row.overdue, "total", row, o.team)}${teams.map((t) => cell(of(row.step, t)?.due ?? 0, of(row.step, t)?.overdue ?? 0, null, row, t))}` : html`<td class="empty" colspan=${teams.length + 1}><span>not recorded</span></td>`}</tr>`)}</tbody>
  </table></div>`;

  function cell(due: number, overdue: number, kind: string | null, row: DueRow, team: string | null): HTMLElement {
    const opens = (list: string, words: string): Node | string => (o.casesHref ? html`<a href=${o.casesHref(`${list}.${row.step}`, team)}>${words}<span class="sr">: ${row.label}${team ? `, ${teamName(team)}` : ""}</span></a>` : words);
    return html`<td class=${kind}><b>${due ? opens("due", count(due)) : html`<span class="quiet">none</span>`}</b>${overdue ? html`<span class="overdue">${opens("overdue", `${count(overdue)} overdue`)}</span>` : html`<span> </span>`}</td>`;
  }
}

interface DueRow {
  step: string;
  measure: string;
  label: string;
  status: "ok" | "not recorded";
  due: number;
  overdue: number;
}

/** Steps with their totals, and teams with anything, most first. */
export function dueRows(file: DueSoonFile, steps: string[], team: string | null): {rows: DueRow[]; teams: string[]} {
  const cells = file.cells.filter((c) => steps.includes(c.step) && (!team || c.team === team));
  const sum = (of: typeof cells, key: "due" | "overdue") => of.reduce((n, c) => n + c[key], 0);
  const rows = file.steps.filter((s) => steps.includes(s.step)).map((s) => ({...s, due: sum(cells.filter((c) => c.step === s.step), "due"), overdue: sum(cells.filter((c) => c.step === s.step), "overdue")}));
  const teams = [...new Set(cells.map((c) => c.team))].map((t) => ({t, n: cells.filter((c) => c.team === t).reduce((n, c) => n + c.due + c.overdue, 0)})).sort((a, b) => b.n - a.n || (a.t < b.t ? -1 : 1)).map(({t}) => t);
  return {rows, teams};
}

/** The counts as a table; of one team, where it is chosen. */
export function dueAsTable(file: DueSoonFile, steps: string[], team: string | null): Table {
  const {rows, teams} = dueRows(file, steps, team);
  return {columns: ["What is due", "Team", `Due in ${file.within} working days`, "Overdue"], rows: rows.flatMap((row) => teams.flatMap((team): (string | number)[][] => {
    const c = file.cells.find((one) => one.step === row.step && one.team === team);
    return c ? [[row.label, teamName(team), c.due, c.overdue]] : [];
  }))};
}

/** The finding; at most twelve words. */
export function dueFinding(file: DueSoonFile, steps: string[], team: string | null): string {
  const {rows} = dueRows(file, steps, team);
  const due = rows.reduce((n, r) => n + r.due, 0);
  const overdue = rows.reduce((n, r) => n + r.overdue, 0);
  return due || overdue ? `${count(due)} limits fall due in ${few(file.within)} working days; ${count(overdue)} are overdue` : `Nothing falls due in the next ${few(file.within)} working days`;
}
