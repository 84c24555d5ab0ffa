// GET /api/child?id=: every record of one child in the order it happened, the measures the child counts in and which way, and brothers and sisters.
// It adds no rule: cases come from casesSql, siblings from journey.sibling, words from the code lists of the part. No worker is named.
import type {DuckDBConnection} from "@duckdb/node-api";
import {literal, name, rowsOf, shareOut} from "../etl/duckdb.ts";
import {readContracts, type Contract} from "../etl/load/contract.ts";
import {casesSql} from "../etl/transform/cases.ts";
import {bareCaseView, caseView, type Measure} from "../etl/transform/measures.ts";
import {reviewsOfCases, type Review} from "../etl/transform/reviews.ts";
import type {Labels as CalledAs} from "../etl/publish/published.ts";
import {reworded} from "../src/components/relabel.ts";
import type {RunMeasure} from "./cases.ts";

/** One record. `at` and `end` are dates or local times as the record has them; a span without an end still lasts. */
export interface ChildEvent {
  set: string;
  at: string | null;
  /** A span lasts from `at` until `end`; null: until now. Absent for what happened at one moment. */
  end?: string | null;
  title: string;
  details: [label: string, value: string][];
  team: string | null;
}

/** A case of the child in one measure. */
export interface ChildCase {
  measure: string;
  case_id: string;
  counted_on: string;
  /** When the clock began, where the record of the case says; else null. */
  started_on: string | null;
  due_on: string | null;
  done_on: string | null;
  days_late: number | null;
  met: boolean | null;
  value: number | null;
  reason: string | null;
  reviews: Review[];
}

export interface ChildAnswer {
  child: {child_id: string; date_of_birth: string | null; expected_birth: boolean; age: number | null; facts: [label: string, value: string][]};
  siblings: {child_id: string; from_on: string | null; to_on: string | null}[];
  events: ChildEvent[];
  cases: ChildCase[];
}

/** What a record set's row is in a few words: the fields that say it, and where it ends when it lasts. In the order in which a child meets them. */
const sets: Record<string, {words: string[]; end?: string}> = {
  early_help: {words: ["service"], end: "ended_on"},
  contact: {words: ["source", "outcome"]},
  out_of_hours_contact: {words: ["source", "response"]},
  missing_episode: {words: ["kind"], end: "returned_at"},
  referral: {words: ["source", "primary_need"], end: "closed_on"},
  assessment: {words: ["outcome"], end: "authorised_on"},
  visit: {words: ["type"]},
  strategy_meeting: {words: ["outcome"]},
  section_47: {words: ["outcome"], end: "ended_on"},
  conference: {words: ["type"]},
  cp_plan: {words: ["latest_category"], end: "ended_on"},
  cin_plan: {words: [], end: "ended_on"},
  cin_meeting: {words: ["type"]},
  plan_action: {words: ["owner_agency"]},
  care_episode: {words: [], end: "ended_on"},
  screening: {words: ["tool", "level"]},
  escalation: {words: ["stage", "against"]},
  supervision: {words: []},
  management_oversight: {words: ["kind"]},
  audit: {words: ["domain", "grade"]},
  involvement: {words: ["role"], end: "ended_on"}
};

/** Where a row has no date under its usual name. */
const otherwise: Record<string, string[]> = {strategy_meeting: ["held_at"], conference: ["due_on", "notified_on"], cin_meeting: ["due_on"], supervision: ["due_on"], screening: ["completed_at"]};

type Row = Record<string, unknown>;
let contracts: Promise<Map<string, Contract>> | null = null;

/**
 * @param called the authority's own words; teams stay as they are in the records, and the page names them
 * @param dbs connections to the part that ask side by side
 * @returns null when the part holds no child of that id
 */
export async function childOf(db: DuckDBConnection, id: string, measures: readonly RunMeasure[], called: CalledAs = {teams: {}, words: {}}, dbs: readonly DuckDBConnection[] = [db]): Promise<ChildAnswer | null> {
  const holds = await heldIn(db);
  const found: {records: Omit<ChildAnswer, "cases"> | null} = {records: null};
  const cases = await casesOfChild(dbs, id, measures, holds, async (one) => (found.records = await recordsOf(one, id, called, holds)) !== null);
  return found.records && {...found.records, cases: cases.map((one) => ({...one, reason: one.reason && reworded(one.reason, called.words)}))};
}

