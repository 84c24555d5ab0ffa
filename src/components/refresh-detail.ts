// Data: refresh, for the analyst: places of rejected rows, words that no list knows with the line to paste, what became of faults in the data,
// and records since the refresh before. Values and words come from the server, never from the published files.
import {html} from "./markup.js";
import type {QualityFile} from "../../etl/publish/published.ts";
import {api, saveFrom} from "./data.js";
import {fetchButton, saveButton, type Table} from "./download.js";
import {capital, count, few, list, spelt} from "./format.js";
import {asTable} from "./frame.js";
import {faultWords} from "./page.js";
import {teamName} from "./relabel.js";

export interface RefreshDetail {
  run: string;
  files: {
    file: string;
    mapping: string | null;
    warnings: {code: string; message: string; heading?: string}[];
    rejectedBy: {reason: string; heading: string | null; count: number; places: {sheet: string | null; line: number; column: number | string | null; value: string | null}[]}[];
  }[];
  records?: {recordSet: string; records: number; sameIdConflicts: number; ambiguous: number; since: {new: number; changed: number; unchanged: number; withdrawn: number; gone: number}}[];
  quality?: {compared: boolean; checks: {id: string; new: number; persisting: number; cleared: number; unknown: number; compared: boolean}[]}[];
}

/** A word that stood in an export and is in no word list. */
export interface UnmappedWord {
  file: string;
  mapping: string;
  field: string;
  word: string;
  rows: number;
}

/** Unmapped words of a refresh, most rows first. The refresh tells them in words: “word” (field, n rows) is in no word list. */
export function unmappedWords(detail: RefreshDetail): UnmappedWord[] {
  return detail.files
    .flatMap((f) => f.warnings.filter((w) => w.code === "unmapped-word").flatMap((w) => {
      const told = /^“([\s\S]*)” \(([^()]*), (\d+) rows?\) is in no word list/.exec(w.message);
      return told ? [{file: f.file, mapping: f.mapping ?? "", field: told[2]!.replaceAll(" ", "_"), word: told[1]!, rows: Number(told[3])}] : [];
    }))
    .sort((a, b) => b.rows - a.rows || (a.word < b.word ? -1 : 1));
}

/** The lines to paste under `words:`, one mapping after another, each word once; the code is for a person to choose. */
export function mappingLines(words: UnmappedWord[]): string {
  const mappings = [...new Set(words.map((w) => w.mapping))].sort();
  return mappings.map((mapping) => {
    const of = words.filter((w) => w.mapping === mapping);
    const rows = (field: string, word: string): number => of.reduce((n, w) => n + (w.field === field && w.word === word ? w.rows : 0), 0);
    const lines = [...new Set(of.map((w) => w.field))].sort().flatMap((field) => [`  ${field}:`, ...[...new Set(of.filter((w) => w.field === field).map((w) => w.word))].map((word) => `    ${JSON.stringify(word)}: CODE   # ${rows(field, word)} ${rows(field, word) === 1 ? "row" : "rows"}`)]);
    return [...(mappings.length > 1 ? [`# ${mappingFile(mapping)}`] : []), "words:", ...lines].join("\n");
  }).join("\n\n");
}

const mappingFile = (mapping: string): string => `data/mappings/${mapping}.yaml`;

/** Every place of a rejected row that the server told, for a file to work through. */
export function rejectedPlaces(detail: RefreshDetail): Table {
  return {
    columns: ["File", "Sheet", "Line", "Column", "Heading", "Value", "Reason"],
    rows: detail.files.flatMap((f) => f.rejectedBy.flatMap((r) => r.places.map((p) => [f.file, p.sheet, p.line, p.column, r.heading, p.value, r.reason])))
  };
}

/** Checks with faults: now, new, persisting and cleared since the refresh before, and the team with most. */
export function faultTable(quality: QualityFile, detail: RefreshDetail | null): Table {
  const since = new Map((detail?.quality?.[0]?.compared ? detail.quality[0].checks : []).map((c) => [c.id, c]));
  return {
    columns: ["Check", "What is wrong", "Faults", "Of", "New", "Persisting", "Cleared", "Most in"],
    rows: quality.checks
      .filter((c) => c.status === "run")
      .sort((a, b) => (b.faults ?? 0) - (a.faults ?? 0) || (a.id < b.id ? -1 : 1))
      .map((c) => {
        const s = since.get(c.id);
        const most = c.teams.find((t) => t.team !== "not recorded");
        return [c.id, c.title, c.faults, c.tested, s?.compared ? s.new : null, s?.compared ? s.persisting : null, s?.compared ? s.cleared : null, most ? `${teamName(most.team)} (${count(most.faults)})` : null];
      })
  };
}

