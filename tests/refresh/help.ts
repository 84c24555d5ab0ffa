// What the tests of a refresh share: a small place of its own (exports, store, mappings) and ways to look at what readers would see.
import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {onTestFinished} from "vitest";
import {name, openScratch, rowsOf, type Db} from "../../etl/duckdb.ts";
import {silent, type Progress} from "../../etl/progress.ts";
import {refresh, type RefreshReport} from "../../etl/refresh.ts";
import {currentRun, openPartFile, storeAt} from "../../etl/store.ts";

const OWN_DATA = fileURLToPath(new URL("../../data/", import.meta.url));

/** One source of contacts with an id, whose exports hold everything. */
export const CONTACTS = `
name: contacts
title: Contacts
files: ["contacts*"]
window: full
records:
  - set: contact
    fields:
      contact_id: [Contact ID]
      child_id: [Child ID]
      received_at: [Received]
      decision_at: [Decided]
      source: [Source]
      outcome: [Outcome]
      team: [Team]
      worker: [Worker]
`;

export interface Place {
  home: string;
  exports: string;
  store: string;
  data: string;
  /** Writes an export. */
  put(name: string, content: string | Buffer): string;
  /** Removes one. */
  take(name: string): void;
  map(...yaml: string[]): void;
  settings(yaml: string): void;
  refresh(options?: {asAt?: string; threads?: number; rejects?: string; progress?: Progress}): Promise<RefreshReport>;
}

/** An empty place that goes with the test; see `placeAt`. */
export function place(...mappings: string[]): Place {
  const home = mkdtempSync(path.join(tmpdir(), "frontdoor-refresh-"));
  onTestFinished(() => rmSync(home, {recursive: true, force: true, maxRetries: 3}));
  return placeAt(home, ...mappings);
}

/** An empty place in a folder, with the project's own reference tables and the mappings given. */
export function placeAt(home: string, ...mappings: string[]): Place {
  const [exports, store, data] = ["exports", "store", "data"].map((f) => path.join(home, f)) as [string, string, string];
  mkdirSync(exports, {recursive: true});
  mkdirSync(path.join(data, "mappings"), {recursive: true});
  cpSync(path.join(OWN_DATA, "reference"), path.join(data, "reference"), {recursive: true});
  const made: Place = {
    home,
    exports,
    store,
    data,
    put(file, content) {
      const to = path.join(exports, file);
      mkdirSync(path.dirname(to), {recursive: true});
      writeFileSync(to, content);
      return to;
    },
    take: (file) => rmSync(path.join(exports, file)),
    map(...yaml) {
      for (const f of readdirSync(path.join(data, "mappings"))) rmSync(path.join(data, "mappings", f));
      yaml.forEach((text, i) => writeFileSync(path.join(data, "mappings", `m${i}.yaml`), text));
    },
    settings: (yaml) => writeFileSync(path.join(data, "reference", "settings.yaml"), yaml),
    refresh: (options = {}) => refresh({exportsDir: exports, store, data, progress: silent, ...options})
  };
  made.map(...mappings);
  return made;
}

/** Asks the current run's part. */
export async function ask<T = Record<string, unknown>>(store: string, sql: string): Promise<T[]> {
  const opened = await openPartFile(path.join(store, currentRun(storeAt(store)).parts[0]!.file));
  try {
    return await rowsOf<T>(opened.db, sql);
  } finally {
    opened.close();
  }
}

/** Every row of every record set of the current run, in order, as text. */
export async function recordsOf(store: string): Promise<Record<string, string[]>> {
  const opened = await openPartFile(path.join(store, currentRun(storeAt(store)).parts[0]!.file));
  try {
    return await dump(opened.db, "records");
  } finally {
    opened.close();
  }
}

/** Names of the tables and views of a schema. */
const tablesOf = async (db: Db, schema: string): Promise<string[]> => (await rowsOf<{t: string}>(db, `select table_name as t from information_schema.tables where table_schema = '${schema}' order by t`)).map(({t}) => t);

/** Ordered rows of every table and view of a schema that holds any. */
export async function dump(db: Db, schema: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const t of await tablesOf(db, schema)) {
    const rows = (await rowsOf(db, `select * from ${schema}.${name(t)} order by all`)).map((r) => JSON.stringify(r));
    if (rows.length) found[t] = rows;
  }
  return found;
}

/** As `dump`, a line a table: how many rows it has, and the sum of their digests (64 bits each), which tells any two sets of rows apart and needs no memory for them. */
export async function digests(db: Db, schema: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const t of await tablesOf(db, schema)) {
    const [of] = await rowsOf<{rows: number; sum: string}>(db, `select count(*) as rows, cast(sum(md5_number_lower(cast(to_json(r) as varchar))) as varchar) as sum from ${schema}.${name(t)} r`);
    if (of!.rows) found[t] = `${of!.rows} rows, ${of!.sum}`;
  }
  return found;
}

/** Every published file of the current run → its bytes as text. */
export function publishedOf(store: string): Record<string, string> {
  const dir = path.join(store, "runs", currentRun(storeAt(store)).run, "published");
  return Object.fromEntries(filesUnder(dir).map((f) => [path.relative(dir, f), readFileSync(f, "utf8")]));
}

/** Every file below a folder, in name order. */
export function filesUnder(dir: string): string[] {
  return readdirSync(dir, {recursive: true, withFileTypes: true})
    .filter((e) => !e.isDirectory())
    .map((e) => path.join(e.parentPath, e.name))
    .sort();
}

/** Rows of a Parquet file. */
export async function parquet(file: string): Promise<Record<string, unknown>[]> {
  const {db, close} = await openScratch();
  try {
    return await rowsOf(db, `from read_parquet('${file}')`);
  } finally {
    close();
  }
}

/** A CSV of rows of cells that need no quotes. */
export const csv = (...rows: string[][]): string => `${rows.map((r) => r.join(",")).join("\n")}\n`;
