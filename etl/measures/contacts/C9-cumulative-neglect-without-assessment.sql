/*---
id: C9
title: Cumulative neglect without an assessment
question: Where neglect is told to us again and again, do we look at the whole?
numerator: Children with two or more neglect contacts in 12 months and no assessment started since the second
denominator: Children with two or more neglect contacts, on different days, in 12 months
kind: snapshot
good: low
unit: percent
limit: neglect_contacts
look_back_months: 12
sources: ["local placeholder: none left unreviewed"]
findings: [F-A2]
requires: [contact.child_id, contact.received_at, contact.issue, assessment.started_on]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
with at_end as (
  select p.day, n.*
  from journey.period_end p
  join journey.neglect_contact n on n.from_on <= p.day and p.day < n.until_on
)
select
  a.child_id as case_id, a.child_id, a.day as counted_on, c.team, c.case_status,
  a.counted as met,
  a.contacts as value,
  a.contacts || ' contacts about neglect since ' || strftime(a.first_on, '%d %B %Y') || case when a.counted then ', and no assessment since ' || strftime(a.enough_on, '%d %B %Y')
    else '; assessment started ' || strftime(a.assessed_on, '%d %B %Y') end as reason
from at_end a
asof join journey.contact_day c on c.child_id = a.child_id and c.day <= a.day;
