// Reads and checks the reference tables of data/reference: small files that people edit. It changes nothing and guesses nothing:
// a cell it cannot read is a fault that names the file, the line, the column and the fix.
import {readdirSync, readFileSync} from "node:fs";
import path from "node:path";
import {parse} from "csv-parse/sync";
import {z} from "zod";
import {isDay} from "../day.ts";

/** How certain a limit or a target is. A placeholder is nobody's standard until somebody owns it. */
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
export const STATUSES = ["statutory", "guidance", "comparator", "local_placeholder"] as const;
export const UNITS = ["working_days", "hours", "days", "weeks", "months", "minutes", "years", "percent", "count"] as const;
export const FINDING_GROUPS = ["overall", "front_door", "partnership_front_door", "deep_dive", "leadership", "priorities", "next_steps"] as const;
/** R measurable from records, P proxy only, A needs an audit, O other dataset, — not measurable. */
export const FINDING_CLASSES = ["R", "P", "A", "O", "R+A", "P+A", "A+R", "R/P", "R/P+A", "P/O", "A/—"] as const;
export const AREAS = ["England", "South West", "Statistical neighbours", "Plymouth"] as const;

const text = z.string().min(1, "is blank: fill it in");
const optional = z.string().transform((s) => s || null);
const list = z.string().transform((s) => s.split(";").map((part) => part.trim()).filter(Boolean));
const day = z.string().refine(isDay, "is not a date: write it as 2024-04-01");
const optionalDay = z.string().refine((s) => s === "" || isDay(s), "is not a date: write it as 2024-04-01, or leave it blank").transform((s) => s || null);
const number = z.string().regex(/^-?\d+(\.\d+)?$/, "is not a number: write digits only, without a unit or thousands mark").transform(Number);
const whole = z.string().regex(/^\d+$/, "is not a whole number: write digits only").transform(Number);
const optionalNumber = z.union([z.literal("").transform(() => null), number], {error: "is not a number: write digits only, or leave it blank"});
const year = z.string().regex(/^20\d\d$/, "is not a year: write four digits, as 2025").transform(Number);
const flag = z.enum(["yes", "no"], {error: "must be yes or no"}).transform((s) => s === "yes");
const measureId = z.string().regex(/^[A-Z]\d{1,2}$/, "is not a measure id such as C2");
const partId = z.string().regex(/^[A-Z]\d{1,2}[a-z]?$/, "is not a measure id such as C2 or S2a");
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) => z.enum(values, {error: `must be one of ${values.join(", ")}`});
const required = z
  .string()
  .regex(/^[a-z_0-9]+\.[a-z_0-9]+([;|][a-z_0-9]+\.[a-z_0-9]+)*$/, "must be fields such as contact.received_at, with ; for and, | for or")
  .transform((s) => s.split(";").map((group) => group.split("|")));

const bankHoliday = z.strictObject({date: day, name: optional, source: text});
const closure = z.strictObject({date: day, authority: optional, reason: text});
const threshold = z.strictObject({
  key: z.string().regex(/^[a-z0-9_]+(\.[a-z0-9_]+)?$/, "must be small letters, digits and _, with at most one dot"),
  value: number,
  unit: oneOf(UNITS),
  status: oneOf(STATUSES),
  effective_from: day,
  effective_to: optionalDay,
  owner: optional,
  source: text,
  note: optional
});
const target = z.strictObject({
  measure: partId, applies_to: text, value: number, unit: text, effective_from: day, effective_to: optionalDay, status: oneOf(STATUSES), owner: optional, source: text
});
const comparator = z.strictObject({
  measure: measureId, indicator: text, title: text, area: oneOf(AREAS), year, value: number, numerator: optionalNumber, denominator: optionalNumber, unit: text, source: text, note: optional
});
const leaOrNone = z.string().regex(/^(\d{3})?$/, "is not an LEA number such as 879").transform((v) => v || null);
const populationRow = z.strictObject({
  area_code: z.string().regex(/^E\d{8}$/, "is not an area code such as E06000026"),
  lea: leaOrNone,
  area_name: text, year, population_0_17: whole, source: text
});
const benchmark = z
  .strictObject({measure: measureId, indicator: text, level: oneOf(["national", "region", "authority"]), lea: leaOrNone, area: text, region: optional, year, numerator: whole, denominator: whole, source: text})
  .refine((b) => b.numerator <= b.denominator, {path: ["numerator"], error: "is more than the denominator: one of them is wrong"})
  .refine((b) => (b.level === "authority") === (b.lea !== null), {path: ["lea"], error: "an authority, and nothing else, has an LEA number"});
