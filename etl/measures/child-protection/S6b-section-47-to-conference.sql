/*---
id: S6b
title: Section 47 enquiries followed by an initial conference
question: How often does a section 47 enquiry lead to a conference?
numerator: Section 47 enquiries with an initial conference held, or with that outcome
denominator: Section 47 enquiries begun
kind: percentage
good: neutral
unit: percent
comparator: section_47_to_icpc_percent
sources: [DfE Characteristics of children in need 2025]
findings: [M-1]
requires: [section_47.started_on, conference.held_on | section_47.icpc_held_on | section_47.outcome]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, started_on as counted_on, conference_on as done_on, team,
  conference_on is not null or not not_needed and outcome is not distinct from 'icpc' as met,
  case when conference_on is not null then 'conference ' || strftime(conference_on, '%d %B %Y')
       when not not_needed and outcome = 'icpc' then 'conference decided on, none held yet' else 'no conference' end as reason
from journey.section_47;
