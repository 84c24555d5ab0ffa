-- Conferences, and section 47 enquiries with the strategy discussion that began each and the initial conference that each led to.
-- What is dated after the as-at date is not known yet. Of two records of one conference about one child the first by id counts.
create table journey.conference as
with counted as (
  select *
  from records.conference
  where not withdrawn
  qualify row_number() over (
    partition by child_id, type, held_on, case when held_on is null then coalesce(notified_on, due_on) end
    order by conference_id nulls last, record_key) = 1
)
select coalesce(c.conference_id || '/' || c.child_id, concat_ws('/', c.child_id, c.type, coalesce(c.held_on, c.notified_on, c.due_on))) as case_id,
  c.conference_id, c.child_id, c.type, c.notified_on, case when c.held_on <= as_at() then c.held_on end as held_on, c.outcome_plan, c.participation,
  coalesce(c.team, o.team) as team
from counted c
left join journey.open_case o on o.child_id = c.child_id and o.started_on <= coalesce(c.held_on, c.notified_on) and coalesce(o.ended_on, date '9999-12-31') >= coalesce(c.held_on, c.notified_on);

create table journey.section_47 as
with told as (
  select child_id || '/' || started_on as case_id, child_id, started_on, strategy_meeting_id, outcome, icpc_not_required,
    case when ended_on <= as_at() then ended_on end as ended_on,
    case when icpc_held_on <= as_at() then icpc_held_on end as icpc_held_on,
    lag(started_on) over child as previous_started_on, lead(started_on) over child as next_started_on, team
  from records.section_47
  where not withdrawn and started_on <= as_at()
  window child as (partition by child_id order by started_on)
),
said as (
  select t.*, coalesce(r.is_no_further_action, false) as no_further_action,
    -- an outcome other than a conference says that none is needed; an unknown word says nothing
    coalesce(t.icpc_not_required, false) or coalesce(r.code <> 'icpc', false) as not_needed
  from told t
  left join reference.section_47_outcome r on r.code = t.outcome
),
first_initial as (
  select t.case_id, min(c.held_on) as held_on
  from told t
  join journey.conference c on c.child_id = t.child_id and c.type = 'initial' and c.held_on >= t.started_on
  group by t.case_id
),
begun as (
  -- meetings that name the day on which the enquiry began
  select child_id, section_47_started_on as started_on, min(held_on) as held_on
  from journey.strategy_of_child
  where held_on is not null and section_47_started_on is not null
  group by all
),
seen as (
  select child_id, visited_on as seen_on from records.visit semi join told using (child_id) where not withdrawn and child_seen and visited_on <= as_at()
  union all
  select child_id, child_seen_on from records.assessment semi join told using (child_id) where not withdrawn and child_seen_on <= as_at()
),
first_seen as (
  select t.case_id, min(e.seen_on) as seen_on
  from told t
  join seen e on e.child_id = t.child_id and e.seen_on >= t.started_on
  group by t.case_id
),
linked as (
  select s.*, e.seen_on,
    -- the conference that the enquiry itself names, else the child's first from its start until the next enquiry
    coalesce(s.icpc_held_on, case when not s.not_needed and (s.next_started_on is null or i.held_on < s.next_started_on) then i.held_on end) as conference_on,
    coalesce(cast(m.held_at as date), b.held_on, s.started_on) as clock_on,
    coalesce(s.team, o.team) as case_team
  from said s
  left join first_initial i on i.case_id = s.case_id
  left join journey.strategy_meeting m on m.meeting_id = s.strategy_meeting_id
  left join begun b on b.child_id = s.child_id and b.started_on = s.started_on
  left join first_seen e on e.case_id = s.case_id
  left join journey.open_case o on o.child_id = s.child_id and o.started_on <= s.started_on and coalesce(o.ended_on, date '9999-12-31') > s.started_on
)
select linked.* exclude (team, case_team, icpc_held_on, icpc_not_required), case_team as team,
  -- leading to a conference: held, or asked for
  conference_on is not null or not not_needed and (outcome is not distinct from 'icpc' or icpc_not_required is not distinct from false) as leads_to_conference,
  case when limit_on('icpc_working_days', clock_on) = 0 then clock_on else due.day end as due_on,
  conferred.count - clock.count as days,
  -- as DfE counts: from the start of the enquiry
  conferred.count - started.count as days_of_enquiry,
  case when limit_on('child_seen_section_47_working_days', started_on) = 0 then started_on else seen_due.day end as seen_due_on,
  child_seen.count - started.count as days_to_seen
from linked
-- each day of the clocks looked up once: working days between two days, and the working day that is the n-th after one
left join journey.calendar clock on clock.day = clock_on
left join journey.calendar started on started.day = started_on
left join journey.calendar conferred on conferred.day = conference_on
left join journey.calendar child_seen on child_seen.day = seen_on
left join journey.working_day due on due.nth = clock.count + limit_on('icpc_working_days', clock_on)
left join journey.working_day seen_due on seen_due.nth = started.count + limit_on('child_seen_section_47_working_days', started_on);
