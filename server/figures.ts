// GET /api/figures: measures counted within what a person chose, several things at once (a team and a need). Published files hold one dimension at a time.
// It adds no rule of its own: countWithin counts, by the road of the published files, and the answer has their shape. No case leaves it.
import {setImmediate} from "node:timers/promises";
import {z} from "zod";
import {shareOut} from "../etl/duckdb.ts";
import {limitsOf} from "../etl/publish/figures.ts";
import {WITH_SERIES} from "../etl/publish/topics.ts";
import type {MeasureDefinition, MeasureFile, MeasuresFile, RunFile} from "../etl/publish/published.ts";
import {publishedOf} from "../etl/store.ts";
import {basesOf, DIMENSIONS, everyMonth, grouped, type Bases, type Dimension, type Filters} from "../etl/transform/cases.ts";
import {readMeasure, type CaseColumns} from "../etl/transform/columns.ts";
import type {AllCounts} from "../etl/transform/count.ts";
import {readMeasures, type Measure} from "../etl/transform/measures.ts";
import {countWithin} from "../etl/transform/within.ts";
import {judgedBy, targetNow} from "../src/components/target.ts";
import {partOf, stoppable} from "./cases.ts";
import type {Gate} from "./gate.ts";
import type {Run, Runs} from "./runs.ts";
import {scopeWords} from "./scope.ts";
import type {Scope} from "./settings.ts";
import type {Around} from "./work.ts";
import {Said} from "./words.ts";

export interface FiguresAnswer {
  run: string;
  /** In the order asked for; those that the run does not define are left out. */
  measures: MeasureFile[];
}

const MOST = 40;
/** Measures kept in memory once counted, some 20 kB each. */
const KEPT = 4_000;
const oneDimension = z.string().max(200, "is too long").optional();
/** What a person may choose, several at once: any dimension but a measure's own category. */
export const choices = Object.fromEntries(DIMENSIONS.filter((name) => name !== "category").map((name) => [name, oneDimension])) as Record<Exclude<Dimension, "category">, typeof oneDimension>;
/** Dimensions of the groups that are drawn, which take most of the time: "no", or names parted by commas; null: all. */
export const groupsWanted = z
  .string()
  .transform((names) => (names === "no" ? [] : names.split(",")))
  .pipe(z.array(z.enum(DIMENSIONS, {error: `groups must be no, some of ${DIMENSIONS.join(", ")} parted by commas, or left out`})))
  .nullable()
  .default(null);
/** Measures and dimensions, such as "C2:team,C2:source": by measure its dimensions. */
const ofEach = (dimensions: readonly string[]) =>
  z
    .string()
    .max(1000)
    .regex(new RegExp(`^[A-Z]{1,3}\\d{1,3}[a-z]?:(${dimensions.join("|")})(,[A-Z]{1,3}\\d{1,3}[a-z]?:(${dimensions.join("|")}))*$`))
    .transform((text) => grouped(text.split(",").map((one) => one.split(":") as [string, Dimension]), ([id]) => id));
/** The dimensions of the groups that are drawn of each measure. */
const groupsOfEach = ofEach(DIMENSIONS);
/** Of which measures groups are wanted month by month, and by which dimension; null: of each by all in WITH_SERIES. */
const panelsWanted = z
  .union([z.literal("no").transform(() => new Map<string, [string, Dimension][]>()), ofEach(WITH_SERIES)], {error: "panels must be no, or measures and their dimension parted by commas, such as N3:locality,N4a:team"})
  .nullable()
  .default(null);
const dimensionsOf = (of: Map<string, [string, Dimension][]>, id: string): Dimension[] => (of.get(id) ?? []).map(([, dimension]) => dimension);
/** Those of some dimensions whose groups are drawn. */
export const drawnOf = (by: readonly string[], wanted: readonly Dimension[] | null): Dimension[] => by.filter((d) => wanted?.includes(d as Dimension) ?? true) as Dimension[];
const parameters = z.strictObject({
  measures: z
    .string({error: "measures is needed, such as measures=C1,C2"})
    .max(400)
    .regex(/^[A-Z]{1,3}\d{1,3}[a-z]?(,[A-Z]{1,3}\d{1,3}[a-z]?)*$/, "measures must be ids parted by commas, such as C1,C2")
    .transform((ids) => [...new Set(ids.split(","))])
    .refine((ids) => ids.length <= MOST, `measures may be ${MOST} at the most`),
  ...choices,
  groups: z.union([groupsOfEach, groupsWanted], {error: `groups must be no, some of ${DIMENSIONS.join(", ")} parted by commas, measures and their dimension such as C2:team, or left out`}),
  panels: panelsWanted,
  authority: z.string().max(20).optional(),
  run: z.string().max(130).optional()
});

/** Who asks, and of which run. */
export interface Asking {
  run: Run;
  scope: Scope | null;
  /** Aborts when nobody waits any more, or it took too long. @param measures that were asked for: a query may take so long, and each measure is one */
  gone: (measures: number) => AbortSignal;
  /** Awaited between two measures; other requests come between them unless said. */
  rest?: () => Promise<unknown>;
}

