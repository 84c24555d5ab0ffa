// Every published number of measures at once: months and named stretches of months, whole and by group, counted over columns of cases in memory.
// The numbers are those of `seriesOf` (cases.ts), which counts one measure over one span in SQL. Knows no measure by name.
import {shareOut, type Db} from "../duckdb.ts";
import {baseOf, basesOf, distribution, grouped, isDistribution, isSnapshot, monthsBetween, ratio, withQuietMonths, type Bases, type Counted, type Dimension, type Filters, type Numbers, type Valued} from "./cases.ts";
import {monthNumber, NOBODY, NO_VALUE, readChildren, readColumns, type CaseColumns, type Groups} from "./columns.ts";
import {bareCaseView, OF_CHILD, type Measure} from "./measures.ts";

/** Every published number of one measure in one group: months, and named stretches of months. */
export interface AllCounts {
  dimension: "all" | Dimension;
  group: string;
  /** Cases, children or weights, over all months. */
  size: number;
  /** Empty for groups of dimensions that are not wanted month by month. */
  series: Counted[];
  spans: Map<string, Numbers>;
}

/** A named stretch of whole months. */
export interface Stretch {
  key: string;
  from: string;
  to: string;
}

/** Measures in one statement: their cases stand in memory together. */
const AT_ONCE = 8;

/**
 * `countCases` for many measures of a part.
 * @param dbs connections that share the work
 * @param options.also is given the cases of each measure while they stand in memory
 * @param options.valued measures whose values `also` wants, though they are not counted by them
 * @param options.monthly dimensions of a measure whose groups are wanted month by month; all unless said
 * @returns by measure id
 */
export async function countEverything(dbs: Db[], measures: Measure[], spans: Stretch[], firstMonth: string, lastMonth: string, {also, monthly, valued}: EverythingOptions = {}): Promise<Map<string, AllCounts[]>> {
  const alike = [...grouped(measures, ({breakdowns, counts}) => `${breakdowns.filter((d) => !(d in OF_CHILD)).sort().join()} ${counts === "child"}`).values()];
  const batches = alike.flatMap((of) => Array.from({length: Math.ceil(of.length / AT_ONCE)}, (_, i) => of.slice(i * AT_ONCE, (i + 1) * AT_ONCE)));
  // the long ones first, so that no worker is left with one when the others have done
  batches.sort((a, b) => b.length - a.length);
  const children = await readChildren(dbs[0]!);
  const counted = new Map<string, AllCounts[]>();
  await shareOut(batches, dbs, async (batch, db) => {
    const dimensions = [...new Set(batch.flatMap(({breakdowns}) => breakdowns))];
    const read = await readColumns(db, batch.map(({id}) => bareCaseView(id)), {dimensions, countChildren: batch[0]!.counts === "child", children, withoutValue: (i) => !countsValues(batch[i]!) && !(valued?.(batch[i]!) ?? false)});
    for (const [i, measure] of batch.entries()) {
      counted.set(measure.id, countCases(measure, read[i]!, spans, firstMonth, lastMonth, {bases: await basesOf(db, measure), monthly: monthly?.(measure)}));
      also?.(measure, read[i]!);
    }
  });
  return counted;
}

export interface EverythingOptions {
  valued?: (measure: Measure) => boolean;
  also?: (measure: Measure, cases: CaseColumns) => void;
  monthly?: (measure: Measure) => readonly string[];
}

export interface CountOptions {
  bases: Bases;
  /** Dimensions to split by; the measure's breakdowns unless said. */
  by?: readonly Dimension[];
  /** What the cases were narrowed to: says which base stands under a rate. */
  filters?: Filters;
  /** Of the dimensions, those whose groups are wanted month by month; all unless said. The whole always is. */
  monthly?: readonly string[] | undefined;
}

/** Whether a measure's numbers are made of the values of its cases, and not only of how many there are. */
const countsValues = (m: Measure): boolean => isDistribution(m) || m.kind === "mean" || m.counts === "weight";

/** Months counted, and stretches of them: the places of their first and last. */
interface Frame {
  months: string[];
  stretches: {key: string; months: string[]; first: number; last: number}[];
  /** For each case the place of its month; −1 outside. */
  place: Int32Array;
}

/**
 * A measure's numbers, whole ("all", first) and by group; groups in no order, those of a dimension only where they have a case.
 * @param spans named stretches of whole months
 */
