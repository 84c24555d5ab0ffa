// GET /api/charts: curves, matrices, the funnel and the flow within what a person chose, in the shape of the published file of that name.
// It adds no rule of its own: the functions that publish make them, of part of a measure's cases. No case leaves it.
import type {DuckDBConnection} from "@duckdb/node-api";
import {z} from "zod";
import {returnsOf} from "../etl/publish/agency-returns.ts";
import {gradesOf, GRADES_OF} from "../etl/publish/audit-grades.ts";
import {addedUp} from "../etl/publish/cohort.ts";
import {curvesBy, curvesOf} from "../etl/publish/curves.ts";
import {reachOf} from "../etl/publish/figures.ts";
import {HOURS_BY, hoursOfWeek} from "../etl/publish/out-of-hours.ts";
import type {AgencyReturnsFile, AuditGradesFile, CohortFile, CurvesFile, MeasureFile, MeasuresFile, OutOfHoursFile, RunFile, StrategyMeetingsFile, TimeToSeenFile} from "../etl/publish/published.ts";
import {meetingCells} from "../etl/publish/strategy-meetings.ts";
import {SEEN_BY, seenCurves} from "../etl/publish/time-to-seen.ts";
import {NO_BASES, where, type Dimension, type Filters} from "../etl/transform/cases.ts";
import {COHORT_DIMENSIONS, cohortFunnel, FLOW_CHOICES, flows, FUNNEL_CHOICES, readContacts, readMoves} from "../etl/transform/cohort.ts";
import type {CaseColumns} from "../etl/transform/columns.ts";
import {countCases} from "../etl/transform/count.ts";
import {caseView, type Measure} from "../etl/transform/measures.ts";
import {narrowedTo, within, type Held} from "../etl/transform/within.ts";
import {stoppable} from "./cases.ts";
import {askedWithin, asMeasure, casesOf, choices, drawnOf, givenIn, groupsWanted, inOrder, lately, tooLong, unsplitBy, type Asking} from "./figures.ts";
import type {Around} from "./work.ts";
import {Said} from "./words.ts";

/** A published file, narrowed: its whole ("all") is what was chosen. */
export type ChartAnswer = TimeToSeenFile | CurvesFile | OutOfHoursFile | StrategyMeetingsFile | AgencyReturnsFile | AuditGradesFile | CohortFile;

/** Whose cases each file is made of; null: no measure's. */
const MEASURE = {"time-to-seen": "A4b", "strategy-meetings": "S2a", "out-of-hours": "E1", "curves/A2b": "A2b", "curves/S4b": "S4b", "curves/S7c": "S7c", "curves/R5": "R5", "agency-returns": "I1", "audit-grades": "Q2a", cohort: null} as const;
type Chart = keyof typeof MEASURE;

/** Answers kept in memory once made, some 200 kB each. */
const KEPT = 200;
const parameters = z.strictObject({
  chart: z.enum(Object.keys(MEASURE) as [Chart, ...Chart[]], {error: `chart must be one of ${Object.keys(MEASURE).join(", ")}`}),
  ...choices,
  /** Of curves. */
  groups: groupsWanted,
  authority: z.string().max(20).optional(),
  run: z.string().max(130).optional()
});

/** What answers GET /api/charts; it keeps what it made. @throws ZodError, Said 403, 400, 404, 503 */
export function chartsOf({runs, queries, settings}: Pick<Around, "runs" | "queries" | "settings">): (query: unknown, asking: Asking) => Promise<{answer: string; asked: {chart: string} & Filters}> {
  const made = lately<string>(KEPT);
  return async (query, {run, scope, gone: goneOf}) => {
    const {chart, groups: wanted, authority, run: _run, ...rest} = parameters.parse(givenIn(query));
    const filters = rest as Filters;
    const {part, read} = await askedWithin(run, scope, filters, authority);
    const answer = await made(JSON.stringify([run.id, part.file, chart, inOrder(filters), scope, wanted]), async () => JSON.stringify(await make()));
    return {answer, asked: {chart, ...filters}};

    async function make(): Promise<ChartAnswer> {
      const [file, {periods, asAt}, {measures}] = await Promise.all([read<ChartAnswer>(`${chart}.json`), read<RunFile>("run.json"), read<MeasuresFile>("measures.json")]).catch(notPublished);
      if (file.status !== "ok") return emptied(file);
      const gone = goneOf(1);
      const counting = <T>(count: (db: DuckDBConnection) => Promise<T>) =>
        queries.through(gone, () => runs.withPart(part, (db) => stoppable(db, gone, () => count(db))));
      const late = (error: unknown): never => {
        throw tooLong(error, gone, settings.limits.seconds);
      };
      if ("funnel" in file) {
        const [contacts, moves] = await Promise.all([runs.held(part, "contacts", () => counting(readContacts)), runs.held(part, "moves", () => counting(readMoves))]).catch(late);
        return narrowedCohort(contacts, moves, {file, periods, asAt, filters, held: scope});
      }
      const definition = measures.find((d) => d.id === MEASURE[chart]);
      if (!definition) return emptied(file);
      const measureFile = await read<MeasureFile>(`measures/${definition.id}.json`).catch(notPublished);
      const unsplit = unsplitBy(definition, measureFile, filters, scope);
      if (unsplit.length) return {...emptied(file), unsplit};
      const labels = new Map(measureFile.groups.map((g) => [`${g.dimension} ${g.group}`, g.label]));
      const labelOf = (dimension: string, group: string) => labels.get(`${dimension} ${group}`) ?? group;
      const counted = async (id: string) => {
        const own = measures.find((d) => d.id === id);
        return own && (await casesOf(runs, part, asMeasure(own), {queries, gone})).cases;
      };
      const measure = asMeasure(definition);
      if ("cells" in file && "agencies" in file) return {...file, cells: await counting((db) => meetingsWithin(db, measure, asAt, filters, scope)).catch(late)};
      return narrowed({file, measure, periods, labelOf, filters, held: scope, wanted, casesOf: counted}).catch(late);
    }
  };
}

