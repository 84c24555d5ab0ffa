// Out of hours: when contacts come, how soon they are answered, whether the day team hears of them, and whether decisions stand.
import {html} from "./markup.js";
import type {Topic} from "../../etl/publish/topics.ts";
import type {OutOfHoursFile} from "../../etl/publish/published.ts";
import {count} from "./format.js";
import {frame, two} from "./frame.js";
import {captionOf, casesLink, sourcesOf, type Context} from "./page.js";
import type {Parts} from "./parts.js";
import {choice} from "./switch.js";
import {groups, noFigure, notGiven, panels, shownChart, topicPage, topicTiles, trend, type Pair} from "./topic.js";
import {weekFinding, weekMap, weekTable} from "./week-map.js";

/** What the page asks for and draws. */
export const outOfHoursTopic = {
  measures: ["E1", "C1", "E2a", "E2b", "E3", "E4"],
  drawn: {E3: ["category", "team"], E4: ["category", "source"]},
  panels: {E3: "team"}
} as const satisfies Topic;

/** The page. */
export function outOfHoursPage(): HTMLElement {
  return topicPage({name: "out-of-hours", topic: outOfHoursTopic, more: (context) => shownChart(context, "out-of-hours", context.open.outOfHours), view: outOfHoursView});
}

/** Draws the page from what was loaded. */
export function* outOfHoursView(pairs: Map<string, Pair>, weeks: OutOfHoursFile | null, context: Context): Parts {
  yield topicTiles(pairs, ["E1", "E2a", "E2b", "E3", "E4"], context);
  yield demand(pairs, context);
  yield week(pairs, weeks, context);
  yield trend(pairs, "E1", context);
  yield two(trend(pairs, "E2a", context), trend(pairs, "E3", context));
  yield groups(pairs, "E3", "category", context);
  yield trend(pairs, "E4", context);
  yield groups(pairs, "E4", "category", context);
  yield groups(pairs, "E4", "source", context);
  yield panels(pairs, "E3", outOfHoursTopic.panels, context);
  yield notGiven([["the hours of the week", weeks]]);
}

/** Contacts by night beside contacts by day: two counts of two record sets, never added up. */
function demand(pairs: Map<string, Pair>, context: Context): HTMLElement | null {
  const figure = (id: string, key: string | undefined) => {
    const pair = pairs.get(id);
    return pair && key ? (pair.file.figures.find((f) => f.period === key)?.value ?? null) : null;
  };
  const said = (key: string | undefined) => {
    const [night, day] = [figure("E1", key), figure("C1", key)];
    return night === null || !day ? null : {night, day, per: (100 * night) / day};
  };
  const now = said(context.period.key);
  const was = said(context.before?.key);
  if (!now) return null;
  return html`<section class="panel demand"><h2><span class="about">Share of demand<span class="sr">: </span></span>${now.per.toFixed(0)} out-of-hours contacts for every 100 MASH contacts</h2>
    <p>${count(now.night)} <a href=${casesLink("E1", context.period, context.filters)}>out of hours</a>, ${count(now.day)} <a href=${casesLink("C1", context.period, context.filters)}>MASH contacts</a>${context.filters.length ? `, ${context.groupLabel}` : ""}${was ? `; ${was.per.toFixed(0)} for every 100 ${context.before!.label.split(",")[0]!.charAt(0).toLowerCase()}${context.before!.label.split(",")[0]!.slice(1)}` : ""}. One child may be in both: the two records are kept by two teams and are set side by side, not added up.</p></section>`;
}

function week(pairs: Map<string, Pair>, file: OutOfHoursFile | null, context: Context): HTMLElement | null {
  const d = pairs.get("E1")?.definition ?? null;
  if (!file || file.status === "not recorded") return null;
  const now = file.weeks.filter((w) => w.period === context.period.key);
  const all = now.find((w) => w.dimension === "all");
  const about = "Out-of-hours contacts by hour and weekday";
  if (!all) return context.filters.length ? noFigure(about, file, context) : html`<section class="panel"><h2>No out-of-hours contact in this period</h2><p>Choose another period.</p></section>`;
  const priorities = now.filter((w) => w.dimension === "category");
  const place = html`<div></div>`;
  let chosen = "";
  const draw = () => {
    const shown = priorities.find((w) => w.group === chosen) ?? all;
    const finding = weekFinding(shown.counts);
    const within = [...(context.filters.length ? [context.groupLabel] : []), ...(shown === all ? [] : [shown.label])].join(", ");
    const which = within ? `: ${within}` : "";
    place.replaceChildren(frame({
      about: `${about}${which}`,
      finding,
      draw: (width) => weekMap(shown.counts, {width, label: `Hours of the week${which}. ${finding}. The table below holds every hour.`}),
      caption: captionOf(context, d, d ? sourcesOf(context.run, d) : ""),
      table: weekTable(shown.counts),
      file: "out_of_hours_week",
      notes: ["Contacts received in each hour of the week, all weeks of the period together. Darker is more."],
      definition: d,
      cases: d ? {href: casesLink("E1", context.period, [...context.filters, ...(chosen ? [{dimension: "category", group: chosen}] : [])]), text: `See the ${count(shown.counts.reduce((n, v) => n + v, 0))} cases`} : null
    }));
  };
  draw();
  return html`<div>${priorities.length > 1 ? choice("Priority", "priority", [["", "all"], ...priorities.map((p): [string, string] => [p.group, p.label.toLowerCase()])], chosen, (v) => { chosen = v; draw(); }) : null}${place}</div>`;
}
