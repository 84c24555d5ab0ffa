// CSV of any dialect → rows of text with their lines. Never guesses a type, never pads, cuts or repairs a row, never lets DuckDB detect anything.
import type {DuckDBConnection} from "@duckdb/node-api";
import {parse} from "csv-parse/sync";
import {isAscii, isUtf8} from "node:buffer";
import {open, stat} from "node:fs/promises";
import {resolve} from "node:path";
import {decodeWindows1252, textBytes, textFacts, tooLong, type TextEncoding} from "./bytes.ts";
import {createFramer, frameRows, ordinaryLines, type Frame, type FrameFault, type Skimming} from "./frame.ts";
import {literal, name as identifier} from "../duckdb.ts";
import {appendTo, createCollector, makeWay, projection} from "./table.ts";
import {count, hasInvisible, isTotalsLine, stripInvisible} from "./text.ts";
import {notTooMany, Refusal, type FilePeek, type Rejection, type RowsOfText, type SheetPlan, type Warning} from "./types.ts";

export {columnLetter, normaliseHeading} from "./text.ts";

/** A longer cell (in UTF-8 bytes), mapped or not, rejects its row. */
const LONGEST_CELL = 1 << 20;
const [TAB, CR, QUOTE] = [0x09, 0x0d, 0x22] as const;
const PEEK_ROWS = 40;
const PEEK_BYTES = 16 << 20;
const SAMPLE_BYTES = 1 << 20;
const DELIMITERS = [",", ";", "\t", "|"] as const;
type Delimiter = (typeof DELIMITERS)[number];

/** Called now and then with bytes read so far and the file's size in bytes. */
export type Progress = (done: number, total: number) => void;

/**
 * Learns a CSV file's encoding, delimiter and first 40 non-blank rows (cells trimmed, invisible characters stripped).
 * Throws Refusal: `empty-file`, `line-too-long`.
 */
export async function peekCsv(path: string): Promise<FilePeek> {
  const facts = (await stat(path)).size === 0 ? null : await textFacts(path);
  if (!facts || facts.blank) throw emptyFile();
  const delimiter = await findDelimiter(path, facts.encoding, facts.newline);
  const decode = decoder(facts.encoding);
  const rows: {line: number; cells: string[]}[] = [];
  let seen = 0;
  let readable = true;
  await frameRows(
    upTo(textBytes(path, facts.encoding), PEEK_BYTES),
    delimiter,
    facts.newline,
    (row) => {
      if (row.fault === "row-too-long") readable = false;
      const text = row.fault ? null : decode(row);
      if (text === null || isBlank(text, delimiter)) return rows.length < PEEK_ROWS;
      const [cells] = splitRows([text], delimiter, facts.newline);
      if (cells) rows.push({line: row.line, cells: cells.map((cell) => stripInvisible(cell).trim())});
      return rows.length < PEEK_ROWS;
    },
    (done) => {
      seen = done;
    }
  );
  if (!rows.length) throw readable && seen < PEEK_BYTES ? emptyFile() : tooLong();
  const warnings: Warning[] = [];
  if (facts.encoding === "windows-1252")
    warnings.push({code: "encoding-windows-1252", message: "The file is not UTF-8; it was read as Windows-1252, which is what Excel's plain CSV is."});
  if (facts.undecodable)
    warnings.push({code: "encoding-broken", message: "The file is UTF-8, but some of its bytes are not; the rows that hold them are rejected."});
  return {format: "csv", encoding: facts.encoding, delimiter, newline: facts.newline, nulls: facts.nulls, sheets: [{rows}], warnings};
}

const emptyFile = () => new Refusal("empty-file", "The file is empty, so it may be a failed export; export it again.");

async function* upTo(source: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let done = 0;
  for await (const chunk of source) {
    if (done >= limit) return;
    yield chunk;
    done += chunk.length;
  }
}

