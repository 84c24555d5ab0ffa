// The filter bar in a real browser: several choices at once, kept by the address and by every link; each number opens into exactly its cases; charts as pictures.
import {readFileSync} from "node:fs";
import type {Page} from "playwright-core";
import {describe, expect, test} from "vitest";
import {at, browser, openExample, server} from "./launch.ts";

openExample();

const patience = {timeout: 60_000};
const whole = (n: number) => n.toLocaleString("en-GB");
/** How many cases the API lists at the address of a page of cases. */
async function listed(href: string): Promise<number> {
  const url = new URL(href, server.url);
  url.searchParams.delete("period");
  const answer = await fetch(at(`/api/cases${url.search}&limit=1`), {headers: {accept: "application/json"}});
  return ((await answer.json()) as {total: number}).total;
}

async function visit(path: string, colorScheme: "light" | "dark" = "light"): Promise<{page: Page; faults: string[]; done: () => Promise<void>}> {
  const context = await browser.newContext({viewport: {width: 1440, height: 900}, colorScheme, acceptDownloads: true});
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("console", (m) => void (["error", "warning"].includes(m.type()) && faults.push(m.text())));
  page.on("pageerror", (e) => void faults.push(e.message));
  page.on("response", (r) => void (r.status() >= 400 && faults.push(`${r.status()}: ${r.url()}`)));
  await page.goto(at(path));
  await drawn(page);
  return {page, faults, done: () => context.close()};
}
const drawn = (page: Page) => page.waitForFunction(() => document.querySelector("[data-ready]") && !document.querySelector("[data-waiting]") && !(document.querySelector(".status")?.textContent ?? "").trim().endsWith("…"), undefined, patience);

