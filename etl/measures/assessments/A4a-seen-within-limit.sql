/*---
id: A4a
title: Children seen in time after referral
question: Are children seen soon enough after a referral?
numerator: Accepted referrals whose child was seen within the limit
denominator: Accepted referrals whose limit has expired, seen or not
kind: percentage
good: high
unit: percent
limit: child_seen_working_days
day_count: in_time
sources: ["local placeholder: 5 working days, 10 as the outer limit"]
findings: [F-A5]
requires: [referral.referral_date, assessment.child_seen_on | visit.visited_on]
breakdowns: [team, need, source, locality, age_band, sex, ethnicity]
---*/
with due as (
  select *, add_working_days(referral_date, limit_on('child_seen_working_days', referral_date)) as due_on
  from journey.seen
)
select
  case_id, child_id, due_on as counted_on, referral_date as clock_on, due_on, seen_on as done_on, source, need, team,
  seen_on is not null and working_days(referral_date, seen_on) <= limit_on('child_seen_working_days', referral_date) as met,
  working_days(referral_date, seen_on) as value,
  case when seen_on is null then 'not seen; was due ' || strftime(due_on, '%d %B %Y')
       else 'seen ' || working_days(referral_date, seen_on) || ' working days after the referral' end as reason
from due
where due_on <= as_at()
  and (seen_on is null or seen_on >= referral_date);
