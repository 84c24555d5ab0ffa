// How an authority's headings become ours: reads data/mappings/*.yaml and chooses one for a sheet. Looks at headings, never at rows.
import {readdirSync, readFileSync} from "node:fs";
import path from "node:path";
import {distance} from "fastest-levenshtein";
import {parseDocument} from "yaml";
import {z} from "zod";
import {normaliseHeading} from "../extract/csv.ts";
import {Refusal, type FilePeek, type SheetPeek, type SheetPlan} from "../extract/types.ts";
import type {Contract} from "./contract.ts";


const spellings = z.array(z.string().min(1)).min(1);
const fieldSource = z.union([spellings, z.strictObject({date: spellings, time: spellings})]);

const recordMapping = z.strictObject({
  /** A record set of etl/records. */
  set: z.string(),
  /** XLSX: the sheets that hold it; absent: any. */
  sheets: z.array(z.string()).optional(),
  /** Our field → the spellings of its heading, or a date and a time column to join. */
  fields: z.record(z.string(), fieldSource),
  /** Our field → a text that every row gets. */
  constants: z.record(z.string(), z.string()).default({}),
  /** Our field → exported word → code, on top of data/reference/words. */
  words: z.record(z.string(), z.record(z.string(), z.string())).default({})
});

const mappingFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/, "use lower-case letters, digits and hyphens"),
  title: z.string(),
  format: z.enum(["csv", "xlsx"]).optional(),
  /** Hints, not conditions: which file names it usually has. */
  files: z.array(z.string()).default([]),
  dateOrder: z.enum(["dmy", "mdy", "ymd"]).default("dmy"),
  /** What the export promises to hold in full: a record missing from a newer one was withdrawn only inside this window. */
  window: z.union([z.enum(["full", "none"]), z.strictObject({days: z.number().int().positive()})]).default("none"),
  exportDate: z.strictObject({fileName: z.string()}).optional(),
  records: z.array(recordMapping).min(1)
});

export type Mapping = z.infer<typeof mappingFile>;
export type RecordMapping = Mapping["records"][number];

/** Where one of our fields comes from in a sheet: one column, or a date and a time column. */
export interface FieldColumns {
  field: string;
  /** 0-based columns: [value] or [date, time]. */
  columns: number[];
}

export interface ChosenSheet {
  plan: SheetPlan;
  mapping: Mapping;
  records: {mapping: RecordMapping; fields: FieldColumns[]}[];
  headingsDropped: string[];
}

/** @throws Error naming the file, the key and the fix. */
export function readMappings(dir: string, contracts: Map<string, Contract>): Mapping[] {
  const found: Mapping[] = [];
  for (const file of readdirSync(dir).filter((f) => /\.ya?ml$/.test(f)).sort()) {
    const document = parseDocument(readFileSync(path.join(dir, file), "utf8"));
    if (document.errors[0]) throw new Error(`data/mappings/${file}: ${document.errors[0].message}`);
    const parsed = mappingFile.safeParse(document.toJS());
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      throw new Error(`data/mappings/${file}: ${issue.path.join(".") || "the file"}: ${issue.message}`);
    }
    for (const record of parsed.data.records) checkRecord(file, record, contracts);
    if (found.some((m) => m.name === parsed.data.name)) throw new Error(`data/mappings/${file}: another file already has the name “${parsed.data.name}”; give it its own`);
    found.push(parsed.data);
  }
  return found;
}

function checkRecord(file: string, record: RecordMapping, contracts: Map<string, Contract>) {
  const contract = contracts.get(record.set);
  if (!contract) throw new Error(`data/mappings/${file}: records.set: there is no record set “${record.set}”; nearest: ${nearest(record.set, [...contracts.keys()])}`);
  for (const key of ["fields", "constants", "words"] as const) {
    for (const field of Object.keys(record[key])) {
      if (contract.fields[field]) continue;
      throw new Error(`data/mappings/${file}: records.${key}.${field}: ${record.set} has no such field; nearest: ${nearest(field, Object.keys(contract.fields))}`);
    }
  }
}

