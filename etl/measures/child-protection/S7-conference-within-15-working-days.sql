/*---
id: S7
title: Initial conference within 15 working days
question: Are initial conferences held in time?
numerator: Initial conferences held within 15 working days of the strategy discussion that began the enquiry, else of its start
denominator: Section 47 enquiries leading to a conference, held or asked for, whose limit has expired; transfer-in conferences are in S13
kind: percentage
good: high
unit: percent
completed_as: S7b
limit: icpc_working_days
day_count: in_time
sources: [Working Together to Safeguard Children 2023]
findings: [D-S4, FV-2]
requires: [section_47.started_on, conference.held_on | section_47.icpc_held_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, clock_on, due_on, conference_on as done_on, team,
  conference_on is not null and days <= limit_on('icpc_working_days', clock_on) as met,
  days as value,
  case when conference_on is null then 'no conference held; was due ' || strftime(due_on, '%d %B %Y')
       else 'held ' || days || ' working days after ' || strftime(clock_on, '%d %B %Y') end as reason
from journey.section_47
where leads_to_conference and due_on <= as_at()
  and (conference_on is null or conference_on >= clock_on);
