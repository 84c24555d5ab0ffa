/*---
id: A1b
title: Reassessments within 45 working days
question: Are later assessments of an open case finished in time?
numerator: Reassessments authorised within 45 working days of their own start
denominator: Reassessments whose 45-working-day limit has expired, unfinished ones included
kind: percentage
good: high
unit: percent
comparator: none
limit: assessment_working_days
day_count: in_time
sources: [Working Together to Safeguard Children 2023]
findings: []
requires: [assessment.started_on, assessment.authorised_on, referral.referral_date]
breakdowns: [source, need, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, own_due_on as counted_on, started_on as clock_on, own_due_on as due_on, authorised_on as done_on, source, need, team,
  coalesce(days <= limit_on('assessment_working_days', started_on), false) as met,
  days as value,
  case when authorised_on is null then 'not authorised; was due ' || strftime(own_due_on, '%d %B %Y')
       else 'authorised ' || days || ' working days after its start' end as reason
from journey.assessment_case
where nth > 1 and referral_date is not null and own_due_on <= as_at()
  and (authorised_on is null or authorised_on >= started_on);
