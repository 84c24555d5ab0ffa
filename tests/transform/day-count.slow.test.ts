// The same cases under both working-day counts, against a count of days one by one: what a spreadsheet's NETWORKDAYS would have said.
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {dayCounted, dayCounts, type DayCounts} from "../../etl/transform/day-count.ts";
import {addDays, addWorkingDays, isWorkingDay, workingDaysBetween} from "../measures/oracle/days.ts";
import type {Row, World} from "../measures/oracle/measures.ts";
import {MEASURES, measure, withWorld} from "../measures/world.ts";

const AS_AT = "2024-03-31";
const SPAN = {from: "2023-04", to: "2024-03"};
const inSpan = (day: string) => day >= "2023-04-01" && day <= "2024-03-31";

/** Day 1 is the first day, where it is worked: every working day from start to end, both included. */
function inclusive(start: string, end: string): number {
  let n = 0;
  for (let day = start; day <= end; day = addDays(day, 1)) n += isWorkingDay(day) ? 1 : 0;
  return n;
}

/** Counts cases with their first day, the day they were done (null: never) and a limit, both ways. */
function tell(id: string, cases: {start: string; done: string | null}[], limit: number, failed: boolean): DayCounts {
  const within = (count: (a: string, b: string) => number) => (c: {start: string; done: string | null}) => (c.done !== null && count(c.start, c.done) <= limit) !== failed;
  return {id, denominator: cases.length, numerator: cases.filter(within(workingDaysBetween)).length, other: cases.filter(within(inclusive)).length};
}

const told = async (world: World, ids: string[]) => withWorld(world, AS_AT, ({db}) => dayCounts(db, ids.map(measure), SPAN));
const referral = (n: number, referral_date: string, more: Row = {}): Row => ({referral_id: `R${n}`, child_id: `C${n}`, referral_date, source: "6", ...more});
const assessment = (n: number, started_on: string, authorised_on: string | undefined): Row => ({assessment_id: `A${n}`, referral_id: `R${n}`, child_id: `C${n}`, started_on, ...(authorised_on ? {authorised_on} : {})});

describe("by hand", () => {
  const contact = (n: number, received_at: string, screened_at: string): Row => ({contact_id: `K${n}`, child_id: `C${n}`, received_at, screened_at, decision_at: screened_at, source: "6"});
  test("the next working day is in time under day 0 and late under day 1; the same day is in time under both", async () => {
    // a Tuesday, decided the same day, on Wednesday and on Thursday
    const [c2] = await told({contact: [contact(1, "2024-03-05 09:00", "2024-03-05 16:00"), contact(2, "2024-03-05 09:00", "2024-03-06 16:00"), contact(3, "2024-03-05 09:00", "2024-03-07 16:00")]}, ["C2"]);
    expect(c2).toEqual({id: "C2", denominator: 3, numerator: 2, other: 1});
  });
  test("what comes in on a Saturday or a bank holiday has the next working day as day 1 under both counts", async () => {
    const [c2] = await told({contact: [contact(1, "2024-03-09 09:00", "2024-03-11 16:00"), contact(2, "2023-08-28 09:00", "2023-08-29 16:00")]}, ["C2"]);
    expect(c2).toEqual({id: "C2", denominator: 2, numerator: 2, other: 2});
  });
  test("day 45 of an assessment is day 46 where the first day counts", async () => {
    const start = "2023-05-03";
    const world = {referral: [referral(1, start), referral(2, start)], assessment: [assessment(1, start, addWorkingDays(start, 45)), assessment(2, start, addWorkingDays(start, 44))]};
    expect(await told(world, ["A1", "A2a"])).toEqual([{id: "A1", denominator: 2, numerator: 2, other: 1}, {id: "A2a", denominator: 2, numerator: 2, other: 1}]);
  });
});

test("random worlds give what counting days one by one gives: done in time, done late, still open past the limit, still within it", async () => {
  const day = fc.integer({min: 0, max: 450}).map((n) => addDays("2023-01-01", n));
  const row = fc.record({start: day, took: fc.integer({min: 0, max: 75}), recorded: fc.integer({min: 0, max: 6}), supervised: fc.integer({min: 0, max: 60}), authorised: fc.boolean()});
  await fc.assert(
    fc.asyncProperty(fc.array(row, {minLength: 20, maxLength: 40}), async (rows) => {
      const known = rows.filter((r) => addDays(r.start, r.recorded) <= AS_AT);
      const cases = known.map((r, i) => ({n: i, start: r.start, done: r.authorised ? addDays(r.start, r.took) : null, recorded: addDays(r.start, r.recorded), supervised: addDays(r.start, r.supervised)}));
      const world: World = {
        referral: cases.map((c) => referral(c.n, c.start, {recorded_at: `${c.recorded} 10:00`})),
        assessment: cases.map((c) => assessment(c.n, c.start, c.done ?? undefined)),
        supervision: cases.filter((c) => c.supervised <= AS_AT).map((c) => ({child_id: `C${c.n}`, held_on: c.supervised}))
      };
      const got = await told(world, ["A1", "A3", "D1a", "V1"]);
      const due = cases.filter((c) => inSpan(addWorkingDays(c.start, 45)));
      const open = cases.filter((c) => c.done === null || c.done > AS_AT);
      // nobody's case is closed, so that every child has an open case; the first supervision is due from its start
      const waiting = cases.filter((c) => workingDaysBetween(c.start, AS_AT) >= 20);
      const since = (c: (typeof cases)[number]) => (c.supervised <= AS_AT ? c.supervised : c.start);
      expect(got).toEqual([
        tell("A1", due.map((c) => ({start: c.start, done: c.done})), 45, false),
        {id: "A3", denominator: open.length, numerator: open.filter((c) => workingDaysBetween(c.start, AS_AT) >= 45).length, other: open.filter((c) => inclusive(c.start, AS_AT) >= 45).length},
        tell("D1a", cases.filter((c) => inSpan(c.recorded)).map((c) => ({start: c.start, done: c.recorded})), 2, true),
        {id: "V1", denominator: waiting.length, numerator: waiting.filter((c) => workingDaysBetween(since(c), AS_AT) < 20).length, other: waiting.filter((c) => inclusive(since(c), AS_AT) < 20).length}
      ]);
    }),
    {numRuns: 4}
  );
});

test("where a measure counts expired limits and DfE publishes completions, the part that counts completions is named", () => {
  const named = MEASURES.flatMap((m) => (m.completed_as ? [[m.id, m.completed_as, measure(m.completed_as).completed_variant, measure(m.completed_as).limit === m.limit]] : []));
  expect(named).toEqual([["A1", "A2a", true, true], ["S7", "S7b", true, true]]);
});

test("a measure that can be counted both ways gives the day its clock starts, and has a limit; shares and snapshots only", async () => {
  const counted = dayCounted(MEASURES);
  expect(counted.length).toBeGreaterThan(30);
  expect(counted.filter((m) => m.limit === null || m.counts === "weight" || !["percentage", "snapshot"].includes(m.kind) || !/\bclock_on\b/.test(m.sql)).map((m) => m.id)).toEqual([]);
  // every share or snapshot with a limit in working days is among them, or is one of these: not a deed done on a day, or not done by each case
  const limited = MEASURES.filter((m) => m.limit?.endsWith("working_days") && ["percentage", "snapshot"].includes(m.kind) && m.day_count === null).map((m) => m.id);
  expect(limited.sort()).toEqual(["A10", "C11", "E4", "S10a", "S12b", "V2"]);
});
