// A page about measures: each with its series and its groups. Most pages of the site are this with other ids.
import {html} from "./markup.js";
import type {MeasureDefinition, MeasureFile} from "../../etl/publish/published.ts";
import {groupFigure, headline, trendFigure} from "./measure-figures.js";
import {two} from "./frame.js";
import {groupsOf, page, shownMeasures, type Context} from "./page.js";
import type {Parts} from "./parts.js";
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
  const wanted = ids.map((id) => ({id, found: partsOf(measures, id)}));
  const found = wanted.flatMap((w) => w.found);
  const files = await shownMeasures(context, found.map((d) => d.id), {panels: {}});
  const pairs = found.flatMap((definition) => (files.has(definition.id) ? [{definition, file: files.get(definition.id)!}] : []));
  return {pairs, unknown: wanted.filter((w) => !w.found.length).map((w) => w.id)};
}

const partsOf = (measures: MeasureDefinition[], id: string): MeasureDefinition[] => measures.filter((d) => d.id === id || d.id.replace(/[a-z]$/, "") === id);

/** A page of standard figures. */
export function measurePage(o: MeasurePageOptions): HTMLElement {
  return page<Loaded>({
    load: (context) => readMeasures(context, o.measures),
    view: function* ({pairs, unknown}, context) {
      for (const id of unknown) yield html`<section class="panel"><h2>There is no measure ${id}</h2><p>This refresh does not define it. The catalogue lists those it does.</p></section>`;
      for (const {definition: d, file} of pairs) {
        yield trendFigure(d, file, context);
        yield* groupFigures(d, file, o.by ?? ["team", "source", "agency", "locality"], context);
      }
    },
    groups: (context) => groupsOf(context.open, o.measures, ["sex", "agency", "case_status"])
  });
}

/** The page of one measure, named in the URL: everything published about it. */
export function oneMeasurePage(): HTMLElement {
  const id = new URLSearchParams(location.search).get("id") ?? "";
  return page<Loaded>({
    load: async (context) => {
      const {measures} = await context.open.measures();
      const own = partsOf(measures, id);
      const beside = own.flatMap((d) => d.completedAs ?? []).filter((other) => !own.some((d) => d.id === other));
      const {pairs, unknown} = await readMeasures(context, [id, ...beside]);
      return {pairs: pairs.filter((p) => own.includes(p.definition)), unknown, completed: new Map(pairs.map((p) => [p.definition.id, p]))};
    },
    groups: async (context) => groupsOf(context.open, partsOf((await context.open.measures()).measures, id).map((d) => d.id), ["sex", "agency", "case_status"]),
    view: function* ({pairs, completed}, context) {
      const first = pairs[0];
      if (!first) return yield html`<section class="panel"><h2>There is no measure called “${id}”</h2><p>This refresh does not define it. Open one from the catalogue under Data: measures.</p></section>`;
      const h1 = document.querySelector("h1");
      const name = pairs.length === 1 ? first.definition.title : `${id}: ${first.definition.question}`;
      if (h1) h1.textContent = name;
      document.title = `${name} | Front door`;
      for (const {definition: d, file} of pairs) {
        yield html`<div><p class="lede">${d.question}</p>${headline(d, file, context)}${certainty(d, file, context)}${completedBeside(completed?.get(d.completedAs ?? "") ?? null, context)}${comparison(d)}</div>`;
        yield trendFigure(d, file, context);
        yield file.status === "not recorded" ? definition(d) : dayCount(d, file, context);
        yield* groupFigures(d, file, [...new Set(file.groups.map((g) => g.dimension))], context);
      }
    }
  });
}

/** A measure by each of several dimensions, two beside each other where there is room. */
function* groupFigures(d: MeasureDefinition, file: MeasureFile, by: string[], context: Context): Parts {
  if (file.status === "not recorded" || file.unsplit?.length) return;
  const shown = by.filter((dimension) => file.groups.some((g) => g.dimension === dimension));
  for (let i = 0; i < shown.length; i += 2) {
    const [left, right] = shown.slice(i, i + 2).map((dimension) => groupFigure(d, file, dimension, context));
    // the last of an odd number is as wide as the others
    yield two(left ?? null, right ?? (i ? html`<div></div>` : null));
  }
}
