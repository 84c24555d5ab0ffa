// Rows of a sheet → the rows that are offered to one record set, set-wise in SQL: what belongs there, what is out of scope, one row a part, one row a form.
// Every row keeps the line it came from. Types nothing and maps no word.
import {literal, name, rowOf, rowsOf, type Db} from "../duckdb.ts";
import type {RowsOfText, Warning} from "../extract/types.ts";
import {normaliseWord, normaliseWordSql} from "../transform/reference.ts";
import {DATABASE_BLANKS, databaseBlankSql} from "./kinds.ts";
import type {ChosenCondition, ChosenRecord, ChosenSheet, FieldColumns} from "./mapping.ts";

/**
 * What a record set is offered. `parts`: the table has a column `part`, and a line may stand in it several times. `origin`: the rows are
 * corrections, and the table has a column `origin`, the line of the export that each corrects. `forms`: a row was made of several lines; the
 * table of that name has them all (form: the row's line, line).
 */
export interface Offered {
  rows: RowsOfText & {parts?: boolean; origin?: boolean; forms?: string};
  fields: FieldColumns[];
  warnings: Warning[];
}

/** The fault of a cell that should hold JSON. Its text is not shown: it may hold what nobody should read. */
const NOT_JSON = "\u0001not JSON";
/** A marker that `cellText` gives for a cell that cannot be read, with the sentence for a person. */
export const UNREADABLE: Record<string, string> = {[NOT_JSON]: "not JSON: the column was cut short or is not what the mapping says; export it whole"};

const YES = "('y', 'yes', 'true', 't', '1')";

/** SQL giving the text of a field: trimmed, NULL when blank, as the mapping reads its cells. */
export function cellText(f: FieldColumns): string {
  if (f.made) return name(f.made);
  const [first, second] = f.columns.map((i) => clean(`c${i}`, f));
  switch (f.how?.how) {
    case "date-time":
      // A date column beside a time column is often exported with a midnight of its own; the day is all that is wanted of it.
      // A date from a workbook is a day number, its time a fraction of a day or typed as text; the sum is a serial date-time.
      return `case when ${first} is null then null
        when regexp_full_match(${first}, '[0-9]{1,6}([.][0-9]+)?') and (${fractionOfDay(second!)}) between 0 and 0.9999999 then cast(floor(try_cast(${first} as double)) as bigint) || '.' || lpad(cast(cast(round((${fractionOfDay(second!)}) * 1e12) as bigint) as varchar), 12, '0')
        else concat_ws(' ', regexp_extract(${first}, '^[^ T]+'), ${second}) end`;
    case "first":
      return `coalesce(${f.columns.map((i) => clean(`c${i}`, f)).join(", ")})`;
    case "flags":
      return joined(f.how.words.map((word, i) => `case when lower(${name(`c${f.columns[i]!}`)}) in ${YES} then ${literal(word)} end`), f);
    case "json":
      return jsonText(name(`c${f.columns[0]!}`), f);
    case "filled":
      return `case when ${first} is not null${second ? ` and ${second} is null` : ""} then 'yes' end`;
    default:
      return first!;
  }
}

/** SQL: a time as a fraction of a day, be it written as one (`6.9E-4`) or as hh:mm[:ss]; NULL for anything else. */
const fractionOfDay = (text: string) =>
  `case when regexp_full_match(${text}, '[0-9]*[.]?[0-9]+([eE]-[0-9]+)?') then try_cast(${text} as double) when regexp_full_match(${text}, '([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?') then epoch(try_cast(${text} as time)) / 86400 end`;

function clean(column: string, f: FieldColumns): string {
  let sql = name(column);
  if (f.stripPrefix) sql = `nullif(regexp_replace(${sql}, '^[A-Za-z]{1,2}[0-9]{0,2}[)] *', ''), '')`;
  if (f.blank?.length) sql = `case when lower(${sql}) not in (${f.blank.map(literal).join(", ")}) then ${sql} end`;
  return sql;
}

const joined = (words: string[], f: FieldColumns) => (f.many ? `nullif(concat_ws(';', ${words.join(", ")}), '')` : `coalesce(${words.join(", ")})`);

