/*---
id: C8
title: Repeat contacts without an assessment
question: Who keeps being told to us and is not assessed?
numerator: Children with three or more contacts closed with no further action or advice, on different days in 12 months, and no assessment started since the first
denominator: Children with at least one contact in those 12 months
kind: snapshot
good: low
unit: percent
limit: repeat_contacts
look_back_months: 12
sources: ["local placeholder: three or more in 12 months"]
findings: [F-A2]
requires: [contact.child_id, contact.received_at, contact.outcome, assessment.started_on]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  c.child_id as case_id, c.child_id, p.day as counted_on, c.team, c.case_status,
  r.child_id is not null as met,
  coalesce(r.contacts, 0) as value,
  case when r.child_id is null then 'last contact ' || strftime(c.day, '%d %B %Y')
       else r.contacts || ' contacts closed since ' || strftime(r.first_on, '%d %B %Y') || ', the last received ' || strftime(r.last_on, '%d %B %Y') || ', and no assessment' end as reason
from journey.period_end p
join journey.contact_day c on c.day <= p.day and p.day < c.until_on
left join journey.repeat_contact r on r.child_id = c.child_id and r.from_on <= p.day and p.day < r.until_on;
