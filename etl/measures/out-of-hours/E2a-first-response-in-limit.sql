/*---
id: E2a
title: Out-of-hours contacts answered in time
question: Does the emergency duty team respond quickly enough?
numerator: Contacts first answered within the limit for their priority
denominator: Out-of-hours contacts that needed a response, whose limit has expired
kind: percentage
good: high
unit: percent
limit: ooh_response_hours.standard
sources: ["local placeholder: 1 hour when urgent, 4 hours otherwise"]
findings: [P-S2]
requires: [out_of_hours_contact.received_at:time, out_of_hours_contact.responded_at:time]
breakdowns: [source, team, locality, age_band]
---*/
with due as (
  select *,
    plus_hours(received_at, limit_on(case when priority = 'urgent' then 'ooh_response_hours.urgent' else 'ooh_response_hours.standard' end, received_at)) as due_at
  from journey.out_of_hours_contact
  where priority is distinct from 'none'
)
select
  case_id, child_id, cast(due_at as date) as counted_on, cast(due_at as date) as due_on, cast(responded_at as date) as done_on, source, team,
  responded_at is not null and elapsed_minutes(received_at, responded_at) <= elapsed_minutes(received_at, due_at) as met,
  elapsed_minutes(received_at, responded_at) as value,
  case when responded_at is null then 'no response recorded' else 'answered after ' || elapsed_minutes(received_at, responded_at) || ' minutes' end
    || case when priority is null then '; priority not recorded, so the standard limit was used' else '' end as reason
from due
where cast(due_at as date) <= as_at()
  and (responded_at is null or responded_at >= received_at);
