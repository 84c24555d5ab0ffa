// The kept runs of a store and their part databases, opened read-only when asked for and closed when unused. It never writes.
import {readFile} from "node:fs/promises";
import {join, resolve, sep} from "node:path";
import {DuckDBInstance, type DuckDBConnection} from "@duckdb/node-api";
import {z} from "zod";
import {Said} from "./words.ts";
import {SETTINGS} from "../etl/duckdb.ts";
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
  /** Keeps an open part open for some minutes, as long as the current run has it: opened anew, it answers the first question on a child a fifth slower. */
  keepOpen(part: {file: string}): void;
  /**
   * What `read` gives of a part, read once for all who ask: it stays in the server's memory for some minutes after its last use, as long as the
   * current run has it.
   * @param name what is read, such as a measure's id
   */
  held<T extends {size: number}>(part: {file: string}, name: string, read: () => Promise<T>): Promise<T>;
  /** How many such things stand in memory now (for tests and the monitor). */
  heldNow(): number;
  /** Part databases open now (for tests and the monitor). */
  openParts(): number;
  close(): void;
}

interface Handle {
  instance: Promise<DuckDBInstance>;
  users: number;
  closing: NodeJS.Timeout | null;
  /** When somebody last wanted it kept open, in milliseconds since the epoch. */
  wanted: number;
}

/** `used` in milliseconds since the epoch; `size`, in rows, is known once it is read. */
interface Held {
  read: Promise<{size: number}>;
  size: number;
  used: number;
}

/** How long a part stays open that somebody wanted kept open. */
const KEPT_OPEN = 10 * 60_000;
/** How long rows stay in memory after their last use, and how many: some 40 bytes each. */
const ROWS_KEPT = 10 * 60_000;
const MOST_ROWS = 6_000_000;

/** @param idle milliseconds a part database stays open after its last use; defaults to 5 s */
export function openRuns(store: string, {idle = 5_000}: {idle?: number} = {}): Runs {
  const root = resolve(store);
  const read = new Map<string, Run>();
  const handles = new Map<string, Handle>();
  /** By part, then by name. */
  const holding = new Map<string, Map<string, Held>>();
  let sweeping: NodeJS.Timeout | null = null;

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
      handle = {instance: openReadOnly(file), users: 0, closing: null, wanted: 0};
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
    const mine = setTimeout(async () => {
      // what a purge took away is not kept either
      const keep = Date.now() - handle.wanted <= KEPT_OPEN && ((await current().catch(() => null))?.parts.some((part) => part.file === file) ?? false);
      if (handle.closing !== mine || handles.get(file) !== handle) return;
      if (keep) closeLater(file, handle);
      else shut(file, handle);
    }, idle);
    handle.closing = mine.unref();
  }

  function keepOpen(part: {file: string}): void {
    const handle = handles.get(part.file);
    if (handle) handle.wanted = Date.now();
  }

  async function held<T extends {size: number}>(part: {file: string}, name: string, read: () => Promise<T>): Promise<T> {
    const ofPart = holding.get(part.file) ?? holding.set(part.file, new Map()).get(part.file)!;
    for (;;) {
      const known = ofPart.get(name);
      if (!known) break;
      known.used = Date.now();
      const made = await known.read.catch(() => null);
      if (made) return made as T;
      // whoever read it went away meanwhile, or could not: the next one tries
    }
    const own = {read: read(), size: 0, used: Date.now()};
    ofPart.set(name, own);
    try {
      const made = await own.read;
      own.size = made.size;
      makeRoom();
      sweeping ??= setTimeout(() => void sweep(), idle).unref();
      return made;
    } catch (error) {
      ofPart.delete(name);
      throw error;
    }
  }

  /** Gives up what was used longest ago, and not in the last minute, where there is too much. */
  function makeRoom(): void {
    const all = [...holding.values()].flatMap((of) => [...of].map(([id, one]) => ({of, id, one})));
    let size = all.reduce((n, {one}) => n + one.size, 0);
    for (const {of, id, one} of all.sort((a, b) => a.one.used - b.one.used)) {
      if (size <= MOST_ROWS || Date.now() - one.used < 60_000) return;
      of.delete(id);
      size -= one.size;
    }
  }

  /** Gives up what nobody asked for lately, and what the current run no longer has: what a purge took away is not kept either. */
  async function sweep(): Promise<void> {
    const run = await current().catch(() => null);
    for (const [file, of] of holding) {
      const wanted = run?.parts.some((part) => part.file === file) ?? false;
      for (const [id, {used}] of of) if (!wanted || Date.now() - used > ROWS_KEPT) of.delete(id);
      if (of.size === 0) holding.delete(file);
    }
    sweeping = holding.size > 0 ? setTimeout(() => void sweep(), idle).unref() : null;
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
    keepOpen,
    held,
    heldNow: () => [...holding.values()].reduce((n, of) => n + of.size, 0),
    openParts: () => handles.size,
    close: () => {
      if (sweeping) clearTimeout(sweeping);
      holding.clear();
      for (const [file, handle] of handles) shut(file, handle);
    }
  };
}

/** Read-only, with no way to another file, to the network or to an extension. */
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
