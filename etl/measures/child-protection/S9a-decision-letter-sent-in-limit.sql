/*---
id: S9a
title: Conference decision letter sent on time
question: Do agencies hear what the conference decided in time?
numerator: Decision letters sent within the limit
denominator: Conferences by each partner agency asked or there, whose limit has expired
kind: percentage
good: high
unit: percent
limit: conference_decision_working_days
day_count: in_time
sources: ["local placeholder: 1 working day"]
findings: [O-A1, P-A3]
requires: [conference.conference_id, conference.held_on, document_distribution.sent_at]
breakdowns: [agency, team, locality]
---*/
select
  conference_id as case_id, child_id, due_on as counted_on, held_on as clock_on, due_on, sent_on as done_on, agency, team,
  sent_on is not null and days <= within as met,
  days as value,
  case when sent_on is null then 'not sent; was due ' || strftime(due_on, '%d %B %Y') else 'sent ' || days || ' working days after the conference' end as reason
from journey.conference_recipient
where document = 'decision' and due_on <= as_at() and (sent_on is null or sent_on >= held_on);
