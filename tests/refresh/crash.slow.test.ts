// Old or new, never between: a refresh that is killed anywhere, starved of disk, shut out of its store or doubled leaves readers the run
// they had or the new one, whole, and the next refresh works unaided.
import {spawn, spawnSync, type ChildProcess} from "node:child_process";
import {chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, beforeAll, describe, expect, test, vi} from "vitest";
import {open} from "../../etl/duckdb.ts";
import {currentRun, lastAttempt, readRun, storeAt} from "../../etl/store.ts";
import {csv, filesUnder, place, placeAt, publishedOf, recordsOf, type Place} from "./help.ts";

// dozens of refreshes a test, each a process of its own: minutes on a busy machine
vi.setConfig({testTimeout: 900_000});

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FRONTDOOR = path.join(ROOT, "etl", "frontdoor.mjs");
const CHILD = fileURLToPath(new URL("./child.ts", import.meta.url));
/** Visits under our own headings, which need no mapping; few measures can be computed of them, and what a refresh works out is not asked here. */
const VISITS = `
name: visits
title: Visits
files: ["visits*"]
window: full
records:
  - set: visit
    fields:
      child_id: [child_id]
      visited_on: [visited_on]
      type: [type]
      child_seen: [child_seen]
`;
const visits = (n: number, seen: string) => csv(["child_id", "visited_on", "type", "child_seen"], ...Array.from({length: n}, (_, i) => [String(1000 + i), `2026-01-${String((i % 28) + 1).padStart(2, "0")}`, "CIN", seen]), ["", "", "", "no"]);

type Waiting = Place & {old: View; fresh: View};

/** A small place with a published run, and a second export waiting: what readers see must be the one or the other. */
async function prepare(p: Place, beside: Place): Promise<Waiting> {
  p.put("visits_2026-01-31.csv", visits(40, "yes"));
  await p.refresh();
  const old = await view(p);
  p.put("visits_2026-02-28.csv", visits(60, "no"));
  // where the new run will arrive, found out beside
  for (const f of readdirSync(p.exports)) copyFileSync(path.join(p.exports, f), path.join(beside.exports, f));
  await beside.refresh();
  return {...p, old, fresh: await view(beside)};
}

const waiting = () => prepare(place(VISITS), place(VISITS));

interface View {
  run: string;
  records: Record<string, string[]>;
  published: Record<string, string>;
}

/** All that a reader can see. */
const view = async ({store}: {store: string}): Promise<View> => ({run: currentRun(storeAt(store)).run, records: await recordsOf(store), published: publishedOf(store)});

const start = (home: string, ...args: string[]): ChildProcess => spawn(process.execPath, ["--import", "tsx", CHILD, home, ...args], {cwd: ROOT, stdio: ["ignore", "pipe", "inherit"]});

/** Waits until the child has said a line, or has ended. */
function says(child: ChildProcess, line: (text: string) => boolean): Promise<string[]> {
  return new Promise((resolve) => {
    let text = "";
    child.stdout!.on("data", (piece: Buffer) => {
      text += piece.toString();
      if (text.split("\n").some(line)) resolve(text.trim().split("\n"));
    });
    child.on("close", () => resolve(text.trim().split("\n")));
  });
}
const ended = (child: ChildProcess) => new Promise<void>((resolve) => (child.exitCode !== null || child.signalCode ? resolve() : child.on("close", () => resolve())));

/** A run and everything it names is there, and no half-made thing is in the store once a refresh has been through. */
function whole(store: string) {
  const at = storeAt(store);
  const run = currentRun(at);
  for (const part of run.parts) expect(existsSync(path.join(store, part.file))).toBe(true);
  for (const key of run.loads) expect(existsSync(path.join(at.loads, key, "load.json"))).toBe(true);
  const strays = filesUnder(store).map((f) => path.relative(store, f)).filter((f) => f.split(path.sep).some((n) => n.startsWith(".")) || f.endsWith(".wal") || /\.json\.\d+$|\.duckdb\.\d+/.test(f));
  expect(strays).toEqual([]);
}

const copy = (from: string, to: string) => cpSync(from, to, {recursive: true, preserveTimestamps: true});

