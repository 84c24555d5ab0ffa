// The rejected rows of one export as a CSV for a person: made from the export itself each time it is asked for, and never kept in the store.
import {mkdir, readFile, realpath, writeFile} from "node:fs/promises";
import path from "node:path";
import {parse} from "csv-parse/sync";
import {literal, name, rowsOf, type Db} from "../duckdb.ts";
import {decodeWindows1252, textBytes, type TextEncoding} from "../extract/bytes.ts";
import {frameRows} from "../extract/frame.ts";
import {count} from "../extract/text.ts";
import {Refusal, type FilePeek, type Rejection} from "../extract/types.ts";
import {readXlsx} from "../extract/xlsx.ts";
import {silent} from "../progress.ts";
import {exportText, guarded, isOurs, OUR_HEADINGS} from "./corrections.ts";
import {fileHash, readExport, type ExportRead, type Shelf} from "./load.ts";

/**
 * Writes the rejected rows of an export: our three columns, then its own, every cell safe to open in a spreadsheet. Mended and put into the
 * exports folder, the file is read by the export's own mapping and its rows count as if they had stood in the export.
 * @param out path of the CSV; further sheets (or record sets of a census) get a number before its ending
 * @returns the files written, none when nothing was rejected
 * @throws Refusal when the export cannot be read, or `out` is the export itself
 */
export async function writeRejects(file: string, out: string, exportsDir: string, shelf: Shelf): Promise<string[]> {
  if ((await realpath(out).catch(() => path.resolve(out))) === (await realpath(file))) throw new Refusal("rejects-over-export", "the rejected rows would be written over the export itself; give another name");
  const sha256 = await fileHash(file);
  return readExport(file, exportsDir, shelf, silent, async (read) => {
    const {planned} = read;
    const {census} = planned.peek;
    const of = ({sheet, recordSet}: Table) => exportText(planned.corrects ?? {exportDate: planned.exportDate, sha256, sheet, census: census && recordSet !== undefined ? {year: census.year, lea: census.lea, set: recordSet} : null});
    const tables = planned.peek.format === "cin-census" ? await censusRows(read) : planned.peek.format === "xlsx" ? await sheetRows(read, file) : [await csvRows(read, file)];
    const written: string[] = [];
    await mkdir(path.dirname(path.resolve(out)), {recursive: true, mode: 0o700});
    for (const table of tables) {
      if (table.rows.length === 0) continue;
      // a correction that is rejected again already has our columns
      const own = table.headings.map((_, i) => i).filter((i) => !isOurs(table.headings[i]!));
      const pick = (cells: string[]) => [...own.map((i) => cells[i] ?? ""), ...cells.slice(table.headings.length)];
      const to = written.length === 0 ? out : out.replace(/(\.csv)?$/i, `.${written.length + 1}$1`);
      const lines = [[...OUR_HEADINGS, ...pick(table.headings)], ...table.rows.map((r) => [lineOf(planned, r), reasonsOf(planned, r), of(table), ...(r.cells ? pick(r.cells) : [])])];
      written.push(await writeBeside(to, `\ufeff${lines.map((cells) => cells.map(csvCell).join(",")).join("\r\n")}\r\n`));
    }
    return written;
  });
}

/** A correction that is rejected again is still a row of the export: it keeps the line it had there, blank for one that somebody added. */
const lineOf = ({corrects}: ExportRead["planned"], row: Table["rows"][number]) => (corrects ? (row.cells?.[corrects.columns.line] ?? "") : String(row.line));

/** In a file of corrections the CSV reader counts our columns too. */
const reasonsOf = ({corrects}: ExportRead["planned"], {reasons}: Table["rows"][number]) =>
  corrects ? reasons.replace(/^the row has (\d+) cells? where the headings have (\d+)$/, (_, had: string, wanted: string) => `the row has ${count(Number(had) - OUR_HEADINGS.length, "cell")} where the headings have ${Number(wanted) - OUR_HEADINGS.length}`) : reasons;

/**
 * Writes a file, but never over another content, for somebody may have mended the rows in it: then the name gets a number.
 * @returns the path written
 */
