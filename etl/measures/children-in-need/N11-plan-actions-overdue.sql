/*---
id: N11
title: Plan actions overdue
question: Is what was agreed in plans done when it should be?
numerator: Open actions past their due day
denominator: Open actions
kind: snapshot
good: low
unit: percent
sources: ["local standard: the due day written on each action"]
findings: [O-S6, O-A6, D-A3, L-A4]
requires: [plan_action.due_on, plan_action.closed_on]
breakdowns: [agency, team, locality, age_band, sex, ethnicity]
---*/
with plans as (
  select child_id, started_on, min(team) as team
  from (select child_id, started_on, team from journey.in_need union all select child_id, started_on, team from journey.cp_plan)
  group by all
),
actions as (
  -- an action carries no day on which it was agreed: it counts from when it was recorded, else from the start of the plan it fell due in
  select a.action_id, a.child_id, a.due_on, a.closed_on, split_part(a.owner_agency, '.', 1) as agency, coalesce(a.team, p.team) as team,
    least(coalesce(cast(a.recorded_at as date), p.started_on, a.due_on), a.due_on) as from_on
  from records.plan_action a
  asof left join plans p on p.child_id = a.child_id and p.started_on <= a.due_on
  where not a.withdrawn
)
select
  a.action_id || '/' || a.child_id as case_id, a.child_id, p.day as counted_on, a.due_on, a.agency, a.team,
  a.due_on <= p.day as met,
  date_diff('day', a.due_on, p.day) as value,
  case when a.due_on <= p.day then 'was due ' else 'due ' end || strftime(a.due_on, '%d %B %Y') as reason
from journey.period_end p
join actions a on a.from_on <= p.day and (a.closed_on is null or a.closed_on > p.day);