const notPublished = (): never => {
  throw new Said(404, "This refresh did not publish that figure. Run the refresh again.");
};

/** A file with nothing in it. */
function emptied(file: ChartAnswer): ChartAnswer {
  if ("curves" in file) return {...file, curves: []};
  if ("weeks" in file) return {...file, weeks: []};
  if ("agencies" in file && !("cells" in file)) return {...file, agencies: []};
  if ("funnel" in file) return {...file, months: [], funnel: [], flows: []};
  return {...file, cells: []};
}

interface Asked<T = Exclude<ChartAnswer, CohortFile | StrategyMeetingsFile>> {
  file: T;
  measure: Measure;
  periods: RunFile["periods"];
  labelOf: (dimension: string, group: string) => string;
  filters: Filters;
  held: Held | null;
  wanted: Dimension[] | null;
  /** The cases of a measure; undefined where the run does not define it. */
  casesOf: (id: string) => Promise<CaseColumns | undefined>;
}

async function narrowed({file, measure, periods, labelOf, filters, held, wanted, casesOf}: Asked): Promise<ChartAnswer> {
  if ("cells" in file) {
    const labels = new Map(file.cells.map((c) => [c.domain, c.label]));
    const audits = new Map(await Promise.all(GRADES_OF.map(async (id) => [id, await casesOf(id)] as const)));
    return {...file, cells: gradesOf(periods, (domain) => labels.get(domain) ?? domain, (id) => narrowedTo(audits.get(id), filters, held))};
  }
  const cases = await casesOf(measure.id);
  if (!cases) return emptied(file);
  if ("limitDays" in file) return {...file, curves: within(cases, drawnOf(SEEN_BY, wanted), filters, held, (of, by) => seenCurves(of, periods, file, labelOf, by))};
  if ("curves" in file) return {...file, curves: within(cases, drawnOf(curvesBy(measure), wanted), filters, held, (of, by) => curvesOf(of, measure, periods, file.limit, labelOf, by))};
  if ("weeks" in file) return {...file, weeks: within(cases, HOURS_BY, filters, held, (of, by) => hoursOfWeek(of, periods, labelOf, by))};
  return {...file, agencies: narrowedReturns(cases, {measure, periods, labelOf, filters, held})};
}

/** Requests for information by agency; a chosen agency stands beside the others. */
function narrowedReturns(cases: CaseColumns, {measure, periods, labelOf, filters, held}: Pick<Asked, "measure" | "periods" | "labelOf" | "filters" | "held">): AgencyReturnsFile["agencies"] {
  const {from: first, to: last} = reachOf(periods);
  const made = within(cases, ["agency"], filters, held, (of, by) => {
    const counts = countCases(measure, of, periods, first, last, {by, bases: NO_BASES}).filter((c) => c.dimension === "agency");
    const groups = counts.map((c) => ({group: c.group, label: labelOf("agency", c.group), figures: periods.map(({key}) => ({period: key, ...c.spans.get(key)!}))}));
    return returnsOf(of, groups, periods).map((one) => ({...one, dimension: "agency"}));
  });
  return made.map(({dimension: _agency, ...one}) => one);
}

/** Invitations and attendance at the meetings that are among the measure's cases within the choice. */
async function meetingsWithin(db: DuckDBConnection, measure: Measure, asAt: string, filters: Filters, held: Held | null): Promise<StrategyMeetingsFile["cells"]> {
  const {sql, values} = where({}, filters);
  const only = held ? `${held.dimension} in (${held.groups.map((_, i) => `$${values.length + i + 1}`).join(", ") || "null"})` : "true";
  // a connection's own, in memory: nothing of a case is written anywhere
  await db.run(`create or replace temp table meetings_chosen as select case_id from ${caseView(measure.id)} where ${sql} and ${only}`, [...values, ...(held?.groups ?? [])]);
  return meetingCells(db, asAt, "select case_id from meetings_chosen");
}

/** The funnel, and the moves of all together, within what was chosen; each is left out where its records do not say what was chosen. */
function narrowedCohort(allContacts: CaseColumns, allMoves: CaseColumns, {file, periods, asAt, filters, held}: Pick<Asked<CohortFile>, "file" | "periods" | "filters" | "held"> & {asAt: string}): CohortFile {
  const chosen = [...new Set([...Object.keys(filters), ...(held ? [held.dimension] : [])])] as Dimension[];
  const [unsplit, unsplitFlows] = [FUNNEL_CHOICES, FLOW_CHOICES].map((known) => chosen.filter((d) => !known.includes(d))) as [Dimension[], Dimension[]];
  const contacts = unsplit.length ? [] : within(allContacts, COHORT_DIMENSIONS, filters, held, cohortFunnel);
  const moves = unsplitFlows.length ? [] : within(allMoves, [], filters, held, flows);
  const labels = new Map([...file.funnel, ...file.flows].map((one) => [`${one.dimension} ${one.group}`, one.label]));
  return {...file, ...addedUp(contacts, moves, periods, asAt, (dimension, group) => labels.get(`${dimension} ${group}`) ?? group), ...(unsplit.length ? {unsplit} : {}), ...(unsplitFlows.length ? {unsplitFlows} : {})};
}
