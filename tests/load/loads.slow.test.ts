// A load: what it is made of, when it is read again, and what it says of its rows.
import {appendFileSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from "node:fs";
import path from "node:path";
import {describe, expect, test} from "vitest";
import {literal, openScratch} from "../../etl/duckdb.ts";
import type {LoadManifest} from "../../etl/load/load.ts";
import {check, file, shelf} from "./help.ts";
import {ask, CONTACTS, csv, parquet, place} from "../refresh/help.ts";

const HEAD = ["Contact ID", "Child ID", "Received", "Decided", "Source", "Outcome"];
const row = (id: string, child: string, day: string, outcome = "Referral", decided = "") => [id, child, `${day} 09:00`, decided, "Police", outcome];

const loadsOf = (store: string) => readdirSync(path.join(store, "loads")).sort();
const manifest = (store: string, key: string) => JSON.parse(readFileSync(path.join(store, "loads", key, "load.json"), "utf8")) as LoadManifest;

describe("one reading, once", () => {
  test("the same export again is known: nothing is read or written, and the run still stands", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv(HEAD, row("C1", "1", "01/01/2026")));
    const first = await p.refresh();
    const [key] = loadsOf(p.store);
    const before = statSync(path.join(p.store, "loads", key!, "load.json")).mtimeMs;
    const again = await p.refresh();
    expect(first.files[0]!.known).toBeUndefined();
    expect(again.files[0]!.known).toBe(true);
    expect(again).toMatchObject({published: false, run: first.run});
    expect(loadsOf(p.store)).toEqual([key]);
    expect(statSync(path.join(p.store, "loads", key!, "load.json")).mtimeMs).toBe(before);
  });

  test("a changed mapping is a new reading that takes the place of the old one", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv(HEAD, row("C1", "1", "03/04/2026")));
    await p.refresh();
    p.map(CONTACTS.replace("window: full", "window: full\ndateOrder: mdy"));
    const report = await p.refresh();
    expect(report.files).toHaveLength(1);
    expect(report.published).toBe(true);
    expect(await ask(p.store, "select received_at from records.contact")).toEqual([{received_at: "2026-03-04 09:00:00"}]);
  });

  test("a better word list needs no new reading", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv(HEAD, row("C1", "1", "01/01/2026", "Sent upstairs")));
    await p.refresh();
    const loads = loadsOf(p.store);
    p.map(`${CONTACTS}    words: {outcome: {Sent upstairs: referral}}\n`);
    expect((await p.refresh()).published).toBe(true);
    expect(loadsOf(p.store)).toEqual(loads);
    expect(await ask(p.store, "select outcome from records.contact")).toEqual([{outcome: ["referral"]}]);
  });

  test("the same bytes under two names count once, whichever is read first, and the report says so", async () => {
    const p = place(CONTACTS);
    const text = csv(HEAD, row("C1", "1", "01/01/2026"));
    p.put("contacts_2026-01-31.csv", text);
    p.put("copy of contacts_2026-02-28.csv", text);
    const report = await p.refresh();
    expect(report.records).toMatchObject([{recordSet: "contact", records: 1}]);
    expect(await ask(p.store, "select cast(export_date as varchar) as d from records.load")).toEqual([{d: "2026-02-28"}]);
    expect(report.files.map((f) => f.warnings.filter((w) => w.code === "same-file").length)).toEqual([1, 0]);
  });

  test("a load that was damaged in the store is read again from its export", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv(HEAD, row("C1", "1", "01/01/2026")));
    const first = await p.refresh();
    const file = path.join(p.store, "loads", loadsOf(p.store)[0]!, "0-contact.parquet");
    truncateSync(file, 10);
    const again = await p.refresh({asAt: "2026-02-28"});
    expect(again.files[0]!.known).toBeUndefined();
    expect(await parquet(file)).toHaveLength(1);
    expect(again.run).not.toBe(first.run);
  });

  test("an export that has left the folder still counts, and is named as kept", async () => {
    const p = place(CONTACTS.replace("window: full", "window: none"));
    p.put("contacts_2026-01-31.csv", csv(HEAD, row("C1", "1", "01/01/2026")));
    await p.refresh();
    p.take("contacts_2026-01-31.csv");
    p.put("contacts_2026-02-28.csv", csv(HEAD, row("C2", "2", "01/02/2026")));
    const report = await p.refresh();
    expect(report.kept).toEqual(["contacts_2026-01-31.csv"]);
    expect(report.files.map((f) => [f.file, f.kept ?? false])).toEqual([["contacts_2026-01-31.csv", true], ["contacts_2026-02-28.csv", false]]);
    expect(report.records[0]).toMatchObject({records: 2, since: {new: 1, changed: 0, unchanged: 1, withdrawn: 0, gone: 0}});
  });
});

