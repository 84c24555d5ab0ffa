// The only road to data: the current run's published files, and the API for cases. Addresses are relative to the site's own root,
// so the site works under a sub-path. Must not hold data and must not ask any other host.
import type {Current, GlanceFile, MeasureFile, MeasuresFile, RefreshFile, RunFile, StrategyMeetingsFile, TimeToSeenFile} from "../../etl/publish/published.ts";

/** Why something could not be read; each has its own words and its own next step on the page. */
export type Fault = "no-run" | "unreachable" | "not-allowed" | "refused" | "damaged";

export interface DataError extends Error {
  fault: Fault;
}

/** One open run: its manifest, and its files, each fetched at most once. */
export interface OpenRun {
  run: RunFile;
  measures(): Promise<MeasuresFile>;
  glance(): Promise<GlanceFile>;
  measure(id: string): Promise<MeasureFile>;
  timeToSeen(): Promise<TimeToSeenFile>;
  strategyMeetings(): Promise<StrategyMeetingsFile>;
  refresh(): Promise<RefreshFile>;
}

export interface Me {
  roles: string[];
  local: boolean;
  example: boolean;
}

/** A row of /api/cases: one counted case. Dates are YYYY-MM-DD; days_late is negative while time is left. */
export interface CaseRow {
  case_id: string;
  child_id: string | null;
  counted_on: string;
  met: boolean | null;
  value: number | null;
  reason: string | null;
  team: string | null;
  agency: string | null;
  source: string | null;
  locality: string | null;
  age_band: string | null;
  due_on: string | null;
  days_late: number | null;
}

export interface CasesAnswer {
  run: string;
  measure: string;
  total: number;
  columns: string[];
  rows: CaseRow[];
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
  let response: Response;
  try {
    response = await fetch(at(path), {
      headers: {accept: "application/json"},
      cache: options.fresh ? "no-store" : "default",
      ...(options.signal ? {signal: options.signal} : {})
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw dataError("unreachable", "The server did not answer. It may have been stopped, or the network may be down.");
  }
  if (response.status === 404) throw dataError("no-run", `${path} does not exist.`);
  if (response.status === 401 || response.status === 403) throw dataError("not-allowed", "You are not signed in, or your role does not include this.");
  if (!response.ok) throw dataError("refused", (await sentence(response)) ?? `The server answered with an error (${response.status}).`);
  try {
    return (await response.json()) as T;
  } catch {
    throw dataError("damaged", `${path} could not be read: it is not whole.`);
  }
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

/** Opens the current run. Every later read is from this run, even when a newer one is published meanwhile. */
export async function openRun(): Promise<OpenRun> {
  const id = await currentRun();
  const files = new Map<string, Promise<unknown>>();
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
  const run = await file<RunFile>("run.json");
  return {
    run,
    measures: () => file("measures.json"),
    glance: () => file("glance.json"),
    measure: (measure) => file(`measures/${encodeURIComponent(measure)}.json`),
    timeToSeen: () => file("time-to-seen.json"),
    strategyMeetings: () => file("strategy-meetings.json"),
    refresh: () => file("refresh.json")
  };
}

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
  const seen = (): void => void look();
  document.addEventListener("visibilitychange", seen);
  function stop(): void {
    stopped = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", seen);
  }
  return stop;
}

/** Who is asking, and with which roles. */
export async function me(): Promise<Me> {
  const answer = await json<{roles?: string[]; role?: string | string[]; local: boolean; example: boolean}>("api/me", {fresh: true});
  return {roles: answer.roles ?? [answer.role ?? []].flat(), local: answer.local, example: answer.example};
}

/** The children behind a number. Every look is written to the audit trail by the server. */
export function cases(query: URLSearchParams, signal?: AbortSignal): Promise<CasesAnswer> {
  return json<CasesAnswer>(`api/cases?${query}`, {signal, fresh: true});
}

/** A line of the audit trail, without the children's ids. */
export interface AuditEntry {
  n: number;
  at: string;
  who: string;
  roles: string[];
  action: string;
  asked: Record<string, string | number | boolean>;
  run: string | null;
  rows: number;
  outcome: string;
}

export interface AuditAnswer {
  total: number;
  entries: AuditEntry[];
  /** Whether every line holds, where that was asked. */
  whole?: {ok: boolean; entries: number; file?: string; line?: number; why?: string};
}

/** Who looked at what: parameters `who`, `child`, `limit`, `check`. Analyst role; the asking is recorded too. */
export function audit(query: URLSearchParams): Promise<AuditAnswer> {
  return json<AuditAnswer>(`api/audit?${query}`, {fresh: true});
}
