// Every record contract is well made: found by its file name, keyed by fields it has, with code lists that exist.
import {existsSync} from "node:fs";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {describe, expect, test} from "vitest";
import {code, contract, date, id, readContracts, required, rowSchema} from "../../etl/load/contract.ts";
import {KINDS} from "../../etl/load/kinds.ts";

const CODES = fileURLToPath(new URL("../../data/reference/codes/", import.meta.url));
const contracts = await readContracts();

test("the record sets are those of the front door", () => {
  expect([...contracts.keys()].sort()).toEqual([
    "assessment", "audit", "audit_action", "audit_plan", "care_episode", "child", "child_link", "cin_meeting", "cin_plan", "commentary", "conference", "contact",
    "cp_plan", "delay_review", "document_distribution", "early_help", "escalation", "household", "improvement_action", "information_request", "involvement",
    "management_oversight", "mash_rota", "meeting_attendance", "missing_episode", "out_of_hours_contact", "partner_return", "plan_action", "referral", "screening",
    "section_47", "strategy_meeting", "supervision", "training", "visit", "workforce"
  ]);
});

describe.each([...contracts.values()])("$name", (c) => {
  test("says what one row is", () => {
    expect(c.oneRowIs).toMatch(/^(an?|one|audits|staff|two|what) /);
  });

  test("can be told apart by something that is always there", () => {
    expect(c.natural.some((f) => c.fields[f]!.required)).toBe(true);
    expect(new Set(c.natural).size).toBe(c.natural.length);
  });

  test("an id of the source carries the child wherever a row must have one", () => {
    // child_link is keyed by the id that is replaced.
    if (c.id && c.fields.child_id?.required && c.name !== "child_link") expect(c.id).toContain("child_id");
  });

  test("happened is a date or a date-time", () => {
    if (c.happened) expect(["date", "datetime"]).toContain(c.fields[c.happened]!.kind);
  });

  test("fields follow the naming: _id is an id, _on a date, _at a date-time", () => {
    for (const [name, f] of Object.entries(c.fields)) {
      expect(KINDS).toContain(f.kind);
      if (name.endsWith("_on")) expect([name, f.kind]).toEqual([name, "date"]);
      if (name.endsWith("_at")) expect([name, f.kind]).toEqual([name, "datetime"]);
      if (name.endsWith("_id") && !f.list) expect([name, f.kind]).toEqual([name, "id"]);
    }
  });

  test("every code list it names is in data/reference/codes", () => {
    for (const f of Object.values(c.fields)) {
      if (f.list) expect([f.list, existsSync(path.join(CODES, `${f.list}.csv`))]).toEqual([f.list, true]);
    }
  });

  test("has no field that could hold a name, an address or a case note", () => {
    const words = Object.keys(c.fields).flatMap((f) => f.split("_"));
    for (const word of ["name", "forename", "surname", "address", "postcode", "phone", "email", "notes", "comment", "narrative", "summary"]) expect(words).not.toContain(word);
    if (!["commentary", "delay_review", "improvement_action"].includes(c.name)) expect(Object.values(c.fields).map((f) => f.kind)).not.toContain("text");
  });

  test("carries the team, the worker and when it was recorded", () => {
    expect(c.fields).toHaveProperty("team");
    expect(c.fields.worker).toMatchObject({kind: "id", worker: true});
    expect(c.fields.recorded_at).toMatchObject({kind: "datetime", required: false});
  });

  test("a blank row is refused for exactly its required fields", () => {
    const blank = Object.fromEntries(Object.keys(c.fields).map((f) => [f, null]));
    const missing = Object.entries(c.fields).filter(([, f]) => f.required).map(([name]) => name);
    const issues = rowSchema(c, {dateOrder: "dmy"}).safeParse(blank).error?.issues ?? [];
    expect(issues.map((i) => [i.path.join(), i.message])).toEqual(missing.map((name) => [name, "missing"]));
    expect(missing.length).toBeGreaterThan(0);
  });
});

test("a contract whose key names no field of its own is refused when it is made", () => {
  const made = () => contract({name: "thing", oneRowIs: "a thing", natural: ["child_id", "seen_on"], fields: {child_id: required(id()), started_on: date(), kind: code()}});
  expect(made).toThrow("record contract thing: its key or date names “seen_on”, which is not one of its fields");
});

test("a late field of the contract is read in the export's own date order", () => {
  const schema = rowSchema(contracts.get("referral")!, {dateOrder: "mdy"});
  const blank = Object.fromEntries(Object.keys(contracts.get("referral")!.fields).map((f) => [f, null]));
  expect(schema.parse({...blank, child_id: "0042", referral_date: "04/13/2024", source: "Police", no_further_action: "N"})).toMatchObject({
    child_id: "0042",
    referral_date: "2024-04-13",
    source: "Police",
    no_further_action: false,
    closed_on: null
  });
});
