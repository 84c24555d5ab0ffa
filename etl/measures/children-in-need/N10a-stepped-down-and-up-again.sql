/*---
id: N10a
title: Stepped down and up again
question: Do child protection plans end too early?
numerator: Step-downs followed by another child protection plan or by care within 12 months
denominator: Child protection plans that ended at least 12 months ago, the child not on another nor looked after on that day
kind: percentage
good: low
unit: percent
limit: step_up_again_months
comparator: none
sources: ["local placeholder: within 12 months"]
findings: [D-A2]
requires: [cp_plan.started_on, cp_plan.ended_on]
breakdowns: [team, locality, age_band, sex, ethnicity, category]
category: {label: What followed, list: case_status}
---*/
with down as (
  select *, cast(ended_on + to_months(limit_on('step_up_again_months', ended_on)) as date) as due_on
  from journey.cp_plan
  where gone_to in ('cin_plan', 'open_assessment', 'closed')
),
up as (
  select child_id, started_on, min(rank) as rank from journey.case_part where status in ('cp_plan', 'looked_after') group by all
)
select
  d.case_id, d.child_id, d.due_on as counted_on, d.due_on, u.started_on as done_on, d.team, d.gone_to as category,
  u.started_on is not null and u.started_on <= d.due_on as met,
  date_diff('day', d.ended_on, u.started_on) as value,
  'stepped down ' || strftime(d.ended_on, '%d %B %Y')
    || case when u.started_on is null then '; not up again'
            when u.rank = 1 then '; came into care ' || strftime(u.started_on, '%d %B %Y')
            else '; child protection plan again ' || strftime(u.started_on, '%d %B %Y') end as reason
from down d
asof left join up u on u.child_id = d.child_id and u.started_on > d.ended_on
where d.due_on <= as_at();
