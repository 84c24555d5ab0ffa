// Loads → one table a record set: words become codes, rows of one record become one, the latest export wins field by field.
// Depends on nothing but the loads: any order of loading gives the same rows.
import path from "node:path";
import {LIST, VARCHAR, INTEGER, listValue} from "@duckdb/node-api";
import {appendRows, literal, name, rowOf, rowsOf, shareOut, type Db} from "../duckdb.ts";
import type {Contract, Field} from "../load/contract.ts";
import {codeOf, conserved, type LoadManifest, type LoadedSet} from "../load/load.ts";
import type {Mapping} from "../load/mapping.ts";
import type {Reference} from "./reference.ts";

export interface RankedLoad {
  rank: number;
  manifest: LoadManifest;
}

export interface RecordCounts {
  recordSet: string;
  records: number;
  withdrawn: number;
  /** Records that one file gives twice with different contents; the last row won. */
  sameIdConflicts: number;
  /** Rows without an id whose natural key fits several ids; kept apart. */
  ambiguous: number;
  /** Records about which exports of the same date disagree; the export named last counts. */
  ties: {records: number; exportDate: string; files: string[]}[];
}

/** When an export was made, as finely as it says: its declared day, else when its file was last changed. */
const momentOf = (m: LoadManifest) => m.changedAt ?? m.exportDate;

/**
 * Order of authority: export date; corrections come after what they correct; then the bytes themselves, so that a tie is settled the same
 * way whatever was loaded first and whatever the files are called.
 */
export function rankLoads(manifests: LoadManifest[]): RankedLoad[] {
  const order = (m: LoadManifest) => [momentOf(m), m.corrects ? "1" : "0", m.sha256, m.key].join("\u0000");
  return [...manifests].sort((a, b) => (order(a) < order(b) ? -1 : 1)).map((manifest, i) => ({rank: i + 1, manifest}));
}

const SQL_TYPE: Record<Field["kind"], string> = {id: "VARCHAR", date: "DATE", datetime: "TIMESTAMP", code: "VARCHAR", flag: "BOOLEAN", int: "INTEGER", decimal: "DECIMAL(18, 6)", text: "VARCHAR"};
const typeOf = (f: Field) => (f.many ? "VARCHAR[]" : SQL_TYPE[f.kind]);

/**
 * Builds `records.<set>` for every contract (empty where nothing was loaded), `records.load`, and `records.field_source`: which load each field
 * of each record comes from. The last is a view over what the loads carry, worked out when it is asked.
 */
export async function buildRecords(dbs: Db[], loads: RankedLoad[], loadsDir: string, contracts: Map<string, Contract>, mappings: Mapping[], reference: Reference, authority: string): Promise<RecordCounts[]> {
  const db = dbs[0]!;
  await db.run("create schema records");
  await db.run("create table records.load (rank integer, key varchar, file varchar, source varchar, mapping varchar, export_date date)");
  const columns = (i: number) => Array.from({length: 6}, (_, j) => `$${6 * i + j + 1}`);
  if (loads.length) await db.run(`insert into records.load select * replace (cast(export_date as date) as export_date) from (values ${loads.map((_, i) => `(${columns(i).join(", ")})`).join(", ")}) as l (rank, key, file, source, mapping, export_date)`, loads.flatMap(({rank, manifest: m}) => [rank, m.key, m.file, m.source, m.mapping, m.exportDate]));
  await db.run("create table records.carries (record_set varchar, field varchar, rank integer)");
  await db.run("create table records.told_by (record_set varchar, record_key varchar, ranks integer[])");
  const filled: string[] = [];
  await db.run(`begin;\n${[...contracts.values()].map(createTable).join(";\n")};\ncommit`);
  // the largest first: what is begun last is soon done, and neither connection is left without work
  const size = ({name: set}: Contract) => loads.flatMap((l) => l.manifest.sets).reduce((rows, s) => rows + (s.name === set ? s.accepted : 0), 0);
  const largestFirst = [...contracts.values()].sort((a, b) => size(b) - size(a));
  const made = await shareOut(largestFirst, dbs, (contract, own) => buildRecordSet(own, authority, contract, setsOf(contract, loads, loadsDir), mappings, reference));
  const counts = [...contracts.values()].map((contract) => made[largestFirst.indexOf(contract)]!);
  for (const own of dbs) await own.run("drop view if exists keyed; drop table if exists keyed_rows; drop table if exists again; drop table if exists named; drop table if exists staged; drop view if exists raw; drop table if exists word");
  const carries: string[] = [];
  for (const contract of contracts.values()) {
    const sets = setsOf(contract, loads, loadsDir);
    if (sets.length) filled.push(`select ${literal(contract.name)} as record_set, record_key, last_load from records.${name(contract.name)}`);
    for (const rank of new Set(sets.map((p) => p.rank))) {
      const fields = new Set(sets.flatMap((p) => (p.rank === rank ? p.set.carried : [])));
      carries.push(`(${literal(contract.name)}, [${[...fields].map(literal).join(", ")}], ${rank})`);
    }
  }
  if (carries.length) await db.run(`insert into records.carries select record_set, unnest(fields), rank from (values ${carries.join(", ")}) as c (record_set, fields, rank)`);
  await db.run(`create view records.field_source as
    with held as (${filled.join(" union all ") || "select null::varchar as record_set, null::varchar as record_key, null::integer as last_load limit 0"})
    select held.record_set, held.record_key, carries.field, max(carries.rank) as rank, arg_max(load.file, carries.rank) as file, arg_max(load.source, carries.rank) as source, arg_max(load.export_date, carries.rank) as export_date
    from held
    left join records.told_by using (record_set, record_key)
    join records.carries on carries.record_set = held.record_set and list_contains(coalesce(told_by.ranks, [held.last_load]), carries.rank)
    join records.load on load.rank = carries.rank
    group by all`);
  return counts;
}

