// The same cases under the other working-day count. The published figures use day 0 (start excluded, end included); where the first day is
// counted as day 1, as a spreadsheet's NETWORKDAYS does, a limit ends one working day sooner. Changes no published figure.
import {literal, rowOf, rowsOf, type Db} from "../duckdb.ts";
import {lastSnapshot, monthEnd, type Span} from "./cases.ts";
import {caseView, type Measure} from "./measures.ts";

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
  const one = (m: Measure) => {
    const when = m.kind === "snapshot" ? `counted_on = date ${literal(snapshot)}` : `counted_on between date ${literal(`${span.from}-01`)} and ${monthEnd(span.to)}`;
    const many = m.counts === "child" ? "count(distinct child_id)" : "count(*)";
    return `select ${literal(m.id)} as id, ${many} as denominator, ${many} filter (met) as numerator, ${many} filter (${OTHER[m.day_count!]}) as other
      from (select v.child_id, v.met, v.done_on, due.count - case when start.working then 1 else 0 end as last, ended.count as done, snap.count as seen
        from ${caseView(m.id)} v
        left join journey.calendar start on start.day = v.clock_on
        left join journey.calendar due on due.day = v.due_on
        left join journey.calendar ended on ended.day = v.done_on
        left join journey.calendar snap on snap.day = v.counted_on
        where ${when} and v.counted_on <= as_at())`;
  };
  const rows = await rowsOf<DayCounts>(db, counted.map(one).join(" union all "));
  return counted.map((m) => rows.find((r) => r.id === m.id)!);
}
