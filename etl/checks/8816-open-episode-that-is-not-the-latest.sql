/*---
id: "8816"
title: Referral still open though the child was referred again later
dimension: consistency
severity: error
requires: [referral.closed_on, referral.no_further_action]
judges: [referral.closed_on]
tested: from quality.referral
source: DfE CIN census 2025 to 2026, rule 8816
---*/
with followed as (
  select *, lead(referral_date) over (partition by child_id order by referral_date) as next_on
  from quality.referral
)
select record_key, child_id, team, referral_date as happened_on, 'referred ' || referral_date || ' and not closed, referred again ' || next_on as detail
from followed
where next_on is not null and closed_on is null and not coalesce(no_further_action, false) and quality.told('referral', 'closed_on', first_load, last_load)
