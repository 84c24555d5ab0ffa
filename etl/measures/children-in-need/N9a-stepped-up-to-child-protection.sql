/*---
id: N9a
title: Stepped up to child protection
question: How many children in need come to need a child protection plan?
numerator: Children for whom a child protection plan began in the month
denominator: Children on a child-in-need plan, and on no child protection plan, when the month began
kind: percentage
good: neutral
unit: percent
counts: child
sources: ["asked for by scrutiny; there is no published figure"]
findings: [D-A2]
requires: [cin_plan.started_on, cin_plan.ended_on, cp_plan.started_on, cp_plan.ended_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
with month as (
  select day, cast(date_trunc('month', day) as date) as first from journey.period_end
),
open_then as (
  select m.day, m.first, n.*
  from month m
  join journey.in_need n on n.started_on < m.first and coalesce(n.ended_on, date '9999-12-31') >= m.first
  anti join (select child_id, started_on, coalesce(ended_on, date '9999-12-31') as ended_on from journey.cp_plan) c
    on c.child_id = n.child_id and c.started_on < m.first and c.ended_on >= m.first
)
select
  o.child_id || '/' || o.started_on as case_id, o.child_id, o.day as counted_on, c.started_on as done_on, o.team,
  c.started_on is not null as met,
  working_days(o.started_on, c.started_on) as value,
  case when c.started_on is null then 'no child protection plan began' else 'child protection plan ' || strftime(c.started_on, '%d %B %Y') end as reason
from open_then o
left join (select child_id, started_on, last_day(started_on) as month from journey.cp_plan qualify row_number() over (partition by child_id, last_day(started_on) order by started_on) = 1) c
  on c.child_id = o.child_id and c.month = last_day(o.day);
