// Data quality of one part: the checks of etl/checks/ run over its records, and a profile by record set, field and month. Mends nothing;
// what could not be checked is "not run", never a pass.
import {readdirSync, readFileSync} from "node:fs";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {parse} from "yaml";
import {z} from "zod";
import {literal, name, openScratch, rowOf, rowsOf, type Db} from "../duckdb.ts";
import {eventDates, type Contract} from "../load/contract.ts";
import type {RankedLoad, RecordCounts} from "./records.ts";

/** The dimensions of the Government Data Quality Framework. */
export const QUALITY_DIMENSIONS = ["completeness", "uniqueness", "consistency", "timeliness", "validity", "accuracy"] as const;
export type QualityDimension = (typeof QUALITY_DIMENSIONS)[number];

/** `every event date` of every record set, or of two dates in order the later one where no check of its own holds it. */
const EVERYWHERE = ["every event date", "every later date"] as const;

const frontMatter = z.strictObject({
  /** The code of the DfE CIN census rule where there is one, else a name. */
  id: z.string().regex(/^([0-9]{4}Q?|[a-z][a-z-]+)$/),
  title: z.string(),
  dimension: z.enum(QUALITY_DIMENSIONS),
  /** As the DfE has it: an error is wrong, a query may have a reason. */
  severity: z.enum(["error", "query"]),
  /** `set.field`; alternatives parted by `|`. */
  requires: z.array(z.string()),
  /** The fields that a fault speaks of; its SQL says which where there are several. */
  judges: z.union([z.array(z.string().regex(/^[a-z0-9_]+\.[a-z0-9_]+$/)).min(1), z.enum(EVERYWHERE)]),
  /** `from …`: what is put to the test, a row each. No row there is nothing tested. */
  tested: z.string().regex(/^from /),
  source: z.string()
});

export type Check = z.infer<typeof frontMatter> & {file: string; sql: string};

const CHECKS = fileURLToPath(new URL("../checks/", import.meta.url));

/** Every check, by id. @throws naming the file and the key that is wrong. */
export function readChecks(dir = CHECKS): Check[] {
  const found = readdirSync(dir)
    .filter((f) => f.endsWith(".sql"))
    .sort()
    .map((file) => parseCheck(readFileSync(path.join(dir, file), "utf8"), file));
  const twice = found.find((c, i) => found.findIndex((o) => o.id === c.id) !== i);
  if (twice) throw new Error(`two checks carry the id ${twice.id}; give one of them another`);
  return found;
}

export function parseCheck(text: string, file: string): Check {
  const match = /^\/\*---\n([\s\S]*?)\n---\*\/\n([\s\S]*)$/.exec(text);
  if (!match) throw new Error(`checks/${file}: a check begins with front matter between /*--- and ---*/`);
  const parsed = frontMatter.safeParse(parse(match[1]!));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new Error(`checks/${file}: ${issue.path.join(".")}: ${issue.message}`);
  }
  if (file !== `${parsed.data.id}.sql` && !file.startsWith(`${parsed.data.id}-`)) throw new Error(`checks/${file}: holds ${parsed.data.id}; name the file after it`);
  return {...parsed.data, file, sql: match[2]!.trim().replace(/;\s*$/, "")};
}

export interface QualityInputs {
  checks: Check[];
  /** Check id → what it lacks, as `missingFor` gives it. */
  missing: Map<string, string[]>;
  contracts: Map<string, Contract>;
  loads: RankedLoad[];
  loadsDir: string;
  counts: RecordCounts[];
}

/** Creates schema `quality` with what the checks read. */
export async function prepareQuality(db: Db, inputs: Pick<QualityInputs, "contracts" | "loads">): Promise<void> {
  await db.run("create schema quality");
  await createViews(db, inputs);
  // tables while the checks read them over and over, views for whoever looks at them later
  for (const [view, sql] of VIEWS) await db.run(`create table quality.${view} as ${sql}`);
}

