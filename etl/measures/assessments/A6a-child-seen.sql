/*---
id: A6a
title: Child seen in the assessment
question: Was the child seen?
numerator: Assessments in which the child was seen
denominator: Assessments completed, child born
kind: percentage
good: high
unit: percent
sources: [Working Together to Safeguard Children 2023, "local placeholder: every child seen"]
findings: [O-S4, F-A5, P-S4]
requires: [assessment.authorised_on, assessment.child_seen | assessment.child_seen_on | assessment.seen_alone]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, authorised_on as counted_on, child_seen_on as done_on, source, need, team,
  -- the flag stands where there is one; else a day by the end of the assessment, or being seen alone, says it
  coalesce(child_seen, coalesce(child_seen_on <= authorised_on, false) or coalesce(seen_alone, false)) as met,
  case when coalesce(child_seen, coalesce(child_seen_on <= authorised_on, false) or coalesce(seen_alone, false))
         then 'child seen' || case when child_seen_on is not null then ' ' || strftime(child_seen_on, '%d %B %Y') else '' end
       when child_seen is null and child_seen_on is null and seen_alone is null then 'not recorded whether the child was seen'
       when child_seen is null and child_seen_on > authorised_on then 'seen only after the assessment'
       else 'child not seen' end as reason
from journey.completed_assessment
where date_of_birth is null or date_of_birth <= authorised_on;
