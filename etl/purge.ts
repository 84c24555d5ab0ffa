// `frontdoor purge`: takes out of the store every export older than a day, and every run that was made from one. The records are recounted
// from what stays before anything is removed, and afterwards the store is looked through again. The exports folder is its owner's to clear.
import {existsSync} from "node:fs";
import {readdir, readFile, rm} from "node:fs/promises";
import path from "node:path";
import {openAudit} from "../server/audit.ts";
import type {LoadManifest} from "./load/load.ts";
import type {Progress} from "./progress.ts";
import {exportFiles, refresh} from "./refresh.ts";
import {currentRun, NoRun, publications, put, sweep, takeLock, type RunManifest, type Store} from "./store.ts";

export interface PurgeOptions {
  store: Store;
  exportsDir: string;
  data: string;
  /** ISO day: what was exported before it goes. */
  before: string;
  dryRun: boolean;
  progress: Progress;
  now?: () => Date;
}

/** `purge --json`. */
export interface Purged {
  before: string;
  dryRun: boolean;
  loads: {key: string; file: string; exportDate: string; sha256: string}[];
  runs: {run: string; asAt: string}[];
  /** The run that is published afterwards; null when no export is young enough. A dry run cannot know it where it changes. */
  run: string | null;
  /** Exports that were removed from the store but still lie in the exports folder: the next refresh would read them again. */
  stillInFolder: string[];
  /** What could not be removed, as the store was looked through again at the end. Empty: nothing is left. */
  left: string[];
}

/** @throws as `refresh` where the records must be recounted: then nothing was removed */
export async function purge({store, exportsDir, data, before, dryRun, progress, now = () => new Date()}: PurgeOptions): Promise<Purged> {
  const release = await takeLock(store);
  let plan: Plan;
  try {
    plan = await planFor(store, before);
  } finally {
    await release();
  }
  const files = await exportFiles(exportsDir);
  const inFolder = plan.loads.map(({file}) => file).filter((file) => files.some((one) => path.basename(one) === path.basename(file)));
  const told = {before, dryRun, loads: plan.loads.map(({key, file, exportDate, sha256}) => ({key, file, exportDate, sha256})), runs: plan.runs.map(({run, asAt}) => ({run, asAt})), stillInFolder: [...new Set(inFolder)].sort()};
  if (dryRun) return {...told, run: plan.current?.run ?? null, left: []};

  const old = new Set(plan.loads.map(({key}) => key));
  if (plan.current && plan.runs.some(({run}) => run === plan.current!.run) && plan.current.loads.some((key) => !old.has(key))) {
    await refresh({exportsDir, store: store.home, data, progress, now, forget: ({key, exportDate}) => old.has(key) || exportDate < before});
  }
  const again = await takeLock(store);
  try {
    await sweep(store);
    await remove(store, plan, old);
    const left = await stillThere(store, plan, before);
    await openAudit(path.join(store.home, "audit")).record({who: "frontdoor purge", roles: [], action: "purge", asked: {before, loads: plan.loads.length, runs: plan.runs.length, left: left.length}, run: null, rows: 0, children: [], outcome: left.length ? "failed" : "given"});
    return {...told, run: published(store)?.run ?? null, left};
  } finally {
    await again();
  }
}

interface Plan {
  loads: LoadManifest[];
  runs: RunManifest[];
  current: RunManifest | null;
}

/** Loads exported before a day, and runs that hold one of them or speak for a day before it. */
async function planFor(store: Store, before: string): Promise<Plan> {
  const loads = (await manifests<LoadManifest>(store.loads, "load.json")).filter(({exportDate}) => exportDate < before);
  const old = new Set(loads.map(({key}) => key));
  const runs = (await manifests<RunManifest>(store.runs, "run.json")).filter(({asAt, loads: of}) => asAt < before || of.some((key) => old.has(key)));
  return {loads: loads.sort((a, b) => (a.exportDate < b.exportDate ? -1 : 1)), runs: runs.sort((a, b) => (a.asAt < b.asAt ? -1 : 1)), current: published(store)};
}

async function manifests<T>(folder: string, name: string): Promise<T[]> {
  const found: T[] = [];
  for (const entry of await readdir(folder).catch(() => [])) {
    const text = await readFile(path.join(folder, entry, name), "utf8").catch(() => null);
    if (text !== null) found.push(JSON.parse(text) as T);
  }
  return found;
}

function published(store: Store): RunManifest | null {
  try {
    return currentRun(store);
  } catch (error) {
    if (error instanceof NoRun) return null;
    throw error;
  }
}

/** The pointer first where nothing stays, then runs, then whatever no remaining run is made of. */
async function remove(store: Store, plan: Plan, old: ReadonlySet<string>): Promise<void> {
  const going = new Set(plan.runs.map(({run}) => run));
  const standing = published(store);
  if (standing && going.has(standing.run)) await rm(store.current, {force: true});
  if (existsSync(store.history)) await put(store.history, JSON.stringify(publications(store).filter(({run}) => !going.has(run)), null, 1));
  const gone = (folder: string, names: readonly string[]) => Promise.all(names.map((name) => rm(path.join(folder, name), {recursive: true, force: true, maxRetries: 3}).catch(() => undefined)));
  await gone(store.runs, [...going]);
  const stay = await manifests<RunManifest>(store.runs, "run.json");
  const parts = new Set(stay.flatMap((run) => run.parts.map(({hash}) => hash)));
  await gone(store.parts, (await readdir(store.parts).catch(() => [])).filter((part) => !parts.has(part)));
  await gone(store.loads, [...old]);
}

/** Looks through the store once more: old loads and runs, and parts that no run names. */
async function stillThere(store: Store, plan: Plan, before: string): Promise<string[]> {
  const {loads, runs} = await planFor(store, before);
  const stay = await manifests<RunManifest>(store.runs, "run.json");
  const parts = new Set(stay.flatMap((run) => run.parts.map(({hash}) => hash)));
  const strays = (await readdir(store.parts).catch(() => [])).filter((part) => !parts.has(part));
  const folders = [...plan.loads.map(({key}) => path.join(store.loads, key)), ...plan.runs.map(({run}) => path.join(store.runs, run)), ...strays.map((part) => path.join(store.parts, part)), ...loads.map(({key}) => path.join(store.loads, key)), ...runs.map(({run}) => path.join(store.runs, run))];
  return [...new Set(folders)].filter((folder) => existsSync(folder));
}

/**
 * The day before which things are old.
 * @param age a day (2024-03-31), or so many days, months or years ago: "24 months", "2y"
 * @throws Error saying how to write it
 */
export function dayBefore(age: string, today: Date): string {
  if (/^\d{4}-\d\d-\d\d$/.test(age) && !Number.isNaN(Date.parse(`${age}T00:00:00Z`))) return age;
  const said = /^(\d{1,4})\s*(d|days?|m|months?|y|years?)$/i.exec(age.trim());
  if (!said) throw new Error(`“${age}” is no age; write a day, such as 2024-03-31, or how long ago, such as “24 months”`);
  const [count, unit] = [Number(said[1]), said[2]![0]!.toLowerCase()];
  const day = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()));
  if (unit === "d") day.setUTCDate(day.getUTCDate() - count);
  else {
    const [dayOfMonth, months] = [day.getUTCDate(), unit === "y" ? 12 * count : count];
    day.setUTCDate(1);
    day.setUTCMonth(day.getUTCMonth() - months);
    // 31 March less one month is the end of February
    day.setUTCDate(Math.min(dayOfMonth, new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate()));
  }
  return day.toISOString().slice(0, 10);
}
