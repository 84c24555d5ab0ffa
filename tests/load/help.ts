// What the tests of loading share: the project's own contracts, mappings and reference tables, small files and what becomes of them.
import {mkdtempSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import ExcelJS from "exceljs";
import {literal, openScratch, rowsOf} from "../../etl/duckdb.ts";
import {readContracts} from "../../etl/load/contract.ts";
import {checkFile, loadFile, type FileReport, type LoadManifest, type Shelf} from "../../etl/load/load.ts";
import {ownHeadings, parseMapping, readMappings} from "../../etl/load/mapping.ts";
import {templateMappings} from "../../etl/load/templates.ts";
import {silent} from "../../etl/progress.ts";
import {readReference} from "../../etl/transform/reference.ts";

export const DATA = fileURLToPath(new URL("../../data/", import.meta.url));

export const contracts = await readContracts();

/** The shelf as the command has it; with `yaml`, those mappings and no other. */
export function shelf(...yaml: string[]): Shelf {
  const own = [...contracts.values()].map(ownHeadings);
  const mappings = yaml.length
    ? yaml.map((text, i) => parseMapping(text, `test-${i}.yaml`, contracts))
    : [...readMappings(path.join(DATA, "mappings"), contracts), ...templateMappings(contracts), ...own];
  return {contracts, mappings, reference: readReference(path.join(DATA, "reference")), pseudonymKey: "secret of the test"};
}

export const folder = (): string => mkdtempSync(path.join(tmpdir(), "frontdoor-load-"));

/** Writes a file into a new folder and returns its path. */
export function file(name: string, content: string | Buffer, dir = folder()): string {
  const to = path.join(dir, name);
  writeFileSync(to, content);
  return to;
}

type Cells = (string | number | Date | null)[];

/** A workbook of sheets, each a list of rows. */
export async function workbook(name: string, sheets: Record<string, Cells[]>, dir = folder()): Promise<string> {
  const book = new ExcelJS.Workbook();
  for (const [sheet, rows] of Object.entries(sheets)) book.addWorksheet(sheet).addRows(rows);
  const to = path.join(dir, name);
  await book.xlsx.writeFile(to);
  return to;
}

export const check = (file: string, on: Shelf = shelf()): Promise<FileReport> => checkFile(file, on, silent);

/** Loads a file and gives the accepted rows of each record set, in order, without the fields that are blank in all. */
export async function load(file: string, on: Shelf = shelf()): Promise<{manifest: LoadManifest; rows: Record<string, Record<string, unknown>[]>}> {
  const loads = folder();
  const outcome = await loadFile(file, path.dirname(file), loads, on, silent);
  if ("refused" in outcome) throw new Error(outcome.refused.reason);
  const {manifest} = outcome;
  const rows: Record<string, Record<string, unknown>[]> = {};
  const {db, close} = await openScratch();
  for (const set of manifest.sets) {
    const found = await rowsOf<Record<string, unknown>>(db, `select * from read_parquet(${literal(path.join(loads, manifest.key, set.file))}) order by line${set.parts ? ", part" : ""}`);
    (rows[set.name] ??= []).push(...found.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null))));
  }
  close();
  return {manifest, rows};
}

/** read = accepted + rejected + duplicates, as the report says it, by record set. */
export const sums = (report: FileReport): Record<string, string> => Object.fromEntries(report.recordSets.map((s) => [s.sheet ? `${s.sheet}/${s.name}` : s.name, `${s.read} = ${s.accepted} + ${s.rejected} + ${s.duplicates}`]));