/**
 * After `prepareQuality`. First it only reads, for another connection may put all that is there into the file; then it writes, in schema `quality`:
 *  - `check` (id, title, dimension, severity, source, status `run` or `not run`, why, faults, tested): one row a check
 *  - `fault` (fault_key, check_id, record_set, record_key, case_id, child_id, happened_on, field, detail, team): one row a fault; its key is
 *    the same in every run in which the same check finds the same field of the same record at fault
 *  - `profile` (record_set, field, month, dimension, tested, failed): the six dimensions; field null is the whole row, month null is a record
 *    without a date; a dimension that nothing speaks for has no row
 *  - `judged_field` (dimension, record_set, field): what the checks that were run speak of
 *  - `rejected` (record_set, field, fault, cells): cells that kept a row out, by reason; field null is a row that could not be read
 *  - the views that checks read: `event`, `in_order`, `referral`, `named_referral`, `section_47`; `carried` and the macro `told`
 */
export async function buildQuality(db: Db, inputs: QualityInputs): Promise<void> {
  const outcomes = await runChecks(db, inputs);
  await countCells(db, inputs);
  await writeChecks(db, inputs, outcomes);
  for (const [view] of VIEWS.toReversed()) await db.run(`drop table quality.${view}`);
  for (const [view, sql] of VIEWS) await db.run(`create view quality.${view} as ${sql}`);
  await writeProfile(db, inputs);
}

/** Pairs of dates (record set, later field) that have a check of their own. */
const OWN_CHECK = [
  ["contact", "screened_at"], ["contact", "decision_at"], ["out_of_hours_contact", "day_decided_at"],
  ["out_of_hours_contact", "responded_at"], ["out_of_hours_contact", "handover_at"], ["information_request", "returned_at"],
  ["assessment", "started_on"], ["assessment", "authorised_on"], ["section_47", "icpc_held_on"]
].map((pair) => pair.join("."));

/** Fields that some load with accepted rows carries, by record set. */
function carriedFields(loads: RankedLoad[]): Map<string, Map<string, number[]>> {
  const found = new Map<string, Map<string, number[]>>();
  for (const {rank, manifest} of loads) {
    for (const set of manifest.sets) {
      if (set.accepted === 0) continue;
      const fields = found.get(set.name) ?? found.set(set.name, new Map()).get(set.name)!;
      for (const f of set.carried) fields.set(f, [...(fields.get(f) ?? []), rank]);
    }
  }
  return found;
}

