// XmR limits and the four special-cause rules, one behaviour a test, on small series with limits worked out by hand.
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {controlLimits, type ControlOptions, type SeriesPoint} from "../../etl/transform/control-limits.ts";

const monthly = (values: (number | null)[]): SeriesPoint[] =>
  values.map((value, i) => ({at: new Date(Date.UTC(2020, i, 1)).toISOString().slice(0, 10), value}));

/** 10 and 12 in turn, 12 times: mean 11, moving range 2, limits 11 ± 5.32, near limits 11 ± 3.5466…; then the values to judge. */
const afterCalm = (...values: (number | null)[]) => monthly([10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, ...values]);
const judge = (values: (number | null)[], options: Partial<ControlOptions> = {}) =>
  controlLimits(afterCalm(...values), {good: "high", fixAfter: 12, ...options}).points.slice(12);
const specials = (values: (number | null)[], options: Partial<ControlOptions> = {}) => judge(values, options).map(({special}) => special);

describe("the limits", () => {
  const vignette = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1];

  test("leave an outlier's moving ranges out, as the NHSRplotthedots deviations vignette prints them (mean 1.94, −0.72 to 4.6)", () => {
    const {points} = controlLimits(monthly(vignette), {good: "high"});
    expect(points[0]!.mean).toBeCloseTo(35 / 18, 12);
    expect(points[0]!.lower).toBeCloseTo(35 / 18 - 2.66, 12);
    expect(points[0]!.upper).toBeCloseTo(35 / 18 + 2.66, 12);
    expect(points.map(({special}) => special).filter(Boolean)).toEqual(["above"]);
    expect(points[4]!.special).toBe("above");
  });

  test("keep the outlier when not screened, as the Making Data Count workbook does (−3.06 to 6.95)", () => {
    const {points} = controlLimits(monthly(vignette), {good: "high", screenOutliers: false});
    expect(points[0]!.lower).toBeCloseTo(35 / 18 - 2.66 * (32 / 17), 12);
    expect(points[0]!.upper).toBeCloseTo(6.9515, 4);
  });

  test("of Plymouth's monthly referrals, April 2017 to March 2019 (DfE): mean 353.21, limits 148.04 and 558.38", () => {
    const referrals = [
      281, 288, 367, 366, 319, 361, 393, 509, 337, 478, 287, 449, 396, 482, 477, 364, 253, 329, 324, 388, 275, 291, 204, 259
    ];
    const {points} = controlLimits(monthly(referrals), {good: "neutral"});
    expect(points[0]!.mean).toBeCloseTo(353.21, 2);
    expect(points[0]!.lower).toBeCloseTo(148.04, 2);
    expect(points[0]!.upper).toBeCloseTo(558.38, 2);
  });

  test("drop a moving range of exactly 3.267 times the mean", () => {
    // Ten ranges of 1000 and a last one that is 3.267 times the mean of all eleven.
    const last = (3.267 * 10_000) / (11 - 3.267);
    const values = [0, 1000, 0, 1000, 0, 1000, 0, 1000, 0, 1000, 0, last];
    const {points} = controlLimits(monthly(values), {good: "high"});
    expect(points[0]!.upper! - points[0]!.mean!).toBeCloseTo(2660, 9);
  });

  test("screen once only", () => {
    const {points} = controlLimits(monthly([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 6, 0, 60]), {good: "high"});
    // Ranges: 12 of 1, two of 6, one of 60; mean 5.6, so only the 60 goes, though 6 is over 3.267 times what is left.
    expect(points[0]!.upper! - points[0]!.mean!).toBeCloseTo((2.66 * 24) / 14, 12);
  });

  test("pass over a blank: it is in no mean and no moving range, and breaks no limit", () => {
    const {points} = controlLimits(monthly([10, 14, null, 10, 12]), {good: "high"});
    expect(points[0]!.mean).toBe(11.5);
    expect(points[0]!.upper).toBeCloseTo(11.5 + 2.66 * 3, 12);
    expect(points[2]).toMatchObject({value: null, mean: 11.5, special: null, meaning: "common"});
  });

  test("are null, never NaN, for one point, for none with a value, and for a series without any variation", () => {
    for (const values of [[5], [null, null], [7, null, 9], Array.from({length: 15}, () => 10)]) {
      const {points} = controlLimits(monthly(values), {good: "high"});
      for (const {upper, lower, meaning} of points) expect([upper, lower, meaning]).toEqual([null, null, "common"]);
    }
    expect(controlLimits(monthly([null]), {good: "high"}).points[0]!.mean).toBeNull();
    expect(controlLimits([], {good: "high", target: 1})).toEqual({points: [], variation: null, assurance: null, trial: false});
  });

  test("without variation lie at the mean when not screened, and no point is outside them", () => {
    const {points} = controlLimits(monthly(Array.from({length: 15}, () => 0.1)), {good: "high", screenOutliers: false});
    for (const point of points) {
      expect(point.upper).toBeCloseTo(0.1, 12);
      expect(point.special).toBeNull();
    }
  });

  test("still let trends and shifts be seen when the baseline had no variation", () => {
    const flat = Array.from({length: 12}, () => 10);
    const {points} = controlLimits(monthly([...flat, 12, 11, 12, 11, 12, 11, 12]), {good: "high", fixAfter: 12});
    expect(points.slice(12).map(({special}) => special)).toEqual(Array.from({length: 7}, () => "shift-up"));
  });
});