/** What is recorded of a child, its cases aside; null where nothing is. */
async function recordsOf(db: DuckDBConnection, id: string, called: CalledAs, holds: Holds): Promise<Omit<ChildAnswer, "cases"> | null> {
  const all = await (contracts ??= readContracts());
  const labels = await labelsOf(db);
  for (const of of labels.values()) for (const [code, label] of of) of.set(code, reworded(label, called.words));
  const child = !holds("records.child") ? undefined : (await rowsOf<Row>(db, "select *, age_at(date_of_birth, as_at()) as age from records.child where child_id = $1 and not withdrawn", [id]))[0];
  const events: ChildEvent[] = [];
  for (const set of Object.keys(sets)) {
    const contract = all.get(set);
    if (!contract || !holds(`records.${set}`)) continue;
    const rows = await rowsOf<Row>(db, `select * from records.${name(set)} where child_id = $1 and not withdrawn`, [id]);
    for (const row of rows) events.push(eventOf(contract, row, labels));
  }
  if (!child && events.length === 0) return null;
  await beside(db, id, events, labels, holds);
  events.sort((a, b) => (a.at ?? "9999").localeCompare(b.at ?? "9999"));
  const contract = all.get("child")!;
  const shown = ["sex", "ethnicity", "disability", "locality"];
  return {
    child: {
      child_id: id,
      date_of_birth: (child?.date_of_birth as string | null) ?? null,
      expected_birth: child?.expected_birth === true,
      age: (child?.age as number | null) ?? null,
      facts: child ? shown.flatMap((field): [string, string][] => (child[field] == null ? [] : [[labelOf(field), said(child[field], contract.fields[field]?.list ?? null, labels)]])) : []
    },
    siblings: holds("journey.sibling")
      ? await rowsOf(db, "select sibling_id as child_id, min(from_on) as from_on, case when bool_or(to_on is null) then null else max(to_on) end as to_on from journey.sibling where child_id = $1 group by 1 order by 1", [id])
      : [],
    events
  };
}

/** What tells whether the part holds a table or view, such as "records.child"; a part made by an older version may not. */
type Holds = (table: string) => boolean;

export async function heldIn(db: DuckDBConnection): Promise<Holds> {
  const rows = await rowsOf<{held: string}>(db, "select schema_name || '.' || table_name as held from duckdb_tables() union all select schema_name || '.' || view_name from duckdb_views() where not internal");
  const held = new Set(rows.map((row) => row.held));
  return (table) => held.has(table);
}

export type Labels = Map<string, Map<string, string>>;

/** Code list → code → what it is called, from the part's own reference tables. */
export async function labelsOf(db: DuckDBConnection): Promise<Labels> {
  const tables = await rowsOf<{t: string}>(db, "select table_name as t from information_schema.columns where table_schema = 'reference' and column_name = 'label'");
  if (tables.length === 0) return new Map();
  const rows = await rowsOf<{list: string; code: string; label: string}>(db, tables.map(({t}) => `select '${t}' as list, code, label from reference.${name(t)}`).join(" union all "));
  const labels: Labels = new Map();
  for (const {list, code, label} of rows) (labels.get(list) ?? labels.set(list, new Map()).get(list)!).set(code, label);
  return labels;
}

function eventOf(contract: Contract, row: Row, labels: Labels): ChildEvent {
  const spec = sets[contract.name]!;
  const happened = [...(contract.happened ? [contract.happened] : []), ...(otherwise[contract.name] ?? [])];
  const at = happened.find((field) => row[field] != null);
  const word = (field: string): string => said(row[field], contract.fields[field]?.list ?? null, labels);
  const hidden = new Set(["child_id", "worker", "team", "recorded_at", at]);
  return {
    set: contract.name,
    at: at ? moment(row[at]) : null,
    ...(spec.end && at ? {end: row[spec.end] == null ? null : moment(row[spec.end])} : {}),
    title: spec.words.filter((field) => row[field] != null && word(field) !== "").map((field) => (field === "grade" ? `grade ${word(field)}` : field === "stage" ? `stage ${word(field)}` : word(field))).join(": "),
    details: Object.keys(contract.fields).flatMap((field): [string, string][] => (hidden.has(field) || row[field] == null || word(field) === "" ? [] : [[labelOf(field), word(field)]])),
    team: (row.team as string | null) ?? null
  };
}

/** What is recorded about the child's meetings and contacts in sets of their own: who was there, who was asked, what came of an audit. */
async function beside(db: DuckDBConnection, id: string, events: ChildEvent[], labels: Labels, holds: Holds): Promise<void> {
  const add = async (sql: string, of: (row: Row) => [string, string]): Promise<void> => {
    for (const row of await rowsOf<Row>(db, sql, [id])) {
      const event = events.find((e) => e.set === row.own && e.details.some(([label, value]) => label === row.label && value === row.id));
      event?.details.push(of(row));
    }
  };
  if (holds("records.meeting_attendance"))
    await add(
      `select 'strategy_meeting' as own, 'Meeting id' as label, m.meeting_id as id, a.agency, a.invited, a.attended from records.strategy_meeting m
       join records.meeting_attendance a on a.meeting_id = m.meeting_id and a.meeting_type = 'strategy' and not a.withdrawn where m.child_id = $1 and not m.withdrawn order by a.agency, a.record_key`,
      (row) => [said(row.agency, "agency", labels), row.attended == null ? (row.invited ? "invited" : "not invited") : said(row.attended, "attendance", labels)]
    );
  if (holds("records.information_request"))
    await add(
      `select 'contact' as own, 'Contact id' as label, c.contact_id as id, r.agency, r.requested_at, r.due_at, r.returned_at from records.contact c
       join records.information_request r on r.contact_id = c.contact_id and not r.withdrawn where c.child_id = $1 and not c.withdrawn order by r.agency, r.record_key`,
      (row) => [`${said(row.agency, "agency", labels)} asked`, `${timeText(row.requested_at)}; ${row.returned_at == null ? "not returned" : `returned ${timeText(row.returned_at)}`}${row.due_at == null ? "" : `, due ${timeText(row.due_at)}`}`]
    );
}

