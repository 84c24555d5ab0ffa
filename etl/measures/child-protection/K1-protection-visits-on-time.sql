/*---
id: K1
title: Child protection visits on time
question: Are children on a protection plan seen as often as they should be?
numerator: Visit windows in which the child was seen
denominator: Visit windows of children on a plan that have expired
kind: percentage
good: high
unit: percent
limit: cp_visit_working_days
day_count: in_time
sources: ["local placeholder: every 10 working days"]
findings: []
requires: [cp_plan.started_on, visit.visited_on, visit.child_seen]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, from_on as clock_on, due_on, seen_on as done_on, team,
  seen_on is not null as met,
  days as value,
  case when seen_on is not null then 'seen ' || days || ' working days after ' || since
       else 'not seen by ' || strftime(due_on, '%d %B %Y') || ' after ' || since end as reason
from journey.protection_visit_window;
