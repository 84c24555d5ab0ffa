// A measure's cases, column by column in memory: read once, then narrowed (within.ts) and counted (count.ts) as often as wanted. Counts nothing itself.
import type {DuckDBDataChunk, DuckDBVarCharVector} from "@duckdb/node-api";
import type {Db} from "../duckdb.ts";
import {NOT_RECORDED} from "./cases.ts";
import {caseView, OF_CHILD, type Measure} from "./measures.ts";

export interface CaseColumns {
  /** How many cases; every column has a place for each. */
  readonly size: number;
  /** Of `counted_on`: see `monthNumber`. */
  readonly month: Int32Array;
  /** 1 met, 0 not met, 2 not known. */
  readonly met: Int32Array;
  /** `NO_VALUE` where there is none. */
  readonly value: Int32Array;
  /** A number a child, `NOBODY` where none is named; left out unless children are counted. */
  readonly child?: Int32Array;
  /** By dimension; undefined for one that was not read. */
  readonly groups: {get(dimension: string): Groups | undefined};
}

/** The groups of one dimension, and for each case its place among them. */
export interface Groups {
  readonly names: readonly string[];
  readonly of: Int32Array;
}

export const NO_VALUE = -(2 ** 31);
export const NOBODY = -1;

/** A month, YYYY-MM, in whole numbers that follow each other; January 2000 is 0. */
export const monthNumber = (month: string): number => (Number(month.slice(0, 4)) - 2000) * 12 + Number(month.slice(5, 7)) - 1;
export const monthText = (number: number): string => `${String(2000 + Math.floor(number / 12)).padStart(4, "0")}-${String((((number % 12) + 12) % 12) + 1).padStart(2, "0")}`;

/** The columns of one measure's cases up to the as-at date. */
export const readMeasure = async (db: Db, {id, breakdowns, counts}: Pick<Measure, "id" | "breakdowns" | "counts">): Promise<CaseColumns> => (await readColumns(db, [caseView(id)], {dimensions: breakdowns, countChildren: counts === "child"}))[0]!;

export interface ReadOptions {
  /** Columns of words. */
  dimensions: readonly string[];
  countChildren?: boolean;
  /** The sources lack what the child adds (`bareCaseView`): it is looked up here, for all of them at once. */
  children?: Children;
  /** Of the sources, by their place, which are read without their values: to work one out costs more than to read the case. */
  withoutValue?: (source: number) => boolean;
}

/**
 * Cases up to the as-at date, of several views in one statement: planning one costs as much as reading for it.
 * @param sources views or tables with the columns of a measure's view; ours, never from outside
 * @returns in the order of the sources
 */
export async function readColumns(db: Db, sources: readonly string[], {dimensions, countChildren = false, children, withoutValue = () => false}: ReadOptions): Promise<CaseColumns[]> {
  const ofChild = dimensions.filter((d): d is keyof typeof OF_CHILD => d in OF_CHILD);
  const own = dimensions.filter((d) => !(d in OF_CHILD));
  const lookedUp = children ? ofChild : [];
  const columns = ["counted_on", "met", "child_id", ...(children ? own : dimensions)].join(", ");
  const rows = sources.map((of, i) => `select ${i} as nth, ${withoutValue(i) ? "null" : "value"} as value, ${columns} from ${of} where counted_on <= as_at()`).join(" union all ");
  // what the child adds is known by the child, what the case says by the case: together they would seldom be alike
  const words = children ? [own] : [own, ofChild];
  const byChild = countChildren || lookedUp.length > 0;
  const bits = 32 - Math.clz32(sources.length - 1);
  const valued = sources.some((_, i) => !withoutValue(i));
  // what is small goes into one number: every column of a chunk costs objects
  const small = `(counted_on - date '${DAY_NOUGHT}') * ${4 << bits} + coalesce(cast(met as integer), 2) * ${1 << bits} + nth`;
  const table = await readTable(db, `(${rows})`, [small, ...(valued ? [`coalesce(value, ${NO_VALUE})`] : [])], byChild ? ["child_id"] : [], words);
  const {nth, day, met} = unpacked(table.numbers[0]!, bits);
  const value = table.numbers[1] ?? new Int32Array(nth.length).fill(NO_VALUE);
  const ids = table.hashes[0];
  const groups = new Map<string, Groups>(words.flat().map((d, i) => [d, table.groups[i]!]));
  const child = ids && alike(ids, children?.hashes).like;
  if (children && child && lookedUp.length) {
    const who = children.placesOf(child);
    for (const d of lookedUp) groups.set(d, children.groupsOf(d, who, day));
  }
  const all = {size: nth.length, month: monthsOf(day), met, value, groups, ...(countChildren && child ? {child: named(child, ids)} : {})};
  return bySource(all, nth, sources.length);
}

