// Every page in a real browser, from the example's run: no fault, no foreign request, and the figures shown are those of `frontdoor measure`.
import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import type {Page} from "playwright-core";
import {describe, expect, inject, test} from "vitest";
import {navigation} from "../../observablehq.config.ts";
import {frontdoor} from "../setup.ts";
import {at, browser, openExample, server} from "./launch.ts";

const {store} = inject("example");
openExample();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pages = [...navigation.flatMap((g) => g.pages.map((p) => p.path)), "/accessibility"];

/** Opens a page and collects whatever a person would never see but should not be there. */
async function visit(path: string, options: {width?: number; height?: number; colorScheme?: "light" | "dark"} = {}): Promise<{page: Page; faults: string[]; done: () => Promise<void>}> {
  const context = await browser.newContext({viewport: {width: options.width ?? 1440, height: options.height ?? 900}, colorScheme: options.colorScheme ?? "light"});
  const page = await context.newPage();
  const faults: string[] = [];
  const home = new URL(server.url).host;
  page.on("console", (m) => void (["error", "warning"].includes(m.type()) && faults.push(`console ${m.type()}: ${m.text()}`)));
  page.on("pageerror", (e) => void faults.push(`page error: ${e.message}`));
  page.on("request", (r) => void (new URL(r.url()).host !== home && !r.url().startsWith("data:") && !r.url().startsWith("blob:") && faults.push(`foreign request: ${r.url()}`)));
  page.on("requestfailed", (r) => void faults.push(`failed request: ${r.url()}`));
  page.on("response", (r) => void (r.status() >= 400 && faults.push(`${r.status()}: ${r.url()}`)));
  await page.goto(at(path));
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => !/…$|^Fetching/m.test(document.querySelector("main")?.textContent?.trim() ?? ""), undefined, {timeout: 20_000}).catch(() => {});
  return {page, faults, done: () => context.close()};
}

/** What axe has against the page as it stands. */
async function axeFinds(page: Page): Promise<string[]> {
  // the page's own policy forbids strangers' scripts; the driver's evaluate is not one
  await page.evaluate(axe);
  return page.evaluate(async () => (await (window as unknown as {axe: {run: () => Promise<{violations: {id: string; nodes: {target: unknown}[]}[]}>}}).axe.run()).violations.map((v) => `${v.id}: ${JSON.stringify(v.nodes.slice(0, 2).map((n) => n.target))}`));
}

/** Opens all that a page holds folded: filters, definitions, tables behind charts, lists that go on. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const one of document.querySelectorAll<HTMLDetailsElement>("main details:not([open])")) one.open = true;
    for (const one of document.querySelectorAll<HTMLButtonElement>('main button[aria-expanded="false"]')) one.click();
    await new Promise((resolve) => setTimeout(resolve, 300));
  });
}

/** What lies outside the window, or under something else, where nobody can read or press it. */
const lost = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    for (const control of document.querySelectorAll<HTMLElement>("main a[href], main button, main select, main input, main summary")) {
      if (!control.checkVisibility({checkVisibilityCSS: true}) || control.closest("svg, .scroll")) continue;
      control.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
      const box = control.getClientRects()[0];
      if (!box || box.width < 2 || box.height < 2) continue;
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      const top = document.elementFromPoint(x, y);
      if (x < 0 || x > innerWidth || !top || !(control.contains(top) || top.contains(control) || (control instanceof HTMLInputElement && top.closest("label")))) found.push(`${control.tagName} ${(control.textContent ?? "").trim().slice(0, 40)} at ${Math.round(x)}, ${Math.round(y)} under ${top?.tagName ?? "nothing"}.${top?.className ?? ""}`);
    }
    return found.slice(0, 5);
  });

describe.each(pages)("the page %s", (path) => {
  test("opens without a fault or a foreign request; axe finds nothing with all filters and tables open, light and dark; nothing moves for people who want no motion", async () => {
    const {page, faults, done} = await visit(path);
    expect(await page.locator(".observablehq--error").count()).toBe(0);
    expect(await page.locator("h1").count()).toBe(1);
    expect(await page.getAttribute("html", "lang")).toBe("en-GB");
    await unfold(page);
    expect(await axeFinds(page), "light").toEqual([]);
    await page.emulateMedia({colorScheme: "dark", reducedMotion: "reduce"});
    expect(await axeFinds(page), "dark").toEqual([]);
    const moving = await page.evaluate(() => [...document.querySelectorAll("body, body *")].filter((one) => {
      const {animationName, animationDuration, transitionDuration, scrollBehavior} = getComputedStyle(one);
      const lasts = (duration: string) => duration.split(",").some((d) => parseFloat(d) > 0.01);
      return (animationName !== "none" && lasts(animationDuration)) || lasts(transitionDuration) || scrollBehavior === "smooth";
    }).map((one) => `${one.tagName}.${one.className}`).slice(0, 5));
    expect(moving, "with reduced motion").toEqual([]);
    expect(faults).toEqual([]);
    await done();
  });

  // 1280 by 1024 at 400 %
  test("is whole in a window of 320 by 256 pixels: it does not scroll sideways, and nothing lies over a control", async () => {
    const {page, done} = await visit(path, {width: 320, height: 256});
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await wide()).toBeLessThanOrEqual(320);
    expect(await lost(page)).toEqual([]);
    await unfold(page);
    expect(await wide(), "with everything unfolded").toBeLessThanOrEqual(320);
    await done();
  });
});

