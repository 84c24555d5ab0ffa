-- Who was allocated to a child and when. `ended_on` is the last day, null: still. Other roles, and rows without a worker, are no allocation.
create table journey.allocated_worker as
select i.child_id, i.started_on, i.ended_on
from records.involvement i
left join reference.involvement_role r on r.code = i.role
where not i.withdrawn and i.worker is not null and coalesce(r.is_allocated_worker, true)
  and i.started_on <= as_at() and (i.ended_on is null or i.ended_on >= i.started_on);

-- The spans in which a child had any allocated worker, merged so that they never touch: handed over on one day and taken on the next is no gap.
-- A span that goes on ends in the year 9999, so that a day is found by two comparisons.
create table journey.allocated as
with held as (
  select child_id, started_on, coalesce(ended_on, date '9999-12-30') as ended_on from journey.allocated_worker
),
marked as (
  select *, started_on > 1 + max(ended_on) over (partition by child_id order by started_on, ended_on rows between unbounded preceding and 1 preceding) as apart
  from held
),
numbered as (
  select *, sum(case when apart then 1 else 0 end) over (partition by child_id order by started_on, ended_on rows unbounded preceding) as nth
  from marked
)
select child_id, min(started_on) as started_on, max(ended_on) as ended_on
from numbered
group by child_id, nth;

-- Accepted referrals with the first day, from the referral until the child's next one, on which the child had an allocated worker.
-- A worker whose time with the child ended on the day of the referral is the last case's.
create table journey.referral_allocated as
with first as (
  select r.case_id, min(greatest(a.started_on, r.referral_date)) as allocated_on
  from journey.referral r
  join journey.allocated_worker a on a.child_id = r.child_id
  where (a.ended_on is null or a.ended_on > r.referral_date or a.started_on >= r.referral_date)
    and (r.next_referral_date is null or a.started_on < r.next_referral_date)
  group by r.case_id
)
select r.case_id, r.child_id, r.referral_date, r.closed_on, r.source, r.need, r.team, f.allocated_on,
  add_working_days(r.referral_date, limit_on('allocation_working_days', r.referral_date)) as due_on, working_days(r.referral_date, f.allocated_on) as days
from journey.referral r
left join first f using (case_id)
where not r.no_further_action and r.referral_date <= as_at();
