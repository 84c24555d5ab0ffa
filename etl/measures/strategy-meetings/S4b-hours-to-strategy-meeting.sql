/*---
id: S4b
title: Hours from decision to strategy meeting
question: How long does a child wait for the strategy meeting?
numerator: Strategy meetings held
denominator: Every decision about a child to hold one whose limit has expired, held or not
kind: duration
good: low
unit: hours
limit: strategy_hours
sources: ["local placeholder: 24 hours"]
findings: [P-A1, D-S4, FV-2]
requires: [strategy_meeting.triggered_at:time, strategy_meeting.held_at:time]
breakdowns: [case_status, team, locality, age_band]
---*/
with timed as (
  select *,
    -- a meeting not held stays in the curve until the data end
    coalesce(minutes, elapsed_minutes(triggered_at, cast(as_at() + 1 as timestamp))) as passed
  from journey.strategy_of_child
  where by_hours and due_on <= as_at() and not held_before_decided
)
select
  case_id, child_id, due_on as counted_on, due_on, held_on as done_on, team,
  case when is_open then 'open' else 'new' end as case_status,
  held_at is not null as met,
  (passed + 30) // 60 as value,
  case when held_at is null then 'not held' else 'held ' || minutes // 60 || ' hours ' || minutes % 60 || ' minutes after the decision' end as reason
from timed;
