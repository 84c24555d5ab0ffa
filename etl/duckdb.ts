// The few words of DuckDB that every room uses. Bundled extensions only; nothing is downloaded, nothing spills to a shared folder.
import {availableParallelism} from "node:os";
import {DuckDBDataChunk, DuckDBInstance, type DuckDBConnection, type DuckDBType, type DuckDBValue} from "@duckdb/node-api";

export type Db = DuckDBConnection;

export interface Opened {
  db: Db;
  /** One more connection to the same database, with temporary tables of its own; closed with the rest. */
  connect(): Promise<Db>;
  close(): void;
}

/** A scratch database in memory: exports' cells never touch a disk before the contract has chosen what may. */
export async function openScratch(threads?: number): Promise<Opened> {
  return open(":memory:", threads ? {threads: String(threads)} : {});
}

/** Of every database that is opened, the server's included. */
export const SETTINGS = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  // nothing of a case is spilled to a disk
  temp_directory: "",
  // DuckDB 1.5.5 guesses that what comes before an as-of join is small and then tries every row against every row: a hundred times slower here
  asof_loop_join_threshold: "0"
};

/**
 * Setting `threads` of a database on which so many connections work side by side: each works on a processor of its own, beside DuckDB's
 * background threads, and with more of both than there are processors the same statements cost a third more.
 */
export const threadsBeside = (connections: number): string => String(Math.max(1, availableParallelism() - connections + 1));

/** Opens a database file; `readOnly` for everything but the build of a part. */
export async function open(file: string, options: Record<string, string> = {}): Promise<Opened> {
  const instance = await DuckDBInstance.create(file, {...SETTINGS, ...options});
  const all = [await instance.connect()];
  return {
    db: all[0]!,
    async connect() {
      const db = await instance.connect();
      all.push(db);
      return db;
    },
    close() {
      for (const db of all) db.closeSync();
      instance.closeSync();
    }
  };
}

/**
 * Does the same work for every item, as many at once as there are workers: DuckDB gives one processor to a table of fewer than 122,880 rows,
 * so two statements side by side use two. Results stand in the order of the items.
 * @param needs which of the items before it must be done before an item is begun; a worker takes the first item that can be
 */
export async function shareOut<T, W, R>(items: readonly T[], workers: readonly W[], work: (item: T, worker: W, index: number) => Promise<R>, needs: (index: number) => readonly number[] = () => []): Promise<R[]> {
  const results: R[] = [];
  const left = [...items.keys()];
  const done = new Set<number>();
  const running = new Set<Promise<void>>();
  const failed: unknown[] = [];
  const begin = async (i: number, worker: W) => {
    try {
      results[i] = await work(items[i]!, worker, i);
      done.add(i);
    } catch (error) {
      failed.push(error);
    }
  };
  await Promise.all(
    workers.map(async (worker) => {
      while (left.length > 0 && failed.length === 0) {
        const ready = left.findIndex((i) => needs(i).every((n) => done.has(n)));
        if (ready < 0) {
          // what the first one left needs was taken before it, so somebody is at work
          await Promise.race(running);
          continue;
        }
        const one = begin(left.splice(ready, 1)[0]!, worker);
        running.add(one);
        await one;
        running.delete(one);
      }
    })
  );
  if (failed.length) throw failed[0];
  return results;
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

/** Rows of a DuckDB chunk. */
export const CHUNK_ROWS = 2048;

/** Adds rows to a table of exactly these column types, in order. Of many rows far cheaper than VALUES, which DuckDB plans cell by cell. */
export async function appendRows(db: Db, table: string, types: readonly DuckDBType[], rows: readonly (readonly DuckDBValue[])[]): Promise<void> {
  const appender = await db.createAppender(table);
  for (let from = 0; from < rows.length; from += CHUNK_ROWS) {
    const chunk = DuckDBDataChunk.create(types);
    chunk.setRows(rows.slice(from, from + CHUNK_ROWS) as DuckDBValue[][]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** The first row. @throws when there is none. */
export async function rowOf<T>(db: Db, sql: string, values?: DuckDBValue[] | Record<string, DuckDBValue>): Promise<T> {
  const [row] = await rowsOf<T>(db, sql, values);
  if (!row) throw new Error(`no row from: ${sql.slice(0, 200)}`);
  return row;
}

/** A text as an SQL literal, for paths and names of our own making; values from outside are bound. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
export const name = (text: string) => `"${text.replaceAll('"', '""')}"`;
