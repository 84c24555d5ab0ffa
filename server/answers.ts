// GET /api/figures, /api/charts and /api/answers: what a page is drawn from within what a person chose, a question at a time or all of a page's together.
// Together they cost a browser one wait and not several. Each question is checked, counted and told to the audit trail as if it had come alone.
import type {FastifyInstance, FastifyReply, FastifyRequest} from "fastify";
import {z} from "zod";
import type {Ahead, Ask} from "./ahead.ts";
import type {chartsOf} from "./charts.ts";
import type {figuresOf} from "./figures.ts";
import {compressed, QUICKLY} from "./headers.ts";
import {stopsOf, type Around} from "./work.ts";
import {faultOf} from "./words.ts";

/** Questions that may come together: more than any page asks. */
const MOST = 8;
const ask = z
  .string()
  .max(3000, "a question is too long")
  .regex(/^(figures|charts)\?/, "ask must be a question of figures or charts, such as ask=figures?measures=C1")
  .transform((text): Ask => {
    const [route, query] = [text.slice(0, text.indexOf("?")) as Ask["route"], new URLSearchParams(text.slice(text.indexOf("?") + 1))];
    return {route, query: Object.fromEntries(query)};
  })
  .refine(({query}) => query.run === undefined, "run= stands beside the questions, not in one");
const parameters = z.strictObject({
  ask: z.preprocess((asks) => [asks].flat(), z.array(ask, {error: "ask is needed, such as ask=figures?measures=C1"}).min(1).max(MOST, `questions may be ${MOST} at the most`)),
  run: z.string().max(130).optional()
});

/** Adds the three routes. @param answered is told each question that was answered */
export function answersRoutes(app: FastifyInstance, {settings, record, late, theRun}: Around, given: {figures: ReturnType<typeof figuresOf>; charts: ReturnType<typeof chartsOf>}, answered: Ahead["answered"]): void {
  /** One answer in JSON, once the trail holds it. */
  async function answerTo({route, query}: Ask, request: FastifyRequest, stops: ReturnType<typeof stopsOf>): Promise<string> {
    const [run, {scope}] = [theRun(request), request.session!];
    const {answer, asked} = await given[route](query, {run, scope, gone: (measures) => stops(settings.limits.seconds * measures)});
    await record(request, {action: "figures", asked, rows: 0, children: [], outcome: "given"});
    answered(run, {route, query}, scope);
    return answer;
  }

  /** Headers of what is made for one person; on the machine itself no wire is spared by compressing, and both ends would take their time. */
  function begin(request: FastifyRequest, reply: FastifyReply): void {
    void reply.header("cache-control", "no-store").type("application/json; charset=utf-8");
    if (request.session!.local) request.headers["x-no-compression"] = "local";
  }

  for (const route of ["figures", "charts"] as const)
    app.get(`/api/${route}`, {compress: compressed(QUICKLY)}, async (request, reply) => {
      const refused = await late(request, reply);
      if (refused) return refused;
      begin(request, reply);
      return answerTo({route, query: request.query as Ask["query"]}, request, stopsOf(reply));
    });

  app.get("/api/answers", {compress: compressed(QUICKLY)}, async (request, reply) => {
    const {ask: asks} = parameters.parse(request.query);
    // each counts as a question of its own
    for (const _ of asks) {
      const refused = await late(request, reply);
      if (refused) return refused;
    }
    begin(request, reply);
    const [run, stops] = [theRun(request), stopsOf(reply)];
    const told = await Promise.all(asks.map((one) => answerTo(one, request, stops).then(
      (answer) => `{"given":${answer}}`,
      (error: unknown) => {
        const fault = faultOf(error);
        if (!fault) throw error;
        return JSON.stringify({status: fault.status, error: fault.sentence});
      }
    )));
    return `{"run":${JSON.stringify(run.id)},"answers":[${told.join(",")}]}`;
  });
}
