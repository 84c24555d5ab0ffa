/*---
id: C14a
title: Police contacts that became referrals
question: How many of the contacts from the police are taken on, of each risk grade?
numerator: Police contacts whose outcome was a referral, a strategy meeting or a section 47 enquiry
denominator: Police contacts received in the period and decided
kind: percentage
good: neutral
unit: percent
comparator: none
sources: ["none: no direction is better; read beside all contacts"]
findings: [P-S5]
requires: [contact.received_at, contact.source, contact.outcome]
category: {label: First risk grade, list: rag}
breakdowns: [category, case_status, team, locality, age_band]
---*/
select
  case_id, child_id, received_on as counted_on, source, team, case_status, rag_initial as category,
  is_referral as met,
  'outcome: ' || case outcome when 'nfa' then 'no further action' when 'section_47' then 'section 47' else replace(outcome, '_', ' ') end as reason
from journey.contact_outcome
where is_police and has_outcome;
