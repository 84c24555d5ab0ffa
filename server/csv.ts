// Rows as CSV for a person's spreadsheet (RFC 4180). Text that a spreadsheet would run as a formula is made plain text.

export type Cell = string | number | boolean | null;

/** A field. Text that begins with = + - @ tab or carriage return gets a leading apostrophe; numbers stay numbers. */
export function csvField(value: Cell): string {
  if (value === null) return "";
  if (typeof value !== "string") return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n\t]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The file in pieces: a byte order mark (Excel reads UTF-8 by it), the heading line, then rows, so many a piece. */
export function* csvOf(columns: readonly string[], rows: readonly Readonly<Record<string, Cell>>[], piece = 2_000): Generator<string> {
  yield `\uFEFF${columns.map(csvField).join(",")}\r\n`;
  for (let at = 0; at < rows.length; at += piece) {
    yield rows
      .slice(at, at + piece)
      .map((row) => `${columns.map((column) => csvField(row[column] ?? null)).join(",")}\r\n`)
      .join("");
  }
}
