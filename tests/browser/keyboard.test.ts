// The whole site with the Tab key alone: every control is come to, in the order of the page, and shows that it is where the keyboard is.
import {expect, test} from "vitest";
import {navigation} from "../../observablehq.config.ts";
import {at, browser, openExample} from "./launch.ts";

openExample();

const PAGES = [...navigation.flatMap((g) => g.pages.map((p) => p.path)), "/accessibility", "/measure?id=A1", "/time-to-seen?team=Eastbrook+team", "/qa/cases?measure=A5"];

interface Walk {
  /** What can be pressed or chosen on the page and was not come to. */
  missed: string[];
  /** What the keyboard came to that does not show it. */
  unseen: string[];
  /** Where the keyboard went back up the page, against the order of its document. */
  back: string[];
  stops: number;
}

test.each(PAGES)("%s", async (path) => {
  const page = await browser.newPage({viewport: {width: 1440, height: 900}});
  await page.goto(at(path));
  await page.waitForLoadState("networkidle");
  const wanted = await page.evaluate(() => {
    for (const more of document.querySelectorAll<HTMLDetailsElement>(".filter-bar details")) more.open = true;
    const controls = [...document.querySelectorAll<HTMLElement>("a[href], button:not(:disabled), select, input:not(:disabled), summary, textarea, [tabindex='0']")].filter((one) => {
      // of a group of radio buttons one is come to, and the arrow keys go on
      if (one instanceof HTMLInputElement && one.type === "radio" && !one.checked && document.querySelector(`input[name="${CSS.escape(one.name)}"]:checked`)) return false;
      return one.tabIndex >= 0 && one.checkVisibility({visibilityProperty: true});
    });
    const come: HTMLElement[] = [];
    const unseen: string[] = [];
    const called = (one: Element) => `${one.tagName.toLowerCase()} ${(one.getAttribute("aria-label") ?? one.textContent ?? "").trim().slice(0, 40)}`;
    document.addEventListener("focusin", ({target}) => {
      const one = target as HTMLElement;
      come.push(one);
      const shows = [one, one.parentElement!, ...(one instanceof HTMLInputElement && one.labels ? one.labels : [])].some((of) => {
        const {outlineStyle, outlineWidth, boxShadow} = getComputedStyle(of);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none";
      });
      if (!shows || !one.matches(":focus-visible")) unseen.push(called(one));
    });
    (window as unknown as {walked: () => Walk}).walked = () => ({
      missed: controls.filter((one) => one.isConnected && !come.includes(one)).map(called),
      unseen,
      back: come.slice(1).flatMap((one, i) => (come[i]!.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING && come.indexOf(one) > i ? [`${called(come[i]!)} → ${called(one)}`] : [])),
      stops: come.length
    });
    return controls.length;
  });
  expect(wanted).toBeGreaterThan(15);
  let walk: Walk = {missed: ["everything"], unseen: [], back: [], stops: 0};
  for (let pressed = 0; pressed < wanted + 200 && walk.missed.length; pressed += 50) {
    for (let i = 0; i < 50; i++) await page.keyboard.press("Tab");
    walk = await page.evaluate(() => (window as unknown as {walked: () => Walk}).walked());
  }
  expect({...walk, stops: 0}).toEqual({missed: [], unseen: [], back: [], stops: 0});
  await page.close();
});
