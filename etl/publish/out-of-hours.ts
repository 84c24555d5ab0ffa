// out-of-hours.json: contacts of the emergency duty team by hour of the week. Counts only; the hour comes from measure E1.
import type {Db} from "../duckdb.ts";
import {grouped, keyOf, timesOf, type Dimension} from "../transform/cases.ts";
import type {PartManifest} from "../transform/part.ts";
import type {Reference} from "../transform/reference.ts";
import {groupLabel, reachOf, type LabelOf} from "./figures.ts";
import type {OutOfHoursFile, Period} from "./published.ts";

const HOURS_OF_A_WEEK = 168;

/** Dimensions that the hours are split by. */
export const HOURS_BY = ["category", "team", "locality"] as const;

/** Contacts by hour of the week, of everybody and by priority, team and locality, for each period. */
export async function outOfHours(db: Db, {part, reference}: {part: PartManifest; reference: Reference}, periods: Period[]): Promise<Omit<OutOfHoursFile, "disclosure" | "run">> {
  const missing = part.missing.E1 ?? [];
  const weeks = missing.length || !periods.length ? [] : await hoursOfWeek(db, periods, (dimension, group) => groupLabel(dimension, group, reference, "priority"));
  return {status: missing.length ? "not recorded" : "ok", missing, weeks};
}

/**
 * Contacts in each hour of the week in each period, whole and by group; groups without a contact are left out.
 * @param rows the cases of E1, or part of them: a table with the columns of its view
 */
export async function hoursOfWeek(db: Db, periods: Period[], labelOf: LabelOf, by: readonly Dimension[] = HOURS_BY, rows?: string): Promise<OutOfHoursFile["weeks"]> {
  const {from: first, to: last} = reachOf(periods);
  const told = await timesOf(db, "E1", by, first, last, rows);
  return [...grouped(told, keyOf).values()].flatMap((of) =>
    periods.flatMap(({key, from, to}) => {
      const {dimension, grp} = of[0]! as {dimension: OutOfHoursFile["weeks"][number]["dimension"]; grp: string};
      const counts = Array.from({length: HOURS_OF_A_WEEK}, () => 0);
      for (const {period, value, n} of of) if (period >= from && period <= to) counts[value] = (counts[value] ?? 0) + n;
      return counts.some(Boolean) ? [{period: key, dimension, group: grp, label: dimension === "all" ? "Everyone" : labelOf(dimension, grp), counts}] : [];
    })
  );
}
