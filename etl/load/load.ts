// One export file → what it is, what is accepted and rejected; and, when asked, one immutable load in the store. Nothing here publishes.
import {createHash} from "node:crypto";
import {mkdir, readFile, rename, rm, stat, writeFile} from "node:fs/promises";
import path from "node:path";
import {readChunks} from "../extract/bytes.ts";
import {readCinCensus} from "../extract/cin-census.ts";
import {columnLetter, readCsv} from "../extract/csv.ts";
import {peek as peekFile} from "../extract/identify.ts";
import {Refusal, type FilePeek, type Rejection, type Warning} from "../extract/types.ts";
import {readXlsx} from "../extract/xlsx.ts";
import {literal, name, openScratch, rowOf, shareOut, type Db} from "../duckdb.ts";
import type {Progress} from "../progress.ts";
import {normaliseWord, type Reference} from "../transform/reference.ts";
import {checkRows, type Checked} from "./check.ts";
import type {Contract} from "./contract.ts";
import {asCorrections, correctionOf, isOurs, type Correction} from "./corrections.ts";
import {KIND_MACROS, type Reading} from "./kinds.ts";
import {chooseMapping, declaredExportDate, ignores, recordOf, type FieldColumns, type Mapping, type RecordMapping} from "./mapping.ts";
import {inScope, linesOfNoSet, offer, withoutDatabaseBlanks, type Offered} from "./reshape.ts";

/** Raised whenever a reader or the load format changes what the same bytes would give. */
export const READER_VERSION = 14;

/** The code of the warning that a sheet of a workbook was refused; the terminal says it with a cross. */
export const SHEET_REFUSED = "sheet-refused";

/** Version 2 packs whole numbers and text more tightly than version 1 and is read faster; nothing but this project reads a load. */
const PARQUET = "(format parquet, parquet_version v2, compression zstd)";

export interface FileReport {
  file: string;
  outcome: "accepted" | "accepted with rejections" | "refused";
  reason?: string;
  format: string;
  encoding: string;
  mapping: string | null;
  recordSets: {name: string; sheet?: string; read: number; accepted: number; rejected: number; duplicates: number}[];
  /** Rows left out by the mapping's scope, by its name for them; they are no part of any record set's `read`. */
  outOfScope?: {why: string; sheet?: string; rows: number}[];
  /** Lines that are no rows, where there are any: titles above the headings, blank ones, a totals line at the end. */
  skipped?: {sheet?: string; titleLines: number; blankLines: number; totalsLines: number}[];
  /** Sheets of a workbook that could not be read, while others were. */
  sheetsRefused?: {sheet: string; reason: string}[];
  warnings: Warning[];
  rejections: Rejection[];
  /** Rejected cells beyond those listed above (a record set lists its first ten thousand rows), by heading and reason. */
  rejectionsNotListed?: {heading: string; reason: string; cells: number}[];
  exportDate?: string | null;
  headingsDropped?: string[];
  /** True when this very reading was in the store already: nothing was read again. */
  known?: boolean;
  /** True when the file has left the exports folder and its load still counts. */
  kept?: boolean;
}

export interface LoadedSet {
  name: string;
  sheet?: string;
  file: string;
  /** Parquet of the rejected and duplicate rows, beside it; null when there are none. */
  leftOut: string | null;
  /** Size of the two files, so that a damaged load is seen without reading it. */
  bytes: number;
  carried: string[];
  /** Carried field → its heading in the export. */
  headings: Record<string, string>;
  /** A line of the export may give several rows, told apart by the column `part`. */
  parts: boolean;
  read: number;
  accepted: number;
  rejected: number;
  duplicates: number;
  dateOnly: string[];
  firstEvent: string | null;
  lastEvent: string | null;
}

