// A long list of cases that draws only the rows in sight: sortable by each column, walked with the arrow keys, ids copied with one press.
// Holds rows only while the page is open; never writes them anywhere.
import {html} from "htl";
import type {CaseRow} from "./data.js";
import {count, shortDay} from "./format.js";

export const rowHeight = 41; // 40 px and its rule; style.css says the same

export interface CaseTableOptions {
  label: string;
  /** Address of a child's own page; null while there is none. */
  childHref: ((child: string) => string) | null;
  /** What codes are called, by column: {source: {"1B": "School"}}. A code without a name is shown as it is. */
  names?: Partial<Record<keyof CaseRow, Record<string, string>>>;
  /** Words for the value column; null hides it. */
  valueName: string | null;
  /** What `met` is when a case failed: true for measures of which less is better. */
  bad?: boolean; // defaults to false
  /** Rows kept drawn above and below those in sight. */
  spare?: number; // defaults to 12
}

type Key = keyof CaseRow;

interface Column {
  key: Key;
  name: string;
  show: (row: CaseRow) => Node | string;
  className?: string;
}

/** Those that failed first, the latest of them on top: most days late, then earliest due, then child. `bad` is what `met` is when a case failed. */
export function lateFirst(a: CaseRow, b: CaseRow, bad = false): number {
  return Number(b.met === bad) - Number(a.met === bad) || (b.days_late ?? -Infinity) - (a.days_late ?? -Infinity) || compare(a.due_on, b.due_on) || compare(a.child_id, b.child_id);
}

/** Orders rows by a column; what is missing stands last whichever way. */
export function sortCases(rows: CaseRow[], key: Key, direction: 1 | -1): CaseRow[] {
  return [...rows].sort((a, b) => {
    const [x, y] = [a[key], b[key]];
    if (x == null || y == null) return Number(x == null) - Number(y == null);
    return direction * compare(x, y) || compare(a.case_id, b.case_id);
  });
}

/** "5 days late", "due today", "3 days left"; nothing where there is no limit. */
export function lateText(row: Pick<CaseRow, "days_late" | "met">, bad = false): string {
  const n = row.days_late;
  if (n == null) return "";
  if (row.met === !bad && n <= 0) return "in time";
  if (n === 0) return "due that day";
  const size = `${count(Math.abs(n))} ${Math.abs(n) === 1 ? "day" : "days"}`;
  return n > 0 ? `${size} late` : `${size} left`;
}

