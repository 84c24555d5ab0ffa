// What `frontdoor changes` says after a second export: the movement by cause, and the cases behind it.
import path from "node:path";
import {expect, test} from "vitest";
import {frontdoor} from "../setup.ts";
import {CONTACTS, csv, place} from "./help.ts";

const HEAD = ["Contact ID", "Child ID", "Received", "Decided", "Source", "Outcome", "Team"];
const contact = (id: string, received: string, decided: string) => [id, `K${id}`, received, decided, "Police", "Referral", "North"];

test("tells new, changed and gone contacts apart, and the steps add up", async () => {
  const p = place(CONTACTS);
  p.put("contacts_2026-03-31.csv", csv(HEAD, contact("1", "02/03/2026 09:00", "02/03/2026 12:00"), contact("2", "03/03/2026 09:00", ""), contact("3", "04/03/2026 09:00", "04/03/2026 10:00")));
  await p.refresh();
  expect(frontdoor("changes", "C2", "--store", p.store).code).not.toBe(0); // one run only
  p.put("contacts_2026-04-02.csv", csv(HEAD, contact("1", "02/03/2026 09:00", "02/03/2026 12:00"), contact("2", "03/03/2026 09:00", "03/03/2026 15:00"), contact("4", "05/03/2026 09:00", "20/03/2026 10:00")));
  await p.refresh();
  const told = frontdoor("changes", "C2", "--from", "2026-03", "--to", "2026-03", "--cases", "--json", "--store", p.store);
  expect(told.err).toBe("");
  const {measures} = JSON.parse(told.out) as {measures: {before: object; after: object; causes: {how: string; cases: number; numerator: number; denominator: number}[]; cases: {how: string; child_id: string}[]}[]};
  expect(measures[0]).toMatchObject({measure: "C2", before: {numerator: 2, denominator: 3}, after: {numerator: 2, denominator: 3}, definition: "same"});
  expect(measures[0]!.causes.map((c) => [c.how, c.cases, c.numerator, c.denominator])).toEqual([["gone", 1, -1, -1], ["changed", 1, 1, 0], ["new", 1, 0, 1]]);
  expect(measures[0]!.cases.map((c) => [c.how, c.child_id])).toEqual([["gone", "K3"], ["changed", "K2"], ["new", "K4"]]);
  expect(frontdoor("changes", "C1", "C2", "--store", path.join(p.home, "store")).out).toMatch(/C2 {2}Contacts decided within one working day\n.*66\.7 % → 66\.7 %/);
});