const neighbourRow = z.strictObject({
  lea: z.string().regex(/^\d{3}$/, "is not an LEA number such as 879"), model: text, first_year: year, last_year: z.union([z.literal("").transform(() => null), year]), neighbours: list, source: text
});
const hours = z.strictObject({
  weekday: oneOf(WEEKDAYS), opens: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is not a time such as 08:30"), closes: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is not a time such as 17:00"), owner: optional, source: text
});
const event = z.strictObject({at: day, label: text, measures: list.pipe(z.array(measureId)), note: optional, source: text});
const finding = z.strictObject({
  id: z.string().regex(/^[A-Z0-9]+(-[A-Z]?\d+)?$/, "is not a finding id such as O-A2"),
  group: oneOf(FINDING_GROUPS),
  polarity: oneOf(["strength", "area", "priority", "next_step"]),
  finding: text,
  inspection_wording: text,
  class: oneOf(FINDING_CLASSES),
  measures: list.pipe(z.array(measureId)),
  focus: optional,
  note: optional,
  date: day
});
const catalogueRow = z.strictObject({
  id: measureId,
  family: z.string().regex(/^[a-z-]+$/, "must be small letters and hyphens"),
  title: text,
  numerator: text,
  denominator: text,
  unit: list,
  good: list.pipe(z.array(oneOf(["high", "low", "neutral"]))),
  target_status: oneOf([...STATUSES, "none"]),
  target_note: text,
  requires: required
});
const word = z.strictObject({word: text, code: text, note: optional});
const codeBase = {code: text, label: text, parent: optional.optional(), effective_from: optionalDay.optional(), effective_to: optionalDay.optional(), source: text};

/** One code of a code list. `attributes` holds the list's other columns: is_…, counts_… as true or false, precedence and severity as numbers. */
export interface Code {
  code: string;
  label: string;
  parent: string | null;
  effectiveFrom: string | null;
  effectiveTo: string | null;
  source: string;
  attributes: Record<string, boolean | number | string | null>;
}

export interface Closure {
  date: string;
  /** null: every authority. */
  authority: string | null;
  reason: string;
}

/** A limit, in force from and to these days, both included; `owner` null until somebody has taken it on. */
export interface Threshold {
  key: string;
  value: number;
  unit: (typeof UNITS)[number];
  status: (typeof STATUSES)[number];
  effectiveFrom: string;
  effectiveTo: string | null;
  owner: string | null;
  source: string;
  note: string | null;
}

export interface Target {
  /** A catalogue id, or one of its parts (S2a). */
  measure: string;
  appliesTo: string;
  value: number;
  unit: string;
  effectiveFrom: string;
  effectiveTo: string | null;
  status: (typeof STATUSES)[number];
  owner: string | null;
  source: string;
}

/** A published figure. `year` ends on 31 March, save for the workforce: a census each September, under the year the publisher gives it. */
export interface Comparator {
  measure: string;
  indicator: string;
  title: string;
  area: (typeof AREAS)[number];
  year: number;
  value: number;
  numerator: number | null;
  denominator: number | null;
  unit: string;
  source: string;
  note: string | null;
}

/** A published count of one area: the stuff of a funnel. */
export interface Benchmark {
  measure: string;
  indicator: string;
  level: "national" | "region" | "authority";
  /** The authority's number in the CIN census; null for regions and the country. */
  lea: string | null;
  area: string;
  region: string | null;
  year: number;
  numerator: number;
  denominator: number;
  source: string;
}

/** An authority's statistical neighbours by one model, for the figures of these years (ending 31 March), both included. */
export interface NeighbourModel {
  lea: string;
  model: string;
  firstYear: number;
  /** null: still in force. */
  lastYear: number | null;
  /** LEA numbers, nearest first. */
  neighbours: string[];
  source: string;
}

