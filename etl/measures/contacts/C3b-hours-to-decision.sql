/*---
id: C3b
title: Hours from receipt to decision
question: How long does a contact of each risk grade wait for its decision?
numerator: Graded contacts that have been decided
denominator: Graded contacts whose limit has expired, decided or not
kind: duration
good: low
unit: hours
limit: rag_red_hours
sources: ["local placeholder: red 4 hours, amber 1 working day, green 3 working days"]
findings: [O-A4, P-S3, P-S5, D-S4]
requires: [contact.received_at:time, contact.decision_at:time, contact.rag_initial]
category: {label: First risk grade, list: rag}
breakdowns: [category, source, team]
---*/
with timed as (
  select *,
    -- a contact not yet decided stays in the curve until the data end
    coalesce(decision_minutes, elapsed_minutes(received_at, case when decision_at is null then as_at() + interval 1 day end)) as minutes
  from journey.contact_outcome
  where is_graded and due_on <= as_at()
)
select
  case_id, child_id, due_on as counted_on, due_on, decision_on as done_on, source, team, rag_initial as category,
  decision_at is not null as met,
  cast((minutes + 30) // 60 as integer) as value,
  rag_initial || ': ' || case when decision_at is null then 'not decided yet' else 'decided ' || minutes // 60 || ' hours ' || minutes % 60 || ' minutes after receipt' end as reason
from timed
where minutes >= 0;
