// agency-returns.json: of the requests that measure I1 counts, how many came back in time, late or never, by agency. Counts only.
import type {Db} from "../duckdb.ts";
import {timesOf} from "../transform/cases.ts";
import type {PartManifest} from "../transform/part.ts";
import {reachOf} from "./figures.ts";
import type {AgencyReturnsFile, MeasureFile, Period} from "./published.ts";

/** @param file the published file of I1: asked and in time are its figures; a return that has a time but was not in time is late */
export async function agencyReturns(db: Db, {part}: {part: PartManifest}, file: MeasureFile | undefined, periods: Period[]): Promise<Omit<AgencyReturnsFile, "disclosure" | "run">> {
  const missing = part.missing.I1 ?? [];
  if (missing.length || !file || !periods.length) return {status: missing.length ? "not recorded" : "ok", missing, agencies: []};
  return {status: "ok", missing: [], agencies: await returnsOf(db, file.groups.filter((g) => g.dimension === "agency"), periods)};
}

/**
 * Each agency's returns in each period.
 * @param groups asked and in time, by agency
 * @param rows the cases of I1 that `groups` counts: all, or a table with the columns of its view
 */
export async function returnsOf(db: Db, groups: Pick<MeasureFile["groups"][number], "group" | "label" | "figures">[], periods: readonly Period[], rows?: string): Promise<AgencyReturnsFile["agencies"]> {
  const {from: first, to: last} = reachOf(periods);
  const timed = (await timesOf(db, "I1", ["agency"], first, last, rows)).filter((r) => r.dimension === "agency" && !r.met);
  return groups.flatMap((g) =>
    periods.flatMap(({key, from, to}) => {
      const figure = g.figures.find((f) => f.period === key);
      if (!figure?.denominator) return [];
      const inTime = figure.numerator ?? 0;
      const late = timed.filter((r) => r.grp === g.group && r.period >= from && r.period <= to).reduce((n, r) => n + r.n, 0);
      return [{period: key, agency: g.group, label: g.label, asked: figure.denominator, inTime, late, never: figure.denominator - inTime - late}];
    })
  );
}
