/*---
id: A10
title: Brothers and sisters assessed together
question: When one child is referred, are the brothers and sisters looked at too?
numerator: Families whose every known brother or sister under 18 was open or opened within five working days, or a reason was recorded
denominator: Families with a child's accepted referral and another known child under 18, whose limit has expired
kind: percentage
good: high
unit: percent
limit: siblings_considered_working_days
sources: ["local placeholder: 5 working days"]
findings: [F-A3]
requires: [referral.referral_date, household.household_id | child.family_id, child.date_of_birth]
breakdowns: [team, source, need, locality]
---*/
select
  case_id, child_id, due_on as counted_on, due_on, source, need, team,
  opened = siblings or reason_recorded as met,
  siblings - opened as value,
  case when opened = siblings then 'all ' || siblings || ' brothers and sisters open'
       else siblings - opened || ' of ' || siblings || ' brothers and sisters not opened' || case when reason_recorded then ', a reason was recorded' else ', no reason recorded' end end as reason
from journey.sibling_opened
where due_on <= as_at();
