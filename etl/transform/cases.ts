// Numbers from cases and cases behind numbers: the one road by which anything is counted. The CLI, the published files and the server all come here.
import {literal, name, rowOf, rowsOf, type Db} from "../duckdb.ts";
import type {Measure} from "./measures.ts";
import {kaplanMeier} from "./survival.ts";

export const DIMENSIONS = ["source", "need", "team", "agency", "locality", "case_status", "age_band", "sex", "ethnicity"] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type Filters = Partial<Record<Dimension, string>>;

/** Whole months, both included; absent: all time. */
export interface Span {
  from?: string;
  to?: string;
}

export interface Numbers {
  numerator: number | null;
  denominator: number | null;
  value: number | null;
}
export interface Counted extends Numbers {
  period: string;
}
/** One group of one measure: its months and what they add up to over the span. */
export interface GroupSeries {
  group: string;
  total: Numbers;
  series: Counted[];
}

export const monthEnd = (month: string) => `last_day(date ${literal(`${month}-01`)})`;

/** WHERE clause and bound values for a measure, span and filters. Values from outside are bound, never spliced. */
function where(measure: string, span: Span, filters: Filters): {sql: string; values: string[]} {
  const values = [measure];
  let sql = "measure_id = $1";
  if (span.from) {
    values.push(`${span.from}-01`);
    sql += ` and counted_on >= cast($${values.length} as date)`;
  }
  if (span.to) {
    values.push(`${span.to}-01`);
    sql += ` and counted_on <= last_day(cast($${values.length} as date))`;
  }
  // what is dated after the as-at date is not known yet; only a span without bounds shows it
  if (span.from || span.to) sql += " and counted_on <= as_at()";
  for (const dimension of DIMENSIONS) {
    const wanted = filters[dimension];
    if (wanted === undefined) continue;
    values.push(wanted);
    sql += wanted === NOT_RECORDED ? ` and ${dimension} is null and $${values.length} is not null` : ` and ${dimension} = $${values.length}`;
  }
  return {sql, values};
}

/** What a group is called when the record does not say. */
export const NOT_RECORDED = "not recorded";

/** A snapshot stands for a span by the last day on which it was taken in it; everything else by all its rows. */
function countedRows(measure: Pick<Measure, "kind">, clause: string, span: Span): string {
  const rows = `select * from measure.measure_case where ${clause}`;
  return measure.kind === "snapshot" ? `${rows} and counted_on = ${lastSnapshot(span)}` : rows;
}

/** Months are ours by now: callers have checked their form. */
function lastSnapshot(span: Span): string {
  return `(select max(day) from journey.period_end${span.to ? ` where day <= ${monthEnd(span.to)}` : ""})`;
}

/**
 * A measure over a span, by month and in total, whole or by one dimension.
 * A percentage counts rows met over rows (or distinct children over distinct children), a count counts rows, a duration gives the
 * Kaplan–Meier median of `value` (not met = censored), a snapshot counts the rows of the last day of the span.
 */