/** The delimiter that splits most rows of the first megabyte, outside quotes, into the same number of cells. */
async function findDelimiter(path: string, encoding: TextEncoding, newline: "\n" | "\r"): Promise<Delimiter> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of textBytes(path, encoding)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= SAMPLE_BYTES) break;
  }
  const sample = Buffer.concat(chunks);
  let best: {delimiter: Delimiter; score: number} = {delimiter: ",", score: 0};
  for (const delimiter of DELIMITERS) {
    const widths = new Map<number, number>();
    let seen = 0;
    createFramer(delimiter, newline, (row) => {
      if (row.fault || row.end === row.start) return;
      const width = countCells(row, delimiter.charCodeAt(0));
      if (width > 1) widths.set(width, (widths.get(width) ?? 0) + 1);
      return ++seen < 200;
    })(sample, length < SAMPLE_BYTES);
    const score = Math.max(0, ...[...widths].map(([width, rows]) => rows * (width - 1)));
    if (score > best.score) best = {delimiter, score};
  }
  return best.delimiter;
}

/** Cells of a framed row without a fault, counted outside quotes. */
function countCells({buffer, start, end, quoted}: Frame, delimiter: number): number {
  let cells = 1;
  if (!quoted) {
    for (let i = start; i < end; i++) if (buffer[i] === delimiter) cells++;
    return cells;
  }
  let inside = false;
  let atStart = true;
  for (let i = start; i < end; i++) {
    const byte = buffer[i];
    if (inside) {
      if (byte === 0x22) {
        if (buffer[i + 1] === 0x22 && i + 1 < end) i++;
        else inside = false;
      }
    } else if (byte === delimiter) {
      cells++;
      atStart = true;
      continue;
    } else if (byte === 0x22 && atStart) inside = true;
    atStart = false;
  }
  return cells;
}

/** Row → text, or null when its bytes cannot be decoded. */
function decoder(encoding: TextEncoding): (row: Frame) => string | null {
  if (encoding === "windows-1252") return ({buffer, start, end}) => decodeWindows1252(buffer.subarray(start, end));
  return ({buffer, start, end}) => {
    const bytes = buffer.subarray(start, end);
    return isUtf8(bytes) ? bytes.toString("utf8") : null;
  };
}

/** Blank: every cell is white space or invisible characters, or such in quotes. What else may turn out to be blank is seen when it is split. */
const isBlank = (text: string, delimiter: string): boolean =>
  text.length < 4096 && !/[0-9A-Za-z]/.test(text) && (text.trim() === "" || stripInvisible(text).split(delimiter).every((cell) => /^(?:\s*|"\s*")$/.test(cell)));

/** Rows of text, each already known to be one whole row → their cells; null where csv-parse finds no single row. */
function splitRows(texts: string[], delimiter: string, newline: string): (string[] | null)[] {
  const quoted = texts.filter((text) => text.includes('"'));
  const parsed = quoted.length ? splitQuoted(quoted, delimiter, newline) : [];
  let next = 0;
  return texts.map((text) => (text.includes('"') ? parsed[next++]! : text.split(delimiter)));
}

function splitQuoted(texts: string[], delimiter: string, newline: string): (string[] | null)[] {
  const options = {delimiter, record_delimiter: newline, relax_column_count: true, relax_quotes: true} as const;
  try {
    const rows = parse(texts.join(newline), options) as string[][];
    if (rows.length === texts.length) return rows;
  } catch (error) {
    if (texts.length === 1) return [null];
    if (!(error instanceof Error)) throw error;
  }
  return texts.length === 1 ? [null] : texts.flatMap((text) => splitQuoted([text], delimiter, newline));
}

/**
 * Reads the rows below the headings into the table (or view) `into`; see `RowsOfText` for its columns. Of clean UTF-8 DuckDB's CSV reader
 * (all text, strict, nothing detected) reads every line that is proved to be one whole row, and csv-parse the others; csv-parse reads any other
 * file. The result is the same. `path: "slow"` in `options` forces the last, "fast" the first for every line.
 * Throws Refusal: `truncated`, `unclosed-quote`, `headings-not-found`, `line-too-long`.
 */
export async function readCsv(
  conn: DuckDBConnection,
  path: string,
  peek: FilePeek,
  plan: SheetPlan,
  into: string,
  onProgress?: Progress,
  options: {path?: "fast" | "slow"} = {}
): Promise<RowsOfText> {
  if (options.path === "slow") return (await readSlow(conn, path, peek, plan, into, onProgress))!;
  const survey = await surveyLines(path, peek, plan, onProgress);
  const rows = survey?.simple ? await readFast(conn, path, peek, plan, into, survey) : null;
  if (rows) return rows;
  if (options.path === "fast") throw new Error("This file cannot take the fast path.");
  return (survey?.lined && (await readSlow(conn, path, peek, plan, into, onProgress, survey))) || (await readSlow(conn, path, peek, plan, into, onProgress))!;
}

