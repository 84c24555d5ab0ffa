// Benchmarking: the published figures are those that were published, limits allow for overdispersion, neighbours are those of the model in force, and DfE's direction is kept.
import {fileURLToPath} from "node:url";
import {describe, expect, test} from "vitest";
import {benchmarksOf, intervalOf} from "../../etl/publish/benchmarks.ts";
import {comparatorsOf, indicatorOf} from "../../etl/publish/comparators.ts";
import type {MeasureDefinition, MeasureFile, Period} from "../../etl/publish/published.ts";
import {readMeasures} from "../../etl/transform/measures.ts";
import {neighboursAt, readReference, type Benchmark, type Reference} from "../../etl/transform/reference.ts";

const reference = readReference(fileURLToPath(new URL("../../data/reference/", import.meta.url)));
const measures = readMeasures();
const measure = (id: string) => measures.find((m) => m.id === id)!;

describe("the reference tables", () => {
  const counts = (indicator: string, level: Benchmark["level"]) => reference.benchmarks.filter((b) => b.indicator === indicator && b.level === level && b.year === 2025);
  const sum = (of: Benchmark[], key: "numerator" | "denominator") => of.reduce((n, b) => n + b[key], 0);
  const unsuppressed = ["rereferral_percent", "not_in_need_percent"];

  test("hold the 153 authorities of England, whose counts come to the regions' and England's, which are rounded to ten", () => {
    for (const indicator of unsuppressed) {
      const authorities = counts(indicator, "authority");
      expect([indicator, authorities.length]).toEqual([indicator, 153]);
      for (const region of counts(indicator, "region")) {
        const own = authorities.filter((b) => b.region === region.area);
        expect(Math.abs(sum(own, "numerator") - region.numerator), `${indicator} ${region.area}`).toBeLessThanOrEqual(10);
        expect(Math.abs(sum(own, "denominator") - region.denominator), `${indicator} ${region.area}`).toBeLessThanOrEqual(10);
      }
      expect(Math.abs(sum(authorities, "denominator") - counts(indicator, "national")[0]!.denominator)).toBeLessThanOrEqual(10);
    }
  });
  test("agree with the table of comparators where both hold a figure", () => {
    const apart = reference.benchmarks.filter((b) => {
      const other = reference.comparators.find((c) => c.measure === b.measure && c.indicator === b.indicator && c.area === b.area && c.year === b.year);
      return other && Math.abs((100 * b.numerator) / b.denominator - other.value) > 0.06;
    });
    expect(apart).toEqual([]);
  });
  test("give every authority ten other neighbours, and Plymouth those of the model in force in each year", () => {
    expect(reference.neighbours.filter((n) => new Set(n.neighbours).size !== 10 || n.neighbours.includes(n.lea))).toEqual([]);
    expect([2020, 2021, 2024, 2025, 2026].map((year) => neighboursAt(reference.neighbours, "879", year)?.model ?? null)).toEqual([null, "2021", "2021", "2025", "2025"]);
  });
});

