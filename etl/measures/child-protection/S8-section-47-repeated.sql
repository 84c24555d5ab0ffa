/*---
id: S8
title: Section 47 repeated within 12 months
question: How often does a child have a second section 47 enquiry within a year?
numerator: Section 47 enquiries with an earlier one of the same child in the 12 months before
denominator: Section 47 enquiries begun
kind: percentage
good: low
unit: percent
limit: repeat_section_47_months
look_back_months: 12
sources: ["local placeholder: 12 months"]
findings: [F-A2]
requires: [section_47.started_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, started_on as counted_on, team,
  coalesce(started_on <= previous_started_on + to_months(limit_on('repeat_section_47_months', started_on)), false) as met,
  date_diff('day', previous_started_on, started_on) as value,
  case when previous_started_on is null then 'no earlier enquiry on record' else 'previous enquiry ' || strftime(previous_started_on, '%d %B %Y') end as reason
from journey.section_47;
