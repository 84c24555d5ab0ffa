// Rows as an Arrow IPC stream of one record batch with the types written here: nothing is inferred from the values.
import {setImmediate} from "node:timers/promises";
import {Bool, DateDay, Dictionary, Int32, Table, Utf8, tableToIPC, vectorFromArray, type DataType, type Vector} from "apache-arrow";
import type {Cell} from "./csv.ts";

const types: Record<string, () => DataType> = {
  case_id: () => new Utf8(),
  child_id: () => new Utf8(),
  counted_on: () => new DateDay(),
  due_on: () => new DateDay(),
  done_on: () => new DateDay(),
  met: () => new Bool(),
  value: () => new Int32(),
  days_late: () => new Int32()
};
/** Every other column is text of few different words. */
const word = () => new Dictionary(new Utf8(), new Int32());

/** `columns` of `rows` as an IPC stream. Dates come in as `YYYY-MM-DD`. `notes` stand in the schema's metadata. */
export async function arrowOf(columns: readonly string[], rows: readonly Readonly<Record<string, Cell>>[], notes: Readonly<Record<string, string>> = {}): Promise<Uint8Array> {
  const vectors: Record<string, Vector> = {};
  for (const column of columns) {
    const type = (types[column] ?? word)();
    const read = type instanceof DateDay ? (value: Cell) => epochMilliseconds(value) : (value: Cell) => value;
    // Between columns other requests get their turn.
    await setImmediate();
    vectors[column] = vectorFromArray(rows.map((row) => read(row[column] ?? null)), type) as Vector;
  }
  const table = new Table(vectors);
  for (const [key, value] of Object.entries(notes)) table.schema.metadata.set(key, value);
  return tableToIPC(table, "stream");
}

function epochMilliseconds(value: Cell): number | null {
  if (typeof value !== "string") return null;
  const [year, month, day] = value.split("-").map(Number) as [number, number, number];
  return Date.UTC(year, month - 1, day);
}
