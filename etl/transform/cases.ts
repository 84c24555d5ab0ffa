// Numbers from cases and cases behind numbers, for one measure over one span: what the command says and what the lists hold. count.ts counts all of them at once for publishing and for choices.
import {literal, name, rowsOf, type Db} from "../duckdb.ts";
import {weightedKappa} from "./agreement.ts";
import {caseView, type Measure} from "./measures.ts";
import {medianTime} from "./survival.ts";

export const DIMENSIONS = ["source", "need", "team", "agency", "locality", "case_status", "category", "age_band", "sex", "ethnicity"] as const;
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

/** WHERE clause and bound values for a span and filters. Values from outside are bound, never spliced. */
export function where(span: Span, filters: Filters): {sql: string; values: string[]} {
  const values: string[] = [];
  const tests: string[] = [];
  if (span.from) {
    values.push(`${span.from}-01`);
    tests.push(`counted_on >= cast($${values.length} as date)`);
  }
  if (span.to) {
    values.push(`${span.to}-01`);
    tests.push(`counted_on <= last_day(cast($${values.length} as date))`);
  }
  // what is dated after the as-at date is not known yet; only a span without bounds shows it
  if (span.from || span.to) tests.push("counted_on <= as_at()");
  for (const dimension of DIMENSIONS) {
    const wanted = filters[dimension];
    if (wanted === undefined) continue;
    values.push(wanted);
    tests.push(wanted === NOT_RECORDED ? `${dimension} is null and $${values.length} is not null` : `${dimension} = $${values.length}`);
  }
  return {sql: tests.length ? tests.join(" and ") : "true", values};
}

/** What a group is called when the record does not say. */
export const NOT_RECORDED = "not recorded";

/** Taken at each period end, so that a span is its last day. */
export const isSnapshot = (m: Pick<Measure, "kind" | "rate">) => m.kind === "snapshot" || m.rate?.over === "snapshot";

/** A snapshot stands for a span by the last day on which it was taken in it; everything else by all its rows. */
function countedRows(measure: Pick<Measure, "id" | "kind" | "rate">, clause: string, span: Span, from = caseView(measure.id)): string {
  const rows = `select * from ${from} where ${clause}`;
  return isSnapshot(measure) ? `${rows} and counted_on = ${lastSnapshot(span)}` : rows;
}

/** Months are ours by now: callers have checked their form. */
export function lastSnapshot(span: Span): string {
  return `(select max(day) from journey.period_end${span.to ? ` where day <= ${monthEnd(span.to)}` : ""})`;
}

/** What is added up over rows; `d` of a rate comes from its base. */
function sums(m: Measure): string {
  const [d, n] = {
    mean: ["count(value)", "coalesce(sum(value), 0)"],
    weight: ["coalesce(sum(value), 0)", "coalesce(sum(value) filter (met), 0)"],
    child: ["count(distinct child_id)", "count(distinct child_id) filter (met)"],
    case: ["count(*)", "count(*) filter (met)"]
  }[m.kind === "mean" ? m.kind : m.counts] as [string, string];
  // whole numbers of any size reach us as text or big ones; up to 2^53 these are exact
  return `cast(${d} as double) as d, cast(${n} as double) as n`;
}

/** Not a sum of its rows but a statistic of their values: told by how many rows have each value. */
export const isDistribution = (m: Measure) => m.kind === "duration" || m.kind === "agreement";

/** Base of a rate: group ("" is the whole) → month → how many. */
export type Bases = Map<string, Map<string, number>>;

export const NO_BASES: Bases = new Map();

/** What stands under a rate; nothing for any other kind. */
export async function basesOf(db: Db, m: Measure): Promise<Bases> {
  const bases: Bases = new Map();
  if (!m.rate) return bases;
  const rows = await rowsOf<{grp: string; period: string; n: number}>(db, `select coalesce(team, '') as grp, period, n from journey.rate_base where base = ${literal(m.rate.of)} order by all`);
  for (const {grp, period, n} of rows) (bases.get(grp) ?? bases.set(grp, new Map()).get(grp)!).set(period, Number(n));
  return bases;
}

