// Kaplan–Meier and log-rank against published tables, small cases done by hand and, where it is installed, R's survival package.
import {spawnSync} from "node:child_process";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {kaplanMeier, logRank, type Observation, type TimeCount} from "../../etl/transform/survival.ts";

/** "6 6+ 7": times, a plus for one not yet seen. */
const times = (text: string): Observation[] =>
  text.split(" ").map((word) => ({time: Number.parseFloat(word), event: !word.endsWith("+")}));

/** Freireich and others 1963, remission in weeks, as tabled by Gehan 1965 and since. */
const mercaptopurine = times("6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+");
const placebo = times("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23");

/** Miller 1981, acute myelogenous leukaemia, weeks to relapse, maintained or not. */
const maintained = times("9 13 13+ 18 23 28+ 31 34 45+ 48 161+");
const nonmaintained = times("5 5 8 8 12 16+ 23 27 30 33 43 45");

function counted(observations: Observation[]): TimeCount[] {
  return [...new Set(observations.map(({time}) => time))].map((time) => ({
    time,
    events: observations.filter((one) => one.time === time && one.event).length,
    censored: observations.filter((one) => one.time === time && !one.event).length
  }));
}

describe("Kaplan–Meier", () => {
  test("gives the 6-MP patients the published survival and Greenwood standard errors", () => {
    const {steps} = kaplanMeier(mercaptopurine, {band: "greenwood", level: 0.5});
    // A 50 % band is survival ± 0.67449 standard errors, and so cut off nowhere.
    const table = steps.filter(({events}) => events > 0).map(({time, atRisk, events, survival, lower, upper}) =>
      [time, atRisk, events, survival.toFixed(4), ((upper! - lower!) / 2 / 0.6744897501960817).toFixed(4)]);
    expect(table).toEqual([
      [6, 21, 3, "0.8571", "0.0764"],
      [7, 17, 1, "0.8067", "0.0869"],
      [10, 15, 1, "0.7529", "0.0963"],
      [13, 12, 1, "0.6902", "0.1068"],
      [16, 11, 1, "0.6275", "0.1141"],
      [22, 7, 1, "0.5378", "0.1282"],
      [23, 6, 1, "0.4482", "0.1346"]
    ]);
  });

  test("gives medians of 23 and 8 weeks, and the maintained leukaemia patients one of 31", () => {
    expect(kaplanMeier(mercaptopurine).median).toBe(23);
    expect(kaplanMeier(placebo).median).toBe(8);
    expect(kaplanMeier(maintained).median).toBe(31);
    expect(kaplanMeier(nonmaintained).median).toBe(23);
  });

  test("bands the 6-MP patients on the log-log scale as published (10 weeks: 0.5032 to 0.8894; 23 weeks: 0.1881 to 0.6801)", () => {
    const {steps} = kaplanMeier(mercaptopurine, {band: "log-log"});
    const at = (week: number) => steps.find(({time}) => time === week)!;
    expect([at(10).lower!.toFixed(4), at(10).upper!.toFixed(4)]).toEqual(["0.5032", "0.8894"]);
    expect([at(23).lower!.toFixed(4), at(23).upper!.toFixed(4)]).toEqual(["0.1881", "0.6801"]);
  });

  test("counts those censored at a time as at risk then, and lists every time once", () => {
    expect(kaplanMeier(times("3+ 3 1 3 5+")).steps.map(({time, atRisk, events, censored, survival}) => [time, atRisk, events, censored, survival])).toEqual([
      [1, 5, 1, 0, 0.8],
      [3, 4, 2, 1, 0.4],
      [5, 1, 0, 1, 0.4]
    ]);
  });

  test("puts the median in the middle of a stretch at exactly a half, also when the half comes of rounded products", () => {
    expect(kaplanMeier(times("1 3 5 8")).median).toBe(4);
    expect(kaplanMeier(times("1 3 4+ 8")).median).toBe(5.5);
    // 9/10 × 8/9 × … down to 5/10 is not exactly 0.5 in binary.
    expect(kaplanMeier(times("1 2 3 4 5 6 7 8 9 10")).median).toBe(5.5);
  });

  test("whose curve ends at a half, takes its median midway to the last time, as quantile.survfit", () => {
    expect(kaplanMeier(times("2 6+")).median).toBe(4);
    expect(kaplanMeier(times("2 2+")).median).toBe(2);
  });

  test("has no median while more than half are waiting, nor without anybody", () => {
    expect(kaplanMeier(times("1 5+ 5+")).median).toBeNull();
    expect(kaplanMeier([])).toMatchObject({steps: [], median: null});
    expect(kaplanMeier([]).shareBy(3)).toBeNull();
  });

  test("leaves a band null where it is undefined, and cuts the plain one to 0 and 1", () => {
    const loglog = kaplanMeier(times("1+ 2 3")).steps;
    expect(loglog.map(({lower, upper}) => lower === null && upper === null)).toEqual([true, false, true]);
    const plain = kaplanMeier(times("1+ 2 3"), {band: "greenwood"}).steps;
    expect(plain.map(({lower, upper}) => [lower, upper])).toEqual([[1, 1], [0, 1], [null, null]]);
  });

  test("tells the share seen by a day, that day included, with the band turned round", () => {
    const curve = kaplanMeier(mercaptopurine);
    const week10 = curve.steps.find(({time}) => time === 10)!;
    expect(curve.shareBy(10)).toEqual({share: 1 - week10.survival, lower: 1 - week10.upper!, upper: 1 - week10.lower!});
    expect(curve.shareBy(12.5)).toEqual(curve.shareBy(11));
    expect(curve.shareBy(5)).toEqual({share: 0, lower: null, upper: null});
    expect(kaplanMeier(mercaptopurine, {band: "greenwood"}).shareBy(0)).toEqual({share: 0, lower: 0, upper: 0});
  });

  test("says nothing of days nobody was followed to, unless everybody had been seen", () => {
    expect(kaplanMeier(mercaptopurine).shareBy(35)).not.toBeNull();
    expect(kaplanMeier(mercaptopurine).shareBy(36)).toBeNull();
    expect(kaplanMeier(placebo).shareBy(99)).toEqual({share: 1, lower: null, upper: null});
  });

  test("reads counts as it reads persons, a time twice and empty rows included", () => {
    const rows = counted(mercaptopurine);
    const split = [...rows, {time: 6, events: 0, censored: 0}, {time: 99, events: 0, censored: 0}]
      .flatMap(({time, events, censored}) => [{time, events, censored: 0}, {time, events: 0, censored}]);
    expect(kaplanMeier(rows).steps).toEqual(kaplanMeier(mercaptopurine).steps);
    expect(kaplanMeier(split).steps).toEqual(kaplanMeier(mercaptopurine).steps);
  });

  test("refuses a broken time, count, band or level, naming it", () => {
    expect(() => kaplanMeier([{time: -1, event: true}])).toThrow("a time is -1");
    expect(() => kaplanMeier([{time: Number.NaN, event: true}])).toThrow("a time is NaN");
    expect(() => kaplanMeier([{time: 1, event: 1 as unknown as boolean}])).toThrow("event is 1 at time 1");
    expect(() => kaplanMeier([{time: 1, events: 2.5, censored: 0}])).toThrow("events is 2.5 at time 1");
    expect(() => kaplanMeier([{time: 1, events: 2, censored: -1}])).toThrow("censored is -1 at time 1");
    expect(() => kaplanMeier([], {band: "wide" as "log-log"})).toThrow('band is "wide"');
    expect(() => kaplanMeier([], {level: 95})).toThrow("confidence level is 95");
  });
});

