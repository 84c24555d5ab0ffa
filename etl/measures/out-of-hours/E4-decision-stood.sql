/*---
id: E4
title: Out-of-hours decisions that stood
question: Does the day team see it as the night team did?
numerator: Decisions that the day team did not reverse within two working days
denominator: Out-of-hours decisions whose two working days have passed
kind: percentage
good: high
unit: percent
limit: ooh_decision_stood_working_days
category: {label: What the night team decided}
sources: ["local placeholder: 2 working days; a proxy, as a changed decision may be right on new information"]
findings: [P-S2]
requires: [out_of_hours_contact.outcome, out_of_hours_contact.day_outcome | contact.outcome, out_of_hours_contact.day_outcome | out_of_hours_contact.linked_contact_id]
breakdowns: [category, source, team, locality, age_band]
---*/
with due as (
  select *, stood_on as due_on,
    -- reversed: no action at night and a referral by day, or action asked for and closed by day
    case when asked_for_action then day_closed else day_acted end
      and coalesce(day_decided_days <= limit_on('ooh_decision_stood_working_days', received_at), true) as reversed
  from journey.out_of_hours_outcome
  where decided
)
select
  case_id, child_id, due_on as counted_on, due_on, cast(day_decided_at as date) as done_on, source, team,
  case when asked_for_action then 'Asked for action' else 'Asked for nothing more' end as category,
  not reversed as met,
  case when reversed and asked_for_action then 'action asked for at night, closed by the day team'
       when reversed then 'closed at night, taken further by the day team'
       else 'not reversed' end as reason
from due
where due_on <= as_at()
  and (day_decided_at is null or cast(day_decided_at as date) >= cast(received_at as date));
