// curves/<id>.json: time to an event as Kaplan–Meier curves, for the durations that pages draw beside time to seen. Counts and shares only.
import type {Db} from "../duckdb.ts";
import {addUpTimes, grouped, keyOf, seriesOf, timesOf} from "../transform/cases.ts";
import type {Measure} from "../transform/measures.ts";
import type {PartManifest} from "../transform/part.ts";
import {thresholdAt, type Reference} from "../transform/reference.ts";
import {kaplanMeier} from "../transform/survival.ts";
import {groupLabel} from "./figures.ts";
import type {Curve, CurvesFile, Period} from "./published.ts";

/** Durations drawn as curves: assessment finished, strategy meeting held, initial conference held. */
const DRAWN = ["A2b", "S4b", "S7c"];

/** Weeks after closing in which R5 looks for another referral: the 26 weeks of its six months. */
const WEEKS_AFTER_CLOSING = 26;

/** Curves of each drawn duration, whole and by team, for each period. Steps after four times the limit are left out. */
export async function curves(db: Db, {part, reference, measures}: {part: PartManifest; reference: Reference; measures: Measure[]}, periods: Period[]): Promise<Omit<CurvesFile, "disclosure" | "run">[]> {
  const months = periods.flatMap((p) => [p.from, p.to]).sort();
  const made: Omit<CurvesFile, "disclosure" | "run">[] = [];
  for (const id of DRAWN) {
    const measure = measures.find((m) => m.id === id);
    if (!measure) continue;
    const missing = part.missing[id] ?? [];
    const limit = measure.limit ? (thresholdAt(reference.thresholds, measure.limit, part.asAt)?.value ?? null) : null;
    const own: Curve[] = [];
    if (missing.length === 0 && months.length) {
      const dimensions = measure.breakdowns.includes("team") ? (["team"] as const) : [];
      const told = await timesOf(db, id, dimensions, months[0]!, months.at(-1)!);
      for (const of of grouped(told, keyOf).values())
        for (const period of periods) {
          const times = addUpTimes(of.filter((r) => r.period >= period.from && r.period <= period.to));
          if (times.length) own.push(curveOf(times, period.key, of[0]!, limit, reference));
        }
    }
    made.push({id, status: missing.length ? "not recorded" : "ok", missing, unit: measure.unit, limit, curves: own});
  }
  made.push(await comeBack(db, measures.find((m) => m.id === "R5"), {part, reference}, periods));
  return made;
}

/** Closed cases that came back, by week since closing, whole and by the reason for closing. Everyone is followed for the whole six months. */
async function comeBack(db: Db, measure: Measure | undefined, {part, reference}: {part: PartManifest; reference: Reference}, periods: Period[]): Promise<Omit<CurvesFile, "disclosure" | "run">> {
  const missing = part.missing.R5 ?? [];
  const head = {id: "R5", unit: "weeks", limit: WEEKS_AFTER_CLOSING / 2};
  const months = periods.flatMap((p) => [p.from, p.to]).sort();
  if (missing.length || !measure || !months.length) return {...head, status: missing.length ? "not recorded" : "ok", missing, curves: []};
  const span = [months[0]!, months.at(-1)!] as const;
  const back = (await timesOf(db, "R5", ["category"], ...span)).filter((r) => r.met);
  const closures = await closedCases(db, measure, ...span);
  const curves = [...grouped(closures, keyOf).values()].flatMap((of) => {
    const {dimension, grp} = of[0]!;
    const own = back.filter((r) => r.dimension === dimension && r.grp === grp);
    return periods.flatMap(({key, from, to}) => {
      const closed = of.filter((r) => r.period >= from && r.period <= to).reduce((n, r) => n + r.n, 0);
      const returned = own.filter((r) => r.period >= from && r.period <= to);
      const stayed = closed - returned.reduce((n, r) => n + r.n, 0);
      if (!closed) return [];
      const times = addUpTimes([...returned.map((r) => ({...r, value: Math.min(WEEKS_AFTER_CLOSING, Math.floor(r.value / 7))})), ...(stayed ? [{value: WEEKS_AFTER_CLOSING, met: false, n: stayed}] : [])]);
      const curve = curveOf(times, key, {dimension, grp}, head.limit, reference);
      return [dimension === "all" ? curve : {...curve, label: groupLabel("category", grp, reference, "closure_reason")}];
    });
  });
  return {...head, status: "ok", missing: [], curves};
}

/** How many closures R5 counts in each month, whole and by reason. */
async function closedCases(db: Db, measure: Measure, from: string, to: string): Promise<{period: string; dimension: string; grp: string; n: number}[]> {
  const told = await Promise.all([undefined, "category" as const].map((by) => seriesOf(db, measure, {from, to}, {}, by)));
  return told.flatMap((groups, i) => groups.flatMap((g) => g.series.map((p) => ({period: p.period, dimension: i ? "category" : "all", grp: g.group, n: p.denominator ?? 0}))));
}

function curveOf(times: {time: number; events: number; censored: number}[], period: string, {dimension, grp}: {dimension: string; grp: string}, limit: number | null, reference: Reference): Curve {
  const curve = kaplanMeier(times);
  const notYetSeen = times.reduce((n, t) => n + t.censored, 0);
  return {
    period,
    dimension: dimension as Curve["dimension"],
    group: grp,
    label: dimension === "all" ? "Everyone" : groupLabel(dimension, grp, reference),
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
