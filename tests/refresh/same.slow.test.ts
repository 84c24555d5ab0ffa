// The same exports give the same rows and the same bytes: whatever the machine's time zone, the number of threads and the order of files.
import {spawnSync} from "node:child_process";
import {cpSync, mkdirSync, readdirSync, readFileSync} from "node:fs";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {expect, test} from "vitest";
import {writeExample} from "../../etl/example/index.ts";
import {currentRun, openPartFile, storeAt} from "../../etl/store.ts";
import {digests, filesUnder, place, publishedOf} from "./help.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));

/** Digests of the part's rows, bytes of everything else. */
async function everything(store: string) {
  const at = storeAt(store);
  const run = currentRun(at);
  const part = await openPartFile(path.join(store, run.parts[0]!.file));
  const rows: Record<string, unknown> = {};
  for (const schema of ["records", "journey", "measure", "reference"]) rows[schema] = await digests(part.db, schema);
  part.close();
  const loads = Object.fromEntries(filesUnder(at.loads).map((f) => [path.relative(at.loads, f), readFileSync(f, "latin1")]));
  return {run, rows, loads, published: publishedOf(store)};
}

test("under three time zones, with one thread and two, and file by file from the last to the first", async () => {
  const p = place();
  await writeExample({out: p.exports, seed: 7, until: "2026-03-31", children: 4000});
  cpSync(path.join(ROOT, "data", "mappings"), path.join(p.data, "mappings"), {recursive: true});
  // a worker's pseudonym is keyed by a secret of the store: the same store's here
  const first = await p.refresh({threads: 2});
  const expected = await everything(p.store);
  expect(first.files.every((f) => f.outcome !== "refused")).toBe(true);
  expect(Object.keys(expected.loads).some((f) => f.endsWith("left-out.parquet"))).toBe(true);

  for (const [zone, threads] of [["UTC", "1"], ["Europe/London", "2"], ["America/New_York", "1"], ["America/New_York", "2"]] as const) {
    const other = place();
    for (const dir of ["exports", "data"]) cpSync(path.join(p.home, dir), path.join(other.home, dir), {recursive: true});
    mkdirSync(other.store);
    cpSync(path.join(p.store, "pseudonym.key"), path.join(other.store, "pseudonym.key"));
    const done = spawnSync(process.execPath, ["--import", "tsx", CHILD, other.home, "", threads], {cwd: ROOT, encoding: "utf8", env: {...process.env, TZ: zone}});
    expect(done.stdout, done.stderr).toContain(`done ${first.run}`);
    expect(await everything(other.store), `${zone}, ${threads}`).toEqual(expected);
  }

  const piecewise = place();
  cpSync(p.data, piecewise.data, {recursive: true});
  mkdirSync(piecewise.store);
  cpSync(path.join(p.store, "pseudonym.key"), path.join(piecewise.store, "pseudonym.key"));
  const files = readdirSync(p.exports).filter((f) => f !== "truth.json").sort().reverse();
  cpSync(path.join(p.exports, "truth.json"), path.join(piecewise.exports, "truth.json"));
  for (const [i, f] of files.entries()) {
    cpSync(path.join(p.exports, f), path.join(piecewise.exports, f));
    if (i % 4 === 3) await piecewise.refresh();
  }
  await piecewise.refresh();
  const {loads, ...rest} = await everything(piecewise.store);
  const {loads: expectedLoads, ...expectedRest} = expected;
  expect(rest).toEqual(expectedRest);
  expect(loads).toMatchObject(expectedLoads);
}, 1_800_000);
