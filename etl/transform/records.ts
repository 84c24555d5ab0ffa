// Loads → one table a record set: words become codes, rows of one record become one, the latest export wins field by field.
// Depends on nothing but the loads: any order of loading gives the same rows.
import path from "node:path";
import {literal, name, rowOf, rowsOf, type Db} from "../duckdb.ts";

import type {Contract, Field} from "../load/contract.ts";
import {codeOf, type LoadManifest, type LoadedSet} from "../load/load.ts";
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
  /** Rows of one file that gave one id different contents; the last one won. */
  sameIdConflicts: number;
  /** Rows without an id whose natural key fits several ids; kept apart. */
  ambiguous: number;
}

/** Order of authority: export date, then file name, then key, so that a tie is settled the same way every time. */
export function rankLoads(manifests: LoadManifest[]): RankedLoad[] {
  const order = (m: LoadManifest) => `${m.exportDate}\u0000${m.file}\u0000${m.key}`;
  return [...manifests].sort((a, b) => (order(a) < order(b) ? -1 : 1)).map((manifest, i) => ({rank: i + 1, manifest}));
}

const SQL_TYPE: Record<Field["kind"], string> = {id: "VARCHAR", date: "DATE", datetime: "TIMESTAMP", code: "VARCHAR", flag: "BOOLEAN", int: "INTEGER", decimal: "DECIMAL(18, 6)", text: "VARCHAR"};
const typeOf = (f: Field) => (f.many ? "VARCHAR[]" : SQL_TYPE[f.kind]);

/** Builds `records.<set>` for every contract (empty where nothing was loaded) and `records.load`. */
export async function buildRecords(db: Db, loads: RankedLoad[], loadsDir: string, contracts: Map<string, Contract>, mappings: Mapping[], reference: Reference, authority: string): Promise<RecordCounts[]> {
  await db.run("create schema records");
  await db.run("create table records.load (rank integer, key varchar, file varchar, source varchar, mapping varchar, export_date date)");
  for (const {rank, manifest: m} of loads) {
    await db.run("insert into records.load values ($1, $2, $3, $4, $5, cast($6 as date))", [rank, m.key, m.file, m.source, m.mapping, m.exportDate]);
  }
  const counts: RecordCounts[] = [];
  for (const contract of contracts.values()) {
    const sets = loads.flatMap(({rank, manifest}) => manifest.sets.filter((s) => s.name === contract.name).map((set) => ({rank, manifest, set})));
    counts.push(await buildRecordSet(db, authority, contract, sets, loadsDir, mappings, reference));
  }
  return counts;
}

interface LoadedPart {
  rank: number;
  manifest: LoadManifest;
  set: LoadedSet;
}

async function buildRecordSet(db: Db, authority: string, contract: Contract, sets: LoadedPart[], loadsDir: string, mappings: Mapping[], reference: Reference): Promise<RecordCounts> {
  const fields = Object.entries(contract.fields);
  const table = `records.${name(contract.name)}`;
  await db.run(`create table ${table} (authority varchar, record_key varchar, first_load integer, last_load integer, withdrawn boolean, ${fields.map(([f, s]) => `${name(f)} ${typeOf(s)}`).join(", ")})`);
  const none = {recordSet: contract.name, records: 0, withdrawn: 0, sameIdConflicts: 0, ambiguous: 0};
  if (sets.every((s) => s.set.accepted === 0)) return none;

  await stage(db, contract, sets, loadsDir, mappings, reference);
  const {lacking} = await rowOf<{lacking: number}>(db, `select count(*) filter (not (${(contract.id ?? []).map((f) => `${name(f)} is not null`).join(" and ") || "false"})) as lacking from staged`);
  await db.run(keySql(contract, lacking));
  const {ambiguous, conflicts} = await rowOf<{ambiguous: number; conflicts: number}>(
    db,
    `select count(*) filter (ambiguous) as ambiguous, (select count(*) from (select 1 from keyed group by record_key, load_rank having count(*) > 1)) as conflicts from keyed`
  );
  await db.run(`insert into ${table} select ${literal(authority)}, ${literal(`${authority}\u001f`)} || record_key, * exclude (record_key) from (${mergeSql(contract, sets)})`);
  await markWithdrawn(db, table, sets, authority);
  const {records, withdrawn} = await rowOf<{records: number; withdrawn: number}>(db, `select count(*) filter (not withdrawn) as records, count(*) filter (withdrawn) as withdrawn from ${table}`);
  for (const temp of ["staged", "keyed", "word_code"]) await db.run(`drop table ${temp}`);
  return {recordSet: contract.name, records, withdrawn, sameIdConflicts: conflicts, ambiguous};
}

