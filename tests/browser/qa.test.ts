// QA's pages in a real browser: the list filtered, sorted, walked and taken away; one child; a sample. By keyboard where it matters, with axe where something is open.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import ExcelJS from "exceljs";
import type {BrowserContext, Page} from "playwright-core";
import {afterEach, beforeEach, describe, expect, inject, test} from "vitest";
import {frontdoor} from "../setup.ts";
import {browser, openExample, server} from "./launch.ts";

const {store} = inject("example");
openExample();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let context: BrowserContext;
let page: Page;
const faults: string[] = [];

beforeEach(async () => {
  faults.length = 0;
  context = await browser.newContext({viewport: {width: 1440, height: 900}, permissions: ["clipboard-read", "clipboard-write"], acceptDownloads: true});
  page = await context.newPage();
  page.on("console", (m) => void (["error", "warning"].includes(m.type()) && faults.push(m.text())));
  page.on("pageerror", (e) => void faults.push(e.message));
});
afterEach(async () => {
  expect(faults).toEqual([]);
  await context.close();
});

const go = async (path: string, until = ".cases-table tbody tr[data-i]") => {
  await page.goto(new URL(path, server.url).href);
  await page.waitForSelector(until);
};
const total = async (): Promise<string> => (await page.locator(".case-tools .count").innerText()).split(" ")[0]!;
const listed = (...args: string[]) => JSON.parse(frontdoor("cases", ...args, "--store", store, "--json").out) as {total: number; rows: {child_id: string; case_id: string; team: string | null; due_on: string | null; done_on: string | null; days_late: number | null}[]};
const axeFinds = async () => {
  await page.evaluate(axe);
  return page.evaluate(async () => (await (window as unknown as {axe: {run: () => Promise<{violations: {id: string; nodes: {target: unknown}[]}[]}>}}).axe.run()).violations.map((v) => `${v.id}: ${JSON.stringify(v.nodes.slice(0, 2).map((n) => n.target))}`));
};

