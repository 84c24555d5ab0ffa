// Tables to the bytes of a CSV file, in the encoding an old system would use. Refuses a character that the encoding lacks.
import type {Table} from "./tables.ts";

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

export function csvBytes(table: Table): Buffer {
  const lines: string[] = [];
  if (table.titleLine) lines.push(cell(table.titleLine), "");
  lines.push(table.headings.map(cell).join(","));
  table.rows.forEach((row, i) => {
    if (table.blankLines && i > 0 && i % 700 === 0) lines.push("");
    lines.push(row.map(cell).join(","));
  });
  if (table.totalsLine) lines.push(["Total", String(table.rows.length), ...table.headings.slice(2).map(() => "")].join(","));
  const text = lines.join(table.newline) + table.newline;
  if (table.encoding === "windows-1252") return windows1252(text);
  return Buffer.from(table.encoding === "utf-8-bom" ? `\ufeff${text}` : text, "utf8");
}

/** The characters of Windows-1252 that Latin-1 has not. */
const BEYOND_LATIN_1: Record<string, number> = {
  "€": 0x80, "‚": 0x82, "ƒ": 0x83, "„": 0x84, "…": 0x85, "†": 0x86, "‡": 0x87, "ˆ": 0x88, "‰": 0x89, "Š": 0x8a, "‹": 0x8b, "Œ": 0x8c, "Ž": 0x8e,
  "‘": 0x91, "’": 0x92, "“": 0x93, "”": 0x94, "•": 0x95, "–": 0x96, "—": 0x97, "˜": 0x98, "™": 0x99, "š": 0x9a, "›": 0x9b, "œ": 0x9c, "ž": 0x9e, "Ÿ": 0x9f
};

/** @throws Error for a character that Windows-1252 cannot hold. */
export function windows1252(text: string): Buffer {
  const replaced = text.replace(/[\u0080-\u009f\u0100-\uffff]/g, (character) => {
    const byte = BEYOND_LATIN_1[character];
    if (byte === undefined) throw new Error(`Windows-1252 has no “${character}”; take it out of the example's names`);
    return String.fromCharCode(byte);
  });
  return Buffer.from(replaced, "latin1");
}
