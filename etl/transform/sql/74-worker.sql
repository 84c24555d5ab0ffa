-- Times in which one worker held a child's case as its allocated worker; what touches, or follows on the next day, is one time. Holds no names.
create table journey.worker_spell as
with held as (
  select i.child_id, i.worker, i.started_on, case when i.ended_on <= as_at() then i.ended_on end as ended_on, i.team
  from records.involvement i
  left join reference.involvement_role r on r.code = i.role
  where not i.withdrawn and i.worker is not null and coalesce(r.is_allocated_worker, true)
    and i.started_on <= as_at() and (i.ended_on is null or i.ended_on >= i.started_on)
),
marked as (
  select *,
    case when started_on > max(coalesce(ended_on + 1, date '9999-12-31')) over (
      partition by child_id, worker order by started_on, ended_on nulls last rows between unbounded preceding and 1 preceding) then 1 else 0 end as apart
  from held
),
numbered as (
  select *, sum(apart) over (partition by child_id, worker order by started_on, ended_on nulls last rows unbounded preceding) as nth
  from marked
)
select child_id, worker, min(started_on) as started_on, case when count(*) = count(ended_on) then max(ended_on) end as ended_on,
  arg_max(team, (started_on, team)) filter (where team is not null) as team
from numbered
group by child_id, worker, nth;
