// GET /api/cases: the rows behind a number, as JSON, CSV or Arrow. It adds no rule of its own: the rows are those casesOf gives.
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {setImmediate} from "node:timers/promises";
import type {DuckDBConnection} from "@duckdb/node-api";
import {z} from "zod";
import type {Labels, MeasureDefinition} from "../etl/publish/published.ts";
import {DIMENSIONS, casesOf, type Cases, type Dimension, type Filters} from "../etl/transform/cases.ts";
import {listRows} from "../etl/transform/lists.ts";
import type {Measure} from "../etl/transform/measures.ts";
import {reviewsOf, reviewWords} from "../etl/transform/reviews.ts";
import {keeps} from "../src/components/case-list.ts";
import {badOf} from "../src/components/late.ts";
import {listNamed} from "../src/components/lists.ts";
import {reworded, teamOf} from "../src/components/relabel.ts";
import type {Gate} from "./gate.ts";
import type {Run, Runs} from "./runs.ts";
import type {Scope} from "./settings.ts";
import {Said} from "./words.ts";

export interface CaseQuestion {
  /** A measure's id, or a list's (src/components/lists.ts). */
  measure: string;
  /** First and last month, YYYY-MM. */
  from?: string;
  to?: string;
  met?: boolean;
  filters: Filters;
  /** Only cases that wait past their limit, or whose limit falls in the next five working days. */
  due?: "late" | "soon";
  /** Part of a child's or a case's id. */
  find?: string;
  limit: number;
  offset: number;
}

/** What the run published of a measure: enough to count it and to say why it cannot be. */
export type RunMeasure = Pick<MeasureDefinition, "id" | "title" | "numerator" | "denominator" | "kind" | "good" | "counts" | "unit" | "rate" | "category" | "status" | "missing">;

/** Asks one part; the default is the pipeline's own casesOf, so that rows and published numbers have one source. */
export type AskPart = (connection: DuckDBConnection, measure: RunMeasure, question: CaseQuestion) => Promise<Cases>;

// The run's own words for a measure are used, not those of today's measure files.
export const askPart: AskPart = async (connection, measure, question) => {
  const rows = listRows(measure.id);
  const answer = await casesOf(connection, {...question, ...(rows === null ? {} : {rows}), measure: {...measure, rate: (measure.rate ?? undefined) as Measure["rate"]}});
  const reviews = await reviewsOf(connection, measure.id);
  if (reviews.size === 0) return answer;
  return {...answer, columns: [...answer.columns, "review"], rows: answer.rows.map((row) => ({...row, review: reviews.get(String(row.case_id))?.map(reviewWords).join(" | ") ?? null}))};
};

/** What cases come as; a workbook has no type that a program would ask for, and is asked for by name. */
export type Format = "json" | "csv" | "arrow" | "xlsx";

const month = z.string().regex(/^(19|20|21)\d\d-(0[1-9]|1[0-2])$/, "must be a month such as 2026-03");
const whole = z.string().regex(/^\d{1,9}$/, "must be a whole number").transform(Number);
const dimension = z.string().max(200, "is too long").optional();

const parameters = z.strictObject({
  measure: z.string({error: "is needed, such as measure=R1"}).refine((id) => /^[A-Z]{1,3}\d{1,3}[a-z]?$/.test(id) || listNamed(id) !== null, "must be a measure's id, such as R1"),
  from: month.optional(),
  to: month.optional(),
  met: z.enum(["yes", "no"], {error: "must be yes or no"}).optional(),
  ...(Object.fromEntries(DIMENSIONS.map((name) => [name, dimension])) as Record<Dimension, typeof dimension>),
  authority: z.string().max(20).optional(),
  run: z.string().max(130).optional(),
  due: z.enum(["late", "soon"], {error: "must be late or soon"}).optional(),
  find: z.string().max(100, "is too long").optional(),
  format: z.enum(["json", "csv", "arrow", "xlsx"], {error: "must be json, csv, arrow or xlsx"}).optional(),
  limit: whole.optional(),
  offset: whole.optional()
});