async function createViews(db: Db, {contracts, loads}: Pick<QualityInputs, "contracts" | "loads">): Promise<void> {
  const carried = carriedFields(loads);
  await db.run("create table quality.carried (record_set varchar, field varchar, rank integer)");
  const rows = [...carried].flatMap(([set, fields]) => [...fields].flatMap(([f, ranks]) => [...new Set(ranks)].map((r) => `(${literal(set)}, ${literal(f)}, ${r})`)));
  if (rows.length) await db.run(`insert into quality.carried values ${rows.join(", ")}`);
  // a blank says something only where the export that gave the record has the column
  const carriers = "(select rank from quality.carried where record_set = s and field = f)";
  await db.run(`create macro quality.told(s, f, a, b) as (a in ${carriers} or b in ${carriers})`);

  const events: string[] = [];
  const pairs: string[] = [];
  for (const [set, fields] of [...carried].sort()) {
    const contract = contracts.get(set);
    if (!contract) continue;
    const has = (f: string) => fields.has(f);
    const column = (f: string) => (has(f) && contract.fields[f] ? name(f) : "cast(null as varchar)");
    const happened = contract.happened && has(contract.happened) ? `cast(${name(contract.happened)} as date)` : "cast(null as date)";
    const head = `${literal(set)} as record_set, record_key, ${column("child_id")} as child_id, ${column("team")} as team, ${happened} as happened_on`;
    for (const f of eventDates(contract).filter(has)) {
      events.push(`select ${head}, last_load, ${literal(f)} as field, cast(${name(f)} as date) as day, ${f === contract.happened} as happens from records.${name(set)} where not withdrawn and ${name(f)} is not null`);
    }
    for (const [earlier, later] of contract.inOrder.filter((pair) => pair.every(has))) {
      pairs.push(`select ${head}, ${literal(earlier)} as earlier, ${literal(later)} as later, cast(${name(earlier)} as varchar) as earlier_at, cast(${name(later)} as varchar) as later_at,
        ${isBefore(contract, later, earlier)} as wrong, ${OWN_CHECK.includes(`${set}.${later}`)} as has_own_check
        from records.${name(set)} where not withdrawn and ${name(earlier)} is not null and ${name(later)} is not null`);
    }
  }
  const none = (columns: string) => `select ${columns} where false`;
  const head = "cast(null as varchar) as record_set, cast(null as varchar) as record_key, cast(null as varchar) as child_id, cast(null as varchar) as team, cast(null as date) as happened_on";
  await db.run(`create view quality.event as ${events.join(" union all ") || none(`${head}, 0 as last_load, '' as field, cast(null as date) as day, false as happens`)}`);
  await db.run(`create view quality.in_order as ${pairs.join(" union all ") || none(`${head}, '' as earlier, '' as later, '' as earlier_at, '' as later_at, false as wrong, false as has_own_check`)}`);
}

/** A date is not a time: midnight on the later side says no more than the day. */
function isBefore(contract: Contract, later: string, earlier: string): string {
  return [later, earlier].every((f) => contract.fields[f]!.kind === "datetime")
    ? `case when cast(${name(later)} as time) = time '00:00:00' then cast(${name(later)} as date) < cast(${name(earlier)} as date) else ${name(later)} < ${name(earlier)} end`
    : `cast(${name(later)} as date) < cast(${name(earlier)} as date)`;
}

/** Name and SQL, in the order in which they build on each other. */
const VIEWS: [name: string, sql: string][] = [
  [
    "referral", // of two on one day for one child the first counts, as in journey.referral
    `select * from records.referral
     where not withdrawn and referral_date is not null
     qualify row_number() over (partition by child_id, referral_date order by referral_id nulls last, record_key) = 1`
  ],
  [
    "named_referral", // assessments and enquiries with the referral that they name, by its id or else its date
    `with told as (
       select 'assessment' as record_set, record_key, child_id, team, started_on, referral_id, referral_date from records.assessment where not withdrawn
       union all select 'section_47', record_key, child_id, team, started_on, null, referral_date from records.section_47 where not withdrawn
     )
     select t.* exclude (referral_id, referral_date), r.referral_date, r.no_further_action
     from told t join records.referral r on r.child_id = t.child_id and r.referral_id = t.referral_id and not r.withdrawn
     where t.referral_id is not null
     union all
     select t.* exclude (referral_id, referral_date), t.referral_date, r.no_further_action
     from told t left join quality.referral r on r.child_id = t.child_id and r.referral_date = t.referral_date
     where t.referral_id is null and t.referral_date is not null`
  ],
  [
    "section_47", // with the child's next initial conference and the referral it falls under
    `with icpc as (
       select distinct child_id, held_on from records.conference where not withdrawn and type = 'initial' and held_on is not null
     ),
     conferred as (
       select s.* exclude (referral_date), s.referral_date as named_on, coalesce(s.icpc_held_on, c.held_on) as conference_on,
         quality.told('section_47', 'icpc_not_required', s.first_load, s.last_load) as says_if_needed
       from records.section_47 s
       asof left join icpc c on c.child_id = s.child_id and c.held_on >= s.started_on
       where not s.withdrawn
     )
     select s.*, r.referral_date, r.closed_on
     from conferred s
     asof left join quality.referral r on r.child_id = s.child_id and r.referral_date <= coalesce(s.named_on, s.started_on)`
  ]
];