describe("the filter bar", () => {
  test("holds several choices, in the address and in every link, and the page counts within all of them", async () => {
    const {page, faults, done} = await visit("/children-in-need");
    await page.selectOption("#filter-locality", "Quayside");
    await page.getByText("More filters").click();
    await page.selectOption("#filter-age_band", "5 to 9");
    await page.waitForFunction(() => /This page shows Quayside, aged 5 to 9/.test(document.querySelector("main")?.textContent ?? ""), undefined, patience);
    expect(new URL(page.url()).search).toBe("?locality=Quayside&age_band=5+to+9");
    for (const name of ["Contacts and decisions", "At a glance", "Cases"]) expect(await page.getByRole("link", {name, exact: true}).first().getAttribute("href"), name).toContain("?locality=Quayside&age_band=5+to+9");
    const tile = page.locator('[data-measure="N4a"] .share a');
    const [n, d] = (await tile.innerText()).split(" of ").map((t) => Number(t.replaceAll(",", ""))) as [number, number];
    const href = (await tile.getAttribute("href"))!;
    expect(d).toBeGreaterThan(0);
    expect([await listed(href), await listed(`${href}&met=yes`)]).toEqual([d, n]);
    // the same list, as a person finds it
    await tile.click();
    await page.waitForFunction((t) => (document.querySelector(".count")?.textContent ?? "").startsWith(t), whole(d), patience);
    expect(await page.inputValue("#case-locality")).toBe("Quayside");
    await page.goBack();
    await drawn(page);
    await page.getByRole("button", {name: "Clear"}).click();
    expect(new URL(page.url()).search).toBe("");
    expect(faults).toEqual([]);
    await done();
  });

  test("never shows a measure as if it were narrowed to what its records do not say", async () => {
    const {page, done} = await visit("/contacts?need=N4");
    const tile = await page.locator('[data-measure="C1"]').first().innerText();
    expect(tile).toContain("no figure");
    expect(tile).toContain("Not split by main need");
    expect(tile).not.toMatch(/\d{2}/);
    await done();
  });

  test("tells signal from noise within what was chosen, on the measure's own page and in a topic's tiles", async () => {
    for (const path of ["/measure?id=A4a&locality=Quayside&need=N4", "/contacts?locality=Quayside"]) {
      const {page, faults, done} = await visit(path);
      expect(await page.locator("svg.control").first().locator(".band").count(), path).toBe(1);
      expect(await page.locator(".signals li").first().innerText(), path).toMatch(/Steady|Getting worse|Improving|Unusually/);
      expect(await page.locator("main").innerText(), path).not.toMatch(/whole authority only/i);
      expect(faults).toEqual([]);
      await done();
    }
  });

  test("narrows the curves, the agency matrix and the hours of the week, to the published ones where a group has one", async () => {
    const run = ((await (await fetch(at("/run/current.json"))).json()) as {run: string}).run;
    const file = async (path: string) => (await (await fetch(at(path))).json()) as {curves?: Record<string, unknown>[]; weeks?: Record<string, unknown>[]};
    for (const [name, dimension] of [["time-to-seen", "team"], ["time-to-seen", "need"], ["curves/A2b", "team"], ["curves/S7c", "team"], ["out-of-hours", "locality"]] as const) {
      const published = await file(`/run/${run}/${name}.json`);
      const known = (published.curves ?? published.weeks)!.filter((c) => c.dimension === dimension);
      const one = known[0]!;
      const told = await file(`/api/charts?chart=${name}&${new URLSearchParams({[dimension]: String(one.group)})}`);
      const own = (told.curves ?? told.weeks)!;
      const all = own.filter((c) => c.dimension === "all").map(({dimension: _d, group: _g, label: _l, ...rest}) => rest);
      expect(all, name).toEqual(known.filter((c) => c.group === one.group).map(({dimension: _d, group: _g, label: _l, ...rest}) => rest));
      // the group stands among all the others of its dimension
      expect(own.filter((c) => c.dimension === dimension), name).toEqual(known);
    }
    for (const [path, words] of [["/time-to-seen?locality=Quayside&need=N4", "by working day from referral: Quayside, Family in acute stress"], ["/out-of-hours?locality=Quayside&source=6", "by hour and weekday: Quayside, Police"], ["/time-to-seen?ethnicity=WBRI", "No figure for White British"], ["/strategy-meetings?need=N4", "No figure for Family in acute stress"]] as const) {
      const {page, faults, done} = await visit(path);
      expect(await page.locator("main").innerText(), path).toContain(words);
      for (const link of await page.locator("main figure a", {hasText: /^See the [\d,]+ cases$/}).all()) {
        const text = await link.innerText();
        expect(await listed((await link.getAttribute("href"))!), `${path} ${text}`).toBe(Number(/[\d,]+/.exec(text)![0].replaceAll(",", "")));
      }
      expect(faults).toEqual([]);
      await done();
    }
    const {page, done} = await visit("/strategy-meetings?locality=Quayside&age_band=5+to+9");
    const cells = await page.locator("table.matrix tbody tr").first().locator("td").first().innerText();
    expect(await listed("/qa/cases?measure=S2a&from=2025-04&to=2026-03&locality=Quayside&age_band=5+to+9")).toBe(Number(/of ([\d,]+)/.exec(cells)![1]!.replaceAll(",", "")));
    await done();
  });

  test("is kept at a glance too, one choice and several", async () => {
    for (const query of ["?locality=Quayside", "?locality=Quayside&ethnicity=WBRI"]) {
      const {page, faults, done} = await visit(`/${query}`);
      const share = page.locator('[data-measure="A4a"] .share a');
      const d = Number((await share.innerText()).split(" of ")[1]!.replaceAll(",", ""));
      expect(await listed((await share.getAttribute("href"))!), query).toBe(d);
      expect(faults).toEqual([]);
      await done();
    }
  });
});

describe("numbers that are no measure's", () => {
  test("open into exactly as many cases: the funnel, the steps up and down, what is due", async () => {
    const {page, faults, done} = await visit("/children-in-need");
    const links = await page.locator('main a[href*="measure=contacts."], main a[href*="measure=moves."], main a[href*="measure=due."], main a[href*="measure=overdue."]').evaluateAll((all) =>
      all.map((a) => ({href: a.getAttribute("href")!, text: (a.getAttribute("aria-label") ?? a.textContent ?? "").replaceAll(",", "")}))
    );
    const kinds = new Set(links.map((l) => /measure=([a-z]+)\./.exec(l.href)![1]));
    expect([...kinds].sort()).toEqual(["contacts", "due", "moves", "overdue"]);
    // one in nine of each kind, and always its first
    const some = [...kinds].flatMap((kind) => links.filter((l) => l.href.includes(`measure=${kind}.`)).filter((_, i) => i % 9 === 0));
    for (const {href, text} of some) expect(await listed(href), `${text} ${href}`).toBe(Number(/\d+/.exec(text.replace(/^.*?: (?=\d)/, ""))![0]));
    const due = links.find((l) => l.href.includes("measure=overdue."))!;
    await page.goto(at(due.href));
    await page.waitForFunction((t) => (document.querySelector(".count")?.textContent ?? "").startsWith(t), whole(Number(/\d+/.exec(due.text)![0])), patience);
    expect(faults).toEqual([]);
    await done();
  });
});

