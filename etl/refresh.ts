// One refresh, end to end: exports → loads → parts → published run → pointer. Effects come in as arguments; a failure publishes nothing.
import {createHash} from "node:crypto";
import {existsSync, readdirSync, readFileSync} from "node:fs";
import {mkdir, open as openFile, readdir, readFile, rename, rm, writeFile} from "node:fs/promises";
import path from "node:path";
import {shareOut, threadsBeside} from "./duckdb.ts";
import type {Warning} from "./extract/types.ts";
import {readContracts} from "./load/contract.ts";
import {zerosLost} from "./load/corrections.ts";
import {gate, GateShut} from "./load/gate.ts";
import {loadFile, openDesk, readManifest, type FileReport, type LoadManifest, type Shelf} from "./load/load.ts";
import {headingsGone, ownHeadings, readMappings, type HeadingsOfLoad} from "./load/mapping.ts";
import {templateMappings} from "./load/templates.ts";
import {writeRejects} from "./load/rejects.ts";
import {collectGarbage} from "./memory.ts";
import type {Progress} from "./progress.ts";
import {publishRun} from "./publish/publish.ts";
import {readSettings, type Settings} from "./settings.ts";
import {currentRun, explainFault, noteAttempt, notePublication, NoRun, openPartFile, prepareStore, prune, publishPointer, StoreFault, storeAt, sweep, takeLock, type Attempt, type RunManifest, type Store} from "./store.ts";
import {compareParts, type Changes} from "./transform/compare.ts";
import {readMeasures, type Measure} from "./transform/measures.ts";
import {compareFaults, type FaultChanges} from "./transform/quality.ts";
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
  /** Loads that no longer count, whether of the folder or of the run before (see purge.ts). */
  forget?: (load: LoadManifest) => boolean;
  /** Folder for a CSV of the rejected rows of each export; none is written without it. */
  rejects?: string;
  progress: Progress;
  /** The present instant, for the note of what happened only. */
  now?: () => Date;
}

/** A record set of one authority in the run, and what became of it since the run before. */
export interface RecordReport {
  authority: string;
  recordSet: string;
  records: number;
  withdrawn: number;
  sameIdConflicts: number;
  ambiguous: number;
  ties: PartManifest["records"][number]["ties"];
  since: Omit<Changes, "recordSet">;
}

/** What became of the data-quality faults of one authority since the run before, check by check. */
export interface QualityReport {
  authority: string;
  /** False: there is no run before, so that every fault is new. */
  compared: boolean;
  checks: FaultChanges[];
}

/** `refresh --json`. */
export interface RefreshReport {
  run: string;
  asAt: string;
  /** False: nothing had changed, and the run that stood still stands. */
  published: boolean;
  example: boolean;
  /** Every export that counts, in name order, and every file that was refused. */
  files: FileReport[];
  records: RecordReport[];
  /** Of records rather than of one file: exports of one date that disagree, rows that fit several records. */
  warnings: {code: "tie" | "ambiguous-match"; authority: string; recordSet: string; message: string}[];
  notRecorded: Record<string, string[]>;
  quality: QualityReport[];
  /** The run that this one is compared with. */
  before: string | null;
  /** Loads of earlier refreshes that still count though their file has left the exports folder. */
  kept: string[];
  /** The day of the newest export that counts. */
  newestExport: string;
  /** Files that were new and took the place of what was read before under their name and declared day, which counts no longer. */
  replaced: string[];
  /** CSVs of rejected rows, where asked for. */
  rejects: string[];
}

export class NothingToRefresh extends Error {}

