/*---
id: A5
title: Children not yet seen, past the limit
question: Who is waiting to be seen longer than they should?
numerator: Open accepted referrals past the limit whose child has not been seen
denominator: Open accepted referrals
kind: snapshot
good: low
unit: referrals
limit: child_seen_working_days
day_count: overdue
sources: ["local placeholder: 5 working days, 10 as the outer limit"]
findings: [F-A5]
requires: [referral.referral_date, assessment.child_seen_on | visit.visited_on]
breakdowns: [team, need, source, locality, age_band, sex, ethnicity]
---*/
with open_then as (
  select p.day, s.*, add_working_days(s.referral_date, limit_on('child_seen_working_days', s.referral_date)) as due_on
  from journey.period_end p
  join journey.seen s on s.referral_date <= p.day and (s.closed_on is null or s.closed_on > p.day)
)
select
  case_id, child_id, day as counted_on, referral_date as clock_on, due_on, case when seen_on <= day then seen_on end as done_on, source, need, team,
  due_on <= day and (seen_on is null or seen_on > day) as met,
  working_days(referral_date, day) as value,
  case when seen_on <= day then 'seen ' || strftime(seen_on, '%d %B %Y')
       when due_on <= day and working_days(due_on, day) = 0 then 'not seen by the last day of the limit'
       when due_on <= day then 'not seen, ' || working_days(due_on, day) || ' working days past the limit'
       else 'not seen, not yet due' end as reason
from open_then;