/** A file whose headings are already our field names needs no mapping file. */
export function ownHeadings(contract: Contract): Mapping {
  return {
    name: `own-${contract.name.replaceAll("_", "-")}`,
    title: `Our own headings: ${contract.name.replaceAll("_", " ")}`,
    files: [`*${contract.name}*`, `*${contract.name.replaceAll("_", "-")}*`, `*${contract.name.replaceAll("_", " ")}*`],
    dateOrder: "dmy",
    window: "none",
    records: [{set: contract.name, fields: Object.fromEntries(Object.keys(contract.fields).map((f) => [f, [f]])), constants: {}, words: {}}]
  };
}

export function nearest(word: string, among: string[]): string {
  return [...among].sort((a, b) => distance(word.toLowerCase(), a.toLowerCase()) - distance(word.toLowerCase(), b.toLowerCase()))[0] ?? "none";
}

interface Candidate {
  mapping: Mapping;
  headingLine: number;
  cells: string[];
  records: ChosenSheet["records"];
  matched: number;
  missing: {set: string; field: string; spellings: string[]}[];
  hinted: boolean;
}

/**
 * Chooses the mapping whose headings fit a sheet best and says which columns to keep.
 * @throws Refusal when none fits (naming the missing heading and the nearest found), two fit alike, or a heading stands twice.
 */
export function chooseMapping(peek: FilePeek, sheet: SheetPeek, fileName: string, mappings: Mapping[], contracts: Map<string, Contract>): ChosenSheet {
  const candidates = mappings
    .filter((m) => !m.format || m.format === peek.format)
    .flatMap((mapping) => bestRow(mapping, sheet, fileName, contracts))
    .sort((a, b) => b.matched - a.matched || Number(b.hinted) - Number(a.hinted) || Number(ours(a)) - Number(ours(b)));
  const complete = candidates.filter((c) => c.missing.length === 0);
  const best = complete[0];
  const place = sheet.sheet ? `sheet “${sheet.sheet}”` : "the file";
  const likeliest = [...candidates].sort((a, b) => b.matched - b.missing.length - (a.matched - a.missing.length) || Number(b.hinted) - Number(a.hinted))[0];
  if (!best || (likeliest && likeliest.missing.length > 0 && likeliest.matched >= best.matched + 3)) {
    if (!likeliest || likeliest.matched < 2) {
      const first = sheet.rows[0]?.cells.filter(Boolean).slice(0, 6).join(", ") ?? "";
      throw new Refusal("unknown-headings", `no mapping knows the headings of ${place} (${first || "none"}); run “frontdoor map” on it, or rename its headings to those of a record set`);
    }
    const {set, field, spellings: known} = likeliest.missing[0]!;
    const headings = likeliest.cells.filter(Boolean);
    const near = nearestHeading(known, headings);
    throw new Refusal(
      "heading-missing",
      `the heading for ${field.replaceAll("_", " ")} is missing from ${place}, which looks like ${set.replaceAll("_", " ")} records (expected “${known[0]}”${known.length > 1 ? ` or a spelling of it in the mapping ${likeliest.mapping.name}` : ""}); the nearest heading found is “${near}”`
    );
  }
  const rival = complete[1];
  if (rival && rival.matched === best.matched && rival.hinted === best.hinted && ours(rival) === ours(best)) {
    throw new Refusal("ambiguous-mapping", `the headings of ${place} fit two mappings alike, ${best.mapping.name} and ${rival.mapping.name}; give the file a name that one of them lists, or make their headings differ`);
  }
  const twice = duplicated(best.cells);
  if (twice) throw new Refusal("heading-twice", `the heading “${twice}” stands twice in ${place}, so it is not clear which column is meant; rename or remove one`);
  const kept = new Set(best.records.flatMap((r) => r.fields.flatMap((f) => f.columns)));
  return {
    mapping: best.mapping,
    records: best.records,
    plan: {sheet: sheet.sheet, headingLine: best.headingLine, headings: best.cells, keep: [...kept].sort((a, b) => a - b)},
    headingsDropped: best.cells.filter((h, i) => h && !kept.has(i))
  };
}

