// Stores with next to nothing in them: every page opens without an error, and no NaN, undefined or Infinity stands in its text.
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import type {Browser} from "playwright-core";
import {afterAll, beforeAll, expect, inject, test} from "vitest";
import {navigation} from "../../observablehq.config.ts";
import {serve} from "../../server/index.ts";
import {frontdoor} from "../setup.ts";
import {launch} from "./launch.ts";

const {site} = inject("example");
const headings = "Contact ID,Person ID,Contact Date,Contact Source,Initial RAG,Decision,Outcome,Team";
const contacts = (month: string) => [1, 2, 3].map((n) => `C${n},880${n},0${n}/${month} 09:00,Police,Green,0${n}/${month} 15:00,Referral,North`);
const referrals = ["Referral ID,Person ID,Referral Date,Referral Source,Team", ...Array.from({length: 24}, (_, i) => `R${i},880${i},05/${String(1 + (i % 12)).padStart(2, "0")}/${2024 + Math.floor(i / 12)},Police,North`)];
/** The exports of each store, by file; null: nothing was ever refreshed. */
const stores: Record<string, Record<string, string[]> | null> = {
  "no data": null,
  "headings only": {"mash_contacts_2025-12-31.csv": [headings], "referrals_2025-12-31.csv": referrals.slice(0, 1)},
  "one month": {"mash_contacts_2025-12-31.csv": [headings, ...contacts("12/2025")]},
  "one record set only": {"referrals_2025-12-31.csv": referrals}
};
const pages = [...navigation.flatMap((g) => g.pages.map((p) => p.path)), "/measure?id=C1", "/measure?id=R1", "/qa/cases?measure=R1&from=2025-01&to=2025-12"];

let home: string;
let browser: Browser;
beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), "frontdoor-small-"));
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  rmSync(home, {recursive: true, force: true});
});

test.each(Object.keys(stores))("every page of a store with %s opens and says so in words", async (name) => {
  const [exports, store] = ["exports", "store"].map((folder) => path.join(home, name, folder)) as [string, string];
  mkdirSync(exports, {recursive: true});
  mkdirSync(store, {recursive: true});
  for (const [file, lines] of Object.entries(stores[name] ?? {})) writeFileSync(path.join(exports, file), `${lines.join("\n")}\n`);
  if (stores[name]) {
    const done = frontdoor("refresh", "--exports", exports, "--store", store);
    if (!done.out.includes("Published run")) throw new Error(done.out + done.err);
  }
  const server = await serve({store, site, port: 0, log: () => {}});
  const context = await browser.newContext({viewport: {width: 1280, height: 900}});
  const page = await context.newPage();
  const faults: string[] = [];
  page.on("pageerror", (error) => void faults.push(error.message));
  // the printed address works once
  await page.goto(server.url);
  for (const address of pages) {
    await page.goto(new URL(address, server.url).href);
    // a page that stays empty is told below
    await page.waitForFunction(() => document.querySelector("main")!.textContent!.trim().length > 60 && !(document.querySelector(".status")?.textContent ?? "").trim().endsWith("…"), undefined, {timeout: 20_000}).catch(() => undefined);
    const {text, broken} = await page.evaluate(() => {
      for (const button of document.querySelectorAll<HTMLButtonElement>("main button[aria-expanded='false']")) button.click();
      const drawn = [...document.querySelectorAll("main svg *")].flatMap((shape) => [...shape.attributes].filter((a) => /NaN|undefined|Infinity/.test(a.value)).map((a) => `${shape.tagName} ${a.name}=${a.value}`));
      return {text: document.querySelector("main")!.textContent ?? "", broken: [...document.querySelectorAll(".observablehq--error")].map((e) => e.textContent ?? "").concat(drawn.slice(0, 3))};
    });
    if (/\b(NaN|undefined|Infinity|\[object \w+\])/.test(text)) faults.push(`${address}: ${/.{0,60}\b(NaN|undefined|Infinity|\[object \w+\]).{0,40}/.exec(text)![0]}`);
    faults.push(...broken.map((b) => `${address}: ${b}`));
    if (text.trim().length < 20) faults.push(`${address} is empty`);
  }
  expect(faults).toEqual([]);
  await context.close();
  await server.close();
});
