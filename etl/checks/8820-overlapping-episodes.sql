/*---
id: "8820"
title: Referral made before an earlier one of the same child was closed
dimension: consistency
severity: error
requires: [referral.closed_on, referral.no_further_action]
judges: [referral.referral_date]
tested: from quality.referral
source: DfE CIN census 2025 to 2026, rule 8820; one may begin on the day on which the other ends
---*/
with lasting as (
  select *,
    case when closed_on is not null then closed_on
      when not coalesce(no_further_action, false) and quality.told('referral', 'closed_on', first_load, last_load) then date '9999-12-31' end as until
  from quality.referral
),
earlier as (
  select *, max(until) over (partition by child_id order by referral_date rows between unbounded preceding and 1 preceding) as other_until
  from lasting
)
select record_key, child_id, team, referral_date as happened_on,
  'referred ' || referral_date || ', an earlier one ' || case when other_until = date '9999-12-31' then 'still open' else 'open until ' || other_until end as detail
from earlier
where referral_date < other_until
