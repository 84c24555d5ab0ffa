/*---
id: C6
title: Contacts closed with no further action or advice only
question: How many contacts end at the front door?
numerator: Contacts whose outcome was no further action, advice or information only
denominator: Contacts received in the period and decided
kind: percentage
good: neutral
unit: percent
sources: ["none: the share reflects where an authority records the decision as much as how it decides"]
findings: [F-S1, FV-1]
requires: [contact.received_at, contact.outcome]
breakdowns: [source, case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, received_on as counted_on, source, team, case_status,
  is_nfa_or_advice as met,
  'outcome: ' || case outcome when 'nfa' then 'no further action' else replace(outcome, '_', ' ') end as reason
from journey.contact_outcome
where has_outcome;