interface CheckOutcome {
  why: string | null;
  tested: number | null;
}

/** Puts the faults of every check into the temporary table `found`. */
async function runChecks(db: Db, {checks, missing}: QualityInputs): Promise<CheckOutcome[]> {
  await db.run("create temp table found (check_id varchar, record_set varchar not null, record_key varchar not null, child_id varchar, happened_on date, field varchar not null, detail varchar, team varchar)");
  const outcomes: CheckOutcome[] = [];
  for (const check of checks) outcomes.push(await runCheck(db, check, missing.get(check.id) ?? []));
  return outcomes;
}

async function writeChecks(db: Db, inputs: QualityInputs, outcomes: CheckOutcome[]): Promise<void> {
  const told = inputs.checks.map((check, i) => [check.id, check.title, check.dimension, check.severity, check.source, outcomes[i]!.why === null ? "run" : "not run", outcomes[i]!.why, outcomes[i]!.tested]);
  const speakFor = new Set(inputs.checks.flatMap((check, i) => (outcomes[i]!.why === null ? judged(check, inputs).map((f) => `${check.dimension}.${f}`) : [])));
  await db.run("create table quality.judged_field (dimension varchar, record_set varchar, field varchar)");
  await db.run("create table quality.check (id varchar, title varchar, dimension varchar, severity varchar, source varchar, status varchar, why varchar, faults integer, tested integer)");
  if (speakFor.size) await db.run(`insert into quality.judged_field values ${[...speakFor].map((f) => `(${f.split(".").map(literal).join(", ")})`).join(", ")}`);
  // the team that held the case on the day, where the record does not say
  await db.run(`create table quality.fault as
    with one as (
      select * from found
      qualify row_number() over (partition by check_id, record_set, record_key, field order by detail nulls last, happened_on nulls last, team nulls last, child_id nulls last) = 1
    )
    select md5(concat_ws(chr(31), check_id, record_set, record_key, field)) as fault_key, check_id, record_set, record_key, ${CASE_ID} as case_id, one.child_id, happened_on, field, detail, coalesce(one.team, held.team) as team
    from one asof left join journey.taken_on held on held.child_id = one.child_id and held.started_on <= one.happened_on
    order by check_id, happened_on, record_set, record_key, field`);
  const value = (v: string | number | null) => (v === null ? "null" : typeof v === "number" ? String(v) : literal(v));
  if (told.length) {
    await db.run(`insert into quality.check
      select id, title, dimension, severity, source, status, why, case when status = 'run' then (select count(*) from quality.fault where check_id = id) end, tested
      from (values ${told.map((row) => `(${row.map(value).join(", ")})`).join(", ")}) as t (id, title, dimension, severity, source, status, why, tested)`);
  }
}

/** A record's key without the authority, the mark of its kind and the first occurrence: what an analyst can look up. */
const CASE_ID = `replace(case when regexp_matches(record_key, '^[^\\x1f]*\\x1fi') then regexp_replace(record_key, '^[^\\x1f]*\\x1fi', '') else regexp_replace(regexp_replace(record_key, '^[^\\x1f]*\\x1fn', ''), '\\x1f1$', '') end, chr(31), '/')`;

/** The fields that the checks of a dimension which could be run speak of. */
function judged(check: Check, {contracts, loads}: QualityInputs): string[] {
  if (typeof check.judges !== "string") return check.judges;
  return [...carriedFields(loads)].flatMap(([set, fields]) => {
    const contract = contracts.get(set);
    if (!contract) return [];
    const of = check.judges === "every event date" ? eventDates(contract) : contract.inOrder.map(([, later]) => later).filter((f) => !OWN_CHECK.includes(`${set}.${f}`));
    return [...new Set(of)].filter((f) => fields.has(f)).map((f) => `${set}.${f}`);
  });
}

