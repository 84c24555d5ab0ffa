/*---
id: C2
title: Contacts decided within one working day
question: How quickly do we decide what a contact needs?
numerator: Contacts whose first decision on next steps came no later than the next working day after receipt
denominator: Contacts whose one-working-day limit has expired
kind: percentage
good: high
unit: percent
limit: contact_decision_working_days
day_count: in_time
sources: [Working Together to Safeguard Children 2023]
findings: [D-S4, P-S3]
requires: [contact.received_at, contact.screened_at | contact.decision_at]
breakdowns: [source, team, locality, age_band, sex, ethnicity]
---*/
with due as (
  select *, add_working_days(received_on, limit_on('contact_decision_working_days', received_on)) as due_on
  from journey.contact
)
select
  case_id, child_id, due_on as counted_on, received_on as clock_on, due_on, decided_on as done_on, source, team,
  decided_at is not null and working_days(received_on, decided_on) <= limit_on('contact_decision_working_days', received_on) as met,
  working_days(received_on, decided_on) as value,
  case when decided_at is null then 'no decision recorded; was due ' || strftime(due_on, '%d %B %Y')
       else 'decided ' || working_days(received_on, decided_on) || ' working days after receipt' end as reason
from due
where due_on <= as_at()
  -- a decision without a time of day can only be held to its day
  and (decided_at is null or decided_at >= received_at or (decided_at = decided_on and decided_on = received_on));
