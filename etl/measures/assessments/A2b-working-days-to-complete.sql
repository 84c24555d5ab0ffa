/*---
id: A2b
title: Working days to complete an assessment, as DfE counts them
question: How long did the assessments we finished take?
numerator: Assessments completed in the period
denominator: Assessments completed in the period
kind: duration
good: low
unit: working days
limit: assessment_working_days
completed_variant: true
sources: ["DfE Characteristics of children in need, table C2"]
findings: []
requires: [assessment.authorised_on, assessment.started_on]
breakdowns: [source, need, team, locality, age_band]
---*/
select
  case_id, child_id, authorised_on as counted_on, own_due_on as due_on,
  authorised_on as done_on, source, need, team,
  true as met,
  days as value,
  'authorised ' || days || ' working days after its start' as reason
from journey.completed_assessment;
