// Counted cases and what they come to: counts, shares, medians, rates. Arithmetic only; knows no measure, and imports nothing of the pipeline.
import type {Day} from "./days.ts";
import type {Known} from "./known.ts";
import type {Practice} from "./practice.ts";
import type {Child} from "./world.ts";
import type {Written} from "./written.ts";

export interface Figure {
  numerator: number | null;
  denominator: number | null;
  value: number | null;
}

/** One counted case. `on` decides its month; what the other fields mean is the measure's affair. */
export interface Row {
  on: Day;
  /** How many it stands for, where not one. */
  weight?: number;
  met?: boolean;
  child?: Child;
  /** Minutes or working days, and whether it ended (else it is censored there). */
  time?: number;
  ended?: boolean;
  group?: string | null;
}

/** What the cases of a span come to; `months` (yyyy-mm) are those of the span, which rates and means of months are set over. */
export type Sum = (rows: Row[], months: string[]) => Figure;

export const count: Sum = (rows) => ({numerator: rows.length, denominator: null, value: rows.length});
export const percentage: Sum = (rows) => share(rows.filter((r) => r.met).length, rows.length);
export const distinctChildren: Sum = (rows) => share(new Set(rows.filter((r) => r.met).map((r) => r.child)).size, new Set(rows.map((r) => r.child)).size);
export const medianTime: Sum = (rows) => ({numerator: rows.filter((r) => r.ended).length, denominator: rows.length, value: kaplanMeierMedian(rows.map((r) => ({time: r.time!, ended: r.ended!})))});
export const weighed: Sum = (rows) => share(rows.reduce((n, r) => n + (r.met ? r.weight! : 0), 0), rows.reduce((n, r) => n + r.weight!, 0));
export const share = (met: number, of: number): Figure => ({numerator: met, denominator: of, value: of === 0 ? null : (100 * met) / of});

/**
 * The time by which half have ended, counting those that have not as censored (Kaplan–Meier, as R's quantile.survfit has it: the midpoint where the
 * curve lies flat at exactly one half, up to the last time of all when it ends there); null when the curve does not come down to one half.
 */
export function kaplanMeierMedian(times: {time: number; ended: boolean}[]): number | null {
  const sorted = [...times].sort((a, b) => a.time - b.time);
  let surviving = 1;
  let atHalf: number | null = null;
  for (let i = 0; i < sorted.length; ) {
    const time = sorted[i]!.time;
    const atRisk = sorted.length - i;
    let events = 0;
    for (; i < sorted.length && sorted[i]!.time === time; i++) if (sorted[i]!.ended) events++;
    if (events === 0) continue;
    if (atHalf !== null) return (atHalf + time) / 2;
    surviving *= 1 - events / atRisk;
    if (Math.abs(surviving - 0.5) < 1e-9) atHalf = time;
    else if (surviving < 0.5) return time;
  }
  return atHalf === null ? null : (atHalf + sorted.at(-1)!.time) / 2;
}

/** How many met, of how many: the value is the number itself. */
export const numberMet: Sum = (rows) => ({numerator: rows.filter((r) => r.met).length, denominator: rows.length, value: rows.filter((r) => r.met).length});

/** What the exports of `asAt` show; local ones hold what happened from `from` on. */
export interface Shown {
  known: Known;
  practice: Practice;
  written: Written;
  from: Day;
  asAt: Day;
}

/** One measure of a family: its counted cases, or those of the close of any day (a snapshot), and what they come to. */
export type Counting = {rows: Row[]; sum: Sum; /** A rate: a month without a case is a rate of nought. */ everyMonth?: boolean} | {at: (p: Day) => Row[]; sum: Sum};

/** A mean of the cases' weights. */
export const mean: Sum = (rows) => {
  const sum = rows.reduce((n, r) => n + r.weight!, 0);
  return {numerator: sum, denominator: rows.length, value: rows.length === 0 ? null : sum / rows.length};
};

/** `per` × cases over the mean of the months' bases; nothing where the base of a month is not known. */
export const rate = (per: number, base: Map<string, number>): Sum => (rows, months) => {
  const known = months.flatMap((month) => base.get(month) ?? []);
  if (known.length === 0 || known.length < months.length) return {numerator: rows.length, denominator: null, value: null};
  const denominator = known.reduce((a, b) => a + b, 0) / known.length;
  return {numerator: rows.length, denominator, value: denominator === 0 ? null : (per * rows.length) / denominator};
};
