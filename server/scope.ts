// Row scope: what someone who may see only some teams (or localities) is shown. Their cases are asked for within the scope; of the published
// files they get those that can be cut down to it, recounted from their own groups' numbers; every other file is refused.
import {limitsOf} from "../etl/publish/figures.ts";
import type {CurvesFile, DueSoonFile, GlanceFile, MeasureDefinition, MeasureFile, MeasuresFile, OutOfHoursFile, RunFile, TimeToSeenFile, TopicFile} from "../etl/publish/published.ts";
import {ownLabels, type Asked} from "./cases.ts";
import type {Scope} from "./settings.ts";
import {figuresOf} from "../src/components/headline.ts";
import {judgedBy, targetNow} from "../src/components/target.ts";
import {Said} from "./words.ts";

/** In words, for people and the audit trail: `team North, South`. */
export const scopeWords = ({dimension, groups}: Scope): string => `${dimension} ${groups.join(", ") || "none"}`;

/**
 * A question to the case API kept within a scope. Someone with one group is asked for no filter; with several they say which.
 * @throws Said 403 for another group or another authority, 400 when the group must be said
 */
export function withinScope(asked: Asked, scope: Scope): Asked {
  const {dimension, groups} = scope;
  if (asked.authority !== undefined) throw new Said(403, "Your access is to part of this authority; leave authority= out.");
  const wanted = asked.question.filters[dimension] ?? (groups.length === 1 ? groups[0] : undefined);
  if (wanted === undefined) throw new Said(groups.length ? 400 : 403, groups.length ? `Your access is by ${dimension}; add ${dimension}= and one of ${groups.join(", ")}.` : "Your groups give you access to no team or locality. Ask whoever runs frontdoor.");
  if (!groups.includes(wanted)) throw new Said(403, `Your access is to ${scopeWords(scope)} only.`);
  return {...asked, question: {...asked.question, filters: {...asked.question.filters, [dimension]: wanted}}};
}

/** Reads a published file of the run, by its name. */
export type ReadFile = <T>(name: string) => Promise<T>;

/**
 * A published file as someone with a scope may see it.
 * @returns null for a file that cannot be cut down to a scope: it is refused
 */
export async function scopedFile(name: string, read: ReadFile, scope: Scope): Promise<unknown> {
  if (name === "run.json") return scopeRun(await read<RunFile>(name), scope);
  if (name === "measures.json") return scopeMeasures(await read<MeasuresFile>(name), scope);
  if (name === "time-to-seen.json") return scopeCurves(await read<TimeToSeenFile>(name), scope);
  if (/^curves\/[A-Z]+\d+[a-z]?\.json$/.test(name)) return scopeCurves(await read<CurvesFile>(name), scope);
  if (name === "due-soon.json") return scope.dimension === "team" ? scopeDue(await read<DueSoonFile>(name), scope) : null;
  if (name === "out-of-hours.json") return scopeWeeks(await read<OutOfHoursFile>(name), scope);
  if (/^topics\/[a-z-]+\.json$/.test(name)) return scopeTopic(await read<TopicFile>(name), scope);
  const definitions = async () => (await read<MeasuresFile>("measures.json")).measures;
  const id = /^measures\/([A-Z]+\d+[a-z]?)\.json$/.exec(name)?.[1];
  if (id) {
    const definition = (await definitions()).find((one) => one.id === id);
    return definition ? scopeMeasure(await read<MeasureFile>(name), definition, scope) : null;
  }
  if (name === "glance.json") {
    const glance = await read<GlanceFile>(name);
    const all = await definitions();
    const tiles = await Promise.all(glance.tiles.map(async (tile) => scopeTile(tile, scopeMeasure(await read<MeasureFile>(`measures/${tile.id}.json`), all.find((one) => one.id === tile.id)!, scope))));
    // what needs attention was written from everybody's numbers
    return {...glance, tiles, attention: []} satisfies GlanceFile;
  }
  return null;
}

const within = ({dimension, groups}: Scope) => (one: {dimension: string; group: string}) => one.dimension === dimension && groups.includes(one.group);

function scopeRun(run: RunFile, scope: Scope): RunFile {
  const own = within(scope);
  // of places only their own; words of a list (sources, needs, ages …) tell of no team
  return {...run, ...(run.labels ? {labels: ownLabels(run.labels, scope)} : {}), groups: run.groups.filter((one) => own(one) || (one.dimension !== "team" && one.dimension !== "locality"))};
}

