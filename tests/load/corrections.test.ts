// Rejected rows that come back mended: what of them is read.
import ExcelJS from "exceljs";
import path from "node:path";
import {expect, test} from "vitest";
import {check, folder, shelf, sums} from "./help.ts";

const MAPPING = `
name: contacts
title: Contacts
records:
  - set: contact
    fields: {contact_id: [Contact ID], child_id: [Child ID], received_at: [Received]}
`;

test("an error cell in a column of a mended workbook that the mapping does not read rejects no row, and one that it reads does", async () => {
  const book = new ExcelJS.Workbook();
  const error = {error: "#N/A"} as ExcelJS.CellErrorValue;
  book.addWorksheet("mended").addRows([
    ["frontdoor line", "frontdoor reasons", "frontdoor export", "Contact ID", "Child ID", "Received", "Postcode"],
    [2, "B “Child ID”: required, but the cell is blank", "2026-01-31 0123456789abcdef", "C1", "1", "05/01/2026", error],
    [3, "B “Child ID”: required, but the cell is blank", "2026-01-31 0123456789abcdef", "C2", error, "05/01/2026", "PL1"]
  ]);
  const file = path.join(folder(), "mended.xlsx");
  await book.xlsx.writeFile(file);
  const report = await check(file, shelf(MAPPING));
  expect([sums(report), report.rejections.map((r) => [r.line, r.heading])]).toEqual([{"mended/contact": "2 = 1 + 1 + 0"}, [[3, "Child ID"]]]);
});
