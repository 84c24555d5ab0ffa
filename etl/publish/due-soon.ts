// due-soon.json: limits that fall due in the next working days and those already past, by step and team. Counts only: never a case.
import type {Db} from "../duckdb.ts";
import {NOT_RECORDED} from "../transform/cases.ts";
import {dueCounts, STEPS, type Step} from "../transform/early-warning.ts";
import type {PartManifest} from "../transform/part.ts";
import type {DueSoonFile} from "./published.ts";

const WITHIN = 5;

const LABELS: Record<Step, string> = {
  contact_decision: "First decision on a contact",
  graded_decision: "Decision by risk grade",
  child_seen: "Child seen",
  assessment: "Assessment finished",
  initial_conference: "Initial conference",
  cin_meeting: "Child-in-need meeting",
  cin_visit: "Child-in-need visit",
  cp_visit: "Child protection visit",
  cp_review: "Child protection review",
  supervision: "Supervision"
};

/** Counts by step and team of what falls due in the next five working days, and of what is overdue. */
export async function dueSoon(db: Db, {part}: {part: PartManifest}): Promise<Omit<DueSoonFile, "disclosure" | "run">> {
  const {due, notRecorded} = await dueCounts(db, {within: WITHIN, overdue: true, missing: part.missing});
  const cells = new Map<string, DueSoonFile["cells"][number]>();
  for (const row of due) {
    const team = row.team ?? NOT_RECORDED;
    const key = `${row.step}\u0000${team}`;
    const cell = cells.get(key) ?? cells.set(key, {step: row.step, team, due: 0, overdue: 0}).get(key)!;
    cell[row.due_on === null ? "overdue" : "due"] += row.cases;
  }
  const steps = (Object.keys(STEPS) as Step[]).map((step) => ({step, measure: STEPS[step], label: LABELS[step], status: notRecorded.includes(step) ? ("not recorded" as const) : ("ok" as const)}));
  return {asAt: part.asAt, within: WITHIN, steps, cells: [...cells.values()]};
}
