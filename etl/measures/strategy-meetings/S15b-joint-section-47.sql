/*---
id: S15b
title: Section 47 enquiries decided on jointly with the police
question: How many of the section 47 enquiries that strategy meetings begin are joint?
numerator: Strategy meetings that led to a joint section 47 enquiry
denominator: Children's strategy meetings held that led to a section 47 enquiry recorded as single or joint
kind: percentage
good: neutral
unit: percent
sources: [Working Together to Safeguard Children 2023]
findings: []
requires: [strategy_meeting.held_at, strategy_meeting.outcome]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, held_on as counted_on, team,
  case when is_open then 'open' else 'new' end as case_status,
  outcome = 'section_47_joint' as met,
  case when outcome = 'section_47_joint' then 'joint with the police' else 'social care alone' end as reason
from journey.strategy_of_child
where held_on is not null and outcome in ('section_47_single', 'section_47_joint');