const NO_FINAL_NEWLINE: Warning = {
  code: "no-final-newline",
  message: "The last line has no newline at its end; its row is complete and was read, but the export may have been cut short."
};

/** What the survey says of a UTF-8 file that DuckDB may read, in part at least. */
interface Survey {
  /** Every line is one whole row of as many cells as the headings: DuckDB may read the file as it is. */
  simple: boolean;
  /** With quotation marks taken for characters, every line below the headings is one row of at most `widest` cells to DuckDB. */
  lined: boolean;
  width: number;
  widest: number;
  crlf: boolean;
  /** Lines from the one after the headings to the last that is not empty. */
  lines: number;
  /** Every one of them is an ordinary line, so that none is blank or a totals line. */
  ordinary: boolean;
  /** Some cell of an ordinary line may have to be trimmed. */
  spaced: boolean;
  titleLines: number;
  blankLines: number;
  finalNewline: boolean;
}

/** No export has rows so much longer than its headings; a line that has is a damaged one. */
const MOST_CELLS_OVER = 100;

/** The lines that both readers know to be whole rows; `crlf` as the headings end. */
const ordinary = (delimiter: string, width: number, crlf: boolean) =>
  ordinaryLines({delimiter, width, crlf, longest: LONGEST_CELL, plain: (line) => isUtf8(line) && PLAIN_TEXT.test(line.toString("utf8"))});

/** One pass over the bytes; null when DuckDB can read no line of the file. */
async function surveyLines(path: string, peek: FilePeek, plan: SheetPlan, onProgress?: Progress): Promise<Survey | null> {
  if (peek.encoding !== "utf-8" && peek.encoding !== "utf-8-bom") return null;
  if (peek.newline === "\r" || /[*?[\]{}]/.test(resolve(path))) return null; // DuckDB takes such a path for a pattern
  const delimiter = peek.delimiter ?? ",";
  const code = delimiter.charCodeAt(0);
  const total = (await stat(path)).size;
  let simple = true;
  let lined = true;
  let width = 0;
  let widest = 0;
  let lines = 0;
  let skimmed = 0;
  let empty = 0;
  let titleLines = 0;
  let blankAbove = 0;
  let crlf: boolean | null = null;
  let finalNewline = true;
  let lookedAt: ReturnType<typeof ordinary> | null = null;
  const skimming: Skimming = {
    over: null,
    onLines(_, n) {
      lines += n;
      skimmed += n;
      finalNewline = true;
      if (empty) simple = lined = false;
    }
  };
  await frameRows(
    textBytes(path, peek.encoding),
    delimiter,
    "\n",
    (row) => {
      if (row.fault === "row-too-long" || row.end - row.start >= LONGEST_CELL) return (simple = lined = false);
      const bytes = row.buffer.subarray(row.start, row.end);
      if (row.fault || row.multiline || row.literalQuote) simple = false;
      // an empty line inside quotes would be no row to DuckDB, and a newline of the other kind would stop it
      if (row.multiline && (bytes.includes("\n\n") || bytes.includes("\n\r\n") || crlf || bytes.includes(CR))) lined = false;
      if (bytes.includes(0) || (!row.multiline && bytes.includes(CR)) || !isUtf8(bytes)) simple = lined = false;
      if (simple && !isPlain(bytes, delimiter)) simple = false;
      finalNewline = row.newline || isBlank(bytes.toString("utf8"), delimiter);
      if (row.newline) {
        if (crlf === null) crlf = row.crlf;
        else if (crlf !== row.crlf) simple = lined = false;
      }
      if (!simple && !lined) return false;
      if (row.line < plan.headingLine) {
        if (row.end === row.start || isBlank(bytes.toString("utf8"), delimiter)) blankAbove++;
        else titleLines++;
        return true;
      }
      if (row.end === row.start) {
        empty++;
        return true;
      }
      if (empty) return (simple = lined = false);
      const cells = countCells(row, code);
      widest = Math.max(widest, row.quoted ? countCells({...row, quoted: false}, code) : cells);
      if (row.line === plan.headingLine) {
        width = cells;
        if (row.multiline) lined = false;
        lookedAt = ordinary(delimiter, width, crlf ?? false);
        if (width > 1) skimming.over = lookedAt.over;
      } else {
        lines += row.multiline ? bytes.toString("latin1").split("\n").length : 1;
        if (row.fault || cells !== width) simple = false;
      }
      return simple || lined;
    },
    (done) => onProgress?.(Math.min(done, total) / 2, total),
    skimming
  );
  if (width < 2 || widest > width + MOST_CELLS_OVER) lined = false;
  if (width < 2 || !(simple || lined)) return null;
  const {spaced} = lookedAt as unknown as ReturnType<typeof ordinary>;
  return {simple, lined, width, widest, crlf: crlf ?? false, lines, ordinary: skimmed === lines, spaced, titleLines, blankLines: blankAbove + empty, finalNewline};
}

