// What holds for every measure whatever it counts: cases add up to figures, groups partition, loading again or in another order changes nothing.
/// <reference types="vite/types/importMeta.d.ts" />
import fc from "fast-check";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {rowsOf} from "../../etl/duckdb.ts";
import {casesOf, type Dimension} from "../../etl/transform/cases.ts";
import {countEverything} from "../../etl/transform/count.ts";
import {caseView, type Measure} from "../../etl/transform/measures.ts";
import {spanFor} from "../../etl/publish/answer.ts";
import {periodsFor} from "../../etl/publish/figures.ts";
import type {RunMeasure} from "../../server/cases.ts";
import {casesOfChild, heldIn, type ChildCase} from "../../server/child.ts";
import type {Family} from "./family.ts";
import {addDays} from "./oracle/days.ts";
import {ORACLES, type Row, type World} from "./oracle/measures.ts";
import {build, buildWorld, exportsOf, isId, MEASURES, only, rounded, told, worlds, type Built} from "./world.ts";

const AS_AT = "2024-05-14";
const SPANS = [{}, {all: true}, {from: "2024-05", to: "2024-05"}, {from: "2023-02", to: "2023-07"}];
const SEED = Number(process.env.FC_SEED ?? 19);

const FIRST: Family = {name: "the first measures", oracles: ORACLES, worlds, examples: [], carried: {}};
const own = Object.values(import.meta.glob<{family: Family}>("./families/*.ts", {eager: true})).flatMap((m) => m.family ?? []);
const FAMILIES = [{...FIRST, oracles: {...ORACLES}}, ...own];

test("every measure belongs to a family that brings a world", () => {
  const known = FAMILIES.flatMap((f) => Object.keys(f.oracles));
  expect(MEASURES.map((m) => m.id).filter((id) => !known.includes(id))).toEqual([]);
  expect(known.filter((id, i) => known.indexOf(id) !== i)).toEqual([]);
});

/** Every case of a measure, all columns, in one order. */
async function lines(built: Built, m: Measure, keep: (row: Row) => boolean = () => true): Promise<string[]> {
  const {rows} = await casesOf(built.db, {measure: m});
  return rows.filter((r) => keep(r as unknown as Row)).map((r) => JSON.stringify(r)).sort();
}

/** Figures supplied by period, of no child and of months that no shift of days keeps. */
const byPeriod = (m: Measure) => m.requires.some((need) => /\b(audit_plan|training|workforce)\./.test(need));
const holdsDates = (cell: string | undefined): cell is string => /^\d{4}-\d\d-\d\d/.test(cell ?? "");
const mapDates = (world: World, change: (day: string) => string): World =>
  Object.fromEntries(Object.entries(world).map(([set, rows]) => [set, rows.map((r) => Object.fromEntries(Object.entries(r).map(([f, cell]) => [f, holdsDates(cell) ? change(cell.slice(0, 10)) + cell.slice(10) : cell])))]));

