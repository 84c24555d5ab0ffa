/*---
id: C4b
title: Contacts without a first risk grade
question: Is every contact graded when it comes in?
numerator: Contacts with no first risk grade
denominator: Contacts received
kind: percentage
good: low
unit: percent
sources: ["local placeholder: none ungraded"]
findings: [O-A4]
requires: [contact.received_at, contact.rag_initial]
breakdowns: [source, team, locality]
---*/
select
  case_id, child_id, received_on as counted_on, source, team,
  rag_initial is null as met,
  case when rag_initial is null then 'no first risk grade recorded' else 'graded' end as reason
from journey.contact_outcome;
