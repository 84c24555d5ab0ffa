// The server: every request passes, in this order, address → run → session → role → rate, and only then reaches what it asked for.
// It answers from one run from start to end, writes nothing to the store's runs, and logs no address of a request (it may name a child).
import {createHash} from "node:crypto";
import {readFile} from "node:fs/promises";
import {join, resolve} from "node:path";
import {Readable} from "node:stream";
import compress from "@fastify/compress";
import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import fastifyStatic from "@fastify/static";
import Fastify, {type FastifyInstance, type FastifyReply, type FastifyRequest} from "fastify";
import {z} from "zod";
import type {MeasureFile} from "../etl/publish/published.ts";
import {readPseudonyms, type Pseudonyms} from "../etl/pseudonyms.ts";
import {publishedOf} from "../etl/store.ts";
import {badOf} from "../src/components/late.ts";
import {aheadOf} from "./ahead.ts";
import {answersRoutes} from "./answers.ts";
import {localHosts, pathOf, refuseHost, refuseOrigin, refusePath} from "./address.ts";
import {arrowOf} from "./arrow.ts";
import {openAudit, readAudit, verifyAudit, type Entry, type Look} from "./audit.ts";
import {answerCases, asked as askedOf, askPart, calledRows, jsonOf, kept, labelsOfRun, markingOf, measureOf, partOf, readCaseQuestion, type AskPart} from "./cases.ts";
import {changesRoutes} from "./changes.ts";
import {chartsOf} from "./charts.ts";
import {csvOf} from "./csv.ts";
import {candidates, listing, readScriptHashes, type Listing} from "./files.ts";
import {figuresOf, lately} from "./figures.ts";
import {gate} from "./gate.ts";
import {alwaysHeaders, compressed, securityPolicy, WELL} from "./headers.ts";
import {openIdDoor} from "./openid.ts";
import {readsOf, withOpening} from "./opening.ts";
import {hideAsked, hideRows, realId} from "./pseudonyms.ts";
import {placesOf, readRefresh} from "./refusals.ts";
import {mayPass, needsRule, ruleFor} from "./roles.ts";
import {openRuns, type Run} from "./runs.ts";
import {scopedFile, scopeWords, withinScope} from "./scope.ts";
import {localDoor, newToken, type Door, type Session} from "./session.ts";
import {readServerSettings, type ServerSettings, type SignIn} from "./settings.ts";
import {faultOf, Said, say} from "./words.ts";
import {workRoutes} from "./work.ts";
import {soonOf, wordsOf, workbookOf, type Words} from "./worklist.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The run this request is answered from, whatever current.json says meanwhile. */
    run: Run | null;
    session: Session | null;
  }
}

export interface ServerOptions {
  /** Folder that holds `current.json` and `runs/`. */
  store: string;
  /** Folder of the built site. */
  site: string;
  settings: ServerSettings;
  door: Door;
  /** Names that browsers may call the server by, with ports. */
  hosts: () => readonly string[];
  /** `http` behind nothing, `https` behind a proxy that ends TLS. */
  scheme: "http" | "https";
  ask?: AskPart; // defaults to the pipeline's own casesOf
  /** Ids in every answer, where wanted. */
  pseudonyms?: Pseudonyms | null;
  log: (line: string) => void;
}

