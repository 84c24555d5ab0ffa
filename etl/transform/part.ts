// One authority's part: a fresh DuckDB file made from its loads, the reference data, the settings and the as-at date, and from nothing else.
import {createHash} from "node:crypto";
import {existsSync, readdirSync, readFileSync, statSync} from "node:fs";
import {mkdir, rename, rm, stat, writeFile} from "node:fs/promises";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {literal, name, open, rowsOf, shareOut, threadsBeside, type Db} from "../duckdb.ts";
import type {Contract} from "../load/contract.ts";
import type {LoadManifest} from "../load/load.ts";
import type {Mapping} from "../load/mapping.ts";
import type {Progress} from "../progress.ts";
import {DEFAULT_CLOCKS, type Clocks} from "../settings.ts";
import {buildCalendar} from "./calendar.ts";
import {buildMeasureCases, missingFor, type Measure} from "./measures.ts";
import {buildQuality, prepareQuality, readChecks, type Check} from "./quality.ts";
import {buildRecords, rankLoads, verifyLoad, type RecordCounts} from "./records.ts";
import type {Reference} from "./reference.ts";

export interface PartInputs {
  authority: string;
  asAt: string;
  loads: LoadManifest[];
  contracts: Map<string, Contract>;
  mappings: Mapping[];
  reference: Reference;
  measures: Measure[];
  /** Of the settings; defaults to what runs where they say nothing. */
  clocks?: Clocks;
  /** Defaults to those of etl/checks/. */
  checks?: Check[];
}

/** part.json, beside the database. */
export interface PartManifest {
  authority: string;
  hash: string;
  asAt: string;
  loads: string[];
  records: (RecordCounts & {firstEvent: string | null; lastEvent: string | null})[];
  /** Measure id → what it lacks. */
  missing: Record<string, string[]>;
  /** Record set → first day from which its referrals (contacts, …) are held in full, for look-back. */
  covered: Record<string, string>;
  /** Record sets with too few rows to tell their beginning from quiet months: nothing may be concluded from where their first row stands. Parts of older versions lack it. */
  sparse?: string[];
}

const SQL = fileURLToPath(new URL("./sql/", import.meta.url));
const sqlFiles = () => readdirSync(SQL).filter((f) => f.endsWith(".sql")).sort();

/** The code that decides what a part holds: change a line of it and parts are built anew. */
let codeHash: string | null = null;
function hashOfCode(): string {
  if (codeHash) return codeHash;
  const hash = createHash("sha256");
  const walk = (dir: string) => {
    for (const entry of readdirSync(dir).sort()) {
      const full = path.join(dir, entry);
      if (statSync(full).isDirectory()) walk(full);
      else if (/\.(ts|sql)$/.test(entry)) hash.update(entry).update(readFileSync(full));
    }
  };
  for (const room of ["transform", "measures", "records", "checks"]) walk(fileURLToPath(new URL(`../${room}/`, import.meta.url)));
  return (codeHash = hash.digest("hex"));
}

/** A part's name: the hash of everything it is made from. */
export function partHash(inputs: PartInputs): string {
  const words = inputs.mappings.map((m) => [m.name, m.window, m.records.map((r) => r.words)]);
  const maps = Object.entries(inputs.reference.words).map(([list, map]) => [list, [...map]]);
  const text = JSON.stringify([hashOfCode(), inputs.authority, inputs.asAt, inputs.loads.map((l) => l.key).sort(), words, {...inputs.reference, words: maps}, inputs.clocks ?? DEFAULT_CLOCKS, inputs.measures, ...(inputs.checks ? [inputs.checks] : [])]);
  return createHash("sha256").update(text).digest("hex").slice(0, 40);
}

/**
 * Builds `partsDir/<hash>/part.duckdb` unless it is there. The file is made beside, checkpointed, closed, checked to have no
 * write-ahead log, and moved into place whole.
 */
