-- Child protection plans with their first core group and their visit windows. A plan starts at its conference.
create table journey.protection_plan as
with plans as (
  select child_id || '/' || started_on as case_id, child_id, started_on, case when ended_on <= as_at() then ended_on end as ended_on,
    lead(started_on) over (partition by child_id order by started_on) as next_started_on, team
  from records.cp_plan
  where not withdrawn and started_on <= as_at() and (ended_on is null or ended_on >= started_on)
),
core_group as (
  select child_id, held_on from records.cin_meeting where not withdrawn and type = 'core_group' and held_on <= as_at()
),
met_first as (
  select p.case_id, min(g.held_on) as held_on
  from plans p
  join core_group g on g.child_id = p.child_id and g.held_on >= p.started_on and (p.next_started_on is null or g.held_on < p.next_started_on)
  group by p.case_id
)
select p.* exclude (team), coalesce(p.team, o.team) as team,
  g.held_on as core_group_on, working_days(p.started_on, g.held_on) as days_to_core_group,
  -- a meeting log that holds no core group says nothing of them
  case when exists (from core_group) then add_working_days(p.started_on, limit_on('core_group_working_days', p.started_on)) end as core_group_due_on
from plans p
left join met_first g using (case_id)
left join journey.open_case o on o.child_id = p.child_id and o.started_on <= p.started_on and coalesce(o.ended_on, date '9999-12-31') > p.started_on;

-- A window runs for the limit from the start of the plan, or from the last day on which the child was seen, by a visit of any kind; a visit starts the
-- clock anew, and one that comes late leaves a missed window for each limit that passed. A window that the plan did not outlast does not count.
create table journey.protection_visit_window as
with seen as (
  select distinct child_id, visited_on from records.visit where not withdrawn and child_seen and visited_on <= as_at()
),
starts as (
  select case_id, child_id, team, coalesce(ended_on, date '9999-12-31') as ended_on, started_on as from_on, 'the plan began' as since from journey.protection_plan
  union all
  select p.case_id, p.child_id, p.team, coalesce(p.ended_on, date '9999-12-31'), s.visited_on, 'the last visit'
  from journey.protection_plan p
  join seen s on s.child_id = p.child_id and s.visited_on > p.started_on and (p.ended_on is null or s.visited_on < p.ended_on)
),
gaps as (
  select g.*, lead(from_on) over (partition by case_id order by from_on) as next_on, limit_on('cp_visit_working_days', from_on) as within, b.count as nth
  from starts g
  join journey.calendar b on b.day = g.from_on
),
passed as (
  -- a visit on the weekend after the last day is still within
  select g.*, e.count - g.nth as days, greatest(case when g.next_on is null then (e.count - g.nth) // g.within else (e.count - g.nth - 1) // g.within end, 0) as missed
  from gaps g
  join journey.calendar e on e.day = coalesce(g.next_on, least(g.ended_on - 1, as_at()))
),
windows as (
  select p.*, p.nth + p.within * unnest(generate_series(1, p.missed)) as due_nth, false as met from passed p
  union all
  select p.*, p.nth + p.within, true from passed p where missed = 0 and next_on is not null
)
select w.case_id || '/' || w.from_on as case_id, w.child_id, w.team, w.from_on, d.day as due_on, case when w.met then w.next_on end as seen_on, case when w.met then w.days end as days,
  w.since || ' ' || strftime(w.from_on, '%d %B %Y') as since
from windows w
join journey.working_day d on d.nth = w.due_nth
where d.day < w.ended_on and d.day <= as_at();