/** Rows read = accepted + rejected + duplicates, counted again from a load's Parquet files. @throws Error: the run stops rather than lose a row */
export async function verifyLoad(db: Db, {manifest: m}: RankedLoad, loadsDir: string): Promise<void> {
  for (const set of m.sets) {
    const at = (file: string) => `read_parquet(${literal(path.join(loadsDir, m.key, file))})`;
    const leftOut = (why: string) => (set.leftOut ? `(select count(*) from ${at(set.leftOut)} where why = '${why}')` : "0");
    let held: {accepted: number; rejected: number; duplicates: number};
    try {
      held = await rowOf(db, `select (select count(*) from ${at(set.file)}) as accepted, ${leftOut("rejected")} as rejected, ${leftOut("duplicate")} as duplicates`);
    } catch (error) {
      throw new Error(`the load of ${m.file} in the store is damaged (${(error as Error).message.split("\n")[0]}); put the export back into the exports folder, remove loads/${m.key} from the store and refresh again`, {cause: error});
    }
    conserved(m.file, set, {read: set.read, ...held});
  }
}

/** The rows of one record set in one load. */
interface LoadedPart {
  /** Order of authority among all parts of the record set, from 1. */
  at: number;
  rank: number;
  /** The rank of the load whose rows these stand among: its own, or that of the export which they correct. */
  group: number;
  /** Which of the sheets of that export. */
  sheet: number;
  source: number;
  manifest: LoadManifest;
  set: LoadedSet;
  file: string;
}

function setsOf(contract: Contract, loads: RankedLoad[], loadsDir: string): LoadedPart[] {
  const sources = [...new Set(loads.map((l) => l.manifest.mapping))];
  const found: LoadedPart[] = [];
  for (const {rank, manifest} of loads) {
    const original = manifest.corrects && loads.find((l) => l.manifest.sha256.startsWith(manifest.corrects!.sha256) && !l.manifest.corrects);
    manifest.sets.forEach((set, ordinal) => {
      if (set.name !== contract.name || set.accepted === 0) return;
      const sheet = original ? Math.max(0, original.manifest.sets.findIndex((s) => s.name === set.name && (s.sheet ?? null) === manifest.corrects!.sheet)) : ordinal;
      found.push({at: found.length + 1, rank, group: original ? original.rank : rank, sheet, source: sources.indexOf(manifest.mapping), manifest, set, file: path.join(loadsDir, manifest.key, set.file)});
    });
  }
  return found;
}