/** The server, not yet listening. */
export function createServer({store, site, settings, door, hosts, scheme, ask = askPart, pseudonyms = null, log}: ServerOptions): FastifyInstance {
  const runs = openRuns(store);
  const queries = gate({atOnce: settings.limits.queriesAtOnce, waiting: settings.limits.waiting});
  const trail = join(resolve(store), "audit");
  const audit = openAudit(trail);
  const siteFolder = resolve(site);
  const siteFiles = listing(siteFolder);
  const publishedFiles = new Map<string, Listing>();

  const app = Fastify({
    logger: false,
    bodyLimit: 16 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
    trustProxy: settings.signIn?.proxies ?? false,
    routerOptions: {maxParamLength: 200},
    // A target that the router itself cannot read reaches no hook.
    frameworkErrors: (_error, request, reply) => {
      void reply.headers(alwaysHeaders);
      void say(request, reply, 400, "This address cannot be understood", "Check the address: its path may hold plain names only.");
    }
  });
  app.decorateRequest("run", null);
  app.decorateRequest("session", null);
  void app.register(cookie);
  // pages and run files shrink to a sixth, what the build made already (.br) aside. Called, not registered: Fastify loads what is registered after the routes below are known, and
  // @fastify/compress sees only routes that come after it
  compress(app, compressed(WELL), () => undefined);
  void app.register(rateLimit, {global: false});
  void app.register(fastifyStatic, {root: siteFolder, serve: false, suppressWarning: true, preCompressed: true});
  app.addHook("onRoute", ({method, url}) => needsRule(method, url));
  app.addHook("onClose", () => runs.close());

  let withinRate: ReturnType<FastifyInstance["createRateLimit"]>;
  let casesWithinRate: ReturnType<FastifyInstance["createRateLimit"]>;
  app.after(() => {
    const keyGenerator = (request: FastifyRequest) => (request.session && !request.session.local ? `who ${request.session.who}` : `from ${request.ip}`);
    withinRate = app.createRateLimit({max: settings.limits.requestsPerMinute, timeWindow: 60_000, keyGenerator});
    casesWithinRate = app.createRateLimit({max: settings.limits.casesPerMinute, timeWindow: 60_000, keyGenerator});
  });

  /** Requests that wait for their answer. */
  let waiting = 0;
  app.addHook("onRequest", async () => void waiting++);
  app.addHook("onResponse", async () => void waiting--);
  app.addHook("onRequest", async (request, reply) => {
    void reply.headers({...alwaysHeaders, "content-security-policy": securityPolicy(), "cache-control": "private, no-cache"});
    if (scheme === "https") void reply.header("strict-transport-security", "max-age=31536000");
    const {headers, method} = request;
    const refused = refusePath(request.raw.url ?? "") ?? refuseHost(headers, hosts()) ?? refuseOrigin(method, headers, hosts().map((host) => `${scheme}://${host}`));
    if (refused) return say(request, reply, refused.status, "Refused", refused.sentence);

    const path = pathOf(request.raw.url ?? "");
    if (await door.arrive(request, reply)) return reply;
    const rule = ruleFor(method, path);
    if (rule?.allow === "anyone") return path !== "/api/health" && (await overRate(withinRate, request)) ? tooMany(request, reply) : undefined;

    request.run = await runAskedFor(path, request.query);
    if (request.run) void reply.header("x-frontdoor-run", request.run.id);
    request.session = await door.sessionOf(request, reply);
    // Both the run asked for and the run that stands: example data left in the store opens nothing else.
    if (!request.session && door.openForExample && request.run?.example && (await runs.current())?.example) request.session = door.guest;
    if (await overRate(withinRate, request)) return tooMany(request, reply);
    if (!request.session) return door.turnAway(request, reply);
    if (rule === null && method !== "GET" && method !== "HEAD") return say(request, reply, 405, "Refused", "Nothing here can be changed by a request.");
    const {scope} = request.session;
    const outside = scope !== null && rule !== null && rule.allow.length > 0 && (!rule.scoped || (scope.groups.length === 0 && path !== "/api/me"));
    if (outside || !mayPass(rule, request.session.roles)) {
      await audit
        .record({who: request.session.who, roles: request.session.roles, action: "refused", asked: {path}, run: null, rows: 0, children: [], outcome: "refused"})
        .catch((error: Error) => log(error.message));
      if (outside) return say(request, reply, 403, "Not within your access", `You are signed in, but your access is to ${scopeWords(scope!)} only, and this holds more.`);
      const needs = rule && rule.allow.length > 0 ? ` It is for the role ${rule.allow.join(" or ")}; yours: ${request.session.roles.join(", ") || "none"}.` : "";
      return rule && rule.allow.length === 0
        ? say(request, reply, 404, "Nothing here", "There is nothing at this address.")
        : say(request, reply, 403, "Not for your role", `You are signed in, but this is not open to you.${needs}`);
    }
    if (pseudonyms && path.startsWith("/api/") && !rule?.hidesIds) return say(request, reply, 403, "Not while ids are hidden", "This answer holds real ids, and the settings hide them (pseudonyms.key_file).");
    return;
  });

  /** The run in the path or in the address's `run=`, otherwise the current one. */
  async function runAskedFor(path: string, query: unknown): Promise<Run | null> {
    const inPath = /^\/run\/([^/]+)\//.exec(path)?.[1];
    const named = inPath ?? (query as Record<string, unknown>).run;
    if (path === "/run/current.json" || named === undefined || named === "") return runs.current();
    return typeof named === "string" ? runs.kept(named) : null;
  }

  door.routes(app, async ({who, roles}, action, outcome, why) => {
    await audit
      .record({who, roles, action, asked: why === undefined ? {} : {why}, run: null, rows: 0, children: [], outcome})
      .catch((error: Error) => log(error.message));
  });

  /** Writes a look to the trail. @throws Said 503 when it cannot be written: the caller gives nothing */
  async function record(request: FastifyRequest, look: Omit<Look, "who" | "roles" | "run">): Promise<void> {
    const {who, roles, scope} = request.session!;
    try {
      const asked = scope ? {...look.asked, scope: scopeWords(scope)} : look.asked;
      await audit.record({...look, asked, who, roles, run: request.run?.id ?? null});
    } catch (error) {
      log((error as Error).message);
      throw new Said(503, "Cases are not shown while the audit trail cannot be written. Tell whoever runs frontdoor; its log says why.");
    }
  }

  app.get("/api/health", async (_request, reply) => {
    void reply.header("cache-control", "no-store");
    const run = await runs.current().catch(() => null);
    if (!run) void reply.code(503);
    return {status: run ? "ok" : "no run to serve"};
  });

  app.get("/api/me", async (request, reply) => {
    z.strictObject({}).parse(request.query);
    void reply.header("cache-control", "no-store");
    const {who, name, roles, scope, local} = request.session!;
    return {who, name, roles, scope, local, signOut: door.signOut ?? null, example: request.run?.example ?? false, run: request.run?.id ?? null};
  });

  const spoken = lately<{words: Words; soon: string | null}>(20);
  app.get("/api/cases", async (request, reply) => {
    if (await overRate(casesWithinRate, request)) return tooMany(request, reply);
    void reply.header("cache-control", "no-store");
    const {scope} = request.session!;
    const question = readCaseQuestion(request.query, request.headers.accept, settings.limits.rows);
    const asked = scope ? withinScope(question, scope) : question;
    const run = theRun(request);
    const part = await partOf(run, asked.authority);
    const measure = await measureOf(run, part.authority, asked.question.measure);
    const gone = new AbortController();
    reply.raw.once("close", () => {
      if (!reply.raw.writableFinished) gone.abort(new Error("nobody waits for this answer"));
    });
    const looked = {action: "cases" as const, asked: inOneRow({...asked.question, ...asked.question.filters, filters: undefined, authority: part.authority, format: asked.format})};
    const labels = await labelsOfRun(run, scope);
    const {words, soon} = await spoken(JSON.stringify([run.id, part.file, labels]), () => runs.withPart(part, async (connection) => ({words: await wordsOf(connection, labels), soon: await soonOf(connection)})));
    const all = await answerCases({runs, part, measure, question: askedOf(asked.question, settings.limits.rows), ask, gate: queries, seconds: settings.limits.seconds, gone: gone.signal}).catch(async (error: unknown) => {
      await record(request, {...looked, rows: 0, children: [], outcome: error instanceof Said || gone.signal.aborted ? "stopped" : "failed"});
      throw error;
    });
    const {rows, realChild} = await hideRows(all.rows, pseudonyms);
    const {rows: listed, ...told} = kept({...all, rows}, asked.question, run.asAt, soon, measure);
    const answer = {...told, rows: calledRows(listed, labels, {named: asked.format === "csv"})};
    await record(request, {...looked, rows: answer.rows.length, children: [...new Set(answer.rows.map(realChild))].sort(), outcome: "given"});
    const {from, to, limit, offset} = asked.question;
    void reply.headers({
      etag: `"${createHash("sha256").update(JSON.stringify([run.id, asked])).digest("base64url").slice(0, 27)}"`,
      vary: "accept",
      "x-frontdoor-total": String(answer.total)
    });
    if (asked.format === "arrow") return reply.type("application/vnd.apache.arrow.stream").send(Buffer.from(await arrowOf(answer.columns, answer.rows, {words: JSON.stringify(words), soon: soon ?? "", asAt: run.asAt, total: String(answer.total)})));
    const name = `${measure.id}${from ? `_${from}` : ""}${to ? `_${to}` : ""}_cases.${asked.format}`;
    if (asked.format === "xlsx") {
      void reply.type("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").header("content-disposition", `attachment; filename="${name}"`);
      const definition = `${measure.numerator}${measure.denominator ? `, of ${measure.denominator}` : ""}`;
      // a category is a measure's own, and its names are published with its numbers
      const own = measure.category ? await publishedOf<MeasureFile>(run.folder, part.authority, `measures/${measure.id}.json`).catch(() => null) : null;
      const category = Object.fromEntries((own?.groups ?? []).filter((g) => g.dimension === "category").map((g) => [g.group, g.label]));
      return reply.send(workbookOf(answer, {title: `${measure.id} ${measure.title}`, definition, unit: measure.unit, category: measure.category, bad: badOf(measure), marking: await markingOf(run), run: run.id, asAt: run.asAt, question: asked.question, words: {...words, category}, who: request.session!.name, at: new Date().toISOString()}));
    }
    if (asked.format === "csv") {
      void reply.type("text/csv; charset=utf-8").header("content-disposition", `attachment; filename="${name}"`);
      return reply.send(Readable.from(csvOf(answer.columns, answer.rows)));
    }
    const head = {run: run.id, measure: measure.id, status: measure.status, missing: measure.missing, asAt: run.asAt, total: answer.total, limit, offset, columns: answer.columns};
    return reply.type("application/json; charset=utf-8").send(Readable.from(jsonOf(head, answer.rows)));
  });

  const around = {runs, ask, queries, settings, record, theRun, pseudonyms, late: async (request: FastifyRequest, reply: FastifyReply) => ((await overRate(casesWithinRate, request)) ? tooMany(request, reply) : null)};
  workRoutes(app, around);
  const [figures, charts] = [figuresOf(around), chartsOf(around)];
  const ahead = aheadOf({runs, queries, figures, charts, busy: () => waiting > 0});
  answersRoutes(app, around, {figures, charts}, ahead.answered);
  changesRoutes(app, store, around);

  const realIdQuery = z.strictObject({pseudonym: z.string().regex(/^P-[0-9A-HJKMNP-TV-Z]{16}$/, "pseudonym must be one, such as P-0123456789ABCDEF"), run: z.string().optional()});
  app.get("/api/real-id", async (request, reply) => {
    if (await overRate(casesWithinRate, request)) return tooMany(request, reply);
    void reply.header("cache-control", "no-store");
    const {pseudonym} = realIdQuery.parse(request.query);
    if (!pseudonyms) throw new Said(404, "Ids are not hidden here: there is nothing to look up.");
    const run = theRun(request);
    const gone = new AbortController();
    reply.raw.once("close", () => {
      if (!reply.raw.writableFinished) gone.abort(new Error("nobody waits for this answer"));
    });
    const stop = AbortSignal.any([gone.signal, AbortSignal.timeout(settings.limits.seconds * 1_000)]);
    let found: Awaited<ReturnType<typeof realId>> = null;
    await queries.through(stop, async () => {
      for (const part of run.parts) found ??= await runs.withPart(part, (connection) => realId(connection, pseudonyms, pseudonym, stop));
    });
    const {id, child} = (found as Awaited<ReturnType<typeof realId>>) ?? {id: null, child: false};
    await record(request, {action: "real id", asked: {pseudonym}, rows: id === null ? 0 : 1, children: child && id !== null ? [id] : [], outcome: id === null ? "failed" : "given"});
    if (id === null) throw new Said(404, "No id of this run has that pseudonym. It may come from an older run, or from another key.");
    return {pseudonym, id, run: run.id};
  });

  const refreshQuery = z.strictObject({
    run: z.string().optional(),
    places: z.string().regex(/^\d{1,4}$/, "must be a whole number up to 9999").transform(Number).default(50),
    format: z.enum(["json", "csv"], {error: "format must be json or csv"}).default("json")
  });
  app.get("/api/refresh", async (request, reply) => {
    void reply.header("cache-control", "no-store");
    const {places, format} = refreshQuery.parse(request.query);
    const run = theRun(request);
    const report = await readRefresh(run, format === "csv" ? Infinity : places, {values: !pseudonyms});
    const rows = format === "csv" ? placesOf(report) : [];
    await record(request, {action: "refresh", asked: format === "csv" ? {rejected: "csv"} : {places}, rows: rows.length, children: [], outcome: "given"});
    if (format === "json") return report;
    void reply.type("text/csv; charset=utf-8").header("content-disposition", `attachment; filename="rejected_${run.id}.csv"`);
    return reply.send(Readable.from(csvOf(["file", "sheet", "line", "column", "heading", "value", "reason"], rows)));
  });

  const auditQuery = z.strictObject({
    who: z.string().max(300).optional(),
    child: z.string().max(100).optional(),
    limit: z.string().regex(/^\d{1,4}$/, "limit must be a whole number up to 9999").transform(Number).default(200),
    check: z.literal("yes", {error: "check must be yes"}).optional()
  });
  app.get("/api/audit", async (request, reply) => {
    void reply.header("cache-control", "no-store");
    const {who, child, limit, check} = auditQuery.parse(request.query);
    const entries: Omit<Entry, "children">[] = [];
    let total = 0;
    for await (const {children, ...entry} of readAudit(trail)) {
      if ((who !== undefined && entry.who !== who) || (child !== undefined && !children.includes(child))) continue;
      total += 1;
      entries.push({...entry, asked: hideAsked(entry.asked, pseudonyms, child)});
      if (entries.length > limit) entries.shift();
    }
    const whole = check ? await verifyAudit(trail) : undefined;
    await record(request, {action: "audit", asked: inOneRow({who, child, limit, check}), rows: entries.length, children: child === undefined ? [] : [child], outcome: "given"});
    return {total, entries: entries.reverse(), whole};
  });

  app.get("/run/current.json", async (request, reply) => {
    void reply.header("cache-control", "no-store");
    return {run: theRun(request).id};
  });

  function publishedIn(run: Run) {
    const folder = join(run.folder, "published");
    const files = publishedFiles.get(run.id) ?? listing(folder);
    if (publishedFiles.size > 100) publishedFiles.clear();
    publishedFiles.set(run.id, files);
    return {folder, has: (file: string) => files.has(file), read: async <T>(file: string) => JSON.parse(await readFile(join(folder, file), "utf8")) as T};
  }

  app.get("/run/*", async (request, reply) => {
    const run = request.run;
    const [, , id, ...rest] = pathOf(request.raw.url ?? "").split("/");
    if (!run || run.id !== id) return say(request, reply, 404, "That run is not kept", "The data was refreshed since this page opened. Reload the page.");
    const {folder, has, read} = publishedIn(run);
    const file = rest.join("/");
    if (!(await has(file))) return say(request, reply, 404, "Nothing here", "This run published no such file.");
    const {scope} = request.session!;
    if (scope) {
      const cut = await scopedFile(file, read, scope);
      if (cut === null) return say(request, reply, 403, "Not within your access", `Your access is to ${scopeWords(scope)} only, and this holds more.`);
      return reply.header("cache-control", "no-store").type("application/json; charset=utf-8").send(JSON.stringify(cut));
    }
    return reply.sendFile(file, folder, {cacheControl: false});
  });

  app.get("/*", async (request, reply) => {
    for (const file of candidates(pathOf(request.raw.url ?? ""))) {
      if (file === "csp.json" || !(await siteFiles.has(file))) continue;
      if (file.endsWith(".html")) {
        const scripts = (await readScriptHashes(siteFolder)).get(file) ?? [];
        void reply.header("content-security-policy", securityPolicy({scripts, formTargets: door.formTargets?.() ?? []}));
        const html = await readFile(join(siteFolder, file), "utf8");
        const {run, session} = request;
        const query = request.query as Record<string, unknown>;
        // pages show the current run, whatever run= their address names
        const page = run && session && query.run === undefined ? await withOpening({html, run: run.id, query, scope: session.scope, ...publishedIn(run)}) : html;
        if (run && session && query.run === undefined) ahead.opened(run, readsOf(html, query), session.scope);
        return reply.type("text/html; charset=utf-8").send(page);
      }
      return reply.sendFile(file, siteFolder, {cacheControl: false});
    }
    if (request.url === "/") return say(request, reply, 503, "The pages are not built yet", "Run npm run build, then reload this page.");
    return say(request, reply, 404, "Nothing here", "There is no page at this address.");
  });

  app.setNotFoundHandler((request, reply) => say(request, reply, 404, "Nothing here", "There is nothing at this address."));

  app.setErrorHandler((error, request, reply) => {
    if (reply.raw.destroyed) return;
    const fault = faultOf(error);
    if (fault) return say(request, reply, fault.status, titles[fault.status] ?? "This did not work", fault.sentence);
    const status = (error as {statusCode?: number}).statusCode ?? 500;
    if (status < 500) return say(request, reply, status, titles[status] ?? "Refused", "The request could not be read.");
    log(`A request to ${request.routeOptions.url ?? "an unknown address"} failed: ${(error as Error).message}`);
    return say(request, reply, 500, "This did not work", "The server could not answer. Try again; if it fails again, what went wrong is in its log.");
  });

  return app;
}