/** Sections that fill themselves; without the analyst's role they say so. */
export function refreshDetail(run: string, quality: Promise<QualityFile>): HTMLElement {
  const root = html`<div class="frames" aria-live="polite"><p class="quiet">Asking the server for places and words…</p></div>` as HTMLElement;
  void fill();
  return root;

  async function fill(): Promise<void> {
    const checks = await quality.catch(() => null);
    try {
      root.replaceChildren(...sections(await api<RefreshDetail>(`api/refresh?${new URLSearchParams({run, places: "500"})}`), checks));
    } catch (error) {
      root.replaceChildren(html`<p class="quiet">${faultWords(error).text}</p>`, ...(checks ? [faults(checks, null)] : []));
    }
  }
}

/** The sections, drawn from what the server told. */
export function sections(detail: RefreshDetail, quality: QualityFile | null): HTMLElement[] {
  const words = unmappedWords(detail);
  const places = rejectedPlaces(detail);
  const lines = html`<textarea readonly rows=${Math.min(14, mappingLines(words).split("\n").length + 1)} aria-label="Lines to paste into the mapping" spellcheck="false"></textarea>` as HTMLTextAreaElement;
  lines.textContent = mappingLines(words);
  const copy = html`<button type="button">Copy the lines</button>` as HTMLButtonElement;
  copy.addEventListener("click", () => void navigator.clipboard.writeText(lines.value).then(() => (copy.textContent = "Copied")));
  const files = [...new Set(words.map((w) => mappingFile(w.mapping)))].sort();
  const different = new Set(words.map((w) => w.word)).size;
  return [
    html`<section class="panel"><h2>${words.length ? `${capital(few(different))} ${different === 1 ? "word is" : "words are"} in no word list` : "Every word is in a word list"}</h2>
      ${words.length ? html`<div><p>${different === 1 ? "It is" : "They are"} counted as unmapped until someone says what ${different === 1 ? "it means" : "they mean"}. Choose a code and paste the lines into ${list(files)}, or add the word to a list in data/reference/words.</p>
      ${asTable({columns: ["Word", "Field", "Rows", "File"], rows: words.slice(0, 100).map((w) => [w.word, spelt(w.field), w.rows, w.file])}, "Words that no list knows")}<div class="paste">${lines}<div class="tools">${copy}</div></div></div>` : null}</section>` as HTMLElement,
    html`<section class="panel"><h2>Places of rejected rows</h2>${places.rows.length ? html`<div><p>${capital(few(places.rows.length))} places, with the value that was refused. Mend them at source, or write the rows to a file with <code>npm run frontdoor -- rejects --out DIR</code>, mend them there and put the file back into the exports folder.</p>${asTable({...places, rows: places.rows.slice(0, 50)}, "Rejected rows by file, line and column")}${places.rows.length > 50 ? html`<p class="quiet">The first fifty; the CSV has all.</p>` : null}<div class="tools">${fetchButton("Download CSV", () => saveFrom(`api/refresh?${new URLSearchParams({run: detail.run, format: "csv"})}`, `rejected_${detail.run}.csv`))}</div></div>` : html`<p>No row was rejected.</p>`}</section>` as HTMLElement,
    ...(quality ? [faults(quality, detail)] : []),
    ...(detail.records?.length ? [html`<section class="panel"><h2>Records since the refresh before</h2>${asTable({columns: ["Record set", "Now", "New", "Changed", "Withdrawn", "In no export any more", "Same id, other contents"], rows: detail.records.map((r) => [capital(spelt(r.recordSet)), r.records, r.since.new, r.since.changed, r.since.withdrawn, r.since.gone, r.sameIdConflicts])}, "Records new, changed and withdrawn since the refresh before")}</section>` as HTMLElement] : [])
  ];
}

function faults(quality: QualityFile, detail: RefreshDetail | null): HTMLElement {
  const table = faultTable(quality, detail);
  const notRun = quality.checks.filter((c) => c.status !== "run");
  const teams = new Map<string, number>();
  for (const c of quality.checks) for (const t of c.teams) teams.set(t.team, (teams.get(t.team) ?? 0) + t.faults);
  const byTeam: Table = {columns: ["Team", "Faults"], rows: [...teams].sort((a, b) => b[1] - a[1]).map(([team, n]) => [capital(teamName(team)), n])};
  return html`<section class="panel"><h2>Faults in the data, to be mended at source</h2>
    ${asTable(table, "Data-quality checks with their faults")}
    <p class="quiet">${detail?.quality?.[0]?.compared ? "New, persisting and cleared are against the refresh before." : "No refresh before to compare with."} A list to send to a team: <code>npm run frontdoor -- quality CHECK --team TEAM --csv</code>.</p>
    <div class="tools">${saveButton(`faults_${quality.run}.csv`, table)}</div>
    ${byTeam.rows.length ? html`<details><summary>By team</summary>${asTable(byTeam, "Faults by team")}</details>` : null}
    ${notRun.length ? html`<details><summary>${capital(few(notRun.length))} checks did not run</summary><ul>${notRun.map((c) => html`<li><b>${c.id}</b> ${c.title}: ${c.why ?? "it lacks its data"}</li>`)}</ul></details>` : null}
  </section>` as HTMLElement;
}