const createTable = (contract: Contract) =>
  `create table records.${name(contract.name)} (authority varchar, record_key varchar, first_load integer, last_load integer, withdrawn boolean, ${Object.entries(contract.fields).map(([f, s]) => `${name(f)} ${typeOf(s)}`).join(", ")})`;

async function buildRecordSet(db: Db, authority: string, contract: Contract, sets: LoadedPart[], mappings: Mapping[], reference: Reference): Promise<RecordCounts> {
  if (sets.length === 0) return {recordSet: contract.name, records: 0, withdrawn: 0, sameIdConflicts: 0, ambiguous: 0, ties: []};
  const table = `records.${name(contract.name)}`;
  await stage(db, contract, sets, mappings, reference);
  await timesOfDays(db, contract, sets);
  if (contract.withinReferral) await startsOfReferrals(db, sets);
  const ambiguous = await giveKeys(db);
  await db.run("create or replace temp table again as select record_key from keyed group by record_key having count(*) > 1");
  const {repeated} = await rowOf<{repeated: number}>(db, "select count(*) as repeated from again");
  const sameIdConflicts = repeated ? await conflictsOf(db, contract, sets) : 0;
  const ties = repeated ? await tiesOf(db, contract, sets) : [];
  if (repeated) await db.run(`insert into records.told_by select ${literal(contract.name)}, ${literal(`${authority}\u001f`)} || record_key, list(distinct load_rank order by load_rank) from keyed semi join again using (record_key) group by record_key order by record_key`);
  await db.run(`insert into ${table} select ${literal(authority)}, ${literal(`${authority}\u001f`)} || record_key, * exclude (record_key) from (${mergeSql(contract, sets, repeated > 0)})`);
  await markWithdrawn(db, table, contract, sets, authority);
  const {records, withdrawn} = await rowOf<{records: number; withdrawn: number}>(db, `select count(*) filter (not withdrawn) as records, count(*) filter (withdrawn) as withdrawn from ${table}`);
  return {recordSet: contract.name, records, withdrawn, sameIdConflicts, ambiguous, ties};
}

/** Records that one load gives more than once, with different contents. */
async function conflictsOf(db: Db, contract: Contract, sets: LoadedPart[]): Promise<number> {
  const fields = Object.keys(contract.fields);
  // lists of one workbook need not carry the same fields: what a list does not carry is no contradiction
  const uneven = sets.filter((p) => sets.some((o) => o.rank === p.rank && o.set.carried.join() !== p.set.carried.join()));
  const differs = uneven.length === 0
    ? "min(content) <> max(content)"
    : fields.filter((f) => sets.some((p) => p.set.carried.includes(f))).map((f) => `count(distinct hash(${name(f)})) filter (seq in (${sets.filter((p) => p.set.carried.includes(f)).map((p) => p.at).join(", ")})) > 1`).join(" or ");
  const {conflicts} = await rowOf<{conflicts: number}>(
    db,
    `select count(distinct record_key) as conflicts from (select record_key, load_rank from (select *, hash(${fields.map(name).join(", ")}) as content from keyed semi join again using (record_key))
       group by record_key, load_rank having ${differs})`
  );
  return conflicts;
}

/**
 * All accepted rows of a record set in the table `staged`, words turned into codes by each load's own mapping: seq (`LoadedPart.at`), load_rank, grp, sheet, place
 * (the line; of a corrected row the line it had in the export), line, part, src, has_id, own_id, natural_key, and every field.
 */
