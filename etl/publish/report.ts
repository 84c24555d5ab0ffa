// Prints the board report: the site's report page of the current run, through a browser that is on this machine. It lays out nothing itself.
import {existsSync} from "node:fs";
import {mkdir, rename, rm, stat, writeFile} from "node:fs/promises";
import path from "node:path";
import {serve} from "../../server/index.ts";

const BROWSERS = [
  process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/microsoft-edge", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe", "C:/Program Files/Microsoft/Edge/Application/msedge.exe", "C:/Program Files/Google/Chrome/Application/chrome.exe"
];

export interface ReportOptions {
  store: string;
  /** Folder of the built site. */
  site: string;
  /** YYYY-MM; the newest month that is over unless said. */
  month?: string | undefined;
  /** The PDF to write. */
  out: string;
}

/**
 * Writes the report as an A4 PDF; an older file of that name is replaced only once the new one is whole.
 * @returns how many pages it has
 * @throws Error in a sentence: no browser on this machine, a place that cannot be written, a month that is not published
 */
export async function printReport({store, site, month, out}: ReportOptions): Promise<{pages: number}> {
  const executablePath = BROWSERS.find((file) => file && existsSync(file));
  if (!executablePath) throw new Error("no browser was found to print the report with: install Chromium, Chrome or Edge, or set CHROMIUM_PATH to one");
  const half = `${out}.${process.pid}.part`;
  await tryPlace(out, half);
  const {chromium} = await import("playwright-core");
  const server = await serve({store, site, port: 0, log: () => undefined});
  const browser = await chromium.launch({executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]});
  try {
    const page = await browser.newPage({colorScheme: "light", locale: "en-GB"});
    await page.goto(server.url); // the token in the address becomes a cookie
    await page.goto(new URL(`report${month ? `?month=${month}` : ""}`, new URL(server.url).origin).href);
    await page.waitForSelector(".page[data-ready=yes] .report", {timeout: 60_000});
    const told = await page.locator(".report").getAttribute("data-month");
    if (month && told !== month) throw new Error(`the month ${month} is not published or not over yet; the newest that is over is ${told}`);
    const marking = (await page.locator(".report-marking").textContent()) ?? "";
    const pdf = await page.pdf({
      path: half,
      preferCSSPageSize: true,
      printBackground: true,
      displayHeaderFooter: true,
      headerTemplate: "<span></span>",
      footerTemplate: `<div style="width:100%;margin:0 15mm;font:8px sans-serif;color:#444;display:flex;justify-content:space-between"><span>${escaped(marking)}</span><span>Page <span class="pageNumber"></span> of <span class="totalPages"></span></span></div>`,
      tagged: true,
      outline: true
    });
    await rename(half, out);
    return {pages: (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length};
  } finally {
    await rm(half, {force: true});
    await browser.close();
    await server.close();
  }
}

/** Writes an empty file where the report is to go, before half a minute is spent on printing it. */
async function tryPlace(out: string, half: string): Promise<void> {
  if ((await stat(out).catch(() => null))?.isDirectory()) throw new Error(`${out} is a folder; give the report a file name, such as ${path.join(out, "report.pdf")}`);
  try {
    await mkdir(path.dirname(path.resolve(out)), {recursive: true});
    await writeFile(half, "");
  } catch (error) {
    throw new Error(`the report cannot be written to ${out} (${(error as NodeJS.ErrnoException).code}); choose another place with --out`, {cause: error});
  }
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
