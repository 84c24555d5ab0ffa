/*---
id: N10b
title: Second or later child protection plan
question: How many children come to need another child protection plan?
numerator: Plans of children who had been on one before, ever
denominator: Child protection plans that began
kind: percentage
good: low
unit: percent
comparator: second_plan_percent
sources: [DfE Characteristics of children in need 2025]
findings: [D-A2]
requires: [cp_plan.started_on, cp_plan.previous_plans]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
with plans as (
  select *, lag(started_on) over (partition by child_id order by started_on) as previous_on from journey.cp_plan
)
select
  case_id, child_id, started_on as counted_on, team,
  coalesce(previous_plans, 0) > 0 or previous_on is not null as met,
  previous_plans as value,
  case when previous_on is not null then 'earlier plan ' || strftime(previous_on, '%d %B %Y')
       when previous_plans > 0 then 'earlier plans: ' || previous_plans
       when previous_plans is null then 'no earlier plan on record; number of earlier plans not recorded'
       else 'first plan' end as reason
from plans;
