// A mapping proposed for an export that no mapping knows: from its headings, the shapes of its first values and the spellings that other mappings know.
// It guesses aloud: every line says whether it is sure, and no value of the export is written down.
import path from "node:path";
import {stringify} from "yaml";
import {columnLetter, normaliseHeading} from "../extract/csv.ts";
import {peek as peekFile} from "../extract/identify.ts";
import {Refusal, type SheetPeek} from "../extract/types.ts";
import {normaliseWord} from "../transform/reference.ts";
import type {Contract, Field} from "./contract.ts";
import {cellSchema, DATABASE_BLANKS, type DateOrder, type Reading} from "./kinds.ts";
import type {Shelf} from "./load.ts";
import {chooseMapping, holdsValues, spellingsOf, unlikeness} from "./mapping.ts";

interface Column {
  heading: string;
  /** First values that are not blank, at most 40. */
  values: string[];
}

interface Guess {
  field: string;
  column: number;
  /** 0–1. */
  score: number;
  sure: boolean;
  why: string;
  time?: number;
}

interface ProposedSet {
  contract: Contract;
  guesses: Guess[];
  missing: string[];
  score: number;
}

const TIME = /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;
const UNLIKE = 0.35;
const NEVER = /\b(name|names|forename|forenames|surname|address|postcode|phone|telephone|mobile|email|notes?|comments?|narrative|nhs|upn)\b/;

/**
 * @returns a mapping as commented YAML that parses
 * @throws Refusal when the file cannot be read or is a CIN census
 */
export async function proposeMapping(file: string, shelf: Shelf): Promise<string> {
  const peek = await peekFile(file, {exportsDir: path.dirname(file)});
  const base = path.basename(file);
  if (peek.format === "cin-census") throw new Refusal("census-needs-no-mapping", `${base} is a CIN census, whose reading is built in; it needs no mapping`);
  const sheets = peek.sheets.filter((s) => s.rows.length > 1);
  if (sheets.length === 0) throw new Refusal("no-rows", `${base} has no row below its headings to learn from; export it with records in it`);
  const lines = [
    `# Proposed from the headings and first rows of ${comment(base)}. “sure”: a heading that other mappings know, with values of the right shape.`,
    "# “unsure”: a guess; read it, mend it or take the line out. Then “frontdoor check” shows what the mapping does."
  ];
  const known = fitsAlready(peek, sheets, base, shelf);
  if (known) lines.push(`# The mapping ${known} reads this file as it is: this one is needed only if that one reads it wrongly.`);
  const {stem, glob, exportDate} = namesLike(base);
  const slug = normaliseHeading(stem).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "") || "export";
  const headingRows = sheets.map((s) => ({sheet: s, at: headingRow(s, shelf)}));
  const columns = headingRows.map(({sheet, at}) => columnsOf(sheet, at));
  const order = dateOrder(columns.flat(), peek.excelSerials ?? false);
  lines.push(
    `name: local-${slug}`,
    `title: ${scalar(stem)}   # unsure: say in a few words what the export is`,
    `files: [${scalar(glob)}]`,
    "prefer: true   # files with this name are read with this mapping, not with one that ships",
    `dateOrder: ${order.order}   # ${order.why}`,
    'window: none   # unsure: "full" if every export holds all records, so that one missing from it was withdrawn',
    exportDate,
    "records:"
  );
  let proposed = 0;
  for (const [i, {sheet, at}] of headingRows.entries()) {
    const ranked = at < 0 ? [] : rankSets(columns[i]!, base, order.order, shelf);
    const [best, second] = ranked;
    if (!best || best.guesses.length < 2) {
      lines.push(`  # ${placeOf(sheet)}: ${at < 0 ? "no row of headings was found" : "no record set has fields for its headings"}`);
      continue;
    }
    proposed++;
    if (headingsGoOn(sheet, at)) lines.push(`  # unsure: in ${placeOf(sheet)} the row below the headings looks like more headings; put them in one row, or it will be rejected as a record`);
    const twice = columns[i]!.find((_, n) => isRepeat(columns[i]!, n));
    if (twice) lines.push(`  # The heading ${scalar(twice.heading)} stands twice in ${placeOf(sheet)}, which is refused until one of them is renamed or removed; the first is meant here.`);
    lines.push(...toReshape(columns[i]!, sheet, shelf));
    const nameless = columns[i]!.flatMap((c, n) => (c.heading || c.values.length === 0 ? [] : [columnLetter(n)]));
    if (nameless.length) lines.push(`  # Without a heading in ${placeOf(sheet)}, so not to be loaded: ${nameless.length === 1 ? "column" : "columns"} ${nameless.join(", ")}`);
    lines.push(...setLines(best, second, sheet, columns[i]!, shelf));
  }
  if (proposed === 0 && headingRows.every(({at}) => at < 0)) throw new Refusal("no-headings", `no row of ${base} looks like headings (every row holds a date or a number); put the headings above the records and try again`);
  if (proposed === 0) throw new Refusal("nothing-to-propose", `no record set has fields for the headings of ${base} (${columns.find((c) => c.length)!.map((c) => c.heading).filter(Boolean).slice(0, 6).join(", ")}); the record sets and their fields are in etl/records`);
  return `${lines.join("\n")}\n`;
}

