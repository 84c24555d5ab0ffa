// out-of-hours.json: contacts of the emergency duty team by hour of the week. Counts only; the hour comes from measure E1.
import {grouped, type Dimension} from "../transform/cases.ts";
import type {CaseColumns} from "../transform/columns.ts";
import {keyOf, timesOf} from "../transform/count.ts";
import type {PartManifest} from "../transform/part.ts";
import type {Reference} from "../transform/reference.ts";
import {groupLabel, reachOf, type LabelOf} from "./figures.ts";
import type {OutOfHoursFile, Period} from "./published.ts";

/** The measure of whose cases it is made. */
export const HOURS_OF = "E1";

const HOURS_OF_A_WEEK = 168;

/** Dimensions that the hours are split by. */
export const HOURS_BY = ["category", "team", "locality"] as const;

/** Contacts by hour of the week, of everybody and by priority, team and locality, for each period. */
/** @param cases those of E1 */
export function outOfHours(cases: CaseColumns | undefined, {part, reference}: {part: PartManifest; reference: Reference}, periods: Period[]): Omit<OutOfHoursFile, "disclosure" | "run"> {
  const missing = part.missing.E1 ?? [];
  const weeks = missing.length || !cases || !periods.length ? [] : hoursOfWeek(cases, periods, (dimension, group) => groupLabel(dimension, group, reference, "priority"));
  return {status: missing.length ? "not recorded" : "ok", missing, weeks};
}

/**
 * Contacts in each hour of the week in each period, whole and by group; groups without a contact are left out.
 * @param cases those of E1, or some of them
 */
export function hoursOfWeek(cases: CaseColumns, periods: Period[], labelOf: LabelOf, by: readonly Dimension[] = HOURS_BY): OutOfHoursFile["weeks"] {
  const {from: first, to: last} = reachOf(periods);
  const told = timesOf(cases, by, first, last);
  return [...grouped(told, keyOf).values()].flatMap((of) =>
    periods.flatMap(({key, from, to}) => {
      const {dimension, grp} = of[0]! as {dimension: OutOfHoursFile["weeks"][number]["dimension"]; grp: string};
      const counts = Array.from({length: HOURS_OF_A_WEEK}, () => 0);
      for (const {period, value, n} of of) if (period >= from && period <= to) counts[value] = (counts[value] ?? 0) + n;
      return counts.some(Boolean) ? [{period: key, dimension, group: grp, label: dimension === "all" ? "Everyone" : labelOf(dimension, grp), counts}] : [];
    })
  );
}
