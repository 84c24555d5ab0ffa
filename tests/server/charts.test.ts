// Curves, the agency matrix and the hours of the week within several choices: of exactly the cases chosen, by the functions that publish, and never more than somebody may see.
import {join} from "node:path";
import {DuckDBInstance} from "@duckdb/node-api";
import {describe, expect, test} from "vitest";
import type {AgencyReturnsFile, AuditGradesFile, CohortFile, CurvesFile, OutOfHoursFile, StrategyMeetingsFile, TimeToSeenFile} from "../../etl/publish/published.ts";
import {readAudit, type Entry} from "../../server/audit.ts";
import type {Door, Session} from "../../server/session.ts";
import type {Scope} from "../../server/settings.ts";
import {host, localServer, makeRun, point, put, temporary} from "./support.ts";

/** Team, need, days waited, seen. */
const waits: [string, string, number, boolean][] = [["North", "N1", 1, true], ["North", "N1", 3, true], ["North", "N1", 4, false], ["North", "N1", 6, true], ["North", "N4", 2, true], ["South", "N1", 9, true], ["South", "N4", 9, false]];
/** Team, hour of the week. */
const calls: [string, number][] = [["North", 3], ["North", 3], ["North", 167], ["South", 50]];
/** Team, who was invited and who came. */
const meetings: [string, boolean, boolean, boolean][] = [["North", true, true, false], ["North", false, false, true], ["South", true, false, false]];
const ids: [string, string, string][] = [["A4b", "duration", "working days"], ["E1", "count", "contacts"], ["S2a", "percentage", "percent"], ["R5", "percentage", "percent"], ["I1", "percentage", "percent"], ["Q2a", "percentage", "percent"], ["Q2b", "percentage", "percent"], ["Q2c", "percentage", "percent"], ["Q2d", "percentage", "percent"]];
/** Team, agency, in time, minutes until the return (null: none came). */
const returns: [string, string, boolean, number | null][] = [["North", "health", true, 10], ["North", "health", false, 90], ["North", "police", false, null], ["South", "health", false, null]];
/** Team, source, need, how far the contact came. */
const contacts: [string, string, string, "none" | "referral" | "plan"][] = [["North", "1A", "N1", "plan"], ["North", "1A", "N1", "referral"], ["North", "2B", "N4", "none"], ["South", "1A", "N1", "referral"]];
/** Team, from, to, direction, back again. */
const moves: [string, string, string, "up" | "down", boolean][] = [["North", "cin_plan", "cp_plan", "up", false], ["North", "cp_plan", "cin_plan", "down", true], ["South", "cin_plan", "cp_plan", "up", false]];

