// The closed vocabulary of field kinds: each knows its SQL, its zod schema and its faults in plain English.
// SQL and zod must agree on every text, value for value; tests/load/kinds.test.ts holds them to it.
import {z} from "zod";

export const KINDS = ["id", "date", "datetime", "code", "flag", "int", "decimal", "text"] as const;
export type Kind = (typeof KINDS)[number];

/** How the dates of one export are written; ISO (yyyy-mm-dd) and a month's English name (1 Apr 2024) are always accepted. */
export type DateOrder = "dmy" | "mdy" | "ymd";

/** How cells of one export are to be read. */
export interface Reading {
  dateOrder: DateOrder;
  /** Set for XLSX only: numbers may be Excel serial dates, counted from 1900 or 1904. */
  serialDates?: 1900 | 1904;
}

export const LONGEST_ID = 64;
export const LONGEST_CODE = 200;
export const LONGEST_TEXT = 2000;
const FIRST_SERIAL = 61;

/**
 * What databases write for an empty cell, letter for letter (SQL Server `NULL`, Oracle `(null)`, DBeaver `[NULL]`, MySQL and PostgreSQL `\N`): blank in
 * every CSV and workbook, and counted. “N/A”, “None” and “-” are what people write, and may be an answer: only a mapping can call them blank.
 */
export const DATABASE_BLANKS: readonly string[] = ["NULL", "Null", "null", "(NULL)", "(null)", "[NULL]", "[null]", "<NULL>", "<null>", "\\N"];

/** SQL: whether a cell's trimmed text is one of them. */
export const databaseBlankSql = (text: string): string => `${text} in (${DATABASE_BLANKS.map((word) => `'${word}'`).join(", ")})`;

/** Fault codes that the SQL yields and what a person reads. */
export const FAULTS = {
  "missing": "required, but the cell is blank",
  "id-scientific": "an id in scientific notation: Excel has replaced digits, so it cannot be recovered; export the column as text",
  "id-decimal": "an id that ends in “.0”: it was turned into a number on its way here; export the column as text",
  "id-error": "not an id: an Excel error, or a column too narrow to show its number; mend it in the workbook and export again",
  "id-characters": "not an id: it holds a line break or another control character",
  "id-long": `not an id: longer than ${LONGEST_ID} characters`,
  "date-two-digit-year": "a date with a two-digit year, which could be either century; export four-digit years",
  "date-not-real": "a date that does not exist in the calendar",
  "date-month": "not a date in this export's order: there is no such month (are day and month the other way round?)",
  "date-year": "a date outside 1900 to 2100",
  "date-form": "not a date; expected {order}",
  "date-serial": `an Excel day number below ${FIRST_SERIAL} (before March 1900, where Excel itself miscounts): most likely not a date at all`,
  "time-not-real": "a time that does not exist: the clocks went forward over it",
  "time-form": "not a time of day; expected hh:mm or hh:mm:ss on a 24-hour clock",
  "zone": "a time with a time zone; export local time without one",
  "flag-form": "not yes or no",
  "int-form": "not a whole number of up to nine digits",
  "decimal-form": "not a number; expected digits with or without a decimal point, and no thousands separators",
  "code-long": `longer than ${LONGEST_CODE} characters, so not a code or a word from a list`,
  "text-long": `longer than ${LONGEST_TEXT} characters`
} as const;
export type Fault = keyof typeof FAULTS;

const ORDER_WORDS: Record<DateOrder, string> = {
  dmy: "dd/mm/yyyy, dd Mon yyyy or yyyy-mm-dd",
  mdy: "mm/dd/yyyy, dd Mon yyyy or yyyy-mm-dd",
  ymd: "yyyy-mm-dd or dd Mon yyyy"
};

/** The sentence a person reads for a fault. */
export function faultMessage(fault: string, reading: Reading): string {
  const words = FAULTS[fault as Fault] ?? fault;
  return words.replace("{order}", ORDER_WORDS[reading.dateOrder]);
}

// ---------------------------------------------------------------------------------------------------------------------
// Patterns shared, letter for letter, by RE2 (DuckDB) and JavaScript. Neither engine's case folding takes part: they differ.

const anyCase = (word: string) => [...word].map((c) => `[${c.toUpperCase()}${c}]`).join("");
const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const MONTH = `(?:${MONTHS.map((m) => anyCase(m.slice(0, 3)) + (m.length > 3 ? `(?:${anyCase(m.slice(3))})?` : "")).join("|")}|${anyCase("sept")})`;

