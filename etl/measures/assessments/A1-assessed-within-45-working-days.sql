/*---
id: A1
title: Assessed within 45 working days of referral
question: Are assessments finished in time, counted from the referral?
numerator: First assessments authorised within 45 working days of the referral
denominator: Referrals with an assessment, whose 45-working-day limit has expired
kind: percentage
good: high
unit: percent
completed_as: A2a
limit: assessment_working_days
day_count: in_time
sources: [Working Together to Safeguard Children 2023]
findings: []
requires: [referral.referral_date, assessment.started_on, assessment.authorised_on]
breakdowns: [source, need, team, locality, age_band, sex, ethnicity]
---*/
with due as (
  select r.case_id, r.child_id, r.referral_date, r.source, r.need, coalesce(a.team, r.team) as team, a.authorised_on,
    add_working_days(r.referral_date, limit_on('assessment_working_days', r.referral_date)) as due_on
  from journey.assessment a
  join journey.referral r on r.child_id = a.child_id and r.referral_date = a.referral_date
  where a.nth = 1
)
select
  case_id, child_id, due_on as counted_on, referral_date as clock_on, due_on, authorised_on as done_on, source, need, team,
  authorised_on is not null and working_days(referral_date, authorised_on) <= limit_on('assessment_working_days', referral_date) as met,
  working_days(referral_date, authorised_on) as value,
  case when authorised_on is null then 'not authorised; was due ' || strftime(due_on, '%d %B %Y')
       else 'authorised ' || working_days(referral_date, authorised_on) || ' working days after the referral' end as reason
from due
where due_on <= as_at()
  and (authorised_on is null or authorised_on >= referral_date);