describe("a point outside", () => {
  test("is strictly beyond a limit: on it is common cause", () => {
    expect(specials([11 + 5.32, 11, 11 - 5.32])).toEqual([null, null, null]);
    expect(specials([16.33, 11, 5.67])).toEqual(["above", null, "below"]);
  });

  test("counts before a trend, a trend before two in three, two in three before a shift", () => {
    // Rising through the near limit (14.5466…) and the limit (16.32).
    expect(specials([11.5, 12, 13, 14, 15, 16, 17])).toEqual(
      ["rising", "rising", "rising", "rising", "rising", "rising", "above"]
    );
    expect(specials([12, 13, 12, 15, 15.5, 12, 13])).toEqual(
      ["shift-up", "shift-up", "shift-up", "near-upper", "near-upper", "shift-up", "shift-up"]
    );
  });

  test("is not made by noise in the last binary digits", () => {
    const noisy = Array.from({length: 14}, (_, i) => (i % 2 ? 0.1 + 0.2 : 0.3));
    for (const screenOutliers of [true, false]) {
      const {points} = controlLimits(monthly(noisy), {good: "high", screenOutliers});
      expect(points.every(({special}) => special === null)).toBe(true);
    }
    // The seven zeros lie on the mean, though these sums miss 0 by a hair.
    const round = [0.1, 0.2, -0.3, 0.1, -0.1, 0.2, -0.2, 0.3, -0.1, -0.2, 0, 0, 0, 0, 0, 0, 0];
    expect(round.reduce((sum, value) => sum + value, 0)).not.toBe(0);
    const {points} = controlLimits(monthly(round), {good: "high"});
    expect(points.every(({special}) => special === null)).toBe(true);
  });
});

describe("a trend", () => {
  test("is seven points each higher than the last; six are none", () => {
    expect(specials([8, 9, 10, 11, 12, 13, 12])).toEqual([null, null, null, null, null, null, null]);
    expect(specials([8, 9, 10, 11, 12, 13, 14])).toEqual(Array.from({length: 7}, () => "rising"));
    expect(specials([14, 13, 12, 11, 10, 9, 8])).toEqual(Array.from({length: 7}, () => "falling"));
  });

  test("is broken by a tie and by a blank", () => {
    expect(specials([8, 9, 10, 10, 11, 12, 13]).filter((cause) => cause === "rising")).toEqual([]);
    expect(specials([8, 9, 10, null, 11, 12, 13, 14])).toEqual(Array.from({length: 8}, () => null));
  });

  test("takes its name at a turning point from the run that starts there", () => {
    const names = specials([8, 9, 10, 11, 12, 13, 14, 13, 12, 11, 10, 9, 8]);
    expect(names).toEqual([...Array.from({length: 6}, () => "rising"), ...Array.from({length: 7}, () => "falling")]);
  });

  test("that ends level with the start of another run ends as falling, as the reference has it", () => {
    const names = specials([7, 8, 9, 10, 11, 12, 13, 13, 13.5, 14, 14.1, 14.2, 14.3, 14.4]);
    expect(names[5]).toBe("rising");
    expect(names[6]).toBe("falling");
    expect(names[7]).toBe("rising");
  });
});

