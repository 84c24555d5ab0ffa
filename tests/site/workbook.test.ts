// @vitest-environment jsdom
// Workbooks made in the browser, and what the shell does for whoever signed in.
import ExcelJS from "exceljs";
import {beforeEach, describe, expect, it, vi} from "vitest";
import {frame} from "../../src/components/frame.js";
import {casesLink} from "../../src/components/page.js";
import {suggest} from "../../src/components/state.js";
import {stampWorkbooks, workbook} from "../../src/components/workbook.js";
import {definition} from "./small.ts";

const table = {columns: ["Month", "Value", "Note"], rows: [["March 2026", 80.5, "=1+1"], ["April 2026", null, "@x"], ["May 2026", -3, "+44"]]};

describe("a workbook", () => {
  it("keeps numbers numbers, and every text a text, whatever it begins with", async () => {
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await workbook(table, [["What", "C2"]]));
    const rows: unknown[][] = [];
    book.getWorksheet("Table")!.eachRow((row) => {
      rows.push((row.values as unknown[]).slice(1));
      row.eachCell((cell) => expect(cell.type).not.toBe(ExcelJS.ValueType.Formula));
    });
    expect(rows).toEqual([["Month", "Value", "Note"], ["March 2026", 80.5, "=1+1"], ["April 2026", undefined, "@x"], ["May 2026", -3, "+44"]]);
    expect(book.getWorksheet("About")!.getCell("B1").value).toBe("C2");
  });

  it("says on its About sheet what the chart said, its definition, its filters, data-as-at and run", async () => {
    history.replaceState(null, "", "/time-to-seen?team=North");
    stampWorkbooks([["Data as at", "2026-03-31"], ["Run", "r1"]]);
    let saved: Blob | null = null;
    vi.stubGlobal("URL", Object.assign(URL, {createObjectURL: (blob: Blob) => ((saved = blob), "blob:x"), revokeObjectURL: () => {}}));
    const made = frame({about: "Contacts decided", finding: "Steady", draw: () => document.createElement("i"), caption: ["Measure C2", "March 2026"], table, file: "c2", notes: ["Trial limits"], definition});
    [...made.querySelectorAll("button")].find((b) => b.textContent === "Download XLSX")!.click();
    await vi.waitFor(() => expect(saved).not.toBeNull(), {timeout: 20_000});
    const book = new ExcelJS.Workbook();
    const bytes = await new Promise<ArrayBuffer>((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result as ArrayBuffer);
      reader.readAsArrayBuffer(saved!);
    });
    await book.xlsx.load(bytes);
    const about = new Map<string, unknown>();
    book.getWorksheet("About")!.eachRow((row) => about.set(String(row.getCell(1).value), row.getCell(2).value));
    expect(Object.fromEntries(about)).toMatchObject({What: "Contacts decided", Finding: "Steady", "Source and period": "Measure C2; March 2026", Notes: "Trial limits", Measure: "C2 Contacts decided within one working day", "Page and filters": "/time-to-seen?team=North", "Data as at": "2026-03-31", Run: "r1"});
    expect(String(about.get("Definition"))).toContain("Contacts with a decision");
  });
});

describe("drill-through", () => {
  beforeEach(() => suggest({period: "last-12"}));
  it("keeps the period that a person chose, so that the way back shows the same, and says the months", () => {
    history.replaceState(null, "", "/measure?id=C2&period=2025-26&team=North");
    expect(casesLink("C2", {from: "2025-04", to: "2026-03"}, {dimension: "team", group: "North"})).toBe("/qa/cases?period=2025-26&team=North&measure=C2&from=2025-04&to=2026-03");
  });
});
