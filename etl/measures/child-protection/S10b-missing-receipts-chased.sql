/*---
id: S10b
title: Missing receipts of conference minutes chased
question: When health does not say that it has the minutes, does anybody ask?
numerator: Missing receipts chased within the limit
denominator: Minutes without receipt by health when the limit for chasing expired, counted from sending, else from the day they were due
kind: percentage
good: high
unit: percent
limit: minutes_chase_working_days
day_count: in_time
sources: ["local placeholder: 5 working days"]
findings: [P-A3]
requires: [conference.conference_id, conference.held_on, document_distribution.received_at, document_distribution.chased_at]
breakdowns: [agency, team, locality]
---*/
select
  conference_id as case_id, child_id, chase_by as counted_on, chase_from as clock_on, chase_by as due_on, chased_on as done_on, agency, team,
  chased_on is not null and days_to_chase <= chase_within as met,
  days_to_chase as value,
  case when chased_on is null then 'not chased' else 'chased ' || strftime(chased_on, '%d %B %Y') end
    || case when sent_on is null then '; no record that the minutes were sent, they were due ' || strftime(due_on, '%d %B %Y') else '; sent ' || strftime(sent_on, '%d %B %Y') end as reason
from journey.minutes_for_health
where chase_by <= as_at()
  and (received_on is null or days_without_receipt > chase_within)
  and (sent_on is null or sent_on >= held_on)
  and (chased_on is null or chased_on >= held_on);
