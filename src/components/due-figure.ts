// "Due in the next five working days", with everything around it.
import type {DueSoonFile} from "../../etl/publish/published.ts";
import {dueAsTable, dueFinding, dueTable} from "./due-table.js";
import {few, shortDay} from "./format.js";
import {frame} from "./frame.js";
import {casesLink, chosenIn, type Context} from "./page.js";
import {link} from "./state.js";
import {teamName} from "./relabel.js";

/** Counts by step and team; null where they may not be read or nothing runs. */
export function dueFigure(file: DueSoonFile | null, steps: string[], context: Context): HTMLElement | null {
  const known = file?.steps.filter((s) => steps.includes(s.step) && s.status === "ok") ?? [];
  if (!file || !known.length) return null;
  const team = chosenIn(context, "team");
  const month = {from: context.run.asAt.slice(0, 7), to: context.run.asAt.slice(0, 7)};
  const of = known.map((s) => s.step);
  const absent = file.steps.filter((s) => steps.includes(s.step) && s.status !== "ok");
  return frame({
    about: `Due in the next ${few(file.within)} working days${team ? `: ${teamName(team)}` : ""}`,
    finding: dueFinding(file, of, team),
    draw: () => dueTable(file, {steps: of, team, label: "What falls due next on open cases, by team", href: (measure) => link("measure", {id: measure}), casesHref: (list, of) => casesLink(list, month, of ? {dimension: "team", group: of} : null)}),
    caption: [`Limits that run on open cases`, `Data as at ${shortDay(context.run.asAt)}`],
    table: dueAsTable(file, of, team),
    file: "due_soon",
    notes: [`Large: falls due in the next ${few(file.within)} working days. Small: past its day already. A limit on each line; one child may have several.${context.filters.some((f) => f.dimension !== "team") ? ` Counted by team only: what else you chose does not narrow it${team ? "" : ", so this is the whole authority"}.` : ""}`, ...(absent.length ? [`Not recorded, so not told: ${absent.map((s) => s.label.toLowerCase()).join(", ")}.`] : [])]
  });
}