/** A cell's JSON, NULL where it is none; an object alone in a list is the object, as SQL Server writes a row's JSON unless told otherwise. */
function jsonOf(column: string): string {
  const json = `(case when json_valid(${column}) then ${column} end)`;
  return `(case when json_array_length(${json}) = 1 and json_type(${json}, '$[0]') = 'OBJECT' then cast(json_extract(${json}, '$[0]') as varchar) else ${json} end)`;
}

/** What JSON cells say yes to under keys (or list as members) that the mapping does not name: counted, and named where it looks like a key or a code; any other word may be a name. */
export async function unreadJson(db: Db, rows: RowsOfText, fields: FieldColumns[]): Promise<Warning[]> {
  const warnings: Warning[] = [];
  for (const f of fields) {
    if (f.how?.how !== "json") continue;
    const keys = f.how.keys.map(([key]) => literal(key)).join(", ");
    const found = await rowsOf<{word: string | null; cells: number; line: number}>(
      db,
      `with cells as (select line, ${jsonOf(name(`c${f.columns[0]!}`))} as j from ${name(rows.table)}),
       yes as (select line, unnest(list_transform(list_filter(map_entries(try_cast(case when json_type(j) = 'OBJECT' then cast(j as json) end as map(varchar, varchar))), lambda e: lower(trim(e.value)) in ${YES}), lambda e: e.key)) as word from cells),
       members as (select line, unnest(json_extract_string(case when json_type(j) = 'ARRAY' then j end, '$[*]')) as word from cells),
       unread as (select line, case when regexp_full_match(word, '[A-Za-z0-9_]{1,40}') then word end as word from yes where word not in (${keys})
         union all select line, case when regexp_full_match(word, '[A-Za-z]{0,3}[0-9]{1,3}[A-Za-z]{0,2}') then word end from members where trim(word) <> '' and lower(trim(word)) not in (${keys.toLowerCase()}))
       select word, count(*) as cells, min(line) as line from unread group by 1 order by 2 desc, 1`
    );
    if (found.length === 0) continue;
    const heading = rows.headings[f.columns[0]!] ?? "";
    const line = Math.min(...found.map((w) => w.line));
    const words = found.slice(0, 20).map((w) => `${w.word === null ? "others" : `“${w.word}”`} (${w.cells})`);
    warnings.push({code: "json-unread", ...(rows.sheet === undefined ? {} : {sheet: rows.sheet}), line, heading, message: `“${heading}” says what the mapping does not read (first on line ${line}): ${words.join(", ")}; what of it is ${f.field.replaceAll("_", " ")}, add to the mapping's json keys, spelt as it is here`});
  }
  return warnings;
}

