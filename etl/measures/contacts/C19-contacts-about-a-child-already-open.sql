/*---
id: C19
title: Contacts about a child already open
question: How much of what comes in is about children we already work with?
numerator: Contacts about a child open to children's social care when the contact was received
denominator: Contacts received
kind: percentage
good: neutral
unit: percent
sources: ["none: no target; shown apart in C5 to C8"]
findings: []
requires: [contact.child_id, contact.received_at, contact.case_open | referral.referral_date]
breakdowns: [source, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, received_on as counted_on, source, team,
  case_open as met,
  case when case_open then 'open to children''s social care when received' else 'not open to children''s social care' end as reason
from journey.contact_outcome;
