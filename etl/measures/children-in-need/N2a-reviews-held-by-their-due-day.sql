/*---
id: N2a
title: Child-in-need reviews on time
question: Are child-in-need plans reviewed when they should be?
numerator: Reviews held by the day they were due
denominator: Child-in-need reviews that have fallen due
kind: percentage
good: high
unit: percent
limit: cin_review_weeks
sources: ["local standard: the due day written on each review or plan; first within 6 weeks, then every 12"]
findings: [O-A2, D-A3, D-A7, M-8]
requires: [cin_plan.started_on, cin_meeting.due_on | cin_plan.review_due_on, cin_meeting.held_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  child_id || '/' || due_on as case_id, child_id, due_on as counted_on, due_on, held_on as done_on, team,
  held_on is not null and held_on <= due_on as met,
  working_days(due_on, held_on) as value,
  case when held_on is null then 'not held; was due ' || strftime(due_on, '%d %B %Y')
       when held_on <= due_on then 'held ' || strftime(held_on, '%d %B %Y')
       else 'held ' || working_days(due_on, held_on) || ' working days late' end as reason
from journey.cin_review
where due_on <= as_at()
  -- where the plan ended first, no review was needed any more
  and (held_on is not null or in_need);
