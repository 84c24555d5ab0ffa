// time-to-seen.json: the share of children seen by working day N, those not yet seen included. Counts and shares only; the waits come from measure A4b.
import {addUpTimes, grouped, type Dimension} from "../transform/cases.ts";
import type {CaseColumns} from "../transform/columns.ts";
import {keyOf, timesOf} from "../transform/count.ts";
import type {PartManifest} from "../transform/part.ts";
import {thresholdAt, type Reference} from "../transform/reference.ts";
import {kaplanMeier} from "../transform/survival.ts";
import {groupLabel, reachOf, type LabelOf} from "./figures.ts";
import type {Curve, Period, TimeToSeenFile} from "./published.ts";

/** The measure of whose cases it is made. */
export const SEEN_OF = "A4b";

/** Dimensions that the waits are split by. */
export const SEEN_BY = ["team", "need", "locality"] as const;

/** The file of a whole authority. @param cases those of A4b */
export function timeToSeen(cases: CaseColumns | undefined, {part, reference}: {part: PartManifest; reference: Reference}, periods: Period[]): Omit<TimeToSeenFile, "disclosure" | "run"> {
  const missing = part.missing.A4b ?? [];
  const limitDays = thresholdAt(reference.thresholds, "child_seen_working_days", part.asAt)?.value ?? 5;
  const outerLimitDays = thresholdAt(reference.thresholds, "child_seen_outer_working_days", part.asAt)?.value ?? 10;
  const curves = missing.length === 0 && cases && periods.length ? seenCurves(cases, periods, {limitDays, outerLimitDays}, (dimension, group) => groupLabel(dimension, group, reference)) : [];
  return {status: missing.length ? "not recorded" : "ok", missing, limitDays, outerLimitDays, curves};
}

/**
 * Kaplan–Meier curves of the waits (working days) in each period, whole and by group.
 * @param cases those of A4b, or some of them
 */
export function seenCurves(cases: CaseColumns, periods: Period[], {limitDays, outerLimitDays}: {limitDays: number; outerLimitDays: number}, labelOf: LabelOf, by: readonly Dimension[] = SEEN_BY): Curve[] {
  const {from: first, to: last} = reachOf(periods);
  const told = timesOf(cases, by, first, last);
  const curves: Curve[] = [];
  for (const of of grouped(told, keyOf).values()) {
    const {dimension, grp} = of[0]! as {dimension: Curve["dimension"]; grp: string};
    for (const period of periods) {
      const times = addUpTimes(of.filter((r) => r.period >= period.from && r.period <= period.to));
      if (times.length === 0) continue;
      const curve = kaplanMeier(times);
      const notYetSeen = times.reduce((n, c) => n + c.censored, 0);
      curves.push({
        period: period.key,
        dimension,
        group: grp,
        label: dimension === "all" ? "All children" : labelOf(dimension, grp),
        children: times.reduce((n, c) => n + c.events, 0) + notYetSeen,
        notYetSeen,
        median: curve.median,
        steps: curve.steps.map(({time, atRisk, events, survival, lower, upper}) => ({time, atRisk, events, survival, lower, upper})),
        shareBy: [1, limitDays, outerLimitDays, 20].flatMap((day) => {
          const by = curve.shareBy(day);
          return by ? [{day, value: 100 * by.share, lower: by.lower === null ? null : 100 * by.lower, upper: by.upper === null ? null : 100 * by.upper}] : [];
        })
      });
    }
  }
  return curves;
}
