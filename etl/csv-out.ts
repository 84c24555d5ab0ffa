// CSV for people: opens safely in a spreadsheet. Not for machines that must read every byte back; those take --json.

/** A cell that Excel would run as a formula gets a leading apostrophe. */
export function csvCell(value: unknown): string {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Headings and rows, CRLF, with a byte order mark so that Excel reads UTF-8. */
export function csvText(columns: readonly string[], rows: Record<string, unknown>[]): string {
  return `\ufeff${[columns.join(","), ...rows.map((row) => columns.map((c) => csvCell(row[c])).join(","))].join("\r\n")}\r\n`;
}