const titles: Record<number, string> = {400: "The address is not right", 404: "Nothing here", 503: "Not now"};

function theRun(request: FastifyRequest): Run {
  if (request.run) return request.run;
  const named = (request.query as Record<string, unknown>).run;
  throw named ? new Said(404, "That run is not kept. Reload the page.") : new Said(404, "No data has been loaded yet. Put exports in data/exports and run: npm run frontdoor -- refresh");
}

/** What was asked, without what was not. */
function inOneRow(asked: Record<string, unknown>): Look["asked"] {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))) as Look["asked"];
}

async function overRate(limiter: ReturnType<FastifyInstance["createRateLimit"]>, request: FastifyRequest): Promise<boolean> {
  const standing = await limiter(request);
  return !standing.isAllowed && standing.isExceeded;
}

function tooMany(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return say(request, reply.header("retry-after", "60"), 429, "Too many requests", "Too many requests in a minute. Wait a minute and try again.");
}

export interface ServeOptions {
  /** Folder that holds `current.json` and `runs/`. */
  store: string;
  host?: string; // defaults to 127.0.0.1
  /** 0 takes any free port. */
  port?: number; // defaults to 3000
  /** Folder of the built site. */
  site: string;
  /** false asks for the token even while the current run is example data. It never opens other data. */
  example?: boolean; // defaults to true
  /** The settings file's content; its parts `server` (see settings.ts) and `pseudonyms` are read. */
  settings?: {server?: unknown; pseudonyms?: {key_file: string | null}; [other: string]: unknown};
  /** Told of faults, and of the address with the token when the data stops being the example. */
  log: (line: string) => void;
  ask?: AskPart; // defaults to the pipeline's own casesOf
}