export async function seriesOf(db: Db, measure: Measure, span: Span, filters: Filters = {}, by?: Dimension): Promise<GroupSeries[]> {
  const {sql, values} = where(measure.id, span, filters);
  const group = by ? `coalesce(${by}, '${NOT_RECORDED}')` : "''";
  const base = `select *, ${group} as grp, strftime(counted_on, '%Y-%m') as month from measure.measure_case where ${sql}`;
  const groups = new Map<string, GroupSeries>();
  const at = (g: string) => groups.get(g) ?? groups.set(g, {group: g, total: nothing(measure), series: []}).get(g)!;
  if (!by) at("");
  if (measure.kind === "duration") {
    const counted = await rowsOf<{grp: string; month: string; value: number; met: boolean; n: number}>(db, `select grp, month, value, met, count(*) as n from (${base}) where value is not null group by all order by all`, values);
    for (const [g, rows] of grouped(counted, (r) => r.grp)) {
      const made = at(g);
      made.total = duration(rows);
      for (const [month, inMonth] of grouped(rows, (r) => r.month)) made.series.push({period: month, ...duration(inMonth)});
      made.series.sort((a, b) => (a.period < b.period ? -1 : 1));
    }
  } else {
    const [d, n] = measure.counts === "child" ? ["count(distinct child_id)", "count(distinct child_id) filter (met)"] : ["count(*)", "count(*) filter (met)"];
    const snapshot = measure.kind === "snapshot";
    const monthly = `with rows as (${base})
      select grp, month, ${n} as n, ${d} as d from rows group by grp, month
      union all select grp, null, ${n}, ${d} from rows${snapshot ? ` where counted_on = ${lastSnapshot(span)}` : ""} group by grp
      order by grp, month nulls first`;
    for (const row of await rowsOf<{grp: string; month: string | null; n: number; d: number}>(db, monthly, values)) {
      const numbers = ratio(measure, row.n, row.d);
      if (row.month === null) at(row.grp).total = numbers;
      else at(row.grp).series.push({period: row.month, ...numbers});
    }
  }
  return [...groups.values()];
}

const nothing = (m: Measure): Numbers => ({numerator: 0, denominator: m.kind === "count" ? null : 0, value: m.kind === "count" ? 0 : m.kind === "snapshot" && m.unit !== "percent" ? 0 : null});

function ratio(measure: Measure, n: number, d: number): Numbers {
  if (measure.kind === "count") return {numerator: d, denominator: null, value: d};
  const percent = measure.kind === "percentage" || measure.unit === "percent";
  return {numerator: n, denominator: d, value: percent ? (d === 0 ? null : (100 * n) / d) : n};
}

interface Timed {
  value: number;
  met: boolean;
  n: number;
}

function duration(rows: Timed[]): Numbers {
  const counts = new Map<number, {time: number; events: number; censored: number}>();
  for (const {value, met, n} of rows) {
    const at = counts.get(value) ?? counts.set(value, {time: value, events: 0, censored: 0}).get(value)!;
    if (met) at.events += n;
    else at.censored += n;
  }
  const numerator = rows.reduce((sum, r) => sum + (r.met ? r.n : 0), 0);
  const denominator = rows.reduce((sum, r) => sum + r.n, 0);
  return {numerator, denominator, value: denominator === 0 ? null : kaplanMeier([...counts.values()]).median};
}

function grouped<T>(rows: T[], key: (row: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) (found.get(key(row)) ?? found.set(key(row), []).get(key(row))!).push(row);
  return found;
}

/** Every published number of one measure: months and named stretches of months, whole ("all") and by each of its breakdowns. */
export interface AllCounts {
  dimension: "all" | Dimension;
  group: string;
  series: Counted[];
  spans: Map<string, Numbers>;
}

/**
 * `seriesOf` for many measures, all their breakdowns and many spans at once, in a few passes over the cases instead of hundreds.
 * @param spans named stretches of whole months
 * @returns by measure id; groups of a breakdown in no order
 */
