/*---
id: S7b
title: Initial conference within 15 working days, as DfE counts them
question: What share of the initial conferences we held came within 15 working days?
numerator: Initial conferences held within 15 working days of the start of the section 47 enquiry
denominator: Section 47 enquiries whose initial conference was held in the period
kind: percentage
good: high
unit: percent
limit: icpc_working_days
day_count: in_time
comparator: icpc_15_percent
completed_variant: true
sources: ["DfE Characteristics of children in need, which counts from the start of the enquiry"]
findings: []
requires: [section_47.started_on, conference.held_on | section_47.icpc_held_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, conference_on as counted_on, started_on as clock_on, add_working_days(started_on, limit_on('icpc_working_days', started_on)) as due_on, conference_on as done_on, team,
  days_of_enquiry <= limit_on('icpc_working_days', started_on) as met,
  days_of_enquiry as value,
  'held ' || days_of_enquiry || ' working days after the enquiry began' as reason
from journey.section_47
where conference_on >= started_on;
