// One refresh, end to end: exports → loads → parts → published run → pointer. Effects come in as arguments; a failure publishes nothing.
import {createHash} from "node:crypto";
import {existsSync, readFileSync} from "node:fs";
import {mkdir, readdir, readFile, rename, rm, writeFile} from "node:fs/promises";
import path from "node:path";
import {open} from "./duckdb.ts";
import {readContracts} from "./load/contract.ts";
import {loadFile, readManifest, type FileReport, type LoadManifest, type Shelf} from "./load/load.ts";
import {ownHeadings, readMappings} from "./load/mapping.ts";
import type {Progress} from "./progress.ts";
import {publishRun} from "./publish/publish.ts";
import {readSettings, type Settings} from "./settings.ts";
import {currentRun, NoRun, prepareStore, publishPointer, storeAt, takeLock, type RunManifest, type Store} from "./store.ts";
import {readMeasures} from "./transform/measures.ts";
import {buildPart, type PartManifest} from "./transform/part.ts";
import {readReference} from "./transform/reference.ts";

export interface RefreshOptions {
  exportsDir: string;
  store: string;
  /** data/: reference tables, settings and mappings. */
  data: string;
  /** ISO date; defaults to the newest export date. */
  asAt?: string;
  threads?: number;
  progress: Progress;
}

/** `refresh --json`. */
export interface RefreshReport {
  run: string;
  asAt: string;
  /** False: nothing had changed, and the run that stood still stands. */
  published: boolean;
  example: boolean;
  files: FileReport[];
  records: {authority: string; recordSet: string; records: number; withdrawn: number; sameIdConflicts: number; ambiguous: number}[];
  notRecorded: Record<string, string[]>;
  /** Loads of earlier refreshes that still count though their file has left the exports folder. */
  kept: string[];
}

export class NothingToRefresh extends Error {}

/** @throws Busy, NothingToRefresh or a fault in settings, mappings or reference; whatever is thrown, what was published stands. */
export async function refresh(options: RefreshOptions): Promise<RefreshReport> {
  const {exportsDir, progress} = options;
  const store = storeAt(options.store);
  prepareStore(store);
  const release = await takeLock(store);
  try {
    await sweep(store);
    const settings = readSettings(path.join(options.data, "reference", "settings.yaml"));
    const shelf = await readShelf(options);

    const {loads, reports, kept} = await load(exportsDir, store, shelf, progress);
    const parts = await transform(loads, settings, store, shelf, options);
    const report = await publish(parts, loads, reports, settings, store, shelf, options);

    await prune(store, settings.runs_kept);
    return {...report, kept};
  } finally {
    progress.end();
    await release();
  }
}

/** Contracts, mappings and reference data: what every step reads. */
export async function readShelf({data, store, threads}: {data: string; store?: string; threads?: number}): Promise<Shelf> {
  const contracts = await readContracts();
  const mappings = [...readMappings(path.join(data, "mappings"), contracts), ...[...contracts.values()].map(ownHeadings)];
  return {contracts, mappings, reference: readReference(path.join(data, "reference")), pseudonymKey: await pseudonymKey(store), ...(threads ? {threads} : {})};
}

/** The secret of the store that turns a worker's name into a pseudonym; a check, which stores nothing, needs none. */
async function pseudonymKey(store: string | undefined): Promise<string> {
  if (!store) return "check";
  const file = path.join(store, "pseudonym.key");
  if (!existsSync(file)) {
    const {randomBytes} = await import("node:crypto");
    await writeFile(file, randomBytes(32).toString("hex"), {mode: 0o600});
  }
  return readFile(file, "utf8");
}

/** Files in the exports folder, in name order; what is plainly no export (hidden files, notes, the example's answers) is left alone. */
export async function exportFiles(exportsDir: string): Promise<string[]> {
  const entries = await readdir(exportsDir, {withFileTypes: true, recursive: true}).catch(() => []);
  return entries
    .filter((e) => !e.isDirectory() && !e.name.startsWith(".") && !e.name.startsWith("~$") && !["truth.json", "README.md"].includes(e.name))
    .map((e) => path.join(e.parentPath, e.name))
    .sort();
}