export async function buildPart(inputs: PartInputs, partsDir: string, loadsDir: string, progress: Progress, threads?: number): Promise<PartManifest> {
  const hash = partHash(inputs);
  const home = path.join(partsDir, hash);
  if (existsSync(path.join(home, "part.json"))) return JSON.parse(readFileSync(path.join(home, "part.json"), "utf8")) as PartManifest;
  const making = path.join(partsDir, `.${hash}.${process.pid}`);
  await rm(making, {recursive: true, force: true});
  await mkdir(making, {recursive: true, mode: 0o700});
  const file = path.join(making, "part.duckdb");
  // DuckDB makes no checkpoint of its own accord: see putIntoFile
  const opened = await open(":memory:", {threads: threads ? String(threads) : threadsBeside(2), checkpoint_threshold: "1GB"});
  let manifest: PartManifest;
  try {
    const dbs = [opened.db, await opened.connect()];
    // the default storage format silently replays a stale write-ahead log into a fresh file, even read-only; v1.4.0 does not.
    // No log is written: what was not finished is thrown away, and with one every row would be written twice
    await opened.db.run(`attach ${literal(file)} as part (storage_version 'v1.4.0', recovery_mode no_wal_writes)`);
    for (const db of dbs) await db.run("use part");
    manifest = await fill(dbs, inputs, hash, loadsDir, progress);
    progress.reached?.("part filled");
    await opened.db.run("checkpoint");
  } finally {
    opened.close();
  }
  if (await stat(`${file}.wal`).catch(() => null)) throw new Error("the part's database was closed with a write-ahead log beside it; nothing was published, run the refresh again");
  await writeFile(path.join(making, "part.json"), JSON.stringify(manifest, null, 1), {mode: 0o600});
  progress.reached?.("part written");
  await rm(home, {recursive: true, force: true});
  await rename(making, home);
  progress.reached?.("part placed");
  return manifest;
}

async function fill(dbs: Db[], inputs: PartInputs, hash: string, loadsDir: string, progress: Progress): Promise<PartManifest> {
  const {authority, asAt, contracts, mappings, reference, measures, checks = readChecks()} = inputs;
  const db = dbs[0]!;
  progress.step(`${authority}: records`, "journeys");
  const loads = rankLoads(inputs.loads);
  const writeRules = async () => {
    await db.run(`create macro as_at() as date ${literal(asAt)}`);
    await writeReference(db, reference, authority);
    await buildCalendar(db, reference, authority);
    const {risk_grade: clock} = inputs.clocks ?? DEFAULT_CLOCKS;
    await db.run(`create macro risk_grade_clock(grade) as case grade ${Object.entries(clock).map(([grade, runs]) => `when ${literal(grade)} then ${literal(runs)}`).join(" ")} end`);
  };
  // one connection writes the rules while the other begins to read the loads
  await shareOut([writeRules, ...loads.map((load) => (own: Db) => verifyLoad(own, load, loadsDir))], dbs, (prepare, own) => prepare(own));
  const counts = await buildRecords(dbs, loads, loadsDir, contracts, mappings, reference, authority);
  progress.step(`${authority}: journeys`, "measures");
  await buildJourneys(dbs);
  progress.step(`${authority}: measures and data quality`, "publish");
  let lacks = new Map<string, string[]>();
  const findMissing = async (own: Db) => (lacks = await missingFor([...measures, ...checks], contracts, dateOnlyFields(loads.map((l) => l.manifest)), own));
  await shareOut([(own: Db) => prepareQuality(own, {contracts, loads}), findMissing], dbs, async (make, own) => void (await make(own)));
  const missing = new Map(measures.map((m) => [m.id, lacks.get(m.id)!]));
  // what has been written is put into the file while the checks only read: a checkpoint amid writers makes all of them wait
  const checkQuality = (own: Db) => buildQuality(own, {checks, missing: lacks, contracts, loads, loadsDir, counts});
  const putIntoFile = (own: Db) => own.run("checkpoint");
  await shareOut([checkQuality, putIntoFile], dbs, async (make, own) => void (await make(own)));
  await buildMeasureCases(dbs, authority, measures, missing);
  const sets = inputs.loads.flatMap((l) => l.sets);
  const {covered, sparse} = await coverOf(db, inputs.loads, contracts);
  const edge = (set: string, which: "firstEvent" | "lastEvent") => {
    const days = sets.filter((s) => s.name === set && s[which]).map((s) => s[which]!).sort();
    return (which === "firstEvent" ? days[0] : days.at(-1)) ?? null;
  };
  return {
    authority,
    hash,
    asAt,
    loads: inputs.loads.map((l) => l.key).sort(),
    records: counts.map((c) => ({...c, firstEvent: edge(c.recordSet, "firstEvent"), lastEvent: edge(c.recordSet, "lastEvent")})),
    missing: Object.fromEntries(missing),
    covered,
    sparse
  };
}

