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
day_count: in_time
sources: ["local placeholder: one working day from the decision"]
findings: [F-A1, M-6]
requires: [contact.received_at, contact.source, contact.decision_at, contact.feedback_at]
breakdowns: [source, team]
---*/
select
  case_id, child_id, feedback_due_on as counted_on, decision_on as clock_on, feedback_due_on as due_on, feedback_on as done_on, source, team,
  feedback_at is not null and feedback_days <= limit_on('referrer_feedback_working_days', decision_on) as met,
  feedback_days as value,
  case when feedback_at is null then 'outcome not told; was due ' || strftime(feedback_due_on, '%d %B %Y')
       else 'told ' || feedback_days || ' working days after the decision' end as reason
from journey.contact_outcome
where is_professional and feedback_due_on <= as_at()
  -- a day without a time can only be held to its day
  and (feedback_at is null or feedback_at >= decision_at or feedback_at = decision_on);