/** @param packed a day, two bits that say whether the case is met, and so many that say its source */
function unpacked(packed: Int32Array, bits: number): {nth: Int32Array; day: Int32Array; met: Int32Array} {
  const [nth, day, met] = [new Int32Array(packed.length), new Int32Array(packed.length), new Int32Array(packed.length)];
  const source = (1 << bits) - 1;
  for (let row = 0; row < packed.length; row++) {
    const all = packed[row]!;
    nth[row] = all & source;
    met[row] = (all >> bits) & 3;
    day[row] = all >> (bits + 2);
  }
  return {nth, day, met};
}

/** The number of each case's child; `NOBODY` where none is named. */
function named(child: Int32Array, ids: Int32Array): Int32Array {
  const numbers = new Int32Array(child.length);
  for (let row = 0; row < child.length; row++) numbers[row] = ids[2 * row + 1] === NOBODY ? NOBODY : child[row]!;
  return numbers;
}

/** What children add to cases, looked up by the hash of their ids. */
export interface Children {
  /** A number for each child, and for each other id that some case names. */
  readonly hashes: Hashes;
  /** Where each child stands, by its number: an id of which nothing is recorded is nobody's. */
  placesOf(numbers: Int32Array): Int32Array;
  /** The groups of cases by one dimension. @param who the place of the child of each case; @param day of each case */
  groupsOf(dimension: keyof typeof OF_CHILD, who: Int32Array, day: Int32Array): Groups;
}

/** All children of a part. */
export async function readChildren(db: Db): Promise<Children> {
  const birthdays = ["date_of_birth", "turned_1", "turned_5", "turned_10", "turned_16"];
  const bandOn = (day: string) => `age_band_on(${day}, ${birthdays.join(", ")})`;
  const fixed = ["locality", "sex", "ethnicity"] as const;
  // the band changes on a birthday and on no other day
  const bands = ["date_of_birth - 1", ...birthdays].map(bandOn);
  // first of all somebody of whom nothing is recorded
  const selected = `(select child_id, ${birthdays.join(", ")}, ${fixed.join(", ")}, ${bands.map((sql, i) => `${sql} as band_${i}`).join(", ")} from (from (select null as nobody) left join journey.child on false union all by name from journey.child))`;
  const {numbers: from, hashes: ids, groups} = await readTable(db, selected, birthdays.map((day) => `coalesce(${day} - date '${DAY_NOUGHT}', ${2 ** 31 - 1})`), ["child_id"], [...fixed.map((d) => [d]), bands.map((_, i) => `band_${i}`)]);
  const hashes = noHashes();
  const known = alike(ids[0]!, hashes).first.length;
  if (2 * known < ids[0]!.length) throw new Error("the ids of two children have one hash, so that one would be taken for the other; refresh again, and report it if it stays");
  const ofBand = groups.slice(fixed.length);
  const names = [...new Set(ofBand.flatMap((band) => band.names))];
  const codes = sideBySide(ofBand.map((band) => each(band.of, band.names.map((name) => names.indexOf(name)))));
  const turned = sideBySide(from);
  return {
    hashes,
    placesOf: (numbers) => (hashes.size > known ? numbers.map((number) => (number < known ? number : 0)) : numbers),
    groupsOf(dimension, who, day) {
      if (dimension === "age_band") return {names, of: bandsOn(who, day, turned, codes, from.length)};
      const {names: own, of} = groups[fixed.indexOf(dimension)]!;
      return {names: own, of: each(who, of)};
    }
  };
}

