// Intervals, funnel limits and small-number rules against published figures.
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {
  AUDIT_MINIMUM_N, auditShare, byar, chiSquareTail, funnelLimits, normalQuantile, TEAM_MINIMUM_N, teamComparable, twoSided, wilson
} from "../../etl/transform/intervals.ts";

const proportion = fc.integer({min: 1, max: 5000}).chain((d) => fc.record({n: fc.integer({min: 0, max: d}), d: fc.constant(d)}));

describe("Wilson", () => {
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718]
  ])("gives %i of %i the interval of Newcombe 1998, table I, method 3", (n, d, lower, upper) => {
    const interval = wilson(n, d)!;
    expect(interval.estimate).toBe(n / d);
    expect(interval.lower).toBeCloseTo(lower, 4);
    expect(interval.upper).toBeCloseTo(upper, 4);
  });

  test("is null without cases, starts at exactly 0 for none and ends at exactly 1 for all", () => {
    expect(wilson(0, 0)).toBeNull();
    expect(wilson(0, 7)!.lower).toBe(0);
    expect(wilson(7, 7)!.upper).toBe(1);
  });

  test("has ends at which the score test is just significant", () => {
    fc.assert(fc.property(proportion, fc.constantFrom(0.8, 0.95, 0.998), ({n, d}, level) => {
      const {lower, upper} = wilson(n, d, level)!;
      for (const end of [lower, upper].filter((p) => p > 0 && p < 1)) {
        expect(Math.abs(n / d - end) / Math.sqrt((end * (1 - end)) / d)).toBeCloseTo(twoSided(level), 6);
      }
    }));
  });

  test("mirrors when counting the others, holds the share, and widens with the level", () => {
    fc.assert(fc.property(proportion, ({n, d}) => {
      const here = wilson(n, d)!;
      const others = wilson(d - n, d)!;
      const wide = wilson(n, d, 0.998)!;
      expect(others.lower).toBeCloseTo(1 - here.upper, 12);
      expect(here.lower).toBeGreaterThanOrEqual(0);
      expect(here.upper).toBeLessThanOrEqual(1);
      expect(here.lower).toBeLessThanOrEqual(here.estimate);
      expect(here.upper).toBeGreaterThanOrEqual(here.estimate);
      expect(wide.upper - wide.lower).toBeGreaterThan(here.upper - here.lower);
    }));
  });

  test("refuses what is no part of a whole, naming the number", () => {
    expect(() => wilson(5, 4)).toThrow("n is 5, more than d, which is 4");
    expect(() => wilson(-1, 4)).toThrow("n is -1");
    expect(() => wilson(1, 2.5)).toThrow("d is 2.5");
    expect(() => wilson(1, Number.NaN)).toThrow("d is NaN");
    expect(() => wilson(1, 2, 95)).toThrow("confidence level is 95");
  });
});

describe("Byar", () => {
  // Exact 95 % Poisson limits as tabled, for one, by Breslow and Day 1987 and Beaumont and Breslow (30: 20.24–42.83).
  test.each([
    [10, 4.795, 18.39],
    [30, 20.24, 42.83],
    [50, 37.11, 65.92],
    [100, 81.36, 121.63]
  ])("is within 0.2 %% of the exact limits of %i events, as UKHSA's technical guide has it for 10 or more", (events, lower, upper) => {
    const {estimate, ...limits} = byar(events, 1, 1)!;
    expect(estimate).toBe(events);
    expect(Math.abs(limits.lower / lower - 1)).toBeLessThan(0.002);
    expect(Math.abs(limits.upper / upper - 1)).toBeLessThan(0.002);
  });

  test.each([[1, 0.0253, 5.5716], [5, 1.6235, 11.6683], [9, 4.1154, 17.0848]])(
    "is within 0.1 of an event of the exact limits of %i events", (events, lower, upper) => {
      const limits = byar(events, 1, 1)!;
      expect(Math.abs(limits.lower - lower)).toBeLessThan(0.1);
      expect(Math.abs(limits.upper - upper)).toBeLessThan(0.1);
    }
  );

  test("gives the rate per 10,000 unless told otherwise, and turns only on the count", () => {
    const events = byar(65, 1, 1)!;
    const rate = byar(65, 53_000)!;
    expect(rate.estimate).toBeCloseTo((65 / 53_000) * 10_000, 12);
    expect(rate.lower).toBeCloseTo((events.lower / 53_000) * 10_000, 12);
    expect(rate.upper).toBeCloseTo((events.upper / 53_000) * 10_000, 12);
  });

  test("is null without population, starts at 0 for no events, and never falls below 0", () => {
    expect(byar(0, 0)).toBeNull();
    expect(byar(0, 1000)).toMatchObject({estimate: 0, lower: 0});
    expect(byar(0, 1, 1)!.upper).toBeCloseTo(3.67, 2);
    expect(byar(1, 1, 1, 0.998)!.lower).toBe(0);
  });

  test("refuses a negative or broken number, naming it", () => {
    expect(() => byar(1.5, 10)).toThrow("events is 1.5");
    expect(() => byar(1, -10)).toThrow("population is -10");
    expect(() => byar(1, 10, Number.NaN)).toThrow("per is NaN");
  });
});