describe("strategy meetings by agency", () => {
  test("open into exactly as many meetings: each part of a bar, and each number of the matrix, within what was chosen", async () => {
    for (const [path, selector] of [["/information-sharing", ".part-links a"], ["/strategy-meetings?locality=Quayside", "table.matrix td a"]] as const) {
      const {page, faults, done} = await visit(path);
      const links = await page.locator(selector).evaluateAll((all) => all.map((a) => ({href: a.getAttribute("href")!, text: (a.textContent ?? "").replaceAll(",", "")})));
      expect(links.length, path).toBeGreaterThan(10);
      for (const {href, text} of links.filter((_, i) => i % 7 === 0)) expect(await listed(href), `${text} ${href}`).toBe(Number(/\d+/.exec(text)![0]));
      expect(faults).toEqual([]);
      await page.goto(at(links[0]!.href));
      await page.waitForFunction((t) => (document.querySelector(".count")?.textContent ?? "").startsWith(t), whole(Number(/\d+/.exec(links[0]!.text)![0])), patience);
      expect(faults).toEqual([]);
      await done();
    }
  });
});

describe("a list of cases", () => {
  test("heads a measure's own category by what it is", async () => {
    const {page, done} = await visit("/qa/cases?measure=C3a");
    await page.waitForSelector(".cases-table th", patience);
    expect(await page.locator(".cases-table thead").innerText()).toContain("First risk grade");
    expect(await page.locator(".page").innerText()).not.toContain("Category");
    await done();
  });
});

describe("a chart as a picture", () => {
  test("is a PNG twice as fine as the page, on white in dark mode too, with nothing asked of anybody", async () => {
    const {page, faults, done} = await visit("/contacts", "dark");
    for (const about of ["Contacts received", "Contacts received, by source"]) {
      const figure = page.locator("figure", {has: page.locator(".about", {hasText: new RegExp(`^${about}:? ?$`)})}).first();
      const [file] = await Promise.all([page.waitForEvent("download", patience), figure.getByRole("button", {name: "Download PNG"}).click()]);
      const bytes = readFileSync((await file.path())!);
      expect(file.suggestedFilename()).toMatch(/^C1_by_(month|source)\.png$/);
      expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
      expect(bytes.readUInt32BE(16)).toBeGreaterThanOrEqual(1920);
      const ink = await page.evaluate(async (data) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [image.width, image.height];
        const pen = canvas.getContext("2d")!;
        pen.drawImage(image, 0, 0);
        const {data: pixels} = pen.getImageData(0, 0, image.width, image.height);
        const dark = (from: number, to: number) => {
          let n = 0;
          for (let y = Math.floor(from * image.height); y < Math.floor(to * image.height); y++) for (let x = 0; x < image.width; x++) if (pixels[4 * (y * image.width + x)]! < 110) n++;
          return n;
        };
        return {corner: pixels[0], title: dark(0, 0.2), chart: dark(0.3, 0.8), foot: dark(0.85, 1)};
      }, bytes.toString("base64"));
      expect(ink.corner).toBe(255);
      for (const part of ["title", "chart", "foot"] as const) expect(ink[part], `${about} ${part}`).toBeGreaterThan(200);
    }
    expect(faults).toEqual([]);
    await done();
  });
});

test("on paper no tile stands alone in the last row, however many headlines there are", async () => {
  const {page, done} = await visit("/");
  await page.emulateMedia({media: "print"});
  const last = await page.evaluate(() => {
    const list = document.querySelector(".glance-tiles > ul")!;
    const one = list.firstElementChild!;
    return [6, 7, 8, 9, 10, 11, 12, 13, 14, 16].map((n) => {
      list.replaceChildren(...Array.from({length: n}, () => one.cloneNode(true)));
      const tiles = [...list.children].map((tile) => tile.getBoundingClientRect());
      const row = tiles.filter((tile) => Math.abs(tile.top - tiles.at(-1)!.top) < 2);
      return row.length === 1 && row[0]!.width < list.getBoundingClientRect().width - 2 ? `${n}: alone` : "";
    }).filter(Boolean);
  });
  expect(last).toEqual([]);
  await done();
});

test("nothing scrolls sideways at 320 pixels with every filter open", async () => {
  const context = await browser.newContext({viewport: {width: 320, height: 640}});
  const page = await context.newPage();
  await page.goto(at("/time-to-seen?locality=Quayside&need=N4&source=6"));
  await drawn(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  expect(await page.locator("#filter-source").isVisible()).toBe(true);
  await context.close();
});
