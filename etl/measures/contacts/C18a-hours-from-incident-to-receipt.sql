/*---
id: C18a
title: Hours from a police incident to its receipt
question: How fresh are the contacts from the police?
numerator: Police contacts with the time of the incident
denominator: Police contacts with the time of the incident
kind: duration
good: low
unit: hours
limit: police_notification_hours
sources: ["local placeholder: 24 hours"]
findings: []
requires: [contact.received_at:time, contact.source, contact.incident_at:time]
category: {label: First risk grade, list: rag}
breakdowns: [category, team, locality]
---*/
with timed as (
  select *, elapsed_minutes(incident_at, received_at) as minutes
  from journey.contact_outcome
  where is_police and incident_at is not null
)
select
  case_id, child_id, received_on as counted_on, source, team, rag_initial as category, true as met,
  cast((minutes + 30) // 60 as integer) as value,
  'received ' || minutes // 60 || ' hours ' || minutes % 60 || ' minutes after the incident' as reason
from timed
where minutes >= 0;