describe("log-rank", () => {
  test("tells 6-MP from placebo by the published 16.79, with 19.25 and 10.75 relapses expected", () => {
    const {chiSquare, df, p, groups} = logRank([mercaptopurine, placebo]);
    expect(chiSquare).toBeCloseTo(16.79, 2);
    expect(df).toBe(1);
    expect(p).toBeCloseTo(4.17e-5, 7);
    expect(groups.map(({n, observed, expected}) => [n, observed, expected.toFixed(2)])).toEqual([[21, 9, "19.25"], [21, 21, "10.75"]]);
  });

  test("gives the maintained and nonmaintained patients 3.4 and p = 0.065 (survival package, survdiff on aml)", () => {
    const {chiSquare, p} = logRank([maintained, nonmaintained]);
    expect(chiSquare).toBeCloseTo(3.4, 1);
    expect(p).toBeCloseTo(0.0653, 4);
  });

  test("is the sum worked by hand: two of two in one group on days 1 and 2, none of two in the other", () => {
    // Day 1: 1 of 4 (2 and 2 at risk), expected 1/2, variance 1/4. Day 2: 1 of 3 (1 and 2), expected 1/3, variance 2/9.
    const {chiSquare} = logRank([times("1 2"), times("3+ 3+")]);
    expect(chiSquare).toBeCloseTo((2 - 5 / 6) ** 2 / (1 / 4 + 2 / 9), 12);
  });

  test("finds nothing between a group and itself, for any number of groups", () => {
    for (const many of [2, 3, 5]) {
      const {chiSquare, df, p} = logRank(Array.from({length: many}, () => placebo));
      expect(chiSquare).toBeCloseTo(0, 10);
      expect(df).toBe(many - 1);
      expect(p).toBeCloseTo(1, 8);
    }
  });

  test("is null when nothing can be compared", () => {
    const nothing = {chiSquare: null, p: null};
    expect(logRank([])).toMatchObject({...nothing, df: 0});
    expect(logRank([placebo])).toMatchObject({...nothing, df: 0});
    expect(logRank([times("1+ 2+"), times("2+")])).toMatchObject(nothing);
    expect(logRank([times("1"), times("1")])).toMatchObject(nothing);
  });

  test("leaves an empty group out of the degrees of freedom", () => {
    const {chiSquare, df, groups} = logRank([mercaptopurine, [], placebo]);
    expect(chiSquare).toBeCloseTo(16.79, 2);
    expect(df).toBe(1);
    expect(groups[1]).toEqual({n: 0, observed: 0, expected: 0});
  });
});

