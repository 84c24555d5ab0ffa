/*---
id: N13a
title: Same worker for six months
question: Does each child keep the same worker?
numerator: Children whose worker has held the case for six months or more
denominator: Children open to children's social care for more than six months
kind: snapshot
good: high
unit: percent
limit: worker_continuity_months
sources: ["local placeholder: six months; continuity is not trust"]
findings: [D-S3]
requires: [involvement.worker, involvement.started_on]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  o.child_id || '/' || o.started_on as case_id, o.child_id, o.day as counted_on, o.status as case_status, coalesce(w.team, o.team) as team,
  w.started_on + to_months(limit_on('worker_continuity_months', o.day)) <= o.day is true as met,
  date_diff('day', w.started_on, o.day) as value,
  case when w.started_on is null then 'no worker now' else 'same worker since ' || strftime(w.started_on, '%d %B %Y') end as reason
from journey.open_long o
left join journey.current_worker w using (day, child_id);
