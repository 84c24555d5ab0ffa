// The kept runs of a store and their part databases, opened read-only when asked for and closed when unused. It never writes.
import {readFile} from "node:fs/promises";
import {join, resolve, sep} from "node:path";
import {DuckDBInstance, type DuckDBConnection} from "@duckdb/node-api";
import {z} from "zod";
import {Said} from "./words.ts";
import {SETTINGS} from "../etl/duckdb.ts";
import {caseView} from "../etl/transform/measures.ts";
import {dropStrayLog} from "../etl/store.ts";

const runId = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,120}[A-Za-z0-9])?$/);
const pointer = z.object({run: runId});
const manifest = z.object({
  run: runId,
  asAt: z.string(),
  example: z.boolean().default(false),
  parts: z.array(z.object({authority: z.string(), file: z.string()}))
});

/** One run, as it was when first read: a run never changes. */
export interface Run {
  id: string;
  asAt: string;
  /** Made from the example authority's exports: nothing to protect. */
  example: boolean;
  /** Folder of the run: `published/`, `report.json`. */
  folder: string;
  parts: readonly {authority: string; file: string}[];
}

export interface Runs {
  /** The run that `current.json` names now, or null before the first refresh. */
  current(): Promise<Run | null>;
  /** A kept run by its exact id, or null. */
  kept(id: string): Promise<Run | null>;
  /** Calls `use` with a connection to the part database of one authority; the file stays open for as long as that takes. */
  withPart<T>(part: {file: string}, use: (connection: DuckDBConnection) => Promise<T>): Promise<T>;
  /**
   * The cases of a measure as a table that all connections of `withPart` read: its view is worked out once, in the server's memory, and the part
   * then stays open for some minutes, as long as the current run has it.
   */
  caseTable(part: {file: string}, connection: DuckDBConnection, measure: string): Promise<string>;
  /** Part databases open now (for tests and the monitor). */
  openParts(): number;
  close(): void;
}

interface Handle {
  instance: Promise<DuckDBInstance>;
  users: number;
  closing: NodeJS.Timeout | null;
  /** Tables of cases by measure; `used` in milliseconds since the epoch. */
  tables: Map<string, {made: Promise<number>; used: number}>;
}

/** How long a part with tables of cases stays open after their last use, and how many rows they may have: some 30 bytes each. */
const TABLES_KEPT = 10 * 60_000;
const MOST_ROWS = 10_000_000;

