/*---
id: R3
title: Referrals per 10,000 children
question: How many referrals are there for the number of children who live here?
numerator: Referrals received, at the rate of a year
denominator: Children aged 0 to 17
kind: rate
good: neutral
unit: per 10,000 children
rate: {per: 10000, of: population, over: year}
comparator: referral_rate
sources: [DfE Characteristics of children in need 2025]
findings: []
requires: [referral.referral_date]
breakdowns: [source, need, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, referral_date as counted_on, source, need, team,
  'referred ' || strftime(referral_date, '%d %B %Y') as reason
from journey.referral;
