// Time to an event when not everybody has had it yet: Kaplan–Meier curves and the log-rank test. No SQL, no drawing.
import {chiSquareTail, twoSided} from "./intervals.ts";

/** One person: the event came at `time`, or (event false) had not come when last looked at, at `time`. */
export interface Observation {
  time: number;
  event: boolean;
}

/** The same, counted: how many had the event at `time`, how many were last looked at then without it. */
export interface TimeCount {
  time: number;
  events: number;
  censored: number;
}

/** One person a row or counts a row, not both; any order; a time may come more than once. Times are 0 or more, in any one unit. */
export type Observations = Observation[] | TimeCount[];

export interface SurvivalStep {
  time: number;
  /** Not yet seen or lost just before `time`. */
  atRisk: number;
  events: number;
  censored: number;
  /** Share still without the event after `time`. */
  survival: number;
  /** Null where the band is undefined: at survival 0, and for "log-log" also at 1. */
  lower: number | null;
  upper: number | null;
}

export interface SurvivalCurve {
  /** One a distinct time, in time order. */
  steps: SurvivalStep[];
  /** First time at which half have had the event; the middle of the flat stretch where survival is exactly a half; null if not reached. */
  median: number | null;
  /**
   * Share that has had the event by `day` (inclusive), with its band; in the unit of the times.
   * Null after the last time looked at while someone was still without the event: nobody was followed so far.
   */
  shareBy: (day: number) => {share: number; lower: number | null; upper: number | null} | null;
}

export interface SurvivalOptions {
  /** Pointwise band with Greenwood's variance: on the log(−log) scale, or plain (survival ± z × standard error, cut to 0–1). */
  band?: "log-log" | "greenwood"; // defaults to "log-log"
  level?: number; // a fraction, defaults to 0.95
}

const tolerance = 1e-9;

/**
 * Kaplan–Meier estimate with right censoring; those censored at a time count as at risk then.
 * Bands and median are those of R's survival package (survfit with conf.type "log-log" or "plain"; quantile.survfit, in which a
 * curve that ends at exactly a half has its median midway to the last time).
 * @throws Error naming the value: a time that is negative or not finite, a count that is no whole number, an unknown band
 */
export function kaplanMeier(observations: Observations, {band = "log-log", level = 0.95}: SurvivalOptions = {}): SurvivalCurve {
  const bounds = bandOf(band, twoSided(level));
  let survival = 1;
  let greenwood = 0;
  const steps = tally(observations).map(({time, events, censored, atRisk}): SurvivalStep => {
    survival *= (atRisk - events) / atRisk;
    greenwood += events / (atRisk * (atRisk - events));
    return {time, atRisk, events, censored, survival, ...bounds(survival, greenwood)};
  });
  const last = steps.at(-1);

  return {
    steps,
    median: medianOf(steps),
    shareBy: (day) => {
      checkTime(day);
      if (!last || (day > last.time && last.survival > 0)) return null;
      const step = steps.findLast(({time}) => time <= day);
      const {survival: still, lower, upper} = step ?? {survival: 1, ...bounds(1, 0)};
      return {share: 1 - still, lower: upper === null ? null : 1 - upper, upper: lower === null ? null : 1 - lower};
    }
  };
}

/** The median of `kaplanMeier`, without its band: for many curves of which nothing else is asked. @throws as kaplanMeier */
export function medianTime(observations: Observations): number | null {
  let survival = 1;
  return medianOf(tally(observations).map(({time, events, atRisk}) => ({time, events, survival: (survival *= (atRisk - events) / atRisk)})));
}

export interface LogRank {
  /** Null when there is nothing to compare: fewer than two groups at risk when an event came, or no variance. */
  chiSquare: number | null;
  df: number;
  p: number | null;
  /** In the order given. */
  groups: {n: number; observed: number; expected: number}[];
}

/**
 * Log-rank (Mantel–Haenszel) test that the groups have one curve, with the hypergeometric variance for ties.
 * As R's survdiff, a group of which nobody was at risk when an event came is left out of the degrees of freedom.
 * @throws Error naming the value, as kaplanMeier
 */
