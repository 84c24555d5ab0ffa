// What a measure means, one click from any of its numbers.
import {html} from "./markup.js";
import type {MeasureDefinition} from "../../etl/publish/published.ts";
import {capital, dimensionText, limitText, list, shortValue, spelt} from "./format.js";
import {areaName} from "./comparator-dots.js";
import {judgedBy, targetChange} from "./target.js";
import {missingWords} from "./words.js";

/** A details panel with everything the measure file says. */
export function definition(d: MeasureDefinition): HTMLElement {
  return html`<details class="definition"><summary>Definition of ${d.id}</summary>${definitionBody(d)}</details>`;
}

/** The same, unfolded, for the catalogue. */
export function definitionBody(d: MeasureDefinition): HTMLElement {
  const good = {high: "Higher is better", low: "Lower is better", neutral: "Neither high nor low is good in itself"}[d.good];
  return html`<dl>
    <dt>Question</dt><dd>${d.question}</dd>
    <dt>Numerator</dt><dd>${d.numerator}</dd>
    ${d.denominator ? html.fragment`<dt>Denominator</dt><dd>${d.denominator}</dd>` : null}
    <dt>Counted</dt><dd>${d.counts === "child" ? "each child once" : "each case once"}, in ${d.unit}; ${good.toLowerCase()}</dd>
    <dt>Limit</dt><dd>${d.limit ? html`${limitText(d.limit)} ${source(d.limit.source)}` : "none"}</dd>
    ${d.clock ? html.fragment`<dt>Clock</dt><dd>${d.clock}</dd>` : null}
    <dt>Target</dt><dd>${d.target ? html`${shortValue(d.target.value, d)} (${spelt(d.target.status)}) ${source(d.target.source)}` : "none set"}${d.targets ? html` <span>${targetChange(judgedBy(d), d.targets.map((t) => t.from), d)}</span>` : null}</dd>
    <dt>Compared with</dt><dd>${d.comparators.length ? html`<ul>${d.comparators.map((c) => html`<li>${areaName(c)}, ${c.year}: ${shortValue(c.value, d)} ${source(c.note ? `${c.source}. ${c.note}` : c.source)}</li>`)}</ul>` : "no published figure is comparable"}</dd>
    ${d.sources.length ? html.fragment`<dt>Rests on</dt><dd>${list(d.sources)}</dd>` : null}
    ${d.findings.length ? html.fragment`<dt>Inspection findings</dt><dd>${d.findings.join(", ")}</dd>` : null}
    <dt>Needs</dt><dd>${d.requires.length ? html`<code>${d.requires.join(", ")}</code>` : "nothing further"}${d.status === "not recorded" ? html` <strong>${missingWords(d.missing)}</strong>` : null}</dd>
    <dt>Split by</dt><dd>${d.breakdowns.length ? capital(list(d.breakdowns.map(dimensionText))) : "not split"}${d.lookBackMonths ? `; looks back ${d.lookBackMonths} months` : ""}</dd>
    <dt>SQL</dt><dd><pre tabindex="0" aria-label=${`SQL of ${d.id}`}><code>${d.sql}</code></pre></dd>
  </dl>`;
}

function source(text: string): Node | null {
  return text ? html`<span class="source">${text}</span>` : null;
}
