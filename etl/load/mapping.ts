// How an authority's headings become ours: the grammar of data/mappings/*.yaml, and which mapping fits a sheet. Looks at headings, never at rows.
import {readdirSync, readFileSync} from "node:fs";
import path from "node:path";
import {distance} from "fastest-levenshtein";
import {parseDocument} from "yaml";
import {z} from "zod";
import {normaliseHeading} from "../extract/csv.ts";
import {Refusal, type FilePeek, type SheetPeek, type SheetPlan, type Warning} from "../extract/types.ts";
import type {Contract} from "./contract.ts";
import {readExportText} from "./corrections.ts";
import {exportsBefore} from "./series.ts";

// ---------------------------------------------------------------------------------------------------------------------
// The grammar

/** Spellings of one heading; `*` in one stands for any text. */
const spellings = z.array(z.string().min(1)).min(1);
const blanks = z.array(z.string().min(1));

/** Where a field's text comes from. */
const fieldSource = z.union([
  spellings,
  /** A date and a time in two columns, joined. */
  z.strictObject({date: spellings, time: spellings}),
  /** One column, with more to say about its cells. */
  z.strictObject({
    heading: spellings,
    /** Cells that mean blank in this column, on top of the mapping's own. */
    blank: blanks.optional(),
    strip: z.enum(["letter-prefix", "none"]).optional(),
    /** The cell is JSON: an object of flags, or a list. Only these keys are read, each as the word it stands for; nothing else of it is. */
    json: z.union([z.array(z.string()).min(1), z.record(z.string(), z.string())]).optional()
  }),
  /** The first of several columns that is filled, in this order. */
  z.strictObject({firstFilled: spellings}),
  /** Columns that each say yes or no to one word. */
  z.strictObject({flags: z.record(z.string(), spellings)}),
  /** Yes where one column is filled and, if given, the other is not. */
  z.strictObject({filled: spellings, unless: spellings.optional()})
]);

/** A test of a row: our fields that must be filled, or the words of a column, case and punctuation aside. */
const condition = z.union([
  z.strictObject({filled: z.array(z.string()).min(1)}),
  z.strictObject({heading: spellings, is: z.array(z.string()).min(1)}),
  z.strictObject({heading: spellings, isNot: z.array(z.string()).min(1)}),
  z.strictObject({heading: spellings, contains: z.array(z.string()).min(1)}),
  z.strictObject({heading: spellings, containsNot: z.array(z.string()).min(1)})
]);

const recordMapping = z.strictObject({
  /** A record set of etl/records. */
  set: z.string(),
  /** XLSX: the sheets that hold it (a CSV file goes by its own name); absent: any. A spelling that ends in a number may stand inside a longer name. */
  sheets: z.array(z.string()).optional(),
  fields: z.record(z.string(), fieldSource),
  /** Our field → what every row gets where its column is blank or missing. */
  constants: z.record(z.string(), z.string()).default({}),
  /** Our field → exported word → code, on top of data/reference/words. */
  words: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  /** A row belongs to this record set only where all of these hold; else it makes no row here and no rejection. */
  when: z.array(condition).default([]),
  /** Headings such as "Police attended", "Health attended": a row for each text that `*` stands for. */
  unpivot: z
    .strictObject({
      /** The field that gets the text on the right. */
      into: z.string(),
      /** What `*` may stand for → what the field gets. */
      each: z.record(z.string(), z.string()),
      /** Field → headings with a `*`. A row is made where any of them is filled. */
      fields: z.record(z.string(), spellings)
    })
    .optional(),
  /** A row a question: rows alike in `by` become one record. */
  pivot: z
    .strictObject({
      by: z.array(z.string()).min(1),
      question: spellings,
      answer: spellings,
      /** Field → the questions whose answer fills it. */
      questions: z.record(z.string(), spellings)
    })
    .optional(),
  /** Several rows of one record, told apart by this one field: they become one row with all its words. */
  gather: z.strictObject({by: z.array(z.string()).min(1), field: z.string()}).optional()
});