/** All accepted rows of a record set in one table, words turned into codes by each load's own mapping. */
async function stage(db: Db, contract: Contract, sets: LoadedPart[], loadsDir: string, mappings: Mapping[], reference: Reference) {
  const fields = Object.entries(contract.fields);
  const selects = sets.map(({rank, manifest, set}) => {
    const columns = fields.map(([f, s]) => (set.carried.includes(f) ? name(f) : `cast(null as ${SQL_TYPE[s.kind]}) as ${name(f)}`));
    return `select ${rank} as load_rank, ${literal(manifest.mapping)} as mapping, line, ${columns.join(", ")} from read_parquet(${literal(path.join(loadsDir, manifest.key, set.file))})`;
  });
  await db.run(`create temp table raw as ${selects.join(" union all ")}`);
  const coded = fields.filter(([, s]) => s.kind === "code" && s.list);
  await db.run("create temp table word_code (field varchar, mapping varchar, word varchar, code varchar, codes varchar[])");
  for (const [f, s] of coded) {
    const words = await rowsOf<{mapping: string; word: string}>(db, `select distinct mapping, ${name(f)} as word from raw where ${name(f)} is not null order by all`);
    if (words.length === 0) continue;
    const rows = words.map(({mapping, word}) => {
      const own = mappings.find((m) => m.name === mapping)?.records.find((r) => r.set === contract.name)?.words[f];
      const parts = s.many ? word.split(/[;|]/).map((w) => w.trim()).filter(Boolean) : [word];
      const codes = [...new Set(parts.map((w) => codeOf(reference, s.list!, w, own) ?? "unmapped"))];
      return `(${literal(f)}, ${literal(mapping)}, ${literal(word)}, ${literal(codes[0] ?? "unmapped")}, [${codes.map(literal).join(", ")}])`;
    });
    for (let i = 0; i < rows.length; i += 2000) await db.run(`insert into word_code values ${rows.slice(i, i + 2000).join(", ")}`);
  }
  const joins = coded.map(([f], i) => `left join word_code w${i} on w${i}.field = ${literal(f)} and w${i}.mapping = raw.mapping and w${i}.word = raw.${name(f)}`);
  const select = fields.map(([f, s]) => {
    const i = coded.findIndex(([c]) => c === f);
    return i < 0 ? `raw.${name(f)}` : `w${i}.${s.many ? "codes" : "code"} as ${name(f)}`;
  });
  await db.run(`create temp table staged as select raw.load_rank, raw.mapping, raw.line, ${select.join(", ")} from raw ${joins.join(" ")}`);
  await db.run("drop table raw");
}

const keyText = (fields: string[]) => `concat_ws(chr(31), ${fields.map((f) => `coalesce(cast(${name(f)} as varchar), '')`).join(", ")})`;

/**
 * Gives every row its record's key. A row without the source's own id takes the id of the one record with the same natural key;
 * where several fit it is kept apart and counted, where none does an occurrence number tells genuine look-alikes of one file apart.
 */
function keySql(contract: Contract, lacking: number): string {
  const natural = keyText(contract.natural);
  const alone = (from: string) => `select *, 'n' || ${natural} || chr(31) || row_number() over (partition by load_rank, ${natural} order by line) as record_key, false as ambiguous from ${from}`;
  if (!contract.id) return `create temp table keyed as ${alone("staged")}`;
  const hasId = contract.id.map((f) => `${name(f)} is not null`).join(" and ");
  const withId = `select *, 'i' || ${keyText(contract.id)} as record_key, false as ambiguous from staged where ${hasId}`;
  if (lacking === 0) return `create temp table keyed as ${withId}`;
  return `create temp table keyed as
    with told as (select *, ${natural} as natural_key, row_number() over (partition by load_rank, ${natural} order by line) as occurrence from staged where not (${hasId})),
    ids as (select ${natural} as natural_key, min(${keyText(contract.id)}) as own_id, count(distinct ${keyText(contract.id)}) as fits from staged where ${hasId} group by all)
    ${withId}
    union all
    select told.* exclude (natural_key, occurrence),
      case when ids.fits = 1 and occurrence = 1 then 'i' || ids.own_id else 'n' || told.natural_key || chr(31) || occurrence end as record_key,
      coalesce(ids.fits, 0) > 1 as ambiguous
    from told left join ids using (natural_key)`;
}

/** One row a record: each field from the newest load that carries it, blanks included. */
function mergeSql(contract: Contract, sets: LoadedPart[]): string {
  const fields = Object.keys(contract.fields);
  const carriers = (f: string) => sets.filter((s) => s.set.carried.includes(f)).map((s) => s.rank);
  const alike = sets.every((s) => s.set.carried.join() === sets[0]!.set.carried.join());
  if (alike) {
    return `select record_key, min(load_rank) over record, load_rank, false, ${fields.map(name).join(", ")} from keyed
      window record as (partition by record_key) qualify row_number() over (partition by record_key order by load_rank desc, line desc) = 1`;
  }
  const merged = fields.map((f) => {
    const from = [...new Set(carriers(f))];
    if (from.length === 0) return `any_value(${name(f)}) as ${name(f)}`; // nobody carries it: NULL in every row
    const filter = from.length === new Set(sets.map((s) => s.rank)).size ? "" : ` filter (where load_rank in (${from.join(", ")}))`;
    return `(arg_max({'v': ${name(f)}}, (load_rank, line))${filter}).v as ${name(f)}`;
  });
  return `select record_key, min(load_rank), max(load_rank), false, ${merged.join(", ")} from keyed group by record_key`;
}

/** A record missing from the newest full export of its own source was withdrawn there; another source may still vouch for it. */
async function markWithdrawn(db: Db, table: string, sets: LoadedPart[], authority: string) {
  const full = sets.filter((s) => s.manifest.window === "full");
  if (full.length === 0) return;
  const newest = new Map<string, number>();
  for (const s of full) newest.set(s.manifest.mapping, Math.max(newest.get(s.manifest.mapping) ?? 0, s.rank));
  const gone = [...newest].map(([mapping, rank]) => `(mapping = ${literal(mapping)} and newest < ${rank})`).join(" or ");
  await db.run(`update ${table} set withdrawn = true where record_key in (
    select ${literal(`${authority}\u001f`)} || record_key from (select record_key, mapping, max(load_rank) as newest from keyed group by record_key, mapping) group by record_key having bool_and(${gone}))`);
}

