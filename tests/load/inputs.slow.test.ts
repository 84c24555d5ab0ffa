// What arrives and what it gets, through the door that a person uses: one small export of each kind, held by the command's own check; then the command's
// exit codes. What each reader does in detail stands in tests/extract; here it is seen that nothing of it is lost on the way to the report.
import {mkdirSync, readFileSync, symlinkSync, writeFileSync} from "node:fs";
import path from "node:path";
import {describe, expect, test} from "vitest";
import type {FileReport} from "../../etl/load/load.ts";
import {writeRejects} from "../../etl/load/rejects.ts";
import {frontdoor} from "../setup.ts";
import {check, file, folder, load, shelf, sums, workbook} from "./help.ts";

const on = shelf(`
name: contacts
title: Contacts
records:
  - set: contact
    fields: {contact_id: [Contact ID], child_id: [Child ID], received_at: [Received], decision_at: [Decided], source: [Source], outcome: [Outcome]}
`);
const HEAD = "Contact ID,Child ID,Received,Decided,Source,Outcome";
const lines = (...rows: string[]) => `${[HEAD, ...rows].join("\n")}\n`;
const C1 = "C1,01,01/04/2024 09:15,,Police,NFA";

/** What a person is told of a file, in short: outcome, rows, warnings, and each rejection's place and reason. */
const told = (r: FileReport) => ({
  outcome: r.outcome,
  rows: sums(r).contact,
  warnings: r.warnings.map((w) => w.code).sort(),
  rejected: r.rejections.map((x) => [x.line, x.column, x.heading, x.value, ...x.reasons])
});
const accepted = (rows: string, ...warnings: string[]) => ({outcome: "accepted", rows, warnings, rejected: []});
const rejected = (rows: string, rejections: unknown[][], ...warnings: string[]) => ({outcome: "accepted with rejections", rows, warnings, rejected: rejections});

const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, "utf16le")]);
const wide = "x".repeat(1_050_000);

