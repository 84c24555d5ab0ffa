// What moved between two runs, for the analyst in numbers and for QA down to the case. It adds no rule: movements are those of etl/transform/changes.ts,
// figures those that both runs published.
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {Readable} from "node:stream";
import type {FastifyInstance, FastifyReply} from "fastify";
import {z} from "zod";
import {addUp} from "../etl/publish/figures.ts";
import type {MeasureDefinition, MeasureFile, SeriesPoint} from "../etl/publish/published.ts";
import {publications, storeAt} from "../etl/store.ts";
import {movementBetween, type Movement, type MovedCase} from "../etl/transform/changes.ts";
import {readMeasures, type Measure} from "../etl/transform/measures.ts";
import {calledRows, labelsOfRun, partOf} from "./cases.ts";
import {csvOf} from "./csv.ts";
import type {Run} from "./runs.ts";
import {goneOf, type Around} from "./work.ts";
import {Said} from "./words.ts";

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be a month such as 2026-03");
const listQuery = z.strictObject({run: z.string().max(130).optional(), before: z.string().max(130).optional()});
const oneQuery = z.strictObject({run: z.string().max(130).optional(), before: z.string({error: "before is needed: the run to compare with"}).max(130), measure: z.string({error: "measure is needed"}).max(10), from: month.optional(), to: month.optional(), format: z.enum(["json", "csv"], {error: "format must be json or csv"}).default("json"), authority: z.string().max(20).optional()});

/** A figure in both runs, over the months that the newer run shows first. */
export interface Moved {
  id: string;
  title: string;
  unit: string;
  kind: string;
  good: string;
  before: Pick<SeriesPoint, "numerator" | "denominator" | "value"> | null;
  after: Pick<SeriesPoint, "numerator" | "denominator" | "value"> | null;
  status: "moved" | "not recorded before" | "not recorded now";
}

export interface ChangesAnswer {
  run: string;
  asAt: string;
  before: {run: string; asAt: string; at: string} | null;
  /** Runs that can be compared with, newest first. */
  runs: {run: string; at: string; asAt: string}[];
  from: string;
  to: string;
  moved: Moved[];
  unmoved: number;
  /** Measures whose figure does not add up month by month, and which the older run tells for other months: they are not compared. */
  untold: string[];
  records: {recordSet: string; new: number; changed: number; unchanged: number; withdrawn: number; gone: number}[];
}

/** What the page is given of one movement: its causes, and the first of the cases that moved. */
export interface CasesAnswer {
  run: string;
  movement: Movement;
  cases: MovedCase[];
  total: number;
}

/** Enough to see what happened; the CSV and `frontdoor changes --cases` list them all. */
const CASES_SHOWN = 500;
const MOVED_COLUMNS = ["how", "child_id", "case_id", "agency", "counted_on", "met_before", "met_after", "value_before", "value_after", "team", "reason"];
let all: Measure[] | null = null;

/** Adds GET /api/changes and GET /api/changes/cases. `store` is the store's folder. */
export function changesRoutes(app: FastifyInstance, store: string, around: Around): void {
  const {runs, queries, settings, record, theRun} = around;
  const history = () => publications(storeAt(store)).reverse();
  const older = async (run: Run, wanted: string | undefined): Promise<Run | null> => {
    const named = wanted ?? history().find((p) => p.run !== run.id)?.run;
    return named === undefined ? null : runs.kept(named);
  };

  app.get("/api/changes", async (request, reply): Promise<ChangesAnswer> => {
    void reply.header("cache-control", "no-store");
    const {before} = listQuery.parse(request.query);
    const run = theRun(request);
    const old = await older(run, before);
    if (before !== undefined && !old) throw new Said(404, "That run is not kept. Choose another from the list.");
    await record(request, {action: "refresh", asked: {changes: old?.id ?? "no run before"}, rows: 0, children: [], outcome: "given"});
    const published = await periodOf(run);
    const kept = await Promise.all(history().filter((p) => p.run !== run.id).map(async (p) => ({...p, kept: await runs.kept(p.run).catch(() => null)})));
    const choices = kept.flatMap((p) => (p.kept ? [{run: p.run, at: p.at, asAt: p.kept.asAt}] : []));
    const head = {run: run.id, asAt: run.asAt, runs: choices, ...published};
    if (!old) return {...head, before: null, moved: [], unmoved: 0, untold: [], records: []};
    const compared = await compare(old, run, published);
    const moved = compared.filter((m) => m !== null && typeof m !== "string");
    const untold = compared.filter((m) => typeof m === "string");
    return {...head, before: {run: old.id, asAt: old.asAt, at: choices.find((c) => c.run === old.id)?.at ?? ""}, moved, unmoved: compared.length - moved.length - untold.length, untold, records: await recordsOf(run, old.id)};
  });

  app.get("/api/changes/cases", async (request, reply): Promise<CasesAnswer | FastifyReply> => {
    const refused = await around.late(request, reply);
    if (refused) return refused as never;
    void reply.header("cache-control", "no-store");
    const asked = oneQuery.parse(request.query);
    const run = theRun(request);
    const old = await runs.kept(asked.before);
    if (!old) throw new Said(404, "That run is not kept. Choose another from the list.");
    const measure = (all ??= readMeasures()).find((m) => m.id === asked.measure);
    if (!measure) throw new Said(404, `There is no measure ${asked.measure}.`);
    const [now, then] = [await partOf(run, asked.authority), await partOf(old, asked.authority)];
    const gone = goneOf(reply, settings.limits.seconds);
    const span = {...(asked.from ? {from: asked.from} : {}), ...(asked.to ? {to: asked.to} : {})};
    const {movement, cases} = await queries.through(gone, () => runs.withPart(then, (a) => runs.withPart(now, (b) => movementBetween(a, b, measure, span))));
    const shown = calledRows(cases.slice(0, asked.format === "csv" ? settings.limits.rows : CASES_SHOWN), await labelsOfRun(run, request.session!.scope), {named: asked.format === "csv"});
    await record(request, {action: "cases", asked: {measure: measure.id, changes: old.id, ...(asked.format === "csv" ? {format: "csv"} : {})}, rows: shown.length, children: [...new Set(shown.flatMap((c) => c.child_id ?? []))].sort(), outcome: "given"});
    if (asked.format === "csv") {
      void reply.type("text/csv; charset=utf-8").header("content-disposition", `attachment; filename="changes_${measure.id}.csv"`);
      return reply.send(Readable.from(csvOf(MOVED_COLUMNS, shown as unknown as Record<string, string | number | boolean | null>[])));
    }
    return {run: run.id, movement, cases: shown, total: cases.length};
  });
}

