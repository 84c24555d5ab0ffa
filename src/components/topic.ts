// What the pages about measures share: reading a page's measures in one answer, tiles of them, and files that not everybody may read.
import {html} from "./markup.js";
import type {Curve, MeasureDefinition, MeasureFile} from "../../etl/publish/published.ts";
import type {Topic} from "../../etl/publish/topics.ts";
import type {DataError} from "./data.js";
import {capital, dimensionText, few, list} from "./format.js";
import {frame} from "./frame.js";
import {summary} from "./glance.js";
import {figuresOf} from "./headline.js";
import {groupFigure, trendFigure} from "./measure-figures.js";
import {across, captionOf, casesLink, chosenIn, filtersWith, page, shownMeasures, sourcesOf, unsplitWords, type Context} from "./page.js";
import type {Parts} from "./parts.js";
import {link} from "./state.js";
import {teamPanels, teamTable} from "./team-panels.js";
import {tile, type Tile} from "./tile.js";
import {judgedBy} from "./target.js";
import {asMeasured, missingWords, spreadFinding} from "./words.js";

export interface Pair {
  definition: MeasureDefinition;
  file: MeasureFile;
}

/** The measures of a page: in one answer, or counted within what a person chose. */
export async function readTopic(context: Context, name: string, topic: Topic): Promise<Map<string, Pair>> {
  if (!context.filters.length) return new Map((await context.open.topic(name)).measures.map((p) => [p.definition.id, p]));
  const [measures, files] = await Promise.all([context.open.definitionsOf(name), shownMeasures(context, topic.measures, topic)]);
  return new Map(topic.measures.flatMap((id) => {
    const [definition, file] = [measures.find((d) => d.id === id), files.get(id)];
    return definition && file ? [[id, {definition, file}] as const] : [];
  }));
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

/** A file as the page shows it: as published, or made of what is within a person's choice or access; null where it may not be read or was not published. */
export async function shownChart<T extends {unsplit?: string[]}>(context: Context, name: string, published: () => Promise<T>, by?: readonly string[]): Promise<T | null> {
  const within = () => context.open.chart<T>(name, context.filters, {by});
  if (context.filters.length) return ifAllowed(within());
  try {
    return await published();
  } catch (error) {
    if ((error as Partial<DataError>).fault === "not-allowed") return ifAllowed(within()).then((own) => (own?.unsplit?.length ? null : own));
    return ifAllowed(Promise.reject(error as Error));
  }
}

/** Curves as the page shows them: as published, or what was chosen ("chosen") beside everyone, with the groups within the choice. @param by the dimension of `curvesToDraw` */
export async function shownCurves<T extends {unsplit?: string[]; curves: Curve[]}>(context: Context, name: string, published: () => Promise<T>, by: Curve["dimension"] = "team"): Promise<T | null> {
  const [only, second] = context.filters;
  const [own, whole] = await Promise.all([shownChart(context, name, published, only && !second ? [...new Set([only.dimension, by])] : [by]), context.filters.length ? ifAllowed(published()) : null]);
  if (!own || !context.filters.length) return own;
  const chosen = own.curves.map((c) => (c.dimension === "all" ? {...c, dimension: "chosen" as const, label: context.groupLabel} : c));
  return {...own, curves: [...(whole?.curves ?? []).filter((c) => c.dimension === "all"), ...chosen]};
}

/** The curves of a period for a picture: everyone, what was chosen, and the groups to draw beside them; null without one to lead. */
export function curvesToDraw(all: Curve[], context: Pick<Context, "period" | "filters">, by: Curve["dimension"]): {everyone: Curve | undefined; own: Curve | undefined; lead: Curve; groups: Curve[]} | null {
  const now = all.filter((c) => c.period === context.period.key);
  const [everyone, own] = [now.find((c) => c.dimension === "all"), now.find((c) => c.dimension === "chosen")];
  const lead = context.filters.length ? own : everyone;
  if (!lead) return null;
  // one choice stands among the groups of its own dimension, where there are any
  const [only, second] = context.filters;
  const dimension = only && !second && now.some((c) => c.dimension === only.dimension) ? only.dimension : by;
  const beside = context.filters.find((f) => f.dimension === dimension);
  // the chosen group, or one that is all of the choice, would be drawn twice
  const twice = (c: Curve) => (beside ? c.group === beside.group : own !== undefined && c.children === own.children);
  return {everyone, own, lead, groups: now.filter((c) => c.dimension === dimension && !twice(c))};
}

/** Says that a figure has nothing within what was chosen, and why. */
export function noFigure(about: string, of: {unsplit?: string[]}, context: Pick<Context, "groupLabel">): HTMLElement {
  return html`<section class="panel"><h2><span class="about">${about}<span class="sr">: </span></span>No figure for ${context.groupLabel}</h2><p>${unsplitWords(of) ?? "Nothing of it falls into this period. Choose another period."}</p></section>`;
}

/** Says that a figure's records are not loaded, and where to find out what would answer it. */
export function notYet(title: string, missing: string[]): HTMLElement {
  return html`<section class="panel"><h2>${title}</h2><p>${missingWords(missing)} It is not zero: nothing loaded so far can say. <a href=${link("data/answers")}>What other exports would answer</a></p></section>`;
}

/** Says what a page leaves out because it was not given, and why; null where everything was. */
export function notGiven(asked: [string, unknown][]): HTMLElement | null {
  const absent = asked.flatMap(([what, given]) => (given === null ? [what] : []));
  if (!absent.length) return null;
  return html`<section class="panel"><h2>Not shown: ${list(absent)}</h2><p>These are counted for the whole authority only, and your access is to part of it; or this refresh did not make them.</p></section>`;
}

/** A page that reads one topic, and what else it wants. `more`: what it reads beside its measures. */
export function topicPage<T>(o: {name: string; topic: Topic; more: (context: Context) => Promise<T>; view: (pairs: Map<string, Pair>, more: T, context: Context) => Parts}): HTMLElement {
  return page<{pairs: Map<string, Pair>; more: T}>({
    load: async (context) => {
      const [pairs, more] = await Promise.all([readTopic(context, o.name, o.topic), o.more(context)]);
      return {pairs, more};
    },
    view: function* ({pairs, more}, context) {
      yield* o.view(pairs, more, context);
      yield notSplit(pairs, context);
      yield notRecorded(pairs);
    }
  });
}

/** The page in a sentence, and a tile for each measure. */
export function topicTiles(pairs: Map<string, Pair>, ids: string[], context: Context): HTMLElement {
  const shown = ids.flatMap((id) => pairs.get(id) ?? []);
  const chosen = context.filters.length > 0;
  const tiles = shown.map(({definition, file}) => tileOf(definition, file));
  if (!shown.some(({file}) => file.status === "ok")) return html`<section class="topic-head"><p class="lede">None of the measures at the head of this page can be computed yet; below is what is missing.</p></section>`;
  return html`<section class="topic-head">
    <p class="lede">${chosen ? html`<b>This page shows ${context.groupLabel}.</b> ` : null}${summary(tiles, context).replace("headline measures", "measures here").replace("headline measure", "measure here")}</p>
    <h2 class="sr">Measures on this page</h2>
    <ul class="tiles">${tiles.map((t) => html`<li>${tile(t, {
      period: context.period, before: context.before, yearBefore: context.yearBefore, href: link("measure", {id: t.id}), casesHref: t.status === "ok" && !t.unsplit ? casesLink(t.id, context.period, context.filters) : null
    })}</li>`)}</ul>
  </section>`;
}

function tileOf(d: MeasureDefinition, file: MeasureFile): Tile {
  const comparator = d.comparators.find((c) => c.area === "England") ?? null;
  return {id: d.id, title: d.title, kind: d.kind, unit: d.unit, status: file.status, missing: file.missing, ...judgedBy(d), comparator, ...figuresOf(file), unsplit: unsplitWords(file)};
}

/** Measures that have no figure within what was chosen; null where all have. */
export function notSplit(pairs: Map<string, Pair>, context: Context): HTMLElement | null {
  const absent = [...pairs.values()].filter((p) => p.file.unsplit?.length);
  if (!absent.length) return null;
  return html`<section class="panel"><h2>No figure for ${context.groupLabel}: ${few(absent.length)} of ${few(pairs.size)} measures</h2>
    <p>Their records do not say it. Nothing is shown in their place.</p>
    <ul class="absent-list">${absent.map(({definition: d, file}) => html`<li><a href=${link("measure", {id: d.id})}>${d.title}</a> <span class="id">${d.id}</span> <span class="quiet">${unsplitWords(file)}</span></li>`)}</ul></section>`;
}

/** What this page cannot show, and what is missing for it; null where everything is recorded. */
export function notRecorded(pairs: Map<string, Pair>): HTMLElement | null {
  const absent = [...pairs.values()].filter((p) => p.file.status === "not recorded");
  if (!absent.length) return null;
  return html`<section class="panel"><h2>${absent.length === pairs.size ? "Nothing on this page is recorded yet" : `Not recorded yet: ${few(absent.length)} of ${few(pairs.size)} measures`}</h2>
    <p>None of these is zero: nothing loaded so far can say. <a href=${link("data/answers")}>What other exports would answer</a></p>
    <ul class="absent-list">${absent.map(({definition: d, file}) => html`<li><a href=${link("measure", {id: d.id})}>${d.title}</a> <span class="id">${d.id}</span> <span class="quiet">${missingWords(file.missing)}</span></li>`)}</ul></section>`;
}

/** The series of a measure against its limits; null where it is not recorded (`notRecorded` says so), not split by what was chosen (`notSplit`) or not defined. */
export function trend(pairs: Map<string, Pair>, id: string, context: Context): HTMLElement | null {
  const pair = pairs.get(id);
  return pair && pair.file.status === "ok" && !pair.file.unsplit ? trendFigure(pair.definition, pair.file, context) : null;
}

/** A measure by one dimension; null where it is not split so. */
export function groups(pairs: Map<string, Pair>, id: string, dimension: string, context: Context): HTMLElement | null {
  const pair = pairs.get(id);
  const split = pair?.file.groups.filter((g) => g.dimension === dimension).length ?? 0;
  return pair && split > 1 ? groupFigure(pair.definition, pair.file, dimension, context) : null;
}

/** A measure in small multiples by team or locality, on one scale. @param drawn the page's own, whose months it asks for */
export function panels<P extends Topic["panels"]>(pairs: Map<string, Pair>, id: keyof P & string, drawn: P, context: Context): HTMLElement | null {
  const pair = pairs.get(id);
  const dimension = drawn[id] as "team" | "locality";
  if (!pair) return null;
  const {definition: d, file} = pair;
  if (file.status === "not recorded") return null;
  const own = file.groups.filter((g) => g.dimension === dimension);
  if (own.length < 2) return null;
  const m = asMeasured(d, context.period.to);
  const figure = (figures: MeasureFile["figures"]) => figures.find((f) => f.period === context.period.key) ?? {period: context.period.key, numerator: null, denominator: null, value: null};
  const rows = own.map((g) => ({group: g.group, label: g.label, series: g.series, figure: figure(g.figures), href: casesLink(d.id, context.period, filtersWith(context.filters, {dimension, group: g.group}))}));
  const finding = spreadFinding(m, dimension, rows, m.kind === "count" ? 1 : 20);
  return frame({
    about: `${d.title}, each ${dimensionText(dimension)} by month, on one scale`,
    finding,
    draw: (width) => teamPanels(rows, {...m, all: file.series, width, chosen: chosenIn(context, dimension), label: `${capital(dimensionText(dimension))}s side by side: ${d.title} by month`}),
    caption: captionOf(across(context, dimension), d, sourcesOf(context.run, d)),
    table: teamTable(rows, m),
    file: `${d.id}_by_month_and_${dimension}`,
    notes: [`Dark line: the ${dimensionText(dimension)}. Pale line: ${context.filters.length ? context.groupLabel : "whole authority"}.${m.target == null ? "" : " Broken line: target."} Large figure: ${context.period.label.split(",")[0]!.toLowerCase()}.`],
    definition: d
  });
}
