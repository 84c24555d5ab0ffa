/*---
id: H1
title: Early help started within 20 working days of step-down
question: When we step a child down to early help, does early help begin?
numerator: Step-downs after which early help was under way within 20 working days
denominator: Step-downs to early help whose limit has expired
kind: percentage
good: high
unit: percent
limit: early_help_start_working_days
day_count: in_time
sources: ["local placeholder: 20 working days"]
findings: []
requires: [referral.referral_date, referral.closure_reason | assessment.outcome, early_help.started_on]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, stepped_down_on as clock_on, due_on, started_on as done_on, source, need, team,
  coalesce(days <= limit_on('early_help_start_working_days', stepped_down_on), false) as met,
  days as value,
  'stepped down ' || strftime(stepped_down_on, '%d %B %Y') || case when started_on is null then ', no early help since' else ', early help after ' || days || ' working days' end as reason
from journey.step_down
where due_on <= as_at();
