// Lists that are no measure's: only known ids become SQL, and each has the words and the rows that its count stands on.
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {COHORT_DIMENSIONS, cohortFunnel, flows, FUNNEL_STEPS, readContacts, readMoves} from "../../etl/transform/cohort.ts";
import {meetingCells} from "../../etl/publish/strategy-meetings.ts";
import {casesOf} from "../../etl/transform/cases.ts";
import {dueCounts, STEPS} from "../../etl/transform/early-warning.ts";
import {listRows} from "../../etl/transform/lists.ts";
import {contactSteps, dueSteps, dueWithin, listNamed} from "../../src/components/lists.ts";
import type {World} from "../measures/oracle/measures.ts";
import {buildWorld, type Built} from "../measures/world.ts";

test("nothing but a known id becomes a statement", () => {
  for (const id of ["", "R1", "contacts", "contacts.", "contacts.constructor", "contacts.toString.recent", "contacts.referral.soon", "contacts.all.recent", "contacts.referral.recent.x", "moves.closed", "moves.closed.closed", "moves.closed.__proto__", "moves.cp_plan.closed'--", "due.all", "due.valueOf", "overdue.cin_visit.x", "late.cin_visit", "meetings.health", "meetings.health.constructor", "meetings.health'--.invited", "meetings.Health.invited", "meetings..invited", "meetings.health.invited.x"]) {
    expect([id, listNamed(id), listRows(id)]).toEqual([id, null, null]);
  }
});

test("the words for steps are those that are counted", () => {
  expect(Object.keys(contactSteps)).toEqual([...FUNNEL_STEPS]);
  expect(Object.keys(dueSteps)).toEqual(Object.keys(STEPS));
});