export interface FiguresGiven {
  /** A `FiguresAnswer` in JSON. */
  answer: string;
  /** As the audit trail tells it. */
  asked: {measures: string} & Filters;
}

/** What answers GET /api/figures; it keeps what it counted. @throws ZodError, Said 403, 400, 503 */
export function figuresOf({runs, queries, settings}: Pick<Around, "runs" | "queries" | "settings">): (query: unknown, asking: Asking) => Promise<FiguresGiven> {
  /** In JSON, which takes less room than what it says, and less time to give. */
  const counted = lately<string>(KEPT);
  return async (query, {run, scope, gone: goneOf, rest = setImmediate}) => {
    const {measures: ids, groups: wanted, panels, authority, run: _run, ...chosen} = parameters.parse(givenIn(query));
    const filters = chosen as Filters;
    const {part, read} = await askedWithin(run, scope, filters, authority);
    const [{periods: named, comparisons = []}, {measures: definitions}] = await Promise.all([read<RunFile>("run.json"), read<MeasuresFile>("measures.json")]);
    const periods = [...named, ...comparisons];
    const gone = goneOf(ids.length);
    const one = async (id: string): Promise<string> => {
      const definition = definitions.find((d) => d.id === id);
      if (!definition) return "";
      const file = await read<MeasureFile>(`measures/${id}.json`);
      const unsplit = unsplitBy(definition, file, filters, scope);
      const [first, last] = [file.series[0]?.period, file.series.at(-1)?.period];
      if (file.status !== "ok" || unsplit.length || !first || !last) return JSON.stringify({...file, series: [], limits: null, figures: [], groups: [], ...(file.status === "ok" ? {unsplit} : {})} satisfies MeasureFile);
      const by = drawnOf(definition.breakdowns, wanted instanceof Map ? dimensionsOf(wanted, id) : wanted);
      const monthly = panels ? dimensionsOf(panels, id) : WITH_SERIES;
      const key = JSON.stringify([run.id, part.file, id, inOrder(filters), scope, by, monthly]);
      return counted(key, async () => {
        const published = by.length === 0 && !scope ? publishedWithin(file, definition, filters) : null;
        if (published) return JSON.stringify(published);
        const beside = scope ? null : publishedBeside(file, filters, periods, by);
        const measure = asMeasure(definition);
        const {cases, bases} = await casesOf(runs, part, measure, {queries, gone});
        gone.throwIfAborted();
        const counts = countWithin(measure, cases, bases, periods, first, last, filters, {held: scope, by, beside: !beside, monthly});
        // counting holds up every other request for some milliseconds: they come between two measures
        await rest();
        return JSON.stringify(shaped(file, definition, periods, [...counts, ...(beside ?? [])], {held: scope, monthly}));
      });
    };
    // DuckDB gives one processor to a small table: two measures side by side use two
    const told = await shareOut(ids, [1, 2], one).catch((error: unknown) => {
      throw tooLong(error, gone, settings.limits.seconds * ids.length);
    });
    return {answer: `{"run":${JSON.stringify(run.id)},"measures":[${told.filter(Boolean).join(",")}]}`, asked: {measures: ids.join(","), ...filters}};
  };
}

/** The same choices in one order, whichever was made first. */
export const inOrder = (filters: Filters): [string, string][] => Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1));

/** What a measure is counted from, its cases and what stands under a rate: from memory, or else read when its turn comes. @param gone who gives up stops the reading */
export function casesOf(runs: Runs, part: {file: string}, measure: Measure, {queries, gone}: {queries: Gate; gone: AbortSignal}): Promise<{cases: CaseColumns; bases: Bases; size: number}> {
  return runs.held(part, measure.id, () =>
    queries.through(gone, () =>
      runs.withPart(part, (db) =>
        stoppable(db, gone, async () => {
          const cases = await readMeasure(db, measure);
          return {cases, bases: await basesOf(db, measure), size: cases.size};
        })
      )
    )
  );
}

/** What somebody is told whose question took too long; any other error is itself. */
export function tooLong(error: unknown, gone: AbortSignal, seconds: number): unknown {
  const late = gone.aborted && (gone.reason as Error).name === "TimeoutError";
  return late ? new Said(503, `The question took longer than ${seconds} seconds and was stopped. Choose fewer things at once.`) : error;
}

/** Parameters that were given; an empty one was not. */
export const givenIn = (query: unknown): Record<string, unknown> => Object.fromEntries(Object.entries(query as Record<string, unknown>).filter(([, value]) => value !== ""));

/** Published files that were read lately, half a megabyte each at the most. */
const opened = lately<unknown>(100);

/** A published file, from memory where it was read lately: reading one takes longer than counting. */
export const readLately = async <T>(run: Pick<Run, "folder">, authority: string, name: string): Promise<T> => (await opened(JSON.stringify([run.folder, authority, name]), () => publishedOf(run.folder, authority, name))) as T;

