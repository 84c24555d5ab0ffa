/*---
id: A8c
title: Child's mental health found in assessments
question: How often do assessments find the child's mental health to be a factor?
numerator: Assessments with the factor the child's mental health
denominator: Assessments completed with factors
kind: percentage
good: neutral
unit: percent
comparator: factor_child_mental_health_percent
sources: ["DfE Characteristics of children in need, table C3, which counts episodes"]
findings: [O-S1, O-A3, F-S2, M-1]
requires: [assessment.authorised_on, assessment.factors]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, authorised_on as counted_on, source, need, team,
  child_mental_health as met,
  case when child_mental_health then 'the factor was found' else 'other factors only' end as reason
from journey.completed_assessment
where has_factors;
