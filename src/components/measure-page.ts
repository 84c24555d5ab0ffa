// A page about measures: each with its series and its groups. Most pages of the site are this with other ids.
import {html} from "./markup.js";
import type {MeasureDefinition, MeasureFile} from "../../etl/publish/published.ts";
import {groupFigure, headline, trendFigure, absent} from "./measure-figures.js";
import {groupsOf, page, shownMeasures, type Context} from "./page.js";
import {definition} from "./definition.js";
import {certainty, comparison, completedBeside, dayCount} from "./measure-notes.js";

export interface MeasurePageOptions {
  /** Measures in the order shown; an id with parts ("S2") gives its parts. */
  measures: string[];
  /** Dimensions drawn as bars, for measures published that way. */
  by?: string[]; // defaults to team, source, agency, locality
}

interface Loaded {
  pairs: {definition: MeasureDefinition; file: MeasureFile}[];
  unknown: string[];
  /** Of the measure whose page it is: those that count what was completed in the period, by id. */
  completed?: Map<string, {definition: MeasureDefinition; file: MeasureFile}>;
}

/** Reads the definitions and files of measures; an id with parts gives its parts. */
export async function readMeasures(context: Context, ids: string[]): Promise<Loaded> {
  const {measures} = await context.open.measures();
  const wanted = ids.map((id) => ({id, found: measures.filter((d) => d.id === id || d.id.replace(/[a-z]$/, "") === id)}));
  const found = wanted.flatMap((w) => w.found);
  const files = await shownMeasures(context, found.map((d) => d.id));
  const pairs = found.flatMap((definition) => (files.has(definition.id) ? [{definition, file: files.get(definition.id)!}] : []));
  return {pairs, unknown: wanted.filter((w) => !w.found.length).map((w) => w.id)};
}

/** A page of standard figures. */
export function measurePage(o: MeasurePageOptions): HTMLElement {
  return page<Loaded>({
    load: (context) => readMeasures(context, o.measures),
    view: ({pairs, unknown}, context) => html`<div class="frames">
      ${unknown.map((id) => html`<section class="panel"><h2>There is no measure ${id}</h2><p>This refresh does not define it. The catalogue lists those it does.</p></section>`)}
      ${pairs.map(({definition: d, file}) => (file.status === "not recorded" ? absent(d) : html`<div class="frames">${trendFigure(d, file, context)}<div class="two">${(o.by ?? ["team", "source", "agency", "locality"]).map((dim) => groupFigure(d, file, dim, context))}</div></div>`))}
    </div>`,
    groups: (context) => groupsOf(context.open, o.measures, ["sex", "agency", "case_status"])
  });
}

/** The page of one measure, named in the URL: everything published about it. */
export function oneMeasurePage(): HTMLElement {
  const id = new URLSearchParams(location.search).get("id") ?? "";
  return page<Loaded>({
    load: async (context) => {
      const told = await readMeasures(context, [id]);
      const beside = await readMeasures(context, told.pairs.flatMap((p) => p.definition.completedAs ?? []));
      return {...told, completed: new Map(beside.pairs.map((p) => [p.definition.id, p]))};
    },
    groups: (context) => groupsOf(context.open, [id], ["sex", "agency", "case_status"]),
    view: ({pairs, completed}, context) => {
      const first = pairs[0];
      if (!first) return html`<section class="panel"><h2>There is no measure called “${id}”</h2><p>This refresh does not define it. Open one from the catalogue under Data: measures.</p></section>`;
      const h1 = document.querySelector("h1");
      const name = pairs.length === 1 ? first.definition.title : `${id}: ${first.definition.question}`;
      if (h1) h1.textContent = name;
      document.title = `${name} | Front door`;
      return html`<div class="frames">${pairs.map(({definition: d, file}) => html`<div class="frames">
        <div><p class="lede">${d.question}</p>${headline(d, file, context)}${certainty(d, file, context)}${completedBeside(completed?.get(d.completedAs ?? "") ?? null, context)}${comparison(d)}</div>
        ${file.status === "not recorded" ? html.fragment`${absent(d)}${definition(d)}` : html.fragment`${trendFigure(d, file, context)}${dayCount(d, file, context)}<div class="two">${[...new Set(file.groups.map((g) => g.dimension))].map((dim) => groupFigure(d, file, dim, context))}</div>`}
      </div>`)}</div>`;
    }
  });
}
