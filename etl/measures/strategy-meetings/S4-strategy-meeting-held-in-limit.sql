/*---
id: S4
title: Strategy meetings held on time
question: Once we decide to hold a strategy meeting, does it happen soon enough?
numerator: Strategy meetings held within the limit of the decision to hold one
denominator: Every decision about a child to hold one whose limit has expired, including those never held
kind: percentage
good: high
unit: percent
limit: strategy_hours
day_count: in_time
category: {label: Clock}
sources: ["local placeholder: 24 hours, or one working day where only dates are recorded"]
findings: [P-A1, D-S4, D-A1, FV-2]
requires: [strategy_meeting.triggered_at, strategy_meeting.held_at]
breakdowns: [category, case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, case when not by_hours then cast(triggered_at as date) end as clock_on, due_on, held_on as done_on, team,
  case when is_open then 'open' else 'new' end as case_status,
  case when by_hours then 'hours' else 'working days' end as category,
  coalesce(case when by_hours then minutes <= 60 * limit_on('strategy_hours', triggered_at) else days <= limit_on('strategy_working_days', triggered_at) end, false) as met,
  (minutes + 30) // 60 as value,
  case when held_at is null then 'not held; was due ' || strftime(due_on, '%d %B %Y')
       when by_hours then 'held ' || minutes // 60 || ' hours ' || minutes % 60 || ' minutes after the decision'
       else 'held ' || days || ' working days after the decision' end as reason
from journey.strategy_of_child
where due_on <= as_at() and not held_before_decided;
