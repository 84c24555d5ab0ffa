// Writes the exports of a fictional authority and truth.json, which says what was planted and what the measures must come to.
// The only file of the example that touches the disk. Touches nothing outside the folder it is given.
import {createHash} from "node:crypto";
import {mkdir, writeFile} from "node:fs/promises";
import path from "node:path";
import {annexA, annexLists} from "./annex-a.ts";
import {censusOf, sentOn} from "./census.ts";
import {csvBytes} from "./csv.ts";
import {addMonths, civil, isoDay, parseDay, type Day} from "./days.ts";
import {dialsOf} from "./dials.ts";
import {besides, DIRT, dirty, type Dirt, type DirtyTable} from "./dirt.ts";
import {censusYearFrom, knownAt, type Known} from "./known.ts";
import {AUTHORITY} from "./places.ts";
import {makePractice} from "./practice.ts";
import {random} from "./random.ts";
import {makeWorld} from "./simulate.ts";
import {storiesUntil} from "./stories/index.ts";
import {tablesOf} from "./tables.ts";
import {measure, type Truth} from "./truth.ts";
import {writtenAt} from "./written.ts";
import {xlsxBytes} from "./xlsx.ts";

export type {Truth} from "./truth.ts";

export interface ExampleOptions {
  /** Folder for the exports and truth.json; made when it is not there. */
  out: string;
  seed?: number; // defaults to 1
  /** The day the exports are taken, yyyy-mm-dd; they cover the three years before it. */
  until?: string; // defaults to 2026-03-31
  /** Children under 18 in the city on any one day. */
  children?: number; // defaults to 50,000
}

export interface ExampleFile {
  file: string;
  bytes: Buffer;
  recordSets: Truth["files"][number]["recordSets"];
  /** Record set → what makes each accepted row one record; of record sets that no other file tells of, nothing. */
  keys: Record<string, string[]>;
}

/**
 * Makes the files in memory. Pure: the same options give the same bytes.
 * @throws Error when `until` is not a date, or lies where the example's calendar does not reach.
 */
export function makeExample({seed = 1, until: untilText = "2026-03-31", children = 50_000}: Omit<ExampleOptions, "out"> = {}): {files: ExampleFile[]; truth: Truth} {
  const until = parseDay(untilText);
  const from = addMonths(until + 1, -36);
  if (civil(from).year < 2017) throw new Error(`the example cannot end on ${untilText}: its calendar begins in 2013 and it needs six years before; choose a day from 2020 on`);
  const stories = storiesUntil(until);
  const world = makeWorld({seed, from, until, children, stories});
  const known = knownAt(world, from, until);
  const options = {seed, dials: dialsOf(stories), from, until};
  const practice = makePractice(world, options);
  const scatter = random(seed ^ 0x5eed);

  // made for an inspection announced the week before
  const annexDay = until - 7;
  const lists = annexLists(knownAt(world, from, annexDay), practice, annexDay);
  const annex = annexA(random(seed ^ 0xa11a), lists, annexDay);
  const written = writtenAt(known, world, lists, options);

  const files: ExampleFile[] = [
    {file: `annex_a_${isoDay(annexDay)}.xlsx`, ...annex},
    ...tablesOf(known, practice, written, options).map((table) => tableFile(dirty(scatter, table), known, untilText)),
    ...censusYears(from, until).map(({year, first, last}) => {
      const exportedAt = last === until ? `${isoDay(until)}T17:30:00` : `${isoDay(sentOn(last, until))}T10:15:00`;
      const census = censusOf(world, year, first, last, exportedAt);
      const recordSets = Object.entries(census.counts).map(([name, n]) => ({name, read: n, accepted: n, rejected: 0, duplicates: 0}));
      return {file: `cin_census_${year}.xml`, bytes: Buffer.from(census.xml, "utf8"), recordSets, keys: census.keys};
    })
  ].sort((a, b) => (a.file < b.file ? -1 : 1));

  const truth: Truth = {
    authority: AUTHORITY,
    seed,
    children,
    from: isoDay(from),
    until: untilText,
    asAt: untilText,
    files: files.map(({file, bytes, recordSets}) => ({file, sha256: createHash("sha256").update(bytes).digest("hex"), recordSets})),
    records: mergedOf(files),
    planted: stories.map(({story, says, much, shows}) => ({story, says, much, shows})),
    ...measure(known, from, until, practice, written)
  };
  return {files, truth};
}

