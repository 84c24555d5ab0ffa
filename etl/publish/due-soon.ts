// due-soon.json: limits that fall due in the next working days and those already past, by step and team. Counts only: never a case.
import type {Db} from "../duckdb.ts";
import {NOT_RECORDED} from "../transform/cases.ts";
import {dueCounts, STEPS, type Step} from "../transform/early-warning.ts";
import {dueSteps, dueWithin} from "../../src/components/lists.ts";
import {reworded} from "../../src/components/relabel.ts";
import type {Settings} from "../settings.ts";
import type {PartManifest} from "../transform/part.ts";
import type {DueSoonFile} from "./published.ts";

/** Counts by step and team of what falls due in the next five working days, and of what is overdue. */
export async function dueSoon(db: Db, {part, settings}: {part: PartManifest; settings: Pick<Settings, "labels">}): Promise<Omit<DueSoonFile, "disclosure" | "run">> {
  const {due, notRecorded} = await dueCounts(db, {within: dueWithin, overdue: true, missing: part.missing});
  const cells = new Map<string, DueSoonFile["cells"][number]>();
  for (const row of due) {
    const team = row.team ?? NOT_RECORDED;
    const key = `${row.step}\u0000${team}`;
    const cell = cells.get(key) ?? cells.set(key, {step: row.step, team, due: 0, overdue: 0}).get(key)!;
    cell[row.due_on === null ? "overdue" : "due"] += row.cases;
  }
  const steps = (Object.keys(STEPS) as Step[]).map((step) => ({step, measure: STEPS[step], label: reworded(dueSteps[step]!, settings.labels.words), status: notRecorded.includes(step) ? ("not recorded" as const) : ("ok" as const)}));
  return {asAt: part.asAt, within: dueWithin, steps, cells: [...cells.values()]};
}
