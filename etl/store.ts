// The store's layout, its lock, its one pointer and its memory of what happened. Loads, parts and runs are written beside and renamed into
// place; nothing here changes one.
import {chmodSync, copyFileSync, constants, existsSync, linkSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync} from "node:fs";
import {open as openFile, readdir, readFile, rename, rm} from "node:fs/promises";
import path from "node:path";
import {open as openDatabase, threadsBeside, type Opened} from "./duckdb.ts";

export interface Store {
  home: string;
  loads: string;
  parts: string;
  runs: string;
  /** The one pointer: which run readers see. */
  current: string;
  /** Held, by the operating system, for as long as a refresh lives. */
  lock: string;
  /** Runs in the order in which they were published, newest last. */
  history: string;
  /** What the last refresh was doing, and how it ended if it did. */
  attempt: string;
}

export function storeAt(home: string): Store {
  return {
    home,
    loads: path.join(home, "loads"),
    parts: path.join(home, "parts"),
    runs: path.join(home, "runs"),
    current: path.join(home, "current.json"),
    lock: path.join(home, "lock.duckdb"),
    history: path.join(home, "history.json"),
    attempt: path.join(home, "last-refresh.json")
  };
}

/** Makes the folders, and keeps them to their owner. @throws StoreFault when the store cannot be written */
export function prepareStore(store: Store): void {
  try {
    for (const dir of [store.home, store.loads, store.parts, store.runs]) {
      mkdirSync(dir, {recursive: true, mode: 0o700});
      chmodSync(dir, 0o700);
    }
  } catch (error) {
    throw new StoreFault(explainFault(error, store) ?? (error as Error).message, {cause: error});
  }
}

/** runs/<run>/run.json: what a run is made of. */
export interface RunManifest {
  run: string;
  asAt: string;
  example: boolean;
  parts: {authority: string; hash: string; file: string}[];
  /** Keys of the loads that count, each authority's in its part. */
  loads: string[];
}

export class NoRun extends Error {}

/** The disk or the folder of the store is at fault; what was published stands. */
export class StoreFault extends Error {}

/** The current run. @throws NoRun with what to do. */
export function currentRun(store: Store): RunManifest {
  let run: string;
  try {
    run = (JSON.parse(readFileSync(store.current, "utf8")) as {run: string}).run;
  } catch {
    throw new NoRun(`nothing has been refreshed into ${store.home} yet; run “frontdoor refresh” first`);
  }
  return readRun(store, run);
}

export function readRun(store: Store, run: string): RunManifest {
  try {
    return JSON.parse(readFileSync(path.join(store.runs, run, "run.json"), "utf8")) as RunManifest;
  } catch {
    throw new NoRun(`the run ${run} is not in ${store.runs}; “frontdoor rollback” lists the runs that are, or refresh again`);
  }
}

