-- The spans in which a child is open to children's social care: accepted referrals until they close, and the plans and care episodes that reach
-- beyond them, merged so that a child's spans never touch. `ended_on` is the first day on which the child is no longer open; null: still open.
-- What is dated after the as-at date is not known yet. Early help is not children's social care.
create table journey.case_part as
with parts as (
  select child_id, referral_date as started_on, closed_on as ended_on, team, 'open_assessment' as status, 4 as rank from journey.referral where not no_further_action
  union all
  select child_id, started_on, ended_on, team, 'cin_plan', 3 from records.cin_plan where not withdrawn
  union all
  select child_id, started_on, ended_on, team, 'cp_plan', 2 from records.cp_plan where not withdrawn
  union all
  select child_id, started_on, ended_on, team, 'looked_after', 1 from records.care_episode where not withdrawn
)
select child_id, started_on, case when ended_on <= as_at() then ended_on end as ended_on, team, status, rank
from parts
where started_on <= as_at() and (ended_on is null or ended_on > started_on);

create table journey.open_case as
with marked as (
  select *,
    started_on > max(coalesce(ended_on, date '9999-12-31')) over (
      partition by child_id order by started_on, coalesce(ended_on, date '9999-12-31'), rank, team rows between unbounded preceding and 1 preceding) as apart
  from journey.case_part
),
numbered as (
  select *, sum(case when apart then 1 else 0 end) over (
    partition by child_id order by started_on, coalesce(ended_on, date '9999-12-31'), rank, team rows unbounded preceding) as nth
  from marked
),
merged as (
  select child_id, nth, min(started_on) as started_on, case when count(*) = count(ended_on) then max(ended_on) end as ended_on
  from numbered
  group by child_id, nth
),
-- what the child is open as now, or was on the last day, by the weightiest part; and the newest team that a part names
last_day as (
  select child_id, nth, arg_min(n.status, n.rank) filter (where n.ended_on is not distinct from m.ended_on) as status,
    arg_max(n.team, (n.started_on, n.team)) filter (where n.team is not null) as team
  from merged m
  join numbered n using (child_id, nth)
  group by all
),
-- the team that took the case last in the span
given_to as (
  select m.child_id, m.nth, arg_max(i.team, (i.started_on, i.team)) as team
  from merged m
  join records.involvement i on i.child_id = m.child_id and not i.withdrawn and i.team is not null
    and i.started_on <= as_at() and (m.ended_on is null or i.started_on < m.ended_on) and (i.ended_on is null or i.ended_on > m.started_on)
  left join reference.involvement_role r on r.code = i.role
  where coalesce(r.is_allocated_worker, true)
  group by all
)
select m.child_id, m.started_on, m.ended_on, coalesce(g.team, l.team) as team, l.status
from merged m
join last_day l using (child_id, nth)
left join given_to g using (child_id, nth);

-- The child's case status through each span: the weightiest of the plans and care that run, day by day, in stretches that do not overlap.
create table journey.case_status as
with edges as (
  select child_id, started_on as day from journey.case_part
  union
  select child_id, coalesce(ended_on, date '9999-12-31') from journey.case_part
),
stretches as (
  select child_id, day as from_on, lead(day) over (partition by child_id order by day) as to_on from edges
)
select s.child_id, s.from_on, s.to_on, arg_min(c.status, c.rank) as status, o.started_on as case_started_on, o.team
from stretches s
join journey.case_part c on c.child_id = s.child_id and c.started_on <= s.from_on and coalesce(c.ended_on, date '9999-12-31') > s.from_on
join journey.open_case o on o.child_id = s.child_id and o.started_on <= s.from_on and coalesce(o.ended_on, date '9999-12-31') > s.from_on
where s.to_on is not null
group by s.child_id, s.from_on, s.to_on, o.started_on, o.team;
