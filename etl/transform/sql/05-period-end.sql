-- The days on which snapshots are taken: the last day of each month that the records reach, and the as-at date itself.
create table journey.period_end as
with reach as (
  select min(day) as first from (
    select min(referral_date) as day from records.referral where not withdrawn
    union all select min(started_on) from records.cin_plan where not withdrawn
    union all select min(started_on) from records.cp_plan where not withdrawn
    union all select min(cast(received_at as date)) from records.contact where not withdrawn
    union all select min(cast(received_at as date)) from records.out_of_hours_contact where not withdrawn
    union all select min(cast(coalesce(triggered_at, held_at) as date)) from records.strategy_meeting where not withdrawn
    union all select min(started_on) from records.section_47 where not withdrawn
    union all select min(cast(requested_at as date)) from records.information_request where not withdrawn
    union all select min(date) from records.mash_rota where not withdrawn
    union all select min(audited_on) from records.audit where not withdrawn
    union all select min(coalesce(held_on, due_on)) from records.supervision where not withdrawn
    union all select min(month) from records.workforce where not withdrawn)
),
months as (
  select unnest(generate_series(cast(date_trunc('month', greatest(first, as_at() - interval 10 year)) as date), as_at(), interval 1 month)) as month
  from reach where first is not null and first <= as_at()
)
select least(last_day(cast(month as date)), as_at()) as day from months order by day;