export async function countEverything(db: Db, measures: Measure[], spans: {key: string; from: string; to: string}[], firstMonth: string, lastMonth: string): Promise<Map<string, AllCounts[]>> {
  const found = new Map<string, Map<string, AllCounts>>(measures.map((m) => [m.id, new Map()]));
  const at = (measure: Measure, dimension: AllCounts["dimension"], group: string) => {
    const groups = found.get(measure.id)!;
    const key = `${dimension}\u0000${group}`;
    return groups.get(key) ?? groups.set(key, {dimension, group, series: [], spans: new Map()}).get(key)!;
  };
  const named = new Map(measures.map((m) => [m.id, m]));
  const of = (kinds: (m: Measure) => boolean) => measures.filter(kinds);
  const stretches = `(values ${spans.map((s) => `(${literal(s.key)}, date ${literal(`${s.from}-01`)}, ${monthEnd(s.to)})`).join(", ")}) as span(key, first, last)`;

  /** One pass over the cases of some measures: by month, or by named stretch, whole and by every breakdown. */
  const counts = async (wanted: Measure[], by: "month" | "key", select: string, extra = "") => {
    if (wanted.length === 0) return [];
    const used = DIMENSIONS.filter((d) => wanted.some((m) => (m.breakdowns as string[]).includes(d)));
    const cases = `(select *, date_trunc('month', counted_on) as month from measure.measure_case
      where measure_id in (${wanted.map((m) => literal(m.id)).join(", ")}) and counted_on <= as_at() and counted_on between date ${literal(`${firstMonth}-01`)} and ${monthEnd(lastMonth)})`;
    const from = by === "key" ? `${cases} join ${stretches} on counted_on between first and last` : cases;
    const sets = [...used.map((d) => `(measure_id, ${by}${extra}, ${d})`), `(measure_id, ${by}${extra})`].join(", ");
    const dimension = `case ${used.map((d) => `when grouping(${d}) = 0 then ${literal(d)}`).join(" ")} else 'all' end`;
    const group = `case ${used.map((d) => `when grouping(${d}) = 0 then coalesce(${d}, '${NOT_RECORDED}')`).join(" ")} else '' end`;
    const told = await rowsOf<{measure_id: string; period: string; dimension: AllCounts["dimension"]; grp: string} & Record<string, number | boolean>>(
      db,
      `select measure_id, ${by === "month" ? "strftime(month, '%Y-%m')" : "key"} as period, ${dimension} as dimension, ${group} as grp${extra}, ${select} from ${from} group by grouping sets (${sets}) order by measure_id, dimension, grp, period${extra}`
    );
    return told.filter((r) => r.dimension === "all" || (named.get(r.measure_id)!.breakdowns as string[]).includes(r.dimension));
  };

  for (const r of await counts(of((m) => m.kind !== "duration" && m.counts === "case"), "month", "count(*) as d, count(*) filter (met) as n")) {
    const measure = named.get(r.measure_id)!;
    at(measure, r.dimension, r.grp).series.push({period: r.period, ...ratio(measure, r.n as number, r.d as number)});
  }
  const byChild = of((m) => m.kind !== "duration" && m.counts === "child");
  for (const by of ["month", "key"] as const) {
    for (const r of await counts(byChild, by, "count(distinct child_id) as d, count(distinct child_id) filter (met) as n")) {
      const measure = named.get(r.measure_id)!;
      const numbers = ratio(measure, r.n as number, r.d as number);
      if (by === "key") at(measure, r.dimension, r.grp).spans.set(r.period, numbers);
      else at(measure, r.dimension, r.grp).series.push({period: r.period, ...numbers});
    }
  }
  const times = (await counts(of((m) => m.kind === "duration"), "month", "count(*) as n", ", value, met")).filter((r) => r.value !== null) as unknown as (Timed & {measure_id: string; period: string; dimension: AllCounts["dimension"]; grp: string})[];
  for (const rows of grouped(times, (r) => `${r.measure_id}\u0000${r.dimension}\u0000${r.grp}`).values()) {
    const made = at(named.get(rows[0]!.measure_id)!, rows[0]!.dimension, rows[0]!.grp);
    for (const [period, inMonth] of grouped(rows, (r) => r.period)) made.series.push({period, ...duration(inMonth)});
    for (const {key, from, to} of spans) made.spans.set(key, duration(rows.filter((r) => r.period >= from && r.period <= to)));
  }
  for (const measure of measures) {
    const groups = found.get(measure.id)!;
    if (!groups.size) at(measure, "all", "");
    for (const made of groups.values()) {
      for (const {key, from, to} of spans) {
        // a snapshot stands for a stretch by the last one taken in it; counts of cases add up over their months
        if (measure.kind === "snapshot") made.spans.set(key, plain(made.series.find((p) => p.period === to)) ?? nothing(measure));
        else if (measure.kind !== "duration" && measure.counts === "case") made.spans.set(key, addUp(measure, made.series.filter((p) => p.period >= from && p.period <= to)));
        else if (!made.spans.has(key)) made.spans.set(key, nothing(measure));
      }
    }
  }
  return new Map([...found].map(([id, groups]) => [id, [...groups.values()]]));
}

