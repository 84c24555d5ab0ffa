// Workbooks as Excel, other writers and attackers make them, and what each gets.
import ExcelJS from "exceljs";
import {join} from "node:path";
import {deflateRawSync} from "node:zlib";
import {beforeAll, describe, expect, it} from "vitest";
import type {DuckDBConnection} from "@duckdb/node-api";
import {peekXlsx, readXlsx, wholeNumber} from "../../etl/extract/xlsx.ts";
import {connect, file, folder, rowsOf} from "./help.ts";
import {textRow, workbookParts, zip, type SheetXml} from "./workbook.ts";

let conn: DuckDBConnection;
beforeAll(async () => {
  conn = await connect();
});

/** Peeks and reads every sheet, headings on `headingLine`, keeping every column unless told. */
async function read(path: string, {headingLine = 1, keep}: {headingLine?: number; keep?: number[]} = {}) {
  const peek = await peekXlsx(path);
  const plans = peek.sheets.map((sheet) => {
    const headings = sheet.rows.find(({line}) => line === headingLine)!.cells;
    return {sheet: sheet.sheet!, headingLine, headings, keep: keep ?? headings.map((_, i) => i)};
  });
  const sheets = await readXlsx(conn, path, peek, plans, "book");
  const rows = await Promise.all(sheets.map(({table}) => rowsOf(conn, table)));
  return {peek, sheets, rows: rows.map((of) => of.map((row) => row.slice(0, -1)))};
}
const book = (sheets: SheetXml[], options?: Parameters<typeof workbookParts>[1]) => file(zip(workbookParts(sheets, options)), "book.xlsx");
const refusal = (code: string, words = /./) => ({name: "Refusal", code, message: expect.stringMatching(words)});

describe("cells", () => {
  it("reads a workbook that Excel's own library wrote: text, numbers, dates as serials, cached formulas, rich text, booleans", async () => {
    const workbook = new ExcelJS.Workbook();
    const sheet = workbook.addWorksheet("Contacts");
    sheet.addRow(["id", "received", "n", "formula", "rich", "flag"]);
    sheet.addRow(["00123", new Date(Date.UTC(2024, 3, 1, 12)), 12.5, {formula: "1+1", result: 2}, {richText: [{text: "Po"}, {font: {bold: true}, text: "lice"}]}, true]);
    sheet.addRow(["'; drop table x; --", new Date(Date.UTC(2024, 3, 2)), 3, {formula: 'A1&"x"', result: "idx"}, "<b>", false]);
    const path = join(folder(), "excel.xlsx");
    await workbook.xlsx.writeFile(path);
    const got = await read(path);
    expect(got.rows[0]).toEqual([
      [2, "00123", "45383.5", "12.5", "2", "Police", "TRUE"],
      [3, "'; drop table x; --", "45384", "3", "idx", "<b>", "FALSE"]
    ]);
    expect(got.peek).toMatchObject({format: "xlsx", encoding: "zip", excelSerials: true, date1904: false});
    expect(got.sheets[0]!.read).toBe(2);
  });
  it.each([
    ["12345678901234567890", "12345678901234567890"],
    ["9212044.0", "9212044"],
    ["1.2345678E7", "12345678"],
    ["1.23457E+12", "1234570000000"],
    ["1.23456789012345E+17", "1.23456789012345E+17"],
    ["45383.385416666664", "45383.385416666664"],
    ["12.50", "12.50"],
    ["-7.0", "-7"],
    ["1.5E-3", "1.5E-3"],
    ["0.0", "0"]
  ])("reads the stored number %s as %s", (stored, text) => {
    expect(wholeNumber(stored)).toBe(text);
  });
  it("joins shared strings without their phonetic hints, takes escapes and stray writers' cells without references", async () => {
    const strings = ["<t>id</t>", "<t>note</t>", "<r><t>a</t></r><r><t xml:space=\"preserve\"> b</t></r><rPh><t>x</t></rPh>", "<t>one_x000D_two_x005F_x000D_</t>"];
    const rows = `<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c><c t="s"><v>3</v></c></row>`;
    expect((await read(book([{name: "S", rows}], {strings}))).rows[0]).toEqual([[2, "a b", "one\rtwo_x000D_"]]);
  });
  it("rejects a row with an error cell in a kept column, and only there", async () => {
    const rows = `${textRow(1, "id", "team", "x")}<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c></row><row r="3"><c r="A3"><v>2</v></c><c r="C3" t="e"><v>#REF!</v></c></row>`;
    const got = await read(book([{name: "List", rows}]), {keep: [0, 1]});
    expect(got.rows[0]).toEqual([[3, "2", null]]);
    expect(got.sheets[0]!.rejections).toEqual([{sheet: "List", line: 2, column: "B", heading: "team", value: "#N/A", reasons: [expect.stringContaining("#N/A")]}]);
    expect(got.sheets[0]!.read).toBe(2);
  });
  it("strips and counts invisible characters, and rejects NULs and cells over 1 MB", async () => {
    const rows = [textRow(1, "id", "note"), textRow(2, "1\u200b2", "ok"), textRow(3, "3", "a_x0000_b"), textRow(4, "4", "y".repeat((1 << 20) + 1))].join("");
    const got = await read(book([{name: "S", rows}]));
    expect(got.rows[0]).toEqual([[2, "12", "ok"]]);
    expect(got.sheets[0]!.rejections.map(({line}) => line)).toEqual([3, 4]);
    expect(got.sheets[0]!.warnings).toEqual([expect.objectContaining({code: "invisible-characters", sheet: "S"})]);
  });
  it("hashes what it does not keep", async () => {
    const path = book([{name: "S", rows: textRow(1, "id", "surname") + textRow(2, "1", "Smith") + textRow(3, "1", "Smith") + textRow(4, "1", "Jones")}]);
    const peek = await peekXlsx(path);
    await readXlsx(conn, path, peek, [{sheet: "S", headingLine: 1, headings: ["id", "surname"], keep: [0]}], "kept");
    const rows = await rowsOf(conn, "kept_0");
    expect(rows.map((row) => row.length)).toEqual([3, 3, 3]);
    expect(rows[0]![2]).toBe(rows[1]![2]);
    expect(rows[0]![2]).not.toBe(rows[2]![2]);
  });
});

