// Holds the rows of one sheet against a record contract: accepted, rejected or an exact duplicate, in a handful of set-wise statements.
// Writes nothing outside the scratch database it is given.
import {columnLetter} from "../extract/csv.ts";
import type {Rejection, RowsOfText, Warning} from "../extract/types.ts";
import {literal, name, rowOf, rowsOf, type Db} from "../duckdb.ts";
import type {Contract} from "./contract.ts";
import {cellSql, faultMessage, type Reading} from "./kinds.ts";
import type {FieldColumns} from "./mapping.ts";
import {cellText, UNREADABLE, type Offered} from "./reshape.ts";

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
  /** Mapped text of rejected rows by line, so that nothing of them is lost. Ragged rows have none. */
  rejectedCells: {line: number; cells: Record<string, string>}[];
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

export interface CheckOptions {
  /** Our field → its text where the row has none. */
  constants: Record<string, string>;
  reading: Reading;
  /** Secret for turning a worker's name into a pseudonym; ids stay as they are. */
  pseudonymKey: string;
  /**
   * The record set stands beside the main one of its sheet (the child of a referral's row): the same fact told on two rows is one record.
   * Of the main one only a row that is the same in every cell is.
   */
  beside?: boolean;
}

/** Holds rows against a contract. `rows` and `fields` are as `offer` gives them. */
export async function checkRows(db: Db, rows: Offered["rows"], contract: Contract, fields: FieldColumns[], {constants, reading, pseudonymKey, beside = false}: CheckOptions): Promise<Checked> {
  const cells = cellsOf(fields, constants);
  const parts_ = rows.parts ?? false;
  const place_ = parts_ ? "line, part" : "line";
  const carried = cells.map((c) => c.field);
  const checked = `${rows.table}_${contract.name}`;
  const parts = cells.map((c) => ({...c, sql: cellSql(contract.fields[c.field]!.kind, name(`t_${c.field}`), reading), spec: contract.fields[c.field]!}));
  const unreadable = Object.keys(UNREADABLE).map(literal).join(", ");
  const ownFault = (p: (typeof parts)[number]) => (fields.find((f) => f.field === p.field)?.how?.how === "json" ? `case when ${name(`t_${p.field}`)} in (${unreadable}) then ${name(`t_${p.field}`)} else ${p.sql.fault} end` : p.sql.fault);
  const fault = (p: (typeof parts)[number]) => (p.spec.required ? `case when ${name(`t_${p.field}`)} is null then 'missing' else ${ownFault(p)} end` : ownFault(p));

  await db.run(`create or replace temp table ${name(checked)} as
    with texts as (select ${place_}, ${restSql(rows, fields, beside)} as rest, ${cells.map((c) => `${c.text} as ${name(`t_${c.field}`)}`).join(", ")} from ${name(rows.table)}),
    told as (select *, ${parts.map((p) => `${fault(p)} as ${name(`f_${p.field}`)}`).join(", ")} from texts)
    select *, ${parts.map((p) => `${p.sql.value} as ${name(p.field)}`).join(", ")}, ${parts.map((p) => `${name(`f_${p.field}`)} is null`).join(" and ")} as ok
    from told`);
  const missingKey = contract.fields && Object.entries(contract.fields).some(([f, s]) => s.required && !carried.includes(f));
  if (missingKey) throw new Error(`the mapping of ${contract.name} carries no column for a required field`); // chooseMapping has refused this already

  const texts = cells.map((c) => name(`t_${c.field}`)).join(", ");
  await db.run(`create or replace temp table ${name(`${checked}_twice`)} as
    with marks as (select ${place_}, hash(rest, ${texts}) as h from ${name(checked)} where ok),
    alike as (select h from marks group by h having count(*) > 1)
    select ${place_} from (
      select ${place_}, row_number() over (partition by rest, ${texts} order by ${place_}) as nth
      from ${name(checked)} where ok and line in (select line from marks where h in (from alike)))
    where nth > 1`);

  const {accepted, duplicates, rejected} = await rowOf<{accepted: number; duplicates: number; rejected: number}>(
    db,
    `select count(*) filter (ok) - (select count(*) from ${name(`${checked}_twice`)}) as accepted, (select count(*) from ${name(`${checked}_twice`)}) as duplicates, count(*) filter (not ok) as rejected from ${name(checked)}`
  );
  const acceptedTable = `${checked}_accepted`;
  await db.run(`create or replace temp view ${name(acceptedTable)} as
    select cast(line as bigint) as line, ${parts_ ? "part, " : ""}${parts.map((p) => `${p.spec.worker ? pseudonymSql(name(p.field), pseudonymKey) : name(p.field)} as ${name(p.field)}`).join(", ")}
    from ${name(checked)} where ok and ${parts_ ? "(line, part)" : "line"} not in (select ${parts_ ? "(line, part)" : "line"} from ${name(`${checked}_twice`)})`);

  const {rejections, rejectedCells} = rejected > 0 ? await rejectionsOf(db, checked, parts.map((p) => p.field), cells, rows, reading, place_) : {rejections: [], rejectedCells: []};
  const warnings: Warning[] = [];
  const wrongMonth = new Set(rejections.filter((r) => r.reasons.includes(faultMessage("date-month", reading))).map((r) => r.heading));
  for (const heading of wrongMonth) {
    warnings.push({code: "date-order-ambiguous", heading, ...place(rows), message: `“${heading}” holds a date that only makes sense with day and month the other way round, so every date in the column is in doubt: check the export's date format, or set dateOrder in the mapping`});
  }
  const stats = await columnStats(db, checked, contract, parts);
  for (const field of stats.mixedWidth) {
    warnings.push({code: "id-width", heading: headingOf(field, cells, rows), ...place(rows), message: `the numbers in “${headingOf(field, cells, rows)}” differ in length; if the system writes leading zeros, Excel may have eaten them (nothing was padded)`});
  }
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
    rejectedCells,
    warnings,
    dateOnly: stats.dateOnly,
    firstEvent: stats.first,
    lastEvent: stats.last,
    words: await wordsOf(db, acceptedTable, contract, carried)
  };
}

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

