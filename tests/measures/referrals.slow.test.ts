// Referrals: their measures against oracle and examples; the groups of their sources.
import {expect, test} from "vitest";
import {family} from "./families/referrals.ts";
import {testFamily} from "./family.ts";
import {buildWorld, measure, told} from "./world.ts";

test("sources are counted in the groups of the code list; out of hours is a group of its own, a word that no list knows is not recorded", async () => {
  const sources = ["1A", "1D", "2B", "3A", "3F", "6", "6", "OOH", "9", "who knows"];
  const built = await buildWorld({referral: sources.map((source, i) => ({referral_id: `R${i}`, child_id: `C${i}`, referral_date: "2024-03-01", source}))}, "2024-05-14", {measures: [measure("R6")]});
  try {
    const groups = await told(built, "R6", {all: true, by: "category"});
    expect(Object.fromEntries(groups.map((g) => [g.group, g.value]))).toEqual({individual: 2, schools: 1, health: 2, police: 2, out_of_hours: 1, anonymous: 1, "not recorded": 1});
  } finally {
    built.close();
  }
});

testFamily(family);
