-- The days on which snapshots are taken: the last day of each month that the records reach, and the as-at date itself.
create table journey.period_end as
with reach as (
  select min(day) as first from (
    select min(referral_date) as day from journey.referral
    union all select min(started_on) from journey.cin_plan
    union all select min(cast(received_at as date)) from journey.contact)
),
months as (
  select unnest(generate_series(cast(date_trunc('month', greatest(first, as_at() - interval 10 year)) as date), as_at(), interval 1 month)) as month
  from reach where first is not null and first <= as_at()
)
select least(last_day(cast(month as date)), as_at()) as day from months order by day;
