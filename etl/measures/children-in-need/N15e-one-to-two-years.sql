/*---
id: N15e
title: "Children in need: open 1 to 2 years"
question: What share of the children in need of today has been in need for one to two years?
numerator: Children open 1 to 2 years
denominator: Open children in need
kind: snapshot
good: neutral
unit: percent
comparator: cin_open_1_to_2_years_percent
sources: [DfE Characteristics of children in need 2025]
findings: []
requires: [referral.referral_date, referral.closed_on]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  child_id || '/' || started_on as case_id, child_id, day as counted_on, status as case_status, team,
  band = '1 to 2 years' as met,
  date_diff('day', started_on, day) as value,
  'open since ' || strftime(started_on, '%d %B %Y') as reason
from journey.open_by_time;