describe("sheets", () => {
  it("reads hidden and very hidden sheets in the workbook's order and says so", async () => {
    const rows = textRow(1, "id") + textRow(2, "1");
    const got = await read(book([{name: "A", rows}, {name: "B", rows, state: "hidden"}, {name: "C", rows, state: "veryHidden"}]));
    expect(got.peek.sheets.map(({sheet, hidden}) => [sheet, hidden ?? false])).toEqual([["A", false], ["B", true], ["C", true]]);
    expect(got.peek.warnings.map(({code, sheet}) => [code, sheet])).toEqual([["hidden-sheet", "B"], ["hidden-sheet", "C"]]);
    expect(got.rows.every((of) => of.length === 1)).toBe(true);
  });
  it("tells the 1904 date system", async () => {
    expect((await peekXlsx(book([{name: "S", rows: textRow(1, "id")}], {date1904: true}))).date1904).toBe(true);
  });
  it("skips and counts a merged title, blank rows and a totals row, with true row numbers", async () => {
    const rows = textRow(1, "List 1: Contacts") + textRow(3, "id", "source", "n") + textRow(4, "1", "Police") + textRow(7, "2", "Health") + `<row r="8"><c r="A8" s="3"/></row>` + textRow(9, "Total", "", "2");
    const got = await read(book([{name: "List 1", rows, before: '<mergeCells><mergeCell ref="A1:C1"/></mergeCells>'}]), {headingLine: 3});
    expect(got.rows[0]).toEqual([[4, "1", "Police", null], [7, "2", "Health", null]]);
    expect(got.sheets[0]!.skipped).toEqual({titleLines: 1, blankLines: 4, totalsLines: 1});
  });
  it("rejects a row with a value beyond the last heading, without its text", async () => {
    const got = await read(book([{name: "S", rows: textRow(1, "id") + textRow(2, "1", "Smith") + textRow(3, "2")}]));
    expect(got.sheets[0]!.rejections).toEqual([{sheet: "S", line: 2, reasons: ["the row has a value in column B, beyond the last heading in column A"]}]);
    expect(got.rows[0]).toEqual([[3, "2"]]);
  });
  it("reads headings only as no rows", async () => {
    const got = await read(book([{name: "S", rows: textRow(1, "id", "source")}]));
    expect([got.sheets[0]!.read, got.rows[0]]).toEqual([0, []]);
  });
});

