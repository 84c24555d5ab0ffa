// Time to seen: the share of children seen by working day N, those not yet seen included; by team; who is past the limit now.
import {html} from "./markup.js";
import type {Topic} from "../../etl/publish/topics.ts";
import type {CurvesFile, Figure, MeasureDefinition, MeasureFile, TimeToSeenFile} from "../../etl/publish/published.ts";
import {count, few, shareText} from "./format.js";
import {bigValue} from "./tile.js";
import {frame, two} from "./frame.js";
import {groupFigure, trendFigure} from "./measure-figures.js";
import {captionOf, casesLink, page, sourcesOf, type Context} from "./page.js";
import type {Parts} from "./parts.js";
import {seenBy, survivalChart, survivalFinding, survivalTable} from "./survival-chart.js";
import {curveFigure, withinNote} from "./curve-figure.js";
import {curvesToDraw, noFigure, notGiven, notYet, readTopic, shownCurves} from "./topic.js";

interface Loaded {
  curves: TimeToSeenFile | null;
  /** Time to finish an assessment. */
  finished?: CurvesFile | null;
  pairs: {definition: MeasureDefinition; file: MeasureFile}[];
}

/** What the page asks for and draws. */
export const seenTopic = {
  measures: ["A4a", "A4b", "A5", "A2b"],
  drawn: {A4a: ["team", "locality"]},
  panels: {}
} as const satisfies Topic;

/** The page. */
export function timeToSeenPage(): HTMLElement {
  return page<Loaded>({
    load: async (context) => {
      const [curves, finished, pairs] = await Promise.all([shownCurves(context, "time-to-seen", context.open.timeToSeen), shownCurves(context, "curves/A2b", () => context.open.curves("A2b")), readTopic(context, "time-to-seen", seenTopic)]);
      return {curves, finished, pairs: [...pairs.values()]};
    },
    view: timeToSeenView
  });
}

/** Draws the page from what was loaded. */
export function* timeToSeenView({curves: file, finished = null, pairs}: Loaded, context: Context): Parts {
  if (!file) return yield notGiven([["time to seen", null]]);
  const told = file.status === "ok";
  const d = pairs.find((p) => p.definition.id === "A4b")?.definition ?? pairs[0]?.definition ?? null;
  const share = pairs.find((p) => p.definition.id === "A4a");
  const waiting = pairs.find((p) => p.definition.id === "A5");
  const late = waiting?.file.figures.find((f) => f.period === context.period.key);
  const drawn = curvesToDraw(file.curves, context, "team");
  if (told && !drawn && !context.filters.length) return yield html`<section class="panel"><h2>No curve for this period</h2><p>Choose another period: none of its referrals has a limit that has expired.</p></section>`;
  if (!told) yield notYet("Time to seen is not recorded", file.missing);
  else if (drawn) yield* seenFigures(drawn, file, d, late, context);
  else {
    yield narrowedHeadline(pairs, late, context);
    yield noFigure("Share of children seen, by working day from referral", file, context);
  }
  if (share && told) {
    yield trendFigure(share.definition, share.file, context);
    yield two(groupFigure(share.definition, share.file, "team", context), groupFigure(share.definition, share.file, "locality", context));
  }
  yield curveFigure(finished, pairs.find((p) => p.definition.id === "A2b")?.definition ?? null, context, {about: "Time to finish an assessment, as DfE counts it: those finished in the period", what: "assessments", were: "were finished", done: "finished", unit: "day", axis: "Working days from the start of the assessment"});
  if (waiting && told) yield trendFigure(waiting.definition, waiting.file, context);
}

