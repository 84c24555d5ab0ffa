// Measure files: reads their front matter, finds what each lacks, and makes of each a view of its cases. Counts nothing itself.
import {readFileSync, readdirSync} from "node:fs";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {parse} from "yaml";
import {z} from "zod";
import {literal, name, rowsOf, shareOut, type Db} from "../duckdb.ts";
import type {Contract} from "../load/contract.ts";

const frontMatter = z.strictObject({
  id: z.string().regex(/^[A-Z][0-9]+[a-z]?$/),
  title: z.string(),
  question: z.string(),
  numerator: z.string(),
  denominator: z.string().nullable(),
  /** `mean`: of `value`; `agreement`: weighted kappa of two grades, `value` = 10 × one + the other; `rate`: rows over a base, see `rate`. */
  kind: z.enum(["percentage", "count", "rate", "duration", "snapshot", "mean", "agreement"]),
  good: z.enum(["high", "low", "neutral"]),
  unit: z.string(),
  /** What is counted: each case row once, each child with a row in the period once, or each row as often as its `value` says. */
  counts: z.enum(["case", "child", "weight"]).default("case"),
  /** `value` of a weighed row is in so many parts of one (100: hundredths). */
  scale: z.number().int().positive().default(1),
  /** A rate: rows per so many of a base in journey.rate_base, a year's worth, over the period, or as they stood at its last snapshot. */
  rate: z.strictObject({per: z.number().positive(), of: z.enum(["population", "open_cases", "fte"]), over: z.enum(["year", "period", "snapshot"])}).optional(),
  /** What `category` sets apart in this measure, and the code list that names its groups. */
  category: z.strictObject({label: z.string(), list: z.string().optional()}).optional(),
  /** Which indicator of comparators.csv stands beside this part, where its catalogue entry has several. */
  comparator: z.string().nullable().default(null),
  /** Counts what was completed in the period, as DfE publishes it, beside the part that counts expired limits. */
  completed_variant: z.boolean().default(false),
  /** The measure that counts the same thing so, where DfE publishes it so: it stands beside this one. */
  completed_as: z.string().nullable().default(null),
  /** Key in data/reference/thresholds.csv. */
  limit: z.string().nullable().default(null),
  /**
   * For a limit in working days, how `met` stands to it, so that the cases can also be judged by the other day count (day-count.ts): done in time,
   * done late, still to be done past the limit at a snapshot, or within it at a snapshot. `clock_on` then gives the day the clock starts (null: by hours).
   */
  day_count: z.enum(["in_time", "late", "overdue", "current"]).nullable().default(null),
  look_back_months: z.number().int().nonnegative().default(0),
  sources: z.array(z.string()).min(1),
  findings: z.array(z.string()),
  /** `set.field`, `set.field:time` (a time of day is needed), alternatives parted by `|`. */
  requires: z.array(z.string()).min(1),
  breakdowns: z.array(z.enum(["source", "need", "team", "agency", "locality", "case_status", "age_band", "sex", "ethnicity", "category"]))
}).superRefine((m, ctx) => {
  const fault = (path: string, message: string) => ctx.addIssue({code: "custom", path: [path], message});
  if ((m.kind === "rate") !== (m.rate !== undefined)) fault("rate", "a measure of kind rate, and no other, says per how many of what");
  if (m.breakdowns.includes("category") !== (m.category !== undefined)) fault("category", "a breakdown by category, and no other measure, says what its category is");
});

export type Measure = z.infer<typeof frontMatter> & {family: string; sql: string; file: string};

const MEASURES = fileURLToPath(new URL("../measures/", import.meta.url));

/** Every measure, by id in catalogue order. @throws naming the file and the key that is wrong. */
export function readMeasures(dir = MEASURES): Measure[] {
  const found: Measure[] = [];
  for (const family of readdirSync(dir).sort()) {
    for (const file of readdirSync(path.join(dir, family)).filter((f) => f.endsWith(".sql")).sort()) {
      found.push(parseMeasure(readFileSync(path.join(dir, family, file), "utf8"), family, file));
    }
  }
  const ids = found.map((m) => m.id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice) throw new Error(`two measure files carry the id ${twice}; give one of them another`);
  const part = (id: string) => /^([A-Z])([0-9]+)([a-z]?)$/.exec(id)!;
  const order = "CIERASNXVDQPWKGH";
  return found.sort((a, b) => {
    const [x, y] = [part(a.id), part(b.id)];
    return order.indexOf(x[1]!) - order.indexOf(y[1]!) || Number(x[2]) - Number(y[2]) || x[3]!.localeCompare(y[3]!);
  });
}

export function parseMeasure(text: string, family: string, file: string): Measure {
  const match = /^\/\*---\n([\s\S]*?)\n---\*\/\n([\s\S]*)$/.exec(text);
  if (!match) throw new Error(`measures/${family}/${file}: a measure begins with front matter between /*--- and ---*/`);
  const parsed = frontMatter.safeParse(parse(match[1]!));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new Error(`measures/${family}/${file}: ${issue.path.join(".")}: ${issue.message}`);
  }
  if (!file.startsWith(`${parsed.data.id}-`)) throw new Error(`measures/${family}/${file}: holds ${parsed.data.id}; name the file ${parsed.data.id}-…`);
  return {...parsed.data, family, file, sql: match[2]!.trim().replace(/;\s*$/, "")};
}

