// Why a measure moved between two runs: cases new, changed and gone, and what a changed definition did. Reads two finished parts, writes neither.
import {literal, rowOf, rowsOf, type Db} from "../duckdb.ts";
import {openPartFile} from "../store.ts";
import {countedCases, numbersOf, type CountedCase, type Numbers, type Span} from "./cases.ts";
import type {Measure} from "./measures.ts";

/** One cause of a movement. Numerators, denominators and values add up over the causes to the whole movement exactly. */
export interface Cause {
  /** `definition`: the same records, judged by the new SQL and the new limits. */
  how: "definition" | "gone" | "changed" | "new";
  /** Cases that moved so; of a definition, those whose verdict or counting it changed. */
  cases: number;
  numerator: number | null;
  denominator: number | null;
  /** Null where the value before or after this step is none. */
  value: number | null;
}

export interface Movement {
  measure: string;
  from: string | null;
  to: string | null;
  before: Numbers;
  after: Numbers;
  /**
   * `changed` where the new SQL or limits judge the old records differently; `unknown` where they cannot be asked of the old records, so that
   * their effect is among the other causes. A change of the journeys that measures read is always among the other causes.
   */
  definition: "same" | "changed" | "unknown";
  causes: Cause[];
}

export type MovedCase = {
  how: Cause["how"];
  case_id: string;
  child_id: string | null;
  agency: string | null;
  counted_on: string;
  team: string | null;
  met_before: boolean | null;
  met_after: boolean | null;
  value_before: number | null;
  value_after: number | null;
  /** The newest that is known. */
  reason: string | null;
};

type Case = Awaited<ReturnType<typeof countedCases>>[number];

/**
 * Holds a measure over one span in two finished parts against each other.
 * @param before path of the older part's database
 * @param after path of the newer one
 * @returns the movement by cause, and every case that moved
 * @throws Error when the older part was made before measures were views
 */
export async function movementOf(before: string, after: string, measure: Measure, span: Span): Promise<{movement: Movement; cases: MovedCase[]}> {
  const [old, now] = [await openPartFile(before), await openPartFile(after)];
  try {
    return await movementBetween(old.db, now.db, measure, span);
  } finally {
    old.close();
    now.close();
  }
}

/** The same over open connections. On `old` it leaves a temporary macro behind: give it a connection of its own. */
export async function movementBetween(old: Db, now: Db, measure: Measure, span: Span): Promise<{movement: Movement; cases: MovedCase[]}> {
  const was = await countedCases(old, measure, span);
  const is = await countedCases(now, measure, span);
  const judged = await judgedAnew(old, now, measure, span);
  const between = judged.cases ?? was;
  const key = (c: CountedCase) => JSON.stringify([c.case_id, c.child_id, c.agency, c.counted_on]);
  const [midway, newest] = [new Map(between.map((c) => [key(c), c])), new Map(is.map((c) => [key(c), c]))];
  const same = (a: CountedCase, b: CountedCase) => a.met === b.met && a.value === b.value;

  const kept = between.filter((c) => newest.has(key(c)));
  const restated = kept.map((c) => newest.get(key(c))!);
  const moved = {
    definition: judged.definition === "changed" ? differences(was, between, key, same) : [],
    gone: between.filter((c) => !newest.has(key(c))).map((c) => pair("gone", c, null)),
    changed: kept.filter((c) => !same(c, newest.get(key(c))!)).map((c) => pair("changed", c, newest.get(key(c))!)),
    new: is.filter((c) => !midway.has(key(c))).map((c) => pair("new", null, c))
  };
  // one step after another, so that the steps add up whatever the measure's arithmetic is
  const stages = [was, between, kept, restated, is].map((of) => numbersOf(measure, of));
  const causes = (["definition", "gone", "changed", "new"] as const).map((how, i): Cause => ({how, cases: moved[how].length, ...step(stages[i]!, stages[i + 1]!)}));
  return {
    movement: {measure: measure.id, from: span.from ?? null, to: span.to ?? null, before: stages[0]!, after: stages[4]!, definition: judged.definition === "changed" && moved.definition.length === 0 ? "same" : judged.definition, causes: causes.filter((c) => c.cases > 0)},
    cases: Object.values(moved).flat()
  };
}

const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : b - a);
const step = (a: Numbers, b: Numbers) => ({numerator: minus(a.numerator, b.numerator), denominator: minus(a.denominator, b.denominator), value: minus(a.value, b.value)});

function pair(how: Cause["how"], old: Case | null, now: Case | null): MovedCase {
  const {case_id, child_id, agency, counted_on, team, reason} = (now ?? old)!;
  return {how, case_id, child_id, agency, counted_on, team, met_before: old?.met ?? null, met_after: now?.met ?? null, value_before: old?.value ?? null, value_after: now?.value ?? null, reason};
}

function differences(was: Case[], now: Case[], key: (c: CountedCase) => string, same: (a: CountedCase, b: CountedCase) => boolean): MovedCase[] {
  const [old, newer] = [new Map(was.map((c) => [key(c), c])), new Map(now.map((c) => [key(c), c]))];
  return [
    ...was.filter((c) => !newer.has(key(c))).map((c) => pair("definition", c, null)),
    ...now.filter((c) => !old.has(key(c)) || !same(old.get(key(c))!, c)).map((c) => pair("definition", old.get(key(c)) ?? null, c))
  ];
}

/** The old records judged by the new definition: the new view's SQL and the new limits, asked of the old part. */
async function judgedAnew(old: Db, now: Db, measure: Measure, span: Span): Promise<{definition: Movement["definition"]; cases: Case[] | null}> {
  const [was, is] = [await definitionIn(old, measure.id), await definitionIn(now, measure.id)];
  if (was.view === is.view && was.limits === is.limits) return {definition: "same", cases: null};
  try {
    // a temporary macro stands before the part's own, also inside its views
    await old.run(`create or replace temp macro limit_on(k, d) as ${is.limits}`);
    return {definition: "changed", cases: await countedCases(old, measure, span, `(${is.view})`)};
  } catch {
    return {definition: "unknown", cases: null}; // it reads what the older part does not hold
  }
}

async function definitionIn(db: Db, id: string): Promise<{view: string; limits: string}> {
  const {view} = await rowOf<{view: string}>(db, `select sql as view from duckdb_views() where schema_name = 'measure' and view_name = ${literal(id)}`);
  const [macro] = await rowsOf<{limits: string}>(db, "select macro_definition as limits from duckdb_functions() where function_name = 'limit_on' and schema_name = 'main'");
  return {view: view.slice(view.indexOf(" AS ") + 4).replace(/;\s*$/, ""), limits: macro!.limits};
}