/** A day of two numbers (or a number and a month's name) and a year, parted by the same separator twice. */
const parted = (first: string, second: string, year: string, separators: string[]) => `(?:${separators.map((s) => first + s + second + s + year).join("|")})`;
const NUMBER = "[0-9]{1,2}";
const ISO_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
const NUMBERED_DAY = parted(NUMBER, NUMBER, "[0-9]{4}", ["/", "-", "\\."]);
const NAMED_DAY = parted(NUMBER, MONTH, "[0-9]{4}", ["/", "-", " "]);
const SHORT_YEAR_DAY = `(?:${parted(NUMBER, NUMBER, "[0-9]{2}", ["/", "-", "\\."])}|${parted(NUMBER, MONTH, "[0-9]{2}", ["/", "-", " "])})`;
const CLOCK = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?";
const GAP = "(?:T|[ \\t\\n\\v\\f\\r]+)";
const TIME = `(?:${GAP}${CLOCK})?`;
const ZONED_TIME = `(?:${GAP}[0-9:.]+)? *(?:[zZ]|[+-][0-9]{2}:?[0-9]{2}|UTC|GMT|BST)`;
const SERIAL = "[0-9]{1,6}(?:\\.[0-9]+)?";

const SCIENTIFIC = "[+-]?[0-9]+(?:[.,][0-9]+[eE][+-]?|[eE][+-])[0-9]+";
const DECIMAL_ID = "[+-]?[0-9]+\\.0+";
const ERROR_CELL = "#(?:#+|N/A|DIV/0!|NAME\\?|[A-Z]+!)";
const CONTROL = "[\\x00-\\x1f\\x7f]";
const INT = "[+-]?[0-9]{1,9}";
const DECIMAL = "[+-]?[0-9]{1,18}(?:\\.[0-9]{1,18})?";
const YES = ["yes", "y", "true", "t", "1"];
const NO = ["no", "n", "false", "f", "0"];

/** The forms of a day in an export of this order. */
const dayForms = ({dateOrder}: Reading) => `(?:${[ISO_DAY, NAMED_DAY, ...(dateOrder === "ymd" ? [] : [NUMBERED_DAY])].join("|")})`;

// ---------------------------------------------------------------------------------------------------------------------
// SQL

/**
 * Macros that `cellSql` calls; run once on a scratch database. None of them throws, whatever the text.
 * Times are local wall time; no time zone of the machine takes part.
 */
export const KIND_MACROS = `
create or replace macro fd_month(t) as (position(lower(regexp_extract(t, '[A-Za-z]{3}')) in '${MONTHS.map((m) => m.slice(0, 3)).join("")}') + 2) // 3;
-- An accepted form, turned to yyyy-m-d; what follows the day is kept. mdy: the month stands first.
create or replace macro fd_iso(t, mdy) as
  case when regexp_matches(t, '^[0-9]{1,2}[/ -][A-Za-z]') then regexp_replace(t, '^([0-9]+)[/ -][A-Za-z]+[/ -]([0-9]{4})', '\\2-' || fd_month(t) || '-\\1')
       else regexp_replace(t, '^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})', case when mdy then '\\3-\\1-\\2' else '\\3-\\2-\\1' end) end;
create or replace macro fd_day(t, mdy) as try_cast(regexp_extract(fd_iso(t, mdy), '^[0-9-]+') as date);
-- Excel keeps a time as a fraction of a day, so whole seconds are as fine as it means.
create or replace macro fd_serial(t, day_0) as
  case when try_cast(t as double) >= ${FIRST_SERIAL} then make_timestamp((datediff('day', date '1970-01-01', day_0) * 86400 + cast(round(try_cast(t as double) * 86400) as bigint)) * 1000000) end;
create or replace macro fd_spring_gap(ts) as
  case when hour(ts) = 1 then month(ts) = 3 and day(ts) >= 25 and dayofweek(ts) = 0 and year(ts) >= 1981 else false end;
`;

export interface CellSql {
  type: string;
  /** The typed value, of use only when there is no fault; NULL when the cell is blank. */
  value: string;
  /**
   * Of dates in exports that a machine writes to a standard (ymd): the same value for ISO forms, else NULL or out of range. It holds no pattern, and so costs next to
   * nothing to plan; where people type dates some cell would nearly always need the other one, too.
   */
  quick?: string;
  /** The fault code, NULL when there is none (a blank cell has none here). Dear: DuckDB compiles its patterns anew in every statement. */
  fault: string;
  /** Whether there is a fault: true or false, and cheap. */
  bad: string;
}