async function runCheck(db: Db, check: Check, lacks: string[]): Promise<CheckOutcome> {
  const notRun = (why: string) => ({why, tested: null});
  if (lacks.length) return notRun(`not recorded: ${lacks.join(", ")}`);
  try {
    const {tested} = await rowOf<{tested: number}>(db, `select count(*) as tested from (${check.tested})`);
    if (tested === 0) return notRun("no record has what it tests");
    const several = typeof check.judges === "string" || check.judges.length > 1;
    const [set, field] = several ? [] : (check.judges[0]!.split(".") as [string, string]);
    const where = set && field ? `${literal(set)} as record_set, ${literal(field)} as field,` : "";
    await db.run(`insert into found by name select ${literal(check.id)} as check_id, ${where} * from (${check.sql})`);
    return {why: null, tested};
  } catch (error) {
    return notRun(`it failed: ${(error as Error).message.split("\n")[0]!}`);
  }
}

/** A name that no column of an export can have. */
const WHOLE_ROW = "cast(null as varchar)";

/** Counts cells by record set and month into the temporary tables `refused`, `counted` and `late`. */
async function countCells(db: Db, inputs: QualityInputs): Promise<void> {
  await db.run("create temp table refused (record_set varchar, field varchar, month varchar, fault varchar, cells integer)");
  for (const set of [...allSets(inputs.loads)].sort()) await countRefused(db, inputs, set);
  await db.run("create temp table counted (record_set varchar, month varchar, n bigint, field varchar[], asked bigint[], filled bigint[], given bigint[], unmapped bigint[])");
  await db.run("create temp table late (record_set varchar, month varchar, tested integer, failed integer)");
  for (const [set, fields] of [...carriedFields(inputs.loads)].sort()) {
    const contract = inputs.contracts.get(set);
    if (contract) await countFields(db, contract, [...fields].filter(([f]) => contract.fields[f]));
  }
}

async function writeProfile(db: Db, {contracts, counts}: QualityInputs): Promise<void> {
  await db.run("create table quality.profile (record_set varchar, field varchar, month varchar, dimension varchar, tested integer, failed integer)");
  await db.run("create table quality.rejected (record_set varchar, field varchar, fault varchar, cells integer)");
  await db.run("insert into quality.rejected select record_set, field, fault, sum(cells) from refused where fault <> 'duplicate' group by all order by all");
  const conflicts = counts.filter((c) => c.sameIdConflicts > 0 && contracts.has(c.recordSet)).map(({recordSet: set, sameIdConflicts: same}) => ` union all select ${literal(set)}, 'same id', null, 'uniqueness', sum(n), ${same} from counted where record_set = ${literal(set)}`);
  await db.run(`insert into quality.profile ${PROFILE} union all select record_set, 'recorded_at', month, 'timeliness', tested, failed from late${conflicts.join("")}`);
  for (const table of ["found", "counted", "late", "refused"]) await db.run(`drop table ${table}`);
}

