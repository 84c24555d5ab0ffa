// Numbers from cases and cases behind numbers: the one road by which anything is counted. The CLI, the published files and the server all come here.
import {columnsOf, literal, name, rowsOf, shareOut, type Db} from "../duckdb.ts";
import {weightedKappa} from "./agreement.ts";
import {bareCaseView, besideChild, caseView, OF_CHILD, type Measure} from "./measures.ts";
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
const isSnapshot = (m: Pick<Measure, "kind" | "rate">) => m.kind === "snapshot" || m.rate?.over === "snapshot";

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
const isDistribution = (m: Measure) => m.kind === "duration" || m.kind === "agreement";

/** Base of a rate: group ("" is the whole) → month → how many. */
type Bases = Map<string, Map<string, number>>;

async function basesOf(db: Db, m: Measure): Promise<Bases> {
  const bases: Bases = new Map();
  if (!m.rate) return bases;
  const rows = await rowsOf<{grp: string; period: string; n: number}>(db, `select coalesce(team, '') as grp, period, n from journey.rate_base where base = ${literal(m.rate.of)} order by all`);
  for (const {grp, period, n} of rows) (bases.get(grp) ?? bases.set(grp, new Map()).get(grp)!).set(period, Number(n));
  return bases;
}

/** The base that stands under a group: its own where bases are known by team, the whole's for the whole, none otherwise, and none for part of a team. */
function baseOf(bases: Bases, dimension: string, group: string, {team, ...others}: Filters = {}): Map<string, number> | undefined {
  if (Object.values(others).some((v) => v !== undefined)) return undefined;
  return dimension === "all" ? bases.get(team ?? "") : dimension === "team" && (team === undefined || team === group) ? bases.get(group) : undefined;
}

