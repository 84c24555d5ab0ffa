// Figures within several groups at once, for every kind of measure: the counts of the pipeline against a slow count of the same rows, written from the definitions.
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {openScratch, type Opened} from "../../etl/duckdb.ts";
import {basesOf, type Filters} from "../../etl/transform/cases.ts";
import {readMeasure} from "../../etl/transform/columns.ts";
import type {AllCounts} from "../../etl/transform/count.ts";
import type {Measure} from "../../etl/transform/measures.ts";
import {countWithin, type Held} from "../../etl/transform/within.ts";

interface Row {
  case_id: string;
  child_id: string;
  counted_on: string;
  met: boolean;
  value: number;
  team: string | null;
  need: string | null;
}
const months = ["2025-01", "2025-02", "2025-03", "2025-04"];
const days: Record<string, string> = {"2025-01": "31", "2025-02": "28", "2025-03": "31", "2025-04": "30"};
const spans = [{key: "all", from: "2025-01", to: "2025-04"}, {key: "spring", from: "2025-02", to: "2025-03"}];
// a small linear congruential generator: the same rows on every machine
let state = 7;
const draw = (n: number) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % n;
const rows: Row[] = Array.from({length: 400}, (_, i) => {
  const month = months[draw(4)]!;
  return {case_id: `K${i}`, child_id: `C${draw(70)}`, counted_on: `${month}-${days[month]}`, met: draw(3) > 0, value: 1 + draw(9), team: [null, "A", "B", "B", "C"][draw(5)] ?? null, need: ["N1", "N2", null][draw(3)] ?? null};
});

const kinds: Record<string, Partial<Measure>> = {
  percentage: {kind: "percentage", counts: "case", unit: "percent"},
  count: {kind: "count", counts: "case", unit: "cases"},
  children: {kind: "percentage", counts: "child", unit: "percent"},
  weight: {kind: "percentage", counts: "weight", unit: "percent", scale: 1},
  mean: {kind: "mean", counts: "case", unit: "days"},
  duration: {kind: "duration", counts: "case", unit: "days"},
  snapshot: {kind: "snapshot", counts: "case", unit: "percent"},
  rate: {kind: "rate", counts: "case", unit: "per 10,000", rate: {per: 10_000, of: "population", over: "year"}}
};
const measureOf = (id: string) => ({id, good: "high", scale: 1, breakdowns: ["team", "need"], ...kinds[id]}) as unknown as Measure;
const BASE: Record<string, number> = {"": 5000, A: 1200, B: 2500};

/** The same from the definitions, one row after another. */
function slow(id: string, of: Row[], wanted: string[], base: number | null): {numerator: number | null; denominator: number | null; value: number | null} {
  const inMonths = of.filter((r) => (id === "snapshot" ? r.counted_on.startsWith(wanted.at(-1)!) : wanted.some((m) => r.counted_on.startsWith(m))));
  const met = inMonths.filter((r) => r.met);
  const share = (n: number, d: number) => ({numerator: n, denominator: d, value: d === 0 ? null : (100 * n) / d});
  const children = (some: Row[]) => new Set(some.map((r) => r.child_id)).size;
  const sum = (some: Row[]) => some.reduce((n, r) => n + r.value, 0);
  if (id === "count") return {numerator: inMonths.length, denominator: null, value: inMonths.length};
  if (id === "children") return share(children(met), children(inMonths));
  if (id === "weight") return share(sum(met), sum(inMonths));
  if (id === "mean") return {numerator: sum(inMonths), denominator: inMonths.length, value: inMonths.length ? sum(inMonths) / inMonths.length : null};
  if (id === "rate") return {numerator: inMonths.length, denominator: base, value: base === null ? null : (10_000 * inMonths.length * 12) / wanted.length / base};
  if (id === "duration") {
    let [left, alive, median] = [inMonths.length, 1, null as number | null];
    for (const time of [...new Set(inMonths.map((r) => r.value))].sort((a, b) => a - b)) {
      const at = inMonths.filter((r) => r.value === time);
      alive *= 1 - at.filter((r) => r.met).length / left;
      left -= at.length;
      if (median === null && alive <= 0.5 + 1e-12) median = time;
    }
    return {numerator: met.length, denominator: inMonths.length, value: median};
  }
  return share(met.length, inMonths.length);
}