export interface Asked {
  question: CaseQuestion;
  format: Format;
  /** A kept run other than the current one. */
  run?: string;
  authority?: string;
}

/**
 * The question in an address. An empty parameter is one not given.
 * Without a limit JSON holds 1,000 rows, CSV and Arrow all that may be given.
 * @throws Said 400 with a sentence for what is unknown, twice given or malformed; 406 for another format
 */
export function readCaseQuestion(query: unknown, accept: string | undefined, mostRows: number): Asked {
  const given = Object.fromEntries(Object.entries(query as Record<string, unknown>).filter(([, value]) => value !== ""));
  const read = parameters.safeParse(given);
  if (!read.success) throw new Said(400, read.error.issues.map((issue) => sentence(issue, given)).join(" "));
  const {measure, from, to, met, due, find, authority, run, limit, offset = 0, ...rest} = read.data;
  if (from !== undefined && to !== undefined && from > to) throw new Said(400, `The parameter from (${from}) is after to (${to}).`);
  if (limit !== undefined && (limit < 1 || limit > mostRows)) throw new Said(400, `The parameter limit must be between 1 and ${mostRows}.`);
  const format = rest.format ?? formatOf(accept);
  const filters: Filters = {};
  for (const name of DIMENSIONS) if (rest[name] !== undefined) filters[name] = rest[name];
  return {
    question: {measure, from, to, met: met === undefined ? undefined : met === "yes", filters, due, find, limit: limit ?? (format === "json" ? Math.min(1_000, mostRows) : mostRows), offset},
    format,
    run,
    authority
  };
}

function sentence(issue: z.core.$ZodIssue, given: Record<string, unknown>): string {
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(parameters.shape).join(", ");
    return `Unknown parameter ${issue.keys.map((key) => JSON.stringify(key)).join(", ")}. Known: ${known}.`;
  }
  const name = String(issue.path[0]);
  return Array.isArray(given[name]) ? `The parameter ${name} was given more than once.` : `The parameter ${name} ${issue.message}.`;
}

function formatOf(accept: string | undefined): Format {
  const wanted = accept ?? "*/*";
  if (wanted.includes("application/vnd.apache.arrow.stream")) return "arrow";
  if (wanted.includes("text/csv")) return "csv";
  if (/application\/(json|\*)|text\/html|\*\/\*/.test(wanted)) return "json";
  throw new Said(406, "Cases come as application/json, text/csv or application/vnd.apache.arrow.stream.");
}

const measuresFile = z.object({
  measures: z.array(
    z.object({
      id: z.string(),
      title: z.string().default(""),
      numerator: z.string().default(""),
      denominator: z.string().nullable().default(null),
      kind: z.enum(["percentage", "count", "rate", "duration", "snapshot", "mean", "agreement"]),
      good: z.enum(["high", "low", "neutral"]),
      counts: z.enum(["case", "child", "weight"]),
      unit: z.string(),
      rate: z.object({per: z.number(), of: z.string(), over: z.string()}).nullable().default(null),
      category: z.string().nullable().default(null),
      status: z.enum(["ok", "not recorded"]),
      missing: z.array(z.string())
    })
  )
});

/** The part that answers: the one asked for, else the only one, else the one whose numbers the pages show. @throws Said 400 naming the authorities */
export async function partOf(run: Run, authority: string | undefined): Promise<Run["parts"][number]> {
  const names = run.parts.map((part) => part.authority).join(", ");
  const wanted = authority ?? (run.parts.length === 1 ? run.parts[0]!.authority : await authorityOnPages(run));
  const part = run.parts.find((one) => one.authority === wanted);
  if (part) return part;
  throw new Said(400, authority === undefined ? `This run holds several authorities; add authority= and one of ${names}.` : `This run does not hold that authority. It holds ${names}.`);
}

