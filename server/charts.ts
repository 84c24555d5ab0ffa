// GET /api/charts: curves, matrices, the funnel and the flow within what a person chose, in the shape of the published file of that name.
// It adds no rule of its own: the functions that publish make them, of part of a measure's cases. No case leaves it.
import type {DuckDBConnection} from "@duckdb/node-api";
import type {FastifyInstance} from "fastify";
import {z} from "zod";
import {returnsOf} from "../etl/publish/agency-returns.ts";
import {gradesOf} from "../etl/publish/audit-grades.ts";
import {addedUp} from "../etl/publish/cohort.ts";
import {curvesBy, curvesOf} from "../etl/publish/curves.ts";
import {reachOf} from "../etl/publish/figures.ts";
import {HOURS_BY, hoursOfWeek} from "../etl/publish/out-of-hours.ts";
import type {AgencyReturnsFile, AuditGradesFile, CohortFile, CurvesFile, MeasureFile, MeasuresFile, OutOfHoursFile, RunFile, StrategyMeetingsFile, TimeToSeenFile} from "../etl/publish/published.ts";
import {meetingCells} from "../etl/publish/strategy-meetings.ts";
import {SEEN_BY, seenCurves} from "../etl/publish/time-to-seen.ts";
import {countMeasure, timesOf, type Dimension, type Filters} from "../etl/transform/cases.ts";
import {cohortFunnel, cohortWithin, FLOW_CHOICES, flows, FUNNEL_CHOICES} from "../etl/transform/cohort.ts";
import type {Measure} from "../etl/transform/measures.ts";
import {within, type Held} from "../etl/transform/within.ts";
import {stoppable} from "./cases.ts";
import {askedWithin, asMeasure, choices, givenIn, lately, tooLong, unsplitBy} from "./figures.ts";
import {goneOf, type Around} from "./work.ts";
import {Said} from "./words.ts";

/** A published file, narrowed: its whole ("all") is what was chosen. */
export type ChartAnswer = TimeToSeenFile | CurvesFile | OutOfHoursFile | StrategyMeetingsFile | AgencyReturnsFile | AuditGradesFile | CohortFile;

/** Whose cases each file is made of; null: no measure's. */
const MEASURE = {"time-to-seen": "A4b", "strategy-meetings": "S2a", "out-of-hours": "E1", "curves/A2b": "A2b", "curves/S4b": "S4b", "curves/S7c": "S7c", "curves/R5": "R5", "agency-returns": "I1", "audit-grades": "Q2a", cohort: null} as const;
type Chart = keyof typeof MEASURE;

const KEPT = 100;
const parameters = z.strictObject({
  chart: z.enum(Object.keys(MEASURE) as [Chart, ...Chart[]], {error: `chart must be one of ${Object.keys(MEASURE).join(", ")}`}),
  ...choices,
  authority: z.string().max(20).optional(),
  run: z.string().max(130).optional()
});

