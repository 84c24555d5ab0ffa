/*---
id: S12a
title: Initial conferences that led to a plan
question: How often does an initial conference make a child protection plan?
numerator: Initial conferences that led to a child protection plan
denominator: Initial conferences held
kind: percentage
good: neutral
unit: percent
sources: [DfE Characteristics of children in need 2025]
findings: []
requires: [conference.type, conference.held_on, conference.outcome_plan | cp_plan.started_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  c.case_id, c.child_id, c.held_on as counted_on, c.team,
  -- where the conference does not say, a plan that began on its day
  coalesce(c.outcome_plan, p.case_id is not null) as met,
  case when coalesce(c.outcome_plan, p.case_id is not null) then 'a plan was made' when c.outcome_plan is null then 'no plan on record' else 'no plan was made' end as reason
from journey.conference c
left join journey.protection_plan p on p.child_id = c.child_id and p.started_on = c.held_on
where c.type = 'initial' and c.held_on is not null;
