// A measure counted within several groups at once (a team and a need): the numbers that no published file holds. It counts by the road of cases.ts.
import type {Db} from "../duckdb.ts";
import {countMeasure, DIMENSIONS, where, type AllCounts, type Dimension, type Filters} from "./cases.ts";
import {caseView, type Measure} from "./measures.ts";

/** Groups of one dimension outside which nothing is counted: what a person is held to. */
export interface Held {
  dimension: Dimension;
  groups: readonly string[];
}

export interface Beside {
  table?: string;
  beside?: boolean;
}

/**
 * What `make` gives of a measure's cases within `filters`. Groups of a filtered dimension are made within the other filters, so that the chosen team
 * stands beside the others for the same need. The measure's view is read once.
 * @param by dimensions that `make` splits by
 * @param options.table the measure's cases where they stand in a table already: its view is not read at all
 * @param options.beside false: without the groups of the filtered dimensions
 * @param make is given a table with the columns of the measure's view, and by what to split it
 * @returns of all within `filters` first; then the groups of each filtered dimension
 */
export async function within<T extends {dimension: string}>(db: Db, id: string, by: readonly Dimension[], filters: Filters, held: Held | null, make: (rows: string, by: Dimension[], within: Filters) => Promise<T[]>, {table, beside = true}: Beside = {}): Promise<T[]> {
  const only = held ? `${held.dimension} in (${held.groups.map((_, i) => `$${i + 1}`).join(", ") || "null"})` : "true";
  // a connection's own, in memory: nothing of a case is written anywhere
  const columns = `case_id, child_id, counted_on, met, value, ${DIMENSIONS.join(", ")}`;
  if (!table || held) await db.run(`create or replace temp table counted as select ${columns} from ${table ?? caseView(id)} where ${only}`, held ? [...held.groups] : []);
  const from = !table || held ? "counted" : table;
  const part = async (split: Dimension[], of: Filters) => {
    const {sql, values} = where({}, of);
    if (!values.length) return make(from, split, of);
    await db.run(`create or replace temp table counted_within as select ${columns} from ${from} where ${sql}`, values);
    return make("counted_within", split, of);
  };
  const made = await part(by.filter((d) => filters[d] === undefined), filters);
  for (const d of beside ? by.filter((one) => filters[one] !== undefined) : []) {
    const {[d]: _own, ...others} = filters;
    made.push(...(await part([d], others)).filter((one) => one.dimension === d));
  }
  return made;
}

/**
 * Everything that is published of a measure, counted within `filters`.
 * @param spans named stretches of whole months
 * @param options.groups false: the whole only; `table` and `beside` as of `within`
 * @returns the whole ("all") first; then groups, also of the dimensions of `filters`, in no order
 */
export async function countWithin(db: Db, measure: Measure, spans: {key: string; from: string; to: string}[], firstMonth: string, lastMonth: string, filters: Filters, {held = null, groups = true, ...beside}: {held?: Held | null; groups?: boolean} & Beside = {}): Promise<AllCounts[]> {
  return within(db, measure.id, groups ? (measure.breakdowns as Dimension[]) : [], filters, held, (rows, by, of) => countMeasure(db, measure, spans, firstMonth, lastMonth, {rows, by, filters: held ? {[held.dimension]: held.groups.length === 1 ? held.groups[0]! : "several", ...of} : of}), beside);
}
