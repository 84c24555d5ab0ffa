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
sources: ["local placeholder: 20 working days"]
findings: []
requires: [referral.referral_date, referral.closure_reason | assessment.outcome, early_help.started_on]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
with due as (
  select *, add_working_days(stepped_down_on, limit_on('early_help_start_working_days', stepped_down_on)) as due_on
  from journey.step_down
),
started as (
  -- early help that was there already and goes on is under way
  select d.case_id, min(greatest(e.started_on, d.stepped_down_on)) as started_on
  from due d
  join records.early_help e on e.child_id = d.child_id and not e.withdrawn and e.started_on <= as_at()
    and (e.started_on >= d.stepped_down_on or e.ended_on is null or e.ended_on > d.stepped_down_on)
  group by d.case_id
)
select
  d.case_id, d.child_id, d.due_on as counted_on, d.due_on, s.started_on as done_on, d.source, d.need, d.team,
  coalesce(working_days(d.stepped_down_on, s.started_on) <= limit_on('early_help_start_working_days', d.stepped_down_on), false) as met,
  working_days(d.stepped_down_on, s.started_on) as value,
  'stepped down ' || strftime(d.stepped_down_on, '%d %B %Y') || case when s.started_on is null then ', no early help since' else ', early help after ' || working_days(d.stepped_down_on, s.started_on) || ' working days' end as reason
from due d
left join started s using (case_id)
where d.due_on <= as_at();
