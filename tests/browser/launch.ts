// The Chromium that the browser tests drive: the one that npm test found, without anything that would ask the network.
import {chromium, type Browser} from "playwright-core";
import {afterAll, beforeAll, inject} from "vitest";
import {serve} from "../../server/index.ts";

export const launch = (): Promise<Browser> =>
  chromium.launch({executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]});

export let browser: Browser;
export let server: Awaited<ReturnType<typeof serve>>;

/** Opens `browser`, and `server` on the example's run, before the tests of a file; closes both after them. */
export function openExample(): void {
  beforeAll(async () => {
    browser = await launch();
    server = await serve({...inject("example"), port: 0, log: () => {}});
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
}

/** The address of one of its pages. */
export const at = (path: string): string => new URL(path, server.url).href;