/** What a question within choices is asked of: the run's part, once the choices are found to be within what the person is held to. @throws Said 403, 400 */
export async function askedWithin(run: Run, scope: Scope | null, filters: Filters, authority: string | undefined) {
  keepWithin(scope, filters, authority);
  const part = await partOf(run, authority);
  return {part, read: <T>(name: string) => readLately<T>(run, part.authority, name)};
}

/** Gives what was made lately of the same key, else makes it; a run never changes, so that it stays right. @param most how many are kept */
export function lately<T>(most: number): (key: string, make: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, T>();
  return async (key, make) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = await make();
    if (kept.size >= most) kept.delete(kept.keys().next().value!);
    kept.set(key, made);
    return made;
  };
}

/** @throws Said 403 for groups or an authority outside what somebody is held to */
function keepWithin(scope: Scope | null, filters: Filters, authority: string | undefined): void {
  if (!scope) return;
  if (authority !== undefined) throw new Said(403, "Your access is to part of this authority; leave authority= out.");
  const wanted = filters[scope.dimension];
  if (wanted !== undefined && !scope.groups.includes(wanted)) throw new Said(403, `Your access is to ${scopeWords(scope)} only.`);
}

/** Dimensions chosen, or held to, that a measure's records say nothing of. */
export function unsplitBy(definition: MeasureDefinition, file: MeasureFile, filters: Filters, scope: Scope | null): string[] {
  return [...new Set([...Object.keys(filters), ...(scope ? [scope.dimension] : [])])].filter((d) => !splitBy(definition, file, d));
}

/** Whether a measure's records say anything of a dimension. */
function splitBy({breakdowns}: MeasureDefinition, {groups}: MeasureFile, dimension: string): boolean {
  return breakdowns.includes(dimension) && groups.some((g) => g.dimension === dimension && g.group !== "not recorded");
}

/** One choice is published, as a group of the measure; null where several were made, the group has no case, or its months are not published. */
function publishedWithin(file: MeasureFile, definition: MeasureDefinition, filters: Filters): MeasureFile | null {
  const [only, second] = Object.entries(filters);
  const own = only && !second ? file.groups.find((g) => g.dimension === only[0] && g.group === only[1]) : undefined;
  return own?.series.length ? {...file, series: own.series, figures: own.figures, limits: limitsOf(definition, targetNow(judgedBy(definition), own.series), own.series), groups: []} : null;
}

/** Of one choice the groups beside it are published too: each is its own whole. Null where several things were chosen, or a period is not published. */
function publishedBeside(file: MeasureFile, filters: Filters, periods: readonly {key: string}[], by: readonly Dimension[]): AllCounts[] | null {
  const [dimension, second] = Object.keys(filters);
  if (!dimension || second) return null;
  if (!by.includes(dimension as Dimension)) return [];
  const groups = file.groups.filter((g) => g.dimension === dimension);
  if (!groups.every(({figures}) => periods.every(({key}) => figures.some((f) => f.period === key)))) return null;
  // they stand in their order already
  return groups.map(({group, series, figures}, i) => ({dimension: dimension as Dimension, group, size: groups.length - i, series, spans: new Map(figures.map(({period, ...numbers}) => [period, numbers]))}));
}

let scales: Map<string, number> | null = null;

/** The run's own words for a measure; its scale alone is not published. */
export function asMeasure(d: MeasureDefinition): Measure {
  scales ??= new Map(readMeasures().map((m) => [m.id, m.scale]));
  return {...d, scale: scales.get(d.id) ?? 1, rate: d.rate ?? undefined} as unknown as Measure;
}

/** The counts in the shape of a published file; months, their completeness and the names of groups are those of the published file. */
function shaped(file: MeasureFile, definition: MeasureDefinition, periods: RunFile["periods"], counts: AllCounts[], {held, monthly}: {held: {dimension: string; groups: readonly string[]} | null; monthly: readonly string[]}): MeasureFile {
  const complete = new Map(file.series.map((p) => [p.period, p.complete]));
  const measure = asMeasure(definition);
  const points = (c: AllCounts) => everyMonth(measure, c.series, [...complete.keys()]).map((p) => ({...p, complete: complete.get(p.period) ?? false}));
  const figures = (c: AllCounts) => periods.map(({key}) => ({period: key, ...c.spans.get(key)!}));
  const whole = counts.find((c) => c.dimension === "all")!;
  const label = new Map(file.groups.map((g) => [`${g.dimension} ${g.group}`, g.label]));
  const groups = counts
    .filter((c) => c.dimension !== "all" && (held === null || c.dimension !== held.dimension || held.groups.includes(c.group)))
    .sort((a, b) => definition.breakdowns.indexOf(a.dimension) - definition.breakdowns.indexOf(b.dimension) || b.size - a.size || (a.group < b.group ? -1 : 1))
    .map((c) => ({dimension: c.dimension, group: c.group, label: label.get(`${c.dimension} ${c.group}`) ?? c.group, series: monthly.includes(c.dimension) ? points(c) : [], figures: figures(c)}));
  const series = points(whole);
  return {...file, series, limits: limitsOf(definition, targetNow(judgedBy(definition), series), series), figures: figures(whole), groups};
}
