// agency-returns.json: of the requests that measure I1 counts, how many came back in time, late or never, by agency. Counts only.
import type {CaseColumns} from "../transform/columns.ts";
import {timesOf} from "../transform/count.ts";
import type {PartManifest} from "../transform/part.ts";
import {reachOf} from "./figures.ts";
import type {AgencyReturnsFile, MeasureFile, Period} from "./published.ts";

/** The measure of whose cases it is made. */
export const RETURNS_OF = "I1";

/** @param file the published file of I1: asked and in time are its figures; a return that has a time but was not in time is late */
export function agencyReturns(cases: CaseColumns | undefined, {part}: {part: PartManifest}, file: MeasureFile | undefined, periods: Period[]): Omit<AgencyReturnsFile, "disclosure" | "run"> {
  const missing = part.missing.I1 ?? [];
  if (missing.length || !cases || !file || !periods.length) return {status: missing.length ? "not recorded" : "ok", missing, agencies: []};
  return {status: "ok", missing: [], agencies: returnsOf(cases, file.groups.filter((g) => g.dimension === "agency"), periods)};
}

/**
 * Each agency's returns in each period.
 * @param groups asked and in time, by agency
 * @param cases the cases of I1 that `groups` counts
 */
export function returnsOf(cases: CaseColumns, groups: Pick<MeasureFile["groups"][number], "group" | "label" | "figures">[], periods: readonly Period[]): AgencyReturnsFile["agencies"] {
  const {from: first, to: last} = reachOf(periods);
  const timed = timesOf(cases, ["agency"], first, last).filter((r) => r.dimension === "agency" && !r.met);
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
