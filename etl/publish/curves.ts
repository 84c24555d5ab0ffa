// curves/<id>.json: time to an event as Kaplan–Meier curves, for the durations that pages draw beside time to seen. Counts and shares only.
import {addUpTimes, grouped, NO_BASES, type Dimension} from "../transform/cases.ts";
import type {CaseColumns} from "../transform/columns.ts";
import {countCases, keyOf, timesOf} from "../transform/count.ts";
import type {Measure} from "../transform/measures.ts";
import type {PartManifest} from "../transform/part.ts";
import {thresholdAt, type Reference} from "../transform/reference.ts";
import {kaplanMeier} from "../transform/survival.ts";
import {groupLabel, reachOf, type LabelOf} from "./figures.ts";
import type {Curve, CurvesFile, Period} from "./published.ts";

/** Durations drawn as curves: assessment finished, strategy meeting held, initial conference held. */
const DRAWN = ["A2b", "S4b", "S7c"];

/** The measures of whose cases curves are made: those durations, and re-referrals by when they came. */
export const CURVES_OF = [...DRAWN, "R5"];

/** Weeks after closing in which R5 looks for another referral: the 26 weeks of its six months. */
const WEEKS_AFTER_CLOSING = 26;

/** Dimensions that a curve is split by. */
export const curvesBy = ({id, breakdowns}: Pick<Measure, "id"> & {breakdowns: readonly string[]}): readonly Dimension[] => (id === "R5" ? ["category"] : breakdowns.includes("team") ? ["team"] : []);

/** Curves of each drawn duration, whole and by team, and of cases that came back, for each period. @param cases by measure id */
export function curves(cases: ReadonlyMap<string, CaseColumns>, {part, reference, measures}: {part: PartManifest; reference: Reference; measures: Measure[]}, periods: Period[]): Omit<CurvesFile, "disclosure" | "run">[] {
  const made: Omit<CurvesFile, "disclosure" | "run">[] = [];
  for (const id of CURVES_OF) {
    const measure = measures.find((m) => m.id === id);
    if (!measure && id !== "R5") continue;
    const missing = part.missing[id] ?? [];
    const limit = id === "R5" ? WEEKS_AFTER_CLOSING / 2 : measure!.limit ? (thresholdAt(reference.thresholds, measure!.limit, part.asAt)?.value ?? null) : null;
    const labelOf: LabelOf = (dimension, group) => groupLabel(dimension, group, reference, measure?.category?.list);
    const counted = cases.get(id);
    const own = missing.length === 0 && measure && counted && periods.length ? curvesOf(counted, measure, periods, limit, labelOf) : [];
    made.push({id, status: missing.length ? "not recorded" : "ok", missing, unit: id === "R5" ? "weeks" : measure!.unit, limit, curves: own});
  }
  return made;
}

/**
 * The curves of one measure in each period, whole and by group. Steps after four times the limit are left out.
 * @param cases those of the measure, or some of them
 */
export function curvesOf(cases: CaseColumns, measure: Measure, periods: Period[], limit: number | null, labelOf: LabelOf, by = curvesBy(measure)): Curve[] {
  const {from, to} = reachOf(periods);
  const span = [from, to] as const;
  if (measure.id === "R5") return comeBack(cases, measure, periods, span, limit, labelOf, by);
  const told = timesOf(cases, by, ...span);
  return [...grouped(told, keyOf).values()].flatMap((of) =>
    periods.flatMap((period) => {
      const times = addUpTimes(of.filter((r) => r.period >= period.from && r.period <= period.to));
      return times.length ? [curveOf(times, period.key, of[0]!, limit, labelOf)] : [];
    })
  );
}

/** Closed cases that came back, by week since closing. Everyone is followed for the whole six months. */
function comeBack(cases: CaseColumns, measure: Measure, periods: Period[], span: readonly [string, string], limit: number | null, labelOf: LabelOf, by: readonly Dimension[]): Curve[] {
  const back = timesOf(cases, by, ...span).filter((r) => r.met);
  const closures = countCases(measure, cases, periods, ...span, {by, bases: NO_BASES});
  const inOrder = closures.map(({dimension, group, spans}) => ({dimension, grp: group, spans})).sort((a, b) => Number(a.dimension !== "all") - Number(b.dimension !== "all") || (a.grp < b.grp ? -1 : 1));
  return inOrder.flatMap(({dimension, grp, spans}) =>
    periods.flatMap(({key, from, to}) => {
      const closed = spans.get(key)?.denominator ?? 0;
      if (!closed) return [];
      const returned = back.filter((r) => r.dimension === dimension && r.grp === grp && r.period >= from && r.period <= to);
      const stayed = closed - returned.reduce((n, r) => n + r.n, 0);
      const times = addUpTimes([...returned.map((r) => ({...r, value: Math.min(WEEKS_AFTER_CLOSING, Math.floor(r.value / 7))})), ...(stayed ? [{value: WEEKS_AFTER_CLOSING, met: false, n: stayed}] : [])]);
      return [curveOf(times, key, {dimension, grp}, limit, labelOf)];
    })
  );
}

function curveOf(times: {time: number; events: number; censored: number}[], period: string, {dimension, grp}: {dimension: string; grp: string}, limit: number | null, labelOf: LabelOf): Curve {
  const curve = kaplanMeier(times);
  const notYetSeen = times.reduce((n, t) => n + t.censored, 0);
  return {
    period,
    dimension: dimension as Curve["dimension"],
    group: grp,
    label: dimension === "all" ? "Everyone" : labelOf(dimension, grp),
    children: times.reduce((n, t) => n + t.events, 0) + notYetSeen,
    notYetSeen,
    median: curve.median,
    steps: curve.steps.filter(({time}) => limit === null || time <= 4 * limit).map(({time, atRisk, events, survival, lower, upper}) => ({time, atRisk, events, survival: round(survival), lower: lower === null ? null : round(lower), upper: upper === null ? null : round(upper)})),
    shareBy: (limit === null ? [] : [limit, 2 * limit]).flatMap((day) => {
      const by = curve.shareBy(day);
      return by ? [{day, value: 100 * by.share, lower: by.lower === null ? null : 100 * by.lower, upper: by.upper === null ? null : 100 * by.upper}] : [];
    })
  };
}

const round = (n: number) => Math.round(n * 1e5) / 1e5;
