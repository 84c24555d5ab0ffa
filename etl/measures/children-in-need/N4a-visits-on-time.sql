/*---
id: N4a
title: Child-in-need visits on time
question: Are children in need visited as often as they should be?
numerator: Visit windows in which the child was seen
denominator: Visit windows of children on a plan that have expired
kind: percentage
good: high
unit: percent
limit: cin_visit_working_days
day_count: in_time
sources: ["local placeholder: 20 working days; more than 6 weeks is marked"]
findings: [F-A5, O-S4, M-8]
requires: [cin_plan.started_on, visit.visited_on, visit.child_seen]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, from_on as clock_on, due_on, seen_on as done_on, team,
  seen_on is not null as met,
  working_days(from_on, seen_on) as value,
  case when seen_on is not null then 'seen ' || working_days(from_on, seen_on) || ' working days after ' || since
       when due_on > from_on + 7 * limit_on('cin_visit_outer_weeks', from_on) then 'not seen for more than ' || limit_on('cin_visit_outer_weeks', from_on) || ' weeks after ' || since
       else 'not seen by ' || strftime(due_on, '%d %B %Y') || ' after ' || since end as reason
from journey.visit_window
where due_on <= as_at();
