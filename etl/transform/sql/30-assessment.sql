-- Each assessment with the referral it answers: the one it names, else the child's latest referral on or before its start.
create table journey.assessment as
with told as (
  select record_key, child_id, referral_id, referral_date, started_on, authorised_on, child_seen, child_seen_on, outcome, factors, team
  from records.assessment
  where not withdrawn and started_on <= as_at()
),
named as (
  select a.record_key, min(r.referral_date) as referral_date
  from told a
  -- all referrals: what names the second of a day belongs to the first
  join records.referral r
    on r.child_id = a.child_id and not r.withdrawn and (r.referral_id = a.referral_id or r.referral_date = a.referral_date)
  group by a.record_key
),
latest as (
  select a.record_key, max(r.referral_date) as referral_date
  from told a
  join journey.referral r on r.child_id = a.child_id and r.referral_date <= a.started_on
  group by a.record_key
),
placed as (
  select told.* exclude (referral_date), coalesce(named.referral_date, latest.referral_date) as referral_date
  from told
  left join named using (record_key)
  left join latest using (record_key)
)
select *,
  row_number() over (partition by child_id, referral_date order by started_on, authorised_on nulls last, record_key) as nth
from placed;
