// The only road to data: the current run's published files, and the API for cases. Addresses are relative to the site's own root,
// so the site works under a sub-path. Must not hold data and must not ask any other host.
import type {CaseList} from "./case-list.js";
import {offer} from "./download.js";
import {pairsOf} from "./format.js";
import type {Topic} from "../../etl/publish/topics.ts";
import type {AnswersFile, FindingsFile, QualityFile, AgencyReturnsFile, AuditGradesFile, BenchmarksFile, CohortFile, Current, CurvesFile, DueSoonFile, GlanceFile, MeasureDefinition, MeasureFile, MeasuresFile, OutOfHoursFile, RefreshFile, RunFile, StrategyMeetingsFile, TimeToSeenFile, TopicFile} from "../../etl/publish/published.ts";

/** Why something could not be read; each has its own words and its own next step on the page. */
export type Fault = "no-run" | "unreachable" | "not-allowed" | "refused" | "damaged";

export interface DataError extends Error {
  fault: Fault;
}

/** Groups that a page draws: by measure their dimensions, all unless said; and the one of them that is drawn month by month, team and locality unless said. */
export type Wanted = Partial<Pick<Topic, "drawn" | "panels">>;

/** One open run: its manifest, and its files, each fetched at most once. */
export interface OpenRun {
  run: RunFile;
  measures(): Promise<MeasuresFile>;
  glance(): Promise<GlanceFile>;
  measure(id: string): Promise<MeasureFile>;
  /** Measures counted within chosen groups by the server; all their groups unless `wanted` says. */
  figures(ids: readonly string[], filters: {dimension: string; group: string}[], wanted?: Wanted): Promise<MeasureFile[]>;
  /** A published file of that name ("time-to-seen", "curves/A2b"), made by the server of what is within chosen groups; `by`: dimensions of the curves wanted, all unless said. */
  chart<T>(name: string, filters: {dimension: string; group: string}[], options?: {by?: readonly string[] | undefined}): Promise<T>;
  timeToSeen(): Promise<TimeToSeenFile>;
  strategyMeetings(): Promise<StrategyMeetingsFile>;
  refresh(): Promise<RefreshFile>;
  /** The measures of one page; refused to people who are held to some teams. */
  topic(name: string): Promise<TopicFile>;
  /** Definitions of a topic's measures at least: of its own file where the page has that, else of the catalogue, which is large and would come with the first choice. */
  definitionsOf(topic: string): Promise<MeasureDefinition[]>;
  outOfHours(): Promise<OutOfHoursFile>;
  auditGrades(): Promise<AuditGradesFile>;
  agencyReturns(): Promise<AgencyReturnsFile>;
  cohort(): Promise<CohortFile>;
  curves(id: string): Promise<CurvesFile>;
  dueSoon(): Promise<DueSoonFile>;
  findings(): Promise<FindingsFile>;
  quality(): Promise<QualityFile>;
  answers(): Promise<AnswersFile>;
  /** Published figures of other authorities; refused to people who are held to some teams. */
  benchmarks(): Promise<BenchmarksFile>;
}

export interface Me {
  roles: string[];
  local: boolean;
  example: boolean;
  /** The teams or localities somebody is held to; null: all. */
  scope: {dimension: string; groups: string[]} | null;
  /** What to call the person; null on the analyst's own machine. */
  name: string | null;
  /** Where to post to sign out; null where nobody signed in. */
  signOut: string | null;
}

/** The site's root: what stands before Framework's module folder in this module's own address; "/" where there is none (tests). */
export function siteRoot(module: string = import.meta.url): string {
  const at = module.indexOf("/_import/");
  return at < 0 ? "/" : module.slice(0, at + 1);
}

