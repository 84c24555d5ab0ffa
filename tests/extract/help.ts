// Small files and a DuckDB connection for the extract tests. Nothing here knows what a reader should answer.
import {DuckDBInstance, type DuckDBConnection} from "@duckdb/node-api";
import {mkdtempSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import {join} from "node:path";
import {peekCsv, readCsv, type Progress} from "../../etl/extract/csv.ts";
import type {FilePeek, RowsOfText, Warning} from "../../etl/extract/types.ts";

export const folder = (): string => mkdtempSync(join(tmpdir(), "extract-"));

/** Writes a file into a new folder and returns its path. */
export function file(content: string | Buffer, name = "contacts.csv"): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

export const connect = async (): Promise<DuckDBConnection> => (await DuckDBInstance.create(":memory:")).connect();

/** Every row of a table of text, ordered by line, bigints as strings. */
export async function rowsOf(conn: DuckDBConnection, table: string): Promise<(string | number | null)[][]> {
  const result = await conn.runAndReadAll(`select * from "${table}" order by line`);
  return result.getRows().map(([line, ...cells]) => [Number(line), ...cells.map((cell) => (cell === null ? null : String(cell)))]);
}

/** Peeks and reads a CSV file whose headings are the first row peeked, or the one on `headingLine`; keeps every column unless told. */
export async function read(
  conn: DuckDBConnection,
  path: string,
  {headingLine, keep, by, onProgress}: {headingLine?: number; keep?: number[]; by?: "fast" | "slow"; onProgress?: Progress} = {}
): Promise<RowsOfText & {peek: FilePeek; rows: (string | number | null)[][]; all: Warning[]}> {
  const peek = await peekCsv(path);
  const heading = peek.sheets[0]!.rows.find((row) => headingLine === undefined || row.line === headingLine)!;
  const plan = {headingLine: heading.line, headings: heading.cells, keep: keep ?? heading.cells.map((_, i) => i)};
  const result = await readCsv(conn, path, peek, plan, "rows", onProgress, by ? {path: by} : {});
  const rows = await rowsOf(conn, "rows");
  return {...result, peek, rows, all: [...peek.warnings, ...result.warnings]};
}
