/*---
id: C12b
title: Referrer told the outcome
question: Do professionals learn what we decided?
numerator: Contacts from professionals whose outcome was told to them no later than the next working day after the decision
denominator: Contacts from professionals, decided, whose limit has expired
kind: percentage
good: high
unit: percent
limit: referrer_feedback_working_days
sources: ["local placeholder: one working day from the decision"]
findings: [F-A1, M-6]
requires: [contact.received_at, contact.source, contact.decision_at, contact.feedback_at]
breakdowns: [source, team]
---*/
with due as (
  select *, cast(decision_at as date) as decision_on, case when cast(feedback_at as date) <= as_at() then feedback_at end as told_at,
    add_working_days(cast(decision_at as date), limit_on('referrer_feedback_working_days', cast(decision_at as date))) as limit_ends_on
  from journey.contact_outcome
  where is_professional and decision_at is not null
)
select
  case_id, child_id, limit_ends_on as counted_on, limit_ends_on as due_on, cast(told_at as date) as done_on, source, team,
  told_at is not null and working_days(decision_on, cast(told_at as date)) <= limit_on('referrer_feedback_working_days', decision_on) as met,
  working_days(decision_on, cast(told_at as date)) as value,
  case when told_at is null then 'outcome not told; was due ' || strftime(limit_ends_on, '%d %B %Y')
       else 'told ' || working_days(decision_on, cast(told_at as date)) || ' working days after the decision' end as reason
from due
where limit_ends_on <= as_at()
  -- a day without a time can only be held to its day
  and (told_at is null or told_at >= decision_at or told_at = decision_on);
