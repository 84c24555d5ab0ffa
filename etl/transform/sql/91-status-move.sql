-- Every move of a child between case statuses (child protection, child in need, …, closed), up or down, and for a move down whether the child came
-- back to where it had been, or further up, within the time of N10: too recent to tell while that time runs.
create view journey.status_move as
with spells as (
  select child_id, status, team, from_on, to_on from journey.case_status
  union all
  -- closed until the next case begins
  select child_id, 'closed', team, to_on, next_on
  from (select child_id, team, to_on, lead(from_on) over (partition by child_id order by from_on) as next_on from journey.case_status)
  where to_on <= as_at() and (next_on is null or next_on > to_on)
),
ranked as (
  select *, case status when 'looked_after' then 1 when 'cp_plan' then 2 when 'cin_plan' then 3 when 'open_assessment' then 4 else 5 end as rank
  from spells
),
moves as (
  select child_id, from_on as moved_on, team, status as to_status, rank as to_rank,
    coalesce(lag(status) over child, 'closed') as from_status, coalesce(lag(rank) over child, 5) as from_rank
  from ranked
  window child as (partition by child_id order by from_on)
  qualify status is distinct from coalesce(lag(status) over child, 'closed')
),
back as (
  select d.child_id, d.moved_on, min(u.moved_on) as back_on
  from moves d
  join moves u on u.child_id = d.child_id and u.moved_on > d.moved_on and u.to_rank <= d.from_rank
  where d.to_rank > d.from_rank
  group by all
),
judged as (
  select m.*, m.to_rank > m.from_rank as is_down, b.back_on, cast(m.moved_on + to_months(limit_on('step_up_again_months', m.moved_on)) as date) as until_on
  from moves m
  left join back b using (child_id, moved_on)
),
with_need as (
  select j.*, r.need from judged j asof left join journey.referral r on r.child_id = j.child_id and r.referral_date <= j.moved_on
)
select w.child_id, w.moved_on, w.team, w.from_status, w.to_status, case when w.is_down then 'down' else 'up' end as direction,
  w.is_down and coalesce(w.back_on <= w.until_on, false) as again,
  w.is_down and w.back_on is null and w.until_on > as_at() as too_recent,
  w.need, g.sex, g.ethnicity, g.disability, age_band_of(age_at(g.date_of_birth, w.moved_on)) as age_band
from with_need w
left join journey.child_group g using (child_id);
