// What the pages about measures share: reading a page's measures in one answer, tiles of them, and files that not everybody may read.
import {html} from "htl";
import type {MeasureDefinition, MeasureFile} from "../../etl/publish/published.ts";
import type {DataError} from "./data.js";
import {capital, dimensionText, few} from "./format.js";
import {frame} from "./frame.js";
import {summary} from "./glance.js";
import {groupFigure, trendFigure} from "./measure-figures.js";
import {readMeasures} from "./measure-page.js";
import {captionOf, casesLink, narrow, page, sourcesOf, type Context, type GroupChoice} from "./page.js";
import {link} from "./state.js";
import {teamPanels, teamTable} from "./team-panels.js";
import {tile, type Tile} from "./tile.js";
import {asMeasured, missingWords, spreadFinding} from "./words.js";

export interface Pair {
  definition: MeasureDefinition;
  file: MeasureFile;
}

const narrowable = ["team", "locality"];

/** The measures of a page: in one answer where that is allowed, one by one for people who are held to some teams. */
export async function readTopic(context: Context, name: string, ids: string[]): Promise<Map<string, Pair>> {
  const whole = !context.group || narrowable.includes(context.group.dimension);
  const topic = whole ? await ifAllowed(context.open.topic(name)) : null;
  const pairs = topic?.measures ?? (await readMeasures(context, ids)).pairs;
  return new Map(pairs.map((p) => [p.definition.id, p]));
}

/** What was read; null where it may not be read or this refresh did not publish it. Other faults stay faults. */
export async function ifAllowed<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (error) {
    const fault = (error as Partial<DataError>).fault;
    if (fault === "not-allowed" || fault === "damaged") return null;
    throw error;
  }
}

/** A page that reads one topic, and what else it wants. */
export function topicPage<T>(o: {name: string; ids: string[]; more: (context: Context) => Promise<T>; view: (pairs: Map<string, Pair>, more: T, context: Context) => Node}): HTMLElement {
  return page<{pairs: Map<string, Pair>; more: T}>({
    load: async (context) => {
      const [pairs, more] = await Promise.all([readTopic(context, o.name, o.ids), o.more(context)]);
      return {pairs, more};
    },
    view: ({pairs, more}, context) => html`<div class="frames">${o.view(pairs, more, context)}${notRecorded(pairs)}</div>`,
    groups: async (context) => choicesOf(await readTopic(context, o.name, o.ids))
  });
}

function choicesOf(pairs: Map<string, Pair>): GroupChoice[] {
  const found = new Map<string, GroupChoice>();
  for (const {file} of pairs.values()) for (const {dimension, group, label} of file.groups) if (narrowable.includes(dimension)) found.set(`${dimension}:${group}`, {dimension, group, label});
  return [...found.values()].sort((a, b) => narrowable.indexOf(a.dimension) - narrowable.indexOf(b.dimension) || a.label.localeCompare(b.label, "en-GB"));
}

/** The page in a sentence, and a tile for each measure. */
export function topicTiles(pairs: Map<string, Pair>, ids: string[], context: Context): HTMLElement {
  const shown = ids.flatMap((id) => pairs.get(id) ?? []);
  const tiles = shown.map(({definition, file}) => tileOf(definition, file, context));
  if (!shown.some(({file}) => file.status === "ok")) return html`<section class="topic-head"><p class="lede">None of the measures at the head of this page can be computed yet; below is what is missing.</p></section>`;
  return html`<section class="topic-head">
    <p class="lede">${context.group ? html`<b>Tiles show ${context.groupLabel}.</b> Whole authority: ` : null}${summary(shown.map(({definition, file}) => tileOf(definition, file, {...context, group: null}).tile), context).replace("headline measures", "measures here")}</p>
    <h2 class="sr">Measures on this page</h2>
    <ul class="tiles">${tiles.map(({tile: t, note, few}) => html`<li data-few=${few ? "yes" : null}>${tile(t, {
      period: context.period, before: context.before, href: link("measure", {id: t.id}), casesHref: t.status === "ok" ? casesLink(t.id, context.period, note ? null : context.group) : null,
      note, oneGroup: Boolean(context.group) && !note
    })}</li>`)}</ul>
  </section>`;
}

