/*---
id: N6
title: Plan shared with the family and each agency
question: Do the family and every agency in the plan get it in time?
numerator: Plans sent to the recipient within the limit
denominator: Child-in-need meetings held by recipient (the family, and each partner agency that was invited, came or was sent the plan), whose limit has expired
kind: percentage
good: high
unit: percent
limit: cin_plan_shared_working_days
day_count: in_time
sources: ["local placeholder: 5 working days"]
findings: [O-A1, O-A6, D-A5, L-A4, M-7, M-8]
requires: [cin_meeting.held_on, document_distribution.document, document_distribution.agency, document_distribution.sent_at]
breakdowns: [agency, team, locality, age_band]
---*/
select
  case_id, child_id, due_on as counted_on, held_on as clock_on, due_on, sent_on as done_on, agency, team,
  sent_on is not null and working_days(held_on, sent_on) <= limit_on('cin_plan_shared_working_days', held_on) as met,
  working_days(held_on, sent_on) as value,
  case when sent_on is null then 'not sent; was due ' || strftime(due_on, '%d %B %Y')
       else 'sent ' || working_days(held_on, sent_on) || ' working days after the meeting' end as reason
from journey.plan_recipient
where due_on <= as_at()
  -- a log that holds no child-in-need plan says nothing of who was sent one
  and exists (from records.document_distribution d where not d.withdrawn and d.document = 'cin_plan' and d.sent_at is not null)
  and (sent_on is null or sent_on >= held_on);
