/*---
id: R6
title: Where referrals come from
question: Who refers children to us?
numerator: Referrals by the group that their source belongs to
denominator: null
kind: count
good: neutral
unit: referrals
category: {label: Source group, list: source_group}
sources: [DfE Local Authority Interactive Tool]
findings: []
requires: [referral.source, referral.referral_date]
breakdowns: [category, source, need, team, locality, age_band, sex, ethnicity]
---*/
select
  r.case_id, r.child_id, r.referral_date as counted_on, r.source, r.need, r.team, s.source_group as category,
  'referred ' || strftime(r.referral_date, '%d %B %Y') as reason
from journey.referral r
left join reference.contact_source s on s.code = r.source;