describe("killed", () => {
  let home: string;
  let p: Waiting;
  const kept = () => path.join(home, "kept");

  beforeAll(async () => {
    home = mkdtempSync(path.join(tmpdir(), "frontdoor-crash-"));
    p = await prepare(placeAt(path.join(home, "place"), VISITS), placeAt(path.join(home, "beside"), VISITS));
    copy(p.store, kept());
  });
  afterAll(() => rmSync(home, {recursive: true, force: true}));

  /** Puts the store back to the old run, as if the second export had never been tried. */
  function again() {
    rmSync(p.store, {recursive: true, force: true});
    copy(kept(), p.store);
  }

  /** Readers see the old run or the new one; then a refresh goes through by itself and they see the new one. */
  async function oldOrNew() {
    const seen = await view(p);
    expect(seen).toEqual(seen.run === p.old.run ? p.old : p.fresh);
    await p.refresh();
    expect(await view(p)).toEqual(p.fresh);
    whole(p.store);
    return seen.run === p.old.run ? "old" : "new";
  }

  test("at every step boundary", async () => {
    const child = start(p.home);
    const lines = await says(child, (l) => l.startsWith("done"));
    await ended(child);
    const boundaries = lines.filter((l) => l.startsWith("at ")).map((l) => l.slice(3));
    expect(boundaries).toEqual(expect.arrayContaining(["locked", "swept", "load planned", "load written", "load placed", "part filled", "part written", "part placed", "run written", "run placed", "pointer: before the rename", "published", "before pruning"]));
    const seen: Record<string, string> = {};
    for (const boundary of boundaries) {
      again();
      const victim = start(p.home, boundary);
      await says(victim, (l) => l === `at ${boundary}`);
      victim.kill("SIGKILL");
      await ended(victim);
      const attempt = lastAttempt(storeAt(p.store))!;
      expect(attempt.ended, boundary).toBe(boundary === "locked" ? attempt.ended : undefined);
      seen[boundary] = await oldOrNew();
    }
    expect(seen["pointer: before the rename"]).toBe("old");
    expect(seen.published).toBe("new");
  }, 1_800_000);

  test("at 50 random moments", async () => {
    again();
    const probe = start(p.home);
    await says(probe, (l) => l === "begun");
    const begun = Date.now();
    await says(probe, (l) => l.startsWith("done"));
    const took = Date.now() - begun;
    await ended(probe);
    const seen = {old: 0, new: 0};
    for (let i = 0; i < 50; i++) {
      // every tenth time the store starts from the old run; between, a killed refresh meets what the one before it left
      if (i % 10 === 0) again();
      const victim = start(p.home);
      await says(victim, (l) => l === "begun");
      // evenly over the time that a whole refresh takes, a low-discrepancy sequence in place of dice
      await new Promise((r) => setTimeout(r, ((i * 0.618_033_988_7) % 1) * took * 1.1));
      victim.kill("SIGKILL");
      await ended(victim);
      const now = await view(p);
      expect(now).toEqual(now.run === p.old.run ? p.old : p.fresh);
      seen[now.run === p.old.run ? "old" : "new"]++;
      if (now.run !== p.old.run) again();
    }
    await p.refresh();
    expect(await view(p)).toEqual(p.fresh);
    whole(p.store);
    expect(seen.old).toBeGreaterThan(0);
  }, 1_800_000);

  test("status says that it was killed, and at what", async () => {
    again();
    const victim = start(p.home, "load written");
    await says(victim, (l) => l === "at load written");
    const status = () => spawnSync(process.execPath, [FRONTDOOR, "status", "--store", p.store], {encoding: "utf8"});
    expect(status().stdout).toMatch(/A refresh has been at work since .*: reading visits_2026-02-28\.csv/);
    victim.kill("SIGKILL");
    await ended(victim);
    const told = status();
    expect(told.status).toBe(0);
    expect(told.stdout).toMatch(/was killed or lost its power while at: reading visits_2026-02-28\.csv \(2 of 2\)/);
    expect(told.stdout).toContain(p.old.run);
  });

  test("a second refresh at the same time is told so and changes nothing; the first goes on", async () => {
    again();
    const first = start(p.home, "load written");
    await says(first, (l) => l === "at load written");
    const second = start(p.home);
    const lines = await says(second, (l) => /^(failed|done)/.test(l));
    expect(lines.at(-1)).toMatch(/^failed another refresh \(process \d+\) is at work/);
    await ended(second);
    expect(await view(p)).toEqual(p.old);
    first.kill("SIGKILL");
    await ended(first);
    await oldOrNew();
  });

  test("two refreshes begun together: one publishes, the other says that it is busy or finds nothing new", async () => {
    again();
    const both = [start(p.home), start(p.home)];
    const lines = await Promise.all(both.map((c) => says(c, (l) => /^(failed|done)/.test(l))));
    await Promise.all(both.map(ended));
    const last = lines.map((l) => l.at(-1)!);
    expect(last.some((l) => l === `done ${p.fresh.run}`)).toBe(true);
    for (const l of last) expect(l).toMatch(new RegExp(`^(done ${p.fresh.run}|failed another refresh)`));
    expect(await view(p)).toEqual(p.fresh);
  });
});

