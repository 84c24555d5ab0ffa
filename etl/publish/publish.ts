// Writes a run's aggregate files from its part. Every number comes from transform/cases.ts; no case-level row passes through here.
import {mkdir, writeFile} from "node:fs/promises";
import path from "node:path";
import {rowOf, rowsOf, shareOut, type Db} from "../duckdb.ts";
import type {Contract} from "../load/contract.ts";
import type {FileReport, LoadManifest} from "../load/load.ts";
import type {Settings} from "../settings.ts";
import {addMonths, everyMonth, type Counted} from "../transform/cases.ts";
import type {CaseColumns} from "../transform/columns.ts";
import {countEverything, type AllCounts} from "../transform/count.ts";
import type {Measure} from "../transform/measures.ts";
import {dayCounts, type DayCounts} from "../transform/day-count.ts";
import type {PartManifest} from "../transform/part.ts";
import {figuresOf} from "../../src/components/headline.ts";
import {reworded} from "../../src/components/relabel.ts";
import {judgedBy, targetNow} from "../../src/components/target.ts";
import {checksOf, QUALITY_DIMENSIONS} from "../transform/quality.ts";
import {targetAt, thresholdAt, type Reference} from "../transform/reference.ts";
import {agencyReturns, RETURNS_OF} from "./agency-returns.ts";
import {attentionOf} from "./attention.ts";
import {auditGrades, GRADES_OF} from "./audit-grades.ts";
import {benchmarksOf} from "./benchmarks.ts";
import {clockOf} from "./clock.ts";
import {cohort} from "./cohort.ts";
import {comparatorsOf, indicatorOf} from "./comparators.ts";
import {curves, CURVES_OF} from "./curves.ts";
import {dueSoon} from "./due-soon.ts";
import {answersOf, findingsOf} from "./findings.ts";
import {comparisonsFor, groupLabel, isComplete, limitsOf, newestCompleteMonth, periodsFor, publishedMonths, targetSteps} from "./figures.ts";
import {HOURS_OF, outOfHours} from "./out-of-hours.ts";
import type {AgencyReturnsFile, AnswersFile, AuditGradesFile, BenchmarksFile, CohortFile, CurvesFile, DueSoonFile, Figure, FindingsFile, GlanceFile, MeasureDefinition, MeasureFile, OtherDayCount, OutOfHoursFile, Period, QualityFile, RefreshFile, RunFile, SeriesPoint, SourceFreshness, StrategyMeetingsFile, TimeToSeenFile, TopicFile} from "./published.ts";
import {PUBLISHED} from "./partnership.ts";
import {strategyMeetings} from "./strategy-meetings.ts";
import {SEEN_OF, timeToSeen} from "./time-to-seen.ts";
import {headlinesOf, topicOf, TOPICS, WITH_SERIES} from "./topics.ts";

export interface PublishInputs {
  run: string;
  example: boolean;
  authority: {code: string; name: string};
  part: PartManifest;
  loads: LoadManifest[];
  reports: FileReport[];
  measures: Measure[];
  contracts: Map<string, Contract>;
  reference: Reference;
  settings: Settings;
}

/** Measures of whose cases something else is drawn beside their numbers. */
const DRAWN_OF = [SEEN_OF, ...CURVES_OF, HOURS_OF, RETURNS_OF, ...GRADES_OF];

/** Dimensions of a measure whose groups are published month by month: those that pages draw so, and those that partners are given by quarter. */
const monthlyOf = ({id}: Measure): readonly string[] => [...WITH_SERIES, ...(PUBLISHED.find((one) => one.id === id)?.breakdowns ?? [])];

