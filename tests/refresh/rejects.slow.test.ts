// Rejected rows for a person: made from the export, safe to open, and counted once they come back mended.
import {existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from "node:fs";
import path from "node:path";
import {parse} from "csv-parse/sync";
import ExcelJS from "exceljs";
import {describe, expect, test} from "vitest";
import {readShelf} from "../../etl/refresh.ts";
import {guarded} from "../../etl/load/corrections.ts";
import {writeRejects} from "../../etl/load/rejects.ts";
import {ask, CONTACTS, csv, filesUnder, place, type Place} from "./help.ts";

const HEAD = ["Contact ID", "Child ID", "Received", "Decided", "Source", "Outcome", "Surname"];

async function rejectsOf(p: Place, file: string, out = path.join(p.home, "out.csv")): Promise<{files: string[]; rows: Record<string, string>[]}> {
  const files = await writeRejects(path.join(p.exports, file), out, p.exports, await readShelf({data: p.data}));
  return {files, rows: files.flatMap((f) => parse(readFileSync(f, "utf8"), {columns: true, bom: true, relax_column_count: true}) as Record<string, string>[])};
}

/** A person opens the CSV, changes cells and saves it. */
function mend(file: string, to: string, change: (row: Record<string, string>) => void) {
  const rows = parse(readFileSync(file, "utf8"), {columns: true, bom: true}) as Record<string, string>[];
  rows.forEach(change);
  const quote = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  writeFileSync(to, [Object.keys(rows[0]!), ...rows.map((r) => Object.values(r))].map((cells) => cells.map(quote).join(",")).join("\r\n") + "\r\n");
}

describe("the CSV of rejected rows", () => {
  test("the export's own columns, the line and every reason; what a spreadsheet would run is guarded; nothing of it is in the store", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "1", "01/01/2026", "", "Police", "Referral", "Ashworth"], ["C2", "", "31/02/2026", "", "Police", "=cmd|'/c calc'!A1", "Zebedee"], ["C3", "3", "+441752 2", "-5", "@SUM(1)", "'=already", '"O\'Neil, ""Q"""']));
    await p.refresh();
    const {rows, files} = await rejectsOf(p, "contacts_2026-01-31.csv");
    expect(rows).toEqual([
      {
        "frontdoor line": "3",
        "frontdoor reasons": "B “Child ID”: required, but the cell is blank; C “Received”: a date that does not exist in the calendar",
        "frontdoor export": expect.stringMatching(/^2026-01-31 [0-9a-f]{16}$/) as string,
        "Contact ID": "C2",
        "Child ID": "",
        Received: "31/02/2026",
        Decided: "",
        Source: "Police",
        Outcome: "'=cmd|'/c calc'!A1",
        Surname: "Zebedee"
      },
      expect.objectContaining({"frontdoor line": "4", Received: "'+441752 2", Decided: "'-5", Source: "'@SUM(1)", Outcome: "''=already", Surname: 'O\'Neil, "Q"'}) as Record<string, string>
    ]);
    expect(statSync(files[0]!).mode & 0o777).toBe(0o600);
    for (const f of filesUnder(p.store)) expect(readFileSync(f, "latin1")).not.toContain("Zebedee");
  });

  test("a row with too many cells is shown as it stands, one with bytes that are no UTF-8 as Windows-1252", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", Buffer.concat([Buffer.from(csv(HEAD, ["C1", "1", "01/01/2026", "", "Police", "Référé ü ö ä", "x"], ["C2", "2", "01/01/2026", "", "Police", "NFA", "Smith", "Jones"])), Buffer.from("C3,3,01/01/2026,,Police,NFA,Zo"), Buffer.from([0xeb]), Buffer.from("\n")]));
    const {files} = await rejectsOf(p, "contacts_2026-01-31.csv");
    const lines = readFileSync(files[0]!, "utf8").split("\r\n");
    expect(lines[1]).toMatch(/^3,.*,C2,2,01\/01\/2026,,Police,NFA,Smith,Jones$/);
    expect(lines[2]).toMatch(/^4,.*,C3,3,01\/01\/2026,,Police,NFA,Zoë$/);
  });

  test("nothing rejected, nothing written; the export itself is never written over; a refresh writes none unasked", async () => {
    const p = place(CONTACTS);
    const file = p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "1", "01/01/2026", "", "Police", "Referral", "x"]));
    expect(await rejectsOf(p, "contacts_2026-01-31.csv")).toEqual({files: [], rows: []});
    expect(existsSync(path.join(p.home, "out.csv"))).toBe(false);
    await expect(rejectsOf(p, "contacts_2026-01-31.csv", file)).rejects.toThrow(/over the export itself/);
    p.put("contacts_2026-02-28.csv", csv(HEAD, ["C1", "", "01/01/2026", "", "Police", "Referral", "x"], ["C1", "1", "01/01/2026", "", "Police", "Referral", "x"]));
    expect((await p.refresh()).rejects).toEqual([]);
    expect(readdirSync(p.exports)).toHaveLength(2);
  });

  test("the guard is undone exactly, whatever the text", () => {
    for (const text of ["=1", "'=1", "''=1", "plain", "'plain", "-5", "@a", "+a", "", "it's"]) {
      const shown = guarded(text);
      expect(shown).not.toMatch(/^[=+\-@]/);
      expect(/^''*[=+@\t\r-]/.test(shown) ? shown.slice(1) : shown).toBe(text);
    }
  });
});

