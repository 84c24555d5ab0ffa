// From when records are held in full: old cases that are still open are no beginning, so that nobody takes the months of them for a trend.
import {expect, test} from "vitest";
import {isComplete} from "../../etl/publish/figures.ts";
import type {Row} from "../measures/oracle/measures.ts";
import {only, withWorld} from "../measures/world.ts";

const AS_AT = "2024-03-31";
const month = (i: number) => `${2022 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")}`;
let n = 0;
const referrals = (on: string, many: number, rest: Row = {}): Row[] => Array.from({length: many}, () => ({referral_id: `R${++n}`, child_id: `C${n}`, referral_date: on, source: "6", ...rest}));
/** A full export since October 2022: sixteen referrals a month, all closed within a month. */
const full = (): Row[] => Array.from({length: 18}, (_, i) => referrals(`${month(i + 9)}-10`, 16, {closed_on: `${month(i + 9)}-28`})).flat();
const complete = async (rows: Row[]) => withWorld({referral: rows}, AS_AT, async (built) => (await only(built, "R3", {from: "2022-01", to: "2024-03"})).series.filter((p) => p.complete).map((p) => p.period)[0]);

test("an export that holds everything begins with its first record's month", async () => {
  expect(await withWorld({referral: full()}, AS_AT, async (b) => b.part.covered.referral)).toBe("2022-10-10");
});

test("older cases that are still open do not bring the beginning forward", async () => {
  const old = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((i) => referrals(`${month(i)}-10`, 1 + i));
  expect(await withWorld({referral: [...old, ...full()]}, AS_AT, async (b) => b.part.covered.referral)).toBe("2022-10-01");
});

test("nor do they where a month of them is nearly as full as usual: no record ended before the export begins", async () => {
  const old = [6, 7, 8].flatMap((i) => referrals(`${month(i)}-10`, 14, {closed_on: "2023-02-01"}));
  expect(await withWorld({referral: [...old, ...full()]}, AS_AT, async (b) => b.part.covered.referral)).toBe("2022-10-01");
});

test("a set with few rows a month begins with its first", async () => {
  expect(await withWorld({referral: referrals("2022-03-05", 2)}, AS_AT, async (b) => b.part.covered.referral)).toBe("2022-03-05");
});

test("months before the beginning count and are not complete", async () => {
  expect(await complete([...referrals("2022-05-10", 3), ...full()])).toBe("2022-10");
});

test("a month is complete only when every record set that a measure needs is held in full: before a log begins, what is not in it says nothing", () => {
  const judged = {requires: ["referral.referral_date", "assessment.child_seen_on | visit.visited_on"], look_back_months: 0};
  const covered = {referral: "2022-04-01", assessment: "2023-01-01", visit: "2022-09-05"};
  const first = (part: {covered: Record<string, string>; sparse: string[]}) => ["2022-03", "2022-04", "2022-08", "2022-09", "2023-01"].find((m) => isComplete(judged, m, {asAt: AS_AT, ...part}));
  expect(first({covered, sparse: []})).toBe("2022-09"); // visits would do, and reach further back than assessments
  expect(first({covered: {referral: "2022-04-01", assessment: "2023-01-01"}, sparse: []})).toBe("2023-01");
  // a set of a few rows a year tells nothing by where its first one stands
  expect(first({covered, sparse: ["visit"]})).toBe("2022-04");
  // what has no date of its own has no beginning
  expect(first({covered: {referral: "2022-04-01"}, sparse: []})).toBe("2022-04");
});

test("a set with a few rows a month is told to be sparse, a full one is not", async () => {
  expect(await withWorld({referral: full(), escalation: [{escalation_id: "E1", child_id: "C1", raised_at: "2023-05-01 10:00:00", stage: "1", raised_by: "health"}]}, AS_AT, async (b) => [b.part.sparse!.includes("referral"), b.part.sparse!.includes("escalation")])).toEqual([false, true]);
});
