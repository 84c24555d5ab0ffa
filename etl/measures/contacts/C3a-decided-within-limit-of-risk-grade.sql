/*---
id: C3a
title: Contacts decided within the limit of their risk grade
question: Are the most urgent contacts decided first, and in time?
numerator: Contacts whose final decision came within the limit of their first red, amber or green grade
denominator: Graded contacts whose limit has expired
kind: percentage
good: high
unit: percent
limit: rag_red_hours
day_count: in_time
sources: ["local placeholder: red 4 hours, amber 1 working day, green 3 working days"]
findings: [O-A4, P-S3, P-S5, D-S4]
requires: [contact.received_at:time, contact.decision_at:time, contact.rag_initial]
category: {label: First risk grade, list: rag}
breakdowns: [category, source, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, case when not by_hours then received_on end as clock_on, due_on, decision_on as done_on, source, team, rag_initial as category, decision_minutes as value,
  decision_at is not null and case when by_hours then clock_minutes <= 60 * hours_given else decision_days <= working_days_given end as met,
  rag_initial || ': ' || case
    when decision_at is null then 'no decision recorded; was due ' || strftime(due_on, '%d %B %Y')
    when by_hours and clock_minutes >= 0 then 'decided ' || clock_minutes // 60 || case when clock = 'working_hours' then ' working' else '' end || ' hours ' || clock_minutes % 60 || ' minutes after receipt; the limit is ' || hours_given || ' hours'
    else 'decided ' || decision_days || ' working days after receipt' end as reason
from journey.contact_outcome
where is_graded and due_on <= as_at()
  -- a decision without a time of day can only be held to its day
  and (decision_at is null or decision_at >= received_at or decision_at = received_on);
