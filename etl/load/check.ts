// Holds the rows of one sheet against a record contract: accepted, rejected or an exact duplicate, in a handful of set-wise statements.
// Writes nothing outside the scratch database it is given.
import {columnLetter} from "../extract/csv.ts";
import type {Rejection, RowsOfText, Warning} from "../extract/types.ts";
import {literal, name, rowOf, rowsOf, type Db} from "../duckdb.ts";
import {eventDates, type Contract, type Field} from "./contract.ts";
import {cellSql, faultMessage, type Reading} from "./kinds.ts";
import type {FieldColumns} from "./mapping.ts";
import {cellText, UNREADABLE, unreadJson, type Offered} from "./reshape.ts";

export interface Checked {
  recordSet: string;
  sheet?: string;
  /** Scratch table of accepted rows: line (and part, where one line makes several rows), then one column a carried field. */
  accepted: string;
  /** One line of the export may stand in `accepted` several times, told apart by `part`. */
  parts: boolean;
  /** Carried field → the heading it came under; constants have none. */
  headings: Record<string, string>;
  /** Fields the mapping carries, constants included. A later export replaces these and no others. */
  carried: string[];
  read: number;
  counts: {accepted: number; rejected: number; duplicates: number};
  rejections: Rejection[];
  /** Cells rejected beyond those listed in `rejections`, by heading and reason. */
  notListed: {heading: string; reason: string; cells: number}[];
  /**
   * Scratch table of the rows that are not accepted, so that nothing of them is lost: line, why (`rejected` or `duplicate`), of (the line a
   * duplicate repeats), and per carried field its fault `f_…`, its text `t_…` and its value; of a ragged row the line only. Null when there are none.
   */
  leftOut: string | null;
  warnings: Warning[];
  /** Date-time fields that hold nothing but midnights: they have no time of day. */
  dateOnly: string[];
  firstEvent: string | null;
  lastEvent: string | null;
  /** Distinct words of fields that have a code list, with how many rows carry each. */
  words: {field: string; list: string; word: string; rows: number}[];
}

interface Cell {
  field: string;
  columns: number[];
  columnOfPart?: number[];
  text: string;
}

/** A cell with its SQL: the value of its text `t_<field>`, its fault, and whether it has one (true or false). */
interface Part extends Cell {
  spec: Field;
  value: string;
  /** See `CellSql`. */
  quick: string | undefined;
  fault: string;
  bad: string;
}

export interface CheckOptions {
  /** Our field → its text where the row has none. */
  constants: Record<string, string>;
  reading: Reading;
  /** Secret for turning a worker's name into a pseudonym; ids stay as they are. */
  pseudonymKey: string;
  /** What has happened cannot have happened after it. */
  exportDate: string;
  /**
   * The record set stands beside the main one of its sheet (the child of a referral's row): the same fact told on two rows is one record.
   * Of the main one only a row that is the same in every cell is.
   */
  beside?: boolean;
  /** Most rejected rows that are listed one by one; the rest is counted. */
  list?: number;
}

/** Most characters of a rejected cell that are shown. */
const SHOWN = 500;

/** Enough for anyone to see what is wrong; the CSV of rejected rows has them all. */
const LISTED_ROWS = 10_000;

