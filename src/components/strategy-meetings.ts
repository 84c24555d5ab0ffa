// Strategy meetings: who was invited and who came, agency by month, new against open cases; how long they took to hold, and whether minutes were sent and received.
import {html} from "./markup.js";
import type {Topic} from "../../etl/publish/topics.ts";
import type {CurvesFile, MeasureDefinition, MeasureFile, StrategyMeetingsFile} from "../../etl/publish/published.ts";
import {agencyMatrix, coreText, matrixFinding, matrixKey, matrixRows, matrixTable, type CaseStatus, type Shown} from "./agency-matrix.js";
import {curveFigure} from "./curve-figure.js";
import {frame, two} from "./frame.js";
import {absent, groupFigure, trendFigure} from "./measure-figures.js";
import {captionOf, casesLink, chosenIn, filtersWith, groupsOf, page, sourcesOf, type Context} from "./page.js";
import type {Parts} from "./parts.js";
import {choice} from "./switch.js";
import {noFigure, notGiven, notYet, readTopic, shownChart, shownCurves} from "./topic.js";

interface Loaded {
  matrix: StrategyMeetingsFile | null;
  pairs: {definition: MeasureDefinition; file: MeasureFile}[];
  /** From the decision to the meeting, and from the section 47 enquiry to its conference. */
  held?: CurvesFile | null;
  conference?: CurvesFile | null;
}

/** What the page asks for and draws. */
export const strategyTopic = {
  measures: ["S1", "S2a", "S2b", "S4b", "S7c", "S5", "S10a"],
  drawn: {S1: ["case_status", "team"], S2a: ["case_status", "team"], S2b: ["case_status", "team"], S5: ["agency"], S10a: ["agency"]},
  panels: {}
} as const satisfies Topic;

/** Whether what was decided reached those who need it: the record of the meeting sent, the minutes received. */
const minutes = ["S5", "S10a"];

/** The page. */
export function strategyMeetingsPage(): HTMLElement {
  return page<Loaded>({
    load: async (context) => {
      const curves = (id: string) => shownCurves(context, `curves/${id}`, () => context.open.curves(id));
      const [matrix, pairs, held, conference] = await Promise.all([shownChart(context, "strategy-meetings", context.open.strategyMeetings), readTopic(context, "strategy-meetings", strategyTopic), curves("S4b"), curves("S7c")]);
      return {matrix, pairs: [...pairs.values()], held, conference};
    },
    view: strategyMeetingsView,
    groups: (context) => groupsOf(context.open, ["S1", "S2a"], ["case_status"])
  });
}

/** Draws the page from what was loaded. */
export function* strategyMeetingsView({matrix, pairs, held = null, conference = null}: Loaded, context: Context): Parts {
  // a log of meetings may come without one of who was there
  if (matrix?.status === "not recorded" && pairs.every((p) => p.file.status !== "ok")) return yield notYet("Strategy meetings are not recorded", matrix.missing);
  const chosen = chosenIn(context, "case_status");
  let status: CaseStatus = chosen === "new" || chosen === "open" ? chosen : "all";
  let shown: Shown = "invited";
  const place = html`<div></div>`;
  const definitionOf = (id: string) => pairs.find((p) => p.definition.id === id)?.definition ?? null;
  const s1 = pairs.find((p) => p.definition.id === "S1")?.definition ?? null;
  if (matrix?.status === "ok") draw(matrix);
  const switches = matrix && html`<div class="switches">
    ${chosen ? null : choice("Cases", "case-status", [["all", "all"], ["new", "new cases"], ["open", "already open"]], status, (v) => { status = v as CaseStatus; draw(matrix); })}
    ${choice("Number shown", "shown", [["invited", "invited"], ["attended", "attended"]], shown, (v) => { shown = v as Shown; draw(matrix); })}
  </div>`;
  yield matrix?.status === "not recorded" ? notYet("Who was invited and who came is not recorded", matrix.missing) : matrix ? html`<div>${switches}${place}</div>` : notGiven([["agencies by month", matrix], ["time to the meeting", held], ["time to the conference", conference]]);
  yield two(
    curveFigure(held, definitionOf("S4b"), context, {about: "Time from the decision to the strategy meeting", what: "meetings", were: "were held", done: "held", unit: "hour", axis: "Hours from the decision to hold one", note: "Meetings not held yet are in the curve."}),
    curveFigure(conference, definitionOf("S7c"), context, {about: "Time from section 47 to the initial conference", what: "conferences", were: "were held", done: "held", unit: "day", axis: "Working days from the start of the enquiry", note: "Conferences not held yet are in the curve."})
  );
  for (const {definition: d, file} of pairs.filter((p) => /^S[12][ab]?$/.test(p.definition.id) && p.file.status === "ok")) {
    yield trendFigure(d, file, context);
    yield two(groupFigure(d, file, "case_status", context), groupFigure(d, file, "team", context));
  }
  yield html`<section class="frames" aria-labelledby="minutes"><h2 id="minutes" class="sr">Minutes sent and received</h2>${minutes.flatMap((id) => pairs.filter((p) => p.definition.id === id)).map(({definition: d, file}) => (file.status === "ok" ? two(trendFigure(d, file, context), groupFigure(d, file, "agency", context)) : absent(d)))}</section>`;

  function draw(matrix: StrategyMeetingsFile): void {
    const rows = matrixRows(matrix, status, context.period);
    if (context.filters.length && !rows.some((r) => r.total.meetings)) {
      place.replaceChildren(noFigure("Strategy meetings by agency and month", matrix, context));
      return;
    }
    const where = status === "all" ? "all cases" : status === "new" ? "new cases" : "cases already open";
    const within = status === "all" ? context.filters : filtersWith(context.filters, {dimension: "case_status", group: status});
    place.replaceChildren(frame({
      about: `Strategy meetings by agency and month, ${where}: share ${shown}`,
      finding: matrixFinding(rows, status),
      draw: () => agencyMatrix(rows, {shown, href: (agency, month) => casesLink(`meetings.${agency}.${shown}`, month ? {from: month, to: month} : context.period, within), label: `Agencies ${shown} to strategy meetings, by month, ${where}`}),
      caption: captionOf(context, s1, s1 ? sourcesOf(context.run, s1) : ""),
      table: matrixTable(rows),
      file: `strategy_meetings_${status}`,
      notes: [matrixKey(), `${coreText(matrix)} must be there (Working Together). Large number: share of meetings held; ▾ marks a required agency under 90%.`],
      definition: s1,
      cases: s1 ? {href: casesLink("S1", context.period, within), text: "See the meetings"} : null
    }));
  }
}
