// Why a measure moved between two runs: the causes add up to the movement exactly, and every case that moved is listed with its cause.
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import fc from "fast-check";
import {afterAll, describe, expect, test} from "vitest";
import {open} from "../../etl/duckdb.ts";
import {movementOf, type Movement} from "../../etl/transform/changes.ts";
import {readMeasures, type Measure} from "../../etl/transform/measures.ts";

const home = mkdtempSync(path.join(tmpdir(), "frontdoor-changes-"));
afterAll(() => rmSync(home, {recursive: true, force: true}));
const R1 = readMeasures().find((m) => m.id === "R1")!;
const as = (over: Partial<Measure>): Measure => ({...R1, id: "X1", ...over});

interface Row {
  id: string;
  child?: string;
  days: number;
  value?: number;
}
let made = 0;

/** A part with one measure over a table of cases: met where `days` is within a limit. */
async function part(rows: Row[], {limit = 5, select = "days <= limit_on('x', counted_on)", from = "journey.told"}: {limit?: number; select?: string; from?: string} = {}): Promise<string> {
  const file = path.join(home, `${++made}.duckdb`);
  const {db, close} = await open(file, {storage_compatibility_version: "v1.4.0"});
  await db.run(`create schema measure; create schema journey; create macro as_at() as date '2026-03-31'; create macro limit_on(k, d) as ${limit};
    create table journey.told (case_id varchar, child_id varchar, days integer, value integer); create table journey.period_end as select date '2026-03-31' as day;
    create table ${from === "journey.told" ? "journey.other" : from} as from journey.told;`);
  for (const r of rows) await db.run("insert into journey.told values ($1, $2, $3, $4)", [r.id, r.child ?? r.id, r.days, r.value ?? r.days]);
  if (from !== "journey.told") await db.run(`insert into ${from} from journey.told`);
  await db.run(`create view measure."X1" as select case_id, child_id, cast(null as varchar) as agency, date '2026-03-10' as counted_on, date '2026-03-10' as due_on, cast(null as date) as done_on, ${select} as met, value, cast(null as varchar) as team, 'took ' || days as reason from (select *, date '2026-03-10' as counted_on from ${from})`);
  await db.run("checkpoint");
  close();
  return file;
}
const rows = (...days: number[]): Row[] => days.map((d, i) => ({id: `C${i}`, days: d}));
const SPAN = {from: "2026-03", to: "2026-03"};
const cause = (m: Movement, how: string) => m.causes.find((c) => c.how === how);

describe("a percentage", () => {
  test("moves by what is new, what is gone and what is judged differently now", async () => {
    const [old, now] = [await part(rows(1, 2, 9, 9)), await part([{id: "C0", days: 1}, {id: "C1", days: 7}, {id: "C2", days: 9}, {id: "C9", days: 3}])];
    const {movement, cases} = await movementOf(old, now, as({}), SPAN);
    expect(movement).toMatchObject({before: {numerator: 2, denominator: 4, value: 50}, after: {numerator: 2, denominator: 4, value: 50}, definition: "same"});
    expect(movement.causes.map(({how, cases: n, numerator, denominator}) => [how, n, numerator, denominator])).toEqual([["gone", 1, 0, -1], ["changed", 1, -1, 0], ["new", 1, 1, 1]]);
    expect(cases.map((c) => [c.how, c.case_id, c.met_before, c.met_after, c.reason])).toEqual([["gone", "C3", false, null, "took 9"], ["changed", "C1", true, false, "took 7"], ["new", "C9", null, true, "took 3"]]);
  });

  test("tells what a new limit did to the old records from what the records did", async () => {
    const [old, now] = [await part(rows(4, 6, 9), {limit: 5}), await part(rows(4, 6, 7), {limit: 7})];
    const {movement} = await movementOf(old, now, as({}), SPAN);
    expect(movement.definition).toBe("changed");
    expect(cause(movement, "definition")).toMatchObject({cases: 1, numerator: 1, denominator: 0});
    expect(cause(movement, "changed")).toMatchObject({cases: 1, numerator: 1, denominator: 0});
  });

  test("tells what new SQL did", async () => {
    const [old, now] = [await part(rows(4, 6)), await part(rows(4, 6), {select: "days < 100"})];
    const {movement} = await movementOf(old, now, as({}), SPAN);
    expect(movement.causes.map((c) => [c.how, c.cases, c.numerator])).toEqual([["definition", 1, 1]]);
  });

  test("says so where the new SQL reads what the older part does not hold", async () => {
    const [old, now] = [await part(rows(4, 6)), await part(rows(4, 5), {from: "journey.later"})];
    const {movement} = await movementOf(old, now, as({}), SPAN);
    expect(movement.definition).toBe("unknown");
    expect(movement.causes.map((c) => [c.how, c.cases, c.numerator])).toEqual([["changed", 1, 1]]);
  });

  test("a limit that changed and judges no record of it differently is no cause", async () => {
    const {movement} = await movementOf(await part(rows(1, 9), {limit: 5}), await part(rows(1, 9), {limit: 6}), as({}), SPAN);
    expect(movement).toMatchObject({definition: "same", causes: []});
  });
});

const kinds: [string, Partial<Measure>][] = [
  ["percentage", {}],
  ["children", {counts: "child"}],
  ["count", {kind: "count"}],
  ["weights", {counts: "weight"}],
  ["mean", {kind: "mean", unit: "days"}],
  ["median", {kind: "duration", unit: "days"}],
  ["snapshot", {kind: "snapshot", unit: "referrals"}]
];
test.each(kinds)("causes add up to the movement: %s", async (_, over) => {
  const row = fc.record({id: fc.integer({min: 0, max: 8}).map((n) => `C${n}`), child: fc.constantFrom("A", "B", "C"), days: fc.integer({min: 0, max: 9}), value: fc.integer({min: 0, max: 9})});
  const world = fc.uniqueArray(row, {selector: (r) => r.id, maxLength: 8});
  await fc.assert(
    fc.asyncProperty(world, world, fc.integer({min: 3, max: 7}), async (a, b, limit) => {
      const {movement: m} = await movementOf(await part(a), await part(b, {limit}), as(over), over.kind === "snapshot" ? {} : SPAN);
      for (const of of ["numerator", "denominator", "value"] as const) {
        const [x, y] = [m.before[of], m.after[of]];
        const steps = m.causes.map((c) => c[of]);
        if (x === null || y === null || steps.includes(null)) continue;
        expect(steps.reduce<number>((n, s) => n + s!, x)).toBeCloseTo(y, 9);
      }
      if (m.causes.length === 0) expect(m.after).toEqual(m.before);
    }),
    {numRuns: 6, seed: 7}
  );
});
