// XLSX → rows of text, each cell as the workbook stores it (a date is a serial number, a formula its cached value). Types nothing, runs nothing, unpacks nothing to disk.
import type {DuckDBConnection} from "@duckdb/node-api";
import {posix} from "node:path";
import {createCollector, type RowCollector} from "./table.ts";
import {columnLetter, count, hasInvisible, isTotalsLine, stripInvisible} from "./text.ts";
import {notTooMany, Refusal, type FilePeek, type Rejection, type RowsOfText, type SheetPlan, type Warning} from "./types.ts";
import {parseXml, type XmlHandlers} from "./xml.ts";
import {openZip, type Zip} from "./zip.ts";

const PEEK_ROWS = 40;
const MOST_COLUMNS = 1000;
/** Excel's own limit; a sheet with more was not made by it. */
const MOST_ROWS = 1_048_576;
/** A sheet of fewer bytes is read without its rows being counted first: what it could hold too much of is little. */
const COUNTED_FROM = 32 << 20;
const LONGEST_CELL = 1 << 20;
/** Characters of shared strings held in memory. */
const MOST_SHARED = 96 << 20;

interface Sheet {
  name: string;
  part: string;
  hidden: boolean;
}

interface Workbook {
  zip: Zip;
  sheets: Sheet[];
  date1904: boolean;
  sharedStrings: string | null;
}

/** A cell: its text, an index into the shared strings, or an error word. */
type Cell = {column: number; text: string} | {column: number; shared: number} | {column: number; error: string};

/**
 * Learns a workbook's sheets in their order, hidden ones too, its date system, and the first 40 non-blank rows of each sheet.
 * Throws Refusal: `zip-bomb`, `xlsx-damaged`, `too-many-columns`, `too-many-rows`, `other-zip`, `xlsb`.
 */
export async function peekXlsx(path: string): Promise<FilePeek> {
  const book = await openWorkbook(path);
  try {
    const heads: {sheet: Sheet; rows: {line: number; cells: Cell[]}[]}[] = [];
    const wanted = new Set<number>();
    for (const sheet of book.sheets) {
      const rows: {line: number; cells: Cell[]}[] = [];
      let blank = 0;
      await readRows(book, sheet, (line, cells) => {
        if (cells.length) rows.push({line, cells});
        else blank++;
        for (const cell of cells) if ("shared" in cell) wanted.add(cell.shared);
        return rows.length < PEEK_ROWS && blank < 10_000;
      });
      heads.push({sheet, rows});
    }
    const strings = await sharedStrings(book, wanted);
    return {
      format: "xlsx",
      encoding: "zip",
      excelSerials: true,
      date1904: book.date1904,
      sheets: heads.map(({sheet, rows}) => ({
        sheet: sheet.name,
        ...(sheet.hidden ? {hidden: true} : {}),
        rows: rows
          .map(({line, cells}) => ({line, cells: rowTexts(cells, strings).map((text) => stripInvisible(text ?? "").trim())}))
          .filter(({cells}) => cells.some((cell) => cell !== ""))
      })),
      warnings: book.sheets
        .filter(({hidden}) => hidden)
        .map(({name}) => ({code: "hidden-sheet", message: `The sheet "${name}" is hidden in the workbook; it is read like the others.`, sheet: name}))
    };
  } finally {
    book.zip.close();
  }
}

/**
 * Reads the planned sheets, one table `<prefix>_<i>` a plan, in the order of the plans. Numbers keep the digits that are stored, without an exponent
 * or a trailing `.0` where the value is a whole number that a spreadsheet holds exactly; booleans are TRUE and FALSE. A row with an error
 * cell in a column that is read, or with a value beyond the last heading, is rejected. `onProgress` is told sheets done and planned.
 * Throws the Refusals of `peekXlsx`.
 */
export async function readXlsx(
  conn: DuckDBConnection,
  path: string,
  _peek: FilePeek,
  plans: SheetPlan[],
  prefix: string,
  onProgress?: (done: number, total: number) => void
): Promise<RowsOfText[]> {
  const book = await openWorkbook(path);
  try {
    const strings = await sharedStrings(book);
    const results: RowsOfText[] = [];
    for (const [i, plan] of plans.entries()) {
      const sheet = book.sheets.find(({name}) => name === plan.sheet) ?? (plan.sheet === undefined ? book.sheets[0] : undefined);
      if (!sheet) throw new Refusal("sheet-not-found", `The workbook has no sheet "${plan.sheet}"; it has ${book.sheets.map(({name}) => `"${name}"`).join(", ")}.`);
      await notTooManyRows(book, sheet);
      results.push(await readSheet(conn, book, sheet, strings, plan, `${prefix}_${i}`));
      onProgress?.(i + 1, plans.length);
    }
    return results;
  } finally {
    book.zip.close();
  }
}

