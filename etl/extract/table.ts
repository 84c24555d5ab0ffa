// Rows of text → a scratch DuckDB table, column by column. Knows no format; keeps the text of unkept columns only until it is hashed.
import {BIGINT, DuckDBDataChunk, UBIGINT, VARCHAR, type DuckDBAppender, type DuckDBConnection} from "@duckdb/node-api";
import {CHUNK_ROWS, literal, name as identifier} from "../duckdb.ts";

const STAGE_ROWS = 30 * CHUNK_ROWS;
const STAGE_CHARACTERS = 16 << 20;

/** Adds rows one at a time and writes them 2,048 at a time. Blank cells are null. */
export interface RowWriter {
  add(line: number, cells: readonly (string | null | undefined)[]): void;
  close(): void;
}

/** Appends to an existing table of (line BIGINT, `width` VARCHARs[, rest UBIGINT = 0]). */
export async function appendTo(conn: DuckDBConnection, table: string, width: number, rest: boolean): Promise<RowWriter> {
  const appender: DuckDBAppender = await conn.createAppender(table);
  const types = [BIGINT, ...Array.from({length: width}, () => VARCHAR), ...(rest ? [UBIGINT] : [])];
  let lines: bigint[] = [];
  let columns: (string | null)[][] = Array.from({length: width}, () => []);
  const flush = () => {
    if (!lines.length) return;
    const chunk = DuckDBDataChunk.create(types, lines.length);
    chunk.setColumns([lines, ...columns, ...(rest ? [lines.map(() => 0n)] : [])]);
    appender.appendDataChunk(chunk);
    lines = [];
    columns = Array.from({length: width}, () => []);
  };
  return {
    add(line, cells) {
      lines.push(BigInt(line));
      for (let i = 0; i < width; i++) columns[i]!.push(cells[i] ?? null);
      if (lines.length === CHUNK_ROWS) flush();
    },
    close() {
      flush();
      appender.closeSync();
    }
  };
}

/** Drops the table or view of this name, if there is one. */
export async function makeWay(conn: DuckDBConnection, name: string): Promise<void> {
  const table = identifier(name);
  await conn.run(`drop table if exists ${table}`).catch(() => conn.run(`drop view ${table}`)); // DuckDB drops no view as a table
}

/** Creates the table `name` (line, c0 … c<width-1>, rest = 0), for rows of which every cell is kept. */
export async function createTextTable(conn: DuckDBConnection, name: string, width: number): Promise<RowWriter> {
  const columns = Array.from({length: width}, (_, i) => `c${i} VARCHAR`);
  await conn.run(`create or replace table ${identifier(name)} (${["line BIGINT", ...columns, "rest UBIGINT"].join(", ")})`);
  return appendTo(conn, name, width, true);
}

/** The select list that turns cells r0 … r<width-1> into c<i> for the kept columns and one hash of the others. */
export function projection(width: number, keep: readonly number[], cell: (i: number) => string): string {
  const others = Array.from({length: width}, (_, i) => i).filter((i) => !keep.includes(i));
  const rest = others.length ? `hash(${others.map(cell).join(", ")})` : "0";
  return [...keep.map((i) => `${cell(i)} as c${i}`), `(${rest})::UBIGINT as rest`].join(", ");
}

/** Collects rows of which some columns are kept and the others only hashed. `add` may be called between two `flush`es at will. */
export interface RowCollector {
  add(line: number, cells: readonly (string | null)[]): void;
  /** A whole row without quotes, of exactly `width` cells between delimiters, in characters that trim alike here and in DuckDB, which splits it. */
  addText(line: number, text: string): void;
  /** To be awaited now and then (after every batch): moves staged rows on, so that memory stays bounded. */
  flush(): Promise<void>;
  /** Moves the last rows on and drops what was staged. */
  close(): Promise<void>;
}

/** Creates the table `into` (line, c<i> for each kept column, rest) and a collector that fills it. */
export async function createCollector(conn: DuckDBConnection, into: string, width: number, keep: readonly number[], delimiter = ","): Promise<RowCollector> {
  const table = identifier(into);
  const stageName = `${into}_stage`;
  const stage = identifier(stageName);
  const list = projection(width, keep, (i) => `r${i}`);
  const columns = Array.from({length: width}, (_, i) => `r${i} VARCHAR`);
  const textsName = `${into}_texts`;
  const texts = identifier(textsName);
  const createStage = () => conn.run(`create or replace table ${stage} (${["line BIGINT", ...columns].join(", ")}); create or replace table ${texts} (line BIGINT, r0 VARCHAR)`);
  const splitList = projection(width, keep, (i) => `nullif(trim(cells[${i + 1}]), '')`);
  await createStage();
  await makeWay(conn, into);
  await conn.run(`create table ${table} as select line, ${list} from ${stage} limit 0`);
  let pending: {line: number; cells: readonly (string | null)[]}[] = [];
  let whole: {line: number; text: string}[] = [];
  let characters = 0;
  const drain = async () => {
    if (!pending.length && !whole.length) return;
    if (pending.length) {
      const writer = await appendTo(conn, stageName, width, false);
      for (const {line, cells} of pending) writer.add(line, cells);
      writer.close();
      await conn.run(`insert into ${table} select line, ${list} from ${stage}`);
    }
    if (whole.length) {
      const writer = await appendTo(conn, textsName, 1, false);
      for (const {line, text} of whole) writer.add(line, [text]);
      writer.close();
      await conn.run(`insert into ${table} select line, ${splitList} from (select line, string_split(r0, ${literal(delimiter)}) as cells from ${texts})`);
    }
    await createStage();
    pending = [];
    whole = [];
    characters = 0;
  };
  return {
    add(line, cells) {
      pending.push({line, cells});
      for (const cell of cells) if (cell) characters += cell.length;
    },
    addText(line, text) {
      whole.push({line, text});
      characters += text.length;
    },
    async flush() {
      if (pending.length + whole.length >= STAGE_ROWS || characters >= STAGE_CHARACTERS) await drain();
    },
    async close() {
      await drain();
      await conn.run(`drop table ${stage}; drop table ${texts}`);
    }
  };
}