function addUp(measure: Measure, months: Counted[]): Numbers {
  const sum = (of: "numerator" | "denominator") => months.reduce((n, p) => n + (p[of] ?? 0), 0);
  return measure.kind === "count" ? ratio(measure, 0, sum("numerator")) : ratio(measure, sum("numerator"), sum("denominator"));
}

const plain = (p: Counted | undefined): Numbers | null => (p ? {numerator: p.numerator, denominator: p.denominator, value: p.value} : null);

/** Fills the months between from and to that have no row. */
export function everyMonth(measure: Measure, series: Counted[], from: string, to: string): Counted[] {
  const known = new Map(series.map((p) => [p.period, p]));
  return monthsBetween(from, to).map((period) => known.get(period) ?? {period, ...nothing(measure)});
}

export function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  for (let m = from; m <= to; m = addMonths(m, 1)) months.push(m);
  return months;
}

export function addMonths(month: string, n: number): string {
  const total = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + n;
  return `${String(Math.floor(total / 12)).padStart(4, "0")}-${String((total % 12) + 1).padStart(2, "0")}`;
}

export const CASE_COLUMNS = ["case_id", "child_id", "counted_on", "due_on", "met", "value", "reason", "team", "agency", "source", "need", "case_status", "locality", "age_band", "sex", "ethnicity", "days_late"] as const;

export interface CaseQuery extends Span {
  measure: Pick<Measure, "id" | "kind" | "good" | "counts" | "unit">;
  met?: boolean;
  filters?: Filters;
  limit?: number;
  offset?: number;
}

export interface Cases {
  total: number;
  columns: readonly string[];
  rows: Record<string, string | number | boolean | null>[];
}

/** SQL and bound values of exactly the rows that `seriesOf` aggregates over the span, late first. */
export function casesSql(query: CaseQuery): {sql: string; values: string[]} {
  const {measure} = query;
  const {sql: clause, values} = where(measure.id, query, query.filters ?? {});
  let rows = countedRows(measure, clause, query);
  if (measure.counts === "child") {
    // a child counts once: its first row that met the test, else its first row
    rows = `select * exclude (met, nth, any_met), any_met as met from (
      select *, row_number() over (partition by child_id order by met desc nulls last, counted_on, case_id) as nth, bool_or(coalesce(met, false)) over (partition by child_id) as any_met from (${rows})) where nth = 1`;
  }
  if (measure.kind === "duration") rows = `select * from (${rows}) where value is not null`;
  const met = query.met === undefined ? "" : ` where coalesce(met, false) = ${query.met}`;
  const columns = CASE_COLUMNS.filter((c) => c !== "days_late").map(name).join(", ");
  // days past the limit: until it was done, or until now where it has not been
  return {sql: `select ${columns}, case when due_on is not null then greatest(date_diff('day', due_on, least(coalesce(done_on, as_at()), as_at())), 0) end as days_late from (${rows})${met}`, values};
}

/** Cases behind a number, those that failed first, then by how long ago they were due. */
export async function casesOf(db: Db, query: CaseQuery): Promise<Cases> {
  const {sql, values} = casesSql(query);
  const {total} = await rowOf<{total: number}>(db, `select count(*) as total from (${sql})`, values);
  const bad = query.measure.good === "low" ? "met" : "not met";
  const page = `${query.limit === undefined ? "" : ` limit ${Math.trunc(query.limit)}`}${query.offset ? ` offset ${Math.trunc(query.offset)}` : ""}`;
  const rows = await rowsOf<Cases["rows"][number]>(db, `select * from (${sql}) order by coalesce(${bad}, false) desc, due_on nulls last, counted_on, case_id, child_id, agency${page}`, values);
  return {total, columns: CASE_COLUMNS, rows};
}