/** load.json: what one load is. */
export interface LoadManifest {
  key: string;
  file: string;
  bytes: number;
  sha256: string;
  /** Null: the authority of the settings. */
  authority: string | null;
  exportDate: string;
  exportDateFrom: "declared" | "file time";
  /** The moment the file was last changed, where that is all that dates it: two such exports of one day are still one after the other. */
  changedAt?: string;
  /** The days that the export promises to hold in full; the first and the last are in it. */
  window: "full" | "none" | {from: string; to: string};
  mapping: string;
  source: string;
  /** The export whose rejected rows these are, mended: the beginning of its hash, and its sheet. Null for an export. */
  corrects: {sha256: string; sheet: string | null} | null;
  census: {year: number} | null;
  sets: LoadedSet[];
  report: FileReport;
}

export interface Shelf {
  contracts: Map<string, Contract>;
  mappings: Mapping[];
  reference: Reference;
  pseudonymKey: string;
  threads?: number;
}

const sha = (text: string) => createHash("sha256").update(text).digest("hex");

export async function fileHash(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of readChunks(file, 0, true)) hash.update(chunk);
  return hash.digest("hex");
}

interface PlannedRecord {
  rows: Offered["rows"];
  contract: Contract;
  fields: FieldColumns[];
  mapping: RecordMapping;
  beside: boolean;
}

interface Planned {
  /** The file's name. */
  base: string;
  peek: FilePeek;
  mapping: Mapping | null;
  sheets: ReturnType<typeof chooseMapping>[];
  sheetsRefused: {sheet: string; reason: string}[];
  source: string;
  exportDate: string;
  exportDateFrom: LoadManifest["exportDateFrom"];
  changedAt: string | null;
  corrects: Correction | null;
}

/** Chooses how a file is to be read; looks at its head only. @throws Refusal */
async function plan(file: string, exportsDir: string, shelf: Shelf): Promise<Planned> {
  const peek = await peekFile(file, {exportsDir});
  const base = path.basename(file);
  const sheets: Planned["sheets"] = [];
  const sheetsRefused: Planned["sheetsRefused"] = [];
  if (peek.format !== "cin-census") {
    const refusals: {sheet: string; refusal: Refusal}[] = [];
    for (const sheet of peek.sheets.filter((s) => s.rows.length > 0)) {
      try {
        sheets.push(chooseMapping(peek, sheet, base, shelf.mappings, shelf.contracts));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refusals.push({sheet: sheet.sheet ?? "", refusal: error});
      }
    }
    // notes and guidance beside the records are no fault; a sheet of records that cannot be read is one
    const meant = refusals.filter((r) => !sheets.some((s) => ignores(s.mapping, r.sheet)));
    if (sheets.length === 0) throw (meant.find((r) => r.refusal.code !== "unknown-headings") ?? meant[0])?.refusal ?? new Refusal("no-sheet", "the workbook has no sheet with rows in it; export it again");
    for (const {sheet, refusal} of meant) {
      peek.warnings.push({code: refusal.code === "unknown-headings" ? "sheet-not-read" : SHEET_REFUSED, sheet, message: refusal.message});
      if (refusal.code !== "unknown-headings") sheetsRefused.push({sheet, reason: refusal.message});
    }
    const ignored = refusals.filter((r) => !meant.includes(r)).map((r) => `“${r.sheet}”`);
    if (ignored.length) peek.warnings.push({code: "sheets-left-out", message: `sheets that hold none of our record sets were not loaded: ${ignored.join(", ")}`});
  }
  const mapping = sheets[0]?.mapping ?? null;
  const corrects = correctionOf(peek, sheets);
  if (corrects?.census) peek.census = {...corrects.census, referenceDate: null, exportedAt: null};
  const declared = corrects?.exportDate ?? declaredExportDate(mapping, base, peek) ?? peek.census?.exportedAt?.slice(0, 10) ?? peek.census?.referenceDate ?? null;
  const changedAt = declared ? null : instantOf((await stat(file, {bigint: true})).mtimeNs);
  const exportDate = declared ?? changedAt!.slice(0, 10);
  return {
    base,
    peek,
    mapping,
    sheets,
    sheetsRefused,
    source: peek.census ? `CIN census ${peek.census.year}` : mapping!.title,
    exportDate,
    exportDateFrom: declared ? "declared" : "file time",
    changedAt,
    corrects
  };
}

