// A chart's table as a workbook, made in the browser from published numbers. Must not hold a case: lists of cases come from the API, which audits them.
// The library is fetched only when somebody asks for a workbook.
import type {Table} from "./download.js";
import {offer} from "./download.js";

let stamp: [string, string][] = [];

/** What every workbook of the open run says of itself: authority, marking, data-as-at, run. */
export function stampWorkbooks(lines: [string, string][]): void {
  stamp = lines;
}

/** The same in short lines: "Example data · Fictional · Run …". */
export const stamped = (): string[] => stamp.filter(([name]) => name !== "Data as at").map(([name, value]) => (name === "Authority" || name === "Handling" ? value : `${name} ${value}`));

/** The bytes of a workbook: the table, and an About sheet. Text is always a text cell, so nothing in it runs as a formula. */
export async function workbook(table: Table, about: [string, string][]): Promise<ArrayBuffer> {
  const loaded = await import("exceljs");
  const {Workbook} = "Workbook" in loaded ? loaded : (loaded as unknown as {default: typeof loaded}).default;
  const book = new Workbook();
  const sheet = book.addWorksheet("Table", {views: [{state: "frozen", ySplit: 1}]});
  const numeric = table.columns.map((_, i) => table.rows.every((row) => row[i] == null || typeof row[i] === "number"));
  sheet.columns = table.columns.map((header, i) => ({header, width: Math.min(48, Math.max(10, header.length + 2, ...table.rows.slice(0, 300).map((row) => String(row[i] ?? "").length + 1))), style: {numFmt: numeric[i] ? "General" : "@"}}));
  sheet.getRow(1).font = {bold: true};
  for (const row of table.rows) sheet.addRow(row.map((value, i) => (value == null ? null : numeric[i] ? value : String(value))));
  const last = book.addWorksheet("About");
  last.columns = [{width: 22}, {width: 100, style: {alignment: {wrapText: true, vertical: "top"}}}];
  last.addRows(about);
  return (await book.xlsx.writeBuffer()) as ArrayBuffer;
}

/** Makes the workbook and offers it to save. */
export async function saveWorkbook(name: string, table: Table, about: [string, string][]): Promise<void> {
  const address: [string, string][] = typeof location === "undefined" ? [] : [["Page and filters", `${location.pathname}${location.search}`]];
  offer(new Blob([await workbook(table, [...about, ...address, ...stamp])], {type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}), `${name}.xlsx`);
}
