/*---
id: I2a
title: Decided without the agency's return
question: How often do we decide before an agency has answered?
numerator: Requests with no return when the decision was made
denominator: Requests sent on contacts that were decided, by the time of the decision
kind: percentage
good: low
unit: percent
sources: [Working Together to Safeguard Children 2023, "local placeholder: none"]
findings: [O-A1, F-A1, P-A4, D-A5, M-6]
requires: [information_request.requested_at, information_request.agency, information_request.returned_at, contact.decision_at]
breakdowns: [agency, team, locality, age_band]
---*/
select
  case_id, child_id, decided_on as counted_on, cast(returned_at as date) as done_on, agency, team,
  not was_back as met,
  elapsed_minutes(decision_at, returned_at) as value,
  case when refused then 'refused' when was_back then 'back by the decision' when returned_at is null then 'not returned'
       else 'returned ' || strftime(returned_at, '%d %B %Y %H:%M') || ', decided ' || strftime(decision_at, '%d %B %Y %H:%M') end as reason
from journey.decided_request;
