/*---
id: K3
title: First core group within ten working days
question: Does the core group meet soon after the conference?
numerator: First core groups held within 10 working days of the conference, on which the plan began
denominator: New child protection plans whose limit expired while they ran
kind: percentage
good: high
unit: percent
limit: core_group_working_days
day_count: in_time
sources: [Working Together to Safeguard Children 2023]
findings: []
requires: [cp_plan.started_on, cin_meeting.type, cin_meeting.held_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, core_group_due_on as counted_on, started_on as clock_on, core_group_due_on as due_on, core_group_on as done_on, team,
  core_group_on is not null and days_to_core_group <= limit_on('core_group_working_days', started_on) as met,
  days_to_core_group as value,
  case when core_group_on is null then 'no core group; was due ' || strftime(core_group_due_on, '%d %B %Y')
       else 'held ' || days_to_core_group || ' working days after the conference' end as reason
from journey.protection_plan
where core_group_due_on <= as_at() and (ended_on is null or core_group_due_on < ended_on or core_group_on is not null);