/** @throws Busy, StoreFault, GateShut, NothingToRefresh or a fault in settings, mappings or reference; whatever is thrown, what was published stands. */
export async function refresh(options: RefreshOptions): Promise<RefreshReport> {
  const {exportsDir, now = () => new Date()} = options;
  const store = storeAt(options.store);
  prepareStore(store);
  const release = await takeLock(store);
  const attempt: Attempt = {started: now().toISOString(), pid: process.pid, step: "starting"};
  const progress = noting(options.progress, store, attempt);
  try {
    noteAttempt(store, attempt);
    progress.reached?.("locked");
    await sweep(store);
    progress.reached?.("swept");
    const settings = readSettings(path.join(options.data, "reference", "settings.yaml"));
    const shelf = await readShelf(options);

    const loaded = await load(exportsDir, store, shelf, settings, progress, options.forget);
    const measures = readMeasures();
    const parts = await transform(loaded.loads, measures, settings, store, shelf, {...options, progress});
    const report = await publish(parts, measures, loaded, settings, store, shelf, {...options, progress}, now().toISOString());

    progress.reached?.("before pruning");
    await prune(store, settings.runs_kept, [...loaded.loads, ...loaded.present.map((p) => p.manifest)].map((l) => l.key));
    const rejects = options.rejects ? await rejectsOf(loaded.present, options.rejects, exportsDir, shelf) : [];
    noteAttempt(store, {...attempt, ended: now().toISOString(), outcome: report.published ? "published" : "unchanged", run: report.run});
    return {...report, kept: loaded.reports.filter((r) => r.kept).map((r) => r.file), newestExport: newestOf(loaded.loads), replaced: loaded.replaced, rejects};
  } catch (error) {
    await sweep(store).catch(() => {});
    const fault = explainFault(error, store);
    noteAttempt(store, {...attempt, ended: now().toISOString(), outcome: "failed", why: fault ?? (error as Error).message});
    throw fault ? new StoreFault(fault, {cause: error}) : error;
  } finally {
    progress.end();
    await release();
  }
}

/** Progress that is also noted in the store, so that what a killed refresh was doing can be told. */
function noting(progress: Progress, store: Store, attempt: Attempt): Progress {
  return {
    step(label, next) {
      attempt.step = label;
      noteAttempt(store, attempt);
      progress.step(label, next);
    },
    tick: (done, total, unit) => progress.tick(done, total, unit),
    note: (text) => progress.note(text),
    end: () => progress.end(),
    reached: (boundary) => progress.reached?.(boundary)
  };
}

/** Contracts, mappings and reference data: what every step reads. */
export async function readShelf({data, store, threads}: {data: string; store?: string; threads?: number}): Promise<Shelf> {
  const contracts = await readContracts();
  const mappings = [...readMappings(path.join(data, "mappings"), contracts), ...templateMappings(contracts), ...[...contracts.values()].map(ownHeadings)];
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

/**
 * Files in the exports folder, in name order; what is plainly no export (hidden files, notes, the example's answers) is left alone.
 * @throws NothingToRefresh where there is no such folder: all that it held would be taken for exports that have left it
 */
export async function exportFiles(exportsDir: string): Promise<string[]> {
  const entries = await readdir(exportsDir, {withFileTypes: true, recursive: true}).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "ENOENT" ? `there is no folder ${exportsDir}` : error.code === "ENOTDIR" ? `${exportsDir} is a file, not a folder` : `the folder ${exportsDir} cannot be read (${error.code})`;
    throw new NothingToRefresh(`${why}; name the folder that holds the exports with --exports, and what was published stands`);
  });
  return entries
    .filter((e) => !e.isDirectory() && !e.name.startsWith(".") && !e.name.startsWith("~$") && !["truth.json", "README.md"].includes(e.name))
    .map((e) => path.join(e.parentPath, e.name))
    .sort();
}

interface Loaded {
  /** What counts, in key order. */
  loads: LoadManifest[];
  reports: FileReport[];
  /** What lies in the exports folder and could be read. */
  present: {path: string; manifest: LoadManifest}[];
  replaced: string[];
}

