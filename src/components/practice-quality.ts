// Practice quality: what audits found, random and targeted samples apart, whether auditors agree, what followed; supervision and training.
import {html} from "./markup.js";
import type {Topic} from "../../etl/publish/topics.ts";
import type {AuditGradesFile} from "../../etl/publish/published.ts";
import {frame, two} from "./frame.js";
import {matrixFigure} from "./matrix-figure.js";
import {captionOf, casesLink, sourcesOf, type Context} from "./page.js";
import type {Parts} from "./parts.js";
import {partsBars, partsKey, partsTable, type PartsOptions, type PartsRow} from "./parts-bars.js";
import {groups, noFigure, notGiven, panels, shownChart, topicPage, topicTiles, trend, type Pair} from "./topic.js";

/** What the page asks for and draws. */
export const qualityTopic = {
  measures: ["Q1", "Q2a", "Q2b", "Q3a", "Q3b", "Q4", "Q5", "Q6a", "V1", "V2", "W1", "X2", "X3"],
  drawn: {Q2a: ["team"], Q3a: ["category", "team"], Q4: ["agency", "team"], Q5: ["category"], Q6a: ["team"], V1: ["team"], V2: ["team"], W1: ["category", "agency"], X2: ["team"], X3: ["team"]},
  panels: {V1: "team"}
} as const satisfies Topic;

/** Fewer audits than this carry no percentage. */
const FEW_AUDITS = 10;

/** The page. */
export function practiceQualityPage(): HTMLElement {
  return topicPage({name: "practice-quality", topic: qualityTopic, more: (context) => shownChart(context, "audit-grades", context.open.auditGrades), view: practiceQualityView});
}

/** Draws the page from what was loaded. */
export function* practiceQualityView(pairs: Map<string, Pair>, grades: AuditGradesFile | null, context: Context): Parts {
  yield topicTiles(pairs, ["Q2a", "Q2b", "Q1", "Q3b", "Q4", "V1", "V2", "X3"], context);
  yield two(gradesFigure(pairs, grades, "random", context), gradesFigure(pairs, grades, "targeted", context));
  yield two(trend(pairs, "Q2a", context), trend(pairs, "Q2b", context));
  yield two(trend(pairs, "Q3b", context), groups(pairs, "Q3a", "category", context));
  yield two(trend(pairs, "Q4", context), trend(pairs, "Q5", context));
  yield two(groups(pairs, "Q4", "agency", context), groups(pairs, "Q5", "category", context));
  yield matrixFigure(pairs, {about: "Audit, supervision and challenge, team by team", by: "team", columns: [["Q2a", "Random audits good or better"], ["Q3a", "Auditor and moderator agree"], ["Q4", "Actions closed on time"], ["Q6a", "Decisions right, random"], ["V1", "Supervised on time"], ["V2", "Supervision actions done"], ["X2", "Escalations in stage time"], ["X3", "No challenge where one was due"]]}, context);
  yield panels(pairs, "V1", qualityTopic.panels, context);
  yield two(trend(pairs, "V1", context), trend(pairs, "V2", context));
  yield two(groups(pairs, "W1", "category", context), groups(pairs, "W1", "agency", context));
  yield two(trend(pairs, "X2", context), trend(pairs, "X3", context));
  yield notGiven([["grades by domain", grades]]);
}

function gradesFigure(pairs: Map<string, Pair>, file: AuditGradesFile | null, selection: "random" | "targeted", context: Context): HTMLElement | null {
  const d = pairs.get(selection === "random" ? "Q2a" : "Q2b")?.definition ?? null;
  if (!file || file.status !== "ok") return null;
  if (file.unsplit?.length) return noFigure(`Grades in ${selection} audits`, file, context);
  const now = file.cells.filter((c) => c.period === context.period.key && c.selection === selection);
  if (!now.length) return html`<section class="panel"><h2><span class="about">Grades in ${selection} audits</span>No ${selection} audit in this period${context.filters.length ? `: ${context.groupLabel}` : ""}</h2></section>`;
  const total = (c: AuditGradesFile["cells"][number]) => c.grades.reduce((n, v) => n + v, 0);
  const good = (c: AuditGradesFile["cells"][number]) => c.grades[2] + c.grades[3];
  const order = (c: AuditGradesFile["cells"][number]) => (c.domain === "overall" ? -1 : 1 - good(c) / Math.max(1, total(c)));
  const cells = [...now].sort((a, b) => order(a) - order(b));
  const id = selection === "random" ? "Q2c" : "Q2d";
  const rows: PartsRow[] = cells.map((c) => ({
    group: c.domain, label: c.label, counts: [c.grades[0], c.grades[1], c.grades[2], c.grades[3]], few: total(c) < FEW_AUDITS,
    href: casesLink(c.domain === "overall" ? (d?.id ?? "Q2a") : id, context.period, context.filters, c.domain === "overall" ? {} : {category: c.domain})
  }));
  const o: PartsOptions = {
    heading: "Domain", label: `Grades in ${selection} audits by domain`, saidHeading: "Good or better", middle: 2,
    parts: [{name: "inadequate", look: "black"}, {name: "requires improvement", look: "hatch"}, {name: "good", look: "solid"}, {name: "outstanding", look: "dark"}],
    said: (row, n) => (n < FEW_AUDITS ? `${row.counts[2]! + row.counts[3]!} of ${n}` : `${Math.round((100 * (row.counts[2]! + row.counts[3]!)) / n)}%`)
  };
  const weakest = cells.filter((c) => c.domain !== "overall" && total(c) >= FEW_AUDITS).at(-1);
  return frame({
    about: `Grades in ${selection} audits, by domain`,
    finding: weakest ? `Weakest: ${weakest.label.toLowerCase()}, ${Math.round((100 * good(weakest)) / total(weakest))}% good or better` : "Too few audits to compare domains",
    draw: () => partsBars(rows, o),
    caption: captionOf(context, d, d ? sourcesOf(context.run, d) : ""),
    table: partsTable(rows, o),
    file: `audit_grades_${selection}`,
    notes: [partsKey(o), `Left of the line: below good. ${selection === "random" ? "Chosen by chance: speaks for all cases." : "Chosen for a reason: says nothing about other cases."} Moderated grade where there is one; under ten audits no percentage.`],
    definition: d,
    cases: d ? {href: casesLink(d.id, context.period, context.filters), text: "See the audits"} : null
  });
}