async function readSheet(conn: DuckDBConnection, book: Workbook, sheet: Sheet, strings: Strings, plan: SheetPlan, into: string): Promise<RowsOfText> {
  const width = plan.headings.length;
  const read = new Set(plan.read ?? plan.keep);
  const collector: RowCollector = await createCollector(conn, into, width, plan.keep);
  const rejections: Rejection[] = [];
  const skipped = {titleLines: 0, blankLines: 0, totalsLines: 0};
  let accepted = 0;
  let lastLine = 0;
  let invisible = 0;
  let invisibleCells = 0;
  let tail: (() => void)[] = []; // rows that are totals lines if nothing follows

  const clean = (text: string | null): string | null => {
    if (text === null) return null;
    let stripped = text;
    if (hasInvisible(text)) {
      stripped = stripInvisible(text);
      invisible += text.length - stripped.length;
      invisibleCells++;
    }
    return stripped.trim() || null;
  };
  const take = (line: number, cells: (string | null)[], errors: {column: number; error: string}[]) => {
    const reject = (reasons: string[], at?: {column: number; error: string}) => {
      rejections.push({
        sheet: sheet.name,
        line,
        ...(at ? {column: columnLetter(at.column), heading: plan.headings[at.column] ?? "", value: at.error} : {}),
        reasons
      });
      notTooMany(rejections);
    };
    const beyond = cells.findIndex((cell, column) => column >= width && cell !== null);
    if (beyond >= 0) return reject([`the row has a value in column ${columnLetter(beyond)}, beyond the last heading in column ${columnLetter(width - 1)}`]);
    if (cells.some((cell) => cell?.includes("\0"))) return reject(["the row holds a NUL character"]);
    if (cells.some((cell) => cell !== null && cell.length * 3 > LONGEST_CELL && Buffer.byteLength(cell) > LONGEST_CELL)) return reject(["a cell is longer than 1 MB"]);
    const wrong = errors.filter(({column}) => read.has(column) && plan.headings[column]);
    if (plan.errorsBlank) for (const {column} of wrong) cells[column] = null;
    else if (wrong.length)
      return reject(
        wrong.map(({column, error}) => `the cell under "${plan.headings[column]}" (column ${columnLetter(column)}) holds the error ${error}`),
        wrong[0]
      );
    accepted++;
    collector.add(line, cells.slice(0, width));
  };

  await readRows(
    book,
    sheet,
    (line, found) => {
      const cells = rowTexts(found, strings).map(clean);
      if (cells.every((cell) => cell === null)) return true;
      skipped.blankLines += line - lastLine - 1;
      lastLine = line;
      if (line <= plan.headingLine) {
        if (line < plan.headingLine) skipped.titleLines++;
        return true;
      }
      const errors = found.filter((cell) => "error" in cell);
      if (isTotalsLine(cells, width)) {
        tail.push(() => take(line, cells, errors));
        return true;
      }
      for (const settle of tail) settle();
      tail = [];
      take(line, cells, errors);
      return true;
    },
    () => collector.flush()
  );
  await collector.close();
  skipped.totalsLines = tail.length;
  const warnings: Warning[] = [];
  if (invisible)
    warnings.push({
      code: "invisible-characters",
      message: `${count(invisible, "invisible character")} (bidirectional or zero-width) stripped from ${count(invisibleCells, "cell")}.`,
      sheet: sheet.name
    });
  return {sheet: sheet.name, table: into, headings: plan.headings, keep: plan.keep, read: accepted + rejections.length, rejections, skipped, warnings};
}

const damaged = (why: string) => new Refusal("xlsx-damaged", `The workbook is damaged (${why}); open it, save it again as an Excel workbook (.xlsx) and export that.`);

/** Reads one XML part; null when it is not there. */
async function parsePart(zip: Zip, part: string, handlers: XmlHandlers): Promise<boolean> {
  const text = zip.text(part);
  if (!text) return false;
  try {
    await parseXml(() => text, handlers);
  } catch (error) {
    if (error instanceof Refusal && error.code.startsWith("xml-")) throw damaged(`${part}: ${error.code === "xml-doctype" ? "it has a DOCTYPE" : "its XML is malformed or cut off"}`);
    throw error;
  }
  return true;
}

