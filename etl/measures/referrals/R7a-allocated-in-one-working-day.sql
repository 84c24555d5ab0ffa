/*---
id: R7a
title: Allocated within one working day
question: Does an accepted referral get a named worker at once?
numerator: Accepted referrals with an allocated worker by the next working day
denominator: Accepted referrals whose limit has expired
kind: percentage
good: high
unit: percent
limit: allocation_working_days
day_count: in_time
sources: ["local placeholder: 1 working day"]
findings: [D-S4]
requires: [referral.referral_date, involvement.worker, involvement.started_on]
breakdowns: [team, source, need, locality, age_band]
---*/
select
  case_id, child_id, due_on as counted_on, referral_date as clock_on, due_on, allocated_on as done_on, source, need, team,
  coalesce(days <= limit_on('allocation_working_days', referral_date), false) as met,
  days as value,
  case when allocated_on is null then 'no allocated worker' || case when closed_on <= as_at() then '; closed ' || strftime(closed_on, '%d %B %Y') else '' end
       else 'allocated ' || days || ' working days after the referral' end as reason
from journey.referral_allocated
where due_on <= as_at();
