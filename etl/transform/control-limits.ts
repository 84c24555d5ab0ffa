// XmR control limits and special causes as NHS "Making Data Count" draws them. Numbers in, numbers out: no drawing, no clipping, no SQL.

/** One period of a measure. `at` is an ISO date, month, year or date-time; `value` is null where the measure has no value. */
export interface SeriesPoint {
  at: string;
  value: number | null;
}

export interface ControlOptions {
  /** Which way is better; "neutral" is never coloured and has no assurance. */
  good: "high" | "low" | "neutral";
  /** In the unit of the values. */
  target?: number | null;
  /** Leave moving ranges of 3.267 times their mean or more out of the limits; defaults to true (NHS Excel: false). */
  screenOutliers?: boolean | null;
  /** Dates of points that start a new segment with its own limits; one that is no point's date starts nothing. */
  rebaseAt?: string[] | null;
  /** Take each segment's limits from its first so many points (12 or more); defaults to all of them. */
  fixAfter?: number | null;
}

/** Why a point is special: outside a limit, part of a trend, one of two in three near a limit, part of a shift. */
export type SpecialCause =
  | "above" | "below" | "rising" | "falling" | "near-upper" | "near-lower" | "shift-up" | "shift-down";

export type Meaning = "common" | "improvement" | "concern" | "neutral-high" | "neutral-low";

export interface ControlPoint extends SeriesPoint {
  /** Counts the rebase dates up to and including this point: 0 before the first. */
  segment: number;
  mean: number | null;
  upper: number | null;
  lower: number | null;
  special: SpecialCause | null;
  meaning: Meaning;
}

export interface ControlChart {
  /** In time order, whatever the order given. */
  points: ControlPoint[];
  /** What the newest point means; null without points. */
  variation: Meaning | null;
  assurance: "pass" | "fail" | "inconsistent" | null;
  /** True when any segment has fewer than 13 points (blank ones counted): its limits are provisional. */
  trial: boolean;
}

const limitFactor = 2.66;
const nearFactor = (2 * limitFactor) / 3;
const screenFactor = 3.267;
const runLength = 7;
const trialBelow = 13;
const fewestToFix = 12;
const tolerance = 1e-9;

/**
 * Mean, process limits and special causes of a series, segment by segment (XmR: mean ± 2.66 × mean moving range).
 *
 * Precedence of `special`: strictly outside a limit; 7 points all rising or all falling (a tie breaks it); two of three
 * successive points between 2/3 of the way and the limit with all three on one side of the mean (only those near the limit are
 * marked, and one outside is not counted as near); 7 points on one side of the mean (one on the mean breaks it).
 *
 * Assurance: "pass" when the target lies strictly beyond the newest segment's limits on the side that is always met, "fail" on
 * the other, else "inconsistent"; null without a target or when neutral.
 *
 * The reference is NHSRplotthedots 0.2.2 (R/ptd_spc_standard.R, ptd_calculate_point_type.R, ptd_calculate_assurance_type.R),
 * kept to also where it surprises: 12 points are still trial; a rebase date on the first point makes the first segment 1; a
 * rebase date without a point is ignored; the last point of a rising run that is tied with the first of another run is
 * "falling"; a target without limits is "inconsistent". It screens strictly, so a series without any variation keeps no moving
 * range and has no limits (it has limits at the mean when not screened).
 *
 * Differences from it: undefined limits are null, not NaN; a blank point breaks a run, where the reference stops with an error if the
 * points round the blank all go one way; numbers within 1e-9 of each other (relative) are equal in every comparison, so rounding
 * in the last binary digits never makes a special cause.
 *
 * @throws Error naming the value: a date that is no ISO date or comes twice, a value that is not finite, `fixAfter` under 12.
 */
export function controlLimits(series: SeriesPoint[], options: ControlOptions): ControlChart {
  checkOptions(options);
  const sorted = inTimeOrder(series);
  const rebases = new Set((options.rebaseAt ?? []).map(instant));
  const same = equality(sorted);

  const segments = new Map<number, SeriesPoint[]>();
  let segment = 0;
  for (const point of sorted) {
    if (rebases.has(instant(point.at))) segment += 1;
    const members = segments.get(segment);
    if (members) members.push(point);
    else segments.set(segment, [point]);
  }

  const points: ControlPoint[] = [];
  for (const [number, members] of segments) {
    const values = members.map((point) => point.value);
    const limits = limitsOf(values.slice(0, options.fixAfter ?? Infinity), options.screenOutliers ?? true, same);
    const causes = specialCauses(values, limits, same);
    members.forEach(({at, value}, i) => {
      const special = causes[i] ?? null;
      const {mean, upper, lower} = limits;
      points.push({at, value, segment: number, mean, upper, lower, special, meaning: meaningOf(special, options.good)});
    });
  }

  const newest = points.at(-1);
  return {
    points,
    variation: newest?.meaning ?? null,
    assurance: newest ? assuranceOf(newest, options, same) : null,
    trial: [...segments.values()].some((members) => members.length < trialBelow)
  };
}

type Same = (a: number, b: number) => boolean;

/** Equal to nine figures; near zero, equal to twelve figures of the largest value, since a mean of 0 comes out as 1e-17. */
function equality(series: SeriesPoint[]): Same {
  const floor = 1e-3 * series.reduce((most, {value}) => Math.max(most, Math.abs(value ?? 0)), 0);
  return (a, b) => Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b), floor);
}

interface Limits {
  mean: number | null;
  upper: number | null;
  lower: number | null;
  nearUpper: number | null;
  nearLower: number | null;
}

