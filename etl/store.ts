// The store's layout and its one pointer. Loads, parts and runs are written beside and renamed into place; nothing here changes one.
import {mkdirSync, readFileSync} from "node:fs";
import {open, readFile, rename, rm, writeFile} from "node:fs/promises";
import path from "node:path";

export interface Store {
  home: string;
  loads: string;
  parts: string;
  runs: string;
  current: string;
  lock: string;
}

export function storeAt(home: string): Store {
  return {
    home,
    loads: path.join(home, "loads"),
    parts: path.join(home, "parts"),
    runs: path.join(home, "runs"),
    current: path.join(home, "current.json"),
    lock: path.join(home, "lock.json")
  };
}

/** Makes the folders, readable by their owner only. */
export function prepareStore(store: Store): void {
  for (const dir of [store.home, store.loads, store.parts, store.runs]) mkdirSync(dir, {recursive: true, mode: 0o700});
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

/** One atomic rename publishes a run: readers see the old one or the new one, whole. */
export async function publishPointer(store: Store, run: string): Promise<void> {
  const making = `${store.current}.${process.pid}`;
  const file = await open(making, "w", 0o600);
  await file.writeFile(JSON.stringify({run}));
  await file.sync();
  await file.close();
  await rename(making, store.current);
}

export class Busy extends Error {}

/**
 * Takes the store's lock for a refresh. A lock left by a process that is gone is taken over.
 * @throws Busy naming the process that holds it
 */
export async function takeLock(store: Store): Promise<() => Promise<void>> {
  for (let tries = 0; tries < 3; tries++) {
    try {
      await writeFile(store.lock, JSON.stringify({pid: process.pid}), {flag: "wx", mode: 0o600});
      return () => rm(store.lock, {force: true});
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const held = await readFile(store.lock, "utf8").catch(() => "");
    const pid = /"pid":(\d+)/.exec(held)?.[1];
    if (pid && Number(pid) !== process.pid && alive(Number(pid))) throw new Busy(`another refresh (process ${pid}) is at work in ${store.home}; wait for it, or end it and try again`);
    await rm(store.lock, {force: true});
  }
  throw new Busy(`the lock of ${store.home} could not be taken; look for another refresh at work`);
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