/** Holds rows against a contract. `rows` and `fields` are as `offer` gives them. */
export async function checkRows(db: Db, rows: Offered["rows"], contract: Contract, fields: FieldColumns[], {constants, reading, pseudonymKey, exportDate, beside = false, list = LISTED_ROWS}: CheckOptions): Promise<Checked> {
  const cells = cellsOf(fields, constants);
  const parts_ = rows.parts ?? false;
  const place_ = parts_ ? "line, part" : "line";
  const carried = cells.map((c) => c.field);
  const checked = `${rows.table}_${contract.name}`;
  const unreadable = Object.keys(UNREADABLE).map(literal).join(", ");
  const parts: Part[] = cells.map((c) => {
    const spec = contract.fields[c.field]!;
    const text = name(`t_${c.field}`);
    const sql = cellSql(spec.kind, text, reading, name(c.field));
    const json = fields.find((f) => f.field === c.field)?.how?.how === "json";
    const fault = json ? `case when ${text} in (${unreadable}) then ${text} else ${sql.fault} end` : sql.fault;
    const bad = json ? `(coalesce(${text} in (${unreadable}), false) or ${sql.bad})` : sql.bad;
    return {
      ...c,
      spec,
      value: sql.value,
      quick: sql.quick,
      fault: spec.required ? `case when ${text} is null then 'missing' else ${fault} end` : fault,
      bad: spec.required ? `(${text} is null or ${bad})` : bad
    };
  });
  if (parts.length > 52) throw new Error(`the record set ${contract.name} has more than 52 fields, and the faults of a row are told by the bits of one whole number`);
  /** `unsure`: the dates of which some cell is not of a form that is quick to tell. */
  const values = (unsure: Part[], where: string) => `with texts as (select ${place_}, ${rows.origin ? "origin, " : ""}${restSql(rows, fields, beside)} as rest, ${cells.map((c) => `${c.text} as ${name(`t_${c.field}`)}`).join(", ")} from ${name(rows.table)} ${where}),
    valued as (select *, ${parts.map((p) => `${unsure.includes(p) ? p.value : (p.quick ?? p.value)} as ${name(p.field)}`).join(", ")} from texts)`;
  const work = (unsure: Part[], where: string) => `${values(unsure, where)}
    select ${place_}, ${rows.origin ? "origin, " : ""}${parts.map((p) => name(p.field)).join(", ")}, ${parts.map((p, i) => `case when ${p.bad} then ${2 ** i} else 0 end`).join(" + ")} as faults,
      hash(rest, ${parts.map((p) => name(p.field)).join(", ")}) as h from valued`;
  const missingKey = contract.fields && Object.entries(contract.fields).some(([f, s]) => s.required && !carried.includes(f));
  if (missingKey) throw new Error(`the mapping of ${contract.name} carries no column for a required field`); // chooseMapping has refused this already

  // nearly every row is good, and its dates are quick to tell: the others are worked out again, alone
  await db.run(`create or replace table ${name(checked)} as ${work([], "")}`);
  let told = await tell(db, checked, contract, cells, exportDate, pseudonymKey);
  const unsure = parts.filter((p, i) => p.quick && hasBit(told.faults, i));
  if (unsure.length) {
    const again = name(`${checked}_again`);
    await db.run(`create or replace table ${again} as ${work(unsure, `where (${place_}) in (select (${place_}) from ${name(checked)} where faults <> 0)`)};
      delete from ${name(checked)} where faults <> 0; insert into ${name(checked)} from ${again}; drop table ${again}`);
    told = await tell(db, checked, contract, cells, exportDate, pseudonymKey);
  }
  const rejected = told.unfit;
  const odd = `${checked}_odd`;
  const repeats = told.different < told.fit;
  if (rejected || repeats || rows.rejections.length) await tellOdd(db, odd, checked, (where) => values(unsure, where), parts, place_, told, repeats);
  const twice = repeats ? name(`${checked}_twice`) : null;
  let duplicates = 0;
  if (twice) {
    await db.run(`create or replace table ${twice} as select ${place_}, first from (
      select ${place_}, row_number() over same as nth, first_value(line) over same as first
      from ${name(odd)} where ok
      window same as (partition by rest, ${cells.map((c) => name(`t_${c.field}`)).join(", ")} order by ${place_}))
      where nth > 1`);
    duplicates = (await rowOf<{n: number}>(db, `select count(*) as n from ${twice}`)).n;
  }
  const accepted = told.fit - duplicates;
  const acceptedTable = `${checked}_accepted`;
  const kept = [...(rejected ? ["faults = 0"] : []), ...(duplicates ? [`(${place_}) not in (select (${place_}) from ${twice})`] : [])];
  await db.run(`create or replace view ${name(acceptedTable)} as
    select cast(line as bigint) as line, ${parts_ ? "part, " : ""}${rows.origin ? "cast(origin as bigint) as origin, " : ""}${parts.map((p) => `${p.spec.worker ? pseudonymSql(name(p.field), pseudonymKey) : name(p.field)} as ${name(p.field)}`).join(", ")}
    from ${name(checked)}${kept.length ? ` where ${kept.join(" and ")}` : ""}`);

  const rejections = rejected > 0 ? await rejectionsOf(db, odd, contract, cells, rows, reading, place_, list) : [];
  const notListed = rejected > list ? await notListedOf(db, odd, cells, rows, reading, place_, list) : [];
  const leftOut = rejected + duplicates + rows.rejections.length > 0 ? `${checked}_left_out` : null;
  if (leftOut) await writeLeftOut(db, leftOut, odd, twice, place_, parts, rows, pseudonymKey);
  const warnings: Warning[] = [];
  const otherWay = faultMessage("date-month", reading);
  const wrongMonth = new Set([...rejections.filter((r) => r.reasons.includes(otherWay)), ...notListed.filter((r) => r.reason === otherWay)].map((r) => r.heading));
  for (const heading of wrongMonth) {
    warnings.push({code: "date-order-ambiguous", heading, ...place(rows), message: `“${heading}” holds a date that only makes sense with day and month the other way round, so every date in the column is in doubt: check the export's date format, or set dateOrder in the mapping`});
  }
  for (const field of told.mixedWidth) {
    warnings.push({code: "id-width", heading: headingOf(field, cells, rows), ...place(rows), message: `the numbers in “${headingOf(field, cells, rows)}” differ in length; if the system writes leading zeros, Excel may have eaten them (nothing was padded)`});
  }
  warnings.push(...disorder(told.disordered, cells, rows, exportDate), ...(told.different < accepted ? await sameIds(db, acceptedTable, contract, cells, rows) : []));
  warnings.push(...(await unreadJson(db, rows, fields)));
  if (reading.serialDates && contract.fields.period && carried.includes("period")) warnings.push(...(await periodsAsDays(db, acceptedTable, cells, rows)));
  return {
    recordSet: contract.name,
    sheet: rows.sheet,
    accepted: acceptedTable,
    parts: parts_,
    headings: Object.fromEntries(cells.flatMap((c) => (c.columns.length ? [[c.field, headingOf(c.field, cells, rows)]] : []))),
    carried,
    read: rows.read,
    counts: {accepted, duplicates, rejected: rejected + rows.rejections.length},
    rejections: [...rows.rejections, ...rejections].sort((a, b) => a.line - b.line),
    notListed,
    leftOut,
    warnings,
    dateOnly: told.dateOnly,
    firstEvent: told.first,
    lastEvent: told.last,
    words: await wordsOf(db, acceptedTable, contract, carried)
  };
}

