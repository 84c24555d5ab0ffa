// The Chromium that the browser tests drive: the one that npm test found, without anything that would ask the network.
import {chromium, type Browser} from "playwright-core";

export const launch = (): Promise<Browser> =>
  chromium.launch({executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]});