describe("the rows of a list are as many as its count says", () => {
  const AS_AT = "2024-05-14";
  const world: World = {
    child: ["C1", "C2", "C3", "C4"].map((child_id, i) => ({child_id, date_of_birth: `20${10 + i}-03-01`, sex: i % 2 ? "F" : "M"})),
    contact: [["K1", "C1", "2024-01-03 10:00"], ["K2", "C2", "2024-01-20 10:00"], ["K3", "C3", "2024-05-10 10:00"], ["K4", "C1", "2024-05-13 10:00"]].map(([contact_id, child_id, received_at]) => ({contact_id: contact_id!, child_id: child_id!, received_at: received_at!, source: "6"})),
    referral: [["R1", "C1", "2024-01-04"], ["R2", "C2", "2024-01-22", "2024-04-01"], ["R4", "C4", "2024-03-01"]].map(([referral_id, child_id, referral_date, closed_on]) => ({referral_id: referral_id!, child_id: child_id!, referral_date: referral_date!, source: "6", primary_need: "N4", closed_on})),
    assessment: [{assessment_id: "A1", referral_id: "R1", child_id: "C1", started_on: "2024-01-05", authorised_on: "2024-02-01"}],
    cin_plan: [{child_id: "C1", started_on: "2024-02-02"}, {child_id: "C2", started_on: "2024-02-10", ended_on: "2024-04-01"}],
    visit: [{child_id: "C1", visited_on: "2024-04-20", type: "cin", child_seen: "yes"}]
  };
  let built: Built;
  beforeAll(async () => {
    built = await buildWorld(world, AS_AT, {measures: []});
  });
  afterAll(() => built?.close());
  const listed = async (id: string, span: {from?: string; to?: string} = {}, filters = {}) => casesOf(built.db, {measure: {id, kind: "count", good: "neutral", counts: "case", unit: "cases"}, rows: listRows(id)!, ...span, filters});

  test("how far contacts came, by month and by group", async () => {
    const told = cohortFunnel(await readContacts(built.db));
    expect(told.some((c) => c.dimension === "all" && c.steps.assessment.reached > 0)).toBe(true);
    for (const {month, dimension, group, contacts, steps} of told) {
      const filters = dimension === "all" ? {} : {[dimension === "disability" ? "category" : dimension]: group};
      const span = {from: month, to: month};
      expect([month, dimension, group, (await listed("contacts.all", span, filters)).total]).toEqual([month, dimension, group, contacts]);
      for (const step of dimension === "all" ? FUNNEL_STEPS : (["assessment"] as const)) expect([step, (await listed(`contacts.${step}`, span, filters)).total, (await listed(`contacts.${step}.recent`, span, filters)).total]).toEqual([step, steps[step].reached, steps[step].tooRecent]);
    }
    expect(new Set(told.map((c) => c.dimension)).size).toBe(COHORT_DIMENSIONS.length + 1);
  });

  test("moves between case statuses", async () => {
    const told = flows(await readMoves(built.db)).filter((f) => f.dimension === "all");
    expect(told.length).toBeGreaterThan(2);
    for (const {month, from, to, moves} of told) expect([from, to, (await listed(`moves.${from}.${to}`, {from: month, to: month})).total]).toEqual([from, to, moves]);
    expect((await listed("moves.all")).total).toBe(told.reduce((n, f) => n + f.moves, 0));
    expect((await listed("moves.all")).rows.map((row) => row.reason)).toContainEqual(expect.stringMatching(/^from child.in.need plan to closed$/));
  });

  test("strategy meetings by what became of an agency, attendance without an invitation included", async () => {
    const meeting = (meeting_id: string, child_id: string, held_at: string) => ({meeting_id, child_id, held_at, meeting_type: "strategy"});
    const there = (meeting_id: string, agency: string, invited: string | null, attended: string | null) => ({meeting_id, meeting_type: "strategy", agency, invited, attended});
    const own = await buildWorld({
      ...world,
      strategy_meeting: [["M1", "C1", "2024-02-01 10:00"], ["M2", "C2", "2024-02-02 10:00"], ["M3", "C3", "2024-03-05 10:00"], ["M4", "C1", "2024-03-06 10:00"]].map(([id, child, at]) => meeting(id!, child!, at!)),
      meeting_attendance: [there("M1", "health", "yes", "in_person"), there("M2", "health", "yes", "absent"), there("M3", "health", "no", "in_person"), there("M1", "police", "yes", "apologies")]
    } as World, AS_AT, {measures: []});
    try {
      const of = async (id: string) => (await casesOf(own.db, {measure: {id, kind: "count", good: "neutral", counts: "case", unit: "meetings"}, rows: listRows(id)!, filters: {}})).rows.map((r) => r.case_id).sort();
      expect([await of("meetings.health.invited"), await of("meetings.health.attended"), await of("meetings.health.came"), await of("meetings.health.absent"), await of("meetings.health.uninvited")]).toEqual([["M1", "M2"], ["M1", "M3"], ["M1"], ["M2"], ["M3", "M4"]]);
      const cells = await meetingCells(own.db, AS_AT);
      for (const agency of ["health", "police", "social_care"]) {
        const whole = cells.filter((c) => c.agency === agency && c.caseStatus === "all");
        const sum = (count: (c: (typeof cells)[number]) => number) => whole.reduce((n, c) => n + count(c), 0);
        expect([agency, (await of(`meetings.${agency}.came`)).length, (await of(`meetings.${agency}.absent`)).length, (await of(`meetings.${agency}.uninvited`)).length]).toEqual([agency, sum((c) => c.came!), sum((c) => c.invited - c.came!), sum((c) => c.meetings - c.invited)]);
      }
    } finally {
      own.close();
    }
  });

  test("limits that fall due soon and those that have passed, by team", async () => {
    const {due} = await dueCounts(built.db, {within: dueWithin, overdue: true});
    expect(due.some((d) => d.due_on === null)).toBe(true);
    for (const step of Object.keys(STEPS)) {
      const count = (overdue: boolean) => due.filter((d) => d.step === step && (d.due_on === null) === overdue).reduce((n, d) => n + d.cases, 0);
      const span = {from: AS_AT.slice(0, 7), to: AS_AT.slice(0, 7)};
      expect([step, (await listed(`due.${step}`, span)).total, (await listed(`overdue.${step}`, span)).total]).toEqual([step, count(false), count(true)]);
    }
  });
});