const hasBit = (bits: number, i: number) => Math.floor(bits / 2 ** i) % 2 === 1;

const place = (rows: RowsOfText) => (rows.sheet === undefined ? {} : {sheet: rows.sheet});

function cellsOf(fields: FieldColumns[], constants: Record<string, string>): Cell[] {
  const cells: Cell[] = fields.map((f) => {
    const constant = constants[f.field];
    return {field: f.field, columns: f.columns, ...(f.columnOfPart ? {columnOfPart: f.columnOfPart} : {}), text: constant === undefined ? cellText(f) : `coalesce(${cellText(f)}, ${literal(constant)})`};
  });
  for (const [field, text] of Object.entries(constants)) {
    if (!cells.some((c) => c.field === field)) cells.push({field, columns: [], text: literal(text)});
  }
  return cells;
}

/**
 * What tells two rows apart beside the fields themselves: for the main record set of a sheet every other cell of the row, for one beside it nothing.
 */
function restSql(rows: Offered["rows"], fields: FieldColumns[], beside: boolean): string {
  if (beside) return "cast(0 as ubigint)";
  const used = new Set(fields.flatMap((f) => (f.made || f.how ? [] : f.columns)));
  const others = fields.some((f) => f.made?.startsWith("form_")) ? [] : rows.keep.filter((i) => !used.has(i));
  return others.length ? `hash(rest, ${others.map((i) => name(`c${i}`)).join(", ")})` : "rest";
}