const mappingFile = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/, "use lower-case letters, digits and hyphens"),
  title: z.string(),
  format: z.enum(["csv", "xlsx"]).optional(),
  /** Hints, not conditions: which file names it usually has. */
  files: z.array(z.string()).default([]),
  /** For files with these names: taken before any other mapping, however many headings the other knows. */
  prefer: z.boolean().default(false),
  dateOrder: z.enum(["dmy", "mdy", "ymd"]).default("dmy"),
  /** What the export promises to hold in full: a record missing from a newer one was withdrawn only inside this window. */
  window: z
    .union([z.enum(["full", "none"]), z.strictObject({days: z.number().int().positive()}), z.strictObject({from: z.iso.date(), to: z.iso.date()}), z.strictObject({fileName: z.string()})])
    .default("none"),
  /** A pattern of the file's name whose first group is the date, or a cell of its first lines. */
  exportDate: z.union([z.strictObject({fileName: z.string()}), z.strictObject({cell: z.string().regex(/^[A-Z]{1,2}[1-9][0-9]?$/, "a cell such as B1"), sheet: z.string().optional()})]).optional(),
  /** Cells that mean blank, anywhere. */
  blank: blanks.default([]),
  /** `letter-prefix`: "a) Male" is "Male" and "p1) 5D" is "5D", in codes and yes/no fields. */
  strip: z.enum(["letter-prefix"]).optional(),
  /** Rows that are nobody's business here: left out and counted under the name given. */
  outOfScope: z.array(z.union([z.strictObject({why: z.string(), heading: spellings, is: z.array(z.string()).min(1)}), z.strictObject({why: z.string(), heading: spellings, contains: z.array(z.string()).min(1)})])).default([]),
  /** XLSX: sheets that hold no records of ours. */
  ignoreSheets: z.array(z.string()).default([]),
  records: z.array(recordMapping).min(1)
});

export type Mapping = z.infer<typeof mappingFile>;
export type RecordMapping = Mapping["records"][number];
export type FieldSource = z.infer<typeof fieldSource>;

/** A mapping made in code: what a YAML file may leave out may be left out here too. */
export const mapping = (m: z.input<typeof mappingFile>): Mapping => mappingFile.parse(m);
/** What one record set of a mapping made in code is. */
export const recordOf = (r: z.input<typeof recordMapping>): RecordMapping => recordMapping.parse(r);

// ---------------------------------------------------------------------------------------------------------------------
// Reading

/** @throws Error naming the file, the key and the fix. */
export function readMappings(dir: string, contracts: Map<string, Contract>): Mapping[] {
  const found: Mapping[] = [];
  for (const file of readdirSync(dir).filter((f) => /\.ya?ml$/.test(f)).sort()) {
    const made = parseMapping(readFileSync(path.join(dir, file), "utf8"), `data/mappings/${file}`, contracts);
    if (found.some((m) => m.name === made.name)) throw new Error(`data/mappings/${file}: another file already has the name “${made.name}”; give it its own`);
    found.push(made);
  }
  return found;
}

/** One mapping from its YAML. @throws Error naming the file, the key and the fix. */
export function parseMapping(text: string, file: string, contracts: Map<string, Contract>): Mapping {
  const document = parseDocument(text);
  if (document.errors[0]) throw new Error(`${file}: ${document.errors[0].message}`);
  const parsed = mappingFile.safeParse(document.toJS());
  if (!parsed.success) {
    const issue = deepest(parsed.error.issues[0]!);
    throw new Error(`${file}: ${issue.path.join(".") || "the file"}: ${issue.message}`);
  }
  const made = parsed.data;
  for (const record of made.records) checkRecord(file, record, contracts);
  return made;
}

/** zod says only “invalid input” of a union; the member that came furthest says what is wrong. */
function deepest(issue: z.core.$ZodIssue): {path: PropertyKey[]; message: string} {
  if (issue.code !== "invalid_union") return issue;
  const within = issue.errors.flatMap((issues) => issues.map((i) => deepest(i as z.core.$ZodIssue))).sort((a, b) => b.path.length - a.path.length)[0];
  return within ? {path: [...issue.path, ...within.path], message: within.message} : issue;
}