describe("mended rows that come back", () => {
  test("count from then on: nothing is withdrawn, twice-read or double, and the next export of the source has its say", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "1", "01/01/2026", "", "Police", "Referral", "x"], ["C2", "2", "31/02/2026", "", "Police", "'=Sent upstairs", "y"], ["C3", "3", "1.2.3.4", "", "School", "NFA", "z"]));
    const first = await p.refresh({rejects: path.join(p.home, "rejects")});
    expect(first.rejects).toEqual([path.join(p.home, "rejects", "contacts_2026-01-31.csv.rejects.csv")]);
    mend(first.rejects[0]!, path.join(p.exports, "mended.csv"), (row) => {
      if (row["Contact ID"] === "C2") row.Received = "02/01/2026";
    });
    const second = await p.refresh();
    expect(second.files.map((f) => [f.file, f.mapping, f.exportDate, f.recordSets[0]!.accepted, f.recordSets[0]!.rejected, f.headingsDropped])).toEqual([
      ["contacts_2026-01-31.csv", "contacts", "2026-01-31", 1, 2, ["Surname"]],
      ["mended.csv", "contacts", "2026-01-31", 1, 1, ["Surname"]]
    ]);
    expect(second.files.flatMap((f) => f.warnings.map((w) => w.code)).filter((c) => c !== "headings-dropped" && c !== "unmapped-word")).toEqual([]);
    expect(second.warnings).toEqual([]);
    expect(second.records).toMatchObject([{records: 2, withdrawn: 0, since: {new: 1, unchanged: 1, withdrawn: 0}}]);
    // the apostrophe that was the export's own is still there; ours is gone
    const words = second.files[1]!.warnings.filter((w) => w.code === "unmapped-word").map((w) => w.message);
    expect(words).toHaveLength(1);
    expect(words[0]).toMatch(/^“'=Sent upstairs”/);

    // the source's next export still has the fault: the mended row goes on counting
    p.put("contacts_2026-02-28.csv", csv(HEAD, ["C1", "1", "01/01/2026", "", "Police", "Referral", "x"], ["C2", "2", "31/02/2026", "", "Police", "NFA", "y"]));
    expect((await p.refresh()).records).toMatchObject([{records: 2, withdrawn: 0}]);
    // and then it is gone from the source
    p.put("contacts_2026-03-31.csv", csv(HEAD, ["C1", "1", "01/01/2026", "", "Police", "Referral", "x"]));
    expect((await p.refresh()).records).toMatchObject([{records: 1, withdrawn: 1}]);
  });

  test("without an id: a mended look-alike of an accepted row is a record of its own, and mending twice makes no third", async () => {
    const p = place(`
name: nameless
title: Contacts without an id
records:
  - set: contact
    fields: {child_id: [Child], received_at: [When], source: [From], team: [Team], decision_at: [Decided]}
`);
    const heads = ["Child", "When", "From", "Team", "Decided"];
    p.put("nameless_2026-01-31.csv", csv(heads, ["1", "05/01/2026 09:00", "Police", "", "31/02/2026"], ["1", "05/01/2026 09:00", "Police", "b", ""], ["1", "05/01/2026 09:00", "Police", "c", "x"]));
    const first = await p.refresh({rejects: p.home});
    expect(first.records).toMatchObject([{records: 1}]);
    const mended = path.join(p.exports, "mended.csv");
    mend(first.rejects[0]!, mended, (row) => {
      if (row.Decided === "x") row.Decided = "06/01/2026";
    });
    expect((await p.refresh()).records).toMatchObject([{records: 2}]);
    mend(first.rejects[0]!, mended, (row) => {
      row.Decided = "07/01/2026";
    });
    const third = await p.refresh();
    expect(third.records).toMatchObject([{records: 3}]);
    expect(third.kept).toEqual([]);
    // exactly what the export would have given had it been right from the start
    const whole = place(readFileSync(path.join(p.data, "mappings", "m0.yaml"), "utf8"));
    whole.put("nameless_2026-01-31.csv", csv(heads, ["1", "05/01/2026 09:00", "Police", "", "07/01/2026"], ["1", "05/01/2026 09:00", "Police", "b", ""], ["1", "05/01/2026 09:00", "Police", "c", "07/01/2026"]));
    await whole.refresh();
    const sql = "select * exclude (first_load, last_load) from records.contact order by all";
    expect(await ask(p.store, sql)).toEqual(await ask(whole.store, sql));
  });

  test("from a workbook: Excel's day numbers are written out as dates, a sheet a file", async () => {
    const p = place(CONTACTS.replace("title:", "format: xlsx\ntitle:"), CONTACTS.replace("name: contacts", "name: contacts-csv").replace("title:", "format: csv\ntitle:"));
    const book = new ExcelJS.Workbook();
    for (const sheet of ["North", "South"]) {
      const s = book.addWorksheet(sheet);
      s.addRow(["Contact ID", "Child ID", "Received", "Source"]);
      s.addRow([`${sheet}1`, "1", new Date(Date.UTC(2026, 0, 5, 9, 30)), "Police"]);
      s.addRow([`${sheet}2`, null, new Date(Date.UTC(2026, 0, 6, 9, 30)), "Police"]);
    }
    await book.xlsx.writeFile(path.join(p.exports, "contacts_2026-01-31.xlsx"));
    const first = await p.refresh({rejects: p.home});
    expect(first.records).toMatchObject([{records: 2}]);
    expect(first.rejects.map((f) => path.basename(f))).toEqual(["contacts_2026-01-31.xlsx.rejects.csv", "contacts_2026-01-31.xlsx.rejects.2.csv"]);
    mkdirSync(path.join(p.exports, "mended"));
    first.rejects.forEach((f, i) => mend(f, path.join(p.exports, "mended", `contacts ${i}.csv`), (row) => (row["Child ID"] = "2")));
    const second = await p.refresh();
    expect(second.records).toMatchObject([{records: 4}]);
    expect(await ask(p.store, "select contact_id, received_at from records.contact where child_id = '2' order by 1")).toEqual([
      {contact_id: "North2", received_at: "2026-01-06 09:30:00"},
      {contact_id: "South2", received_at: "2026-01-06 09:30:00"}
    ]);
  });

  test("from a CIN census: a CSV a record set, read under our own headings as rows of that census and of its authority", async () => {
    const child = (id: string, plan: string, review: string) =>
      `<Child><ChildIdentifiers><LAchildID>${id}</LAchildID><PersonBirthDate>2015-02-01</PersonBirthDate><GenderCurrent>2</GenderCurrent></ChildIdentifiers><ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics><CINdetails><CINreferralDate>2023-06-03</CINreferralDate><ReferralSource>2A</ReferralSource><PrimaryNeedCode>N4</PrimaryNeedCode><CINPlanDates><CINPlanStartDate>${plan}</CINPlanStartDate></CINPlanDates><ReferralNFA>0</ReferralNFA><ChildProtectionPlans><CPPstartDate>2023-07-01</CPPstartDate><InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse><NumberOfPreviousCPP>0</NumberOfPreviousCPP><Reviews><CPPreviewDate>${review}</CPPreviewDate></Reviews></ChildProtectionPlans></CINdetails></Child>`;
    const census = (...children: string[]) =>
      `<?xml version="1.0" encoding="utf-8"?><Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year><ReferenceDate>2024-03-31</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel><LEA>879</LEA><SoftwareCode>x</SoftwareCode><Release>1</Release><SerialNo>001</SerialNo><DateTime>2024-05-01T09:00:00</DateTime></Source></Header><Children>\n${children.join("\n")}\n</Children></Message>`;
    const local = csv(HEAD, ["C1", "1", "01/01/2024", "", "Police", "Referral", "x"]);
    const settings = "authority: {code: E06000001, name: Elsewhere}\n";

    const p = place(CONTACTS);
    p.settings(settings);
    p.put("contacts_2024-04-30.csv", local);
    p.put("cin.xml", census(child("007", "2024-02-31", "2023-09-01"), child("008", "2023-08-01", "2023-09-02"), child("1.23E+12", "2023-08-01", "2023-13-02")));
    const first = await p.refresh({rejects: p.home});
    expect(first.files.find((f) => f.file === "cin.xml")!.recordSets.map((s) => `${s.name} ${s.read} = ${s.accepted} + ${s.rejected} + ${s.duplicates}`)).toEqual(["child 3 = 2 + 1 + 0", "referral 3 = 2 + 1 + 0", "assessment 0 = 0 + 0 + 0", "section_47 0 = 0 + 0 + 0", "conference 3 = 2 + 1 + 0", "cin_plan 3 = 1 + 2 + 0", "cp_plan 3 = 2 + 1 + 0"]);
    expect(first.rejects.map((f) => (parse(readFileSync(f, "utf8"), {columns: true, bom: true}) as Record<string, string>[]).map((r) => r["frontdoor export"]!.replace(/[0-9a-f]{16}/, "…"))).flat()).toEqual(
      ["child", "referral", "conference", "cin_plan", "cin_plan", "cp_plan"].map((set) => `2024-05-01 … CIN census 2024 of 879: ${set}`)
    );

    mkdirSync(path.join(p.exports, "mended"));
    first.rejects.forEach((f, i) =>
      mend(f, path.join(p.exports, "mended", `from the census ${i}.csv`), (row) => {
        if (row.child_id!.endsWith("E+12")) row.child_id = "009";
        // as a spreadsheet of this country would write it
        if (row.started_on === "2024-02-31") row.started_on = "28/02/2024";
        // one fault is left
        if (row.held_on === "2023-13-02") row.held_on = "2023-14-02";
      })
    );
    const second = await p.refresh({rejects: path.join(p.home, "again")});
    expect(second.files.filter((f) => f.file.startsWith("mended/")).map((f) => [f.mapping, f.exportDate, ...f.recordSets.map((s) => `${s.name} ${s.accepted} + ${s.rejected}`)])).toEqual([
      ["cin-census", "2024-05-01", "child 1 + 0"],
      ["cin-census", "2024-05-01", "referral 1 + 0"],
      ["cin-census", "2024-05-01", "conference 0 + 1"],
      ["cin-census", "2024-05-01", "cin_plan 2 + 0"],
      ["cin-census", "2024-05-01", "cp_plan 1 + 0"]
    ]);
    expect(second.records.filter((r) => r.since.new > 0).map((r) => [r.authority, r.recordSet, r.records, r.since.new, r.ambiguous])).toEqual([["879", "child", 3, 1, 0], ["879", "cin_plan", 3, 2, 0], ["879", "cp_plan", 3, 1, 0], ["879", "referral", 3, 1, 0]]);

    // rejected again, it is still a row of the census
    const [again] = second.rejects.filter((f) => f.includes("mended"));
    mend(again!, path.join(p.exports, "mended", "from the census 2.csv"), (row) => (row.held_on = "2023-09-03"));
    await p.refresh();

    // exactly what a census that was right from the start would have given
    const whole = place(CONTACTS);
    whole.settings(settings);
    whole.put("contacts_2024-04-30.csv", local);
    whole.put("cin.xml", census(child("007", "2024-02-28", "2023-09-01"), child("008", "2023-08-01", "2023-09-02"), child("009", "2023-08-01", "2023-09-03")));
    await whole.refresh();
    for (const set of ["child", "referral", "conference", "cin_plan", "cp_plan"]) {
      const sql = `select * exclude (first_load, last_load) from records.${set} order by all`;
      expect(await ask(p.store, sql), set).toEqual(await ask(whole.store, sql));
    }
  }, 300_000);
});