/** Writes every published file into `dir`; `dbs` are connections to one part. */
export async function publishRun(dbs: Db[], dir: string, given: PublishInputs): Promise<void> {
  const inputs = calledAs(given);
  const db = dbs[0]!;
  const {part, measures, reference, run} = inputs;
  const head = {disclosure: "internal" as const, run};
  const firstMonth = (await rowOf<{first: string | null}>(db, "select strftime(min(day), '%Y-%m') as first from journey.period_end")).first;
  const periods = periodsFor(part.asAt, firstMonth);
  const comparisons = comparisonsFor(periods, firstMonth);
  const told = [...periods, ...comparisons];
  const months = publishedMonths(part.asAt, firstMonth);
  const freshness = freshnessOf(inputs);
  const folders = new Set<string>();
  const write = async (file: string, body: unknown) => {
    const folder = path.dirname(path.join(dir, file));
    if (!folders.has(folder)) await mkdir(folder, {recursive: true, mode: 0o700});
    folders.add(folder);
    await writeFile(path.join(dir, file), JSON.stringify(body), {mode: 0o600});
  };

  const definitions = measures.map((m) => define(m, inputs, months));
  const files = new Map<string, MeasureFile>();
  const computed = measures.filter((m) => (part.missing[m.id] ?? []).length === 0);
  // what is drawn of the cases themselves is drawn when all have been counted
  const drawn = new Map<string, CaseColumns>();
  const keep = ({id}: Measure, cases: CaseColumns) => void (DRAWN_OF.includes(id) && drawn.set(id, cases));
  const counts = months.length ? await countEverything(dbs, computed, told, months[0]!, months.at(-1)!, {also: keep, valued: ({id}) => DRAWN_OF.includes(id), monthly: monthlyOf}) : new Map<string, AllCounts[]>();
  const commentary = await rowsOf<{measure: string; period: string; by: string; words: string}>(db, "select measure, period, author_role as by, words from records.commentary where not withdrawn and words is not null order by period desc, author_role, measure");
  const last = periods.find((p) => p.key === "last-12");
  const otherCounts = new Map<string, DayCounts>();
  const asked: ((own: Db) => Promise<void>)[] = [
    async (own) => {
      if (last && months.length) for (const c of await dayCounts(own, computed, last)) otherCounts.set(c.id, c);
    },
    async () => {
      for (const family of curves(drawn, inputs, periods)) await write(`curves/${family.id}.json`, {...head, ...family} satisfies CurvesFile);
    },
    async (own) => write("cohort.json", {...head, ...(await cohort(own, inputs, periods))} satisfies CohortFile),
    async (own) => write("due-soon.json", {...head, ...(await dueSoon(own, inputs))} satisfies DueSoonFile),
    async (own) => write("quality.json", {...head, ...(await qualityFile(own, inputs))} satisfies QualityFile),
    async () => write("time-to-seen.json", {...head, ...timeToSeen(drawn.get(SEEN_OF), inputs, periods)} satisfies TimeToSeenFile),
    async (own) => write("strategy-meetings.json", {...head, ...(await strategyMeetings(own, inputs))} satisfies StrategyMeetingsFile),
    async () => write("out-of-hours.json", {...head, ...outOfHours(drawn.get(HOURS_OF), inputs, periods)} satisfies OutOfHoursFile),
    async () => write("audit-grades.json", {...head, ...auditGrades(drawn, inputs, periods)} satisfies AuditGradesFile)
  ];
  await shareOut(asked, dbs, (ask, own) => ask(own));
  for (const measure of measures) files.set(measure.id, {...head, ...measureFile(measure, counts.get(measure.id) ?? [], inputs, told, months, definitions.find((d) => d.id === measure.id)!), otherDayCount: otherDayCount(otherCounts.get(measure.id)), commentary: commentary.filter((c) => c.measure === measure.id || c.measure === measure.id.replace(/[a-z]$/, "")).map(({period, by, words}) => ({period, by, words}))});

  const runFile: RunFile = {
    ...head,
    authority: inputs.authority,
    asAt: part.asAt,
    example: inputs.example,
    marking: inputs.settings.marking,
    ...(Object.keys({...inputs.settings.labels.teams, ...inputs.settings.labels.words}).length ? {labels: inputs.settings.labels} : {}),
    ...(inputs.settings.case_link && !inputs.settings.pseudonyms.key_file ? {caseLink: inputs.settings.case_link} : {}),
    periods,
    comparisons,
    defaultPeriod: "last-12",
    months: months.map((period) => ({period, complete: period <= newestCompleteMonth(part.asAt)})),
    freshness,
    groups: groupsIn(files),
    events: reference.events.filter((e) => e.at <= part.asAt).map(({at, label, measures: of, note}) => ({at, label, measures: of, note: note ?? ""}))
  };
  await write("run.json", runFile);
  await write("measures.json", {...head, measures: definitions});
  for (const [id, file] of files) await write(`measures/${id}.json`, file);

  const tiles = inputs.settings.headlines.flatMap((id) => {
    const definition = definitions.find((d) => d.id === id);
    return definition ? [tile(definition, files.get(id)!)] : [];
  });
  const glance: GlanceFile = {...head, tiles, attention: attentionOf(tiles, files, definitions, freshness, newestCompleteMonth(part.asAt))};
  await write("glance.json", glance);
  const findingInputs = {...inputs, definitions, files};
  await write("findings.json", {...head, ...(await findingsOf(db, findingInputs))} satisfies FindingsFile);
  await write("answers.json", {...head, ...answersOf(findingInputs)} satisfies AnswersFile);
  await write("agency-returns.json", {...head, ...agencyReturns(drawn.get(RETURNS_OF), inputs, files.get("I1"), periods)} satisfies AgencyReturnsFile);
  for (const topic of Object.keys(TOPICS)) await write(`topics/${topic}.json`, {...head, ...topicOf(topic, definitions, files, periods)} satisfies TopicFile);
  await write("topics/headlines.json", {...head, ...headlinesOf(inputs.settings.headlines, definitions, files)} satisfies TopicFile);
  await write("benchmarks.json", {...head, ...benchmarksOf({authority: inputs.authority, reference, indicatorOf: (id) => indicatorOf(measures.find((m) => m.id === id)!, reference), definitions, files, periods})} satisfies BenchmarksFile);
  await write("refresh.json", {...head, ...refreshFile(inputs)} satisfies RefreshFile);
}

