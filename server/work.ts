// QA's routes beside the list of cases: one child, and a sample to audit. Each look is in the audit trail before anything is given, and nothing is kept by a browser.
import type {DuckDBConnection} from "@duckdb/node-api";
import type {FastifyInstance, FastifyReply, FastifyRequest} from "fastify";
import {z} from "zod";
import {rowsOf} from "../etl/duckdb.ts";
import type {Pseudonyms} from "../etl/pseudonyms.ts";
import {readContracts} from "../etl/load/contract.ts";
import {handOut} from "../etl/load/templates.ts";
import {DIMENSIONS} from "../etl/transform/cases.ts";
import {holds} from "../etl/transform/reviews.ts";
import {drawSample, precisionOf, workersOf, type WorkerSpell} from "../etl/transform/sample.ts";
import {teamOf} from "../src/components/relabel.ts";
import type {Look} from "./audit.ts";
import {answerCases, asked as askedOf, calledRows, kept, labelsOfRun, markingOf, measureOf, measuresOf, partOf, readCaseQuestion, stoppable, type AskPart} from "./cases.ts";
import {childOf, labelsOf, type ChildAnswer} from "./child.ts";
import type {Gate} from "./gate.ts";
import {hideChild, realId} from "./pseudonyms.ts";
import type {Run, Runs} from "./runs.ts";
import type {ServerSettings} from "./settings.ts";
import {Said} from "./words.ts";

/** What these routes need of the server around them. */
export interface Around {
  runs: Runs;
  ask: AskPart;
  queries: Gate;
  settings: ServerSettings;
  record: (request: FastifyRequest, look: Omit<Look, "who" | "roles" | "run">) => Promise<void>;
  theRun: (request: FastifyRequest) => Run;
  /** Ids in every answer, where wanted. */
  pseudonyms: Pseudonyms | null;
  /** Answers somebody who asks too often, and null for all others. */
  late: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | null>;
}

const childQuery = z.strictObject({id: z.string({error: "id is needed: a child's id"}).min(1, "id is needed: a child's id").max(100, "id is too long"), authority: z.string().max(20).optional(), run: z.string().max(130).optional()});

const sampleQuery = z.object({
  size: z.string().regex(/^[1-9]\d{0,2}$/, "size must be a whole number from 1 to 999").transform(Number).default(30),
  seed: z.string({error: "seed is needed: any short text, such as 2026-03"}).regex(/^[\w.-]{1,40}$/, "seed must be up to 40 letters, digits, dots or hyphens"),
  by: z.enum([...DIMENSIONS, "worker"], {error: `by must be one of ${DIMENSIONS.join(", ")}, worker`}).default("team"),
  worker: z.string().max(100, "worker is too long").optional(),
  domains: z.string().max(400).default("overall")
});
const sampleKeys = Object.keys(sampleQuery.shape);
const sizes = [10, 20, 30, 50, 100];