export function countCases(measure: Measure, cases: CaseColumns, spans: readonly Stretch[], firstMonth: string, lastMonth: string, {bases, by = measure.breakdowns as Dimension[], filters = {}, monthly}: CountOptions): AllCounts[] {
  const frame = frameOf(cases, spans, firstMonth, lastMonth);
  const count = isDistribution(measure) ? timer(measure, cases, frame) : adder(measure, cases, frame);
  return [...wholeAnd(cases, by)].flatMap(([dimension, groups]) => {
    const inMonths = dimension === "all" || !monthly || monthly.includes(dimension);
    const baseUnder = (group: string) => baseOf(bases, dimension, group, filters);
    const told = count(groups, inMonths, baseUnder);
    return groups.names.flatMap((group, i): AllCounts[] => {
      const {rows, size, series, spans} = told(i);
      if (rows === 0 && dimension !== "all") return [];
      return [{dimension, group, size, series: inMonths ? withQuietMonths(measure, series, frame.months, baseUnder(group)) : [], spans}];
    });
  });
}

/** How many cases of a duration took each time, by month, whole and by group; `met` false is censored. Groups in order, the rows of each by month and time. */
export function timesOf(cases: CaseColumns, by: readonly Dimension[], firstMonth: string, lastMonth: string): (Told & Valued)[] {
  const {months, place} = frameOf(cases, [], firstMonth, lastMonth);
  const order = byTime(cases);
  return [...wholeAnd(cases, by)]
    .flatMap(([dimension, groups]) => {
      const times = timesIn(cases, order, place, windowsOf(months, []), months.length, groups);
      return groups.names.map((grp, i) => ({dimension, grp, inMonths: times.slice(i * months.length, (i + 1) * months.length)}));
    })
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .flatMap(({dimension, grp, inMonths}) => inMonths.flatMap((of, i) => of.map((one) => ({period: months[i]!, dimension, grp, ...one}))));
}

interface Told {
  period: string;
  dimension: "all" | Dimension;
  grp: string;
}

/** One key a group of one dimension. */
export const keyOf = ({dimension, grp}: {dimension: string; grp: string}): string => `${dimension}\u0000${grp}`;

/** Everybody as one group, then the groups of each dimension. @throws for a dimension that was not read */
export function wholeAnd<D extends string>(cases: CaseColumns, by: readonly D[]): ["all" | D, Groups][] {
  const groupsOf = (d: D): Groups => {
    const groups = cases.groups.get(d);
    if (!groups) throw new Error(`the cases were read without ${d}`);
    return groups;
  };
  return [["all", {names: [""], of: new Int32Array(cases.size)}], ...by.map((d) => [d, groupsOf(d)] as ["all" | D, Groups])];
}

function frameOf({month}: CaseColumns, spans: readonly Stretch[], firstMonth: string, lastMonth: string): Frame {
  const [first, last] = [monthNumber(firstMonth), monthNumber(lastMonth)];
  return {
    months: monthsBetween(firstMonth, lastMonth),
    stretches: spans.map(({key, from, to}) => ({key, months: monthsBetween(from, to), first: monthNumber(from) - first, last: monthNumber(to) - first})),
    place: placesOf(month, first, last)
  };
}

function placesOf(month: Int32Array, first: number, last: number): Int32Array {
  const place = new Int32Array(month.length);
  for (let row = 0; row < month.length; row++) place[row] = month[row]! < first || month[row]! > last ? -1 : month[row]! - first;
  return place;
}

/** The numbers of each group of a dimension, by its place. */
type Count = (groups: Groups, inMonths: boolean, baseUnder: (group: string) => Map<string, number> | undefined) => (group: number) => Omit<AllCounts, "dimension" | "group"> & {rows: number};

/** Numerators and denominators, window by window, of each group in turn. A window without a row has neither. */
interface Sums {
  rows: Uint32Array;
  n: Float64Array | Uint32Array;
  d: Float64Array | Uint32Array;
}