/** The base that stands under a group: its own where bases are known by team, the whole's for the whole, none otherwise, and none for part of a team. */
export function baseOf(bases: Bases, dimension: string, group: string, {team, ...others}: Filters = {}): Map<string, number> | undefined {
  if (Object.values(others).some((v) => v !== undefined)) return undefined;
  return dimension === "all" ? bases.get(team ?? "") : dimension === "team" && (team === undefined || team === group) ? bases.get(group) : undefined;
}

/** Numbers of summed rows; `months` and `base` matter to rates only. */
export function ratio(m: Measure, n: number, d: number, months: string[] = [], base?: Map<string, number>): Numbers {
  if (m.kind === "count") return {numerator: d, denominator: null, value: d};
  if (m.rate) return rateOf(m.rate, d, months, base);
  if (m.kind === "mean") return {numerator: n / m.scale, denominator: d, value: d === 0 ? null : n / m.scale / d};
  const percent = m.kind === "percentage" || m.unit === "percent";
  return {numerator: n / m.scale, denominator: d / m.scale, value: percent ? (d === 0 ? null : (100 * n) / d) : n / m.scale};
}

function rateOf(rate: NonNullable<Measure["rate"]>, n: number, months: string[], base: Map<string, number> | undefined): Numbers {
  const wanted = rate.over === "snapshot" ? months.slice(-1) : months;
  const known = wanted.flatMap((month) => base?.get(month) ?? []);
  if (known.length === 0 || known.length < wanted.length) return {numerator: n, denominator: null, value: null};
  const denominator = known.reduce((a, b) => a + b, 0) / known.length;
  const yearly = rate.over === "year" ? 12 / months.length : 1;
  return {numerator: n, denominator, value: denominator === 0 ? null : (rate.per * n * yearly) / denominator};
}

export const nothing = (m: Measure, months: string[] = [], base?: Map<string, number>): Numbers => (isDistribution(m) ? {numerator: 0, denominator: 0, value: null} : ratio(m, 0, 0, months, base));

/** A month without a row is a rate of nought, where its base is known. */
export function withQuietMonths(m: Measure, series: Counted[], months: string[], base: Map<string, number> | undefined): Counted[] {
  if (!m.rate || !base) return series;
  const known = new Map(series.map((p) => [p.period, p]));
  return months.flatMap((period) => known.get(period) ?? (base.has(period) ? [{period, ...nothing(m, [period], base)}] : []));
}

/** How many cases have a value, and whether they reached their end. */
export interface Valued {
  value: number;
  met: boolean;
  n: number;
}

/** A duration: the Kaplan–Meier median (not met = censored). An agreement: weighted kappa of the two grades in `value`. */
export function distribution(m: Measure, rows: Valued[]): Numbers {
  const numerator = rows.reduce((sum, r) => sum + (r.met ? r.n : 0), 0);
  const denominator = rows.reduce((sum, r) => sum + r.n, 0);
  if (denominator === 0) return {numerator, denominator, value: null};
  if (m.kind === "agreement") return {numerator, denominator, value: weightedKappa(rows.map(({value, n}) => ({first: Math.floor(value / 10), second: value % 10, n})))};
  return {numerator, denominator, value: medianTime(rows.map(({value: time, met, n}) => ({time, events: met ? n : 0, censored: met ? 0 : n})))};
}

/** Events and censored cases at each time, in the order in which the times were met. */
export function addUpTimes(rows: Valued[]): {time: number; events: number; censored: number}[] {
  const counts = new Map<number, {time: number; events: number; censored: number}>();
  for (const {value, met, n} of rows) {
    const at = counts.get(value) ?? counts.set(value, {time: value, events: 0, censored: 0}).get(value)!;
    if (met) at.events += n;
    else at.censored += n;
  }
  return [...counts.values()];
}

/** Items by key, in the order in which keys were met. */
export function grouped<T>(rows: T[], key: (row: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const own = key(row);
    const known = found.get(own);
    if (known) known.push(row);
    else found.set(own, [row]);
  }
  return found;
}

