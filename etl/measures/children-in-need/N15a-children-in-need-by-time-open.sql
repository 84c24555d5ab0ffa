/*---
id: N15a
title: Children in need by time open
question: How long have the children in need of today been in need?
numerator: Open children in need
denominator: Open children in need
kind: snapshot
good: neutral
unit: children
category: {label: Time open}
sources: [DfE Characteristics of children in need 2025]
findings: []
requires: [referral.referral_date, referral.closed_on]
breakdowns: [category, case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  child_id || '/' || started_on as case_id, child_id, day as counted_on, status as case_status, band as category, team,
  true as met,
  date_diff('day', started_on, day) as value,
  'open since ' || strftime(started_on, '%d %B %Y') as reason
from journey.open_by_time;