function checkRecord(file: string, record: RecordMapping, contracts: Map<string, Contract>) {
  const contract = contracts.get(record.set);
  if (!contract) throw new Error(`${file}: records.set: there is no record set “${record.set}”; nearest: ${nearest(record.set, [...contracts.keys()])}`);
  const own = (key: string, fields: string[]) => {
    for (const field of fields) {
      if (!contract.fields[field]) throw new Error(`${file}: records.${key}.${field}: ${record.set} has no such field; nearest: ${nearest(field, Object.keys(contract.fields))}`);
    }
  };
  for (const key of ["fields", "constants", "words"] as const) own(key, Object.keys(record[key]));
  if (record.unpivot) own("unpivot", [record.unpivot.into, ...Object.keys(record.unpivot.fields)]);
  if (record.pivot) own("pivot", [...record.pivot.by, ...Object.keys(record.pivot.questions)]);
  if (record.gather) own("gather", [...record.gather.by, record.gather.field]);
  for (const c of record.when) if ("filled" in c) own("when", c.filled);
  if ([record.unpivot, record.pivot, record.gather].filter(Boolean).length > 1) throw new Error(`${file}: records.${record.set}: only one of unpivot, pivot and gather can be used on a record set; write it twice to use two`);
  for (const [field, source] of Object.entries(record.fields)) {
    const f = contract.fields[field]!;
    if (typeof source === "object" && ("flags" in source || "json" in source) && f.kind !== "code" && f.kind !== "flag") throw new Error(`${file}: records.fields.${field}: flags and JSON give words, and ${field} is a ${f.kind}`);
  }
}

/** A file whose headings are already our field names needs no mapping file. */
export function ownHeadings(contract: Contract): Mapping {
  return mapping({
    name: `own-${contract.name.replaceAll("_", "-")}`,
    title: `Our own headings: ${contract.name.replaceAll("_", " ")}`,
    files: [`*${contract.name}*`, `*${contract.name.replaceAll("_", "-")}*`, `*${contract.name.replaceAll("_", " ")}*`],
    records: [{set: contract.name, fields: Object.fromEntries(Object.keys(contract.fields).map((f) => [f, [f]]))}]
  });
}

export function nearest(word: string, among: string[]): string {
  return [...among].sort((a, b) => distance(word.toLowerCase(), a.toLowerCase()) - distance(word.toLowerCase(), b.toLowerCase()))[0] ?? "none";
}

// ---------------------------------------------------------------------------------------------------------------------
// Choosing

/** How the columns of a field become its text. */
export type How =
  | {how: "cell"}
  | {how: "date-time"}
  | {how: "first"}
  | {how: "flags"; words: string[]}
  | {how: "json"; keys: [key: string, word: string][]}
  | {how: "filled"};

/** Where one of our fields comes from in a sheet. */
export interface FieldColumns {
  field: string;
  /** 0-based columns; the first gives the place and the heading. For `date-time`: the date, the time. For `filled`: the column, the one that must not be. */
  columns: number[];
  how?: How;
  /** Cells that mean blank, trimmed, lower case. */
  blank?: string[];
  /** Take "a) " off the front. */
  stripPrefix?: boolean;
  /** Several words may stand in the cell; else only the first of flags or JSON keys counts, in the mapping's order. */
  many?: boolean;
  /** A column of a reshaped table that holds the text already. */
  made?: string;
  /** Reshaped rows: the 0-based column by part. */
  columnOfPart?: number[];
}

export type ChosenCondition = {filled: string[]} | {column: number; test: "is" | "isNot" | "contains" | "containsNot"; words: string[]};

/** One record set of a sheet: its mapping with every heading found. */
export interface ChosenRecord {
  mapping: RecordMapping;
  fields: FieldColumns[];
  when: ChosenCondition[];
  /** A row a part. */
  parts: {value: string; fields: {field: string; column: number}[]}[];
  /** Cells that mean blank in the parts, lower case. */
  blank: string[];
  pivot: {question: number; answer: number} | null;
}

export interface ChosenSheet {
  plan: SheetPlan;
  mapping: Mapping;
  records: ChosenRecord[];
  outOfScope: {why: string; column: number; test: "is" | "contains"; words: string[]}[];
  headingsDropped: string[];
  /** 0-based columns that have no heading; they are read only to tell whether they hold anything. */
  withoutHeading: number[];
}

interface Candidate {
  mapping: Mapping;
  headingLine: number;
  cells: string[];
  records: ChosenRecord[];
  /** Distinct columns that it knows. */
  matched: number;
  missing: {set: string; field: string; spellings: string[]}[];
  /** How much of the file's name it lists: 0 nothing, more the closer. */
  hinted: number;
  /** It names this very sheet. */
  named: boolean;
}

/**
 * Chooses the mapping whose headings fit a sheet best and says which columns to keep.
 * @throws Refusal when none fits (naming the missing heading and the nearest found), two fit alike, or a heading stands twice.
 */
