// The partnership edition: what it gives, what it withholds, and that nothing withheld can be worked out from it and the edition before.
import {parse} from "csv-parse/sync";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {addQuarters, editionOf, monthsShown, PUBLISHED, quarterName, type Edition, type Given, type Measured, type Rule} from "../../etl/publish/partnership.ts";
import {editionFiles} from "../../etl/publish/partnership-site.ts";
import type {MeasureDefinition, SeriesPoint} from "../../etl/publish/published.ts";
import {boundsOf, givenAway} from "./attack.ts";

type Pair = readonly [numerator: number, denominator: number];
const rule: Rule = {rule: "hide", threshold: 5};
const about = {authority: {code: "E06000001", name: "Example"}, example: false, marking: "OFFICIAL", rule};

const series = (months: Record<string, Pair>, complete = true): SeriesPoint[] => Object.entries(months).map(([period, [numerator, denominator]]) => ({period, numerator, denominator, value: null, complete}));

/** A measure as a run publishes it, from months by group of each breakdown; the whole is the sum of the first breakdown's groups. */
function measured(id: string, groups: Record<string, Record<string, Record<string, Pair>>>): Measured {
  const first = Object.values(groups)[0]!;
  const months: Record<string, Pair> = {};
  for (const group of Object.values(first)) for (const [month, [n, d]] of Object.entries(group)) months[month] = [(months[month]?.[0] ?? 0) + n, (months[month]?.[1] ?? 0) + d];
  const definition = {id, title: `Measure ${id}`, question: "How many?", numerator: "Done", denominator: "All", kind: "percentage", counts: "case", good: "high"} as MeasureDefinition;
  const told = Object.entries(groups).flatMap(([dimension, of]) => Object.entries(of).map(([group, of]) => ({dimension, group, label: `Group ${group}`, series: series(of), figures: []})));
  return {definition, file: {disclosure: "internal", run: "r", id, status: "ok", missing: [], commentary: [], series: series(months), limits: null, figures: [], groups: told}};
}
const from = (...measures: Measured[]) => new Map(measures.map((one) => [one.definition.id, one]));
const none: Given = {authority: "E06000001", blocks: []};
const editionFrom = (given: Given, measures: ReadonlyMap<string, Measured>) => editionOf(given, measures, about, []);
const quarter = (a: Pair, b: Pair, c: Pair): Record<string, Pair> => ({"2025-04": a, "2025-05": b, "2025-06": c});
const blockOf = (groups: Parameters<typeof measured>[1], of = rule) => addQuarters(none, from(measured("S1", groups)), of).blocks[0]!;

