// Repeat referrals: the DfE rate that counts referrals and the rate that counts children, never mixed; who comes back after closing, and when.
import {html} from "./markup.js";
import type {Topic} from "../../etl/publish/topics.ts";
import type {CurvesFile, Figure} from "../../etl/publish/published.ts";
import {curveFigure} from "./curve-figure.js";
import {capital, dimensionText} from "./format.js";
import {frame, two} from "./frame.js";
import {across, captionOf, casesLink, filtersWith, sourcesOf, type Context} from "./page.js";
import {pairedDots, pairedFinding, pairedTable, type Paired, type PairedOptions} from "./paired-dots.js";
import type {Parts} from "./parts.js";
import {choice} from "./switch.js";
import {groups, notGiven, panels, shownCurves, topicPage, topicTiles, trend, type Pair} from "./topic.js";

/** What the page asks for and draws. */
export const repeatTopic = {
  measures: ["R1", "R2", "R5", "C9", "C11", "A10", "S8", "N10b"],
  drawn: {R1: ["need", "source", "team", "locality", "age_band"], R2: ["need", "source", "team", "locality", "age_band"], R5: ["category", "team"], C9: ["team"]},
  panels: {R5: "team"}
} as const satisfies Topic;

/** Dimensions of which one is chosen to set both rates side by side. */
const SIDE_BY_SIDE: readonly string[] = repeatTopic.drawn.R1;

/** The page. */
export function repeatReferralsPage(): HTMLElement {
  return topicPage({name: "repeat-referrals", topic: repeatTopic, more: (context) => shownCurves(context, "curves/R5", () => context.open.curves("R5"), "category"), view: repeatReferralsView});
}

/** Draws the page from what was loaded. */
export function* repeatReferralsView(pairs: Map<string, Pair>, back: CurvesFile | null, context: Context): Parts {
  yield topicTiles(pairs, ["R1", "R2", "R5", "C9", "A10", "C11", "S8", "N10b"], context);
  yield two(trend(pairs, "R1", context), trend(pairs, "R2", context));
  yield sideBySide(pairs, context);
  yield groups(pairs, "R5", "category", context);
  yield curveFigure(back, pairs.get("R5")?.definition ?? null, context, {about: "Time since closure: closed cases that came back, by week", what: "closed cases", were: "had come back", done: "back", unit: "week", axis: "Weeks from closing", lines: ["Three months", "Six months"]}, topOf(back, context));
  yield panels(pairs, "R5", repeatTopic.panels, context);
  yield trend(pairs, "R5", context);
  yield two(trend(pairs, "C9", context), groups(pairs, "C9", "team", context));
  yield two(trend(pairs, "A10", context), trend(pairs, "C11", context));
  yield notGiven([["time since closure", back]]);
}

/** The least round percentage that every curve of the period fits under. */
function topOf(back: CurvesFile | null, context: Context): number {
  const shares = (back?.curves ?? []).filter((c) => c.period === context.period.key && (c.dimension === "all" || c.dimension === "chosen" || c.children >= 20)).map((c) => 100 * (1 - (c.steps.at(-1)?.survival ?? 1)));
  return Math.min(100, Math.max(10, Math.ceil((Math.max(0, ...shares) * 1.2) / 10) * 10));
}

function sideBySide(pairs: Map<string, Pair>, context: Context): HTMLElement | null {
  const [r1, r2] = [pairs.get("R1"), pairs.get("R2")];
  if (!r1 || !r2 || r1.file.status !== "ok" || r2.file.status !== "ok" || r1.file.unsplit || r2.file.unsplit) return null;
  const figure = (figures: Figure[] | undefined) => figures?.find((f) => f.period === context.period.key) ?? null;
  const dimensions = SIDE_BY_SIDE.filter((dim) => r1.file.groups.some((g) => g.dimension === dim));
  const place = html`<div></div>`;
  let by = dimensions[0];
  if (!by) return null;
  const draw = () => {
    const dimension = by!;
    const rows: Paired[] = [
      {group: "", label: context.groupLabel, a: figure(r1.file.figures), b: figure(r2.file.figures), hrefA: casesLink("R1", context.period, context.filters), hrefB: casesLink("R2", context.period, context.filters)},
      ...r1.file.groups.filter((g) => g.dimension === dimension).slice(0, 14).map((g) => ({
        group: g.group, label: g.label, a: figure(g.figures), b: figure(r2.file.groups.find((h) => h.dimension === dimension && h.group === g.group)?.figures),
        hrefA: casesLink("R1", context.period, filtersWith(context.filters, {dimension, group: g.group})), hrefB: casesLink("R2", context.period, filtersWith(context.filters, {dimension, group: g.group}))
      }))
    ];
    const o: PairedOptions = {kind: "percentage", unit: "percent", nameA: "R1: of referrals", nameB: "R2: of children", heading: capital(dimensionText(dimension)), label: `Re-referrals within 12 months by ${dimensionText(dimension)}, of referrals and of children`};
    place.replaceChildren(frame({
      about: `Re-referrals within 12 months, by ${dimensionText(dimension)}: two ways to count`,
      finding: pairedFinding(rows.slice(1), o),
      draw: (width) => pairedDots(rows, {...o, width}),
      caption: captionOf(across(context, dimension), r1.definition, sourcesOf(context.run, r1.definition)),
      table: pairedTable(rows, o),
      file: `R1_and_R2_by_${dimension}`,
      notes: ["R1 is the DfE rate: a child referred three times in the year adds two re-referrals. R2 counts each child once. Never compare one with the other. Thin lines: 95% intervals (Wilson)."],
      definition: r1.definition
    }));
  };
  draw();
  return html`<div>${choice("By", "repeat-by", dimensions.map((d): [string, string] => [d, dimensionText(d)]), by, (v) => { by = v; draw(); })}${place}</div>`;
}
