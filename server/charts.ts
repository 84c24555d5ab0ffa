// GET /api/charts: curves, the agency matrix and the hours of the week within what a person chose, in the shape of the published file of that name.
// It adds no rule of its own: the functions that publish make them, of part of a measure's cases. No case leaves it.
import type {DuckDBConnection} from "@duckdb/node-api";
import type {FastifyInstance} from "fastify";
import {z} from "zod";
import {curvesBy, curvesOf} from "../etl/publish/curves.ts";
import {HOURS_BY, hoursOfWeek} from "../etl/publish/out-of-hours.ts";
import type {CurvesFile, MeasureFile, MeasuresFile, OutOfHoursFile, RunFile, StrategyMeetingsFile, TimeToSeenFile} from "../etl/publish/published.ts";
import {meetingCells} from "../etl/publish/strategy-meetings.ts";
import {SEEN_BY, seenCurves} from "../etl/publish/time-to-seen.ts";
import type {Filters} from "../etl/transform/cases.ts";
import type {Measure} from "../etl/transform/measures.ts";
import {within, type Held} from "../etl/transform/within.ts";
import {stoppable} from "./cases.ts";
import {askedWithin, asMeasure, choices, givenIn, lately, unsplitBy} from "./figures.ts";
import {goneOf, type Around} from "./work.ts";
import {Said} from "./words.ts";

/** A published file, narrowed: its whole ("all") is what was chosen. */
export type ChartAnswer = TimeToSeenFile | CurvesFile | OutOfHoursFile | StrategyMeetingsFile;

/** Whose cases each file is made of. */
const MEASURE = {"time-to-seen": "A4b", "strategy-meetings": "S2a", "out-of-hours": "E1", "curves/A2b": "A2b", "curves/S4b": "S4b", "curves/S7c": "S7c", "curves/R5": "R5"} as const;
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
      const [file, measureFile, {periods, asAt}, {measures}] = await Promise.all([read<ChartAnswer>(`${chart}.json`), read<MeasureFile>(`measures/${MEASURE[chart]}.json`), read<RunFile>("run.json"), read<MeasuresFile>("measures.json")]).catch(() => {
        throw new Said(404, "This refresh did not publish that figure. Run the refresh again.");
      });
      const definition = measures.find((d) => d.id === MEASURE[chart]);
      const unsplit = definition && file.status === "ok" ? unsplitBy(definition, measureFile, filters, scope) : [];
      if (!definition || file.status !== "ok" || unsplit.length) return {...file, ...("curves" in file ? {curves: []} : "weeks" in file ? {weeks: []} : {cells: []}), ...(unsplit.length ? {unsplit} : {})};
      const labels = new Map(measureFile.groups.map((g) => [`${g.dimension} ${g.group}`, g.label]));
      const asked = {file, measure: asMeasure(definition), periods, asAt, labelOf: (dimension: string, group: string) => labels.get(`${dimension} ${group}`) ?? group, filters, held: scope};
      const gone = goneOf(reply, settings.limits.seconds);
      return queries.through(gone, () => runs.withPart(part, (db) => stoppable(db, gone, () => narrowed(db, asked))));
    }
  });
}

interface Asked {
  file: ChartAnswer;
  measure: Measure;
  periods: RunFile["periods"];
  asAt: string;
  labelOf: (dimension: string, group: string) => string;
  filters: Filters;
  held: Held | null;
}

async function narrowed(db: DuckDBConnection, {file, measure, periods, asAt, labelOf, filters, held}: Asked): Promise<ChartAnswer> {
  if ("limitDays" in file) return {...file, curves: await within(db, measure.id, SEEN_BY, filters, held, (rows, by) => seenCurves(db, periods, file, labelOf, by, rows))};
  if ("curves" in file) return {...file, curves: await within(db, measure.id, curvesBy(measure), filters, held, (rows, by) => curvesOf(db, measure, periods, file.limit, labelOf, by, rows))};
  if ("weeks" in file) return {...file, weeks: await within(db, measure.id, HOURS_BY, filters, held, (rows, by) => hoursOfWeek(db, periods, labelOf, by, rows))};
  const cells = await within(db, measure.id, [], filters, held, async (rows) => (await meetingCells(db, asAt, `select case_id from ${rows}`)).map((cell) => ({...cell, dimension: "all"})));
  return {...file, cells: cells.map(({dimension: _all, ...cell}) => cell)};
}
