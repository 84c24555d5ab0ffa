// Data: what changed: every measure that moved between two runs and by how much; asked further, the cases new, changed and gone behind it.
// The server answers. Cases are asked for one measure at a time, and that look is recorded.
import {html} from "./markup.js";
import type {CasesAnswer, ChangesAnswer} from "../../server/changes.ts";
import {api, saveFrom} from "./data.js";
import {asTable} from "./frame.js";
import {fetchButton, saveButton, type Table} from "./download.js";
import {capital, count, day, few, type Measured, shortDay, span, spelt, valueText} from "./format.js";
import {faultWords, page} from "./page.js";
import {teamName} from "./relabel.js";

export type Changes = ChangesAnswer;
type Behind = Omit<CasesAnswer, "run">;

const CAUSE: Record<Behind["movement"]["causes"][number]["how"], string> = {
  definition: "judged by a new definition or limit",
  gone: "no longer counted: withdrawn, corrected or deleted",
  changed: "counted before, judged differently now",
  new: "newly counted: new records, or a limit that has run out since"
};

/** The page. */
export function changesPage(): HTMLElement {
  return page<Changes>({filters: "none", load: () => api<Changes>(`api/changes${window.location.search}`), view: changesView});
}

const measured = (m: Changes["moved"][number]): Measured => ({unit: m.unit, kind: m.kind}) as Measured;

/** By how much a measure moved, in its own unit; points where it is a percentage. */
export function movedBy(m: Changes["moved"][number]): string {
  if (m.status !== "moved") return m.status === "not recorded now" ? "no longer recorded" : "recorded for the first time";
  const [a, b] = [m.before?.value ?? null, m.after?.value ?? null];
  if (a === null || b === null) return b === null ? "no cases now" : "no cases before";
  const by = b - a;
  if (Math.abs(by) < 0.05) return "same value, other cases";
  return `${by > 0 ? "+" : "−"}${Math.abs(by).toFixed(1).replace(/\.0$/, "")}${m.unit === "percent" ? " points" : ""}`;
}

/** Moved measures as a table, the furthest in percentage points first within their order. */
export function movedTable(c: Changes): Table {
  const of = (f: Changes["moved"][number]["before"], m: Changes["moved"][number]) => (f === null || f.value === null ? null : valueText(f.value, measured(m)) + (f.denominator === null ? "" : ` (${count(f.numerator ?? 0)} of ${count(Math.round(f.denominator))})`));
  return {columns: ["Measure", "Before", "Now", "Moved by"], rows: c.moved.map((m) => [`${m.id} ${m.title}`, of(m.before, m), of(m.after, m), movedBy(m)])};
}