async function writeBeside(to: string, text: string): Promise<string> {
  for (let n = 1; ; n++) {
    const free = n === 1 ? to : to.replace(/(\.[^./\\]*)?$/, ` (${n})$1`);
    const there = await readFile(free, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (there === text) return free;
    if (there !== null) continue;
    await writeFile(free, text, {mode: 0o600});
    return free;
  }
}

function csvCell(text: string): string {
  const safe = guarded(text);
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

interface Table {
  sheet: string | null;
  /** Of a census: the record set whose rows these are. */
  recordSet?: string;
  headings: string[];
  /** `cells` null: the row cannot be shown, only its place. */
  rows: {line: number; reasons: string; cells: string[] | null}[];
}

/** Every reason by line, in one sentence a fault. Of a form that was made of several lines every line is shown, or those that are right would be lost. */
async function reasonsByLine(db: Db, checked: ExportRead["checked"]): Promise<Map<number, string>> {
  const reasons = reasonsOfRows(checked.flatMap((c) => c.checked.rejections));
  for (const {forms, checked: {rejections}} of checked) {
    if (forms === null || rejections.length === 0) continue;
    for (const {form, line} of await rowsOf<{form: number; line: number}>(db, `select cast(form as bigint) as form, cast(line as bigint) as line from ${name(forms)} where form in (${[...new Set(rejections.map((r) => r.line))].join(", ")}) order by all`)) {
      if (!reasons.has(Number(line))) reasons.set(Number(line), `it belongs to the form on line ${form}`);
    }
  }
  return new Map([...reasons].sort((a, b) => a[0] - b[0]));
}

function reasonsOfRows(rejections: Rejection[]): Map<number, string> {
  const found = new Map<number, Set<string>>();
  for (const {line, column, heading, reasons} of rejections) {
    const at = found.get(line) ?? new Set();
    for (const reason of reasons) at.add(`${heading ? `${column ? `${column} ` : ""}“${heading}”: ` : ""}${reason}`);
    found.set(line, at);
  }
  return new Map([...found].map(([line, reasons]) => [line, [...reasons].join("; ")]));
}

async function csvRows({db, planned, checked}: ExportRead, file: string): Promise<Table> {
  const {peek} = planned;
  const {plan} = planned.sheets[0]!;
  const reasons = await reasonsByLine(db, checked);
  const rows: Table["rows"] = [];
  if (reasons.size > 0) {
    await frameRows(textBytes(file, peek.encoding as TextEncoding), peek.delimiter ?? ",", peek.newline ?? "\n", (row) => {
      const why = reasons.get(row.line);
      if (why !== undefined) rows.push({line: row.line, reasons: why, cells: row.fault === "row-too-long" ? null : cellsOf(row.buffer.subarray(row.start, row.end), peek)});
      return true;
    });
  }
  return {sheet: null, headings: plan.headings, rows};
}

/** The cells as they stand, so that a person sees what was wrong with them: bytes that are no UTF-8 are shown as Windows-1252. */
function cellsOf(bytes: Buffer, peek: FilePeek): string[] {
  const utf8 = peek.encoding === "windows-1252" ? null : bytes.toString("utf8");
  const text = utf8 === null || utf8.includes("\ufffd") ? (decodeWindows1252(bytes) ?? bytes.toString("latin1")) : utf8;
  try {
    return (parse(text, {delimiter: peek.delimiter ?? ",", relax_quotes: true, relax_column_count: true, record_delimiter: "\u0000"}) as string[][])[0] ?? [];
  } catch {
    return text.split(peek.delimiter ?? ",");
  }
}

/** Excel keeps dates as numbers of days; a person and a CSV want them written out. A cell that holds an error is shown blank: the reason names it. */
async function sheetRows({db, planned, checked}: ExportRead, file: string): Promise<Table[]> {
  const {peek, sheets} = planned;
  const whole = sheets.map((s) => ({...s.plan, keep: s.plan.headings.map((_, i) => i), errorsBlank: true}));
  const tables = await readXlsx(db, file, peek, whole, "rejects");
  const found: Table[] = [];
  for (const [i, sheet] of sheets.entries()) {
    const {plan} = sheet;
    const reasons = await reasonsByLine(db, checked.filter((c) => (c.checked.sheet ?? null) === (plan.sheet ?? null)));
    const dates = new Set(sheet.records.flatMap((r) => r.fields.filter((f) => ["date", "datetime"].includes(planned.kindOf(r.mapping.set, f.field))).flatMap((f) => f.columns)));
    const cell = (c: number) => (dates.has(c) ? dateText(name(`c${c}`), peek.date1904 ?? false) : name(`c${c}`));
    const lines = [...reasons.keys()];
    const texts = lines.length ? await rowsOf<Record<string, string | number | null>>(db, `select line, ${whole[i]!.keep.map((c) => `${cell(c)} as ${name(`c${c}`)}`).join(", ")} from ${name(tables[i]!.table)} where line in (${lines.join(", ")})`) : [];
    const byLine = new Map(texts.map((t) => [Number(t.line), whole[i]!.keep.map((c) => (t[`c${c}`] as string | null) ?? "")]));
    found.push({sheet: plan.sheet ?? null, headings: plan.headings, rows: lines.map((line) => ({line, reasons: reasons.get(line)!, cells: byLine.get(line) ?? null}))});
  }
  return found;
}

function dateText(column: string, from1904: boolean): string {
  const stamp = `fd_serial(${column}, date ${literal(from1904 ? "1904-01-01" : "1899-12-30")})`;
  return `case when not regexp_full_match(coalesce(${column}, ''), '[0-9]{0,6}([.][0-9]+)?') then ${column}
    when try_cast(${column} as double) < 1 then strftime(timestamp '2000-01-01' + to_seconds(round(try_cast(${column} as double) * 86400)), '%H:%M:%S')
    when ${stamp} is null then ${column}
    when cast(${stamp} as time) = time '00:00:00' then strftime(${stamp}, '%Y-%m-%d') else strftime(${stamp}, '%Y-%m-%d %H:%M:%S') end`;
}

/** A census has no rows of its own: each record set is shown under our field names, which need no mapping on the way back. */
async function censusRows({db, checked}: ExportRead): Promise<Table[]> {
  const found: Table[] = [];
  for (const {checked: c} of checked) {
    if (!c.leftOut || c.rejections.length === 0) continue;
    const reasons = reasonsOfRows(c.rejections);
    const texts = await rowsOf<Record<string, string | number | null>>(db, `select line, ${c.carried.map((f) => name(`t_${f}`)).join(", ")} from ${name(c.leftOut)} where why = 'rejected' order by line`);
    found.push({sheet: null, recordSet: c.recordSet, headings: c.carried, rows: texts.map((t) => ({line: Number(t.line), reasons: reasons.get(Number(t.line)) ?? "", cells: c.carried.map((f) => (t[`t_${f}`] as string | null) ?? "")}))});
  }
  return found;
}