/** The address of a page, run file or API route, given from the site's root. */
export function at(path: string): string {
  return siteRoot() + path.replace(/^\//, "");
}

/** Makes an error that pages know how to put into words. */
export function dataError(fault: Fault, message: string): DataError {
  return Object.assign(new Error(message), {fault});
}

/** Reads JSON, or says in one sentence why not. */
async function json<T>(path: string, options: {signal?: AbortSignal | undefined; fresh?: boolean} = {}): Promise<T> {
  const response = await answered(path, {accept: "application/json", ...options});
  try {
    return (await response.json()) as T;
  } catch {
    throw dataError("damaged", `${path} could not be read: it is not whole.`);
  }
}

/** A good answer, or one sentence on why there is none. */
async function answered(path: string, options: {accept: string; signal?: AbortSignal | undefined; fresh?: boolean}): Promise<Response> {
  let response: Response;
  try {
    response = await (begunWith(path) ?? fetch(at(path), {
      headers: {accept: options.accept},
      cache: options.fresh ? "no-store" : "default",
      ...(options.signal ? {signal: options.signal} : {})
    }));
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw dataError("unreachable", "The server did not answer. It may have been stopped, or the network may be down.");
  }
  if (!response.ok) throw refusal(path, response.status, await sentence(response));
  return response;
}

/** What an answer that is none means, by its status. @param said the server's own sentence */
function refusal(path: string, status: number, said: string | null): DataError {
  if (status === 404) return dataError("no-run", `${path} does not exist.`);
  if (status === 401 || status === 403) return dataError("not-allowed", said ?? "You are not signed in, or your role does not include this.");
  return dataError("refused", said ?? `The server answered with an error (${status}).`);
}

/** The answer that the page's head asked for before this script came (observablehq.config.ts); taken once, so that another try asks. */
function begunWith(path: string): Promise<Response> | null {
  const {begun} = globalThis as {begun?: {path: string; answer: Promise<Response>} | undefined};
  if (begun?.path !== path) return null;
  delete (globalThis as {begun?: unknown}).begun;
  return begun.answer;
}

async function sentence(response: Response): Promise<string | null> {
  try {
    const body = (await response.json()) as {error?: unknown; message?: unknown};
    const said = typeof body.message === "string" ? body.message : body.error;
    return typeof said === "string" ? said : null;
  } catch {
    return null;
  }
}

/** The id of the current run. Faults with "no-run" before the first refresh. */
export async function currentRun(): Promise<string> {
  return (await json<Current>("run/current.json", {fresh: true})).run;
}

/** The run that the server sent with the page, and those of its files that came too; taken once, so that another try asks. */
function sentRun(): {run: string; files: Record<string, unknown>} | null {
  const sent = document.getElementById("run");
  sent?.remove();
  return sent ? (JSON.parse(sent.textContent ?? "null") as ReturnType<typeof sentRun>) : null;
}

/** Opens the current run. Every later read is from this run, even when a newer one is published meanwhile. */
export async function openRun(): Promise<OpenRun> {
  const sent = sentRun();
  const id = sent?.run ?? (await currentRun());
  const files = new Map<string, Promise<unknown>>(Object.entries(sent?.files ?? {}).map(([name, file]) => [name, Promise.resolve(file)]));
  function file<T>(name: string): Promise<T> {
    let answer = files.get(name) as Promise<T> | undefined;
    if (!answer) {
      answer = json<T>(`run/${encodeURIComponent(id)}/${name}`).catch((error: unknown) => {
        files.delete(name);
        if ((error as DataError).fault === "no-run") throw dataError("damaged", `This refresh did not publish ${name}.`);
        throw error;
      });
      files.set(name, answer);
    }
    return answer;
  }
  /** What the server counts for this page; asked for once. */
  function counted<T>(route: string, query: Record<string, string>, filters: {dimension: string; group: string}[]): Promise<T> {
    // lists stay readable, and short, within the address that they travel in
    const asked = `${route}?${String(new URLSearchParams({...query, ...Object.fromEntries(filters.map((f) => [f.dimension, f.group]))})).replace(/%2C|%3A/g, decodeURIComponent)}`;
    const answer = (files.get(asked) as Promise<T> | undefined) ?? (together(asked) as Promise<T>).catch((error: unknown) => {
      files.delete(asked);
      if ((error as DataError).fault === "no-run") throw dataError("refused", "The data was refreshed since this page opened. Reload the page.");
      throw error;
    });
    files.set(asked, answer);
    return answer;
  }
  const together = asksTogether(id);
  const topicFile = (name: string): string => `topics/${encodeURIComponent(name)}.json`;
  const topic = (name: string): Promise<TopicFile> => file(topicFile(name));
  const measuresIn = async (name: string): Promise<MeasureDefinition[] | null> => (files.has(topicFile(name)) ? topic(name).then(({measures}) => measures.map((m) => m.definition), () => null) : null);
  const run = await file<RunFile>("run.json");
  return {
    run,
    measures: () => file("measures.json"),
    glance: () => file("glance.json"),
    findings: () => file("findings.json"),
    quality: () => file("quality.json"),
    answers: () => file("answers.json"),
    benchmarks: () => file("benchmarks.json"),
    measure: (measure) => file(`measures/${encodeURIComponent(measure)}.json`),
    figures: async (ids, filters, {drawn, panels} = {}) => (await counted<{measures: MeasureFile[]}>("figures", {measures: ids.join(","), ...(drawn ? {groups: pairsOf(drawn)} : {}), ...(panels ? {panels: pairsOf(panels)} : {})}, filters)).measures,
    chart: (name, filters, {by} = {}) => counted("charts", {chart: name, ...groupsBy(by)}, filters),
    timeToSeen: () => file("time-to-seen.json"),
    strategyMeetings: () => file("strategy-meetings.json"),
    refresh: () => file("refresh.json"),
    topic,
    definitionsOf: async (name) => (await measuresIn(name)) ?? (await file<MeasuresFile>("measures.json")).measures,
    outOfHours: () => file("out-of-hours.json"),
    auditGrades: () => file("audit-grades.json"),
    agencyReturns: () => file("agency-returns.json"),
    cohort: () => file("cohort.json"),
    curves: (id) => file(`curves/${encodeURIComponent(id)}.json`),
    dueSoon: () => file("due-soon.json")
  };
}

/** Longest address that is asked for: questions beyond it go in another. */
const LONGEST = 6_000;

/** Asks the server what it counts for a page, such as "figures?measures=C1": questions of one moment in one request, so that a page waits once. Each has its own answer or fault. */
function asksTogether(run: string): (asked: string) => Promise<unknown> {
  interface Question {
    asked: string;
    done: (answer: unknown) => void;
    failed: (fault: unknown) => void;
  }
  let waiting: Question[] = [];
  const send = async (questions: Question[]): Promise<void> => {
    const [first, second] = questions;
    if (first && !second) {
      json(`api/${first.asked}&${new URLSearchParams({run})}`, {fresh: true}).then(first.done, first.failed);
      return;
    }
    const address = `api/answers?${new URLSearchParams([["run", run], ...questions.map(({asked}) => ["ask", asked])])}`;
    if (address.length > LONGEST) {
      const half = Math.ceil(questions.length / 2);
      await Promise.all([send(questions.slice(0, half)), send(questions.slice(half))]);
      return;
    }
    try {
      const {answers} = await json<{answers: ({given: unknown} | {status: number; error: string})[]}>(address, {fresh: true});
      for (const [i, {asked, done, failed}] of questions.entries()) {
        const answer = answers[i]!;
        if ("given" in answer) done(answer.given);
        else failed(refusal(`api/${asked}`, answer.status, answer.error));
      }
    } catch (error) {
      for (const {failed} of questions) failed(error);
    }
  };
  return (asked) =>
    new Promise((done, failed) => {
      if (waiting.push({asked, done, failed}) > 1) return;
      queueMicrotask(() => {
        const questions = waiting;
        waiting = [];
        void send(questions);
      });
    });
}

const groupsBy = (by: readonly string[] | undefined): {groups?: string} => (by ? {groups: by.join(",") || "no"} : {});


/** Calls back once when the current run is no longer `run`; asks every 30 s, and only while the page can be seen. */
export function watchRun(run: string, changed: () => void, every = 30_000): () => void {
  let stopped = false;
  async function look(): Promise<void> {
    if (stopped || document.visibilityState !== "visible") return;
    const now = await currentRun().catch(() => run);
    if (now === run || stopped) return;
    stop();
    changed();
  }
  const timer = setInterval(() => void look(), every);
  // a page brought back by the browser's "back" holds the run it was sent with
  if ((performance.getEntriesByType?.("navigation")[0] as PerformanceNavigationTiming | undefined)?.type === "back_forward") void look();
  const seen = (): void => void look();
  document.addEventListener("visibilitychange", seen);
  function stop(): void {
    stopped = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", seen);
  }
  return stop;
}

let asked: Promise<Me> | null = null;

/** Who is asking, and with which roles; asked once a page. */
export function me(): Promise<Me> {
  asked ??= json<{roles?: string[]; role?: string | string[]; local: boolean; example: boolean; scope?: Me["scope"]; signOut?: string | null; name?: string}>("api/me", {fresh: true}).then(
    (answer) => ({roles: answer.roles ?? [answer.role ?? []].flat(), local: answer.local, example: answer.example, scope: answer.scope ?? null, signOut: answer.signOut ?? null, name: answer.local ? null : (answer.name ?? null)}),
    (error: unknown) => {
      asked = null;
      throw error;
    }
  );
  return asked;
}

/** A list of cases, and what its codes are called. */
export interface CasesAnswer {
  list: Omit<CaseList, "bad">;
  total: number;
  words: Record<string, Record<string, string>>;
}

/** What reads the API's lists: a library that comes by itself, and may be sent for before it is needed. */
export const readerOfCases = () => import("./case-arrow.js");

/** The children behind a number. Every look is written to the audit trail by the server. */
export async function caseList(query: URLSearchParams, signal?: AbortSignal): Promise<CasesAnswer> {
  const [{columnsOf}, response] = await Promise.all([readerOfCases(), answered(`api/cases?${query}`, {accept: "application/vnd.apache.arrow.stream", signal, fresh: true})]);
  const bytes = new Uint8Array(await response.arrayBuffer());
  try {
    const {rows, columns, notes} = columnsOf(bytes);
    return {list: {rows, columns, asAt: notes.get("asAt") ?? "", soon: notes.get("soon") || null}, total: Number(notes.get("total") ?? rows), words: JSON.parse(notes.get("words") ?? "{}") as CasesAnswer["words"]};
  } catch {
    throw dataError("damaged", "The list of cases could not be read: it is not whole.");
  }
}

/** An answer of the API as JSON, never kept by the browser. */
export function api<T>(path: string, signal?: AbortSignal): Promise<T> {
  return json<T>(path, {signal, fresh: true});
}

/** Fetches a file that the API makes and offers it to save. @throws DataError in words */
export async function saveFrom(path: string, name: string): Promise<void> {
  const response = await answered(path, {accept: "*/*", fresh: true});
  offer(await response.blob(), name);
}
