// The files that single pages read: added up to periods rightly, from the same cases as the measures, and with no id in them.
import {fileURLToPath} from "node:url";
import {describe, expect, test} from "vitest";
import type {Db} from "../../etl/duckdb.ts";
import {agencyReturns} from "../../etl/publish/agency-returns.ts";
import {auditGrades, GRADES_OF} from "../../etl/publish/audit-grades.ts";
import {cohort} from "../../etl/publish/cohort.ts";
import {curves, CURVES_OF} from "../../etl/publish/curves.ts";
import {dueSoon} from "../../etl/publish/due-soon.ts";
import {outOfHours} from "../../etl/publish/out-of-hours.ts";
import type {MeasureDefinition, MeasureFile, Period} from "../../etl/publish/published.ts";
import {headlinesOf, topicOf, TOPICS} from "../../etl/publish/topics.ts";
import {readMeasure} from "../../etl/transform/columns.ts";
import {readMeasures} from "../../etl/transform/measures.ts";
import {readReference} from "../../etl/transform/reference.ts";
import {childrenInNeedTopic} from "../../src/components/children-in-need.js";
import {contactTopic} from "../../src/components/contacts.js";
import {sharingTopic} from "../../src/components/information-sharing.js";
import {outOfHoursTopic} from "../../src/components/out-of-hours.js";
import {qualityTopic} from "../../src/components/practice-quality.js";
import {repeatTopic} from "../../src/components/repeat-referrals.js";
import {strategyTopic} from "../../src/components/strategy-meetings.js";
import {seenTopic} from "../../src/components/time-to-seen.js";
import type {World} from "../measures/oracle/measures.ts";
import {withWorld} from "../measures/world.ts";

const reference = readReference(fileURLToPath(new URL("../../data/reference/", import.meta.url)));
const measures = readMeasures();
const AS_AT = "2024-03-31";
const PERIODS: Period[] = [{key: "last-3", label: "", from: "2024-01", to: "2024-03"}, {key: "previous-3", label: "", from: "2023-10", to: "2023-12"}];

const casesOf = (db: Db, id: string) => readMeasure(db, measures.find((m) => m.id === id)!);
const casesOfAll = async (db: Db, ids: readonly string[]) => new Map(await Promise.all(ids.map(async (id) => [id, await casesOf(db, id)] as const)));

const night = (n: number, received_at: string, more = {}) => ({contact_id: `N${n}`, child_id: `C${n}`, received_at, priority: "urgent", ...more});

describe("out-of-hours.json", () => {
  test("counts each contact in its hour of the week and its period, whole and by priority", async () => {
    const world: World = {out_of_hours_contact: [night(1, "2024-03-29 22:30"), night(2, "2024-03-22 22:59"), night(3, "2024-03-25 00:00", {priority: "standard"}), night(4, "2023-12-31 23:10")]};
    await withWorld(world, AS_AT, async ({db, part}) => {
      const file = outOfHours(await casesOf(db, "E1"), {part, reference}, PERIODS);
      const of = (period: string, dimension: string, group = "") => file.weeks.find((w) => w.period === period && w.dimension === dimension && w.group === group)!.counts.flatMap((n, hour) => (n ? [[hour, n]] : []));
      expect(of("last-3", "all")).toEqual([[0, 1], [4 * 24 + 22, 2]]);
      expect(of("previous-3", "all")).toEqual([[6 * 24 + 23, 1]]);
      expect(of("last-3", "category", "standard")).toEqual([[0, 1]]);
      expect(file.weeks.every((w) => w.counts.length === 168)).toBe(true);
      expect(JSON.stringify(file)).not.toMatch(/"[NC]\d"/);
    });
  });
  test("says what is missing where no out-of-hours export was loaded", async () => {
    await withWorld({referral: [{referral_id: "R1", child_id: "C1", referral_date: "2024-01-02", source: "6"}]}, AS_AT, async ({part}) => {
      const file = outOfHours(undefined, {part, reference}, PERIODS);
      expect(file).toMatchObject({status: "not recorded", weeks: []});
      expect(file.missing.length).toBeGreaterThan(0);
    });
  });
});

