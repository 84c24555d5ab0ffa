// Reads what an opened page's figures are counted from, cases and published files, before anybody chooses something there: the choice is then counted at once. Gives nothing to anybody.
import {setTimeout} from "node:timers/promises";
import {GRADES_OF} from "../etl/publish/audit-grades.ts";
import type {GlanceFile, MeasuresFile} from "../etl/publish/published.ts";
import {TOPICS} from "../etl/publish/topics.ts";
import {readContacts, readMoves} from "../etl/transform/cohort.ts";
import {partOf} from "./cases.ts";
import {asMeasure, casesOf, readLately} from "./figures.ts";
import type {Run} from "./runs.ts";
import type {Around} from "./work.ts";

/** Milliseconds after a page was sent: what it asks for itself goes first. */
const LATER = 500;
const LONGEST = 120_000;
/** Milliseconds in which a file is not asked for again: rows stay in memory for longer than that. */
const AGAIN = 5 * 60_000;

/** @returns to be told which published files an opened page reads; one page is read for at a time */
export function aheadOf({runs, queries}: Pick<Around, "runs" | "queries">): (run: Run, reads: readonly string[]) => void {
  const asked = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();
  return (run, reads) => {
    const now = Date.now();
    const fresh = reads.filter((file) => now - (asked.get(`${run.id} ${file}`) ?? -Infinity) > AGAIN);
    if (fresh.length === 0) return;
    if (asked.size > 1000) asked.clear();
    for (const file of fresh) asked.set(`${run.id} ${file}`, now);
    // whatever fails here is asked for again, and said, when somebody chooses
    last = last.then(() => read(run, fresh)).catch(() => undefined);
  };

  async function read(run: Run, files: readonly string[]): Promise<void> {
    await setTimeout(LATER, undefined, {ref: false});
    const part = await partOf(run, undefined);
    const published = <T>(name: string) => readLately<T>(run, part.authority, name);
    const {measures} = await published<MeasuresFile>("measures.json");
    const ids = await Promise.all(files.map(async (file) => {
      if (file === "glance.json") return (await published<GlanceFile>(file)).tiles.map(({id}) => id);
      if (file === "audit-grades.json") return GRADES_OF;
      const [folder, name = ""] = file.replace(/\.json$/, "").split("/");
      return folder === "topics" ? (TOPICS[name] ?? []) : folder === "measures" ? [name] : [];
    }));
    for (const file of ["run.json", ...files.filter((one) => !one.startsWith("topics/")), ...ids.flat().map((id) => `measures/${id}.json`)]) await published(file).catch(() => undefined);
    await runs.withPart(part, async (db) => {
      const turn = (work: () => Promise<unknown>) => queries.through(AbortSignal.timeout(LONGEST), work);
      for (const id of new Set(ids.flat())) {
        const definition = measures.find((d) => d.id === id);
        if (definition?.status === "ok") await turn(() => casesOf(runs, part, db, asMeasure(definition)));
      }
      if (!files.includes("cohort.json")) return;
      await turn(() => runs.held(part, "contacts", () => readContacts(db)));
      await turn(() => runs.held(part, "moves", () => readMoves(db)));
    });
  }
}