/** The headline, the curves, and the shares by day in print. */
function* seenFigures({everyone, own, lead, groups}: NonNullable<ReturnType<typeof curvesToDraw>>, file: TimeToSeenFile, d: MeasureDefinition | null, late: Figure | undefined, context: Context): Parts {
  const shown = [...(everyone ? [everyone] : []), ...(own ? [own] : []), ...groups];
  const slowest = groups.filter((c) => c.children >= 20).sort((a, b) => seenBy(a, file.limitDays) - seenBy(b, file.limitDays))[0];
  yield html`<div class="headline">
      <div><p class="big">${Math.round(seenBy(lead, file.limitDays))}%</p><span>seen by working day ${file.limitDays}${own ? `, ${own.label}` : ""}</span></div>
      <div><p class="big">${lead.median == null ? "not reached" : bigValue(lead.median, {kind: "duration", unit: "working days"})}</p><span>median wait</span></div>
      <div><p class="big">${count(lead.notYetSeen)}</p><span>of ${count(lead.children)} not seen before their record stopped</span></div>
      ${waitingNow(late, context)}
    </div>`;
  yield frame({
      about: `Share of children seen, by working day from referral${own ? `: ${own.label}` : ""}`,
      finding: survivalFinding(lead, file.limitDays),
      draw: (width) => survivalChart(shown, {limitDays: file.limitDays, outerLimitDays: file.outerLimitDays, chosen: own ? {dimension: own.dimension, group: own.group} : null, width, label: `Step chart: share of children seen by working day, ${shown.length} lines. ${survivalFinding(lead, file.limitDays)}. The table below holds every value.`}),
      caption: captionOf(context, d, d ? sourcesOf(context.run, d) : ""),
      table: survivalTable(shown),
      file: "time_to_seen",
      definition: d,
      notes: [`Children not yet seen stay in the line until the day their record stops (Kaplan–Meier). Day 0 is the day of referral; weekends and bank holidays do not count. The shaded band is the 95% interval${own ? ` of ${own.label}` : ""}.${own && everyone ? withinNote(everyone, groups, context) : ""}`, slowest ? `Slowest of those with twenty or more: ${slowest.label}, ${Math.round(seenBy(slowest, file.limitDays))}% by day ${file.limitDays}.` : ""].filter(Boolean),
      cases: d ? {href: casesLink(d.id, context.period, context.filters), text: `See the ${lead.children === 1 ? "case" : `${count(lead.children)} cases`}`} : null
  });
  yield byDay(shown, file);
}

function waitingNow(late: Figure | undefined, context: Context): HTMLElement | null {
  return late?.numerator == null ? null : html`<div><p class="big"><a href=${casesLink("A5", context.period, context.filters, {met: "yes"})}>${count(late.numerator)}</a></p><span>past the limit and not seen at month end</span></div>`;
}

/** The same numbers for choices without a curve: those of the measures, counted within them. */
function narrowedHeadline(pairs: Loaded["pairs"], late: Figure | undefined, context: Context): HTMLElement {
  const of = (id: string) => {
    const file = pairs.find((p) => p.definition.id === id)?.file;
    return file && !file.unsplit ? file.figures.find((f) => f.period === context.period.key) : undefined;
  };
  const [share, wait] = [of("A4a"), of("A4b")];
  return html`<div><p class="lede"><b>${context.groupLabel}</b></p><div class="headline">
    <div><p class="big">${share?.value == null ? "no figure" : `${Math.round(share.value)}%`}</p><span>seen in time${share?.denominator ? html`, <a href=${casesLink("A4a", context.period, context.filters)}>${shareText(share)}</a>` : ""}</span></div>
    <div><p class="big">${wait?.value == null ? (wait?.denominator ? "not reached" : "no figure") : bigValue(wait.value, {kind: "duration", unit: "working days"})}</p><span>median wait</span></div>
    ${wait?.denominator ? html`<div><p class="big">${count(wait.denominator - (wait.numerator ?? 0))}</p><span>of ${count(wait.denominator)} not seen before their record stopped</span></div>` : null}
    ${waitingNow(late, context)}
  </div></div>`;
}

// The shares by day 1, 5 and 10 in print, not behind a toggle: this is the table that gets read out in meetings.
function byDay(shown: TimeToSeenFile["curves"], file: TimeToSeenFile): HTMLElement {
  const days = [...new Set([1, file.limitDays, file.outerLimitDays])].filter((day) => shown.some((c) => c.shareBy.some((s) => s.day === day)));
  return html`<section class="panel"><h2>${shown.length > 1 ? `Seen by day ${days.join(", ")}: everyone and ${few(shown.length - 1)} groups` : `Seen by day ${days.join(", ")}`}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Share seen by day"><table>
      <thead><tr><th scope="col">Group</th>${days.map((day) => html`<th scope="col" class="n">Day ${day}</th>`)}<th scope="col" class="n">Median wait</th><th scope="col" class="n">Children</th><th scope="col" class="n">Not yet seen</th></tr></thead>
      <tbody>${shown.map((c) => html`<tr><th scope="row">${c.dimension === "all" || c.dimension === "chosen" ? html`<b>${c.label}</b>` : c.label}</th>${days.map((day) => {
        const s = c.shareBy.find((v) => v.day === day);
        return html`<td class="n">${s ? html`${Math.round(s.value)}%${s.lower != null && s.upper != null ? html` <small class="quiet">${Math.round(s.lower)}–${Math.round(s.upper)}</small>` : null}` : "–"}</td>`;
      })}<td class="n">${c.median == null ? "not reached" : c.median}</td><td class="n">${count(c.children)}${c.children < 20 ? html` <small>few cases</small>` : null}</td><td class="n">${count(c.notYetSeen)}</td></tr>`)}</tbody>
    </table></div></section>`;
}
