// Tomorrow's breaches, not only yesterday's: the limits that run on open cases, by the day they fall due. Lists and counts; it judges nothing itself.
import {literal, rowsOf, type Db} from "../duckdb.ts";

/** What is to be done next, and the measure that fails when it is not. */
export const STEPS = {
  contact_decision: "C2",
  graded_decision: "C3a",
  child_seen: "A4a",
  assessment: "A1",
  initial_conference: "S7",
  cin_meeting: "N3",
  cin_visit: "N4a",
  cp_visit: "K1",
  cp_review: "K2",
  supervision: "V1"
} as const;
export type Step = keyof typeof STEPS;

export interface DueOptions {
  /** Falling due in so many working days after the as-at date. Defaults to 10. */
  within?: number;
  /** What is overdue already, too. Defaults to false. */
  overdue?: boolean;
  team?: string;
  steps?: Step[];
  /** Measure id → what it lacks (the part's manifest): without visits on record nobody is told that every visit is due. */
  missing?: Record<string, string[]>;
}

/** One limit that runs on one open case. */
export interface DueCase {
  step: Step;
  /** The measure that it will fail. */
  measure: string;
  case_id: string;
  child_id: string;
  team: string | null;
  /** Since when the clock runs. */
  since_on: string;
  /** At the close of this day it fails. */
  due_on: string;
  overdue: boolean;
  /** Working days from the as-at date (not counted) to the due day (counted); negative where it has passed. */
  days_left: number;
}

/** Limits that run out soon, the first to do so first: ids of cases and children, for those who may see them. */
export async function dueSoon(db: Db, options: DueOptions = {}): Promise<DueCase[]> {
  const {sql, values} = asked(options);
  return rowsOf<DueCase>(db, `select * from journey.next_limit where ${sql} order by due_on, step, case_id, child_id`, values);
}

/** How many cases fall due on a day, by team; no ids. */
export interface DueCount {
  step: Step;
  measure: string;
  team: string | null;
  /** Null: overdue, whatever the day. */
  due_on: string | null;
  days_left: number | null;
  cases: number;
}

/** Counts of `dueSoon` by step, team and due day, what is overdue under no day; and the steps left out, as what they need is not recorded. */
export async function dueCounts(db: Db, options: DueOptions = {}): Promise<{due: DueCount[]; notRecorded: Step[]}> {
  const {sql, values} = asked(options);
  const due = await rowsOf<DueCount>(
    db,
    `select step, measure, team, case when not overdue then due_on end as due_on, case when not overdue then days_left end as days_left, count(*) as cases
     from journey.next_limit where ${sql} group by all order by due_on nulls first, step, team nulls last`,
    values
  );
  return {due, notRecorded: stepsOf(options).notRecorded};
}

/** Which of the steps asked for can be told at all. */
function stepsOf({steps = Object.keys(STEPS) as Step[], missing = {}}: DueOptions): {told: Step[]; notRecorded: Step[]} {
  const lacks = (s: Step) => (missing[STEPS[s]]?.length ?? 0) > 0;
  return {told: steps.filter((s) => !lacks(s)), notRecorded: steps.filter(lacks)};
}

/** WHERE clause and bound values; what comes from outside is bound. */
function asked(options: DueOptions): {sql: string; values: string[]} {
  const {within = 10, overdue = false, team} = options;
  if (!Number.isInteger(within) || within < 0) throw new Error(`“due within ${within} working days”: give a whole number of days, 0 or more`);
  const {told} = stepsOf(options);
  if (told.length === 0) return {sql: "false", values: []};
  const soon = `not overdue and days_left <= ${within}`;
  return {
    sql: `step in (${told.map(literal).join(", ")}) and ${overdue ? `(overdue or ${soon})` : soon}${team === undefined ? "" : " and team = $1"}`,
    values: team === undefined ? [] : [team]
  };
}
