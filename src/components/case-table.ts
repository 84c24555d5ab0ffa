// A long list of cases that draws only the rows in sight: sortable by each column, walked with the arrow keys and one stop of the Tab key, ids copied with one press.
// Draws what it is given; filtering and sorting are done in case-list.ts.
import {html} from "./markup.js";
import {caseColumns, type CaseColumn} from "./case-columns.js";
import {cell, clock, text, type CaseList} from "./case-list.js";
import {count, shortDay} from "./format.js";
import {daysLeft, isLate, lateWords} from "./late.js";

export const rowHeight = 41; // 40 px and its rule; style.css says the same

export interface Sort {
  key: string;
  direction: 1 | -1;
}

export interface CaseTableOptions {
  list: CaseList;
  label: string;
  /** Address of a child's own page. */
  childHref: (child: string, place: number) => string;
  /** Told before a child is opened, with the place in the list. */
  opening?: (place: number) => void;
  /** What a code is called. */
  named: (key: string, code: string) => string;
  /** Headings that a measure has its own words for, by column. */
  headings: Readonly<Record<string, string>>;
  sort: Sort;
  /** A heading was pressed: sort by this, and call `show` again. */
  onSort: (sort: Sort) => void;
  /** Rows kept drawn above and below those in sight. */
  spare?: number; // defaults to 12
}

export interface CaseTable {
  element: HTMLElement;
  /** Shows these rows, in this order; from the top unless told to stay. */
  show(rows: Uint32Array, sort: Sort, stay?: boolean): void;
  /** Shows these columns. */
  choose(keys: string[]): void;
}