describe("two in three near a limit", () => {
  test("marks the near ones only, when all three are on one side of the mean", () => {
    expect(specials([15, 12, 15, 10])).toEqual(["near-upper", null, "near-upper", null]);
    expect(specials([7, 7, 10, 12])).toEqual(["near-lower", "near-lower", null, null]);
  });

  test("needs all three on one side: the mean itself and the other side do not do", () => {
    expect(specials([15, 11, 15, 10])).toEqual([null, null, null, null]);
    expect(specials([10, 15, 15, 10])).toEqual([null, null, null, null]);
    expect(specials([15, 7, 15, 10])).toEqual([null, null, null, null]);
  });

  test("may have two neighbours and a third before or after them, but does need the third", () => {
    expect(specials([10, 15, 15, 12, 10])).toEqual([null, "near-upper", "near-upper", null, null]);
    expect(specials([10, 12, 15, 15, 10])).toEqual([null, null, "near-upper", "near-upper", null]);
    expect(specials([10, 15, 15])).toEqual([null, null, null]);
  });

  test("does not count a point outside as near, but lets it stand as the third", () => {
    expect(specials([10, 15, 17, 12, 10])).toEqual([null, null, "above", null, null]);
    expect(specials([10, 15, 17, 15, 10])).toEqual([null, "near-upper", "above", "near-upper", null]);
  });

  test("is strictly past the near limit", () => {
    const near = 11 + (2 * 5.32) / 3;
    expect(specials([10, near, 12, near, 10])).toEqual([null, null, null, null, null]);
  });
});

describe("a shift", () => {
  test("is seven points on one side of the mean; six are none", () => {
    expect(specials([9, 12, 13, 12, 13, 12, 13, 10])).toEqual(Array.from({length: 8}, () => null));
    expect(specials([9, 12, 13, 12, 13, 12, 13, 12, 10]).slice(1, 8)).toEqual(Array.from({length: 7}, () => "shift-up"));
    expect(specials([13, 10, 9, 10, 9, 10, 9, 10]).slice(1)).toEqual(Array.from({length: 7}, () => "shift-down"));
  });

  test("is broken by a point on the mean and by a blank", () => {
    expect(specials([9, 12, 13, 12, 11, 12, 13, 12]).filter(Boolean)).toEqual([]);
    expect(specials([9, 12, 13, 12, null, 12, 13, 12, 13]).filter(Boolean)).toEqual([]);
  });
});

describe("a rebase", () => {
  const values = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 21, 22, 21, 22, 21, 22, 21, 22, 21, 22, 21, 22, 21];

  test("starts new limits at its date, and rules do not look back over it", () => {
    const {points, trial} = controlLimits(monthly(values), {good: "high", rebaseAt: ["2021-02-01"]});
    expect(points.map(({segment}) => segment)).toEqual(values.map((_, i) => (i < 13 ? 0 : 1)));
    expect(points[0]!.mean).toBeCloseTo(19 / 13, 12);
    expect(points[13]!.mean).toBeCloseTo(279 / 13, 12);
    expect(points.every(({special}) => special === null)).toBe(true);
    expect(trial).toBe(false);
  });

  test("on a date that no point has changes nothing; on the first point it only numbers the segment 1", () => {
    const plain = controlLimits(monthly(values), {good: "high"});
    expect(controlLimits(monthly(values), {good: "high", rebaseAt: ["2021-02-15"]})).toEqual(plain);
    const first = controlLimits(monthly(values), {good: "high", rebaseAt: ["2020-01-01"]});
    expect(first.points).toEqual(plain.points.map((point) => ({...point, segment: 1})));
  });

  test("may stand on a blank point, and fixes each segment's limits on its own first points", () => {
    const longer = [...values.slice(0, 13), null, ...values.slice(14), 40];
    const {points} = controlLimits(monthly(longer), {good: "high", rebaseAt: ["2021-02-01"], fixAfter: 12});
    expect(points[13]).toMatchObject({segment: 1, value: null});
    // Eleven values from the second to the twelfth point of the segment: the blank counts as one of the twelve.
    expect(points[13]!.mean).toBeCloseTo((22 * 6 + 21 * 5) / 11, 12);
    expect(points.at(-1)!.special).toBe("above");
  });

  test("leaves limits provisional when a segment has fewer than 13 points, 12 included", () => {
    expect(controlLimits(monthly(values.slice(0, 12)), {good: "high"}).trial).toBe(true);
    expect(controlLimits(monthly(values.slice(0, 13)), {good: "high"}).trial).toBe(false);
    expect(controlLimits(monthly([...values.slice(0, 12), null]), {good: "high"}).trial).toBe(false);
    expect(controlLimits(monthly(values), {good: "high", rebaseAt: ["2020-06-01"]}).trial).toBe(true);
  });
});

