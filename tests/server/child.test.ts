// One child: every record in words and in order, the measures it counts in, siblings; for the QA role alone, each look in the audit trail.
import {describe, expect, test} from "vitest";
import {openScratch} from "../../etl/duckdb.ts";
import {readAudit} from "../../server/audit.ts";
import type {RunMeasure} from "../../server/cases.ts";
import {childOf} from "../../server/child.ts";
import {ruleFor} from "../../server/roles.ts";
import {comeIn, localServer} from "./support.ts";

const measure = (id: string, part: Partial<RunMeasure> = {}): RunMeasure => ({id, title: id, numerator: "", denominator: null, kind: "percentage", good: "high", counts: "case", unit: "percent", rate: null, category: null, status: "ok", missing: [], ...part});

async function part() {
  const {db, close} = await openScratch();
  await db.run(`
    create macro as_at() as date '2026-03-31';
    create macro age_at(born, day) as date_sub('year', born, day);
    create schema records; create schema reference; create schema journey; create schema measure;
    create table reference.contact_source as select '2A' as code, 'Schools' as label;
    create table reference.agency as select * from (values ('police', 'Police'), ('health', 'Health')) t(code, label);
    create table reference.attendance as select 'video' as code, 'By video' as label;
    create table records.child as select '0042' as child_id, date '2015-04-01' as date_of_birth, false as expected_birth, 'M' as sex, null as ethnicity, null as disability, 'East' as locality, false as withdrawn;
    create table records.contact as select * from (values
      ('C1', '0042', timestamp '2026-01-05 09:30:00', '2A', 'W7', 'MASH', false), ('C2', '0042', timestamp '2026-01-04 00:00:00', 'unheard of', null, null, false),
      ('C3', '0042', timestamp '2026-01-03 00:00:00', '2A', null, null, true), ('C4', '0099', timestamp '2026-01-03 00:00:00', '2A', null, null, false)) t(contact_id, child_id, received_at, source, worker, team, withdrawn);
    create table records.referral as select 'R1' as referral_id, '0042' as child_id, date '2026-01-06' as referral_date, '2A' as source, null as no_further_action, null as primary_need, date '2026-02-01' as closed_on, null as closure_reason, null as team, false as withdrawn;
    create table records.strategy_meeting as select 'M1' as meeting_id, '0042' as child_id, null::timestamp as triggered_at, timestamp '2026-01-07 14:00:00' as held_at, null as outcome, null as team, false as withdrawn;
    create table records.meeting_attendance as select * from (values ('M1', 'strategy', 'police', true, 'video', 'a', false), ('M1', 'strategy', 'health', false, null, 'b', false), ('M1', 'cin', 'health', true, 'video', 'c', false)) t(meeting_id, meeting_type, agency, invited, attended, record_key, withdrawn);
    create table journey.contact as select 'C1/0042' as case_id, '0042' as child_id, date '2026-01-05' as received_on;
    create table journey.sibling as select * from (values ('0042', '0043', date '2020-01-01', date '2021-01-01'), ('0042', '0043', date '2022-01-01', null), ('0099', '0042', null, null)) t(child_id, sibling_id, from_on, to_on);
    create table measure."C2" as select * from (values
      ('C1/0042', '0042', date '2026-01-05', date '2026-01-06', date '2026-01-08', false, 2, 'decided after 3 working days'), ('C4/0099', '0099', date '2026-01-05', null, null, true, 1, null))
      t(case_id, child_id, counted_on, due_on, done_on, met, value, reason);
    alter table measure."C2" add column team varchar; alter table measure."C2" add column agency varchar; alter table measure."C2" add column source varchar; alter table measure."C2" add column need varchar;
    alter table measure."C2" add column case_status varchar; alter table measure."C2" add column category varchar; alter table measure."C2" add column locality varchar; alter table measure."C2" add column age_band varchar;
    alter table measure."C2" add column sex varchar; alter table measure."C2" add column ethnicity varchar`);
  return {db, close};
}

