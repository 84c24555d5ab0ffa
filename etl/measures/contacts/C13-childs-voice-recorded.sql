/*---
id: C13
title: Child's voice recorded at contact
question: Does the record say what the child says?
numerator: Contacts with the child's voice recorded
denominator: Contacts about a child aged four or over
kind: percentage
good: high
unit: percent
limit: voice_minimum_age
sources: ["DfE participation code PN0: child under four"]
findings: [O-S4, P-S4]
requires: [contact.received_at, contact.voice_recorded, child.date_of_birth]
breakdowns: [source, team, locality, age_band, sex, ethnicity]
---*/
select
  k.case_id, k.child_id, k.received_on as counted_on, k.source, k.team,
  k.voice_recorded as met,
  case when k.voice_recorded then 'the child''s voice is recorded' else 'the child''s voice is not recorded' end as reason
from journey.contact_outcome k
join journey.child c on c.child_id = k.child_id
where age_at(c.date_of_birth, k.received_on) >= limit_on('voice_minimum_age', k.received_on);