/** The days that an export promises to hold in full. Corrections promise nothing: they are a part of what they correct. */
function windowOf({mapping, corrects, exportDate}: Planned, fileName: string): LoadManifest["window"] {
  const declared = mapping?.window ?? "none";
  if (corrects || declared === "none") return "none";
  if (declared === "full") return "full";
  if ("days" in declared) return {from: new Date(Date.parse(`${exportDate}T00:00:00Z`) - declared.days * 86_400_000).toISOString().slice(0, 10), to: exportDate};
  if ("from" in declared) return declared;
  const [, from, to] = new RegExp(declared.fileName).exec(fileName)?.map((text) => text?.replace(/^(\d{4})[-_.]?(\d{2})[-_.]?(\d{2})$/, "$1-$2-$3")) ?? [];
  return from && to && [from, to].every((day) => !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) && /^\d{4}-\d{2}-\d{2}$/.test(day)) ? {from, to} : "none";
}

/** The file system gives nanoseconds since 1970; in UTC they are the same on every machine. */
const instantOf = (nanoseconds: bigint) => `${new Date(Number(nanoseconds / 1_000_000n)).toISOString().slice(0, 19)}.${String(((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n).padStart(9, "0")}`;

/** A CIN census has one reading, built in: its element names are ours already. */
const CENSUS = {name: "cin-census", dateOrder: "ymd"} as const;

/** The mapping by whose name a load goes: corrections of a census are read under our own headings, and are the census's all the same. */
const mappingOf = ({peek, mapping}: Planned): string => (peek.census || !mapping ? CENSUS.name : mapping.name);

/** Everything that decides how bytes become rows; the same key again is the same load. */
function keyOf(planned: Planned, sha256: string, shelf: Shelf): string {
  const sets = planned.mapping ? planned.sheets.flatMap((s) => s.records.map((r) => r.mapping.set)) : [...shelf.contracts.keys()];
  const contracts = [...new Set(sets)].sort().map((s) => shelf.contracts.get(s));
  // Word → code happens in transform, so a better word list needs no re-reading.
  const mappings = planned.sheets.map((s) => [{...s.mapping, records: s.mapping.records.map((r) => ({...r, words: {}}))}, s.plan]);
  return sha(JSON.stringify([READER_VERSION, sha256, mappings, planned.exportDate, windowOf(planned, planned.base), planned.corrects, contracts])).slice(0, 40);
}

interface Read {
  planned: Planned;
  /** `forms`: see `Offered`. */
  checked: {checked: Checked; mapping: RecordMapping; ordinal: number; forms: string | null}[];
  warnings: Warning[];
  dropped: string[];
  outOfScope: NonNullable<FileReport["outOfScope"]>;
  skipped: NonNullable<FileReport["skipped"]>;
}