async function load(exportsDir: string, store: Store, shelf: Shelf, progress: Progress) {
  const files = await exportFiles(exportsDir);
  const manifests = new Map<string, LoadManifest>();
  for (const key of previous(store)?.loads ?? []) {
    const manifest = await readManifest(store.loads, key);
    if (manifest) manifests.set(key, manifest);
  }
  const before = new Set(manifests.keys());
  const reports: FileReport[] = [];
  const present = new Set<string>();
  for (const [i, file] of files.entries()) {
    progress.step(`reading ${path.basename(file)} (${i + 1} of ${files.length})`, files[i + 1] ? path.basename(files[i + 1]!) : "records");
    const outcome = await loadFile(file, exportsDir, store.loads, shelf, progress);
    if ("refused" in outcome) {
      reports.push(outcome.refused);
      continue;
    }
    const {manifest, known} = outcome;
    present.add(manifest.key);
    // a new reading of the same bytes takes the place of the old one
    for (const [key, other] of manifests) if (other.sha256 === manifest.sha256 && key !== manifest.key) manifests.delete(key);
    manifests.set(manifest.key, manifest);
    reports.push({...manifest.report, file: path.basename(file), ...(known ? {known} : {})});
  }
  if (manifests.size === 0) {
    const why = reports.length ? `none of the ${reports.length} files in ${exportsDir} could be read: ${reports[0]!.file}: ${reports[0]!.reason}` : `there are no exports in ${exportsDir}; put CSV or XLSX exports or a CIN census XML there, or make an example with “frontdoor example --out ${exportsDir}”`;
    throw new NothingToRefresh(why);
  }
  return {
    loads: [...manifests.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
    reports,
    kept: [...manifests.values()].filter((m) => before.has(m.key) && !present.has(m.key)).map((m) => m.file).sort()
  };
}

function previous(store: Store): RunManifest | null {
  try {
    return currentRun(store);
  } catch (error) {
    if (error instanceof NoRun) return null;
    throw error;
  }
}

/** A part an authority. Local exports belong to the authority of the settings, else to that of the only census. */
async function transform(loads: LoadManifest[], settings: Settings, store: Store, shelf: Shelf, {asAt, progress, threads}: RefreshOptions): Promise<PartManifest[]> {
  const inCensus = [...new Set(loads.map((l) => l.authority).filter((a): a is string => a !== null))].sort();
  const local = settings.authority.code ?? (inCensus.length === 1 ? inCensus[0]! : inCensus.length === 0 ? "local" : null);
  if (local === null && loads.some((l) => l.authority === null)) {
    throw new Error(`the CIN censuses come from several authorities (${inCensus.join(", ")}), so it is not clear whose the local exports are; set authority.code in data/reference/settings.yaml`);
  }
  const at = asAt ?? loads.map((l) => l.exportDate).sort().at(-1)!;
  const measures = readMeasures();
  const parts: PartManifest[] = [];
  for (const authority of [...new Set(loads.map((l) => l.authority ?? local!))].sort()) {
    const own = loads.filter((l) => (l.authority ?? local) === authority);
    parts.push(await buildPart({authority, asAt: at, loads: own, contracts: shelf.contracts, mappings: shelf.mappings, reference: shelf.reference, measures}, store.parts, store.loads, progress, threads));
  }
  return parts;
}

async function publish(parts: PartManifest[], loads: LoadManifest[], reports: FileReport[], settings: Settings, store: Store, shelf: Shelf, {exportsDir, progress, data}: RefreshOptions): Promise<Omit<RefreshReport, "kept">> {
  const truth = exampleTruth(exportsDir);
  const example = truth !== null && loads.every((l) => truth.hashes.has(l.sha256));
  const asAt = parts[0]!.asAt;
  // whether a file was read now or before is no part of what a run is
  const told = reports.map(({known: _, ...report}) => report);
  const run = createHash("sha256")
    .update(JSON.stringify([publishCode(), settings, example, parts.map((p) => [p.authority, p.hash]), told, readFileSync(path.join(data, "reference", "settings.yaml"), "utf8")]))
    .digest("hex")
    .slice(0, 16);
  const summary = {
    run,
    asAt,
    example,
    files: reports,
    records: parts.flatMap((p) => p.records.filter((r) => r.records + r.withdrawn > 0).map(({recordSet, records, withdrawn, sameIdConflicts, ambiguous}) => ({authority: p.authority, recordSet, records, withdrawn, sameIdConflicts, ambiguous}))),
    notRecorded: Object.fromEntries(Object.entries(parts[0]!.missing).filter(([, lacks]) => lacks.length))
  };
  const stands = previous(store)?.run === run;
  if (!existsSync(path.join(store.runs, run, "run.json"))) {
    progress.step("publishing", "done");
    const making = path.join(store.runs, `.${run}.${process.pid}`);
    await rm(making, {recursive: true, force: true});
    await mkdir(making, {recursive: true, mode: 0o700});
    for (const [i, part] of parts.entries()) {
      const opened = await open(path.join(store.parts, part.hash, "part.duckdb"), {access_mode: "READ_ONLY"});
      try {
        const dir = path.join(making, "published", ...(i === home(parts, settings) ? [] : ["authorities", part.authority]));
        const authority = {code: part.authority, name: nameOf(part.authority, settings, example ? truth!.name : null)};
        const own = loads.filter((l) => part.loads.includes(l.key));
        await publishRun(opened.db, dir, {run, example, authority, part, loads: own, reports: told, measures: readMeasures(), reference: shelf.reference, settings});
      } finally {
        opened.close();
      }
    }
    const manifest: RunManifest = {run, asAt, example, parts: parts.map((p) => ({authority: p.authority, hash: p.hash, file: `parts/${p.hash}/part.duckdb`})), loads: loads.map((l) => l.key)};
    await writeFile(path.join(making, "report.json"), JSON.stringify({...summary, files: told}, null, 1), {mode: 0o600});
    await writeFile(path.join(making, "run.json"), JSON.stringify(manifest, null, 1), {mode: 0o600});
    await rename(making, path.join(store.runs, run));
  }
  await publishPointer(store, run);
  return {...summary, published: !stands};
}

/** Which part the pages show: the authority of the settings, else the first. */
export function home(parts: {authority: string}[], settings: Settings): number {
  return Math.max(0, parts.findIndex((p) => p.authority === settings.authority.code));
}

function nameOf(code: string, settings: Settings, example: string | null): string {
  if (code === settings.authority.code && settings.authority.name) return settings.authority.name;
  return example ?? (code === "local" ? "This authority" : `Authority ${code}`);
}

/** The example's answer sheet, when it lies beside the exports: which files are the example's own. */
function exampleTruth(exportsDir: string): {hashes: Set<string>; name: string} | null {
  try {
    const truth = JSON.parse(readFileSync(path.join(exportsDir, "truth.json"), "utf8")) as {authority: {name: string} | string; files: {sha256: string}[]};
    return {hashes: new Set(truth.files.map((f) => f.sha256)), name: typeof truth.authority === "string" ? "Example authority" : truth.authority.name};
  } catch {
    return null;
  }
}

/** The code that decides what the published files say. */
function publishCode(): string {
  const hash = createHash("sha256");
  for (const file of ["publish.ts", "figures.ts", "attention.ts"]) hash.update(readFileSync(new URL(`./publish/${file}`, import.meta.url)));
  return hash.digest("hex");
}

/** What a killed refresh left half-made. The lock is held, so nobody else is making it. */
async function sweep(store: Store): Promise<void> {
  for (const dir of [store.loads, store.parts, store.runs]) {
    for (const entry of await readdir(dir)) if (entry.startsWith(".")) await rm(path.join(dir, entry), {recursive: true, force: true});
  }
  for (const entry of await readdir(store.home)) if (entry.startsWith("current.json.")) await rm(path.join(store.home, entry), {force: true});
}

/** Keeps the newest runs and what they are made of. */
async function prune(store: Store, keep: number): Promise<void> {
  const runs: {run: string; made: number; manifest: RunManifest}[] = [];
  for (const run of await readdir(store.runs)) {
    const file = path.join(store.runs, run, "run.json");
    if (!existsSync(file)) continue;
    const {stat} = await import("node:fs/promises");
    runs.push({run, made: (await stat(file)).mtimeMs, manifest: JSON.parse(await readFile(file, "utf8")) as RunManifest});
  }
  const current = previous(store)?.run;
  const kept = runs.sort((a, b) => b.made - a.made).filter((r, i) => i < keep || r.run === current);
  for (const {run} of runs.filter((r) => !kept.includes(r))) await rm(path.join(store.runs, run), {recursive: true, force: true});
  const parts = new Set(kept.flatMap((r) => r.manifest.parts.map((p) => p.hash)));
  for (const part of await readdir(store.parts)) if (!parts.has(part)) await rm(path.join(store.parts, part), {recursive: true, force: true});
}