async function rejectionsOf(db: Db, checked: string, fields: string[], cells: Cell[], rows: RowsOfText, reading: Reading, place_: string) {
  const found = await rowsOf<Record<string, string | number | null>>(
    db,
    `select ${place_}, ${fields.map((f) => `${name(`t_${f}`)}, ${name(`f_${f}`)}`).join(", ")} from ${name(checked)} where not ok order by ${place_}`
  );
  const rejections: Rejection[] = [];
  const rejectedCells: Checked["rejectedCells"] = [];
  for (const row of found) {
    const line = Number(row.line);
    rejectedCells.push({line, cells: Object.fromEntries(fields.filter((f) => row[`t_${f}`] !== null && !UNREADABLE[String(row[`t_${f}`])]).map((f) => [f, String(row[`t_${f}`])]))});
    for (const field of fields) {
      const fault = row[`f_${field}`];
      if (fault === null || fault === undefined) continue;
      const cell = cells.find((c) => c.field === field)!;
      const column = cell.columnOfPart ? cell.columnOfPart[Number(row.part)] : cell.columns[0];
      const unread = UNREADABLE[String(fault)];
      const value = unread ? null : row[`t_${field}`];
      rejections.push({
        ...place(rows),
        line,
        ...(column === undefined ? {} : {column: columnLetter(column)}),
        heading: (column === undefined ? null : rows.headings[column]) ?? headingOf(field, cells, rows),
        ...(value === null || value === undefined ? {} : {value: String(value)}),
        reasons: [unread ?? faultMessage(String(fault), reading)]
      });
    }
  }
  return {rejections, rejectedCells};
}

async function columnStats(db: Db, checked: string, contract: Contract, parts: {field: string; spec: {kind: string}}[]) {
  const times = parts.filter((p) => p.spec.kind === "datetime").map((p) => p.field);
  const ids = parts.filter((p) => p.field === "child_id").map((p) => p.field);
  const happened = contract.happened && parts.some((p) => p.field === contract.happened) ? contract.happened : null;
  const columns = [
    ...times.map((f) => `count(${name(f)}) > 0 and not bool_or(cast(${name(f)} as time) <> time '00:00:00') as ${name(`day_${f}`)}`),
    ...ids.map((f) => `min(length(${name(f)})) filter (regexp_full_match(${name(f)}, '[0-9]+')) <> max(length(${name(f)})) filter (regexp_full_match(${name(f)}, '[0-9]+')) as ${name(`wide_${f}`)}`),
    ...(happened ? [`cast(cast(min(${name(happened)}) as date) as varchar) as first, cast(cast(max(${name(happened)}) as date) as varchar) as last`] : [])
  ];
  if (columns.length === 0) return {dateOnly: [], mixedWidth: [], first: null, last: null};
  const row = await rowOf<Record<string, unknown>>(db, `select ${columns.join(", ")} from ${name(checked)} where ok`);
  return {
    dateOnly: times.filter((f) => row[`day_${f}`] === true),
    mixedWidth: ids.filter((f) => row[`wide_${f}`] === true),
    first: (row.first as string | null | undefined) ?? null,
    last: (row.last as string | null | undefined) ?? null
  };
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