async function readInto({dbs}: Seat, file: string, planned: Planned, shelf: Shelf, progress: Progress, list?: number): Promise<Read> {
  const {peek} = planned;
  const [db] = dbs;
  const warnings = [...peek.warnings];
  const records: PlannedRecord[] = [];
  const onRows = (rows: number) => progress.tick(rows, null, "rows");
  const dropped: string[] = [];
  const outOfScope: Read["outOfScope"] = [];
  const skipped: Read["skipped"] = [];
  if (peek.format === "cin-census") {
    for (const rows of await readCinCensus(db, file, peek, "census")) {
      const contract = shelf.contracts.get(rows.recordSet)!;
      const fields = rows.keep.filter((i) => contract.fields[rows.headings[i]!]).map((i) => ({field: rows.headings[i]!, columns: [i]}));
      records.push({rows, contract, fields, mapping: recordOf({set: contract.name, fields: {}}), beside: false});
      warnings.push(...rows.warnings);
    }
    if (records.every(({rows}) => rows.read === 0)) warnings.push({code: "no-rows", message: "a census without a child; if the system had records, the export failed"});
  } else {
    const tables =
      peek.format === "csv"
        ? [await readCsv(db, file, peek, planned.sheets[0]!.plan, "rows_0", onRows)]
        : await readXlsx(db, file, peek, planned.sheets.map((s) => s.plan), "rows");
    if (planned.corrects) tables[0] = await asCorrections(db, tables[0]!, planned.corrects);
    for (const [i, sheet] of planned.sheets.entries()) {
      dropped.push(...sheet.headingsDropped.filter((h) => !isOurs(h) && !dropped.includes(h)));
      const place = tables[i]!.sheet === undefined ? {} : {sheet: tables[i]!.sheet};
      warnings.push(...tables[i]!.warnings);
      const nameless = await filledColumns(db, tables[i]!.table, sheet.withoutHeading);
      if (nameless.length) warnings.push({code: "column-without-heading", ...place, message: `not loaded, as ${nameless.length === 1 ? "it has" : "they have"} no heading: column ${nameless.map(columnLetter).join(", ")}`});
      if (Object.values(tables[i]!.skipped).some((lines) => lines > 0)) skipped.push({...place, ...tables[i]!.skipped});
      if (tables[i]!.read === 0) warnings.push({code: "no-rows", message: `${sheet.records.map((r) => r.mapping.set.replaceAll("_", " ")).join(", ")}: headings but no rows; if the system had records, the export failed`, ...place});
      // characters that were stripped may have stood within the letters
      const noBlanks = peek.nulls === false && !tables[i]!.warnings.some((w) => w.code === "invisible-characters");
      const blanked = noBlanks ? {rows: tables[i]!, warnings: []} : await withoutDatabaseBlanks(db, tables[i]!, sheet);
      warnings.push(...blanked.warnings);
      const scoped = await inScope(db, blanked.rows, sheet);
      outOfScope.push(...scoped.outOfScope.map((o) => ({...o, ...place})));
      const offered: Offered[] = [];
      for (const [j, chosen] of sheet.records.entries()) {
        const offer_ = await offer(db, scoped.rows, chosen, j);
        offered.push(offer_);
        warnings.push(...offer_.warnings);
        records.push({rows: offer_.rows, contract: shelf.contracts.get(chosen.mapping.set)!, fields: offer_.fields, mapping: chosen.mapping, beside: j > 0});
      }
      const left = await linesOfNoSet(db, scoped.rows, offered);
      if (left) warnings.push({code: "rows-of-no-set", ...place, message: `${left} ${left === 1 ? "row belongs" : "rows belong"} to none of the record sets of the mapping ${sheet.mapping.name} and ${left === 1 ? "was" : "were"} not loaded: see its “when”`});
    }
    for (const o of outOfScope) warnings.push({code: "out-of-scope", ...(o.sheet === undefined ? {} : {sheet: o.sheet}), message: `${o.rows} ${o.rows === 1 ? "row" : "rows"} left out as out of scope: ${o.why}`});
  }
  const reading: Reading = {
    // corrections have been in a spreadsheet, which writes dates as this country does
    dateOrder: planned.corrects && planned.mapping?.dateOrder === "ymd" ? "dmy" : (planned.mapping ?? CENSUS).dateOrder,
    ...(peek.format === "xlsx" ? {serialDates: peek.date1904 ? (1904 as const) : (1900 as const)} : {})
  };
  const checked: Read["checked"] = await shareOut(records, dbs, async ({rows, contract, fields, mapping, beside}, at, ordinal) => {
    const options = {constants: mapping.constants, reading, pseudonymKey: shelf.pseudonymKey, exportDate: planned.exportDate, beside, ...(list === undefined ? {} : {list})};
    return {checked: await checkRows(at, rows, contract, fields, options), mapping, ordinal, forms: rows.forms ?? null};
  });
  for (const {checked: result, mapping} of checked) warnings.push(...result.warnings, ...unmappedWords(result, mapping, shelf.reference));
  warnings.push(...(await birthsAfterEvents(dbs, checked.map((c) => c.checked), shelf.contracts)));
  if (planned.exportDateFrom === "file time") {
    warnings.push({code: "export-date-from-file-time", message: `no export date in the file's name; its modification time (${planned.exportDate}) was taken: put the date in the name, as in contacts_${planned.exportDate}.csv`});
  }
  if (dropped.length) warnings.push({code: "headings-dropped", message: `not loaded, as no record set has a field for them: ${dropped.join(", ")}`});
  return {planned, checked, warnings, dropped, outOfScope, skipped};
}

