-- Referrals that ended in a step-down to early help: closed so, else assessed so. The earliest assessment that says it gives the day.
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
)
select * from closed where stepped_down_on >= referral_date;
