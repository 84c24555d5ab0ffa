/*---
id: V2
title: Supervision actions done
question: Does what is decided in supervision get done?
numerator: Actions done
denominator: Actions set in supervision, due by the next one
kind: percentage
counts: weight
good: high
unit: percent
limit: supervision_working_days
sources: ["local placeholder: done by the next supervision, every 20 working days"]
findings: [L-A5]
requires: [supervision.held_on, supervision.actions, supervision.actions_done]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
with due as (
  select child_id, held_on, team, actions, coalesce(actions_done, 0) as done, add_working_days(held_on, limit_on('supervision_working_days', held_on)) as due_on
  from records.supervision
  -- more done than were set is a fault
  where not withdrawn and actions > 0 and coalesce(actions_done, 0) between 0 and actions
)
select
  child_id || '/' || held_on || case when met then '/done' else '/not done' end as case_id, child_id, due_on as counted_on, due_on, team, met,
  case when met then done else actions - done end as value,
  case when met then done || ' of ' || actions || ' actions done' else actions - done || ' of ' || actions || ' actions not recorded as done' end as reason
from due, (values (true), (false)) as part(met)
where due_on <= as_at() and case when met then done else actions - done end > 0;
