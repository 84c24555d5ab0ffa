// npm run pictures: the pictures of the README, made from the example authority in a real browser.
import {mkdtempSync, mkdirSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {chromium} from "playwright-core";
import {writeExample} from "../etl/example/index.ts";
import {silent} from "../etl/progress.ts";
import {buildSite} from "../etl/publish/site.ts";
import {refresh} from "../etl/refresh.ts";
import {serve} from "../server/index.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const home = mkdtempSync(path.join(tmpdir(), "frontdoor-pictures-"));
const [exportsDir, store, site] = ["exports", "store", "site"].map((f) => path.join(home, f)) as [string, string, string];
await writeExample({out: exportsDir, seed: 1, until: "2026-03-31"});
await refresh({exportsDir, store, data: path.join(root, "data"), progress: silent});
await buildSite({out: site, root, log: () => {}});
const server = await serve({store, site, port: 0, log: () => {}});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
});
const out = path.join(root, "docs", "pictures");
mkdirSync(out, {recursive: true});
for (const [name, address] of [["at-a-glance", ""], ["qa-cases", "qa/cases?measure=A5"], ["data-refresh", "data/refresh"]] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({viewport: {width: 1440, height: 900}, colorScheme});
    const page = await context.newPage();
    await page.goto(new URL(address, server.url).href);
    await page.waitForLoadState("networkidle");
    await page.waitForTimeout(1000);
    await page.screenshot({path: path.join(out, `${name}-${colorScheme}.png`)});
    await context.close();
  }
}
await browser.close();
await server.close();
rmSync(home, {recursive: true, force: true});
process.stdout.write(`pictures are in ${path.relative(process.cwd(), out)}\n`);