/** What is published under the authority's own names: teams, and words in what people read of measures and codes. */
function calledAs(inputs: PublishInputs): PublishInputs {
  const {teams, words} = inputs.settings.labels;
  const say = (text: string) => reworded(text, words);
  const codes = Object.fromEntries(Object.entries(inputs.reference.codes).map(([list, of]) => [list, of.map((c) => ({...c, label: say(c.label)}))]));
  const team = Object.entries(teams).map(([code, label]) => ({code, label, parent: null, effectiveFrom: null, effectiveTo: null, source: "settings.yaml", attributes: {}}));
  return {
    ...inputs,
    reference: {...inputs.reference, codes: {...codes, team}},
    measures: inputs.measures.map((m) => ({...m, title: say(m.title), question: say(m.question), numerator: say(m.numerator), denominator: m.denominator && say(m.denominator), ...(m.category ? {category: {...m.category, label: say(m.category.label)}} : {})}))
  };
}

/** Dimensions of the pages' filter bar. */
const FILTERS = ["team", "locality", "source", "need", "age_band", "ethnicity"];

function groupsIn(files: Map<string, MeasureFile>): RunFile["groups"] {
  const found = new Map<string, RunFile["groups"][number]>();
  for (const {groups} of files.values()) for (const {dimension, group, label} of groups) if (FILTERS.includes(dimension)) found.set(`${dimension}\u0000${group}`, {dimension, group, label});
  return [...found.values()].sort((a, b) => FILTERS.indexOf(a.dimension) - FILTERS.indexOf(b.dimension) || (a.label < b.label ? -1 : 1));
}

function define(m: Measure, {part, reference, settings, authority}: PublishInputs, months: readonly string[]): MeasureDefinition {
  const limit = m.limit ? thresholdAt(reference.thresholds, m.limit, part.asAt) : null;
  const target = targetAt(reference.targets, m.id, part.asAt);
  const targets = targetSteps(reference, m.id, months, part.asAt);
  const missing = part.missing[m.id] ?? [];
  return {
    id: m.id,
    family: m.family,
    title: m.title,
    question: m.question,
    numerator: m.numerator,
    denominator: m.denominator,
    kind: m.kind,
    good: m.good,
    unit: m.unit,
    counts: m.counts,
    category: m.category?.label ?? null,
    completedVariant: m.completed_variant,
    completedAs: m.completed_as,
    rate: m.rate ?? null,
    limit: limit && {key: limit.key, value: limit.value, unit: limit.unit, status: limit.status, source: limit.source},
    target: target && {value: target.value, status: target.status, source: target.source},
    ...(targets.length ? {targets} : {}),
    clock: clockOf(m, reference, settings.clocks, part.asAt),
    comparators: comparatorsOf(m, reference, authority.code),
    sources: m.sources,
    findings: m.findings,
    requires: m.requires,
    breakdowns: m.breakdowns,
    lookBackMonths: m.look_back_months,
    sql: m.sql,
    status: missing.length ? "not recorded" : "ok",
    missing
  };
}

