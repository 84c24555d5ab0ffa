// Figures as a person asks for them: by group, by month, by age, from a real refresh; and what is not recorded.
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {open} from "../../etl/duckdb.ts";
import {silent} from "../../etl/progress.ts";
import {figuresFor} from "../../etl/publish/answer.ts";
import {refresh} from "../../etl/refresh.ts";
import {currentRun, storeAt} from "../../etl/store.ts";
import {casesOf} from "../../etl/transform/cases.ts";
import type {PartManifest} from "../../etl/transform/part.ts";
import type {World} from "./oracle/measures.ts";
import {buildWorld, csvOf, measure, only, told, type Built} from "./world.ts";

const AS_AT = "2024-05-14";
const world: World = {
  child: [
    {child_id: "C1", date_of_birth: "2024-02-29", sex: "F"},
    {child_id: "C2", date_of_birth: "2024-06-30", sex: "F"},
    {child_id: "C3", date_of_birth: "2008-04-02", sex: "M"},
    {child_id: "C4"}
  ],
  contact: ["C1", "C2", "C3", "C3", "C4", "C5"].map((child_id, i) => ({contact_id: `K${i}`, child_id, source: i < 4 ? "6" : "2A", received_at: `2024-04-0${i === 2 ? 1 : 2} 10:00`, screened_at: i === 0 ? "2024-04-03 10:00" : undefined})),
  information_request: [
    {contact_id: "K1", agency: "health.gp", requested_at: "2024-04-02 10:00", due_at: "2024-04-02 12:00", returned_at: "2024-04-02 11:00"},
    {contact_id: "K1", agency: "Health - GP surgery nobody knows", requested_at: "2024-04-02 10:00", due_at: "2024-04-02 12:00"},
    {contact_id: "K1", agency: "health.camhs", requested_at: "2024-04-02 10:00", due_at: "2024-04-02 12:00"},
    {contact_id: "K1", agency: "police", requested_at: "2024-04-02 10:00", due_at: "2024-04-02 12:00", returned_at: "2024-04-02 11:00"}
  ],
  referral: [
    {referral_id: "R0", child_id: "C9", source: "6", referral_date: "2022-12-10"},
    {referral_id: "R1", child_id: "C3", source: "6", referral_date: "2023-12-10"},
    {referral_id: "R2", child_id: "C3", source: "2A", referral_date: "2024-01-15"},
    {referral_id: "R3", child_id: "C1", source: "6", referral_date: "2024-03-04", closed_on: "2024-03-20"}
  ],
  strategy_meeting: [
    // C3 has a referral open since January; C1's closed in March; C4 has none
    {meeting_id: "M1", child_id: "C3", triggered_at: "2024-04-10 09:00", held_at: "2024-04-10 15:00"},
    {meeting_id: "M2", child_id: "C1", triggered_at: "2024-04-10 09:00", held_at: "2024-04-10 15:00"},
    {meeting_id: "M3", child_id: "C4", triggered_at: "2024-04-10 09:00", held_at: "2024-04-10 15:00", case_open: "yes"},
    {meeting_id: "M4", child_id: "C3", triggered_at: "2024-04-10 09:00", held_at: "2024-04-10 15:00", case_open: "no"},
    // held after the referral that it led to: it was triggered before, so the case was new
    {meeting_id: "M5", child_id: "C1", triggered_at: "2024-03-04 09:00", held_at: "2024-03-06 15:00"}
  ],
  meeting_attendance: [{meeting_id: "M1", meeting_type: "strategy", agency: "police", role: "chair", invited: "yes", attended: "video"}]
};

let built: Built;
beforeAll(async () => {
  built = await buildWorld(world, AS_AT);
});
afterAll(() => built?.close());

const counts = async (id: string, by: Parameters<typeof told>[2] & object) => Object.fromEntries((await told(built, id, {all: true, ...by})).map((f) => [f.group, f.denominator ?? f.numerator]));

describe("groups", () => {
  test("ages are bands on the day, an unborn child is unborn, a child without a date of birth is not recorded", async () => {
    // C3 turned sixteen on the second contact's day
    expect(await counts("C1", {by: "age_band"})).toEqual({"under 1": 1, unborn: 1, "10 to 15": 1, "16 and over": 1, "not recorded": 2});
  });

  test("sex comes from the child, and a child without a record is not recorded", async () => {
    expect(await counts("C1", {by: "sex"})).toEqual({F: 2, M: 2, "not recorded": 2});
  });

  test("an agency stands for its services; an unknown one is unmapped, not lost", async () => {
    expect(await counts("I1", {by: "agency"})).toEqual({health: 2, police: 1, unmapped: 1});
    const [police] = (await told(built, "I1", {all: true, by: "agency"})).filter((f) => f.group === "police");
    expect([police!.numerator, police!.denominator, police!.value]).toEqual([1, 1, 100]);
  });

  test("a strategy meeting is on an open case where it says so, else where a referral was open before it was called", async () => {
    const {rows} = await casesOf(built.db, {measure: measure("S1")});
    expect(Object.fromEntries(rows.map((r) => [r.case_id, r.case_status]))).toEqual({M1: "open", M2: "new", M3: "open", M4: "new", M5: "new"});
  });
});

