// The weekly hand-out: a workbook a team (or another group) of cases that wait past their limit or fall due, with a form beside each that loads back as delay reviews.
import {existsSync} from "node:fs";
import {mkdir} from "node:fs/promises";
import path from "node:path";
import {badOf, clockOf, hasLimit, isDueSoon, isLate, lateWords, type Clock} from "../../src/components/late.ts";
import {rowOf, type Db} from "../duckdb.ts";
import type {Contract} from "../load/contract.ts";
import {handOut} from "../load/templates.ts";
import {casesOf, type Dimension, type Span} from "../transform/cases.ts";
import type {Measure} from "../transform/measures.ts";
import type {Reference} from "../transform/reference.ts";
import {reworded, teamOf} from "../../src/components/relabel.ts";
import type {Labels} from "./published.ts";
import {reviewsOf, reviewWords} from "../transform/reviews.ts";

export interface ListsAsked {
  db: Db;
  dir: string;
  by: Dimension;
  /** Measures with a clock; those without one give no row. */
  measures: Measure[];
  span: Span;
  contract: Contract;
  reference: Reference;
  run: string;
  asAt: string;
  marking: string;
  /** What the authority calls teams and things. What is filled in loads back as it is: choices and headings keep their words. */
  labels: Labels;
}

interface Listed {
  group: string;
  measure: Measure;
  clock: Clock;
  row: {due_on: string | null; done_on: string | null; days_late: number | null; met: boolean | null} & Record<string, string | number | boolean | null>;
  review: string | null;
}

/** Cases that wait past their limit, and those whose limit falls in the next five working days, in the order in which to look at them. */
async function waiting({db, measures, span, by, asAt}: ListsAsked): Promise<Listed[]> {
  const {soon} = await rowOf<{soon: string | null}>(db, "select add_working_days(as_at(), 5) as soon");
  const found: Listed[] = [];
  for (const measure of measures.filter(hasLimit)) {
    const reviews = await reviewsOf(db, measure.id);
    for (const row of (await casesOf(db, {measure, ...span})).rows as Listed["row"][]) {
      const clock = clockOf(row, badOf(measure));
      if (!isLate(clock) && !isDueSoon(clock, asAt, soon ?? asAt)) continue;
      found.push({clock, group: String(row[by] ?? "not recorded"), measure, row, review: reviews.get(String(row.case_id))?.map(reviewWords).join(" | ") ?? null});
    }
  }
  return found.sort((a, b) => (b.row.days_late ?? 0) - (a.row.days_late ?? 0) || String(a.row.due_on).localeCompare(String(b.row.due_on)) || a.measure.id.localeCompare(b.measure.id) || String(a.row.case_id).localeCompare(String(b.row.case_id)));
}

/**
 * Writes one workbook a group into a folder. One that is there already is left as it is: somebody may have filled it in.
 * @returns file names with how many cases are in each, and those left alone
 */
export async function writeLists(asked: ListsAsked): Promise<{written: {file: string; cases: number}[]; kept: string[]}> {
  const {dir, by, contract, reference, run, asAt, marking, labels: {teams, words}} = asked;
  const groups = new Map<string, Listed[]>();
  for (const one of await waiting(asked)) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  await mkdir(dir, {recursive: true});
  const written: {file: string; cases: number}[] = [];
  const kept: string[] = [];
  const names = new Set<string>();
  const named = new Map([...groups].map(([group, cases]) => [by === "team" ? teamOf(group, teams) : group, cases]));
  for (const [group, cases] of [...named].sort(([a], [b]) => a.localeCompare(b, "en-GB", {numeric: true}))) {
    const file = `delay-review-list_${slug(group, names)}.xlsx`;
    if (existsSync(path.join(dir, file))) {
      kept.push(file);
      continue;
    }
    const book = await handOut(
      {
        name: "delay-review-list",
        context: ["Child", "What is measured", "Late or left", "Limit", "Why it is here", "Reviewed before"],
        rows: cases.map(({measure, row, clock, review}) => ({
          measure: measure.id,
          case_id: String(row.case_id),
          Child: row.child_id === null ? null : String(row.child_id),
          "What is measured": reworded(measure.title, words),
          "Late or left": lateWords(clock, asAt),
          Limit: row.due_on,
          "Why it is here": row.reason === null ? null : reworded(String(row.reason), words),
          "Reviewed before": review
        })),
        choices: (_field, list) => (list ? (reference.codes[list]?.map((c) => c.label) ?? null) : null),
        about: [
          [marking, "Holds ids of children. Keep it where such records may be kept, and delete it when it is done with."],
          ["List", `Cases that wait past their limit, and those due within five working days: ${by.replaceAll("_", " ")} ${group}`],
          ["Measures", [...new Set(cases.map((c) => `${c.measure.id} ${reworded(c.measure.title, words)}`))].join("; ")],
          ["Months", asked.span.from && asked.span.to ? `${asked.span.from} to ${asked.span.to}` : "all time"],
          ["Data as at", asAt],
          ["Run", run],
          ["Days", "Calendar days from the limit to the as-at date."]
        ]
      },
      contract
    );
    await book.xlsx.writeFile(path.join(dir, file));
    written.push({file, cases: cases.length});
  }
  return {written, kept};
}

/** A group's name as part of a file's name; two that come out alike get a number. */
function slug(group: string, taken: Set<string>): string {
  const plain = group.normalize("NFKD").replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "").toLowerCase().slice(0, 60) || "group";
  let name = plain;
  for (let n = 2; taken.has(name); n++) name = `${plain}-${n}`;
  taken.add(name);
  return name;
}