async function stage(db: Db, contract: Contract, sets: LoadedPart[], mappings: Mapping[], reference: Reference) {
  const fields = Object.entries(contract.fields);
  const selects = sets.map(({at, rank, group, sheet, source, manifest, set, file}) => {
    const columns = fields.map(([f, s]) => (set.carried.includes(f) ? name(f) : `cast(null as ${SQL_TYPE[s.kind]}) as ${name(f)}`));
    return `select ${at} as seq, ${rank} as load_rank, ${group} as grp, ${sheet} as sheet, ${source} as src, ${manifest.corrects ? "origin" : "line"} as place, line, ${set.parts ? "part" : "0"} as part, ${columns.join(", ")} from read_parquet(${literal(file)})`;
  });
  await db.run(`create or replace temp view raw as ${selects.join(" union all ")}`);
  const coded = fields.filter(([f, s]) => s.kind === "code" && s.list && sets.some((p) => p.set.carried.includes(f)));
  await wordsToCodes(db, contract, coded, sets, mappings, reference);
  const joins = coded.map(([f], i) => `left join word word_${i} on word_${i}.field = ${i} and word_${i}.src = raw.src and word_${i}.word = raw.${name(f)}`);
  const value = ([f, s]: [string, Field]) => {
    const i = coded.findIndex(([c]) => c === f);
    return i < 0 ? (s.many ? "cast(null as varchar[])" : `raw.${name(f)}`) : `word_${i}.${s.many ? "codes" : "code"}`;
  };
  // two words that no list knows are not one and the same
  const keyPart = (f: string) => {
    const i = coded.findIndex(([c]) => c === f);
    return i < 0 ? `coalesce(cast(raw.${name(f)} as varchar), '')` : `coalesce(case word_${i}.code when 'unmapped' then 'unmapped: ' || raw.${name(f)} else word_${i}.code end, '')`;
  };
  const keyText = (of: string[]) => `concat_ws(chr(31), ${of.map(keyPart).join(", ")})`;
  const full = (of: string[]) => `(${of.map((f) => `raw.${name(f)} is not null`).join(" and ")})`;
  await db.run(`create or replace temp table staged as
    select raw.seq, raw.load_rank, raw.grp, raw.sheet, raw.src, raw.place, raw.line, raw.part,
      ${contract.id ? full(contract.id) : "false"} as has_id, ${contract.id ? keyText(contract.id) : "cast(null as varchar)"} as own_id, ${keyText(contract.natural)} as natural_key,
      ${contract.lookalikes ? "true" : `not ${full(contract.natural)}`} as may_look_alike,
      ${fields.map((field) => `${value(field)} as ${name(field[0])}`).join(", ")}
    from raw ${joins.join(" ")}`);
  // a row corrected twice: the later correction takes the place of the earlier one; what somebody added (below zero) takes nothing's place
  const corrections = sets.filter((p) => p.group !== p.rank);
  if (corrections.length > 1) {
    const again = `seq in (${corrections.map((p) => p.at).join(", ")})`;
    await db.run(`delete from staged where ${again} and exists (from staged later where later.${again} and later.seq > staged.seq and later.grp = staged.grp and later.sheet = staged.sheet and later.place = staged.place and later.part = staged.part) and place > 0`);
  }
}

/** `word` (field: place in `coded`, src, word, code, codes): the code that each word of `raw` stands for by the mapping of its source. */
async function wordsToCodes(db: Db, contract: Contract, coded: [string, Field][], sets: LoadedPart[], mappings: Mapping[], reference: Reference) {
  await db.run("create or replace temp table word (field integer, src integer, word varchar, code varchar, codes varchar[])");
  if (coded.length === 0) return;
  const distinct = coded.map(([f], i) => `select distinct ${i} as field, src, ${name(f)} as word from raw where ${name(f)} is not null`);
  const words = await rowsOf<{field: number; src: number; word: string}>(db, `${distinct.join(" union all ")} order by all`);
  const known = new Map<string, string>();
  const codeFor = (field: number, src: number, word: string): string => {
    const key = `${field} ${src} ${word}`;
    let code = known.get(key);
    if (code === undefined) {
      const [f, s] = coded[field]!;
      const mapping = sets.find((p) => p.source === src)!.manifest.mapping;
      const own = mappings.find((m) => m.name === mapping)?.records.find((r) => r.set === contract.name)?.words[f];
      code = codeOf(reference, s.list!, word, own) ?? "unmapped";
      known.set(key, code);
    }
    return code;
  };
  const rows = words.map(({field, src, word}) => {
    const parts = coded[field]![1].many ? word.split(/[;|]/).map((w) => w.trim()).filter(Boolean) : [word];
    const codes = [...new Set(parts.map((w) => codeFor(field, src, w)))];
    return [field, src, word, codes[0] ?? "unmapped", listValue(codes)];
  });
  await appendRows(db, "word", [INTEGER, INTEGER, VARCHAR, VARCHAR, LIST(VARCHAR)], rows);
}

