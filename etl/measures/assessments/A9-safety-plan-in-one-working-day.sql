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
day_count: in_time
category: {label: What asked for it}
sources: ["local placeholder: 1 working day"]
findings: [F-S3, D-S4]
requires: [section_47.started_on | contact.rag_initial | contact.rag_final, assessment.safety_plan_at]
breakdowns: [category, team, source, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, happened_on as clock_on, due_on, plan_on as done_on, source, team,
  coalesce(days <= limit_on('safety_plan_working_days', happened_on), false) as met,
  days as value,
  case kind when 'section_47' then 'Section 47 enquiry' else 'Red contact' end as category,
  case kind when 'section_47' then 'section 47 enquiry' else 'red contact' end || ' of ' || strftime(happened_on, '%d %B %Y')
    || case when plan_on is null then ', no safety plan since' else ', safety plan ' || days || ' working days after' end as reason
from journey.red_event
where due_on <= as_at();