/** @param idle milliseconds a part database stays open after its last use; defaults to 5 s */
export function openRuns(store: string, {idle = 5_000}: {idle?: number} = {}): Runs {
  const root = resolve(store);
  const read = new Map<string, Run>();
  const handles = new Map<string, Handle>();

  async function kept(id: string): Promise<Run | null> {
    if (!runId.safeParse(id).success) return null;
    const known = read.get(id);
    if (known) return known;
    const folder = join(root, "runs", id);
    const text = await textOf(join(folder, "run.json"));
    if (text === null) return null;
    const found = manifest.safeParse(parsed(text));
    if (!found.success) throw new Said(503, `Run ${id} cannot be read (its run.json is damaged). Refresh again: npm run frontdoor -- refresh`);
    // A file system that ignores case finds runs/ABC for abc.
    if (found.data.run !== id) return null;
    const run: Run = {...found.data, id, folder, parts: found.data.parts.map((part) => ({...part, file: inside(root, part.file)}))};
    if (read.size > 100) read.clear();
    read.set(id, run);
    return run;
  }

  async function current(): Promise<Run | null> {
    const text = await textOf(join(root, "current.json"));
    if (text === null) return null;
    const named = pointer.safeParse(parsed(text));
    const run = named.success ? await kept(named.data.run) : null;
    if (!run) throw new Said(503, "The current run cannot be read. Refresh again: npm run frontdoor -- refresh");
    return run;
  }

  async function withPart<T>(part: {file: string}, use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const handle = take(part.file);
    try {
      const connection = await (await handle.instance).connect();
      try {
        return await use(connection);
      } catch (error) {
        // DuckDB gives a database up after a fault of its own: the next request opens it anew
        if (/database has been invalidated|^(INTERNAL|FATAL) Error/.test((error as Error).message) && handles.get(part.file) === handle) handles.delete(part.file);
        throw error;
      } finally {
        connection.closeSync();
      }
    } finally {
      give(part.file, handle);
    }
  }

  function take(file: string): Handle {
    let handle = handles.get(file);
    if (!handle) {
      handle = {instance: openReadOnly(file), users: 0, closing: null, tables: new Map()};
      // A failed opening is not kept: the next request tries again.
      handle.instance.catch(() => handles.delete(file));
      handles.set(file, handle);
    }
    if (handle.closing) clearTimeout(handle.closing);
    handle.closing = null;
    handle.users += 1;
    return handle;
  }

  function give(file: string, handle: Handle): void {
    handle.users -= 1;
    if (handle.users > 0) return;
    if (handles.get(file) !== handle) {
      handle.instance.then((instance) => instance.closeSync()).catch(() => undefined);
      return;
    }
    closeLater(file, handle);
  }

  function closeLater(file: string, handle: Handle): void {
    handle.closing = setTimeout(() => {
      const used = Math.max(0, ...[...handle.tables.values()].map((table) => table.used));
      if (Date.now() - used > TABLES_KEPT) return shut(file, handle);
      // what a purge took away is not kept either
      const over = () => handle.users === 0 && handles.get(file) === handle && handle.closing !== null;
      current().then((run) => (run?.parts.some((part) => part.file === file) ?? false), () => false).then((wanted) => over() && (wanted ? closeLater(file, handle) : shut(file, handle)), () => undefined);
    }, idle);
    handle.closing.unref();
  }

  async function caseTable(part: {file: string}, connection: DuckDBConnection, measure: string): Promise<string> {
    const handle = handles.get(part.file);
    if (!handle) return caseView(measure);
    let table = handle.tables.get(measure);
    if (!table) {
      // known to whoever asks next before anything is waited for: two who made it at once would undo each other
      table = {made: makeRoom(handle, connection).then(() => makeTable(connection, measure)), used: Date.now()};
      handle.tables.set(measure, table);
      table.made.catch(() => handle.tables.delete(measure));
    }
    table.used = Date.now();
    // whoever makes it may have gone away meanwhile; and a part that was opened anew has none
    const made = await table.made.then(() => true, () => false);
    return made && (await holds(connection, measure)) ? tableName(measure) : caseView(measure);
  }

  /** Drops what was used longest ago, and not in the last minute, where there are too many rows. */
  async function makeRoom({tables}: Handle, connection: DuckDBConnection): Promise<void> {
    const rows = await Promise.all([...tables].map(async ([measure, {made, used}]) => ({measure, used, rows: await made.catch(() => 0)})));
    let all = rows.reduce((n, table) => n + table.rows, 0);
    for (const table of rows.sort((a, b) => a.used - b.used)) {
      if (all <= MOST_ROWS || Date.now() - table.used < 60_000) return;
      tables.delete(table.measure);
      await connection.run(`drop table if exists ${tableName(table.measure)}`);
      all -= table.rows;
    }
  }

  function shut(file: string, handle: Handle): void {
    if (handle.closing) clearTimeout(handle.closing);
    handles.delete(file);
    handle.instance.then((instance) => instance.closeSync()).catch(() => undefined);
  }

  return {
    current,
    kept,
    withPart,
    caseTable,
    openParts: () => handles.size,
    close: () => {
      for (const [file, handle] of handles) shut(file, handle);
    }
  };
}

const tableName = (measure: string) => `kept.main.${caseView(measure).split(".").at(-1)}`;

/** @returns how many rows it has */
async function makeTable(connection: DuckDBConnection, measure: string): Promise<number> {
  await connection.run(`create or replace table ${tableName(measure)} as select * from ${caseView(measure)}`);
  // shrinks it to a tenth; while another is being made it cannot, and the next one does it for both
  await connection.run("checkpoint kept").catch(() => undefined);
  return Number((await connection.runAndReadAll(`select count(*) from ${tableName(measure)}`)).getRows()[0]![0]);
}

async function holds(connection: DuckDBConnection, measure: string): Promise<boolean> {
  return (await connection.runAndReadAll("select true from duckdb_tables() where database_name = 'kept' and table_name = $1", [measure])).currentRowCount > 0;
}

/** Read-only, with no way to another file, to the network or to an extension; beside it an empty database in memory, "kept". */
async function openReadOnly(file: string): Promise<DuckDBInstance> {
  dropStrayLog(file);
  const instance = await DuckDBInstance.create(file, {
    // first of all: DuckDB takes the temp_directory among them only before enable_external_access
    ...SETTINGS,
    access_mode: "READ_ONLY",
    enable_external_access: "false",
    lock_configuration: "true",
    threads: "2",
    memory_limit: "1GB"
  });
  const connection = await instance.connect();
  await connection.run("attach ':memory:' as kept (read_write, compress)");
  connection.closeSync();
  return instance;
}

function inside(root: string, file: string): string {
  const path = resolve(root, file);
  if (!path.startsWith(root + sep)) throw new Said(503, "The run names a database outside its store and is not served. Refresh again.");
  return path;
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
