// Periods, complete months and labels: what `frontdoor measure` and the published files must agree on.
import {CHART_MONTHS} from "../../src/components/headline.ts";
import {addMonths, monthsBetween} from "../transform/cases.ts";
import {controlLimits} from "../transform/control-limits.ts";
import type {Measure} from "../transform/measures.ts";
import type {PartManifest} from "../transform/part.ts";
import {targetAt, type Reference} from "../transform/reference.ts";
import type {Figure, Limits, Period, SeriesPoint, TargetStep} from "./published.ts";

/** Last day of a month, ISO. */
export function lastDay(month: string): string {
  const [y, m] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
  const days = [31, y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return `${month}-${String(days[m - 1]).padStart(2, "0")}`;
}

/** First and last month of all of these periods, of which there is at least one. */
export function reachOf(periods: readonly Pick<Period, "from" | "to">[]): {from: string; to: string} {
  const months = periods.flatMap((p) => [p.from, p.to]).sort();
  return {from: months[0]!, to: months.at(-1)!};
}

/** The newest month whose last day is not after the as-at date. */
export function newestCompleteMonth(asAt: string): string {
  const month = asAt.slice(0, 7);
  return lastDay(month) <= asAt ? month : addMonths(month, -1);
}

/** The last twelve complete months: what every page and command shows unless told otherwise. */
export function defaultSpan(asAt: string): {from: string; to: string} {
  const to = newestCompleteMonth(asAt);
  return {from: addMonths(to, -11), to};
}

/**
 * Whether a month of a measure can be compared with others: it is over, every record set that the measure needs is held in full by then, and so
 * are the months it looks back on. Before a log of meetings begins, a meeting that is not in it says nothing.
 * @param part says from which day each record set is held in full
 */
export function isComplete(measure: Pick<Measure, "requires" | "look_back_months">, month: string, part: Pick<PartManifest, "asAt" | "covered" | "sparse">): boolean {
  if (lastDay(month) > part.asAt) return false;
  const [counted, ...others] = measure.requires.map((need) => need.split("|").map((choice) => choice.trim().split(".")[0]!));
  const from = part.covered[counted![0]!];
  if (!from) return false;
  const begun = others.every((sets) => {
    // of several that would do, the one that reaches furthest back
    const starts = sets.flatMap((set) => part.covered[set] ?? []).sort();
    return starts.length === 0 || sets.some((set) => part.sparse?.includes(set)) || month >= starts[0]!.slice(0, 7);
  });
  if (!begun) return false;
  if (measure.look_back_months === 0) return month >= from.slice(0, 7);
  const first = addMonths(from.slice(0, 7), measure.look_back_months);
  return from.slice(8) === "01" ? month >= first : month > first;
}

/**
 * Limits and special causes of a series, whole or narrowed, from its newest complete months; null where it has none.
 * Signal and assurance are null where too few months have a value for any limit; a series that never varies is steady without limits.
 * @param target in the unit of the values
 */
export function limitsOf({good}: Pick<Measure, "good">, target: number | null, series: readonly SeriesPoint[]): Limits | null {
  const points = series.filter((p) => p.complete).slice(-CHART_MONTHS).map((p) => ({at: p.period, value: p.value}));
  if (points.length === 0) return null;
  const chart = controlLimits(points, {good, target});
  const values = points.flatMap((p) => p.value ?? []);
  const untold = chart.points.at(-1)!.upper === null && (values.length < 2 || values.some((v) => v !== values[0]));
  return untold ? {...chart, variation: null, assurance: null} : chart;
}

/** Months of a count or a percentage of cases as one figure; other kinds do not add up. */
export function addUp(kind: string, months: Pick<Figure, "numerator" | "denominator">[]): Omit<Figure, "period"> {
  const sum = (of: "numerator" | "denominator") => months.reduce((n, p) => n + (p[of] ?? 0), 0);
  const numerator = sum("numerator");
  if (kind === "count") return {numerator, denominator: null, value: numerator};
  const denominator = sum("denominator");
  return {numerator, denominator, value: denominator === 0 ? null : (100 * numerator) / denominator};
}

const NAMES = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
export const monthName = (month: string) => `${NAMES[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;

/** Stretches of months worth naming: the last and previous 12 and 3, and each year ending 31 March that the records reach. */
export function periodsFor(asAt: string, firstMonth: string | null): Period[] {
  const {from, to} = defaultSpan(asAt);
  const named = (key: string, label: string, a: string, b: string): Period => ({key, label: `${label}${label ? ", " : ""}${monthName(a)} to ${monthName(b)}`, from: a, to: b});
  const periods = [
    named("last-12", "Last 12 months", from, to),
    named("previous-12", "12 months before", addMonths(from, -12), addMonths(to, -12)),
    named("last-3", "Last 3 months", addMonths(to, -2), to),
    named("previous-3", "3 months before", addMonths(to, -5), addMonths(to, -3))
  ];
  const lastYear = Number(to.slice(0, 4)) - (to.slice(5) >= "03" ? 0 : 1);
  for (let year = lastYear; year > lastYear - 5; year--) {
    if (firstMonth && `${year - 1}-04` < firstMonth) break;
    periods.push(named(`${year - 1}-${String(year).slice(2)}`, `Year ending March ${year}`, `${year - 1}-04`, `${year}-03`));
  }
  return periods;
}

/** The same months a year before each period that no period names: what a figure of three months, or of an earlier year, is compared with. None before the records begin. */
export function comparisonsFor(periods: readonly Period[], firstMonth: string | null): Period[] {
  const found: Period[] = [];
  for (const {key, from, to} of periods) {
    const [a, b] = [addMonths(from, -12), addMonths(to, -12)];
    if ((firstMonth && a < firstMonth) || [...periods, ...found].some((p) => p.from === a && p.to === b)) continue;
    found.push({key: `${key}-year-before`, label: `Same months a year before, ${monthName(a)} to ${monthName(b)}`, from: a, to: b});
  }
  return found;
}

/** The targets of a measure month by month, as steps; none where one target (or none) holds for every month and on the as-at date. */
export function targetSteps({targets}: Pick<Reference, "targets">, measure: string, months: readonly string[], asAt: string): TargetStep[] {
  const steps: TargetStep[] = [];
  for (const month of months) {
    const target = targetAt(targets, measure, lastDay(month));
    if (!steps.length || steps.at(-1)!.value !== (target?.value ?? null)) steps.push({from: month, value: target?.value ?? null, status: target?.status ?? null});
  }
  return steps.length === 1 && steps[0]!.value === (targetAt(targets, measure, asAt)?.value ?? null) ? [] : steps;
}

/** The months a series is published for: as far back as the records go, five years at the most, up to the as-at month. */
export function publishedMonths(asAt: string, firstMonth: string | null): string[] {
  const last = asAt.slice(0, 7);
  const floor = addMonths(last, -59);
  return firstMonth ? monthsBetween(firstMonth > floor ? firstMonth : floor, last) : [];
}

const LISTS: Record<string, string> = {team: "team", source: "contact_source", need: "need", agency: "agency", sex: "sex", ethnicity: "ethnicity", locality: "locality", case_status: "case_status"};
const STATUS: Record<string, string> = {early_help: "Early help", new: "New to social care", open: "Already open to social care"};

/** What a group of a dimension is called. */
export type LabelOf = (dimension: string, group: string) => string;

/** What a group is called on a page; `categoryList` names the groups of a measure's own category. */
export function groupLabel(dimension: string, group: string, reference: Reference, categoryList?: string): string {
  if (dimension === "case_status" && STATUS[group]) return STATUS[group];
  return reference.codes[(dimension === "category" ? categoryList : LISTS[dimension]) ?? ""]?.find((c) => c.code === group)?.label ?? group;
}