function tileOf(d: MeasureDefinition, file: MeasureFile, context: Context): {tile: Tile; note?: string; few?: boolean} {
  const own = narrow(file, context.group);
  const newest = own.limits?.points.at(-1) ?? null;
  const t: Tile = {
    id: d.id, title: d.title, kind: d.kind, good: d.good, unit: d.unit, status: file.status, missing: file.missing, target: d.target?.value ?? null, comparator: d.comparators.find((c) => c.area === "England") ?? null,
    figures: own.figures, series: own.series.slice(-36), mean: newest?.mean ?? null, upper: newest?.upper ?? null, lower: newest?.lower ?? null, variation: own.limits?.variation ?? null, special: newest?.special ?? null,
    assurance: newest?.upper == null ? null : (own.limits?.assurance ?? null), trial: own.limits?.trial ?? false
  };
  return context.group && !own.narrowed && file.status === "ok" ? {tile: t, note: "Whole authority: not split this way"} : {tile: t};
}

/** What this page cannot show, and what is missing for it; null where everything is recorded. */
export function notRecorded(pairs: Map<string, Pair>): HTMLElement | null {
  const absent = [...pairs.values()].filter((p) => p.file.status === "not recorded");
  if (!absent.length) return null;
  return html`<section class="panel"><h2>${absent.length === pairs.size ? "Nothing on this page is recorded yet" : `Not recorded yet: ${few(absent.length)} of ${few(pairs.size)} measures`}</h2>
    <p>None of these is zero: nothing loaded so far can say. <a href=${link("data/answers")}>What other exports would answer</a></p>
    <ul class="absent-list">${absent.map(({definition: d, file}) => html`<li><a href=${link("measure", {id: d.id})}>${d.title}</a> <span class="id">${d.id}</span> <span class="quiet">${missingWords(file.missing)}</span></li>`)}</ul></section>`;
}

/** The series of a measure against its limits; null where it is not recorded (`notRecorded` says so) or not defined. */
export function trend(pairs: Map<string, Pair>, id: string, context: Context): HTMLElement | null {
  const pair = pairs.get(id);
  return pair && pair.file.status === "ok" ? trendFigure(pair.definition, pair.file, context) : null;
}

/** A measure by one dimension; null where it is not split so. */
export function groups(pairs: Map<string, Pair>, id: string, dimension: string, context: Context): HTMLElement | null {
  const pair = pairs.get(id);
  const split = pair?.file.groups.filter((g) => g.dimension === dimension).length ?? 0;
  return pair && split > 1 ? groupFigure(pair.definition, pair.file, dimension, context) : null;
}

/** A measure in small multiples by team or locality, on one scale. */
export function panels(pairs: Map<string, Pair>, id: string, dimension: "team" | "locality", context: Context): HTMLElement | null {
  const pair = pairs.get(id);
  if (!pair) return null;
  const {definition: d, file} = pair;
  if (file.status === "not recorded") return null;
  const own = file.groups.filter((g) => g.dimension === dimension);
  if (own.length < 2) return null;
  const m = asMeasured(d);
  const figure = (figures: MeasureFile["figures"]) => figures.find((f) => f.period === context.period.key) ?? {period: context.period.key, numerator: null, denominator: null, value: null};
  const rows = own.map((g) => ({group: g.group, label: g.label, series: g.series, figure: figure(g.figures), href: casesLink(d.id, context.period, {dimension, group: g.group})}));
  const finding = spreadFinding(m, rows, m.kind === "count" ? 1 : 20);
  return frame({
    about: `${d.title}, each ${dimensionText(dimension)} by month, on one scale`,
    finding,
    draw: (width) => teamPanels(rows, {...m, all: file.series, width, chosen: context.group?.dimension === dimension ? context.group.group : null, label: `${capital(dimensionText(dimension))}s side by side: ${d.title} by month`}),
    caption: captionOf({...context, group: null}, d, sourcesOf(context.run, d)),
    table: teamTable(rows, m),
    file: `${d.id}_by_month_and_${dimension}`,
    notes: [`Dark line: the ${dimensionText(dimension)}. Pale line: whole authority.${m.target == null ? "" : " Broken line: target."} Large figure: ${context.period.label.split(",")[0]!.toLowerCase()}.`],
    definition: d
  });
}
