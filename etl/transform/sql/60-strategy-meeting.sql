-- Distinct strategy meetings that were held, and who was there. Attendance counts meetings; a meeting about siblings is one meeting.
create table journey.strategy_meeting as
with of_child as (
  select s.meeting_id, s.child_id, s.triggered_at, s.held_at, s.team,
    coalesce(s.case_open, exists (
      select 1 from journey.referral r
      where r.child_id = s.child_id and r.referral_date < cast(coalesce(s.triggered_at, s.held_at) as date)
        and (r.closed_on is null or r.closed_on > cast(coalesce(s.triggered_at, s.held_at) as date)))) as case_open
  from records.strategy_meeting s
  where not s.withdrawn
)
select meeting_id, min(child_id) as child_id, count(*) as children, min(triggered_at) as triggered_at, min(held_at) as held_at,
  bool_or(case_open) as case_open, min(team) as team
from of_child
group by meeting_id
having min(held_at) is not null and cast(min(held_at) as date) <= as_at();

-- One row a meeting and agency, in the first level of agencies (a GP and a school nurse are both health).
create table journey.strategy_attendance as
select
  m.meeting_id, split_part(a.agency, '.', 1) as agency,
  -- someone who was there was asked, where the record does not say
  bool_or(coalesce(a.invited, t.counts_as_attended, false)) as invited,
  bool_or(coalesce(t.counts_as_attended, false)) as attended,
  bool_or(coalesce(t.counts_as_present_for_decision, false)) as present_for_decision,
  bool_or(coalesce(a.attended = 'information_only', false)) as information_only,
  bool_or(coalesce(a.attended = 'apologies', false)) as apologies,
  bool_or(coalesce(a.attended = 'absent', false)) as absent
from journey.strategy_meeting m
join records.meeting_attendance a on a.meeting_id = m.meeting_id and a.meeting_type = 'strategy' and not a.withdrawn
left join reference.attendance t on t.code = a.attended
group by all;