describe("what is withheld", () => {
  test("1 to 5 become c, with the share, when the number or the rest is small; zeros and larger numbers stay", () => {
    const block = blockOf({locality: {a: quarter([3, 40], [30, 60], [40, 44]), b: quarter([20, 60], [10, 60], [0, 30])}});
    expect(block.tables[0]!.rows.map(({numerator, rest, denominator, percent}) => [numerator, rest, denominator, percent])).toEqual([
      [23, 77, 100, 23],
      [40, 80, 120, 33.3],
      [40, 34, 74, 54.1]
    ]);
    const small = blockOf({locality: {a: quarter([3, 40], [30, 60], [40, 44])}}).tables[0]!.rows;
    expect(small.map(({numerator, rest, denominator, percent}) => [numerator, rest, denominator, percent])).toEqual([
      ["c", "c", 40, null],
      [30, 30, 60, 50],
      ["c", "c", 44, null]
    ]);
    const zeros = blockOf({locality: {a: quarter([0, 40], [60, 60], [0, 44])}});
    expect(zeros.tables[0]!.rows.map(({numerator, percent}) => [numerator, percent])).toEqual([[0, 0], [60, 100], [0, 0]]);
  });

  test("a quarter whose total would give a month away is given without its total and without breakdowns", () => {
    const block = blockOf({locality: {a: quarter([3, 40], [0, 30], [0, 44])}});
    expect(block).toMatchObject({total: null, withheld: ["locality", "case_status"]});
    expect(block.tables[0]!.rows.map(({numerator, denominator}) => [numerator, denominator])).toEqual([["c", 40], [0, 30], [0, 44]]);
    expect(givenAway([editionFrom({...none, blocks: [block]}, new Map())])).toEqual([]);
  });

  test("a breakdown that would give a small number away, or does not add up, is left out and named", () => {
    const groups = {locality: {a: quarter([10, 20], [10, 20], [10, 20]), b: quarter([0, 1], [0, 1], [0, 1])}};
    expect(blockOf(groups)).toMatchObject({total: {numerator: 30, denominator: 63}, withheld: ["locality", "case_status"]});
    expect(blockOf({locality: {a: quarter([10, 20], [10, 20], [10, 20])}, case_status: {new: quarter([10, 19], [10, 20], [10, 20])}}).withheld).toEqual(["case_status"]);
  });

  test("the rule and the threshold are the settings'", () => {
    const groups = {locality: {a: quarter([10, 40], [20, 60], [12, 44])}};
    expect(blockOf(groups, {rule: "hide", threshold: 10}).tables[0]!.rows.map(({numerator}) => numerator)).toEqual(["c", 20, "c"]);
    expect(blockOf(groups, {rule: "hide-breakdowns", threshold: 5}).tables.map(({dimension}) => dimension)).toEqual(["month"]);
  });

  test("months that are not complete, and quarters that are not whole, wait", () => {
    const one = measured("S1", {locality: {a: {...quarter([10, 20], [10, 20], [10, 20]), "2025-07": [10, 20], "2025-08": [10, 20]}}});
    expect(addQuarters(none, from(one), rule).blocks.map((block) => block.quarter)).toEqual(["2025-26 Q1"]);
    expect([quarterName("2026-01"), quarterName("2025-04"), quarterName("1999-10")]).toEqual(["2025-26 Q4", "2025-26 Q1", "1999-00 Q3"]);
  });

  test("limits and rates come from the numbers shown", () => {
    const months: Record<string, Pair> = {};
    for (let i = 0; i < 15; i++) months[`${2024 + Math.floor((3 + i) / 12)}-${String(((3 + i) % 12) + 1).padStart(2, "0")}`] = [i === 2 ? 3 : 40 + 3 * (i % 4), 100];
    const edition = editionOf(addQuarters(none, from(measured("C2", {locality: {a: months}})), rule), from(measured("C2", {locality: {a: months}})), about, [{year: 2024, population: 50_000}]);
    const [c2] = edition.measures;
    const shown = monthsShown(c2!.blocks).map(({percent}) => percent!);
    expect(shown.length).toBeLessThan(15);
    expect(c2!.limits).toMatchObject({months: shown.length, mean: Math.round((10 * shown.reduce((a, b) => a + b, 0)) / shown.length) / 10});
    expect(c2!.rates[0]).toEqual({quarter: "2024-25 Q1", of: "contacts", per10000: 240, population: 50_000, year: 2024});
  });

  test("a measure that has changed its kind stops the edition, and one that is not recorded is named", () => {
    const changed = measured("S1", {locality: {a: quarter([10, 20], [10, 20], [10, 20])}});
    changed.definition.counts = "child";
    expect(() => addQuarters(none, from(changed), rule)).toThrow(/S1 is not a percentage of cases any more/);
    const absent = measured("S1", {locality: {a: quarter([10, 20], [10, 20], [10, 20])}});
    absent.file.status = "not recorded";
    expect(editionFrom(addQuarters(none, from(absent), rule), from(absent)).measures).toMatchObject([{id: "S1", lacks: "it is not recorded"}]);
  });
});