test.each([1440, 1024])("the page of a measure with parts and a long name stands within a window of %i pixels, and asks for nothing that is not there", async (width) => {
  const {page, faults, done} = await visit("/measure?id=A2", {width, height: 900});
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  expect(faults).toEqual([]);
  await done();
});

interface Measured {
  id: string;
  kind: string;
  unit: string;
  numerator: number;
  denominator: number | null;
  value: number | null;
}
const measured = (...args: string[]) => JSON.parse(frontdoor("measure", ...args, "--store", store, "--json").out) as Measured[];
const whole = (n: number) => n.toLocaleString("en-GB");
const shown = (m: Measured) => (m.unit === "percent" ? `${m.value!.toFixed(1)}%` : whole(Math.round(m.value! * 10) / 10));

test("the first painting of At a glance holds every headline's figure", async () => {
  const context = await browser.newContext({viewport: {width: 1440, height: 900}});
  const page = await context.newPage();
  await page.addInitScript("new MutationObserver(() => { if (!window.figuresAt && document.querySelector('.tile .value')) window.figuresAt = performance.now(); }).observe(document, {childList: true, subtree: true})");
  await page.goto(at("/"));
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0 && "figuresAt" in window);
  const [figures, painted] = await page.evaluate(() => [(window as unknown as {figuresAt: number}).figuresAt, performance.getEntriesByName("first-contentful-paint")[0]!.startTime] as const);
  expect(figures).toBeLessThan(painted);
  await context.close();
});

describe("the figures shown", () => {
  test("at a glance are those of frontdoor measure, for every headline", async () => {
    const {page, done} = await visit("/");
    const text = (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
    const run = measured();
    for (const id of await page.locator("main [data-measure]").evaluateAll((tiles) => [...new Set(tiles.map((t) => t.getAttribute("data-measure")!))])) {
      const m = run.find((r) => r.id === id)!;
      const tile = (await page.locator(`main [data-measure="${id}"]`).first().innerText()).replaceAll(/\s+/g, " ");
      expect(tile, id).toContain(shown(m));
      if (m.denominator !== null) expect(tile, id).toContain(`${whole(m.numerator)} of ${whole(m.denominator)}`);
    }
    expect(text).toContain("31 March 2026");
    expect(await page.locator("main [data-measure]").count()).toBeGreaterThanOrEqual(12);
    await done();
  });

  test("on time to seen are those of A4a, A4b and A5, with the children not yet seen in the curve", async () => {
    const {page, done} = await visit("/time-to-seen");
    const text = (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
    const [a, b, c] = ["A4a", "A4b", "A5"].map((id) => measured(id)[0]!) as [Measured, Measured, Measured];
    expect(text).toContain(`${Math.round(a.value!)}%`);
    expect(text).toContain(`${b.value} working days`);
    expect(text).toContain(`${whole(b.denominator! - b.numerator)} of ${whole(b.denominator!)} not seen`);
    expect(text).toContain(`${c.numerator}`);
    await done();
  });

  test("on strategy meetings are those of S2a, whole and for open cases", async () => {
    const {page, done} = await visit("/strategy-meetings");
    const s2a = measured("S2a")[0]!;
    const text = (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
    expect(text).toContain(`${whole(s2a.numerator)} of ${whole(s2a.denominator!)}`);
    await page.getByLabel("already open").check();
    const open = (measured("S2a", "--by", "case_status") as (Measured & {group: string})[]).find((m) => m.group === "open")!;
    await page.waitForFunction((t) => document.querySelector("main")!.textContent!.includes(t), `${whole(open.numerator)} of ${whole(open.denominator!)}`);
    await done();
  });

  test("in the list of cases are as many as the measure counts", async () => {
    const {page, done} = await visit("/qa/cases?measure=A5&met=yes");
    const a5 = measured("A5")[0]!;
    await page.waitForFunction((n) => new RegExp(`\\b${n}\\b`).test(document.querySelector("main")!.textContent ?? ""), whole(a5.numerator), {timeout: 20_000});
    await done();
  });
});