describe("the disk", () => {
  const root = process.getuid?.() === 0;

  test("full: one sentence, nothing published, and it works again once there is room", async () => {
    const p = await waiting();
    // a file-size limit works for anybody; where a small file system can be mounted the disk is really full
    const mount = path.join(p.home, "small");
    mkdirSync(mount);
    const mounted = root && process.platform === "linux" && spawnSync("mount", ["-t", "tmpfs", "-o", "size=100m", "tmpfs", mount]).status === 0;
    try {
      if (mounted) {
        copy(p.store, path.join(mount, "store"));
        const free = Number(spawnSync("df", ["--output=avail", "-k", mount], {encoding: "utf8"}).stdout.trim().split("\n").at(-1));
        writeFileSync(path.join(mount, "filler"), Buffer.alloc(Math.max(0, free - 120) * 1024));
      }
      const store = mounted ? path.join(mount, "store") : p.store;
      const args = [process.execPath, FRONTDOOR, "refresh", "--exports", p.exports, "--store", store];
      const run = (command: string[]) => spawnSync("bash", ["-c", command[0]!, "bash", ...command.slice(1)], {encoding: "utf8"});
      const before = readFileSync(path.join(store, "current.json"), "utf8");
      const full = run([mounted ? '"$@"' : 'ulimit -f 300; "$@"', ...args]);
      expect(full.status, full.stdout).toBe(2);
      expect(full.stderr).toMatch(mounted ? /disk that holds .* is full; nothing was published/ : /larger than this system lets it be; nothing was published/);
      expect(readFileSync(path.join(store, "current.json"), "utf8")).toBe(before);
      const status = spawnSync(process.execPath, [FRONTDOOR, "status", "--store", store], {encoding: "utf8"});
      expect(status.status).toBe(0);
      if (mounted) rmSync(path.join(mount, "filler"));
      const after = run(['"$@"', ...args]);
      expect(after.status, after.stderr).toBeLessThan(2);
      expect(readFileSync(path.join(store, "current.json"), "utf8")).not.toBe(before);
      whole(store);
    } finally {
      if (mounted) spawnSync("umount", [mount]);
    }
  });

  test("read-only: one sentence; what is published can still be read", async (context) => {
    const p = await waiting();
    const mount = path.join(p.home, "ro");
    mkdirSync(mount);
    const mounted = root && process.platform === "linux" && spawnSync("mount", ["-t", "tmpfs", "-o", "size=40m", "tmpfs", mount]).status === 0;
    if (root && !mounted) context.skip(); // root may write anywhere
    const store = mounted ? path.join(mount, "store") : p.store;
    const lock = (shut: boolean) => {
      if (mounted) expect(spawnSync("mount", ["-o", `remount,${shut ? "ro" : "rw"}`, mount]).status).toBe(0);
      else for (const f of [p.store, ...readdirSync(p.store).map((n) => path.join(p.store, n))]) chmodSync(f, shut ? 0o500 : 0o700);
    };
    try {
      if (mounted) copy(p.store, store);
      lock(true);
      const args = (command: string) => [FRONTDOOR, command, ...(command === "refresh" ? ["--exports", p.exports] : []), "--store", store];
      const shut = spawnSync(process.execPath, args("refresh"), {encoding: "utf8"});
      expect(shut.status).toBe(2);
      expect(shut.stderr).toMatch(/cannot be written .*nothing was published, and what is published can still be read/);
      expect(await view({store})).toEqual(p.old);
      expect(spawnSync(process.execPath, args("status"), {encoding: "utf8"}).stdout).toContain(p.old.run);
      lock(false);
      expect(spawnSync(process.execPath, args("refresh"), {encoding: "utf8"}).status).toBeLessThan(2);
    } finally {
      if (mounted) spawnSync("umount", [mount]);
    }
  });
});

