// Every field kind: its SQL and its zod schema accept the same texts, as the same values, and fault the rest alike.
import {DuckDBInstance, type DuckDBConnection} from "@duckdb/node-api";
import fc from "fast-check";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {NULLS} from "../../etl/extract/bytes.ts";
import {cellSchema, cellSql, DATABASE_BLANKS, databaseBlankSql, FAULTS, faultMessage, KIND_MACROS, KINDS, type Kind, type Reading} from "../../etl/load/kinds.ts";

const SEED = Number(process.env.FC_SEED ?? 20250330);
const RUNS = Number(process.env.FC_RUNS ?? 9000);
const READINGS: Reading[] = (["dmy", "mdy", "ymd"] as const).flatMap((dateOrder) => [{dateOrder}, {dateOrder, serialDates: 1900}, {dateOrder, serialDates: 1904}] as Reading[]);

let instance: DuckDBInstance;
let db: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:", {threads: "1", autoinstall_known_extensions: "false"});
  db = await instance.connect();
  await db.run(KIND_MACROS);
});
afterAll(() => {
  db.closeSync();
  instance.closeSync();
});

/** What a text came to: `=value` or `!fault`. */
type Verdict = string;
const plain = (value: string) => (/^-?[0-9]+\.[0-9]+$/.test(value) ? value.replace(/\.?0+$/, "") : value);
const verdict = (value: unknown, fault: unknown): Verdict => (fault === null || fault === undefined ? `=${plain(String(value))}` : `!${fault}`);

async function load(texts: string[]) {
  await db.run("create or replace temp table texts (i integer, t varchar)");
  const appender = await db.createAppender("texts");
  texts.forEach((text, i) => {
    appender.appendInteger(i);
    appender.appendVarchar(text);
    appender.endRow();
  });
  appender.closeSync();
}

/**
 * Verdicts of the SQL on the loaded texts, the fault worked out from the value's column and from the text alone, each held to whether it says that there is one.
 * Where the quick value has no fault, it has to be the value.
 */
async function bySql(kind: Kind, reading: Reading): Promise<[Verdict, Verdict][]> {
  const alone = cellSql(kind, "t", reading);
  const known = cellSql(kind, "t", reading, "v");
  const quick = cellSql(kind, "t", reading, "q");
  const rows = await db.runAndReadAll(`
    with valued as (select i, t, cast(${alone.value} as ${alone.type}) as v, cast(${alone.quick ?? alone.value} as ${alone.type}) as q from texts)
    select cast(v as varchar), ${known.fault}, ${alone.fault}, ${known.bad}, ${alone.bad}, not ${quick.bad} and (q is distinct from v or ${known.bad}) from valued order by i`);
  return rows.getRowsJson().map(([v, f, g, fBad, gBad, quickBad]) => (quickBad ? ["quick?", "quick?"] : [fBad === (f !== null) ? verdict(v, f) : "bad?", gBad === (g !== null) ? verdict(v, g) : "bad?"]));
}

function byZod(kind: Kind, reading: Reading, text: string): Verdict {
  const parsed = cellSchema(kind, false, reading).safeParse(text);
  return parsed.success ? verdict(parsed.data, null) : verdict(null, parsed.error.issues[0]!.message);
}

