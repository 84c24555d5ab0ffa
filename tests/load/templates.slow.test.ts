// The fill-in logs: what a person finds in them, and that a filled-in one loads back as it is.
import {mkdtempSync, readdirSync, readFileSync, utimesSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import ExcelJS from "exceljs";
import {describe, expect, test} from "vitest";
import {open as openDatabase, rowsOf} from "../../etl/duckdb.ts";
import {silent} from "../../etl/progress.ts";
import {refresh} from "../../etl/refresh.ts";
import {currentRun, storeAt} from "../../etl/store.ts";
import {writeTemplates} from "../../etl/load/templates.ts";
import {check, contracts, DATA, folder, load, shelf, sums} from "./help.ts";

const on = shelf();
const out = mkdtempSync(path.join(tmpdir(), "frontdoor-templates-"));
const {written} = await writeTemplates(out, contracts, on.reference);

async function open(name: string) {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(path.join(out, name));
  return book;
}

/** Fills the first sheet of a template below its headings and saves it under another name. */
async function fill(name: string, ...rows: (string | number | Date | null)[][]): Promise<string> {
  const book = await open(name);
  for (const [i, cells] of rows.entries()) for (const [j, cell] of cells.entries()) book.worksheets[0]!.getRow(i + 2).getCell(j + 1).value = cell;
  const to = path.join(mkdtempSync(path.join(tmpdir(), "frontdoor-filled-")), name.replace(".xlsx", "_2026-03-31.xlsx"));
  await book.xlsx.writeFile(to);
  return to;
}

const day = (iso: string) => new Date(`${iso}Z`);

test("there is a log for everything that no system records", () => {
  expect(written).toEqual([
    "strategy-attendance-log.xlsx", "minutes-received-log.xlsx", "mash-rota-log.xlsx", "cin-meeting-log.xlsx", "supervision-log.xlsx", "escalation-log.xlsx", "screening-log.xlsx",
    "audit-log.xlsx", "audit-action-log.xlsx", "commentary-log.xlsx", "improvement-action-log.xlsx", "delay-review-log.xlsx"
  ]);
  expect(readdirSync(out).sort()).toEqual([...written].sort());
});

test("a log that is there already is left alone, for somebody may have filled it in", async () => {
  const before = readFileSync(path.join(out, "mash-rota-log.xlsx"));
  utimesSync(path.join(out, "mash-rota-log.xlsx"), 0, 0);
  const again = await writeTemplates(out, contracts, on.reference);
  expect(again).toEqual({written: [], kept: written});
  expect(readFileSync(path.join(out, "mash-rota-log.xlsx")).equals(before)).toBe(true);
});

describe.each(written)("%s", (name) => {
  test("says how to fill it in, keeps ids as text, and offers the codes of every list to choose from", async () => {
    const book = await open(name);
    const [sheet, instructions, lists] = book.worksheets;
    expect([instructions!.name, lists!.name]).toEqual(["Instructions", "Lists"]);
    const headings = (sheet!.getRow(1).values as string[]).slice(1);
    const explained = new Set((instructions!.getColumn(1).values as string[]).slice(1));
    for (const heading of headings) expect([heading, explained.has(heading)]).toEqual([heading, true]);
    const rules = (sheet as unknown as {dataValidations: {model: Record<string, {type: string; formulae: string[]}>}}).dataValidations.model;
    for (const [i, heading] of headings.entries()) {
      if (/ID$|^Case$|^Measure$|^Period/.test(heading)) expect([heading, sheet!.getColumn(i + 1).numFmt]).toEqual([heading, "@"]);
      const rule = Object.entries(rules).find(([range]) => range.startsWith(String.fromCharCode(65 + i)))?.[1];
      if (heading === "Agency") {
        expect(rule).toMatchObject({type: "list"});
        const [, column, last] = /^Lists!\$([A-Z])\$2:\$[A-Z]\$(\d+)$/.exec(rule!.formulae[0]!)!;
        const offered = (lists!.getColumn(column!).values as string[]).slice(2, Number(last) + 1);
        expect(offered).toEqual(on.reference.codes.agency!.map((c) => c.label));
      }
    }
  });

  test("is read by its own mapping, and empty it holds no rows and no fault", async () => {
    const report = await check(path.join(out, name), on);
    expect([report.outcome, report.mapping, report.sheetsRefused]).toEqual(["accepted", `log-${name.replace("-log.xlsx", "")}`, undefined]);
    expect(report.recordSets.map((s) => s.read)).toEqual([0]);
    expect(report.headingsDropped).toEqual([]);
  });
});

describe("a filled-in log loads back as it is", () => {
  const label = (list: string, code: string) => on.reference.codes[list]!.find((c) => c.code === code)!.label;

  test("strategy attendance: ids with leading zeros, yes and no, and choices that are codes", async () => {
    const {rows, manifest} = await load(
      await fill("strategy-attendance-log.xlsx", ["000123", label("agency", "health.gp"), label("attendance_role", "practitioner"), "Yes", label("attendance", "video")], ["000123", label("agency", "police"), null, "No", null]),
      on
    );
    expect(rows.meeting_attendance).toEqual([
      {line: 2, meeting_id: "000123", agency: "Health: GP", role: "Practitioner", invited: true, attended: "By video", meeting_type: "strategy"},
      {line: 3, meeting_id: "000123", agency: "Police", invited: false, meeting_type: "strategy"}
    ]);
    expect(manifest.report.warnings.map((w) => w.code)).toEqual(["sheets-left-out"]);
    expect(manifest.exportDate).toBe("2026-03-31");
  });

  test("minutes received: dates and times", async () => {
    const {rows} = await load(await fill("minutes-received-log.xlsx", ["M7", label("document", "icpc_minutes"), label("agency", "health"), day("2026-03-01T09:30"), day("2026-03-12T00:00"), null]), on);
    expect(rows.document_distribution).toEqual([{line: 2, event_id: "M7", document: "Initial conference minutes", agency: "Health", sent_at: "2026-03-01 09:30:00", received_at: "2026-03-12 00:00:00"}]);
  });

  test("a rota, a meeting, a supervision, an escalation and a screening", async () => {
    const one = async (name: string, ...cells: (string | number | Date | null)[]) => Object.values((await load(await fill(name, cells), on)).rows)[0]![0];
    expect(await one("mash-rota-log.xlsx", day("2026-03-02"), "Morning", "Police", "Yes")).toEqual({line: 2, date: "2026-03-02", session: "Morning", agency: "Police", covered: true});
    expect(await one("cin-meeting-log.xlsx", "C1", "007", "Review", day("2026-03-02"), null, null, null, "North")).toEqual({line: 2, meeting_id: "C1", child_id: "007", type: "Review", due_on: "2026-03-02", team: "North"});
    expect(await one("supervision-log.xlsx", "007", day("2026-03-02"), day("2026-03-03"), 3, 2, null, "W12")).toEqual({line: 2, child_id: "007", due_on: "2026-03-02", held_on: "2026-03-03", actions: 3, actions_done: 2, worker: "W12"});
    expect(await one("escalation-log.xlsx", "E1", "007", "Education", "Health", 1, day("2026-03-02"), null, null, "Still open")).toEqual({line: 2, escalation_id: "E1", child_id: "007", raised_by: "Education", against: "Health", stage: 1, raised_at: "2026-03-02 00:00:00", outcome: "Still open"});
    expect(await one("screening-log.xlsx", "007", label("screening_tool", "exploitation"), day("2026-03-02"), null, "High")).toEqual({line: 2, child_id: "007", tool: "Exploitation screening tool", indicator_at: "2026-03-02 00:00:00", level: "High"});
  });

  test("audits, their actions, commentary, improvement actions and delay reviews", async () => {
    const one = async (name: string, ...cells: (string | number | Date | null)[]) => Object.values((await load(await fill(name, cells), on)).rows)[0]![0];
    expect(await one("audit-log.xlsx", "A1", "007", label("audit_type", "single_agency"), "Random", day("2026-03-02"), null, null, "Police", null, label("audit_domain", "voice"), "2", null, null, null)).toEqual({line: 2, audit_id: "A1", child_id: "007", type: label("audit_type", "single_agency"), selection: "Random", audited_on: "2026-03-02", agency: "Police", domain: "Voice and lived experience", grade: 2});
    expect(await one("audit-action-log.xlsx", "AA1", "A1", label("audit_domain", "voice"), "Police", day("2026-04-02"), null)).toMatchObject({action_id: "AA1", due_on: "2026-04-02", owner_agency: "Police"});
    expect(await one("commentary-log.xlsx", "C2", "2026-03", "Head of service", "Sickness in two teams.")).toEqual({line: 2, measure: "C2", period: "2026-03", author_role: "Head of service", words: "Sickness in two teams."});
    expect(await one("improvement-action-log.xlsx", "I1", on.reference.findings[0]!.id, "Head of service", day("2026-04-02"), label("action_status", on.reference.codes.action_status![0]!.code), "Audit of March")).toMatchObject({action_id: "I1", finding: on.reference.findings[0]!.id, evidence: "Audit of March"});
    expect(await one("delay-review-log.xlsx", "A4", "007/2026-01-05", day("2026-03-02"), label("delay_cause", "capacity"), "Yes", "Allocate", "Team manager", day("2026-03-09"))).toEqual({line: 2, measure: "A4", case_id: "007/2026-01-05", reviewed_on: "2026-03-02", cause: label("delay_cause", "capacity"), child_safe: true, action: "Allocate", owner: "Team manager", due_on: "2026-03-09"});
  });

  test("a row with its needed cell left out is rejected with its place, the others load", async () => {
    const report = await check(await fill("mash-rota-log.xlsx", [day("2026-03-02"), "Morning", "Police", "Yes"], [day("2026-03-02"), "Morning", null, "Yes"]), on);
    expect(sums(report)).toEqual({"MASH rota/mash_rota": "2 = 1 + 1 + 0"});
    expect(report.rejections).toEqual([{sheet: "MASH rota", line: 3, column: "C", heading: "Agency", reasons: ["required, but the cell is blank"]}]);
  });

  test("through a refresh the choices are codes of the records", async () => {
    const filled = await fill("strategy-attendance-log.xlsx", ["000123", label("agency", "health.0_19"), label("attendance_role", "chair"), "Yes", label("attendance", "telephone")]);
    const store = folder();
    await refresh({exportsDir: path.dirname(filled), store, data: DATA, progress: silent});
    const at = storeAt(store);
    const {db, close} = await openDatabase(path.join(at.home, currentRun(at).parts[0]!.file), {access_mode: "READ_ONLY"});
    const rows = await rowsOf(db, "select meeting_id, meeting_type, agency, role, invited, attended from records.meeting_attendance");
    close();
    expect(rows).toEqual([{meeting_id: "000123", meeting_type: "strategy", agency: "health.0_19", role: "chair", invited: true, attended: "telephone"}]);
  });
});

test("a month that Excel has turned into a day is told of, for no month is called by its number", async () => {
  const report = await check(await fill("commentary-log.xlsx", ["C1", day("2026-03-01"), "Director", "words"], ["C1", "2026-02", "Director", "words"]), on);
  expect(sums(report)).toEqual({"Commentary/commentary": "2 = 2 + 0 + 0"});
  expect(report.warnings).toContainEqual({code: "period-as-day", sheet: "Commentary", line: 2, heading: "Period (such as 2026-03)", message: expect.stringContaining("holds a day number in 1 row (first on line 2: 46082), as Excel makes of a month: format the column as text and type it again, as 2026-03")});
});

test("a log under another name that two mappings fit is told which names they list", async () => {
  const book = await open("audit-log.xlsx");
  book.worksheets[0]!.name = "Sheet1";
  const to = path.join(folder(), "filled in.xlsx");
  await book.xlsx.writeFile(to);
  const report = await check(to, on);
  expect([report.outcome, report.reason]).toEqual(["refused", expect.stringContaining("give the file a name that one of them lists (*audit-log* for log-audit, *audit-sample* for log-audit-sample)")]);
});
