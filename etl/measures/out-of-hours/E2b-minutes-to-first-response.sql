/*---
id: E2b
title: Minutes to first out-of-hours response
question: How long does a caller wait for the emergency duty team?
numerator: Contacts answered
denominator: Out-of-hours contacts that needed a response, whose limit has expired
kind: duration
good: low
unit: minutes
limit: ooh_response_hours.standard
sources: ["local placeholder: 1 hour when urgent, 4 hours otherwise"]
findings: [P-S2]
requires: [out_of_hours_contact.received_at:time, out_of_hours_contact.responded_at:time]
breakdowns: [source, team]
---*/
with due as (
  -- a response after the as-at date is not known yet
  select * replace (case when cast(responded_at as date) <= as_at() or responded_at < received_at then responded_at end as responded_at),
    plus_hours(received_at, limit_on(case when priority = 'urgent' then 'ooh_response_hours.urgent' else 'ooh_response_hours.standard' end, received_at)) as due_at
  from journey.out_of_hours_contact
  where priority is distinct from 'none'
)
select
  case_id, child_id, cast(due_at as date) as counted_on, cast(due_at as date) as due_on, cast(responded_at as date) as done_on, source, team,
  responded_at is not null as met,
  coalesce(elapsed_minutes(received_at, responded_at), elapsed_minutes(received_at, cast(as_at() + 1 as timestamp))) as value,
  case when responded_at is null then 'not answered yet' else 'answered after ' || elapsed_minutes(received_at, responded_at) || ' minutes' end as reason
from due
where cast(due_at as date) <= as_at()
  and (responded_at is null or responded_at >= received_at);