/** Texts on which SQL and zod differ; none, when all is well. */
async function disagreements(kind: Kind, reading: Reading, texts: string[]) {
  const sql = await bySql(kind, reading);
  return texts.flatMap((text, i) => {
    const zod = byZod(kind, reading, text);
    return sql[i]![0] === zod && sql[i]![1] === zod ? [] : [{text, zod, known: sql[i]![0], alone: sql[i]![1]}];
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// Texts that arrive, and texts that nobody should send

const one = <T>(...values: T[]) => fc.constantFrom(...values);
const padded = (n: number, width: number) => String(n).padStart(width, "0");
const number2 = (most: number) => fc.tuple(fc.integer({min: 0, max: most}), fc.boolean()).map(([n, pad]) => (pad ? padded(n, 2) : String(n)));
const year = fc.oneof(
  {weight: 6, arbitrary: fc.integer({min: 1895, max: 2105}).map(String)},
  {weight: 1, arbitrary: one("0000", "0001", "0024", "0999", "1899", "1900", "2000", "2100", "2101", "9999", "10000", "24", "99", "024", "20", "20 ")}
);
const monthName = one("Jan", "february", "MAR", "Apr", "April", "May", "june", "Jul", "AUGUST", "Sep", "Sept", "september", "Oct", "Novem", "November", "dec", "Mär", "ſep", "Janvier", "Mayy");
const separator = one("/", "/", "/", "-", "-", ".", " ", "//", "\u2044", "");
const separators = fc.oneof({weight: 5, arbitrary: separator.map((s) => [s, s])}, {weight: 1, arbitrary: fc.tuple(separator, separator)});
const day = fc.oneof(
  {weight: 5, arbitrary: fc.tuple(number2(32), number2(14), year, separators).map(([d, m, y, [s, u]]) => d + s + m + u + y)},
  {weight: 2, arbitrary: fc.tuple(number2(14), number2(32), year, separators).map(([m, d, y, [s, u]]) => m + s + d + u + y)},
  {weight: 3, arbitrary: fc.tuple(number2(32), monthName, year, separators).map(([d, m, y, [s, u]]) => d + s + m + u + y)},
  {weight: 4, arbitrary: fc.tuple(year, number2(14), number2(32), fc.oneof({weight: 4, arbitrary: fc.constant("-")}, separator)).map(([y, m, d, s]) => y + s + m + s + d)},
  {weight: 2, arbitrary: fc.tuple(fc.integer({min: 1896, max: 2104}), one("/", "-", ".")).map(([y, s]) => `29${s}02${s}${y}`)}
);
const clock = fc.tuple(number2(25), number2(61), fc.option(number2(61)), fc.option(fc.stringMatching(/^[0-9]{1,10}$/))).map(([h, m, s, f]) => `${h}:${m}${s === null ? "" : `:${s}${f === null ? "" : `.${f}`}`}`);
const between = fc.oneof({weight: 6, arbitrary: one(" ", "T")}, one("  ", "    ", " \t", " \n", " \v", " \f", " \u00a0", "\n", "\r\n", "TT", " T", "t", "\u00a0", "\u2003", "_", "\v", "\f"));
const zone = fc.oneof({weight: 8, arbitrary: fc.constant("")}, one("Z", "z", " Z", "+00", "+01:00", " +0100", "-05", " UTC", " GMT", "BST", "[Europe/London]", " am", " PM", " 9am", " noon"));
const when = fc.tuple(day, fc.option(fc.tuple(between, clock)), zone).map(([d, c, z]) => d + (c ? c[0] + c[1] : "") + z);
const springHour = fc
  .tuple(fc.integer({min: 1900, max: 2100}), fc.integer({min: 24, max: 31}), one("00:59", "0:59:59.999999", "01:00", "1:00", "01:30:15", "1:59:59.999999999", "02:00", "11:00"), one("dmy", "mdy", "iso", "name"))
  .map(([y, d, c, form]) => `${{dmy: `${d}/03/${y}`, mdy: `03/${d}/${y}`, iso: `${y}-03-${d}`, name: `${d} Mar ${y}`}[form]} ${c}`);
const serial = fc.oneof(
  fc.integer({min: 0, max: 1_100_000}).map(String),
  fc.integer({min: 35_000, max: 50_000}).chain((d) => fc.integer({min: 0, max: 86_400}).map((s) => String(d + s / 86_400))),
  fc.tuple(fc.integer({min: 0, max: 80_000}), fc.stringMatching(/^[0-9]{1,20}$/)).map(([d, f]) => `${d}.${f}`),
  one("59", "60", "60.99999999", "61", "061", "44562.5", "0.99999999", "44562.99999999", "44562.999999", "73415", "73415.99999", "73415.999999", "73416", "71953", "71954", "2024", "-1", "44562.", "4.4562E4", "1e5")
);
/** Of the width of the commonest forms, with something in it that a lenient reader would let pass. */
const fixedWidth = fc
  .tuple(one("01/04/2024 09:05", "12/11/2024 09:05:07", "12/11/2024", "29/02/2024 23:59", "01/01/1900 00:00:00", "2024-02-29", "1900-01-01", "2024-11-12", "2024-02-29 23:59:07", "2024-11-12T09:05", "1900-01-01 00:00:00.123456"), fc.array(fc.tuple(fc.nat(18), one(..." \t\n\v\f+-./:0123456")), {minLength: 1, maxLength: 3}))
  .map(([text, edits]) => {
    const chars = [...text];
    for (const [at, c] of edits) chars[at % chars.length] = c;
    return chars.join("");
  });
const amount = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.tuple(one("", "+", "-", "--", "−"), fc.stringMatching(/^0{0,3}[0-9]{0,20}$/), one("", ".", ".0", ".50", ",5", ".000000000000000001", ".1234567890123456789", "e3", "%")).map((parts) => parts.join("")),
  one("9".repeat(400), `1${"0".repeat(400)}`, `0.${"1".repeat(400)}`, "-0", "+0", "00", "-0.0", "-0.0010", "12.7", "1,000", "£5", "½", "٣", "１２", "1_000", "0x10", "Infinity", "NaN", "1e400", "999999999", "1000000000", "2147483648")
);
const idLike = fc.oneof(
  fc.stringMatching(/^[0-9A-Z/_-]{1,12}$/),
  fc.tuple(fc.stringMatching(/^[+-]?[0-9]{1,6}$/), one("", ".0", ".00", ".5", ".", ",0", ".0.0"), one("", "E+12", "e-3", "E12", "E+", "+12")).map((parts) => parts.join("")),
  one("1.23457E+12", "1.23457E12", "1,23457E+12", "04E12", "04E+12", "123.0", "0123", "A123.0", "#N/A", "#REF!", "#DIV/0!", "#NAME?", "########", "#", "#12", "a\nb", "a\u0085b", "a\u2028b", "a\u007fb", "a\u0001b")
);
const words = fc.oneof(fc.mixedCase(one("yes", "no", "true", "false", "y", "n", "t", "f")), fc.mixedCase(one("maybe", "truefalse", "\u0131", "ye\u017f")), one("yes", "Yes", "YES", "y", "No", "n", "TRUE", "True", "tRuE", "FALSE", "0", "1", "01", "yes.", "Y/N", "ye\u017f", "\u0131", "T\u0130", "ＹＥＳ", "oui", "no\u0301", "NULL", "null", "-", "on", "off"));
const long = fc
  .tuple(one("a", "\u{1F600}", "é", "\u{10FFFF}", "0"), one("b", "\u{1F601}", "è", "\u{10FFFE}", "1", "\u0301"), one(63, 64, 65, 199, 200, 201, 1999, 2000, 2001, 2001))
  .map(([first, rest, length]) => first + rest.repeat(length - 1));
const hostile = fc.oneof(
  fc.string({unit: "binary", maxLength: 20}),
  fc.string({unit: "grapheme", maxLength: 20}),
  one("'", "''", "'; drop table texts; --", '"', "\\", "$1", "?", "%", "{order}", "=cmd()", "<script>", "\u202e01/04/2024", "01/04/2024\u200b", "\u0001", "a\tb", "０１/０４/２０２４", "infinity", "-infinity", "epoch", "now", "today", "12:00", "12:00:00", "2024", "2024-04", "20240401", "290055-01-01", "1 April", "April 2024", "1st April 2024", "Mon 1 Apr 2024", "1 Apr, 2024", "Apr 1 2024")
);
const sensible = fc.oneof({weight: 6, arbitrary: when}, {weight: 1, arbitrary: springHour}, {weight: 3, arbitrary: fixedWidth}, {weight: 1, arbitrary: serial}, amount, idLike, words, long);
/** A text that would do, with a character or two put in, taken out or changed. */
const spoilt = fc
  .tuple(sensible, fc.array(fc.tuple(fc.nat(24), one("insert", "remove", "replace"), one(..." 0123456789/-.:TZtz+\t\n\r\v\f'\u00a0０１ıſKé\u{1F600}")), {minLength: 1, maxLength: 2}))
  .map(([text, edits]) => {
    const chars = Array.from(text).slice(0, 300);
    for (const [at, edit, c] of edits) chars.splice(Math.min(at, chars.length), edit === "insert" ? 0 : 1, ...(edit === "remove" ? [] : [c]));
    return chars.join("");
  });
const cell = fc.oneof({weight: 5, arbitrary: sensible}, {weight: 4, arbitrary: spoilt}, {weight: 1, arbitrary: hostile});
const arriving = (texts: string[]) => [...new Set(texts.map((t) => t.replaceAll("\0", "").trim()).filter((t) => t !== "" && !/\p{Surrogate}/u.test(t)))];

describe("SQL and zod agree on every text: accepted or not, the value, the fault", () => {
  const texts = arriving(fc.sample(cell, {numRuns: RUNS, seed: SEED}));
  beforeAll(() => load(texts));

  describe.each(["date", "datetime"] as const)("%s", (kind) => {
    test.each(READINGS)("read with %o", async (reading) => {
      expect(await disagreements(kind, reading, texts)).toEqual([]);
    });
  });

  test.each(KINDS.filter((k) => k !== "date" && k !== "datetime"))("%s, which is read alike whatever the date order", async (kind) => {
    for (const reading of READINGS) expect(cellSql(kind, "t", reading)).toEqual(cellSql(kind, "t", DMY));
    expect(await disagreements(kind, DMY, texts)).toEqual([]);
  });

  test("and the texts are a fair trial: each kind accepts and faults many", () => {
    for (const kind of KINDS) {
      const accepted = texts.filter((t) => byZod(kind, {dateOrder: "dmy", serialDates: 1900}, t).startsWith("=")).length;
      const few = 15; // yes and no can only be written in so many ways, and few texts are too long
      expect([kind, accepted > (kind === "flag" ? few : 100), texts.length - accepted > (["id", "code", "text"].includes(kind) ? few : 200)]).toEqual([kind, true, true]);
    }
  });
});

test("what a database writes for an empty cell holds the letters by which a file is asked whether it has any", () => {
  for (const blank of DATABASE_BLANKS) expect(NULLS.filter((letters) => blank.includes(letters))).toHaveLength(1);
});

test("SQL and the list agree on what a database writes for an empty cell, letter for letter: no other text is taken for one", async () => {
  const near = fc.oneof(fc.mixedCase(one(...DATABASE_BLANKS)), fc.tuple(one(...DATABASE_BLANKS), one(" ", ".", "\\", "(", "\u00a0", "s")).map((parts) => parts.join("")), one("N/A", "n/a", "None", "nil", "-", "\\n", "\\\\N", "NaN", "[null", "null)", "ＮＵＬＬ", "%", "_"), cell);
  const texts = arriving([...DATABASE_BLANKS, ...fc.sample(near, {numRuns: 2000, seed: SEED})]);
  await load(texts);
  const sql = (await db.runAndReadAll(`select ${databaseBlankSql("t")} from texts order by i`)).getRows().map(([blank]) => blank);
  expect(texts.filter((text, i) => sql[i] !== DATABASE_BLANKS.includes(text))).toEqual([]);
  expect(texts.filter((text) => DATABASE_BLANKS.includes(text))).toHaveLength(DATABASE_BLANKS.length);
  // read as the load reads them, both sides give no value and no fault where the field may be blank, and “missing” where it may not
  const reading: Reading = {dateOrder: "dmy"};
  for (const kind of KINDS) {
    const blank = `case when ${databaseBlankSql("t")} then null else t end`;
    const both = cellSql(kind, blank, reading);
    const rows = await db.runAndReadAll(`select cast(${both.value} as varchar), ${both.fault} from texts where ${databaseBlankSql("t")}`);
    expect(new Set(rows.getRows().map((row) => JSON.stringify(row)))).toEqual(new Set(["[null,null]"]));
    expect([cellSchema(kind, false, reading).parse(null), cellSchema(kind, true, reading).safeParse(null).error?.issues[0]?.message]).toEqual([null, "missing"]);
  }
});

test("every day of 1895 to 2105, and every day that never was, is read alike in each written form", async () => {
  const forms = [(y: number, m: string, d: string) => `${d}/${m}/${y}`, (y: number, m: string, d: string) => `${y}-${m}-${d} 09:05`];
  const texts: string[] = [];
  for (let y = 1895; y <= 2105; y++) for (let m = 0; m <= 13; m++) for (const d of [0, 1, 12, 13, 28, 29, 30, 31, 32]) texts.push(forms[(y + m + d) % 2]!(y, padded(m, 2), padded(d, 2)));
  await load(texts);
  for (const dateOrder of ["dmy", "mdy"] as const) expect(await disagreements("datetime", {dateOrder}, texts)).toEqual([]);
});

test("the hour that the clocks skip is the one that the time zone database skips, every year from 1981 to 2100", async () => {
  await db.run(`create or replace temp table texts as
    select row_number() over (order by ts) as i, strftime(ts, '%d/%m/%Y %H:%M') as t, ts, timezone('Europe/London', timezone('Europe/London', ts)) <> ts as skipped
    from range(1981, 2101) years(y), range(0, 24 * 40) hours(h), (select make_timestamp(y, 3, 1, 0, 30, 0) + to_hours(h) as ts)`);
  const rows = await db.runAndReadAll(`select count(*) filter (skipped), count(*) filter (skipped <> (fault is not null)) from (select skipped, ${cellSql("datetime", "t", {dateOrder: "dmy"}).fault} as fault from texts)`);
  expect(rows.getRowsJson()).toEqual([["120", "0"]]);
});

// ---------------------------------------------------------------------------------------------------------------------
// By example

const DMY: Reading = {dateOrder: "dmy"};
const MDY: Reading = {dateOrder: "mdy"};
const YMD: Reading = {dateOrder: "ymd"};
const XLSX: Reading = {dateOrder: "dmy", serialDates: 1900};
const MAC: Reading = {dateOrder: "dmy", serialDates: 1904};

const EXAMPLES: [Kind, Reading, string, Verdict][] = [
  ["id", DMY, "000123", "=000123"],
  ["id", DMY, "04E12", "=04E12"],
  ["id", DMY, "AB-12/3 b", "=AB-12/3 b"],
  ["id", DMY, "12.5", "=12.5"],
  ["id", DMY, "1.23457E+12", "!id-scientific"],
  ["id", DMY, "1.23457E12", "!id-scientific"],
  ["id", DMY, "1E+12", "!id-scientific"],
  ["id", DMY, "123.0", "!id-decimal"],
  ["id", DMY, "#N/A", "!id-error"],
  ["id", DMY, "#DIV/0!", "!id-error"],
  ["id", DMY, "########", "!id-error"],
  ["id", DMY, "12\n34", "!id-characters"],
  ["id", DMY, "\u{1F600}".repeat(64), `=${"\u{1F600}".repeat(64)}`],
  ["id", DMY, "1".repeat(65), "!id-long"],

  ["date", DMY, "01/04/2024", "=2024-04-01"],
  ["date", MDY, "01/04/2024", "=2024-01-04"],
  ["date", DMY, "1/4/2024", "=2024-04-01"],
  ["date", DMY, "1.4.2024", "=2024-04-01"],
  ["date", DMY, "12-4-2024", "=2024-04-12"],
  ["date", DMY, "2024-04-01", "=2024-04-01"],
  ["date", MDY, "2024-04-01", "=2024-04-01"],
  ["date", DMY, "01/04/2024 00:00:00", "=2024-04-01"],
  ["date", DMY, "2024-04-01T10:30:00", "=2024-04-01"],
  ["date", DMY, "01-Apr-2024", "=2024-04-01"],
  ["date", MDY, "1 April 2024", "=2024-04-01"],
  ["date", YMD, "1 SEPT 2024", "=2024-09-01"],
  ["date", DMY, "29/02/2024", "=2024-02-29"],
  ["date", DMY, "29/02/2023", "!date-not-real"],
  ["date", DMY, "29/02/1900", "!date-not-real"],
  ["date", DMY, "31/02/2024", "!date-not-real"],
  ["date", DMY, "31-Jun-2024", "!date-not-real"],
  ["date", DMY, "2024-13-01", "!date-not-real"],
  ["date", DMY, "04/13/2024", "!date-month"],
  ["date", MDY, "13/04/2024", "!date-month"],
  ["date", DMY, "01/04/24", "!date-two-digit-year"],
  ["date", DMY, "1-Apr-24 10:00", "!date-two-digit-year"],
  ["date", DMY, "01/04/1899", "!date-year"],
  ["date", DMY, "01/01/2101", "!date-year"],
  ["date", DMY, "01/04/0024", "!date-year"],
  ["date", DMY, "01-04/2024", "!date-form"],
  ["date", DMY, "01-Apr/2024", "!date-form"],
  ["date", YMD, "01/04/2024", "!date-form"],
  ["date", DMY, "2024/04/01", "!date-form"],
  ["date", DMY, "44562", "!date-form"],
  ["date", DMY, "tomorrow", "!date-form"],
  ["date", DMY, "infinity", "!date-form"],
  ["date", XLSX, "44562", "=2022-01-01"],
  ["date", XLSX, "61", "=1900-03-01"],
  ["date", XLSX, "60", "!date-serial"],
  ["date", XLSX, "0.99999999", "!date-serial"],
  ["date", MAC, "43100", "=2022-01-01"],
  ["date", MAC, "60", "!date-serial"],
  ["date", XLSX, "73415", "=2100-12-31"],
  ["date", XLSX, "73416", "!date-year"],

  ["datetime", DMY, "01/04/2024", "=2024-04-01 00:00:00"],
  ["datetime", DMY, "01/04/2024 09:05", "=2024-04-01 09:05:00"],
  ["datetime", DMY, "01/04/2024 09:05:07", "=2024-04-01 09:05:07"],
  ["datetime", DMY, "01/04/20    9:05", "!date-two-digit-year"],
  ["datetime", DMY, "1/4/2024 9:05", "=2024-04-01 09:05:00"],
  ["datetime", DMY, "01 Apr 2024 09:05", "=2024-04-01 09:05:00"],
  ["datetime", DMY, "2024-04-01T09:05:07", "=2024-04-01 09:05:07"],
  ["datetime", DMY, "2024-04-01 09:05:07.1230000", "=2024-04-01 09:05:07.123"],
  ["datetime", DMY, "2024-04-01 09:05:07.1234567", "=2024-04-01 09:05:07.123456"],
  ["datetime", XLSX, "44562.5", "=2022-01-01 12:00:00"],
  ["datetime", XLSX, "44562.4166666667", "=2022-01-01 10:00:00"],
  ["datetime", XLSX, "44562.99999999", "=2022-01-02 00:00:00"],
  ["date", XLSX, "44562.99999999", "=2022-01-02"],
  ["datetime", DMY, "01/04/2024 24:00", "!time-form"],
  ["datetime", DMY, "01/04/2024 12:60", "!time-form"],
  ["datetime", DMY, "01/04/2024 23:59:60", "!time-form"],
  ["datetime", DMY, "01/04/2024 9am", "!time-form"],
  ["datetime", DMY, "01/04/2024 1:45 PM", "!time-form"],
  ["datetime", DMY, "30/03/2025 00:59", "=2025-03-30 00:59:00"],
  ["datetime", DMY, "30/03/2025 01:30", "!time-not-real"],
  ["datetime", DMY, "30 March 2025 1:59:59.9", "!time-not-real"],
  ["datetime", XLSX, "45746.0625", "!time-not-real"],
  ["datetime", DMY, "30/03/2025 02:00", "=2025-03-30 02:00:00"],
  ["datetime", DMY, "26/10/2025 01:30", "=2025-10-26 01:30:00"],
  ["date", DMY, "30/03/2025 01:30", "=2025-03-30"],
  ["datetime", DMY, "2024-04-01T09:05:00Z", "!zone"],
  ["datetime", DMY, "01/04/2024 09:05 BST", "!zone"],
  ["datetime", DMY, "2024-04-01 09:05+01:00", "!zone"],
  ["date", DMY, "2024-04-01Z", "!zone"],

  ["flag", DMY, "Yes", "=true"],
  ["flag", DMY, "TRUE", "=true"],
  ["flag", DMY, "1", "=true"],
  ["flag", DMY, "n", "=false"],
  ["flag", DMY, "False", "=false"],
  ["flag", DMY, "maybe", "!flag-form"],
  ["flag", DMY, "fal\u017fe", "!flag-form"],

  ["int", DMY, "007", "=7"],
  ["int", DMY, "-0", "=0"],
  ["int", DMY, "12.7", "!int-form"],
  ["int", DMY, "12.0", "!int-form"],
  ["int", DMY, "1,000", "!int-form"],
  ["int", DMY, "9".repeat(400), "!int-form"],
  ["decimal", DMY, "4.60", "=4.6"],
  ["decimal", DMY, "-0.30000000000000004", "=-0.30000000000000004"],
  ["decimal", DMY, "12", "=12"],
  ["decimal", DMY, "1,000", "!decimal-form"],
  ["decimal", DMY, ".5", "!decimal-form"],
  ["decimal", DMY, "9".repeat(400), "!decimal-form"],

  ["code", DMY, "Police; Health", "=Police; Health"],
  ["code", DMY, "x".repeat(201), "!code-long"],
  ["text", DMY, "'; drop table texts; --", "='; drop table texts; --"],
  ["text", DMY, "x".repeat(2001), "!text-long"]
];

test.each(EXAMPLES)("%s, %o: %j is %s", async (kind, reading, text, expected) => {
  await load([text]);
  expect(byZod(kind, reading, text)).toBe(expected);
  expect(await bySql(kind, reading)).toEqual([[expected, expected]]);
});

test("every fault has an example above", () => {
  const shown = new Set(EXAMPLES.map(([, , , v]) => v).filter((v) => v.startsWith("!")).map((v) => v.slice(1)));
  expect(new Set([...shown, "missing"])).toEqual(new Set(Object.keys(FAULTS)));
});

test("a blank cell is no fault unless the field is required, and then it is missing", async () => {
  await db.run("create or replace temp table texts as select 0 as i, null::varchar as t");
  for (const kind of KINDS) {
    for (const reading of READINGS) expect(await bySql(kind, reading)).toEqual([["=null", "=null"]]);
    expect(cellSchema(kind, false, DMY).parse(null)).toBeNull();
    expect(cellSchema(kind, true, DMY).safeParse(null).error?.issues[0]?.message).toBe("missing");
  }
});

test("a date fault says which forms the export's order expects", () => {
  expect(faultMessage("date-form", DMY)).toBe("not a date; expected dd/mm/yyyy, dd Mon yyyy or yyyy-mm-dd");
  expect(faultMessage("date-form", MDY)).toBe("not a date; expected mm/dd/yyyy, dd Mon yyyy or yyyy-mm-dd");
  expect(faultMessage("date-form", YMD)).toBe("not a date; expected yyyy-mm-dd or dd Mon yyyy");
});

test("each fault is a sentence a person can act on, not a code", () => {
  for (const fault of Object.keys(FAULTS)) {
    const message = faultMessage(fault, DMY);
    expect(message).not.toContain("{");
    expect(message.split(" ").length).toBeGreaterThan(2);
  }
});
