/*---
id: N12
title: Brothers' and sisters' plans aligned
question: Is the family planned for together?
numerator: Families whose children's plans are next reviewed on one day
denominator: Families with two or more children on a child-in-need plan
kind: snapshot
good: high
unit: percent
sources: ["local placeholder: a proxy for family-centred planning"]
findings: [F-A3]
requires: [cin_plan.started_on, cin_plan.review_due_on | cin_meeting.due_on, household.household_id | cin_plan.family_id | child.family_id]
breakdowns: [team, locality]
---*/
with lived as (
  select household_id, child_id, from_on, coalesce(to_on, date '9999-12-31') as to_on
  from records.household
  where not withdrawn
),
at_home as (
  select s.day, s.case_id, min(l.household_id) as household_id
  from journey.review_state s
  join lived l on l.child_id = s.child_id and (l.from_on is null or l.from_on <= s.day) and l.to_on > s.day
  group by all
),
of_plan as (
  select child_id || '/' || started_on as case_id, family_id from records.cin_plan where not withdrawn and family_id is not null
),
planned as (
  -- of two plans of one child the newest
  select s.day, s.child_id, s.team, s.recorded_due,
    coalesce('family ' || p.family_id, 'household ' || h.household_id, 'family ' || c.family_id) as family
  from journey.review_state s
  left join of_plan p using (case_id)
  left join at_home h using (day, case_id)
  left join journey.child c on c.child_id = s.child_id
  qualify row_number() over (partition by s.day, s.child_id order by s.started_on desc) = 1
),
families as (
  select day, family, min(child_id) as child_id, arg_min(team, child_id) as team, count(*) as children, count(recorded_due) as known, min(recorded_due) as first_due, max(recorded_due) as last_due
  from planned
  where family is not null
  group by all
  -- an id that so many share stands for "not known", not for a family
  having count(*) between 2 and 60
)
select
  family as case_id, child_id, day as counted_on, team,
  known = children and first_due = last_due as met,
  children as value,
  children || ' children; ' || case when known < children then 'no review day on record for ' || children - known
    when first_due = last_due then 'next review ' || strftime(first_due, '%d %B %Y')
    else 'next reviews from ' || strftime(first_due, '%d %B %Y') || ' to ' || strftime(last_due, '%d %B %Y') end as reason
from families;
