// Contacts and decisions: how many and from whom, decided in time for their risk, what became of them, and who keeps coming back.
import type {Topic} from "../../etl/publish/topics.ts";
import type {CohortFile} from "../../etl/publish/published.ts";
import {funnelFigures} from "./cohort.js";
import {two} from "./frame.js";
import {matrixFigure} from "./matrix-figure.js";
import type {Context} from "./page.js";
import type {Parts} from "./parts.js";
import {groups, notGiven, panels, shownChart, topicPage, topicTiles, trend, type Pair} from "./topic.js";

/** What the page asks for and draws. */
export const contactTopic = {
  measures: ["C1", "C2", "C3a", "C3b", "C5", "C6", "C15a", "C15b", "C7", "C8", "C9", "C10", "C16", "C4b"],
  drawn: {C1: ["source"], C2: ["team", "source"], C3a: ["category"], C3b: ["category"], C5: ["source"], C6: ["source"], C15a: ["source"], C7: ["source"], C15b: ["source"]},
  panels: {C2: "team"}
} as const satisfies Topic;

/** The page. */
export function contactsPage(): HTMLElement {
  return topicPage({name: "contacts", topic: contactTopic, more: (context) => shownChart(context, "cohort", context.open.cohort), view: contactsView});
}

/** Draws the page from what was loaded. */
export function* contactsView(pairs: Map<string, Pair>, cohort: CohortFile | null, context: Context): Parts {
  yield topicTiles(pairs, ["C1", "C2", "C3a", "C16", "C5", "C15a", "C7", "C8"], context);
  yield trend(pairs, "C1", context);
  yield groups(pairs, "C1", "source", context);
  yield panels(pairs, "C2", contactTopic.panels, context);
  yield trend(pairs, "C3a", context);
  yield two(groups(pairs, "C3a", "category", context), groups(pairs, "C3b", "category", context));
  yield matrixFigure(pairs, {about: "What became of contacts, by who made them", by: "source", columns: [["C5", "Became a referral"], ["C6", "Closed, no further action or advice"], ["C15a", "Passed to early help"], ["C7", "Closed, then back in 90 days"], ["C15b", "Early help, then stepped up"], ["C2", "Decided in one working day"]]}, context);
  yield funnelFigures(cohort, context);
  yield two(trend(pairs, "C8", context), trend(pairs, "C9", context));
  yield two(trend(pairs, "C7", context), trend(pairs, "C10", context));
  yield trend(pairs, "C15b", context);
  yield notGiven([["how far contacts came", cohort]]);
}
