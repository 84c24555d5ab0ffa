// QA's answers on delayed cases (`delay_review`), ready to stand beside the case. Decides nothing about the case itself.
import {listValue, type DuckDBValue} from "@duckdb/node-api";
import {rowsOf, type Db} from "../duckdb.ts";

export interface Review {
  measure: string;
  case_id: string;
  reviewed_on: string;
  cause: string | null;
  child_safe: boolean | null;
  action: string | null;
  owner: string | null;
  due_on: string | null;
}

/** Whether the part holds a table; a part made by an older version may not. */
export async function holds(db: Db, schema: string, table: string): Promise<boolean> {
  return (await rowsOf(db, "select 1 as is_there from information_schema.tables where table_schema = $1 and table_name = $2", [schema, table])).length > 0;
}

/** Reviews of a measure (or of its catalogue entry: one of A4 speaks for A4a and A4b), newest first by case. */
export async function reviewsOf(db: Db, measure: string): Promise<Map<string, Review[]>> {
  const found = new Map<string, Review[]>();
  for (const row of await reviewsWhere(db, "r.measure in ($1, $2)", [measure, entryOf(measure)])) found.set(row.case_id, [...(found.get(row.case_id) ?? []), row]);
  return found;
}

/** The same of some cases, whatever the measure. @returns the reviews of a case in a measure, newest first */
export async function reviewsOfCases(db: Db, cases: readonly string[]): Promise<(measure: string, caseId: string) => Review[]> {
  const rows = cases.length ? await reviewsWhere(db, "list_contains($1, r.case_id)", [listValue([...cases])]) : [];
  return (measure, caseId) => rows.filter((row) => row.case_id === caseId && [measure, entryOf(measure)].includes(row.measure));
}

const entryOf = (measure: string) => measure.replace(/[a-z]$/, "");

async function reviewsWhere(db: Db, test: string, values: DuckDBValue[]): Promise<Review[]> {
  if (!(await holds(db, "records", "delay_review"))) return [];
  return rowsOf<Review>(
    db,
    `select r.measure, r.case_id, r.reviewed_on, coalesce(c.label, r.cause) as cause, r.child_safe, r.action, r.owner, r.due_on
     from records.delay_review r left join reference.delay_cause c on c.code = r.cause
     where not r.withdrawn and ${test} and r.reviewed_on <= as_at()
     order by r.reviewed_on desc, r.record_key`,
    values
  );
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const shortDay = (day: string) => `${Number(day.slice(8, 10))} ${months[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;

/** "2 Mar 2026: worker or team capacity; child safe; allocate (team manager by 9 Mar 2026)". */
export function reviewWords(r: Review): string {
  const safe = r.child_safe === null ? null : r.child_safe ? "child safe" : "child NOT safe";
  const who = [r.owner, r.due_on ? `by ${shortDay(r.due_on)}` : null].filter(Boolean).join(" ");
  const action = r.action ? `${r.action}${who ? ` (${who})` : ""}` : who || null;
  return `${shortDay(r.reviewed_on)}: ${[r.cause, safe, action].filter(Boolean).join("; ") || "reviewed"}`;
}
