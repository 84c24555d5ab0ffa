/*---
id: "8863Q"
title: Assessment started while another under the same referral was under way
dimension: consistency
severity: query
requires: [assessment.started_on, assessment.authorised_on]
judges: [assessment.started_on]
tested: from journey.assessment where referral_date is not null
source: DfE CIN census 2025 to 2026, rule 8863Q
---*/
with earlier as (
  select *, max(coalesce(authorised_on, date '9999-12-31')) over (partition by child_id, referral_date order by started_on, record_key rows between unbounded preceding and 1 preceding) as other_until
  from journey.assessment
  where referral_date is not null
)
select record_key, child_id, team, started_on as happened_on,
  'started ' || started_on || ', another ' || case when other_until = date '9999-12-31' then 'still open' else 'open until ' || other_until end as detail
from earlier
where started_on <= other_until