export function chooseMapping(peek: FilePeek, sheet: SheetPeek, fileName: string, mappings: Mapping[], contracts: Map<string, Contract>): ChosenSheet {
  const corrects = corrected(sheet);
  const sheetName = corrects?.sheet ?? sheet.sheet ?? fileName.replace(/\.[^.]*$/, "");
  const ofCensus = corrects?.census && contracts.get(corrects.census.set);
  // corrections of a workbook come back as CSV, and those of a CSV may be saved as a workbook: a mapping of the other format reads them, too
  const fits = (m: Mapping) => !m.format || m.format === peek.format;
  const all = (ofCensus ? [ownHeadings(ofCensus)] : mappings)
    .filter((m) => corrects || fits(m))
    .flatMap((mapping) => bestRow(mapping, sheet, sheetName, fileName, contracts))
    .sort((a, b) => Number(preferred(b)) - Number(preferred(a)) || b.matched - a.matched || b.hinted - a.hinted || Number(ours(a)) - Number(ours(b)) || Number(fits(b.mapping)) - Number(fits(a.mapping)));
  // a sheet that a mapping names is that mapping's, even where another would make do with the headings left
  const named = all.filter((c) => c.named && c.matched > 1);
  const candidates = named.length ? named : all;
  const complete = candidates.filter((c) => c.missing.length === 0 && c.matched > 1);
  const best = complete[0];
  const place = sheet.sheet ? `sheet “${sheet.sheet}”` : "the file";
  const score = (c: Candidate) => c.matched - c.missing.length;
  const likeliest = [...candidates].sort((a, b) => score(b) - score(a) || b.hinted - a.hinted || Number(ours(a)) - Number(ours(b)))[0];
  if (!best || (!preferred(best) && likeliest && likeliest.missing.length > 0 && likeliest.matched >= best.matched + 2)) {
    if (!likeliest || likeliest.matched < 2) {
      const first = sheet.rows[0]?.cells ?? [];
      // what stands in a row of values may be a child's name
      if (holdsValues(first)) throw new Refusal("unknown-headings", `no mapping knows the headings of ${place}, whose first row holds values (a date or a number) and not headings; put the headings of a record set above it`);
      throw new Refusal("unknown-headings", `no mapping knows the headings of ${place} (${first.filter(Boolean).slice(0, 6).join(", ") || "none"}); run “frontdoor map” on it, or rename its headings to those of a record set`);
    }
    const {set, field, spellings: known} = likeliest.missing[0]!;
    const used = columnsUsed(likeliest.records);
    const near = nearestHeading(known, likeliest.cells.filter((h, i) => h && !used.has(i)), likeliest.cells.filter(Boolean));
    throw new Refusal(
      "heading-missing",
      `the heading for ${field.replaceAll("_", " ")} is missing from ${place}, which looks like ${set.replaceAll("_", " ")} records (expected “${known[0]}”${known.length > 1 ? ` or a spelling of it in the mapping ${likeliest.mapping.name}` : ""}); the nearest heading found is “${near}”`
    );
  }
  const rival = complete[1];
  if (rival && !preferred(best) && rival.matched === best.matched && rival.hinted === best.hinted && ours(rival) === ours(best) && fits(rival.mapping) === fits(best.mapping)) {
    throw new Refusal("ambiguous-mapping", `the headings of ${place} fit two mappings alike, ${best.mapping.name} and ${rival.mapping.name}; give the file a name that one of them lists (${[best, rival].map((c) => `${c.mapping.files[0] ?? "none"} for ${c.mapping.name}`).join(", ")}), or make their headings differ`);
  }
  const meant = listMeant(best, sheet, sheetName, fileName, mappings.filter(fits), contracts);
  if (meant) throw new Refusal("sheet-unnamed", `${place} holds what the mapping ${meant.mapping} calls “${meant.sheet}”, as far as its headings tell, and would be read as ${best.records[0]!.mapping.set.replaceAll("_", " ")} records alone; name it “${meant.sheet}” and load the file again`);
  const twice = duplicated(best.cells);
  if (twice) throw new Refusal("heading-twice", `the heading “${twice}” stands twice in ${place}, so it is not clear which column is meant; rename or remove one`);
  const outOfScope = best.mapping.outOfScope.flatMap((o) => {
    const column = columnOf(o.heading, best.cells);
    if (column === null) return [];
    return ["is" in o ? {why: o.why, column, test: "is" as const, words: o.is} : {why: o.why, column, test: "contains" as const, words: o.contains}];
  });
  const kept = columnsUsed(best.records);
  for (const o of outOfScope) kept.add(o.column);
  const withoutHeading = best.cells.flatMap((h, i) => (h ? [] : [i]));
  return {
    mapping: best.mapping,
    records: best.records,
    outOfScope,
    plan: {sheet: sheet.sheet, headingLine: best.headingLine, headings: best.cells, keep: [...kept, ...withoutHeading].sort((a, b) => a - b)},
    headingsDropped: best.cells.filter((h, i) => h && !kept.has(i)),
    withoutHeading
  };
}