const headingOf = (field: string, cells: Cell[], rows: RowsOfText) => {
  const column = cells.find((c) => c.field === field)?.columns[0];
  return column === undefined ? field : (rows.headings[column] ?? field);
};

/**
 * Scratch table of the rows that are not accepted or may repeat another, with everything about them: place, rest, per field text `t_…`, value and
 * fault `f_…`, and `ok`. Only fields in which some row has a fault are asked for one.
 */
async function tellOdd(db: Db, odd: string, checked: string, values: (where: string) => string, parts: Part[], place_: string, told: Told, repeats: boolean): Promise<void> {
  const faulty = parts.map((_, i) => hasBit(told.faults, i));
  const faults = parts.map((p, i) => `${faulty[i] ? p.fault : "cast(null as varchar)"} as ${name(`f_${p.field}`)}`);
  const ok = parts.filter((_, i) => faulty[i]).map((p) => `${name(`f_${p.field}`)} is null`);
  // rows alike in everything have one hash; so have those that say the same in other words, and they are told apart by their texts
  const alike = `(select h from ${name(checked)} where faults = 0 group by h having count(*) > 1)`;
  const wanted = [...(told.unfit ? ["faults <> 0"] : []), ...(repeats ? [`h in ${alike}`] : [])].join(" or ") || "false";
  await db.run(`create or replace table ${name(odd)} as ${values(`where (${place_}) in (select (${place_}) from ${name(checked)} where ${wanted})`)},
    told as (select *, ${faults.join(", ")} from valued)
    select *, ${ok.join(" and ") || "true"} as ok from told`);
}

const shown = (text: string) => ([...text].length > SHOWN ? `${[...text].slice(0, SHOWN).join("")}…` : text);

async function rejectionsOf(db: Db, odd: string, contract: Contract, cells: Cell[], rows: RowsOfText, reading: Reading, place_: string, list: number): Promise<Rejection[]> {
  const fields = cells.map((c) => c.field);
  const found = await rowsOf<Record<string, string | number | null>>(
    db,
    `select ${place_}, ${fields.map((f) => `left(${name(`t_${f}`)}, ${SHOWN + 1}) as ${name(`t_${f}`)}, ${name(`f_${f}`)}`).join(", ")} from ${name(odd)} where not ok order by ${place_} limit ${list === Infinity ? Number.MAX_SAFE_INTEGER : list}`
  );
  const rejections: Rejection[] = [];
  for (const row of found) {
    const line = Number(row.line);
    for (const field of fields) {
      const fault = row[`f_${field}`];
      if (fault === null || fault === undefined) continue;
      const cell = cells.find((c) => c.field === field)!;
      const column = cell.columnOfPart ? cell.columnOfPart[Number(row.part)] : cell.columns[0];
      const unread = UNREADABLE[String(fault)];
      // what stands in a worker's cell may be a name
      const value = unread || contract.fields[field]!.worker ? null : row[`t_${field}`];
      rejections.push({
        ...place(rows),
        line,
        ...(column === undefined ? {} : {column: columnLetter(column)}),
        heading: (column === undefined ? null : rows.headings[column]) ?? headingOf(field, cells, rows),
        ...(value === null || value === undefined ? {} : {value: shown(String(value))}),
        reasons: [unread ?? faultMessage(String(fault), reading)]
      });
    }
  }
  return rejections;
}