/** Which of some 0-based columns hold anything. */
async function filledColumns(db: Db, table: string, columns: number[]): Promise<number[]> {
  if (columns.length === 0) return [];
  const row = await rowOf<Record<string, number>>(db, `select ${columns.map((i) => `count(${name(`c${i}`)}) as n${i}`).join(", ")} from ${name(table)}`);
  return columns.filter((i) => Number(row[`n${i}`]) > 0);
}

/** Children of this very file who were born after what happened to them; the unborn aside, a date is wrong. */
async function birthsAfterEvents(dbs: Seat["dbs"], checked: Checked[], contracts: Map<string, Contract>): Promise<Warning[]> {
  const children = checked.filter((c) => c.recordSet === "child" && c.carried.includes("date_of_birth"));
  if (children.length === 0) return [];
  const born = children.map((c) => `select child_id, date_of_birth from ${name(c.accepted)} where date_of_birth is not null${c.carried.includes("expected_birth") ? " and not coalesce(expected_birth, false)" : ""}`).join(" union ");
  const dated = checked.flatMap((c) => {
    const happened = contracts.get(c.recordSet)!.happened;
    return happened && c.carried.includes(happened) && c.carried.includes("child_id") ? [{c, happened}] : [];
  });
  if (dated.length === 0) return [];
  await dbs[0].run(`create or replace table births as ${born}`);
  const found = await shareOut(dated, dbs, ({c, happened}, db) => {
    const day = `cast(e.${name(happened)} as date)`;
    return rowOf<{rows: number; unborn: number; first: number | null}>(db, `select count(distinct e.line) as rows, count(distinct e.line) filter (b.date_of_birth - ${day} <= 280) as unborn, cast(min(e.line) as bigint) as first from ${name(c.accepted)} e join births b using (child_id) where ${day} < b.date_of_birth`);
  });
  return found.flatMap(({rows, unborn, first}, i): Warning[] => {
    if (rows === 0) return [];
    const {c, happened} = dated[i]!;
    const heading = c.headings[happened] ?? happened;
    const aside = unborn ? `; in ${unborn === rows ? "all" : unborn} of them by 40 weeks or less, so the child may have been unborn` : "";
    return [{code: "birth-after-event", ...(c.sheet === undefined ? {} : {sheet: c.sheet}), line: first!, heading, message: `“${heading}” is before the child's date of birth in ${rows} ${rows === 1 ? "row" : "rows"} (first on line ${first})${aside}: accepted, and left out of what it spoils`}];
  });
}

/** Enough for any list of words; a column of free text is no such list. */
const LISTED_WORDS = 1000;

function unmappedWords(checked: Checked, mapping: RecordMapping, reference: Reference): Warning[] {
  const unmapped = checked.words.filter(({field, list, word}) => codeOf(reference, list, word, mapping.words[field]) === null);
  const more = unmapped.slice(LISTED_WORDS);
  const listed: Warning[] = unmapped
    .slice(0, LISTED_WORDS)
    .map(({field, word, rows}) => ({code: "unmapped-word", heading: field, message: `“${word}” (${field.replaceAll("_", " ")}, ${rows} ${rows === 1 ? "row" : "rows"}) is in no word list; it is counted as unmapped until a mapping or data/reference/words gives it a code`}));
  for (const field of new Set(more.map((w) => w.field))) {
    const of = more.filter((w) => w.field === field);
    listed.push({code: "unmapped-word", heading: field, message: `${of.length} more words (${field.replaceAll("_", " ")}, ${of.reduce((n, w) => n + w.rows, 0)} rows) are in no word list, so the column may hold free text; all are counted as unmapped`});
  }
  return listed;
}

/** The code an exported word stands for, or null. A list that has no file takes any word as it is. */
export function codeOf(reference: Reference, list: string, word: string, own: Record<string, string> | undefined): string | null {
  const known = reference.words[list];
  const spelt = normaliseWord(word);
  for (const [ownWord, code] of Object.entries(own ?? {})) if (normaliseWord(ownWord) === spelt) return code;
  if (!known) return word;
  return known.get(spelt) ?? null;
}