/** Runs the files of sql/, side by side, each when what it reads has been made; first those at the head of the longest row of files that wait for each other. */
async function buildJourneys(dbs: Db[]): Promise<void> {
  const files = sqlFiles().map((file) => {
    const sql = readFileSync(path.join(SQL, file), "utf8");
    return {sql, length: sql.length, makes: [...sql.matchAll(/^create (?:table|view|macro) ((?:journey\.)?\w+)/gm)].map((m) => new RegExp(`\\b${m[1]!}\\b`))};
  });
  // what a file reads is made by files before it
  const reads = files.map(({sql}, i) => [...files.slice(0, i).entries()].filter(([, {makes}]) => makes.some((made) => made.test(sql))).map(([j]) => j));
  const row = files.map(() => 0);
  for (let i = files.length - 1; i >= 0; i--) {
    row[i]! += files[i]!.length;
    for (const j of reads[i]!) row[j] = Math.max(row[j]!, row[i]!);
  }
  const order = [...files.keys()].sort((a, b) => row[b]! - row[a]! || a - b);
  const place = order.map((_, i) => order.indexOf(i));
  await shareOut(order.map((i) => files[i]!), dbs, ({sql}, db) => db.run(sql), (i) => reads[order[i]!]!.map((j) => place[j]!));
}

/** A record set that has fewer rows a month than this has no volume to judge its beginning by. */
const ENOUGH_A_MONTH = 10;
/** Of the usual month; August and December fall short by a quarter at most. */
const FULL_MONTH = 0.7;

/**
 * From which day each record set is held in full. A census holds every child in need of its year. Another export often holds old records
 * too, but only those that are still open: a first month with a few of them is no beginning. So it begins with the first of three months
 * that are about as full as the usual month of the last two years, and not before the first of its records ended.
 */
async function coverOf(db: Db, loads: LoadManifest[], contracts: Map<string, Contract>): Promise<{covered: Record<string, string>; sparse: string[]}> {
  const covered: Record<string, string> = {};
  const sparse: string[] = [];
  const since = (set: string, from: string) => {
    if (!covered[set] || from < covered[set]!) covered[set] = from;
  };
  const local = new Map<string, string>();
  for (const load of loads) {
    for (const set of load.sets) {
      if (!set.firstEvent) continue;
      if (load.census) since(set.name, `${load.census.year - 1}-04-01`);
      else if (!local.has(set.name) || set.firstEvent < local.get(set.name)!) local.set(set.name, set.firstEvent);
    }
  }
  if (local.size === 0) return {covered, sparse};
  const months = [...local.keys()].map((set) => {
    const {happened, fields} = contracts.get(set)!;
    const day = `cast(${name(happened!)} as date)`;
    const end = ["closed_on", "ended_on", "authorised_on"].find((f) => fields[f]);
    return `select ${literal(set)} as set, strftime(${day}, '%Y-%m') as month, count(*) as n, ${end ? `(select cast(quantile_disc(${name(end)}, 0.002) as varchar) from records.${name(set)} where not withdrawn)` : "null"} as first_end
      from records.${name(set)} where not withdrawn and ${day} <= as_at() group by all`;
  });
  const counted = await rowsOf<{set: string; month: string; n: number; first_end: string | null}>(db, `${months.join(" union all ")} order by set, month`);
  for (const [set, firstEvent] of local) {
    const own = counted.filter((r) => r.set === set);
    const usual = own.slice(-25, -1).map((r) => r.n).sort((a, b) => a - b);
    const middle = usual[Math.floor(usual.length / 2)] ?? 0;
    // the last month may still be running
    const full = (i: number) => own.slice(i, i + 3).every((r, j) => i + j === own.length - 1 || r.n >= FULL_MONTH * middle);
    const begins = middle < ENOUGH_A_MONTH ? undefined : own.find((_, i) => full(i))?.month;
    const byVolume = begins === undefined || begins === firstEvent.slice(0, 7) ? firstEvent : `${begins}-01`;
    if (middle < ENOUGH_A_MONTH && !covered[set]) sparse.push(set);
    const ended = own[0]?.first_end ?? null;
    since(set, middle >= ENOUGH_A_MONTH && ended !== null && ended.slice(0, 7) > byVolume.slice(0, 7) ? `${ended.slice(0, 7)}-01` : byVolume);
  }
  return {covered, sparse};
}