function measureFile(measure: Measure, counts: AllCounts[], inputs: PublishInputs, periods: Period[], months: string[], definition: MeasureDefinition): Omit<MeasureFile, "disclosure" | "run" | "commentary" | "otherDayCount"> {
  const missing = inputs.part.missing[measure.id] ?? [];
  const all = counts.find((c) => c.dimension === "all");
  if (!all) return {id: measure.id, status: missing.length ? "not recorded" : "ok", missing, series: [], limits: null, figures: [], groups: []};
  const complete = months.map((month) => isComplete(measure, month, inputs.part));
  const points = (series: Counted[]): SeriesPoint[] => everyMonth(measure, series, months).map(({period, numerator, denominator, value}, i) => ({period, numerator, denominator, value, complete: complete[i]!}));
  const figures = (c: AllCounts): Figure[] => periods.map(({key}) => ({period: key, ...c.spans.get(key)!}));
  const series = points(all.series);
  const groups = counts
    .filter((c) => c.dimension !== "all")
    .sort((a, b) => measure.breakdowns.indexOf(a.dimension as never) - measure.breakdowns.indexOf(b.dimension as never) || b.size - a.size || (a.group < b.group ? -1 : 1))
    .map((c) => ({dimension: c.dimension, group: c.group, label: groupLabel(c.dimension, c.group, inputs.reference, measure.category?.list), series: c.series.length ? points(c.series) : [], figures: figures(c)}));
  return {id: measure.id, status: "ok", missing: [], series, limits: limitsOf(measure, targetNow(judgedBy(definition), series), series), figures: figures(all), groups};
}

function otherDayCount(counts: DayCounts | undefined): OtherDayCount | null {
  if (!counts) return null;
  const {denominator, numerator, other} = counts;
  const share = (n: number) => ({numerator: n, value: denominator === 0 ? null : (100 * n) / denominator});
  return {period: "last-12", denominator, published: share(numerator), other: share(other)};
}

function tile(definition: MeasureDefinition, file: MeasureFile): GlanceFile["tiles"][number] {
  const {id, title, kind, unit, status, missing, comparators} = definition;
  const {good, target, targets} = judgedBy(definition);
  return {id, title, kind, good, unit, status, missing, target, ...(targets ? {targets} : {}), comparator: comparators.find((c) => c.area === "England") ?? null, ...figuresOf(file)};
}

function freshnessOf({loads, part, settings}: PublishInputs): SourceFreshness[] {
  const bySource = new Map<string, LoadManifest[]>();
  for (const load of loads) {
    const source = load.census ? "CIN census" : load.source;
    bySource.set(source, [...(bySource.get(source) ?? []), load]);
  }
  return [...bySource]
    .map(([source, of]) => {
      const newestExport = of.map((l) => l.exportDate).sort().at(-1)!;
      const newestRecord = of.flatMap((l) => l.sets.map((s) => s.lastEvent)).filter((d): d is string => d !== null && d <= part.asAt).sort().at(-1) ?? null;
      const daysOld = daysBetween(newestRecord ?? newestExport, part.asAt);
      return {source, recordSets: [...new Set(of.flatMap((l) => l.sets.map((s) => s.name)))].sort(), newestExport, newestRecord, daysOld, stale: daysOld > settings.stale_after_days};
    })
    .sort((a, b) => (a.source < b.source ? -1 : 1));
}

const daysBetween = (a: string, b: string) => Math.round((Date.parse(`${b}T00:00:00Z`) - Date.parse(`${a}T00:00:00Z`)) / 86_400_000);

/** Months of the data-quality profile. */
const PROFILE_MONTHS = 24;

