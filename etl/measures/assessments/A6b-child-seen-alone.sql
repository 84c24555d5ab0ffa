/*---
id: A6b
title: Child seen alone in the assessment
question: Was the child seen without others in the room?
numerator: Assessments in which the child was seen alone
denominator: Assessments completed, child born
kind: percentage
good: high
unit: percent
sources: [Working Together to Safeguard Children 2023]
findings: [O-S4, P-S4, D-S3]
requires: [assessment.authorised_on, assessment.seen_alone]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, authorised_on as counted_on, source, need, team,
  coalesce(seen_alone, false) as met,
  case when seen_alone then 'seen alone' when seen_alone is null then 'not recorded whether the child was seen alone' else 'not seen alone' end as reason
from journey.completed_assessment
where date_of_birth is null or date_of_birth <= authorised_on;