const ARRIVES: [what: string, content: string | Buffer, expected: object][] = [
  ["UTF-8", lines(C1), accepted("1 = 1 + 0 + 0")],
  ["UTF-8 with a mark", `\ufeff${lines(C1)}`, accepted("1 = 1 + 0 + 0")],
  ["UTF-16 with a mark", utf16(lines(C1)), accepted("1 = 1 + 0 + 0")],
  ["Windows-1252", Buffer.from(lines("C1,01,01/04/2024,,Police,Advice \x96 caf\xe9"), "latin1"), accepted("1 = 1 + 0 + 0", "encoding-windows-1252", "unmapped-word")],
  ["UTF-8 that turns into something else half-way", Buffer.concat([Buffer.from(lines(C1, "C2,02,01/04/2024,,Police,caf\u00e9")), Buffer.from("C3,03,01/04/2024,,Police,caf\xe9\n", "latin1")]), rejected("3 = 2 + 1 + 0", [[4, undefined, undefined, undefined, expect.stringContaining("UTF-8")]], "encoding-broken", "unmapped-word")],
  ["semicolons", lines(C1).replaceAll(",", ";"), accepted("1 = 1 + 0 + 0")],
  ["tabs", lines(C1).replaceAll(",", "\t"), accepted("1 = 1 + 0 + 0")],
  ["pipes", lines(C1).replaceAll(",", "|"), accepted("1 = 1 + 0 + 0")],
  ["CRLF and LF mixed, newlines in quotes", `${HEAD}\r\nC1,01,01/04/2024,,Police,"N\nFA"\n${C1.replace("C1", "C2")}\r\n`, accepted("2 = 2 + 0 + 0", "unmapped-word")],
  ["a field longer than 1 MB, not mapped", `${HEAD},Notes\n${C1},${wide}\nC2,02,01/04/2024,,Police,NFA,short\n`, rejected("2 = 1 + 1 + 0", [[2, undefined, undefined, undefined, expect.stringContaining("1 MB")]], "headings-dropped")],
  ["title lines, a totals line, blank lines and columns", `Contacts in April,,,,,,\n,,,,,,\n${HEAD},\n${C1},\n,,,,,,\nTotal,1,,,,,\n`, accepted("1 = 1 + 0 + 0")],
  ["a column that holds something and has no heading", `${HEAD},\n${C1},Smith\n`, accepted("1 = 1 + 0 + 0", "column-without-heading")],
  ["headings in another order, case and punctuation, and one more", "OUTCOME,source,Received:,child_id,contact id,Surname\nNFA,Police,01/04/2024,01,C1,Smith\n", accepted("1 = 1 + 0 + 0", "headings-dropped")],
  ["too few and too many cells", lines(C1, "C2,02,01/04/2024,,Police", `${C1.replace("C1", "C3")},more`), rejected("3 = 1 + 2 + 0", [[3, undefined, undefined, undefined, expect.stringContaining("5 cells")], [4, undefined, undefined, undefined, expect.stringContaining("7 cells")]])],
  ["no final newline", lines(C1).trimEnd(), accepted("1 = 1 + 0 + 0", "no-final-newline")],
  ["an id that Excel has destroyed", lines(C1, "C2,1.23457E+12,01/04/2024,,Police,NFA"), rejected("2 = 1 + 1 + 0", [[3, "B", "Child ID", "1.23457E+12", expect.stringContaining("scientific")]])],
  ["a two-digit year, a day and an hour that never were", lines(C1, "C2,02,01/04/24,,Police,NFA", "C3,03,31/02/2024,,Police,NFA", "C4,04,30/03/2025 01:30,,Police,NFA"), rejected("4 = 1 + 3 + 0", [[3, "C", "Received", "01/04/24", expect.stringContaining("two-digit year")], [4, "C", "Received", "31/02/2024", expect.stringContaining("does not exist in the calendar")], [5, "C", "Received", "30/03/2025 01:30", expect.stringContaining("clocks went forward")]])],
  ["a thirteenth month: the whole column is in doubt", lines(C1, "C2,02,04/13/2024,,Police,NFA"), rejected("2 = 1 + 1 + 0", [[3, "C", "Received", "04/13/2024", expect.stringContaining("other way round")]], "date-order-ambiguous")],
  ["an Excel day number in a CSV", lines(C1, "C2,02,45383,,Police,NFA"), rejected("2 = 1 + 1 + 0", [[3, "C", "Received", "45383", expect.stringContaining("not a date")]])],
  ["a decision before receipt, and an event after the export", lines("C1,01,02/04/2024 09:15,01/04/2024 09:15,Police,NFA", "C2,02,02/06/2024,,Police,NFA"), accepted("2 = 2 + 0 + 0", "after-export", "out-of-order")],
  ["an unknown code", lines("C1,01,01/04/2024,,Martian,NFA"), accepted("1 = 1 + 0 + 0", "unmapped-word")],
  ["ids of mixed width", lines("C1,0012,01/04/2024,,Police,NFA", "C2,13,01/04/2024,,Police,NFA"), accepted("2 = 2 + 0 + 0", "id-width")],
  ["an exact duplicate, and one id with two contents", lines(C1, C1, "C2,02,01/04/2024,,Police,NFA", "C2,02,01/04/2024,,Police,Referral"), accepted("4 = 3 + 0 + 1", "same-id")],
  ["a NUL byte", lines(C1, "C2,02,01/04/2024,,Pol\0ice,NFA"), rejected("2 = 1 + 1 + 0", [[3, undefined, undefined, undefined, expect.stringContaining("NUL")]])],
  ["bidirectional and zero-width characters", lines("C1,\u200b01,01/04/2024,,\u202ePolice,NFA"), accepted("1 = 1 + 0 + 0", "invisible-characters")],
  ["a formula, HTML and SQL", lines("C1,=cmd(),01/04/2024,,<script>alert(1)</script>,'; drop table contact; --"), accepted("1 = 1 + 0 + 0", "unmapped-word", "unmapped-word", "unmapped-word", "unmapped-word")],
  ["NULL as databases write it", lines("C1,01,01/04/2024,NULL,Police,NFA"), accepted("1 = 1 + 0 + 0", "database-blanks")],
  ["NULL with a zero-width character in it", lines("C1,01,01/04/2024,NU\u200bLL,Police,NFA"), accepted("1 = 1 + 0 + 0", "database-blanks", "invisible-characters")],
  ["headings only", `${HEAD}\n`, accepted("0 = 0 + 0 + 0", "no-rows")]
];

