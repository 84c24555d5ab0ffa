// Within a choice a page asks the server only for the groups that it draws: with those of every dimension it would look the same. And the server knows beforehand what a page asks.
import {readFileSync} from "node:fs";
import {join} from "node:path";
import {expect, inject, test} from "vitest";
import type {GlanceFile, MeasuresFile} from "../../etl/publish/published.ts";
import {asksOf, nextOf, type Ask} from "../../server/ahead.ts";
import {readsOf} from "../../server/opening.ts";
import {at, browser, openExample} from "./launch.ts";

openExample();

const PAGES = ["/", "/contacts", "/out-of-hours", "/time-to-seen", "/strategy-meetings", "/repeat-referrals", "/children-in-need", "/information-sharing", "/practice-quality", "/measure?id=A4"];

/** Questions of what is within a choice, alone or together. */
const ASKS = /\/api\/(figures|charts|answers)\?/;

/** What a page says. @param all whether it is sent the groups of every dimension, whatever it asks for */
async function said(path: string, all: boolean): Promise<{text: string; asked: number}> {
  const page = await browser.newPage({viewport: {width: 1440, height: 900}});
  let asked = 0;
  await page.route(ASKS, (route) => {
    asked++;
    const url = new URL(route.request().url());
    const asks = url.searchParams.getAll("ask").map((one) => new URL(one, url));
    if (all) for (const one of [url, ...asks]) one.searchParams.delete("groups");
    url.searchParams.delete("ask");
    for (const one of asks) url.searchParams.append("ask", `${one.pathname.replace("/api/", "")}${one.search}`);
    return route.continue({url: url.href});
  });
  await page.goto(at(path));
  await page.waitForSelector("[data-ready]", {state: "attached", timeout: 60_000});
  const text = await page.locator(".page .body").innerText();
  await page.close();
  return {text, asked};
}

test.each(PAGES)("%s asks for all groups that it draws", async (path) => {
  const chosen = `${path}${path.includes("?") ? "&" : "?"}age_band=5+to+9`;
  const [own, whole] = [await said(chosen, false), await said(chosen, true)];
  expect(own.asked).toBeGreaterThan(0);
  expect(own.text).toContain("aged 5 to 9");
  expect(own.text).toBe(whole.text);
});

test.each(PAGES)("%s asks within a team, within a locality, and within another age of these, exactly what is counted ahead for it", async (path) => {
  const page = await browser.newPage();
  const asked = new Set<string>();
  const files: string[] = [];
  const plain = (route: string, query: URLSearchParams) => {
    query.delete("run");
    query.sort();
    return `${route}?${query}`;
  };
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (/^\/run\/.*\//.test(url.pathname)) files.push(url.pathname.replace(/^\/run\/[^/]*\//, ""));
    if (!ASKS.test(request.url())) return;
    const together = url.searchParams.getAll("ask").map((one) => new URL(one, url));
    for (const {pathname, searchParams} of together.length ? together : [url]) asked.add(plain(pathname.replace("/api/", ""), searchParams));
  });
  const url = new URL(path, "http://frontdoor");
  const html = readFileSync(join(inject("example").site, `${url.pathname === "/" ? "index" : url.pathname.slice(1)}.html`), "utf8");
  for (const dimension of ["team", "locality"]) {
    let firstAsked: Ask[] = [];
    await page.goto(at(path));
    await page.waitForSelector(".page[data-ready=yes]", {timeout: 60_000});
    asked.clear();
    files.length = 0;
    const group = await page.$eval(`#filter-${dimension} option:nth-child(2)`, (option) => (option as HTMLOptionElement).value);
    await page.selectOption(`#filter-${dimension}`, group);
    await page.waitForSelector(".page[data-ready=yes]");
    // what is published it has already: the first choice waits for no file
    expect(files).toEqual([]);
    const read = <T>(name: string) => page.evaluate(async (file) => {
      const {run} = (await (await fetch("/run/current.json")).json()) as {run: string};
      return (await (await fetch(`/run/${run}/${file}`)).json()) as T;
    }, name);
    const [{measures}, {tiles}] = [await read<MeasuresFile>("measures.json"), await read<GlanceFile>("glance.json")];
    const ahead = asksOf(readsOf(html, Object.fromEntries(url.searchParams)), {measures, tiles}, dimension);
    expect([...asked].sort()).toEqual(ahead.map(({route, query}) => plain(route, new URLSearchParams({...query, [dimension]: group}))).sort());

    // one age, and then another
    const ages = await page.$$eval("#filter-age_band option", (options) => options.map((option) => (option as HTMLOptionElement).value).filter(Boolean).slice(0, 2));
    for (const age of ages) {
      asked.clear();
      await page.$eval("#filter-age_band", (select, value) => {
        (select as HTMLSelectElement).value = value;
        select.dispatchEvent(new Event("change"));
      }, age);
      await page.waitForSelector(".page[data-ready=yes]");
      if (age !== ages[0]) expect([...asked].sort()).toEqual(firstAsked.flatMap(({route, query}) => nextOf({route, query}, [{dimension: "age_band", group: age}])).map(({route, query}) => plain(route, new URLSearchParams(query))).sort());
      firstAsked = [...asked].map((one) => ({route: one.startsWith("figures") ? "figures" as const : "charts" as const, query: Object.fromEntries(new URLSearchParams(one.slice(one.indexOf("?") + 1)))}));
    }
  }
  await page.close();
});
