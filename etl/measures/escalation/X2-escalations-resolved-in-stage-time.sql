/*---
id: X2
title: Escalations resolved in stage time
question: When somebody escalates, is it settled quickly?
numerator: Stages resolved within their limit
denominator: Stages whose limit has expired
kind: percentage
good: high
unit: percent
limit: escalation_stage_hours.1
category: {label: Stage}
sources: ["local placeholder: the due time written on the stage, else stage 1 in 48 hours, stage 2 in 5 working days, stage 3 in 2"]
findings: [O-A2, L-A2, M-8]
requires: [escalation.stage, escalation.raised_at, escalation.resolved_at]
breakdowns: [category, agency, team, locality, age_band]
---*/
with limits as (
  select *, coalesce(due_at, case when stage <= 1 then plus_hours(raised_at, limit_on('escalation_stage_hours.1', raised_at)) end) as limit_at,
    case when stage = 2 then limit_on('escalation_stage_working_days.2', raised_at) else limit_on('escalation_stage_working_days.3', raised_at) end as days
  from journey.escalation
),
due as (
  select *, coalesce(cast(limit_at as date), add_working_days(cast(raised_at as date), days)) as due_on,
    -- a due day without a time of day lasts until midnight; a limit in working days until the next of them begins
    case when limit_at is null then cast(add_working_days(cast(raised_at as date), days + 1) as timestamp) - interval 1 microsecond
         when cast(limit_at as time) = time '00:00:00' then limit_at + interval 1 day - interval 1 microsecond
         else limit_at end as due_by
  from limits
)
select
  d.escalation_id || '/' || d.stage as case_id, d.child_id, d.due_on as counted_on, d.due_on, cast(d.resolved_at as date) as done_on,
  d.against as agency, coalesce(d.team, o.team) as team, 'Stage ' || d.stage as category,
  coalesce(d.settled and d.resolved_at <= d.due_by, false) as met,
  date_diff('day', cast(d.raised_at as date), cast(d.resolved_at as date)) as value,
  case when d.resolved_at is null then 'not resolved' when not d.settled then 'not resolved at this stage'
       when d.resolved_at <= d.due_by then 'resolved in time'
       else 'resolved ' || strftime(d.resolved_at, '%d %B %Y') || ', was due ' || strftime(d.due_on, '%d %B %Y') end as reason
from due d
asof left join journey.open_case o on o.child_id = d.child_id and o.started_on <= cast(d.raised_at as date)
where d.due_on <= as_at()
  -- an end without a time of day can only be held to its day
  and (d.resolved_at is null or d.resolved_at >= d.raised_at or d.resolved_at = cast(d.raised_at as date));
