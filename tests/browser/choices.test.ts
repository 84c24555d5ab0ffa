// Within a choice a page asks the server only for the groups that it draws: with those of every dimension it would look the same.
import {expect, test} from "vitest";
import {at, browser, openExample} from "./launch.ts";

openExample();

const PAGES = ["/", "/contacts", "/out-of-hours", "/time-to-seen", "/strategy-meetings", "/repeat-referrals", "/children-in-need", "/information-sharing", "/practice-quality", "/measure?id=A4"];

/** What a page says. @param all whether it is sent the groups of every dimension, whatever it asks for */
async function said(path: string, all: boolean): Promise<{text: string; asked: number}> {
  const page = await browser.newPage({viewport: {width: 1440, height: 900}});
  let asked = 0;
  await page.route(/\/api\/(figures|charts)\?/, (route) => {
    asked++;
    const url = new URL(route.request().url());
    if (all) url.searchParams.delete("groups");
    return route.continue({url: url.href});
  });
  await page.goto(at(path));
  await page.waitForSelector("[data-ready]", {state: "attached", timeout: 60_000});
  const text = await page.locator("main").innerText();
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