/** No NULs, lone CRs, invisible characters, or white space that JavaScript trims and DuckDB (Unicode space separators only) does not; `bytes` are UTF-8. */
function isPlain(bytes: Buffer, delimiter: string): boolean {
  if (bytes.includes(0) || bytes.includes(CR) || bytes.includes(0x0b) || bytes.includes(0x0c)) return false;
  if (bytes.includes(delimiter === "\t" ? QUOTE : TAB)) return false;
  if (isAscii(bytes)) return true;
  const text = bytes.toString("utf8");
  return !/[\u2028\u2029]/.test(text) && !hasInvisible(text);
}

/**
 * Has DuckDB read every line below the headings into the scratch table `to` (the kept columns and `rest`), in the order of the file: `rowid` + 1 is how
 * far a line stands below the headings. `quotes`: a cell may be quoted. Says whether DuckDB found as many lines as the survey.
 */
async function readLines(conn: DuckDBConnection, path: string, peek: FilePeek, plan: SheetPlan, to: string, survey: Survey, quotes: boolean): Promise<boolean> {
  const {width, widest} = survey;
  const columns = Array.from({length: quotes ? width : widest}, (_, i) => `'r${i}': 'VARCHAR'`).join(", ");
  // a blank cell is null to begin with; told that lines end in CRLF, DuckDB 1.5.5 misreads them, and untold it does not
  const cell = (i: number) => (survey.spaced || (quotes && !survey.ordinary) ? `nullif(trim(r${i}), '')` : `r${i}`);
  try {
    await conn.run(`create or replace table ${identifier(to)} as select ${projection(width, plan.keep, cell)} from read_csv(${literal(resolve(path))}, columns = {${columns}},
      auto_detect = false, header = false, skip = ${plan.headingLine}, delim = ${literal(peek.delimiter ?? ",")}, quote = '${quotes ? '"' : ""}', escape = '${quotes ? '"' : ""}',
      strict_mode = true, null_padding = ${!quotes}, ignore_errors = false, compression = 'none', max_line_size = ${2 * LONGEST_CELL})`);
  } catch {
    return false;
  }
  const [found] = (await conn.runAndReadAll(`select count(*), max(rowid) from ${identifier(to)}`)).getRows();
  return Number(found![0]) === survey.lines && Number(found![1] ?? -1) === survey.lines - 1;
}

/** DuckDB reads the body of a simple file; null when it disagrees with the survey in any way, and then csv-parse reads the file. */
async function readFast(conn: DuckDBConnection, path: string, peek: FilePeek, plan: SheetPlan, into: string, survey: Survey): Promise<RowsOfText | null> {
  const raw = `${into}_lines`;
  if (!(await readLines(conn, path, peek, plan, raw, survey, true))) return null;
  const allBlank = [
    ...plan.keep.map((i) => `c${i} is null`),
    `rest = (select rest from (select ${projection(survey.width, plan.keep, () => "null::VARCHAR")}))`
  ].join(" and ");
  let blank = 0;
  let totals: number | null = 0;
  if (!survey.ordinary) {
    blank = Number((await conn.runAndReadAll(`select count(*) from ${identifier(raw)} where ${allBlank}`)).getRows()[0]![0]);
    totals = await totalsAtTheEnd(path, peek.delimiter ?? ",", survey.width);
    if (totals === null) return null;
  }
  const kept = [...(blank ? [`not (${allBlank})`] : []), ...(totals ? [`rowid < ${survey.lines - totals}`] : [])];
  await makeWay(conn, into);
  await conn.run(`create view ${identifier(into)} as select rowid + ${plan.headingLine + 1} as line, * from ${identifier(raw)}${kept.length ? ` where ${kept.join(" and ")}` : ""}`);
  return {
    table: into,
    headings: plan.headings,
    keep: plan.keep,
    read: survey.lines - blank - totals,
    rejections: [],
    skipped: {titleLines: survey.titleLines, blankLines: survey.blankLines + blank, totalsLines: totals},
    warnings: survey.finalNewline ? [] : [NO_FINAL_NEWLINE]
  };
}