/** The sheet of a mapping that goes by sheet names, and lists this file's, which would read a good deal more of the headings than the best that goes without: somebody has renamed it. */
function listMeant(best: Candidate, sheet: SheetPeek, sheetName: string, fileName: string, mappings: Mapping[], contracts: Map<string, Contract>): {mapping: string; sheet: string} | null {
  if (best.named) return null;
  for (const mapping of mappings) {
    if (!mapping.files.some((glob) => globMatches(glob, fileName)) || !mapping.records.every((r) => r.sheets) || ignores(mapping, sheetName)) continue;
    for (const name of new Set(mapping.records.map((r) => r.sheets![0]!))) {
      const list = {...mapping, records: mapping.records.filter((r) => r.sheets![0] === name)};
      if (bestRow(list, sheet, name, fileName, contracts).some((c) => c.missing.length === 0 && c.matched >= best.matched + 2)) return {mapping: mapping.name, sheet: name};
    }
  }
  return null;
}

/** Whether a mapping says of a sheet that it holds no records. */
export const ignores = (mapping: Mapping, sheet: string): boolean => mapping.ignoreSheets.some((s) => sheetMatches(s, sheet));

const preferred = (c: Candidate) => c.mapping.prefer && c.hinted > 0 && c.missing.length === 0;
const ours = (c: Candidate) => c.mapping.name.startsWith("own-");

/** "List_1", "List1", "List 01", "1. Contacts": a number is a word of its own. */
const sheetWords = (name: string) => normaliseHeading(name).replace(/(?<=[a-z])(?=[0-9])/g, " ").replace(/\b0+(?=[1-9])/g, "");

function sheetMatches(spelling: string, sheet: string): boolean {
  const [want, is] = [sheetWords(spelling), sheetWords(sheet)];
  if (want === is) return true;
  if (/^[0-9]+$/.test(want)) return is.startsWith(`${want} `);
  return /[0-9]$/.test(want) && ` ${is} `.includes(` ${want} `);
}

/** A CSV of rejected rows that comes back says in each row which sheet of which export they stood in, or which record set of a census. */
function corrected(sheet: SheetPeek): ReturnType<typeof readExportText> {
  for (const row of sheet.rows) for (const cell of row.cells) {
    const said = readExportText(cell);
    if (said) return said;
  }
  return null;
}

function columnsUsed(records: ChosenRecord[]): Set<number> {
  return new Set(
    records.flatMap((r) => [
      ...r.fields.flatMap((f) => f.columns),
      ...r.when.flatMap((c) => ("column" in c ? [c.column] : [])),
      ...r.parts.flatMap((p) => p.fields.map((f) => f.column)),
      ...(r.pivot ? [r.pivot.question, r.pivot.answer] : [])
    ])
  );
}

function bestRow(mapping: Mapping, sheet: SheetPeek, sheetName: string, fileName: string, contracts: Map<string, Contract>): Candidate[] {
  const hinted = Math.max(0, ...mapping.files.map((glob) => (globMatches(glob, fileName) ? glob.replaceAll("*", "").length : 0)));
  const records = mapping.records.filter((r) => !r.sheets || r.sheets.some((s) => sheetMatches(s, sheetName)));
  if (records.length === 0) return [];
  const named = records.some((r) => r.sheets);
  let best: Candidate | null = null;
  for (const row of sheet.rows.slice(0, 25)) {
    if (headingsAsked(mapping, contracts, row.cells) <= (best?.matched ?? 0)) continue;
    const made: Candidate = {mapping, headingLine: row.line, cells: row.cells, records: [], matched: 0, missing: [], hinted, named};
    for (const [i, record] of records.entries()) {
      const contract = contracts.get(record.set)!;
      const chosen = chooseRecord(mapping, record, contract, (names) => columnOf(names, made.cells));
      const has = new Set([...chosen.fields.map((f) => f.field), ...Object.keys(record.constants), ...(record.unpivot && chosen.parts.length ? [record.unpivot.into] : []), ...chosen.parts.flatMap((p) => p.fields.map((f) => f.field)), ...(chosen.pivot ? Object.keys(record.pivot!.questions) : [])]);
      const lacks: Candidate["missing"] = Object.entries(contract.fields)
        .filter(([field, spec]) => spec.required && !has.has(field))
        .map(([field]) => ({set: record.set, field, spellings: spellingsOf(record.fields[field], field)}));
      if (record.unpivot && chosen.parts.length === 0) lacks.push({set: record.set, field: Object.keys(record.unpivot.fields)[0]!, spellings: Object.values(record.unpivot.fields)[0]!});
      if (record.pivot && !chosen.pivot) lacks.push({set: record.set, field: "question", spellings: record.pivot.question});
      // what a sheet holds beside its main record set is there only when its own columns are
      if (i > 0 && (lacks.length > 0 || !conditionsCanHold(record, chosen))) continue;
      made.records.push(chosen);
      made.missing.push(...lacks);
    }
    made.matched = columnsUsed(made.records).size;
    if (!best || made.matched > best.matched) best = made;
  }
  return best && best.matched > 0 ? [best] : [];
}

