/*---
id: R1
title: Re-referrals within 12 months
question: How often does a child come back within a year?
numerator: Referrals with an earlier referral of the same child in the 12 months before
denominator: Referrals received
kind: percentage
good: low
unit: percent
sources: [DfE Characteristics of children in need 2025]
look_back_months: 12
findings: [O-A5, F-A2, M-1]
requires: [referral.referral_date]
breakdowns: [source, need, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, referral_date as counted_on, source, need, team,
  -- twelve calendar months; 29 February plus twelve months is 28 February
  coalesce(referral_date <= previous_referral_date + to_months(limit_on('rereferral_months', referral_date)), false) as met,
  date_diff('day', previous_referral_date, referral_date) as value,
  case when previous_referral_date is null then 'no earlier referral on record'
       else 'previous referral ' || strftime(previous_referral_date, '%d %B %Y') end as reason
from journey.referral;