function report(file: string, read: Read): FileReport {
  const each = read.checked.map(({checked: c}) => ({name: c.recordSet, ...(c.sheet === undefined ? {} : {sheet: c.sheet}), read: c.read, ...c.counts}));
  for (const set of each) conserved(path.basename(file), set, set);
  const recordSets = read.planned.peek.format === "cin-census" ? added(each) : each;
  const rejections = read.checked.flatMap((c) => c.checked.rejections);
  const notListed = read.checked.flatMap((c) => c.checked.notListed);
  return {
    file: path.basename(file),
    outcome: recordSets.some((s) => s.rejected > 0) ? "accepted with rejections" : "accepted",
    format: read.planned.peek.format,
    encoding: read.planned.peek.encoding,
    mapping: mappingOf(read.planned),
    recordSets,
    ...(read.outOfScope.length ? {outOfScope: read.outOfScope} : {}),
    ...(read.skipped.length ? {skipped: read.skipped} : {}),
    ...(read.planned.sheetsRefused.length ? {sheetsRefused: read.planned.sheetsRefused} : {}),
    warnings: once(read.warnings),
    rejections: once(rejections),
    ...(notListed.length ? {rejectionsNotListed: notListed} : {}),
    exportDate: read.planned.exportDate,
    headingsDropped: read.dropped
  };
}

/** A census gives its conferences in two tables, and a person counts them once. */
function added(sets: FileReport["recordSets"]): FileReport["recordSets"] {
  const all = new Map<string, FileReport["recordSets"][number]>();
  for (const set of sets) {
    const one = all.get(set.name);
    all.set(set.name, one ? {...one, read: one.read + set.read, accepted: one.accepted + set.accepted, rejected: one.rejected + set.rejected, duplicates: one.duplicates + set.duplicates} : set);
  }
  return [...all.values()];
}

/**
 * Rows read = accepted + rejected + duplicates.
 * @param held what there is of them
 * @throws Error when they do not add up, or are not what was counted at load time
 */
export function conserved(file: string, set: {name: string; sheet?: string; accepted: number; rejected: number; duplicates: number}, held: {read: number; accepted: number; rejected: number; duplicates: number}): void {
  const says = ({accepted, rejected, duplicates}: typeof set | typeof held) => `${accepted} accepted + ${rejected} rejected + ${duplicates} duplicates`;
  const where = `${file}${set.sheet === undefined ? "" : `, sheet ${set.sheet}`}`;
  if (held.read !== held.accepted + held.rejected + held.duplicates) throw new Error(`${where}: ${held.read} ${set.name} rows were read, but ${says(held)} do not add up to that; the run stops rather than lose a row`);
  if (says(set) !== says(held)) throw new Error(`${where}: ${says(set)} ${set.name} rows were loaded, but the store holds ${says(held)}; the run stops rather than lose a row`);
}

/** A row split into several record sets meets the same fault in each; a person is told once. */
function once<T>(items: T[]): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const text = JSON.stringify(item);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

export function refused(file: string, refusal: Refusal, peek?: FilePeek): FileReport {
  return {
    file: path.basename(file),
    outcome: "refused",
    reason: refusal.message,
    format: peek?.format ?? "unknown",
    encoding: peek?.encoding ?? "unknown",
    mapping: null,
    recordSets: [],
    warnings: once([...(peek?.warnings ?? []), ...refusal.warnings]),
    rejections: []
  };
}

/** Where one file is read: a database in memory of its own, and connections to it, on which record sets are checked side by side. */
interface Seat {
  dbs: readonly [Db, ...Db[]];
  close(): void | Promise<void>;
}

/** Where many files are read: one scratch instance, opened when the first of them needs it, and in it a seat for each. */
export interface Desk {
  take(): Promise<Seat>;
  close(): Promise<void>;
}

