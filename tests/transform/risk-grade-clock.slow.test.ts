// Whether a graded contact is decided in time on each clock that the settings can choose: elapsed hours, the MASH's working hours, working days.
import {describe, expect, test} from "vitest";
import {clockOf} from "../../etl/publish/clock.ts";
import {fileURLToPath} from "node:url";
import {DEFAULT_CLOCKS, readSettings, type Clocks} from "../../etl/settings.ts";
import {rowsOf} from "../../etl/duckdb.ts";
import {partHash} from "../../etl/transform/part.ts";
import {readReference} from "../../etl/transform/reference.ts";
import type {Row} from "../measures/oracle/measures.ts";
import {buildWorld, measure} from "../measures/world.ts";

const DATA = fileURLToPath(new URL("../../data/reference/", import.meta.url));
const reference = readReference(DATA);
const all = (runs: "elapsed_hours" | "working_hours"): Clocks => ({risk_grade: {red: runs, amber: runs, green: runs}});

// The MASH works 9 to 5 on working days. 1 March 2024 is a Friday; the clocks go forward on Sunday 31 March, between Good Friday and Easter Monday.
const contact = (id: string, rag_initial: string, received_at: string, decision_at: string): Row => ({contact_id: id, child_id: `C${id}`, received_at, screened_at: decision_at, decision_at, rag_initial, source: "6", outcome: "nfa"});
const CONTACTS = [
  contact("red-over-weekend", "red", "2024-03-01 16:00", "2024-03-04 11:30"), // 67.5 hours, 3.5 of them worked
  contact("red-clock-change", "red", "2024-03-30 23:00", "2024-03-31 04:00"), // 5 on the dial, 4 hours passed, none worked
  contact("red-4h-worked", "red", "2024-03-01 16:00", "2024-03-04 12:01"), // 4 hours and a minute worked
  contact("amber-next-day", "amber", "2024-03-01 16:00", "2024-03-04 15:30"), // next working day; 71.5 hours, 7.5 worked
  contact("amber-25h", "amber", "2024-03-05 09:00", "2024-03-06 10:00"), // next working day; 25 hours, 9 worked
  contact("amber-two-days", "amber", "2024-03-05 16:00", "2024-03-07 09:30"), // two working days; 41.5 hours, 9.5 worked
  contact("green-79h", "green", "2024-03-04 09:00", "2024-03-07 16:00"), // three working days; 79 hours, 31 worked
  contact("green-over-easter", "green", "2024-03-28 16:00", "2024-04-04 12:00") // three working days: neither Good Friday nor Easter Monday is one; 1 + 8 + 8 + 3 hours worked
];

async function met(clocks: Clocks | undefined): Promise<{met: string[]; due: Record<string, string>}> {
  const built = await buildWorld({contact: CONTACTS}, "2024-05-31", clocks ? {clocks} : {});
  try {
    const rows = await rowsOf<{id: string; met: boolean; due: string}>(built.db, `select split_part(case_id, '/', 1) as id, met, cast(due_on as varchar) as due from measure."C3a" order by id`);
    expect(rows).toHaveLength(CONTACTS.length);
    return {met: rows.filter((r) => r.met).map((r) => r.id), due: Object.fromEntries(rows.map((r) => [r.id, r.due]))};
  } finally {
    built.close();
  }
}

describe("contacts decided within the limit of their risk grade", () => {
  test("run by elapsed hours for red and by working days for amber and green, where nothing else is chosen", async () => {
    const {met: in_time, due} = await met(undefined);
    expect(in_time).toEqual(["amber-25h", "amber-next-day", "green-79h", "green-over-easter", "red-clock-change"]);
    // 28 March and three working days: 29 March and 1 April are bank holidays
    expect(due).toMatchObject({"red-over-weekend": "2024-03-01", "amber-next-day": "2024-03-04", "green-over-easter": "2024-04-04"});
  });
  test("run day and night by elapsed hours, the hour that the clocks skip not counted", async () => {
    const {met: in_time, due} = await met(all("elapsed_hours"));
    expect(in_time).toEqual(["red-clock-change"]);
    expect(due).toMatchObject({"amber-25h": "2024-03-06", "green-79h": "2024-03-07", "red-clock-change": "2024-03-31"});
  });
  test("run only while the MASH works by working hours, and fall due on the day in which the last of them is worked", async () => {
    const {met: in_time, due} = await met(all("working_hours"));
    expect(in_time).toEqual(["amber-25h", "amber-next-day", "amber-two-days", "green-79h", "green-over-easter", "red-clock-change", "red-over-weekend"]);
    // red: 1 hour on Friday, 3 on Monday. amber: 24 hours are three days, ending Friday morning. red on the Saturday of Easter: Tuesday 2 April
    expect(due).toMatchObject({"red-over-weekend": "2024-03-04", "amber-25h": "2024-03-07", "red-clock-change": "2024-04-02"});
  });
});

test("the definition says which clock each grade runs on", () => {
  const {thresholds} = reference;
  expect(clockOf(measure("C3a"), {thresholds}, DEFAULT_CLOCKS, "2024-03-31")).toContain("red 4 elapsed hours, amber 1 working day, green 3 working days");
  expect(clockOf(measure("C3a"), {thresholds}, all("working_hours"), "2024-03-31")).toContain("red 4 working hours of the MASH, amber 24 working hours of the MASH, green 72 working hours of the MASH");
  expect(clockOf(measure("A1"), {thresholds}, DEFAULT_CLOCKS, "2024-03-31")).toContain("day 0");
  expect(clockOf(measure("C1"), {thresholds}, DEFAULT_CLOCKS, "2024-03-31")).toBeNull();
});

test("the settings as shipped choose what runs where nothing is chosen, and another choice makes another part", () => {
  expect(readSettings(`${DATA}settings.yaml`).clocks).toEqual(DEFAULT_CLOCKS);
  const inputs = {authority: "999", asAt: "2024-03-31", loads: [], contracts: new Map(), mappings: [], reference, measures: []};
  expect(partHash({...inputs, clocks: DEFAULT_CLOCKS})).toBe(partHash(inputs));
  expect(partHash({...inputs, clocks: all("elapsed_hours")})).not.toBe(partHash(inputs));
});
