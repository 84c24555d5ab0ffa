// Every number of every page that opens into cases: the list it opens holds exactly as many, also within several choices.
// A list that many numbers open is asked of the API once for its measure and months, and filtered here.
import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, inject, test} from "vitest";
import {navigation} from "../../observablehq.config.ts";
import {serve} from "../../server/index.ts";
import {readMeasures} from "../../etl/transform/measures.ts";
import {launch} from "./launch.ts";

const {store, site} = inject("example");
let browser: Browser;
let server: {url: string; close: () => Promise<void>};
beforeAll(async () => {
  browser = await launch();
  server = await serve({store, site, port: 0, log: () => {}, settings: {server: {limits: {casesPerMinute: 100_000, requestsPerMinute: 100_000}}}});
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

type Row = Record<string, string | number | boolean | null>;
const lists = new Map<string, Promise<Row[]>>();

const known = new Map(readMeasures().map((m) => [m.id, m]));

const isList = (measure: string) => /^(contacts|moves|meetings)\./.test(measure);
/** The last twelve months of the example. */
const YEAR = {from: "2025-04", to: "2026-03"};

/** What is asked of the API for the list at an address of the page of cases, without what its rows are then filtered by. */
function keyOf(address: string): string {
  const {measure, from, to} = Object.fromEntries(new URL(address, server.url).searchParams);
  // rows of a list that is no measure's are each of one day: the year's list holds those of its months
  if (isList(measure!) && from! >= YEAR.from && to! <= YEAR.to) return `measure=${measure}&from=${YEAR.from}&to=${YEAR.to}`;
  return `measure=${measure}&from=${from}&to=${to}`;
}

/** How many cases stand in the list at an address; of a measure that weighs its cases, their weight. `few`: the API counts, as of lists in which a child stands once. */
async function listed(address: string, few: boolean): Promise<number> {
  const query = new URL(address, server.url).searchParams;
  const {measure, from, to, met, period: _period, ...groups} = Object.fromEntries(query);
  const {counts, scale = 1} = known.get(measure!) ?? {};
  if (counts === "child" || (few && counts !== "weight")) {
    query.delete("period");
    const answer = await fetch(new URL(`/api/cases?${query}&limit=1`, server.url), {headers: {accept: "application/json"}});
    return ((await answer.json()) as {total: number}).total;
  }
  const key = keyOf(address);
  const ask = async () => {
    const answer = await fetch(new URL(`/api/cases?${key}&limit=100000`, server.url), {headers: {accept: "application/json"}});
    const {rows, total, error} = (await answer.json()) as {rows: Row[]; total: number; error?: string};
    if (rows?.length !== total) throw new Error(`${key}: ${error ?? `${rows.length} of ${total} rows`}`);
    return rows;
  };
  const rows = await (lists.get(key) ?? lists.set(key, ask()).get(key)!);
  const wanted = Object.entries(groups).map(([dimension, group]): [string, string | null] => [dimension, group === "not recorded" ? null : group]);
  const inMonths = (row: Row) => !isList(measure!) || (String(row.counted_on).slice(0, 7) >= from! && String(row.counted_on).slice(0, 7) <= to!);
  const own = rows.filter((row) => inMonths(row) && wanted.every(([dimension, group]) => (row[dimension] ?? null) === group) && (met === undefined || row.met === (met === "yes")));
  return counts === "weight" ? Math.round(own.reduce((n, row) => n + Number(row.value ?? 0), 0) / scale) : own.length;
}

/** The number that a link's words promise: "12 of 40" promises the 40 that were judged, but of an agency's meetings the 12 at which it was. */
function promised(words: string, address: string): number | null {
  const numbers = [...words.matchAll(/\d[\d,]*/g)].map(([n]) => Number(n.replaceAll(",", "")));
  return (/ of \d/.test(words) && !address.includes("measure=meetings.") ? numbers[1] : numbers[0]) ?? null;
}

const chosen = ["/children-in-need?locality=Quayside&need=N4", "/information-sharing?locality=Quayside&period=last-3", "/practice-quality?locality=Quayside&period=last-3", "/contacts?source=6&age_band=5+to+9&period=last-3"];
const pages = [...navigation.flatMap((g) => g.pages.map((p) => p.path)).filter((path) => !path.startsWith("/qa/") && !path.startsWith("/data/")), "/measure?id=N4a", "/measure?id=C3b", ...chosen];

test("every number opens into exactly as many cases", async () => {
  const page = await browser.newPage({viewport: {width: 1440, height: 900}});
  const wrong: string[] = [];
  let told = 0;
  for (const path of pages) {
    await page.goto(new URL(path, server.url).href);
    await page.waitForFunction(() => document.querySelector("[data-ready]") && !document.querySelector("[data-waiting]") && !(document.querySelector(".status")?.textContent ?? "").trim().endsWith("…"), undefined, {timeout: 120_000});
    const links = await page.evaluate(() =>
      [...document.querySelectorAll("main a[href*='qa/cases?']")].map((a) => {
        const seen = a.cloneNode(true) as Element;
        for (const hidden of seen.querySelectorAll(".sr")) hidden.remove();
        return {href: a.getAttribute("href")!, words: (seen.textContent ?? "").replace(/\s+/g, " ").trim()};
      })
    );
    const often = new Map<string, number>();
    for (const {href} of links) often.set(keyOf(href), (often.get(keyOf(href)) ?? 0) + 1);
    for (const {href, words} of links) {
      const said = promised(words, href);
      if (said === null) continue;
      told += 1;
      const found = await listed(href, often.get(keyOf(href))! < 4 && !lists.has(keyOf(href)));
      if (found !== said) wrong.push(`${path}: “${words}” opens ${found} (${href})`);
    }
  }
  expect(wrong).toEqual([]);
  expect(told).toBeGreaterThan(1_000);
  await page.close();
}, 300_000);