/** Numbers of summed rows; `months` and `base` matter to rates only. */
function ratio(m: Measure, n: number, d: number, months: string[] = [], base?: Map<string, number>): Numbers {
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

const nothing = (m: Measure, months: string[] = [], base?: Map<string, number>): Numbers => (isDistribution(m) ? {numerator: 0, denominator: 0, value: null} : ratio(m, 0, 0, months, base));

/** A month without a row is a rate of nought, where its base is known. */
function withQuietMonths(m: Measure, series: Counted[], months: string[], base: Map<string, number> | undefined): Counted[] {
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
function distribution(m: Measure, rows: Valued[]): Numbers {
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
  for (const row of rows) (found.get(key(row)) ?? found.set(key(row), []).get(key(row))!).push(row);
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

/** Every published number of one measure: months and named stretches of months, whole ("all") and by each of its breakdowns. */
export interface AllCounts {
  dimension: "all" | Dimension;
  group: string;
  series: Counted[];
  spans: Map<string, Numbers>;
}

/**
 * `seriesOf` for many measures, all their breakdowns and many spans at once: a pass over the cases of each instead of hundreds, and one statement for
 * measures that are broken down and added up alike, as planning one costs as much as counting for it.
 * @param dbs connections that share the work
 * @param spans named stretches of whole months
 * @returns by measure id; groups of a breakdown in no order
 */
export async function countEverything(dbs: Db[], measures: Measure[], spans: {key: string; from: string; to: string}[], firstMonth: string, lastMonth: string): Promise<Map<string, AllCounts[]>> {
  const alike = grouped(measures, (m) => [...[...m.breakdowns].sort(), isDistribution(m) ? "times" : sums(m)].join());
  const batches = [...alike.values()].flatMap((of) => Array.from({length: Math.ceil(of.length / AT_ONCE)}, (_, i) => of.slice(i * AT_ONCE, (i + 1) * AT_ONCE)));
  // the long ones first, so that no worker is left with one when the others have done
  batches.sort((a, b) => b.length - a.length);
  const counted = await shareOut(batches, dbs, (batch, db) => countAlike(db, batch.map((measure) => ({measure, rows: bareCaseView(measure.id)})), spans, firstMonth, lastMonth, {by: batch[0]!.breakdowns as Dimension[], filters: {}, bare: true}));
  return new Map(batches.flatMap((batch, i) => batch.map((m, j) => [m.id, counted[i]![j]!] as const)));
}

/** Measures in one statement: their cases stand in memory together. */
const AT_ONCE = 4;

interface Group {
  dimension: Told["dimension"];
  grp: string;
  rows: number[];
}

/** What `tally` finds of one source, column by column; each group knows its rows. `at`: which of the months, or of the stretches. */
interface Tallied {
  groups: Group[];
  at: number[];
  figures: number[][];
}

interface TallyOptions {
  extra?: string[];
  spans?: {key: string; from: string; to: string}[];
  test?: string;
  /** What is selected does not add up over groups. */
  distinct?: boolean;
  /** The rows lack what the child adds. */
  bare?: boolean;
}

/**
 * One pass over the cases of some measures: by month, or by named stretch of months, whole ("all") and by each of some dimensions. Groups, and rows of a
 * group, in no order; the whole may have several rows of one time.
 * @param sources views or tables of cases
 */
async function tally(db: Db, sources: readonly string[], dimensions: readonly Dimension[], firstMonth: string, lastMonth: string, select: string, {extra = [], spans, test = "true", distinct = false, bare = false}: TallyOptions = {}): Promise<Tallied[]> {
  const by = spans ? "key" : "month";
  const ofChild = dimensions.filter((d): d is keyof typeof OF_CHILD => bare && d in OF_CHILD);
  const own = ["counted_on", "child_id", "met", "value", ...dimensions.filter((d) => !ofChild.includes(d as never))];
  const rows = sources.map((of, i) => `select ${i} as nth, ${own.join(", ")} from ${of} where ${test} and counted_on <= as_at() and counted_on between date ${literal(`${firstMonth}-01`)} and ${monthEnd(lastMonth)}`);
  const placed = `(select c.*, cast(date_diff('month', date ${literal(`${firstMonth}-01`)}, c.counted_on) as integer) as month${ofChild.map((d) => `, ${OF_CHILD[d]} as ${d}`).join("")} from ${ofChild.length ? besideChild("counted") : "counted c"})`;
  const from = spans ? `${placed} join (values ${spans.map((s, i) => `(${i}, date ${literal(`${s.from}-01`)}, ${monthEnd(s.to)})`).join(", ")}) as span(key, first, last) on counted_on between first and last` : placed;
  const each = ["nth", by, ...extra].join(", ");
  const whole = distinct || dimensions.length === 0;
  const sets = [...dimensions.map((d) => `(${each}, ${d})`), ...(whole ? [`(${each})`] : [])].join(", ");
  // of the dimensions, the one that a row is grouped by is the only one that it has
  const grouping = dimensions.length ? `case ${dimensions.map((d, i) => `when grouping(${d}) = 0 then ${i}`).join(" ")} else -1 end` : "-1";
  const group = dimensions.length ? `coalesce(${dimensions.join(", ")})` : "null";
  // rows of several sources stand in memory once, and not once a group and source
  const {columns} = await columnsOf(db, `with counted as ${sources.length > 1 ? "materialized " : ""}(${rows.join(" union all ")}) select nth, ${by} as at, ${grouping} as dimension, ${group} as grp, ${[...extra, select].join(", ")} from ${from} group by grouping sets (${sets})`);
  const [nth, at, dimension, grp, ...figures] = columns as [number[], number[], number[], (string | null)[], ...number[][]];
  const found = sources.map(() => new Map<string, Group>());
  sortOut(found, nth, dimension, grp, dimensions);
  return found.map((of) => {
    const groups = [...of.values()];
    // every row is in one group of each dimension, so those of any of them are the whole
    if (!whole && groups.length) groups.unshift({dimension: "all", grp: "", rows: groups.filter((g) => g.dimension === dimensions[0]).flatMap((g) => g.rows)});
    return {groups, at, figures};
  });
}

/** Which rows are of which group, source by source. A function of its own, as all that runs over many rows here: V8 takes long to compile a long one. */
function sortOut(found: Map<string, Group>[], nth: number[], dimension: number[], grp: (string | null)[], dimensions: readonly Dimension[]): void {
  for (let i = 0; i < nth.length; i++) {
    const d = dimension[i]!;
    const name = d < 0 ? "" : (grp[i] ?? NOT_RECORDED);
    const key = `${d} ${name}`;
    const known = found[nth[i]!]!.get(key);
    if (known) known.rows.push(i);
    else found[nth[i]!]!.set(key, {dimension: d < 0 ? "all" : dimensions[d]!, grp: name, rows: [i]});
  }
}

/** Months since the year 0. */
const monthNumber = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;

interface Told {
  period: string;
  dimension: "all" | Dimension;
  grp: string;
}

/** One key a group of one dimension. */
export const keyOf = ({dimension, grp}: {dimension: string; grp: string}): string => `${dimension}\u0000${grp}`;

/** How many cases of a duration took each time, by month, whole and by group; `met` false is censored. Groups in order, the rows of each in none and those of the whole with some times more than once. */
export async function timesOf(db: Db, id: string, dimensions: readonly Dimension[], firstMonth: string, lastMonth: string, rows = caseView(id)): Promise<(Told & Valued)[]> {
  const months = monthsBetween(firstMonth, lastMonth);
  const [{groups, at, valued}] = (await timed(db, [rows], dimensions, firstMonth, lastMonth)) as [Timed];
  return groups
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .flatMap(({dimension, grp, rows: of}) => of.map((i) => ({period: months[at[i]!]!, dimension, grp, ...valued(i)})));
}

type Timed = Tallied & {valued: (row: number) => Valued};

async function timed(db: Db, sources: readonly string[], dimensions: readonly Dimension[], firstMonth: string, lastMonth: string, bare = false): Promise<Timed[]> {
  const told = await tally(db, sources, dimensions, firstMonth, lastMonth, "cast(count(*) as integer) as n", {extra: ["value", "met"], test: "value is not null", bare});
  return told.map((of) => {
    const [value, met, n] = of.figures as [number[], unknown[], number[]];
    return {...of, valued: (i) => ({value: value[i]!, met: met[i] as boolean, n: n[i]!})};
  });
}

/** Part of a measure's cases, for `countMeasure`: what to count, by what, and what they were narrowed to. */
export interface Narrowed {
  /** The measure's own view, or a table with its columns; ours, never from outside. */
  rows: string;
  by: Dimension[];
  filters: Filters;
}

/** `countEverything` for one measure, or for part of its cases. The whole ("all") stands first. */
export async function countMeasure(db: Db, measure: Measure, spans: {key: string; from: string; to: string}[], firstMonth: string, lastMonth: string, part?: Narrowed): Promise<AllCounts[]> {
  const {rows, ...how} = part ?? {rows: caseView(measure.id), by: measure.breakdowns as Dimension[], filters: {}};
  const [counted] = await countAlike(db, [{measure, rows}], spans, firstMonth, lastMonth, how);
  return counted!;
}

/** A named stretch of months, and the places of its first and last among the months counted. */
interface Stretch {
  key: string;
  months: string[];
  first: number;
  last: number;
}

/** Measures that are added up alike, by the same dimensions. */
async function countAlike(db: Db, of: {measure: Measure; rows: string}[], spans: {key: string; from: string; to: string}[], firstMonth: string, lastMonth: string, {by, filters, bare = false}: Omit<Narrowed, "rows"> & {bare?: boolean}): Promise<AllCounts[][]> {
  const months = monthsBetween(firstMonth, lastMonth);
  const sources = of.map(({rows}) => rows);
  const first = of[0]!.measure;
  const stretches = spans.map(({key, from, to}): Stretch => ({key, months: monthsBetween(from, to), first: monthNumber(from) - monthNumber(firstMonth), last: monthNumber(to) - monthNumber(firstMonth)}));
  const times = isDistribution(first) ? await timed(db, sources, by, firstMonth, lastMonth, bare) : null;
  const children = first.counts === "child";
  const told = times ?? (await tally(db, sources, by, firstMonth, lastMonth, sums(first), {distinct: children, bare}));
  // a child may stand in two months
  const inStretches = !times && children ? await tally(db, sources, by, firstMonth, lastMonth, sums(first), {spans, distinct: true, bare}) : null;
  const counted: AllCounts[][] = [];
  for (const [nth, {measure}] of of.entries()) {
    const bases = await basesOf(db, measure);
    const baseUnder = (g: Pick<Told, "dimension" | "grp">) => baseOf(bases, g.dimension, g.grp, filters);
    const groups = new Map<string, AllCounts>();
    const at = (g: Pick<Told, "dimension" | "grp">) => groups.get(keyOf(g)) ?? groups.set(keyOf(g), {dimension: g.dimension, group: g.grp, series: [], spans: new Map()}).get(keyOf(g))!;
    const whole = at({dimension: "all", grp: ""});
    for (const group of told[nth]!.groups) {
      if (times) addTimes(at(group), measure, byMonths(times[nth]!, group.rows, months.length), months, stretches);
      else addSums(at(group), measure, sumsByMonth(told[nth]!, group.rows), months, inStretches ? [] : stretches, baseUnder(group));
    }
    if (inStretches) {
      const {groups: own, at: stretch, figures: [d, n]} = inStretches[nth]!;
      for (const group of own) for (const i of group.rows) at(group).spans.set(spans[stretch[i]!]!.key, ratio(measure, n![i]!, d![i]!));
    }
    for (const made of groups.values()) {
      const base = baseUnder({dimension: made.dimension, grp: made.group});
      made.series = withQuietMonths(measure, made.series, months, base);
      for (const {key, months: spanned} of stretches) if (!made.spans.has(key)) made.spans.set(key, nothing(measure, spanned, base));
    }
    counted.push([whole, ...[...groups.values()].filter((g) => g !== whole)]);
  }
  return counted;
}

function byMonths({at, valued}: Timed, rows: number[], months: number): Valued[][] {
  const found: Valued[][] = Array.from({length: months}, () => []);
  for (const i of rows) found[at[i]!]!.push(valued(i));
  return found;
}

function addTimes(to: AllCounts, measure: Measure, byMonth: Valued[][], months: string[], stretches: Stretch[]): void {
  for (const [i, inMonth] of byMonth.entries()) if (inMonth.length) to.series.push({period: months[i]!, ...distribution(measure, inMonth)});
  for (const {key, first, last} of stretches) to.spans.set(key, distribution(measure, byMonth.slice(Math.max(first, 0), Math.max(last + 1, 0)).flat()));
}

/** Numerators and denominators by month; a month without a row has neither. */
function sumsByMonth({at, figures}: Tallied, rows: number[]): {n: number[]; d: number[]} {
  const [ds, ns] = figures as [number[], number[]];
  const [n, d]: [number[], number[]] = [[], []];
  for (const i of rows) {
    n[at[i]!] = (n[at[i]!] ?? 0) + ns[i]!;
    d[at[i]!] = (d[at[i]!] ?? 0) + ds[i]!;
  }
  return {n, d};
}

function addSums(to: AllCounts, measure: Measure, {n, d}: {n: number[]; d: number[]}, months: string[], stretches: Stretch[], base: Map<string, number> | undefined): void {
  for (const [i, period] of months.entries()) if (d[i] !== undefined) to.series.push({period, ...ratio(measure, n[i]!, d[i], [period], base)});
  for (const {key, months: spanned, first, last} of stretches) {
    // a snapshot stands for a stretch by the last one taken in it; what is counted adds up over its months
    let [sumN, sumD] = [0, 0];
    for (let i = isSnapshot(measure) ? last : first; i <= last; i++) {
      sumN += n[i] ?? 0;
      sumD += d[i] ?? 0;
    }
    to.spans.set(key, ratio(measure, sumN, sumD, spanned, base));
  }
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