/** Measures asked in one statement: planned together they cost half as much. More of them gain no more and take more memory. */
const AT_ONCE = 13;
const TOLD = ["case_id", "counted_on", "due_on", "done_on", "days_late", "met", "value", "reason"] as const;

/**
 * The child's rows among the cases of every measure that the run could compute, all time (a snapshot: its last); by measure, the newest first.
 * @param known done beside the first measures; false: there is no such child, and no more is asked
 */
export async function casesOfChild(dbs: readonly DuckDBConnection[], id: string, measures: readonly RunMeasure[], holds: Holds, known: (db: DuckDBConnection) => Promise<boolean> = async () => true): Promise<ChildCase[]> {
  const asked = measures.filter((m) => m.status === "ok");
  const groups = Array.from({length: Math.ceil(asked.length / AT_ONCE)}, (_, i) => asked.slice(i * AT_ONCE, (i + 1) * AT_ONCE));
  // a variable is a constant to the plan, which a bound value is not: views are narrowed before they join
  for (const db of dbs) await db.run("set variable child = $1", [id]);
  let wanted = true;
  const first = async (db: DuckDBConnection) => {
    wanted = await known(db);
    return [];
  };
  const found = await shareOut([first, ...groups.map((group) => (db: DuckDBConnection) => (wanted ? rowsOf<CaseRow>(db, casesIn(group, holds)) : []))], dbs, async (work, db) => work(db));
  const cases = found.flat();
  const starts = await startsOf(dbs[0]!, id, holds);
  const reviews = await reviewsOfCases(dbs[0]!, [...new Set(cases.map((c) => c.case_id))]);
  return cases.map(({nth: _, ...one}) => ({...one, started_on: starts.get(one.case_id) ?? null, reviews: reviews(one.measure, one.case_id)}));
}

type CaseRow = Omit<ChildCase, "started_on" | "reviews"> & {nth: number};

/** The cases of some measures and of the child that the variable names. */
function casesIn(measures: readonly RunMeasure[], holds: Holds): string {
  const each = measures.map((measure, nth) => {
    // what the child adds to each of its cases is not told here
    const rows = holds(bareCaseView(measure.id).replaceAll('"', "")) ? bareCaseView(measure.id) : caseView(measure.id);
    const {sql} = casesSql({rows, measure: {...measure, rate: (measure.rate ?? undefined) as Measure["rate"]}}, ["child_id", ...TOLD]);
    return `select ${nth} as nth, ${literal(measure.id)} as measure, ${TOLD.join(", ")} from (${sql}) where child_id = getvariable('child') and counted_on <= as_at()`;
  });
  return `${each.join(" union all ")} order by nth, counted_on desc, case_id, due_on, done_on, met, value, reason`;
}

/** Case id → the day its record came in: where its clock begins. */
async function startsOf(db: DuckDBConnection, id: string, holds: Holds): Promise<Map<string, string>> {
  const begun: [table: string, column: string][] = [["contact", "received_on"], ["referral", "referral_date"], ["out_of_hours_contact", "received_at"], ["cin_plan", "started_on"]];
  const held = begun.filter(([table]) => holds(`journey.${table}`)).map(([table, column]) => `select case_id, cast(${column} as date) as day from journey.${table} where child_id = $1`);
  return new Map(held.length ? (await rowsOf<{case_id: string; day: string}>(db, held.join(" union all "), [id])).map(({case_id, day}) => [case_id, day]) : []);
}

const labelOf = (field: string): string => {
  const words = field.replace(/_(on|at)$/, "").replaceAll("_", " ");
  return (words.charAt(0).toUpperCase() + words.slice(1)).replace(/^Rag\b/, "RAG").replace(/^Icpc\b/, "Initial conference");
};

/** A value in words: codes by their labels, flags as yes and no, times without seconds. */
function said(value: unknown, list: string | null, labels: Labels): string {
  if (value == null) return "";
  if (Array.isArray(value)) return value.map((one) => said(one, list, labels)).join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  const text = String(value);
  if (list) return labels.get(list)?.get(text) ?? text;
  return /^\d{4}-\d\d-\d\d/.test(text) ? timeText(text) : text;
}

const moment = (value: unknown): string => String(value).slice(0, 16);
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "2026-03-02 09:30:00" → "2 Mar 2026 09:30"; midnight is a date without a time. */
function timeText(value: unknown): string {
  const text = String(value);
  const time = text.slice(11, 16);
  return `${Number(text.slice(8, 10))} ${months[Number(text.slice(5, 7)) - 1]} ${text.slice(0, 4)}${time && time !== "00:00" ? ` ${time}` : ""}`;
}
