/*---
id: N4b
title: Children in need seen alone
question: Is each child in need seen on their own, and heard?
numerator: Visit windows in which the child was seen alone
denominator: Visit windows of children on a plan that have expired
kind: percentage
good: high
unit: percent
limit: cin_visit_working_days
day_count: in_time
sources: ["local placeholder: 20 working days"]
findings: [O-S4]
requires: [cin_plan.started_on, visit.visited_on, visit.child_seen, visit.seen_alone]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, from_on as clock_on, due_on, seen_on as done_on, team,
  coalesce(seen_alone, false) as met,
  working_days(from_on, seen_on) as value,
  case when seen_alone then 'seen alone ' || strftime(seen_on, '%d %B %Y')
       when seen_on is not null then 'seen ' || strftime(seen_on, '%d %B %Y') || ', alone not recorded'
       else 'not seen by ' || strftime(due_on, '%d %B %Y') || ' after ' || since end as reason
from journey.visit_window
where due_on <= as_at();
