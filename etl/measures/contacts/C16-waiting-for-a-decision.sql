/*---
id: C16
title: Waiting for a decision, past the limit
question: Which contacts wait for a decision longer than they should?
numerator: Contacts not yet decided, past the limit of their first risk grade, or of one working day where they have none
denominator: Contacts not yet decided
kind: snapshot
good: low
unit: contacts
limit: contact_decision_working_days
day_count: overdue
sources: ["local placeholder: red 4 hours, amber 1 working day, green 3 working days; none past its limit"]
findings: [D-S4]
requires: [contact.received_at, contact.decision_at, contact.rag_initial]
category: {label: First risk grade, list: rag}
breakdowns: [category, source, team, locality, age_band]
---*/
with waiting as (
  select p.day, c.*
  from journey.period_end p
  join journey.contact_outcome c on c.received_on <= p.day and (c.decided_on is null or c.decided_on > p.day)
)
select
  case_id, child_id, day as counted_on, case when not by_hours then received_on end as clock_on, due_on, source, team, rag_initial as category,
  due_on <= day as met,
  working_days(received_on, day) as value,
  coalesce(rag_initial, 'no risk grade') || ': received ' || strftime(received_on, '%d %B %Y') || case when due_on <= day then ', was due ' else ', due ' end || strftime(due_on, '%d %B %Y') as reason
from waiting;