/** How many of the last lines of a file proved simple are totals lines; null when blank lines between them make that unclear. */
async function totalsAtTheEnd(path: string, delimiter: string, width: number): Promise<number | null> {
  const size = (await stat(path)).size;
  const file = await open(path, "r");
  try {
    const length = Math.min(size, 64 << 10);
    const {buffer} = await file.read(Buffer.alloc(length), 0, length, size - length);
    const lines = buffer.toString("utf8").split(/\r?\n/).slice(size > length ? 1 : 0);
    let totals = 0;
    let blankAfter = false;
    for (const line of lines.reverse()) {
      if (isBlank(line, delimiter)) {
        blankAfter ||= line !== "";
        continue;
      }
      const [cells] = splitRows([line], delimiter, "\n");
      if (!cells || !isTotalsLine(cells, width)) break;
      totals++;
    }
    return totals && blankAfter ? null : totals;
  } finally {
    await file.close();
  }
}

const FAULTS: Record<FrameFault, string> = {
  "quote-inside": "a quotation mark inside a quoted cell is not doubled, so the cells of this row cannot be told apart",
  "unclosed-quote": "a quotation mark opens a cell and is never closed, so the cells of this row cannot be told apart",
  "row-too-long": "the row is longer than 8 MB"
};
const TOO_LONG_CELL = "a cell is longer than 1 MB";

/** Ordinary lines one after another, which DuckDB reads. */
interface Run {
  line: number;
  lines: number;
}

interface TextRow {
  line: number;
  newline: boolean;
  /** Null when `reasons` say why the row cannot be read. */
  text: string | null;
  reasons: string[];
  bytes: number;
  /** Cells a split without regard to quotes gives; only for a quote that nothing closes. */
  roughWidth: number | null;
  /** One whole row without quotes and of the right width, in characters that DuckDB trims as JavaScript does: it may split it. */
  whole: boolean;
}

// Printable ASCII and Latin letters, dashes and curly quotes; neither Unicode spaces nor anything invisible.
const PLAIN_TEXT = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u2013\u2014\u2018-\u201d\u20ac]*$/;

/**
 * Any file, row by row through csv-parse, in batches, in bounded memory. With a survey that calls the file lined, DuckDB reads the ordinary lines;
 * null when it disagrees with the survey, and then the file is read without one.
 */