export interface Population {
  areaCode: string;
  /** The local authority's number in the CIN census; null for regions and the country. */
  lea: string | null;
  areaName: string;
  /** Mid-year estimate of this year; DfE rates for the year ending March use the mid-year before. */
  year: number;
  population: number;
  source: string;
}

/** When the MASH works on one day of the week, for clocks that run in its working hours. */
export interface WorkingHours {
  /** 1 Monday to 7 Sunday. */
  weekday: number;
  /** Minutes after midnight. */
  opens: number;
  closes: number;
}

export interface DatedEvent {
  at: string;
  label: string;
  /** Empty: every measure. */
  measures: string[];
  note: string | null;
  source: string;
}

export interface Finding {
  /** From the file's name: `2019-jtai`. */
  inspection: string;
  id: string;
  group: (typeof FINDING_GROUPS)[number];
  polarity: "strength" | "area" | "priority" | "next_step";
  finding: string;
  inspectionWording: string;
  class: (typeof FINDING_CLASSES)[number];
  measures: string[];
  /** Which side of a measure is meant, in words. */
  focus: string | null;
  note: string | null;
  date: string;
}

export interface CatalogueEntry {
  id: string;
  family: string;
  title: string;
  numerator: string;
  denominator: string;
  units: string[];
  /** One for all parts, or one a part. */
  good: ("high" | "low" | "neutral")[];
  targetStatus: (typeof STATUSES)[number] | "none";
  targetNote: string;
  /** Fields as `record_set.field`: every group is needed, any one of a group will do. */
  requires: string[][];
}

export interface Reference {
  /** ISO dates, ascending. */
  bankHolidays: string[];
  closures: Closure[];
  codes: Record<string, Code[]>;
  /** Normalised word → code, for every list that has a file in codes/. Codes and labels stand for themselves. */
  words: Record<string, Map<string, string>>;
  thresholds: Threshold[];
  targets: Target[];
  comparators: Comparator[];
  benchmarks: Benchmark[];
  neighbours: NeighbourModel[];
  population: Population[];
  workingHours: WorkingHours[];
  events: DatedEvent[];
  findings: Finding[];
  catalogue: CatalogueEntry[];
}

/**
 * Reads every table of a reference folder and checks each row, and the tables against each other.
 * @throws Error with up to 20 faults, one a line: file, line, column, what is wrong and the fix.
 */
