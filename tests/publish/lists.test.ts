// The weekly hand-out: a workbook a team of what waits, which loads back as delay reviews once it is filled in, and not before.
import {mkdtempSync, readdirSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import ExcelJS from "exceljs";
import {describe, expect, test} from "vitest";
import {openScratch} from "../../etl/duckdb.ts";
import {handOut} from "../../etl/load/templates.ts";
import type {Labels} from "../../etl/publish/published.ts";
import {writeLists} from "../../etl/publish/lists.ts";
import {parseMeasure} from "../../etl/transform/measures.ts";
import {reviewsOf, reviewWords} from "../../etl/transform/reviews.ts";
import {buildCalendar} from "../../etl/transform/calendar.ts";
import {contracts, load, shelf} from "../load/help.ts";

const on = shelf();
const label = (list: string, code: string) => on.reference.codes[list]!.find((c) => c.code === code)!.label;
const measure = parseMeasure("/*---\nid: A5\ntitle: Not yet seen\nquestion: q\nnumerator: n\ndenominator: d\nkind: percentage\ngood: high\nunit: percent\nlimit: child_seen_working_days\nsources: [x]\nfindings: []\nrequires: [referral.referral_date]\nbreakdowns: [team]\n---*/\nselect 1", "assessments", "A5-x.sql");

async function part() {
  const {db, close} = await openScratch();
  await db.run("create macro as_at() as date '2026-03-31'");
  await buildCalendar(db, on.reference, "999");
  const blank = "null::varchar as agency, null::varchar as source, null::varchar as need, null::varchar as case_status, null::varchar as category, null::varchar as locality, null::varchar as age_band, null::varchar as sex, null::varchar as ethnicity";
  await db.run(`create schema measure; create table measure."A5" as select *, ${blank} from (values
    ('007/1', '007', date '2026-03-01', date '2026-03-10', null::date, false, 1, '=1+1', 'North'),
    ('008/1', '008', date '2026-03-02', date '2026-03-30', null, false, 1, 'waits', 'North/South'),
    ('009/1', '009', date '2026-03-30', date '2026-04-08', null, null, 1, 'not yet due', 'North'),
    ('010/1', '010', date '2026-03-30', date '2026-04-13', null, null, 1, 'due later', 'North'),
    ('011/1', '011', date '2026-03-01', date '2026-03-10', date '2026-03-20', false, 1, 'done late', 'North'),
    ('012/1', '012', date '2026-03-01', date '2026-03-10', null, false, 1, 'no team', null)) t(case_id, child_id, counted_on, due_on, done_on, met, value, reason, team);
    create schema records; create schema reference; create table reference.delay_cause as select 'capacity' as code, 'Worker or team capacity' as label;
    create table records.delay_review as select * from (values ('A5', '007/1', date '2026-03-20', 'capacity', true, 'Allocate', 'Team manager', date '2026-04-02', false, 'a'), ('A5', '008/1', date '2026-03-20', null, null, null, null, null, true, 'b'), ('A', '012/1', date '2026-03-20', null, null, null, null, null, false, 'c'))
      t(measure, case_id, reviewed_on, cause, child_safe, action, owner, due_on, withdrawn, record_key)`);
  return {db, close};
}

async function written(dir = mkdtempSync(path.join(tmpdir(), "frontdoor-lists-")), labels: Labels = {teams: {}, words: {}}) {
  const {db, close} = await part();
  const told = await writeLists({db, dir, by: "team", measures: [measure], span: {}, contract: contracts.get("delay_review")!, reference: on.reference, run: "r1", asAt: "2026-03-31", marking: "OFFICIAL-SENSITIVE", labels});
  close();
  return {dir, told};
}

const rowsOfSheet = (book: ExcelJS.Workbook): unknown[][] => {
  const found: unknown[][] = [];
  book.worksheets[0]!.eachRow((row) => found.push((row.values as unknown[]).slice(1)));
  return found;
};

describe("a list a team", () => {
  test("goes by what the authority calls the team and its words, and keeps the words that load back", async () => {
    const {dir, told} = await written(undefined, {teams: {North: "<b>Harbour</b> team"}, words: {waits: "is waiting", "worker or team capacity": "no capacity"}});
    expect(told.written.map((w) => w.file)).toEqual(["delay-review-list_b-harbour-b-team.xlsx", "delay-review-list_north-south.xlsx", "delay-review-list_not-recorded.xlsx"]);
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path.join(dir, "delay-review-list_north-south.xlsx"));
    expect(rowsOfSheet(book)[1]![6]).toBe("is waiting");
    expect(rowsOfSheet(book)[0]![0]).toBe("Measure");
    const harbour = new ExcelJS.Workbook();
    await harbour.xlsx.readFile(path.join(dir, told.written[0]!.file));
    expect(JSON.stringify(harbour.worksheets.map((s) => s.getSheetValues()))).toContain("team <b>Harbour</b> team");
    expect(JSON.stringify(harbour.worksheets.map((s) => s.getSheetValues()))).toContain("Worker or team capacity");
  });

  test("holds what waits past its limit or falls due within five working days (Easter between), the latest first; no team has a list of its own", async () => {
    const {dir, told} = await written();
    expect(told.written).toEqual([{file: "delay-review-list_north.xlsx", cases: 2}, {file: "delay-review-list_north-south.xlsx", cases: 1}, {file: "delay-review-list_not-recorded.xlsx", cases: 1}]);
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path.join(dir, "delay-review-list_north.xlsx"));
    const rows = rowsOfSheet(book);
    expect(rows[0]!.slice(0, 8)).toEqual(["Measure", "Case", "Child", "What is measured", "Late or left", "Limit", "Why it is here", "Reviewed before"]);
    expect(rows.slice(1).map((r) => [r[1], r[2], r[4]])).toEqual([["007/1", "007", "21 days late"], ["009/1", "009", "8 days left"]]);
    expect(rows[1]![6]).toBe("=1+1");
    expect(rows[1]![7]).toBe("20 Mar 2026: Worker or team capacity; child safe; Allocate (Team manager by 2 Apr 2026)");
    expect(book.worksheets.map((w) => w.name)).toEqual(["Delay reviews", "About", "Lists"]);
  });

  test("is left alone where it is already, for somebody may have filled it in", async () => {
    const {dir} = await written();
    const {told} = await written(dir);
    expect([told.written, told.kept.sort()]).toEqual([[], readdirSync(dir).sort()]);
  });

  test("loads back what was filled in as delay reviews, and takes no row that was not", async () => {
    const {dir} = await written();
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path.join(dir, "delay-review-list_north.xlsx"));
    const sheet = book.worksheets[0]!;
    const at = (heading: string) => (sheet.getRow(1).values as string[]).indexOf(heading);
    sheet.getRow(2).getCell(at("Reviewed on")).value = new Date("2026-04-02T00:00:00Z");
    sheet.getRow(2).getCell(at("Cause of the delay")).value = label("delay_cause", "family");
    sheet.getRow(2).getCell(at("Is the child safe?")).value = "No";
    const filled = path.join(mkdtempSync(path.join(tmpdir(), "frontdoor-filled-")), "delay-review-list_north_2026-04-03.xlsx");
    await book.xlsx.writeFile(filled);
    const {rows, manifest} = await load(filled, on);
    expect(manifest.report).toMatchObject({outcome: "accepted", mapping: "log-delay-review-list"});
    expect(rows).toEqual({delay_review: [{line: 2, measure: "A5", case_id: "007/1", reviewed_on: "2026-04-02", cause: label("delay_cause", "family"), child_safe: false}]});
  });
});

