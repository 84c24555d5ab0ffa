// Limits of a series, whole or narrowed: which months they rest on, and when nothing can be said yet.
import {describe, expect, test} from "vitest";
import {limitsOf} from "../../etl/publish/figures.ts";
import {addMonths} from "../../etl/transform/cases.ts";

const series = (values: (number | null)[], complete: (i: number) => boolean = () => true) => values.map((value, i) => ({period: addMonths("2020-01", i), numerator: null, denominator: null, value, complete: complete(i)}));
const high = {good: "high"} as const;

describe("limits of a series", () => {
  test("rest on the newest 36 whole months and no other", () => {
    const values = Array.from({length: 50}, (_, i) => (i < 12 ? 1_000 : i > 47 ? -1_000 : 50 + (i % 3)));
    const told = limitsOf(high, null, series(values, (i) => i < 48))!;
    expect(told.points.map((p) => p.at)).toEqual(Array.from({length: 36}, (_, i) => addMonths("2021-01", i)));
    expect(told.points[0]!.mean).toBeCloseTo(51, 9);
    expect(told).toMatchObject({variation: "common", trial: false});
  });
  test("hold the newest month against the target and the measure's own direction", () => {
    const values = Array.from({length: 20}, (_, i) => (i === 19 ? 20 : 80 + (i % 3)));
    expect(limitsOf(high, 99, series(values))).toMatchObject({variation: "concern", assurance: "fail"});
    expect(limitsOf({good: "low"}, 99, series(values))).toMatchObject({variation: "improvement", assurance: "pass"});
    expect(limitsOf({good: "neutral"}, null, series(values))).toMatchObject({variation: "neutral-low", assurance: null});
  });
  test("say neither signal nor assurance where too few months have a value, and are steady where nothing ever varies", () => {
    expect(limitsOf(high, 90, series([]))).toBeNull();
    expect(limitsOf(high, 90, series([70, 80], () => false))).toBeNull();
    for (const few of [[70], [null], [null, 70, null], [70, null, 80]]) expect(limitsOf(high, 90, series(few)), String(few)).toMatchObject({variation: null, assurance: null});
    expect(limitsOf(high, 90, series([0, 0, 0]))!.variation).toBe("common");
    expect(limitsOf(high, 90, series([70, 80]))).toMatchObject({variation: "common", trial: true});
  });
});