/** Adds GET /api/charts. */
export function chartsRoutes(app: FastifyInstance, around: Around): void {
  const {runs, queries, settings, record, late} = around;
  const made = lately<ChartAnswer>(KEPT);
  app.get("/api/charts", async (request, reply): Promise<ChartAnswer> => {
    const refused = await late(request, reply);
    if (refused) return refused as never;
    void reply.header("cache-control", "no-store");
    const {chart, authority, run: _run, ...rest} = parameters.parse(givenIn(request.query));
    const filters = rest as Filters;
    const {scope, run, part, read} = await askedWithin(request, around, filters, authority);
    const key = JSON.stringify([run.id, part.file, chart, filters, scope]);
    const answer = await made(key, make);
    await record(request, {action: "figures", asked: {chart, ...filters}, rows: 0, children: [], outcome: "given"});
    return answer;

    async function make(): Promise<ChartAnswer> {
      const [file, {periods, asAt}, {measures}] = await Promise.all([read<ChartAnswer>(`${chart}.json`), read<RunFile>("run.json"), read<MeasuresFile>("measures.json")]).catch(notPublished);
      if (file.status !== "ok") return emptied(file);
      const gone = goneOf(reply, settings.limits.seconds);
      const counting = <T>(count: (db: DuckDBConnection) => Promise<T>) =>
        queries.through(gone, () => runs.withPart(part, (db) => stoppable(db, gone, () => count(db)))).catch((error: unknown) => {
          throw tooLong(error, gone, settings.limits.seconds);
        });
      if ("funnel" in file) return counting((db) => narrowedCohort(db, {file, periods, asAt, filters, held: scope}));
      const definition = measures.find((d) => d.id === MEASURE[chart]);
      if (!definition) return emptied(file);
      const measureFile = await read<MeasureFile>(`measures/${definition.id}.json`).catch(notPublished);
      const unsplit = unsplitBy(definition, measureFile, filters, scope);
      if (unsplit.length) return {...emptied(file), unsplit};
      const labels = new Map(measureFile.groups.map((g) => [`${g.dimension} ${g.group}`, g.label]));
      const labelOf = (dimension: string, group: string) => labels.get(`${dimension} ${group}`) ?? group;
      return counting(async (db) => narrowed(db, {file, measure: asMeasure(definition), periods, asAt, labelOf, filters, held: scope, table: await runs.caseTable(part, db, definition.id)}));
    }
  });
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

interface Asked<T = Exclude<ChartAnswer, CohortFile>> {
  file: T;
  measure: Measure;
  periods: RunFile["periods"];
  asAt: string;
  labelOf: (dimension: string, group: string) => string;
  filters: Filters;
  held: Held | null;
  table: string;
}

async function narrowed(db: DuckDBConnection, {file, measure, periods, asAt, labelOf, filters, held, table}: Asked): Promise<ChartAnswer> {
  if ("limitDays" in file) return {...file, curves: await within(db, measure.id, SEEN_BY, filters, held, (rows, by) => seenCurves(db, periods, file, labelOf, by, rows), {table})};
  if ("curves" in file) return {...file, curves: await within(db, measure.id, curvesBy(measure), filters, held, (rows, by) => curvesOf(db, measure, periods, file.limit, labelOf, by, rows), {table})};
  if ("weeks" in file) return {...file, weeks: await within(db, measure.id, HOURS_BY, filters, held, (rows, by) => hoursOfWeek(db, periods, labelOf, by, rows), {table})};
  if (!("cells" in file)) return {...file, agencies: await narrowedReturns(db, {measure, periods, labelOf, filters, held, table})};
  if (!("agencies" in file)) {
    const labels = new Map(file.cells.map((c) => [c.domain, c.label]));
    const told = (id: string, by: "category"[], from: string, to: string) => within(db, id, by, filters, held, (rows, split) => timesOf(db, id, split, from, to, rows));
    return {...file, cells: await gradesOf(periods, (domain) => labels.get(domain) ?? domain, told)};
  }
  const cells = await within(db, measure.id, [], filters, held, async (rows) => (await meetingCells(db, asAt, `select case_id from ${rows}`)).map((cell) => ({...cell, dimension: "all"})), {table});
  return {...file, cells: cells.map(({dimension: _all, ...cell}) => cell)};
}

/** Requests for information by agency; a chosen agency stands beside the others. */
async function narrowedReturns(db: DuckDBConnection, {measure, periods, labelOf, filters, held, table}: Pick<Asked, "measure" | "periods" | "labelOf" | "filters" | "held" | "table">): Promise<AgencyReturnsFile["agencies"]> {
  const {from: first, to: last} = reachOf(periods);
  const made = await within(db, measure.id, ["agency"], filters, held, async (rows, by, of) => {
    const counts = by.length ? await countMeasure(db, measure, periods, first, last, {rows, by, filters: of}) : [];
    const groups = counts.filter((c) => c.dimension === "agency").map((c) => ({group: c.group, label: labelOf("agency", c.group), figures: periods.map(({key}) => ({period: key, ...c.spans.get(key)!}))}));
    return (await returnsOf(db, groups, periods, rows)).map((one) => ({...one, dimension: "agency"}));
  }, {table});
  return made.map(({dimension: _agency, ...one}) => one);
}

/** The funnel and the moves within what was chosen; each is left out where its records do not say what was chosen. */
async function narrowedCohort(db: DuckDBConnection, {file, periods, asAt, filters, held}: Pick<Asked<CohortFile>, "file" | "periods" | "asAt" | "filters" | "held">): Promise<CohortFile> {
  const chosen = [...new Set([...Object.keys(filters), ...(held ? [held.dimension] : [])])] as Dimension[];
  const [unsplit, unsplitFlows] = [FUNNEL_CHOICES, FLOW_CHOICES].map((known) => chosen.filter((d) => !known.includes(d))) as [Dimension[], Dimension[]];
  const contacts = unsplit.length ? [] : await cohortWithin(db, "contacts", filters, held, (rows) => cohortFunnel(db, rows));
  const moves = unsplitFlows.length ? [] : await cohortWithin(db, "moves", filters, held, (rows) => flows(db, rows));
  const labels = new Map([...file.funnel, ...file.flows].map((one) => [`${one.dimension} ${one.group}`, one.label]));
  return {...file, ...addedUp(contacts, moves, periods, asAt, (dimension, group) => labels.get(`${dimension} ${group}`) ?? group), ...(unsplit.length ? {unsplit} : {}), ...(unsplitFlows.length ? {unsplitFlows} : {})};
}
