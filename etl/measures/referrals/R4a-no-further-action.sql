/*---
id: R4a
title: Referrals with no further action
question: How many referrals do we take no further?
numerator: Referrals with no further action
denominator: Referrals received
kind: percentage
good: neutral
unit: percent
comparator: no_further_action_percent
sources: [DfE Characteristics of children in need 2025]
findings: []
requires: [referral.referral_date, referral.no_further_action]
breakdowns: [source, need, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, referral_date as counted_on, source, need, team,
  no_further_action as met,
  case when no_further_action then 'no further action' else 'taken further' end as reason
from journey.referral;
