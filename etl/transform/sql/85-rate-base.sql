-- What rates are set over, by month: children aged 0 to 17 of the authority, children open to social care at the end of the month, and the
-- full-time equivalents of a team. A null team is the whole authority.
create table journey.rate_base as
with months as (
  select day, strftime(day, '%Y-%m') as period,
    -- DfE sets a year ending March over the mid-year estimate before it
    year(day) - case when month(day) < 4 then 1 else 0 end as estimate_year
  from journey.period_end
),
open_then as (
  select m.period, o.team, cast(sum(o.children) as bigint) as n
  from months m
  join (select day, team, count(*) as children from journey.open_by_time group by day, team) o on o.day = m.day
  group by grouping sets ((m.period, o.team), (m.period))
  -- the rows of no team are no team's base
  having grouping(o.team) = 1 or o.team is not null
),
staffed as (
  select strftime(w.month, '%Y-%m') as period, w.team, sum(w.fte) as n
  from records.workforce w
  where not w.withdrawn and w.fte is not null
  group by grouping sets ((strftime(w.month, '%Y-%m'), w.team), (strftime(w.month, '%Y-%m')))
)
select 'population' as base, m.period, cast(null as varchar) as team, cast(p.population as decimal(18, 2)) as n
from months m
-- the newest estimate serves until the next is published
asof join reference.population p on p.year <= m.estimate_year
union all select 'open_cases', period, team, n from open_then
union all select 'fte', period, team, n from staffed;