describe("comparators of a measure", () => {
  test("say which model chose the neighbours, and that it was not in force for earlier years", () => {
    const near = comparatorsOf(measure("R1"), reference, "879").filter((c) => c.area === "Statistical neighbours");
    expect(near.map((c) => [c.year, c.model]).slice(0, 3)).toEqual([[2025, {name: "2025", inForce: true}], [2024, {name: "2021", inForce: true}], [2024, {name: "2025", inForce: false}]]);
    expect(near.filter((c) => c.model?.inForce).map((c) => c.year)).toEqual([2025, 2024, 2023, 2022, 2021]);
    // 2024, the April 2021 groupings: the published percentages of the ten, by hand
    const ten = [26.5, 24.0, 19.1, 45.4, 21.0, 17.7, 25.2, 23.9, 19.2, 22.3];
    expect(near[1]!.value).toBeCloseTo(ten.reduce((a, b) => a + b) / 10, 1);
  });
  test("give another authority its own region and neighbours, and name the table's as another's", () => {
    const newest = comparatorsOf(measure("R1"), reference, "383").filter((c) => c.year === 2025);
    expect(newest.map((c) => c.area)).toEqual(expect.arrayContaining(["England", "Yorkshire and The Humber", "Statistical neighbours", "Statistical neighbours of Plymouth"]));
    // Leeds: the mean of its ten neighbours' own re-referral rates, by hand from table C1
    const shares = [673 / 2816, 227 / 1325, 810 / 4910, 680 / 3346, 644 / 3277, 915 / 3917, 989 / 4264, 560 / 2777, 2143 / 7986, 764 / 3386];
    expect(newest.find((c) => c.area === "Statistical neighbours")!.value).toBe(Math.round((1000 * shares.reduce((a, b) => a + b)) / 10) / 10);
    expect(newest.find((c) => c.area === "Yorkshire and The Humber")!.value).toBe(21.7);
  });
  test("stand beside no part that counts another thing", () => expect(["C14a", "C14b", "A1b", "S6c", "N10a"].map((id) => indicatorOf(measure(id), reference))).toEqual([null, null, null, null, null]));
  test("keep to the DfE's own direction: what has no polarity there is neutral here", () => {
    // polarity of the Local Authority Interactive Tool
    const low = ["rereferral_percent", "rereferral_child_percent", "second_plan_percent", "caseload", "vacancy_percent", "agency_percent"];
    const high = ["assessment_45_percent", "icpc_15_percent", "cp_review_percent"];
    const wrong = measures.flatMap((m) => {
      const indicator = indicatorOf(m, reference);
      const polarity = indicator === null ? null : low.includes(indicator) ? "low" : high.includes(indicator) ? "high" : "neutral";
      return polarity === null || polarity === m.good ? [] : [`${m.id} is ${m.good}, ${indicator} is ${polarity}`];
    });
    expect(wrong).toEqual([]);
  });
});