export function readReference(dir: string): Reference {
  const faults: string[] = [];
  const read = <T>(file: string, row: z.ZodType<T>) => readTable(dir, file, row, faults);

  const bankHolidays = read("bank-holidays.csv", bankHoliday);
  const closures = read("local-closures.csv", closure);
  const thresholds = read("thresholds.csv", threshold);
  const targets = read("targets.csv", target);
  const comparators = read("comparators.csv", comparator);
  const benchmarks = read("benchmarks.csv", benchmark);
  const neighbours = read("neighbours.csv", neighbourRow);
  const population = read("population.csv", populationRow);
  const workingHours = read("working-hours.csv", hours);
  const events = read("events.csv", event);
  const catalogue = read("catalogue.csv", catalogueRow);
  const inspections = csvFiles(dir).filter((f) => f.startsWith("findings-")).map((file) => ({file, rows: read(file, finding)}));
  const {codes, words} = readCodesAndWords(dir, faults);

  unique("bank-holidays.csv", bankHolidays, (r) => r.date, "date", faults);
  unique("catalogue.csv", catalogue, (r) => r.id, "id", faults);
  unique("comparators.csv", comparators, (r) => `${r.measure} ${r.indicator} ${r.area} ${r.year}`, "measure, indicator, area and year", faults);
  unique("benchmarks.csv", benchmarks, (r) => `${r.measure} ${r.indicator} ${r.lea ?? r.area} ${r.year}`, "measure, indicator, area and year", faults);
  noOverlap("neighbours.csv", neighbours.map(({line, value: v}) => ({line, value: {lea: v.lea, effective_from: `${v.first_year}`, effective_to: v.last_year === null ? null : `${v.last_year}`}})), (r) => r.lea, faults);
  const leas = new Set(benchmarks.map((b) => b.value.lea));
  for (const {line, value} of neighbours) for (const lea of value.neighbours) if (!leas.has(lea)) faults.push(`neighbours.csv, line ${line}, column neighbours: “${lea}” is no authority of benchmarks.csv: correct the number or add the authority there`);
  unique("population.csv", population, (r) => `${r.area_code} ${r.year}`, "area and year", faults);
  unique("working-hours.csv", workingHours, (r) => r.weekday, "weekday", faults);
  for (const {line, value} of workingHours) if (value.closes <= value.opens) faults.push(`working-hours.csv, line ${line}, column closes: ${value.closes} is not after ${value.opens}; write the hours of one day`);
  noOverlap("thresholds.csv", thresholds, (r) => r.key, faults);
  noOverlap("targets.csv", targets, (r) => r.measure, faults);
  const known = new Set(catalogue.map((c) => c.value.id));
  for (const {file, rows} of [{file: "events.csv", rows: events}, ...inspections]) {
    for (const {line, value} of rows) inCatalogue(file, line, "measures", value.measures, known, faults);
  }
  for (const {line, value} of targets) inCatalogue("targets.csv", line, "measure", [value.measure.replace(/[a-z]$/, "")], known, faults);
  for (const {line, value} of comparators) inCatalogue("comparators.csv", line, "measure", [value.measure], known, faults);
  for (const {line, value} of benchmarks) inCatalogue("benchmarks.csv", line, "measure", [value.measure], known, faults);
  for (const {file, rows} of inspections) unique(file, rows, (r) => r.id, "id", faults);

  if (faults.length) {
    const more = faults.length > 20 ? `\n… and ${faults.length - 20} more` : "";
    throw new Error(`The reference tables in ${dir} have ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n${faults.slice(0, 20).join("\n")}${more}`);
  }
  return {
    bankHolidays: bankHolidays.map((r) => r.value.date).toSorted(),
    closures: values(closures),
    codes,
    words,
    thresholds: values(thresholds).map(({effective_from, effective_to, ...t}) => ({...t, effectiveFrom: effective_from, effectiveTo: effective_to})),
    targets: values(targets).map(({effective_from, effective_to, applies_to, ...t}) => ({...t, appliesTo: applies_to, effectiveFrom: effective_from, effectiveTo: effective_to})),
    comparators: values(comparators),
    benchmarks: values(benchmarks),
    neighbours: values(neighbours).map(({first_year, last_year, ...n}) => ({...n, firstYear: first_year, lastYear: last_year})),
    population: values(population).map((p) => ({areaCode: p.area_code, lea: p.lea, areaName: p.area_name, year: p.year, population: p.population_0_17, source: p.source})),
    workingHours: values(workingHours).map((h) => ({weekday: WEEKDAYS.indexOf(h.weekday) + 1, opens: minutes(h.opens), closes: minutes(h.closes)})),
    events: values(events).toSorted((a, b) => a.at.localeCompare(b.at)),
    findings: inspections.flatMap(({file, rows}) =>
      values(rows).map(({inspection_wording, ...f}) => ({inspection: file.slice("findings-".length, -".csv".length), ...f, inspectionWording: inspection_wording}))
    ),
    catalogue: values(catalogue).map(({unit, target_status, target_note, ...c}) => ({...c, units: unit, targetStatus: target_status, targetNote: target_note}))
  };
}

const minutes = (time: string) => 60 * Number(time.slice(0, 2)) + Number(time.slice(3));

/**
 * The limit in force on a day (ISO date), so that last year is judged by last year's limit; null where none was.
 * @throws Error when no limit has that key at all.
 */
export function thresholdAt(thresholds: Threshold[], key: string, date: string): Threshold | null {
  const versions = thresholds.filter((t) => t.key === key);
  if (versions.length === 0) throw new Error(`no limit “${key}” in data/reference/thresholds.csv: add a row, or correct the key`);
  return versions.find((t) => inForce(t, date)) ?? null;
}

/** The target of exactly this measure or part in force on a day (ISO date); null where it has none. A part never borrows its parent's. */
export function targetAt(targets: Target[], measure: string, date: string): Target | null {
  return targets.find((t) => t.measure === measure && inForce(t, date)) ?? null;
}

