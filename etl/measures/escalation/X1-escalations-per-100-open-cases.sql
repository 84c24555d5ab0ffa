/*---
id: X1
title: Escalations per 100 open cases
question: Do agencies challenge each other when a plan does not move?
numerator: Escalations raised, those about brothers and sisters once
denominator: Children open to children's social care, the mean of the month ends
kind: rate
rate: {per: 100, of: open_cases, over: period}
good: neutral
unit: per 100 open cases
sources: ["Working Together to Safeguard Children 2023 asks for clear escalation policies; none raised in a quarter is a question to ask"]
findings: [O-A2, D-A8, L-A2, M-8]
requires: [escalation.raised_at, escalation.raised_by, cin_plan.started_on | cp_plan.started_on]
breakdowns: [agency, team, locality, age_band]
---*/
with raised as (
  select *, cast(raised_at as date) as raised_on from journey.escalation
  qualify row_number() over (partition by escalation_id order by raised_at, stage) = 1
)
select
  e.escalation_id as case_id, e.child_id, e.raised_on as counted_on, e.raised_by as agency, coalesce(e.team, o.team) as team,
  'raised at stage ' || e.stage || case when e.settled and e.resolved_at is not null and cast(e.resolved_at as date) <= as_at()
    then '; resolved ' || strftime(e.resolved_at, '%d %B %Y') else '; not resolved at that stage' end as reason
from raised e
asof left join journey.open_case o on o.child_id = e.child_id and o.started_on <= e.raised_on;
