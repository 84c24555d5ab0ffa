// How far contacts of a month went (the cohort funnel), and how cases moved up and down. Counts only: no child, no case leaves this file.
import {literal, rowsOf, type Db} from "../duckdb.ts";
import {NOT_RECORDED, where, type Dimension, type Filters} from "./cases.ts";
import type {Held} from "./within.ts";

/** After the contact itself, in the order in which a case usually takes them. */
export const FUNNEL_STEPS = ["referral", "assessment", "strategy_meeting", "section_47", "icpc", "plan"] as const;
export type FunnelStep = (typeof FUNNEL_STEPS)[number];

export const COHORT_DIMENSIONS = ["ethnicity", "sex", "disability", "age_band", "need", "case_status"] as const;
export const FLOW_DIMENSIONS = ["ethnicity", "sex", "disability", "age_band", "need"] as const;

/** Contacts received in one month by one group ("all": everybody) and how far they have come. */
export interface Cohort {
  /** yyyy-mm in which the contacts were received. */
  month: string;
  dimension: "all" | (typeof COHORT_DIMENSIONS)[number];
  group: string;
  contacts: number;
  /**
   * By step: contacts whose case had it, between the referral that the contact led to and the child's next referral; and contacts whose case has
   * not had it and still may, as the usual limit has not expired. What is left of `contacts` is known not to have come so far.
   */
  steps: Record<FunnelStep, {reached: number; tooRecent: number}>;
}

/**
 * What became of the contacts of each month, of everybody and by group. A step is counted whether or not the step before it was recorded, so that a
 * later one can outnumber an earlier one; all after the referral are parts of it. `need` is the referral's, so contacts without one have none.
 * @param contacts all, or part of them: a table with the columns of journey.cohort_contact
 * @returns oldest month first; only months and groups with a contact
 */
export async function cohortFunnel(db: Db, contacts = "journey.cohort_contact"): Promise<Cohort[]> {
  const counts = FUNNEL_STEPS.flatMap((s) => [`count(*) filter (${s}) as ${s}`, `count(*) filter (${s}_pending) as ${s}_pending`]);
  const rows = await rowsOf<Omit<Cohort, "steps"> & Record<FunnelStep | `${FunnelStep}_pending`, number>>(
    db,
    grouped({of: contacts, month: "received_on", by: COHORT_DIMENSIONS, select: ["count(*) as contacts", ...counts]})
  );
  return rows.map(({month, dimension, group, contacts, ...n}) => ({
    month, dimension, group, contacts,
    steps: Object.fromEntries(FUNNEL_STEPS.map((s) => [s, {reached: n[s], tooRecent: n[`${s}_pending`]}])) as Cohort["steps"]
  }));
}

/** Moves of one month between two case statuses (codes of data/reference/codes/case_status.csv). */
export interface Flow {
  /** yyyy-mm in which the cases moved. */
  month: string;
  dimension: "all" | (typeof FLOW_DIMENSIONS)[number];
  group: string;
  from: string;
  to: string;
  /** "up": towards child protection and care; opening a case is a move up from `closed`. */
  direction: "up" | "down";
  moves: number;
  /** Moves down after which the child was back where it had been, or further up, within the months of N10. Null for moves up. */
  again: number | null;
  /** Moves down that have not come back and still may within those months. Null for moves up. */
  tooRecent: number | null;
}

/**
 * Steps up and down between case statuses by month, of everybody and by group: a child has the weightiest status of the day (looked after, child
 * protection plan, child-in-need plan, open without a plan, closed).
 * @param moves all, or part of them: a table with the columns of journey.status_move
 * @returns oldest month first; only moves that were made
 */
export async function flows(db: Db, moves = "journey.status_move"): Promise<Flow[]> {
  const rows = await rowsOf<Flow>(
    db,
    grouped({
      of: moves, month: "moved_on", by: FLOW_DIMENSIONS, also: {from: "from_status", to: "to_status", direction: "direction"},
      select: ["count(*) as moves", "case when direction = 'down' then count(*) filter (again) end as again", `case when direction = 'down' then count(*) filter (too_recent) end as "tooRecent"`]
    })
  );
  return rows;
}

/** What contacts of the funnel, and moves, can be chosen by: what the lists of them have, too (lists.ts). */
export const FUNNEL_CHOICES: readonly Dimension[] = ["team", "locality", "source", "need", "age_band", "sex", "ethnicity", "case_status"];
export const FLOW_CHOICES: readonly Dimension[] = ["team", "locality", "need", "age_band", "sex", "ethnicity"];

const CHOSEN_FROM = {
  // a contact's own source is not in the view
  contacts: "(select k.*, t.source, c.locality from journey.cohort_contact k left join (select case_id, min(source) as source from journey.contact group by case_id) t using (case_id) left join journey.child c on c.child_id = k.child_id)",
  moves: "(select m.*, c.locality from journey.status_move m left join journey.child c on c.child_id = m.child_id)"
};

/**
 * What `count` gives of the contacts or moves within filters: the whole, and each dimension's groups within the other filters, so that a chosen need
 * stands beside the other needs.
 */
export async function cohortWithin<T extends {dimension: string}>(db: Db, of: keyof typeof CHOSEN_FROM, filters: Filters, held: Held | null, count: (rows: string) => Promise<T[]>): Promise<T[]> {
  const only = held ? `${held.dimension} in (${held.groups.map((_, i) => `$${i + 1}`).join(", ") || "null"})` : "true";
  // a connection's own, in memory: nothing of a case is written anywhere
  await db.run(`create or replace temp table cohort_held as select * from ${CHOSEN_FROM[of]} where ${only}`, held ? [...held.groups] : []);
  const part = async (within: Filters) => {
    const {sql, values} = where({}, within);
    await db.run(`create or replace temp table cohort_chosen as select * from cohort_held where ${sql}`, values);
    return count("cohort_chosen");
  };
  const made = (await part(filters)).filter((one) => one.dimension === "all" || filters[one.dimension as Dimension] === undefined);
  for (const d of Object.keys(filters) as Dimension[]) {
    const {[d]: _own, ...others} = filters;
    made.push(...(await part(others)).filter((one) => one.dimension === d));
  }
  return made;
}

/** One pass over a view: counts by month, whole and by each dimension. Names are ours, never spliced from outside. */
function grouped({of, month, by, also = {}, select}: {of: string; month: string; by: readonly string[]; also?: Record<string, string>; select: string[]}): string {
  const kept = Object.values(also);
  const named = Object.entries(also).map(([as, column]) => `${column} as "${as}"`);
  const sets = [...by.map((d) => [d]), []].map((d) => `(${["month", ...kept, ...d].join(", ")})`);
  return `select strftime(month, '%Y-%m') as month,
      case ${by.map((d) => `when grouping(${d}) = 0 then ${literal(d)}`).join(" ")} else 'all' end as dimension,
      case ${by.map((d) => `when grouping(${d}) = 0 then coalesce(${d}, ${literal(NOT_RECORDED)})`).join(" ")} else '' end as "group",
      ${[...named, ...select].join(", ")}
    from (select *, date_trunc('month', ${month}) as month from ${of})
    group by grouping sets (${sets.join(", ")})
    order by 1, dimension, "group"${kept.map((c) => `, ${c}`).join("")}`;
}
