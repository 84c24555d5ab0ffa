/*---
id: E3
title: Handed over to the day team on time
question: Does the day team know in the morning what happened in the night?
numerator: Out-of-hours contacts handed over within an hour of the start of the next working day
denominator: Out-of-hours contacts whose handover was due
kind: percentage
good: high
unit: percent
limit: ooh_handover_minutes
category: {label: Priority, list: priority}
sources: ["local placeholder: 60 minutes after the MASH opens"]
findings: [P-S2]
requires: ["out_of_hours_contact.received_at:time", "out_of_hours_contact.handover_at:time"]
breakdowns: [category, source, team, locality, age_band]
---*/
with due as (
  select *, opens_at + to_minutes(limit_on('ooh_handover_minutes', opens_at)) as due_at
  from journey.out_of_hours_outcome
),
judged as (
  select *, cast(due_at as date) as due_on, cast(handover_at as date) as done_on, cast(handover_at as time) = time '00:00:00' as by_day
  from due
)
select
  case_id, child_id, due_on as counted_on, due_on, done_on, source, team, priority as category,
  coalesce(case when by_day then done_on <= due_on else handover_at <= due_at end, false) as met,
  elapsed_minutes(due_at, handover_at) as value,
  case when handover_at is null or done_on > as_at() then 'no handover recorded; was due ' || strftime(due_at, '%d %B %Y %H:%M')
       else 'handed over ' || strftime(handover_at, '%d %B %Y %H:%M') || ', due ' || strftime(due_at, '%d %B %Y %H:%M') end as reason
from judged
where due_on <= as_at()
  and (handover_at is null or handover_at >= received_at or (by_day and done_on = cast(received_at as date)));
