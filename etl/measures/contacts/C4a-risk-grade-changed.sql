/*---
id: C4a
title: Risk grade changed after screening
question: How often is the first risk grade not the last?
numerator: Contacts whose final risk grade differs from the first
denominator: Contacts with a first and a final risk grade
kind: percentage
good: neutral
unit: percent
sources: ["none: no direction is better; watched by control limits"]
findings: [O-A4]
requires: [contact.received_at, contact.rag_initial, contact.rag_final]
category: {label: Change of grade}
breakdowns: [category, source, team, locality]
---*/
select
  c.case_id, c.child_id, c.received_on as counted_on, c.source, c.team,
  a.severity <> b.severity as met,
  case when b.severity > a.severity then 'Raised' when b.severity < a.severity then 'Lowered' else 'Unchanged' end as category,
  case when a.severity = b.severity then c.rag_initial || ' throughout' else c.rag_initial || ' changed to ' || c.rag_final end as reason
from journey.contact_outcome c
join reference.rag a on a.code = c.rag_initial
join reference.rag b on b.code = c.rag_final;