async function load(exportsDir: string, store: Store, shelf: Shelf, settings: Settings, progress: Progress, forget: (load: LoadManifest) => boolean = () => false): Promise<Loaded> {
  const files = await exportFiles(exportsDir);
  const reports: FileReport[] = [];
  const present: {path: string; file: string; manifest: LoadManifest; known: boolean}[] = [];
  // three files side by side: while DuckDB checks two, another is read, and no processor waits for what only one of them can do (reading in JavaScript);
  // a fourth would leave no thread of Node's pool to the file system. Of a file alone two record sets are checked side by side
  const workers = [1, 2, 3].slice(0, files.length);
  const desk = openDesk({...shelf, threads: shelf.threads ?? Number(threadsBeside(workers.length))}, workers.length > 1 ? 1 : 2);
  const outcomes = await shareOut(files, workers, async (file, _worker, i) => {
    const shown = path.relative(exportsDir, file).split(path.sep).join("/");
    progress.step(`reading ${shown} (${i + 1} of ${files.length})`, files[i + 1] ? path.basename(files[i + 1]!) : "records");
    return {file, shown, outcome: await loadFile(file, exportsDir, store.loads, shelf, progress, desk)};
  }).finally(() => desk.close());
  // what was held of a hostile file would stand beside what is worked out from the good ones
  if (outcomes.some(({outcome}) => "refused" in outcome)) collectGarbage();
  for (const {file, shown, outcome} of outcomes) {
    if ("refused" in outcome) reports.push({...outcome.refused, file: shown});
    else if (!forget(outcome.manifest)) present.push({path: file, file: shown, ...outcome});
  }
  const left = await keptLoads(store, present.map((p) => p.manifest));
  const kept = left.kept.filter((m) => !forget(m));
  const counted = new Map(kept.map((m) => [m.key, m]));
  for (const p of present) {
    const twin = sameContent(p, present);
    const warnings = twin ? [{code: "same-file", message: `the very same content as ${twin.file}${twin.manifest.exportDate === p.manifest.exportDate ? "" : `, which is dated ${twin.manifest.exportDate}`}: counted once`}] : [];
    if (!twin || twin.manifest.key === p.manifest.key) counted.set(p.manifest.key, p.manifest);
    reports.push({...p.manifest.report, file: p.file, warnings: [...p.manifest.report.warnings, ...warnings], ...(p.known ? {known: true} : {})});
  }
  for (const m of kept) reports.push({...m.report, known: true, kept: true});
  const loads = [...counted.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  if (loads.length === 0) {
    const why = reports.length ? `none of the ${reports.length} files in ${exportsDir} could be read: ${reports[0]!.file}: ${reports[0]!.reason}` : `there are no exports in ${exportsDir}; put CSV or XLSX exports or a CIN census XML there, or make an example with “frontdoor example --out ${exportsDir}”`;
    throw new NothingToRefresh(why);
  }
  const {warnings, stops} = gate(loads, settings.gates, left.replaced);
  if (stops.length) throw new GateShut(`a gate of the settings is shut, so nothing was published: ${stops.join("; ")}. Mend the export, or open the gate under “gates” in data/reference/settings.yaml`);
  const gone = headingsGone(loads.filter((m) => !m.corrects).map(headingsOf));
  const lost = await zerosLost(loads, store.loads, shelf.contracts);
  const flags = (key: string) => [...(warnings.get(key) ?? []), ...(gone.get(key) ?? []), ...(lost.get(key) ?? [])];
  const flagged = new Map(present.map((p) => [p.file, flags(p.manifest.key)] as const));
  for (const m of kept) flagged.set(m.report.file, flags(m.key));
  return {
    loads,
    reports: reports.map((r) => ({...r, warnings: [...r.warnings, ...(r.outcome === "refused" ? [] : (flagged.get(r.file) ?? []))]})).sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0)),
    present,
    replaced: left.replaced.map((m) => m.file)
  };
}

/**
 * What a refresh would flag about one more export beside those of its source that count in the store: headings that are gone, far fewer rows,
 * nothing recent. Of a source that the store does not know nothing is flagged.
 */
