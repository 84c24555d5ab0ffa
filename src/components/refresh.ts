// Data: refresh: what was loaded, in counts that add up; what was rejected and why; what no export holds. Values stay with the API.
import {html} from "./markup.js";
import type {RefreshFile} from "../../etl/publish/published.ts";
import {asTable} from "./frame.js";
import {saveButton, type Table} from "./download.js";
import {capital, count, day, few, list, shortDay, spelt} from "./format.js";
import {freshness} from "./glance.js";
import {page, type Context} from "./page.js";
import {refreshDetail} from "./refresh-detail.js";

/** The page. */
export function refreshPage(): HTMLElement {
  return page<RefreshFile>({filters: "none", load: (context) => context.open.refresh(), view: refreshView});
}

/** Every record set of every file: read = accepted + rejected + exact duplicates. */
export function reconciliation(file: RefreshFile): Table {
  return {
    columns: ["File", "Record set", "Read", "Accepted", "Rejected", "Exact duplicates", "Adds up"],
    rows: file.files.flatMap((f) => f.recordSets.map((r) => [f.file, spelt(r.name) + (r.sheet ? ` (${r.sheet})` : ""), r.read, r.accepted, r.rejected, r.duplicates, r.read === r.accepted + r.rejected + r.duplicates ? "yes" : "NO"]))
  };
}

/** Why rows were rejected, over all files: reason, rows, headings, files; most rows first. */
export function rejectedByReason(file: RefreshFile): Table {
  const by = new Map<string, {rows: number; headings: Set<string>; files: Set<string>}>();
  for (const f of file.files)
    for (const r of f.rejectedBy) {
      const reason = /^the row has \d+ cells? where the headings? ha/.test(r.reason) ? "the row has more or fewer cells than there are headings" : r.reason;
      const entry = by.get(reason) ?? {rows: 0, headings: new Set(), files: new Set()};
      entry.rows += r.count;
      if (r.heading) entry.headings.add(r.heading);
      entry.files.add(f.file);
      by.set(reason, entry);
    }
  return {
    columns: ["Reason", "Rows", "Headings", "Files"],
    rows: [...by].sort((a, b) => b[1].rows - a[1].rows || a[0].localeCompare(b[0], "en-GB")).map(([reason, e]) => [reason, e.rows, [...e.headings].sort().join(", ") || null, e.files.size])
  };
}

/** Draws the page from what was loaded. */
export function refreshView(file: RefreshFile, context: Context): Node {
  const table = reconciliation(file);
  const sum = (i: number): number => table.rows.reduce((n, row) => n + Number(row[i] ?? 0), 0);
  const refused = file.files.filter((f) => f.outcome === "refused");
  const wrong = table.rows.filter((row) => row[6] !== "yes").length;
  const download = saveButton(`reconciliation_${file.run}.csv`, table);
  const rejected = rejectedByReason(file);
  const warned = file.files.filter((f) => f.warnings.length);
  const dropped = file.files.filter((f) => f.headingsDropped.length);
  return html`<div class="frames">
    <p class="lede">${capital(few(file.files.length))} files, ${count(sum(2))} rows read: ${count(sum(3))} accepted, ${count(sum(4))} rejected, ${count(sum(5))} exact duplicates. ${wrong ? `${capital(few(wrong))} record sets do not add up.` : "Every file adds up."}${refused.length ? ` ${capital(few(refused.length))} ${refused.length === 1 ? "file was" : "files were"} refused.` : ""} Data as at ${day(file.asAt)}, refresh ${file.run}.</p>
    ${refused.length ? html`<section class="panel"><h2>Refused files</h2><ul>${refused.map((f) => html`<li><b>${f.file}</b>: ${f.reason ?? "no reason was given"}</li>`)}</ul></section>` : null}
    <section class="panel"><h2>Files</h2>${filesTable(file)}</section>
    <section class="panel"><h2>Nothing is lost: read = accepted + rejected + exact duplicates</h2>${asTable(table, "Rows read, accepted, rejected and duplicated, by file and record set")}<div class="tools">${download}</div></section>
    <div class="two">
      <section class="panel"><h2>Why rows were rejected</h2>${rejected.rows.length ? html`<div>${asTable(rejected, "Rejected rows by reason")}<p class="quiet">A row with two faults is counted under both. Places and values are below, for the analyst.</p></div>` : html`<p>No row was rejected.</p>`}</section>
      <section class="panel">${freshness(context.run)}</section>
    </div>
    <div class="two">
      <section class="panel"><h2>Records now held</h2>${asTable({columns: ["Record set", "Records", "First event", "Last event", "Withdrawn"], rows: file.records.map((r) => [capital(spelt(r.recordSet)), r.records, shortDay(r.firstEvent) || null, shortDay(r.lastEvent) || null, r.withdrawn])}, "Records held by record set")}</section>
      <section class="panel"><h2>Warnings</h2>${warned.length ? html`<ul>${warned.map((f) => html`<li><b>${f.file}</b>: ${list(f.warnings.map((w) => `${w.code.replaceAll("-", " ").replaceAll("_", " ")} (${count(w.count)})`))}</li>`)}</ul>` : html`<p>No warnings.</p>`}
      <h3>Headings not loaded</h3>${dropped.length ? html`<div><p class="quiet">No contract has a field for these, so their cells were never read into the store. Names, addresses and free text belong here.</p><ul>${dropped.map((f) => html`<li><b>${f.file}</b>: ${f.headingsDropped.join(", ")}</li>`)}</ul></div>` : html`<p>Every heading was used.</p>`}</section>
    </div>
    ${refreshDetail(file.run, context.open.quality())}
  </div>`;
}

function filesTable(file: RefreshFile): HTMLElement {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Files of this refresh"><table><thead><tr><th scope="col">File</th><th scope="col">Outcome</th><th scope="col">Mapping</th><th scope="col">Exported</th><th scope="col">Format</th><th scope="col">Encoding</th></tr></thead>
  <tbody>${file.files.map((f) => html`<tr><th scope="row">${f.file}</th><td><span class="outcome" data-outcome=${f.outcome}>${f.outcome}</span></td><td>${f.mapping ?? "none matched"}</td><td>${f.exportDate ? shortDay(f.exportDate) : "not known"}</td><td>${f.format}</td><td>${f.encoding}</td></tr>`)}</tbody></table></div>`;
}
