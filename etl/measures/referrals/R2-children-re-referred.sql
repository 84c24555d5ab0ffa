/*---
id: R2
title: Children re-referred within 12 months
question: How many of the children referred had been referred in the year before?
numerator: Children with a re-referral in the period
denominator: Children referred in the period
kind: percentage
good: low
unit: percent
counts: child
sources: [DfE Characteristics of children in need 2025]
look_back_months: 12
findings: []
requires: [referral.referral_date]
breakdowns: [source, need, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, referral_date as counted_on, source, need, team,
  coalesce(referral_date <= previous_referral_date + to_months(limit_on('rereferral_months', referral_date)), false) as met,
  date_diff('day', previous_referral_date, referral_date) as value,
  case when previous_referral_date is null then 'no earlier referral on record'
       else 'previous referral ' || strftime(previous_referral_date, '%d %B %Y') end as reason
from journey.referral;
