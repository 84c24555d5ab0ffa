// Dirty rows of the common kinds. Each is an extra row, a damaged or exact copy: no real record is ever lost to damage, so the truth stays simple.
import type {Random} from "./random.ts";
import type {Table} from "./tables.ts";

/** What can be wrong with a row, and what becomes of it. */
export const DIRT = {
  "exact duplicate": "duplicate",
  "id in scientific notation": "rejected",
  "two-digit year": "rejected",
  "day that does not exist": "rejected",
  "missing child id": "rejected",
  "too few cells": "rejected",
  "too many cells": "rejected",
  "time that does not exist": "rejected",
  "error in a cell": "rejected",
  "value beyond the last heading": "rejected"
} as const;
export type Dirt = keyof typeof DIRT;

/** Kinds that a reader cannot take for a row at all, whatever it holds. */
const NO_ROW = new Set<Dirt>(["too few cells", "too many cells", "error in a cell", "value beyond the last heading"]);
const NO_CHILD = new Set<Dirt>(["id in scientific notation", "missing child id"]);

/** What becomes of a table's extra rows in a record set beside its main one, of whose fields only the child can be wrong; `fills` says which clean rows have something for it. */
export function besides(extras: DirtyTable["extras"], fills: (row: number) => boolean): {rejected: number; duplicates: number} {
  let [rejected, duplicates] = [0, 0];
  for (const {kind, copies} of extras) {
    if (NO_ROW.has(kind)) rejected++;
    else if (!fills(copies)) continue;
    else if (NO_CHILD.has(kind)) rejected++;
    else duplicates++;
  }
  return {rejected, duplicates};
}

export interface DirtyTable {
  table: Table;
  dirt: Partial<Record<Dirt, number>>;
  /** Each extra row: what was done to it, and the row (from 0, of the clean table) that it copies. */
  extras: {kind: Dirt; copies: number}[];
}

/** Scatters dirty copies among a table's rows: a handful of each kind, more in the larger tables. */
export function dirty(random: Random, table: Table): DirtyTable {
  if (table.rows.length < 200) return {table, dirt: {}, extras: []};
  const few = () => random.int(2, 3 + Math.round(table.rows.length / 12_000));
  const counts: Partial<Record<Dirt, number>> = {"exact duplicate": few() * 3};
  if (table.sheet !== undefined) Object.assign(counts, {"error in a cell": 1, "value beyond the last heading": 1}); // a sheet has no ragged rows
  else if (table.headings.length > 3) {
    counts["too few cells"] = few();
    if (table.headings.at(-1) !== "") counts["too many cells"] = few(); // beside a blank column an extra blank cell would be ambiguous
  }
  if (table.childColumn !== null) Object.assign(counts, {"id in scientific notation": few(), "missing child id": few()});
  if (table.dateColumn !== null) Object.assign(counts, {"two-digit year": few(), "day that does not exist": few()});
  if (table.recordSet === "out_of_hours_contact") counts["time that does not exist"] = 2;

  const copied = new Set<number>();
  const extras: {kind: Dirt; copies: number; after: number; row: string[]}[] = [];
  for (const [kind, count] of Object.entries(counts) as [Dirt, number][]) {
    for (let n = 0; n < count; n++) {
      let from: number;
      do from = random.int(0, table.rows.length - 1);
      while (copied.has(from) || (table.dateColumn !== null && table.rows[from]![table.dateColumn] === ""));
      copied.add(from);
      extras.push({kind, copies: from, after: random.int(0, table.rows.length - 1), row: damage(table, table.rows[from]!, kind, n)});
    }
  }
  extras.sort((a, b) => a.after - b.after);
  const rows: string[][] = [];
  let next = 0;
  table.rows.forEach((row, i) => {
    rows.push(row);
    while (extras[next]?.after === i) rows.push(extras[next++]!.row);
  });
  return {table: {...table, rows}, dirt: counts, extras: extras.map(({kind, copies}) => ({kind, copies}))};
}

function damage(table: Table, row: string[], kind: Dirt, n: number): string[] {
  const withCell = (column: number, cell: string) => row.map((c, i) => (i === column ? cell : c));
  const day = table.dateColumn === null ? "" : row[table.dateColumn]!;
  switch (kind) {
    case "exact duplicate":
      return row;
    case "id in scientific notation":
      return withCell(table.childColumn!, `${4 + n}.18733E+12`);
    case "missing child id":
      return withCell(table.childColumn!, "");
    case "two-digit year":
      return withCell(table.dateColumn!, table.dates === "uk" ? `${day.slice(0, 6)}${day.slice(8)}` : day.slice(2));
    case "day that does not exist":
      return withCell(table.dateColumn!, table.dates === "uk" ? `31/02/${day.slice(6)}` : `${day.slice(0, 4)}-02-31${day.slice(10)}`);
    case "time that does not exist":
      return withCell(table.dateColumn!, `2025-03-30 01:${10 + n}`);
    case "error in a cell":
      return withCell(0, "#REF!");
    case "value beyond the last heading":
      return [...row, "checked"];
    case "too few cells":
      return row.slice(0, -2); // two, so that a blank last column cannot excuse it
    case "too many cells":
      return [...row.slice(0, 1), "see notes", ...row.slice(1)];
  }
}