/**
 * SQL for one cell.
 * @param text an SQL expression giving trimmed text, NULL when blank
 * @param known a column that already holds the value, so that the fault need not work it out again; `bad` without it works the value out
 */
export function cellSql(kind: Kind, text: string, reading: Reading, known?: string): CellSql {
  const full = (pattern: string) => `regexp_full_match(${text}, '${pattern}')`;
  const limited = (most: number, fault: Fault): CellSql => ({type: "VARCHAR", value: text, fault: `case when length(${text}) > ${most} then '${fault}' end`, bad: `coalesce(strlen(${text}) > ${most} and length(${text}) > ${most}, false)`});
  const typed = (type: string, value: string, fault: Fault): CellSql => {
    const bad = `(${known ?? value} is null and ${text} is not null)`;
    return {type, value, fault: `case when ${bad} then '${fault}' end`, bad};
  };
  switch (kind) {
    case "id": {
      const odd = `regexp_matches(${text}, '^(?:${SCIENTIFIC}|${DECIMAL_ID}|${ERROR_CELL})$|${CONTROL}')`;
      return {
        type: "VARCHAR",
        value: text,
        bad: `coalesce(length(${text}) > ${LONGEST_ID} or ${odd}, false)`,
        fault: `case when length(${text}) > ${LONGEST_ID} then 'id-long'
          when ${odd} then
            case when ${full(SCIENTIFIC)} then 'id-scientific' when ${full(DECIMAL_ID)} then 'id-decimal' when ${full(ERROR_CELL)} then 'id-error' else 'id-characters' end end`
      };
    }
    case "date":
    case "datetime": {
      const value = whenSql(kind, text, reading);
      const it = known ?? `(${value})`;
      return {type: kind === "date" ? "DATE" : "TIMESTAMP", value, ...(reading.dateOrder === "ymd" && !reading.serialDates ? {quick: whenSql(kind, text, reading, true)} : {}), fault: whenFaultSql(kind, text, reading, it), bad: `(${text} is not null and not coalesce(${goodWhenSql(kind, it)}, false))`};
    }
    case "flag":
      return typed("BOOLEAN", `case ${text} when 'Yes' then true when 'No' then false when 'yes' then true when 'no' then false else case lower(${text}) ${YES.map((word) => `when '${word}' then true `).join("")}${NO.map((word) => `when '${word}' then false `).join("")}end end`, "flag-form");
    case "int":
      return typed("INTEGER", `case when ${full(INT)} then try_cast(${text} as integer) end`, "int-form");
    case "decimal":
      return typed("DECIMAL(38,18)", `case when ${full(DECIMAL)} then try_cast(${text} as decimal(38, 18)) end`, "decimal-form");
    case "code":
      return limited(LONGEST_CODE, "code-long");
    case "text":
      return limited(LONGEST_TEXT, "text-long");
  }
}

/** Shapes of fixed width that most exports write, before any pattern: [like, strptime after the day]. */
const COMMON = [["__/__/____ __:__", " %H:%M"], ["__/__/____ __:__:__", " %H:%M:%S"], ["__/__/____", ""]] as const;

/** `try_strptime` is lenient, but within a fixed width only in ways that `whenFaultSql` catches by the year. `quick`: see `CellSql`. */
function whenSql(kind: "date" | "datetime", text: string, reading: Reading, quick = false): string {
  const mdy = reading.dateOrder === "mdy";
  const common = reading.dateOrder === "ymd" ? [] : COMMON.map(([like, clock]) => `when ${text} like '${like}' then try_strptime(${text}, '${mdy ? "%m/%d/%Y" : "%d/%m/%Y"}${clock}')`);
  // what most cells of the kind look like comes first
  if (kind === "date") common.reverse();
  const stamp = `case
    ${common.join("\n    ")}
    when ${isDay(text)} then try_cast(${text} as date)
    ${
      quick
        ? `when ${isStamp(text)} then try_cast(${text} as timestamp)`
        : `when regexp_full_match(${text}, '${ISO_DAY}${TIME}') then try_cast(${text} as timestamp)
    when regexp_full_match(${text}, '${dayForms(reading)}${TIME}') then try_cast(fd_iso(${text}, ${mdy}) as timestamp)`
    }
    ${reading.serialDates ? `when regexp_full_match(${text}, '${SERIAL}') then fd_serial(${text}, ${dayZero(reading)})` : ""} end`;
  return kind === "date" ? `cast(${stamp} as date)` : stamp;
}

