// The board report through a real browser: four to six pages of A4, whole or not at all, and an older month when asked.
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {afterAll, expect, inject, test} from "vitest";
import {printReport} from "../../etl/publish/report.ts";

const {store, site} = inject("example");
const home = mkdtempSync(path.join(tmpdir(), "frontdoor-report-"));
afterAll(() => rmSync(home, {recursive: true, force: true}));

test("the newest month: four to six pages of A4 portrait", async () => {
  const out = path.join(home, "board", "report.pdf");
  const {pages} = await printReport({store, site, out});
  expect(pages).toBeGreaterThanOrEqual(4);
  expect(pages).toBeLessThanOrEqual(6);
  const pdf = readFileSync(out, "latin1");
  expect(pdf.startsWith("%PDF-")).toBe(true);
  // A4 is 595.28 by 841.89 points
  const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((m) => [Math.round(Number(m[1])), Math.round(Number(m[2]))]);
  expect(new Set(boxes.map(String))).toEqual(new Set(["595,842"]));
});

test("a month that is not published is refused in a sentence, and nothing is left behind", async () => {
  const out = path.join(home, "none.pdf");
  await expect(printReport({store, site, month: "1999-01", out})).rejects.toThrow("the month 1999-01 is not published or not over yet; the newest that is over is 2026-03");
  expect(existsSync(out)).toBe(false);
});

test("a place that cannot be written is told before anything is printed", async () => {
  await expect(printReport({store, site, out: home})).rejects.toThrow(`${home} is a folder; give the report a file name`);
  const file = path.join(home, "file");
  writeFileSync(file, "");
  await expect(printReport({store, site, out: path.join(file, "report.pdf")})).rejects.toThrow(/the report cannot be written to .*; choose another place with --out/);
});