/** A day as file names write it, with what parts it from the rest of the name. */
const DAY_IN_NAME = /[-_. ]*(?<!\d)(?:((?:19|20)\d{2})([-_.]?)[01]\d\2[0-3]\d|[0-3]\d([-_.])[01]\d\3(?:19|20)\d{2})(?!\d)[-_. ]*/;

/** What the export is called without its day, which names its next export has too, and the mapping's line that says where its day is. */
function namesLike(base: string): {stem: string; glob: string; exportDate: string} {
  const whole = base.replace(/\.[^.]*$/, "");
  const day = DAY_IN_NAME.exec(whole);
  const [before, after] = day ? [whole.slice(0, day.index), whole.slice(day.index + day[0].length)] : [whole, ""];
  const stem = before || after || "export";
  const glob = before ? `${before}*` : after ? `*${after}*` : base;
  const apart = day?.[2] ?? "";
  const pattern = apart ? ["(\\\\d{4}", "\\\\d{2}", "\\\\d{2})"].join(apart === "." ? "[.]" : apart) : "(\\\\d{8})";
  if (day?.[1]) return {stem, glob, exportDate: `exportDate: {fileName: "${pattern}"}   # sure: the file name holds a date`};
  const how = day ? "write the day in the file's name as" : "put the day in the file's name, as in";
  return {stem, glob, exportDate: `# exportDate: ${how} ${day ? "2026-03-31" : "contacts_2026-03-31.csv"}, or name a cell: exportDate: {cell: B1}`};
}

function fitsAlready(peek: Parameters<typeof chooseMapping>[0], sheets: SheetPeek[], base: string, shelf: Shelf): string | null {
  try {
    return chooseMapping(peek, sheets[0]!, base, shelf.mappings, shelf.contracts).mapping.name;
  } catch {
    return null;
  }
}

/**
 * The row with the most headings that somebody knows; else the first of those that hold no values that is as full as the fullest of them.
 * @returns -1 where every row holds values: the export has no headings
 */
function headingRow(sheet: SheetPeek, shelf: Shelf): number {
  const all = new Set(knownSpellings(shelf).keys());
  const scores = sheet.rows.slice(0, 25).map((row) => row.cells.filter((c) => all.has(normaliseHeading(c))).length);
  const best = Math.max(...scores);
  if (best >= 2) return scores.indexOf(best);
  const widths = sheet.rows.slice(0, -1).map((row) => (holdsValues(row.cells) ? 0 : row.cells.filter((c) => c !== "").length));
  return widths.findIndex((w) => w > 0 && w >= Math.max(...widths) * 0.8);
}

