// Brings a small world of records to the pipeline through its real front (CSV files, loads, a part) and random worlds for fast-check.
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import fc from "fast-check";
import {expect} from "vitest";
import {open, type Db} from "../../etl/duckdb.ts";
import {loadFile, type LoadManifest, type Shelf} from "../../etl/load/load.ts";
import {silent} from "../../etl/progress.ts";
import {figuresFor, spanFor, type MeasureFigures} from "../../etl/publish/answer.ts";
import {readShelf} from "../../etl/refresh.ts";
import type {Clocks} from "../../etl/settings.ts";
import {prepareStore, storeAt} from "../../etl/store.ts";
import {casesOf, type Dimension} from "../../etl/transform/cases.ts";
import {readMeasures, type Measure} from "../../etl/transform/measures.ts";
import {buildPart, type PartManifest} from "../../etl/transform/part.ts";
import type {Check} from "../../etl/transform/quality.ts";
import {addDays, dayNumber, isoDay} from "./oracle/days.ts";
import {casesIn, figures, type Asked} from "./oracle/figures.ts";
import {ORACLES, type Row, type World} from "./oracle/measures.ts";

const DATA = fileURLToPath(new URL("../../data/", import.meta.url));

export const MEASURES = readMeasures();
export const measure = (id: string): Measure => MEASURES.find((m) => m.id === id)!;

let reading: Promise<Shelf> | null = null;
const shelf = () => (reading ??= readShelf({data: DATA, threads: 1}));