const ours = (c: Candidate) => c.mapping.name.startsWith("own-");

function bestRow(mapping: Mapping, sheet: SheetPeek, fileName: string, contracts: Map<string, Contract>): Candidate[] {
  const hinted = mapping.files.some((glob) => globMatches(glob, fileName));
  const records = mapping.records.filter((r) => !r.sheets || (sheet.sheet !== undefined && r.sheets.some((s) => normaliseHeading(s) === normaliseHeading(sheet.sheet!))));
  if (records.length === 0) return [];
  let best: Candidate | null = null;
  for (const row of sheet.rows.slice(0, 25)) {
    const at = new Map<string, number>();
    row.cells.forEach((cell, i) => {
      const heading = normaliseHeading(cell);
      if (heading && !at.has(heading)) at.set(heading, i);
    });
    const made: Candidate = {mapping, headingLine: row.line, cells: row.cells.map((c) => c.trim()), records: [], matched: 0, missing: [], hinted};
    for (const record of records) {
      const fields: FieldColumns[] = [];
      for (const [field, source] of Object.entries(record.fields)) {
        const columns = columnsOf(source, at);
        if (columns) fields.push({field, columns});
      }
      made.records.push({mapping: record, fields});
      made.matched += fields.length;
      const has = new Set([...fields.map((f) => f.field), ...Object.keys(record.constants)]);
      for (const [field, spec] of Object.entries(contracts.get(record.set)!.fields)) {
        if (spec.required && !has.has(field)) made.missing.push({set: record.set, field, spellings: spellingsOf(record.fields[field], field)});
      }
    }
    if (!best || made.matched > best.matched) best = made;
  }
  return best && best.matched > 0 ? [best] : [];
}

function columnsOf(source: RecordMapping["fields"][string], at: Map<string, number>): number[] | null {
  const find = (names: string[]) => names.map((n) => at.get(normaliseHeading(n))).find((i) => i !== undefined);
  if (Array.isArray(source)) {
    const i = find(source);
    return i === undefined ? null : [i];
  }
  const [date, time] = [find(source.date), find(source.time)];
  if (date === undefined) return null;
  return time === undefined || time === date ? [date] : [date, time];
}

function spellingsOf(source: RecordMapping["fields"][string] | undefined, field: string): string[] {
  if (!source) return [field];
  return Array.isArray(source) ? source : source.date;
}

function nearestHeading(known: string[], headings: string[]): string {
  const scored = headings.flatMap((h) => known.map((k) => ({h, d: distance(normaliseHeading(k), normaliseHeading(h)) / Math.max(k.length, h.length, 1)})));
  return scored.sort((a, b) => a.d - b.d)[0]?.h ?? "none";
}

function duplicated(cells: string[]): string | null {
  const seen = new Set<string>();
  for (const cell of cells) {
    const heading = normaliseHeading(cell);
    if (!heading) continue;
    if (seen.has(heading)) return cell.trim();
    seen.add(heading);
  }
  return null;
}

function globMatches(glob: string, fileName: string): boolean {
  const pattern = glob.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*");
  return new RegExp(`^${pattern}$`, "i").test(fileName);
}

/** Days of the calendar a file name or a mapping's pattern declares, `yyyy-mm-dd`; null when it declares none. */
export function declaredExportDate(mapping: Mapping | null, fileName: string): string | null {
  const patterns = [...(mapping?.exportDate ? [new RegExp(mapping.exportDate.fileName)] : []), /(?<!\d)((?:19|20)\d{2}-?[01]\d-?[0-3]\d)(?!\d)/];
  for (const pattern of patterns) {
    const found = pattern.exec(fileName);
    const text = (found?.[1] ?? found?.[0])?.replaceAll(/[-_.]/g, "");
    if (!text || !/^\d{8}$/.test(text)) continue;
    const iso = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
    if (!Number.isNaN(Date.parse(`${iso}T00:00:00Z`)) && new Date(`${iso}T00:00:00Z`).toISOString().startsWith(iso)) return iso;
  }
  return null;
}

