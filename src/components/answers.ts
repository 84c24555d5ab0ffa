// Data: what we can answer: which measures and findings the loaded files answer, and the next exports by findings unlocked.
import {html} from "./markup.js";
import type {AnswersFile} from "../../etl/publish/published.ts";
import {asTable} from "./frame.js";
import {capital, count, few, list, spelt} from "./format.js";
import {page} from "./page.js";
import {link} from "./state.js";

/** The page. */
export function answersPage(): HTMLElement {
  return page<AnswersFile>({filters: "none", load: (context) => context.open.answers(), view: (file) => answersView(file)});
}

const ANSWERED: Record<AnswersFile["findings"][number]["answered"], string> = {wholly: "by every measure it has", partly: "by some of its measures", "not yet": "not yet", never: "by no measure: see its note"};

/** Draws the page. */
export function answersView(file: AnswersFile): Node {
  const n = (of: AnswersFile["findings"][number]["answered"]) => file.findings.filter((f) => f.answered === of).length;
  const next = file.exports.filter((e) => e.unlocks.length > 0).slice(0, 3);
  const rest = file.exports.filter((e) => !next.includes(e));
  const share = Math.round((100 * file.measures.answered) / Math.max(1, file.measures.of));
  return html`<div class="frames">
    <p class="lede">The loaded files answer ${count(file.measures.answered)} of ${count(file.measures.of)} measures (${share}%) and speak to ${count(n("wholly") + n("partly"))} of ${count(file.findings.length)} inspection findings.</p>
    <section class="panel"><h2>${next.length ? `The next ${few(next.length)} ${next.length === 1 ? "export" : "exports"} that would answer most` : "Nothing that one more export would answer"}</h2>
      ${next.length ? html`<ol class="steps">${next.map((e) => step(e))}</ol>` : html`<p>Every measure has what it needs, or needs several exports at once: see below.</p>`}
      <p class="quiet">A fill-in log is a workbook with drop-downs for what no system records. Write them all with <code>npm run frontdoor -- templates --out logs</code>, fill one in, put it into the exports folder and refresh.</p>
    </section>
    ${rest.length ? html`<section class="panel"><h2>Everything else that is missing</h2>${asTable({columns: ["Record set", "One row is", "Fields", "Fill-in log", "Answers alone", "Helps with", "Findings"], rows: rest.map((e) => [capital(spelt(e.recordSet)), e.oneRowIs, e.fields.map(spelt).join(", "), e.template, e.unlocks.join(", ") || null, e.helps.join(", ") || null, e.findings.join(", ") || null])}, "Record sets and fields that measures lack")}</section>` : null}
    <section class="panel"><h2>Findings and what answers them</h2>${asTable({columns: ["Finding", "Said", "Answered", "Measures"], rows: file.findings.map((f) => [f.id, f.finding, capital(ANSWERED[f.answered]), f.measures.join(", ") || null])}, "Inspection findings and whether the loaded files answer them")}<p><a href=${link("inspection")}>What the answers say</a></p></section>
  </div>`;
}

function step(e: AnswersFile["exports"][number]): Node {
  return html`<li><b>${capital(spelt(e.recordSet))}</b>: ${e.oneRowIs}, with ${list(e.fields.map(spelt))}. Answers ${e.unlocks.map((id, i) => html`${i ? ", " : ""}<a href=${`${link("data/measures")}#${id}`}>${id}</a>`)}${e.findings.length ? ` and speaks to ${few(e.findings.length)} ${e.findings.length === 1 ? "finding" : "findings"} (${e.findings.join(", ")})` : ""}.${e.template ? html` No system may hold it: fill in <b>${e.template}.xlsx</b>.` : " Ask for it as an export of the case system."}</li>`;
}
