// The cohort funnel: of the contacts of a stretch of months, how many came as far as each step; those too recent to tell are hatched.
import {html, svg} from "./markup.js";
import type {CohortFile, CohortRow} from "../../etl/publish/published.ts";
import type {Table} from "./download.js";
import {count} from "./format.js";

const share = (n: number, of: number): string => (of ? `${((100 * n) / of).toFixed(n / of < 0.1 ? 1 : 0)}%` : "–");

/** Where the contacts of a row that came as far as a step ("all": every contact) open, and those too recent to tell. */
export type FunnelHref = (row: CohortRow, step: string, recent: boolean) => string | null;

const opens = (href: string | null, words: string, of: string): Node | string => (href ? html`<a href=${href}>${words}<span class="sr"> contacts: ${of}</span></a>` : words);

/** One bar a step, on the scale of all contacts. */
export function funnel(row: CohortRow, steps: CohortFile["steps"], label: string, href: FunnelHref = () => null): HTMLElement {
  const rows = [{code: "all", label: "Contact", reached: row.contacts, recent: 0, before: null as number | null}, ...steps.map((s, i) => ({code: s.code, label: s.label, reached: row.steps[i]?.[0] ?? 0, recent: row.steps[i]?.[1] ?? 0, before: i ? (row.steps[i - 1]?.[0] ?? 0) : row.contacts}))];
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${label}><table class="bars funnel">
    <caption class="sr">${label}</caption>
    <thead><tr><th scope="col">Came as far as</th><th scope="col"><span class="sr">Picture</span></th><th scope="col" class="n">Contacts</th><th scope="col" class="n">Of all contacts</th><th scope="col" class="n">Of the step before</th><th scope="col" class="n">Too recent</th></tr></thead>
    <tbody>${rows.map((d) => html`<tr><th scope="row">${d.label}</th>
      <td class="pic"><svg viewBox="0 0 100 24" height="24" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="part-attended" x="0" y="2" width=${width(d.reached, row.contacts)} height="20"/>
        ${d.recent ? svg`<rect class="part-recent" x=${width(d.reached, row.contacts)} y="2" width=${width(d.recent, row.contacts)} height="20" vector-effect="non-scaling-stroke"/>` : null}
      </svg></td>
      <td class="n"><b>${d.reached ? opens(href(row, d.code, false), count(d.reached), d.label) : "0"}</b></td><td class="n">${share(d.reached, row.contacts)}</td><td class="n">${d.before === null ? "" : share(d.reached, d.before)}</td><td class="n">${d.recent ? opens(href(row, d.code, true), count(d.recent), `${d.label}, too recent to tell`) : d.before === null ? "" : "none"}</td></tr>`)}</tbody>
  </table></div>`;
}

function width(n: number, of: number): number {
  return of ? Math.round((10_000 * n) / of) / 100 : 0;
}

/** Groups or months side by side: the share of contacts that came as far as each step. */
export function funnelMatrix(rows: CohortRow[], steps: CohortFile["steps"], o: {heading: string; label: string; href?: FunnelHref}): HTMLElement {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${o.label}><table class="matrix measures">
    <caption class="sr">${o.label}</caption>
    <thead><tr><th scope="col">${o.heading}</th><th scope="col">Contacts</th>${steps.map((s) => html`<th scope="col">${s.label}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row">${row.label}</th><td data-few=${row.contacts < 20 ? "yes" : null}><b>${opens(o.href?.(row, "all", false) ?? null, count(row.contacts), row.label)}</b>${row.contacts < 20 ? html`<span>few cases</span>` : null}</td>${steps.map((s, i) => {
      const [reached, recent] = row.steps[i] ?? [0, 0];
      const most = Math.max(1, ...rows.map((q) => (q.contacts >= 20 ? (q.steps[i]?.[0] ?? 0) / q.contacts : 0)).map((v) => v * 100));
      const here = row.contacts ? (100 * reached) / row.contacts : 0;
      return html`<td data-few=${row.contacts < 20 ? "yes" : null} data-recent=${row.contacts && recent / row.contacts > 0.05 ? "yes" : null}><svg viewBox="0 0 56 8" height="8" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="track" x="0" y="1" width="56" height="6"/><rect class="part-attended" x="0" y="1" width=${Math.min(56, Math.round((here / most) * 560) / 10)} height="6"/></svg><b>${row.contacts ? share(reached, row.contacts) : "–"}</b><span>${reached ? opens(o.href?.(row, s.code, false) ?? null, count(reached), `${row.label}, ${s.label}`) : "0"}${recent ? html` (${opens(o.href?.(row, s.code, true) ?? null, `${count(recent)} open`, `${row.label}, ${s.label}, too recent to tell`)})` : ""}</span></td>`;
    })}</tr>`)}</tbody>
  </table></div>`;
}

/** Every step of every row. */
export function funnelTable(rows: CohortRow[], steps: CohortFile["steps"], heading: string): Table {
  return {columns: [heading, "Contacts", ...steps.flatMap((s) => [s.label, "Too recent to tell"])], rows: rows.map((row) => [row.label, row.contacts, ...row.steps.flat()])};
}

/** The finding; at most twelve words. */
export function funnelFinding(row: CohortRow | undefined, steps: CohortFile["steps"]): string {
  if (!row?.contacts) return "No contact in this period";
  const plan = row.steps[steps.findIndex((s) => s.code === "plan")]?.[0] ?? 0;
  const referral = row.steps[steps.findIndex((s) => s.code === "referral")]?.[0] ?? 0;
  return `${share(referral, row.contacts)} of contacts became referrals, ${share(plan, row.contacts)} reached a plan`;
}
