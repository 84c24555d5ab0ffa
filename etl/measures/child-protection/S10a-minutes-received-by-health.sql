/*---
id: S10a
title: Conference minutes received by health
question: Do the minutes of child protection conferences reach health?
numerator: Minutes with receipt by the health service recorded
denominator: Conferences by each health service, once the minutes were due
kind: percentage
good: high
unit: percent
limit: conference_minutes_working_days
sources: ["local placeholder: 100 per cent; minutes due in 20 working days"]
findings: [P-A3]
requires: [conference.conference_id, conference.held_on, document_distribution.received_at]
breakdowns: [agency, team, locality]
---*/
select
  conference_id as case_id, child_id, due_on as counted_on, due_on, received_on as done_on, agency, team,
  received_on is not null as met,
  days_to_receipt as value,
  case when received_on is not null then 'received ' || days_to_receipt || ' working days after the conference'
       when sent_on is not null then 'sent, no receipt recorded' else 'no record that they were sent' end as reason
from journey.minutes_for_health
where due_on <= as_at() and (received_on is null or received_on >= held_on);