describe("for any observations", () => {
  const observation = fc.record({time: fc.integer({min: 0, max: 30}), event: fc.boolean()});
  const observations = fc.array(observation, {minLength: 1, maxLength: 60});
  const band = fc.constantFrom("log-log" as const, "greenwood" as const);

  test("order and grouping do not matter", () => {
    fc.assert(fc.property(observations, band, (some, which) => {
      const {steps, median} = kaplanMeier(some, {band: which});
      expect(kaplanMeier([...some].reverse(), {band: which})).toMatchObject({steps, median});
      expect(kaplanMeier(counted(some), {band: which})).toMatchObject({steps, median});
    }));
  });

  test("without censoring the curve is the share still waiting, and the median the usual one", () => {
    fc.assert(fc.property(fc.array(fc.integer({min: 0, max: 30}), {minLength: 1, maxLength: 60}), (waits) => {
      const {steps, median} = kaplanMeier(waits.map((time) => ({time, event: true})));
      for (const {time, survival} of steps) expect(survival).toBeCloseTo(waits.filter((wait) => wait > time).length / waits.length, 10);
      const sorted = [...waits].sort((a, b) => a - b);
      const middle = (sorted.length - 1) / 2;
      expect(median).toBe((sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2);
    }));
  });

  test("the curve only falls, its band holds it, and at risk goes down by those who left", () => {
    fc.assert(fc.property(observations, band, (some, which) => {
      const {steps} = kaplanMeier(some, {band: which});
      let [still, left] = [1, some.length];
      for (const {survival, lower, upper, atRisk, events, censored} of steps) {
        expect(atRisk).toBe(left);
        expect(survival).toBeLessThanOrEqual(still);
        if (lower !== null && upper !== null) {
          expect(lower).toBeGreaterThanOrEqual(0);
          expect(upper).toBeLessThanOrEqual(1);
          expect(lower).toBeLessThanOrEqual(survival);
          expect(upper).toBeGreaterThanOrEqual(survival);
        }
        [still, left] = [survival, left - events - censored];
      }
      expect(left).toBe(0);
    }));
  });

  test("the order of the groups does not change the test, and observed and expected events are as many", () => {
    fc.assert(fc.property(fc.array(fc.array(observation, {maxLength: 25}), {minLength: 2, maxLength: 4}), (groups) => {
      const there = logRank(groups);
      const back = logRank([...groups].reverse());
      const sum = (key: "observed" | "expected") => there.groups.reduce((all, group) => all + group[key], 0);
      expect(sum("expected")).toBeCloseTo(sum("observed"), 10);
      expect(back.df).toBe(there.df);
      if (there.chiSquare === null) expect(back.chiSquare).toBeNull();
      else expect(back.chiSquare).toBeCloseTo(there.chiSquare, 6);
      if (there.chiSquare !== null) expect(there.chiSquare).toBeGreaterThanOrEqual(-1e-9);
    }));
  });
});

const hasR = spawnSync("Rscript", ["-e", "library(survival)"]).status === 0;

describe("R's survival package", () => {
  test.skipIf(!hasR)("agrees on survival, both bands, median and log-rank of three groups (skipped without Rscript and survival)", () => {
    const groups = [mercaptopurine, placebo, nonmaintained];
    const vector = (values: (number | string)[]) => `c(${values.join(",")})`;
    const all = groups.flatMap((group, g) => group.map((one) => ({...one, g})));
    const script = `
      library(survival)
      d <- data.frame(t=${vector(all.map(({time}) => time))}, e=${vector(all.map(({event}) => Number(event)))}, g=${vector(all.map(({g}) => g))})
      out <- function(x) cat(ifelse(is.na(x), "null", sprintf("%.12g", x)), "\\n")
      for (k in 0:2) for (type in c("log-log", "plain")) {
        f <- survfit(Surv(t, e) ~ 1, data=d[d$g == k, ], conf.type=type)
        out(f$time); out(f$surv); out(f$lower); out(f$upper); out(unname(quantile(f, 0.5)$quantile))
      }
      s <- survdiff(Surv(t, e) ~ g, data=d)
      out(s$chisq); out(s$exp)`;
    const run = spawnSync("Rscript", ["-e", script], {encoding: "utf8"});
    expect(run.status, run.stderr).toBe(0);
    const lines = run.stdout.trim().split("\n").map((line) => line.trim().split(/\s+/).map((word) => (word === "null" ? null : Number(word))));
    const agree = (ours: (number | null)[]) => {
      const theirs = lines.shift()!;
      expect(ours.length).toBe(theirs.length);
      ours.forEach((number, i) => {
        const other = theirs[i] ?? null;
        if (number === null || other === null) expect(number).toBe(other);
        else expect(number).toBeCloseTo(other, 9);
      });
    };
    for (const group of groups) {
      for (const band of ["log-log", "greenwood"] as const) {
        const {steps, median} = kaplanMeier(group, {band});
        for (const key of ["time", "survival", "lower", "upper"] as const) agree(steps.map((step) => step[key]));
        agree([median]);
      }
    }
    const {chiSquare, groups: tested} = logRank(groups);
    agree([chiSquare]);
    agree(tested.map(({expected}) => expected));
  });
});
