// Inspection findings: what inspectors said, what the loaded records say about it now, how that has moved, and what would tell more.
// A record's presence is never called quality: the class says what records can and cannot show.
import {html} from "./markup.js";
import type {FindingsFile, FindingState} from "../../etl/publish/published.ts";
import {saveButton, type Table} from "./download.js";
import {capital, count, day, few, list, type Measured, shareText, span, spelt, valueText} from "./format.js";
import {variationIcon} from "./icons.js";
import {page} from "./page.js";
import {link} from "./state.js";

type Finding = FindingsFile["findings"][number];

/** The page. */
export function findingsPage(): HTMLElement {
  return page<FindingsFile>({filters: "none", load: (context) => context.open.findings(), view: (file) => findingsView(file)});
}

export const STATES: Record<FindingState, {mark: string; text: string}> = {
  worse: {mark: "▼", text: "Signs of getting worse"},
  mixed: {mark: "◆", text: "Signs both ways"},
  steady: {mark: "–", text: "No clear change"},
  better: {mark: "▲", text: "Signs of getting better"},
  "too early": {mark: "○", text: "Too early to tell"},
  "not recorded": {mark: "○", text: "Not recorded"},
  "needs audit": {mark: "○", text: "Needs audits, and none are loaded"},
  "not measurable": {mark: "·", text: "Not measurable from records"}
};
const STATE_ORDER = Object.keys(STATES) as FindingState[];

const CLASSES: [test: (c: string) => boolean, key: string, text: string][] = [
  [(c) => /R/.test(c), "R", "Records can tell"],
  [(c) => /P/.test(c), "P", "Records give a sign only"],
  [(c) => /A/.test(c), "A", "Needs audits"],
  [(c) => /O/.test(c), "O", "Another dataset"],
  [(c) => /—/.test(c), "—", "Not measurable"]
];
const GROUPS: Record<string, string> = {
  overall: "Overall", front_door: "Children’s social care front door", partnership_front_door: "Partnership front door", deep_dive: "Deep dive of cases",
  leadership: "Leadership", priorities: "Multi-agency priorities", next_steps: "Next steps"
};
const INSPECTIONS: Record<string, string> = {"2019-jtai": "Joint targeted area inspection, November 2019", "2022-focused-visit": "Focused visit, December 2022"};
/** Agencies as inspectors name them: a finding is about an agency where its words name one. */
const AGENCIES: [string, RegExp][] = [
  ["Social care", /social care|\bCSC\b|\bCIN\b|child.in.need|assessment|plan/i], ["Health", /health|CAMHS|GP\b/i], ["Police", /police/i], ["Education", /education|school/i], ["Out of hours", /out.of.hours|OOH|EDT/i], ["All partners", /multi.agency|partner|agenc/i]
];

const classText = (c: string) => list(CLASSES.filter(([is]) => is(c)).map(([, , text]) => text.toLowerCase()));
const inspectionName = (key: string) => INSPECTIONS[key] ?? capital(key.replaceAll("-", " "));

/** All findings as a table, for the evidence pack as a file. */
export function findingsTable(file: FindingsFile): Table {
  return {
    columns: ["Inspection", "Id", "Finding", "Inspectors’ words", "Class", "State", "Measures now", "Since", "Note", "What would tell more"],
    rows: file.findings.map((f) => [
      inspectionName(f.inspection), f.id, f.finding, f.wording, f.class, STATES[f.state].text,
      f.measures.filter((m) => m.status === "ok").map((m) => `${m.id} ${nowText(m)}`).join("; ") || null,
      f.measures.flatMap((m) => (m.since && m.direction ? [`${m.id} ${valueText(m.since.value, m as Measured)} in ${span(m.since)}: ${m.direction}`] : [])).join("; ") || null,
      f.note, f.closes.map((c) => spelt(c.recordSet) + (c.template ? ` (log: ${c.template})` : "")).join("; ") || null
    ])
  };
}