function limitsOf(baseline: (number | null)[], screen: boolean, same: Same): Limits {
  const mean = average(baseline.filter((value) => value !== null));
  const ranges: number[] = [];
  for (let i = 1; i < baseline.length; i += 1) {
    const before = baseline[i - 1] ?? null;
    const value = baseline[i] ?? null;
    if (before !== null && value !== null) ranges.push(same(before, value) ? 0 : Math.abs(value - before));
  }
  const all = average(ranges);
  const range = screen && all !== null
    ? average(ranges.filter((r) => r < screenFactor * all && !same(r, screenFactor * all)))
    : all;
  if (mean === null || range === null) return {mean, upper: null, lower: null, nearUpper: null, nearLower: null};
  return {
    mean,
    upper: mean + limitFactor * range,
    lower: mean - limitFactor * range,
    nearUpper: mean + nearFactor * range,
    nearLower: mean - nearFactor * range
  };
}

function average(values: number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function specialCauses(values: (number | null)[], limits: Limits, same: Same): (SpecialCause | null)[] {
  const compare = (value: number | null, to: number | null): -1 | 0 | 1 => {
    if (value === null || to === null || same(value, to)) return 0;
    return value > to ? 1 : -1;
  };
  const side = values.map((value) => compare(value, limits.mean));
  const outside = values.map((value) => compare(value, limits.upper) > 0 || compare(value, limits.lower) < 0);
  const near = values.map(
    (value, i) => !outside[i] && (compare(value, limits.nearUpper) > 0 || compare(value, limits.nearLower) < 0)
  );
  const step = values.map((value, i) => (i === 0 ? 0 : compare(value, values[i - 1] ?? null)));
  const trend = inWindows(values.length, runLength, (from) => allOneWay(step.slice(from + 1, from + runLength)));
  const shift = inWindows(values.length, runLength, (from) => allOneWay(side.slice(from, from + runLength)));
  const nearTwice = inWindows(
    values.length, 3, (from) => allOneWay(side.slice(from, from + 3)) && near.slice(from, from + 3).filter(Boolean).length >= 2
  );

  return values.map((_, i) => {
    const above = side[i] === 1;
    if (outside[i]) return above ? "above" : "below";
    // A turning point belongs to two runs: the reference lets the one that starts there name it.
    if (trend[i]) return step[trend[i + 1] ? i + 1 : i] === 1 ? "rising" : "falling";
    if (near[i] && nearTwice[i]) return above ? "near-upper" : "near-lower";
    if (shift[i]) return above ? "shift-up" : "shift-down";
    return null;
  });
}

function allOneWay(signs: (-1 | 0 | 1)[]): boolean {
  return signs[0] !== 0 && signs.every((sign) => sign === signs[0]);
}

/** Which of `length` places lie in a window of `width` that holds. */
function inWindows(length: number, width: number, holds: (from: number) => boolean): boolean[] {
  const inside = Array.from({length}, () => false);
  for (let from = 0; from + width <= length; from += 1) if (holds(from)) inside.fill(true, from, from + width);
  return inside;
}

function meaningOf(special: SpecialCause | null, good: ControlOptions["good"]): Meaning {
  if (special === null) return "common";
  const high = special === "above" || special === "rising" || special === "near-upper" || special === "shift-up";
  if (good === "neutral") return high ? "neutral-high" : "neutral-low";
  return high === (good === "high") ? "improvement" : "concern";
}

function assuranceOf(newest: ControlPoint, {target, good}: ControlOptions, same: Same): ControlChart["assurance"] {
  if (target === undefined || target === null || good === "neutral") return null;
  const {upper, lower} = newest;
  if (upper !== null && target > upper && !same(target, upper)) return good === "high" ? "fail" : "pass";
  if (lower !== null && target < lower && !same(target, lower)) return good === "high" ? "pass" : "fail";
  return "inconsistent";
}

function inTimeOrder(series: SeriesPoint[]): SeriesPoint[] {
  const seen = new Map<number, SeriesPoint>();
  for (const point of series) {
    const when = instant(point.at);
    if (point.value !== null && !Number.isFinite(point.value)) {
      throw new Error(`Control limits: the value at ${point.at} is ${String(point.value)}; give a finite number, or null for no value.`);
    }
    const twin = seen.get(when);
    if (twin) throw new Error(`Control limits: ${point.at} comes twice; give one value per date.`);
    seen.set(when, point);
  }
  return [...seen].sort(([a], [b]) => a - b).map(([, point]) => point);
}

const isoDate = /^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Milliseconds since 1970; a month or year counts as its first day, a time without zone as written. */
function instant(at: string): number {
  const unzoned = /T[\d:.]+$/.test(at);
  const when = isoDate.test(at) ? Date.parse(unzoned ? `${at}Z` : at) : Number.NaN;
  // Date.parse takes 30 February for 2 March.
  if (Number.isNaN(when) || !new Date(at.slice(0, 10)).toISOString().startsWith(at.slice(0, 10))) {
    throw new Error(`Control limits: "${String(at)}" is not an ISO date such as 2024-04-01.`);
  }
  return when;
}

function checkOptions({good, target, fixAfter}: ControlOptions): void {
  if (good !== "high" && good !== "low" && good !== "neutral") {
    throw new Error(`Control limits: good is "${String(good)}"; it must be "high", "low" or "neutral".`);
  }
  if (target !== undefined && target !== null && !Number.isFinite(target)) {
    throw new Error(`Control limits: the target is ${String(target)}; give a finite number or leave it out.`);
  }
  if (fixAfter !== undefined && fixAfter !== null && (!Number.isInteger(fixAfter) || fixAfter < fewestToFix)) {
    throw new Error(`Control limits: fixAfter is ${String(fixAfter)}; limits need a whole number of at least ${fewestToFix} points.`);
  }
}
