// Data: measures: the catalogue. What each measure means, whether it can be computed, and what is missing where it cannot.
import {html} from "./markup.js";
import type {MeasureDefinition, MeasuresFile} from "../../etl/publish/published.ts";
import {definitionBody} from "./definition.js";
import {capital, count, few, limitText, shortValue} from "./format.js";
import {inWords} from "./relabel.js";
import {page} from "./page.js";
import {link} from "./state.js";
import {missingWords} from "./words.js";

/** The page. */
export function cataloguePage(): HTMLElement {
  return page<MeasuresFile>({filters: "none", load: (context) => context.open.measures(), view: catalogueView});
}

/** Draws the catalogue, by family; a box narrows it by any word. */
export function catalogueView({measures}: MeasuresFile): Node {
  const absent = measures.filter((d) => d.status === "not recorded").length;
  const families = [...new Set(measures.map((d) => d.family))];
  const articles = new Map(measures.map((d) => [d.id, entry(d)]));
  const sections = families.map((family) => html`<section class="panel catalogue"><h2>${capital(inWords(family.replaceAll("-", " ")))}</h2>${measures.filter((d) => d.family === family).map((d) => articles.get(d.id))}</section>`);
  const said = html`<p class="quiet" role="status">${count(measures.length)} measures</p>`;
  const box = html`<input id="find" type="search" autocomplete="off">` as HTMLInputElement;
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const d of measures) {
      const text = [d.id, d.title, d.question, d.numerator, d.denominator ?? "", d.family, ...d.requires, ...d.findings, ...d.sources].join(" ").toLowerCase();
      const hit = words.every((word) => text.includes(word));
      const article = articles.get(d.id);
      if (article) article.hidden = !hit;
      n += Number(hit);
    }
    for (const section of sections) section.hidden = ![...section.querySelectorAll("article")].some((a) => !a.hidden);
    said.textContent = `${count(n)} of ${count(measures.length)} measures`;
  });
  return html`<div class="frames">
    <p class="lede">${count(measures.length - absent)} of ${count(measures.length)} measures can be computed from what is loaded.${absent ? ` ${capital(few(absent))} ${absent === 1 ? "says" : "say"} what is missing.` : ""}</p>
    <form class="filter-bar" role="search"><label for="find">Find a measure, field or finding</label>${box}${said}</form>
    ${sections}
  </div>`;
}

function entry(d: MeasureDefinition): HTMLElement {
  const direction = {high: "higher is better", low: "lower is better", neutral: "neither high nor low is good"}[d.good];
  return html`<article id=${d.id}>
    <h3>${d.id} ${d.status === "ok" ? html`<a href=${link("measure", {id: d.id})}>${d.title}</a>` : d.title}</h3>
    <p>${d.question}</p>
    <p class="line"><span>${d.kind}, ${direction}</span>${d.limit ? html`<span>limit ${limitText(d.limit)}</span>` : null}${d.target ? html`<span>target ${shortValue(d.target.value, d)}</span>` : null}${d.status === "not recorded" ? html`<b>Not recorded. ${missingWords(d.missing)}</b>` : null}</p>
    <details class="definition"><summary>Definition of ${d.id}</summary>${definitionBody(d)}</details>
  </article>`;
}
