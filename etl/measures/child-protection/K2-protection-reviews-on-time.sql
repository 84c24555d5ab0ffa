/*---
id: K2
title: Child protection reviews on time
question: Are protection plans reviewed when they should be?
numerator: First reviews held within 3 months of the conference, later ones within 6 months of the one before
denominator: Reviews due while the plan ran, or held before it ended
kind: percentage
good: high
unit: percent
limit: cp_review_months
sources: [Working Together to Safeguard Children 2023]
findings: []
requires: [conference.type, conference.held_on, cp_plan.started_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
with starts as (
  select case_id, child_id, team, ended_on, started_on as from_on, true as is_first from journey.protection_plan
  union
  select p.case_id, p.child_id, p.team, p.ended_on, c.held_on, false
  from journey.protection_plan p
  join journey.conference c on c.child_id = p.child_id and c.type = 'review' and c.held_on > p.started_on and (p.ended_on is null or c.held_on <= p.ended_on)
),
due as (
  select *, lead(from_on) over (partition by case_id order by from_on) as next_on,
    cast(from_on + to_months(case when is_first then limit_on('cp_first_review_months', from_on) else limit_on('cp_review_months', from_on) end) as date) as due_on
  from starts
)
select
  case_id || '/' || from_on as case_id, child_id, due_on as counted_on, due_on, next_on as done_on, team,
  coalesce(next_on <= due_on, false) as met,
  date_diff('day', from_on, next_on) as value,
  case when is_first then 'first review after ' else 'review after ' end || strftime(from_on, '%d %B %Y')
    || case when next_on is null then ': not held; was due ' || strftime(due_on, '%d %B %Y') else ': held ' || strftime(next_on, '%d %B %Y') end as reason
from due
where due_on <= as_at() and (ended_on is null or due_on < ended_on or next_on is not null);
