// Files made in the browser from published numbers. Must not hold a case: case lists come from the API, which audits them.

/** One table, as shown under a chart and as saved. */
export interface Table {
  columns: string[];
  rows: (string | number | null)[][];
}

/** RFC 4180 text with CRLF; a cell that a spreadsheet would run as a formula is made text with a leading apostrophe. */
export function csv(table: Table): string {
  return [table.columns, ...table.rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

function cell(value: string | number | null): string {
  if (value == null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table as CSV to save. The byte-order mark makes Excel read it as UTF-8. */
export function save(name: string, table: Table): void {
  offer(new Blob(["\ufeff", csv(table)], {type: "text/csv;charset=utf-8"}), name);
}

/** A button that saves a table as CSV; a function is asked for the table when it is pressed. */
export function saveButton(name: string, table: Table | (() => Table)): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Download CSV";
  button.addEventListener("click", () => save(name, typeof table === "function" ? table() : table));
  return button;
}

/** A button that saves what `get` brings, and says beside itself when it cannot: for lists that the server makes and writes to its audit trail. */
export function fetchButton(text: string, get: () => Promise<void>): HTMLElement {
  const [room, button, said] = [document.createElement("span"), document.createElement("button"), document.createElement("span")];
  button.type = "button";
  button.textContent = text;
  room.className = "fetch";
  said.setAttribute("role", "status");
  button.addEventListener("click", () => {
    said.textContent = " Making the file…";
    get().then(
      () => (said.textContent = ""),
      (error: unknown) => (said.textContent = ` The file was not made: ${error instanceof Error ? error.message : String(error)}`)
    );
  });
  room.append(button, said);
  return room;
}

/** Offers a file to save. */
export function offer(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
