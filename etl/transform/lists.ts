// The cases behind counts that are no measure's: the funnel, the moves between case statuses, limits that fall due. It counts nothing and judges nothing.
import {literal} from "../duckdb.ts";
import {dueWithin, listNamed} from "../../src/components/lists.ts";

/** What a list of limits is made of, as `dueCounts` counts them. */
const due = (step: string, which: string) => `select case_id, child_id, as_at() as counted_on, since_on as clock_on, due_on, team,
    'since ' || strftime(since_on, '%d %B %Y') || ', due ' || strftime(due_on, '%d %B %Y') as reason
  from journey.next_limit where step = ${literal(step)} and ${which === "overdue" ? "overdue" : `not overdue and days_left <= ${dueWithin}`}`;

const contacts = (step: string, recent: boolean) => `select case_id, child_id, received_on as counted_on, team, source, case_status, need, disability as category,
    'received ' || strftime(received_on, '%d %B %Y') || case when referral_date is null then '; no referral' else '; referral ' || strftime(referral_date, '%d %B %Y') end as reason
  from journey.cohort_contact left join (select case_id, min(source) as source from journey.contact group by case_id) using (case_id) where ${step === "all" ? "true" : recent ? `${step}_pending` : step}`;

const moves = (which: string) => `select m.child_id || '/' || m.moved_on as case_id, m.child_id, m.moved_on as counted_on, m.team, m.need, m.direction as category,
    case when m.direction = 'down' then m.again end as met,
    'from ' || lower(coalesce(a.label, m.from_status)) || ' to ' || lower(coalesce(b.label, m.to_status)) as reason
  from journey.status_move m left join reference.case_status a on a.code = m.from_status left join reference.case_status b on b.code = m.to_status
  where ${which}`;

/** Strategy meetings by what became of one agency, as `meetingCells` counts them. */
const WHICH_MEETINGS: Record<string, string> = {
  invited: "coalesce(a.invited, false)",
  attended: "coalesce(a.attended, false)",
  came: "coalesce(a.invited and a.attended, false)",
  absent: "coalesce(a.invited and not a.attended, false)",
  uninvited: "not coalesce(a.invited, false)"
};
const meetings = (agency: string, which: string) => `select m.meeting_id as case_id, m.child_id, cast(m.held_at as date) as counted_on, m.team, ${literal(agency)} as agency, case when m.case_open then 'open' else 'new' end as case_status,
    case when a.invited then case when a.attended then 'invited, was there' when a.information_only then 'invited, sent information only' when a.apologies then 'invited, sent apologies' when a.absent then 'invited, was absent' else 'invited, attendance not recorded' end
         when a.attended then 'not invited, was there' else 'not invited' end as reason
  from journey.strategy_meeting m left join journey.strategy_attendance a on a.meeting_id = m.meeting_id and a.agency = ${literal(agency)}
  where ${WHICH_MEETINGS[which]!}`;

/**
 * SQL of the rows of a list (see src/components/lists.ts), with the columns of a measure's view; null where there is none of that id.
 * Only ids that `listNamed` knows reach the text of a statement.
 */
export function listRows(id: string): string | null {
  if (!listNamed(id)) return null;
  const [kind, a = "", b] = id.split(".");
  const rows =
    kind === "contacts" ? contacts(a, b === "recent")
    : kind === "moves" ? moves(a === "all" ? "true" : a === "back" ? "m.direction = 'down' and m.again" : `m.from_status = ${literal(a)} and m.to_status = ${literal(b!)}`)
    : kind === "meetings" ? meetings(a, b!)
    : due(a, kind!);
  return `(select m.*, c.locality, age_band_of(age_at(c.date_of_birth, m.counted_on)) as age_band, c.sex, c.ethnicity
    from (select * from measure.no_case union all by name (${rows})) m left join journey.child c on c.child_id = m.child_id)`;
}