/** A record set beside the main one needs the columns that say whether a row belongs to it, and something of its own to tell. */
function conditionsCanHold(record: RecordMapping, chosen: ChosenRecord): boolean {
  const has = new Set(chosen.fields.map((f) => f.field));
  return record.when.every((c) => ("filled" in c ? c.filled.every((f) => has.has(f)) : "isNot" in c || "containsNot" in c || chosen.when.some((w) => "column" in w && (w.test === "is" || w.test === "contains")))) && (chosen.fields.length > 1 || chosen.parts.length > 0);
}

/** How many columns of a row a mapping asks for by one spelling or another: it cannot match more. */
function headingsAsked(mapping: Mapping, contracts: Map<string, Contract>, cells: string[]): number {
  let asked = spellingsAsked.get(mapping);
  if (!asked) {
    const all = new Set<string>();
    const collect = (names: string[]) => {
      for (const spelling of names) all.add(spelling);
      return null;
    };
    for (const record of mapping.records) chooseRecord(mapping, record, contracts.get(record.set)!, collect);
    const spellings = [...all].map(spelt);
    asked = {exact: new Set(spellings.filter((s) => typeof s === "string")), patterns: spellings.filter((s) => typeof s !== "string")};
    spellingsAsked.set(mapping, asked);
  }
  const {exact, patterns} = asked;
  let known = 0;
  for (const heading of normalised(cells).keys()) if (exact.has(heading) || patterns.some((p) => p.test(heading))) known++;
  return known;
}
const spellingsAsked = new WeakMap<Mapping, {exact: Set<string>; patterns: RegExp[]}>();

function chooseRecord(mapping: Mapping, record: RecordMapping, contract: Contract, column: (names: string[]) => number | null): ChosenRecord {
  const fields: FieldColumns[] = [];
  for (const [field, source] of Object.entries(record.fields)) {
    const spec = contract.fields[field]!;
    const found = columnsOf(source, column);
    if (!found) continue;
    const own = !Array.isArray(source) && "heading" in source ? source : null;
    const blank = [...mapping.blank, ...(own?.blank ?? [])].map((b) => b.trim().toLowerCase());
    const strip = (own?.strip ?? mapping.strip) === "letter-prefix" && (spec.kind === "code" || spec.kind === "flag");
    fields.push({field, ...found, ...(blank.length ? {blank} : {}), ...(strip ? {stripPrefix: true} : {}), ...(spec.many ? {many: true} : {})});
  }
  const when = record.when.flatMap((c): ChosenCondition[] => {
    if ("filled" in c) return [{filled: c.filled}];
    const at = column(c.heading);
    if (at === null) return [];
    const [test, words] = "is" in c ? (["is", c.is] as const) : "isNot" in c ? (["isNot", c.isNot] as const) : "contains" in c ? (["contains", c.contains] as const) : (["containsNot", c.containsNot] as const);
    return [{column: at, test, words}];
  });
  const parts: ChosenRecord["parts"] = Object.entries(record.unpivot?.each ?? {})
    .map(([word, value]) => ({
      value,
      fields: Object.entries(record.unpivot!.fields).flatMap(([field, names]) => {
        const at = column(names.map((n) => n.replace("*", word)));
        return at === null ? [] : [{field, column: at}];
      })
    }))
    .filter((p) => p.fields.length > 0);
  const [question, answer] = record.pivot ? [column(record.pivot.question), column(record.pivot.answer)] : [null, null];
  return {mapping: record, fields, when, parts, blank: mapping.blank.map((b) => b.trim().toLowerCase()), pivot: question !== null && answer !== null ? {question, answer} : null};
}

