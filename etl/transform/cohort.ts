// How far contacts of a month went (the cohort funnel), and how cases moved up and down. Counts only: no child, no case leaves this file.
import type {Db} from "../duckdb.ts";
import type {Dimension, Filters} from "./cases.ts";
import {monthText, readColumns, type CaseColumns} from "./columns.ts";
import {wholeAnd} from "./count.ts";
import {narrowedTo, type Held} from "./within.ts";

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

/** All contacts of the funnel, as columns: `value` holds a bit a step that was reached, and after those a bit a step that is too recent to tell. */
export async function readContacts(db: Db): Promise<CaseColumns> {
  const bits = FUNNEL_STEPS.flatMap((s, i) => [`case when ${s} then ${1 << i} else 0 end`, `case when ${s}_pending then ${1 << (FUNNEL_STEPS.length + i)} else 0 end`]);
  // a contact's own source is not in the view
  const contacts = `(select k.*, k.received_on as counted_on, null as met, ${bits.join(" + ")} as value, t.source, c.locality
    from journey.cohort_contact k left join (select case_id, min(source) as source from journey.contact group by case_id) t using (case_id) left join journey.child c on c.child_id = k.child_id)`;
  return (await readColumns(db, [contacts], {dimensions: [...new Set([...COHORT_DIMENSIONS, ...FUNNEL_CHOICES])]}))[0]!;
}

/**
 * What became of the contacts of each month, of everybody and by group. A step is counted whether or not the step before it was recorded, so that a
 * later one can outnumber an earlier one; all after the referral are parts of it. `need` is the referral's, so contacts without one have none.
 * @param contacts of `readContacts`: all, or some of them
 * @returns oldest month first; only months and groups with a contact
 */
export function cohortFunnel(contacts: CaseColumns): Cohort[] {
  const [first, months] = reach(contacts.month);
  const width = 1 + 2 * FUNNEL_STEPS.length;
  const cohorts = wholeAnd(contacts, COHORT_DIMENSIONS).flatMap(([dimension, {names, of}]) => {
    const counts = new Int32Array(names.length * months * width);
    for (let row = 0; row < contacts.size; row++) countBits(counts, (of[row]! * months + contacts.month[row]! - first) * width, contacts.value[row]!);
    return names.flatMap((group, i) =>
      Array.from({length: months}, (_, m): Cohort[] => {
        const [all, ...steps] = counts.subarray((i * months + m) * width, (i * months + m + 1) * width);
        if (!all) return [];
        return [{month: monthText(first + m), dimension, group, contacts: all, steps: Object.fromEntries(FUNNEL_STEPS.map((s, k) => [s, {reached: steps[k]!, tooRecent: steps[FUNNEL_STEPS.length + k]!}])) as Cohort["steps"]}];
      }).flat()
    );
  });
  return inOrder(cohorts, ({month, dimension, group}) => [month, dimension, group]);
}

/** One more, and one more for each bit. */
function countBits(counts: Int32Array, at: number, bits: number): void {
  counts[at]!++;
  for (let left = bits, i = at + 1; left > 0; left >>= 1, i++) counts[i]! += left & 1;
}

/** The first of some months, and how many there are to the last. */
function reach(month: Int32Array): [first: number, months: number] {
  let [first, last] = [Infinity, -Infinity];
  for (const m of month) [first, last] = [Math.min(first, m), Math.max(last, m)];
  return month.length ? [first, last - first + 1] : [0, 0];
}

const inOrder = <T>(rows: T[], by: (row: T) => string[]): T[] => rows.map((row) => ({row, key: by(row).join("\u0000")})).sort((a, b) => (a.key < b.key ? -1 : 1)).map(({row}) => row);

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

const AGAIN = 1;
const TOO_RECENT = 2;

/** All moves, as columns: `value` says whether one was undone, or still may be. */
export async function readMoves(db: Db): Promise<CaseColumns> {
  const moves = `(select m.*, m.moved_on as counted_on, null as met, case when again then ${AGAIN} else 0 end + case when too_recent then ${TOO_RECENT} else 0 end as value, c.locality
    from journey.status_move m left join journey.child c on c.child_id = m.child_id)`;
  return (await readColumns(db, [moves], {dimensions: [...new Set([...FLOW_DIMENSIONS, ...FLOW_CHOICES, "from_status", "to_status", "direction"])]}))[0]!;
}

/**
 * Steps up and down between case statuses by month, of everybody and by group: a child has the weightiest status of the day (looked after, child
 * protection plan, child-in-need plan, open without a plan, closed).
 * @param moves of `readMoves`: all, or some of them
 * @returns oldest month first; only moves that were made
 */
export function flows(moves: CaseColumns): Flow[] {
  const said = (column: string) => {
    const {names, of} = moves.groups.get(column)!;
    return (row: number) => names[of[row]!]!;
  };
  const [from, to, direction] = ["from_status", "to_status", "direction"].map(said) as [(row: number) => string, (row: number) => string, (row: number) => string];
  const made = wholeAnd(moves, FLOW_DIMENSIONS).flatMap(([dimension, {names, of}]) => {
    const found = new Map<string, Flow>();
    for (let row = 0; row < moves.size; row++) {
      const [month, group, way] = [moves.month[row]!, names[of[row]!]!, direction(row) as Flow["direction"]];
      const key = [month, of[row], from(row), to(row), way].join("\u0000");
      const down = way === "down";
      const flow = found.get(key) ?? {month: monthText(month), dimension, group, from: from(row), to: to(row), direction: way, moves: 0, again: down ? 0 : null, tooRecent: down ? 0 : null};
      found.set(key, flow);
      flow.moves++;
      if (down && moves.value[row]! & AGAIN) flow.again!++;
      if (down && moves.value[row]! & TOO_RECENT) flow.tooRecent!++;
    }
    return [...found.values()];
  });
  return inOrder(made, (f) => [f.month, f.dimension, f.group, f.from, f.to, f.direction]);
}

/** What contacts of the funnel, and moves, can be chosen by: what the lists of them have, too (lists.ts). */
export const FUNNEL_CHOICES: readonly Dimension[] = ["team", "locality", "source", "need", "age_band", "sex", "ethnicity", "case_status"];
export const FLOW_CHOICES: readonly Dimension[] = ["team", "locality", "need", "age_band", "sex", "ethnicity"];

/**
 * What `count` gives of the contacts or moves within filters: the whole, and each dimension's groups within the other filters, so that a chosen need
 * stands beside the other needs.
 */
export function cohortWithin<T extends {dimension: string}>(all: CaseColumns, filters: Filters, held: Held | null, count: (rows: CaseColumns) => T[]): T[] {
  const reached = narrowedTo(all, {}, held);
  const part = (within: Filters) => count(narrowedTo(reached, within, null));
  const made = part(filters).filter((one) => one.dimension === "all" || filters[one.dimension as Dimension] === undefined);
  for (const d of Object.keys(filters) as Dimension[]) {
    const {[d]: _own, ...others} = filters;
    made.push(...part(others).filter((one) => one.dimension === d));
  }
  return made;
}
