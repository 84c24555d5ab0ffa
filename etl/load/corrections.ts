// The columns that frontdoor adds to a CSV of rejected rows, and how such a file is read once a person has mended it. The text of cells
// passes through; what they mean is the mapping's business.
import {name, type Db} from "../duckdb.ts";
import {normaliseHeading} from "../extract/csv.ts";
import type {FilePeek, RowsOfText, SheetPlan} from "../extract/types.ts";
import type {Offered} from "./reshape.ts";

/** Before the export's own columns, so that a row with too many cells still shows them in place. */
export const OUR_HEADINGS = ["frontdoor line", "frontdoor reasons", "frontdoor export"] as const;

export const isOurs = (heading: string): boolean => (OUR_HEADINGS as readonly string[]).includes(normaliseHeading(heading));

/** What a file of corrections says of itself. */
export interface Correction {
  exportDate: string;
  /** The beginning of the export's hash. */
  sha256: string;
  /** The sheet of the workbook whose rows these are; null for a CSV and a census. */
  sheet: string | null;
  /** The CIN census whose rows these are, and of which record set; null for any other export. */
  census: {year: number; lea: string; set: string} | null;
  /** 0-based columns of our headings. */
  columns: {line: number; reasons: number; export: number};
}

/** The text of the third column: which export the rows are of. */
export const exportText = ({exportDate, sha256, sheet, census}: Pick<Correction, "exportDate" | "sha256" | "sheet" | "census">): string =>
  `${exportDate} ${sha256.slice(0, 16)}${census ? ` CIN census ${census.year} of ${census.lea}: ${census.set}` : sheet === null ? "" : ` ${sheet}`}`;

/** What `exportText` writes: export date, beginning of the hash, sheet. */
const EXPORT_TEXT = /^(\d{4}-\d{2}-\d{2}) ([0-9a-f]{16})(?: (.+))?$/;
/** No sheet of a workbook can be called so: its name cannot hold a colon. */
const CENSUS_TEXT = /^CIN census (\d{4}) of ([^:]*): ([a-z_0-9]+)$/;

/** What a cell of the third column says; null where it is none of ours. */
export function readExportText(cell: string): Pick<Correction, "exportDate" | "sha256" | "sheet" | "census"> | null {
  const [, exportDate, sha256, place] = EXPORT_TEXT.exec(cell.trim()) ?? [];
  if (!exportDate || !sha256) return null;
  const [, year, lea, set] = CENSUS_TEXT.exec(place ?? "") ?? [];
  return {exportDate, sha256, ...(year && set ? {sheet: null, census: {year: Number(year), lea: lea!, set}} : {sheet: place ?? null, census: null})};
}

/**
 * Whether a sheet is a CSV of rejected rows that comes back; its plan then keeps our columns too.
 * @returns null for any other file
 */
export function correctionOf(peek: FilePeek, sheets: {plan: SheetPlan}[]): Correction | null {
  const plan = sheets[0]?.plan;
  if (!plan || sheets.length > 1) return null;
  const headings = plan.headings.map(normaliseHeading);
  const [line, reasons, from] = OUR_HEADINGS.map((h) => headings.indexOf(h)) as [number, number, number];
  if ([line, reasons, from].some((i) => i < 0)) return null;
  const rows = (peek.sheets.find((s) => s.sheet === plan.sheet) ?? peek.sheets[0]!).rows.filter((r) => r.line > plan.headingLine);
  const said = rows.map((r) => readExportText(r.cells[from] ?? "")).find((s) => s !== null);
  if (!said) return null;
  plan.keep = [...new Set([...plan.keep, line, reasons, from])].sort((a, b) => a - b);
  return {...said, columns: {line, reasons, export: from}};
}

/** Takes our columns out of the rows again: each row gets the line it had in the export (`origin`), and the guard against formulas is undone. */
export async function asCorrections(db: Db, rows: RowsOfText, {columns}: Correction): Promise<Offered["rows"]> {
  const ours = Object.values(columns);
  const keep = rows.keep.filter((i) => !ours.includes(i));
  const table = `${rows.table}_corrected`;
  const cell = (i: number) => `case when regexp_matches(${name(`c${i}`)}, '^''''*[=+@\\t\\r-]') then substr(${name(`c${i}`)}, 2) else ${name(`c${i}`)} end as ${name(`c${i}`)}`;
  await db.run(`create or replace table ${name(table)} as
    select line, coalesce(try_cast(${name(`c${columns.line}`)} as bigint), -line) as origin, rest, ${keep.map(cell).join(", ")} from ${name(rows.table)}`);
  return {...rows, table, keep, origin: true};
}

/** A cell of a CSV for a person: what a spreadsheet would run as a formula gets a leading apostrophe, and so does a text that has one already. */
export function guarded(text: string): string {
  return /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