/** Makes the table. Rows arrive late first; a heading sorts. */
export function caseTable(rows: CaseRow[], o: CaseTableOptions): HTMLElement {
  const spare = o.spare ?? 12;
  const bad = o.bad ?? false;
  const named = (key: Key, code: string | null): string => (code == null ? "–" : (o.names?.[key]?.[code] ?? code));
  const has = (key: Key): boolean => rows.some((row) => row[key] != null && row[key] !== "");
  const columns: Column[] = [
    {key: "child_id", name: "Child", show: (row) => child(row.child_id)},
    {key: "days_late", name: "Late or left", show: (row) => lateText(row, bad), className: "late"},
    {key: "met", name: "Met", show: (row) => (row.met == null ? "–" : row.met ? "yes" : "no")},
    ...(o.valueName ? [{key: "value" as Key, name: o.valueName, show: (row: CaseRow) => (row.value == null ? "–" : count(row.value)), className: "n"}] : []),
    {key: "reason", name: "Why it is here", show: (row) => row.reason ?? ""},
    {key: "counted_on", name: "Counted on", show: (row) => shortDay(row.counted_on)},
    {key: "due_on", name: "Due", show: (row) => shortDay(row.due_on)},
    {key: "team", name: "Team", show: (row) => named("team", row.team)},
    {key: "agency", name: "Agency", show: (row) => named("agency", row.agency)},
    {key: "source", name: "Source", show: (row) => named("source", row.source)},
    {key: "locality", name: "Locality", show: (row) => named("locality", row.locality)},
    {key: "age_band", name: "Age", show: (row) => named("age_band", row.age_band)},
    {key: "case_id", name: "Case", show: (row) => html`<code>${row.case_id}</code>`}
  ];
  const used = columns.filter((c) => c.key === "case_id" || c.key === "child_id" || has(c.key));

  let sorted = rows.toSorted((a, b) => lateFirst(a, b, bad));
  let by: {key: Key; direction: 1 | -1} = {key: "days_late", direction: -1};
  let active = 0;
  let from = -1;
  let to = -1;

  const body = html`<tbody></tbody>`;
  const headings = used.map((c) => {
    const button = html`<button type="button">${c.name}</button>`;
    const th = html`<th scope="col" class=${c.className === "n" ? "n" : null}>${button}</th>`;
    button.addEventListener("click", () => {
      by = {key: c.key, direction: by.key === c.key ? (by.direction === 1 ? -1 : 1) : c.key === "days_late" ? -1 : 1};
      sorted = c.key === "days_late" && by.direction === -1 ? rows.toSorted((a, b) => lateFirst(a, b, bad)) : sortCases(rows, by.key, by.direction);
      active = 0;
      from = -1;
      room.scrollTop = 0;
      mark();
      draw();
    });
    return th;
  });
  const room = html`<div class="case-scroll"><table class="cases-table" aria-rowcount=${rows.length + 1} aria-label=${o.label}><thead><tr aria-rowindex="1">${headings}</tr></thead>${body}</table></div>`;
  const said = html`<p class="sr" role="status" aria-live="polite"></p>`;

  room.addEventListener("scroll", () => requestAnimationFrame(() => draw()), {passive: true});
  room.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLButtonElement) return;
    const page = Math.max(1, Math.floor(room.clientHeight / rowHeight) - 2);
    const next = ({ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: rows.length - 1} as Record<string, number>)[event.key];
    if (next == null) return;
    event.preventDefault();
    active = Math.max(0, Math.min(rows.length - 1, next));
    const top = active * rowHeight;
    const head = 44;
    if (top < room.scrollTop) room.scrollTop = top;
    else if (top + rowHeight + head > room.scrollTop + room.clientHeight) room.scrollTop = top + rowHeight + head - room.clientHeight;
    from = -1;
    draw();
    body.querySelector<HTMLElement>(`[data-i="${active}"]`)?.focus({preventScroll: true});
  });
  addEventListener("beforeprint", () => room.isConnected && draw(true));
  addEventListener("afterprint", () => room.isConnected && draw());

  mark();
  draw();
  const root = html`<div class="cases-list">${said}${room}</div>`;
  if (typeof ResizeObserver !== "undefined") new ResizeObserver(() => draw()).observe(room);
  return root;

  function mark(): void {
    used.forEach((c, i) => {
      if (c.key === by.key) headings[i]?.setAttribute("aria-sort", by.direction === 1 ? "ascending" : "descending");
      else headings[i]?.removeAttribute("aria-sort");
    });
  }

  // For print every row is drawn, to a number a printer can bear.
  function draw(all = false): void {
    const seen = Math.ceil((room.clientHeight || 640) / rowHeight);
    const start = all ? 0 : Math.max(0, Math.floor(room.scrollTop / rowHeight) - spare);
    const stop = all ? Math.min(sorted.length, 2000) : Math.min(sorted.length, Math.floor(room.scrollTop / rowHeight) + seen + spare);
    if (start === from && stop === to) return;
    const focused = body.contains(document.activeElement) ? active : -1;
    from = start;
    to = stop;
    body.replaceChildren(gap(start), ...sorted.slice(start, stop).map((row, k) => line(row, start + k)), gap(sorted.length - stop));
    if (focused >= start && focused < stop) body.querySelector<HTMLElement>(`[data-i="${focused}"]`)?.focus({preventScroll: true});
  }

  function gap(n: number): HTMLElement {
    const tr = html`<tr class="gap" aria-hidden="true"><td colspan=${used.length}></td></tr>`;
    (tr.firstElementChild as HTMLElement).style.height = `${n * rowHeight}px`;
    if (n <= 0) tr.hidden = true;
    return tr;
  }

  function line(row: CaseRow, i: number): HTMLElement {
    return html`<tr data-i=${i} aria-rowindex=${i + 2} tabindex=${i === active ? 0 : -1} data-late=${(row.days_late ?? 0) > 0 && row.met === bad ? "yes" : null}>${used.map((c, k) => (k === 0 ? html`<th scope="row">${c.show(row)}</th>` : html`<td class=${c.className ?? null} title=${c.key === "reason" ? (row.reason ?? null) : null}>${c.show(row)}</td>`))}</tr>`;
  }

  function child(id: string | null): Node | string {
    if (!id) return "not recorded";
    const copy = html`<button type="button" class="copy" aria-label=${`Copy id ${id}`}>Copy</button>`;
    copy.addEventListener("click", () => {
      void navigator.clipboard.writeText(id).then(
        () => (said.textContent = `Copied ${id}`),
        () => (said.textContent = "The browser did not allow copying; select the id instead.")
      );
      copy.textContent = "Copied";
      setTimeout(() => (copy.textContent = "Copy"), 1500);
    });
    return html`<span>${o.childHref ? html`<a href=${o.childHref(id)}><code>${id}</code></a>` : html`<code>${id}</code>`}${copy}</span>`;
  }
}

const order = new Intl.Collator("en-GB", {numeric: true});

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  return order.compare(String(a ?? ""), String(b ?? ""));
}
