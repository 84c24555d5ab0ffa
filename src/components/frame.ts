// What stands around every chart: finding, picture, caption, table, CSV, cases and definition. Charts draw; the frame explains.
import {html} from "./markup.js";
import type {MeasureDefinition} from "../../etl/publish/published.ts";
import {offer, saveButton, type Table} from "./download.js";
import {definition} from "./definition.js";
import {limitText} from "./format.js";

export interface FrameOptions {
  /** What is measured: stands small above the finding. */
  about: string;
  /** The finding, computed, at most twelve words. */
  finding: string;
  /** Draws at a width in pixels; redrawn when the room changes. */
  draw: (width: number) => Node;
  /** Measure, source, period, data as at. */
  caption: (string | Node)[];
  table: Table;
  /** File name for the CSV, without ending. */
  file: string;
  cases?: {href: string; text: string} | null | undefined;
  definition?: MeasureDefinition | null | undefined;
  /** Said between finding and picture: warnings such as trial limits, and keys. */
  notes?: (string | Node)[] | undefined;
  wide?: boolean;
}

/** A figure with everything around it. */
export function frame(o: FrameOptions): HTMLElement {
  const id = `t${++made}`;
  const room = html`<div class="room"></div>`;
  const edge = drawAtWidth(room, o);
  const table = html`<div class="table-room" id=${id} hidden></div>`;
  const toggle = html`<button type="button" aria-expanded="false" aria-controls=${id}>Show table</button>`;
  toggle.addEventListener("click", () => {
    const open = table.hidden;
    if (open && !table.firstChild) table.append(asTable(o.table, `${o.about}: ${o.finding}`));
    table.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? "Hide table" : "Show table";
  });
  const download = saveButton(`${o.file}.csv`, o.table);
  const said = html`<span role="status"></span>`;
  const book = html`<button type="button">Download XLSX</button>`;
  book.addEventListener("click", () => {
    said.textContent = "Making the file…";
    void import("./workbook.js").then(({saveWorkbook}) => saveWorkbook(o.file, o.table, aboutOf(o))).then(
      () => (said.textContent = ""),
      (error: unknown) => (said.textContent = `The file was not made: ${error instanceof Error ? error.message : String(error)}`)
    );
  });
  const png = html`<button type="button">Download PNG</button>`;
  png.addEventListener("click", () => {
    said.textContent = "Drawing the picture…";
    void Promise.all([import("./picture.js"), import("./workbook.js")]).then(async ([{picture}, {stamped}]) => offer(await picture(figure, o.draw, stamped()), `${o.file}.png`)).then(
      () => (said.textContent = ""),
      (error: unknown) => (said.textContent = `The picture was not made: ${error instanceof Error ? error.message : String(error)}`)
    );
  });
  const figure = html`<figure class=${o.wide ? "frame wide" : "frame"}>
    <h2><span class="about">${o.about}<span class="sr">: </span></span>${o.finding}</h2>
    ${o.notes?.length ? html`<div class="notes">${o.notes.map((note) => html`<p>${note}</p>`)}</div>` : null}
    ${edge}${room}
    <figcaption>${o.caption.map((part, i) => html`<span>${i ? " · " : ""}${part}</span>`)}</figcaption>
    <div class="tools">${toggle}${download}${book}${png}${said}${o.cases ? html`<a href=${o.cases.href}>${o.cases.text}</a>` : null}</div>
    ${o.definition ? definition(o.definition) : null}
    ${table}
  </figure>`;
  return figure;
}

/** Two figures side by side where there is room; null where neither is to be shown. */
export function two(left: HTMLElement | null, right: HTMLElement | null): HTMLElement | null {
  return left || right ? html`<div class="two">${left}${right}</div>` : null;
}

/** What the table is, for the About sheet of its workbook. */
function aboutOf(o: FrameOptions): [string, string][] {
  const plain = (part: string | Node): string => (typeof part === "string" ? part : (part.textContent ?? "")).replace(/\s+/g, " ").trim();
  const d = o.definition;
  return [
    ["What", o.about],
    ["Finding", o.finding],
    ["Source and period", o.caption.map(plain).join("; ")],
    ...(o.notes?.length ? [["Notes", o.notes.map(plain).filter(Boolean).join(" ")] as [string, string]] : []),
    ...(d ? ([["Measure", `${d.id} ${d.title}`], ["Definition", `${d.numerator}${d.denominator ? `, of ${d.denominator}` : ""}`], ["Limit", d.limit ? limitText(d.limit) : "none"]] as [string, string][]) : [])
  ];
}

let made = 0;

/** How wide the room of a figure was when it was last drawn: after a choice it is drawn once, as wide as before. */
const widths = new Map<string, number>();

/**
 * Draws a figure as wide as its room, and again when that changes: charts stand at real size, so that their text never shrinks.
 * @returns an empty line as wide as the room, whose height does not change by what is drawn; null where nothing can be measured
 */
function drawAtWidth(room: HTMLElement, {file, draw}: FrameOptions): HTMLElement | null {
  if (typeof ResizeObserver === "undefined") {
    room.append(draw(640));
    return null;
  }
  let last = widths.get(file) ?? 0;
  if (last) room.append(draw(last));
  const edge = html`<div class="edge"></div>`;
  const fit = (measured: number): void => {
    const width = Math.round(measured);
    if (width < 40 || Math.abs(width - last) < 2) return;
    const first = last === 0;
    last = width;
    widths.set(file, width);
    // told between layout and painting: what has never been drawn stands in this very frame
    if (first) room.append(draw(width));
    else requestAnimationFrame(() => room.replaceChildren(draw(width)));
  };
  if (!last) undrawn.set(edge, fit);
  new ResizeObserver(([entry]) => fit(entry?.contentRect.width ?? 0)).observe(edge);
  return edge;
}

const undrawn = new WeakMap<Element, (width: number) => void>();

/** Draws the figures of a part that was just put on the page and that no width is known of: a browser tells widths with its next frame only, and paper has none. */
export function drawRooms(part: HTMLElement): void {
  for (const edge of part.querySelectorAll(".edge")) {
    undrawn.get(edge)?.(edge.getBoundingClientRect().width);
    undrawn.delete(edge);
  }
}

/** A plain table that scrolls sideways on its own where the page is narrow. */
export function asTable(t: Table, caption: string): HTMLElement {
  const numeric = t.columns.map((_, i) => t.rows.some((row) => typeof row[i] === "number"));
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table>
    <caption class="sr">${caption}</caption>
    <thead><tr>${t.columns.map((c, i) => html`<th scope="col" class=${numeric[i] ? "n" : null}>${c}</th>`)}</tr></thead>
    <tbody>${t.rows.map((row) => html`<tr>${row.map((v, i) => (i === 0 ? html`<th scope="row">${show(v)}</th>` : html`<td class=${numeric[i] ? "n" : null}>${show(v)}</td>`))}</tr>`)}</tbody>
  </table></div>`;
}

function show(v: string | number | null): string {
  if (v == null) return "–";
  return typeof v === "number" ? v.toLocaleString("en-GB", {maximumFractionDigits: 1}) : v;
}