/** The model of statistical neighbours in force for an authority's figures of a year ending 31 March; null where none is held. */
export function neighboursAt(models: NeighbourModel[], lea: string, ofYear: number): NeighbourModel | null {
  return models.find((m) => m.lea === lea && m.firstYear <= ofYear && (m.lastYear === null || ofYear <= m.lastYear)) ?? null;
}

/** The groups of fields a catalogue entry still lacks, given which `record_set.field` are loaded. Empty: it can be measured. */
export function missingFields(entry: Pick<CatalogueEntry, "requires">, has: (field: string) => boolean): string[][] {
  return entry.requires.filter((group) => !group.some(has));
}

/**
 * What two spellings of one word have in common: apostrophes and accents gone, everything that is not a Latin letter or a digit
 * a single space, lower case. `normaliseWordSql` is the same in SQL. Not NFKC, which DuckDB does not have.
 */
export function normaliseWord(word: string): string {
  return word
    .replace(/['‘’ʼ`´]/g, "")
    .replace(/[^\u0300-\u036F\u00C0-\u024FA-Za-z0-9]+/g, " ")
    .normalize("NFD")
    .replace(/[\u0300-\u036F]/g, "")
    .replace(/[^A-Za-z0-9]+/g, " ")
    .trim()
    .toLowerCase();
}

/** DuckDB expression with the value of `normaliseWord` for a VARCHAR expression. */
export function normaliseWordSql(column: string): string {
  const latin = `regexp_replace(regexp_replace(${column}, '[''‘’ʼ\`´]', '', 'g'), '[^A-Za-z0-9\\x{00C0}-\\x{024F}\\x{0300}-\\x{036F}]+', ' ', 'g')`;
  return `lower(trim(regexp_replace(strip_accents(${latin}), '[^A-Za-z0-9]+', ' ', 'g')))`;
}

interface Row<T> {
  line: number;
  value: T;
}

const values = <T>(rows: Row<T>[]): T[] => rows.map((r) => r.value);
const inForce = (t: {effectiveFrom: string; effectiveTo: string | null}, date: string) => t.effectiveFrom <= date && (t.effectiveTo === null || date <= t.effectiveTo);

function csvFiles(dir: string): string[] {
  return readdirSync(dir).filter((f) => f.endsWith(".csv")).toSorted();
}

/** A CSV file's rows by heading, each with the line it starts on. Refuses what would shift or garble a cell. */
function readCells(dir: string, file: string, faults: string[]): {headings: string[]; rows: Row<Record<string, string>>[]} {
  const none = {headings: [], rows: []};
  let body: string;
  try {
    body = new TextDecoder("utf-8", {fatal: true}).decode(readFileSync(path.join(dir, file)));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    faults.push(`${file}: ${missing ? "is missing: put it back, with at least its line of headings" : "is not UTF-8: in Excel save it as “CSV UTF-8 (comma delimited)”"}`);
    return none;
  }
  let records: CsvRecord[];
  try {
    records = plainRecords(body) ?? anyRecords(body);
  } catch (error) {
    faults.push(`${file}: cannot be read as CSV (${(error as Error).message}): check the quotes on that line`);
    return none;
  }
  const headings = records[0]?.cells ?? [];
  const twice = headings.find((h, i) => headings.indexOf(h) !== i);
  if (headings.length === 0 || twice !== undefined) {
    faults.push(`${file}, line 1: ${twice === undefined ? "has no headings: put them back" : `the heading “${twice}” is there twice: remove one`}`);
    return none;
  }
  const rows: Row<Record<string, string>>[] = [];
  for (const {cells, line} of records.slice(1)) {
    if (cells.length !== headings.length) {
      faults.push(`${file}, line ${line}: has ${cells.length} cells where the headings have ${headings.length}: put quotes around a text with a comma, or add the missing comma`);
      continue;
    }
    rows.push({line, value: Object.fromEntries(headings.map((h, i) => [h, cells[i] ?? ""]))});
  }
  return {headings, rows};
}

interface CsvRecord {
  line: number;
  cells: string[];
}

/** Every record of a CSV text but blank lines, cells without the spaces around them. @throws what csv-parse says of a quote out of place */
export function anyRecords(body: string): CsvRecord[] {
  const records = parse(body, {info: true, relax_column_count: true, skip_empty_lines: true, trim: true}) as unknown as {record: string[]; info: {lines: number}}[];
  return records.map(({record, info}) => ({line: info.lines, cells: record}));
}

/** A cell without a quotation mark, or wholly inside two of them, and what ends it. */
const PLAIN_CELL = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;

/**
 * The same records, five times as fast, where each stands on a line of its own and every quotation mark where it belongs: our own tables.
 * Null where that is not so, and csv-parse has to say what there is.
 */
export function plainRecords(body: string): CsvRecord[] | null {
  const lines = body.split(body.includes("\r\n") ? "\r\n" : "\n");
  const records: CsvRecord[] = [];
  for (const [i, line] of lines.entries()) {
    if (line === "") continue;
    // a lone newline, or white space that csv-parse may or may not trim
    if (ODD.test(line)) return null;
    const cells: string[] = [];
    PLAIN_CELL.lastIndex = 0;
    for (let end = ","; end === ","; ) {
      const found = PLAIN_CELL.exec(line);
      if (!found) return null;
      cells.push(found[1] === undefined ? found[2]!.replace(/^[ \t]+|[ \t]+$/g, "") : found[1].replaceAll('""', '"'));
      end = found[3]!;
    }
    // nothing but spaces: whether that is a record depends on where it stands
    if (cells.length === 1 && cells[0] === "") return null;
    records.push({line: i + 1, cells});
  }
  return records;
}

const ODD = /[^\t\P{Cc}]|[^\S \t]/u;

function readTable<T>(dir: string, file: string, row: z.ZodType<T>, faults: string[], {headings, rows} = readCells(dir, file, faults)): Row<T>[] {
  const known = row instanceof z.ZodObject ? Object.entries(row.shape as Record<string, z.ZodType>) : [];
  if (headings.length) {
    const missing = known.filter(([name, field]) => !field.safeParse(undefined).success && !headings.includes(name)).map(([name]) => name);
    const extra = headings.filter((h) => !known.some(([name]) => name === h));
    for (const h of missing) faults.push(`${file}, line 1: the heading “${h}” is missing: put the column back`);
    for (const h of extra) faults.push(`${file}, line 1: the heading “${h}” is not one of this table's: remove the column or correct its name`);
    if (missing.length || extra.length) return [];
  }
  return rows.flatMap(({line, value}) => {
    const parsed = row.safeParse(value);
    if (parsed.success) return [{line, value: parsed.data}];
    for (const issue of parsed.error.issues) {
      const column = String(issue.path[0] ?? "");
      faults.push(`${file}, line ${line}, column ${column}: “${value[column] ?? ""}” ${issue.message}`);
    }
    return [];
  });
}

/** A code list's own columns are typed by name, so that a mistyped `yse` is a fault and not a text. */
function attributeKind(heading: string): z.ZodType<boolean | number | string | null> {
  if (/^(is|counts|needs|asks)_/.test(heading)) return flag;
  if (heading === "precedence" || heading === "severity") return whole;
  if (heading === "series_starts_year_ending") return optionalDay;
  return optional;
}

const codeSchemas = new Map<string, z.ZodType<z.infer<z.ZodObject<typeof codeBase>>>>();
/** The schema of code lists that have these columns of their own: most have none. */
function codeSchema(attributes: string[]) {
  const key = attributes.join();
  let schema = codeSchemas.get(key);
  if (!schema) {
    schema = z.strictObject({...codeBase, ...Object.fromEntries(attributes.map((h) => [h, attributeKind(h)]))});
    codeSchemas.set(key, schema);
  }
  return schema;
}

function readCodesAndWords(dir: string, faults: string[]): Pick<Reference, "codes" | "words"> {
  const codes: Reference["codes"] = {};
  const words: Reference["words"] = {};
  const wordFiles = csvFiles(path.join(dir, "words"));
  for (const name of csvFiles(path.join(dir, "codes"))) {
    const file = `codes/${name}`;
    const list = name.slice(0, -".csv".length);
    const cells = readCells(dir, file, faults);
    const rows = readTable(dir, file, codeSchema(cells.headings.filter((h) => !(h in codeBase))), faults, cells);
    codes[list] = rows.map(({value: {code, label, parent, effective_from, effective_to, source, ...rest}}) => ({
      code, label, parent: parent ?? null, effectiveFrom: effective_from ?? null, effectiveTo: effective_to ?? null, source, attributes: rest as Code["attributes"]
    }));
    unique(file, rows, (r) => r.code, "code", faults);
    const own = new Set(rows.map((r) => r.value.code));
    for (const {line, value} of rows) {
      if (value.parent && !own.has(value.parent)) faults.push(`${file}, line ${line}, column parent: “${value.parent}” is not a code of this list: add it or correct it`);
    }
    words[list] = wordsOf(dir, list, rows, wordFiles, faults);
  }
  for (const name of wordFiles) {
    if (!codes[name.slice(0, -".csv".length)]) faults.push(`words/${name}: there is no codes/${name}: add the code list or rename this file`);
  }
  return {codes, words};
}

/** Codes and labels of a list stand for themselves; the words file adds to them and may not contradict them. */
function wordsOf(dir: string, list: string, codes: Row<{code: string; label: string}>[], wordFiles: string[], faults: string[]): Map<string, string> {
  const found = new Map<string, string>();
  const from = new Map<string, string>();
  const add = (spelling: string, code: string, file: string, line: number) => {
    const spelt = normaliseWord(spelling);
    if (spelt === "") {
      faults.push(`${file}, line ${line}: “${spelling}” has no letter or digit to match: remove it`);
    } else if (found.has(spelt) && (found.get(spelt) !== code || file.startsWith("words/"))) {
      faults.push(`${file}, line ${line}: “${spelling}” is already ${found.get(spelt)} (${from.get(spelt)}), case and punctuation aside: keep one`);
    } else {
      found.set(spelt, code);
      from.set(spelt, `${file}, line ${line}`);
    }
  };
  for (const {line, value} of codes) {
    add(value.code, value.code, `codes/${list}.csv`, line);
    add(value.label, value.code, `codes/${list}.csv`, line);
  }
  const file = `words/${list}.csv`;
  if (!wordFiles.includes(`${list}.csv`)) return found;
  const known = new Set(codes.map((c) => c.value.code));
  for (const {line, value} of readTable(dir, file, word, faults)) {
    if (known.has(value.code)) add(value.word, value.code, file, line);
    else faults.push(`${file}, line ${line}, column code: “${value.code}” is not in codes/${list}.csv: correct it or add the code there`);
  }
  return found;
}

function unique<T>(file: string, rows: Row<T>[], key: (row: T) => string, what: string, faults: string[]): void {
  const seen = new Map<string, number>();
  for (const {line, value} of rows) {
    const k = key(value);
    const first = seen.get(k);
    if (first === undefined) seen.set(k, line);
    else faults.push(`${file}, line ${line}: the ${what} “${k}” is already on line ${first}: keep one`);
  }
}

function noOverlap<T extends {effective_from: string; effective_to: string | null}>(file: string, rows: Row<T>[], key: (row: T) => string, faults: string[]): void {
  const latest = new Map<string, Row<T>>();
  for (const row of rows.toSorted((a, b) => a.value.effective_from.localeCompare(b.value.effective_from))) {
    const {effective_from, effective_to} = row.value;
    if (effective_to !== null && effective_to < effective_from) faults.push(`${file}, line ${row.line}, column effective_to: ${effective_to} is before effective_from: swap or correct them`);
    const before = latest.get(key(row.value));
    if (before && (before.value.effective_to === null || before.value.effective_to >= effective_from)) {
      faults.push(`${file}, line ${row.line}, column effective_from: “${key(row.value)}” from ${effective_from} overlaps line ${before.line}: end that one the day before`);
    }
    latest.set(key(row.value), row);
  }
}

function inCatalogue(file: string, line: number, column: string, ids: string[], known: Set<string>, faults: string[]): void {
  for (const id of ids) if (!known.has(id)) faults.push(`${file}, line ${line}, column ${column}: “${id}” is not in catalogue.csv: correct the id or add the measure there`);
}
