// After the install nothing needs a network: the build and the refresh run in a network namespace that has none.
import {spawnSync} from "node:child_process";
import {existsSync, mkdtempSync, readFileSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, expect, inject, test} from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const bin = path.join(root, "etl", "frontdoor.mjs");
const home = mkdtempSync(path.join(tmpdir(), "frontdoor-offline-"));
afterAll(() => rmSync(home, {recursive: true, force: true}));

/** Unprivileged network namespaces are switched off on some machines. */
const alone = (...args: string[]) => spawnSync("unshare", ["-rn", process.execPath, ...args], {encoding: "utf8", maxBuffer: 1 << 28});
const allowed = spawnSync("unshare", ["-rn", "true"]).status === 0;

test.skipIf(!allowed)("a namespace without a network really has none", () => {
  const {status, stdout} = alone("-e", "require('net').connect(80, '127.0.0.1').on('error', (e) => console.log(e.code)); require('dns').lookup('example.org', (e) => console.log(e && e.code))");
  expect(status).toBe(0);
  expect(stdout).not.toContain("null");
});

test.skipIf(!allowed)("the example is made, refreshed and measured with no network", () => {
  const {exports} = inject("example");
  const store = path.join(home, "store");
  const refreshed = alone(bin, "refresh", "--exports", exports, "--store", store, "--json");
  expect(refreshed.stderr).not.toContain("frontdoor:");
  expect(refreshed.status).toBe(1); // the example's dirty rows
  expect(JSON.parse(refreshed.stdout)).toMatchObject({published: true, example: true});
});

test.skipIf(!allowed)("the site is built with no network", () => {
  const out = path.join(home, "site");
  const built = alone(bin, "build", "--out", out);
  expect(built.stderr).toContain("Site built");
  expect(built.status).toBe(0);
  expect(existsSync(path.join(out, "index.html"))).toBe(true);
  expect(readFileSync(path.join(out, "index.html"), "utf8")).not.toMatch(/(src|href)="(https?:)?\/\//);
});
