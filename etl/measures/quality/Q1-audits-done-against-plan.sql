/*---
id: Q1
title: Audits done against plan
question: Does each agency do the audits it agreed to?
numerator: Audits completed in the period they were planned for, up to the number planned
denominator: Audits planned, in periods that are over
kind: percentage
counts: weight
good: high
unit: percent
sources: ["local placeholder: all of the audits planned"]
findings: [D-S1, L-A1, M-8]
requires: [audit.audited_on, audit.agency, audit_plan.planned]
breakdowns: [agency]
---*/
with planned as (
  select period, split_part(agency, '.', 1) as agency, min(period_first(period)) as first, min(period_last(period)) as last, sum(planned) as planned
  from records.audit_plan
  where not withdrawn and planned > 0
  group by all
),
audited as (
  select distinct audit_id, audited_on, split_part(agency, '.', 1) as agency
  from records.audit
  where not withdrawn
),
done as (
  -- more audits than planned make up for no other agency's
  select p.period, p.agency, p.last, p.planned, least(p.planned, count(distinct a.audit_id)) as done
  from planned p
  left join audited a on a.agency = p.agency and a.audited_on between p.first and p.last
  where p.last <= as_at()
  group by p.period, p.agency, p.last, p.planned
)
select
  period || '/' || agency || case when met then '/done' else '/not done' end as case_id, cast(null as varchar) as child_id, last as counted_on, last as due_on, agency, met,
  case when met then done else planned - done end as value,
  case when met then done || ' of ' || planned || ' audits done, ' || period else planned - done || ' of ' || planned || ' audits not done, ' || period end as reason
from done, (values (true), (false)) as part(met)
where case when met then done else planned - done end > 0;