async function notListedOf(db: Db, odd: string, cells: Cell[], rows: RowsOfText, reading: Reading, place_: string, list: number): Promise<Checked["notListed"]> {
  const faults = cells.map((c) => `select ${literal(c.field)} as field, ${name(`f_${c.field}`)} as fault, count(*) as cells from rest where ${name(`f_${c.field}`)} is not null group by all`);
  const found = await rowsOf<{field: string; fault: string; cells: number}>(db, `with rest as (from ${name(odd)} where not ok order by ${place_} offset ${list}) ${faults.join(" union all ")} order by all`);
  return found.map(({field, fault, cells: n}) => ({heading: headingOf(field, cells, rows), reason: UNREADABLE[fault] ?? faultMessage(fault, reading), cells: n}));
}

async function writeLeftOut(db: Db, leftOut: string, odd: string, twice: string | null, place_: string, parts: Part[], rows: RowsOfText, pseudonymKey: string): Promise<void> {
  const unreadable = Object.keys(UNREADABLE).map(literal).join(", ");
  const masked = (column: string, spec: Field) => (spec.worker ? `${pseudonymSql(column, pseudonymKey)} as ${column}` : column);
  const columns = parts.flatMap(({field, spec}) => {
    const [fault, text] = [name(`f_${field}`), name(`t_${field}`)];
    return [`case when ${fault} in (${unreadable}) then 'unreadable' else ${fault} end as ${fault}`, spec.worker ? masked(text, spec) : `case when ${text} not in (${unreadable}) then ${text} end as ${text}`, masked(name(field), spec)];
  });
  const joined = place_.split(", ").map((p) => `t.${p} = c.${p}`).join(" and ");
  await db.run(`create or replace table ${name(leftOut)} as
    select cast(c.line as bigint) as line, case when c.ok then 'duplicate' else 'rejected' end as why, ${twice ? "cast(t.first as bigint)" : "cast(null as bigint)"} as of, ${columns.join(", ")}
    from ${name(odd)} c ${twice ? `left join ${twice} t on ${joined} where not c.ok or t.line is not null` : "where not c.ok"}`);
  const lines = rows.rejections.map((r) => r.line);
  for (let i = 0; i < lines.length; i += 50_000) await db.run(`insert into ${name(leftOut)} by name select unnest([${lines.slice(i, i + 50_000).join(", ")}]) as line, 'rejected' as why`);
}

/** What one pass over the checked rows tells: how many fit, whether any repeat, columns without a time, ids of mixed length, dates out of order. */
interface Told {
  fit: number;
  unfit: number;
  /** Bit i: field i has a fault in some row. */
  faults: number;
  /** How many of the rows that fit differ in their key (where they have none, in anything): if all do, none repeats another nor its id. */
  different: number;
  dateOnly: string[];
  mixedWidth: string[];
  first: string | null;
  last: string | null;
  /** `earlier` null: dates after the export. */
  disordered: {earlier: string | null; later: string; rows: number; line: number}[];
}

