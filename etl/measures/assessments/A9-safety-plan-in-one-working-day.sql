/*---
id: A9
title: Safety plan where there is immediate risk
question: Is there a safety plan by the next working day?
numerator: Section 47 enquiries and red contacts with a safety plan made on the day or by the next working day
denominator: Section 47 enquiries started and red contacts, whose limit has expired
kind: percentage
good: high
unit: percent
limit: safety_plan_working_days
category: {label: What asked for it}
sources: ["local placeholder: 1 working day"]
findings: [F-S3, D-S4]
requires: [section_47.started_on | contact.rag_initial | contact.rag_final, assessment.safety_plan_at]
breakdowns: [category, team, source, locality, age_band, sex, ethnicity]
---*/
with due as (
  select *, add_working_days(happened_on, limit_on('safety_plan_working_days', happened_on)) as due_on
  from journey.red_event
),
planned as (
  select d.*, p.plan_on
  from due d
  asof left join (
    select distinct child_id, cast(safety_plan_at as date) as plan_on
    from journey.assessment_case
    where cast(safety_plan_at as date) <= as_at()
  ) p on p.child_id = d.child_id and p.plan_on >= d.happened_on
)
select
  case_id, child_id, due_on as counted_on, due_on, plan_on as done_on, source, team,
  coalesce(working_days(happened_on, plan_on) <= limit_on('safety_plan_working_days', happened_on), false) as met,
  working_days(happened_on, plan_on) as value,
  case kind when 'section_47' then 'Section 47 enquiry' else 'Red contact' end as category,
  case kind when 'section_47' then 'section 47 enquiry' else 'red contact' end || ' of ' || strftime(happened_on, '%d %B %Y')
    || case when plan_on is null then ', no safety plan since' else ', safety plan ' || working_days(happened_on, plan_on) || ' working days after' end as reason
from planned
where due_on <= as_at();
