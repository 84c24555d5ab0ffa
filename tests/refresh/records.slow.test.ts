// Records made of several exports: which one speaks, which rows are one record, what was withdrawn, and what cannot be decided.
import {describe, expect, test} from "vitest";
import {silent} from "../../etl/progress.ts";
import {refresh} from "../../etl/refresh.ts";
import {ask, CONTACTS, csv, place} from "./help.ts";

const HEAD = ["Contact ID", "Child ID", "Received", "Source", "Outcome", "Team"];

describe("the latest export wins, field by field", () => {
  const teams = `
name: teams
title: Teams of contacts
files: ["teams*"]
records:
  - set: contact
    fields: {contact_id: [Contact number], child_id: [Child], received_at: [When], team: [Held by]}
`;

  test("a later export replaces the fields that it carries, blanks included, and no others", async () => {
    const p = place(CONTACTS, teams);
    p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "1", "05/01/2026 09:00", "Police", "Referral", "North"], ["C2", "2", "05/01/2026 09:00", "Police", "Referral", "North"]));
    p.put("teams_2026-02-28.csv", csv(["Contact number", "Child", "When", "Held by"], ["C1", "1", "05/01/2026 09:30", "South"], ["C2", "2", "05/01/2026 09:00", ""]));
    await p.refresh();
    expect(await ask(p.store, "select contact_id, received_at, source, team from records.contact order by 1")).toEqual([
      {contact_id: "C1", received_at: "2026-01-05 09:30:00", source: "police", team: "South"},
      {contact_id: "C2", received_at: "2026-01-05 09:00:00", source: "police", team: null}
    ].map((r) => ({...r, source: expect.any(String) as string})));
  });

  test("export date decides, not the order of loading", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-02-28.csv", csv(HEAD, ["C1", "1", "05/01/2026 09:00", "Police", "Referral", "new"]));
    await p.refresh();
    p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "1", "05/01/2026 09:00", "Police", "Referral", "old"]));
    await p.refresh();
    expect(await ask(p.store, "select team from records.contact")).toEqual([{team: "new"}]);
  });

  test("an export made again under its name takes the place of the one read before, whichever bytes a tie would choose", async () => {
    const texts = ["one", "two", "three"].map((team) => csv(HEAD, ["C1", "1", "05/01/2026 09:00", "Police", "Referral", team], [`C${team}`, "2", "05/01/2026 09:00", "Police", "Referral", team]));
    const p = place(CONTACTS.replace("window: full", "window: none"));
    for (const i of [0, 1, 2, 0, 2, 1, 0]) {
      p.put("contacts_2026-01-31.csv", texts[i]!);
      const report = await p.refresh();
      const team = ["one", "two", "three"][i];
      expect(await ask(p.store, "select contact_id, team from records.contact order by 1")).toEqual([{contact_id: "C1", team}, {contact_id: `C${team}`, team}]);
      expect([report.kept, report.warnings]).toEqual([[], []]);
    }
    expect((await p.refresh()).published).toBe(false);
    p.take("contacts_2026-01-31.csv");
    p.put("contacts_2026-02-28.csv", csv(HEAD));
    expect((await p.refresh()).kept).toEqual(["contacts_2026-01-31.csv"]);
    expect(await ask(p.store, "select contact_id from records.contact order by 1")).toEqual([{contact_id: "C1"}, {contact_id: "Cone"}]);
  });

  test("one file under several names, all of them new, is read once", async () => {
    const p = place(CONTACTS);
    for (const name of ["contacts_2026-01-31.csv", "copy of contacts_2026-01-31.csv", "sub/contacts_2026-01-31.csv"]) p.put(name, csv(HEAD, ["C1", "1", "05/01/2026 09:00", "Police", "Referral", "North"]));
    const report = await p.refresh();
    expect(report.files.map((f) => [f.outcome, f.warnings.some((w) => w.code === "same-file")])).toEqual([["accepted", false], ["accepted", true], ["accepted", true]]);
    expect(await ask(p.store, "select contact_id from records.contact")).toEqual([{contact_id: "C1"}]);
  });

  test("a folder of exports that is not there, or is a file, is no folder that everything has left", async () => {
    const p = place(CONTACTS);
    const at = p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "1", "05/01/2026 09:00", "Police", "Referral", "North"]));
    expect((await p.refresh({asAt: "2026-03-31"})).newestExport).toBe("2026-01-31");
    for (const [exportsDir, says] of [[`${p.exports}s`, "there is no folder"], [at, "is a file, not a folder"]] as const) {
      await expect(refresh({exportsDir, store: p.store, data: p.data, progress: silent})).rejects.toThrow(says);
    }
  });

  test("of exports of one name in two folders, one that leaves still counts, and so do both where it is not clear which was made again", async () => {
    const of = (team: string) => csv(HEAD, [`C${team}`, "1", "05/01/2026 09:00", "Police", "Referral", team]);
    const p = place(CONTACTS.replace("window: full", "window: none"));
    const held = async () => (await ask(p.store, "select contact_id from records.contact order by 1") as {contact_id: string}[]).map((r) => r.contact_id);
    for (const team of ["north", "south"]) p.put(`${team}/contacts_2026-01-31.csv`, of(team));
    await p.refresh();
    p.take("south/contacts_2026-01-31.csv");
    await p.refresh();
    expect(await held()).toEqual(["Cnorth", "Csouth"]);
    p.put("north/contacts_2026-01-31.csv", of("east"));
    await p.refresh();
    expect(await held()).toEqual(["Ceast", "Cnorth", "Csouth"]);
  });

  test("two exports of one date that disagree: settled the same way in any order, and reported", async () => {
    const texts = ["one", "two", "three"].map((team) => csv(HEAD, ["C1", "1", "05/01/2026 09:00", "Police", "Referral", team], ["C2", "2", "05/01/2026 09:00", "Police", "Referral", "same"]));
    const outcomes: unknown[] = [];
    for (const order of [[0, 1, 2], [2, 1, 0], [1, 2, 0]]) {
      const p = place(CONTACTS);
      for (const [i, which] of order.entries()) {
        p.put(`contacts_2026-01-31-${which}.csv`, texts[which]!);
        const report = await p.refresh();
        expect(report.warnings.map((w) => w.code)).toEqual(i === 0 ? [] : ["tie"]);
        if (i === 2) expect(report.records[0]!.ties).toMatchObject([{records: 1, exportDate: "2026-01-31"}]);
      }
      outcomes.push(await ask(p.store, "select contact_id, team from records.contact order by 1"));
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[2]).toEqual(outcomes[0]);
  });

  test("a tie that a later export has settled is none", async () => {
    const p = place(CONTACTS);
    for (const [file, team] of [["contacts_2026-01-31-a", "a"], ["contacts_2026-01-31-b", "b"], ["contacts_2026-02-28", "c"]] as const) p.put(`${file}.csv`, csv(HEAD, ["C1", "1", "05/01/2026 09:00", "Police", "Referral", team]));
    expect((await p.refresh()).warnings).toEqual([]);
  });
});