describe("funnel limits", () => {
  // PHEindicatormethods, tests/testthat/testdata_funnel_prop_outputs.csv: percentages about a baseline of 80.642448.
  const published = [
    [3, 35.933491, 100, 10.150815, 100],
    [22, 64.132572, 97.152324, 54.611687, 100],
    [125, 73.716166, 87.56873, 69.721931, 91.562965],
    [3175, 79.268142, 82.016753, 78.47561, 82.809285],
    [110_000, 80.408963, 80.875933, 80.274317, 81.010578]
  ] as const;

  test.each(published)("for a population of %i are those PHEindicatormethods publishes", (d, lower95, upper95, lower998, upper998) => {
    const limits = funnelLimits([{n: 80_642_448, d: 100_000_000}]).limitsAt(d)!;
    expect(limits.lower95 * 100).toBeCloseTo(lower95, 5);
    expect(limits.upper95 * 100).toBeCloseTo(upper95, 5);
    expect(limits.lower998 * 100).toBeCloseTo(lower998, 5);
    expect(limits.upper998 * 100).toBeCloseTo(upper998, 5);
  });

  const teams = [
    {team: "North", n: 30, d: 100}, {team: "South", n: 50, d: 100}, {team: "East", n: 20, d: 100}, {team: "West", n: 22, d: 100},
    {team: "New", n: 0, d: 0}
  ];

  test("stand beside each unit with where it falls, and are null for one without cases", () => {
    const {pooled, phi, units} = funnelLimits(teams);
    expect(pooled).toBeCloseTo(0.305, 12);
    expect(phi).toBeNull();
    expect(units.map(({team, position}) => [team, position])).toEqual(
      [["North", "inside"], ["South", "above-99.8"], ["East", "below-95"], ["West", "inside"], ["New", null]]
    );
    expect(units.at(-1)).toMatchObject({share: null, limits: null});
  });

  test("put a unit outside exactly when its own Wilson interval leaves the pooled share out", () => {
    fc.assert(fc.property(fc.array(proportion, {minLength: 1, maxLength: 12}), (units) => {
      const funnel = funnelLimits(units);
      for (const {n, d, position} of funnel.units) {
        const own = wilson(n, d)!;
        const gap = Math.min(Math.abs(own.lower - funnel.pooled!), Math.abs(own.upper - funnel.pooled!));
        if (gap > 1e-9) expect(position !== "inside").toBe(funnel.pooled! < own.lower || funnel.pooled! > own.upper);
      }
    }));
  });

  test("widen by the root of Spiegelhalter's overdispersion, tails drawn in to the 10th and 90th percentile", () => {
    // Eleven units of 100 about 50 %: z-scores are (n − 50) / 5; the 10th and 90th percentiles are the second and the tenth.
    const units = [10, 30, 40, 45, 48, 50, 52, 55, 60, 70, 90].map((n) => ({n, d: 100}));
    const {phi, limitsAt} = funnelLimits(units, {overdispersion: true});
    const drawnIn = [-4, -4, -2, -1, -0.4, 0, 0.4, 1, 2, 4, 4];
    expect(phi).toBeCloseTo(drawnIn.reduce((sum, z) => sum + z * z, 0) / 11, 12);
    const plain = funnelLimits(units).limitsAt(400)!;
    expect(limitsAt(400)!.upper95 - 0.5).toBeCloseTo((plain.upper95 - 0.5) * Math.sqrt(phi!), 12);
    expect(limitsAt(400)!.lower998 - 0.5).toBeCloseTo((plain.lower998 - 0.5) * Math.sqrt(phi!), 12);
  });

  test("never become narrower for units that vary less than chance", () => {
    const units = [50, 50, 51, 49].map((n) => ({n, d: 100}));
    const {phi, limitsAt} = funnelLimits(units, {overdispersion: true});
    expect(phi).toBeLessThan(1);
    expect(limitsAt(100)).toEqual(funnelLimits(units).limitsAt(100));
  });

  test("without cases, with one unit, with all or none met, are plain about it", () => {
    expect(funnelLimits([])).toMatchObject({pooled: null, phi: null, units: []});
    expect(funnelLimits([{n: 0, d: 0}]).limitsAt(10)).toBeNull();
    expect(funnelLimits([{n: 3, d: 10}], {overdispersion: true}).phi).toBeNull();
    const all = funnelLimits([{n: 10, d: 10}, {n: 20, d: 20}], {overdispersion: true});
    expect(all.phi).toBeNull();
    expect(all.units.map(({position}) => position)).toEqual(["inside", "inside"]);
    expect(() => funnelLimits([{n: 3, d: 2}])).toThrow("n is 3, more than d");
  });

  test("do not turn on the order of the units", () => {
    fc.assert(fc.property(fc.array(proportion, {maxLength: 12}), fc.nat(400), (units, d) => {
      const there = funnelLimits(units, {overdispersion: true});
      const back = funnelLimits([...units].reverse(), {overdispersion: true});
      expect(back.pooled).toBe(there.pooled);
      expect(back.phi === null).toBe(there.phi === null);
      expect(back.limitsAt(d)?.upper95 ?? 0).toBeCloseTo(there.limitsAt(d)?.upper95 ?? 0, 10);
    }));
  });
});

