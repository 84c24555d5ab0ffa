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
select
  r.case_id, r.child_id, p.day as counted_on, r.source, r.need, r.team,
  a.child_id is null as met,
  date_diff('day', r.referral_date, p.day) as value,
  case when a.child_id is not null then 'has an allocated worker'
       when r.allocated_on <= p.day then 'had an allocated worker from ' || strftime(r.allocated_on, '%d %B %Y') || ', has none now'
       else 'no allocated worker since the referral of ' || strftime(r.referral_date, '%d %B %Y') end as reason
from journey.period_end p
join journey.referral_allocated r on r.referral_date <= p.day and (r.closed_on is null or r.closed_on > p.day)
-- the spans of a child never touch, so one at most holds the day
left join journey.allocated a on a.child_id = r.child_id and a.started_on <= p.day and a.ended_on >= p.day;