/** The targets of a part's relationships by id, as names of parts. */
async function relationships(zip: Zip, part: string): Promise<Map<string, {type: string; target: string}>> {
  const folder = posix.dirname(part);
  const found = new Map<string, {type: string; target: string}>();
  await parsePart(zip, posix.join(folder, "_rels", `${posix.basename(part)}.rels`), {
    open(name, {Id, Type, Target}) {
      if (name === "Relationship" && Id && Target)
        found.set(Id, {type: (Type ?? "").split("/").at(-1)!, target: Target.startsWith("/") ? Target.slice(1) : posix.join(folder, Target)});
    },
    close() {}
  });
  return found;
}

async function openWorkbook(path: string): Promise<Workbook> {
  const zip = await openZip(path);
  try {
    const main = [...(await relationships(zip, "")).values()].find(({type}) => type === "officeDocument")?.target ?? "xl/workbook.xml";
    if (main.endsWith(".bin") || zip.entries.has("xl/workbook.bin"))
      throw new Refusal("xlsb", "This is a binary Excel workbook (.xlsb); open it in Excel and save it as an Excel workbook (.xlsx) or as CSV UTF-8.");
    if (!zip.entries.has(main) || !/workbook/i.test(main))
      throw new Refusal("other-zip", "This is a zip archive or another Office document, not an Excel workbook; unpack it, or save the records as an Excel workbook (.xlsx) or CSV.");
    const encrypted = [...zip.entries.values()].some((entry) => entry.isEncrypted());
    if (encrypted) throw new Refusal("password", "This workbook is protected by a password; save a copy without the password and export that.");
    const rels = await relationships(zip, main);
    const sheets: Sheet[] = [];
    let date1904 = false;
    await parsePart(zip, main, {
      open(name, attributes) {
        if (name === "workbookPr") date1904 = attributes.date1904 === "1" || attributes.date1904 === "true";
        if (name !== "sheet") return;
        const id = Object.entries(attributes).find(([key]) => key.endsWith(":id"))?.[1] ?? "";
        const rel = rels.get(id);
        if (rel && rel.type !== "worksheet") return;
        const part = rel?.target ?? `xl/worksheets/sheet${sheets.length + 1}.xml`;
        sheets.push({name: attributes.name ?? "", part, hidden: (attributes.state ?? "visible") !== "visible"});
      },
      close() {}
    });
    if (!sheets.length) throw damaged("it has no sheet");
    const shared = [...rels.values()].find(({type}) => type === "sharedStrings")?.target ?? null;
    return {zip, sheets, date1904, sharedStrings: shared};
  } catch (error) {
    zip.close();
    throw error;
  }
}

type Strings = {get(index: number): string | undefined};

/** The workbook's shared strings; with `wanted`, only those. Phonetic hints are left out, runs of rich text joined. */
async function sharedStrings(book: Workbook, wanted?: Set<number>): Promise<Strings> {
  const all: string[] = [];
  const some = new Map<number, string>();
  const last = wanted ? Math.max(-1, ...wanted) : Infinity;
  if (!book.sharedStrings || last < 0) return some;
  let index = 0;
  let held = 0;
  let text = "";
  let phonetic = false;
  await parsePart(book.zip, book.sharedStrings, {
    open(name) {
      if (name === "si") text = "";
      if (name === "rPh") phonetic = true;
    },
    close(name, part) {
      if (name === "rPh") phonetic = false;
      if (name === "t" && !phonetic) text += part;
      if (name !== "si") return;
      const unescaped = unescape(text);
      if (!wanted) {
        all.push(unescaped);
        held += text.length;
        if (held > MOST_SHARED) throw new Refusal("xlsx-too-large", "The workbook holds more text than can be read at once; export the records as CSV instead.");
      } else if (wanted.has(index)) some.set(index, unescaped);
      index++;
    },
    done: () => index > last
  });
  return wanted ? some : {get: (i) => all[i]};
}

/** Excel writes a control character in a string as `_xHHHH_`. */
const unescape = (text: string): string =>
  text.includes("_x") ? text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16))) : text;

/** A row's cells by column, up to the last that holds anything; null where there is none. */
function rowTexts(cells: readonly Cell[], strings: Strings): (string | null)[] {
  const texts: (string | null)[] = [];
  for (const cell of cells) {
    while (texts.length < cell.column) texts.push(null);
    if ("shared" in cell) {
      const text = strings.get(cell.shared);
      if (text === undefined) throw damaged("a cell points to a text that is not in it");
      texts[cell.column] = text;
    } else texts[cell.column] = "error" in cell ? cell.error : cell.text;
  }
  return texts;
}

const tooManyRows = (sheet: Sheet) =>
  new Refusal("too-many-rows", `The sheet "${sheet.name}" has more rows than Excel's ${MOST_ROWS.toLocaleString("en-GB")}; export the records as CSV instead.`);

