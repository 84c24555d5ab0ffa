/*---
id: A8b
title: Parental mental health found in assessments
question: How often do assessments find a parent's mental health to be a factor?
numerator: Assessments with the factor a parent's or carer's mental health
denominator: Assessments completed with factors
kind: percentage
good: neutral
unit: percent
comparator: factor_parental_mental_health_percent
sources: ["DfE Characteristics of children in need, table C3, which counts episodes"]
findings: [O-S1, O-A3, F-S2, M-1, M-4]
requires: [assessment.authorised_on, assessment.factors]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, authorised_on as counted_on, source, need, team,
  parental_mental_health as met,
  case when parental_mental_health then 'the factor was found' else 'other factors only' end as reason
from journey.completed_assessment
where has_factors;