/** Row by row what stands in these columns: what is known of one child in one place. */
function sideBySide(columns: Int32Array[]): Int32Array {
  const width = columns.length;
  const all = new Int32Array(columns[0]!.length * width);
  for (const [i, column] of columns.entries()) for (let row = 0; row < column.length; row++) all[row * width + i] = column[row]!;
  return all;
}

/** The band of each case: that of the child's last birthday by its day. @param turned of each child so many birthdays; @param codes and one more band */
function bandsOn(who: Int32Array, day: Int32Array, turned: Int32Array, codes: Int32Array, birthdays: number): Int32Array {
  const found = new Int32Array(who.length);
  for (let row = 0; row < who.length; row++) {
    const child = who[row]!;
    let band = 0;
    while (band < birthdays && turned[child * birthdays + band]! <= day[row]!) band++;
    found[row] = codes[child * (birthdays + 1) + band]!;
  }
  return found;
}

/** Groups of one dimension outside which no case is wanted. */
export interface Condition {
  readonly dimension: string;
  readonly groups: readonly string[];
}

/** The cases that all of the conditions hold; none where one names a dimension that was not read. */
export function narrowed(cases: CaseColumns, conditions: readonly Condition[]): CaseColumns {
  if (conditions.length === 0) return cases;
  const asked = conditions.map(({dimension, groups}) => {
    const known = cases.groups.get(dimension) ?? {names: [], of: new Int32Array(cases.size)};
    return {known, places: groups.map((name) => known.names.indexOf(name)).filter((place) => place >= 0)};
  });
  // from the shortest list on, so that a team of an authority costs what the team is
  const lists = asked.map(({known, places}) => (places.length === 1 ? rowsOf(known, places[0]!) : null));
  const least = lists.reduce((best, list, i) => (list && (best < 0 || list.length < lists[best]!.length) ? i : best), -1);
  const rows = asked.reduce<Uint32Array | null>((left, {known, places}, i) => (i === least ? left : rowsIn(left, known.of, Uint8Array.from(known.names, (_, place) => Number(places.includes(place))))), least < 0 ? null : lists[least]!);
  return taken(cases, rows!);
}

/** Rows of each group, made for all groups of a dimension when one is first asked for. */
const listed = new WeakMap<Groups, Uint32Array[]>();

function rowsOf(groups: Groups, group: number): Uint32Array {
  let lists = listed.get(groups);
  if (!lists) listed.set(groups, (lists = rowsByGroup(groups)));
  return lists[group]!;
}

function rowsByGroup({names, of}: Groups): Uint32Array[] {
  const next = new Uint32Array(names.length + 1);
  for (let row = 0; row < of.length; row++) next[of[row]! + 1]!++;
  for (let i = 1; i < next.length; i++) next[i]! += next[i - 1]!;
  const starts = next.slice();
  const rows = new Uint32Array(of.length);
  for (let row = 0; row < of.length; row++) rows[next[of[row]!]!++] = row;
  return names.map((_, i) => rows.subarray(starts[i], starts[i + 1]));
}

/** @param from rows to choose from; null: all; @param wanted by the place of a group, 1 where its cases stay */
function rowsIn(from: Uint32Array | null, of: Int32Array, wanted: Uint8Array): Uint32Array {
  const rows = new Uint32Array(from?.length ?? of.length);
  let size = 0;
  if (from) {
    for (let i = 0; i < from.length; i++) if (wanted[of[from[i]!]!] === 1) rows[size++] = from[i]!;
  } else {
    for (let row = 0; row < of.length; row++) if (wanted[of[row]!] === 1) rows[size++] = row;
  }
  return rows.subarray(0, size);
}

/** A dimension's column is taken when it is first asked for: few of them are. */
function taken({month, met, value, child, groups}: CaseColumns, rows: Uint32Array): CaseColumns {
  const own = new Map<string, Groups>();
  const get = (dimension: string): Groups | undefined => {
    const known = own.get(dimension);
    if (known) return known;
    const all = groups.get(dimension);
    if (!all) return undefined;
    const part = {names: all.names, of: at(all.of, rows)};
    own.set(dimension, part);
    return part;
  };
  const part = {size: rows.length, month: at(month, rows), met: at(met, rows), value: at(value, rows), groups: {get}};
  return child ? {...part, child: at(child, rows)} : part;
}