/** @param connections of each seat */
export function openDesk(shelf: Shelf, connections = 2): Desk {
  let opened: ReturnType<typeof openScratch> | null = null;
  let seats = 0;
  const open = async () => {
    const made = await openScratch(shelf.threads);
    await made.db.run(KIND_MACROS);
    return made;
  };
  return {
    async take() {
      const {connect} = await (opened ??= open());
      const own = name(`file_${++seats}`);
      const first = await connect();
      await first.run(`attach ':memory:' as ${own}`);
      const dbs: Seat["dbs"] = [first, ...(await Promise.all(Array.from({length: connections - 1}, connect)))];
      for (const db of dbs) await db.run(`set search_path = '${own}.main,memory.main'`);
      return {
        dbs,
        async close() {
          for (const db of dbs.slice(1)) db.closeSync();
          await first.run(`use memory; detach ${own}`);
          first.closeSync();
        }
      };
    },
    async close() {
      (await opened)?.close();
    }
  };
}

/** A seat in a scratch instance of its own. */
async function takeAlone(shelf: Shelf): Promise<Seat> {
  const desk = openDesk(shelf);
  const {dbs} = await desk.take();
  return {dbs, close: () => desk.close()};
}

/**
 * Says what a file is and what would be accepted and rejected; changes nothing. Never throws for a bad file.
 * @param beside what is to be flagged about it beside the exports that were loaded before it
 */
export async function checkFile(file: string, shelf: Shelf, progress: Progress, beside?: (load: LoadManifest) => Warning[]): Promise<FileReport> {
  const seat = await takeAlone(shelf);
  try {
    const planned = await plan(file, path.dirname(file), shelf);
    const read = await readInto(seat, file, planned, shelf, progress);
    const made = report(file, read);
    if (!beside) return made;
    const sets = read.checked.map(({checked}) => ({...ofSet(checked), file: "", leftOut: null, bytes: 0}));
    return {...made, warnings: [...made.warnings, ...beside(await manifestOf(file, await fileHash(file), "", read, sets, made))]};
  } catch (error) {
    if (error instanceof Refusal) return refused(file, error);
    throw error;
  } finally {
    await seat.close();
  }
}

/** What a reading of one export found, while its scratch database is open. */
export interface ExportRead extends Read {
  db: Db;
  planned: Planned & {kindOf(set: string, field: string): string};
}

/** Reads an export, stores nothing, and hands what was found to `use`. @throws Refusal */
export async function readExport<T>(file: string, exportsDir: string, shelf: Shelf, progress: Progress, use: (read: ExportRead) => Promise<T>): Promise<T> {
  const seat = await takeAlone(shelf);
  try {
    const planned = await plan(file, exportsDir, shelf);
    const read = await readInto(seat, file, planned, shelf, progress, Infinity);
    return await use({...read, db: seat.dbs[0], planned: {...planned, kindOf: (set, field) => shelf.contracts.get(set)!.fields[field]!.kind}});
  } finally {
    await seat.close();
  }
}

/** Loads being written, by their place: a file may lie in the folder under two names, and both be read at once. */
const underWay = new Map<string, Promise<LoadManifest>>();

/**
 * Loads one export into `loadsDir/<key>/`, once: the same key again reads nothing.
 * @param desk where it is read, if it is one of many
 * @returns the manifest, or the report of a refused file
 */
export async function loadFile(file: string, exportsDir: string, loadsDir: string, shelf: Shelf, progress: Progress, desk?: Desk): Promise<{manifest: LoadManifest; known: boolean} | {refused: FileReport}> {
  try {
    const planned = await plan(file, exportsDir, shelf);
    const sha256 = await fileHash(file);
    const key = keyOf(planned, sha256, shelf);
    const known = await readManifest(loadsDir, key);
    progress.reached?.("load planned");
    if (known) return {manifest: known, known: true};
    const place = path.join(loadsDir, key);
    const twin = underWay.get(place);
    if (twin) return {manifest: await twin, known: true};
    const loading = (async () => {
      const seat = await (desk ? desk.take() : takeAlone(shelf));
      try {
        return await write(seat, file, sha256, key, loadsDir, await readInto(seat, file, planned, shelf, progress), progress);
      } finally {
        await seat.close();
      }
    })();
    underWay.set(place, loading);
    try {
      return {manifest: await loading, known: false};
    } finally {
      underWay.delete(place);
    }
  } catch (error) {
    if (error instanceof Refusal) return {refused: refused(file, error)};
    throw error;
  }
}