/** The parts of a catalogue entry: `S2` gives S2a and S2b. @throws naming the nearest ids. */
export function measuresNamed(ids: string[], all: Measure[]): Measure[] {
  if (ids.length === 0) return all;
  return ids.flatMap((id) => {
    const wanted = all.filter((m) => m.id.toLowerCase() === id.toLowerCase() || m.id.replace(/[a-z]$/, "").toLowerCase() === id.toLowerCase());
    if (wanted.length === 0) throw new UnknownMeasure(`there is no measure ${id}; the measures are ${all.map((m) => m.id).join(", ")}`);
    return wanted;
  });
}

export class UnknownMeasure extends Error {}

/** What a measure (or a data-quality check) lacks in this part, as `set.field`; empty when it can be computed. */
export async function missingFor(measures: {id: string; requires: string[]}[], contracts: Map<string, Contract>, dateOnly: Set<string>, db: Db): Promise<Map<string, string[]>> {
  const filled = await filledFields(contracts, db);
  const has = (need: string) => {
    const [fieldName, wants] = need.split(":") as [string, string | undefined];
    const [set, field] = fieldName.split(".") as [string, string];
    if (!contracts.get(set)?.fields[field]) throw new Error(`a measure or check requires ${need}, which no record contract has`);
    return filled.has(fieldName) && !(wants === "time" && dateOnly.has(fieldName));
  };
  return new Map(
    measures.map((m) => [
      m.id,
      m.requires.flatMap((need) => {
        const choices = need.split("|").map((c) => c.trim());
        return choices.some(has) ? [] : [choices.map((c) => c.replace(":time", " (with a time of day)")).join(" or ")];
      })
    ])
  );
}

async function filledFields(contracts: Map<string, Contract>, db: Db): Promise<Set<string>> {
  const counted = [...contracts.values()].map(
    (c) => `select unnest([${Object.keys(c.fields).map((f) => literal(`${c.name}.${f}`)).join(", ")}]) as field, unnest([${Object.keys(c.fields).map((f) => `count(${name(f)})`).join(", ")}]) as filled from records.${name(c.name)} where not withdrawn`
  );
  const rows = await rowsOf<{field: string}>(db, `select field from (${counted.join(" union all ")}) where filled > 0`);
  return new Set(rows.map((r) => r.field));
}

const COLUMNS = {
  case_id: "varchar", child_id: "varchar", counted_on: "date", clock_on: "date", due_on: "date", done_on: "date", met: "boolean", value: "integer", reason: "varchar",
  team: "varchar", agency: "varchar", source: "varchar", need: "varchar", case_status: "varchar", category: "varchar"
} as const;

/** What the child adds to a case. */
export const OF_CHILD = {
  locality: "k.locality",
  age_band: "age_band_on(c.counted_on, k.date_of_birth, k.turned_1, k.turned_5, k.turned_10, k.turned_16)",
  sex: "k.sex",
  ethnicity: "k.ethnicity"
} as const;

/** A reason as it is said of one: "1 working day late". */
const oneOf = (reason: string): string => `regexp_replace(${reason}, '\\b1 (working day|day|hour|minute|week|action|audit|contact|return)s\\b', '1 \\1', 'g')`;

/** Rows `from` with what their child adds to them, `columns` of it: a join to be written after FROM. */
export const besideChild = (from: string): string => `${from} c left join journey.child k on k.child_id = c.child_id`;

/** The view of a measure's cases, in the part it was made for. */
export const caseView = (id: string): string => `measure.${name(id)}`;

/** The same rows without what the child adds: what counts many measures adds that to all of them at once. */
export const bareCaseView = (id: string): string => `bare_case.${name(id)}`;

/**
 * Makes of every measure a view (empty where it lacks what it needs): one row a counted case, with the child's age band on that day and sex, ethnicity and
 * locality as last recorded. A view keeps the definition the part was made by, and counts without writing a case or its reason anywhere.
 */
export async function buildMeasureCases(dbs: Db[], authority: string, measures: Measure[], missing: Map<string, string[]>): Promise<void> {
  const columns = Object.entries(COLUMNS);
  const ofChild = Object.entries(OF_CHILD);
  // columns a measure does not give are taken from this empty table
  await dbs[0]!.run(`begin;
    create schema measure;
    create schema bare_case;
    create table measure.no_case (${columns.map(([c, t]) => `${c} ${t}`).join(", ")});
    commit`);
  await shareOut(measures, dbs, async (measure, db) => {
    const made = missing.get(measure.id)!.length ? "" : ` union all by name select * from (${measure.sql})`;
    try {
      await db.run(`begin;
        create view ${bareCaseView(measure.id)} as select ${columns.map(([c, t]) => `${c === "reason" ? oneOf(c) : `cast(${c} as ${t})`} as ${c}`).join(", ")} from (select * from measure.no_case${made});
        create view ${caseView(measure.id)} as select ${literal(authority)} as authority, ${literal(measure.id)} as measure_id, c.*, ${ofChild.map(([c, sql]) => `${sql} as ${c}`).join(", ")} from ${besideChild(bareCaseView(measure.id))};
        commit`);
    } catch (error) {
      throw new Error(`measure ${measure.id} (etl/measures/${measure.family}/${measure.file}): ${(error as Error).message}`);
    }
  });
}