export async function flagsBeside({store: dir, data}: {store: string; data: string}): Promise<(load: LoadManifest) => Warning[]> {
  const store = storeAt(dir);
  const {gates} = readSettings(path.join(data, "reference", "settings.yaml"));
  const counted = (await Promise.all((previous(store)?.loads ?? []).map((key) => readManifest(store.loads, key)))).filter((m) => m !== null);
  return (load) => {
    // of two exports of one day and one name, the one that is looked at now is the newer
    const one = {...load, key: "~"};
    const others = counted.filter((m) => m.sha256 !== load.sha256 && m.mapping === load.mapping);
    if (others.length === 0) return [];
    const all = [...others, one];
    return [...(gate(all, gates).warnings.get(one.key) ?? []), ...(headingsGone(all.filter((m) => !m.corrects).map(headingsOf)).get(one.key) ?? [])];
  };
}

function headingsOf(m: LoadManifest): HeadingsOfLoad {
  const headings = Object.fromEntries(m.sets.flatMap((s) => Object.entries(s.headings).map(([field, heading]) => [`${s.name}.${field}`, heading])));
  return {key: m.key, file: m.file, exportDate: m.exportDate, mapping: m.mapping, headings: m.census ? {} : headings, headingsDropped: m.report.headingsDropped ?? []};
}

/** The file of the exports folder with the same bytes that counts in place of this one, if there is one: the one dated last, then the first by name. */
function sameContent(one: {file: string; manifest: LoadManifest}, present: {file: string; manifest: LoadManifest}[]) {
  const order = ({file, manifest: m}: {file: string; manifest: LoadManifest}) => [m.exportDateFrom === "declared" ? "1" : "0", m.exportDate, m.key, file];
  const alike = present.filter((p) => p.manifest.sha256 === one.manifest.sha256);
  const first = alike.sort((a, b) => {
    const [x, y] = [order(a), order(b)];
    for (const i of [0, 1, 2]) if (x[i] !== y[i]) return x[i]! > y[i]! ? -1 : 1;
    return x[3]! < y[3]! ? -1 : 1;
  })[0]!;
  return first.file === one.file ? null : first;
}

/**
 * Loads of the run before that still count: those whose file has left the folder, unless what is in the folder is a new reading of the same
 * bytes, a new version of the same corrections, or the same export made again: new, and of the same name, declared day and mapping. Where
 * several of one name came or went (folders within the folder), it is not clear which replaced which, and all of them count.
 */
async function keptLoads(store: Store, present: LoadManifest[]): Promise<{kept: LoadManifest[]; replaced: LoadManifest[]}> {
  const before = previous(store)?.loads ?? [];
  const left: LoadManifest[] = [];
  for (const key of before) {
    if (present.some((p) => p.key === key)) continue;
    const manifest = await readManifest(store.loads, key);
    if (!manifest) throw new Error(`the load ${key} of the run before is damaged or gone from the store, and its export is not in the exports folder; put the export back, or go back to another run with “frontdoor rollback”`);
    const replaced = present.some((p) => p.sha256 === manifest.sha256 || (p.corrects && manifest.corrects && p.corrects.sha256 === manifest.corrects.sha256 && p.corrects.sheet === manifest.corrects.sheet && p.file === manifest.file));
    if (!replaced) left.push(manifest);
  }
  const isAgain = (a: LoadManifest, b: LoadManifest) => !a.corrects && !b.corrects && a.file === b.file && a.exportDate === b.exportDate && a.mapping === b.mapping && a.authority === b.authority && [a, b].every((m) => m.exportDateFrom === "declared");
  const came = present.filter((p) => !before.includes(p.key));
  const madeAgain = left.filter((m) => came.filter((p) => isAgain(p, m)).length === 1 && left.filter((other) => isAgain(other, m)).length === 1);
  return {kept: left.filter((m) => !madeAgain.includes(m)), replaced: madeAgain};
}

async function rejectsOf(present: Loaded["present"], out: string, exportsDir: string, shelf: Shelf): Promise<string[]> {
  const written: string[] = [];
  for (const {path: file, manifest} of present) {
    if (manifest.sets.every((s) => s.rejected === 0)) continue;
    // mended where they were written: such a file tells its reasons itself
    if (manifest.corrects && path.dirname(file) === path.resolve(out)) continue;
    const base = path.relative(exportsDir, file).split(path.sep).join("-");
    written.push(...(await writeRejects(file, path.join(out, `${base}.rejects.csv`), exportsDir, shelf)));
  }
  return written;
}