/** Completeness, validity, uniqueness, and what checks say of consistency and accuracy. */
const PROFILE = `
  with each_field as (select record_set, month, n, unnest(field) as field, unnest(asked) as asked, unnest(filled) as filled, unnest(given) as given, unnest(unmapped) as unmapped from counted),
  cells as (select record_set, field, month, case when fault in ('missing', 'duplicate') then fault else 'wrong' end as kind, sum(cells) as cells from refused group by all),
  judged as (select f.record_set, field, strftime(f.happened_on, '%Y-%m') as month, c.dimension, count(distinct record_key) as failed
    from quality.fault f join quality.check c on c.id = f.check_id where c.dimension in ('consistency', 'accuracy') group by all)
  select coalesce(c.record_set, x.record_set), coalesce(c.field, x.field), coalesce(c.month, x.month), 'completeness', coalesce(asked, 0) + coalesce(cells, 0), coalesce(asked - filled, 0) + coalesce(cells, 0)
    from each_field c full join (from cells where kind = 'missing') x on x.record_set = c.record_set and x.field = c.field and x.month is not distinct from c.month
    where coalesce(asked, 0) + coalesce(cells, 0) > 0
  union all select coalesce(c.record_set, x.record_set), coalesce(c.field, x.field), coalesce(c.month, x.month), 'validity', coalesce(given, 0) + coalesce(cells, 0), coalesce(unmapped, 0) + coalesce(cells, 0)
    from (from each_field where given > 0) c full join (from cells where kind = 'wrong' and field is not null) x on x.record_set = c.record_set and x.field = c.field and x.month is not distinct from c.month
  union all select x.record_set, null, null, 'validity', coalesce((select sum(n) from counted c where c.record_set = x.record_set), 0) + cells, cells
    from cells x where kind = 'wrong' and field is null
  union all select coalesce(c.record_set, x.record_set), null, coalesce(c.month, x.month), 'uniqueness', coalesce(n, 0) + coalesce(cells, 0), coalesce(cells, 0)
    from counted c full join (from cells where kind = 'duplicate') x on x.record_set = c.record_set and x.month is not distinct from c.month
  union all select c.record_set, c.field, c.month, d.dimension, n, coalesce(j.failed, 0)
    from each_field c
    join quality.judged_field d on d.record_set = c.record_set and d.field = c.field and d.dimension in ('consistency', 'accuracy')
    left join judged j on j.record_set = c.record_set and j.field = c.field and j.dimension = d.dimension and j.month is not distinct from c.month`;

const allSets = (loads: RankedLoad[]) => new Set(loads.flatMap((l) => l.manifest.sets.map((s) => s.name)));

/**
 * Cells that keep a row out of the records now, and exact duplicates, by field, month and fault. A row rejected by several exports of one source
 * counts once, and not at all when a later export (or a correction) gave a record of the same id.
 */
async function countRefused(db: Db, {contracts, loads, loadsDir}: QualityInputs, set: string): Promise<void> {
  const contract = contracts.get(set);
  if (!contract) return;
  const sources = [...new Set(loads.map((l) => l.manifest.mapping))];
  const parts = loads.flatMap(({rank, manifest}) => manifest.sets.filter((s) => s.name === set && s.leftOut).map((s) => ({rank, manifest, s})));
  if (parts.length === 0) return;
  const fields = Object.keys(contract.fields).filter((f) => parts.some((p) => p.s.carried.includes(f)));
  const happened = contract.happened && fields.includes(contract.happened) ? contract.happened : null;
  const selects = parts.map(({rank, manifest, s}) => {
    const columns = fields.flatMap((f) => (s.carried.includes(f) ? [name(`f_${f}`), name(`t_${f}`), `${name(f)} as ${name(f)}`] : [`null as ${name(`f_${f}`)}`, `null as ${name(`t_${f}`)}`, `null as ${name(f)}`]));
    return `select ${rank} as rank, ${sources.indexOf(manifest.mapping)} as source, line, why, ${columns.join(", ")} from read_parquet(${literal(path.join(loadsDir, manifest.key, s.leftOut!))})`;
  });
  const key = (contract.id ?? contract.natural).filter((f) => fields.includes(f));
  const plain = key.filter((f) => !(contract.fields[f]!.kind === "code" && contract.fields[f]!.list));
  const settled =
    plain.length === key.length && key.length > 0
      ? `exists (from records.${name(set)} x where ${plain.map((f) => `x.${name(f)} = l.${name(f)}`).join(" and ")} and not x.withdrawn and x.last_load > l.rank)`
      : "false";
  const texts = fields.map((f) => name(`t_${f}`)).join(", ");
  const anyFault = fields.map((f) => `${name(`f_${f}`)} is not null`).join(" or ");
  const again = new Set(parts.map((p) => p.manifest.mapping)).size < parts.length;
  const once = again ? `qualify why = 'duplicate' or not (${anyFault}) or row_number() over (partition by source, why, ${texts} order by rank desc, line) = 1` : "";
  await db.run(`create or replace temp table left_out as select * from (${selects.join(" union all ")}) l ${once}`);
  const newest = Math.max(...loads.filter((l) => l.manifest.sets.some((s) => s.name === set && s.accepted > 0)).map((l) => l.rank));
  if (parts.some((p) => p.rank < newest)) await db.run(`delete from left_out l where why = 'rejected' and ${settled}`);
  const month = happened ? `strftime(${name(happened)}, '%Y-%m')` : WHOLE_ROW;
  const cells = `select unnest([${fields.map(literal).join(", ")}]) as field, unnest([${fields.map((f) => name(`f_${f}`)).join(", ")}]) as fault, ${month} as month from left_out where why = 'rejected'`;
  await db.run(`insert into refused
    select ${literal(set)}, field, month, fault, count(*) from (${cells}) where fault is not null group by all
    union all select ${literal(set)}, null, null, 'unreadable row', count(*) from left_out where why = 'rejected' and not (${anyFault}) having count(*) > 0
    union all select ${literal(set)}, null, ${month}, 'duplicate', count(*) from left_out where why = 'duplicate' group by all`);
  await db.run("drop table left_out");
}

