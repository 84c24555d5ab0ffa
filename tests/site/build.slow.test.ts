// The site's build: what Framework leaves undone is mended, hashes are the browser's, and no host is asked for anything.
import {spawnSync} from "node:child_process";
import {createHash} from "node:crypto";
import {mkdtemp, readFile, readdir, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import {join, resolve} from "node:path";
import {afterAll, beforeAll, describe, expect, it} from "vitest";
import {inlineScriptHashes, mend} from "../../etl/publish/site.ts";

describe("a page after the build", () => {
  it("has a language and may be zoomed", () => {
    const page = mend('<!DOCTYPE html>\n<html>\n<head><meta name="viewport" content="width=device-width, initial-scale=1, maximum-scale=1"></head></html>');
    expect(page).toContain('<html lang="en-GB">');
    expect(page).not.toContain("maximum-scale");
  });
  it("gives every inline script its hash, and none to scripts with a source", () => {
    const hash = `sha256-${createHash("sha256").update("let a = 1;\n").digest("base64")}`;
    expect(inlineScriptHashes('<script src="./x.js"></script><script type="module">let a = 1;\n</script>')).toEqual([hash]);
  });
});

describe("the whole site", () => {
  let out = "";
  let said = "";
  // With no network at all, where this machine can take it away from a process; a build that asks a host for anything dies there.
  const alone = spawnSync("unshare", ["-rn", "true"]).status === 0 ? ["unshare", "-rn"] : [];
  beforeAll(async () => {
    out = join(await mkdtemp(join(tmpdir(), "frontdoor-site-")), "site");
    const script = `import {buildSite} from "./etl/publish/site.ts"; await buildSite({out: ${JSON.stringify(out)}, root: process.cwd(), log: console.log});`;
    const [command = "", ...args] = [...alone, process.execPath, "--import", "tsx", "--input-type=module", "-e", script];
    const done = spawnSync(command, args, {cwd: resolve("."), encoding: "utf8"});
    expect(done.stderr).toBe("");
    said = done.stdout;
  });
  afterAll(() => rm(join(out, ".."), {recursive: true, force: true}));

  it("builds every page of the navigation, quietly", async () => {
    const pages = (await readdir(out, {recursive: true})).filter((f) => f.endsWith(".html")).map((f) => f.replaceAll("\\", "/"));
    for (const page of ["index.html", "time-to-seen.html", "strategy-meetings.html", "qa/cases.html", "data/refresh.html", "data/measures.html", "accessibility.html", "404.html"]) expect(pages).toContain(page);
    expect(said.trim().split("\n")).toHaveLength(1);
  });

  it("names no other host in anything a browser would load", async () => {
    for (const file of (await readdir(out, {recursive: true})).filter((f) => /\.(html|css)$/.test(f)))
      expect(await readFile(join(out, file), "utf8")).not.toMatch(/(src|href)="https?:\/\/[^"]+\.(js|css|woff2?)|url\(["']?https?:/);
  });

  it("lists each page's scripts in csp.json, so that no page needs unsafe-inline", async () => {
    const csp = JSON.parse(await readFile(join(out, "csp.json"), "utf8")) as Record<string, string[]>;
    const page = await readFile(join(out, "qa", "cases.html"), "utf8");
    expect(csp["qa/cases.html"]).toEqual(inlineScriptHashes(page));
    expect(page).not.toMatch(/\sstyle="|\son\w+="/);
  });
});
