/*---
id: N7
title: Drift without a senior review
question: Which children have been in need for long without a senior manager looking at why?
numerator: Children with no senior review in the last 90 days, or ever
denominator: Children on a child-in-need plan for more than nine months without a break
kind: snapshot
good: low
unit: percent
limit: drift_review_days
sources: ["local placeholder: a senior review every 90 days after 9 months"]
findings: [O-A2, D-A3]
requires: [cin_plan.started_on, management_oversight.occurred_at, management_oversight.kind]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
with senior as (
  select distinct o.child_id, cast(o.occurred_at as date) as held_on
  from records.management_oversight o
  join reference.oversight_kind k on k.code = o.kind and k.is_senior_review
  where not o.withdrawn
),
long as (
  select p.day, n.*
  from journey.period_end p
  join journey.in_need n on n.started_on + to_months(limit_on('drift_months', p.day)) < p.day and coalesce(n.ended_on, date '9999-12-31') > p.day
)
select
  l.child_id || '/' || l.started_on as case_id, l.child_id, l.day as counted_on, l.team, s.status as case_status,
  r.held_on is null or r.held_on <= l.day - limit_on('drift_review_days', l.day) as met,
  date_diff('day', l.started_on, l.day) as value,
  'in need since ' || strftime(l.started_on, '%d %B %Y')
    || case when r.held_on is null then '; no senior review on record' else '; last senior review ' || strftime(r.held_on, '%d %B %Y') end as reason
from long l
join journey.case_status s on s.child_id = l.child_id and s.from_on <= l.day and s.to_on > l.day
asof left join senior r on r.child_id = l.child_id and r.held_on <= l.day;