async function store(): Promise<string> {
  const folder = await temporary();
  await makeRun(folder, "run-1", []);
  const instance = await DuckDBInstance.create(join(folder, "parts/run-1/part.duckdb"));
  const db = await instance.connect();
  const insert = (id: string, rows: string[]) => db.run(`insert into measure.rows (measure_id, case_id, child_id, counted_on, met, value, team, need, category) values ${rows.map((r) => `('${id}', ${r})`).join(", ")}`);
  await insert("A4b", waits.map(([team, need, value, met], i) => `'case-${i}', 'child-${i}', date '2026-02-10', ${met}, ${value}, '${team}', '${need}', null`));
  await insert("E1", calls.map(([team, hour], i) => `'call-${i}', 'child-${i}', date '2026-03-10', null, ${hour}, '${team}', null, 'urgent'`));
  await insert("S2a", meetings.map(([team, invited], i) => `'meeting-${i}', 'child-${i}', date '2026-03-10', ${invited}, null, '${team}', null, null`));
  // back after 10 and 30 days; two stayed away
  await insert("R5", [["North", 10], ["North", 30], ["North", null], ["South", null]].map(([team, days], i) => `'closed-${i}', 'child-${i}', date '2026-01-10', ${days !== null}, ${days}, '${team}', null, 'c1'`));
  await insert("I1", returns.map(([team, , met, value], i) => `'ask-${i}', 'child-${i}', date '2026-03-10', ${met}, ${value}, '${team}', null, null`));
  for (const [i, [, agency]] of returns.entries()) await db.run(`update measure.rows set agency = '${agency}' where case_id = 'ask-${i}'`);
  // grades 1 inadequate to 4 outstanding
  await insert("Q2a", [["North", 3], ["North", 1], ["South", 4]].map(([team, grade], i) => `'audit-${i}', 'child-${i}', date '2026-03-10', ${Number(grade) > 2}, ${grade}, '${team}', null, null`));
  await insert("Q2c", [["North", 3, "voice"], ["South", 2, "voice"]].map(([team, grade, domain], i) => `'part-${i}', 'child-${i}', date '2026-03-10', ${Number(grade) > 2}, ${grade}, '${team}', null, '${domain}'`));
  for (const id of ["I1", "Q2a", "Q2b", "Q2c", "Q2d"]) await db.run(`create or replace view measure."${id}" as select * from measure.rows where measure_id = '${id}'`);
  await db.run(`create schema journey; create table journey.child(child_id varchar, locality varchar); create table journey.contact(case_id varchar, source varchar);
    create table journey.cohort_contact(case_id varchar, child_id varchar, received_on date, team varchar, case_status varchar, need varchar, sex varchar, ethnicity varchar, disability varchar, age_band varchar,
      ${["referral", "assessment", "strategy_meeting", "section_47", "icpc", "plan"].flatMap((step) => [`${step} boolean`, `${step}_pending boolean default false`]).join(", ")});
    create table journey.status_move(child_id varchar, moved_on date, team varchar, need varchar, sex varchar, ethnicity varchar, disability varchar, age_band varchar, from_status varchar, to_status varchar, direction varchar, again boolean, too_recent boolean)`);
  for (const [i, [team, source, need, far]] of contacts.entries())
    await db.run(`insert into journey.contact values ('contact-${i}', '${source}');
      insert into journey.cohort_contact (case_id, child_id, received_on, team, need, referral, assessment, strategy_meeting, section_47, icpc, plan) values ('contact-${i}', 'child-${i}', date '2026-02-03', '${team}', '${need}', ${far !== "none"}, ${far === "plan"}, false, false, false, ${far === "plan"})`);
  for (const [i, [team, from, to, direction, again]] of moves.entries()) await db.run(`insert into journey.status_move values ('child-${i}', date '2026-02-05', '${team}', 'N1', null, null, null, null, '${from}', '${to}', '${direction}', ${again}, false)`);
  await db.run(`create or replace view measure."A4b" as select * from measure.rows where measure_id = 'A4b'; create or replace view measure."E1" as select * from measure.rows where measure_id = 'E1'; create or replace view measure."R5" as select * from measure.rows where measure_id = 'R5';
    create table journey.strategy_meeting(meeting_id varchar, held_at timestamp, case_open boolean); create table journey.strategy_attendance(meeting_id varchar, agency varchar, invited boolean, attended boolean, information_only boolean, apologies boolean, absent boolean)`);
  for (const [i, [, invited, attended, open]] of meetings.entries()) await db.run(`insert into journey.strategy_meeting values ('meeting-${i}', timestamp '2026-03-10 10:00', ${open}); insert into journey.strategy_attendance values ('meeting-${i}', 'health', ${invited}, ${attended}, false, false, false)`);
  await db.run("checkpoint");
  db.closeSync();
  instance.closeSync();
  const published = (file: string, body: unknown) => put(join(folder, "runs", "run-1", "published", file), body);
  const head = {run: "run-1", status: "ok", missing: []};
  await published("run.json", {run: "run-1", asAt: "2026-03-31", authority: {code: "E06000001", name: "A"}, groups: [], periods: [{key: "last-3", from: "2026-01", to: "2026-03"}], defaultPeriod: "last-3"});
  await published("measures.json", {run: "run-1", measures: ids.map(([id, kind, unit]) => ({id, title: id, numerator: "", denominator: "", kind, good: "high", counts: "case", unit, rate: null, status: "ok", missing: [], breakdowns: ["team", ...(id === "A4b" ? ["need"] : []), ...(id === "A4b" || id === "E1" ? ["locality"] : []), ...(["E1", "R5", "Q2c", "Q2d"].includes(id) ? ["category"] : []), ...(id === "I1" ? ["agency"] : [])], comparators: [], target: null}))});
  const group = (dimension: string, one: string, label: string) => ({dimension, group: one, label, series: [], figures: []});
  for (const [id] of ids) await published(`measures/${id}.json`, {...head, id, limits: null, commentary: [], figures: [], series: [], groups: [group("team", "North", "North team"), group("team", "South", "South team"), group("need", "N1", "Need one"), group("need", "N4", "Need four"), group("category", id === "E1" ? "urgent" : "c1", "Named"), group("agency", "health", "Health"), group("agency", "police", "Police")]});
  await published("time-to-seen.json", {...head, limitDays: 5, outerLimitDays: 10, curves: [{period: "last-3", dimension: "all", children: 999}]});
  await published("out-of-hours.json", {...head, weeks: [{period: "last-3", dimension: "all", counts: [999]}]});
  await published("strategy-meetings.json", {...head, agencies: [{code: "health", label: "Health", core: true}], cells: [{agency: "health", period: "2026-03", caseStatus: "all", meetings: 999}]});
  await published("curves/R5.json", {...head, id: "R5", unit: "weeks", limit: 13, curves: [{children: 999}]});
  await published("agency-returns.json", {...head, agencies: [{period: "last-3", asked: 999}]});
  await published("audit-grades.json", {...head, cells: [{period: "last-3", selection: "random", domain: "voice", label: "Voice of the child", grades: [999, 0, 0, 0]}]});
  await published("cohort.json", {...head, steps: [], statuses: [], months: [{contacts: 999}], funnel: [{period: "last-3", dimension: "need", group: "N1", label: "Need one", contacts: 999, steps: []}], flows: []});
  await point(folder, "run-1");
  return folder;
}