const goodWhenSql = (kind: "date" | "datetime", value: string) => `${value} >= '1900-01-01' and ${value} < '2101-01-01'${kind === "datetime" ? ` and not fd_spring_gap(${value})` : ""}`;

/** A day that is written as DuckDB writes it, yyyy-mm-dd: quicker than a pattern, and `whenFaultSql` sees to the years. */
const isDay = (text: string) => `cast(try_cast(${text} as date) as varchar) = ${text}`;

/** A day and a time as DuckDB writes them, or parted by a T, or without seconds. */
const isStamp = (text: string) => `cast(try_cast(${text} as timestamp) as varchar) in (replace(${text}, 'T', ' '), replace(${text}, 'T', ' ') || ':00')`;

function whenFaultSql(kind: "date" | "datetime", text: string, reading: Reading, known: string): string {
  const full = (pattern: string) => `regexp_full_match(${text}, '${pattern}')`;
  const mdy = reading.dateOrder === "mdy";
  const day = dayForms(reading);
  const inYears = day.replaceAll("[0-9]{4}", "(?:19[0-9]{2}|20[0-9]{2}|2100)");
  return `case
    when ${known} >= '1900-01-01' and ${known} < '2101-01-01' then ${kind === "datetime" ? `case when fd_spring_gap(${known}) then 'time-not-real' end` : "null"}
    when ${text} is null then null
    ${reading.serialDates ? `when ${full(SERIAL)} then case when ${known} is null then 'date-serial' else 'date-year' end` : ""}
    when ${full(day + TIME)} then case
      when not ${full(inYears + TIME)} then 'date-year'
      ${reading.dateOrder === "ymd" ? "" : `when ${full(NUMBERED_DAY + TIME)} and fd_day(${text}, ${!mdy}) is not null then 'date-month'`}
      else 'date-not-real' end
    when regexp_matches(${text}, '^${SHORT_YEAR_DAY}(?:[ T]|$)') then 'date-two-digit-year'
    when ${full(day + ZONED_TIME)} then 'zone'
    when regexp_matches(${text}, '^${day}${GAP}') then 'time-form'
    else 'date-form' end`;
}

const dayZero = (reading: Reading) => `date '${reading.serialDates === 1904 ? "1904-01-01" : "1899-12-30"}'`;

// ---------------------------------------------------------------------------------------------------------------------
// zod: the oracle, and the schema for anything that arrives one cell at a time

type Outcome = {value: string | number | boolean} | {fault: Fault};
const DAY_MS = 86_400_000;
const compiled = new Map<string, RegExp>();
const found = (pattern: string, text: string) => {
  if (!compiled.has(pattern)) compiled.set(pattern, new RegExp(pattern));
  return compiled.get(pattern)!.test(text);
};
const matches = (pattern: string, text: string) => found(`^(?:${pattern})$`, text);

/** Days since 1970-01-01, or null when there is no such day; years from 1900 (Date.UTC reads 0–99 as 1900–1999). */
function dayNumber(year: number, month: number, day: number): number | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / DAY_MS : null;
}

function readWhen(kind: "date" | "datetime", text: string, reading: Reading): Outcome {
  if (reading.serialDates && matches(SERIAL, text)) {
    if (Number(text) < FIRST_SERIAL) return {fault: "date-serial"};
    const seconds = Math.round(Number(text) * 86_400);
    const day = Math.floor(seconds / 86_400) + (reading.serialDates === 1904 ? dayNumber(1904, 1, 1)! : dayNumber(1899, 12, 30)!);
    return day > dayNumber(2100, 12, 31)! ? {fault: "date-year"} : wallTime(kind, day, seconds % 86_400, "");
  }
  const form = dayForms(reading);
  if (!matches(form + TIME, text)) {
    if (found(`^${SHORT_YEAR_DAY}(?:[ T]|$)`, text)) return {fault: "date-two-digit-year"};
    if (matches(form + ZONED_TIME, text)) return {fault: "zone"};
    return {fault: found(`^${form}${GAP}`, text) ? "time-form" : "date-form"};
  }
  const [year, month, day] = partsOf(text, reading.dateOrder === "mdy");
  if (year < 1900 || year > 2100) return {fault: "date-year"};
  const number = dayNumber(year, month, day);
  if (number === null) return {fault: month > 12 && dayNumber(year, day, month) !== null && !matches(ISO_DAY + TIME, text) ? "date-month" : "date-not-real"};
  const [, hour = 0, minute = 0, second = 0, fraction = ""] = /([0-9]+):([0-9]+)(?::([0-9]+)(?:\.([0-9]+))?)?$/.exec(text) ?? [];
  return wallTime(kind, number, Number(hour) * 3600 + Number(minute) * 60 + Number(second), fraction);
}

