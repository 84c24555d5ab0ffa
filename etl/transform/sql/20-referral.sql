-- Referrals in the order a child lived them: which came before, which after, who was given the case.
-- Of two on one day for one child the first counts (DfE methodology).
create table journey.referral as
with counted as (
  select *
  from records.referral
  where not withdrawn and referral_date is not null
  qualify row_number() over (partition by child_id, referral_date order by referral_id nulls last, record_key) = 1
),
in_order as (
  select *,
    lag(referral_date) over child as previous_referral_date,
    lead(referral_date) over child as next_referral_date
  from counted
  window child as (partition by child_id order by referral_date)
),
given_to as (
  -- the team that first took the case on after the referral and before the child's next one
  select r.child_id, r.referral_date, arg_min(t.team, t.started_on) as team
  from in_order r
  join journey.taken_on t on t.child_id = r.child_id and t.started_on >= r.referral_date and (r.next_referral_date is null or t.started_on < r.next_referral_date)
  group by r.child_id, r.referral_date
)
select
  coalesce(r.referral_id || '/' || r.child_id, r.child_id || '/' || r.referral_date) as case_id,
  r.child_id, r.referral_id, r.referral_date, r.closed_on, r.closure_reason, r.source, r.primary_need as need,
  coalesce(r.no_further_action, false) as no_further_action,
  r.previous_referral_date, r.next_referral_date,
  coalesce(r.team, g.team) as team
from in_order r
left join given_to g using (child_id, referral_date);
