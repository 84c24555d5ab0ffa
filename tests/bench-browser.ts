// npm run bench -- browser: what a person waits for, in a real browser on loopback: pages opened cold, filters changed, and a list of 100,000 cases. It judges nothing.
import {mkdtempSync, rmSync} from "node:fs";
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
/** The same, with the processor time that the page's main thread took for each act: on a shared machine the wall clock tells of others too. */
async function act(name: string, page: Page, script: string, times: unknown[], wanted: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", {timeDomain: "threadTicks"});
  const used = async () => (await session.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration")!.value;
  const before = await used();
  const took = await timed(page, script, times);
  const each = (1000 * ((await used()) - before)) / times.length;
  await session.detach();
  say(`${name.padEnd(52)}${median(took).toFixed(0).padStart(6)} ms   worst of ${took.length}: ${most(took).toFixed(0)} ms; ${each.toFixed(0)} ms of processor each   (wanted: ${wanted})`);
}
const select = (id: string): string => `(value) => { const s = document.getElementById(${JSON.stringify(id)}); s.value = value; s.dispatchEvent(new Event("change", {bubbles: true})); }`;
const line = (name: string, of: number[], wanted: string) => say(`${name.padEnd(52)}${median(of).toFixed(0).padStart(6)} ms   worst of ${of.length}: ${most(of).toFixed(0)} ms   (wanted: ${wanted})`);

const onlyList = process.argv.includes("--only=list");
if (!onlyList) say("Pages of the example, opened cold: until the first figure or chart is drawn, and what came over the wire");
for (const [name, address, mark] of onlyList ? [] : [["At a glance", "", ".tile .value"], ["Time to seen", "time-to-seen", "svg.survival"], ["Strategy meetings", "strategy-meetings", ".matrix td"], ["One measure", "measure?id=C2", "svg.chart"], ["Cases", "qa/cases?measure=A5", ".cases-table tbody tr[data-i]"]] as const) {
  const drawn: number[] = [];
  let bytes = 0;
  for (let i = 0; i < 5; i++) {
    const context = await browser.newContext({viewport: {width: 1440, height: 900}});
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    bytes = 0;
    session.on("Network.loadingFinished", (e) => void (bytes += e.encodedDataLength));
    await page.addInitScript(`new MutationObserver(() => { if (!window.drawnAt && document.querySelector(${JSON.stringify(mark)})) requestAnimationFrame(() => setTimeout(() => (window.drawnAt ??= performance.now()))); }).observe(document, {childList: true, subtree: true})`);
    await page.goto(new URL(address, example.url).href);
    await page.waitForFunction(() => "drawnAt" in window);
    await page.waitForTimeout(700); // what is fetched after the first drawing counts too
    drawn.push(await page.evaluate<number>("window.drawnAt"));
    await context.close();
  }
  line(`  ${name}, ${(bytes / 1000).toFixed(0)} kB`, drawn, "800 ms, 300 kB");
}

const context = await browser.newContext({viewport: {width: 1440, height: 900}});
const page = await context.newPage();
await page.goto(example.url);
await page.waitForSelector(".tile .value");
const groups = await page.$$eval("#filter-team option", (options) => options.map((o) => (o as HTMLOptionElement).value).slice(0, 6));
const periods = await page.$$eval("#filter-period option", (options) => options.map((o) => (o as HTMLOptionElement).value).slice(0, 6));
say("\nFilters changed on the example, to the frame that shows it");
await act("  At a glance, another period", page, select("filter-period"), periods, "50 ms");
await act("  At a glance, another team (first time: fetched)", page, select("filter-team"), groups, "50 ms");

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