describe("months", () => {
  test("a month counts as complete when it is over and its look-back is covered", async () => {
    const {series} = await only(built, "R1", {from: "2023-11", to: "2024-05"});
    // referrals are held from 10 December 2022, so December 2023 looks back on days that are not
    expect(Object.fromEntries(series.map((p) => [p.period, p.complete]))).toEqual({"2023-11": false, "2023-12": false, "2024-01": true, "2024-02": true, "2024-03": true, "2024-04": true, "2024-05": false});
    expect(series.map((p) => `${p.numerator}/${p.denominator}`)).toEqual(["0/0", "0/1", "1/1", "0/0", "0/1", "0/0", "0/0"]);
    expect(series.map((p) => p.value)).toEqual([null, 0, 100, null, 0, null, null]);
  });

  test("the as-at day may close a month", async () => {
    const atEnd = await buildWorld({contact: world.contact!}, "2024-04-30");
    try {
      const f = await only(atEnd, "C1");
      expect([f.from, f.to, f.numerator]).toEqual(["2023-05", "2024-04", 6]);
      expect(f.series.at(-1)).toEqual({period: "2024-04", numerator: 6, denominator: null, value: 6, complete: true});
    } finally {
      atEnd.close();
    }
  });

  test("rows without a number of their own: contacts alike in child, minute and source are kept apart, exact repeats are one", async () => {
    const plain = {child_id: "C1", received_at: "2024-04-02 10:00", source: "6"};
    const alike = await buildWorld({contact: [{...plain, screened_at: "2024-04-02 11:00"}, {...plain, screened_at: "2024-04-09 11:00"}, {...plain, screened_at: "2024-04-09 11:00"}, {...plain, child_id: "C2"}]}, AS_AT);
    try {
      expect((await only(alike, "C1", {all: true})).numerator).toBe(3);
      const {numerator, denominator} = await only(alike, "C2", {all: true});
      expect([numerator, denominator]).toEqual([1, 3]);
    } finally {
      alike.close();
    }
  });

  test("where nothing is open a snapshot is nought, not missing", async () => {
    const closed = await buildWorld({referral: [{referral_id: "R1", child_id: "C1", source: "6", referral_date: "2023-05-02", closed_on: "2023-05-03"}], visit: [{child_id: "C1", visited_on: "2023-05-02", type: "cin", child_seen: "yes"}]}, AS_AT);
    try {
      for (const asked of [{}, {all: true}, {from: "2024-01", to: "2024-02"}]) {
        const f = await only(closed, "A5", asked);
        expect([f.status, f.numerator, f.denominator, f.value]).toEqual(["ok", 0, 0, 0]);
      }
    } finally {
      closed.close();
    }
  });
});

describe("a refresh from exports", () => {
  const home = mkdtempSync(path.join(tmpdir(), "frontdoor-refresh-"));
  afterAll(() => rmSync(home, {recursive: true, force: true}));

  test("gives the same figures as the part, an empty export is told of, and what it would hold is not recorded", async () => {
    const exportsDir = path.join(home, "exports");
    mkdirSync(exportsDir);
    for (const [set, rows] of Object.entries(world)) writeFileSync(path.join(exportsDir, `${set}_2024-05-15.csv`), csvOf(rows));
    writeFileSync(path.join(exportsDir, "cin_plan_2024-05-15.csv"), "child_id,started_on,ended_on\r\n");
    const data = fileURLToPath(new URL("../../data/", import.meta.url));
    const report = await refresh({exportsDir, store: path.join(home, "store"), data, asAt: AS_AT, threads: 1, progress: silent});
    expect(report.asAt).toBe(AS_AT);
    expect(report.files.find((f) => f.file.startsWith("cin_plan"))!.warnings.map((w) => w.code)).toContain("no-rows");
    expect(Object.keys(report.notRecorded)).toContain("N3");

    const store = storeAt(path.join(home, "store"));
    const [part] = currentRun(store).parts;
    const opened = await open(path.join(store.home, part!.file), {access_mode: "READ_ONLY"});
    try {
      const manifest = JSON.parse(readFileSync(path.join(path.dirname(path.join(store.home, part!.file)), "part.json"), "utf8")) as PartManifest;
      for (const id of ["C1", "C2", "I1", "R1", "R2", "S1", "S2a", "N3"]) {
        for (const asked of [{}, {all: true}]) {
          expect(await figuresFor(opened.db, measure(id), manifest, asked)).toEqual(await told(built, id, asked));
        }
      }
    } finally {
      opened.close();
    }
  });
});