describe("audit-grades.json", () => {
  test("counts grades by domain, the moderated one where there is one, random and targeted apart", async () => {
    const audit = (audit_id: string, domain: string, grade: string, more = {}) => ({audit_id, child_id: "C1", audited_on: "2024-02-05", selection: "random", domain, grade, ...more});
    const world: World = {audit: [audit("A1", "overall", "3"), audit("A1", "voice", "1"), audit("A2", "voice", "3", {moderated_grade: "2"}), audit("A3", "voice", "4", {selection: "targeted"})]};
    await withWorld(world, AS_AT, async ({db, part}) => {
      const {cells} = auditGrades(await casesOfAll(db, GRADES_OF), {part, reference}, PERIODS);
      const of = (selection: string, domain: string) => cells.find((c) => c.period === "last-3" && c.selection === selection && c.domain === domain)?.grades;
      expect(of("random", "overall")).toEqual([0, 0, 1, 0]);
      expect(of("random", "voice")).toEqual([1, 1, 0, 0]);
      expect(of("targeted", "voice")).toEqual([0, 0, 0, 1]);
      expect(cells.find((c) => c.domain === "voice")!.label).toBe("Voice and lived experience");
    });
  });
});

describe("cohort.json", () => {
  test("adds the months of a period up and keeps what is too recent apart", async () => {
    const contact = (n: number, received_at: string, more = {}) => ({contact_id: `K${n}`, child_id: `C${n}`, received_at, source: "6", ...more});
    const world: World = {
      contact: [contact(1, "2024-01-08 10:00"), contact(2, "2024-02-08 10:00"), contact(3, "2024-03-29 10:00"), contact(4, "2023-11-01 10:00")],
      referral: [{referral_id: "R1", child_id: "C1", referral_date: "2024-01-09", source: "6", closed_on: "2024-02-01"}]
    };
    await withWorld(world, AS_AT, async ({db, part}) => {
      const file = await cohort(db, {part, reference, settings: {labels: {teams: {}, words: {}}}}, PERIODS);
      const last = file.funnel.find((c) => c.period === "last-3" && c.dimension === "all")!;
      expect(last).toMatchObject({contacts: 3});
      expect(last.steps[0]).toEqual([1, 1]);
      expect(file.months.map((m) => [m.group, m.contacts])).toEqual([["2023-11", 1], ["2024-01", 1], ["2024-02", 1], ["2024-03", 1]]);
      expect(file.flows.filter((f) => f.period === "last-3" && f.dimension === "all").map((f) => [f.from, f.to, f.moves])).toEqual(expect.arrayContaining([["closed", "open_assessment", 1], ["open_assessment", "closed", 1]]));
      expect(JSON.stringify(file)).not.toMatch(/"[KCR]\d"/);
    });
  });
});

describe("due-soon.json", () => {
  test("counts by step and team, what is overdue apart, and says which steps cannot be told", async () => {
    const world: World = {
      referral: [{referral_id: "R1", child_id: "C1", referral_date: "2024-03-27", source: "6", team: "North"}, {referral_id: "R2", child_id: "C2", referral_date: "2024-02-01", source: "6"}],
      assessment: [{assessment_id: "S1", child_id: "C9", started_on: "2024-03-01", child_seen_on: "2024-03-02"}], visit: [{child_id: "C9", visited_on: "2024-03-02", type: "cin", child_seen: "yes"}]
    };
    await withWorld(world, AS_AT, async ({db, part}) => {
      const file = await dueSoon(db, {part, settings: {labels: {teams: {}, words: {"child seen": "child met"}}}});
      expect(file.cells.filter((c) => c.step === "child_seen").toSorted((a, b) => (a.team < b.team ? -1 : 1))).toEqual([{step: "child_seen", team: "North", due: 1, overdue: 0}, {step: "child_seen", team: "not recorded", due: 0, overdue: 1}]);
      expect(file.steps.find((s) => s.step === "supervision")).toMatchObject({status: "not recorded"});
    });
  });
});

describe("curves/R5.json", () => {
  test("follows closed cases for six months and says in which week they came back", async () => {
    const referral = (n: number, child: string, referral_date: string, closed_on?: string) => ({referral_id: `R${n}`, child_id: child, referral_date, source: "6", ...(closed_on ? {closed_on, closure_reason: "RC8"} : {})});
    // all four closures become countable, six months on, in January 2024
    const world: World = {referral: [referral(1, "C1", "2023-06-01", "2023-07-10"), referral(2, "C1", "2023-07-20"), referral(3, "C2", "2023-06-01", "2023-07-10"), referral(4, "C2", "2023-10-20"), referral(5, "C3", "2023-06-01", "2023-07-10"), referral(6, "C4", "2023-06-01", "2023-07-11")]};
    await withWorld(world, AS_AT, async ({db, part}) => {
      const file = curves(await casesOfAll(db, CURVES_OF), {part, reference, measures}, PERIODS).find((f) => f.id === "R5")!;
      const whole = file.curves.find((c) => c.period === "last-3" && c.dimension === "all")!;
      expect(whole).toMatchObject({children: 4, notYetSeen: 2});
      expect(whole.steps.filter((s) => s.events).map((s) => [s.time, s.survival])).toEqual([[1, 0.75], [14, 0.5]]);
      expect(file.curves.find((c) => c.dimension === "category")!.label).toContain("no further action");
    });
  });
});

