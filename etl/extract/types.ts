// What every reader hands on: rows of text with their place. Nothing here knows a type or a record set's rules.

/** Something worth a person's eye that loses no row: an encoding chosen, a heading dropped, a stripped character. */
export interface Warning {
  code: string;
  message: string;
  sheet?: string;
  line?: number;
  heading?: string;
}

/** A row (or one cell of it) that was not accepted, its place and every reason in plain English. */
export interface Rejection {
  sheet?: string;
  /** 1-based line of the file (XML, CSV: the line the row starts on) or row of the sheet. */
  line: number;
  /** Column letter as a spreadsheet shows it, when one cell is at fault. */
  column?: string;
  heading?: string;
  /** The cell's text; never given for a ragged row, whose shifted cells could be a surname. */
  value?: string;
  reasons: string[];
}

/** The first rows of one sheet (a CSV file is one sheet without a name), for choosing a mapping and finding the headings. */
export interface SheetPeek {
  sheet?: string;
  hidden?: boolean;
  /** Up to 40 non-blank rows from the top. */
  rows: {line: number; cells: string[]}[];
}

/** What a reader learnt from the bytes before any mapping is chosen. */
export interface FilePeek {
  format: "csv" | "xlsx" | "cin-census";
  /** "utf-8" | "utf-8-bom" | "utf-16le" | "utf-16be" | "windows-1252" | "iso-8859-1" (XML that says so) | "zip" */
  encoding: string;
  delimiter?: "," | ";" | "\t" | "|";
  /** CSV only: what ends a line ("\n" for CRLF too). */
  newline?: "\n" | "\r";
  /** CSV only. False: the bytes hold nothing of what databases write for an empty cell; nor can a cell, unless invisible characters stood within. */
  nulls?: boolean;
  sheets: SheetPeek[];
  warnings: Warning[];
  /** XLSX only: cells are as stored, so a date is its raw serial number; the load step types it. */
  excelSerials?: boolean;
  /** XLSX only: serials count from 1904 instead of 1900. */
  date1904?: boolean;
  /** CIN census only. */
  census?: {year: number; lea: string; referenceDate: string | null; exportedAt: string | null};
}

/** Which part of a sheet the chosen mapping wants. */
export interface SheetPlan {
  sheet?: string;
  /** 1-based line on which the headings stand. */
  headingLine: number;
  headings: string[];
  /** 0-based columns whose text is kept; the text of every other column goes no further than a hash for exact duplicates. */
  keep: number[];
  /** XLSX: the kept columns in which an error cell rejects its row; absent: all of them. */
  read?: number[];
  /** XLSX: a row with an error cell is not rejected, the cell is blank; for showing such a row to a person. */
  errorsBlank?: boolean;
}

/**
 * Rows of text, in a scratch DuckDB table named `table` with the columns
 *   line BIGINT        the place (unique within the table)
 *   c<i> VARCHAR       for each kept 0-based column i: the cell as exported, trimmed of outer white space, NULL when blank
 *   rest UBIGINT       hash of the cells not kept, so that an exact duplicate row can be told from one that differs elsewhere
 */
export interface RowsOfText {
  sheet?: string;
  table: string;
  headings: string[];
  keep: number[];
  /** Data rows met, whether or not they could be read: `rows in table + rejected rows`. Blank lines and a totals line are not rows. */
  read: number;
  rejections: Rejection[];
  skipped: {titleLines: number; blankLines: number; totalsLines: number};
  warnings: Warning[];
}

/** One record set found inside a CIN census, its headings being already our field names. */
export interface CensusRows extends RowsOfText {
  recordSet: string;
}

/** Rows of one sheet that may be unreadable before the whole is taken for what it is: no table. Keeps memory bounded whatever the file. */
const MOST_UNREADABLE = 100_000;

/** @throws Refusal once so many rows could not be read that listing them helps nobody */
export function notTooMany(rejections: readonly Rejection[]): void {
  if (rejections.length <= MOST_UNREADABLE) return;
  throw new Refusal("too-many-unreadable", `More than ${MOST_UNREADABLE.toLocaleString("en-GB")} rows cannot be read, the first on line ${rejections[0]!.line} (${rejections[0]!.reasons[0]}), so the export is damaged or no table; export it again.`);
}

/** A file nobody can read: one sentence that says what it is and what to do instead. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly warnings: Warning[] = []
  ) {
    super(message);
    this.name = "Refusal";
  }
}
