/*---
id: W2b
title: Social work posts vacant
question: How many posts stand empty?
numerator: Full-time equivalent posts vacant, month by month
denominator: Full-time equivalent posts, filled or vacant
kind: percentage
counts: weight
scale: 100
good: low
unit: percent
comparator: vacancy_percent
sources: [DfE children's social work workforce]
findings: []
requires: [workforce.fte, workforce.vacancies_fte]
breakdowns: [team]
---*/
with posts as (
  select team, last_day(month) as counted_on, cast(round(100 * sum(fte)) as integer) as filled, cast(round(100 * sum(vacancies_fte)) as integer) as vacant
  from records.workforce
  where not withdrawn and fte >= 0 and vacancies_fte >= 0 and last_day(month) <= as_at()
  group by all
)
select
  team || '/' || strftime(counted_on, '%Y-%m') || case when met then '/vacant' else '/in post' end as case_id, cast(null as varchar) as child_id, counted_on, team, met,
  case when met then vacant else filled end as value,
  case when met then printf('%.2f posts vacant', vacant / 100.0) else printf('%.2f workers in post', filled / 100.0) end || ', ' || strftime(counted_on, '%B %Y') as reason
from posts, (values (true), (false)) as part(met)
where case when met then vacant else filled end > 0;
