// Counts what a page would ask for next, before anybody chooses there: within each team and locality once it is opened, and, of several choices, with one of them changed. The choice is then
// answered at once, and cases that others are counted from are in memory. Gives nothing to anybody, so that nothing of it is in the audit trail.
import {setImmediate, setTimeout} from "node:timers/promises";
import type {GlanceFile, MeasureDefinition, MeasuresFile, RunFile} from "../etl/publish/published.ts";
import {TOPICS} from "../etl/publish/topics.ts";
import {pairsOf} from "../src/components/format.ts";
import {partOf} from "./cases.ts";
import type {chartsOf} from "./charts.ts";
import {asMeasure, casesOf, choices, readLately, type figuresOf} from "./figures.ts";
import type {Run} from "./runs.ts";
import type {Scope} from "./settings.ts";
import type {Around} from "./work.ts";

/** Milliseconds after a page was sent, or a question answered: what is asked meanwhile goes first. */
const LATER = 500;
const LONGEST = 120_000;
/** Milliseconds in which a file is not asked for again: rows stay in memory for longer than that. */
const AGAIN = 5 * 60_000;

/** Dimensions that stand in the bar itself (src/components/page.ts), and how many groups of each are counted ahead. */
const IN_BAR = ["team", "locality"];
const MOST = 15;
/** Answered questions whose neighbours are counted: those of the page that somebody chose on last. */
const LATEST = 4;

export interface AheadOptions extends Pick<Around, "runs" | "queries"> {
  figures: ReturnType<typeof figuresOf>;
  charts: ReturnType<typeof chartsOf>;
  /** Whether somebody waits for an answer: nothing is counted meanwhile. */
  busy: () => boolean;
}

export interface Ahead {
  /** To be told which published files an opened page reads, by somebody held to `scope`; for one page at a time. */
  opened: (run: Run, reads: readonly string[], scope: Scope | null) => void;
  /** To be told what was answered to somebody held to `scope`; for one question at a time, the latest of them. */
  answered: (run: Run, ask: Ask, scope: Scope | null) => void;
}

/** Counts one thing at a time, and nothing for people who are held to some teams: their pages ask for these at once. */
export function aheadOf({runs, queries, figures, charts, busy}: AheadOptions): Ahead {
  const asked = new Map<string, number>();
  let latest: Ask[] = [];
  let last: Promise<unknown> = Promise.resolve();
  // whatever fails here is asked for again, and said, when somebody chooses
  const then = (work: () => Promise<void>) => void (last = last.then(work).catch(() => undefined));
  const asking = (run: Run) => ({run, scope: null, gone: () => AbortSignal.timeout(LONGEST), rest});

  return {
    opened: (run, reads, scope) => {
      if (scope) return;
      const now = Date.now();
      const key = (file: string) => JSON.stringify([run.id, file]);
      const fresh = reads.filter((file) => now - (asked.get(key(file)) ?? -Infinity) > AGAIN);
      if (fresh.length === 0) return;
      if (asked.size > 1000) asked.clear();
      for (const file of fresh) asked.set(key(file), now);
      latest = [];
      then(() => count(run, fresh));
    },
    answered: (run, ask, scope) => {
      // the neighbours of one choice are counted when the page is opened, where they stand in the bar
      if (scope || chosenIn(ask.query).length < 2 || ask.query.authority !== undefined) return;
      latest = [...latest, ask].slice(-LATEST);
      then(() => beside(run, ask));
    }
  };

  async function rest(): Promise<void> {
    await setImmediate();
    while (busy()) await setTimeout(20, undefined, {ref: false});
  }

  /** Counts what would be asked with one choice changed, until others have chosen or opened a page. */
  async function beside(run: Run, ask: Ask): Promise<void> {
    if (latest.includes(ask)) await setTimeout(LATER, undefined, {ref: false});
    const {groups} = await readLately<RunFile>(run, (await partOf(run, undefined)).authority, "run.json");
    for (const {route, query} of nextOf(ask, groups)) {
      if (!latest.includes(ask)) return;
      await rest();
      await {figures, charts}[route](query, asking(run));
    }
  }

  /** Counts what the page would ask for within each team and each locality. */
  async function count(run: Run, files: readonly string[]): Promise<void> {
    await setTimeout(LATER, undefined, {ref: false});
    const part = await partOf(run, undefined);
    const {authority} = part;
    const [{groups}, {measures}, {tiles}] = await Promise.all([readLately<RunFile>(run, authority, "run.json"), readLately<MeasuresFile>(run, authority, "measures.json"), readLately<GlanceFile>(run, authority, "glance.json")]);
    // what one choice is published by is counted from no case; two choices are, and those of the other filters
    for (const id of asksOf(files, {measures, tiles}, "team").flatMap(({query}) => query.measures?.split(",") ?? [])) {
      const definition = measures.find((d) => d.id === id);
      if (definition?.status === "ok") await casesOf(runs, part, asMeasure(definition), {queries, gone: AbortSignal.timeout(LONGEST)});
    }
    for (const dimension of IN_BAR)
      for (const {group} of groups.filter((g) => g.dimension === dimension).slice(0, MOST))
        for (const {route, query} of asksOf(files, {measures, tiles}, dimension)) {
          await rest();
          await {figures, charts}[route]({...query, [dimension]: group}, asking(run));
        }
  }
}

