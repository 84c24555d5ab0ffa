/*---
id: S5
title: Strategy meeting record sent on time
question: Do the agencies that were there get the record of the strategy meeting in time?
numerator: Records sent within the limit
denominator: Strategy meetings held by each partner agency that attended, whose limit has expired
kind: percentage
good: high
unit: percent
limit: strategy_record_working_days
day_count: in_time
sources: ["local placeholder: 1 working day"]
findings: [O-A1, D-A1, M-6]
requires: [strategy_meeting.held_at, meeting_attendance.attended, document_distribution.sent_at]
breakdowns: [agency, case_status, team, locality]
---*/
select
  meeting_id as case_id, child_id, due_on as counted_on, held_on as clock_on, due_on, sent_on as done_on, agency, team,
  case when case_open then 'open' else 'new' end as case_status,
  sent_on is not null and days <= limit_on('strategy_record_working_days', held_on) as met,
  days as value,
  case when sent_on is null then 'not sent; was due ' || strftime(due_on, '%d %B %Y') else 'sent ' || days || ' working days after the meeting' end as reason
from journey.strategy_record
where due_on <= as_at() and (sent_on is null or sent_on >= held_on);