describe.each(FAMILIES)("$name", (family) => {
  const measures = MEASURES.filter((m) => m.id in family.oracles);
  // data quality is not asked of here
  const of = {measures, carried: family.carried, checks: []};
  const [base, other] = fc.sample(family.worlds(AS_AT), {numRuns: 2, seed: SEED}) as [World, World];
  const world: World = {child: Array.from({length: 20}, (_, i) => ({child_id: `C${String(i + 1).padStart(3, "0")}`, date_of_birth: `${2007 + (i % 17)}-0${1 + (i % 9)}-15`, sex: i % 3 ? "F" : "M"})), ...base};
  let built: Built;
  beforeAll(async () => {
    built = await buildWorld(world, AS_AT, {...of, frozen: true});
  });
  afterAll(() => built?.close());

  test("a child's page has, of a dozen children, the cases that each measure lists of it", async () => {
    const listed = new Map<string, string[]>();
    const told = ({measure, case_id, counted_on, due_on, done_on, days_late, met, value, reason}: {[field in keyof ChildCase]?: unknown}) => JSON.stringify([measure, case_id, counted_on, due_on, done_on, days_late, met, value, reason]);
    for (const m of measures) {
      for (const row of (await casesOf(built.db, {measure: m})).rows) {
        if (String(row.counted_on) <= AS_AT && row.child_id !== null) listed.set(String(row.child_id), [...(listed.get(String(row.child_id)) ?? []), told({...row, measure: m.id})]);
      }
    }
    const known = measures.map((m): RunMeasure => ({...m, category: null, rate: m.rate ?? null, status: "ok", missing: []}));
    const holds = await heldIn(built.db);
    for (const child of [...[...listed.keys()].slice(0, 12), "nobody"]) {
      const cases = await casesOfChild([built.db], child, known, holds);
      expect(cases.map(told).sort()).toEqual((listed.get(child) ?? []).sort());
      expect(cases).toEqual([...cases].sort((a, b) => known.findIndex((m) => m.id === a.measure) - known.findIndex((m) => m.id === b.measure) || b.counted_on.localeCompare(a.counted_on) || (a.case_id < b.case_id ? -1 : a.case_id > b.case_id ? 1 : 0)));
    }
  });

  describe.each(measures)("$id", (m) => {
    const {id} = m;
    const shares = m.kind !== "mean" && m.kind !== "rate";

    test("gives one row a case, each with its case and its day", async () => {
      const [twice] = await rowsOf<{n: number}>(built.db, `select count(*) as n from (select 1 from ${caseView(id)} group by case_id, child_id, agency, counted_on having count(*) > 1)`);
      const [blank] = await rowsOf<{n: number}>(built.db, `select count(*) as n from ${caseView(id)} where case_id is null or counted_on is null`);
      expect([id, twice?.n, blank?.n]).toEqual([id, 0, 0]);
    });

    test("never has more that met the test than cases, in total, by month or by group", async () => {
      if (!shares) return;
      for (const asked of SPANS) {
        for (const f of [await only(built, id, asked), ...(await told(built, id, {...asked, by: "team"}))]) {
          for (const p of [f, ...f.series]) if (p.denominator !== null) expect(p.numerator).toBeLessThanOrEqual(p.denominator);
        }
      }
    });

    test("lists as many cases as it counts, and of those that met the test as many as its numerator", async () => {
      for (const asked of SPANS) {
        for (const f of [await only(built, id, asked), ...("all" in asked ? await told(built, id, {...asked, by: "team"}) : [])]) {
          const filters = f.group === undefined ? {} : {team: f.group};
          const listed = async (met?: boolean) => {
            const {total, rows} = await casesOf(built.db, {measure: m, ...spanFor(AS_AT, asked), filters, ...(met === undefined ? {} : {met})});
            expect(rows.length).toBe(total);
            if (met !== undefined) expect(rows.every((r) => (r.met ?? false) === met)).toBe(true);
            return m.counts === "weight" ? rows.reduce((n, r) => n + Number(r.value), 0) / m.scale : total;
          };
          const all = await listed();
          if (m.kind === "count" || m.kind === "rate") expect(all).toBe(f.numerator);
          else {
            expect(all).toBe(f.denominator);
            if (!shares) continue;
            expect(await listed(true)).toBe(f.numerator);
            expect(rounded(await listed(false))).toBe(rounded(f.denominator! - f.numerator!));
          }
        }
      }
    });

    test("is the same cut into pages", async () => {
      const whole = await casesOf(built.db, {measure: m});
      const pages = [];
      const size = Math.max(7, Math.ceil(whole.total / 12));
      for (let offset = 0; offset < whole.total; offset += size) pages.push(...(await casesOf(built.db, {measure: m, limit: size, offset})).rows);
      expect(pages).toEqual(whole.rows);
    });

    test("has groups that add up to the whole by every breakdown", async () => {
      if (m.counts === "child") return; // a child may be in two groups
      for (const asked of SPANS.slice(1, 2)) {
        const whole = await only(built, id, asked);
        for (const by of m.breakdowns as Dimension[]) {
          const groups = await told(built, id, {...asked, by});
          expect(new Set(groups.map((g) => g.group)).size).toBe(groups.length);
          for (const part of m.kind === "rate" ? (["numerator"] as const) : (["numerator", "denominator"] as const)) {
            const sum = groups.reduce((n, g) => n + (g[part] ?? 0), 0);
            expect([by, part, rounded(sum)]).toEqual([by, part, rounded(whole[part] ?? 0)]);
          }
        }
      }
    });

    test("has months that add up to the whole, where cases are counted", async () => {
      if (m.counts === "child" || m.kind === "snapshot" || m.rate?.over === "snapshot") return;
      for (const asked of SPANS) {
        const whole = await only(built, id, asked);
        expect(rounded(whole.series.reduce((n, p) => n + p.numerator!, 0))).toBe(rounded(whole.numerator));
        if (whole.denominator !== null && m.kind !== "rate") expect(rounded(whole.series.reduce((n, p) => n + p.denominator!, 0))).toBe(rounded(whole.denominator));
      }
    });

    test("is published as the command tells it: every named period, month and group", async () => {
      // a year, a quarter and a year of the past stand for all named periods: they are counted alike
      const periods = periodsFor(AS_AT, "2022-03").filter((p) => ["last-12", "previous-3", "2022-23"].includes(p.key));
      const counts = (await countEverything([built.db], [m], periods, "2022-03", "2024-05")).get(id)!;
      const plain = (f: {numerator: number | null; denominator: number | null; value: number | null}) => [f.numerator, rounded(f.denominator), rounded(f.value)];
      for (const by of [undefined, ...(m.breakdowns as Dimension[]).slice(0, 2)]) {
        for (const {key, from, to} of periods) {
          const groups = await told(built, id, {from, to, ...(by ? {by} : {})});
          for (const made of counts.filter((c) => c.dimension === (by ?? "all"))) {
            const group = groups.find((g) => (g.group ?? "") === made.group);
            const zero = m.kind === "count" || (m.kind === "snapshot" && m.unit !== "percent") ? 0 : null;
            const span = made.spans.get(key)!;
            // where the command lists no group, nothing of it was counted
            expect([key, by, made.group, ...plain(span)]).toEqual([key, by, made.group, ...(group ? plain(group) : m.kind === "rate" ? [0, ...plain(span).slice(1)] : [0, m.kind === "count" ? null : 0, zero])]);
            for (const p of group?.series ?? []) {
              const point = made.series.find((q) => q.period === p.period);
              if (point) expect([by, made.group, p.period, ...plain(point)]).toEqual([by, made.group, p.period, ...plain(p)]);
              else expect(p.numerator).toBe(0);
            }
          }
          for (const g of groups) expect(counts.some((c) => c.dimension === (by ?? "all") && c.group === (g.group ?? ""))).toBe(true);
        }
      }
    });
  });

  test("other children's records change nothing for a child", async () => {
    // another world's children under ids of their own, in the months this world already reaches
    const strange = (row: Row): Row => Object.fromEntries(Object.entries(row).map(([f, cell]) => [f, cell && isId(f) ? `Z${cell}` : cell]));
    const reach = [...(world.referral ?? []).map((r) => r.referral_date), ...(world.contact ?? []).map((r) => r.received_at), ...(world.cin_plan ?? []).map((r) => r.started_on)].filter(holdsDates).map((d) => d.slice(0, 10)).sort();
    const after = (row: Row) => Object.entries(row).every(([f, cell]) => !cell || !/(_on|_at|_date)$/.test(f) || cell >= (reach[0] ?? AS_AT));
    const both = Object.fromEntries(Object.entries(world).map(([set, rows]) => [set, [...rows, ...(other[set] ?? []).filter((r) => Object.keys(r).some(isId) && after(r)).map(strange)]]));
    const more = await buildWorld(both, AS_AT, of);
    try {
      for (const m of measures.filter((x) => !byPeriod(x))) {
        const mine = await lines(more, m, (r) => !String(r.case_id).includes("Z") && !String(r.child_id).startsWith("Z"));
        expect([m.id, mine]).toEqual([m.id, await lines(built, m)]);
      }
    } finally {
      more.close();
    }
  });

  test("a later export of the same records changes nothing", async () => {
    const again = await build([...exportsOf(world, "2024-05-15"), ...exportsOf(world, "2024-05-22").map((e) => ({...e, rows: [...e.rows].reverse()}))], AS_AT, of);
    try {
      for (const m of measures) expect([m.id, await lines(again, m)]).toEqual([m.id, await lines(built, m)]);
    } finally {
      again.close();
    }
  });

  test("the same records 52 weeks later give the same cases 52 weeks later, where no holiday lies between", async () => {
    // June to late August holds no bank holiday and no clock change, in this year nor in the next; before it nothing is known
    const [first, last] = ["2023-06-01", "2023-08-25"];
    const [summer] = fc.sample(family.worlds(last), {numRuns: 1, seed: SEED + 1}) as [World];
    const kept = Object.entries(summer).map(([set, rows]): [string, Row[]] => [set, set === "child" ? rows : rows.filter((r) => Object.entries(r).every(([f, c]) => !holdsDates(c) || f === "date_of_birth" || (c.slice(0, 10) >= first && c.slice(0, 10) <= last)))]);
    // a set of which no row is left, and whose columns nobody knows, would be an empty file
    const within = Object.fromEntries(kept.filter(([set, rows]) => rows.length > 0 || set in family.carried));
    const shift = (day: string) => addDays(day, 364);
    const [then, later] = [await buildWorld(within, last, of), await buildWorld(mapDates(within, shift), shift(last), of)];
    try {
      for (const m of measures.filter((x) => x.kind !== "snapshot" && !byPeriod(x) && x.rate?.over !== "snapshot")) {
        const told_ = async (b: Built, change: (day: string) => string) => (await casesOf(b.db, {measure: m})).rows.map((r) => JSON.stringify([r.child_id, change(String(r.counted_on)), r.due_on && change(String(r.due_on)), r.met, r.value, r.agency, r.team])).sort();
        expect([m.id, await told_(then, shift)]).toEqual([m.id, await told_(later, (d) => d)]);
      }
    } finally {
      then.close();
      later.close();
    }
  });

  test("with none of its records loaded a measure is not recorded: no number, and never nought", async () => {
    const bare = await buildWorld({child: [{child_id: "C1"}], contact: []}, AS_AT, {measures, checks: []});
    try {
      for (const {id, requires} of measures) {
        if (requires.every((need) => need.split("|").some((f) => f.trim() === "child.child_id"))) continue;
        const f = await only(bare, id);
        expect([id, f.status, f.numerator, f.denominator, f.value, f.series.length]).toEqual([id, "not recorded", null, null, null, 0]);
        expect(f.missing.length).toBeGreaterThan(0);
      }
    } finally {
      bare.close();
    }
  });

  test("a measure that lacks a record set it needs is not recorded, and no other is", async () => {
    const sets = Object.keys(world).filter((set) => measures.some((m) => m.requires.some((need) => need.includes(`${set}.`))));
    for (const gone of sets.slice(0, 2)) {
      const less = await buildWorld(Object.fromEntries(Object.entries(world).filter(([set]) => set !== gone)), AS_AT, of);
      try {
        for (const m of measures) {
          if (built.part.missing[m.id]?.length) continue;
          const lacks = m.requires.filter((need) => need.split("|").every((choice) => choice.trim().split(".")[0] === gone));
          expect([gone, m.id, (await only(less, m.id)).status]).toEqual([gone, m.id, lacks.length ? "not recorded" : "ok"]);
        }
      } finally {
        less.close();
      }
    }
  });
});

