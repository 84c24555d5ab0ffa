/*---
id: R7b
title: Unallocated now
question: Which open cases have no named worker?
numerator: Open accepted referrals without an allocated worker
denominator: Open accepted referrals
kind: snapshot
good: low
unit: referrals
sources: ["local placeholder: none"]
findings: [D-S4]
requires: [referral.referral_date, involvement.worker, involvement.started_on]
breakdowns: [team, source, need, locality, age_band]
---*/
with open_then as (
  select p.day, r.case_id, r.child_id, r.referral_date, r.source, r.need, r.team
  from journey.period_end p
  join journey.referral_allocated r on r.referral_date <= p.day and (r.closed_on is null or r.closed_on > p.day)
),
held as (
  select o.*, a.started_on is not null and (a.ended_on is null or a.ended_on >= o.day) as is_held, a.ended_on
  from open_then o
  asof left join journey.allocated a on a.child_id = o.child_id and a.started_on <= o.day
)
select
  case_id, child_id, day as counted_on, source, need, team,
  not is_held as met,
  date_diff('day', referral_date, day) as value,
  case when is_held then 'has an allocated worker'
       when ended_on >= referral_date then 'without an allocated worker since ' || strftime(ended_on, '%d %B %Y')
       else 'no allocated worker since the referral of ' || strftime(referral_date, '%d %B %Y') end as reason
from held;
