// Small stores and servers for the server's tests. Everything is made in a temporary folder; nothing is shared between tests.
import {mkdir, mkdtemp, rename, rm, writeFile} from "node:fs/promises";
import http from "node:http";
import {tmpdir} from "node:os";
import {dirname, join} from "node:path";
import {DuckDBInstance} from "@duckdb/node-api";
import {onTestFinished} from "vitest";
import {localHosts} from "../../server/address.ts";
import {createServer, type ServerOptions} from "../../server/server.ts";
import {localDoor} from "../../server/session.ts";
import {readServerSettings} from "../../server/settings.ts";

export interface CaseRow {
  case_id: string;
  child_id: string;
  counted_on: string;
  due_on?: string;
  done_on?: string;
  met: boolean | null;
  value?: number;
  reason?: string;
  team?: string;
  locality?: string;
}

const columns = ["measure_id", "case_id", "child_id", "counted_on", "due_on", "met", "value", "reason", "team", "agency", "source", "locality", "need", "age_band", "sex", "ethnicity", "case_status", "done_on", "category"];

const common = {kind: "percentage", good: "high", counts: "case", unit: "percent"};
export const publishedMeasures = [{...common, id: "R1", status: "ok", missing: []}, {...common, id: "S2a", status: "not recorded", missing: ["strategy_meeting.held_at"]}];

export async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "frontdoor-server-"));
  onTestFinished(() => rm(folder, {recursive: true, force: true, maxRetries: 3}));
  return folder;
}

export async function put(file: string, value: unknown): Promise<void> {
  await mkdir(dirname(file), {recursive: true});
  await writeFile(file, typeof value === "string" ? value : JSON.stringify(value));
}

/** Writes a run with one part that holds `rows` of measure R1, and its published files. */
export async function makeRun(store: string, id: string, rows: readonly CaseRow[], {example = false}: {example?: boolean} = {}): Promise<void> {
  const file = `parts/${id}/part.duckdb`;
  await mkdir(join(store, "parts", id), {recursive: true});
  const instance = await DuckDBInstance.create(join(store, file), {storage_compatibility_version: "v1.4.0"});
  const connection = await instance.connect();
  await connection.run(`create schema measure; create table measure.rows(measure_id varchar, case_id varchar, child_id varchar, counted_on date,
    due_on date, met boolean, value integer, reason varchar, team varchar, agency varchar, source varchar, locality varchar, need varchar, age_band varchar,
    sex varchar, ethnicity varchar, case_status varchar, done_on date, category varchar);
    ${publishedMeasures.map(({id: of}) => `create view measure."${of}" as select * from measure.rows where measure_id = '${of}'`).join("; ")};
    create macro as_at() as date '2026-03-31'; create macro limit_on(k, d) as 12`);
  const types: Record<string, string> = {met: "BOOLEAN", value: "INTEGER", counted_on: "DATE", due_on: "DATE", done_on: "DATE"};
  const shape = JSON.stringify([Object.fromEntries(columns.map((column) => [column, types[column] ?? "VARCHAR"]))]);
  if (rows.length > 0) {
    await connection.run(`insert into measure.rows by name select unnest(from_json($1::json, $2), recursive := true)`, [JSON.stringify(rows.map((row) => ({measure_id: "R1", ...row}))), shape]);
  }
  await connection.run("checkpoint");
  connection.closeSync();
  instance.closeSync();
  const folder = join(store, "runs", id);
  await put(join(folder, "published", "measures.json"), {disclosure: "internal", run: id, measures: publishedMeasures});
  await put(join(folder, "published", "run.json"), {run: id, periods: [{key: "last-12", from: "2025-04", to: "2026-03"}], defaultPeriod: "last-12"});
  await put(join(folder, "published", "measures", "R1.json"), {run: id, id: "R1"});
  await put(join(folder, "run.json"), {run: id, parts: [{authority: "E06000001", hash: id, file}], asAt: "2026-03-31", example});
}

/** Makes `id` the current run by one rename, as a refresh does. */
export async function point(store: string, id: string): Promise<void> {
  await writeFile(join(store, "current.json.next"), JSON.stringify({run: id}));
  await rename(join(store, "current.json.next"), join(store, "current.json"));
}

/** A site of two pages and a script. */
export async function makeSite(): Promise<string> {
  const site = await temporary();
  await put(join(site, "index.html"), "<!doctype html><title>At a glance</title>");
  await put(join(site, "qa", "cases.html"), "<!doctype html><title>Cases</title>");
  await put(join(site, "data", "refresh.html"), "<!doctype html><title>Refresh</title>");
  await put(join(site, "_import", "components", "data.1a2b.js"), "export {};");
  await put(join(site, "csp.json"), {"index.html": ["sha256-AAAA"], "qa/cases.html": ["sha256-BBBB", "'unsafe-inline'"]});
  return site;
}

export const someRows: readonly CaseRow[] = [
  {case_id: "0001", child_id: "0000000042", counted_on: "2026-01-15", met: true, value: 3, team: "North"},
  {case_id: "0002", child_id: "0000000043", counted_on: "2026-02-10", due_on: "2026-02-06", done_on: "2026-02-20", met: false, value: 14, team: "South", reason: "seen late"},
  {case_id: "0003", child_id: "0000000042", counted_on: "2026-03-20", met: false, team: "South", reason: "not seen"}
];

export const token = "a-token-of-the-test";
const port = 3000;
export const host = {host: `127.0.0.1:${port}`};

/** A server in local mode on a store with one run of real (not example) data, for `inject`. */
export async function localServer(options: Partial<Omit<ServerOptions, "settings">> & {settings?: unknown; rows?: readonly CaseRow[]; example?: boolean} = {}) {
  const store = options.store ?? (await temporary());
  if (!options.store) {
    await makeRun(store, "run-1", options.rows ?? someRows, {example: options.example});
    await point(store, "run-1");
  }
  const logged: string[] = [];
  const app = createServer({
    site: await makeSite(),
    door: localDoor({token, port: () => port}),
    hosts: () => localHosts(port),
    scheme: "http",
    log: (line) => logged.push(line),
    ...options,
    store,
    settings: readServerSettings(options.settings)
  });
  onTestFinished(() => app.close());
  return {app, store, logged};
}

/** Comes in with the token; headers of a signed-in browser. */
export async function comeIn(app: Awaited<ReturnType<typeof localServer>>["app"]): Promise<{host: string; cookie: string}> {
  const answer = await app.inject({url: `/?token=${token}`, headers: host});
  const [cookie] = answer.cookies;
  if (!cookie) throw new Error(`not let in: ${answer.statusCode} ${answer.body}`);
  return {...host, cookie: `${cookie.name}=${cookie.value}`};
}

/** A request whose target is sent as it stands: no client that tidies `..` away. */
export function ask(url: string, target: string, headers: Record<string, string> = {}, method = "GET"): Promise<{status: number; headers: http.IncomingHttpHeaders; body: string}> {
  const {hostname, port} = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request({host: hostname, port, path: target, method, headers, agent: false}, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () => resolve({status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces).toString("utf8")}));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end();
  });
}

/** Waits for what others bring about. @throws after five seconds */
export async function until(done: () => boolean): Promise<void> {
  const start = performance.now();
  while (!done()) {
    if (performance.now() - start > 5_000) throw new Error("waited five seconds in vain");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