function at(column: Int32Array, rows: Uint32Array): Int32Array {
  const found = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) found[i] = column[rows[i]!]!;
  return found;
}

/** The cases of each source. DuckDB gives those of the first source first, and so on, as long as it keeps the order of rows. */
function bySource(all: CaseColumns & {groups: ReadonlyMap<string, Groups>}, nth: Int32Array, sources: number): CaseColumns[] {
  const starts = new Int32Array(sources + 1);
  for (let row = 0; row < nth.length; row++) {
    if (row > 0 && nth[row]! < nth[row - 1]!) throw new Error("the cases of several measures came mixed: DuckDB no longer keeps the order of rows");
    starts[nth[row]! + 1] = row + 1;
  }
  for (let i = 1; i <= sources; i++) starts[i] = Math.max(starts[i]!, starts[i - 1]!);
  return Array.from({length: sources}, (_, i) => {
    const part = (column: Int32Array) => column.subarray(starts[i], starts[i + 1]);
    const own = {size: starts[i + 1]! - starts[i]!, month: part(all.month), met: part(all.met), value: part(all.value), groups: new Map([...all.groups].map(([d, {names, of}]) => [d, {names, of: part(of)}] as const))};
    return all.child ? {...own, child: part(all.child)} : own;
  });
}

const DAY_NOUGHT = "2000-01-01";

/** Months of the days from 1900 to 2100, counted from 1 January 2000 as days are. */
const MONTHS = (() => {
  const days = [];
  for (let month = -1200; month < 1200; month++) {
    const length = new Date(Date.UTC(2000, month + 1, 0)).getUTCDate();
    for (let day = 0; day < length; day++) days.push(month);
  }
  return Int32Array.from(days);
})();
const FIRST_DAY = Date.UTC(1900, 0, 1) / 86_400_000 - Date.UTC(2000, 0, 1) / 86_400_000;

function monthsOf(day: Int32Array): Int32Array {
  const months = new Int32Array(day.length);
  for (let row = 0; row < day.length; row++) months[row] = MONTHS[day[row]! - FIRST_DAY] ?? monthOf(day[row]!);
  return months;
}

function monthOf(day: number): number {
  const date = new Date(Date.UTC(2000, 0, 1 + day));
  return (date.getUTCFullYear() - 2000) * 12 + date.getUTCMonth();
}

/** A whole number that tells words apart: 63 bits of DuckDB's hash, −1 where the only word is missing. */
const hashOf = (...words: string[]): string => {
  const hash = `cast(hash(${words.join(", ")}) >> 1 as bigint)`;
  // not a CASE: DuckDB would work the hash out twice, in it and beside it
  return words.length === 1 ? `${hash} | -cast(${words[0]} is null as bigint)` : hash;
};

/**
 * Whole numbers as they stand, and words as groups.
 *
 * Of words that stand together in a row one hash comes for all of them: few rows differ in team, source and need at once, so that few words are ever
 * made into text. Two that share a hash would be taken for one: among a million different ones that is once in ten million readings.
 * @param from a table or query; its numbers are none of them null
 * @param ids words that are wanted as hashes only
 * @returns groups in the order of the words; of a hash both halves of each row, the lower first
 */
async function readTable(db: Db, from: string, numbers: string[], ids: string[], words: (readonly string[])[]): Promise<{numbers: Int32Array[]; hashes: Int32Array[]; groups: Groups[]}> {
  const together = words.filter((of) => of.length > 0);
  const asked = [...numbers.map((sql) => `cast(${sql} as integer)`), ...ids.map((id) => hashOf(id)), ...together.map((of) => hashOf(...of))];
  const result = await db.run(`select ${[...asked, ...together.flat()].join(", ")} from ${from}`);
  const chunks = await result.fetchAllChunks();
  const sizes = chunks.map((chunk) => chunk.rowCount); // asked of DuckDB each time
  const hashes = (i: number) => numbersOf(chunks, sizes, i, 2);
  let [at, text] = [numbers.length + ids.length, asked.length];
  const groups = together.flatMap((of) => {
    const {like, first} = alike(hashes(at++));
    return of.map(() => grouped(like, textsAt(chunks, sizes, text++, first)));
  });
  return {numbers: numbers.map((_, i) => numbersOf(chunks, sizes, i)), hashes: ids.map((_, i) => hashes(numbers.length + i)), groups};
}