const named = (group: string | null) => group ?? "not recorded";
const passes = (r: Row, filters: Filters) => (filters.team === undefined || named(r.team) === filters.team) && (filters.need === undefined || named(r.need) === filters.need);
/** What a base is known for: everybody, and a team; no part of either. */
const baseOf = (filters: Filters) => (filters.need !== undefined ? null : (BASE[filters.team ?? ""] ?? null));

let scratch: Opened;
beforeAll(async () => {
  scratch = await openScratch(1);
  const {db} = scratch;
  await db.run(`create macro as_at() as date '2025-04-30'; create schema measure; create schema journey;
    create table journey.period_end as select unnest([${months.map((m) => `date '${m}-${days[m]}'`).join(", ")}]) as day;
    create table journey.rate_base as select * from (values ${Object.entries(BASE).flatMap(([team, n]) => months.map((m) => `('population', ${team ? `'${team}'` : "null"}, '${m}', ${n})`)).join(", ")}) as t(base, team, period, n);
    create table measure.rows (case_id varchar, child_id varchar, counted_on date, met boolean, value integer, team varchar, need varchar, source varchar, agency varchar, locality varchar, case_status varchar, category varchar, age_band varchar, sex varchar, ethnicity varchar)`);
  const text = (cell: string | null) => (cell === null ? "null" : `'${cell}'`);
  await db.run(`insert into measure.rows (case_id, child_id, counted_on, met, value, team, need) values ${rows.map((r) => `(${text(r.case_id)}, ${text(r.child_id)}, '${r.counted_on}', ${r.met}, ${r.value}, ${text(r.team)}, ${text(r.need)})`).join(", ")}`);
  for (const id of Object.keys(kinds)) await db.run(`create view measure."${id}" as select * from measure.rows`);
});
afterAll(() => scratch?.close());

const within = async (id: string, filters: Filters, held: Held | null = null) => countWithin(measureOf(id), await readMeasure(scratch.db, measureOf(id)), await basesOf(scratch.db, measureOf(id)), spans, "2025-01", "2025-04", filters, {held});
const close = (told: AllCounts["series"][number] | {numerator: number | null; denominator: number | null; value: number | null}) => ({numerator: told.numerator, denominator: told.denominator, value: told.value === null ? null : Math.round(told.value * 1e6) / 1e6});

describe.each(Object.keys(kinds))("a measure that is a %s", (id) => {
  test.each<Filters>([{}, {team: "B"}, {team: "B", need: "N1"}, {need: "not recorded", team: "not recorded"}, {team: "C", need: "N2"}, {team: "nobody", need: "N1"}])("within %j: whole, by month, and every group of both dimensions", async (filters) => {
    const counts = await within(id, filters);
    const checked = (told: AllCounts, of: Row[], by: Filters) => {
      for (const {key, from, to} of spans) expect([told.group, key, close(told.spans.get(key)!)]).toEqual([told.group, key, close(slow(id, of, months.filter((m) => m >= from && m <= to), baseOf(by)))]);
      for (const p of told.series) expect([told.group, p.period, close(p)]).toEqual([told.group, p.period, close(slow(id, of, [p.period], baseOf(by)))]);
    };
    checked(counts[0]!, rows.filter((r) => passes(r, filters)), filters);
    for (const dimension of ["team", "need"] as const) {
      // a group stands for itself within the other filters, not within its own dimension's
      const {[dimension]: _own, ...others} = filters;
      const told = counts.filter((c) => c.dimension === dimension);
      const groups = [...new Set(rows.filter((r) => passes(r, others)).map((r) => named(r[dimension])))].sort();
      expect(told.map((c) => c.group).sort()).toEqual(groups);
      for (const c of told) checked(c, rows.filter((r) => passes(r, {...others, [dimension]: c.group})), {...others, [dimension]: c.group});
    }
  });

  test("held to two teams counts nothing of the third, whatever is chosen", async () => {
    const counts = await within(id, {need: "N1"}, {dimension: "team", groups: ["A", "C"]});
    const own = rows.filter((r) => r.need === "N1" && (r.team === "A" || r.team === "C"));
    expect(close(counts[0]!.spans.get("all")!)).toEqual(close(slow(id, own, months, null)));
    expect(counts.filter((c) => c.dimension === "team").map((c) => c.group).sort()).toEqual(["A", "C"]);
  });
});