async function authorityOnPages(run: Run): Promise<string | undefined> {
  const file = await publishedFile(run, "run.json").catch(() => null);
  return z.object({authority: z.object({code: z.string()})}).safeParse(file).data?.authority.code;
}

/** Every measure of the run's published measures.json, for one authority. */
export async function measuresOf(run: Run, authority: string): Promise<RunMeasure[]> {
  // The authority on the pages is at the root of the published folder, the others in folders of their own.
  const own = await publishedFile(run, `authorities/${authority}/measures.json`).catch(() => null);
  return measuresFile.parse(own ?? (await publishedFile(run, "measures.json"))).measures;
}

/** The handling marking of the run's lists; for the example, that it is one. */
export async function markingOf(run: Run): Promise<string> {
  const file = await publishedFile(run, "run.json").catch(() => null);
  return run.example ? "EXAMPLE DATA" : (z.object({marking: z.string()}).safeParse(file).data?.marking ?? "OFFICIAL-SENSITIVE");
}

const labelsFile = z.object({labels: z.object({teams: z.record(z.string(), z.string()), words: z.record(z.string(), z.string())})});

/** What the authority calls teams and things, as the run was published with; somebody who is held to some groups is told the names of their own teams only. */
export async function labelsOfRun(run: Run, scope: Scope | null = null): Promise<Labels> {
  const file = await publishedFile(run, "run.json").catch(() => null);
  const labels = labelsFile.safeParse(file).data?.labels ?? {teams: {}, words: {}};
  return scope ? ownLabels(labels, scope) : labels;
}

/** Labels without the names of teams outside a scope. */
export function ownLabels(labels: Labels, {dimension, groups}: Scope): Labels {
  return {...labels, teams: dimension === "team" ? Object.fromEntries(Object.entries(labels.teams).filter(([team]) => groups.includes(team))) : {}};
}

/** Rows as people read them: reasons in the authority's words and, where nothing is asked with them again, its teams' names. Keys stay in all else. */
export function calledRows<T extends object>(rows: readonly T[], {teams, words}: Labels, {named}: {named: boolean}): T[] {
  if (!Object.keys(words).length && !(named && Object.keys(teams).length)) return rows as T[];
  return rows.map((row) => {
    const {reason, team} = row as {reason?: unknown; team?: unknown};
    return {...row, ...(typeof reason === "string" ? {reason: reworded(reason, words)} : {}), ...(named && typeof team === "string" ? {team: teamOf(team, teams)} : {})};
  });
}

async function publishedFile(run: Run, file: string): Promise<unknown> {
  return JSON.parse(await readFile(join(run.folder, "published", file), "utf8"));
}

/** A measure as the run's published measures.json has it for one authority. @throws Said 404 when there is none; one with parts is answered with their names */
export async function measureOf(run: Run, authority: string, id: string): Promise<RunMeasure> {
  const list = listNamed(id);
  const {words} = list ? await labelsOfRun(run) : {words: {}};
  if (list) return {id, title: reworded(list.title, words), numerator: reworded(list.says, words), denominator: null, kind: "count", good: "neutral", counts: "case", unit: list.unit, rate: null, category: list.category, status: "ok", missing: []};
  const measures = await measuresOf(run, authority);
  const found = measures.find((measure) => measure.id === id);
  if (found) return found;
  const parts = measures.map((measure) => measure.id).filter((other) => other.startsWith(id) && /^[a-z]$/.test(other.slice(id.length)));
  if (parts.length > 0) throw new Said(404, `Measure ${id} has parts; ask for one of ${parts.join(", ")}.`);
  throw new Said(404, `This run has no measure ${id}. The catalogue is on the page Data: measures.`);
}

/**
 * Answers a question from one part, in turn, within `seconds`, and stops the query when `gone` says that nobody waits.
 * @throws Said 503 (too slow, too busy); the signal's reason when nobody waits
 */
