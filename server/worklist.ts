// What a list of cases carries besides its rows: the words of its codes, the day until which "due soon" reaches, and the workbook it is taken away as.
import {Readable, PassThrough} from "node:stream";
import type {DuckDBConnection} from "@duckdb/node-api";
import {rowsOf} from "../etl/duckdb.ts";
import {writeBook} from "../etl/publish/workbook.ts";
import type {Cases} from "../etl/transform/cases.ts";
import {holds} from "../etl/transform/reviews.ts";
import {caseColumns} from "../src/components/case-columns.ts";
import {clockOf, lateWords} from "../src/components/late.ts";
import type {Labels} from "../etl/publish/published.ts";
import {reworded} from "../src/components/relabel.ts";
import type {CaseQuestion} from "./cases.ts";

/** Code → label, by the dimension whose codes they are. */
export type Words = Record<string, Record<string, string>>;

const lists = {source: "contact_source", need: "need", agency: "agency", case_status: "case_status", sex: "sex", ethnicity: "ethnicity"};

/** What the codes of a list of cases are called: teams and words by the run's labels, codes from the part's own reference tables. */
export async function wordsOf(db: DuckDBConnection, {teams, words: own}: Labels): Promise<Words> {
  const words: Words = Object.keys(teams).length ? {team: teams} : {};
  for (const [dimension, list] of Object.entries(lists)) {
    if (!(await holds(db, "reference", list))) continue;
    const rows = await rowsOf<{code: string; label: string}>(db, `select code, label from reference.${list}`);
    words[dimension] = Object.fromEntries(rows.map((r) => [r.code, reworded(r.label, own)]));
  }
  return words;
}

/** The fifth working day after the as-at date; null where the part's calendar does not reach. */
export async function soonOf(db: DuckDBConnection): Promise<string | null> {
  if (!(await holds(db, "journey", "working_day"))) return null;
  return (await rowsOf<{soon: string | null}>(db, "select add_working_days(as_at(), 5) as soon"))[0]?.soon ?? null;
}

export interface ListAbout {
  title: string;
  definition: string;
  marking: string;
  run: string;
  asAt: string;
  question: CaseQuestion;
  words: Words;
  /** Who took it, and when (ISO). */
  who: string;
  at: string;
  unit: string;
  /** What the measure's own category is called; null where it has none. */
  category: string | null;
  /** What `met` is when a case failed; null where nobody can fail. */
  bad: boolean | null;
}

/** The list as a workbook, in pieces as they are made. */
export function workbookOf(cases: Cases, about: ListAbout): Readable {
  const {question: q, words} = about;
  const named = (key: string, code: unknown): string | null => (code == null ? null : (words[key]?.[String(code)] ?? String(code)));
  const filters = Object.entries(q.filters).map(([key, value]) => `${key === "category" && about.category ? about.category.toLowerCase() : key.replaceAll("_", " ")}: ${named(key, value)}`);
  if (q.met !== undefined) filters.push(q.met ? "met" : "not met");
  if (q.due) filters.push(q.due === "late" ? "waiting past the limit" : "limit in the next five working days");
  if (q.find) filters.push(`id contains ${q.find}`);
  const has = new Set(cases.rows.flatMap((row) => Object.keys(row).filter((key) => row[key] !== null)));
  const columns = caseColumns.filter((c) => (c.key === "late" ? has.has("due_on") : has.has(c.key))).map((c) => (c.key === "value" ? {...c, name: `Value (${about.unit})`} : c.key === "category" && about.category ? {...c, name: about.category} : c.key === "reason" || c.key === "review" ? {...c, width: 48} : c));
  const out = new PassThrough();
  writeBook(out, {
    sheet: "Cases",
    columns,
    rows: (function* () {
      for (const row of cases.rows) {
        const shown: Record<string, string | number | boolean | null> = {...row, late: lateWords(clockOf(row as unknown as Parameters<typeof clockOf>[0], about.bad), about.asAt)};
        for (const key of Object.keys(words)) if (row[key] != null) shown[key] = named(key, row[key]);
        yield shown;
      }
    })(),
    about: [
      [about.marking, "Holds ids of children. Keep it where such records may be kept, and delete it when it is done with."],
      ["List", about.title],
      ["Definition", about.definition],
      ["Months", q.from || q.to ? `${q.from ?? "the beginning"} to ${q.to ?? "now"}` : "all time"],
      ["Filters", filters.join("; ") || "none"],
      ["Cases", `${cases.rows.length}${cases.rows.length < cases.total ? ` of ${cases.total}` : ""}`],
      ["Data as at", about.asAt],
      ["Run", about.run],
      ["Taken by", `${about.who}, ${about.at.slice(0, 16).replace("T", " ")} UTC`],
      ["Days", "“Late” and “left” are calendar days from the limit to the as-at date, or to when it was done."]
    ]
  }).catch((error: Error) => out.destroy(error));
  return out;
}