/** A load of the store; null when it is not there or damaged: a file of it is missing or not as long as it was. */
export async function readManifest(loadsDir: string, key: string): Promise<LoadManifest | null> {
  try {
    const home = path.join(loadsDir, key);
    const manifest = JSON.parse(await readFile(path.join(home, "load.json"), "utf8")) as LoadManifest;
    for (const set of manifest.sets) if ((await sizeOf(home, set)) !== set.bytes) return null;
    return manifest;
  } catch {
    return null;
  }
}

async function sizeOf(home: string, {file, leftOut}: Pick<LoadedSet, "file" | "leftOut">): Promise<number> {
  const sizes = await Promise.all([file, ...(leftOut ? [leftOut] : [])].map(async (f) => (await stat(path.join(home, f))).size));
  return sizes.reduce((n, size) => n + size, 0);
}

/** What a load says of one record set, its files aside. */
function ofSet(checked: Checked): Omit<LoadedSet, "file" | "leftOut" | "bytes"> {
  const {recordSet, sheet, carried, headings, parts, read, counts, dateOnly, firstEvent, lastEvent} = checked;
  return {name: recordSet, ...(sheet === undefined ? {} : {sheet}), carried, headings, parts, read, ...counts, dateOnly, firstEvent, lastEvent};
}

async function manifestOf(file: string, sha256: string, key: string, read: Read, sets: LoadedSet[], made: FileReport): Promise<LoadManifest> {
  const {peek, source, exportDate, exportDateFrom, changedAt, corrects} = read.planned;
  return {
    key,
    file: path.basename(file),
    bytes: (await stat(file)).size,
    sha256,
    authority: peek.census?.lea ?? null,
    exportDate,
    exportDateFrom,
    ...(changedAt ? {changedAt} : {}),
    window: windowOf(read.planned, path.basename(file)),
    mapping: mappingOf(read.planned),
    source,
    corrects: corrects && {sha256: corrects.sha256, sheet: corrects.sheet},
    census: peek.census ? {year: peek.census.year} : null,
    sets,
    report: made
  };
}

async function write({dbs}: Seat, file: string, sha256: string, key: string, loadsDir: string, read: Read, progress: Progress): Promise<LoadManifest> {
  const made = report(file, read);
  const making = path.join(loadsDir, `.${key}.${process.pid}`);
  await rm(making, {recursive: true, force: true});
  await mkdir(making, {recursive: true, mode: 0o700});
  const sets = await shareOut(read.checked, dbs, async ({checked, ordinal}, db): Promise<LoadedSet> => {
    const parquet = `${ordinal}-${checked.recordSet}.parquet`;
    const to = path.join(making, parquet);
    await db.run(`copy (select * from ${name(checked.accepted)} order by line${checked.parts ? ", part" : ""}) to ${literal(to)} ${PARQUET}`);
    const {written} = await rowOf<{written: number}>(db, `select count(*) as written from read_parquet(${literal(to)})`);
    if (written !== checked.counts.accepted) throw new Error(`${path.basename(file)}: ${checked.counts.accepted} ${checked.recordSet} rows were accepted but ${written} are in the load; the run stops rather than lose a row`);
    const leftOut = checked.leftOut && `${ordinal}-${checked.recordSet}.left-out.parquet`;
    if (leftOut) await db.run(`copy (select * from ${name(checked.leftOut!)} order by why, line) to ${literal(path.join(making, leftOut))} ${PARQUET}`);
    return {...ofSet(checked), file: parquet, leftOut, bytes: await sizeOf(making, {file: parquet, leftOut})};
  });
  const manifest = await manifestOf(file, sha256, key, read, sets, made);
  await writeFile(path.join(making, "load.json"), JSON.stringify(manifest, null, 1), {mode: 0o600});
  progress.reached?.("load written");
  // a damaged load of the same key gives way
  await rm(path.join(loadsDir, key), {recursive: true, force: true});
  await rename(making, path.join(loadsDir, key));
  progress.reached?.("load placed");
  return manifest;
}
