// What the page of findings may say: a state only from measures that have data, a direction only beyond chance, a gap with what would close it.
import {fileURLToPath} from "node:url";
import {describe, expect, test} from "vitest";
import {openScratch} from "../../etl/duckdb.ts";
import {readContracts} from "../../etl/load/contract.ts";
import {answersOf, findingsOf, type FindingInputs} from "../../etl/publish/findings.ts";
import type {MeasureDefinition, MeasureFile, SeriesPoint} from "../../etl/publish/published.ts";
import {addMonths, monthsBetween} from "../../etl/transform/cases.ts";
import {readMeasures} from "../../etl/transform/measures.ts";
import {readReference} from "../../etl/transform/reference.ts";

const reference = readReference(fileURLToPath(new URL("../../data/reference/", import.meta.url)));
const contracts = await readContracts();
const measures = readMeasures();
const AS_AT = "2024-03-31";

const finding = (over: Partial<(typeof reference.findings)[number]>) => ({inspection: "2019-jtai", id: "F-A5", group: "front_door", polarity: "area", finding: "Some delays in children being seen", inspectionWording: "…", class: "R", measures: ["A4", "A5"], focus: null, note: null, date: "2019-11-21", ...over}) as (typeof reference.findings)[number];

const definition = (id: string, over: Partial<MeasureDefinition> = {}): MeasureDefinition => {
  const m = measures.find((x) => x.id === id)!;
  return {id, family: m.family, title: m.title, question: m.question, numerator: m.numerator, denominator: m.denominator, kind: m.kind, good: m.good, unit: m.unit, counts: m.counts, category: null, completedVariant: false, rate: null, limit: null, target: null, comparators: [], sources: [], findings: [], requires: m.requires, breakdowns: m.breakdowns, lookBackMonths: 0, sql: "", status: "ok", missing: [], ...over};
};

/** Months from March 2022: numerator of a hundred each. */
const series = (value: (month: number) => number): SeriesPoint[] => monthsBetween("2022-03", "2024-03").map((period, i) => ({period, numerator: value(i), denominator: 100, value: value(i), complete: true}));
const file = (id: string, points: SeriesPoint[], over: Partial<MeasureFile> = {}): MeasureFile => {
  const year = points.filter((p) => p.period > addMonths("2024-03", -12));
  const [n, d] = (["numerator", "denominator"] as const).map((k) => year.reduce((sum, p) => sum + (p[k] ?? 0), 0)) as [number, number];
  return {disclosure: "internal", run: "r", id, status: "ok", missing: [], series: points, limits: null, figures: [{period: "last-12", numerator: n, denominator: d, value: d ? (100 * n) / d : null}], commentary: [], groups: [], ...over};
};

async function told(findings: (typeof reference.findings)[number][], definitions: MeasureDefinition[], files: MeasureFile[], actions = "") {
  const {db, close} = await openScratch();
  try {
    await db.run(`create schema records; create schema reference; create macro as_at() as date '${AS_AT}';
      create table records.improvement_action (finding varchar, status varchar, due_on date, withdrawn boolean);
      create table reference.action_status (code varchar, label varchar, is_open boolean);
      insert into reference.action_status values ('complete', 'Complete', false), ('in_progress', 'In progress', true); ${actions}`);
    const part = {asAt: AS_AT, covered: {referral: "2022-03-01"}} as unknown as FindingInputs["part"];
    const inputs: FindingInputs = {part, measures, reference: {...reference, findings}, contracts, definitions, files: new Map(files.map((f) => [f.id, f]))};
    return {...(await findingsOf(db, inputs)), answers: answersOf(inputs)};
  } finally {
    close();
  }
}

const limits = (variation: "concern" | "improvement" | "common"): MeasureFile["limits"] => ({points: [], variation, assurance: null, trial: false});
const A4a = definition("A4a");
const missing = {status: "not recorded" as const, missing: ["assessment.child_seen_on or visit.visited_on"]};

