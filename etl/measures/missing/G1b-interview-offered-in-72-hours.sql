/*---
id: G1b
title: Return-home interview offered within 72 hours
question: Is every child who comes back offered an interview in time?
numerator: Missing episodes with the return-home interview offered or held within 72 hours of return
denominator: Missing episodes ended, whose 72 hours have expired
kind: percentage
good: high
unit: percent
limit: return_interview_hours
sources: ["statutory guidance on children who run away or go missing from home or care (2014)"]
findings: []
requires: [missing_episode.returned_at:time, missing_episode.interview_offered_at:time]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
with ended as (
  select *, least(interview_offered_at, interview_held_at) as offered_at, plus_hours(returned_at, limit_on('return_interview_hours', returned_at)) as due_at
  from records.missing_episode
  -- an exploitation event is no absence from which a child returns
  where not withdrawn and kind is distinct from 'exploitation'
    and (returned_at >= started_at or returned_at = cast(started_at as date))
),
judged as (
  select *, case when cast(returned_at as time) = time '00:00:00' then cast(returned_at as date) + limit_on('return_interview_hours', returned_at) // 24 else cast(due_at as date) end as due_on, cast(offered_at as date) as done_on,
    -- what is known only by its day is held to the day
    cast(returned_at as time) = time '00:00:00' or cast(offered_at as time) = time '00:00:00' as by_day
  from ended
)
select
  child_id || '/' || started_at as case_id, child_id, due_on as counted_on, due_on, done_on, team,
  coalesce(case when by_day then done_on <= due_on else offered_at <= due_at end, false) as met,
  case when not by_day then elapsed_minutes(returned_at, offered_at) end as value,
  case when offered_at is null or done_on > as_at() then 'no interview offered' when by_day then 'offered ' || strftime(done_on, '%d %B %Y')
       else 'offered ' || greatest(elapsed_minutes(returned_at, offered_at), 0) // 60 || ' hours after return' end as reason
from judged
where due_on <= as_at();
