/*---
id: S13
title: Transfer-in conference within 15 working days
question: Is a child who moves here on a plan brought to conference in time?
numerator: Transfer-in conferences held within 15 working days of notification
denominator: Transfers in whose limit has expired
kind: percentage
good: high
unit: percent
limit: transfer_in_working_days
day_count: in_time
sources: [Working Together to Safeguard Children 2023]
findings: [FV-2]
requires: [conference.type, conference.notified_on, conference.held_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
with due as (
  select *, add_working_days(notified_on, limit_on('transfer_in_working_days', notified_on)) as by_on
  from journey.conference
  where type = 'transfer_in' and notified_on is not null
)
select
  case_id, child_id, by_on as counted_on, notified_on as clock_on, by_on as due_on, held_on as done_on, team,
  held_on is not null and working_days(notified_on, held_on) <= limit_on('transfer_in_working_days', notified_on) as met,
  working_days(notified_on, held_on) as value,
  case when held_on is null then 'not held; was due ' || strftime(by_on, '%d %B %Y')
       else 'held ' || working_days(notified_on, held_on) || ' working days after notification' end as reason
from due
where by_on <= as_at() and (held_on is null or held_on >= notified_on);