/** Whether the row below the headings carries on with them: it holds words alone where the rows under it hold dates and numbers. */
function headingsGoOn(sheet: SheetPeek, at: number): boolean {
  const [next, ...under] = sheet.rows.slice(at + 1);
  if (!next || under.length === 0 || holdsValues(next.cells)) return false;
  return next.cells.some((cell, i) => cell !== "" && under.every((row) => !row.cells[i] || holdsValues([row.cells[i]])) && under.some((row) => row.cells[i]));
}

function columnsOf(sheet: SheetPeek, at: number): Column[] {
  if (at < 0) return [];
  return sheet.rows[at]!.cells.map((heading, i) => ({heading: oneLine(heading), values: sheet.rows.slice(at + 1).map((row) => row.cells[i] ?? "").filter((v) => v !== "" && !DATABASE_BLANKS.includes(v))}));
}

/** The order that the data shows: a number over twelve cannot be a month. */
function dateOrder(columns: Column[], serials: boolean): {order: DateOrder; why: string} {
  const values = columns.flatMap((c) => c.values);
  const parted = values.map((v) => /^(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}\b/.exec(v)).filter((m) => m !== null);
  const days = parted.filter((m) => Number(m[1]) > 12).length;
  const months = parted.filter((m) => Number(m[2]) > 12).length;
  if (days && months) return {order: "dmy", why: `unsure: ${days} dates can only be day first and ${months} only month first; the export mixes two orders, ask for it again`};
  if (days) return {order: "dmy", why: `sure: ${days} of ${parted.length} dates have a day over 12 first`};
  if (months) return {order: "mdy", why: `sure: ${months} of ${parted.length} dates have a day over 12 second, so the month stands first`};
  if (parted.length) return {order: "dmy", why: "unsure: no date among the first rows shows which number is the day"};
  if (values.some((v) => /^\d{4}-\d{2}-\d{2}\b/.test(v))) return {order: "ymd", why: "sure: the dates are written year first"};
  if (serials && columns.some((c) => /\b(date|dt|day|received|started?|ended?|on|at)\b/.test(normaliseHeading(c.heading)) && c.values.some((v) => /^\d{5}(\.\d+)?$/.test(v)))) return {order: "dmy", why: "sure: the workbook holds its dates as dates, which have no order; it would matter only to one typed as text"};
  return {order: "dmy", why: "unsure: there is no date among the first rows"};
}

/** Normalised heading → the fields it is known for. */
function knownSpellings(shelf: Shelf): Map<string, {set: string; field: string; spelling: string}[]> {
  const found = new Map<string, {set: string; field: string; spelling: string}[]>();
  for (const mapping of shelf.mappings) {
    for (const record of mapping.records) {
      for (const [field, source] of Object.entries(record.fields)) {
        for (const spelling of spellingsOf(source, field).filter((s) => !s.includes("*"))) {
          const key = normaliseHeading(spelling);
          const entries = found.get(key) ?? [];
          if (!entries.some((e) => e.set === record.set && e.field === field)) entries.push({set: record.set, field, spelling});
          found.set(key, entries);
        }
      }
    }
  }
  return found;
}

/** Every record set held against the columns, the likeliest first. */
function rankSets(columns: Column[], base: string, order: DateOrder, shelf: Shelf): ProposedSet[] {
  const spellings = new Map<string, Map<string, string[]>>();
  for (const entries of knownSpellings(shelf).values()) {
    for (const {set, field, spelling} of entries) {
      const fields = spellings.get(set) ?? new Map<string, string[]>();
      fields.set(field, [...(fields.get(field) ?? []), spelling]);
      spellings.set(set, fields);
    }
  }
  const file = ` ${normaliseHeading(base)} `;
  return [...shelf.contracts.values()]
    .map((contract): ProposedSet => {
      const fields = spellings.get(contract.name) ?? new Map<string, string[]>();
      const all = Object.entries(contract.fields).flatMap(([field, spec]) =>
        columns.flatMap((column, i) => isRepeat(columns, i) ? [] : guess(contract, field, spec, fields.get(field) ?? [field], column, i, order, shelf) ?? [])
      );
      const guesses: Guess[] = [];
      for (const g of all.sort((a, b) => b.score - a.score || a.column - b.column)) {
        if (guesses.some((x) => x.field === g.field || x.column === g.column)) continue;
        guesses.push(g);
      }
      joinTimes(guesses, columns, contract);
      lastId(guesses, columns, contract, order, shelf);
      const missing = Object.entries(contract.fields).filter(([field, spec]) => spec.required && !guesses.some((g) => g.field === field)).map(([field]) => field);
      const named = contract.name.split("_").filter((w) => w.length > 3 && file.includes(` ${w}`)).length;
      const score = guesses.reduce((n, g) => n + g.score, 0) - missing.length * 1.5 + named * 0.75;
      return {contract, guesses: guesses.sort((a, b) => a.column - b.column), missing, score};
    })
    .sort((a, b) => b.score - a.score || (a.contract.name < b.contract.name ? -1 : 1));
}