/** The column with one of these headings; an earlier spelling wins over a later one. */
function columnOf(names: string[], cells: string[]): number | null {
  const headings = normalised(cells);
  for (const spelling of names) {
    const wanted = spelt(spelling);
    if (typeof wanted === "string") {
      const at = headings.get(wanted);
      if (at !== undefined) return at;
    } else for (const [heading, at] of headings) if (wanted.test(heading)) return at;
  }
  return null;
}

/** Every mapping asks the same rows for its own spellings, so both are worked out once. */
const rowsNormalised = new WeakMap<string[], Map<string, number>>();
function normalised(cells: string[]): Map<string, number> {
  let found = rowsNormalised.get(cells);
  if (!found) {
    found = new Map();
    for (const [i, heading] of cells.map(normaliseHeading).entries()) if (heading && !found.has(heading)) found.set(heading, i);
    rowsNormalised.set(cells, found);
  }
  return found;
}

const spellingsNormalised = new Map<string, string | RegExp>();
function spelt(spelling: string): string | RegExp {
  let found = spellingsNormalised.get(spelling);
  if (found === undefined) {
    found = spelling.includes("*") ? new RegExp(`^${spelling.split("*").map((part) => escaped(normaliseHeading(part))).join(" ?.* ?")}$`) : normaliseHeading(spelling);
    spellingsNormalised.set(spelling, found);
  }
  return found;
}

function columnsOf(source: FieldSource, column: (names: string[]) => number | null): {columns: number[]; how?: How} | null {
  if (Array.isArray(source)) {
    const at = column(source);
    return at === null ? null : {columns: [at]};
  }
  if ("date" in source) {
    const [date, time] = [column(source.date), column(source.time)];
    if (date === null) return null;
    return time === null || time === date ? {columns: [date]} : {columns: [date, time], how: {how: "date-time"}};
  }
  if ("heading" in source) {
    const at = column(source.heading);
    if (at === null) return null;
    const {json} = source;
    return {columns: [at], ...(json ? {how: {how: "json" as const, keys: Array.isArray(json) ? json.map((k): [string, string] => [k, k]) : Object.entries(json)}} : {})};
  }
  if ("firstFilled" in source) {
    const columns = source.firstFilled.map((n) => column([n])).filter((i): i is number => i !== null);
    return columns.length ? {columns: [...new Set(columns)], how: {how: "first"}} : null;
  }
  if ("flags" in source) {
    const found = Object.entries(source.flags).flatMap(([word, names]) => {
      const at = column(names);
      return at === null ? [] : [{word, at}];
    });
    return found.length ? {columns: found.map((f) => f.at), how: {how: "flags", words: found.map((f) => f.word)}} : null;
  }
  const [filled, unless] = [column(source.filled), source.unless ? column(source.unless) : null];
  return filled === null ? null : {columns: unless === null ? [filled] : [filled, unless], how: {how: "filled"}};
}

const VALUE = /^(?=.*\d)[\d\s.,:/£%+-]+$|^\d{4}-\d{2}-\d{2}\b|^\d{1,2}[ /-][a-z]{3,9}[ /-]\d{2,4}\b|^[a-z]{0,3}[-/]?\d{3,}$/i;

/** Whether a row has a cell that is a date, a time, a number or one's like as an id, which no heading is: it may hold what a child is known by. */
export const holdsValues = (cells: string[]): boolean => cells.some((cell) => VALUE.test(cell.trim()));

/** The spellings under which a field's main column is known. */
export function spellingsOf(source: FieldSource | undefined, field: string): string[] {
  if (!source) return [field];
  if (Array.isArray(source)) return source;
  if ("date" in source) return source.date;
  if ("heading" in source) return source.heading;
  if ("firstFilled" in source) return source.firstFilled;
  if ("filled" in source) return source.filled;
  return Object.values(source.flags).flat();
}

/** How unlike two headings are: 0 the same, 1 nothing in common. */
export function unlikeness(a: string, b: string): number {
  const [x, y] = [normaliseHeading(a), normaliseHeading(b)];
  return distance(x, y) / Math.max(x.length, y.length, 1);
}