describe("benchmarks.json", () => {
  // Twelve authorities of 1,000: ten at 20 %, one at 40 % and one at 5 %. Chance alone would call both outside.
  const unit = (lea: string, numerator: number, over: Partial<Benchmark> = {}): Benchmark => ({measure: "R1", indicator: "rereferral_percent", level: "authority", lea, area: `Area ${lea}`, region: "North", year: 2025, numerator, denominator: 1000, source: "table", ...over});
  const tables = (units: Benchmark[]): Pick<Reference, "benchmarks" | "neighbours"> => ({benchmarks: units, neighbours: [{lea: "101", model: "2021", firstYear: 2021, lastYear: 2024, neighbours: ["105"], source: "old"}, {lea: "101", model: "2025", firstYear: 2025, lastYear: null, neighbours: ["102", "103"], source: "new"}]});
  const m = measure("R1");
  const definition = {...m, comparators: [{area: "England", year: 2025, value: 22.6, source: "DfE", note: null, model: null}], status: "ok", missing: [], rate: null} as unknown as MeasureDefinition;
  const periods: Period[] = [{key: "last-12", label: "Last 12 months", from: "2024-12", to: "2025-11"}, {key: "2024-25", label: "Year to March 2025", from: "2024-04", to: "2025-03"}, {key: "2023-24", label: "Year to March 2024", from: "2023-04", to: "2024-03"}];
  const months = ["2023-04", "2024-03", "2024-04", "2025-03"].map((period) => ({period, numerator: 1, denominator: 10, value: 10, complete: period >= "2024-01"}));
  const file = {status: "ok", series: months, figures: periods.map(({key}) => ({period: key, numerator: 200, denominator: 1000, value: 20}))} as unknown as MeasureFile;
  const made = (units: Benchmark[], code = "101") => benchmarksOf({authority: {code, name: "Ours"}, reference: tables(units), indicatorOf: () => "rereferral_percent", definitions: [definition], files: new Map([["R1", file]]), periods});
  const units = Array.from({length: 10}, (_, i) => unit(String(101 + i), 200)).concat(unit("111", 400), unit("112", 50));

  test("mark the authority itself and the neighbours of the model in force that year", () => {
    const {neighbours, measures: [told]} = made(units);
    expect(neighbours).toMatchObject({model: "2025", year: 2025, areas: ["Area 102", "Area 103"]});
    expect(told!.funnel!.units.flatMap((u) => (u.role === "other" ? [] : [[u.area, u.role]]))).toEqual([["Area 101", "own"], ["Area 102", "neighbour"], ["Area 103", "neighbour"]]);
    expect(made(units, "999")).toMatchObject({neighbours: null, authority: {region: null}});
  });
  test("widen the limits by the root of the overdispersion, worked out by hand", () => {
    // three wide on each side, so that the tenths drawn in still hold what varies
    const spread = Array.from({length: 10}, (_, i) => unit(String(101 + i), [120, 130, 180, 190, 200, 200, 210, 220, 270, 280][i]!));
    const {funnel} = made(spread).measures[0]!;
    const p = 0.2;
    const sd = Math.sqrt((p * (1 - p)) / 1000);
    const z = spread.map((u) => (u.numerator / 1000 - p) / sd);
    // the 10th and 90th percentile by linear interpolation: a tenth of the way from the outermost to the next
    const [least, most] = [z[0]! + 0.9 * (z[1]! - z[0]!), z[8]! + 0.1 * (z[9]! - z[8]!)];
    const phi = z.reduce((sum, v) => sum + Math.min(most, Math.max(least, v)) ** 2, 0) / 10;
    expect(funnel!.pooled).toBeCloseTo(20, 10);
    expect(funnel!.phi).toBeCloseTo(phi, 10);
    const at = funnel!.limits.find((l) => l.denominator === 1000)!;
    expect(at.upper95).toBeCloseTo(20 + 100 * 1.959964 * Math.sqrt(phi) * sd, 3);
    expect(at.lower998).toBeCloseTo(Math.max(0, 20 - 100 * 3.090232 * Math.sqrt(phi) * sd), 3);
    // chance alone would have put the outer four outside; so much spread is what authorities have
    expect(funnel!.units.map((u) => u.position)).toEqual(Array(10).fill("inside"));
  });
  test("set our own records of the same year against the limits, and no year that the records do not cover wholly", () => {
    const [told] = made(units).measures;
    expect(told!.funnel!.ours).toMatchObject({numerator: 200, denominator: 1000, value: 20, position: "inside"});
    expect(told!.own.map((o) => o.year)).toEqual([null, 2025]);
  });
  test("leave the funnel to the part that is counted as the published figure is", () => {
    const other = benchmarksOf({authority: {code: "101", name: "Ours"}, reference: tables(units), indicatorOf: () => "rereferral_percent", definitions: [{...definition, completedAs: "R2"}], files: new Map([["R1", file]]), periods});
    expect(other.measures[0]).toMatchObject({id: "R1", funnel: null});
  });
  test("draw no funnel where no figures of authorities are held", () => expect(made([]).measures[0]!.funnel).toBeNull());
});

test("a share carries Wilson's interval, a rate Byar's on its own scale, and a mean of parts none", () => {
  const share = intervalOf({kind: "percentage", unit: "percent", rate: null, counts: "case"}, {numerator: 81, denominator: 263, value: (100 * 81) / 263});
  expect([share.lower!.toFixed(2), share.upper!.toFixed(2)]).toEqual(["25.53", "36.62"]);
  // 100 events: 81.36 to 121.63, exact; here 100 events make a rate of 50
  const rate = intervalOf({kind: "rate", unit: "per 10,000", rate: {per: 10_000, of: "population", over: "year"}, counts: "case"}, {numerator: 100, denominator: 20_000, value: 50});
  expect(Math.abs(rate.lower! - 40.68)).toBeLessThan(0.1);
  expect(Math.abs(rate.upper! - 60.815)).toBeLessThan(0.1);
  expect(intervalOf({kind: "percentage", unit: "percent", rate: null, counts: "weight"}, {numerator: 1, denominator: 2, value: 50})).toEqual({lower: null, upper: null});
});
