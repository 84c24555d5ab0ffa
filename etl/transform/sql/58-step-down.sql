-- Referrals that ended in a step-down to early help: closed so, else assessed so (the earliest assessment that says it gives the day); with the
-- first day from then on which early help was under way.
create table journey.step_down as
with assessed as (
  select child_id, referral_date, min(authorised_on) as stepped_down_on
  from journey.completed_assessment
  where outcome = 'early_help'
  group by all
),
closed as (
  select r.case_id, r.child_id, r.referral_date, r.source, r.need, r.team,
    case when c.is_early_help and r.closed_on <= as_at() then r.closed_on else a.stepped_down_on end as stepped_down_on
  from journey.referral r
  left join reference.closure_reason c on c.code = r.closure_reason
  left join assessed a on a.child_id = r.child_id and a.referral_date = r.referral_date
),
helped as (
  -- early help that was there already and goes on is under way
  select c.case_id, min(greatest(e.started_on, c.stepped_down_on)) as started_on
  from closed c
  join records.early_help e on e.child_id = c.child_id
  where not e.withdrawn and e.started_on <= as_at()
    and (e.started_on >= c.stepped_down_on or e.ended_on is null or e.ended_on > c.stepped_down_on)
  group by c.case_id
)
select c.*, h.started_on, add_working_days(c.stepped_down_on, limit_on('early_help_start_working_days', c.stepped_down_on)) as due_on, working_days(c.stepped_down_on, h.started_on) as days
from closed c
left join helped h using (case_id)
where c.stepped_down_on >= c.referral_date;
