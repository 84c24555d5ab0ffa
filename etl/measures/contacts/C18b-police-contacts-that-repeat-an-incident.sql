/*---
id: C18b
title: Police contacts that repeat an incident
question: How often do the police tell us of the same incident again?
numerator: Police contacts about a child and an incident of which a contact was already received
denominator: Police contacts with an incident number
kind: percentage
good: low
unit: percent
sources: ["local placeholder: to agree with the police"]
findings: []
requires: [contact.received_at, contact.source, contact.incident_id]
breakdowns: [team, locality, age_band]
---*/
with told as (
  select *, lag(received_on) over (partition by child_id, incident_id order by received_at, case_id) as told_before_on
  from journey.contact_outcome
  where incident_id is not null
)
select
  case_id, child_id, received_on as counted_on, source, team,
  told_before_on is not null as met,
  case when told_before_on is null then 'the first contact about the incident' else 'already told ' || strftime(told_before_on, '%d %B %Y') end as reason
from told
where is_police;
