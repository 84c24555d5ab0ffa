// A child's page where ids are hidden: every id in it is a pseudonym, and the page is asked for by one.
import {expect, test} from "vitest";
import {pseudonymsUnder} from "../../etl/pseudonyms.ts";
import {hideChild} from "../../server/pseudonyms.ts";
import {comeIn, localServer} from "./support.ts";

const pseudonyms = pseudonymsUnder("a key of the test, 32 bytes or more");

test("every id on a child's page is hidden: the child's, brothers' and sisters', of cases and of records", () => {
  const hidden = hideChild(
    {
      child: {child_id: "0042", date_of_birth: "2015-04-01", expected_birth: false, age: 10, facts: [["Sex", "M"]]},
      siblings: [{child_id: "0043", from_on: null, to_on: null}],
      events: [{set: "contact", at: "2026-01-05 09:30", title: "Schools", details: [["Contact id", "C77"], ["Linked contact id", "C78"], ["Source", "Schools"]], team: "MASH"}],
      cases: [{measure: "C2", case_id: "C77/0042", counted_on: "2026-01-05", started_on: null, due_on: null, done_on: null, days_late: null, met: true, value: 1, reason: null, reviews: []}]
    },
    pseudonyms
  );
  expect(JSON.stringify(hidden)).not.toMatch(/0042|0043|C77|C78/);
  expect(hidden.events[0]!.details).toEqual([["Contact id", pseudonyms.of("C77")], ["Linked contact id", pseudonyms.of("C78")], ["Source", "Schools"]]);
  expect(hidden.child.child_id).toBe(pseudonyms.of("0042"));
});

test("a real id opens no page while ids are hidden", async () => {
  const {app} = await localServer({pseudonyms});
  const headers = await comeIn(app);
  expect((await app.inject({url: "/api/child?id=0000000042", headers})).statusCode).toBe(404);
});