/** Quarters of a small authority: many small numbers, groups that come and go. */
const world = fc.record({
  months: fc.constantFrom(6, 9, 12),
  groups: fc.array(fc.record({name: fc.constantFrom("p", "q", "r", "s", "t"), size: fc.constantFrom(0, 1, 3, 8, 30), share: fc.double({min: 0, max: 1, noNaN: true})}), {minLength: 1, maxLength: 5}),
  seed: fc.integer({min: 1, max: 2 ** 31 - 1})
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** The same children by locality and by case status; `late` adds what was recorded after the first edition, one to four cases in any month. */
function measureOf({months, groups, seed}: World, late: boolean): Measured {
  let state = seed;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  let other = seed + 7;
  const lately = () => (other = (other * 48271) % 2147483647) / 2147483647;
  const locality: Record<string, Record<string, Pair>> = {};
  const status: Record<string, Record<string, Pair>> = {new: {}, open: {}};
  for (const {name, size, share} of groups) {
    for (let i = 0; i < months; i++) {
      const month = `2025-${String(i + 1).padStart(2, "0")}`;
      let [n, d] = [0, 0];
      for (let child = 0; child < size; child++) {
        if (random() < 0.5) continue;
        d += 1;
        const met = random() < share;
        n += met ? 1 : 0;
        const kind = random() < 0.3 ? "open" : "new";
        const [a, b] = status[kind]![month] ?? [0, 0];
        status[kind]![month] = [a + (met ? 1 : 0), b + 1];
      }
      if (late && size > 0 && lately() < 0.4) {
        const more = 1 + Math.floor(lately() * 4);
        [n, d] = [n + more, d + more];
        const [a, b] = status.new![month] ?? [0, 0];
        status.new![month] = [a + more, b + more];
      }
      const [a, b] = locality[name]?.[month] ?? [0, 0];
      (locality[name] ??= {})[month] = [a + n, b + d];
    }
  }
  return measured("S1", {locality, case_status: status});
}

const upTo = (one: Measured, month: string): Measured => ({...one, file: {...one.file, series: one.file.series.map((point) => ({...point, complete: point.period <= month}))}});

describe("an attacker with every table of this edition and the one before", () => {
  test("finds no withheld number, in small authorities of any shape, though records were added in between", () => {
    let withheld = 0;
    fc.assert(
      fc.property(world, (of) => {
        const before = from(upTo(measureOf(of, false), "2025-06"));
        const first = addQuarters(none, before, rule);
        const now = from(measureOf(of, true));
        const second = addQuarters(first, now, rule);
        const bounds = boundsOf([editionFrom(first, before), editionFrom(second, now)]);
        withheld += bounds.length;
        expect(bounds.filter(({least, most}) => least === most)).toEqual([]);
      }),
      {numRuns: 60}
    );
    expect(withheld).toBeGreaterThan(200);
  });

  test("would find what is withheld if only the small numbers were", () => {
    const groups = {locality: {a: quarter([30, 60], [30, 60], [30, 60]), b: quarter([1, 30], [1, 30], [2, 30]), d: quarter([30, 60], [30, 60], [30, 60])}};
    const given = addQuarters(none, from(measured("S1", groups)), rule);
    const edition = editionFrom(given, new Map());
    expect(givenAway([{...edition, measures: [{id: "S1", blocks: given.blocks, rates: []} as unknown as Edition["measures"][number]]}])).toEqual([]);
    const careless = structuredClone(given);
    const rows = careless.blocks[0]!.tables.find(({dimension}) => dimension === "locality")!.rows;
    for (const row of rows) if (row.group !== "b") Object.assign(row, {numerator: 90, rest: 90, denominator: 180});
    const leaked = givenAway([{...edition, measures: [{id: "S1", blocks: careless.blocks, rates: []} as unknown as Edition["measures"][number]]}]);
    expect(leaked).toContainEqual({cell: "S1|2025-26 Q1|locality|b|numerator", least: 4, most: 4});
  });

  test("finds no number of one edition changed in the next, so that no late record shows as a difference", () => {
    const of = {months: 9, groups: [{name: "p", size: 30, share: 0.5}, {name: "q", size: 30, share: 0.3}], seed: 11} as World;
    const before = upTo(measureOf(of, false), "2025-06");
    const first = addQuarters(none, from(before), rule);
    const second = addQuarters(first, from(measureOf(of, true)), rule);
    expect(second.blocks.filter((block) => first.blocks.some((old) => old.quarter === block.quarter))).toEqual(first.blocks);
    expect(second.blocks.length).toBe(first.blocks.length + 1);
    const forgotten = addQuarters(none, from(measureOf(of, true)), rule);
    expect(() => boundsOf([editionFrom(first, from(before)), editionFrom(forgotten, from(before))])).toThrow(/in one edition and/);
  });
});

describe("the files", () => {
  const groups = {locality: {"<script>alert(1)</script>": quarter([33, 60], [24, 60], [30, 60]), "=cmd": quarter([2, 30], [14, 30], [9, 30])}};
  const given = addQuarters(none, from(measured("S1", groups)), rule);
  const edition = editionFrom(given, from(measured("S1", groups)));
  const files = editionFiles(edition);

  test("hold the same numbers as pages, CSV and JSON, and nothing is run from them", () => {
    const read = parse(files.get("downloads/S1.csv")!, {columns: true, bom: true}) as Record<string, string>[];
    const rows = edition.measures[0]!.blocks[0]!.tables.flatMap(({rows}) => rows);
    expect(read.slice(1).map(({numerator, rest, denominator}) => [numerator, rest, denominator])).toEqual(rows.map(({numerator, rest, denominator}) => [String(numerator), String(rest), String(denominator)]));
    expect(read.map(({label}) => label)).toContain("Group <script>alert(1)</script>");
    expect(files.get("downloads/S1.csv")).toContain(",'=cmd,");
    expect(files.get("downloads/all.csv")).toBe(files.get("downloads/S1.csv"));
    const page = files.get("measures/S1.html")!;
    expect(page).toContain("Group &lt;script&gt;alert(1)&lt;/script&gt;");
    for (const [name, html] of files) if (name.endsWith(".html")) expect([name, /<script|https?:|<img|javascript:| on\w+=/i.test(html)]).toEqual([name, false]);
    for (const {numerator, denominator} of rows) for (const shown of [numerator, denominator]) expect(page).toContain(`<td>${shown}</td>`);
  });

  test("lead to each other and nowhere else", () => {
    for (const [name, html] of files) {
      if (!name.endsWith(".html")) continue;
      for (const [, href] of html.matchAll(/href="([^"]*)"/g)) expect([name, href, files.has(new URL(href!, `http://edition/${name}`).pathname.slice(1))]).toEqual([name, href, true]);
      expect(html).not.toMatch(/qa\/|\/api\/|data\/refresh|audit/);
    }
  });
});

test("the list of what may be given names each measure once", () => {
  expect(new Set(PUBLISHED.map(({id}) => id)).size).toBe(PUBLISHED.length);
});