/** Adds GET /api/child and GET /api/sample. */
export function workRoutes(app: FastifyInstance, around: Around): void {
  const {runs, ask, queries, settings, record, theRun, pseudonyms, late} = around;

  app.get("/api/child", async (request, reply) => {
    const refused = await late(request, reply);
    if (refused) return refused;
    void reply.header("cache-control", "no-store");
    const {id: given, authority} = childQuery.parse(request.query);
    const run = theRun(request);
    const part = await partOf(run, authority);
    const measures = await measuresOf(run, part.authority);
    const called = await labelsOfRun(run, request.session!.scope);
    const gone = goneOf(reply, settings.limits.seconds);
    // where ids are hidden a child is asked for by its pseudonym, and by that only
    const id = pseudonyms ? ((await queries.through(gone, () => runs.withPart(part, (connection) => realId(connection, pseudonyms, given, gone))))?.id ?? "") : given;
    // the trail keeps real ids; what led to no child stands as it was asked
    const looked = {action: "child" as const, asked: {child: id || given, authority: part.authority}};
    let answer: ChildAnswer | null;
    try {
      answer = await queries.through(gone, () =>
        runs.withPart(part, (a) =>
          runs.withPart(part, (b) => {
            // the next child of a list is asked for when this one is read
            runs.keepOpen(part);
            return stoppable(a, gone, () => stoppable(b, gone, () => childOf(a, id, measures, called, [a, b])));
          })
        )
      );
    } catch (error) {
      await record(request, {...looked, rows: 0, children: [], outcome: gone.aborted ? "stopped" : "failed"});
      throw gone.aborted && (gone.reason as Error).name === "TimeoutError" ? new Said(503, `This child's records took longer than ${settings.limits.seconds} seconds to read, and the reading was stopped. Try again in a minute.`) : error;
    }
    await record(request, {...looked, rows: answer ? answer.events.length + answer.cases.length : 0, children: answer ? [id, ...answer.siblings.map((s) => s.child_id)] : [], outcome: answer ? "given" : "failed"});
    if (!answer) throw new Said(404, "This run holds no child of that id. Check it for a missing leading zero.");
    return {run: run.id, asAt: run.asAt, ...(pseudonyms ? hideChild(answer, pseudonyms) : answer)};
  });

  app.get("/api/sample", async (request, reply) => {
    const refused = await late(request, reply);
    if (refused) return refused;
    void reply.header("cache-control", "no-store");
    const given = Object.entries(request.query as Record<string, unknown>).filter(([, value]) => value !== "");
    const {size, seed, by, worker, domains} = sampleQuery.parse(Object.fromEntries(given.filter(([key]) => sampleKeys.includes(key))));
    const asked = readCaseQuestion(Object.fromEntries(given.filter(([key]) => !sampleKeys.includes(key))), "application/json", settings.limits.rows);
    if (asked.format !== "json" && asked.format !== "xlsx") throw new Said(400, "A sample comes as json or xlsx.");
    const run = theRun(request);
    const part = await partOf(run, asked.authority);
    const measure = await measureOf(run, part.authority, asked.question.measure);
    const question = {...asked.question, limit: settings.limits.rows, offset: 0};
    const all = await answerCases({runs, part, measure, question: askedOf(question, settings.limits.rows), ask, gate: queries, seconds: settings.limits.seconds, gone: goneOf(reply, settings.limits.seconds)});
    const listed = kept(all, question, run.asAt, null, measure).rows as (Record<string, string | number | boolean | null> & {case_id: string; child_id: string | null; counted_on: string})[];
    const heldBy = by === "worker" || worker !== undefined ? await workersOf(await runs.withPart(part, workerSpells)) : null;
    const rows = worker === undefined ? listed : listed.filter((row) => heldBy!(row) === worker);
    const called = await labelsOfRun(run, request.session!.scope);
    const drawn = drawSample(rows, {size, seed, by: (row) => (by === "worker" ? heldBy!(row) : (row[by] as string | null))});
    const sample = {...drawn, rows: calledRows(drawn.rows, called, {named: asked.format === "xlsx"})};
    const strata = sample.strata.map((s) => ({...s, group: by === "team" ? teamOf(s.group, called.teams) : s.group}));
    await record(request, {action: "sample", asked: {measure: measure.id, size, seed, by, ...(worker === undefined ? {} : {worker}), ...(question.from ? {from: question.from} : {}), ...(question.to ? {to: question.to} : {}), ...question.filters, format: asked.format}, rows: sample.rows.length, children: [...new Set(sample.rows.flatMap((row) => row.child_id ?? []))].sort(), outcome: "given"});
    const labels = await runs.withPart(part, labelsOf);
    const known = labels.get("audit_domain") ?? new Map<string, string>();
    const wanted = domains.split(",").filter((code) => known.has(code) || known.size === 0);
    if (asked.format === "json")
      return {run: run.id, asAt: run.asAt, measure: measure.id, size, seed, by, ...sample, precision: precisionOf([...new Set([...sizes, sample.rows.length])].sort((a, b) => a - b)), domains: [...known].map(([code, label]) => ({code, label}))};
    const domainsOf = wanted.length ? wanted : ["overall"];
    const contracts = await readContracts();
    const context = ["What is measured", "Counted on", "Team", "Why it is on the list"];
    const book = await handOut(
      {
        name: "audit-sample",
        context,
        rows: sample.rows.flatMap((row, i) =>
          domainsOf.map((domain) => ({
            audit_id: `${measure.id}-${seed}-${i + 1}`,
            child_id: row.child_id,
            selection: labels.get("audit_selection")?.get("random") ?? "Random",
            domain: known.get(domain) ?? domain,
            "What is measured": `${measure.id} ${measure.title}`,
            "Counted on": row.counted_on as string,
            Team: row.team as string | null,
            "Why it is on the list": row.reason as string | null
          }))
        ),
        choices: (_field, list) => (list && labels.has(list) ? [...labels.get(list)!.values()] : null),
        about: [
          [await markingOf(run), "Holds ids of children. Keep it where such records may be kept, and delete it when it is done with."],
          ["Sample", `${sample.rows.length} of ${sample.population} children with a case in ${measure.id} ${measure.title}`],
          ["Drawn by", `seed ${seed}, stratified by ${by.replaceAll("_", " ")}: ${strata.map((s) => `${s.group} ${s.taken} of ${s.population}`).join("; ")}. The same seed and run give the same sample.`],
          ["Months and filters", [question.from || question.to ? `${question.from ?? "the beginning"} to ${question.to ?? "now"}` : "all time", ...Object.entries(question.filters).map(([key, value]) => `${key} ${value}`), ...(worker === undefined ? [] : [`worker ${worker}`]), ...(question.met === undefined ? [] : [question.met ? "met" : "not met"])].join("; ")],
          ["What it can tell", precisionOf([sample.rows.length]).flatMap((p) => p.found.map((f) => `a result of ${f.share.toFixed(0)} % would stand for ${f.lower.toFixed(0)} to ${f.upper.toFixed(0)} % (Wilson, 95 %)`)).join("; ")],
          ["Data as at", run.asAt],
          ["Run", run.id]
        ]
      },
      contracts.get("audit")!
    );
    void reply.type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").header("content-disposition", `attachment; filename="audit-sample_${measure.id}_${seed}.xlsx"`);
    return reply.send(Buffer.from(await book.xlsx.writeBuffer()));
  });
}

/** Who held which child's case and when, as the part has it. @throws Said 400 where no allocation is recorded */
async function workerSpells(db: DuckDBConnection): Promise<WorkerSpell[]> {
  const spells = (await holds(db, "journey", "worker_spell")) ? await rowsOf<WorkerSpell>(db, "select child_id, worker, started_on, ended_on from journey.worker_spell order by all") : [];
  if (spells.length === 0) throw new Said(400, "No allocation to a worker is recorded, so a sample by worker cannot be drawn. Draw it by team.");
  return spells;
}

/** Aborts when nobody waits for the answer any more, or it took too long. */
export const goneOf = (reply: FastifyReply, seconds: number): AbortSignal => stopsOf(reply)(seconds);

/** The same for several questions of one answer, each with its own seconds. */
export function stopsOf(reply: FastifyReply): (seconds: number) => AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort(new Error("nobody waits for this answer"));
  });
  return (seconds) => AbortSignal.any([gone.signal, AbortSignal.timeout(seconds * 1_000)]);
}