/**
 * One column of whole numbers, none of them null. The client keeps those of a chunk as they stand in memory: taken one by one they cost half of all reading.
 * @param halves into how many numbers of 32 bits each is parted, the lower first
 */
function numbersOf(chunks: DuckDBDataChunk[], sizes: number[], column: number, halves = 1): Int32Array {
  const numbers = new Int32Array(halves * sizes.reduce((n, size) => n + size, 0));
  let from = 0;
  for (const [i, chunk] of chunks.entries()) {
    // private in the client's types only; were it gone, this would throw
    const {items} = chunk.getColumnVector(column) as unknown as {items: Int32Array | BigInt64Array};
    numbers.set(new Int32Array(items.buffer, items.byteOffset, halves * sizes[i]!), from);
    from += halves * sizes[i]!;
  }
  return numbers;
}

/** Hashes that were met, numbered in the order in which they came. */
export interface Hashes {
  size: number;
  /** Four whole numbers a place: both halves of a hash, and its number plus one; noughts where none stands. */
  table: Int32Array;
}

const noHashes = (): Hashes => ({size: 0, table: new Int32Array(4 * 1024)});

/** Which rows have the same hash: a number for each row, and the rows that had one not met before. @param hashes both halves of each; @param met is added to */
function alike(hashes: Int32Array, met = noHashes()): {like: Int32Array; first: number[]} {
  const like = new Int32Array(hashes.length / 2);
  const first: number[] = [];
  let {table, size} = met;
  for (let row = 0; row < like.length; row++) {
    const [low, high] = [hashes[2 * row]!, hashes[2 * row + 1]!];
    const at = placeIn(table, high, low);
    if (table[at + 2] === 0) {
      table[at] = high;
      table[at + 1] = low;
      table[at + 2] = ++size;
      first.push(row);
      like[row] = size - 1;
      if (size * 8 > table.length) table = roomier(table);
    } else like[row] = table[at + 2]! - 1;
  }
  met.table = table;
  met.size = size;
  return {like, first};
}

/** Where a hash stands, or would. */
function placeIn(table: Int32Array, high: number, low: number): number {
  let at = (low << 2) & (table.length - 1);
  while (table[at + 2] !== 0 && (table[at + 1] !== low || table[at] !== high)) at = (at + 4) & (table.length - 1);
  return at;
}

function roomier(table: Int32Array): Int32Array {
  const twice = new Int32Array(2 * table.length);
  for (let at = 0; at < table.length; at += 4) if (table[at + 2] !== 0) twice.set(table.subarray(at, at + 4), placeIn(twice, table[at]!, table[at + 1]!));
  return twice;
}

/** A column's text at some rows, which are in order. */
function textsAt(chunks: DuckDBDataChunk[], sizes: number[], column: number, rows: number[]): (string | null)[] {
  const texts: (string | null)[] = [];
  let from = 0;
  for (const [i, chunk] of chunks.entries()) {
    const end = from + sizes[i]!;
    if (rows[texts.length]! < end) {
      const vector = chunk.getColumnVector(column) as DuckDBVarCharVector;
      while (rows[texts.length]! < end) texts.push(vector.getItem(rows[texts.length]! - from));
    }
    from = end;
  }
  return texts;
}

/** The groups that some texts name; what is called "not recorded" is not told from what is not. @param like which of the texts each row has */
function grouped(like: Int32Array, texts: (string | null)[]): Groups {
  const places = new Map<string, number>();
  const codes = texts.map((text) => places.get(text ?? NOT_RECORDED) ?? places.set(text ?? NOT_RECORDED, places.size).get(text ?? NOT_RECORDED)!);
  return {names: [...places.keys()], of: each(like, codes)};
}

function each(like: Int32Array, codes: ArrayLike<number>): Int32Array {
  const found = new Int32Array(like.length);
  for (let row = 0; row < like.length; row++) found[row] = codes[like[row]!]!;
  return found;
}