/** What a row must become before any record set fits it; a person writes it, for it cannot be told from headings alone. */
function toReshape(columns: Column[], sheet: SheetPeek, shelf: Shelf): string[] {
  const told: string[] = [];
  const headed = (pattern: RegExp) => columns.find((c) => pattern.test(normaliseHeading(c.heading)))?.heading;
  const [question, answer] = [headed(/^(form |assessment )?(question|prompt)s?( text| name)?$/), headed(/^(form |assessment )?(answer|response)s?( text| value)?$/)];
  if (question && answer) {
    told.push(`  # unsure: in ${placeOf(sheet)} a row is one question of a form, not one record. Put under the record set that the form is, and take the guesses below out:`);
    told.push(`  #   pivot: {by: [the fields that tell forms apart], question: [${scalar(question)}], answer: [${scalar(answer)}], questions: {field: [The question as it is written]}}`);
  }
  const headings = columns.map((c) => normaliseHeading(c.heading));
  for (const mapping of shelf.mappings) {
    for (const {set, unpivot} of mapping.records) {
      const wide = Object.keys(unpivot?.each ?? {}).flatMap((word) => Object.values(unpivot!.fields).flat().map((spelling) => headings.indexOf(normaliseHeading(spelling.replace("*", word)))));
      const found = [...new Set(wide.filter((at) => at >= 0))].sort((a, b) => a - b);
      if (found.length < 2) continue;
      told.push(`  # unsure: ${comment(found.map((at) => columns[at]!.heading).join(", "))} are a row each of ${set.replaceAll("_", " ")}: copy its unpivot from the mapping ${mapping.name}, or they are not loaded`);
    }
  }
  return told;
}

/** Whether a column's heading stands further to the left already. */
const isRepeat = (columns: Column[], at: number): boolean => {
  const heading = normaliseHeading(columns[at]!.heading);
  return heading !== "" && columns.slice(0, at).some((c) => normaliseHeading(c.heading) === heading);
};

const placeOf = (sheet: SheetPeek) => (sheet.sheet ? `sheet “${oneLine(sheet.sheet)}”` : "the file");

function guess(contract: Contract, field: string, spec: Field, spellings: string[], column: Column, i: number, order: DateOrder, shelf: Shelf): Guess | null {
  const heading = normaliseHeading(column.heading);
  if (!heading) return null;
  const shape = shapeOf(spec, column.values, order, shelf);
  const exact = spellings.find((s) => normaliseHeading(s) === heading);
  if (exact) {
    if (shape.fits < 0.5 && column.values.length) return {field, column: i, score: 0.6, sure: false, why: `the heading is known, but ${shape.says}`};
    return {field, column: i, score: 1 + (field === contract.happened ? 0.1 : 0), sure: column.values.length > 0, why: `known heading; ${shape.says}`};
  }
  if (NEVER.test(heading) || shape.fits < 0.6) return null;
  const near = spellings.map((s) => ({s, d: Math.min(unlikeness(s, column.heading), wordsUnlike(s, heading))})).sort((a, b) => a.d - b.d)[0]!;
  if (near.d <= UNLIKE) return {field, column: i, score: 0.9 - near.d, sure: false, why: `like “${near.s}”; ${shape.says}`};
  // a column of words that a code list knows is that code, whatever it is called
  if (spec.list && shape.words >= 3 && shape.fits >= 0.8) return {field, column: i, score: 0.3, sure: false, why: `no heading like it is known, but ${shape.says}`};
  return null;
}

