/*---
id: C12a
title: Referrer acknowledged within one working day
question: Do professionals hear back that we have what they sent?
numerator: Contacts from professionals acknowledged no later than the next working day after receipt
denominator: Contacts from professionals whose one-working-day limit has expired
kind: percentage
good: high
unit: percent
limit: referrer_acknowledged_working_days
sources: [Working Together to Safeguard Children 2023]
findings: [F-A1, M-6]
requires: [contact.received_at, contact.source, contact.acknowledged_at]
breakdowns: [source, team]
---*/
with due as (
  select *, case when cast(acknowledged_at as date) <= as_at() then acknowledged_at end as told_at,
    add_working_days(received_on, limit_on('referrer_acknowledged_working_days', received_on)) as limit_ends_on
  from journey.contact_outcome
  where is_professional
)
select
  case_id, child_id, limit_ends_on as counted_on, limit_ends_on as due_on, cast(told_at as date) as done_on, source, team,
  told_at is not null and working_days(received_on, cast(told_at as date)) <= limit_on('referrer_acknowledged_working_days', received_on) as met,
  working_days(received_on, cast(told_at as date)) as value,
  case when told_at is null then 'no acknowledgement recorded; was due ' || strftime(limit_ends_on, '%d %B %Y')
       else 'acknowledged ' || working_days(received_on, cast(told_at as date)) || ' working days after receipt' end as reason
from due
where limit_ends_on <= as_at()
  -- a day without a time can only be held to its day
  and (told_at is null or told_at >= received_at or told_at = received_on);