/** Counts what adds up over months, and children, who do not: one may stand in two. */
function adder(measure: Measure, cases: CaseColumns, {months, stretches, place}: Frame): Count {
  // a snapshot stands for a stretch by the last one taken in it
  const children = measure.counts === "child" && !isSnapshot(measure) ? stretches : [];
  const width = months.length + children.length;
  const windows = windowsOf(months, children);
  const alone = months.map((month) => [month]);
  const add = measure.counts === "child" ? childrenIn(cases, place, windows) : sumsIn(measure, cases, place);
  return (groups, inMonths, baseUnder) => {
    const {rows, n, d} = add(groups, width);
    return (group) => {
      const [at, base] = [group * width, baseUnder(groups.names[group]!)];
      const series: Counted[] = [];
      for (let i = 0; inMonths && i < months.length; i++) {
        if (rows[at + i] === 0) continue;
        const {numerator, denominator, value} = ratio(measure, n[at + i]!, d[at + i]!, alone[i], base);
        series.push({period: months[i]!, numerator, denominator, value});
      }
      const spans = new Map<string, Numbers>();
      for (const [s, {key, months: spanned, first, last}] of stretches.entries()) {
        const [from, to] = children.length ? [months.length + s, months.length + s] : [Math.max(isSnapshot(measure) ? last : first, 0), Math.min(last, months.length - 1)];
        spans.set(key, ratio(measure, sumOf(n, at + from, at + to), sumOf(d, at + from, at + to), spanned, base));
      }
      const end = at + months.length - 1;
      return {rows: sumOf(rows, at, end), size: sumOf(d, at, end), series, spans};
    };
  };
}

/** For each month the windows that hold it: its own, and after those of all months one for each stretch. */
const windowsOf = (months: string[], stretches: Frame["stretches"]): number[][] => months.map((_, i) => [i, ...stretches.flatMap(({first, last}, s) => (i >= first && i <= last ? [months.length + s] : []))]);

function sumOf(column: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i <= to; i++) sum += column[i]!;
  return sum;
}

/** Sums to be added to. */
interface Totals extends Sums {
  n: Float64Array;
  d: Float64Array;
}

const noSums = ({names}: Groups, width: number): Totals => ({rows: new Uint32Array(names.length * width), n: new Float64Array(names.length * width), d: new Float64Array(names.length * width)});

function sumsIn(measure: Measure, cases: CaseColumns, place: Int32Array): (groups: Groups, width: number) => Sums {
  const valued = measure.kind === "mean" || measure.counts === "weight";
  return valued ? valuesIn(measure, cases, place) : casesIn(cases, place);
}

/** Each case once: side by side how many of a window are not met, and how many are. */
function casesIn({size, met}: CaseColumns, place: Int32Array): (groups: Groups, width: number) => Sums {
  const within = new Int32Array(size);
  for (let row = 0; row < size; row++) within[row] = place[row]! < 0 ? -1 : 2 * place[row]! + (met[row] === 1 ? 1 : 0);
  return (groups, width) => {
    const cells = new Uint32Array(2 * groups.names.length * width);
    countRows(cells, within, groups.of, 2 * width);
    const rows = new Uint32Array(cells.length / 2);
    const n = new Uint32Array(rows.length);
    for (let at = 0; at < rows.length; at++) {
      n[at] = cells[2 * at + 1]!;
      rows[at] = cells[2 * at]! + n[at]!;
    }
    return {rows, n, d: rows};
  };
}

/** A function of its own, as all that runs over many rows here: V8 takes long to compile a long one. */
function countRows(cells: Uint32Array, within: Int32Array, of: Int32Array, width: number): void {
  for (let row = 0; row < within.length; row++) if (within[row]! >= 0) cells[of[row]! * width + within[row]!]!++;
}

function valuesIn({kind, counts}: Measure, {size, met, value}: CaseColumns, place: Int32Array): (groups: Groups, width: number) => Sums {
  const [n, d] = [new Int32Array(size), new Int32Array(size)];
  const [mean, weighed] = [kind === "mean", counts === "weight"];
  for (let row = 0; row < size; row++) {
    const valued = value[row] === NO_VALUE ? 0 : value[row]!;
    d[row] = mean ? (value[row] === NO_VALUE ? 0 : 1) : valued;
    n[row] = mean || (weighed && met[row] === 1) ? valued : 0;
  }
  return (groups, width) => {
    const sums = noSums(groups, width);
    addRows(sums, place, groups.of, width, n, d);
    return sums;
  };
}

