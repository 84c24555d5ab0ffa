// npm run bench: how long the main job takes beside what the same bytes cost a bare DuckDB, as ratios from one run. It judges nothing.
// npm run bench -- browser: see bench-browser.ts.
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from "node:fs";
import {cpus, tmpdir, totalmem} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {literal, openScratch, rowOf} from "../etl/duckdb.ts";
import {writeExample} from "../etl/example/index.ts";
import {silent} from "../etl/progress.ts";
import {buildSite} from "../etl/publish/site.ts";
import {refresh} from "../etl/refresh.ts";

if (process.argv[2] === "browser") {
  await import("./bench-browser.ts");
  process.exit(0);
}

const root = fileURLToPath(new URL("../", import.meta.url));
const runs = Number(process.argv.find((a) => a.startsWith("--runs="))?.slice(7) ?? 5);
const home = mkdtempSync(path.join(tmpdir(), "frontdoor-bench-"));
const say = (text: string) => void process.stdout.write(`${text}\n`);
const median = (of: number[]) => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)]!;
const seconds = async (work: () => Promise<unknown>) => {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
};

/** Types a person would give the example's columns; everything else is text. */
function typeOf(sample: string | undefined): string {
  if (/^\d{4}-\d\d-\d\d \d/.test(sample ?? "") || /^\d\d\/\d\d\/\d{4} \d/.test(sample ?? "")) return "TIMESTAMP";
  if (/^\d{4}-\d\d-\d\d$/.test(sample ?? "") || /^\d\d\/\d\d\/\d{4}$/.test(sample ?? "")) return "DATE";
  return /^(yes|no)$/i.test(sample ?? "") ? "BOOLEAN" : "VARCHAR";
}

/** The same CSV bytes, read by DuckDB alone into typed columns; rows that do not fit are skipped. */
async function bareRead(exportsDir: string): Promise<{seconds: number; rows: number; bytes: number}> {
  const files = readdirSync(exportsDir).filter((f) => f.endsWith(".csv"));
  const plans = files.map((file) => {
    const bytes = readFileSync(path.join(exportsDir, file));
    let text: string;
    try {
      text = new TextDecoder("utf-8", {fatal: true}).decode(bytes);
    } catch {
      text = new TextDecoder("windows-1252").decode(bytes); // DuckDB cannot read it, so it gets the UTF-8 it would need
    }
    const copy = path.join(home, file);
    writeFileSync(copy, text);
    const lines = text.split(/\r?\n/).slice(0, 200);
    const widest = Math.max(...lines.slice(0, 5).map((l) => l.split(",").length));
    const at = lines.findIndex((l) => l.split(",").length === widest);
    const headings = lines[at]!.split(",");
    const columns = headings.map((_, i) => `${literal(`c${i}`)}: ${literal(typeOf(lines.slice(at + 1).map((l) => l.split(",")[i]).find(Boolean)))}`);
    const dmy = /\d\d\/\d\d\/\d{4}/.test(text.slice(0, 4000));
    return {bytes: bytes.length, sql: `create or replace table t as select * from read_csv(${literal(copy)}, auto_detect=false, header=false, skip=${at + 1}, delim=',', quote='"', escape='"', columns={${columns.join(", ")}}, ignore_errors=true, strict_mode=false, null_padding=true${dmy ? ", dateformat='%d/%m/%Y', timestampformat='%d/%m/%Y %H:%M'" : ""})`};
  });
  const {db, close} = await openScratch();
  let rows = 0;
  const times: number[] = [];
  for (let i = 0; i <= runs; i++) {
    const took = await seconds(async () => {
      for (const {sql} of plans) await db.run(sql);
    });
    if (i > 0) times.push(took);
  }
  for (const {sql} of plans) {
    await db.run(sql);
    rows += (await rowOf<{n: number}>(db, "select count(*) as n from t")).n;
  }
  close();
  return {seconds: median(times), rows, bytes: plans.reduce((n, p) => n + p.bytes, 0)};
}

const exportsDir = path.join(home, "exports");
await writeExample({out: exportsDir, seed: 1, until: "2026-03-31"});
const mb = (n: number) => `${(n / 1e6).toFixed(1)} MB`;
const all = readdirSync(exportsDir).filter((f) => f !== "truth.json").reduce((n, f) => n + statSync(path.join(exportsDir, f)).size, 0);
say(`${cpus()[0]?.model.trim()}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.versions.node}; ${runs} runs each, medians`);

const bare = await bareRead(exportsDir);
const full: number[] = [];
let read = 0;
for (let i = 0; i <= runs; i++) {
  const store = path.join(home, `store-${i}`);
  const took = await seconds(async () => {
    const report = await refresh({exportsDir, store, data: path.join(root, "data"), progress: silent});
    read = report.files.reduce((n, f) => n + f.recordSets.reduce((m, s) => m + s.read, 0), 0);
  });
  if (i > 0) full.push(took);
  rmSync(store, {recursive: true, force: true});
}
const again: number[] = [];
const store = path.join(home, "store");
await refresh({exportsDir, store, data: path.join(root, "data"), progress: silent});
for (let i = 0; i < runs; i++) again.push(await seconds(() => refresh({exportsDir, store, data: path.join(root, "data"), progress: silent})));

say(`bare DuckDB, the example's CSV as typed columns   ${bare.seconds.toFixed(2)} s   ${bare.rows.toLocaleString("en-GB")} rows, ${mb(bare.bytes)}`);
say(`full refresh of the example, from an empty store  ${median(full).toFixed(2)} s   ${read.toLocaleString("en-GB")} rows, ${mb(all)} (CIN census XML included), every measure and published file`);
say(`    ratio to the bare read                        ${(median(full) / bare.seconds).toFixed(1)} ×   (wanted: 10 × or less)`);
say(`refresh with nothing new                          ${median(again).toFixed(2)} s`);
if (!process.argv.includes("--no-site")) {
  const took = await seconds(() => buildSite({out: path.join(home, "site"), root, log: () => {}}));
  say(`site build                                        ${took.toFixed(1)} s   (wanted: under 40 s)`);
}
rmSync(home, {recursive: true, force: true});
