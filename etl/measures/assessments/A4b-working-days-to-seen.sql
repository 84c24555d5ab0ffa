/*---
id: A4b
title: Working days until a child is seen
question: How long does a child wait to be seen after a referral?
numerator: Accepted referrals whose child has been seen
denominator: Accepted referrals whose limit has expired, seen or not
kind: duration
good: low
unit: working days
limit: child_seen_working_days
sources: ["local placeholder: 5 working days, 10 as the outer limit"]
findings: [F-A5]
requires: [referral.referral_date, assessment.child_seen_on | visit.visited_on]
breakdowns: [team, need, locality]
---*/
with due as (
  select *, add_working_days(referral_date, limit_on('child_seen_working_days', referral_date)) as due_on
  from journey.seen
)
select
  case_id, child_id, due_on as counted_on, due_on, seen_on as done_on, source, need, team,
  seen_on is not null as met,
  -- a child not yet seen stays in the curve until the case closed or the data end
  working_days(referral_date, coalesce(seen_on, least(as_at(), closed_on))) as value,
  case when seen_on is not null then 'seen ' || working_days(referral_date, seen_on) || ' working days after the referral'
       when closed_on <= as_at() then 'closed without being seen'
       else 'not seen yet' end as reason
from due
where due_on <= as_at()
  and (seen_on is null or seen_on >= referral_date)
  and (seen_on is not null or closed_on is null or closed_on >= referral_date);
