// A measure counted within several groups at once (a team and a need): the numbers that no published file holds. It counts by the road of cases.ts.
import type {Db} from "../duckdb.ts";
import {countMeasure, DIMENSIONS, where, type AllCounts, type Dimension, type Filters} from "./cases.ts";
import {caseView, type Measure} from "./measures.ts";

/** Groups of one dimension outside which nothing is counted: what a person is held to. */
export interface Held {
  dimension: Dimension;
  groups: readonly string[];
}

/**
 * Everything that is published of a measure, counted within `filters`. Groups of a filtered dimension are counted within the other filters, so that
 * the chosen team stands beside the others for the same need. The measure's view is read once.
 * @param spans named stretches of whole months
 * @param options.groups false: the whole only
 * @returns the whole ("all") first; then groups, also of the dimensions of `filters`, in no order
 */
export async function countWithin(db: Db, measure: Measure, spans: {key: string; from: string; to: string}[], firstMonth: string, lastMonth: string, filters: Filters, {held = null, groups = true}: {held?: Held | null; groups?: boolean} = {}): Promise<AllCounts[]> {
  const only = held ? `${held.dimension} in (${held.groups.map((_, i) => `$${i + 1}`).join(", ") || "null"})` : "true";
  // a connection's own, in memory: nothing of a case is written anywhere
  await db.run(`create or replace temp table counted as select case_id, child_id, counted_on, met, value, ${DIMENSIONS.join(", ")} from ${caseView(measure.id)} where ${only}`, held ? [...held.groups] : []);
  const count = async (by: Dimension[], within: Filters) => {
    const {sql, values} = where({}, within);
    await db.run(`create or replace temp table counted_within as select * from counted where ${sql}`, values);
    return countMeasure(db, measure, spans, firstMonth, lastMonth, {rows: "counted_within", by, filters: held ? {[held.dimension]: held.groups.length === 1 ? held.groups[0]! : "several", ...within} : within});
  };
  const split = groups ? (measure.breakdowns as Dimension[]) : [];
  const counts = await count(split.filter((d) => filters[d] === undefined), filters);
  for (const d of split.filter((one) => filters[one] !== undefined)) {
    const {[d]: _own, ...others} = filters;
    counts.push(...(await count([d], others)).filter((c) => c.dimension === d));
  }
  return counts;
}