describe("a child", () => {
  test("has its own records, in order, without those withdrawn, codes by their names, and no worker", async () => {
    const {db, close} = await part();
    const answer = (await childOf(db, "0042", []))!;
    close();
    expect(answer.child).toEqual({child_id: "0042", date_of_birth: "2015-04-01", expected_birth: false, age: 10, facts: [["Sex", "M"], ["Locality", "East"]]});
    expect(answer.events.map((e) => [e.set, e.at, e.end, e.title])).toEqual([
      ["contact", "2026-01-04 00:00", undefined, "unheard of"],
      ["contact", "2026-01-05 09:30", undefined, "Schools"],
      ["referral", "2026-01-06", "2026-02-01", "Schools"],
      ["strategy_meeting", "2026-01-07 14:00", undefined, ""]
    ]);
    expect(JSON.stringify(answer)).not.toContain("W7");
    expect(answer.events[1]).toMatchObject({team: "MASH", details: [["Contact id", "C1"], ["Source", "Schools"]]});
  });

  test("has beside a meeting who was there and who was not asked", async () => {
    const {db, close} = await part();
    const answer = (await childOf(db, "0042", []))!;
    close();
    expect(answer.events.at(-1)!.details).toEqual([["Meeting id", "M1"], ["Health", "not invited"], ["Police", "By video"]]);
  });

  test("counts in measures by the rows that the measure counts, with where the clock began", async () => {
    const {db, close} = await part();
    const answer = (await childOf(db, "0042", [measure("C2"), measure("X1", {status: "not recorded"})]))!;
    close();
    expect(answer.cases).toEqual([{measure: "C2", case_id: "C1/0042", counted_on: "2026-01-05", started_on: "2026-01-05", due_on: "2026-01-06", done_on: "2026-01-08", days_late: 2, met: false, value: 2, reason: "decided after 3 working days", reviews: []}]);
  });

  test("has beside a case what QA answered on it, and nothing of another case or measure; one of the catalogue's entry speaks for its parts", async () => {
    const {db, close} = await part();
    await db.run(`create table reference.delay_cause as select 'capacity' as code, 'Worker or team capacity' as label;
      create table records.delay_review as select * from (values
        ('C2', 'C1/0042', date '2026-02-01', 'capacity', true, null, null, null::date, false, 'a'), ('C2', 'C1/0042', date '2026-03-01', null, false, 'allocate', 'manager', date '2026-03-09', false, 'b'),
        ('C2', 'C1/0042', date '2026-04-01', null, null, null, null, null, false, 'after'), ('C2', 'C1/0042', date '2026-02-02', null, null, null, null, null, true, 'withdrawn'),
        ('C3', 'C1/0042', date '2026-02-01', null, null, null, null, null, false, 'c'), ('C2', 'C4/0099', date '2026-02-01', null, null, null, null, null, false, 'd'))
        t(measure, case_id, reviewed_on, cause, child_safe, action, owner, due_on, withdrawn, record_key);
      create view measure."C2a" as from measure."C2"`);
    const answer = (await childOf(db, "0042", [measure("C2"), measure("C2a")]))!;
    close();
    const told = [{measure: "C2", case_id: "C1/0042", reviewed_on: "2026-03-01", cause: null, child_safe: false, action: "allocate", owner: "manager", due_on: "2026-03-09"}, {measure: "C2", case_id: "C1/0042", reviewed_on: "2026-02-01", cause: "Worker or team capacity", child_safe: true, action: null, owner: null, due_on: null}];
    expect(answer.cases.map((c) => [c.measure, c.reviews])).toEqual([["C2", told], ["C2a", told]]);
  });

  test("has each sibling once, from the first day together until the last", async () => {
    const {db, close} = await part();
    expect((await childOf(db, "0042", []))!.siblings).toEqual([{child_id: "0043", from_on: "2020-01-01", to_on: null}]);
    expect(await childOf(db, "no such child", [])).toBeNull();
    close();
  });
});

describe("the route", () => {
  test("is for the QA role, and refuses whoever is held to some teams", () => {
    expect(ruleFor("GET", "/api/child")).toMatchObject({allow: ["qa"]});
    expect(ruleFor("GET", "/api/child")).not.toHaveProperty("scoped");
  });

  test("says that it holds no such child, writes the look to the trail, and lets nothing be kept", async () => {
    const {app, store} = await localServer();
    const headers = await comeIn(app);
    const answer = await app.inject({url: "/api/child?id=7", headers});
    expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([404, "no-store"]);
    expect(answer.json().error).toContain("no child of that id");
    expect((await app.inject({url: "/api/child", headers})).json().error).toContain("id is needed");
    const entries = [];
    for await (const entry of readAudit(`${store}/audit`)) entries.push(entry);
    expect(entries.filter((e) => e.action === "child").map((e) => [e.asked.child, e.outcome])).toEqual([["7", "failed"]]);
  });
});