const nowText = (m: Finding["measures"][number]) => (m.now.value === null ? "no cases" : valueText(m.now.value, m as Measured) + (m.now.denominator === null ? "" : ` (${shareText(m.now)})`));

/** Draws the page; `file.findings` in the order of the inspection. */
export function findingsView(file: FindingsFile): Node {
  const choice = (id: string, label: string, options: [string, string][]) => {
    const select = html`<select id=${id}><option value="">All</option>${options.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select>` as HTMLSelectElement;
    select.addEventListener("change", narrow);
    return {select, row: html`<span class="pair"><label for=${id}>${label}</label>${select}</span>`};
  };
  const inspections = [...new Set(file.findings.map((f) => f.inspection))];
  const inspection = choice("f-inspection", "Inspection", inspections.map((k) => [k, inspectionName(k)]));
  const state = choice("f-state", "State", STATE_ORDER.filter((s) => file.findings.some((f) => f.state === s)).map((s) => [s, STATES[s].text]));
  const kind = choice("f-class", "Class", CLASSES.map(([, key, text]) => [key, text]));
  const agency = choice("f-agency", "About", AGENCIES.map(([name]) => [name, name]));
  const cards = new Map(file.findings.map((f) => [f, card(f)]));
  const sections = inspections.flatMap((key) => [...new Set(file.findings.filter((f) => f.inspection === key).map((f) => f.group))].map((group) => {
    const own = file.findings.filter((f) => f.inspection === key && f.group === group);
    return {own, element: html`<section class="panel findings"><h2>${inspections.length > 1 ? `${inspectionName(key)}: ` : ""}${GROUPS[group] ?? capital(spelt(group))}</h2>${own.map((f) => cards.get(f))}</section>` as HTMLElement};
  }));
  const said = html`<p class="quiet" role="status"></p>`;
  const download = saveButton(`findings_${file.run}.csv`, () => findingsTable({...file, findings: shown()}));
  const print = html`<button type="button">Print as evidence pack</button>`;
  print.addEventListener("click", () => window.print());
  narrow();
  const tally = STATE_ORDER.map((s) => [s, file.findings.filter((f) => f.state === s).length] as const).filter(([, n]) => n > 0);
  return html`<div class="frames">
    <p class="lede">${ledeText(file)}</p>
    <ul class="tally" aria-label="Findings by state">${tally.map(([s, n]) => html`<li data-state=${s}><b>${count(n)}</b> <span><span aria-hidden="true">${STATES[s].mark}</span> ${STATES[s].text}</span></li>`)}</ul>
    <p class="quiet">A state speaks only where a measure has data: a signal on its control chart, or a difference between the first twelve months that can be compared and the last twelve that chance does not explain. A record that exists is not a record that is good: where the class says audits, only audits can tell.</p>
    <form class="filter-bar" role="search">${inspections.length > 1 ? inspection.row : null}${state.row}${kind.row}${agency.row}${said}<span class="tools">${print}${download}</span></form>
    ${sections.map((s) => s.element)}
  </div>`;

  function shown(): Finding[] {
    return file.findings.filter(
      (f) =>
        (!inspection.select.value || f.inspection === inspection.select.value) &&
        (!state.select.value || f.state === state.select.value) &&
        (!kind.select.value || CLASSES.some(([is, key]) => key === kind.select.value && is(f.class))) &&
        (!agency.select.value || AGENCIES.some(([name, words]) => name === agency.select.value && words.test(`${f.finding} ${f.wording}`)))
    );
  }
  function narrow(): void {
    const visible = new Set(shown());
    for (const [f, element] of cards) element.hidden = !visible.has(f);
    for (const {own, element} of sections) element.hidden = !own.some((f) => visible.has(f));
    said.textContent = `${count(visible.size)} of ${count(file.findings.length)} findings`;
  }
}