describe("which rows are one record", () => {
  const nameless = `
name: nameless
title: Contacts without an id
files: ["nameless*"]
records:
  - set: contact
    fields: {child_id: [Child], received_at: [When], source: [From], team: [Team]}
`;
  const heads = ["Child", "When", "From", "Team"];

  test("rows alike in child, minute and source are both kept, and the next export of them adds none", async () => {
    const p = place(nameless);
    p.put("nameless_2026-01-31.csv", csv(heads, ["1", "05/01/2026 09:00", "Police", "a"], ["1", "05/01/2026 09:00", "Police", "b"], ["1", "05/01/2026 09:00", "Police", "b"]));
    const first = await p.refresh();
    expect(first.files[0]!.recordSets).toEqual([{name: "contact", read: 3, accepted: 2, rejected: 0, duplicates: 1}]);
    p.put("nameless_2026-02-28.csv", csv(heads, ["1", "05/01/2026 09:00", "Police", "a"], ["1", "05/01/2026 09:00", "Police", "c"]));
    const second = await p.refresh();
    expect(second.records).toMatchObject([{records: 2, since: {new: 0, changed: 1, unchanged: 1, withdrawn: 0, gone: 0}}]);
    expect(await ask(p.store, "select team from records.contact order by 1")).toEqual([{team: "a"}, {team: "c"}]);
  });

  test("a row without an id joins the one record with its child, minute and source", async () => {
    const p = place(CONTACTS, nameless);
    p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "1", "05/01/2026 09:00", "Police", "Referral", "North"]));
    p.put("nameless_2026-02-28.csv", csv(heads, ["1", "05/01/2026 09:00", "Police", "South"]));
    const report = await p.refresh();
    expect(report.records).toMatchObject([{records: 1, ambiguous: 0}]);
    expect(await ask(p.store, "select contact_id, team from records.contact")).toEqual([{contact_id: "C1", team: "South"}]);
  });

  test("a row that fits two records is kept apart and reported, not guessed", async () => {
    const p = place(CONTACTS, nameless);
    p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "1", "05/01/2026 09:00", "Police", "Referral", "North"], ["C2", "1", "05/01/2026 09:00", "Police", "NFA", "North"]));
    p.put("nameless_2026-02-28.csv", csv(heads, ["1", "05/01/2026 09:00", "Police", "South"]));
    const report = await p.refresh();
    expect(report.records).toMatchObject([{records: 3, ambiguous: 1}]);
    expect(report.warnings).toMatchObject([{code: "ambiguous-match", recordSet: "contact"}]);
  });

  test("a record set whose key needs no id takes the last of two rows alike in it", async () => {
    const p = place(`
name: plans
title: Plans
records:
  - set: cin_plan
    fields: {child_id: [Child], started_on: [Began], ended_on: [Ended]}
`);
    p.put("plans_2026-01-31.csv", csv(["Child", "Began", "Ended"], ["1", "01/01/2026", ""], ["1", "01/01/2026", "20/01/2026"]));
    const report = await p.refresh();
    expect(report.records).toMatchObject([{records: 1, sameIdConflicts: 1}]);
    expect(report.files[0]!.warnings.map((w) => w.code)).toEqual(["same-id"]);
    expect(await ask(p.store, "select cast(ended_on as varchar) as d from records.cin_plan")).toEqual([{d: "2026-01-20"}]);
  });

  test("meetings not yet held have no day to be told apart by: all are kept", async () => {
    const p = place(`
name: meetings
title: Meetings
records:
  - set: cin_meeting
    fields: {child_id: [Child], due_on: [Due], held_on: [Held]}
`);
    p.put("meetings_2026-01-31.csv", csv(["Child", "Due", "Held"], ["1", "01/02/2026", ""], ["1", "01/03/2026", ""], ["1", "01/01/2026", "02/01/2026"]));
    expect((await p.refresh()).records).toMatchObject([{records: 3}]);
  });

  test("two words that no list knows do not make two agencies one", async () => {
    const p = place(`
name: requests
title: Requests
records:
  - set: information_request
    fields: {contact_id: [Contact], agency: [Agency], requested_at: [Asked]}
`);
    p.put("requests_2026-01-31.csv", csv(["Contact", "Agency", "Asked"], ["C1", "Zebra crossing patrol", "05/01/2026 09:00"], ["C1", "Lollipop society", "05/01/2026 09:00"]));
    expect((await p.refresh()).records).toMatchObject([{records: 2, sameIdConflicts: 0}]);
    expect(await ask(p.store, "select agency from records.information_request")).toEqual([{agency: "unmapped"}, {agency: "unmapped"}]);
  });
});

