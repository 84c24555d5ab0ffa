/*---
id: N15b
title: "Children in need: open under 3 months"
question: What share of the children in need of today has been in need for under three months?
numerator: Children open under 3 months
denominator: Open children in need
kind: snapshot
good: neutral
unit: percent
comparator: cin_open_under_3_months_percent
sources: [DfE Characteristics of children in need 2025]
findings: []
requires: [referral.referral_date, referral.closed_on]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  child_id || '/' || started_on as case_id, child_id, day as counted_on, status as case_status, team,
  band = 'Under 3 months' as met,
  date_diff('day', started_on, day) as value,
  'open since ' || strftime(started_on, '%d %B %Y') as reason
from journey.open_by_time;