export async function answerCases({runs, part, measure, question, ask, gate, seconds, gone}: {
  runs: Runs;
  part: Run["parts"][number];
  measure: RunMeasure;
  question: CaseQuestion;
  ask: AskPart;
  gate: Gate;
  seconds: number;
  gone: AbortSignal;
}): Promise<Cases> {
  return gate.through(gone, () =>
    runs.withPart(part, async (connection) => {
      // who opens a list opens a child of it next
      runs.keepOpen(part);
      const late = AbortSignal.timeout(seconds * 1_000);
      try {
        const signal = AbortSignal.any([gone, late]);
        return await stoppable(connection, signal, () => inPieces(connection, measure, question, ask, signal));
      } catch (error) {
        if (gone.aborted || !late.aborted) throw error;
        throw new Said(503, `The question took longer than ${seconds} seconds and was stopped. Ask for fewer months or one team.`);
      }
    })
  );
}

const piece = 10_000;

/**
 * A long answer, asked for in pieces: turning a piece into rows holds up every other request, so none may be long.
 * Pieces of an order with ties can overlap; then the rows are not distinct and the whole is asked for at once.
 */
async function inPieces(connection: DuckDBConnection, measure: RunMeasure, question: CaseQuestion, ask: AskPart, signal: AbortSignal): Promise<Cases> {
  const first = await ask(connection, measure, {...question, limit: Math.min(piece, question.limit)});
  const wanted = Math.min(question.limit, Math.max(0, first.total - question.offset));
  const rows = [...first.rows];
  while (rows.length < wanted) {
    await setImmediate();
    signal.throwIfAborted();
    const next = await ask(connection, measure, {...question, offset: question.offset + rows.length, limit: Math.min(piece, wanted - rows.length)});
    if (next.rows.length === 0) break;
    rows.push(...next.rows);
  }
  const distinct = new Set(rows.map((row) => JSON.stringify([row.case_id, row.child_id, row.counted_on, row.agency])));
  return first.rows.length === wanted || distinct.size === wanted ? {...first, rows} : ask(connection, measure, question);
}

/** Interrupts `connection` from the moment `signal` aborts until `work` has ended: an interrupt between two statements is lost. */
export async function stoppable<T>(connection: DuckDBConnection, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let again: NodeJS.Timeout | undefined;
  const stop = () => {
    connection.interrupt();
    again = setInterval(() => connection.interrupt(), 20);
  };
  signal.addEventListener("abort", stop, {once: true});
  try {
    const answer = await work();
    signal.throwIfAborted();
    return answer;
  } finally {
    signal.removeEventListener("abort", stop);
    clearInterval(again);
  }
}

/** The question with what only the rows can tell left to `kept`: then all of them are asked for. */
export const asked = (question: CaseQuestion, mostRows: number): CaseQuestion => (question.due || question.find ? {...question, limit: mostRows, offset: 0} : question);

/** The rows of an answer that `due` and `find` keep, and the page of them that was asked for. */
export function kept(answer: Cases, question: CaseQuestion, asAt: string, soon: string | null, measure: Pick<RunMeasure, "kind" | "good">): Cases {
  if (!question.due && !question.find) return answer;
  const by = {due: question.due ?? ("" as const), find: question.find ?? ""};
  const rows = answer.rows.filter((row) => keeps(row as unknown as Parameters<typeof keeps>[0], by, asAt, soon, badOf(measure)));
  return {...answer, total: rows.length, rows: rows.slice(question.offset, question.offset + question.limit)};
}

/** The answer as JSON in pieces, so that a long one does not hold up other people's requests. */
export function* jsonOf(head: Record<string, unknown>, rows: Cases["rows"], piece = 1_000): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[`;
  for (let at = 0; at < rows.length; at += piece) {
    yield (at === 0 ? "" : ",") + JSON.stringify(rows.slice(at, at + piece)).slice(1, -1);
  }
  yield "]}";
}
