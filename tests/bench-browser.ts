// npm run bench -- browser: what a person waits for, in a real browser on loopback: pages opened cold, filters changed, and a list of 100,000 cases. It judges nothing.
import {cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {chromium, type Page} from "playwright-core";
import {writeExample} from "../etl/example/index.ts";
import {silent} from "../etl/progress.ts";
import {buildSite} from "../etl/publish/site.ts";
import {refresh} from "../etl/refresh.ts";
import {CASE_COLUMNS} from "../etl/transform/cases.ts";
import type {AskPart} from "../server/cases.ts";
import {serve} from "../server/index.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const given = (name: string): string | undefined => process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3);
const home = mkdtempSync(path.join(tmpdir(), "frontdoor-bench-browser-"));
const store = given("store") ?? path.join(home, "store");
const site = given("site") ?? path.join(home, "site");
const say = (text: string) => void process.stdout.write(`${text}\n`);
const median = (of: number[]) => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)]!;
const most = (of: number[]) => Math.max(...of);

if (!given("store")) {
  const exportsDir = path.join(home, "exports");
  await writeExample({out: exportsDir, seed: 1, until: "2026-03-31"});
  await refresh({exportsDir, store, data: path.join(root, "data"), progress: silent});
}
if (!given("site")) await buildSite({out: site, root, log: () => {}});

const cases = 100_000;
const teams = ["Castle Hill team", "Eastbrook team", "Northmoor team", "Quayside team", "St Aldhelm team", null];
const pick = <T>(of: readonly T[], i: number): T => of[i % of.length]!;
const dayOf = (i: number): string => new Date(Date.UTC(2025, 3, 1 + (i % 365))).toISOString().slice(0, 10);
const rows = Array.from({length: cases}, (_, i) => {
  const late = (i * 7919) % 60;
  return Object.fromEntries(CASE_COLUMNS.map((c) => [c, {
    case_id: `C${1_200_000 + i}/${String((i * 104_729) % 1_000_000).padStart(7, "0")}`, child_id: String((i * 104_729) % 1_000_000).padStart(7, "0"), counted_on: dayOf(i * 31), due_on: dayOf(i * 17), done_on: i % 3 ? dayOf(i * 17 + late) : null,
    met: late === 0, value: late, days_late: late, reason: `decided ${late} working days after receipt`, team: pick(teams, i * 7), agency: null, source: pick(["1A", "2A", "3A", "5B", "6", "7"], i * 5), need: pick(["N1", "N2", "N3"], i), locality: pick(["East", "North", "West"], i * 3), age_band: pick(["under 1", "1 to 4", "5 to 9", "10 to 15"], i), sex: pick(["M", "F"], i), ethnicity: pick(["WBRI", "AIND", "MOTH"], i * 11)
  }[c as string] ?? null]));
});
const ask: AskPart = async (_connection, _measure, question) => ({total: cases, columns: CASE_COLUMNS, rows: rows.slice(question.offset, question.offset + question.limit)});

const example = await serve({store, site, port: 0, log: () => {}});
const large = await serve({store, site, port: 0, log: () => {}, ask});
const browser = await chromium.launch({executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]});