/** An object's allowed keys that say yes, or a list's allowed members. DuckDB works both branches of a `case` out, so what is not JSON never gets as far. */
function jsonText(column: string, f: FieldColumns): string {
  const keys = f.how?.how === "json" ? f.how.keys : [];
  const json = jsonOf(column);
  const members = `list_transform(json_extract_string(${json}, '$[*]'), lambda x: lower(trim(x)))`;
  const words = keys.map(([key, word]) => `case when lower(trim(json_extract_string(${json}, ${literal(`$."${key.replaceAll('"', "")}"`)}))) in ${YES} or list_contains(${members}, ${literal(key.toLowerCase())}) then ${literal(word)} end`);
  return `case when ${json} is null and ${column} is not null or json_type(${json}) not in ('OBJECT', 'ARRAY', 'NULL') then ${literal(NOT_JSON)} else ${joined(words, f)} end`;
}

function wordTest(column: number, test: string, words: string[]): string {
  const spelt = normaliseWordSql(`coalesce(${name(`c${column}`)}, '')`);
  const wanted = words.map(normaliseWord);
  const found = test.startsWith("is") ? `${spelt} in (${wanted.map(literal).join(", ")})` : `(${wanted.map((w) => `contains(' ' || ${spelt} || ' ', ${literal(` ${w} `)})`).join(" or ")})`;
  return test.endsWith("Not") ? `not ${found}` : found;
}

function conditionSql(c: ChosenCondition, fields: FieldColumns[]): string {
  if ("column" in c) return wordTest(c.column, c.test, c.words);
  return c.filled.map((f) => `${cellText(fields.find((x) => x.field === f)!)} is not null`).join(" and ");
}

/**
 * Rows in which what a database writes for an empty cell is blank, with a count of such cells. A word that the mapping calls blank itself is not
 * counted, and one that it gives a code stays the word it is.
 */
export async function withoutDatabaseBlanks<T extends RowsOfText>(db: Db, rows: T, sheet: ChosenSheet): Promise<{rows: T; warnings: Warning[]}> {
  const wanted = new Set(sheet.records.flatMap((r) => r.fields.filter((f) => Object.keys(r.mapping.words[f.field] ?? {}).some((word) => DATABASE_BLANKS.includes(word))).flatMap((f) => f.columns)));
  const columns = rows.keep.filter((i) => !wanted.has(i));
  if (columns.length === 0) return {rows, warnings: []};
  const held = await rowOf<Record<string, boolean | null>>(db, `select ${columns.map((i) => `bool_or(${databaseBlankSql(name(`c${i}`))}) as n${i}`).join(", ")} from ${name(rows.table)}`);
  const holding = columns.filter((i) => held[`n${i}`] === true);
  if (holding.length === 0) return {rows, warnings: []};
  const table = `${rows.table}_blanked`;
  await db.run(`create or replace view ${name(table)} as select * replace (${holding.map((i) => `case when ${databaseBlankSql(name(`c${i}`))} then null else ${name(`c${i}`)} end as ${name(`c${i}`)}`).join(", ")}) from ${name(rows.table)}`);
  const declared = new Set(sheet.mapping.blank.map((b) => b.trim().toLowerCase()));
  const each = holding.map((i) => `select ${i} as i, ${name(`c${i}`)} as word, count(*) as cells from ${name(rows.table)} where ${databaseBlankSql(name(`c${i}`))} group by 2`);
  const counted = (await rowsOf<{i: number; word: string; cells: number}>(db, `${each.join(" union all ")} order by i, cells desc, word`)).filter((c) => !declared.has(c.word.toLowerCase()));
  if (counted.length === 0) return {rows: {...rows, table}, warnings: []};
  const sum = (of: typeof counted) => of.reduce((n, c) => n + c.cells, 0);
  const words = [...new Set(counted.map((c) => c.word))].map((word) => `“${word}” (${sum(counted.filter((c) => c.word === word))})`);
  const under = [...new Set(counted.map((c) => `“${rows.headings[c.i] ?? ""}”`))];
  const n = sum(counted);
  const message = `${n} ${n === 1 ? "cell" : "cells"} read as blank, as databases write ${n === 1 ? "it" : "them"}: ${words.join(", ")}; under ${under.join(", ")}`;
  return {rows: {...rows, table}, warnings: [{code: "database-blanks", ...(rows.sheet === undefined ? {} : {sheet: rows.sheet}), heading: rows.headings[counted[0]!.i] ?? "", message}]};
}

/**
 * Takes out of a sheet's rows those that are out of scope, counted under their names.
 * @returns the rows left (their `read` is what is left) and the counts
 */
export async function inScope<T extends RowsOfText>(db: Db, rows: T, sheet: ChosenSheet): Promise<{rows: T; outOfScope: {why: string; rows: number}[]}> {
  if (sheet.outOfScope.length === 0) return {rows, outOfScope: []};
  const why = `case ${sheet.outOfScope.map((o) => `when ${wordTest(o.column, o.test, o.words)} then ${literal(o.why)}`).join(" ")} end`;
  const table = `${rows.table}_scope`;
  await db.run(`create or replace table ${name(table)} as select *, ${why} as out_of_scope from ${name(rows.table)}`);
  const counted = await db.runAndReadAll(`select out_of_scope, count(*) from ${name(table)} where out_of_scope is not null group by 1 order by 1`);
  const outOfScope = counted.getRows().map(([name, n]) => ({why: String(name), rows: Number(n)}));
  await db.run(`delete from ${name(table)} where out_of_scope is not null`);
  await db.run(`alter table ${name(table)} drop column out_of_scope`);
  return {rows: {...rows, table, read: rows.read - outOfScope.reduce((n, o) => n + o.rows, 0)}, outOfScope};
}

/** The rows of a sheet that are offered to one of its record sets; a sheet that is that record set row for row is handed on as it is. */
export async function offer(db: Db, rows: Offered["rows"], chosen: ChosenRecord, ordinal: number): Promise<Offered> {
  const {mapping, fields, when, parts, pivot} = chosen;
  const reshaped = when.length > 0 || parts.length > 0 || pivot !== null || mapping.gather !== undefined;
  if (!reshaped) return {rows, fields, warnings: []};
  const table = `${rows.table}_${ordinal}_offered`;
  const belongs = when.length ? `where ${when.map((c) => `(${conditionSql(c, fields)})`).join(" and ")}` : "";
  const from = `(select * from ${name(rows.table)} ${belongs})`;
  let made: Pick<Offered, "fields" | "warnings"> = {fields, warnings: []};
  if (parts.length) made = await unpivot(db, table, from, chosen);
  else if (pivot) made = await pivotForms(db, table, from, rows, chosen, pivot);
  else if (mapping.gather) made = await gather(db, table, from, rows, chosen);
  else await db.run(`create or replace table ${name(table)} as select * from ${from}`);
  const {offered} = await rowOf<{offered: number}>(db, `select count(*) as offered from ${name(table)}`);
  // a row that could not be read was offered to every record set of its sheet
  const forms = pivot || mapping.gather ? {forms: `${table}_lines`} : {};
  return {...made, rows: {...rows, table, read: offered + rows.rejections.length, ...(parts.length ? {parts: true} : {}), ...forms}};
}

async function unpivot(db: Db, table: string, from: string, {mapping, fields, parts, blank}: ChosenRecord): Promise<Pick<Offered, "fields" | "warnings">> {
  const into = mapping.unpivot!.into;
  const carried = Object.keys(mapping.unpivot!.fields).filter((f) => parts.some((p) => p.fields.some((x) => x.field === f)));
  const selects = parts.map((part, i) => {
    const cell = (f: string) => part.fields.find((x) => x.field === f);
    const text = (column: number) => clean(`c${column}`, {field: "", columns: [column], blank});
    const texts = carried.map((f) => `${cell(f) ? text(cell(f)!.column) : "cast(null as varchar)"} as ${name(`part_${f}`)}`);
    const filled = part.fields.map((f) => `${text(f.column)} is not null`).join(" or ");
    return `select *, ${i} as part, ${literal(part.value)} as ${name(`part_${into}`)}, ${texts.join(", ")} from ${from} where ${filled}`;
  });
  await db.run(`create or replace table ${name(table)} as ${selects.join(" union all ")}`);
  const placeOf = (f: string) => parts.map((p) => (p.fields.find((x) => x.field === f) ?? p.fields[0])!.column);
  return {
    fields: [
      ...fields.filter((f) => f.field !== into && !carried.includes(f.field)),
      {field: into, columns: [placeOf(into)[0]!], made: `part_${into}`, columnOfPart: placeOf(into)},
      ...carried.map((f) => ({field: f, columns: [placeOf(f)[0]!], made: `part_${f}`, columnOfPart: placeOf(f)}))
    ],
    warnings: []
  };
}

/** Rows alike in `by` become one; a row without all of it stays by itself, to be rejected at its own line. */
const groupKey = (by: string[], fields: FieldColumns[]) => {
  const texts = by.map((f) => fields.find((x) => x.field === f)).map((f) => (f ? cellText(f) : "null"));
  return `hash(${texts.join(", ")}, case when ${texts.map((t) => `${t} is null`).join(" or ")} then line end)`;
};

/** The line of a form in the export it corrects: the first of its lines that stood there, else (an added form) that of an added line. */
const ORIGIN = "coalesce(min(origin) filter (origin > 0), min(origin)) as origin,";

const writeLines = (db: Db, table: string, from: string, key: string) =>
  db.run(`create or replace table ${name(`${table}_lines`)} as select min(line) over (partition by form) as form, line from (select line, ${key} as form from ${from})`);

async function pivotForms(db: Db, table: string, from: string, rows: Offered["rows"], {mapping, fields}: ChosenRecord, {question, answer}: NonNullable<ChosenRecord["pivot"]>): Promise<Pick<Offered, "fields" | "warnings">> {
  const asked = Object.entries(mapping.pivot!.questions);
  const spelt = normaliseWordSql(name(`c${question}`));
  const which = `case ${asked.map(([f, texts]) => `when ${spelt} in (${texts.map((t) => literal(normaliseWord(t))).join(", ")}) then ${literal(f)}`).join(" ")} end`;
  const repeated = fields.map((f) => ({...f, text: cellText(f)}));
  await db.run(`create or replace table ${name(table)} as
    with told as (select line, rest, ${rows.origin ? "origin, " : ""}${groupKey(mapping.pivot!.by, fields)} as form, ${which} as asked, ${name(`c${answer}`)} as answer, ${repeated.map((f) => `${f.text} as ${name(`form_${f.field}`)}`).join(", ")} from ${from})
    select min(line) as line, ${rows.origin ? ORIGIN : ""} bit_xor(hash(rest, line)) as rest,
      ${[...repeated.map((f) => `arg_min(${name(`form_${f.field}`)}, line) filter (${name(`form_${f.field}`)} is not null) as ${name(`form_${f.field}`)}`), ...asked.map(([f]) => `arg_max(answer, line) filter (asked = ${literal(f)} and answer is not null) as ${name(`answer_${f}`)}`)].join(", ")},
      count(*) filter (asked is null) as not_asked
    from told group by form`);
  await writeLines(db, table, from, groupKey(mapping.pivot!.by, fields));
  const {dropped, kinds} = await rowOf<{dropped: number; kinds: number}>(db, `select count(*) as dropped, count(distinct ${spelt}) as kinds from ${from} where ${which} is null and ${name(`c${question}`)} is not null`);
  const warnings: Warning[] = dropped ? [{code: "questions-dropped", ...(rows.sheet === undefined ? {} : {sheet: rows.sheet}), heading: rows.headings[question] ?? "", message: `${dropped} answers to ${kinds} questions that the mapping does not name were not loaded`}] : [];
  return {fields: [...fields.map((f) => ({field: f.field, columns: f.columns, made: `form_${f.field}`})), ...asked.map(([f]) => ({field: f, columns: [answer], made: `answer_${f}`}))], warnings};
}

async function gather(db: Db, table: string, from: string, rows: Offered["rows"], {mapping, fields}: ChosenRecord): Promise<Pick<Offered, "fields" | "warnings">> {
  const {by, field} = mapping.gather!;
  const column = (f: FieldColumns) => name(`form_${f.field}`);
  await db.run(`create or replace table ${name(table)} as
    with told as (select line, ${rows.origin ? "origin, " : ""}${groupKey(by, fields)} as form, ${fields.map((f) => `${cellText(f)} as ${column(f)}`).join(", ")} from ${from})
    select min(line) as line, ${rows.origin ? ORIGIN : ""} cast(0 as ubigint) as rest,
      ${fields.map((f) => (f.field === field ? `string_agg(distinct ${column(f)}, ';' order by ${column(f)}) as ${column(f)}` : `arg_min(${column(f)}, line) filter (${column(f)} is not null) as ${column(f)}`)).join(", ")}
    from told group by form`);
  await writeLines(db, table, from, groupKey(by, fields));
  return {fields: fields.map((f) => ({field: f.field, columns: f.columns, made: `form_${f.field}`})), warnings: []};
}

/** How many lines of a sheet went to none of its record sets. */
export async function linesOfNoSet(db: Db, rows: RowsOfText, offered: Offered[]): Promise<number> {
  if (offered.some((o) => o.rows.table === rows.table)) return 0;
  if (offered.some((o) => o.fields.some((f) => f.made?.startsWith("form_")))) return 0;
  const {lines} = await rowOf<{lines: number}>(db, `select count(*) as lines from ${name(rows.table)} where line not in (${offered.map((o) => `select line from ${name(o.rows.table)}`).join(" union ")})`);
  return lines;
}