/** 0 when two headings have the same words in another order, 1 when they share none. */
function wordsUnlike(a: string, b: string): number {
  const common = (text: string) => new Set(normaliseHeading(text).replace(/(?<=[a-z])(?=[A-Z])/g, " ").split(" ").filter((w) => !["of", "the", "date", "is", "was", "a"].includes(w)));
  const [x, y] = [common(a), common(b)];
  if (x.size === 0 || y.size === 0) return 1;
  const shared = [...x].filter((w) => y.has(w)).length;
  return 1 - shared / Math.max(x.size, y.size);
}

interface Shape {
  /** Share of the values that the field's kind accepts and, for a code list, knows. */
  fits: number;
  /** Distinct words. */
  words: number;
  says: string;
}

function shapeOf(spec: Field, values: string[], order: DateOrder, shelf: Shelf): Shape {
  if (values.length === 0) return {fits: 0.6, words: 0, says: "no value to look at"};
  const reading: Reading = {dateOrder: order, ...(values.every((v) => /^\d{5}(\.\d+)?$/.test(v)) ? {serialDates: 1900 as const} : {})};
  const schema = cellSchema(spec.kind, false, reading);
  const accepted = values.filter((v) => schema.safeParse(v).success);
  const share = (n: number) => (n === values.length ? (n === 1 ? "the one value is" : `all ${n} values are`) : `${n} of ${values.length} values ${n === 1 ? "is" : "are"}`);
  const distinct = [...new Set(values.map(normaliseWord))];
  if (spec.kind === "code" && spec.list) {
    const known = shelf.reference.words[spec.list];
    const in_ = distinct.filter((w) => w.split(/ *[;|] */).some((part) => known?.has(part)));
    return {fits: distinct.length ? in_.length / distinct.length : 0, words: distinct.length, says: `${in_.length} of ${distinct.length} different words are in the list “${spec.list.replaceAll("_", " ")}”`};
  }
  const looks = spec.kind === "id" ? accepted.filter((v) => !/\s/.test(v) && !/^\d{1,2}[/.-]\d{1,2}[/.-]\d{4}/.test(v)) : spec.kind === "code" ? accepted.filter((v) => !/^\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}/.test(v)) : accepted;
  const kind = {id: "like an id", date: "a date", datetime: "a date", flag: "yes or no", int: "a whole number", decimal: "a number", code: "words", text: "words"}[spec.kind];
  return {fits: looks.length / values.length, words: distinct.length, says: `${share(looks.length)} ${looks.length === 1 || !["a date", "a whole number", "a number"].includes(kind) ? kind : `${kind.slice(2)}s`}`};
}

/** “Contact date” beside “Contact time”. */
function joinTimes(guesses: Guess[], columns: Column[], contract: Contract) {
  for (const g of guesses) {
    if (contract.fields[g.field]!.kind !== "datetime") continue;
    const withTime = columns[g.column]!.values.some((v) => /\d:\d/.test(v) && !/ 00:00(:00)?$/.test(v));
    if (withTime) continue;
    const stem = normaliseHeading(columns[g.column]!.heading).replace(/\b(date|dt|day|on|of)\b/g, "").replace(/ +/g, " ").trim();
    const free = (i: number) => i !== g.column && !guesses.some((x) => x.time === i) && columns[i]!.values.some((v) => TIME.test(v) || /^0?\.\d+$/.test(v));
    const named = columns.findIndex((c, i) => free(i) && /\btime\b/.test(normaliseHeading(c.heading)) && normaliseHeading(c.heading).includes(stem));
    const beside = g.column + 1;
    const at = named >= 0 ? named : beside < columns.length && normaliseHeading(columns[beside]!.heading) === "time" && free(beside) ? beside : -1;
    if (at < 0) continue;
    const taken = guesses.findIndex((x) => x.column === at);
    if (taken >= 0) guesses.splice(taken, 1);
    g.time = at;
    g.why += `; its time is in “${columns[at]!.heading}”`;
  }
}

