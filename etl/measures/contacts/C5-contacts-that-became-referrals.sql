/*---
id: C5
title: Contacts that became referrals
question: How many contacts are taken on by children's social care?
numerator: Contacts whose outcome was a referral, a strategy meeting or a section 47 enquiry
denominator: Contacts received in the period and decided
kind: percentage
good: neutral
unit: percent
sources: ["comparator, indicative only: about 21 per cent nationally"]
findings: [F-S1, M-1, FV-1]
requires: [contact.received_at, contact.outcome]
breakdowns: [source, case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, received_on as counted_on, source, team, case_status,
  is_referral as met,
  case outcome when 'section_47' then 'section 47 enquiry' when 'strategy_meeting' then 'strategy meeting' when 'referral' then 'referral' else 'no referral: ' || replace(outcome, '_', ' ') end as reason
from journey.contact_outcome
where has_outcome;