const REFUSED: [what: string, name: string, content: string | Buffer, says: RegExp][] = [
  ["a required heading missing", "contacts.csv", lines(C1).replace("Received", "Recieved"), /heading for received at is missing .* nearest heading found is “Recieved”/],
  ["a mapped heading twice", "contacts.csv", `${HEAD},source\n${C1},School\n`, /heading “source” stands twice/],
  ["a heading twice that is not mapped", "contacts.csv", `${HEAD},Notes,notes\n${C1},a,b\n`, /heading “notes” stands twice/],
  ["a file cut off", "contacts.csv", lines(C1, "C2,02,01/04").trimEnd(), /cut off/],
  ["0 bytes", "contacts.csv", "", /empty/],
  ["a PDF", "contacts.csv", "%PDF-1.7\n", /PDF/],
  ["XML with a DOCTYPE", "cin.xml", '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "b">]><l>&a;</l>', /DOCTYPE/]
];

describe("what arrives gets what is promised", () => {
  test.each(ARRIVES)("%s", async (_, content, expected) => {
    expect(told(await check(file("contacts_2024-05-01.csv", content), on))).toEqual(expected);
  });

  test.each(REFUSED)("%s is refused in a sentence", async (_, name, content, says) => {
    const report = await check(file(name, content), on);
    expect([report.outcome, report.recordSets]).toEqual(["refused", []]);
    expect(report.reason).toMatch(says);
  });

  test("ids are neither padded nor joined, and text stays what it was", async () => {
    const {rows} = await load(file("contacts_2024-05-01.csv", lines("C1,0012,01/04/2024,,<b>,=1+1", "C2,12,01/04/2024,,'; drop table x; --,@SUM(1)")), on);
    expect(rows.contact!.map((r) => [r.child_id, r.source, r.outcome])).toEqual([["0012", "<b>", "=1+1"], ["12", "'; drop table x; --", "@SUM(1)"]]);
  });

  test("a workbook: cached values, an error cell rejected, a hidden sheet read and said so", async () => {
    const book = await workbook("contacts_2024-05-01.xlsx", {Shown: [HEAD.split(","), ["C1", "01", new Date(Date.UTC(2024, 3, 1)), null, "Police", "NFA"], ["C2", {error: "#N/A"} as never, new Date(Date.UTC(2024, 3, 1)), null, "Police", "NFA"], ["C3", "03", 60, null, "Police", "NFA"]]});
    const report = await check(book, on);
    expect([report.outcome, sums(report)]).toEqual(["accepted with rejections", {"Shown/contact": "3 = 1 + 2 + 0"}]);
    expect(report.rejections.map((r) => [r.sheet, r.line, r.column, ...r.reasons])).toEqual([["Shown", 3, "B", expect.stringContaining("#N/A")], ["Shown", 4, "C", expect.stringContaining("below 61")]]);
  });

  test("a row of a workbook that was rejected for an error cell is shown with its other cells, and loads once the cell is filled in", async () => {
    const book = await workbook("contacts_2024-05-01.xlsx", {April: [HEAD.split(","), ["C1", "01", new Date(Date.UTC(2024, 3, 1)), null, "Police", "NFA"], ["C2", {error: "#N/A"} as never, new Date(Date.UTC(2024, 3, 2)), null, "Police", {error: "#REF!"} as never]]});
    const out = path.join(path.dirname(book), "mended.csv");
    await writeRejects(book, out, path.dirname(book), on);
    const [, row] = readFileSync(out, "utf8").trim().split("\r\n");
    expect(row).toMatch(/^3,"?B .*#N\/A.*#REF!.*"?,2024-05-01 [0-9a-f]{16} April,C2,,2024-04-02,,Police,$/);
    expect((await check(out, on)).rejections.map((r) => [r.heading, ...r.reasons])).toEqual([["Child ID", "required, but the cell is blank"]]);
    writeFileSync(out, readFileSync(out, "utf8").replace("C2,,", "C2,02,"));
    expect((await load(out, on)).rows.contact!.map((r) => [r.contact_id, r.child_id, r.received_at])).toEqual([["C2", "02", "2024-04-02 00:00:00"]]);
  });

  test("lines that are no rows are skipped and counted, in CSV and workbook", async () => {
    const csv = await check(file("contacts_2024-05-01.csv", `Contacts in April,,,,,\n,,,,,\n${HEAD}\n${C1}\n\n,,,,,\nTotal,1,,,,\n`), on);
    expect(csv.skipped).toEqual([{titleLines: 1, blankLines: 3, totalsLines: 1}]);
    const book = await check(await workbook("contacts_2024-05-01.xlsx", {April: [["Contacts in April"], HEAD.split(","), ["C1", "01", "01/04/2024", null, "Police", "NFA"], ["Total", 1]]}), on);
    expect([sums(book), book.skipped]).toEqual([{"April/contact": "1 = 1 + 0 + 0"}, [{sheet: "April", titleLines: 1, blankLines: 0, totalsLines: 1}]]);
    expect((await check(file("contacts_2024-05-01.csv", lines(C1)), on)).skipped).toBeUndefined();
  });

  test("the encoding, the delimiter's effect and what was stripped are in the report", async () => {
    expect((await check(file("contacts_2024-05-01.csv", utf16(lines(C1))), on)).encoding).toBe("utf-16le");
    const {warnings} = await check(file("contacts_2024-05-01.csv", lines("C1,\u200b01,01/04/2024,,Police,NFA")), on);
    expect(warnings[0]!.message).toMatch(/1 invisible character/);
  });
});

