/*---
id: I2b
title: Decided before the return was due
question: How often do we not wait for an agency that still has time to answer?
numerator: Requests with no return when the decision was made, although the return was not due yet
denominator: Requests with a due time, sent on contacts that were decided, by the time of the decision
kind: percentage
good: low
unit: percent
sources: [Working Together to Safeguard Children 2023, "local placeholder: none"]
findings: [O-A1, F-A1, P-A4, D-A5, M-6]
requires: [information_request.requested_at, information_request.agency, information_request.due_at, information_request.returned_at, contact.decision_at]
breakdowns: [agency, team, locality, age_band]
---*/
select
  case_id, child_id, decided_on as counted_on, agency, team,
  before_due and not was_back as met,
  elapsed_minutes(decision_at, due_at) as value,
  case when was_back then 'back by the decision' when before_due then 'decided ' || strftime(decision_at, '%d %B %Y %H:%M') || ', not due before ' || strftime(due_at, '%d %B %Y %H:%M')
       else 'overdue when decided' end as reason
from journey.decided_request
where due_at is not null;
