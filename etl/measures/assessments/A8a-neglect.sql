/*---
id: A8a
title: Neglect found in assessments
question: How often do assessments find neglect?
numerator: Assessments with the factor neglect
denominator: Assessments completed with factors
kind: percentage
good: neutral
unit: percent
comparator: factor_neglect_percent
sources: ["DfE Characteristics of children in need, table C3, which counts episodes"]
findings: [O-A3, F-S2, F-A2, M-1]
requires: [assessment.authorised_on, assessment.factors]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, authorised_on as counted_on, source, need, team,
  neglect as met,
  case when neglect then 'the factor was found' else 'other factors only' end as reason
from journey.completed_assessment
where has_factors;