const readJson = async <T>(run: Run, file: string): Promise<T> => JSON.parse(await readFile(join(run.folder, file), "utf8")) as T;

type Months = {from: string; to: string};
const periodsOf = (run: Run) => readJson<{periods: (Months & {key: string})[]; defaultPeriod: string}>(run, "published/run.json");

async function periodOf(run: Run): Promise<Months> {
  const {periods, defaultPeriod} = await periodsOf(run);
  const {from, to} = periods.find((p) => p.key === defaultPeriod)!;
  return {from, to};
}

/** The name under which a run publishes figures for these very months; null where it publishes none. */
const keyOf = async (run: Run, {from, to}: Months): Promise<string | null> => (await periodsOf(run)).periods.find((p) => p.from === from && p.to === to)?.key ?? null;

/** Every measure of the newer run; null where it stands as it stood, its id where the older run tells it for other months only. */
async function compare(old: Run, run: Run, months: Months): Promise<(Moved | string | null)[]> {
  const [then, key] = [await keyOf(old, months), await keyOf(run, months)];
  const {measures} = await readJson<{measures: MeasureDefinition[]}>(run, "published/measures.json");
  return Promise.all(
    measures.map(async (d): Promise<Moved | string | null> => {
      const now = await readJson<MeasureFile>(run, `published/measures/${d.id}.json`).catch(() => null);
      if (now === null) return null;
      const was = await readJson<MeasureFile>(old, `published/measures/${d.id}.json`).catch(() => null);
      const head = {id: d.id, title: d.title, unit: d.unit, kind: d.kind, good: d.good};
      if (now.status !== "ok" || was?.status !== "ok") {
        if (now.status === was?.status || (was === null && now.status !== "ok")) return null;
        return {...head, before: null, after: over(d, now, key, months), status: now.status === "ok" ? "not recorded before" : "not recorded now"};
      }
      const told = d.kind === "snapshot" ? was.series.some((p) => p.period === months.to) : addsUp(d) || then !== null;
      if (!told) return d.id;
      const [before, after] = [over(d, was, then, months), over(d, now, key, months)];
      return JSON.stringify(before) === JSON.stringify(after) ? null : {...head, before, after, status: "moved"};
    })
  );
}

const addsUp = (d: MeasureDefinition): boolean => d.kind === "count" || (d.kind === "percentage" && d.counts !== "child");

/** A run's figure for some months of its series: added up where cases are counted, the last of a snapshot, of anything else the figure published for these very months under `key`. */
function over(d: MeasureDefinition, file: MeasureFile, key: string | null, {from, to}: Months): Moved["before"] {
  const months = file.series.filter((p) => p.period >= from && p.period <= to);
  const last = months.at(-1);
  if (!last) return null;
  if (d.kind === "snapshot") return last.period === to ? {numerator: last.numerator, denominator: last.denominator, value: last.value} : null;
  if (!addsUp(d)) {
    const published = file.figures.find((f) => f.period === key);
    return published ? {numerator: published.numerator, denominator: published.denominator, value: published.value} : null;
  }
  return addUp(d.kind, months);
}

/** Records since the run before, as the newer run's own report counted them; nothing where it was compared with another run. */
async function recordsOf(run: Run, before: string): Promise<ChangesAnswer["records"]> {
  const report = await readJson<{before: string | null; records: {recordSet: string; since: Omit<ChangesAnswer["records"][number], "recordSet">}[]}>(run, "report.json").catch(() => null);
  return report?.before === before ? report.records.map((r) => ({recordSet: r.recordSet, ...r.since})) : [];
}