async function countFields(db: Db, contract: Contract, fields: [string, number[]][]): Promise<void> {
  const set = contract.name;
  const happened = contract.happened && fields.some(([f]) => f === contract.happened) ? name(contract.happened) : null;
  const month = happened ? `strftime(${happened}, '%Y-%m')` : WHOLE_ROW;
  const all = new Set(fields.flatMap(([, ranks]) => ranks));
  // a record is asked for a field only where an export that gave it has the column
  const where = (ranks: number[]) => (new Set(ranks).size === all.size ? "" : ` filter (first_load in (${ranks.join(", ")}) or last_load in (${ranks.join(", ")}))`);
  const unmapped = (f: string) => {
    const spec = contract.fields[f]!;
    if (spec.kind !== "code" || !spec.list) return "0";
    return `count(*) filter (${spec.many ? `list_contains(${name(f)}, 'unmapped')` : `${name(f)} = 'unmapped'`})`;
  };
  const list = (of: (f: [string, number[]]) => string) => `[${fields.map(of).join(", ")}]`;
  await db.run(`insert into counted
    select ${literal(set)}, ${month} as month, count(*), ${list(([f]) => literal(f))}, ${list(([, ranks]) => `count(*)${where(ranks)}`)}, ${list(([f, ranks]) => `count(${name(f)})${where(ranks)}`)}, ${list(([f]) => `count(${name(f)})`)}, ${list(([f]) => unmapped(f))}
    from records.${name(set)} where not withdrawn group by month`);
  if (happened && fields.some(([f]) => f === "recorded_at")) {
    await db.run(`insert into late
      select ${literal(set)}, month, count(*), count(*) filter (days > allowed)
      from (select ${month} as month, working_days(${happened}, recorded_at) as days, limit_on('recording_working_days', ${happened}) as allowed from records.${name(set)} where not withdrawn and recorded_at is not null and ${happened} is not null)
      group by month`);
  }
}

export class UnknownCheck extends Error {}

/** A check of a finished part and what it found. */
export interface CheckResult {
  id: string;
  title: string;
  dimension: QualityDimension;
  severity: "error" | "query";
  source: string;
  status: "run" | "not run";
  /** Why it was not run. */
  why: string | null;
  /** Null when not run. */
  faults: number | null;
  tested: number | null;
}

/** Checks of a part, by id. */
export const checksOf = (db: Db): Promise<CheckResult[]> => rowsOf<CheckResult>(db, "select id, title, dimension, severity, source, status, why, faults, tested from quality.check order by id");

