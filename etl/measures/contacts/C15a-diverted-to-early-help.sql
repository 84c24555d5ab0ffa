/*---
id: C15a
title: Contacts diverted to early help
question: How many contacts are passed to early help?
numerator: Contacts whose outcome was early help
denominator: Contacts received in the period and decided
kind: percentage
good: neutral
unit: percent
sources: ["none: diversion has no target"]
findings: [O-S2, M-1]
requires: [contact.received_at, contact.outcome]
breakdowns: [source, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, received_on as counted_on, source, team,
  is_early_help as met,
  'outcome: ' || case outcome when 'nfa' then 'no further action' when 'section_47' then 'section 47' else replace(outcome, '_', ' ') end as reason
from journey.contact_outcome
where has_outcome;