describe("exit codes of the command", () => {
  const good = (id: string) => `Record ID,Child Unique ID,Contact Date,Contact Source,Outcome\n${id},00123,01/04/2024 09:15,Police,NFA\n`;

  test("0 all loaded, 1 with rejected rows, 2 with a refused file, which keeps no other from loading; what was published stands when all are refused", () => {
    const [exports, store] = [folder(), folder()];
    const put = (name: string, text: string) => writeFileSync(path.join(exports, name), text);
    const run = () => frontdoor("refresh", "--exports", exports, "--store", store, "--json");
    for (let i = 1; i < 20; i++) put(`mash_contacts_2024-04-${String(i).padStart(2, "0")}.csv`, good(`C${i}`));
    expect(run().code).toBe(0);
    const current = readFileSync(path.join(store, "current.json"), "utf8");

    put("mash_contacts_2024-04-20.csv", "");
    const refused = run();
    const {files} = JSON.parse(refused.out) as {files: FileReport[]};
    expect([refused.code, files.filter((f) => f.outcome === "accepted").length, files.filter((f) => f.outcome === "refused").map((f) => f.file)]).toEqual([2, 19, ["mash_contacts_2024-04-20.csv"]]);

    put("mash_contacts_2024-04-20.csv", `${good("C20")}C21,,01/04/2024 09:15,Police,NFA\n`);
    const rejects = run();
    expect([rejects.code, (JSON.parse(rejects.out) as {files: FileReport[]}).files.at(-1)!.recordSets[0]]).toEqual([1, expect.objectContaining({read: 2, accepted: 1, rejected: 1})]);

    const [alone, other] = [folder(), path.join(folder(), "store")];
    writeFileSync(path.join(alone, "x.csv"), "");
    expect(frontdoor("refresh", "--exports", alone, "--store", other).code).toBe(2);
    expect(readFileSync(path.join(store, "current.json"), "utf8")).not.toBe(current);
  });

  test("check says the same of each file, a folder and a link included, and changes nothing", () => {
    const dir = folder();
    const at = (name: string, text: string) => file(name, text, dir);
    mkdirSync(path.join(dir, "folder"));
    symlinkSync(file("elsewhere.csv", good("C1")), path.join(dir, "link.csv"));
    const one = (...files: string[]) => frontdoor("check", ...files, "--json", "--store", path.join(dir, "store")).code;
    const fine = at("mash_contacts_2024-04-01.csv", good("C1"));
    expect([one(fine), one(fine, at("mash_contacts_2024-04-02.csv", good("C2").replace("00123", ""))), one(fine, path.join(dir, "folder")), one(fine, path.join(dir, "link.csv")), one(fine, path.join(dir, "none.csv"))]).toEqual([0, 1, 2, 2, 2]);
  });

  test("check beside a store says which heading of the export before is gone", () => {
    const [exports, store] = [folder(), folder()];
    file("mash_contacts_2024-04-01.csv", good("C1"), exports);
    expect(frontdoor("refresh", "--exports", exports, "--store", store).code).toBe(0);
    const next = file("mash_contacts_2024-04-02.csv", good("C2").replace(",Outcome", "").replace(",NFA", ""));
    const said = frontdoor("check", next, "--store", store);
    expect([said.code, said.out]).toEqual([0, expect.stringContaining("“Outcome” (outcome) was in mash_contacts_2024-04-01.csv and is not in this export")]);
    expect(JSON.parse(frontdoor("check", next, "--store", store, "--json").out).files[0].warnings).toContainEqual(expect.objectContaining({code: "heading-gone", heading: "Outcome"}));
    expect(frontdoor("check", next, "--store", path.join(store, "none")).out).not.toContain("is not in this export");
  });

  test("the terminal tells of each file what it is, how many rows, the top reasons with a count and one example each, and what was dropped", () => {
    const at = file("mash_contacts_2024-05-01.csv", `MASH\n${good("C1").replace("Outcome", "Outcome,Surname").replace("NFA", "NFA,Smith")}C2,1,31/02/2024,Police,NFA,Khan\nC3,1,30/02/2024,Police,NFA,Khan\nC4,,01/04/2024,Police,NFA,Khan\n`);
    const said = frontdoor("check", at, "--store", path.join(path.dirname(at), "store"));
    expect([said.code, said.out.trim().split("\n")]).toEqual([
      1,
      [
        "! mash_contacts_2024-05-01.csv: csv, utf-8, mapping mash-contacts",
        "    contact: 4 read = 1 accepted + 3 rejected + 0 duplicates",
        "    skipped: 1 title line",
        "    rejected 2: “Contact Date”: a date that does not exist in the calendar (for example line 4, column C: 31/02/2024)",
        "    rejected 1: “Child Unique ID”: required, but the cell is blank (for example line 6, column B)",
        "    note: not loaded, as no record set has a field for them: Surname"
      ]
    ]);
  });

  test("nothing of an export steers the terminal: not its name, a heading, a word or a rejected value", () => {
    const at = file("mash_contacts_\u001b[2J_2024-04-01.csv", 'Child Unique ID,Contact Date,Contact Source,\u001b[31mX\n1,01/04/2024,\u001b]0;title\u0007,a\n2,"31/02/2024\u001b[1A",Police\u009b1m,b\n3,01/04/2024,"Po\nli\rce",c\n');
    const said = frontdoor("check", at, "--store", path.join(path.dirname(at), "store"));
    expect(said.out).toContain("is in no word list");
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect([...(said.out + said.err).matchAll(/[^\P{Cc}\n]/gu)].map((m) => m[0])).toEqual([]);
  });
});