/**
 * Starts the server.
 * @returns the address to open (with its one-time token when the data needs one) and a way to stop
 * @throws Error when the address is not this machine's own and no sign-in is set, the port is taken, or a setting is wrong
 */
export async function serve({store, host = "127.0.0.1", port = 3000, site, example = true, settings, log, ask}: ServeOptions): Promise<{url: string; close: () => Promise<void>}> {
  const read = readServerSettings(settings?.server);
  if (!read.signIn && !["127.0.0.1", "localhost", "::1"].includes(host)) {
    throw new Error(
      `frontdoor does not open records about children to a network without sign-in: ${host} was refused. ` +
        "Leave --host out to serve this machine only, or set server.signIn in the settings (the council's OpenID Connect sign-in) and start again."
    );
  }
  let bound = port;
  const address = () => `http://${host.includes(":") ? `[${host}]` : host}:${bound}/`;
  const shared = {store, site, settings: read, ask, pseudonyms: readPseudonyms(settings?.pseudonyms?.key_file ?? null, store), log};
  const runs = openRuns(store);
  const token = newToken();
  const withToken = () => `${address()}?token=${token}`;
  let told = false;

  function local(): FastifyInstance {
    const onTurnedAway = () => {
      if (!told) log(`The data is no longer the example. Open ${withToken()}`);
      told = true;
    };
    const door = {...localDoor({token, port: () => bound, onTurnedAway}), openForExample: example};
    return createServer({...shared, door, hosts: () => localHosts(bound), scheme: "http"});
  }

  function signedIn(signIn: SignIn): FastifyInstance {
    const home = new URL(signIn.address);
    const scheme = home.protocol === "https:" ? "https" : "http";
    const hosts = home.port === "" ? [home.hostname, `${home.hostname}:${scheme === "https" ? 443 : 80}`] : [home.host];
    return createServer({...shared, door: openIdDoor({settings: signIn, log}), hosts: () => hosts, scheme});
  }

  const app = read.signIn ? signedIn(read.signIn) : local();
  try {
    await app.listen({host, port});
  } catch (error) {
    await app.close();
    throw new Error(whyNotListening(error as NodeJS.ErrnoException, host, port), {cause: error});
  }
  bound = (app.server.address() as {port: number}).port;
  if (read.signIn) return {url: new URL(read.signIn.address).href, close: () => app.close()};
  const open = example && ((await runs.current().catch(() => null))?.example ?? false);
  told = !open;
  const url = open ? address() : withToken();
  return {url, close: () => app.close()};
}

function whyNotListening(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === "EADDRINUSE") return `Port ${port} is taken by another program (perhaps frontdoor is running already). Stop it, or choose another: frontdoor serve --port ${port + 1}`;
  if (error.code === "EACCES") return `This account may not use port ${port}. Choose one above 1023: frontdoor serve --port 3000`;
  if (error.code === "EADDRNOTAVAIL") return `This machine has no address ${host}. Leave --host out.`;
  return `The server could not start on ${host}:${port}: ${error.message}`;
}
