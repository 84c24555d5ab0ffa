/*---
id: E1
title: Out-of-hours demand
question: When do contacts reach the emergency duty team?
numerator: Out-of-hours contacts, by hour and weekday
denominator: null
kind: count
good: neutral
unit: contacts
category: {label: Priority, list: priority}
sources: [local records]
findings: [P-S2]
requires: ["out_of_hours_contact.received_at:time"]
breakdowns: [category, source, team, locality, age_band]
---*/
select
  case_id, child_id, cast(received_at as date) as counted_on, source, team, priority as category,
  -- the hour of the week: 0 is Monday from midnight, 167 Sunday from 23:00
  (isodow(received_at) - 1) * 24 + hour(received_at) as value,
  'received ' || strftime(received_at, '%A %d %B %Y %H:%M') as reason
from journey.out_of_hours_outcome;
