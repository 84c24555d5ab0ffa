/*---
id: A8d
title: Domestic abuse found in assessments
question: How often do assessments find domestic abuse, of the child, a parent or another?
numerator: Assessments with the factor domestic abuse of the child, a parent or another person
denominator: Assessments completed with factors
kind: percentage
good: neutral
unit: percent
sources: ["DfE Characteristics of children in need, table C3, which counts episodes"]
findings: [O-A3, F-S2, M-1]
requires: [assessment.authorised_on, assessment.factors]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, authorised_on as counted_on, source, need, team,
  domestic_abuse as met,
  case when domestic_abuse then 'the factor was found' else 'other factors only' end as reason
from journey.completed_assessment
where has_factors;