describe("a finding's state", () => {
  test("is worse where the first and the last twelve months are apart in the bad direction beyond chance", async () => {
    const {findings} = await told([finding({})], [A4a], [file("A4a", series((i) => (i < 12 ? 80 : 60)))]);
    expect(findings[0]).toMatchObject({state: "worse", measures: [{direction: "worse", now: {value: 60}, since: {from: "2022-03", to: "2023-02", value: 80}}]});
  });
  test("is steady where chance explains the difference", async () => {
    const {findings} = await told([finding({})], [A4a], [file("A4a", series((i) => (i < 12 ? 80 : 79)))]);
    expect(findings[0]).toMatchObject({state: "steady", measures: [{direction: "no clear change"}]});
  });
  test("is too early to tell where there are no limits and no two years to compare", async () => {
    const few = file("A4a", series((i) => (i < 35 ? 0 : 60)).slice(-1), {limits: {points: [], variation: null, assurance: null, trial: true}});
    expect((await told([finding({})], [A4a], [few])).findings[0]!.state).toBe("too early");
  });
  test("is mixed where one measure signals concern and another improvement, and better where one only improves", async () => {
    const files = (of: "concern" | "common") => [file("A4a", series(() => 80), {limits: limits("improvement")}), file("A5", series(() => 5), {limits: limits(of)})];
    expect((await told([finding({})], [A4a, definition("A5")], files("concern"))).findings[0]!.state).toBe("mixed");
    expect((await told([finding({})], [A4a, definition("A5")], files("common"))).findings[0]!.state).toBe("better");
  });
  test("is not recorded without data, needs an audit where only that could tell, and is not measurable where nothing is defined", async () => {
    const none = file("A4a", [], {status: "not recorded", figures: []});
    expect((await told([finding({})], [{...A4a, ...missing}], [none])).findings[0]!.state).toBe("not recorded");
    expect((await told([finding({class: "A"})], [{...A4a, ...missing}], [none])).findings[0]!.state).toBe("needs audit");
    expect((await told([finding({measures: []})], [A4a], [file("A4a", series(() => 80))])).findings[0]!.state).toBe("not measurable");
  });
  test("has no direction from fewer than 24 months", async () => {
    const short = series(() => 80).slice(2);
    expect((await told([finding({})], [A4a], [file("A4a", short)])).findings[0]!.measures[0]).toMatchObject({since: null, direction: null});
  });
});

test("spread names the lowest and the highest team of twenty cases or more, and how many lie outside the funnel", async () => {
  const group = (label: string, n: number, d: number) => ({dimension: "team", group: label, label, series: [], figures: [{period: "last-12", numerator: n, denominator: d, value: (100 * n) / d}]});
  const {findings} = await told([finding({})], [A4a], [file("A4a", series(() => 80), {groups: [group("North", 80, 100), group("South", 30, 100), group("East", 79, 100), group("Tiny", 1, 19)]})]);
  expect(findings[0]!.spread).toEqual([{measure: "A4a", dimension: "team", groups: 3, outside: 3, low: {label: "South", value: 30}, high: {label: "North", value: 80}}]);
});

test("improvement actions stand beside their finding, the overdue counted", async () => {
  const rows = "insert into records.improvement_action values ('F-A5', 'in_progress', date '2024-02-01', false), ('F-A5', 'in_progress', date '2024-06-01', false), ('F-A5', 'complete', date '2024-01-01', false), ('F-A4', 'complete', null, false), ('F-A5', 'in_progress', date '2024-01-01', true);";
  const {findings} = await told([finding({})], [A4a], [file("A4a", series(() => 80))], rows);
  expect(findings[0]!.actions).toEqual([{status: "Complete", due: "2024-01-01", actions: 1, overdue: 0}, {status: "In progress", due: "2024-02-01", actions: 2, overdue: 1}]);
});

test("the exports that would answer most come first, each with what it unlocks alone and the workbook to fill in", async () => {
  const lacking = (id: string, ...fields: string[]) => definition(id, {status: "not recorded", missing: fields});
  const all = [finding({id: "F-A5", measures: ["A4", "A5"]}), finding({id: "D-A7", measures: ["N3"]}), finding({id: "M-8", measures: ["N3", "S1"]})];
  const {answers} = await told(all, [A4a, lacking("N3", "cin_meeting.held_on"), lacking("S1", "strategy_meeting.held_at", "meeting_attendance.attended")], ["A4a", "N3", "S1"].map((id) => file(id, [])));
  expect(answers.measures).toEqual({answered: 1, of: 3});
  expect(answers.findings.map((f) => [f.id, f.answered])).toEqual([["F-A5", "wholly"], ["D-A7", "not yet"], ["M-8", "not yet"]]);
  expect(answers.exports.map((e) => [e.recordSet, e.fields, e.template, e.unlocks, e.helps, e.findings])).toEqual([
    ["cin_meeting", ["held_on"], "cin-meeting-log", ["N3"], [], ["D-A7", "M-8"]],
    ["meeting_attendance", ["attended"], "strategy-attendance-log", [], ["S1"], []],
    ["strategy_meeting", ["held_at"], null, [], ["S1"], []]
  ]);
});