function ledeText(file: FindingsFile): string {
  const n = (s: FindingState) => file.findings.filter((f) => f.state === s).length;
  const silent = n("not recorded") + n("needs audit") + n("not measurable");
  const live = file.findings.length - silent;
  return `${capital(few(live))} of ${count(file.findings.length)} findings ${live === 1 ? "has" : "have"} live measures as at ${day(file.asAt)}: ${few(n("worse"))} ${n("worse") === 1 ? "shows" : "show"} signs of getting worse, ${few(n("better"))} of getting better, ${few(n("mixed"))} ${n("mixed") > 1 ? "point" : "points"} both ways. ${n("too early") ? `Of ${few(n("too early"))} it is too early to tell. ` : ""}${silent ? `${capital(few(silent))} cannot be told from what is loaded.` : ""}`;
}

function card(f: Finding): HTMLElement {
  const recorded = f.measures.filter((m) => m.status === "ok");
  return html`<article id=${f.id} class="finding" data-state=${f.state}>
    <h3><span class="finding-id">${f.id}</span> ${f.finding}</h3>
    <p class="finding-state" data-state=${f.state}><span aria-hidden="true">${STATES[f.state].mark}</span> ${STATES[f.state].text} <span class="quiet">· ${f.polarity === "strength" ? "named as a strength" : f.polarity === "area" ? "named as an area to improve" : f.polarity === "priority" ? "a priority" : "a next step"} · ${classText(f.class)} (${f.class})</span></p>
    ${f.wording && f.wording !== f.finding ? html`<blockquote>${f.wording}</blockquote>` : null}
    ${recorded.length ? html`<div class="scroll" tabindex="0" role="region" aria-label=${`Measures of finding ${f.id}`}><table><thead><tr><th scope="col">Measure</th><th scope="col">Now</th><th scope="col">Then</th><th scope="col">Direction</th></tr></thead><tbody>${recorded.map((m) => html`<tr>
      <th scope="row"><a href=${link("measure", {id: m.id})}>${m.id} ${m.title}</a></th>
      <td>${nowText(m)}${m.target === null ? null : html`<br><span class="quiet">target ${valueText(m.target, m as Measured)}</span>`}</td>
      <td>${m.since ? html`${valueText(m.since.value, m as Measured)}<br><span class="quiet">${span(m.since)}</span>` : html`<span class="quiet">fewer than two years to compare</span>`}</td>
      <td><span class="with-icon">${variationIcon(m.variation, m.good, 22)} ${m.direction ? capital(m.direction) : m.good === "neutral" ? "No direction is better" : "Not compared"}</span></td></tr>`)}</tbody></table></div>` : null}
    ${f.spread.length ? html`<p class="line">${f.spread.slice(0, 3).map((s) => html`<span>${s.measure} by ${s.dimension}: from ${Math.round(s.low.value)}% (${s.low.label}) to ${Math.round(s.high.value)}% (${s.high.label}); ${s.outside ? `${few(s.outside)} of ${few(s.groups)} beyond chance` : "no further apart than chance"}</span>`)}</p>` : null}
    ${f.focus ? html`<p class="quiet">Look at: ${f.focus}.</p>` : null}
    ${f.note ? html`<p class="quiet">${f.note}</p>` : null}
    ${f.closes.length ? html`<p class="quiet">Would tell more: ${list(f.closes.map((c) => spelt(c.recordSet) + (c.template ? ` (fill-in log ${c.template})` : "")))}. <a href=${link("data/answers")}>What we can answer</a></p>` : null}
    ${f.actions.length ? html`<p class="line">${f.actions.map((a) => html`<span><b>${count(a.actions)}</b> ${a.actions === 1 ? "action" : "actions"} ${a.status.toLowerCase()}${a.overdue ? `, ${few(a.overdue)} overdue` : ""}</span>`)}</p>` : null}
  </article>` as HTMLElement;
}
