// out-of-hours.json: contacts of the emergency duty team by hour of the week. Counts only; the hour comes from measure E1.
import type {Db} from "../duckdb.ts";
import {grouped, keyOf, timesOf} from "../transform/cases.ts";
import type {PartManifest} from "../transform/part.ts";
import type {Reference} from "../transform/reference.ts";
import {groupLabel} from "./figures.ts";
import type {OutOfHoursFile, Period} from "./published.ts";

const HOURS_OF_A_WEEK = 168;

/** Contacts by hour of the week, of everybody and by priority, team and locality, for each period. */
export async function outOfHours(db: Db, {part, reference}: {part: PartManifest; reference: Reference}, periods: Period[]): Promise<Omit<OutOfHoursFile, "disclosure" | "run">> {
  const missing = part.missing.E1 ?? [];
  const months = periods.flatMap((p) => [p.from, p.to]).sort();
  if (missing.length || !months.length) return {status: missing.length ? "not recorded" : "ok", missing, weeks: []};
  const told = await timesOf(db, "E1", ["category", "team", "locality"], months[0]!, months.at(-1)!);
  const weeks = [...grouped(told, keyOf).values()].flatMap((of) =>
    periods.flatMap(({key, from, to}) => {
      const {dimension, grp} = of[0]! as {dimension: OutOfHoursFile["weeks"][number]["dimension"]; grp: string};
      const counts = Array.from({length: HOURS_OF_A_WEEK}, () => 0);
      for (const {period, value, n} of of) if (period >= from && period <= to) counts[value] = (counts[value] ?? 0) + n;
      return counts.some(Boolean) ? [{period: key, dimension, group: grp, label: dimension === "all" ? "Everyone" : groupLabel(dimension, grp, reference, "priority"), counts}] : [];
    })
  );
  return {status: "ok", missing: [], weeks};
}