async function tell(db: Db, checked: string, contract: Contract, cells: Cell[], exportDate: string, pseudonymKey: string): Promise<Told> {
  const has = (f: string) => cells.some((c) => c.field === f);
  const times = cells.map((c) => c.field).filter((f) => contract.fields[f]!.kind === "datetime");
  const ids = has("child_id") ? ["child_id"] : [];
  const happened = contract.happened && has(contract.happened) ? contract.happened : null;
  // a date is not a time: midnight on the later side says no more than the day
  const before = (later: string, earlier: string) =>
    [later, earlier].every((f) => contract.fields[f]!.kind === "datetime")
      ? `case when cast(${name(later)} as time) = time '00:00:00' then cast(${name(later)} as date) < cast(${name(earlier)} as date) else ${name(later)} < ${name(earlier)} end`
      : `cast(${name(later)} as date) < cast(${name(earlier)} as date)`;
  const tests = [
    ...contract.inOrder.filter((pair) => pair.every(has)).map(([earlier, later]) => ({earlier, later, sql: before(later, earlier)})),
    ...eventDates(contract).filter(has).map((f) => ({earlier: null, later: f, sql: `cast(${name(f)} as date) > date ${literal(exportDate)}`}))
  ];
  const fit = "filter (faults = 0)";
  const keys = keysOf(contract, cells);
  // two spellings of one worker's name are one pseudonym
  const told = (f: string) => (contract.fields[f]!.worker ? pseudonymSql(name(f), pseudonymKey) : name(f));
  const key = keys.length ? `coalesce(case ${keys.map((k) => `when ${k.map((f) => `${name(f)} is not null`).join(" and ")} then hash(${k.map(told).join(", ")})`).join(" ")} end, h)` : "h";
  const widths = (f: string, filter: string) => `min(length(${name(f)})) ${filter} <> max(length(${name(f)})) ${filter} as ${name(`wide_${f}`)}`;
  const row = await rowOf<Record<string, unknown>>(
    db,
    `select ${[
      `count(*) ${fit} as fit, count(*) filter (faults <> 0) as unfit, cast(coalesce(bit_or(faults), 0) as bigint) as faults, count(distinct ${key}) ${fit} as different`,
      ...times.map((f) => `count(${name(f)}) ${fit} > 0 and not bool_or(cast(${name(f)} as time) <> time '00:00:00') ${fit} as ${name(`day_${f}`)}`),
      ...ids.map((f) => widths(f, fit)),
      ...(happened ? [`cast(cast(min(${name(happened)}) ${fit} as date) as varchar) as first, cast(cast(max(${name(happened)}) ${fit} as date) as varchar) as last`] : []),
      ...tests.map((t, i) => `count(*) filter (faults = 0 and ${t.sql}) as n${i}, cast(min(line) filter (faults = 0 and ${t.sql}) as bigint) as l${i}`)
    ].join(", ")} from ${name(checked)}`
  );
  // where all ids are of one length, so are those that are numbers
  const wide = ids.filter((f) => row[`wide_${f}`] === true);
  const numbers = wide.length ? await rowOf<Record<string, unknown>>(db, `select ${wide.map((f) => widths(f, `filter (faults = 0 and regexp_full_match(${name(f)}, '[0-9]+'))`)).join(", ")} from ${name(checked)}`) : {};
  return {
    fit: row.fit as number,
    unfit: row.unfit as number,
    faults: row.faults as number,
    different: row.different as number,
    dateOnly: times.filter((f) => row[`day_${f}`] === true),
    mixedWidth: wide.filter((f) => numbers[`wide_${f}`] === true),
    first: (row.first as string | null | undefined) ?? null,
    last: (row.last as string | null | undefined) ?? null,
    disordered: tests.flatMap(({earlier, later}, i) => (row[`n${i}`] ? [{earlier, later, rows: row[`n${i}`] as number, line: row[`l${i}`] as number}] : []))
  };
}

/** Dates out of order and dates after the export: the rows are accepted, counted here, and left out of the durations that they spoil. */
function disorder(found: Told["disordered"], cells: Cell[], rows: RowsOfText, exportDate: string): Warning[] {
  const words = (f: string) => `“${headingOf(f, cells, rows)}”`;
  return found.map(({earlier, later, rows: count, line}) => {
    const says = earlier === null ? `${words(later)} is after the export date, ${exportDate},` : `${words(later)} is before ${words(earlier)}`;
    return {
      code: earlier === null ? "after-export" : "out-of-order",
      ...place(rows),
      line,
      heading: headingOf(later, cells, rows),
      message: `${says} in ${count} ${count === 1 ? "row" : "rows"} (first on line ${line}): accepted, and left out of the durations that it spoils`
    };
  });
}

/** A spreadsheet turns “2026-03” into a day, whose number no month is called by: such a row would be counted nowhere. */
async function periodsAsDays(db: Db, accepted: string, cells: Cell[], rows: RowsOfText): Promise<Warning[]> {
  const {count, line, period} = await rowOf<{count: number; line: number | null; period: string | null}>(db, `select count(*) as count, min(line) as line, arg_min(period, line) as period from ${name(accepted)} where regexp_full_match(period, '[0-9]{5}')`);
  if (line === null) return [];
  const heading = headingOf("period", cells, rows);
  return [{code: "period-as-day", ...place(rows), line, heading, message: `“${heading}” holds a day number in ${count} ${count === 1 ? "row" : "rows"} (first on line ${line}: ${period}), as Excel makes of a month: format the column as text and type it again, as 2026-03; until then no month has ${count === 1 ? "this row" : "these rows"}`}];
}

