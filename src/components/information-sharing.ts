// Information sharing: each agency's scorecard, with the council's part and the agency's part apart, each with its denominator.
// An agency that was not invited is the council's failing; one that was invited and stayed away is the agency's.
import type {Topic} from "../../etl/publish/topics.ts";
import type {AgencyReturnsFile, StrategyMeetingsFile} from "../../etl/publish/published.ts";
import {matrixRows} from "./agency-matrix.js";
import {count, shortDay} from "./format.js";
import {frame, two} from "./frame.js";
import {matrixFigure} from "./matrix-figure.js";
import {across, captionOf, casesLink, filtersWith, sourcesOf, type Context} from "./page.js";
import type {Parts} from "./parts.js";
import {partsBars, partsKey, partsTable, type PartsOptions, type PartsRow} from "./parts-bars.js";
import {groups, noFigure, notGiven, panels, shownChart, topicPage, topicTiles, trend, type Pair} from "./topic.js";

/** What the page asks for and draws. */
export const sharingTopic = {
  measures: ["I1", "I2a", "I2b", "I3", "I4", "I5", "S5", "S9b", "S10a", "N5a", "N6"],
  drawn: {I1: ["agency"], I2a: ["agency"], I2b: ["agency"], I3: ["team"], I4: ["category"], I5: ["agency", "category"], S5: ["agency"], S9b: ["agency"], S10a: ["agency"], N5a: ["agency"], N6: ["agency"]},
  panels: {I3: "team"}
} as const satisfies Topic;

interface More {
  returns: AgencyReturnsFile | null;
  strategy: StrategyMeetingsFile | null;
}

/** The page. */
export function informationSharingPage(): HTMLElement {
  return topicPage<More>({name: "information-sharing", topic: sharingTopic, more: async (context) => {
    const [returns, strategy] = await Promise.all([shownChart(context, "agency-returns", context.open.agencyReturns), shownChart(context, "strategy-meetings", context.open.strategyMeetings)]);
    return {returns, strategy};
  }, view: informationSharingView});
}

/** Draws the page from what was loaded. */
export function* informationSharingView(pairs: Map<string, Pair>, {returns, strategy}: More, context: Context): Parts {
  yield topicTiles(pairs, ["I1", "I2a", "I2b", "I3", "I4", "I5"], context);
  yield returnsFigure(pairs, returns, context);
  yield matrixFigure(pairs, {
    about: "Agency scorecard: what the council owes each agency, and what each agency owes the council", by: "agency",
    columns: [["I2b", "Decided before its return was due", "The council’s part"], ["S5", "Strategy record sent in time", "The council’s part"], ["S9b", "Conference minutes sent in time", "The council’s part"], ["N6", "Plan shared in time", "The council’s part"], ["I1", "Returned in time", "The agency’s part"], ["N5a", "At reviews it was asked to", "The agency’s part"], ["I5", "MASH sessions covered", "The agency’s part"], ["I2a", "Not back when decided", "Both"]],
    notes: ["A dash: the measure does not speak of that agency. “Both”: an agency may be late, or the council may not have waited."]
  }, context);
  yield invitedFigure(strategy, context);
  yield trend(pairs, "I3", context);
  yield two(trend(pairs, "I1", context), trend(pairs, "I2a", context));
  yield two(groups(pairs, "I4", "category", context), groups(pairs, "I5", "category", context));
  yield groups(pairs, "S10a", "agency", context);
  yield panels(pairs, "I3", sharingTopic.panels, context);
  yield notGiven([["returns by agency", returns], ["who was invited to strategy meetings", strategy]]);
}

function returnsFigure(pairs: Map<string, Pair>, file: AgencyReturnsFile | null, context: Context): HTMLElement | null {
  const d = pairs.get("I1")?.definition ?? null;
  const now = file?.agencies.filter((a) => a.period === context.period.key).sort((a, b) => b.asked - a.asked) ?? [];
  if (!now.length) return file?.status === "ok" && context.filters.length ? noFigure("Requests for information that have fallen due, by agency", file, context) : null;
  const rows: PartsRow[] = now.map((a) => ({group: a.agency, label: a.label, counts: [a.inTime, a.late, a.never], href: casesLink("I1", context.period, filtersWith(context.filters, {dimension: "agency", group: a.agency}))}));
  const o: PartsOptions = {heading: "Agency", label: "Requests for information by agency: returned in time, late, never", saidHeading: "Returned in time", parts: [{name: "returned in time", look: "solid"}, {name: "returned late", look: "hatch"}, {name: "not returned", look: "empty"}], said: (row, total) => `${Math.round((100 * row.counts[0]!) / total)}% in time`};
  const never = [...now].filter((a) => a.asked >= 20).sort((a, b) => b.never / b.asked - a.never / a.asked)[0];
  return frame({
    about: "Requests for information that have fallen due, by agency",
    finding: never ? `${never.label} never returned ${count(never.never)} of ${count(never.asked)}, the largest share` : "Too few requests to compare agencies",
    draw: () => partsBars(rows, o),
    caption: captionOf(across(context, "agency"), d, d ? sourcesOf(context.run, d) : ""),
    table: partsTable(rows, o),
    file: "agency_returns",
    notes: [partsKey(o), `Not returned by ${shortDay(context.run.asAt)}, when the data end.`],
    definition: d,
    cases: {href: casesLink("I1", context.period, across(context, "agency").filters), text: "See the requests"}
  });
}

function invitedFigure(file: StrategyMeetingsFile | null, context: Context): HTMLElement | null {
  if (!file || file.status !== "ok") return null;
  const found = matrixRows(file, "all", context.period).filter((r) => r.total.invited || r.core);
  if (!found.some((r) => r.total.meetings)) return context.filters.length ? noFigure("Strategy meetings: who was invited, and who came", file, context) : null;
  const rows: PartsRow[] = found.map(({code, label, total: t}) => {
    const open = (which: string) => casesLink(`meetings.${code}.${which}`, context.period, context.filters);
    return {group: code, label, counts: [t.came, t.invited - t.came, t.meetings - t.invited], hrefs: [open("came"), open("absent"), open("uninvited")]};
  });
  const o: PartsOptions = {heading: "Agency", label: "Strategy meetings by agency: invited and came, invited and absent, not invited", saidHeading: "Came when invited", parts: [{name: "invited and came", short: "came", look: "solid"}, {name: "invited, did not come: the agency’s to answer", short: "did not come", look: "hatch"}, {name: "not invited: the council’s to answer", short: "not invited", look: "empty"}], said: (row) => (row.counts[0]! + row.counts[1]! ? `${Math.round((100 * row.counts[0]!) / (row.counts[0]! + row.counts[1]!))}% came when invited` : "never invited")};
  const core = found.filter((r) => r.core && r.total.meetings);
  const left = [...core].sort((a, b) => b.total.meetings - b.total.invited - (a.total.meetings - a.total.invited))[0];
  return frame({
    about: "Strategy meetings: who was invited, and who came",
    finding: left && left.total.meetings > left.total.invited ? `${left.label} was not invited to ${count(left.total.meetings - left.total.invited)} of ${count(left.total.meetings)} meetings` : "Every agency that must be there was invited",
    draw: () => partsBars(rows, o),
    caption: captionOf(context, null, "strategy meetings and attendance"),
    table: partsTable(rows, o),
    file: "strategy_meetings_by_agency",
    notes: [partsKey(o), `Only social care, police and health must be at every meeting; for others, not invited may be right.`],
    cases: {href: casesLink("S1", context.period, context.filters), text: "See the meetings"}
  });
}