test("of two overlapping exports the newer wins, in whichever order they are loaded", async () => {
  const [world] = fc.sample(worlds(AS_AT), {numRuns: 1, seed: SEED}) as [World];
  const measures = MEASURES.filter((m) => m.id in FIRST.oracles);
  // the older export lacks the last records and has other teams and no endings; the newer lacks the first records
  const ENDS = ["screened_at", "returned_at", "responded_at", "closed_on", "authorised_on", "ended_on"];
  const keyed = ["contact", "out_of_hours_contact", "information_request", "referral", "assessment", "strategy_meeting", "cin_plan", "cin_meeting"];
  const cut = (rows: Row[]) => Math.floor(rows.length / 3);
  const stale = (row: Row): Row => ({...row, ...("team" in row ? {team: "Before"} : {}), ...Object.fromEntries(ENDS.filter((f) => f in row).map((f) => [f, undefined]))});
  const older: World = Object.fromEntries(Object.entries(world).map(([set, rows]) => [set, keyed.includes(set) ? rows.slice(0, rows.length - cut(rows)).map(stale) : rows]));
  const newer: World = Object.fromEntries(Object.entries(world).map(([set, rows]) => [set, keyed.includes(set) ? rows.slice(cut(rows)) : rows]));
  const expected: World = Object.fromEntries(Object.entries(world).map(([set, rows]) => [set, keyed.includes(set) ? rows.map((r, i) => (i < cut(rows) ? stale(r) : r)) : rows]));
  const [a, b] = [exportsOf(older, "2024-05-15"), exportsOf(newer, "2024-05-22")];
  const [forwards, backwards, once] = [await build([...a, ...b], AS_AT, {measures}), await build([...b, ...a], AS_AT, {measures}), await buildWorld(expected, AS_AT, {measures})];
  try {
    for (const m of measures) {
      expect(await lines(forwards, m)).toEqual(await lines(once, m));
      expect(await lines(backwards, m)).toEqual(await lines(once, m));
    }
  } finally {
    for (const each of [forwards, backwards, once]) each.close();
  }
});