/** Draws the page. */
export function changesView(c: Changes): Node {
  if (!c.before) return html`<section class="panel"><h2>Nothing to compare with yet</h2><p>Only one refresh has been published. After the next one, this page says which measures moved and why.</p></section>`;
  const before = c.before;
  const table = movedTable(c);
  const download = saveButton(`changes_${before.run}_${c.run}.csv`, table);
  const answer = html`<div aria-live="polite"></div>` as HTMLElement;
  const rows = table.rows.map((row, i) => {
    const m = c.moved[i]!;
    const why = html`<button type="button" aria-label=${`Why did ${m.id} move?`}>Why?</button>`;
    why.addEventListener("click", () => void show(m));
    return html`<tr><th scope="row"><a href=${`../measure?id=${m.id}`}>${row[0]}</a></th><td>${row[1] ?? "none"}</td><td>${row[2] ?? "none"}</td><td>${row[3]}</td><td>${m.status === "moved" ? why : null}</td></tr>`;
  });
  const known = c.records.filter((r) => r.new + r.changed + r.withdrawn + r.gone > 0);
  return html`<div class="frames">
    <p class="lede">${c.moved.length === 0 ? "No measure moved" : `${capital(few(c.moved.length))} measures moved`} between the refresh as at ${day(before.asAt)} and this one, as at ${day(c.asAt)}; ${few(c.unmoved)} stand as they stood. Both are told for the same months, ${span(c)}.</p>
    ${picker(c)}
    <section class="panel"><h2>What moved</h2>
      ${c.untold.length ? html`<p>Not compared, for then they were told for other months, and theirs do not add up: ${c.untold.join(", ")}. “frontdoor changes ${c.untold[0]}” counts one of them again from the records of both.</p>` : null}
      ${c.moved.length ? html`<div><div class="scroll" tabindex="0" role="region" aria-label="Measures that moved"><table><thead><tr>${[...table.columns, "Behind it"].map((h) => html`<th scope="col">${h}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div><div class="tools">${download}</div></div>` : html`<p>${c.untold.length ? "Every other measure stands as it stood." : "Every measure stands as it stood."}</p>`}
    </section>
    ${answer}
    <section class="panel"><h2>Records since then</h2>${known.length ? asTable({columns: ["Record set", "New", "Changed", "Withdrawn", "In no export any more", "As before"], rows: known.map((r) => [capital(spelt(r.recordSet)), r.new, r.changed, r.withdrawn, r.gone, r.unchanged])}, "Records new, changed and withdrawn since the refresh before") : html`<p>${c.records.length ? "No record changed." : "This refresh was compared with another one when it was made, so the records are not counted here; the measures above are."}</p>`}</section>
  </div>`;

  async function show(m: Changes["moved"][number]): Promise<void> {
    answer.replaceChildren(html`<p class="quiet">Comparing the cases of ${m.id}…</p>`);
    try {
      const asked = new URLSearchParams({before: before.run, measure: m.id, from: c.from, to: c.to});
      const behind = await api<Behind>(`api/changes/cases?${asked}`);
      answer.replaceChildren(behindView(m, behind, () => saveFrom(`api/changes/cases?${asked}&format=csv`, `changes_${m.id}.csv`)));
      answer.querySelector<HTMLElement>("h2")?.focus();
    } catch (error) {
      answer.replaceChildren(html`<p class="status">${faultWords(error).text}</p>`);
    }
  }
}

function picker(c: Changes): Node {
  if (c.runs.length < 2) return html``;
  const select = html`<select id="before">${c.runs.map((r) => html`<option value=${r.run} selected=${r.run === c.before?.run}>as at ${shortDay(r.asAt)}, published ${r.at.slice(0, 16).replace("T", " ")}</option>`)}</select>` as HTMLSelectElement;
  select.addEventListener("change", () => window.location.assign(`?before=${encodeURIComponent(select.value)}`));
  return html`<form class="filter-bar"><label for="before">Compare with</label>${select}</form>`;
}

const signed = (n: number | null) => (n === null ? "?" : n > 0 ? `+${count(n)}` : n < 0 ? `−${count(-n)}` : "0");
const verdict = (met: boolean | null) => (met === null ? "" : met ? "met" : "not met");

/** Why one measure moved: its causes, which add up to the movement, and the cases. */
export function behindView(m: Changes["moved"][number], {movement, cases, total}: Behind, save: () => Promise<void>): HTMLElement {
  const list: Table = {columns: ["How", "Child", "Case", "Counted on", "Before", "Now", "Team", "Why"], rows: cases.map((x) => [x.how, x.child_id, x.case_id, x.counted_on, verdict(x.met_before), verdict(x.met_after), teamName(x.team ?? ""), x.reason])};
  const download = fetchButton("Download CSV of all of them", save);
  return html`<section class="panel"><h2 tabindex="-1">Why ${m.id} ${m.title} moved: ${movedBy(m)}</h2>
    ${movement.definition === "unknown" ? html`<p>The definition changed and cannot be asked of the older records, so its effect is among the other causes.</p>` : null}
    ${asTable({columns: ["Cause", "Cases", "Numerator", "Denominator", m.unit === "percent" ? "Points" : "Value"], rows: movement.causes.map((x) => [CAUSE[x.how], x.cases, signed(x.numerator), x.denominator === null ? "" : signed(x.denominator), x.value === null ? "" : `${x.value > 0 ? "+" : x.value < 0 ? "−" : ""}${Math.abs(x.value).toFixed(2)}`])}, `Why ${m.id} moved, by cause; the causes add up to the movement`)}
    ${cases.length ? html`<div>${asTable(list, `Cases of ${m.id} that moved`)}<div class="tools">${download}</div>${total > cases.length ? html`<p class="quiet">The first ${count(cases.length)} of ${count(total)}; the CSV has them all.</p>` : null}</div>` : html`<p>The same cases stand behind it; a base or a rounding moved.</p>`}
  </section>` as HTMLElement;
}
