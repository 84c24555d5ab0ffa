// Signing in and out in a real browser: what a cookie's attributes, redirects and the page's own policy come to there.
import {once} from "node:events";
import {writeFile} from "node:fs/promises";
import net from "node:net";
import {join} from "node:path";
import {chromium} from "playwright-core";
import {describe, expect, onTestFinished, test} from "vitest";
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
  const cookie = (await context.cookies(address)).find(({name}) => name === "frontdoor")!;
  expect(cookie.httpOnly).toBe(true);
  await page.getByRole("button", {name: "Sign out"}).click();
  // The provider asks whether to sign out there too.
  await page.waitForURL(`${provider.issuer}/session/end**`);
  await page.locator("button[value=yes], button[name=logout]").first().click();
  await page.waitForURL(`${address}/signed-out**`);
  expect(await page.textContent("h1")).toBe("You are signed out");
  expect(await context.cookies(address)).toEqual([]);
  // a copy of the cookie, put back into the browser, is of a session that is no more
  await context.addCookies([cookie]);
  expect(await page.evaluate(async () => (await fetch("/api/cases?measure=R1")).status)).toBe(401);
  await context.clearCookies({name: "frontdoor"});
  await page.goto(`${address}/api/cases?measure=R1`);
  expect(await page.textContent("body")).not.toContain("0000000042");
  await page.goBack().catch(() => undefined);
  await page.goBack().catch(() => undefined);
  await page.goBack().catch(() => undefined);
  expect(await page.textContent("body")).not.toContain("0000000042");
  await page.goto(`${address}/`);
  expect(await page.title()).toBe("The council's sign-in");
});

describe("in a real browser", () => {
  async function council(settings: Record<string, unknown> = {}) {
    const port = await freePort();
    const address = `http://localhost:${port}`;
    const provider = await startProvider({address});
    const store = await temporary();
    await makeRun(store, "run-1", someRows);
    await point(store, "run-1");
    const server = await serve({store, site: await makeSite(), port, host: "localhost", log: () => undefined, settings: {server: await signInSettings(provider.issuer, {address, ...settings})}});
    onTestFinished(() => server.close());
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    });
    onTestFinished(() => browser.close());
    const someone = async (name?: string) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      const answers: string[] = [];
      page.on("request", (request) => void (request.url().includes("/sign-in/callback?") && answers.push(request.url())));
      const open = async (path: string) => {
        await page.goto(`${address}${path}`);
        return page.title();
      };
      await open("/");
      if (name) {
        await page.getByRole("button", {name}).click();
        await page.waitForURL(`${address}/**`);
      }
      return {context, page, open, answers, cases: () => page.evaluate(async () => (await fetch("/api/cases?measure=R1")).status)};
    };
    return {address, provider, someone};
  }
  const signIn = "The council's sign-in";

  test("the right role sees cases, the wrong one does not, and none at all sees nothing", async () => {
    const {someone} = await council();
    expect(await (await someone("Quinn Ahmed")).cases()).toBe(200);
    const head = await someone("Harper Ellis");
    expect([await head.open("/"), await head.cases()]).toEqual(["At a glance", 403]);
    for (const name of ["Sam Tranger", "Gil"]) {
      const nobody = await someone(name);
      expect([name, await nobody.page.textContent("h1"), await nobody.cases()]).toEqual([name, "Not for your role", 403]);
    }
  });

  test("an altered cookie and a code used twice open nothing", async () => {
    const {address, someone} = await council();
    const {context, open, answers} = await someone("Quinn Ahmed");
    expect(await open("/")).toBe("At a glance");
    const [cookie] = (await context.cookies(address)).filter(({name}) => name === "frontdoor");
    const at = Math.floor(cookie!.value.length / 2);
    await context.addCookies([{...cookie!, value: cookie!.value.slice(0, at) + (cookie!.value[at] === "A" ? "B" : "A") + cookie!.value.slice(at + 1)}]);
    const tampered = await context.newPage();
    // the provider knows the person still, and signs them in again; the altered cookie itself opens nothing
    await tampered.route(/\/auth\?/, (route) => route.abort());
    await tampered.goto(`${address}/`).catch(() => undefined);
    expect(tampered.url()).not.toBe(`${address}/`);
    const other = await someone();
    await other.page.goto(answers[0]!);
    expect(await other.page.textContent("h1")).toBe("You were not signed in");
    expect(await other.open("/")).toBe(signIn);
  });

  test("a session that was idle too long asks for sign-in again", async () => {
    const {address, someone} = await council({idleMinutes: 0.05});
    const {page, open} = await someone("Quinn Ahmed");
    expect(await open("/")).toBe("At a glance");
    await page.route(/\/auth\?/, (route) => route.abort());
    await page.waitForTimeout(3_500);
    await page.goto(`${address}/`).catch(() => undefined);
    expect(page.url()).not.toBe(`${address}/`);
  });

  test("who is taken out of the group loses the cases in the middle of a session", async () => {
    const {provider, someone} = await council({recheckMinutes: 0.01});
    const {page, cases} = await someone("Quinn Ahmed");
    expect(await cases()).toBe(200);
    provider.people.qa!.groups = ["group-other"];
    await page.waitForTimeout(31_500);
    expect(await cases()).toBe(403);
  });

  test("while the provider is down nobody comes in, and the page says so", async () => {
    const {provider, someone} = await council();
    await provider.stop();
    const {page, cases} = await someone();
    expect([await page.textContent("h1"), await cases()]).toEqual(["Sign-in does not answer", 401]);
  });
});
