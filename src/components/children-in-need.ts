// Children in need: meetings, reviews and visits on time, plans that drift, risk that rises without a step up, and the steps that were made.
import type {Topic} from "../../etl/publish/topics.ts";
import type {CohortFile, DueSoonFile} from "../../etl/publish/published.ts";
import {flowFigure, funnelFigures} from "./cohort.js";
import {dueFigure} from "./due-figure.js";
import {two} from "./frame.js";
import {matrixFigure} from "./matrix-figure.js";
import type {Context} from "./page.js";
import type {Parts} from "./parts.js";
import {groups, ifAllowed, notGiven, panels, shownChart, topicPage, topicTiles, trend, type Pair} from "./topic.js";

/** What the page asks for and draws. */
export const childrenInNeedTopic = {
  measures: ["N1", "N2a", "N3", "N4a", "N4b", "N7", "N8", "N9a", "N9b", "N10a", "N15a", "N2b"],
  drawn: {N1: ["team"], N2a: ["team"], N2b: ["team"], N3: ["team", "locality"], N4a: ["team"], N4b: ["team"], N7: ["team"], N8: ["team"], N15a: ["category"]},
  panels: {N3: "locality", N4a: "team"}
} as const satisfies Topic;

interface More {
  cohort: CohortFile | null;
  due: DueSoonFile | null;
}

/** The page. */
export function childrenInNeedPage(): HTMLElement {
  return topicPage<More>({name: "children-in-need", topic: childrenInNeedTopic, more: async (context) => {
    const [cohort, due] = await Promise.all([shownChart(context, "cohort", context.open.cohort), ifAllowed(context.open.dueSoon())]);
    return {cohort, due};
  }, view: childrenInNeedView});
}

/** Draws the page from what was loaded. */
export function* childrenInNeedView(pairs: Map<string, Pair>, {cohort, due}: More, context: Context): Parts {
  yield topicTiles(pairs, ["N3", "N1", "N2a", "N4a", "N4b", "N7", "N8", "N10a"], context);
  yield dueFigure(due, ["child_seen", "assessment", "cin_meeting", "cin_visit", "cp_visit", "cp_review", "initial_conference", "supervision"], context);
  yield matrixFigure(pairs, {about: "Planning and visiting, team by team", by: "team", columns: [["N1", "First meeting in time"], ["N2a", "Reviews on time"], ["N3", "No meeting in 12 weeks"], ["N2b", "Review overdue now"], ["N4a", "Visits on time"], ["N4b", "Seen alone"], ["N7", "Drift, no senior review"], ["N8", "Rising risk, nothing decided"]]}, context);
  yield panels(pairs, "N3", childrenInNeedTopic.panels, context);
  yield panels(pairs, "N4a", childrenInNeedTopic.panels, context);
  yield two(trend(pairs, "N3", context), trend(pairs, "N2a", context));
  yield two(trend(pairs, "N7", context), trend(pairs, "N8", context));
  yield flowFigure(cohort, context);
  yield two(trend(pairs, "N9a", context), trend(pairs, "N9b", context));
  yield two(trend(pairs, "N10a", context), groups(pairs, "N15a", "category", context));
  yield funnelFigures(cohort, context);
  yield notGiven([["how far contacts came", cohort], ["steps up and down", cohort], ["what is due next", due]]);
}