describe("hostile and broken workbooks", () => {
  const withSheet = (xml: Partial<{content: string; packed: Buffer; declared: number}>) =>
    file(zip(workbookParts([{name: "S", rows: ""}]).map((part) => (part.name.endsWith("sheet1.xml") ? {...part, ...xml} : part))), "bomb.xlsx");

  it("refuses a zip that declares far more than it holds, at once", async () => {
    const packed = deflateRawSync(Buffer.alloc(100 << 20, 0x20));
    const started = performance.now();
    await expect(peekXlsx(withSheet({packed, declared: 100 << 20}))).rejects.toMatchObject(refusal("zip-bomb", /MB from 1 MB/));
    await expect(peekXlsx(withSheet({packed, declared: 0xf0000000}))).rejects.toMatchObject(refusal("zip-bomb"));
    expect(performance.now() - started).toBeLessThan(1500);
  });
  it("stops at the size a part declares when it unpacks to more", async () => {
    const packed = deflateRawSync(Buffer.concat([Buffer.from("<worksheet><sheetData>"), Buffer.alloc(100 << 20, 0x20)]));
    await expect(peekXlsx(withSheet({packed, declared: 1 << 20}))).rejects.toMatchObject(refusal("xlsx-damaged"));
  });
  it("refuses a zip of very many parts", async () => {
    const parts = Array.from({length: 10_001}, (_, i) => ({name: `p${i}`, content: ""}));
    await expect(peekXlsx(file(zip(parts), "many.xlsx"))).rejects.toMatchObject(refusal("zip-bomb", /parts/));
  });
  it("refuses a value in column XFD and says where, but not a mere format there", async () => {
    const sparse = `${textRow(1, "id")}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`;
    await expect(peekXlsx(book([{name: "S", rows: sparse}]))).rejects.toMatchObject(refusal("too-many-columns", /column XFD, row 1048576/));
    const format = `${textRow(1, "id")}<row r="1048576"><c r="XFD1048576" s="4"/></row>`;
    expect((await read(book([{name: "S", rows: format}]))).rows[0]).toEqual([]);
  });
  it("refuses more rows than a sheet can have", async () => {
    await expect(peekXlsx(book([{name: "S", rows: textRow(1, "id"), before: '<dimension ref="A1:C10000000"/>'}]))).rejects.toMatchObject(refusal("too-many-rows"));
    await expect(peekXlsx(book([{name: "S", rows: textRow(1, "id") + textRow(1_048_577, "x")}]))).rejects.toMatchObject(refusal("too-many-rows"));
  });
  it.each([
    ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
    ["cut in half", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)]
  ])("refuses a workbook %s", async (_, cut) => {
    const bytes = zip(workbookParts([{name: "S", rows: textRow(1, "id")}]));
    await expect(peekXlsx(file(cut(bytes), "cut.xlsx"))).rejects.toMatchObject(refusal("xlsx-damaged"));
  });
  it("refuses a sheet with a DOCTYPE, broken XML or a text that is not there", async () => {
    await expect(peekXlsx(withSheet({content: '<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'}))).rejects.toMatchObject(refusal("xlsx-damaged", /DOCTYPE/));
    await expect(peekXlsx(withSheet({content: "<worksheet><sheetData><row>"}))).rejects.toMatchObject(refusal("xlsx-damaged", /malformed or cut off/));
    await expect(peekXlsx(withSheet({content: `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>9</v></c></row></sheetData></worksheet>`}))).rejects.toMatchObject(refusal("xlsx-damaged"));
  });
  it("refuses another zip and a binary workbook", async () => {
    await expect(peekXlsx(file(zip([{name: "a.csv", content: "id\n1\n"}])))).rejects.toMatchObject(refusal("other-zip", /unpack it/));
    await expect(peekXlsx(file(zip([{name: "xl/workbook.bin", content: "x"}])))).rejects.toMatchObject(refusal("xlsb", /\.xlsb/));
  });
});
