/*---
id: A7
title: Factors recorded in assessments
question: Does the assessment say what was found?
numerator: Assessments with at least one factor other than "no factors identified"
denominator: Assessments completed
kind: percentage
good: high
unit: percent
sources: ["DfE children in need census 2025 to 2026, rule 8897Q"]
findings: [F-S2]
requires: [assessment.authorised_on, assessment.factors]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, authorised_on as counted_on, source, need, team,
  has_finding as met,
  case when has_finding then 'factors recorded' when has_factors then 'only "no factors identified"' else 'no factor recorded' end as reason
from journey.completed_assessment;
