// The few words of DuckDB that every room uses. Bundled extensions only; nothing is downloaded, nothing spills to a shared folder.
import {DuckDBInstance, type DuckDBConnection, type DuckDBValue} from "@duckdb/node-api";

export type Db = DuckDBConnection;

export interface Opened {
  db: Db;
  close(): void;
}

/** A scratch database in memory: exports' cells never touch a disk before the contract has chosen what may. */
export async function openScratch(threads?: number): Promise<Opened> {
  return open(":memory:", {...(threads ? {threads: String(threads)} : {})});
}

/** Opens a database file; `readOnly` for everything but the build of a part. */
export async function open(file: string, options: Record<string, string> = {}): Promise<Opened> {
  const instance = await DuckDBInstance.create(file, {autoinstall_known_extensions: "false", autoload_known_extensions: "false", temp_directory: "", ...options});
  const db = await instance.connect();
  return {
    db,
    close() {
      db.closeSync();
      instance.closeSync();
    }
  };
}

/** Rows as plain objects: dates and times as ISO text, whole numbers as numbers. */
export async function rowsOf<T>(db: Db, sql: string, values?: DuckDBValue[] | Record<string, DuckDBValue>): Promise<T[]> {
  const result = await db.runAndReadAll(sql, values as DuckDBValue[]);
  // the client gives whole numbers over 32 bits as text
  const big = result.columnNames().filter((_, i) => BIG.has(result.columnType(i).toString()));
  const rows = result.getRowObjectsJson();
  for (const row of rows) for (const name of big) if (row[name] !== null) row[name] = Number(row[name]);
  return rows as T[];
}

const BIG = new Set(["BIGINT", "HUGEINT", "UBIGINT"]);

/** The first row. @throws when there is none. */
export async function rowOf<T>(db: Db, sql: string, values?: DuckDBValue[] | Record<string, DuckDBValue>): Promise<T> {
  const [row] = await rowsOf<T>(db, sql, values);
  if (!row) throw new Error(`no row from: ${sql.slice(0, 200)}`);
  return row;
}

/** A text as an SQL literal, for paths and names of our own making; values from outside are bound. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
export const name = (text: string) => `"${text.replaceAll('"', '""')}"`;
