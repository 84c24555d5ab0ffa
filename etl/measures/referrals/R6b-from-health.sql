/*---
id: R6b
title: Referrals from health services
question: What share of referrals comes from health services?
numerator: Referrals from health services
denominator: Referrals received
kind: percentage
good: neutral
unit: percent
comparator: source_health_percent
sources: [DfE Local Authority Interactive Tool]
findings: []
requires: [referral.source, referral.referral_date]
breakdowns: [need, team, locality, age_band, sex, ethnicity]
---*/
select
  r.case_id, r.child_id, r.referral_date as counted_on, r.source, r.need, r.team,
  coalesce(s.source_group = 'health', false) as met,
  coalesce('from ' || s.label, 'source not recorded') as reason
from journey.referral r
left join reference.contact_source s on s.code = r.source;
