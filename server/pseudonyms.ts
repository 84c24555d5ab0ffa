// Pseudonyms at the server's edge: rows go out with hidden ids while the trail keeps the real ones; and the way back, for QA, one id at a time.
import {setImmediate} from "node:timers/promises";
import type {DuckDBConnection} from "@duckdb/node-api";
import {name as quoted, rowsOf} from "../etl/duckdb.ts";
import type {ChildAnswer} from "./child.ts";
import {hideIds, ID_COLUMNS, type Pseudonyms} from "../etl/pseudonyms.ts";

const piece = 5_000;

/** Rows as they may leave, and whose they really are. In pieces: other people's requests get their turn. */
export async function hideRows<T extends Record<string, unknown>>(rows: readonly T[], pseudonyms: Pseudonyms | null | undefined): Promise<{rows: T[]; realChild: (row: T) => string}> {
  if (!pseudonyms) return {rows: [...rows], realChild: (row) => String(row.child_id)};
  const real = new Map<unknown, string>();
  const hidden: T[] = [];
  for (let at = 0; at < rows.length; at += piece) {
    if (at > 0) await setImmediate();
    const own = rows.slice(at, at + piece);
    for (const [i, row] of hideIds(own, pseudonyms).entries()) {
      hidden.push(row);
      real.set(row.child_id, String(own[i]!.child_id));
    }
  }
  return {rows: hidden, realChild: (row) => real.get(row.child_id) ?? String(row.child_id)};
}

/**
 * What somebody asked, as the analyst may read it in the trail: a child's id is a pseudonym where there are any, else it is left out, as is what was
 * typed to find one; but whoever names a child knows its id.
 */
export function hideAsked<T extends Record<string, unknown>>(asked: T, pseudonyms: Pseudonyms | null, named: string | undefined): T {
  const shown = (key: string, value: unknown) => {
    if (typeof value !== "string" || (key !== "child" && key !== "find")) return value;
    if (key === "find") return "part of an id";
    return pseudonyms ? pseudonyms.of(value) : value === named ? value : "one child";
  };
  return Object.fromEntries(Object.entries(asked).map(([key, value]) => [key, shown(key, value)])) as T;
}

/** A child's page as it may leave: every id in it, of the child, brothers and sisters, cases and records, is a pseudonym. */
export function hideChild(answer: ChildAnswer, pseudonyms: Pseudonyms): ChildAnswer {
  return {
    child: {...answer.child, child_id: pseudonyms.of(answer.child.child_id)},
    siblings: answer.siblings.map((sibling) => ({...sibling, child_id: pseudonyms.of(sibling.child_id)})),
    events: answer.events.map((event) => ({...event, details: event.details.map(([label, value]): [string, string] => [label, /\bid$/i.test(label) ? pseudonyms.of(value) : value])})),
    cases: answer.cases.map((one) => ({...one, case_id: pseudonyms.of(one.case_id)}))
  };
}

/**
 * The id behind a pseudonym, sought among the ids a part holds: nothing keeps a list of both.
 * @param gone aborts when nobody waits
 * @returns the id and whether it is a child's; null when no id of this part has that pseudonym
 */
export async function realId(db: DuckDBConnection, pseudonyms: Pseudonyms, wanted: string, gone: AbortSignal): Promise<{id: string; child: boolean} | null> {
  const columns = await rowsOf<{s: string; t: string; c: string}>(
    db,
    `select table_schema as s, table_name as t, column_name as c from information_schema.columns where table_schema in ('records', 'measure')
     order by table_schema desc, column_name = 'child_id' desc, table_name, column_name`
  );
  for (const {s, t, c} of columns.filter(({c}) => ID_COLUMNS.has(c) || c.endsWith("_id"))) {
    gone.throwIfAborted();
    const ids = await rowsOf<{id: string}>(db, `select distinct cast(${quoted(c)} as varchar) as id from ${quoted(s)}.${quoted(t)} where ${quoted(c)} is not null`);
    for (const [i, {id}] of ids.entries()) {
      if (i % piece === piece - 1) await setImmediate();
      if (pseudonyms.of(id) === wanted) return {id, child: c === "child_id"};
    }
  }
  return null;
}
