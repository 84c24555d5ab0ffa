// An Arrow stream of cases as the columns that the list works with. Knows the format, and nothing of what a case is.
import {DataType, tableFromIPC, type Vector} from "apache-arrow";
import {none, type Column} from "./case-list.js";

/** Columns of an IPC stream, dates as days since 1970, and what stands beside them in the schema. */
export function columnsOf(bytes: Uint8Array): {rows: number; columns: Record<string, Column>; notes: Map<string, string>} {
  const table = tableFromIPC(bytes);
  return {rows: table.numRows, notes: table.schema.metadata, columns: Object.fromEntries(table.schema.fields.map((f) => [f.name, columnOf(table.getChild(f.name)!)]))};
}

function columnOf(vector: Vector): Column {
  const n = vector.length;
  const type = vector.type as DataType;
  if (DataType.isDictionary(type)) {
    const codes = new Int32Array(n);
    const words: string[] = [];
    const known = new Map<string, number>();
    let at = 0;
    for (const data of vector.data) {
      const own = (data.dictionary as Vector<DataType>).toArray() as ArrayLike<string | null>;
      const mine = Array.from(own, (word) => {
        if (word === null) return -1;
        if (!known.has(word)) {
          known.set(word, words.length);
          words.push(word);
        }
        return known.get(word)!;
      });
      for (let i = 0; i < data.length; i++) codes[at++] = data.nullCount > 0 && !data.getValid(i) ? -1 : mine[(data.values as Int32Array)[i]!]!;
    }
    return {kind: "word", codes, words};
  }
  if (DataType.isUtf8(type)) {
    const values: (string | null)[] = Array.from({length: n});
    for (let i = 0; i < n; i++) values[i] = vector.get(i) as string | null;
    return {kind: "text", values};
  }
  const values = new Int32Array(n);
  const date = DataType.isDate(type);
  for (let i = 0; i < n; i++) {
    const value = vector.get(i) as number | boolean | Date | null;
    values[i] = value === null ? none : date ? Math.round(Number(value) / 86_400_000) : Number(value);
  }
  return {kind: date ? "date" : DataType.isBool(type) ? "flag" : "number", values};
}