async function readSlow(conn: DuckDBConnection, path: string, peek: FilePeek, plan: SheetPlan, into: string, onProgress?: Progress, survey?: Survey): Promise<RowsOfText | null> {
  const delimiter = peek.delimiter ?? ",";
  const newline = peek.newline ?? "\n";
  const decode = decoder(peek.encoding as TextEncoding);
  const undecodable =
    peek.encoding === "windows-1252" ? "the row holds bytes that Windows-1252 does not have" : `the row holds bytes that are not ${peek.encoding.startsWith("utf-16") ? "UTF-16" : "UTF-8"}`;
  const total = (await stat(path)).size;
  const rejections: Rejection[] = [];
  const skipped = {titleLines: 0, blankLines: 0, totalsLines: 0};
  let collector: Awaited<ReturnType<typeof createCollector>> | null = null;
  let width = 0;
  let accepted = 0;
  let invisible = 0;
  let invisibleCells = 0;
  let unclosedAt: number | null = null;
  let raggedAfterUnclosed = 0;
  let goodAfterUnclosed = 0;
  let batch: (TextRow | Run)[] = [];
  const runs: Run[] = [];
  let tail: {line: number; cells: (string | null)[]}[] = []; // rows that are totals lines if nothing follows
  let lastFault: {line: number; cells: number | null} | null = null; // the last row, when it is one that a cut would leave
  let finalNewline = true;

  const reject = (line: number, reasons: string[]) => {
    rejections.push({...(plan.sheet === undefined ? {} : {sheet: plan.sheet}), line, reasons});
    notTooMany(rejections);
  };

  // a hundred thousand of them may be said of a file, so each is one text
  const sentences = new Map<number, string>();
  const ragged = (cells: number): string => {
    if (!sentences.has(cells)) sentences.set(cells, `the row has ${count(cells, "cell")} where the headings have ${width}`);
    return sentences.get(cells)!;
  };
  const takeCells = (row: TextRow, cells: (string | null)[]) => {
    lastFault = null;
    if (cells.length !== width) {
      if (cells.length < width) lastFault = {line: row.line, cells: cells.length};
      if (unclosedAt !== null) raggedAfterUnclosed++;
      reject(row.line, [ragged(cells.length)]);
      return;
    }
    if (unclosedAt !== null) goodAfterUnclosed++;
    if (row.bytes > LONGEST_CELL && cells.some((cell) => cell !== null && Buffer.byteLength(cell) > LONGEST_CELL)) {
      reject(row.line, [TOO_LONG_CELL]);
      return;
    }
    accepted++;
    collector!.add(row.line, cells);
  };
  const settleTail = () => {
    for (const {line, cells} of tail) takeCells({line, newline: true, text: null, reasons: [], bytes: 0, roughWidth: null, whole: false}, cells);
    tail = [];
  };

  const flush = async () => {
    const readable = batch.filter((row): row is TextRow => "text" in row && row.text !== null && !row.whole);
    const split = splitRows(readable.map((row) => row.text!), delimiter, newline);
    const anyInvisible = readable.some((row) => hasInvisible(row.text!));
    let next = 0;
    for (const row of batch) {
      if ("lines" in row) {
        settleTail();
        lastFault = null;
        if (unclosedAt !== null) goodAfterUnclosed += row.lines;
        accepted += row.lines;
        runs.push(row);
        continue;
      }
      if (row.whole) {
        settleTail();
        lastFault = null;
        if (unclosedAt !== null) goodAfterUnclosed++;
        accepted++;
        collector!.addText(row.line, row.text!);
        continue;
      }
      const raw = row.text === null ? null : split[next++]!;
      if (raw === null) {
        settleTail();
        reject(row.line, row.reasons.length ? row.reasons : [FAULTS["quote-inside"]]);
        const whole = row.roughWidth !== null && row.roughWidth >= width;
        lastFault = whole && row.newline ? null : {line: row.line, cells: whole ? null : row.roughWidth};
        if (row.roughWidth !== null) unclosedAt ??= row.line;
        continue;
      }
      const cells = raw.map((cell) => {
        let text = cell;
        if (anyInvisible && hasInvisible(cell)) {
          text = stripInvisible(cell);
          invisible += cell.length - text.length;
          invisibleCells++;
        }
        text = text.trim();
        return text === "" ? null : text;
      });
      if (cells.every((cell) => cell === null)) {
        skipped.blankLines++;
        continue;
      }
      if (isTotalsLine(cells, width)) {
        tail.push({line: row.line, cells});
        continue;
      }
      settleTail();
      takeCells(row, cells);
    }
    batch = [];
    await collector?.flush();
  };

  const skimming: Skimming = {
    over: null,
    onLines(line, lines) {
      finalNewline = true;
      const last = batch.at(-1) ?? runs.at(-1);
      if (last && "lines" in last && last.line + last.lines === line && last === batch.at(-1)) last.lines += lines;
      else batch.push({line, lines});
    }
  };
  let headingFault: string | null = null;
  await frameRows(
    textBytes(path, peek.encoding as TextEncoding),
    delimiter,
    newline,
    (row) => {
      const text = row.fault ? null : decode(row);
      if (text !== null && isBlank(text, delimiter)) {
        skipped.blankLines++;
        return true;
      }
      finalNewline = row.newline;
      if (row.line < plan.headingLine) {
        skipped.titleLines++;
        return true;
      }
      if (row.line === plan.headingLine) {
        const [cells] = text === null ? [null] : splitRows([text], delimiter, newline);
        if (!cells) {
          headingFault = row.fault ? FAULTS[row.fault] : undecodable;
          return false;
        }
        width = cells.length;
        if (survey?.width === width) skimming.over = ordinary(delimiter, width, survey.crlf).over;
        return true;
      }
      if (!width) return false;
      const reasons: string[] = [];
      if (row.fault) reasons.push(FAULTS[row.fault]);
      else if (text === null) reasons.push(undecodable);
      if (text === null ? row.buffer.subarray(row.start, row.end).includes(0) : text.includes("\0")) reasons.push("the row holds a NUL byte");
      batch.push({
        line: row.line,
        newline: row.newline,
        text: reasons.length ? null : text,
        reasons,
        bytes: row.end - row.start,
        roughWidth: row.fault === "unclosed-quote" && row.neverClosed ? countCells({...row, quoted: false}, delimiter.charCodeAt(0)) : null,
        whole:
          text !== null && !reasons.length && !row.quoted && row.end - row.start < LONGEST_CELL && countCells(row, delimiter.charCodeAt(0)) === width && PLAIN_TEXT.test(text) && !/total/i.test(text)
      });
      return true;
    },
    async (done) => {
      if (!width) return;
      collector ??= await createCollector(conn, into, width, plan.keep, delimiter);
      await flush();
      onProgress?.(Math.min(done, total), total);
    },
    skimming
  );
  if (headingFault || !width)
    throw new Refusal(
      "headings-not-found",
      headingFault
        ? `The headings on line ${plan.headingLine} cannot be read: ${headingFault}. Export the file again.`
        : `The file has no row that starts on line ${plan.headingLine}, where its headings were; it may have changed while it was read. Try again.`
    );
  collector ??= await createCollector(conn, into, width, plan.keep, delimiter);
  await flush();
  skipped.totalsLines = tail.length;
  const cut = lastFault as {line: number; cells: number | null} | null;
  if (cut && !tail.length && (!finalNewline || (cut.cells !== null && unclosedAt === cut.line)))
    throw new Refusal(
      "truncated",
      `The file is cut off: it ends inside the row on line ${cut.line}${cut.cells === null ? "" : `, which has ${count(cut.cells, "cell")} where the headings have ${width}`}. Export it again; nothing of this copy was loaded.`
    );
  if (unclosedAt !== null && raggedAfterUnclosed > goodAfterUnclosed)
    throw new Refusal(
      "unclosed-quote",
      `A quotation mark on line ${unclosedAt} is never closed, and most lines after it are not whole rows, so where rows begin is unclear. Close it in the source system and export the file again.`
    );
  await collector.close();
  if (runs.length && !(await joinLines(conn, path, peek, plan, into, survey!, runs))) return null;
  rejections.sort((a, b) => a.line - b.line);
  const warnings: Warning[] = [];
  if (invisible)
    warnings.push({
      code: "invisible-characters",
      message: `${count(invisible, "invisible character")} (bidirectional or zero-width) stripped from ${count(invisibleCells, "cell")}.`
    });
  if (!finalNewline) warnings.push(NO_FINAL_NEWLINE);
  return {table: into, headings: plan.headings, keep: plan.keep, read: accepted + rejections.length, rejections, skipped, warnings};
}

