/*---
id: A12
title: Neglect tool used
question: When an assessment finds neglect, was a neglect tool used?
numerator: Assessments with a neglect tool finished between the referral and the end of the assessment
denominator: Assessments completed with the neglect factor
kind: percentage
good: high
unit: percent
sources: ["local placeholder: a neglect tool such as the Graded Care Profile 2"]
findings: [F-A2]
requires: [assessment.authorised_on, assessment.factors, screening.tool, screening.completed_at]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
with assessed as (
  select *, coalesce(least(referral_date, started_on), started_on) as from_on
  from journey.completed_assessment
  where neglect
)
select
  a.case_id, a.child_id, a.authorised_on as counted_on, s.completed_on as done_on, a.source, a.need, a.team,
  coalesce(s.completed_on >= a.from_on, false) as met,
  case when s.completed_on >= a.from_on then 'neglect tool finished ' || strftime(s.completed_on, '%d %B %Y')
       when s.completed_on is not null then 'the last neglect tool was finished ' || strftime(s.completed_on, '%d %B %Y') || ', before the referral'
       else 'no neglect tool on record' end as reason
from assessed a
asof left join (
  select distinct child_id, completed_on from journey.screened where is_neglect
) s on s.child_id = a.child_id and s.completed_on <= a.authorised_on;
