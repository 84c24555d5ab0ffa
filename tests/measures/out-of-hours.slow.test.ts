// Out of hours: its measures against oracle and examples; the hours of the week of its demand.
import {expect, test} from "vitest";
import {casesOf} from "../../etl/transform/cases.ts";
import {family} from "./families/out-of-hours.ts";
import {testFamily} from "./family.ts";
import {buildWorld, measure} from "./world.ts";

test("demand is told by the hour of the week: Monday from midnight is 0, Sunday from eleven at night 167", async () => {
  const at = ["2024-05-06 00:05", "2024-05-08 13:30", "2024-05-12 23:59"];
  const built = await buildWorld({out_of_hours_contact: at.map((received_at, i) => ({contact_id: `E${i}`, child_id: "C1", source: "6", received_at, priority: "urgent"}))}, "2024-05-14", {measures: [measure("E1")]});
  try {
    const {rows} = await casesOf(built.db, {measure: measure("E1")});
    expect(rows.map((r) => [r.counted_on, r.value]).sort()).toEqual([["2024-05-06", 0], ["2024-05-08", 61], ["2024-05-12", 167]]);
  } finally {
    built.close();
  }
});

testFamily(family);