/** What a record is known by, best first: its id, else what is natural to it. */
function keysOf(contract: Contract, cells: Cell[]): string[][] {
  const has = (fields: string[]) => fields.every((f) => cells.some((c) => c.field === f));
  return [...(contract.id && has(contract.id) ? [contract.id] : []), ...(!contract.lookalikes && has(contract.natural) ? [contract.natural] : [])];
}

const LISTED = 100;

/** One id with different contents in one file: the last one counts. Each is listed, up to a hundred. */
async function sameIds(db: Db, accepted: string, contract: Contract, cells: Cell[], rows: RowsOfText): Promise<Warning[]> {
  const keys = keysOf(contract, cells);
  if (keys.length === 0) return [];
  const full = (fields: string[]) => fields.map((f) => `${name(f)} is not null`).join(" and ");
  const text = (fields: string[]) => `concat_ws(', ', ${fields.map((f) => `cast(${name(f)} as varchar)`).join(", ")})`;
  const key = `case ${keys.map((k) => `when ${full(k)} then ${text(k)}`).join(" ")} end`;
  const found = await rowsOf<{key: string; rows: number; first: number; last: number; total: number}>(
    db,
    `with keyed as (select line, ${key} as key, hash(${cells.map((c) => name(c.field)).join(", ")}) as content from ${name(accepted)})
     select key, count(*) as rows, min(line) as first, max(line) as last, count(*) over () as total from keyed where key is not null group by key having count(*) > 1 and min(content) <> max(content) order by last, key limit ${LISTED}`
  );
  const what = keys[0]!.map((f) => headingOf(f, cells, rows)).join(" and ");
  const warnings: Warning[] = found.map((f) => ({
    code: "same-id",
    ...place(rows),
    line: f.last,
    heading: headingOf(keys[0]![0]!, cells, rows),
    message: `the same ${what} (${f.key}) stands on ${f.rows} rows with different contents, first on line ${f.first}: line ${f.last}, the last, counts`
  }));
  const more = (found[0]?.total ?? 0) - found.length;
  if (more > 0) warnings.push({code: "same-id", ...place(rows), message: `${more} more records stand several times with different contents; of each the last row counts`});
  return warnings;
}

async function wordsOf(db: Db, accepted: string, contract: Contract, carried: string[]): Promise<Checked["words"]> {
  const coded = carried.filter((f) => contract.fields[f]!.kind === "code" && contract.fields[f]!.list);
  if (coded.length === 0) return [];
  const parts = coded.map((f) => {
    const word = contract.fields[f]!.many ? `trim(unnest(${splitSql(name(f))}))` : name(f);
    return `select ${literal(f)} as field, ${literal(contract.fields[f]!.list!)} as list, word, count(*) as rows from (select ${word} as word from ${name(accepted)}) where word is not null and word <> '' group by word`;
  });
  return rowsOf(db, `${parts.join(" union all ")} order by field, word`);
}

/** Several codes in one cell are parted by `;` or `|`. */
export const splitSql = (column: string) => `string_split_regex(${column}, '[;|]')`;

/** A worker's id stays; a name (anything with a space in it, or no digit) becomes a pseudonym keyed by a secret of the store. */
function pseudonymSql(column: string, key: string): string {
  const keyed = (inner: string) => `sha256(${literal(key)} || ${inner})`;
  return `case when ${column} is null then null when regexp_matches(${column}, '[0-9]') and not regexp_matches(${column}, '\\s') then ${column}
    else 'worker-' || left(${keyed(keyed(`lower(regexp_replace(${column}, '\\s+', ' ', 'g'))`))}, 16) end`;
}
