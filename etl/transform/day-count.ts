// The same cases under the other working-day count. The published figures use day 0 (start excluded, end included); where the first day is
// counted as day 1, as a spreadsheet's NETWORKDAYS does, a limit ends one working day sooner. Changes no published figure.
import {literal, rowOf, rowsOf, type Db} from "../duckdb.ts";
import {lastSnapshot, monthEnd, type Span} from "./cases.ts";
import {bareCaseView, type Measure} from "./measures.ts";

/** One measure's cases (or children, where it counts those) over a span: how many met it as published, and how many would if the first day counted as day 1. */
export interface DayCounts {
  id: string;
  denominator: number;
  numerator: number;
  /** Numerator under the other count. */
  other: number;
}

/**
 * What `met` would be. Days are told by their place in the running count of working days: `last` is the last day of the limit under the other
 * count, one sooner than the published one where the clock starts on a working day (a start at a weekend or on a holiday has the next working day
 * as day 1 under both), `done` the day on which it was done, `seen` the day of the snapshot.
 */
const OTHER: Record<NonNullable<Measure["day_count"]>, string> = {
  in_time: "met and coalesce(done <= last, true)",
  late: "met or coalesce(done > last, false)",
  overdue: "done_on is null and last <= seen",
  current: "last > seen"
};

/** The measures whose cases can be judged by the other count. */
export const dayCounted = (measures: Measure[]): Measure[] => measures.filter((m) => m.day_count !== null);

/**
 * Counts the cases of every measure with a limit in working days both ways, in one query.
 * @param span whole months; a snapshot measure stands for them by its last day
 * @returns in the order of the measures; denominators are the same under both counts, because the cases are
 */
export async function dayCounts(db: Db, measures: Measure[], span: Required<Span>): Promise<DayCounts[]> {
  const counted = dayCounted(measures);
  if (counted.length === 0) return [];
  // the day itself, and not a query for it: only then are the other days left out before they are worked out
  const {snapshot} = await rowOf<{snapshot: string | null}>(db, `select cast(${lastSnapshot(span)} as varchar) as snapshot`);
  if (snapshot === null) return [];
  const cases = counted.map((m, i) => {
    const when = m.kind === "snapshot" ? `counted_on = date ${literal(snapshot)}` : `counted_on between date ${literal(`${span.from}-01`)} and ${monthEnd(span.to)}`;
    return `select ${i} as nth, ${literal(m.day_count!)} as judged, ${m.counts === "child"} as by_child, child_id, met, clock_on, due_on, done_on, counted_on from ${bareCaseView(m.id)} where ${when} and counted_on <= as_at()`;
  });
  const other = `case judged ${Object.entries(OTHER).map(([judged, test]) => `when ${literal(judged)} then ${test}`).join(" ")} end`;
  const many = (test: string) => `count(*) filter (not by_child and (${test})) + count(distinct child_id) filter (by_child and (${test}))`;
  const rows = await rowsOf<DayCounts & {nth: number}>(
    db,
    `with counted as materialized (${cases.join(" union all ")})
     select nth, ${many("true")} as denominator, ${many("met")} as numerator, ${many(other)} as other
     from (select c.*, due.count - case when start.working then 1 else 0 end as last, ended.count as done, snap.count as seen
       from counted c
       left join journey.calendar start on start.day = c.clock_on
       left join journey.calendar due on due.day = c.due_on
       left join journey.calendar ended on ended.day = c.done_on
       left join journey.calendar snap on snap.day = c.counted_on)
     group by nth`
  );
  return counted.map(({id}, i) => {
    const {denominator, numerator, other} = rows.find((r) => r.nth === i) ?? {denominator: 0, numerator: 0, other: 0};
    return {id, denominator, numerator, other};
  });
}
