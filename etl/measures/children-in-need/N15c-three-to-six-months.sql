/*---
id: N15c
title: "Children in need: open 3 to 6 months"
question: What share of the children in need of today has been in need for three to six months?
numerator: Children open 3 to 6 months
denominator: Open children in need
kind: snapshot
good: neutral
unit: percent
comparator: cin_open_3_to_6_months_percent
sources: [DfE Characteristics of children in need 2025]
findings: []
requires: [referral.referral_date, referral.closed_on]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  child_id || '/' || started_on as case_id, child_id, day as counted_on, status as case_status, team,
  band = '3 to 6 months' as met,
  date_diff('day', started_on, day) as value,
  'open since ' || strftime(started_on, '%d %B %Y') as reason
from journey.open_by_time;
