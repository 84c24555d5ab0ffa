// Two partnership editions of the example authority, three months apart, by the command a person would type: nothing withheld can be worked
// out from both together, no byte of either holds an id or a small count, and nothing but an edition is ever replaced.
import {readdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import {cp, mkdtemp, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import path from "node:path";
import {parse} from "csv-parse/sync";
import {afterAll, beforeAll, expect, inject, test} from "vitest";
import {open, rowsOf} from "../../etl/duckdb.ts";
import type {Edition} from "../../etl/publish/partnership.ts";
import {frontdoor} from "../setup.ts";
import {boundsOf} from "./attack.ts";

const {exports, store: example} = inject("example");
let home: string;
let [store, december, march] = ["", "", ""];
const must = (code: number, ...args: string[]) => {
  const done = frontdoor(...args);
  if (done.code !== code) throw new Error(`frontdoor ${args.join(" ")} ended with ${done.code}: ${done.err}`);
  return done.out;
};

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), "frontdoor-partnership-"));
  [store, december, march] = ["store", "december", "march"].map((name) => path.join(home, name)) as [string, string, string];
  const before = path.join(home, "before");
  must(1, "refresh", "--exports", exports, "--store", before, "--as-at", "2025-12-31");
  must(0, "publish", "--partnership", december, "--store", before);
  // the store of March is the example's, with the memory of what December gave
  await cp(example, store, {recursive: true});
  await cp(path.join(before, "partnership"), path.join(store, "partnership"), {recursive: true});
  await cp(december, march, {recursive: true});
  expect(must(0, "publish", "--partnership", march, "--store", store)).toMatch(/\d+ quarters of 7 measures, 7 of them given for the first time/);
}, 900_000);
afterAll(() => rm(home, {recursive: true, force: true}));

const filesIn = (folder: string): string[] => readdirSync(folder, {recursive: true, withFileTypes: true}).filter((e) => e.isFile()).map((e) => path.join(e.parentPath, e.name));
const editionIn = (folder: string) => JSON.parse(readFileSync(path.join(folder, "tables.json"), "utf8")) as Edition;

test("integer programming over all tables of both editions bounds every withheld number, and none is certain", () => {
  const bounds = boundsOf([editionIn(december), editionIn(march)]);
  expect(bounds.length).toBeGreaterThan(500);
  expect(bounds.filter(({least, most}) => least === most)).toEqual([]);
}, 300_000);

test("no file holds the id of a child, a case or a worker", async () => {
  const {run} = JSON.parse(readFileSync(path.join(store, "current.json"), "utf8")) as {run: string};
  const {parts} = JSON.parse(readFileSync(path.join(store, "runs", run, "run.json"), "utf8")) as {parts: {file: string}[]};
  const ids = new Set<string>();
  const opened = await open(path.join(store, parts[0]!.file), {access_mode: "READ_ONLY"});
  const columns = await rowsOf<{t: string; c: string}>(opened.db, "select table_name as t, column_name as c from information_schema.columns where table_schema = 'records' and (column_name like '%\\_id' escape '\\' or column_name like '%worker%' or column_name like '%manager%')");
  expect(columns.length).toBeGreaterThan(20);
  for (const {t, c} of columns) for (const {id} of await rowsOf<{id: string}>(opened.db, `select distinct cast("${c}" as varchar) as id from records."${t}" where "${c}" is not null`)) if (id.length >= 4) ids.add(id.toLowerCase());
  opened.close();
  expect(ids.size).toBeGreaterThan(10_000);
  for (const file of [...filesIn(december), ...filesIn(march)]) {
    const words = new Set(readFileSync(file, "utf8").toLowerCase().split(/[^a-z0-9_-]+/));
    expect([path.basename(file), [...words].filter((word) => ids.has(word) && !/^(19|20)\d\d$/.test(word))]).toEqual([path.basename(file), []]);
  }
});

test("no page, download or document gives a count of 1 to 5", () => {
  for (const folder of [december, march]) {
    for (const file of filesIn(folder)) {
      const text = readFileSync(file, "utf8");
      let counts: string[];
      if (file.endsWith(".csv")) counts = (parse(text, {columns: true, bom: true}) as Record<string, string>[]).flatMap(({numerator, rest, denominator}) => [numerator!, rest!, denominator!]);
      else if (file.endsWith(".json")) counts = [...text.matchAll(/"(?:numerator|rest|denominator)": ?("c"|[\d.]+)/g)].map(([, count]) => count!);
      else counts = [...text.matchAll(/<td>([\d,]+)(?: \(\d{4}\))?<\/td>/g)].map(([, count]) => count!);
      expect([path.basename(file), counts.filter((count) => Number(count) >= 1 && Number(count) <= 5)]).toEqual([path.basename(file), []]);
      if (file.endsWith(".html") && file.includes("measures")) {
        // what is left when the names of groups ("1 to 4 years") and the definition's own words are taken away
        const words = text.replaceAll(/<(style|svg|th|p|dd|figcaption)\b[\s\S]*?<\/\1>/g, "").replaceAll(/<[^>]*>/g, " ").split(/\s+/);
        expect(words.length).toBeGreaterThan(100);
        expect([path.basename(file), words.filter((word) => /^[1-5]$/.test(word))]).toEqual([path.basename(file), []]);
      }
    }
  }
});

test("a quarter of the edition before stands as it was, though the records have changed", () => {
  const [before, now] = [editionIn(december), editionIn(march)];
  for (const {id, blocks} of before.measures) expect(now.measures.find((m) => m.id === id)!.blocks.filter((block) => block.from < "2026-01")).toEqual(blocks);
});

test("published again, nothing changes; another folder's files, a stranger's edition or a damaged memory stop it, and leave all as it was", async () => {
  const bytes = () => Object.fromEntries(filesIn(march).map((file) => [file, readFileSync(file, "utf8")]));
  const stood = bytes();
  expect(must(0, "publish", "--partnership", march, "--store", store)).toContain("0 of them given for the first time");
  expect(bytes()).toEqual(stood);

  const strange = path.join(home, "strange");
  await cp(exports, strange, {recursive: true});
  const refused = frontdoor("publish", "--partnership", strange, "--store", store);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("files that are not a partnership edition's")]);

  const memory = path.join(store, "partnership", readdirSync(path.join(store, "partnership"))[0]!);
  if (process.platform !== "win32") expect(statSync(memory).mode & 0o777).toBe(0o600);
  const remembered = readFileSync(memory, "utf8");
  writeFileSync(memory, remembered.slice(0, -40));
  expect(frontdoor("publish", "--partnership", march, "--store", store).err).toContain("says what earlier partnership editions gave, and cannot be read");
  await rm(memory);
  expect(frontdoor("publish", "--partnership", march, "--store", store).err).toContain("an edition that this store does not remember");
  writeFileSync(memory, remembered);
  expect(bytes()).toEqual(stood);
});