export interface Ask {
  route: "figures" | "charts";
  query: Record<string, string>;
}

/** Dimensions that a question is within. */
const chosenIn = (query: Ask["query"]): string[] => Object.keys(choices).filter((dimension) => query[dimension]);

/** What is asked when one of several choices is changed. A browser test holds it to the pages. */
export function nextOf({route, query: {run: _run, ...query}}: Ask, groups: readonly {dimension: string; group: string}[]): Ask[] {
  return chosenIn(query).flatMap((dimension) =>
    groups.filter((g) => g.dimension === dimension && g.group !== query[dimension]).slice(0, MOST).map(({group}) => ({route, query: {...query, [dimension]: group}})));
}

/** What a page that reads these files asks within a choice of one dimension, the choice aside: as its components ask it, which a browser test holds it to. */
export function asksOf(files: readonly string[], {measures, tiles}: {measures: Pick<MeasureDefinition, "id" | "completedAs">[]; tiles: Pick<GlanceFile["tiles"][number], "id" | "status">[]}, dimension: string): Ask[] {
  const figures = (ids: readonly string[], rest: Record<string, string>): Ask => ({route: "figures", query: {measures: ids.join(","), ...rest}});
  const chart = (name: string, by?: string): Ask => ({route: "charts", query: {chart: name, ...(by ? {groups: [...new Set([dimension, by])].join(",")} : {})}});
  return files.flatMap((file): Ask[] => {
    const name = file.replace(/\.json$/, "");
    const [folder, page] = name.split("/") as [string, string?];
    if (name === "glance") return [figures(tiles.filter((t) => t.status === "ok").map((t) => t.id), {groups: "no"})];
    if (folder === "topics" && page && TOPICS[page]) return [figures(TOPICS[page].measures, {groups: pairsOf(TOPICS[page].drawn), panels: pairsOf(TOPICS[page].panels)})];
    if (folder === "measures" && page) {
      const own = measures.filter(({id}) => id === page || id.replace(/[a-z]$/, "") === page);
      const beside = own.flatMap((d) => d.completedAs ?? []).filter((id) => !own.some((d) => d.id === id));
      return own.length ? [figures([...own.map((d) => d.id), ...beside], {panels: "no"})] : [];
    }
    if (folder === "curves") return [chart(name, name === "curves/R5" ? "category" : "team")];
    if (name === "time-to-seen") return [chart(name, "team")];
    return ["cohort", "out-of-hours", "strategy-meetings", "agency-returns", "audit-grades"].includes(name) ? [chart(name)] : [];
  });
}