/** Makes the table; `show` and `choose` fill it. */
export function caseTable(o: CaseTableOptions): CaseTable {
  const spare = o.spare ?? 12;
  const {list} = o;
  let rows: Uint32Array = new Uint32Array(0);
  let sort = o.sort;
  let columns: CaseColumn[] = [];
  let active = 0;
  let from = -1;
  let to = -1;

  const body = html`<tbody></tbody>`;
  const groups = html`<colgroup></colgroup>`;
  const head = html`<tr aria-rowindex="1"></tr>`;
  const table = html`<table class="cases-table" aria-label=${o.label}>${groups}<thead>${head}</thead>${body}</table>`;
  const room = html`<div class="case-scroll">${table}</div>`;
  const said = html`<p class="sr" role="status" aria-live="polite"></p>`;
  const root = html`<div class="cases-list">${said}${room}</div>`;

  room.addEventListener("scroll", () => requestAnimationFrame(() => draw()), {passive: true});
  room.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLButtonElement && event.target.closest("thead")) return;
    const id = text(list, "child_id", rows[active] ?? -1);
    if (event.key === "Enter" && id !== null && !(event.target as HTMLElement).closest("a, button")) return body.querySelector<HTMLAnchorElement>(`[data-i="${active}"] a`)?.click();
    if (event.key.toLowerCase() === "c" && id !== null) return void copy(id);
    const page = Math.max(1, Math.floor(room.clientHeight / rowHeight) - 2);
    const next = ({ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: rows.length - 1} as Record<string, number>)[event.key];
    if (next == null || rows.length === 0) return;
    event.preventDefault();
    active = Math.max(0, Math.min(rows.length - 1, next));
    const top = active * rowHeight;
    const heading = head.clientHeight || 44;
    if (top < room.scrollTop) room.scrollTop = top;
    else if (top + rowHeight + heading > room.scrollTop + room.clientHeight) room.scrollTop = top + rowHeight + heading - room.clientHeight;
    from = -1;
    draw();
    body.querySelector<HTMLElement>(`[data-i="${active}"]`)?.focus({preventScroll: true});
  });
  body.addEventListener("click", (event) => {
    const target = event.target as HTMLElement;
    const line = target.closest<HTMLElement>("tr[data-i]");
    if (!line) return;
    if (target.closest("a")) o.opening?.(Number(line.dataset.i));
    const button = target.closest("button");
    if (!button) return;
    void copy(button.dataset.id ?? "");
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  body.addEventListener("focusin", (event) => {
    const line = (event.target as HTMLElement).closest<HTMLElement>("tr[data-i]");
    if (!line || Number(line.dataset.i) === active) return;
    for (const one of stopsIn(body.querySelector(`[data-i="${active}"]`))) one.tabIndex = -1;
    active = Number(line.dataset.i);
    for (const one of stopsIn(line)) one.tabIndex = 0;
  });
  addEventListener("beforeprint", () => room.isConnected && draw(true));
  addEventListener("afterprint", () => room.isConnected && draw());
  if (typeof ResizeObserver !== "undefined") new ResizeObserver(() => draw()).observe(room);
  return {
    element: root,
    show(next, by, stay = false) {
      rows = next;
      sort = by;
      active = stay ? Math.min(active, Math.max(0, rows.length - 1)) : 0;
      from = -1;
      if (!stay) room.scrollTop = 0;
      table.setAttribute("aria-rowcount", String(rows.length + 1));
      mark();
      draw();
    },
    choose(keys) {
      columns = caseColumns.filter((c) => keys.includes(c.key));
      groups.replaceChildren(...columns.map((c) => widthOf(c)));
      head.replaceChildren(...columns.map((c) => heading(c)));
      from = -1;
      mark();
      draw();
    }
  };

  function heading(c: CaseColumn): HTMLElement {
    const button = html`<button type="button">${o.headings[c.key] ?? c.name}</button>`;
    button.addEventListener("click", () => o.onSort({key: c.key, direction: sort.key === c.key ? (sort.direction === 1 ? -1 : 1) : c.key === "late" || c.key === "days_late" ? -1 : 1}));
    return html`<th scope="col" data-key=${c.key} class=${c.kind === "number" ? "n" : null}>${button}</th>`;
  }

  function mark(): void {
    for (const th of head.children) {
      if ((th as HTMLElement).dataset.key === sort.key) th.setAttribute("aria-sort", sort.direction === 1 ? "ascending" : "descending");
      else th.removeAttribute("aria-sort");
    }
  }

  /** Widths are set once, so that columns stand still while rows pass under them. */
  function widthOf(c: CaseColumn): HTMLElement {
    const step = Math.max(1, Math.floor(list.rows / 300));
    let longest = (o.headings[c.key] ?? c.name).length + 2;
    for (let i = 0; i < list.rows; i += step) longest = Math.max(longest, words(c, i).length);
    const extra = c.key === "child_id" ? 9 : 2; // room for the copy button, and for padding
    const col = html`<col>`;
    col.style.width = `${Math.min(longest, c.key === "reason" || c.key === "review" ? 44 : 26) * 0.92 + extra}ch`;
    return col;
  }

  // For print every row is drawn, to a number a printer can bear.
  function draw(all = false): void {
    const seen = Math.ceil((room.clientHeight || 640) / rowHeight);
    const start = all ? 0 : Math.max(0, Math.floor(room.scrollTop / rowHeight) - spare);
    const stop = all ? Math.min(rows.length, 2000) : Math.min(rows.length, Math.floor(room.scrollTop / rowHeight) + seen + spare);
    if (start === from && stop === to) return;
    const held = document.activeElement instanceof HTMLElement && body.contains(document.activeElement) ? document.activeElement : null;
    from = start;
    to = stop;
    const lines: HTMLElement[] = [];
    for (let i = start; i < stop; i++) lines.push(line(i));
    body.replaceChildren(gap(start), ...lines, gap(rows.length - stop));
    if (held && active >= start && active < stop) body.querySelector<HTMLElement>(`[data-i="${active}"]`)?.focus({preventScroll: true});
  }

  function gap(n: number): HTMLElement {
    const tr = make("tr", "gap");
    tr.setAttribute("aria-hidden", "true");
    const td = make("td");
    (td as HTMLTableCellElement).colSpan = Math.max(1, columns.length);
    td.style.height = `${n * rowHeight}px`;
    tr.hidden = n <= 0;
    tr.append(td);
    return tr;
  }

  function line(i: number): HTMLElement {
    const row = rows[i]!;
    const tr = make("tr");
    tr.dataset.i = String(i);
    tr.setAttribute("aria-rowindex", String(i + 2));
    tr.tabIndex = i === active ? 0 : -1;
    const at = clock(list, row);
    if (isLate(at)) tr.dataset.late = "yes";
    else if (daysLeft(at, list.asAt) !== null) tr.dataset.late = "left";
    columns.forEach((c, k) => {
      const td = make(k === 0 ? "th" : "td", c.key === "late" ? "late" : c.kind === "number" ? "n" : undefined);
      if (k === 0) td.setAttribute("scope", "row");
      if (c.key === "child_id") td.append(child(text(list, "child_id", row), i));
      else {
        const said = words(c, row);
        td.textContent = said;
        if (said.length > 22) td.title = said;
        if (c.key === "case_id") td.className = "code";
      }
      tr.append(td);
    });
    return tr;
  }

  function words(c: CaseColumn, row: number): string {
    if (c.key === "late") return lateWords(clock(list, row), list.asAt);
    const value = cell(list, c.key, row);
    if (value === null) return c.key === "reason" || c.key === "review" || c.key.endsWith("_on") ? "" : "–";
    if (typeof value === "boolean") return value ? "yes" : "no";
    if (typeof value === "number") return count(value);
    return c.kind === "date" ? shortDay(value) : o.named(c.key, value);
  }

  function child(id: string | null, place: number): Node {
    if (id === null) return document.createTextNode("not recorded");
    const span = make("span");
    const link = make("a") as HTMLAnchorElement;
    link.href = o.childHref(id, place);
    link.tabIndex = place === active ? 0 : -1;
    const code = make("code");
    code.textContent = id;
    link.append(code);
    const button = make("button", "copy") as HTMLButtonElement;
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.id = id;
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy id ${id}`);
    span.append(link, button);
    return span;
  }

  async function copy(id: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(id);
      said.textContent = `Copied ${id}`;
    } catch {
      said.textContent = "The browser did not allow copying; select the id instead.";
    }
  }
}

/** What the Tab key comes to in a row. One row has it, so that the key goes past the list and not through all of it: the arrow keys walk the rows. */
const stopsIn = (line: HTMLElement | null): HTMLElement[] => (line ? [line, ...line.querySelectorAll<HTMLElement>("a")] : []);

function make(name: string, className?: string): HTMLElement {
  const element = document.createElement(name);
  if (className) element.className = className;
  return element;
}
