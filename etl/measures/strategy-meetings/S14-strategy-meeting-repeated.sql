/*---
id: S14
title: Strategy meeting repeated within 90 days
question: How often does a child need another strategy meeting soon after the last?
numerator: Children's strategy meetings followed by another on a later day within 90 days
denominator: Children's strategy meetings held, once the 90 days have passed
kind: percentage
good: low
unit: percent
limit: repeat_strategy_days
sources: ["local placeholder: 90 days"]
findings: [D-A1]
requires: [strategy_meeting.held_at]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
with followed as (
  select *, held_on + limit_on('repeat_strategy_days', held_on) as until_on,
    min(held_on) over (partition by child_id order by held_on range between interval 1 day following and unbounded following) as next_on
  from journey.strategy_of_child
  where held_on is not null
)
select
  case_id, child_id, until_on as counted_on, until_on as due_on, team,
  case when is_open then 'open' else 'new' end as case_status,
  coalesce(next_on <= until_on, false) as met,
  date_diff('day', held_on, next_on) as value,
  'held ' || strftime(held_on, '%d %B %Y') || case when next_on is null then ', none after it' else ', the next ' || strftime(next_on, '%d %B %Y') end as reason
from followed
where until_on <= as_at();
