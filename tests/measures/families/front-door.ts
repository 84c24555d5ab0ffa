// What the oracles of several families share: reading a world of records, which referral an assessment answers, and draws for random worlds.
// Plain and slow, from the definitions; shares nothing with etl/.
import fc from "fast-check";
import {addDays, addMonths, addWorkingDays, dateOf, dayNumber, isoDay, lastDayOf, monthOf, workingDaysBetween} from "../oracle/days.ts";
import type {Row, World} from "../oracle/measures.ts";

export const rowsOf = (world: World, set: string): Row[] => world[set] ?? [];
export const yes = (cell: string | undefined) => cell === "yes";
/** Codes of a cell that may hold several. */
export const codesOf = (cell: string | undefined): string[] => (cell ?? "").split(";").filter(Boolean);
export const topLevel = (agency: string) => agency.split(".")[0]!;
export const isMidnight = (cell: string) => cell.length === 10 || cell.endsWith(" 00:00");
export const wall = (cell: string) => (cell.length === 10 ? `${cell} 00:00` : cell);
/** Whether a day is no more than n working days after a start (or before it). */
export const within = (start: string, day: string, n: number) => workingDaysBetween(start, day) <= n;
export const dueAfter = addWorkingDays;

/** Referrals that count: of two of a child on one day the first by id. */
export function referralsOf(world: World): Row[] {
  const seen = new Set<string>();
  return rowsOf(world, "referral")
    .toSorted((a, b) => ((a.referral_id ?? "") < (b.referral_id ?? "") ? -1 : 1))
    .filter((r) => {
      const key = `${r.child_id} ${r.referral_date}`;
      return !seen.has(key) && seen.add(key);
    })
    .toSorted((a, b) => (a.referral_date! < b.referral_date! ? -1 : 1));
}
export const acceptedOf = (world: World) => referralsOf(world).filter((r) => !yes(r.no_further_action));
export const nextReferral = (world: World, r: Row) => referralsOf(world).find((o) => o.child_id === r.child_id && o.referral_date! > r.referral_date!);

export interface Assessed {
  a: Row;
  referral: Row | undefined;
  /** Place among the assessments of its referral, from 1. */
  nth: number;
}

/** Assessments begun by the as-at date, each with the referral it names, else the child's latest on or before its start. */
export function assessmentsOf(world: World, asAt: string): Assessed[] {
  const referrals = referralsOf(world);
  const placed = rowsOf(world, "assessment")
    .filter((a) => a.started_on! <= asAt)
    .map((a) => {
      const own = referrals.filter((r) => r.child_id === a.child_id);
      const named = rowsOf(world, "referral").find((r) => a.referral_id && r.child_id === a.child_id && r.referral_id === a.referral_id);
      return {a, referral: named ? own.find((r) => r.referral_date === named.referral_date) : own.filter((r) => r.referral_date! <= a.started_on!).at(-1)};
    })
    .toSorted((x, y) => (order(x.a) < order(y.a) ? -1 : 1));
  const counts = new Map<string, number>();
  return placed.map((p) => {
    const key = `${p.a.child_id} ${p.referral?.referral_date}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return {...p, nth: counts.get(key)!};
  });
}
const order = (a: Row) => `${a.started_on} ${a.authorised_on || "9999"}`;

/** Those authorised by the as-at date; one that ends before it starts is a fault. */
export const completedOf = (world: World, asAt: string) => assessmentsOf(world, asAt).filter(({a}) => a.authorised_on && a.authorised_on <= asAt && a.authorised_on >= a.started_on!);

/** Month ends from the first referral, child-in-need plan or contact to the as-at date, and the as-at date. */
export function snapshotDays(world: World, asAt: string): string[] {
  const starts = [...rowsOf(world, "referral").map((r) => r.referral_date!), ...rowsOf(world, "cin_plan").map((r) => r.started_on!), ...rowsOf(world, "contact").map((r) => dateOf(r.received_at!))].sort();
  const days: string[] = [];
  if (!starts[0]) return days;
  for (let month = monthOf(starts[0]); lastDayOf(month) <= asAt; month = monthOf(addMonths(`${month}-01`, 1))) days.push(lastDayOf(month));
  return days.at(-1) === asAt ? days : [...days, asAt];
}

// ---- draws -----------------------------------------------------------------------------------------------------------

/** Filled `often` times for each time it is blank. */
export const maybe = <T>(one: fc.Arbitrary<T>, often = 3): fc.Arbitrary<T | undefined> => fc.oneof({weight: 1, arbitrary: fc.constant(undefined)}, {weight: often, arbitrary: one});
/** Seldom filled. */
export const seldom = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.oneof({weight: 5, arbitrary: fc.constant(undefined)}, {weight: 1, arbitrary: one});
export const row = (fields: Record<string, fc.Arbitrary<string | undefined>>): fc.Arbitrary<Row> => fc.record(fields) as fc.Arbitrary<Row>;
export const several = <T>(one: fc.Arbitrary<T>, n: number) => fc.array(one, {minLength: n, maxLength: n});
export const team = maybe(fc.constantFrom("North", "South", "East"));
export const flag = maybe(fc.constantFrom("yes", "no"));
/** Child ids are few, so that records of one child pile up. */
export const childIds = (n: number) => fc.integer({min: 1, max: n}).map((i) => `C${String(i).padStart(3, "0")}`);
export const numbered = (rows: Row[], field: string, prefix: string): Row[] => rows.map((r, i) => ({...r, [field]: `${prefix}${i + 1}`}));

/** Days crowd about holidays, clock changes, leap days and the as-at date, so that edges meet. */
export function days(asAt: string, back = 800): fc.Arbitrary<string> {
  const edges = ["2024-02-29", "2023-02-28", "2024-03-29", "2024-03-31", "2023-10-29", "2023-12-25", "2024-01-01", "2023-05-08", "2022-09-19", "2023-06-30", asAt, addDays(asAt, -3), addDays(asAt, -7), addDays(asAt, -63)];
  const about = fc.tuple(fc.constantFrom(...edges), fc.integer({min: -6, max: 6})).map(([d, n]) => addDays(d, n));
  return fc.oneof({weight: 2, arbitrary: about}, {weight: 3, arbitrary: fc.integer({min: dayNumber(asAt) - back, max: dayNumber(asAt) + 10}).map(isoDay)});
}

/** A time of day; 01:00 to 01:59 is never drawn, as on two nights a year nobody can say which hour is meant or it is none. */
export const clock = fc.oneof(
  fc.constantFrom("00:00", "00:01", "00:59", "02:00", "08:59", "09:00", "10:00", "12:00", "17:00", "23:00", "23:59"),
  fc.tuple(fc.integer({min: 2, max: 23}), fc.integer({min: 0, max: 59})).map(([h, m]) => `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`)
);
/** A day some days after a start, now and then before it. */
export const after = (start: string, most: number, least = -2) => fc.integer({min: least, max: most}).map((n) => addDays(start, n));
/** The same with a time of day. */
export const timeAfter = (start: string, most: number, least = -1) => fc.tuple(after(start, most, least), clock).map(([d, t]) => `${d} ${t}`);

/** Rows no two of which share a key: records that a set would take for one and the same are drawn once. */
export function apart(rows: Row[], ...keys: string[][]): Row[] {
  const seen = new Set<string>();
  return rows.filter((r) => {
    const own = keys.map((fields, i) => `${i} ${fields.map((f) => r[f] ?? "").join(" ")}`);
    if (own.some((k) => seen.has(k))) return false;
    for (const k of own) seen.add(k);
    return true;
  });
}