describe("agency-returns.json", () => {
  test("cuts the requests of I1 into in time, late and never, which add up", async () => {
    const request = (n: number, agency: string, returned_at = "") => ({contact_id: `K${n}`, agency, requested_at: "2024-02-05 09:00", due_at: "2024-02-05 13:00", returned_at});
    const world: World = {information_request: [request(1, "police", "2024-02-05 12:00"), request(2, "police", "2024-02-06 12:00"), request(3, "police"), request(4, "health.gp", "2024-02-05 10:00")]};
    await withWorld(world, AS_AT, async ({db, part}) => {
      const figures = (numerator: number, denominator: number) => [{period: "last-3", numerator, denominator, value: (100 * numerator) / denominator}];
      const file = {groups: [{dimension: "agency", group: "police", label: "Police", series: [], figures: figures(1, 3)}, {dimension: "agency", group: "health", label: "Health", series: [], figures: figures(1, 1)}]} as unknown as MeasureFile;
      const {agencies} = agencyReturns(await casesOf(db, "I1"), {part}, file, PERIODS);
      expect(agencies.map(({agency, asked, inTime, late, never}) => [agency, asked, inTime, late, never])).toEqual([["police", 3, 1, 1, 1], ["health", 1, 1, 0, 0]]);
    });
  });
});

describe("topics", () => {
  test("hold exactly the measures that their pages draw, all of which exist", () => {
    expect(TOPICS).toEqual({contacts: contactTopic, "out-of-hours": outOfHoursTopic, "time-to-seen": seenTopic, "strategy-meetings": strategyTopic, "repeat-referrals": repeatTopic, "children-in-need": childrenInNeedTopic, "information-sharing": sharingTopic, "practice-quality": qualityTopic});
    for (const {measures: ids, drawn, panels} of Object.values(TOPICS)) {
      for (const id of ids) expect([id, measures.some((m) => m.id === id)]).toEqual([id, true]);
      for (const [id, dimensions] of Object.entries(drawn)) expect([id, ids.includes(id), dimensions.filter((d) => !measures.find((m) => m.id === id)!.breakdowns.includes(d as never))]).toEqual([id, true, []]);
      for (const [id, dimension] of Object.entries(panels)) expect([id, drawn[id]?.includes(dimension)]).toEqual([id, true]);
    }
  });
  test("of the board report hold the headlines in their order, with teams and localities alone", () => {
    const groups = ["team", "source", "locality"].map((dimension) => ({dimension, group: "x", label: "X", series: [], figures: []}));
    const file = (id: string) => ({id, groups}) as unknown as MeasureFile;
    const {measures: kept} = headlinesOf(["C2", "A1", "Z9"], ["A1", "C2", "E1"].map((id) => ({id}) as MeasureDefinition), new Map(["A1", "C2", "E1"].map((id) => [id, file(id)])));
    expect(kept.map(({definition, file: of}) => [definition.id, of.groups.map((g) => g.dimension)])).toEqual([["C2", ["team", "locality"]], ["A1", ["team", "locality"]]]);
  });
  test("keep the groups that their pages draw, with the series of those drawn month by month", () => {
    const point = {period: "2024-01", numerator: 1, denominator: 2, value: 50, complete: true};
    const group = (dimension: string) => ({dimension, group: "x", label: "X", series: [point], figures: []});
    const file = (id: string) => ({id, groups: ["team", "category", "ethnicity"].map(group)}) as unknown as MeasureFile;
    const {measures: kept} = topicOf("out-of-hours", ["E1", "E3"].map((id) => ({id}) as MeasureDefinition), new Map(["E1", "E3"].map((id) => [id, file(id)])), []);
    expect(kept.map((m) => m.file.groups.map((g) => [g.dimension, g.series.length]))).toEqual([[], [["team", 1], ["category", 0]]]);
  });
});
