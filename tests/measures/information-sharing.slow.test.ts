// Information sharing: its measures against oracle and examples; agencies in their first level, and the reasons behind a number.
import {expect, test} from "vitest";
import {casesOf} from "../../etl/transform/cases.ts";
import {family} from "./families/information-sharing.ts";
import {testFamily} from "./family.ts";
import {buildWorld, measure, told} from "./world.ts";

test("a GP and a hospital are both health, and the reason names who had not answered", async () => {
  const asked = (agency: string, returned_at?: string) => ({contact_id: "K1", agency, requested_at: "2024-05-01 10:00", due_at: "2024-05-02 10:00", returned_at});
  const built = await buildWorld(
    {contact: [{contact_id: "K1", child_id: "C1", source: "6", received_at: "2024-05-01 09:00", decision_at: "2024-05-02 12:00"}], information_request: [asked("health.gp"), asked("health.hospital", "2024-05-01 15:00"), asked("police"), asked("education.school", "2024-05-03 15:00")]},
    "2024-05-14",
    {measures: [measure("I2a"), measure("I3")]}
  );
  try {
    const groups = await told(built, "I2a", {all: true, by: "agency"});
    expect(Object.fromEntries(groups.map((g) => [g.group, [g.numerator, g.denominator]]))).toEqual({health: [1, 2], police: [1, 1], education: [1, 1]});
    const {rows} = await casesOf(built.db, {measure: measure("I3")});
    expect(rows.map((r) => r.reason)).toEqual(["3 of 4 returns not in: Education, Health, Police"]);
  } finally {
    built.close();
  }
});

testFamily(family);
