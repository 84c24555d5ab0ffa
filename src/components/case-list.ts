// The list of cases as columns of numbers, so that a hundred thousand of them are filtered and sorted between two frames. No drawing, no fetching.
// Holds rows only while the page is open; never writes them anywhere.
import {clockOf, daysBetween, isDueSoon, isLate, type Clock} from "./late.js";

/** A column: text each of its own, words of a few, or numbers (dates as days since 1970, yes and no as 1 and 0). */
export type Column =
  | {kind: "text"; values: (string | null)[]}
  | {kind: "word"; codes: Int32Array; words: string[]}
  | {kind: "date" | "number" | "flag"; values: Int32Array};

/** What stands in a numeric column where nothing is known; in a word column it is -1. */
export const none = -2_147_483_648;

export interface CaseList {
  rows: number;
  columns: Record<string, Column>;
  /** What the records speak for, and the fifth working day after it (null where the calendar does not reach). */
  asAt: string;
  soon: string | null;
  /** What `met` is when a case failed; null for measures that nobody can fail. */
  bad: boolean | null;
}

export interface Narrow {
  /** Dimension → group; "not recorded" stands for none. */
  filters: Record<string, string>;
  met: "" | "yes" | "no";
  due: "" | "late" | "soon";
  /** Part of a child's or a case's id. */
  find: string;
}

export const notRecorded = "not recorded";

/** One cell as text, number or flag; dates as YYYY-MM-DD. */
export function cell(list: CaseList, key: string, row: number): string | number | boolean | null {
  const column = list.columns[key];
  if (!column) return null;
  if (column.kind === "text") return column.values[row] ?? null;
  if (column.kind === "word") return column.codes[row]! < 0 ? null : (column.words[column.codes[row]!] ?? null);
  const value = column.values[row]!;
  if (value === none) return null;
  return column.kind === "number" ? value : column.kind === "flag" ? value === 1 : isoDay(value);
}

const isoDay = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10);

/** A text cell, for ids and words. */
export function text(list: CaseList, key: string, row: number): string | null {
  const value = cell(list, key, row);
  return value === null ? null : String(value);
}

/** A case's clock. */
export function clock(list: CaseList, row: number): Clock {
  return clockOf({due_on: cell(list, "due_on", row) as string | null, done_on: cell(list, "done_on", row) as string | null, days_late: cell(list, "days_late", row) as number | null, met: cell(list, "met", row) as boolean | null}, list.bad);
}

/** True where some row has something in the column. */
export function filled(list: CaseList, key: string): boolean {
  const column = list.columns[key];
  if (!column) return false;
  if (column.kind === "text") return column.values.some((v) => v !== null && v !== "");
  if (column.kind === "word") return column.codes.some((c) => c >= 0);
  return column.values.some((v) => v !== none);
}

/** Rows that the filters keep, in the order given; and how many each group would hold, all other filters standing. */
export function narrow(list: CaseList, order: Uint32Array, by: Narrow): {rows: Uint32Array; groups: Record<string, Map<string, number>>} {
  const dimensions = Object.entries(list.columns).flatMap(([key, c]) => (c.kind === "word" && key !== "reason" && key !== "review" ? [{key, column: c}] : []));
  // codes of a group begin at 1; 0 is "not recorded"; -2 asks for a group that is not in this list
  const wanted = dimensions.map(({key, column}) => {
    const value = by.filters[key];
    if (!value) return null;
    if (value === notRecorded) return 0;
    const at = column.words.indexOf(value);
    return at < 0 ? -2 : at + 1;
  });
  const counts = dimensions.map(({column}) => new Uint32Array(column.words.length + 1));
  const unknown = Object.keys(by.filters).some((key) => by.filters[key] && !list.columns[key]);
  const met = list.columns.met;
  const passes = flags(list, by);
  const wantedMet = by.met === "" || met?.kind !== "flag" ? null : by.met === "yes" ? 1 : 0;
  const kept = new Uint32Array(order.length);
  let n = 0;
  for (let i = 0; i < order.length && !unknown; i++) {
    const row = order[i]!;
    if (passes && !passes[row]) continue;
    if (wantedMet !== null && met?.kind === "flag" && (met.values[row] === 1 ? 1 : 0) !== wantedMet) continue;
    let failed = -1;
    let failures = 0;
    for (let d = 0; d < dimensions.length && failures < 2; d++) {
      if (wanted[d] !== null && dimensions[d]!.column.codes[row]! + 1 !== wanted[d]) {
        failed = d;
        failures++;
      }
    }
    if (failures === 0) {
      kept[n++] = row;
      for (let d = 0; d < dimensions.length; d++) counts[d]![dimensions[d]!.column.codes[row]! + 1]!++;
    } else if (failures === 1) counts[failed]![dimensions[failed]!.column.codes[row]! + 1]!++;
  }
  const groups = Object.fromEntries(dimensions.map(({key, column}, d) => [key, new Map([notRecorded, ...column.words].map((word, i) => [word, counts[d]![i]!]))]));
  return {rows: kept.slice(0, n), groups};
}

