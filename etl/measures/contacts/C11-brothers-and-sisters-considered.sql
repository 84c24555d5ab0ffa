/*---
id: C11
title: Brothers and sisters considered at contact
question: When one child is told to us, do we think of the others in the household?
numerator: Contacts where every known brother or sister under 18 has a contact of their own or a recorded decision within five working days
denominator: Contacts about a child with at least one known brother or sister under 18, whose five working days have expired
kind: percentage
good: high
unit: percent
limit: siblings_considered_working_days
sources: ["local placeholder: 95 per cent within five working days"]
findings: [F-A3]
requires: [contact.child_id, contact.received_at, household.household_id | child.family_id, child.date_of_birth]
breakdowns: [source, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, due_on, source, team,
  considered = siblings as met,
  considered as value,
  considered || ' of ' || siblings || case siblings when 1 then ' brother or sister' else ' brothers and sisters' end || ' considered by ' || strftime(due_on, '%d %B %Y') as reason
from journey.siblings_of_contact
where due_on <= as_at();