async function heldTo(scope: Scope | null, seconds = 30) {
  const session: Session = {who: "robin", name: "Robin", roles: ["leadership"], scope, local: false};
  const door: Door = {openForExample: false, guest: session, routes: () => undefined, arrive: async () => false, sessionOf: async () => session, turnAway: (_request, reply) => reply.code(401).send()};
  const {app, store: folder} = await localServer({door, store: await store(), settings: {limits: {seconds}}});
  const get = async <T>(query: string) => {
    const {statusCode, body} = await app.inject({url: `/api/charts?${query}`, headers: {...host, accept: "application/json"}});
    return {status: statusCode, body, file: JSON.parse(body) as T};
  };
  return {get, folder};
}

describe("charts within several choices", () => {
  test("curves are those of the cases chosen, beside the groups within the choice", async () => {
    const {get} = await heldTo(null);
    const {file, body} = await get<TimeToSeenFile>("chart=time-to-seen&team=North&need=N1");
    const of = (dimension: string, group: string) => file.curves.find((c) => c.dimension === dimension && c.group === group);
    // four children, of whom one was lost from sight on day 4: by hand 3/4, then 2/4, then none left
    expect(of("all", "")).toMatchObject({children: 4, notYetSeen: 1, median: 4.5});
    expect(of("all", "")!.steps.map((s) => [s.time, s.atRisk, s.events, s.survival])).toEqual([[1, 4, 1, 0.75], [3, 3, 1, 0.5], [4, 2, 0, 0.5], [6, 1, 1, 0]]);
    expect(of("all", "")!.shareBy.find((s) => s.day === 5)!.value).toBeCloseTo(50, 9);
    // a team stands among teams for the same need, a need among needs of the same team
    expect([of("team", "North")!.children, of("team", "South")!.children, of("team", "South")!.label]).toEqual([4, 1, "South team"]);
    expect([of("need", "N1")!.children, of("need", "N4")!.children]).toEqual([4, 1]);
    expect(body).not.toMatch(/999|case-|child-/);
  });

  test("hold the curves of the dimensions that are drawn, the same ones", async () => {
    const {get} = await heldTo(null);
    for (const choice of ["team=North&need=N1", "team=North"]) {
      const {file} = await get<TimeToSeenFile>(`chart=time-to-seen&${choice}`);
      for (const drawn of [["team"], ["need", "team"], []])
        expect((await get<TimeToSeenFile>(`chart=time-to-seen&${choice}&groups=${drawn.join(",") || "no"}`)).file).toEqual({...file, curves: file.curves.filter((c) => c.dimension === "all" || (drawn as string[]).includes(c.dimension))});
    }
    expect((await get("chart=time-to-seen&team=North&groups=sizes")).status).toBe(400);
  });

  test("so are cases that came back, of as many closures as are in the choice", async () => {
    const {get} = await heldTo(null);
    const {file} = await get<CurvesFile>("chart=curves/R5&team=North");
    const all = file.curves.find((c) => c.dimension === "all")!;
    expect(all).toMatchObject({children: 3, notYetSeen: 1});
    expect(all.steps.map((s) => [s.time, s.events])).toEqual([[1, 1], [4, 1], [26, 0]]);
    expect(file.curves.find((c) => c.dimension === "category")).toMatchObject({group: "c1", label: "Named", children: 3});
  });

  test("an agency's returns are counted of the requests chosen, in time, late and never, and an agency stands beside the others", async () => {
    const {get} = await heldTo(null);
    const {file, body} = await get<AgencyReturnsFile>("chart=agency-returns&team=North");
    expect(file.agencies.map(({agency, label, asked, inTime, late, never}) => [agency, label, asked, inTime, late, never])).toEqual([["health", "Health", 2, 1, 1, 0], ["police", "Police", 1, 0, 0, 1]]);
    expect((await get<AgencyReturnsFile>("chart=agency-returns&agency=police&team=North")).file.agencies.map((a) => [a.agency, a.asked])).toEqual([["health", 2], ["police", 1]]);
    expect(body).not.toMatch(/999|ask-|child-/);
  });

  test("grades are those of the audits chosen, overall and by domain", async () => {
    const {get} = await heldTo(null);
    expect((await get<AuditGradesFile>("chart=audit-grades&team=North")).file.cells.map((c) => [c.selection, c.domain, c.label, c.grades])).toEqual([["random", "overall", "overall", [1, 0, 1, 0]], ["random", "voice", "Voice of the child", [0, 0, 1, 0]]]);
    expect((await get<AuditGradesFile>("chart=audit-grades&team=North&need=N1")).file).toMatchObject({cells: [], unsplit: ["need"]});
  });

  test("the funnel and the moves hold what was chosen, a need beside other needs, and say which of them the records cannot choose", async () => {
    const {get} = await heldTo(null);
    const {file, body} = await get<CohortFile>("chart=cohort&team=North&need=N1");
    const of = (dimension: string, group: string) => file.funnel.find((c) => c.dimension === dimension && c.group === group)!;
    expect([of("all", "").contacts, of("all", "").steps[0], of("all", "").steps[5]]).toEqual([2, [2, 0], [1, 0]]);
    expect([of("need", "N1"), of("need", "N4")].map((c) => [c.label, c.contacts])).toEqual([["Need one", 2], ["N4", 1]]);
    expect(file.months.map((m) => [m.group, m.contacts])).toEqual([["2026-02", 2]]);
    expect(file.flows.filter((f) => f.dimension === "all").map((f) => [f.from, f.to, f.moves, f.again])).toEqual([["cin_plan", "cp_plan", 1, null], ["cp_plan", "cin_plan", 1, 1]]);
    const sources = (await get<CohortFile>("chart=cohort&source=1A")).file;
    expect(sources.funnel.find((c) => c.dimension === "all")!.contacts).toBe(3);
    expect([sources.flows, sources.unsplitFlows, sources.unsplit]).toEqual([[], ["source"], undefined]);
    expect((await get<CohortFile>("chart=cohort&agency=health")).file).toMatchObject({funnel: [], unsplit: ["agency"]});
    expect(body).not.toMatch(/999|contact-|child-/);
  });

  test("a question that takes too long is answered in words", async () => {
    const {get} = await heldTo(null, 0.001);
    const {status, body} = await get("chart=cohort&team=North&need=N1");
    expect([status, body]).toEqual([503, JSON.stringify({error: "The question took longer than 0.001 seconds and was stopped. Choose fewer things at once."})]);
  });

  test("somebody who is held to some teams is given theirs only", async () => {
    const {get} = await heldTo({dimension: "team", groups: ["South"]});
    expect((await get<CohortFile>("chart=cohort")).file.funnel.find((c) => c.dimension === "all")!.contacts).toBe(1);
    expect((await get<AgencyReturnsFile>("chart=agency-returns")).file.agencies.map((a) => [a.agency, a.asked, a.never])).toEqual([["health", 1, 1]]);
    expect((await get<CohortFile>("chart=cohort&team=North")).status).toBe(403);
  });

  test("the hours of the week and the agency matrix hold the chosen team's contacts and meetings only", async () => {
    const {get} = await heldTo(null);
    const hours = (await get<OutOfHoursFile>("chart=out-of-hours&team=North")).file.weeks;
    const all = hours.find((w) => w.dimension === "all")!.counts;
    expect([all.length, all[3], all[167], all.reduce((a, b) => a + b, 0)]).toEqual([168, 2, 1, 3]);
    expect(hours.find((w) => w.dimension === "category")).toMatchObject({label: "Named", counts: all});
    const {file} = await get<StrategyMeetingsFile>("chart=strategy-meetings&team=North");
    const cell = (status: string) => file.cells.find((c) => c.agency === "health" && c.caseStatus === status);
    expect([cell("all"), cell("open"), cell("new")].map((c) => [c?.meetings, c?.invited, c?.attended])).toEqual([[2, 1, 1], [1, 0, 0], [1, 1, 1]]);
    expect(file.agencies).toEqual([{code: "health", label: "Health", core: true}]);
  });

  test("say what the records do not tell, and give nothing then; a group without a case has none", async () => {
    const {get} = await heldTo(null);
    expect((await get<TimeToSeenFile>("chart=time-to-seen&ethnicity=WBRI")).file).toMatchObject({status: "ok", unsplit: ["ethnicity"], curves: []});
    expect((await get<StrategyMeetingsFile>("chart=strategy-meetings&need=N1")).file).toMatchObject({unsplit: ["need"], cells: []});
    expect((await get<OutOfHoursFile>("chart=out-of-hours&team=Nobody")).file.weeks.filter((w) => w.dimension === "all")).toEqual([]);
  });

  test("are asked for in known words only, and each look is in the trail", async () => {
    const {get, folder} = await heldTo(null);
    for (const wrong of ["", "chart=measures", "chart=../run", "chart=time-to-seen&colour=red", "chart=time-to-seen&category=x"]) expect([wrong, (await get(wrong)).status]).toEqual([wrong, 400]);
    expect((await get("chart=curves/S7c&team=North")).status).toBe(404);
    await get("chart=time-to-seen&team=North");
    const entries: Entry[] = [];
    for await (const entry of readAudit(join(folder, "audit"))) entries.push(entry);
    expect(entries.at(-1)).toMatchObject({who: "robin", action: "figures", asked: {chart: "time-to-seen", team: "North"}, children: [], outcome: "given"});
  });
});

describe("somebody held to a team", () => {
  test("is given its charts, whatever else they choose, and nothing of another team's", async () => {
    const {get} = await heldTo({dimension: "team", groups: ["North"]});
    const {file, body} = await get<TimeToSeenFile>("chart=time-to-seen&need=N4");
    expect(file.curves.find((c) => c.dimension === "all")!.children).toBe(1);
    expect(body).not.toMatch(/South/);
    expect((await get<StrategyMeetingsFile>("chart=strategy-meetings")).file.cells.find((c) => c.caseStatus === "all")!.meetings).toBe(2);
    expect((await get("chart=time-to-seen&team=South")).status).toBe(403);
    expect((await get("chart=time-to-seen&authority=E06000001")).status).toBe(403);
  });
});
