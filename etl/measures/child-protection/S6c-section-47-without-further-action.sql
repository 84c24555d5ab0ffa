/*---
id: S6c
title: Section 47 enquiries with no further action
question: How often does a section 47 enquiry end without further action?
numerator: Section 47 enquiries whose outcome is no further action
denominator: Section 47 enquiries begun
kind: percentage
good: neutral
unit: percent
comparator: none
category: {label: Outcome, list: section_47_outcome}
sources: [Standard Safeguarding Dataset]
findings: [M-1]
requires: [section_47.started_on, section_47.outcome]
breakdowns: [category, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, started_on as counted_on, team, outcome as category,
  no_further_action as met,
  case when outcome is null then 'outcome not recorded' when no_further_action then 'no further action' else 'further action' end as reason
from journey.section_47;
