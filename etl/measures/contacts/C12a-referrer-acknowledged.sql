/*---
id: C12a
title: Referrer acknowledged within one working day
question: Do professionals hear back that we have what they sent?
numerator: Contacts from professionals acknowledged no later than the next working day after receipt
denominator: Contacts from professionals whose one-working-day limit has expired
kind: percentage
good: high
unit: percent
limit: referrer_acknowledged_working_days
day_count: in_time
sources: [Working Together to Safeguard Children 2023]
findings: [F-A1, M-6]
requires: [contact.received_at, contact.source, contact.acknowledged_at]
breakdowns: [source, team]
---*/
select
  case_id, child_id, acknowledgement_due_on as counted_on, received_on as clock_on, acknowledgement_due_on as due_on, acknowledged_on as done_on, source, team,
  acknowledged_at is not null and acknowledged_days <= limit_on('referrer_acknowledged_working_days', received_on) as met,
  acknowledged_days as value,
  case when acknowledged_at is null then 'no acknowledgement recorded; was due ' || strftime(acknowledgement_due_on, '%d %B %Y')
       else 'acknowledged ' || acknowledged_days || ' working days after receipt' end as reason
from journey.contact_outcome
where is_professional and acknowledgement_due_on <= as_at()
  -- a day without a time can only be held to its day
  and (acknowledged_at is null or acknowledged_at >= received_at or acknowledged_at = received_on);
