// The funnel and the flow with everything around them, for the pages that show them.
import {html} from "./markup.js";
import type {CohortFile, CohortRow} from "../../etl/publish/published.ts";
import {flowChart, flowFinding, flowTable} from "./flow.js";
import {capital, count, dimensionText} from "./format.js";
import {frame} from "./frame.js";
import {funnel, funnelFinding, funnelMatrix, funnelTable} from "./funnel.js";
import {across, captionOf, casesLink, filtersWith, type Context} from "./page.js";
import {choice} from "./switch.js";
import {noFigure} from "./topic.js";

/** How far contacts came: everyone's funnel, and by group or month. */
export function funnelFigures(file: CohortFile | null, context: Context): HTMLElement | null {
  if (!file || file.status === "not recorded") return null;
  const now = file.funnel.filter((c) => c.period === context.period.key);
  const about = "What became of the contacts received in this period";
  const everyone = now.find((c) => c.dimension === "all");
  if (!everyone) return context.filters.length ? noFigure(about, file, context) : null;
  const dimensions = [...new Set(now.map((c) => c.dimension))].filter((d) => d !== "all");
  const place = html`<div></div>`;
  let by = "month";
  const draw = () => {
    const rows = by === "month" ? file.months.filter((m) => m.group >= context.period.from && m.group <= context.period.to) : now.filter((c) => c.dimension === by).sort((a, b) => b.contacts - a.contacts);
    const heading = by === "month" ? "Month of contact" : capital(dimensionText(by));
    place.replaceChildren(frame({
      about: `How far contacts came, by ${by === "month" ? "month of contact" : dimensionText(by)}`,
      finding: by === "month" ? recentWords(rows) : "Share of each group’s contacts that came to each step",
      draw: () => funnelMatrix(rows, file.steps, {href: (row, step, recent) => contactsHref(context, by, row, step, recent), heading, label: `Contacts that came as far as each step, by ${heading.toLowerCase()}`}),
      caption: captionOf(by === "month" ? context : across(context, by), null, sourcesOfFunnel(context)),
      table: funnelTable(rows, file.steps, heading),
      file: `funnel_by_${by}`,
      notes: [html`<span>Each column has its own scale: bars compare down a column. “Open” in brackets: too recent to tell.${by === "need" ? " Need is the referral’s, so contacts without one have none." : ""}</span>`]
    }));
  };
  draw();
  return html`<div class="frames">${frame({
    about,
    finding: funnelFinding(everyone, file.steps),
    draw: () => funnel(everyone, file.steps, "Contacts that came as far as each step", (row, step, recent) => contactsHref(context, "all", row, step, recent)),
    caption: captionOf(context, null, sourcesOfFunnel(context)),
    table: funnelTable([everyone], file.steps, "Contacts of"),
    file: "funnel",
    notes: [html`<span class="legend"><span><span class="swatch reached-key"></span>came as far as this</span><span><span class="swatch recent-key"></span>too recent to tell</span></span>`, `Steps after the referral are those of the same case. A step is counted whether or not the one before it was recorded.`],
    cases: {href: contactsHref(context, "all", everyone, "all", false), text: `See the ${count(everyone.contacts)} contacts`}
  })}<div>${choice("By", "funnel-by", [["month", "month"], ...dimensions.map((d): [string, string] => [d, dimensionText(d)])], by, (v) => { by = v; draw(); })}${place}</div></div>`;
}

/** Where a number of the funnel opens: a list of exactly those contacts. Disability is no dimension of a case: there the list has it as its category. */
function contactsHref(context: Context, by: string, row: CohortRow, step: string, recent: boolean): string {
  const id = `contacts.${step}${recent ? ".recent" : ""}`;
  if (by === "month") return casesLink(id, {from: row.group, to: row.group}, context.filters);
  if (by === "all") return casesLink(id, context.period, context.filters);
  if (by === "disability") return casesLink(id, context.period, context.filters, {category: row.group});
  return casesLink(id, context.period, filtersWith(context.filters, {dimension: by, group: row.group}));
}

const sourcesOfFunnel = (context: Context): string => context.run.freshness.filter((f) => f.recordSets.some((s) => ["contact", "referral", "assessment", "strategy_meeting", "section_47", "conference", "cp_plan"].includes(s))).map((f) => f.source.split(",")[0]).slice(0, 4).join(", ");

function recentWords(rows: {label: string; contacts: number; steps: [number, number][]}[]): string {
  const open = rows.find((m) => m.contacts && (m.steps.at(-1)?.[1] ?? 0) / m.contacts > 0.05);
  return open ? `From ${open.label} on, later steps may still come` : "Every month has had time to come to its end";
}

/** Moves between case statuses in the period. */
export function flowFigure(file: CohortFile | null, context: Context): HTMLElement | null {
  if (!file) return null;
  const now = file.flows.filter((f) => f.period === context.period.key && f.dimension === "all");
  const about = "Steps up and down between case statuses";
  if (!now.length) return context.filters.length && file.status === "ok" ? noFigure(about, file.unsplitFlows ? {unsplit: file.unsplitFlows} : {}, context) : null;
  const plans = now.filter((f) => !((f.from === "closed" && f.to === "open_assessment") || (f.from === "open_assessment" && f.to === "closed")));
  if (!plans.length) return null;
  const back = now.filter((f) => f.direction === "down").reduce((n, f) => n + (f.again ?? 0), 0);
  const all = now.reduce((n, f) => n + f.moves, 0);
  const finding = flowFinding(now);
  return frame({
    about,
    finding,
    draw: (width) => flowChart(plans, {href: (from, to) => casesLink(`moves.${from}.${to}`, context.period, context.filters), statuses: file.statuses, width, label: `Flow chart of moves between case statuses. ${finding}. The table below holds every move.`}),
    caption: captionOf(context, null, "plans, referrals and care episodes"),
    table: flowTable(now, file.statuses),
    file: "steps_up_and_down",
    notes: [html`<span class="legend"><span><span class="swatch up-key"></span>up, towards protection and care</span><span><span class="swatch down-key"></span>down</span></span>`, html`<span>Neither is good or bad in itself. Of the moves down in this period, ${back ? html`<a href=${casesLink("moves.back", context.period, context.filters)}>${count(back)} have come back up</a>` : "none have come back up"} so far. Assessments opened and closed without a plan are in the table only.</span>`],
    cases: {href: casesLink("moves.all", context.period, context.filters), text: `See the ${count(all)} moves`}
  });
}
