// GET /api/refresh: what the last refresh rejected and which words it did not know, from the run's report.json. Analyst role: it holds values.
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {z} from "zod";
import type {Run} from "./runs.ts";
import {Said} from "./words.ts";

const rejection = z.object({
  recordSet: z.string().optional(),
  sheet: z.string().nullish(),
  line: z.number(),
  column: z.union([z.number(), z.string()]).nullish(),
  heading: z.string().nullish(),
  value: z.string().nullish(),
  reasons: z.array(z.string())
});
const report = z.looseObject({files: z.array(z.looseObject({file: z.string(), outcome: z.string(), rejections: z.array(rejection).default([])}))});

export interface RejectedBy {
  reason: string;
  heading: string | null;
  count: number;
  /** The first places, in file order. */
  places: {sheet: string | null; line: number; column: number | string | null; value: string | null}[];
}

/** Rejected rows of one file by reason and heading, most first. A row with two reasons is counted under each. */
export function rejectedBy(rejections: readonly z.infer<typeof rejection>[], places: number): RejectedBy[] {
  const groups = new Map<string, RejectedBy>();
  for (const row of rejections) {
    for (const reason of row.reasons) {
      const heading = row.heading ?? null;
      const key = JSON.stringify([reason, heading]);
      const group = groups.get(key) ?? {reason, heading, count: 0, places: []};
      groups.set(key, group);
      group.count += 1;
      if (group.places.length < places) group.places.push({sheet: row.sheet ?? null, line: row.line, column: row.column ?? null, value: row.value ?? null});
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason, "en"));
}

/**
 * The run's refresh report with its rejections gathered by reason; everything else as the refresh wrote it.
 * @param places most places a reason
 * @param values false leaves the rejected values out, and the ids of records that stand twice: they may be children's
 * @throws Said 404 when the run keeps no report, 503 when it is damaged
 */
export async function readRefresh(run: Run, places: number, {values = true}: {values?: boolean} = {}): Promise<Record<string, unknown>> {
  const text = await readFile(join(run.folder, "report.json"), "utf8").catch(() => null);
  if (text === null) throw new Said(404, "This run kept no refresh report. Refresh again: npm run frontdoor -- refresh");
  const read = report.safeParse(parsed(text));
  if (!read.success) throw new Said(503, "This run's refresh report cannot be read. Refresh again: npm run frontdoor -- refresh");
  const {files, ...rest} = read.data;
  return {...rest, run: run.id, files: files.map(({rejections, ...file}) => ({...(values ? file : withoutIds(file)), rejectedBy: rejectedBy(values ? rejections : rejections.map((row) => ({...row, value: null})), places)}))};
}

/** The only warning that names a record says its place instead. */
function withoutIds<T extends Record<string, unknown>>(file: T): T {
  if (!Array.isArray(file.warnings)) return file;
  const told = (file.warnings as {code?: string; line?: number; message?: string}[]).map((w) => (w.code === "same-id" && w.line !== undefined ? {...w, message: `one record stands on several rows with different contents: line ${w.line}, the last, counts`} : w));
  return {...file, warnings: told};
}

/** Every place of a rejected row that a report tells, one a row: what an analyst works through. */
export function placesOf(told: Record<string, unknown>): Record<string, string | number | null>[] {
  const files = told.files as {file: string; rejectedBy: RejectedBy[]}[];
  return files.flatMap(({file, rejectedBy: by}) => by.flatMap(({reason, heading, places}) => places.map((place) => ({file, sheet: place.sheet, line: place.line, column: place.column ?? null, heading, value: place.value, reason}))));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
