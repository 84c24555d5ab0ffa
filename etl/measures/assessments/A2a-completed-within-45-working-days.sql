/*---
id: A2a
title: Assessments completed within 45 working days, as DfE counts them
question: What share of the assessments we finished took no more than 45 working days?
numerator: Assessments completed within 45 working days of their start
denominator: Assessments completed in the period
kind: percentage
good: high
unit: percent
limit: assessment_working_days
day_count: in_time
category: {label: Working days taken}
comparator: assessment_45_percent
completed_variant: true
sources: ["DfE Characteristics of children in need, table C2"]
findings: []
requires: [assessment.authorised_on, assessment.started_on]
breakdowns: [category, source, need, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, authorised_on as counted_on, started_on as clock_on, own_due_on as due_on,
  authorised_on as done_on, source, need, team,
  days <= limit_on('assessment_working_days', started_on) as met,
  days as value,
  -- the bands of table C2
  case when days = 0 then '0, the same day' when days <= 10 then '1 to 10' when days <= 20 then '11 to 20' when days <= 30 then '21 to 30' when days <= 40 then '31 to 40'
       when days <= 45 then '41 to 45' when days <= 50 then '46 to 50' when days <= 60 then '51 to 60' else '61 and over' end as category,
  'authorised ' || days || ' working days after its start' as reason
from journey.completed_assessment;