describe("nothing is lost", () => {
  const dirty = csv(
    HEAD,
    row("C1", "1", "01/01/2026"),
    row("C1", "1", "01/01/2026"),
    row("C2", "2", "31/02/2026"),
    ["C3", "3", "too few"],
    row("C4", "", "02/01/2026"),
    row("C5", "5", "03/01/2026")
  );

  test("rows read = accepted + rejected + duplicates, and each that was left out is in the load with its line and why", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", dirty);
    const report = await p.refresh();
    expect(report.files[0]!.recordSets).toEqual([{name: "contact", read: 6, accepted: 2, rejected: 3, duplicates: 1}]);
    const left = await parquet(path.join(p.store, "loads", loadsOf(p.store)[0]!, "0-contact.left-out.parquet"));
    expect(left.map((r) => [r.line, r.why, r.of, r.f_received_at, r.f_child_id, r.t_received_at])).toEqual([
      [3, "duplicate", 2, null, null, "01/01/2026 09:00"],
      [4, "rejected", null, "date-not-real", null, "31/02/2026 09:00"],
      [5, "rejected", null, null, null, null],
      [6, "rejected", null, null, "missing", "02/01/2026 09:00"]
    ]);
  });

  test("a part is not built from a load whose Parquet no longer holds what was counted; what was published stands", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", dirty);
    const before = await p.refresh();
    const key = loadsOf(p.store)[0]!;
    const home = path.join(p.store, "loads", key);
    const {db, close} = await openScratch();
    await db.run(`copy (select * from read_parquet(${literal(path.join(home, "0-contact.parquet"))}) limit 1) to ${literal(path.join(home, "less"))} (format parquet)`);
    close();
    writeFileSync(path.join(home, "0-contact.parquet"), readFileSync(path.join(home, "less")));
    rmSync(path.join(home, "less"));
    const told = manifest(p.store, key);
    told.sets[0]!.bytes = statSync(path.join(home, "0-contact.parquet")).size + statSync(path.join(home, "0-contact.left-out.parquet")).size;
    writeFileSync(path.join(home, "load.json"), JSON.stringify(told));
    await expect(p.refresh({asAt: "2026-02-01"})).rejects.toThrow(/6 contact rows were read, but 1 accepted \+ 3 rejected \+ 1 duplicates do not add up.*stops rather than lose a row/);
    expect(JSON.parse(readFileSync(path.join(p.store, "current.json"), "utf8"))).toEqual({run: before.run});
  });
});

describe("what is odd is accepted and flagged, with a count and the first line", () => {
  const warnings = async (text: string, yaml = CONTACTS) => (await check(file("contacts_2026-01-31.csv", text), shelf(yaml))).warnings.map(({code, line, message}) => ({code, line, message}));

  test("a decision before its contact", async () => {
    const found = await warnings(
      csv(HEAD, row("C1", "1", "05/01/2026", "Referral", "06/01/2026 10:00"), row("C2", "2", "05/01/2026", "Referral", "05/01/2026 08:59"), row("C3", "3", "05/01/2026", "Referral", "04/01/2026 10:00"))
    );
    expect(found).toEqual([{code: "out-of-order", line: 3, message: "“Decided” is before “Received” in 2 rows (first on line 3): accepted, and left out of the durations that it spoils"}]);
  });

  test("a decision on the day itself without a time is in order", async () => {
    const found = await warnings(csv(HEAD, row("C1", "1", "05/01/2026", "Referral", "05/01/2026")));
    expect(found).toEqual([]);
  });

  test("an event after the export date", async () => {
    const found = await warnings(csv(HEAD, row("C1", "1", "05/01/2026"), row("C2", "2", "01/02/2026")));
    expect(found).toMatchObject([{code: "after-export", line: 3}]);
  });

  test("one id with two contents: the last counts and both lines are named; a row that differs in no field of ours is no conflict", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv([...HEAD, "Notes"], [...row("C1", "1", "05/01/2026", "Referral"), "a"], [...row("C2", "2", "05/01/2026"), "a"], [...row("C2", "2", "05/01/2026"), "b"], [...row("C1", "1", "05/01/2026", "No further action"), "a"]));
    const {files, records} = await p.refresh();
    const found = files[0]!.warnings.map(({code, line, message}) => ({code, line, message}));
    expect(found.filter((w) => w.code === "same-id")).toEqual([{code: "same-id", line: 5, message: "the same Contact ID and Child ID (C1, 1) stands on 2 rows with different contents, first on line 2: line 5, the last, counts"}]);
    expect(records).toMatchObject([{records: 2, sameIdConflicts: 1}]);
    expect(await ask(p.store, "select outcome from records.contact where contact_id = 'C1'")).toEqual([{outcome: ["nfa"]}]);
  });

  test("siblings in one contact are no conflict", async () => {
    expect(await warnings(csv(HEAD, row("C1", "1", "05/01/2026"), row("C1", "2", "05/01/2026", "No further action")))).toEqual([]);
  });

  test("a child born after the contact, in the same file; an expected birth is none", async () => {
    const yaml = `${CONTACTS}  - set: child
    fields: {child_id: [Child ID], date_of_birth: [Born], expected_birth: [Unborn]}
`;
    const text = csv([...HEAD, "Born", "Unborn"], [...row("C1", "1", "05/01/2026"), "06/01/2026", ""], [...row("C2", "2", "05/01/2026"), "06/02/2027", ""], [...row("C3", "3", "05/01/2026"), "06/05/2026", "yes"], [...row("C4", "4", "05/01/2026"), "06/05/2014", ""]);
    const found = await warnings(text, yaml);
    expect(found).toEqual([{code: "birth-after-event", line: 2, message: "“Received” is before the child's date of birth in 2 rows (first on line 2); in 1 of them by 40 weeks or less, so the child may have been unborn: accepted, and left out of what it spoils"}]);
  });
});