test("an audit sample loads back as audits once its day and grade are filled in", async () => {
  const book = await handOut({name: "audit-sample", context: ["Why it is here"], rows: [{audit_id: "A5-7-1", child_id: "007", selection: label("audit_selection", "random"), domain: label("audit_domain", "voice"), "Why it is here": "waits"}, {audit_id: "A5-7-1", child_id: "007", selection: label("audit_selection", "random"), domain: label("audit_domain", "overall"), "Why it is here": "waits"}], about: [], choices: (_f, list) => (list ? on.reference.codes[list]!.map((c) => c.label) : null)}, contracts.get("audit")!);
  const sheet = book.worksheets[0]!;
  const at = (heading: string) => (sheet.getRow(1).values as string[]).indexOf(heading);
  sheet.getRow(3).getCell(at("Audited on")).value = new Date("2026-04-02T00:00:00Z");
  sheet.getRow(3).getCell(at("Grade (1 inadequate to 4 outstanding)")).value = "3";
  const filled = path.join(mkdtempSync(path.join(tmpdir(), "frontdoor-filled-")), "audit-sample_A5_2026-04-03.xlsx");
  await book.xlsx.writeFile(filled);
  const {rows} = await load(filled, on);
  expect(rows).toEqual({audit: [{line: 3, audit_id: "A5-7-1", child_id: "007", selection: "Random", audited_on: "2026-04-02", domain: label("audit_domain", "overall"), grade: 3}]});
});

test("reviews stand beside the case newest first; a review of a catalogue entry speaks for its parts; withdrawn ones are gone", async () => {
  const {db, close} = await part();
  expect([...(await reviewsOf(db, "A5")).keys()]).toEqual(["007/1"]);
  expect([...(await reviewsOf(db, "A5a")).keys()]).toEqual(["007/1"]);
  close();
  expect(reviewWords({measure: "A5", case_id: "x", reviewed_on: "2026-03-01", cause: null, child_safe: false, action: null, owner: null, due_on: null})).toBe("1 Mar 2026: child NOT safe");
});