describe("left behind", () => {
  test("a lock of any kind, and a process that was given a dead one's number", async () => {
    const p = await waiting();
    writeFileSync(path.join(p.store, "lock.json"), JSON.stringify({pid: 1}));
    writeFileSync(path.join(p.store, "last-refresh.json"), JSON.stringify({started: "2026-01-01T00:00:00.000Z", pid: process.pid, step: "reading"}));
    expect(spawnSync(process.execPath, [FRONTDOOR, "status", "--store", p.store], {encoding: "utf8"}).stdout).toContain("was killed or lost its power");
    await p.refresh();
    expect(await view(p)).toEqual(p.fresh);
    for (const junk of ["", "junk"]) {
      writeFileSync(path.join(p.store, "lock.duckdb"), junk);
      expect((await p.refresh()).published).toBe(false);
    }
  });

  test("another database's write-ahead log beside a part: neither replayed nor in the way", async () => {
    const p = await waiting();
    const part = path.join(p.store, currentRun(storeAt(p.store)).parts[0]!.file);
    const other = await open(path.join(p.home, "other.duckdb"), {storage_compatibility_version: "v1.4.0"});
    await other.db.run("create schema records; create table records.contact (a integer); checkpoint; pragma disable_checkpoint_on_shutdown; insert into records.contact values (1)");
    for (const log of [() => copyFileSync(path.join(p.home, "other.duckdb.wal"), `${part}.wal`), () => writeFileSync(`${part}.wal`, "junk")]) {
      log();
      expect(await view(p)).toEqual(p.old);
      log();
      await p.refresh();
      expect(await view(p)).toEqual(p.fresh);
      expect(existsSync(`${part}.wal`)).toBe(false);
      expect(spawnSync(process.execPath, [FRONTDOOR, "rollback", p.old.run, "--store", p.store], {encoding: "utf8"}).status).toBe(0);
    }
    other.close();
  });

  test("half-made files of every kind are swept away", async () => {
    const p = await waiting();
    for (const f of ["loads/.abc.1/x.parquet", "parts/.abc.1/part.duckdb", "runs/.abc.1/run.json"]) {
      mkdirSync(path.dirname(path.join(p.store, f)), {recursive: true});
      writeFileSync(path.join(p.store, f), "half");
    }
    for (const f of ["current.json.77", "history.json.77", "lock.duckdb.77"]) writeFileSync(path.join(p.store, f), "half");
    await p.refresh();
    expect(await view(p)).toEqual(p.fresh);
    whole(p.store);
  });
});

describe("the clock", () => {
  test("set back: runs keep the order in which they were published, and the newest are kept", async () => {
    const p = place(VISITS);
    p.settings("runs_kept: 2\n");
    const runs: string[] = [];
    for (const month of ["01-31", "02-28", "03-31"]) {
      p.put(`visits_2026-${month}.csv`, visits(10 + runs.length, "yes"));
      runs.push((await p.refresh()).run);
      // whatever the file system's times say
      const future = new Date(Date.UTC(2090 - runs.length, 0, 1));
      for (const f of filesUnder(p.store)) utimesSync(f, future, future);
    }
    expect(readdirSync(path.join(p.store, "runs")).sort()).toEqual(runs.slice(1).sort());
    const list = spawnSync(process.execPath, [FRONTDOOR, "rollback", "--store", p.store], {encoding: "utf8"}).stdout.trim().split("\n");
    expect(list.map((l) => l.slice(0, 18))).toEqual([`→ ${runs[2]}`, `  ${runs[1]}`]);
  });

  test("rollback goes back to any kept run, whole; the next refresh comes forward again", async () => {
    const p = await waiting();
    const report = await p.refresh();
    expect(spawnSync(process.execPath, [FRONTDOOR, "rollback", p.old.run, "--store", p.store], {encoding: "utf8"}).stdout).toContain("published again");
    expect(await view(p)).toEqual(p.old);
    expect((await p.refresh()).run).toBe(report.run);
    expect(await view(p)).toEqual(p.fresh);
    expect(spawnSync(process.execPath, [FRONTDOOR, "rollback", "0123456789abcdef", "--store", p.store], {encoding: "utf8"}).status).toBe(2);
    expect(readRun(storeAt(p.store), p.old.run).run).toBe(p.old.run);
  });

  test("a refresh that fails is told of by status, and why", async () => {
    const p = await waiting();
    writeFileSync(path.join(p.data, "mappings", "bad.yaml"), "name: [");
    await expect(p.refresh()).rejects.toThrow(/bad\.yaml/);
    const told = spawnSync(process.execPath, [FRONTDOOR, "status", "--store", p.store, "--json"], {encoding: "utf8"});
    expect(JSON.parse(told.stdout)).toMatchObject({run: p.old.run, lastRefresh: {outcome: "failed", why: expect.stringContaining("bad.yaml") as string}});
    expect(await view(p)).toEqual(p.old);
  });
});