function addRows(sums: Totals, place: Int32Array, of: Int32Array, width: number, n: Int32Array, d: Int32Array): void {
  for (let row = 0; row < place.length; row++) {
    if (place[row]! < 0) continue;
    const at = of[row]! * width + place[row]!;
    sums.rows[at]!++;
    sums.n[at]! += n[row]!;
    sums.d[at]! += d[row]!;
  }
}

/** @param windows for each month, where what it holds is counted */
function childrenIn({child = new Int32Array(0), met}: CaseColumns, place: Int32Array, windows: number[][]): (groups: Groups, width: number) => Sums {
  // one child's cases stand together, so that the last child counted tells whether this one was
  const order = inOrder(child);
  return (groups, width) => {
    const sums = noSums(groups, width);
    const [lastIn, lastMet] = [new Int32Array(sums.rows.length).fill(NOBODY), new Int32Array(sums.rows.length).fill(NOBODY)];
    for (const row of order) {
      if (place[row]! < 0) continue;
      for (const window of windows[place[row]!]!) {
        const at = groups.of[row]! * width + window;
        sums.rows[at]!++;
        if (lastIn[at] !== child[row]) sums.d[at]!++;
        lastIn[at] = child[row]!;
        if (met[row] !== 1) continue;
        if (lastMet[at] !== child[row]) sums.n[at]!++;
        lastMet[at] = child[row]!;
      }
    }
    return sums;
  };
}

/** Statistics of the values themselves: a median time, an agreement. */
function timer(measure: Measure, cases: CaseColumns, {months, stretches, place}: Frame): Count {
  const order = byTime(cases);
  const windows = windowsOf(months, stretches);
  const width = months.length + stretches.length;
  return (groups, inMonths) => {
    const times = timesIn(cases, order, place, windows, width, groups);
    return (group) => {
      const own = times.slice(group * width, (group + 1) * width);
      const series = inMonths ? months.flatMap((period, i) => (own[i]!.length ? [{period, ...distribution(measure, own[i]!)}] : [])) : [];
      const size = own.slice(0, months.length).reduce((sum, of) => sum + of.reduce((n, one) => n + one.n, 0), 0);
      return {rows: size, size, series, spans: new Map(stretches.map(({key}, s) => [key, distribution(measure, own[months.length + s]!)]))};
    };
  };
}

/** The cases with a value, by that value, those met after the others. */
function byTime({size, value, met}: CaseColumns): Uint32Array {
  let least = 0;
  for (let row = 0; row < size; row++) if (value[row] !== NO_VALUE) least = Math.min(least, value[row]!);
  const keys = new Float64Array(size);
  let without = 0;
  for (let row = 0; row < size; row++) {
    if (value[row] === NO_VALUE) without++;
    keys[row] = value[row] === NO_VALUE ? -1 : 2 * (value[row]! - least) + (met[row] === 1 ? 1 : 0);
  }
  return inOrder(keys).subarray(without);
}

/** How many cases have each value in each window, in the order of values, of each group in turn. @param windows for each month, where what it holds is counted */
function timesIn({value, met}: CaseColumns, order: Uint32Array, place: Int32Array, windows: number[][], width: number, {names, of}: Groups): Valued[][] {
  const found: Valued[][] = Array.from({length: names.length * width}, () => []);
  for (const row of order) {
    if (place[row]! < 0) continue;
    for (const window of windows[place[row]!]!) addTime(found[of[row]! * width + window]!, value[row]!, met[row] === 1);
  }
  return found;
}

function addTime(to: Valued[], value: number, met: boolean): void {
  const last = to[to.length - 1];
  if (last && last.value === value && last.met === met) last.n++;
  else to.push({value, met, n: 1});
}

/** Places of whole numbers from −1 up, in the order of the numbers. */
function inOrder(keys: Int32Array | Float64Array): Uint32Array {
  const order = new Uint32Array(keys.length);
  let most = 0;
  for (const key of keys) most = Math.max(most, key);
  // numbers spread wider than these would need more memory than sorting takes time
  if (most > 4 * keys.length + 1_000_000) return order.map((_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
  const next = new Uint32Array(most + 3);
  for (const key of keys) next[key + 2]!++;
  for (let i = 1; i < next.length; i++) next[i]! += next[i - 1]!;
  for (let i = 0; i < keys.length; i++) order[next[keys[i]! + 1]!++] = i;
  return order;
}