/** Writes every export and truth.json into `out` and returns the truth. The same options write the same bytes. */
export async function writeExample({out, ...options}: ExampleOptions): Promise<Truth> {
  const {files, truth} = makeExample(options);
  await mkdir(out, {recursive: true});
  await Promise.all(files.map(({file, bytes}) => writeFile(path.join(out, file), bytes)));
  await writeFile(path.join(out, "truth.json"), `${JSON.stringify(truth, null, 1)}\n`);
  return truth;
}

/** Of each record set: accepted rows of all files, the records they make, and rows that tell of a record that another row has told of. */
function mergedOf(files: ExampleFile[]): Truth["records"] {
  const sets = new Map<string, {accepted: number; alone: number; keys: Set<string>}>();
  for (const {recordSets, keys} of files) {
    for (const {name, accepted} of recordSets) {
      const set = sets.get(name) ?? {accepted: 0, alone: 0, keys: new Set()};
      sets.set(name, set);
      set.accepted += accepted;
      if (!keys[name]) set.alone += accepted;
    }
    for (const [name, of] of Object.entries(keys)) for (const key of of) sets.get(name)!.keys.add(key);
  }
  return [...sets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, {accepted, alone, keys}]) => ({name, accepted, records: alone + keys.size, merged: accepted - alone - keys.size}));
}

function tableFile(dirtied: DirtyTable, known: Known, until: string): ExampleFile {
  const {table} = dirtied;
  const {recordSets, keys} = countsOf(dirtied);
  const odd = table.recordSet === "contact" ? oddContacts(known) : {};
  if (Object.keys(odd).length > 0) Object.assign(recordSets[0]!, {odd});
  return {
    file: `${table.name}_${until}.${table.sheet === undefined ? "csv" : "xlsx"}`,
    bytes: table.sheet === undefined ? csvBytes(table) : xlsxBytes([{name: table.sheet, rows: [table.headings, ...table.rows]}]),
    recordSets,
    keys
  };
}

/** What must become of a table's rows, in its own record set and in those beside it. */
function countsOf({table, dirt, extras}: DirtyTable): {recordSets: ExampleFile["recordSets"]; keys: ExampleFile["keys"]} {
  const total = (fate: (typeof DIRT)[Dirt]) => Object.entries(dirt).reduce((n, [kind, count]) => n + (DIRT[kind as Dirt] === fate ? count : 0), 0);
  const [rejected, duplicates] = [total("rejected"), total("duplicate")];
  const read = table.rows.length;
  const beside = (table.also ?? []).map(({recordSet, rows}) => {
    const filled = rows.filter((r) => r !== null);
    const extra = besides(extras, (row) => rows[row] !== null);
    const accepted = new Set(filled.map((r) => r.holds)).size;
    return {recordSet, keys: filled.map((r) => r.key), read: filled.length + extra.rejected + extra.duplicates, accepted, rejected: extra.rejected, duplicates: filled.length - accepted + extra.duplicates};
  });
  return {
    recordSets: [
      {name: table.recordSet, read, accepted: read - rejected - duplicates, rejected, duplicates, ...(Object.keys(dirt).length > 0 ? {dirt} : {})},
      ...beside.map(({recordSet, keys: _, ...counts}) => ({name: recordSet, ...counts}))
    ],
    keys: {...(table.keys ? {[table.recordSet]: table.keys} : {}), ...Object.fromEntries(beside.map(({recordSet, keys}) => [recordSet, keys]))}
  };
}

function oddContacts({contacts}: Known): Record<string, number> {
  const rows = (which: (c: Known["contacts"][number]) => boolean) => contacts.filter(which).reduce((n, c) => n + c.children.length, 0);
  return {
    "decision before receipt": rows((c) => c.decidedAt !== null && c.decidedAt < c.receivedAt),
    "unknown source word": rows((c) => c.source === null)
  };
}

/** Census years, 1 April to 31 March, that the exports touch; a running one ends on the day they are taken. */
function censusYears(from: Day, until: Day): {year: number; first: Day; last: Day}[] {
  const years = [];
  for (let first = censusYearFrom(from); first <= until; first = addMonths(first, 12)) {
    years.push({year: civil(first).year + 1, first, last: Math.min(addMonths(first, 12) - 1, until)});
  }
  return years;
}