/** Rows that pass the tests which are not a look-up; null where there is no such test. */
function flags(list: CaseList, by: Narrow): Uint8Array | null {
  const find = by.find.trim().toLowerCase();
  if (!find && !by.due) return null;
  const passed = new Uint8Array(list.rows).fill(1);
  if (find) {
    const ids = ["child_id", "case_id"].flatMap((key) => (list.columns[key]?.kind === "text" ? [list.columns[key].values] : []));
    for (let i = 0; i < list.rows; i++) if (!ids.some((values) => values[i]?.toLowerCase().includes(find))) passed[i] = 0;
  }
  if (by.due) {
    const [due, done, late, met] = ["due_on", "done_on", "days_late", "met"].map((key) => numbers(list, key));
    const good = list.bad === null ? null : list.bad ? 0 : 1;
    const from = daysBetween("1970-01-01", list.asAt);
    const to = list.soon === null ? from : daysBetween("1970-01-01", list.soon);
    for (let i = 0; i < list.rows; i++) {
      const waits = due?.[i] !== undefined && due[i] !== none && (done?.[i] ?? none) === none;
      const keep = by.due === "late" ? waits && (late?.[i] ?? 0) > 0 && (good === null || met?.[i] !== good) : waits && due[i]! >= from && due[i]! <= to;
      if (!keep) passed[i] = 0;
    }
  }
  return passed;
}

const numbers = (list: CaseList, key: string): Int32Array | undefined => {
  const column = list.columns[key];
  return column && column.kind !== "text" && column.kind !== "word" ? column.values : undefined;
};

/** The same tests for one row told as an object: what the server does when it writes the list. */
export function keeps(row: Omit<Clock, "ok"> & {met: boolean | null; child_id: string | null; case_id: string}, by: Pick<Narrow, "due" | "find">, asAt: string, soon: string | null, bad: boolean | null): boolean {
  const find = by.find.trim().toLowerCase();
  if (find && !row.child_id?.toLowerCase().includes(find) && !row.case_id.toLowerCase().includes(find)) return false;
  const at = clockOf(row, bad);
  return by.due === "late" ? isLate(at) : by.due === "soon" ? isDueSoon(at, asAt, soon ?? asAt) : true;
}

/**
 * Rows ordered by a column; what is missing stands last whichever way, and ties keep the order they came in.
 * "late", downwards, puts those that wait past their limit first, the latest on top, then the other failures, then those with the fewest days left, then the rest.
 */
export function sorted(list: CaseList, key: string, direction: 1 | -1): Uint32Array {
  const rank = key === "late" ? lateRank(list) : rankOf(list, key);
  const n = list.rows;
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    if (rank[i]! < least) least = rank[i]!;
    if (rank[i]! > most) most = rank[i]!;
  }
  // rank and place in one number: typed arrays of plain numbers sort ten times as fast as with a function that compares
  const keys = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const at = Number.isNaN(rank[i]) ? most - least + 1 : direction === 1 ? rank[i]! - least : most - rank[i]!;
    keys[i] = at * n + i;
  }
  keys.sort();
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = keys[i]! % n;
  return order;
}

const collator = new Intl.Collator("en-GB", {numeric: true});
const ranks = new WeakMap<Column, Float64Array>();

/** A whole number for each row by which the column sorts; NaN where nothing is known. Texts are ranked once. */
function rankOf(list: CaseList, key: string): Float64Array {
  const column = list.columns[key];
  if (!column) return new Float64Array(list.rows);
  const known = ranks.get(column);
  if (known) return known;
  const rank = new Float64Array(list.rows);
  if (column.kind === "text") {
    const order = Uint32Array.from({length: list.rows}, (_, i) => i);
    const {values} = column;
    order.sort((a, b) => {
      const [x, y] = [values[a] ?? "", values[b] ?? ""];
      return x === y ? 0 : x < y ? -1 : 1;
    });
    order.forEach((row, at) => (rank[row] = values[row] == null ? NaN : at > 0 && values[order[at - 1]!] === values[row] ? rank[order[at - 1]!]! : at));
  } else if (column.kind === "word") {
    const places = new Map(column.words.map((_, i) => i).sort((a, b) => collator.compare(column.words[a]!, column.words[b]!)).map((code, at) => [code, at]));
    for (let i = 0; i < list.rows; i++) rank[i] = places.get(column.codes[i]!) ?? NaN;
  } else for (let i = 0; i < list.rows; i++) rank[i] = column.values[i] === none ? NaN : column.values[i]!;
  ranks.set(column, rank);
  return rank;
}

const step = 1_000_000; // more days than any case is late

function lateRank(list: CaseList): Float64Array {
  const [due, done, late, met] = ["due_on", "done_on", "days_late", "met"].map((key) => numbers(list, key));
  const today = daysBetween("1970-01-01", list.asAt);
  const rank = new Float64Array(list.rows);
  for (let i = 0; i < list.rows; i++) {
    const days = late?.[i] === undefined || late[i] === none ? 0 : late[i]!;
    const limited = due?.[i] !== undefined && due[i] !== none;
    const waits = limited && (done?.[i] ?? none) === none;
    const failed = list.bad !== null && met?.[i] === (list.bad ? 1 : 0);
    const fine = list.bad !== null && met?.[i] === (list.bad ? 0 : 1);
    if (waits && days > 0 && !fine) rank[i] = 4 * step + days;
    else if (failed) rank[i] = 3 * step + days;
    else if (waits && days === 0) rank[i] = 2 * step - (due[i]! - today);
    else rank[i] = days;
  }
  return rank;
}

/** Ranks the id columns ahead of the first time that somebody sorts by them. */
export function prepare(list: CaseList): void {
  for (const key of ["child_id", "case_id"]) rankOf(list, key);
}