export function logRank(groups: Observations[]): LogRank {
  const tallies = groups.map(tally);
  const times = [...new Set(tallies.flat().filter(({events}) => events > 0).map(({time}) => time))];
  const observed = tallies.map((rows) => rows.reduce((sum, {events}) => sum + events, 0));
  const expected = groups.map(() => 0);
  const variance = groups.map(() => groups.map(() => 0));

  for (const at of times) {
    const atRisk = tallies.map((rows) => rows.find(({time}) => time >= at)?.atRisk ?? 0);
    const events = total(tallies.map((rows) => rows.find(({time}) => time === at)?.events ?? 0));
    const all = total(atRisk);
    const spread = all > 1 ? (events * (all - events)) / (all - 1) : 0;
    atRisk.forEach((mine, g) => {
      expected[g]! += (events * mine) / all;
      atRisk.forEach((other, h) => {
        variance[g]![h]! += spread * ((g === h ? mine / all : 0) - (mine * other) / (all * all));
      });
    });
  }

  // The differences add up to 0, so one group of those compared is left out of the quadratic form.
  const compared = groups.map((_, g) => g).filter((g) => expected[g]! > 0).slice(1);
  const differences = compared.map((g) => observed[g]! - expected[g]!);
  const solved = solve(compared.map((g) => compared.map((h) => variance[g]![h]!)), differences);
  const df = compared.length;
  const chiSquare = df > 0 && solved ? total(solved.map((x, i) => x * differences[i]!)) : null;
  return {
    chiSquare,
    df,
    p: chiSquare === null ? null : chiSquareTail(chiSquare, df),
    groups: tallies.map((rows, g) => ({n: rows[0]?.atRisk ?? 0, observed: observed[g]!, expected: expected[g]!}))
  };
}

interface Tally extends TimeCount {
  atRisk: number;
}

function tally(observations: Observations): Tally[] {
  const counts = observations.map(asCount).filter(({events, censored}) => events + censored > 0).sort((a, b) => a.time - b.time);
  let atRisk = counts.reduce((n, {events, censored}) => n + events + censored, 0);
  const rows: Tally[] = [];
  for (const {time, events, censored} of counts) {
    const last = rows.at(-1);
    if (last?.time === time) {
      last.events += events;
      last.censored += censored;
    } else rows.push({time, events, censored, atRisk});
    atRisk -= events + censored;
  }
  return rows;
}

function asCount(row: Observation | TimeCount): TimeCount {
  checkTime(row.time);
  if ("event" in row) {
    if (typeof row.event !== "boolean") throw new Error(`Survival: event is ${String(row.event)} at time ${row.time}; it must be true or false.`);
    return {time: row.time, events: row.event ? 1 : 0, censored: row.event ? 0 : 1};
  }
  checkCount(row, "events");
  checkCount(row, "censored");
  return row;
}

function checkCount(row: TimeCount, name: "events" | "censored"): void {
  const value = row[name];
  if (!Number.isInteger(value) || value < 0) {
    throw new Error(`Survival: ${name} is ${String(value)} at time ${row.time}; it must be a whole number, 0 or more.`);
  }
}

function checkTime(time: number): void {
  if (!Number.isFinite(time) || time < 0) {
    throw new Error(`Survival: a time is ${String(time)}; it must be 0 or more. Leave negative durations out and count them as data-quality faults.`);
  }
}

type Bounds = (survival: number, greenwood: number) => {lower: number | null; upper: number | null};

function bandOf(band: "log-log" | "greenwood", z: number): Bounds {
  if (band !== "log-log" && band !== "greenwood") throw new Error(`Survival: band is "${String(band)}"; it must be "log-log" or "greenwood".`);
  return (survival, greenwood) => {
    if (survival === 0 || (band === "log-log" && survival === 1)) return {lower: null, upper: null};
    const error = Math.sqrt(greenwood);
    if (band === "greenwood") {
      return {lower: Math.max(0, survival - z * survival * error), upper: Math.min(1, survival + z * survival * error)};
    }
    const theta = Math.exp((z * error) / -Math.log(survival));
    return {lower: survival ** theta, upper: survival ** (1 / theta)};
  };
}

function medianOf(steps: Pick<SurvivalStep, "time" | "events" | "survival">[]): number | null {
  const half = steps.findIndex(({survival}) => survival <= 0.5 + tolerance);
  const at = steps[half];
  if (!at) return null;
  if (at.survival < 0.5 - tolerance) return at.time;
  const end = steps.slice(half + 1).find(({events}) => events > 0) ?? steps.at(-1)!;
  return (at.time + end.time) / 2;
}

function total(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Solves the symmetric system by Gaussian elimination with pivoting; null when it is singular. */
function solve(matrix: number[][], right: number[]): number[] | null {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  const largest = Math.max(0, ...matrix.map((row, i) => row[i]!));
  for (let k = 0; k < size; k += 1) {
    const pivot = rows.slice(k).reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? k + i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    const lead = rows[k]!;
    if (Math.abs(lead[k]!) <= 1e-12 * largest) return null;
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / lead[k]!;
      for (let j = k; j <= size; j += 1) row[j]! -= factor * lead[j]!;
    }
  }
  const solution = right.map(() => 0);
  for (let k = size - 1; k >= 0; k -= 1) {
    const row = rows[k]!;
    let rest = row[size]!;
    for (let j = k + 1; j < size; j += 1) rest -= row[j]! * solution[j]!;
    solution[k] = rest / row[k]!;
  }
  return solution;
}