/** A field of date-times of which some loads know only the day: Annex A lists contacts by date. */
const daysOnly = (sets: LoadedPart[], field: string) => sets.filter((p) => p.set.carried.includes(field) && p.set.dateOnly.includes(field));
const withTimes = (sets: LoadedPart[], field: string) => sets.filter((p) => p.set.carried.includes(field) && !p.set.dateOnly.includes(field));

/**
 * A row that knows only the day is the record that another load has with the time, where all else of the natural key is the same. Where a child
 * has several on the day, the first such row is the first of them, and so on: they are alike in everything that the dated load holds, so which
 * is which changes nothing, and none is counted twice.
 */
async function timesOfDays(db: Db, contract: Contract, sets: LoadedPart[]) {
  const field = contract.natural.find((f) => contract.fields[f]!.kind === "datetime");
  if (!field || contract.id?.includes(field)) return;
  const [days, times] = [daysOnly(sets, field), withTimes(sets, field)];
  if (days.length === 0 || times.length === 0) return;
  const of = (parts: LoadedPart[]) => `seq in (${parts.map((p) => p.at).join(", ")})`;
  // the day in place of the time, everything else of the key as it is
  const dayKey = `replace(natural_key, cast(${name(field)} as varchar), cast(cast(${name(field)} as date) as varchar))`;
  await db.run(`create or replace temp table same_day as
    with timed as (select ${dayKey} as day_key, natural_key, has_id, own_id, grp, count(*) as alike from staged where ${of(times)} group by all),
    one_each as (
      select distinct day_key, natural_key, has_id, own_id from timed where has_id
      union all
      select day_key, natural_key, false, null from (select day_key, natural_key, unnest(range(max(alike))) from timed
        where not has_id and natural_key not in (select natural_key from timed where has_id) group by all)),
    nth as (select *, row_number() over (partition by day_key order by natural_key, own_id) as n from one_each),
    dated as (select seq, line, part, ${dayKey} as day_key, row_number() over (partition by grp, ${dayKey} order by sheet, place, part) as n from staged where ${of(days)} and not has_id)
    select dated.seq, dated.line, dated.part, nth.natural_key, nth.has_id, nth.own_id from dated join nth using (day_key, n)`);
  await db.run("update staged set natural_key = same_day.natural_key, has_id = same_day.has_id, own_id = same_day.own_id from same_day where staged.seq = same_day.seq and staged.line = same_day.line and staged.part = same_day.part");
  await db.run("drop table same_day");
}

/**
 * Annex A list 6 dates a plan by the referral it belongs to. A row of a load that knows no more is the plan which another source dates: the child's
 * last to have begun since that referral, when the export was made. Where no other source dates one, it begins with its referral.
 */
async function startsOfReferrals(db: Db, sets: LoadedPart[]) {
  if (new Set(sets.map((p) => p.source)).size < 2) return;
  const made = sets.map((p) => `(${p.at}, date ${literal(momentOf(p.manifest).slice(0, 10))})`).join(", ");
  await db.run(`create or replace temp table begun as
    with vague as (select seq from staged group by seq having bool_and(coalesce(started_on = referral_date, false))),
    told as (select distinct src, child_id, started_on from staged anti join vague using (seq))
    select s.seq, s.line, s.part, max(t.started_on) as started_on
    from staged s
    semi join vague using (seq)
    join (values ${made}) made(seq, day) using (seq)
    join told t on t.child_id = s.child_id and t.src <> s.src and t.started_on between s.started_on and made.day
    group by all`);
  await db.run(`update staged set started_on = begun.started_on, natural_key = replace(natural_key, cast(staged.started_on as varchar), cast(begun.started_on as varchar))
    from begun where staged.seq = begun.seq and staged.line = begun.line and staged.part = begun.part`);
  await db.run("drop table begun");
}

/**
 * `staged` → `keyed`: every row with its record's key. A row without the source's own id takes the id of the one record with the same
 * natural key; where several fit it is kept apart and marked ambiguous, where none does its natural key is its key, with an occurrence number
 * where rows of one export may be alike in it and both be genuine.
 * @returns how many rows are ambiguous
 */
