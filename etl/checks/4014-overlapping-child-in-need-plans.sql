/*---
id: "4014"
title: Child-in-need plan started while another of the same child was open
dimension: consistency
severity: error
requires: [cin_plan.started_on]
judges: [cin_plan.started_on]
tested: from records.cin_plan where not withdrawn
source: DfE CIN census 2025 to 2026, rule 4014; a plan that starts on the day on which another ends overlaps it
---*/
with earlier as (
  select *, max(coalesce(ended_on, date '9999-12-31')) over (partition by child_id order by started_on, record_key rows between unbounded preceding and 1 preceding) as other_until
  from records.cin_plan
  where not withdrawn
)
select record_key, child_id, team, started_on as happened_on,
  'plan from ' || started_on || ', another ' || case when other_until = date '9999-12-31' then 'still open' else 'until ' || other_until end as detail
from earlier
where started_on <= other_until