describe("a record that disappears", () => {
  const two = (...ids: [string, string][]) => csv(HEAD, ...ids.map(([id, day]) => [id, "1", `${day} 09:00`, "Police", "Referral", ""]));
  const withdrawn = (store: string) => ask<{contact_id: string}>(store, "select contact_id from records.contact where withdrawn order by 1").then((rows) => rows.map((r) => r.contact_id));

  test("from a full export: withdrawn, counted, out of the measures; back again when it comes back", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", two(["C1", "05/01/2026"], ["C2", "06/01/2026"]));
    await p.refresh();
    p.put("contacts_2026-02-28.csv", two(["C1", "05/01/2026"]));
    const report = await p.refresh();
    expect(report.records).toMatchObject([{records: 1, withdrawn: 1, since: {new: 0, changed: 0, unchanged: 1, withdrawn: 1, gone: 0}}]);
    expect(await withdrawn(p.store)).toEqual(["C2"]);
    expect(await ask(p.store, 'select distinct case_id from measure."C1"')).toHaveLength(1);
    p.put("contacts_2026-03-31.csv", two(["C1", "05/01/2026"], ["C2", "06/01/2026"]));
    expect((await p.refresh()).records).toMatchObject([{records: 2, withdrawn: 0, since: {new: 1}}]);
  });

  test("from an export of the last so many days: only what falls inside them", async () => {
    const p = place(CONTACTS.replace("window: full", "window: {days: 30}"));
    p.put("contacts_2026-01-31.csv", two(["C1", "05/01/2026"], ["C2", "28/01/2026"]));
    p.put("contacts_2026-02-20.csv", two(["C3", "15/02/2026"]));
    await p.refresh();
    expect(await withdrawn(p.store)).toEqual(["C2"]);
  });

  test("from an export that declares its first and last day in its name", async () => {
    const p = place(CONTACTS.replace("window: full", 'window: {fileName: "(\\\\d{4}-\\\\d{2}-\\\\d{2})_to_(\\\\d{4}-\\\\d{2}-\\\\d{2})"}\nexportDate: {fileName: "at_(\\\\d{4}-\\\\d{2}-\\\\d{2})"}'));
    p.put("contacts_2026-01-01_to_2026-01-31_at_2026-01-31.csv", two(["C1", "05/01/2026"], ["C2", "28/01/2026"]));
    p.put("contacts_2026-01-20_to_2026-02-28_at_2026-02-28.csv", two(["C3", "15/02/2026"]));
    await p.refresh();
    expect(await withdrawn(p.store)).toEqual(["C2"]);
  });

  test("from an export without a window: nothing", async () => {
    const p = place(CONTACTS.replace("window: full", "window: none"));
    p.put("contacts_2026-01-31.csv", two(["C1", "05/01/2026"], ["C2", "28/01/2026"]));
    p.put("contacts_2026-02-20.csv", two(["C1", "05/01/2026"]));
    await p.refresh();
    expect(await withdrawn(p.store)).toEqual([]);
  });

  test("another source may still vouch for it", async () => {
    const other = CONTACTS.replace("name: contacts", "name: others").replace('["contacts*"]', '["others*"]').replace("Contact ID", "Number").replace("window: full", "window: none");
    const p = place(CONTACTS, other);
    p.put("contacts_2026-01-31.csv", two(["C1", "05/01/2026"], ["C2", "28/01/2026"]));
    p.put("others_2026-02-10.csv", two(["C2", "28/01/2026"]).replace("Contact ID", "Number"));
    p.put("contacts_2026-02-20.csv", two(["C1", "05/01/2026"]));
    await p.refresh();
    expect(await withdrawn(p.store)).toEqual([]);
  });

  test("not when its row is there and rejected", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", two(["C1", "05/01/2026"], ["C2", "28/01/2026"], ["C3", "28/01/2026"]));
    p.put("contacts_2026-02-20.csv", two(["C1", "05/01/2026"], ["C2", "31/02/2026"]));
    await p.refresh();
    expect(await withdrawn(p.store)).toEqual(["C3"]);
  });
});