describe("what it means", () => {
  test("follows which way is good, and neutral says only high or low", () => {
    const meanings = (good: ControlOptions["good"]) => judge([17, 10, 5], {good}).map(({meaning}) => meaning);
    expect(meanings("high")).toEqual(["improvement", "common", "concern"]);
    expect(meanings("low")).toEqual(["concern", "common", "improvement"]);
    expect(meanings("neutral")).toEqual(["neutral-high", "common", "neutral-low"]);
  });

  test("takes a falling run above the mean as falling", () => {
    const [first] = judge([16, 15.5, 15, 14, 13, 12, 11.5]);
    expect(first).toMatchObject({special: "falling", meaning: "concern"});
  });

  test("is the newest point's for the series, also when points come in any order", () => {
    const series = afterCalm(17);
    expect(controlLimits(series, {good: "high", fixAfter: 12}).variation).toBe("improvement");
    expect(controlLimits([...series].reverse(), {good: "high", fixAfter: 12}).variation).toBe("improvement");
    expect(controlLimits(afterCalm(17, null), {good: "high", fixAfter: 12}).variation).toBe("common");
  });

  test("assures only when the target is strictly beyond the newest limits", () => {
    const assurance = (target: number | undefined, good: ControlOptions["good"]) =>
      controlLimits(afterCalm(), {good, target}).assurance;
    expect([assurance(16.4, "high"), assurance(16.4, "low")]).toEqual(["fail", "pass"]);
    expect([assurance(5.6, "high"), assurance(5.6, "low")]).toEqual(["pass", "fail"]);
    expect([assurance(11 + 5.32, "high"), assurance(11 - 5.32, "low"), assurance(11, "low")]).toEqual(
      ["inconsistent", "inconsistent", "inconsistent"]
    );
    expect([assurance(16.4, "neutral"), assurance(undefined, "high")]).toEqual([null, null]);
  });

  test("assures by the last segment, and without limits is inconsistent", () => {
    const series = monthly([...Array.from({length: 13}, (_, i) => 50 + (i % 2)), ...Array.from({length: 13}, (_, i) => 80 + (i % 2))]);
    expect(controlLimits(series, {good: "high", target: 70, rebaseAt: ["2021-02-01"]}).assurance).toBe("pass");
    expect(controlLimits(monthly([5]), {good: "high", target: 4}).assurance).toBe("inconsistent");
  });
});

describe("input", () => {
  test("with a date twice, a bad date, a bad number or too few points to fix is refused with the value named", () => {
    const good = "high" as const;
    expect(() => controlLimits([...monthly([1, 2]), ...monthly([3])], {good})).toThrow("2020-01-01 comes twice");
    expect(() => controlLimits([{at: "2020-01", value: 1}, {at: "2020-01-01", value: 1}], {good})).toThrow("2020-01-01 comes twice");
    for (const at of ["1/4/2024", "2024-02-30", "2024-13-01", ""]) {
      expect(() => controlLimits([{at, value: 1}], {good})).toThrow(`"${at}" is not an ISO date`);
    }
    expect(() => controlLimits(monthly([1]), {good, rebaseAt: ["April"]})).toThrow('"April" is not an ISO date');
    expect(() => controlLimits(monthly([1, Number.NaN]), {good})).toThrow("the value at 2020-02-01 is NaN");
    expect(() => controlLimits(monthly([1]), {good, target: Infinity})).toThrow("the target is Infinity");
    expect(() => controlLimits(monthly([1]), {good, fixAfter: 11})).toThrow("fixAfter is 11");
    expect(() => controlLimits(monthly([1]), {good, fixAfter: 12.5})).toThrow("fixAfter is 12.5");
    expect(() => controlLimits(monthly([1]), {good: "up" as "high"})).toThrow('good is "up"');
  });

  test("may give months, years, leap days and times", () => {
    const at = (...dates: string[]) => controlLimits(dates.map((date) => ({at: date, value: 1})), {good: "high"}).points.map((p) => p.at);
    expect(at("2024-03", "2024-02")).toEqual(["2024-02", "2024-03"]);
    expect(at("2024", "2023")).toEqual(["2023", "2024"]);
    expect(at("2024-02-29T10:00", "2024-02-29")).toEqual(["2024-02-29", "2024-02-29T10:00"]);
  });

  test("is not changed", () => {
    const series = monthly([3, 1, 2]).reverse();
    const copy = structuredClone(series);
    controlLimits(series, {good: "high"});
    expect(series).toEqual(copy);
  });
});