async function giveKeys(db: Db): Promise<number> {
  const rest = "staged.* exclude (has_id, own_id, natural_key, may_look_alike, grp, sheet, place)";
  const {unnamed} = await rowOf<{unnamed: number}>(db, "select count(*) filter (not has_id) as unnamed from staged");
  await db.run("drop view if exists keyed; drop table if exists keyed_rows");
  if (unnamed === 0) {
    await db.run(`create temp view keyed as select ${rest}, 'i' || own_id as record_key, false as ambiguous from staged`);
    return 0;
  }
  // the rows whose key is not simply their own id or their natural key
  await db.run(`create or replace temp table named as
    with alike as (select grp, natural_key from staged where not has_id and may_look_alike group by all having count(*) > 1),
    numbered as (select seq, line, part, dense_rank() over (partition by grp, natural_key order by sheet, place, part) as occurrence
      from staged semi join alike using (grp, natural_key) where not has_id and may_look_alike),
    ids as (select natural_key, min(own_id) as the_id, count(distinct own_id) as fits
      from staged where has_id and natural_key in (select natural_key from staged where not has_id) group by natural_key)
    select seq, line, part,
      case when fits = 1 and coalesce(occurrence, 1) = 1 then 'i' || the_id else 'n' || natural_key || chr(31) || coalesce(occurrence, 1) end as record_key,
      coalesce(fits, 0) > 1 as ambiguous
    from staged left join numbered using (seq, line, part) left join ids using (natural_key)
    where not has_id and (occurrence > 1 or fits is not null)`);
  const {all, ambiguous} = await rowOf<{all: number; ambiguous: number}>(db, "select count(*) as all, count(*) filter (ambiguous) as ambiguous from named");
  const plain = "case when has_id then 'i' || own_id else 'n' || natural_key || chr(31) || 1 end";
  if (all === 0) {
    await db.run(`create temp view keyed as select ${rest}, ${plain} as record_key, false as ambiguous from staged`);
  } else {
    // read several times, so joined once
    await db.run(`create temp table keyed_rows as select ${rest}, coalesce(named.record_key, ${plain}) as record_key, coalesce(named.ambiguous, false) as ambiguous from staged left join named using (seq, line, part)`);
    await db.run("create temp view keyed as from keyed_rows");
  }
  return ambiguous;
}

/** One row a record: each field from the newest load that carries it, blanks included. `repeated`: some record stands on several rows. */
function mergeSql(contract: Contract, sets: LoadedPart[], repeated: boolean): string {
  const fields = Object.keys(contract.fields);
  if (!repeated) return `select record_key, load_rank, load_rank as last_load, false, ${fields.map(name).join(", ")} from keyed`;
  const mixed = (f: string) => contract.fields[f]!.kind === "datetime" && daysOnly(sets, f).length > 0 && withTimes(sets, f).length > 0;
  const alike = sets.every((s) => s.set.carried.join() === sets[0]!.set.carried.join()) && !fields.some(mixed);
  const once = `select record_key, load_rank, load_rank as last_load, false, ${fields.map(name).join(", ")} from keyed anti join again using (record_key)`;
  if (alike) {
    return `${once} union all select record_key, min(load_rank) over (partition by record_key), load_rank, false, ${fields.map(name).join(", ")} from keyed semi join again using (record_key)
      qualify row_number() over (partition by record_key order by seq desc, line desc, part desc) = 1`;
  }
  const merged = fields.map((f) => {
    const from = sets.filter((s) => s.set.carried.includes(f)).map((s) => s.at);
    if (from.length === 0) return `any_value(${name(f)})`; // nobody carries it: NULL in every row
    const newest = (of: number[]) => `(arg_max({'v': ${name(f)}}, (seq, line, part))${of.length === sets.length ? "" : ` filter (where seq in (${of.join(", ")}))`}).v`;
    if (!mixed(f)) return newest(from);
    // a newer export that knows only the day does not take the time away
    const timed = newest(withTimes(sets, f).map((s) => s.at));
    return `case when cast(${timed} as date) = cast(${newest(from)} as date) then ${timed} else ${newest(from)} end`;
  });
  return `${once} union all select record_key, min(load_rank), max(load_rank), false, ${merged.join(", ")} from keyed semi join again using (record_key) group by record_key`;
}