/** CSV of rows under our own field names; every field that any row has is a column, plus `carried`. */
export function csvOf(rows: Row[], carried: string[] = []): string {
  const fields = [...new Set([...carried, ...rows.flatMap((r) => Object.keys(r))])];
  const cell = (text: string | undefined) => (/[",\n]/.test(text ?? "") ? `"${text!.replaceAll('"', '""')}"` : (text ?? ""));
  return [fields, ...rows.map((r) => fields.map((f) => r[f]))].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** What a measure cannot do without, though no row of a small world may carry it. */
const CARRIED: Record<string, string[]> = {
  child: ["child_id", "date_of_birth", "sex"],
  contact: ["contact_id", "child_id", "received_at", "screened_at", "decision_at", "source"],
  information_request: ["contact_id", "agency", "requested_at", "due_at", "returned_at"],
  out_of_hours_contact: ["contact_id", "child_id", "received_at", "priority", "responded_at", "source"],
  referral: ["referral_id", "child_id", "referral_date", "source", "no_further_action", "closed_on"],
  assessment: ["assessment_id", "referral_id", "child_id", "started_on", "child_seen_on", "authorised_on"],
  visit: ["child_id", "visited_on", "type", "child_seen"],
  strategy_meeting: ["meeting_id", "child_id", "triggered_at", "held_at", "case_open"],
  meeting_attendance: ["meeting_id", "meeting_type", "agency", "role", "invited", "attended"],
  cin_plan: ["child_id", "started_on", "ended_on"],
  cin_meeting: ["meeting_id", "child_id", "type", "held_on"]
};

export interface Export {
  /** File name; it must carry its export date. */
  file: string;
  set: string;
  rows: Row[];
}

/** One export a record set, as on one day. */
export const exportsOf = (world: World, day: string): Export[] => Object.entries(world).map(([set, rows]) => ({file: `${set}_${day}.csv`, set, rows}));

export interface Built {
  db: Db;
  part: PartManifest;
  close(): void;
}

/** A folder for as long as the tests of a file run. */
const home = mkdtempSync(path.join(tmpdir(), "frontdoor-world-"));
process.on("exit", () => rmSync(home, {recursive: true, force: true}));
let builds = 0;

/** Makes tables of the measures' views, for a test that asks them a hundred times over. */
async function freeze(file: string, measures: Measure[]): Promise<void> {
  const opened = await open(file, {threads: "1"});
  for (const {id} of measures) await opened.db.run(`create table measure.frozen as from measure."${id}"; drop view measure."${id}"; alter table measure.frozen rename to "${id}"`);
  await opened.db.run("checkpoint");
  opened.close();
}

/** Loads exports in the order given and builds the part of them, as `refresh` does: every part anew, equal exports read once. Close it after use. */
export async function build(exported: Export[], asAt: string, {measures = MEASURES, carried = {}, clocks, checks, frozen = false}: {measures?: Measure[]; carried?: Record<string, string[]>; clocks?: Clocks; checks?: Check[]; frozen?: boolean} = {}): Promise<Built> {
  const store = storeAt(path.join(home, "store"));
  prepareStore(store);
  const own = path.join(home, String(++builds));
  mkdirSync(own);
  const loads: LoadManifest[] = [];
  for (const {file, set, rows} of exported) {
    const at = path.join(own, file);
    writeFileSync(at, csvOf(rows, carried[set] ?? CARRIED[set]));
    const outcome = await loadFile(at, own, store.loads, await shelf(), silent);
    if ("refused" in outcome) throw new Error(`${file} was refused: ${outcome.refused.reason}`);
    const rejected = outcome.manifest.sets.reduce((n, s) => n + s.rejected, 0);
    if (rejected) throw new Error(`${file}: ${rejected} rows rejected: ${JSON.stringify(outcome.manifest.report.rejections[0])}`);
    loads.push(outcome.manifest);
  }
  const {contracts, mappings, reference} = await shelf();
  const parts = path.join(own, "parts");
  const part = await buildPart({authority: "local", asAt, loads, contracts, mappings, reference, measures, ...(clocks ? {clocks} : {}), ...(checks ? {checks} : {})}, parts, store.loads, silent, 1);
  const file = path.join(parts, part.hash, "part.duckdb");
  if (frozen) await freeze(file, measures);
  const opened = await open(file, {access_mode: "READ_ONLY", threads: "1"});
  return {
    db: opened.db,
    part,
    close() {
      opened.close();
      rmSync(own, {recursive: true, force: true});
    }
  };
}

export const buildWorld = (world: World, asAt: string, of?: Parameters<typeof build>[2]): Promise<Built> => build(exportsOf(world, addDays(asAt, 1)), asAt, of);

/** Builds, asks, closes. */
export async function withWorld<T>(world: World, asAt: string, ask: (built: Built) => Promise<T>): Promise<T> {
  const built = await buildWorld(world, asAt);
  try {
    return await ask(built);
  } finally {
    built.close();
  }
}

/** A measure's figures as the command gives them; one element, or one a group. */
export const told = (built: Built, id: string, asked: Asked & {by?: Dimension} = {}): Promise<MeasureFigures[]> => figuresFor(built.db, measure(id), built.part, asked);

export async function only(built: Built, id: string, asked: Asked = {}): Promise<MeasureFigures> {
  const [one] = await told(built, id, asked);
  return one!;
}

/** Numerator and denominator of the whole span, and its value. */
export async function share(built: Built, id: string, asked: Asked = {}): Promise<[number | null, number | null, number | null]> {
  const {numerator, denominator, value} = await only(built, id, asked);
  return [numerator, denominator, value];
}

/** Holds a measure's figures and every point of its series to the oracle's. */
export async function expectFigures(built: Built, world: World, id: string, asAt: string, asked: Asked = {}): Promise<void> {
  const got = await only(built, id, asked);
  const want = figures(id, world, asAt, asked);
  const points = (f: {series: {period: string; numerator: number | null; denominator: number | null; value: number | null}[]}) =>
    f.series.map(({period, numerator, denominator, value}) => ({period, numerator, denominator, value: rounded(value)}));
  const label = `${id} ${JSON.stringify(asked)} as at ${asAt}`;
  expect([label, got.status, got.numerator, got.denominator, rounded(got.value)]).toEqual([label, "ok", want.numerator, want.denominator, rounded(want.value)]);
  expect([label, points(got)]).toEqual([label, points(want)]);
}

/** Holds the cases behind a number to the oracle's: same children, days and verdicts, as many times. */
export async function expectCases(built: Built, world: World, id: string, asAt: string, asked: Asked = {}): Promise<void> {
  const {kind, keyedByCase, counts} = ORACLES[id]!;
  // a meeting is known by its id, which the list of cases carries as the case
  const who = (row: Record<string, unknown>) => (keyedByCase ? row.case_id : row.child_id) ?? "";
  const valued = kind === "duration" || kind === "mean" || kind === "agreement" || counts === "weight";
  const {rows} = await casesOf(built.db, {measure: measure(id), ...spanFor(asAt, asked)});
  const got = rows.map((r) => [id, who(r), r.counted_on, kind === "count" || kind === "rate" || kind === "mean" ? "" : r.met, valued ? r.value : ""].join(" "));
  const want = casesIn(id, world, asAt, asked)
    .filter((c) => !valued || (c.value ?? null) !== null)
    .map((c) => [id, c.child, c.on, kind === "mean" ? "" : (c.met ?? ""), valued ? c.value : ""].join(" "));
  expect(got.sort()).toEqual(want.sort());
}

export const rounded = (x: number | null) => (x === null ? null : Math.round(x * 1e9) / 1e9);

// ---- worlds by hand --------------------------------------------------------------------------------------------------

export interface Example {
  says: string;
  records: World;
  /** Measure → numerator and denominator (a count: only the one), and the value where it is not the share. */
  want: Record<string, [number] | [number, number] | [number, number, number | null]>;
  /** All time unless said. */
  asked?: Asked;
  /** In a world of its own, asked whole: for measures that no team tells apart (a rota, a training log). */
  alone?: boolean;
}

/** Ids are told apart by their ending; a check and a domain are codes. */
export const isId = (field: string) => field.endsWith("_id") && field !== "check_id";

/**
 * Lays examples side by side in one world, which is built once: each has children and ids of its own, and a team named after its place.
 * A measure by team then tells the examples apart.
 */
export function together(examples: Example[]): World {
  const world: World = {};
  for (const [i, {records}] of examples.entries()) {
    for (const [set, rows] of Object.entries(records)) {
      for (const row of rows) {
        const own = Object.fromEntries(Object.entries(row).map(([f, cell]) => [f, cell && isId(f) ? `${cell}x${i}` : cell]));
        (world[set] ??= []).push({...own, team: teamOf(i)});
      }
    }
  }
  return world;
}

const teamOf = (i: number) => `Example ${i}`;

/** Holds example `i` of a world, and the oracle with it, to the numbers written beside it. */
export async function expectExample(built: Built, world: World, examples: Example[], i: number, asAt: string): Promise<void> {
  const {want, asked = {all: true}, alone} = examples[i]!;
  for (const [id, [numerator, denominator = null, value]] of Object.entries(want)) {
    const {kind, percent} = ORACLES[id]!;
    const plain = kind === "count" || (kind === "snapshot" && !percent);
    const worth = value !== undefined ? value : plain ? numerator : denominator === 0 || denominator === null ? null : (100 * numerator) / denominator;
    const groups = await told(built, id, {...asked, ...(alone ? {} : {by: "team"})});
    const got = groups.find((g) => alone || g.group === teamOf(i)) ?? {numerator: 0, denominator: kind === "count" ? null : 0, value: plain ? 0 : null};
    expect([id, got.numerator, got.denominator, rounded(got.value)]).toEqual([id, numerator, denominator, rounded(worth)]);
    const oracle = alone ? figures(id, world, asAt, asked) : figures(id, world, asAt, asked, (c) => c.team === teamOf(i), undefined, teamOf(i));
    expect(["oracle", id, oracle.numerator, oracle.denominator, rounded(oracle.value)]).toEqual(["oracle", id, numerator, denominator, rounded(worth)]);
  }
}

// ---- random worlds ---------------------------------------------------------------------------------------------------

/** Filled `weight` times for each time that it is blank. */
export const maybe = <T>(one: fc.Arbitrary<T>, weight = 3): fc.Arbitrary<T | undefined> => fc.oneof({weight: 1, arbitrary: fc.constant(undefined)}, {weight, arbitrary: one});
const row = (fields: Record<string, fc.Arbitrary<string | undefined>>): fc.Arbitrary<Row> => fc.record(fields) as fc.Arbitrary<Row>;

/** Days crowd about holidays, clock changes, leap days and the as-at date, so that edges meet. */
function days(asAt: string): fc.Arbitrary<string> {
  const edges = ["2024-02-29", "2023-02-28", "2024-03-29", "2024-03-31", "2023-10-29", "2023-12-25", "2024-01-01", "2023-05-08", "2022-09-19", "2023-06-30", asAt, addDays(asAt, -7), addDays(asAt, -63)];
  const about = fc.tuple(fc.constantFrom(...edges), fc.integer({min: -6, max: 6})).map(([d, n]) => addDays(d, n));
  return fc.oneof({weight: 2, arbitrary: about}, {weight: 3, arbitrary: fc.integer({min: dayNumber(asAt) - 800, max: dayNumber(asAt) + 10}).map(isoDay)});
}

/** A time of day; 01:00 to 01:59 is never drawn, as on two nights a year nobody can say which hour is meant or it is none. */
const clock = fc.oneof(fc.constantFrom("00:00", "00:01", "00:59", "02:00", "09:00", "12:00", "17:00", "23:00", "23:59"), fc.tuple(fc.integer({min: 2, max: 23}), fc.integer({min: 0, max: 59})).map(([h, m]) => `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`));

const later = (from: string, n: number) => addDays(from, n);

/** Child ids are few, so that records of one child pile up. */
export function worlds(asAt: string, children = 25): fc.Arbitrary<World> {
  const id = fc.integer({min: 1, max: children}).map((n) => `C${String(n).padStart(3, "0")}`);
  const day = days(asAt);
  const time = fc.tuple(day, clock).map(([d, t]) => `${d} ${t}`);
  const team = maybe(fc.constantFrom("North", "South", "East"));
  const flag = maybe(fc.constantFrom("yes", "no"));
  const source = fc.constantFrom("6", "2A", "3A");
  /** An end some days after (now and then before) a start. */
  const after = (start: fc.Arbitrary<string>, most: number) => fc.tuple(start, fc.integer({min: -2, max: most})).map(([s, n]) => later(s, n));
  const several = (one: fc.Arbitrary<Row>, n: number) => fc.array(one, {minLength: n, maxLength: n});
  const numbered = (set: Row[], field: string, prefix: string) => set.map((r, i) => ({...r, [field]: `${prefix}${i + 1}`}));

  const contact = day.chain((d) => row({child_id: id, received_at: clock.map((t) => `${d} ${t}`), source, team, screened_at: maybe(fc.tuple(after(fc.constant(d), 6), clock).map(([x, t]) => `${x} ${t}`), 2), decision_at: maybe(fc.tuple(after(fc.constant(d), 6), clock).map(([x, t]) => `${x} ${t}`), 2)}));
  const outOfHours = day.chain((d) => row({child_id: id, received_at: clock.map((t) => `${d} ${t}`), source, team, priority: maybe(fc.constantFrom("urgent", "standard", "none")), responded_at: maybe(fc.tuple(fc.constantFrom(d, d, d, addDays(d, 1)), clock).map(([x, t]) => `${x} ${t}`))}));
  const request = fc.tuple(fc.integer({min: 1, max: 40}), time).chain(([n, asked]) => {
    const soon = fc.tuple(after(fc.constant(asked.slice(0, 10)), 4), clock).map(([x, t]) => `${x} ${t}`);
    return row({contact_id: fc.constant(`K${n}`), agency: fc.constantFrom("health", "health.gp", "health.camhs", "police", "police.neighbourhood", "education.school"), requested_at: fc.constant(asked), due_at: maybe(fc.oneof(soon, after(fc.constant(asked.slice(0, 10)), 4))), returned_at: maybe(soon)});
  });
  const referral = day.chain((d) => row({child_id: id, referral_date: fc.constant(d), source, team, no_further_action: flag, closed_on: maybe(after(fc.constant(d), 200), 1)}));
  const assessment = (refs: Row[]) =>
    fc.tuple(fc.constantFrom(...refs), fc.integer({min: 0, max: 30})).chain(([r, n]) => {
      const start = later(r.referral_date!, n);
      return row({child_id: fc.constant(r.child_id), referral_id: maybe(fc.constant(r.referral_id), 1), started_on: fc.constant(start), child_seen_on: maybe(after(fc.constant(start), 12), 2), authorised_on: maybe(after(fc.constant(start), 90))});
    });
  const visit = (refs: Row[]) => fc.tuple(fc.constantFrom(...refs), fc.integer({min: -3, max: 20})).chain(([r, n]) => row({child_id: fc.constant(r.child_id), visited_on: fc.constant(later(r.referral_date!, n)), type: maybe(fc.constantFrom("cin", "assessment")), child_seen: flag}));
  const meeting = fc.tuple(day, clock, maybe(fc.constantFrom("yes", "no")), fc.uniqueArray(id, {minLength: 1, maxLength: 3}), fc.boolean(), team);
  const attendance = (n: number) =>
    row({
      meeting_id: fc.integer({min: 1, max: n}).map((m) => `M${m}`), meeting_type: fc.constantFrom("strategy", "strategy", "strategy", "icpc"), agency: fc.constantFrom("social_care", "social_care.mash", "police", "police.child_protection", "health", "health.gp", "health.hospital", "education"),
      role: maybe(fc.constantFrom("chair", "practitioner")), invited: flag, attended: maybe(fc.constantFrom("in_person", "video", "telephone", "part", "information_only", "apologies", "absent", "not_recorded", "in_person"), 6)
    });
  const plan = day.chain((d) => row({child_id: id, started_on: fc.constant(d), ended_on: maybe(after(fc.constant(d), 400), 1), team}));
  const cinMeeting = row({child_id: id, held_on: maybe(day, 8), type: maybe(fc.constantFrom("planning", "review"))});

  return fc.tuple(several(contact, 60), several(outOfHours, 60), fc.uniqueArray(request, {minLength: 40, maxLength: 60, selector: (r) => `${r.contact_id} ${r.agency} ${r.requested_at}`}), several(referral, 70), fc.array(meeting, {minLength: 25, maxLength: 25}), several(attendance(25), 130), fc.uniqueArray(plan, {minLength: 30, maxLength: 40, selector: (r) => `${r.child_id} ${r.started_on}`}), several(cinMeeting, 60)).chain(
    ([contacts, outOfHoursContacts, requests, referrals, meetings, attendances, plans, cinMeetings]) => {
      const refs = numbered(referrals, "referral_id", "R");
      return fc.tuple(several(assessment(refs), 60), several(visit(refs), 80)).map(([assessments, visits]): World => ({
        contact: numbered(contacts, "contact_id", "K"),
        information_request: requests,
        out_of_hours_contact: numbered(outOfHoursContacts, "contact_id", "E"),
        referral: refs,
        assessment: numbered(assessments, "assessment_id", "A"),
        visit: visits,
        strategy_meeting: meetings.flatMap(([d, t, open, ids, held, of], i) => ids.map((c) => ({meeting_id: `M${i + 1}`, child_id: c, triggered_at: `${d} 00:00`, held_at: held || i % 4 > 0 ? `${d} ${t}` : undefined, case_open: open, team: of}))),
        meeting_attendance: attendances,
        cin_plan: plans,
        cin_meeting: numbered(cinMeetings, "meeting_id", "N")
      }));
    }
  );
}