describe("for any series", () => {
  const values = fc.array(fc.option(fc.integer({min: -40, max: 40}), {freq: 12}), {minLength: 1, maxLength: 40});
  const options: fc.Arbitrary<ControlOptions> = fc.record({
    good: fc.constantFrom("high", "low", "neutral"),
    screenOutliers: fc.boolean(),
    fixAfter: fc.option(fc.integer({min: 12, max: 20}), {nil: undefined}),
    rebaseAt: fc.subarray(["2020-03-01", "2020-11-01", "2021-04-01"]),
    target: fc.option(fc.integer({min: -60, max: 60}), {nil: undefined})
  });

  test("the order of the input does not matter", () => {
    fc.assert(fc.property(values, options, fc.infiniteStream(fc.nat()), (series, how, keys) => {
      const points = monthly(series);
      const shuffled = points.map((point) => ({point, key: keys.next().value!})).sort((a, b) => a.key - b.key).map(({point}) => point);
      expect(controlLimits(shuffled, how)).toEqual(controlLimits(points, how));
    }));
  });

  test("adding a constant moves mean and limits by it and changes no cause", () => {
    fc.assert(fc.property(values, options, fc.integer({min: -1000, max: 1000}), (series, how, by) => {
      const base = controlLimits(monthly(series), how);
      const moved = controlLimits(monthly(series.map((value) => (value === null ? null : value + by))), {
        ...how, target: how.target === undefined || how.target === null ? undefined : how.target + by
      });
      expect({...moved, points: moved.points.map(({special}) => special)}).toEqual({...base, points: base.points.map(({special}) => special)});
      base.points.forEach((point, i) => {
        for (const key of ["mean", "upper", "lower"] as const) {
          if (point[key] === null) expect(moved.points[i]![key]).toBeNull();
          else expect(moved.points[i]![key]).toBeCloseTo(point[key] + by, 8);
        }
      });
    }));
  });

  test("a change of unit scales mean and limits and changes no cause", () => {
    fc.assert(fc.property(values, options, fc.constantFrom(1e-6, 0.01, 1 / 3, 100, 1e7), (series, {target: _, ...how}, by) => {
      const base = controlLimits(monthly(series), how);
      const scaled = controlLimits(monthly(series.map((value) => (value === null ? null : value * by))), how);
      expect(scaled.points.map(({special}) => special)).toEqual(base.points.map(({special}) => special));
      base.points.forEach((point, i) => {
        for (const key of ["mean", "upper", "lower"] as const) {
          if (point[key] === null) expect(scaled.points[i]![key]).toBeNull();
          else expect(scaled.points[i]![key]! / by).toBeCloseTo(point[key], 8);
        }
      });
    }));
  });

  test("the other direction of good turns improvement into concern and pass into fail, and nothing else", () => {
    const turned: Record<string, string> = {improvement: "concern", concern: "improvement", pass: "fail", fail: "pass"};
    const turn = (word: string | null) => (word === null ? null : (turned[word] ?? word));
    fc.assert(fc.property(values, options, (series, how) => {
      const high = controlLimits(monthly(series), {...how, good: "high"});
      const low = controlLimits(monthly(series), {...how, good: "low"});
      expect(low).toEqual({
        ...high,
        variation: turn(high.variation),
        assurance: turn(high.assurance),
        points: high.points.map((point) => ({...point, meaning: turn(point.meaning)}))
      });
    }));
  });

  test("a blank is never special, and nothing is ever NaN", () => {
    fc.assert(fc.property(values, options, (series, how) => {
      for (const point of controlLimits(monthly(series), how).points) {
        if (point.value === null) expect(point.special).toBeNull();
        for (const number of [point.mean, point.upper, point.lower]) expect(number === null || Number.isFinite(number)).toBe(true);
      }
    }));
  });
});
