/*---
id: V1
title: Open cases supervised on time
question: Is every open case supervised as often as it should be?
numerator: Open cases whose next supervision is not yet due
denominator: Cases open for at least one supervision interval
kind: snapshot
good: high
unit: percent
limit: supervision_working_days
day_count: current
sources: ["local placeholder: every 20 working days"]
findings: [D-A3, L-A5, M-8]
requires: [supervision.held_on, referral.referral_date | cin_plan.started_on | cp_plan.started_on]
breakdowns: [team, case_status, locality, age_band, sex, ethnicity]
---*/
with open_case as (
  select child_id, started_on, ended_on, team, status, add_working_days(started_on, limit_on('supervision_working_days', started_on)) as first_due
  from journey.open_case
),
open_then as (
  select p.day, o.*
  from journey.period_end p
  join open_case o on o.first_due <= p.day and (o.ended_on is null or o.ended_on > p.day)
),
held as (
  select child_id, held_on, add_working_days(held_on, limit_on('supervision_working_days', held_on)) as next_due
  from records.supervision
  where not withdrawn and held_on <= as_at()
),
last_held as (
  select o.*, case when h.held_on >= o.started_on then h.held_on end as held_on, case when h.held_on >= o.started_on then h.next_due end as next_due
  from open_then o
  asof left join held h on h.child_id = o.child_id and h.held_on <= o.day
)
select
  child_id || '/' || started_on as case_id, child_id, day as counted_on, coalesce(held_on, started_on) as clock_on, coalesce(next_due, first_due) as due_on, team, status as case_status,
  coalesce(next_due > day, false) as met,
  working_days(coalesce(held_on, started_on), day) as value,
  case when held_on is null then 'no supervision on record since ' || strftime(started_on, '%d %B %Y')
       when next_due > day then 'last supervised ' || strftime(held_on, '%d %B %Y')
       else 'last supervised ' || strftime(held_on, '%d %B %Y') || '; the next was due ' || strftime(next_due, '%d %B %Y') end as reason
from last_held;