/** A needed id that no heading told of may be in the only column left that looks like one. */
function lastId(guesses: Guess[], columns: Column[], contract: Contract, order: DateOrder, shelf: Shelf) {
  const lacking = Object.entries(contract.fields).filter(([field, spec]) => spec.required && spec.kind === "id" && !guesses.some((g) => g.field === field));
  if (lacking.length !== 1 || guesses.length === 0) return;
  const [field, spec] = lacking[0]!;
  const left = columns.flatMap((c, i) => {
    const heading = normaliseHeading(c.heading);
    const free = !guesses.some((g) => g.column === i || g.time === i) && /\b(id|number|no|ref|reference|identifier|key)\b/.test(heading) && !NEVER.test(heading);
    return free && c.values.length && shapeOf(spec, c.values, order, shelf).fits === 1 ? [i] : [];
  });
  if (left.length === 1) guesses.push({field, column: left[0]!, score: 0.2, sure: false, why: "the only column of numbers or references left; make sure that it is this one and not another id"});
}

function setLines(best: ProposedSet, second: ProposedSet | undefined, sheet: SheetPeek, columns: Column[], shelf: Shelf): string[] {
  const {contract, guesses, missing} = best;
  const close = second && second.score > best.score - 1 && second.guesses.length >= 2;
  const words = (set: Contract) => set.name.replaceAll("_", " ");
  const certain = missing.length === 0 && !close && guesses.filter((g) => g.sure).length >= 2;
  const lines = [`  - set: ${contract.name}   # ${certain ? "sure" : "unsure"}: one row is ${contract.oneRowIs}${close ? `; it could also be ${words(second.contract)}` : ""}`];
  if (sheet.sheet) lines.push(`    sheets: [${scalar(sheet.sheet)}]`);
  lines.push("    fields:");
  for (const g of guesses) {
    const heading = scalar(columns[g.column]!.heading);
    const source = g.time === undefined ? `[${heading}]` : `{date: [${heading}], time: [${scalar(columns[g.time]!.heading)}]}`;
    lines.push(`      ${g.field}: ${source}   # ${g.sure ? "sure" : "unsure"}: ${comment(g.why)}`);
  }
  for (const field of missing) {
    const source = shelf.mappings.flatMap((m) => m.records).find((r) => r.set === contract.name && r.fields[field])?.fields[field];
    lines.push(`      # needed and not found: ${field}: [${scalar(spellingsOf(source, field)[0]!)}]`);
  }
  const used = new Set(guesses.flatMap((g) => [g.column, ...(g.time === undefined ? [] : [g.time])]));
  const dropped = columns.filter((c, i) => c.heading && !used.has(i)).map((c) => c.heading);
  if (dropped.length) lines.push(`    # not loaded, as no field was found for them: ${comment(dropped.join(", "))}`);
  const unsaid = Object.keys(contract.fields).filter((f) => !contract.fields[f]!.required && !guesses.some((g) => g.field === f));
  if (unsaid.length) lines.push(`    # fields that nothing fills yet: ${unsaid.join(", ")}`);
  return lines;
}

/** A text as YAML takes it inside a flow sequence, quoted where it must be. */
const scalar = (text: string) => stringify([text], {collectionStyle: "flow", lineWidth: 0}).trim().slice(1, -1).trim();
/** A comment stays on its line. */
const comment = (text: string) => text.replace(/[\r\n\u0085\u2028\u2029]+/g, " ");
/** A heading in one line and without “*”, which in a mapping stands for any text; neither tells two headings apart. */
const oneLine = (text: string) => text.replace(/[\s*]+/gu, " ").trim();
