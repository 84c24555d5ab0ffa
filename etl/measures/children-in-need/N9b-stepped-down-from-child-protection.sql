/*---
id: N9b
title: Stepped down from child protection
question: How many child protection plans end, and what follows them?
numerator: Children whose child protection plan ended in the month, and who were neither on another nor looked after on that day
denominator: Children on a child protection plan when the month began
kind: percentage
good: neutral
unit: percent
counts: child
category: {label: What followed, list: case_status}
sources: ["asked for by scrutiny; there is no published figure"]
findings: [D-A2]
requires: [cin_plan.started_on, cin_plan.ended_on, cp_plan.started_on, cp_plan.ended_on]
breakdowns: [category, team, locality, age_band, sex, ethnicity]
---*/
with month as (
  select day, cast(date_trunc('month', day) as date) as first from journey.period_end
),
open_then as (
  select m.day, c.*, c.ended_on <= m.day as has_ended
  from month m
  join journey.cp_plan c on c.started_on < m.first and (c.ended_on is null or c.ended_on >= m.first)
)
select
  case_id, child_id, day as counted_on, case when has_ended then ended_on end as done_on, team,
  coalesce(has_ended and gone_to in ('cin_plan', 'open_assessment', 'closed'), false) as met,
  case when has_ended then gone_to else 'cp_plan' end as category,
  case when not coalesce(has_ended, false) then 'plan went on'
       else 'plan ended ' || strftime(ended_on, '%d %B %Y') || case gone_to when 'cin_plan' then ', then a plan as a child in need' when 'open_assessment' then ', case open without a plan'
         when 'closed' then ', case closed' when 'looked_after' then ', looked after' else ', another plan running' end end as reason
from open_then;