/** Adds the ordinary lines of a file to the rows that csv-parse read: `into` becomes a view over both. Says whether DuckDB agreed with the survey. */
async function joinLines(conn: DuckDBConnection, path: string, peek: FilePeek, plan: SheetPlan, into: string, survey: Survey, runs: Run[]): Promise<boolean> {
  const raw = `${into}_lines`;
  if (!(await readLines(conn, path, peek, plan, raw, survey, false))) return false;
  const [line, others, table] = [`rowid + ${plan.headingLine + 1}`, identifier(`${into}_others`), identifier(into)];
  const gone = `${into}_gaps`;
  await conn.run(`create or replace table ${identifier(gone)} (line BIGINT)`);
  const gaps = await appendTo(conn, gone, 0, false);
  let next = plan.headingLine + 1;
  for (const run of [...runs, {line: plan.headingLine + survey.lines + 1, lines: 0}]) {
    for (; next < run.line; next++) gaps.add(next, []);
    next = run.line + run.lines;
  }
  gaps.close();
  await conn.run(`drop table if exists ${others}; alter table ${table} rename to ${others}`);
  await conn.run(`create view ${table} as select ${line} as line, * from ${identifier(raw)} where ${line} not in (from ${identifier(gone)}) union all select * from ${others}`);
  return true;
}
