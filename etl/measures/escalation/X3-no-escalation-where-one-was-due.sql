/*---
id: X3
title: No escalation where one was due
question: When a child's plan stands still or risk goes unanswered, does anybody challenge it?
numerator: Children for whom nobody escalated and no manager's oversight was recorded within 20 working days
denominator: Children for whom a rule was broken (N3 no meeting, N7 drift, N8 rising risk) and was not mended unchallenged within 20 working days, the limit expired
kind: percentage
good: low
unit: percent
counts: child
limit: escalation_due_working_days
day_count: late
category: {label: Rule}
sources: ["local placeholder: 20 working days. Records show escalations raised, never those missed: this is a proxy, and the rule is published"]
findings: [O-A2, D-A8, L-A2, M-8]
requires: [escalation.raised_at, management_oversight.occurred_at, cin_plan.started_on, cin_meeting.held_on]
breakdowns: [category, team, locality, age_band, sex, ethnicity]
---*/
with due as (
  select *, add_working_days(began_on, limit_on('escalation_due_working_days', began_on)) as due_on
  from journey.broken_rule
),
challenged as (
  select d.*, c.day as challenged_on, c.kind,
    c.day is not null and working_days(d.began_on, c.day) <= limit_on('escalation_due_working_days', d.began_on) as in_time,
    d.mended_on is not null and working_days(d.began_on, d.mended_on) <= limit_on('escalation_due_working_days', d.began_on) as mended_in_time
  from due d
  asof left join journey.challenge c on c.child_id = d.child_id and c.day >= d.began_on
  where d.due_on <= as_at()
)
select
  rule || '/' || case_id || '/' || began_on as case_id, child_id, due_on as counted_on, began_on as clock_on, due_on, challenged_on as done_on, team,
  case rule when 'N3' then 'No meeting' when 'N7' then 'Drift' else 'Rising risk' end as category,
  not in_time as met,
  date_diff('day', began_on, challenged_on) as value,
  case rule when 'N3' then 'no child-in-need meeting' when 'N7' then 'drift without a senior review' else 'rising risk unanswered' end
    || ' since ' || strftime(began_on, '%d %B %Y')
    || case when challenged_on is null then '; nobody escalated and no oversight is recorded' else '; ' || kind || ' ' || strftime(challenged_on, '%d %B %Y') end as reason
from challenged
-- what was put right in time asked for no escalation
where in_time or not mended_in_time;