describe("mended rows that a spreadsheet has had", () => {
  const cells = (file: string) => parse(readFileSync(file, "utf8"), {bom: true, relax_column_count: true}) as string[][];
  const saved = (rows: string[][], delimiter = ",") => `${rows.map((r) => r.map((c) => (/[",;\n]/.test(c) ? `"${c.replaceAll('"', '""')}"` : c)).join(delimiter)).join("\r\n")}\r\n`;
  const faults = (report: {files: {file: string; rejections: {line: number; reasons: string[]}[]}[]}, file: string) => report.files.find((f) => f.file === file)!.rejections.map((r) => `${r.line}: ${r.reasons.join("; ")}`);

  test("rejected twice, a row keeps its line in the export: its mending displaces no other row, nor does one that somebody added", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "1", "01/01/2026", "", "Police", "NFA", "x"], ["C2", "", "02/01/2026", "", "Police", "NFA", "y"], ["C3", "", "03/01/2026", "", "Police", "NFA", "z"]));
    const first = await p.refresh({rejects: path.join(p.home, "a")});
    const [head, two, three] = cells(first.rejects[0]!) as [string[], string[], string[]];
    const with_ = (row: string[], child: string, id = row[3]!, line = row[0]!) => row.map((c, i) => (i === 0 ? line : i === 3 ? id : i === 4 ? child : c));
    p.put("mended.csv", saved([head, with_(two, "2"), three, with_(two, "8", "C8", "")]));
    const second = await p.refresh({rejects: path.join(p.home, "b")});
    const again = cells(second.rejects.find((f) => f.includes("mended"))!);
    expect(again.slice(1).map((r) => [r[0], r[3]])).toEqual([["4", "C3"]]);
    p.put("mended again.csv", saved([head, with_(again[1]!, "3"), with_(two, "7", "C7", ""), with_(two, "9", "C9", "")]));
    await p.refresh();
    expect(await ask(p.store, "select contact_id, child_id from records.contact order by 1")).toEqual([1, 2, 3, 7, 8, 9].map((n) => ({contact_id: `C${n}`, child_id: String(n)})));
  });

  test("a ragged row that was only made as long as the headings stays rejected, and so does a row of another export; zeros lost from an id are told", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "01", "01/01/2026", "", "Police", "NFA", "x"], ["C2", "02", "02/01/2026", "Police", "NFA", "y"], ["C3", "03", "03/01/2026", "", "Police", "NFA", "z", "Smith"], ["C4", "04", "x", "", "Police", "NFA", "z"]));
    const first = await p.refresh({rejects: p.home});
    const rows = cells(first.rejects[0]!);
    const padded = rows.map((r) => [...r, ...Array<string>(11 - r.length).fill("")]);
    padded[3]![5] = "04/01/2026";
    padded[3]![4] = "4";
    const other = padded[3]!.map((c, i) => (i === 2 ? c.replace(/ .*/, ` ${"0".repeat(16)}`) : c));
    const save = (...of: string[][]) => p.put("mended.csv", `\ufeff${saved(of, ";")}`);
    save(...padded, other);
    const second = await p.refresh({rejects: path.join(p.home, "again")});
    expect(second.files[1]!.recordSets).toEqual([{name: "contact", read: 4, accepted: 1, rejected: 3, duplicates: 0}]);
    expect(faults(second, "mended.csv")).toEqual([
      "2: the row has 6 cells where the headings have 7, and its last ones are still blank: put each value under its heading, or clear “frontdoor reasons” if it is right so",
      "3: the row has 8 cells where the headings have 7, and there is still a value beyond the last heading: put each value under its own",
      "5: it is of another export than the first row of this file (“frontdoor export”): put the mended rows of each export into a file of their own"
    ]);
    expect(second.files[1]!.warnings.filter((w) => w.code === "id-zeros-lost")).toMatchObject([{line: 4, heading: "Child ID"}]);
    const [, short, long] = padded as [string[], string[], string[]];
    short[1] = "";
    long[10] = "";
    save(padded[0]!, short, long);
    const third = await p.refresh();
    expect(third.files[1]!.recordSets).toEqual([{name: "contact", read: 2, accepted: 1, rejected: 1, duplicates: 0}]);
    // in the short row the source stood where the decision belongs
    expect(faults(third, "mended.csv")).toEqual(["2: not a date; expected dd/mm/yyyy, dd Mon yyyy or yyyy-mm-dd"]);
  });

  test("a workbook's rows come back as CSV, a CSV's rows as a workbook, whatever format its mapping is for; ISO dates come back as this country writes them", async () => {
    const p = place(CONTACTS.replace("title:", "format: csv\ndateOrder: ymd\ntitle:"), CONTACTS.replaceAll("contacts", "others").replace("title:", "format: xlsx\ntitle:").replaceAll("Contact ID", "Other ID"));
    const workbook = async (name: string, rows: (string | number | Date)[][]) => {
      const book = new ExcelJS.Workbook();
      book.addWorksheet("a sheet").addRows(rows);
      await book.xlsx.writeFile(path.join(p.exports, name));
    };
    p.put("contacts_2026-01-31.csv", csv(["Contact ID", "Child ID", "Received"], ["C1", "1", "2026-01-05 09:00"], ["C2", "", "2026-01-06 09:00"], ["C3", "", "2026-01-07 09:00"]));
    await workbook("others_2026-01-31.xlsx", [["Other ID", "Child ID", "Received"], ["O1", "", new Date(Date.UTC(2026, 0, 8, 9))]]);
    const first = await p.refresh({rejects: p.home});
    const [head, two, three] = cells(first.rejects[0]!) as [string[], string[], string[]];
    await workbook("mended 1.xlsx", [head, [3, ...two.slice(1, 4), 2, new Date(Date.UTC(2026, 0, 6, 9))]]);
    p.put("mended 2.csv", saved([head, three.map((c, i) => (i === 4 ? "3" : i === 5 ? "07/01/2026 09:00" : c))]));
    const [others, row] = cells(first.rejects[1]!) as [string[], string[]];
    p.put("mended 3.csv", saved([others, row.map((c, i) => (i === 4 ? "4" : c))]));
    await p.refresh();
    expect(await ask(p.store, "select contact_id, child_id, received_at from records.contact order by child_id")).toEqual(
      ["C1", "C2", "C3", "O1"].map((contact_id, i) => ({contact_id, child_id: String(i + 1), received_at: `2026-01-0${i + 5} 09:00:00`}))
    );
  });

  test("of a form made of several lines all lines are shown, so that mending one loses none of the others", async () => {
    const p = place(`
name: forms
title: Forms
records:
  - set: audit
    fields: {audit_id: [Form]}
    constants: {domain: overall, selection: random}
    pivot: {by: [audit_id], question: [Question], answer: [Answer], questions: {audited_on: [When], grade: [Grade]}}
`);
    p.put("forms_2026-01-31.csv", csv(["Form", "Question", "Answer"], ["F1", "When", "05/01/2026"], ["F2", "When", "31/02/2026"], ["F1", "Grade", "2"], ["F2", "Grade", "3"]));
    const first = await p.refresh({rejects: p.home});
    const rows = cells(first.rejects[0]!);
    expect(rows.slice(1).map((r) => [r[0], r[1], ...r.slice(3)])).toEqual([
      ["3", expect.stringContaining("does not exist") as string, "F2", "When", "31/02/2026"],
      ["5", "it belongs to the form on line 3", "F2", "Grade", "3"]
    ]);
    p.put("mended.csv", saved(rows.map((r) => r.map((c) => (c === "31/02/2026" ? "28/01/2026" : c)))));
    await p.refresh();
    expect(await ask(p.store, "select audit_id, audited_on, grade from records.audit order by 1")).toEqual([
      {audit_id: "F1", audited_on: "2026-01-05", grade: 2},
      {audit_id: "F2", audited_on: "2026-01-28", grade: 3}
    ]);
  });

  test("what was mended where it was written is never written over", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv(HEAD, ["C1", "1", "01/01/2026", "", "Police", "NFA", "x"], ["C2", "", "02/01/2026", "", "Police", "NFA", "y"], ["C3", "", "03/01/2026", "", "Police", "NFA", "y"]));
    const [file] = (await p.refresh({rejects: p.exports})).rejects as [string];
    expect((await p.refresh({rejects: p.exports})).rejects).toEqual([file]);
    mend(file, file, (row) => (row["Child ID"] = row["Contact ID"] === "C2" ? "2" : ""));
    const mended = readFileSync(file, "utf8");
    const beside = file.replace(/\.csv$/, " (2).csv");
    for (let i = 0; i < 2; i++) {
      const {rejects, records} = await p.refresh({rejects: p.exports});
      expect(rejects).toEqual([beside]);
      expect(records).toMatchObject([{records: 2}]);
    }
    expect(readFileSync(file, "utf8")).toBe(mended);
    expect(readdirSync(p.exports)).toHaveLength(3);
  });
});