/** Why a measure says nothing within the scope; empty where it does. */
function lacks({breakdowns, kind, counts}: Pick<MeasureDefinition, "breakdowns" | "kind" | "counts">, {dimension, groups}: Scope): string[] {
  if (!breakdowns.includes(dimension)) return [`a breakdown by ${dimension}`];
  const addsUp = counts === "case" && (kind === "percentage" || kind === "count");
  return groups.length === 1 || addsUp ? [] : [`one ${dimension}, not ${groups.length}`];
}

function scopeMeasures(file: MeasuresFile, scope: Scope): MeasuresFile {
  return {...file, measures: file.measures.map((definition) => (definition.status !== "ok" || lacks(definition, scope).length === 0 ? definition : {...definition, status: "not recorded" as const, missing: lacks(definition, scope)}))};
}

/** A measure's file with the scope's groups as its whole: their series and figures, added up where there are several, and limits of those. */
export function scopeMeasure(file: MeasureFile, definition: MeasureDefinition, scope: Scope): MeasureFile {
  const missing = file.status === "ok" ? lacks(definition, scope) : file.missing;
  if (missing.length > 0) return {...file, status: "not recorded", missing, series: [], limits: null, figures: [], groups: [], otherDayCount: null};
  const groups = file.groups.filter(within(scope));
  const added = <T extends {numerator: number | null; denominator: number | null; value: number | null}>(frames: readonly T[], of: (group: (typeof groups)[number]) => readonly T[], same: (a: T, b: T) => boolean): T[] =>
    frames.map((frame) => {
      const own = groups.flatMap((group) => of(group).find((one) => same(one, frame)) ?? []);
      const [only] = own;
      if (only && own.length === 1) return only;
      const sum = (key: "numerator" | "denominator") => own.reduce((n, one) => n + (one[key] ?? 0), 0);
      const [numerator, denominator] = [sum("numerator"), definition.kind === "count" ? null : sum("denominator")];
      const value = denominator === null ? numerator : definition.unit === "percent" ? (denominator === 0 ? null : (100 * numerator) / denominator) : own.length ? numerator : null;
      return {...frame, numerator, denominator, value};
    });
  const series = added(file.series, (group) => group.series, (a, b) => a.period === b.period);
  const figures = added(file.figures, (group) => group.figures, (a, b) => a.period === b.period);
  // the other day count is told of the whole authority only
  return {...file, series, figures, groups, limits: limitsOf(definition, targetNow(judgedBy(definition), series), series), otherDayCount: null};
}

function scopeTile(tile: GlanceFile["tiles"][number], file: MeasureFile): GlanceFile["tiles"][number] {
  return {...tile, status: file.status, missing: file.missing, ...figuresOf(file)};
}

function scopeTopic(file: TopicFile, scope: Scope): TopicFile {
  return {...file, measures: file.measures.map(({definition, file: of}) => ({definition: scopeMeasures({measures: [definition]} as unknown as MeasuresFile, scope).measures[0]!, file: scopeMeasure(of, definition, scope)}))};
}

/** Counts by team add up. */
function scopeDue(file: DueSoonFile, scope: Scope): DueSoonFile {
  return {...file, cells: file.cells.filter((cell) => scope.groups.includes(cell.team))};
}

/** Curves do not add up: someone with several groups is given none. */
function scopeCurves<T extends TimeToSeenFile | CurvesFile>(file: T, scope: Scope): T {
  const own = file.curves.filter(within(scope));
  if (file.status !== "ok") return {...file, curves: []};
  if (scope.groups.length !== 1) return {...file, status: "not recorded", missing: [`one ${scope.dimension}, not ${scope.groups.length}`], curves: []};
  if (own.length === 0) return {...file, status: "not recorded", missing: [`a breakdown by ${scope.dimension}`], curves: []};
  return {...file, curves: [...own.map((curve) => ({...curve, dimension: "all" as const, group: ""})), ...own]};
}

/** Counts by hour add up. Null where no group has any: nothing says then that the file is told by the scope's dimension. */
function scopeWeeks(file: OutOfHoursFile, scope: Scope): OutOfHoursFile | null {
  if (!file.weeks.some((week) => week.dimension === scope.dimension)) return null;
  const own = file.weeks.filter(within(scope));
  const all = [...new Set(own.map((week) => week.period))].map((period) => {
    const of = own.filter((week) => week.period === period);
    return {...of[0]!, dimension: "all" as const, group: "", label: of.map((week) => week.label).join(", "), counts: of[0]!.counts.map((_, hour) => of.reduce((n, week) => n + (week.counts[hour] ?? 0), 0))};
  });
  return {...file, weeks: [...all, ...own]};
}
