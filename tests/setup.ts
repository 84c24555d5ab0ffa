// Once for all test files: the example authority's exports, a store refreshed from them and the built site, by the commands a person would type.
import {spawnSync} from "node:child_process";
import {mkdtempSync, rmSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import type {TestProject} from "vitest/node";

const root = fileURLToPath(new URL("../", import.meta.url));

declare module "vitest" {
  export interface ProvidedContext {
    example: {exports: string; store: string; site: string; report: string};
  }
}

export function frontdoor(...args: string[]): {code: number; out: string; err: string} {
  const {status, stdout, stderr} = spawnSync(process.execPath, [path.join(root, "etl", "frontdoor.mjs"), ...args], {encoding: "utf8", maxBuffer: 1 << 30});
  return {code: status ?? -1, out: stdout, err: stderr};
}

export default function setup(project: TestProject) {
  const home = mkdtempSync(path.join(tmpdir(), "frontdoor-example-"));
  const [exports, store, site] = ["exports", "store", "site"].map((f) => path.join(home, f)) as [string, string, string];
  const must = (code: number, ...args: string[]) => {
    const done = frontdoor(...args);
    if (done.code !== code) throw new Error(`frontdoor ${args.join(" ")} ended with ${done.code}:\n${done.err}`);
    return done.out;
  };
  must(0, "example", "--out", exports);
  const report = must(1, "refresh", "--exports", exports, "--store", store, "--json");
  must(0, "build", "--out", site);
  project.provide("example", {exports, store, site, report});
  return () => rmSync(home, {recursive: true, force: true});
}