function previous(store: Store): RunManifest | null {
  try {
    return currentRun(store);
  } catch (error) {
    if (error instanceof NoRun) return null;
    throw error;
  }
}

const newestOf = (loads: LoadManifest[]): string => loads.map((l) => l.exportDate).sort().at(-1)!;

/** A part an authority. Local exports belong to the authority of the settings, else to that of the only census. */
async function transform(loads: LoadManifest[], measures: Measure[], settings: Settings, store: Store, shelf: Shelf, {asAt, progress, threads}: RefreshOptions): Promise<PartManifest[]> {
  const inCensus = [...new Set(loads.map((l) => l.authority).filter((a): a is string => a !== null))].sort();
  const local = settings.authority.code ?? (inCensus.length === 1 ? inCensus[0]! : inCensus.length === 0 ? "local" : null);
  if (local === null && loads.some((l) => l.authority === null)) {
    throw new Error(`the CIN censuses come from several authorities (${inCensus.join(", ")}), so it is not clear whose the local exports are; set authority.code in data/reference/settings.yaml`);
  }
  const at = asAt ?? newestOf(loads);
  const parts: PartManifest[] = [];
  for (const authority of [...new Set(loads.map((l) => l.authority ?? local!))].sort()) {
    const own = loads.filter((l) => (l.authority ?? local) === authority);
    parts.push(await buildPart({authority, asAt: at, loads: own, contracts: shelf.contracts, mappings: shelf.mappings, reference: shelf.reference, measures, clocks: settings.clocks}, store.parts, store.loads, progress, threads));
  }
  return parts;
}

async function publish(parts: PartManifest[], measures: Measure[], {loads, reports}: Loaded, settings: Settings, store: Store, shelf: Shelf, {exportsDir, progress, data}: RefreshOptions, at: string): Promise<Omit<RefreshReport, "kept" | "newestExport" | "replaced" | "rejects">> {
  const truth = exampleTruth(exportsDir);
  const example = truth !== null && loads.every((l) => truth.hashes.has(l.sha256));
  const asAt = parts[0]!.asAt;
  // whether a file was read now or before, and whether it still lies in the folder, is no part of what a run is
  const told = reports.map(({known: _, kept: __, ...report}) => report);
  const run = createHash("sha256")
    .update(JSON.stringify([publishCode(), settings, example, parts.map((p) => [p.authority, p.hash]), told, readFileSync(path.join(data, "reference", "settings.yaml"), "utf8")]))
    .digest("hex")
    .slice(0, 16);
  const before = previous(store);
  const records = await recordReports(parts, before, store);
  const summary = {
    run,
    asAt,
    example,
    files: reports,
    records,
    warnings: records.flatMap(recordWarnings),
    notRecorded: Object.fromEntries(Object.entries(parts[0]!.missing).filter(([, lacks]) => lacks.length)),
    quality: await qualityReports(parts, before, store),
    before: before?.run ?? null
  };
  const stands = before?.run === run;
  if (!existsSync(path.join(store.runs, run, "run.json"))) {
    progress.step("publishing", "done");
    const making = path.join(store.runs, `.${run}.${process.pid}`);
    await rm(making, {recursive: true, force: true});
    await mkdir(making, {recursive: true, mode: 0o700});
    for (const [i, part] of parts.entries()) {
      const opened = await openPartFile(path.join(store.parts, part.hash, "part.duckdb"), 2);
      try {
        const dir = path.join(making, "published", ...(i === home(parts, settings) ? [] : ["authorities", part.authority]));
        const authority = {code: part.authority, name: nameOf(part.authority, settings, example ? truth!.name : null)};
        const own = loads.filter((l) => part.loads.includes(l.key));
        await publishRun([opened.db, await opened.connect()], dir, {run, example, authority, part, loads: own, reports: told, measures, contracts: shelf.contracts, reference: shelf.reference, settings});
      } finally {
        opened.close();
      }
    }
    const manifest: RunManifest = {run, asAt, example, parts: parts.map((p) => ({authority: p.authority, hash: p.hash, file: `parts/${p.hash}/part.duckdb`})), loads: loads.map((l) => l.key)};
    await writeFile(path.join(making, "report.json"), JSON.stringify({...summary, files: told}, null, 1), {mode: 0o600});
    await writeFile(path.join(making, "run.json"), JSON.stringify(manifest, null, 1), {mode: 0o600});
    await syncAll(making);
    progress.reached?.("run written");
    await rename(making, path.join(store.runs, run));
    progress.reached?.("run placed");
  }
  if (!stands) {
    await publishPointer(store, run, (boundary) => progress.reached?.(`pointer: ${boundary}`));
    progress.reached?.("published");
    await notePublication(store, run, at);
  }
  return {...summary, published: !stands};
}

