// How far contacts of a month went (the cohort funnel), and how cases moved up and down. Counts only: no child, no case leaves this file.
import type {Db} from "../duckdb.ts";
import type {Dimension} from "./cases.ts";
import {monthText, readColumns, type CaseColumns, type Groups} from "./columns.ts";
import {wholeAnd} from "./count.ts";

/** After the contact itself, in the order in which a case usually takes them. */
export const FUNNEL_STEPS = ["referral", "assessment", "strategy_meeting", "section_47", "icpc", "plan"] as const;
export type FunnelStep = (typeof FUNNEL_STEPS)[number];

export const COHORT_DIMENSIONS = ["ethnicity", "sex", "disability", "age_band", "need", "case_status"] as const;
export const FLOW_DIMENSIONS = ["ethnicity", "sex", "disability", "age_band", "need"] as const;
type CohortDimension = (typeof COHORT_DIMENSIONS)[number];
type FlowDimension = (typeof FLOW_DIMENSIONS)[number];

/** Contacts received in one month by one group ("all": everybody) and how far they have come. */
export interface Cohort {
  /** yyyy-mm in which the contacts were received. */
  month: string;
  dimension: "all" | CohortDimension;
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
export function cohortFunnel(contacts: CaseColumns, by: readonly CohortDimension[] = COHORT_DIMENSIONS): Cohort[] {
  const [first, months] = reach(contacts.month);
  const width = 1 + 2 * FUNNEL_STEPS.length;
  return byMonth(contacts, by, ({names, of}) => {
    const counts = new Int32Array(names.length * months * width);
    for (let row = 0; row < contacts.size; row++) countBits(counts, (of[row]! * months + contacts.month[row]! - first) * width, contacts.value[row]!);
    return (group, m) => {
      const at = (group * months + m) * width;
      if (counts[at] === 0) return [];
      const steps = Object.fromEntries(FUNNEL_STEPS.map((s, k) => [s, {reached: counts[at + 1 + k]!, tooRecent: counts[at + 1 + FUNNEL_STEPS.length + k]!}])) as Cohort["steps"];
      return [{contacts: counts[at]!, steps}];
    };
  });
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

/**
 * What `count` tells of each group and month, by month, dimension and group.
 * @param count is given the groups of a dimension, and what it gives the place of a group and of a month
 */
function byMonth<D extends string, T>(cases: CaseColumns, by: readonly D[], count: (groups: Groups) => (group: number, month: number) => T[]): (T & {month: string; dimension: "all" | D; group: string})[] {
  const [first, months] = reach(cases.month);
  const told = inOrder(wholeAnd(cases, by), ([dimension]) => dimension).map(([dimension, groups]) => ({dimension, groups: inOrder([...groups.names.entries()], ([, group]) => group), tell: count(groups)}));
  return Array.from({length: months}, (_, m) => {
    const month = monthText(first + m);
    return told.flatMap(({dimension, groups, tell}) => groups.flatMap(([i, group]) => tell(i, m).map((one) => ({month, dimension, group, ...one}))));
  }).flat();
}

const inOrder = <T>(all: T[], by: (one: T) => string): T[] => [...all].sort((a, b) => (by(a) < by(b) ? -1 : 1));

/** Moves of one month between two case statuses (codes of data/reference/codes/case_status.csv). */
export interface Flow {
  /** yyyy-mm in which the cases moved. */
  month: string;
  dimension: "all" | FlowDimension;
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
export function flows(moves: CaseColumns, by: readonly FlowDimension[] = FLOW_DIMENSIONS): Flow[] {
  const [first, months] = reach(moves.month);
  const {ways, of: way} = waysOf(moves);
  const width = 3 * ways.length;
  return byMonth(moves, by, ({names, of}) => {
    const counts = new Int32Array(names.length * months * width);
    for (let row = 0; row < moves.size; row++) {
      const at = (of[row]! * months + moves.month[row]! - first) * width + 3 * way[row]!;
      counts[at]!++;
      if (moves.value[row]! & AGAIN) counts[at + 1]!++;
      if (moves.value[row]! & TOO_RECENT) counts[at + 2]!++;
    }
    return (group, m) =>
      ways.flatMap(({from, to, direction}, i) => {
        const at = (group * months + m) * width + 3 * i;
        const down = direction === "down";
        return counts[at] ? [{from, to, direction, moves: counts[at], again: down ? counts[at + 1]! : null, tooRecent: down ? counts[at + 2]! : null}] : [];
      });
  });
}

/** From where to where moves went, in order, and for each move its place among these. */
function waysOf({size, groups}: CaseColumns): {ways: Pick<Flow, "from" | "to" | "direction">[]; of: Int32Array} {
  const [from, to, direction] = ["from_status", "to_status", "direction"].map((column) => groups.get(column)!) as [Groups, Groups, Groups];
  const code = (row: number) => (from.of[row]! * to.names.length + to.of[row]!) * direction.names.length + direction.of[row]!;
  const found = new Map<number, Pick<Flow, "from" | "to" | "direction">>();
  for (let row = 0; row < size; row++) if (!found.has(code(row))) found.set(code(row), {from: from.names[from.of[row]!]!, to: to.names[to.of[row]!]!, direction: direction.names[direction.of[row]!] as Flow["direction"]});
  const ways = inOrder([...found], ([, {from, to, direction}]) => [from, to, direction].join("\u0000"));
  const place = new Map(ways.map(([known], i) => [known, i]));
  return {ways: ways.map(([, of]) => of), of: Int32Array.from({length: size}, (_, row) => place.get(code(row))!)};
}

/** What contacts of the funnel, and moves, can be chosen by: what the lists of them have, too (lists.ts). */
export const FUNNEL_CHOICES: readonly Dimension[] = ["team", "locality", "source", "need", "age_band", "sex", "ethnicity", "case_status"];
export const FLOW_CHOICES: readonly Dimension[] = ["team", "locality", "need", "age_band", "sex", "ethnicity"];
