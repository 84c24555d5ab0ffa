// QA's routes beside the list of cases: one child, and a sample to audit. Each look is in the audit trail before anything is given, and nothing is kept by a browser.
import type {FastifyInstance, FastifyReply, FastifyRequest} from "fastify";
import {z} from "zod";
import type {Look} from "./audit.ts";
import {measuresOf, partOf} from "./cases.ts";
import {childOf, type ChildAnswer} from "./child.ts";
import type {Gate} from "./gate.ts";
import type {Run, Runs} from "./runs.ts";
import type {ServerSettings} from "./settings.ts";
import {Said} from "./words.ts";

/** What these routes need of the server around them. */
export interface Around {
  runs: Runs;
  queries: Gate;
  settings: ServerSettings;
  record: (request: FastifyRequest, look: Omit<Look, "who" | "roles" | "run">) => Promise<void>;
  theRun: (request: FastifyRequest) => Run;
  /** Answers somebody who asks too often, and null for all others. */
  late: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply | null>;
}

const childQuery = z.strictObject({id: z.string({error: "id is needed: a child's id"}).min(1, "id is needed: a child's id").max(100, "id is too long"), authority: z.string().max(20).optional(), run: z.string().max(130).optional()});

/** Adds GET /api/child and GET /api/sample. */
export function workRoutes(app: FastifyInstance, around: Around): void {
  const {runs, queries, settings, record, theRun, late} = around;

  app.get("/api/child", async (request, reply) => {
    const refused = await late(request, reply);
    if (refused) return refused;
    void reply.header("cache-control", "no-store");
    const {id, authority} = childQuery.parse(request.query);
    const run = theRun(request);
    const part = await partOf(run, authority);
    const measures = await measuresOf(run, part.authority);
    const gone = goneOf(reply, settings.limits.seconds);
    const looked = {action: "child" as const, asked: {child: id, authority: part.authority}};
    let answer: ChildAnswer | null;
    try {
      answer = await queries.through(gone, () => runs.withPart(part, (connection) => childOf(connection, id, measures)));
    } catch (error) {
      await record(request, {...looked, rows: 0, children: [], outcome: "failed"});
      throw error;
    }
    await record(request, {...looked, rows: answer ? answer.events.length + answer.cases.length : 0, children: answer ? [id, ...answer.siblings.map((s) => s.child_id)] : [], outcome: answer ? "given" : "failed"});
    if (!answer) throw new Said(404, "This run holds no child of that id. Check it for a missing leading zero.");
    return {run: run.id, asAt: run.asAt, ...answer};
  });
}

/** Aborts when nobody waits for the answer any more, or it took too long. */
export function goneOf(reply: FastifyReply, seconds: number): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort(new Error("nobody waits for this answer"));
  });
  return AbortSignal.any([gone.signal, AbortSignal.timeout(seconds * 1_000)]);
}