/** Milliseconds from an act to the frame that shows it; nothing of the browser's driver is in it. */
function timed(page: Page, act: string, times: unknown[]): Promise<number[]> {
  return page.evaluate(
    `(async () => { const act = ${act}; const took = []; for (const with_ of ${JSON.stringify(times)}) { await new Promise((r) => setTimeout(r, 150)); const start = performance.now(); act(with_); await new Promise((r) => requestAnimationFrame(() => setTimeout(r))); took.push(performance.now() - start); } return took; })()`
  );
}
/** Prints the times of acts, with the processor time that the page's main thread took for each: on a shared machine the wall clock tells of others too. */
async function print(name: string, page: Page, acts: () => Promise<{took: number[]; whole?: number[]}>, wanted: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", {timeDomain: "threadTicks"});
  const used = async () => (await session.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration")!.value;
  const before = await used();
  const {took, whole} = await acts();
  const each = (1000 * ((await used()) - before)) / took.length;
  await session.detach();
  say(`${name.padEnd(52)}${median(took).toFixed(0).padStart(6)} ms   best ${Math.min(...took).toFixed(0)}, worst of ${took.length} ${most(took).toFixed(0)} ms${whole ? `; the whole page ${median(whole).toFixed(0)} ms` : ""}; ${each.toFixed(0)} ms of the page's processor each   (wanted: ${wanted})`);
}
const act = (name: string, page: Page, script: string, times: unknown[], wanted: string): Promise<void> => print(name, page, async () => ({took: await timed(page, script, times)}), wanted);
const select = (id: string): string => `(value) => { const s = document.getElementById(${JSON.stringify(id)}); s.value = value; s.dispatchEvent(new Event("change", {bubbles: true})); }`;

/**
 * From a choice to the frame that shows it in all that is on the screen, whatever had to be fetched or counted for it; and to the frame in which the whole page stands.
 * The page goes on below the screen after that frame: the clock is read at its end, before the page's next task.
 */
async function redrawn(page: Page, id: string, values: string[]): Promise<{took: number[]; whole: number[]}> {
  const each = await page.evaluate<[number, number][]>(
    `(async () => { const frame = () => new Promise((r) => requestAnimationFrame(() => scheduler.postTask(r, {priority: "user-blocking"}))); const took = [];
      for (const value of ${JSON.stringify(values)}) { await new Promise((r) => setTimeout(r, 300)); const s = document.getElementById(${JSON.stringify(id)}); const root = document.querySelector(".page");
        const drawn = new Promise((r) => new MutationObserver((_, o) => { o.disconnect(); r(frame()); }).observe(root.querySelector(".body"), {childList: true}));
        const start = performance.now(); s.value = value; s.dispatchEvent(new Event("change", {bubbles: true})); await drawn; const screen = performance.now() - start;
        while (root.dataset.ready !== "yes") await new Promise((r) => setTimeout(r)); await frame(); took.push([screen, performance.now() - start]); } return took; })()`
  );
  return {took: each.map(([screen]) => screen), whole: each.map(([, whole]) => whole)};
}
const filtered = (name: string, page: Page, id: string, values: string[], wanted: string): Promise<void> => print(name, page, () => redrawn(page, id, values), wanted);
/** Choices that the page offers and that are not chosen now. */
const offered = (page: Page, id: string, most_: number): Promise<string[]> => page.$$eval(`#${id} option`, (options, n) => options.filter((o) => !(o as HTMLOptionElement).selected && (o as HTMLOptionElement).value).map((o) => (o as HTMLOptionElement).value).slice(0, n), most_);

/** Milliseconds in which a person looks at an opened page before choosing something there: the server counts the teams and localities of the page ahead meanwhile. */
const READING = 4_000;

/** Every page, and what stands on it once its first figure or chart is drawn. */
const PAGES: [string, string, string][] = [
  ["At a glance", "", ".tile .value"], ["Contacts and decisions", "contacts", ".body svg"], ["Out of hours", "out-of-hours", ".body svg"], ["Time to seen", "time-to-seen", "svg.survival"],
  ["Strategy meetings", "strategy-meetings", ".matrix td"], ["Repeat referrals", "repeat-referrals", ".body svg"], ["Children in need", "children-in-need", ".body svg"], ["Information sharing", "information-sharing", ".body svg"],
  ["Practice quality", "practice-quality", ".body svg"], ["Benchmarking", "benchmarking", ".body svg"], ["Inspection", "inspection", ".body section"], ["Board report", "report", ".report table"], ["One measure", "measure?id=A1", "svg.chart"],
  ["QA: cases", "qa/cases?measure=A5", ".cases-table tbody tr[data-i]"], ["QA: child", "qa/child?id={child}", ".body svg"], ["QA: sample", "qa/sample", ".body table, .body form"],
  ["Data: what we can answer", "data/answers", ".body section"], ["Data: refresh", "data/refresh", ".body table"], ["Data: what changed", "data/changes", ".body *"], ["Data: measures", "data/measures", ".body *"]
];

/**
 * A store of the same run as if of ten years and many more teams: what is published by team or locality stands four times under other names, and the oldest year five
 * times. For the browser, which sees published files only, that is a large authority; what the server counts is still the example's.
 */
function widened(from: string, to: string): void {
  const current = readFileSync(path.join(from, "current.json"), "utf8");
  const run = path.join("runs", (JSON.parse(current) as {run: string}).run);
  mkdirSync(path.join(to, run), {recursive: true});
  writeFileSync(path.join(to, "current.json"), current);
  cpSync(path.join(from, run, "run.json"), path.join(to, run, "run.json"));
  symlinkSync(path.resolve(from, "parts"), path.join(to, "parts"));
  type Json = null | boolean | number | string | Json[] | {[key: string]: Json};
  const years = (key: string) => [1, 2, 3, 4, 5].map((n) => `${Number(key.slice(0, 4)) - n}-${String(Number(key.slice(5)) - n).padStart(2, "0")}`);
  const copies = (of: {[key: string]: Json}, oldest: string): Json[] => {
    const name = of.period ?? of.key;
    const all = name === oldest ? [of, ...years(oldest).map((year) => ({...of, ...(of.key ? {key: year} : {period: year})}))] : [of];
    return of.dimension === "team" || of.dimension === "locality" ? all.flatMap((one) => [one, ...[2, 3, 4].map((n) => ({...one, group: `${String(of.group)} ${n}`, label: `${String(of.label)} ${n}`}))]) : all;
  };
  const wide = (of: Json, oldest: string): Json => {
    if (Array.isArray(of)) return of.flatMap((one) => (one !== null && typeof one === "object" && !Array.isArray(one) ? copies(wide(one, oldest) as {[key: string]: Json}, oldest) : [wide(one, oldest)]));
    return of !== null && typeof of === "object" ? Object.fromEntries(Object.entries(of).map(([key, value]) => [key, wide(value, oldest)])) : of;
  };
  const {periods} = JSON.parse(readFileSync(path.join(from, run, "published", "run.json"), "utf8")) as {periods: {key: string}[]};
  const oldest = periods.map(({key}) => key).filter((key) => /^\d{4}-\d\d$/.test(key)).sort()[0] ?? "";
  for (const file of readdirSync(path.join(from, run, "published"), {recursive: true, withFileTypes: true})) {
    if (!file.isFile()) continue;
    const place = path.relative(from, path.join(file.parentPath, file.name));
    mkdirSync(path.join(to, path.dirname(place)), {recursive: true});
    writeFileSync(path.join(to, place), JSON.stringify(wide(JSON.parse(readFileSync(path.join(from, place), "utf8")) as Json, oldest)));
  }
}

const onlyList = process.argv.includes("--only=list");
if (!onlyList) {
  const {rows: [case_] = []} = (await (await fetch(new URL("api/cases?measure=A5&limit=1", example.url))).json()) as {rows?: {child_id: string}[]};
  say("Pages of the example, opened cold: until the first figure or chart is drawn, and what came over the wire");
  for (const [name, address, mark] of PAGES) {
    const drawn: number[] = [];
    const used: number[] = [];
    let bytes = 0;
    let first = true;
    for (let i = 0; i < 5; i++) {
      const context = await browser.newContext({viewport: {width: 1440, height: 900}});
      const page = await context.newPage();
      const session = await context.newCDPSession(page);
      await session.send("Network.enable");
      await session.send("Performance.enable", {timeDomain: "threadTicks"});
      bytes = 0;
      session.on("Network.loadingFinished", (e) => void (bytes += e.encodedDataLength));
      await page.addInitScript(`new MutationObserver(() => { if (!window.madeAt && document.querySelector(${JSON.stringify(mark)})) { window.madeAt = performance.now(); requestAnimationFrame(() => scheduler.postTask(() => (window.drawnAt = performance.now()), {priority: 'user-blocking'})); } }).observe(document, {childList: true, subtree: true})`);
      await page.goto(new URL(address.replace("{child}", case_?.child_id ?? ""), example.url).href);
      await page.waitForFunction(() => "drawnAt" in window);
      used.push(1000 * (await session.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration")!.value);
      await page.waitForTimeout(700); // what is fetched after the first drawing counts too
      const [made, at, painted] = await page.evaluate(() => [(window as unknown as {madeAt: number}).madeAt, (window as unknown as {drawnAt: number}).drawnAt, performance.getEntriesByName("first-contentful-paint")[0]!.startTime] as const);
      drawn.push(at);
      first &&= made < painted;
      await context.close();
    }
    say(`${`  ${name}, ${(bytes / 1000).toFixed(0)} kB`.padEnd(52)}${median(drawn).toFixed(0).padStart(6)} ms   best ${Math.min(...drawn).toFixed(0)}, worst of ${drawn.length} ${most(drawn).toFixed(0)} ms; ${Math.min(...used).toFixed(0)} ms of the page's processor; ${first ? "in" : "after"} the first painting   (wanted: 800 ms, 300 kB${address === "" ? ", in the first painting" : ""})`);
  }

  const large_ = path.join(home, "large");
  widened(store, large_);
  const wide = await serve({store: large_, site, port: 0, log: () => {}});
  for (const [about, server, wanted] of [["on the example", example, "50 ms"], ["on the same run as of ten years and four times the teams", wide, "150 ms"]] as const) {
    say(`\nFilters changed ${about}, ${READING / 1000} s after the page was opened, to the frame that shows it on the screen; the whole page, and the processor time, to its last part`);
    for (const [name, address] of [["At a glance", ""], ["Contacts and decisions", "contacts"], ["Time to seen", "time-to-seen"], ["Children in need", "children-in-need"], ["Practice quality", "practice-quality"], ["One measure", "measure?id=A1"]] as const) {
      const context = await browser.newContext({viewport: {width: 1440, height: 900}});
      const page = await context.newPage();
      await page.goto(new URL(address, server.url).href);
      await page.waitForSelector(".page[data-ready=yes]");
      await page.waitForTimeout(READING);
      await filtered(`  ${name}, another period`, page, "filter-period", await offered(page, "filter-period", 6), wanted);
      if (server === wide && address !== "") {
        await context.close();
        continue;
      }
      const teams_ = await offered(page, "filter-team", 4);
      await filtered(`  ${name}, another team, counted ahead`, page, "filter-team", teams_, wanted);
      if (server === example) {
        await filtered(`  ${name}, within it another age, asked anew`, page, "filter-age_band", await offered(page, "filter-age_band", 4), wanted);
        await filtered(`  ${name}, back to an age seen before`, page, "filter-age_band", await offered(page, "filter-age_band", 3), wanted);
      }
      await context.close();
    }
  }
  await wide.close();
}
const context = await browser.newContext({viewport: {width: 1440, height: 900}});
const page = await context.newPage();

say("\nThe work list of 100,000 cases");
const started = performance.now();
await page.goto(new URL("qa/cases?measure=C2", large.url).href);
await page.waitForSelector(".cases-table tbody tr[data-i]", {timeout: 120_000});
say(`  fetched, read, sorted and drawn in ${((performance.now() - started) / 1000).toFixed(1)} s; ${await page.locator(".case-tools .count").innerText()}`);
await page.waitForTimeout(2000);
await act("  filter by team", page, select("case-team"), ["Quayside team", "", "Eastbrook team", "not recorded", ""], "100 ms");
await act("  filter by result", page, select("case-met"), ["no", "yes", "", "no", ""], "100 ms");
await act("  filter by what is late", page, select("case-due"), ["late", "", "soon", "", "late", ""], "100 ms");
await act("  find part of an id", page, `(value) => { const s = document.getElementById("case-find"); s.value = value; s.dispatchEvent(new Event("input", {bubbles: true})); }`, ["1", "12", "123", "1234", ""], "100 ms");
await act("  sort by a heading", page, `(key) => document.querySelector('.cases-table th[data-key="' + key + '"] button').click()`, ["team", "team", "due_on", "child_id", "child_id", "case_id", "reason", "late"], "100 ms");
await act("  scroll by a page, and to either end", page, `(to) => { document.querySelector(".case-scroll").scrollTop = to; }`, [600, 1200, 4_000_000, 2_000_000, 0, 3_000_000], "100 ms");
await act("  walk with the keyboard", page, `(key) => document.querySelector(".case-scroll").dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}))`, ["ArrowDown", "PageDown", "PageDown", "End", "ArrowUp", "Home"], "100 ms");

await browser.close();
await example.close();
await large.close();
rmSync(home, {recursive: true, force: true});
