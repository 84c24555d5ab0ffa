/*---
id: W2c
title: Agency social workers
question: How much of the work is done by agency staff?
numerator: Full-time equivalent agency workers, month by month
denominator: Full-time equivalent workers, in post or from an agency
kind: percentage
counts: weight
scale: 100
good: low
unit: percent
comparator: agency_percent
sources: [DfE children's social work workforce]
findings: []
requires: [workforce.fte, workforce.agency_fte]
breakdowns: [team]
---*/
with posts as (
  select team, last_day(month) as counted_on, cast(round(100 * sum(fte)) as integer) as filled, cast(round(100 * sum(agency_fte)) as integer) as agency
  from records.workforce
  where not withdrawn and fte >= 0 and agency_fte >= 0 and last_day(month) <= as_at()
  group by all
)
select
  team || '/' || strftime(counted_on, '%Y-%m') || case when met then '/agency' else '/in post' end as case_id, cast(null as varchar) as child_id, counted_on, team, met,
  case when met then agency else filled end as value,
  case when met then printf('%.2f agency workers', agency / 100.0) else printf('%.2f workers in post', filled / 100.0) end || ', ' || strftime(counted_on, '%B %Y') as reason
from posts, (values (true), (false)) as part(met)
where case when met then agency else filled end > 0;