/** What tells one counted case from another, and what it counts for. */
export interface CountedCase {
  case_id: string;
  child_id: string | null;
  agency: string | null;
  counted_on: string;
  met: boolean | null;
  value: number | null;
}

/** Exactly the rows that a measure's figure over a span stands on. `rows`: SQL that gives them; the measure's own view unless said. */
export function countedCases(db: Db, measure: Pick<Measure, "id" | "kind" | "rate">, span: Span, rows?: string): Promise<(CountedCase & {team: string | null; reason: string | null})[]> {
  const {sql, values} = where(span, {});
  return rowsOf(db, `select case_id, child_id, agency, cast(counted_on as varchar) as counted_on, met, value, team, reason from (${countedRows(measure, sql, span, rows)}) order by case_id, child_id, agency, counted_on`, values);
}

/** The figure that some counted cases come to; a rate gives its cases only, as its base is not among them. */
export function numbersOf(measure: Measure, cases: CountedCase[]): Numbers {
  const valued = cases.filter((c) => c.value !== null);
  if (isDistribution(measure)) return distribution(measure, valued.map((c) => ({value: c.value!, met: c.met === true, n: 1})));
  const weigh = (of: CountedCase[]) => of.reduce((n, c) => n + (c.value ?? 0), 0);
  const children = (of: CountedCase[]) => new Set(of.flatMap((c) => c.child_id ?? [])).size;
  const met = cases.filter((c) => c.met);
  if (measure.kind === "mean") return ratio(measure, weigh(valued), valued.length);
  if (measure.counts === "weight") return ratio(measure, weigh(met), weigh(cases));
  return measure.counts === "child" ? ratio(measure, children(met), children(cases)) : ratio(measure, met.length, cases.length);
}

/**
 * A measure over a span, by month and in total, whole or by one dimension.
 * A percentage counts rows met over rows (or distinct children, or weights), a count counts rows, a mean divides the sum of `value` by its
 * rows, a rate sets rows over a base, a duration gives the Kaplan–Meier median of `value` (not met = censored), an agreement weighted
 * kappa, a snapshot counts the rows of the last day of the span.
 */
export async function seriesOf(db: Db, measure: Measure, span: Span, filters: Filters = {}, by?: Dimension): Promise<GroupSeries[]> {
  const {sql, values} = where(span, filters);
  const group = by ? `coalesce(${by}, '${NOT_RECORDED}')` : "''";
  const base = `select *, ${group} as grp, strftime(counted_on, '%Y-%m') as month from ${caseView(measure.id)} where ${sql}`;
  const bases = await basesOf(db, measure);
  const groups = new Map<string, GroupSeries>();
  const baseFor = (g: string) => baseOf(bases, by ?? "all", g, filters);
  const at = (g: string) => groups.get(g) ?? groups.set(g, {group: g, total: nothing(measure), series: []}).get(g)!;
  if (!by) at("");
  if (isDistribution(measure)) {
    const counted = await rowsOf<{grp: string; month: string; value: number; met: boolean; n: number}>(db, `select grp, month, value, met, count(*) as n from (${base}) where value is not null group by all order by all`, values);
    for (const [g, rows] of grouped(counted, (r) => r.grp)) {
      const made = at(g);
      made.total = distribution(measure, rows);
      for (const [month, inMonth] of grouped(rows, (r) => r.month)) made.series.push({period: month, ...distribution(measure, inMonth)});
      made.series.sort((a, b) => (a.period < b.period ? -1 : 1));
    }
    return [...groups.values()];
  }
  const monthly = `with rows as (${base})
    select grp, month, ${sums(measure)} from rows group by grp, month
    union all select grp, null, ${sums(measure)} from rows${isSnapshot(measure) ? ` where counted_on = ${lastSnapshot(span)}` : ""} group by grp
    order by grp, month nulls first`;
  const told = await rowsOf<{grp: string; month: string | null; n: number; d: number}>(db, monthly, values);
  const months = told.flatMap((r) => r.month ?? []).sort();
  const spanned = months.length || (span.from && span.to) ? monthsBetween(span.from ?? months[0]!, span.to ?? months.at(-1)!) : [];
  if (!by) at("").total = nothing(measure, spanned, baseFor(""));
  for (const row of told) {
    if (row.month === null) at(row.grp).total = ratio(measure, row.n, row.d, spanned, baseFor(row.grp));
    else at(row.grp).series.push({period: row.month, ...ratio(measure, row.n, row.d, [row.month], baseFor(row.grp))});
  }
  for (const made of groups.values()) made.series = withQuietMonths(measure, made.series, spanned, baseFor(made.group));
  return [...groups.values()];
}