/** What became of the faults of one check since the run before. */
export interface FaultChanges {
  id: string;
  new: number;
  persisting: number;
  cleared: number;
  /** Faults of the run before about which this one cannot speak, as the check was not run: not cleared. */
  unknown: number;
  /** False: there is no run before, or the check was not run in it, so that every fault is new to us. */
  compared: boolean;
}

/**
 * Faults of a finished part against those of the run before, by fault key.
 * @param before path of the older part's database; null when there is none
 */
export async function compareFaults(before: string | null, after: string): Promise<FaultChanges[]> {
  const opened = await openScratch();
  try {
    const {db} = opened;
    await db.run(`attach ${literal(after)} as new_part (read_only)`);
    const old = before === after ? "new_part.quality" : (await attachBefore(db, before)) ? "old_part.quality" : null;
    return await rowsOf<FaultChanges>(
      db,
      `with old_check as (${old ? `select id, status from ${old}.check` : "select null as id, null as status where false"}),
       old_fault as (${old ? `select check_id as id, fault_key from ${old}.fault` : "select null as id, null as fault_key where false"}),
       new_fault as (select check_id as id, fault_key from new_part.quality.fault),
       pairs as (select coalesce(n.id, o.id) as id, n.fault_key is not null as is_now, o.fault_key is not null as was from new_fault n full join old_fault o on o.fault_key = n.fault_key),
       counts as (select id, count(*) filter (is_now and not was) as new, count(*) filter (is_now and was) as persisting, count(*) filter (was and not is_now) as gone from pairs group by id)
       select c.id, coalesce(new, 0) as new, coalesce(persisting, 0) as persisting, case when c.status = 'run' then coalesce(gone, 0) else 0 end as cleared,
         case when c.status = 'run' then 0 else coalesce(gone, 0) end as unknown, coalesce(o.status = 'run', false) as compared
       from new_part.quality.check c left join counts using (id) left join old_check o on o.id = c.id order by c.id`
    );
  } finally {
    opened.close();
  }
}

/** Attaches the older part as `old_part`; false when there is none, or it is of a time before there were checks. */
async function attachBefore(db: Db, before: string | null): Promise<boolean> {
  if (!before) return false;
  await db.run(`attach if not exists ${literal(before)} as old_part (read_only)`);
  const {n} = await rowOf<{n: number}>(db, "select count(*) as n from duckdb_tables() where database_name = 'old_part' and schema_name = 'quality' and table_name in ('check', 'fault')");
  return n === 2;
}

export const FAULT_COLUMNS = ["check_id", "record_set", "case_id", "child_id", "happened_on", "field", "detail", "team", "since"] as const;

export interface FaultQuery {
  check?: string;
  team?: string;
  /** Path of the part of the run before: each fault is then new or persisting. */
  before?: string | null;
}

/** Faults of an open part, one row each; `since` is null when there is nothing to compare with. */
export async function faultsOf(db: Db, {check, team, before = null}: FaultQuery): Promise<Record<(typeof FAULT_COLUMNS)[number], string | null>[]> {
  const known = await attachBefore(db, before);
  const values: string[] = [];
  const bound = (value: string) => `$${values.push(value)}`;
  const wanted = [...(check === undefined ? [] : [`f.check_id = ${bound(check)}`]), ...(team === undefined ? [] : [`coalesce(f.team, 'not recorded') = ${bound(team)}`])];
  const since = known
    ? "case when o.fault_key is not null then 'persisting' when exists (from old_part.quality.check c where c.id = f.check_id and c.status = 'run') then 'new' end"
    : "cast(null as varchar)";
  return rowsOf(
    db,
    `select f.check_id, f.record_set, f.case_id, f.child_id, f.happened_on, f.field, f.detail, f.team, ${since} as since
     from quality.fault f ${known ? "left join old_part.quality.fault o on o.fault_key = f.fault_key" : ""} ${wanted.length ? `where ${wanted.join(" and ")}` : ""}
     order by f.check_id, f.happened_on, f.case_id, f.record_set, f.field`,
    values
  );
}
