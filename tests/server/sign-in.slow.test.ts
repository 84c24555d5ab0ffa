// Signing in and out in a real browser: what a cookie's attributes, redirects and the page's own policy come to there.
import {once} from "node:events";
import {writeFile} from "node:fs/promises";
import net from "node:net";
import {join} from "node:path";
import {chromium} from "playwright-core";
import {expect, onTestFinished, test} from "vitest";
import {serve} from "../../server/server.ts";
import {signInSettings, startProvider} from "./provider.ts";
import {makeRun, makeSite, point, someRows, temporary} from "./support.ts";

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const {port} = server.address() as net.AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("a person signs in, sees what the role allows, signs out, and the back button shows no case", async () => {
  const port = await freePort();
  const address = `http://localhost:${port}`;
  const provider = await startProvider({address});
  const store = await temporary();
  await makeRun(store, "run-1", someRows);
  await point(store, "run-1");
  const site = await makeSite();
  await writeFile(join(site, "index.html"), '<!doctype html><html lang="en"><title>At a glance</title><h1>At a glance</h1><script>document.title = "a script without a hash ran"</script><form method="post" action="/sign-out"><button>Sign out</button></form></html>');
  const server = await serve({store, site, port, host: "localhost", log: () => undefined, settings: {server: await signInSettings(provider.issuer, {address})}});
  onTestFinished(() => server.close());
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
  });
  onTestFinished(() => browser.close());
  const context = await browser.newContext();
  const page = await context.newPage();

  await page.goto(`${address}/`);
  expect(await page.title()).toBe("The council's sign-in");
  await page.getByRole("button", {name: "Quinn Ahmed"}).click();
  await page.getByRole("heading", {name: "At a glance"}).waitFor();
  expect([page.url(), await page.title()]).toEqual([`${address}/`, "At a glance"]);
  expect(await page.evaluate(() => document.cookie)).toBe("");

  const cases = await page.evaluate(async () => (await fetch("/api/cases?measure=R1")).status);
  expect(cases).toBe(200);
  await page.goto(`${address}/data/refresh`);
  expect(await page.textContent("main")).toContain("It is for the role analyst; yours: leadership, qa.");
  await page.goto(`${address}/api/cases?measure=R1`);
  expect(await page.textContent("body")).toContain("0000000042");

  await page.goto(`${address}/`);
  await page.getByRole("button", {name: "Sign out"}).click();
  // The provider asks whether to sign out there too.
  await page.waitForURL(`${provider.issuer}/session/end**`);
  await page.locator("button[value=yes], button[name=logout]").first().click();
  await page.waitForURL(`${address}/signed-out**`);
  expect(await page.textContent("h1")).toBe("You are signed out");
  expect(await context.cookies(address)).toEqual([]);
  await page.goto(`${address}/api/cases?measure=R1`);
  expect(await page.textContent("body")).not.toContain("0000000042");
  await page.goBack().catch(() => undefined);
  await page.goBack().catch(() => undefined);
  await page.goBack().catch(() => undefined);
  expect(await page.textContent("body")).not.toContain("0000000042");
  await page.goto(`${address}/`);
  expect(await page.title()).toBe("The council's sign-in");
});
