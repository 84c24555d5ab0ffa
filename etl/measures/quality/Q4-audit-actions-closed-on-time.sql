/*---
id: Q4
title: Audit actions closed on time
question: Is what audits ask for done?
numerator: Actions closed by their due date
denominator: Actions that have fallen due
kind: percentage
good: high
unit: percent
sources: ["local standard: the due date written on each action"]
findings: [L-A1, M-8]
requires: [audit_action.due_on, audit_action.closed_on]
category: {label: Domain, list: audit_domain}
breakdowns: [agency, team, category]
---*/
with audited as (
  select audit_id, min(audited_on) as audited_on, min(child_id) as child_id, min(team) as team
  from records.audit
  where not withdrawn
  group by audit_id
)
select
  c.action_id as case_id, a.child_id, c.due_on as counted_on, c.due_on, c.closed_on as done_on, coalesce(c.team, a.team) as team,
  split_part(c.owner_agency, '.', 1) as agency, c.domain as category,
  coalesce(c.closed_on <= c.due_on, false) as met,
  date_diff('day', c.due_on, c.closed_on) as value,
  case when c.closed_on is null then 'not closed; was due ' || strftime(c.due_on, '%d %B %Y')
       when c.closed_on <= c.due_on then 'closed in time'
       else 'closed ' || date_diff('day', c.due_on, c.closed_on) || ' days late' end as reason
from records.audit_action c
left join audited a using (audit_id)
where not c.withdrawn and c.due_on <= as_at()
  and (c.closed_on is null or a.audited_on is null or c.closed_on >= a.audited_on);
