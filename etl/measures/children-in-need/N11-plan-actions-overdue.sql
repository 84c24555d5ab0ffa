/*---
id: N11
title: Plan actions overdue
question: Is what was agreed in plans done when it should be?
numerator: Open actions past their due day
denominator: Open actions
kind: snapshot
good: low
unit: percent
sources: ["local standard: the due day written on each action"]
findings: [O-S6, O-A6, D-A3, L-A4]
requires: [plan_action.due_on, plan_action.closed_on]
breakdowns: [agency, team, locality, age_band, sex, ethnicity]
---*/
select
  a.case_id, a.child_id, p.day as counted_on, a.due_on, a.agency, a.team,
  a.due_on <= p.day as met,
  date_diff('day', a.due_on, p.day) as value,
  case when a.due_on <= p.day then 'was due ' else 'due ' end || strftime(a.due_on, '%d %B %Y') as reason
from journey.period_end p
join journey.plan_action a on a.from_on <= p.day and a.to_on > p.day;