async function qualityFile(db: Db, {part, contracts, settings}: PublishInputs): Promise<Omit<QualityFile, "disclosure" | "run">> {
  const teams = await rowsOf<{id: string; team: string; faults: number}>(db, "select check_id as id, coalesce(team, 'not recorded') as team, count(*) as faults from quality.fault group by all order by id, faults desc, team");
  const checks = (await checksOf(db)).map((c) => ({...c, title: reworded(c.title, settings.labels.words), teams: teams.filter((t) => t.id === c.id).map(({team, faults}) => ({team, faults}))}));
  const last = part.asAt.slice(0, 7);
  const months = Array.from({length: PROFILE_MONTHS}, (_, i) => addMonths(last, i - PROFILE_MONTHS + 1));
  type Row = {recordSet: string; field: string | null; month: string | null; dimension: (typeof QUALITY_DIMENSIONS)[number]; tested: number; failed: number};
  const rows = await rowsOf<Row>(db, `select record_set as "recordSet", field, month, dimension, tested, failed from quality.profile order by record_set, field nulls first, dimension, month nulls first`);
  const rejected = await rowsOf<{recordSet: string; field: string | null; fault: string; cells: number}>(db, `select record_set as "recordSet", field, fault, cells from quality.rejected order by cells desc, field, fault`);
  const sum = (of: Row[], what: "tested" | "failed") => of.reduce((n, r) => n + r[what], 0);
  const profile = [...new Set([...rows, ...rejected].map((r) => r.recordSet))].sort().map((recordSet) => {
    const own = rows.filter((r) => r.recordSet === recordSet);
    const fields = new Map<string, Row[]>();
    for (const r of own) fields.set(`${r.field}\u0000${r.dimension}`, [...(fields.get(`${r.field}\u0000${r.dimension}`) ?? []), r]);
    return {
      recordSet,
      dimensions: QUALITY_DIMENSIONS.map((dimension) => {
        const of = own.filter((r) => r.dimension === dimension);
        return of.length ? {dimension, status: "run" as const, tested: sum(of, "tested"), failed: sum(of, "failed")} : {dimension, status: "not run" as const, tested: null, failed: null};
      }),
      fields: [...fields.values()].map((of) => {
        const byMonth = new Map(of.map((r) => [r.month, r]));
        const {field, dimension} = of[0]!;
        return {
          field,
          required: field !== null && (contracts.get(recordSet)?.fields[field]?.required ?? false),
          dimension,
          tested: sum(of, "tested"),
          failed: sum(of, "failed"),
          months: months.map((m): [number, number] => [byMonth.get(m)?.tested ?? 0, byMonth.get(m)?.failed ?? 0])
        };
      }),
      rejected: rejected.filter((r) => r.recordSet === recordSet).map(({field, fault, cells}) => ({field, fault, cells}))
    };
  });
  return {checks, months, profile};
}

/** Counts only: values, examples and unmapped words stay in report.json, for the analyst through the API. */
function refreshFile({part, reports}: PublishInputs): Omit<RefreshFile, "disclosure" | "run"> {
  const tally = <T>(items: T[], key: (item: T) => string) => {
    const found = new Map<string, {item: T; count: number}>();
    for (const item of items) {
      const at = found.get(key(item));
      if (at) at.count++;
      else found.set(key(item), {item, count: 1});
    }
    return [...found.values()].sort((a, b) => b.count - a.count || (key(a.item) < key(b.item) ? -1 : 1));
  };
  return {
    asAt: part.asAt,
    files: reports.map((r) => ({
      file: r.file,
      outcome: r.outcome,
      ...(r.reason ? {reason: r.reason} : {}),
      format: r.format,
      encoding: r.encoding,
      mapping: r.mapping,
      exportDate: r.exportDate ?? null,
      recordSets: r.recordSets,
      warnings: tally(r.warnings, (w) => w.code).map(({item, count}) => ({code: item.code, count})),
      rejectedBy: tally(r.rejections.flatMap((x) => x.reasons.map((reason) => ({reason, heading: x.heading ?? null}))), (x) => `${x.heading}\u0000${x.reason}`).map(({item, count}) => {
        const more = (r.rejectionsNotListed ?? []).filter((x) => x.reason === item.reason && x.heading === item.heading);
        return {...item, count: more.reduce((n, x) => n + x.cells, count)};
      }),
      headingsDropped: r.headingsDropped ?? []
    })),
    records: part.records
      .filter((r) => r.records + r.withdrawn > 0)
      .map(({recordSet, records, firstEvent, lastEvent, withdrawn}) => ({recordSet, records, firstEvent, lastEvent, withdrawn}))
  };
}