/** What a run is made of reaches the disk before the pointer does, so that a power cut leaves no run with empty files. */
async function syncAll(dir: string): Promise<void> {
  const files = (await readdir(dir, {withFileTypes: true, recursive: true})).filter((e) => e.isFile());
  await Promise.all(
    files.map(async (e) => {
      const handle = await openFile(path.join(e.parentPath, e.name), "r+");
      await handle.sync().finally(() => handle.close());
    })
  );
}

async function recordReports(parts: PartManifest[], before: RunManifest | null, store: Store): Promise<RecordReport[]> {
  const found: RecordReport[] = [];
  for (const part of parts) {
    const held = part.records.filter((r) => r.records + r.withdrawn > 0);
    const old = before?.parts.find((p) => p.authority === part.authority);
    const oldFile = old && path.join(store.home, old.file);
    const as = (what: "new" | "unchanged") => held.map((r): Changes => ({recordSet: r.recordSet, new: 0, changed: 0, unchanged: 0, withdrawn: 0, gone: 0, [what]: r.records}));
    const changes =
      old?.hash === part.hash
        ? as("unchanged")
        : oldFile && existsSync(oldFile)
          ? await compareParts(oldFile, path.join(store.parts, part.hash, "part.duckdb"), part.records.map((r) => r.recordSet))
          : as("new");
    for (const r of part.records) {
      const change = changes.find((c) => c.recordSet === r.recordSet);
      if (!change || (!held.includes(r) && change.gone === 0)) continue;
      const {recordSet: _, ...since} = change;
      found.push({authority: part.authority, recordSet: r.recordSet, records: r.records, withdrawn: r.withdrawn, sameIdConflicts: r.sameIdConflicts, ambiguous: r.ambiguous, ties: r.ties, since});
    }
  }
  return found;
}

async function qualityReports(parts: PartManifest[], before: RunManifest | null, store: Store): Promise<QualityReport[]> {
  const found: QualityReport[] = [];
  for (const part of parts) {
    const old = before?.parts.find((p) => p.authority === part.authority);
    const file = old && path.join(store.home, old.file);
    const compared = file !== undefined && existsSync(file);
    found.push({authority: part.authority, compared, checks: await compareFaults(compared ? file : null, path.join(store.parts, part.hash, "part.duckdb"))});
  }
  return found;
}

function recordWarnings({authority, recordSet, ambiguous, ties}: RecordReport): RefreshReport["warnings"] {
  const words = recordSet.replaceAll("_", " ");
  const made: RefreshReport["warnings"] = ties.map(({records, exportDate, files}) => ({
    code: "tie",
    authority,
    recordSet,
    message: `${records} ${words} ${records === 1 ? "record differs" : "records differ"} between exports of the same date, ${exportDate} (${files.join(", ")}): what ${files.at(-1)} says counts`
  }));
  if (ambiguous > 0) made.push({code: "ambiguous-match", authority, recordSet, message: `${ambiguous} ${words} ${ambiguous === 1 ? "row has no id and fits" : "rows have no id and fit"} several records: kept apart, not guessed`});
  return made;
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
  const folder = new URL("./publish/", import.meta.url);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts")).sort()) hash.update(file).update(readFileSync(new URL(file, folder)));
  return hash.digest("hex");
}