/** Year, month and day of a text in one of the accepted forms. */
function partsOf(text: string, mdy: boolean): [number, number, number] {
  const iso = /^([0-9]{4})-([0-9]{2})-([0-9]{2})/.exec(text);
  if (iso) return [Number(iso[1]), Number(iso[2]), Number(iso[3])];
  const [, first, second, year] = /^([0-9]+)[/. -]([0-9]+|[A-Za-z]+)[/. -]([0-9]{4})/.exec(text)!;
  const named = MONTHS.findIndex((m) => m.startsWith(second!.slice(0, 3).toLowerCase())) + 1;
  if (named > 0) return [Number(year), named, Number(first)];
  return mdy ? [Number(year), Number(first), Number(second)] : [Number(year), Number(second), Number(first)];
}

/** DuckDB keeps microseconds of a time; what is finer is cut off, as its cast does. */
function wallTime(kind: "date" | "datetime", day: number, seconds: number, fraction: string): Outcome {
  const date = new Date(day * DAY_MS + seconds * 1000);
  const shown = date.toISOString();
  if (kind === "date") return {value: shown.slice(0, 10)};
  const sunday = date.getUTCDay() === 0 && date.getUTCMonth() === 2 && date.getUTCDate() >= 25;
  if (sunday && date.getUTCHours() === 1 && date.getUTCFullYear() >= 1981) return {fault: "time-not-real"};
  const micros = fraction.slice(0, 6).replace(/0+$/, "");
  return {value: `${shown.slice(0, 10)} ${shown.slice(11, 19)}${micros && `.${micros}`}`};
}

/** Digits as they stand, without the sign, zeros and point that say nothing: a decimal loses nothing on its way. */
function plainDecimal(text: string): string {
  const [, sign, whole, fraction = ""] = /^([+-]?)0*([0-9]+)(?:\.([0-9]+?)0*)?$/.exec(text)!;
  const digits = fraction.replace(/0+$/, "");
  const shown = digits ? `${whole}.${digits}` : whole!;
  return sign === "-" && /[1-9]/.test(shown) ? `-${shown}` : shown;
}

function read(kind: Kind, text: string, reading: Reading): Outcome {
  const limited = (most: number, fault: Fault): Outcome => ([...text].length > most ? {fault} : {value: text});
  switch (kind) {
    case "id":
      if ([...text].length > LONGEST_ID) return {fault: "id-long"};
      if (matches(SCIENTIFIC, text)) return {fault: "id-scientific"};
      if (matches(DECIMAL_ID, text)) return {fault: "id-decimal"};
      if (matches(ERROR_CELL, text)) return {fault: "id-error"};
      return found(CONTROL, text) ? {fault: "id-characters"} : {value: text};
    case "date":
    case "datetime":
      return readWhen(kind, text, reading);
    case "flag":
      return YES.includes(text.toLowerCase()) ? {value: true} : NO.includes(text.toLowerCase()) ? {value: false} : {fault: "flag-form"};
    case "int":
      return matches(INT, text) ? {value: Number(text) || 0} : {fault: "int-form"};
    case "decimal":
      return matches(DECIMAL, text) ? {value: plainDecimal(text)} : {fault: "decimal-form"};
    case "code":
      return limited(LONGEST_CODE, "code-long");
    case "text":
      return limited(LONGEST_TEXT, "text-long");
  }
}

/**
 * A schema from a cell's trimmed text (null when blank) to its typed value.
 * Dates come out as `yyyy-mm-dd`, date-times as `yyyy-mm-dd hh:mm:ss` (and a fraction, when there is one), local wall time both; decimals as
 * plain digits, for a JavaScript number would round them. The issue message is the fault code.
 */
export function cellSchema(kind: Kind, required: boolean, reading: Reading) {
  return z
    .string()
    .nullable()
    .transform((text, context): string | number | boolean | null => {
      if (text === null) {
        if (required) context.addIssue({code: "custom", message: "missing"});
        return null;
      }
      const outcome = read(kind, text, reading);
      if ("value" in outcome) return outcome.value;
      context.addIssue({code: "custom", message: outcome.fault});
      return z.NEVER;
    });
}