describe("exports far smaller or older than the one before", () => {
  const many = (n: number, day: string) => csv(HEAD, ...Array.from({length: n}, (_, i) => row(`C${i}`, String(100 + i), day)));

  test("half as many rows and nothing recent are flagged; a gate in the settings stops the refresh and nothing is published", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", many(20, "15/01/2026"));
    const before = await p.refresh();
    expect(before.files[0]!.warnings).toEqual([]);
    p.put("contacts_2026-04-30.csv", many(9, "16/01/2026"));
    const after = await p.refresh();
    expect(after.files.map((f) => f.warnings.map((w) => w.code))).toEqual([[], ["volume", "freshness"]]);
    expect(after.files[1]!.warnings[0]!.message).toBe("9 contact rows, against 20 in the export before it (2026-01-31): it may be a failed or a filtered export");

    p.settings("gates: {sources: {contacts: {stop: [volume]}}}\n");
    p.put("contacts_2026-05-31.csv", many(2, "30/05/2026"));
    await expect(p.refresh()).rejects.toThrow(/a gate of the settings is shut.*contacts_2026-05-31\.csv: 2 contact rows, against 9/);
    expect(JSON.parse(readFileSync(path.join(p.store, "current.json"), "utf8"))).toEqual({run: after.run});
    p.settings("gates: {all: {smallest_percent: 10}}\n");
    expect((await p.refresh()).published).toBe(true);
  });

  test("headings only: loaded with a warning, and no record is withdrawn on its word", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", many(3, "15/01/2026"));
    await p.refresh();
    p.put("contacts_2026-02-28.csv", csv(HEAD));
    const report = await p.refresh();
    expect(report.files[1]!.warnings.map((w) => w.code)).toEqual(["no-rows", "volume"]);
    expect(report.records).toMatchObject([{records: 3, withdrawn: 0}]);
  });
});

test("an export that is being written while it is read is refused or whole, never half", async () => {
  const p = place(CONTACTS);
  const file = p.put("contacts_2026-01-31.csv", csv(HEAD, row("C1", "1", "01/01/2026")));
  appendFileSync(file, "C2,2,02/01/20");
  const report = p.refresh();
  await expect(report).rejects.toThrow(/could be read/);
});

describe("far more faults than anyone can read", () => {
  test("the first ten thousand rejected rows are listed, the rest counted by heading and reason, and the sum still holds", async () => {
    const p = place(CONTACTS);
    const path_ = p.put("contacts_2026-01-31.csv", csv(HEAD, ...Array.from({length: 10_500}, (_, i) => row(`C${i}`, String(100_000 + i), i < 500 ? "01/01/2026" : "31/02/2026")), row("C0", "", "03/14/2026")));
    const report = await check(path_, shelf(CONTACTS));
    expect(report.recordSets).toEqual([{name: "contact", read: 10_501, accepted: 500, rejected: 10_001, duplicates: 0}]);
    expect(report.rejections).toHaveLength(10_000);
    expect(report.rejectionsNotListed).toEqual([
      {heading: "Child ID", reason: "required, but the cell is blank", cells: 1},
      {heading: "Received", reason: expect.stringContaining("day and month the other way round") as string, cells: 1}
    ]);
    expect(report.warnings.map((w) => w.code)).toContain("date-order-ambiguous");
  });

  test("a file of which more than a hundred thousand rows cannot be read is refused, with the first line that could not", async () => {
    const broken = file("contacts_2026-01-31.csv", csv(HEAD, row("C1", "1", "01/01/2026"), ['C2,2,"never closed']) + "a\n".repeat(150_000));
    const report = await check(broken, shelf(CONTACTS));
    expect(report.outcome).toBe("refused");
    expect(report.reason).toMatch(/^More than 100,000 rows cannot be read, the first on line 3/);
  });
});
