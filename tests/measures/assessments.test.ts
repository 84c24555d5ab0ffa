// Assessments: their measures against oracle and examples, and who is a brother or sister to whom, with the pairs written by hand.
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {rowsOf} from "../../etl/duckdb.ts";
import {family} from "./families/assessments.ts";
import {testFamily} from "./family.ts";
import type {Row} from "./oracle/measures.ts";
import {buildWorld, type Built} from "./world.ts";

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

testFamily(family);