describe("the work list", () => {
  test("opens late first, and what waits past its limit is exactly what the command lists as such", async () => {
    await go("/qa/cases?measure=A5");
    const late = listed("A5").rows.filter((row) => row.due_on !== null && row.done_on === null && (row.days_late ?? 0) > 0);
    const most = Math.max(...late.map((row) => row.days_late!));
    expect(await page.locator('tr[data-i="0"] .late').innerText()).toBe(`${most} days late`);
    await page.getByLabel("Clock").selectOption("late");
    expect(await total()).toBe(String(late.length));
    expect(new URL(page.url()).searchParams.get("due")).toBe("late");
  });

  test("filters by its choices at once, says how many each would hold, keeps all of it in the address, and gives it back", async () => {
    await go("/qa/cases?measure=A5");
    const team = listed("A5").rows.find((row) => row.team)!.team!;
    const ofTeam = listed("A5", "--team", team).total;
    expect(await page.locator("#case-team").locator(`option[value="${team}"]`).innerText()).toBe(`${team} (${ofTeam.toLocaleString("en-GB")})`);
    await page.locator("#case-team").selectOption(team);
    expect(await total()).toBe(ofTeam.toLocaleString("en-GB"));
    await page.getByRole("button", {name: "Due", exact: true}).click();
    const address = page.url();
    await page.reload();
    await page.waitForSelector(".cases-table tbody tr[data-i]");
    expect([page.url(), await total(), await page.getAttribute('th[data-key="due_on"]', "aria-sort")]).toEqual([address, ofTeam.toLocaleString("en-GB"), "ascending"]);
    await page.goBack();
    await page.waitForFunction(() => !document.querySelector('th[data-key="due_on"][aria-sort]'));
    await page.getByRole("button", {name: "Clear filters"}).click();
    expect(await total()).toBe(listed("A5").total.toLocaleString("en-GB"));
  });

  test("is found in by part of an id and walked by keyboard: arrows, C copies, Enter opens, N and P walk the list, and the way back is the list as it was", async () => {
    await go("/qa/cases?measure=A5&due=late");
    const ids = await page.locator(".cases-table tbody tr[data-i] th code").allInnerTexts();
    await page.locator('tr[data-i="0"]').focus();
    await page.keyboard.press("ArrowDown");
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.i)).toBe("1");
    await page.keyboard.press("c");
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(ids[1]);
    const list = page.url();
    await page.keyboard.press("Enter");
    await page.waitForSelector("svg.timeline");
    expect(await page.locator("h1").innerText()).toBe(`Child ${ids[1]}`);
    expect(await page.locator(".walk").innerText()).toContain(`2 of ${ids.length}`);
    await page.keyboard.press("n");
    await page.waitForFunction((id) => document.querySelector("h1")?.textContent === `Child ${id}`, ids[2]);
    await page.keyboard.press("p");
    await page.waitForFunction((id) => document.querySelector("h1")?.textContent === `Child ${id}`, ids[1]);
    await page.getByRole("link", {name: "Back to the list"}).click();
    await page.waitForSelector(".cases-table tbody tr[data-i]");
    expect(page.url()).toBe(list);
    await page.getByLabel("Find an id").fill(ids[3]!);
    expect(await total()).toBe("1");
  });

  test("shows the columns that a person chose, next time too", async () => {
    await go("/qa/cases?measure=A5");
    await page.locator(".chooser summary").click();
    await page.getByRole("checkbox", {name: "Ethnicity"}).check();
    await page.getByRole("checkbox", {name: "Locality"}).uncheck();
    expect(await axeFinds()).toEqual([]);
    await go("/qa/cases?measure=A5&met=yes");
    expect(await page.locator('th[data-key="ethnicity"]').count()).toBe(1);
    expect(await page.locator('th[data-key="locality"]').count()).toBe(0);
  });

  test.each(["XLSX", "CSV"] as const)("is taken away as %s, exactly the rows of the list", async (format) => {
    await go("/qa/cases?measure=A5&due=late");
    const n = Number(await total());
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", {name: `Download ${format}`}).click()]);
    const file = await download.path();
    if (format === "CSV") expect(readFileSync(file, "utf8").trim().split("\r\n").length - 1).toBe(n);
    else {
      const book = new ExcelJS.Workbook();
      await book.xlsx.readFile(file);
      expect(book.getWorksheet("Cases")!.rowCount - 1).toBe(n);
      expect(JSON.stringify(book.getWorksheet("About")!.getSheetValues())).toContain("waiting past the limit");
    }
  });

  test("leads back to the pages with the period that was chosen", async () => {
    await go("/measure?id=A5&period=last-3", ".tools");
    await page.getByRole("link", {name: /See the .*case/}).first().click();
    await page.waitForSelector(".cases-table tbody tr[data-i]");
    await page.getByRole("link", {name: "At a glance"}).click();
    await page.waitForSelector(".tile");
    expect(new URL(page.url()).searchParams.get("period")).toBe("last-3");
  });
});

describe("a child and a sample", () => {
  test("a child's page asks for the child once, has nothing that axe finds, and its marks lead to its records", async () => {
    const child = listed("A5", "--met", "yes").rows[0]!.child_id;
    const asked: string[] = [];
    page.on("request", (request) => void (request.url().includes("/api/child") && asked.push(request.url())));
    await go(`/qa/child?id=${child}`, "svg.timeline");
    expect(asked).toEqual([new URL(`api/child?id=${child}`, server.url).href]);
    await page.locator("details summary").first().click();
    expect(await axeFinds()).toEqual([]);
    const href = await page.locator("svg.timeline a").first().getAttribute("href");
    expect(await page.locator(href!).count()).toBe(1);
    await page.setViewportSize({width: 320, height: 640});
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });

  test("a sample is the same again from its address, another from another seed, and its sheet holds a row a child and part of practice", async () => {
    await go("/qa/sample?measure=A1&size=12&seed=2026-03&domains=overall,voice", "table tbody code");
    const drawn = () => page.locator('[aria-label="Cases drawn"] th code').allInnerTexts();
    const first = await drawn();
    await page.reload();
    await page.waitForSelector('[aria-label="Cases drawn"]');
    expect(await drawn()).toEqual(first);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", {name: /audit sheet/}).click()]);
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(await download.path());
    const ids = new Set<string>();
    book.worksheets[0]!.eachRow((row, i) => void (i > 1 && ids.add(String(row.getCell(2).value))));
    expect([[...ids].sort(), book.worksheets[0]!.rowCount - 1]).toEqual([[...first].sort(), 24]);
    await page.getByLabel("Seed").fill("another");
    await page.getByLabel("Seed").press("Tab");
    await expect.poll(async () => (await drawn()).join()).not.toBe(first.join());
    expect(await axeFinds()).toEqual([]);
  });
});