/** Counts the rows of a large sheet by their tags, so that one with too many is refused before a row of it is held. @throws Refusal `too-many-rows` */
async function notTooManyRows({zip}: Workbook, sheet: Sheet): Promise<void> {
  if ((zip.entries.get(sheet.part)?.uncompressedSize ?? 0) < COUNTED_FROM) return;
  let rows = 0;
  let before = "";
  for await (const chunk of zip.text(sheet.part)!) {
    const text = before + chunk;
    for (let at = text.indexOf("<row"); at >= 0 && at < text.length - 4; at = text.indexOf("<row", at + 4)) if (!/[A-Za-z]/.test(text[at + 4]!)) rows++;
    if (rows > MOST_ROWS) throw tooManyRows(sheet);
    before = text.slice(-4);
  }
}

/** Streams a sheet's rows: their 1-based row number and the cells that hold something, in column order. `onRow` returns false to stop. */
async function readRows(
  book: Workbook,
  sheet: Sheet,
  onRow: (line: number, cells: Cell[]) => boolean | void,
  onChunk?: () => Promise<void>
): Promise<void> {
  let line = 0;
  let cells: Cell[] = [];
  let column = -1;
  let type = "";
  let value: string | null = null;
  let inline: string | null = null;
  let phonetic = false;
  let inCell = false;
  let stopped = false;
  const there = await parsePart(book.zip, sheet.part, {
    open(name, attributes) {
      switch (name) {
        case "dimension":
          if (Number(/(\d+)$/.exec(attributes.ref ?? "")?.[1] ?? 0) > MOST_ROWS) throw tooManyRows(sheet);
          break;
        case "row":
          line = Math.max(line + 1, Number(attributes.r) || 0);
          if (line > MOST_ROWS) throw tooManyRows(sheet);
          cells = [];
          column = -1;
          break;
        case "c":
          column = attributes.r ? columnOf(attributes.r) : column + 1;
          type = attributes.t ?? "n";
          value = inline = null;
          inCell = true;
          break;
        case "rPh":
          phonetic = true;
      }
    },
    close(name, text) {
      if (inCell) {
        if (name === "v") value = text;
        else if (name === "t" && !phonetic) inline = (inline ?? "") + text;
        else if (name === "rPh") phonetic = false;
        else if (name === "c") {
          inCell = false;
          const cell = toCell(column, type, value, inline);
          if (!cell) return;
          if (column >= MOST_COLUMNS)
            throw new Refusal(
              "too-many-columns",
              `The sheet "${sheet.name}" has a value in column ${columnLetter(column)}, row ${line}; a sheet of more than ${MOST_COLUMNS.toLocaleString("en-GB")} columns is not read. Delete what stands outside the table and save it again.`
            );
          const before = cells.at(-1);
          if (before && before.column >= column) throw damaged(`the cells of row ${line} are out of order`);
          cells.push(cell);
        }
      } else if (name === "row" && !stopped) stopped = onRow(line, cells) === false;
    },
    done: () => stopped,
    ...(onChunk ? {onChunk} : {})
  });
  if (!there) throw damaged(`the sheet "${sheet.name}" is missing`);
}

/** 0-based column of a reference such as "AB12". */
function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) & 0xdf;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return column - 1;
}

/** What a `<c>` element holds; null when it holds nothing (a format only). */
function toCell(column: number, type: string, value: string | null, inline: string | null): Cell | null {
  switch (type) {
    case "s":
      return value === null || value === "" ? null : {column, shared: Number(value)};
    case "inlineStr":
      return inline === null || inline === "" ? null : {column, text: unescape(inline)};
    case "str":
      return value === null || value === "" ? null : {column, text: unescape(value)};
    case "e":
      return {column, error: value ?? "#N/A"};
    case "b":
      return value === null ? null : {column, text: value.trim() === "1" || value.trim() === "true" ? "TRUE" : "FALSE"};
    default: // a number, or an ISO 8601 date (t="d")
      return value === null || value.trim() === "" ? null : {column, text: type === "n" ? wholeNumber(value.trim()) : value.trim()};
  }
}

/** A stored number's text; a whole number of up to 15 digits (all that a spreadsheet holds exactly) without exponent or `.0`. */
export function wholeNumber(stored: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(stored);
  if (!parts) return stored;
  const [, sign, whole, fraction = "", exponent = "0"] = parts as unknown as [string, string, string, string | undefined, string | undefined];
  if (fraction === "" && exponent === "0") return stored;
  const digits = whole + fraction.replace(/0+$/, "");
  const point = whole.length + Number(exponent);
  if (point < digits.length || point > 15) return exponent === "0" && fraction.replace(/0+$/, "") === "" ? sign + whole : stored;
  return sign + (digits.padEnd(point, "0").replace(/^0+(?=\d)/, "") || "0");
}