/** Writes a file of the store whole or not at all. */
export async function put(file: string, text: string, reached: (boundary: string) => void = () => {}): Promise<void> {
  const making = `${file}.${process.pid}`;
  const handle = await openFile(making, "w", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  reached("before the rename");
  await rename(making, file);
}

/** One atomic rename publishes a run: readers see the old one or the new one, whole. */
export async function publishPointer(store: Store, run: string, reached?: (boundary: string) => void): Promise<void> {
  await put(store.current, JSON.stringify({run}), reached);
}

export interface Publication {
  run: string;
  /** Instant, for people only: clocks go back. The order of the list is what counts. */
  at: string;
}

/** Runs in the order they were published, newest last; the pointer has the last word. */
export function publications(store: Store): Publication[] {
  let told: Publication[] = [];
  try {
    told = JSON.parse(readFileSync(store.history, "utf8")) as Publication[];
  } catch {
    // none yet, or cut off by a full disk: the pointer still says which run is the newest
  }
  try {
    const {run} = JSON.parse(readFileSync(store.current, "utf8")) as {run: string};
    if (told.at(-1)?.run !== run) told = [...told.filter((p) => p.run !== run), {run, at: told.find((p) => p.run === run)?.at ?? ""}];
  } catch {
    // nothing published yet
  }
  return told;
}

/** Notes that a run was published (again). */
export async function notePublication(store: Store, run: string, at: string): Promise<void> {
  await put(store.history, JSON.stringify([...publications(store).filter((p) => p.run !== run), {run, at}], null, 1));
}

/** last-refresh.json: `ended` is missing while a refresh is at work, and for ever when it was killed. */
export interface Attempt {
  started: string;
  pid: number;
  /** What it was doing last. */
  step: string;
  ended?: string;
  outcome?: "published" | "unchanged" | "failed";
  run?: string;
  why?: string;
}

/** What the last refresh of this store did, or is doing. Null before the first. */
export function lastAttempt(store: Store): Attempt | null {
  try {
    return JSON.parse(readFileSync(store.attempt, "utf8")) as Attempt;
  } catch {
    return null;
  }
}

/** Never in the way of a refresh: a note that cannot be written is a note less. */
export function noteAttempt(store: Store, attempt: Attempt): void {
  try {
    writeFileSync(store.attempt, JSON.stringify(attempt), {mode: 0o600});
  } catch {
    // a full or read-only disk: the error that stops the refresh says so
  }
}

export class Busy extends Error {}

/** Stores this very process holds: the operating system's lock is a process's, not a caller's. */
const held = new Set<string>();

/**
 * Takes the store's lock for a refresh. It is DuckDB's own lock on a small database file, so the operating system lets go of it however
 * the process ends: no lock can be stale, and a process that was given the same number as a dead one is not mistaken for it.
 * @throws Busy naming the process that holds it; StoreFault when the store cannot be written
 */
export async function takeLock(store: Store): Promise<() => Promise<void>> {
  const home = realpathSync(store.home);
  if (held.has(home)) throw new Busy(`another refresh of this very process is at work in ${store.home}; wait for it`);
  held.add(home);
  try {
    for (let tries = 0; tries < 2; tries++) {
      try {
        if (!existsSync(store.lock)) await makeLock(store);
        const opened = await openDatabase(store.lock);
        return async () => {
          opened.close();
          held.delete(home);
        };
      } catch (error) {
        const text = (error as Error).message;
        if (/could not set lock|conflicting lock|used by another process/i.test(text)) {
          throw new Busy(`another refresh (${/PID (\d+)/.exec(text)?.[0].replace("PID", "process") ?? "another process"}) is at work in ${store.home}; wait for it, or end it and try again`);
        }
        if (tries === 0 && /not a valid DuckDB database|corrupt/i.test(text)) rmSync(store.lock, {force: true});
        else throw new StoreFault(explainFault(error, store) ?? text, {cause: error});
      }
    }
    throw new Busy(`the lock of ${store.home} could not be taken; look for another refresh at work`);
  } catch (error) {
    held.delete(home);
    throw error;
  }
}

/** Placed whole, so that whoever comes second finds a lock that can be asked. */
async function makeLock(store: Store): Promise<void> {
  const making = `${store.lock}.${process.pid}`;
  rmSync(making, {force: true});
  (await openDatabase(making)).close();
  try {
    linkSync(making, store.lock);
  } catch (error) {
    // some network and USB file systems have no hard links
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") copyFileSync(making, store.lock, constants.COPYFILE_EXCL);
  } finally {
    rmSync(making, {force: true});
  }
}

/** True while a refresh is at work in the store. */
export async function isBusy(store: Store): Promise<boolean> {
  if (!existsSync(store.lock)) return false;
  if (held.has(realpathSync(store.home))) return true; // to open it here would let go of it
  try {
    (await openDatabase(store.lock, {access_mode: "READ_ONLY"})).close();
    return false;
  } catch (error) {
    return /lock|used by another process/i.test((error as Error).message);
  }
}

/**
 * Opens a finished part, read-only. A part is closed without a write-ahead log, so a log found beside one is not its own: DuckDB would
 * refuse to open the part, and the log is taken away.
 * @param connections how many will work side by side
 */
export async function openPartFile(file: string, connections = 1): Promise<Opened> {
  dropStrayLog(file);
  return openDatabase(file, {access_mode: "READ_ONLY", threads: threadsBeside(connections)});
}

/** A part is placed without a write-ahead log; one that lies beside it is a stranger's, and DuckDB would refuse the part for it. */
export function dropStrayLog(file: string): void {
  try {
    rmSync(`${file}.wal`, {force: true});
  } catch {
    // a store that only its owner may write: DuckDB says what is wrong
  }
}

/** Removes what a killed refresh left half-made. For the holder of the lock only. */
export async function sweep(store: Store): Promise<void> {
  for (const dir of [store.loads, store.parts, store.runs]) {
    for (const entry of await readdir(dir)) if (entry.startsWith(".")) await rm(path.join(dir, entry), {recursive: true, force: true});
  }
  for (const entry of await readdir(store.home)) {
    if (/^(current\.json|history\.json|lock\.duckdb)\.\d+(\.wal)?$/.test(entry)) await rm(path.join(store.home, entry), {force: true});
  }
  for (const part of await readdir(store.parts)) await rm(path.join(store.parts, part, "part.duckdb.wal"), {force: true});
}

/**
 * Keeps the runs published last, and the parts and loads that they are made of.
 * @param keep how many runs
 * @param loads keys of further loads to keep: what lies in the exports folder need not be read again
 */
export async function prune(store: Store, keep: number, loads: string[] = []): Promise<void> {
  const kept = new Map<string, RunManifest>();
  for (const {run} of publications(store).reverse()) {
    if (kept.size >= keep) break;
    try {
      kept.set(run, readRun(store, run));
    } catch (error) {
      if (!(error instanceof NoRun)) throw error;
    }
  }
  if (kept.size === 0) return;
  const manifests = [...kept.values()];
  const only = async (dir: string, names: Set<string>) => {
    for (const entry of await readdir(dir)) {
      // a system that keeps open files from being removed gets another try at the next refresh
      if (!names.has(entry)) await rm(path.join(dir, entry), {recursive: true, force: true}).catch(() => {});
    }
  };
  await only(store.runs, new Set(kept.keys()));
  await only(store.parts, new Set(manifests.flatMap((m) => m.parts.map((p) => p.hash))));
  await only(store.loads, new Set([...loads, ...manifests.flatMap((m) => m.loads)]));
}

/** One sentence for a fault of the disk, with what to do; null for any other error. */
export function explainFault(error: unknown, store: Store): string | null {
  const {code, message} = error as NodeJS.ErrnoException;
  const says = `${code ?? ""} ${message}`;
  if (/ENOSPC|EDQUOT|no space left|disk quota|not enough space/i.test(says)) return `the disk that holds ${store.home} is full; nothing was published, and the last complete run stands: free some space and refresh again`;
  if (/EFBIG|file too large/i.test(says)) return `a file of ${store.home} would be larger than this system lets it be; nothing was published, and the last complete run stands: raise the file-size limit and refresh again`;
  if (/EROFS|EACCES|EPERM|read-only file system|permission denied|access is denied/i.test(says)) return `${store.home} cannot be written (${message}); nothing was published, and what is published can still be read: give this account the right to write there, or name another store`;
  return null;
}

/**
 * A published file of one authority: the one on the pages is at the root of the published folder, any other in a folder of its own.
 * @param folder of the run
 * @throws Error where the run did not publish it
 */
export async function publishedOf<T>(folder: string, authority: string, name: string): Promise<T> {
  const read = async (file: string) => JSON.parse(await readFile(path.join(folder, "published", file), "utf8")) as unknown;
  const {authority: onPages} = (await read("run.json")) as {authority?: {code: string}};
  return (await read(onPages && onPages.code !== authority ? `authorities/${authority}/${name}` : name)) as T;
}
