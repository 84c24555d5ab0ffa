// Lists as XLSX: ids as text, real dates, and an About sheet that says what the list is. Rows are written as they come, so that a long list takes no memory.
// A text is always a text cell: nothing of it can run as a formula.
import type {Writable} from "node:stream";
import {setImmediate} from "node:timers/promises";
import ExcelJS from "exceljs";

export type Value = string | number | boolean | null | undefined;

export interface BookColumn {
  key: string;
  name: string;
  /** Text stays text, leading zeros and all; dates come as YYYY-MM-DD. */
  kind: "text" | "date" | "number" | "flag";
  width?: number; // defaults by kind
}

export interface Book {
  sheet: string;
  columns: BookColumn[];
  rows: Iterable<Readonly<Record<string, Value>>>;
  /** Lines of the About sheet: what, and what it is. */
  about: [string, string][];
}

const widths = {text: 18, date: 12, number: 10, flag: 8};
const formats = {text: "@", date: "dd/mm/yyyy", number: "General", flag: "@"};

/** Writes the workbook to a stream and ends it; lets others have their turn every thousand rows. */
export async function writeBook(stream: Writable, book: Book): Promise<void> {
  const writer = new ExcelJS.stream.xlsx.WorkbookWriter({stream, useStyles: true, useSharedStrings: false});
  const sheet = writer.addWorksheet(sheetName(book.sheet), {views: [{state: "frozen", ySplit: 1}]});
  sheet.columns = book.columns.map((c) => ({header: c.name, key: c.key, width: c.width ?? Math.max(widths[c.kind], c.name.length + 2), style: {numFmt: formats[c.kind]}}));
  sheet.getRow(1).font = {bold: true};
  sheet.getRow(1).commit();
  if (book.columns.length) sheet.autoFilter = {from: {row: 1, column: 1}, to: {row: 1, column: book.columns.length}};
  let n = 0;
  for (const row of book.rows) {
    sheet.addRow(book.columns.map((c) => cellOf(row[c.key], c.kind))).commit();
    if (++n % 1000 === 0) await setImmediate();
  }
  sheet.commit();
  const about = writer.addWorksheet("About");
  about.columns = [{width: 26}, {width: 100, style: {alignment: {wrapText: true, vertical: "top"}}}];
  for (const line of book.about) about.addRow(line).commit();
  about.commit();
  await writer.commit();
}

function cellOf(value: Value, kind: BookColumn["kind"]): ExcelJS.CellValue {
  if (value === null || value === undefined) return null;
  if (kind === "date") return typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value) ? new Date(`${value.slice(0, 10)}T00:00:00Z`) : String(value);
  if (kind === "flag") return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  return kind === "number" && typeof value === "number" ? value : String(value);
}

/** A sheet's name without what Excel refuses in one, 31 characters at most. */
export const sheetName = (text: string): string => text.replaceAll(/[\\/?*[\]:']/g, " ").slice(0, 31).trim() || "Sheet";