/** Records about which two exports of one date disagree, where no later export has spoken. */
async function tiesOf(db: Db, contract: Contract, sets: LoadedPart[]): Promise<RecordCounts["ties"]> {
  const found: RecordCounts["ties"] = [];
  for (const moment of [...new Set(sets.map((s) => momentOf(s.manifest)))].sort()) {
    const tied = sets.filter((s) => momentOf(s.manifest) === moment);
    if (new Set(tied.map((s) => s.group)).size < 2) continue;
    const shared = Object.keys(contract.fields).filter((f) => new Set(tied.filter((s) => s.set.carried.includes(f)).map((s) => s.group)).size > 1);
    // one that knows only the day does not disagree with one that knows the time
    const told = (f: string) => (contract.fields[f]!.kind === "datetime" && daysOnly(tied, f).length > 0 ? `cast(${name(f)} as date)` : name(f));
    const differ = shared.map((f) => `count(distinct hash(${told(f)})) filter (seq in (${tied.filter((s) => s.set.carried.includes(f)).map((s) => s.at).join(", ")})) > 1`);
    if (differ.length === 0) continue;
    const later = sets.filter((s) => momentOf(s.manifest) > moment).map((s) => s.at);
    const {records} = await rowOf<{records: number}>(
      db,
      `select count(*) as records from (select record_key from keyed semi join again using (record_key) where seq in (${tied.map((s) => s.at).join(", ")})
         ${later.length ? `and record_key not in (select record_key from keyed where seq in (${later.join(", ")}))` : ""}
       group by record_key having count(distinct load_rank) > 1 and (${differ.join(" or ")}))`
    );
    if (records > 0) found.push({records, exportDate: moment.slice(0, 10), files: [...new Set(tied.map((s) => s.manifest.file))]});
  }
  return found;
}

/**
 * A record that a source gave once and that is missing from a later export of it, inside the window which that export declares to hold in
 * full, was withdrawn there; another source may still vouch for it. An export without any row says nothing, and a rejected row that may be
 * the record keeps it.
 */
async function markWithdrawn(db: Db, table: string, contract: Contract, sets: LoadedPart[], authority: string) {
  const windows = sets.filter((s) => s.manifest.window !== "none" && (s.manifest.window === "full" || contract.happened) && sets.some((o) => o.source === s.source && o.rank < s.rank));
  if (windows.length === 0) return;
  const day = contract.happened ? `cast(${name(contract.happened)} as date)` : "cast(null as date)";
  const covers = (s: LoadedPart) => {
    const w = s.manifest.window;
    return w === "none" || w === "full" ? "true" : `day between date ${literal(w.from)} and date ${literal(w.to)}`;
  };
  const key = contract.id ?? contract.natural;
  const goneFrom = windows.map((s) => `(src = ${s.source} and newest < ${s.rank} and coalesce(${covers(s)}, false) and not ${maybeRejected(s, contract, key)})`);
  await db.run(`create temp table sightings as
    select record_key, src, max(load_rank) as newest, ${[...new Set([...key, ...contract.natural])].map((f) => `arg_max(${name(f)}, (seq, line, part)) as ${name(f)}`).join(", ")}, arg_max(${day}, (seq, line, part)) as day from keyed group by record_key, src`);
  await db.run(`update ${table} set withdrawn = true where record_key in (
    select ${literal(`${authority}\u001f`)} || record_key from (select record_key, ${goneFrom.join(" or ")} as gone from sightings) group by record_key having bool_and(gone))`);
  await db.run("drop table sightings");
}

/** Whether a rejected row of an export may be the record: alike in every part of the key that could be read, and in one at least. */
function maybeRejected({set, file}: LoadedPart, contract: Contract, key: string[]): string {
  const readable = key.filter((f) => set.carried.includes(f) && !(contract.fields[f]!.kind === "code" && contract.fields[f]!.list));
  if (!set.leftOut || set.rejected === 0 || readable.length === 0) return "false";
  const same = readable.map((f) => `(r.${name(f)} is null or r.${name(f)} = sightings.${name(f)})`).join(" and ");
  const some = readable.map((f) => `r.${name(f)} is not null`).join(" or ");
  return `exists (from read_parquet(${literal(path.join(path.dirname(file), set.leftOut))}) r where r.why = 'rejected' and ${same} and (${some}))`;
}