describe("small numbers", () => {
  test("a team is compared from 20 cases, a share of audits given from 10", () => {
    expect([TEAM_MINIMUM_N, AUDIT_MINIMUM_N]).toEqual([20, 10]);
    expect([teamComparable(19), teamComparable(20)]).toEqual([false, true]);
    expect(auditShare(5, 9)).toBeNull();
    expect(auditShare(5, 10)).toEqual(wilson(5, 10));
    expect(() => auditShare(5, 4)).toThrow("n is 5");
  });
});

describe("the distributions", () => {
  test.each([
    [0.5, 0], [0.9, 1.2815515655446004], [0.975, 1.959963984540054], [0.995, 2.5758293035489004], [0.999, 3.090232306167813],
    [0.025, -1.959963984540054], [1e-12, -7.034483825301131]
  ])("the normal quantile of %d is %d (R's qnorm)", (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 12);
    expect(() => normalQuantile(1)).toThrow("got 1");
  });

  test.each([
    [3.841459, 1, 0.05], [6.634897, 1, 0.01], [10.82757, 1, 0.001], [5.991465, 2, 0.05], [7.814728, 3, 0.05],
    [18.30704, 10, 0.05], [43.77297, 30, 0.05], [3.940299, 10, 0.95], [76.15389, 50, 0.01]
  ])("a chi-square table: %d on %i degrees of freedom has tail %d", (x, df, tail) => {
    expect(Math.abs(chiSquareTail(x, df) / tail - 1)).toBeLessThan(1e-5);
  });

  test("the chi-square tail with an even df is the closed form, far out as well", () => {
    fc.assert(fc.property(fc.double({min: 0, max: 300, noNaN: true}), (x) => {
      expect(chiSquareTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 10);
      expect(chiSquareTail(x, 4) / (Math.exp(-x / 2) * (1 + x / 2))).toBeCloseTo(1, 10);
    }));
    expect([chiSquareTail(0, 1), chiSquareTail(Infinity, 1)]).toEqual([1, 0]);
    expect(() => chiSquareTail(1, 0)).toThrow("got 0");
  });
});
