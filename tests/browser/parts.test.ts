// Pages drawn part by part, in a real browser: another choice shows at once what is on the screen, under the same heading; nothing old stands unmarked; paper holds the whole page.
import type {Page} from "playwright-core";
import {expect, test} from "vitest";
import {at, browser, openExample} from "./launch.ts";

openExample();

const ready = (page: Page) => page.waitForSelector(".page[data-ready=yes]", {timeout: 60_000, state: "attached"});

test("after another choice the heading that was read stands where it stood, wide and narrow, and what is on the screen is drawn before anything below it", async () => {
  for (const viewport of [{width: 1440, height: 900}, {width: 320, height: 640}]) {
    const page = await (await browser.newContext({viewport})).newPage();
    await page.goto(at("/contacts"));
    await ready(page);
    for (const about of ["Contacts received, by source", "What became of contacts, by who made them", "Closed, then back within 90 days"]) {
      const told = await page.evaluate(
        async ([about, of]) => {
          const heading = () => [...document.querySelectorAll("main figure h2")].find((h) => h.querySelector(".about")?.textContent?.startsWith(about!))!;
          const select = document.getElementById("filter-period") as HTMLSelectElement;
          const now = () => heading().getBoundingClientRect().top;
          scrollBy({top: now() - 40, behavior: "instant"});
          await new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
          const before = now();
          const [old, all] = [heading(), [...document.querySelectorAll(".body > *")]];
          select.value = [...select.options].find((o) => !o.selected && o.text.startsWith(of!))!.value;
          const shown = new Promise((r) => new MutationObserver((_, o) => (o.disconnect(), requestAnimationFrame(r))).observe(document.querySelector(".body")!, {childList: true}));
          select.dispatchEvent(new Event("change", {bubbles: true}));
          await shown;
          const first = now();
          const replaced = heading() !== old;
          const unmarked = all.filter((part) => part.isConnected && !(part as HTMLElement).dataset.waiting).length;
          const seen = [...document.querySelectorAll<HTMLElement>(".body > [data-waiting]")].filter((part) => part.getBoundingClientRect().top < innerHeight).length;
          while (document.querySelector<HTMLElement>(".page")!.dataset.ready !== "yes") await new Promise((r) => setTimeout(r, 5));
          return {moved: [Math.round(first - before), Math.round(now() - before)], replaced, unmarked, seen, left: document.querySelectorAll("[data-waiting]").length};
        },
        [about, "Last "] as const
      );
      for (const by of told.moved) expect(Math.abs(by), `${viewport.width}: ${about}`).toBeLessThanOrEqual(4);
      expect(told, `${viewport.width}: ${about}`).toMatchObject({replaced: true, unmarked: 0, seen: 0, left: 0});
    }
    await page.context().close();
  }
});

test("paper holds the whole page, however soon it is printed", async () => {
  const page = await (await browser.newContext({viewport: {width: 1440, height: 900}})).newPage();
  // with the first part, before any other is drawn
  await page.addInitScript(() => {
    new MutationObserver((_, o) => {
      if (!document.querySelector(".body > *")) return;
      o.disconnect();
      const figures = () => document.querySelectorAll("main figure").length;
      const before = figures();
      dispatchEvent(new Event("beforeprint"));
      const empty = [...document.querySelectorAll("main .room")].filter((room) => !room.firstChild).length;
      Object.assign(window, {printed: {before, after: figures(), empty}});
    }).observe(document, {childList: true, subtree: true});
  });
  await page.goto(at("/contacts"));
  await ready(page);
  const {before, after, empty} = await page.evaluate(() => (window as unknown as {printed: {before: number; after: number; empty: number}}).printed);
  expect(before).toBeLessThan(6);
  expect({after, empty}).toEqual({after: await page.locator("main figure").count(), empty: 0});
  await page.context().close();
});

test("a choice that is taken back while the server counts leaves no mark on the page", async () => {
  const page = await (await browser.newContext({viewport: {width: 1440, height: 900}})).newPage();
  let counted = 0;
  await page.route(/\/api\/figures/, async (route) => {
    const answer = await route.fetch();
    await new Promise((r) => setTimeout(r, 900));
    await route.fulfill({response: answer});
    counted++;
  });
  await page.goto(at("/"));
  await ready(page);
  const before = await page.locator(".body").innerText();
  await page.evaluate(() => {
    const select = document.getElementById("filter-team") as HTMLSelectElement;
    for (const value of [select.options[1]!.value, ""]) {
      select.value = value;
      select.dispatchEvent(new Event("change", {bubbles: true}));
    }
  });
  await expect.poll(() => counted, {timeout: 60_000}).toBeGreaterThan(0);
  await page.waitForTimeout(100);
  expect(await page.locator(".body").innerText()).toBe(before);
  expect(await page.locator("[data-waiting]").count()).toBe(0);
  expect(await page.locator(".status").innerText()).toBe("");
  expect(await page.locator(".page").getAttribute("data-ready")).toBe("yes");
  await page.context().close();
});