/** The likeliest new name of a heading; one that already serves another field must be a good deal nearer. */
export function nearestHeading(known: string[], free: string[], all: string[] = free): string {
  const scored = all.flatMap((h) => known.map((k) => ({h, d: unlikeness(k, h) + (free.includes(h) ? 0 : 0.15)})));
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

const escaped = (text: string) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");

function globMatches(glob: string, fileName: string): boolean {
  return new RegExp(`^${glob.split("*").map(escaped).join(".*")}$`, "i").test(fileName);
}

// ---------------------------------------------------------------------------------------------------------------------
// What an export says of itself

/** What one load had of its mapping, for noticing what the next one lacks. */
export interface HeadingsOfLoad {
  key: string;
  file: string;
  exportDate: string;
  mapping: string;
  /** Record set and field → the heading it came under. */
  headings: Record<string, string>;
  headingsDropped: string[];
}

/**
 * An optional heading that the export before it (of the same source) had and this one has not, with the nearest new heading.
 * Depends on nothing but the loads: any order of loading says the same.
 * @returns warnings by load key
 */
export function headingsGone(loads: HeadingsOfLoad[]): Map<string, Warning[]> {
  const found = new Map<string, Warning[]>();
  const inOrder = [...loads].sort((a, b) => (`${a.exportDate}\u0000${a.file}\u0000${a.key}` < `${b.exportDate}\u0000${b.file}\u0000${b.key}` ? -1 : 1));
  for (const [load, before] of exportsBefore(inOrder)) {
    const known = new Set([...before.headingsDropped, ...Object.values(before.headings)].map(normaliseHeading));
    const fresh = load.headingsDropped.filter((h) => !known.has(normaliseHeading(h)));
    const told = new Set<string>();
    for (const [place, heading] of Object.entries(before.headings)) {
      if (load.headings[place] || told.has(heading)) continue;
      told.add(heading);
      const near = fresh.length ? `; the nearest new heading is “${nearestHeading([heading], fresh)}”: if that is its new name, add it to the mapping ${load.mapping}` : "";
      const warning = {code: "heading-gone", heading, message: `“${heading}” (${place.split(".")[1]!.replaceAll("_", " ")}) was in ${before.file} and is not in this export${near}`};
      found.set(load.key, [...(found.get(load.key) ?? []), warning]);
    }
  }
  return found;
}

/** The day that a file name or a mapping's pattern or cell declares, `yyyy-mm-dd`; null when it declares none. */
export function declaredExportDate(mapping: Mapping | null, fileName: string, peek?: FilePeek): string | null {
  const declared = mapping?.exportDate;
  if (declared && "cell" in declared && peek) {
    const [, letters, row] = /^([A-Z]+)([0-9]+)$/.exec(declared.cell)!;
    const column = [...letters!].reduce((n, c) => n * 26 + c.charCodeAt(0) - 64, 0) - 1;
    const sheet = peek.sheets.find((s) => declared.sheet === undefined || (s.sheet !== undefined && sheetMatches(declared.sheet, s.sheet)));
    const day = dayIn(sheet?.rows.find((r) => r.line === Number(row))?.cells[column] ?? "", mapping.dateOrder, peek);
    if (day) return day;
  }
  const patterns = [...(declared && "fileName" in declared ? [new RegExp(declared.fileName)] : []), /(?<!\d)((?:19|20)\d{2}-?[01]\d-?[0-3]\d)(?!\d)/];
  for (const pattern of patterns) {
    const found = pattern.exec(fileName);
    const text = (found?.[1] ?? found?.[0])?.replaceAll(/[-_.]/g, "");
    if (!text || !/^\d{8}$/.test(text)) continue;
    const day = realDay(text.slice(0, 4), text.slice(4, 6), text.slice(6));
    if (day) return day;
  }
  return null;
}

function realDay(year: string, month: string, day: string): string | null {
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const instant = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(iso) ? null : iso;
}

/** A day somewhere in a text such as "Run on 31/03/2026", in the mapping's date order, or an Excel day number. */
function dayIn(text: string, order: Mapping["dateOrder"], peek: FilePeek): string | null {
  const iso = /(\d{4})-(\d{2})-(\d{2})/.exec(text);
  if (iso) return realDay(iso[1]!, iso[2]!, iso[3]!);
  const parted = /(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})/.exec(text);
  if (parted && order !== "ymd") return order === "dmy" ? realDay(parted[3]!, parted[2]!, parted[1]!) : realDay(parted[3]!, parted[1]!, parted[2]!);
  if (!peek.excelSerials || !/^\d{5}(\.\d+)?$/.test(text)) return null;
  const dayZero = peek.date1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  return new Date(dayZero + Math.floor(Number(text)) * 86_400_000).toISOString().slice(0, 10);
}
