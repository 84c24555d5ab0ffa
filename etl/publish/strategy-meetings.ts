// strategy-meetings.json: who was invited to strategy meetings and who came, agency by month. Counts only.
import {rowsOf, type Db} from "../duckdb.ts";
import {addMonths} from "../transform/cases.ts";
import type {PartManifest} from "../transform/part.ts";
import type {Reference} from "../transform/reference.ts";
import {groupLabel} from "./figures.ts";
import type {StrategyMeetingsFile} from "./published.ts";

/** The file of a whole authority. */
export async function strategyMeetings(db: Db, {part, reference}: {part: PartManifest; reference: Reference}): Promise<Omit<StrategyMeetingsFile, "disclosure" | "run">> {
  const missing = part.missing.S2a ?? [];
  if (missing.length) return {status: "not recorded", missing, agencies: [], cells: []};
  const cells = await meetingCells(db, part.asAt);
  const core = ["social_care", "police", "health"];
  const rank = (code: string) => (core.includes(code) ? core.indexOf(code) : core.length);
  const codes = [...new Set(cells.map((c) => c.agency))].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return {status: "ok", missing: [], agencies: codes.map((code) => ({code, label: groupLabel("agency", code, reference), core: core.includes(code)})), cells};
}

/**
 * Each agency's invitations and attendance in each of the last sixty months.
 * @param only SQL of the ids of the meetings to count; all unless said
 */
export function meetingCells(db: Db, asAt: string, only?: string): Promise<StrategyMeetingsFile["cells"]> {
  return rowsOf<StrategyMeetingsFile["cells"][number]>(
    db,
    `with meetings as (select meeting_id, strftime(held_at, '%Y-%m') as period, unnest(['all', case when case_open then 'open' else 'new' end]) as "caseStatus" from journey.strategy_meeting${only ? ` where meeting_id in (${only})` : ""}),
     agencies as (select distinct agency from journey.strategy_attendance union select unnest(['social_care', 'police', 'health'])),
     grid as (select a.agency, m.* from agencies a cross join meetings m)
     select g.agency, g.period, g."caseStatus", count(*) as meetings,
       count(*) filter (coalesce(t.invited, false)) as invited, count(*) filter (coalesce(t.attended, false)) as attended, count(*) filter (coalesce(t.invited and t.attended, false)) as came,
       count(*) filter (coalesce(t.information_only, false) and not t.attended) as "informationOnly",
       count(*) filter (coalesce(t.apologies, false) and not t.attended and not t.information_only) as apologies,
       count(*) filter (coalesce(t.absent, false) and not t.attended and not t.information_only and not t.apologies) as absent,
       count(*) filter (t.invited and not (t.attended or t.information_only or t.apologies or t.absent)) as "notRecorded"
     from grid g left join journey.strategy_attendance t on t.meeting_id = g.meeting_id and t.agency = g.agency
     where g.period >= $1 group by all order by all`,
    [addMonths(asAt.slice(0, 7), -59)]
  );
}