/** A field is only a date where no load that carries it has a time of day in it. */
function dateOnlyFields(loads: LoadManifest[]): Set<string> {
  const dated = new Set<string>();
  const timed = new Set<string>();
  for (const set of loads.flatMap((l) => l.sets)) {
    if (set.accepted === 0) continue;
    for (const f of set.carried) (set.dateOnly.includes(f) ? dated : timed).add(`${set.name}.${f}`);
  }
  return new Set([...dated].filter((f) => !timed.has(f)));
}

/** Code lists as `reference.<list>`, the authority's own population, limits as the macro `limit_on(key, day)`. */
async function writeReference(db: Db, reference: Reference, authority: string): Promise<void> {
  const statements = ["create schema reference"];
  for (const [list, codes] of Object.entries(reference.codes)) {
    const attributes = [...new Set(codes.flatMap((c) => Object.keys(c.attributes)))];
    const type = (a: string) => (codes.some((c) => typeof c.attributes[a] === "boolean") ? "boolean" : codes.every((c) => c.attributes[a] == null || typeof c.attributes[a] === "number") ? "double" : "varchar");
    const value = (v: unknown) => (v === null || v === undefined ? "null" : typeof v === "string" ? literal(v) : String(v));
    statements.push(`create table reference.${name(list)} (code varchar, label varchar, parent varchar${attributes.map((a) => `, ${name(a)} ${type(a)}`).join("")})`);
    if (codes.length) statements.push(`insert into reference.${name(list)} values ${codes.map((c) => `(${[c.code, c.label, c.parent, ...attributes.map((a) => c.attributes[a])].map(value).join(", ")})`).join(", ")}`);
  }
  const own = reference.population.filter((p) => p.lea === authority);
  statements.push("create table reference.population (year integer, population integer)");
  if (own.length) statements.push(`insert into reference.population values ${own.map((p) => `(${p.year}, ${p.population})`).join(", ")}`);
  // one commit, not a hundred
  await db.run(`begin;\n${statements.join(";\n")};\ncommit`);
  await db.run(`create macro limit_on(k, d) as ${limitSql(reference)}`);
}

/**
 * The limit `k` in force on day `d`, as one expression: with a key written out DuckDB folds it to a number, where a look-up in a table
 * cost most of a measure's time. The limits that never changed stand in one text, for a branch of CASE for each would have to be bound anew
 * wherever a limit is named. What came before the first dated limit is judged by that first one; a day in a gap has none.
 */
export function limitSql({thresholds}: Pick<Reference, "thresholds">): string {
  const keys = [...new Set(thresholds.map((t) => t.key))];
  const versions = new Map(keys.map((key) => [key, thresholds.filter((t) => t.key === key).sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1))]));
  const always = keys.filter((key) => versions.get(key)!.length === 1 && versions.get(key)![0]!.effectiveTo === null);
  const dated = keys.filter((key) => !always.includes(key)).map((key) => {
    const when = versions.get(key)!.map((t, i) => `when ${i === 0 ? "true" : `cast(d as date) >= date ${literal(t.effectiveFrom)}`} and ${t.effectiveTo === null ? "true" : `cast(d as date) <= date ${literal(t.effectiveTo)}`} then ${Math.trunc(t.value)}`);
    return `when ${literal(key)} then case ${when.reverse().join(" ")} end`;
  });
  const standing = `cast(json_extract_string(${literal(JSON.stringify(Object.fromEntries(always.map((key) => [key, Math.trunc(versions.get(key)![0]!.value)]))))}, k) as integer)`;
  return dated.length ? `case k ${dated.join(" ")} else ${standing} end` : standing;
}
