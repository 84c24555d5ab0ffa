/*---
id: "4001"
title: Child-in-need plan open at the same time as a child protection plan
dimension: consistency
severity: error
requires: [cin_plan.started_on, cp_plan.started_on]
judges: [cin_plan.started_on]
tested: from records.cin_plan where not withdrawn
source: DfE CIN census 2025 to 2026, rules 4001, 4016 and 4017; one may begin on the day on which the other ends
---*/
select n.record_key, min(n.child_id) as child_id, min(n.team) as team, min(n.started_on) as happened_on,
  'plan from ' || min(n.started_on) || ', child protection plan from ' || min(p.started_on) as detail
from records.cin_plan n
join records.cp_plan p
  on p.child_id = n.child_id and not p.withdrawn
  and n.started_on < coalesce(p.ended_on, date '9999-12-31') and p.started_on < coalesce(n.ended_on, date '9999-12-31')
where not n.withdrawn
group by n.record_key
