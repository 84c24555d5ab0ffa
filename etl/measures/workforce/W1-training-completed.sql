/*---
id: W1
title: Training completed, by agency
question: Have the people who need the training had it?
numerator: Staff who completed the course
denominator: Staff in scope, in periods that are over
kind: percentage
counts: weight
good: high
unit: percent
sources: ["local standard to agree"]
findings: [O-S1, O-S5, L-S4, M-2]
requires: [training.completed, training.in_scope]
category: {label: Course, list: training_course}
breakdowns: [agency, category]
---*/
with trained as (
  select record_key, split_part(agency, '.', 1) as agency, course, period, period_last(period) as counted_on, completed, in_scope
  from records.training
  -- more trained than in scope is a fault
  where not withdrawn and completed between 0 and in_scope
)
select
  agency || '/' || course || '/' || period || '/' || record_key || case when met then '/completed' else '/not completed' end as case_id, cast(null as varchar) as child_id,
  counted_on, agency, course as category, met,
  case when met then completed else in_scope - completed end as value,
  case when met then completed || ' of ' || in_scope || ' staff completed the course, ' || period else in_scope - completed || ' of ' || in_scope || ' staff did not, ' || period end as reason
from trained, (values (true), (false)) as part(met)
where counted_on <= as_at() and case when met then completed else in_scope - completed end > 0;
