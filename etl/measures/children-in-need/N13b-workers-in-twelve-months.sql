/*---
id: N13b
title: Workers in 12 months
question: How many workers does a child have to get to know in a year?
numerator: Workers who held the case in the 12 months before, or since it was opened
denominator: Children open to children's social care for more than six months, with a worker on record
kind: mean
good: low
unit: workers
limit: worker_continuity_months
sources: ["local placeholder: continuity is not trust"]
findings: [D-S3]
requires: [involvement.worker, involvement.started_on]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  o.child_id || '/' || o.started_on as case_id, o.child_id, o.day as counted_on, o.status as case_status, o.team,
  count(distinct w.worker) as value,
  count(distinct w.worker) || case when count(distinct w.worker) = 1 then ' worker' else ' workers' end || ' since ' || strftime(o.from_on, '%d %B %Y') as reason
from (select *, greatest(started_on, cast(day - interval 12 month as date)) as from_on from journey.open_long) o
join journey.worker_spell w on w.child_id = o.child_id and w.started_on <= o.day and (w.ended_on is null or w.ended_on > o.from_on)
group by o.child_id, o.started_on, o.day, o.status, o.team, o.from_on;
