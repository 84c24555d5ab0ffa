// Assessments: their measures against oracle and examples, and who is a brother or sister to whom, with the pairs written by hand.
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {rowsOf} from "../../etl/duckdb.ts";
import {casesOf} from "../../etl/transform/cases.ts";
import {family} from "./families/assessments.ts";
import {testFamily} from "./family.ts";
import type {Row} from "./oracle/measures.ts";
import {buildWorld, measure, told, type Built} from "./world.ts";

describe("brothers and sisters", () => {
  const lived = (household_id: string, child_id: string, from_on?: string, to_on?: string): Row => ({household_id, child_id, from_on, to_on});
  let built: Built;
  beforeAll(async () => {
    built = await buildWorld(
      {
        child: [
          ...["A1", "A2"].map((child_id) => ({child_id, family_id: "apart"})),
          ...["F1", "F2", "F3"].map((child_id) => ({child_id, family_id: "together"})),
          ...["N1", "N2"].map((child_id) => ({child_id})),
          ...["M1", "M2", "M3"].map((child_id) => ({child_id, family_id: "mixed"})),
          ...Array.from({length: 61}, (_, i) => ({child_id: `U${i}`, family_id: "unknown"}))
        ],
        household: [
          lived("H1", "C1"), lived("H1", "C2"),
          lived("H2", "D1", "2024-01-01", "2024-03-01"), lived("H2", "D2", "2024-02-01"), lived("H2", "D3", "2024-03-01"), lived("H2", "D4", undefined, "2024-01-01"),
          lived("H3", "E1", "2023-01-01", "2023-06-01"), lived("H3", "E1", "2024-01-01"), lived("H3", "E2", "2023-05-01"),
          lived("H4", "A1"), lived("H5", "A2"),
          lived("H6", "M1"), lived("H6", "M4"),
          lived("H7", "B1", "2024-05-01", "2024-04-01"), lived("H7", "B2")
        ]
      },
      "2024-05-14"
    );
  });
  afterAll(() => built?.close());

  const pairs = async (first: string) =>
    (await rowsOf<Record<string, string | null>>(built.db, "select child_id, sibling_id, from_on::varchar as from_on, to_on::varchar as to_on from journey.sibling where child_id[1] = $1 order by all", [first])).map((r) =>
      [`${r.child_id} ${r.sibling_id}`, r.from_on ?? "", r.to_on ?? ""].join(" ").trimEnd()
    );

  test("who share a household are brothers and sisters both ways, always where no day is said", async () => {
    expect(await pairs("C")).toEqual(["C1 C2", "C2 C1"]);
  });
  test("only while both live there: who leaves on the day another comes has not lived with them", async () => {
    expect(await pairs("D")).toEqual(["D1 D2 2024-02-01 2024-03-01", "D2 D1 2024-02-01 2024-03-01", "D2 D3 2024-03-01", "D3 D2 2024-03-01"]);
  });
  test("away for some months and back is two times", async () => {
    expect(await pairs("E")).toEqual(["E1 E2 2023-05-01 2023-06-01", "E1 E2 2024-01-01", "E2 E1 2023-05-01 2023-06-01", "E2 E1 2024-01-01"]);
  });
  test("two households part what one family id joins", async () => {
    expect(await pairs("A")).toEqual([]);
  });
  test("without a household the family id stands; without either there is nobody", async () => {
    expect(await pairs("F")).toEqual(["F1 F2", "F1 F3", "F2 F1", "F2 F3", "F3 F1", "F3 F2"]);
    expect(await pairs("N")).toEqual([]);
  });
  test("a child in no household has the whole family; one who is in a household has that household only", async () => {
    expect(await pairs("M")).toEqual(["M1 M4", "M2 M1", "M2 M3", "M3 M1", "M3 M2", "M4 M1"]);
  });
  test("a stay that ends before it begins joins nobody", async () => {
    expect(await pairs("B")).toEqual([]);
  });
  test("an id shared by sixty-one children is no family", async () => {
    expect(await pairs("U")).toEqual([]);
  });
});

test("assessments completed fall into the bands of table C2", async () => {
  // Monday 8 January 2024; no holiday until Good Friday
  const ends: [string, string][] = [["2024-01-08", "0, the same day"], ["2024-01-09", "1 to 10"], ["2024-01-22", "1 to 10"], ["2024-01-23", "11 to 20"], ["2024-02-05", "11 to 20"], ["2024-02-19", "21 to 30"], ["2024-03-04", "31 to 40"], ["2024-03-11", "41 to 45"], ["2024-03-12", "46 to 50"], ["2024-03-18", "46 to 50"], ["2024-03-19", "51 to 60"], ["2024-04-30", "61 and over"]];
  const built = await buildWorld({assessment: ends.map(([authorised_on], i) => ({assessment_id: `A${i}`, child_id: `C${i}`, started_on: "2024-01-08", authorised_on}))}, "2024-05-14", {measures: [measure("A2a")]});
  try {
    const {rows} = await casesOf(built.db, {measure: measure("A2a")});
    expect(rows.map((r) => [r.counted_on, r.category]).sort()).toEqual(ends);
    const groups = await told(built, "A2a", {all: true, by: "category"});
    expect(groups.filter((g) => g.denominator !== g.numerator).map((g) => g.group).sort()).toEqual(["46 to 50", "51 to 60", "61 and over"]);
  } finally {
    built.close();
  }
});

test("the clearest of several signs of one day names what pointed to exploitation", async () => {
  const built = await buildWorld(
    {
      missing_episode: [{child_id: "C1", started_at: "2024-05-01 20:00", kind: "missing"}, {child_id: "C2", started_at: "2024-05-01 20:00", kind: "missing"}],
      contact: [{contact_id: "K1", child_id: "C1", source: "6", received_at: "2024-05-01 22:00", issue: "gangs"}],
      screening: [{child_id: "C3", tool: "exploitation", indicator_at: "2024-05-02", completed_at: "2024-05-03 10:00", level: "low"}]
    },
    "2024-05-14",
    {measures: [measure("A11")]}
  );
  try {
    const {rows} = await casesOf(built.db, {measure: measure("A11")});
    expect(rows.map((r) => [r.child_id, r.category, r.value]).sort()).toEqual([["C1", "Issue at contact", null], ["C2", "Missing", null], ["C3", "Screening log", 1]]);
  } finally {
    built.close();
  }
});

test("a reason says how long in the singular and the plural, and of the last day of a limit that the child was not seen by it", async () => {
  const referral = (referral_id: string, referral_date: string): Row => ({referral_id, child_id: referral_id, referral_date, source: "6"});
  const built = await buildWorld(
    {referral: [referral("R0", "2024-04-19"), referral("R1", "2024-04-22"), referral("R2", "2024-04-23"), referral("R3", "2024-04-24"), referral("R4", "2024-04-25")], visit: [{child_id: "R4", visited_on: "2024-04-26", child_seen: "yes"}]},
    "2024-04-30",
    {measures: [measure("A5")]}
  );
  try {
    const {rows} = await casesOf(built.db, {measure: measure("A5")});
    expect(rows.map((r) => `${r.child_id} ${r.reason}`).sort()).toEqual(["R0 not seen, 2 working days past the limit", "R1 not seen, 1 working day past the limit", "R2 not seen by the last day of the limit", "R3 not seen, not yet due", "R4 seen 26 April 2024"]);
  } finally {
    built.close();
  }
});

testFamily(family);