/** A figure for each of these months: nothing where the series has no row. */
export function everyMonth(measure: Measure, series: Counted[], months: string[]): Counted[] {
  const known = new Map(series.map((p) => [p.period, p]));
  return months.map((period) => known.get(period) ?? {period, ...nothing(measure)});
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

export const CASE_COLUMNS = ["case_id", "child_id", "counted_on", "due_on", "done_on", "met", "value", "reason", "team", "agency", "source", "need", "case_status", "category", "locality", "age_band", "sex", "ethnicity", "days_late"] as const;

export interface CaseQuery extends Span {
  measure: Pick<Measure, "id" | "kind" | "good" | "counts" | "unit" | "rate">;
  met?: boolean;
  filters?: Filters;
  /** SQL of the rows where they are no measure's own view: a list of transform/lists.ts. Ours, never from outside. */
  rows?: string;
  limit?: number;
  offset?: number;
}

export interface Cases {
  total: number;
  columns: readonly string[];
  rows: Record<string, string | number | boolean | null>[];
}

/** SQL and bound values of exactly the rows that `seriesOf` aggregates over the span. @param told columns wanted; without what the child adds, `rows` may lack it too */
export function casesSql(query: CaseQuery, told: readonly (typeof CASE_COLUMNS)[number][] = CASE_COLUMNS): {sql: string; values: string[]} {
  const {measure} = query;
  const {sql: clause, values} = where(query, query.filters ?? {});
  let rows = countedRows(measure, clause, query, query.rows);
  if (measure.counts === "child") {
    // a child counts once: its first row that met the test, else its first row
    rows = `select * exclude (met, nth, any_met), any_met as met from (
      select *, row_number() over (partition by child_id order by met desc nulls last, counted_on, case_id) as nth, bool_or(coalesce(met, false)) over (partition by child_id) as any_met from (${rows})) where nth = 1`;
  }
  if (measure.kind === "duration" || measure.kind === "agreement" || measure.kind === "mean") rows = `select * from (${rows}) where value is not null`;
  const met = query.met === undefined ? "" : ` where coalesce(met, false) = ${query.met}`;
  const columns = told.filter((c) => c !== "days_late").map(name).join(", ");
  // days past the limit: until it was done, or until now where it has not been
  return {sql: `select ${columns}, case when due_on is not null then greatest(date_diff('day', due_on, least(coalesce(done_on, as_at()), as_at())), 0) end as days_late from (${rows})${met}`, values};
}

/** Cases behind a number, those that failed first, then by how long ago they were due. */
export async function casesOf(db: Db, query: CaseQuery): Promise<Cases> {
  const {sql, values} = casesSql(query);
  const bad = query.measure.good === "low" ? "met" : "not met";
  const order = `order by coalesce(${bad}, false) desc, due_on nulls last, counted_on, case_id, child_id, agency`;
  const page = `${query.limit === undefined ? "" : ` limit ${Math.trunc(query.limit)}`}${query.offset ? ` offset ${Math.trunc(query.offset)}` : ""}`;
  // the cases are worked out once for both; `count(*) over ()` beside the sort made DuckDB 1.5.5 fail inside, and give up the database, when many asked at once
  const told = await rowsOf<Cases["rows"][number]>(
    db,
    `with cases as materialized (${sql}), page as (select *, true as listed from cases ${order}${page})
     select (select count(*) from cases) as total, page.* from (select 1) left join page on true ${order}`,
    values
  );
  const total = Number(told[0]!.total);
  // a page past the end still tells how many there are
  const rows = told.filter((row) => row.listed).map(({total: _, listed: __, ...row}) => row);
  return {total, columns: CASE_COLUMNS, rows};
}
