/*---
id: Q5
title: Re-audits that improved
question: Is practice better when a case is audited again?
numerator: Grades higher than at the case's audit before
denominator: Grades of a case's domain that an earlier audit had graded
kind: percentage
good: high
unit: percent
sources: ["Ofsted four-point grades, moderated where they have been"]
findings: [D-A6, L-A1, M-8]
requires: [audit.child_id, audit.audited_on, audit.domain, audit.grade | audit.moderated_grade]
category: {label: Domain, list: audit_domain}
breakdowns: [category, team, agency]
---*/
with before as (
  select child_id, domain, audited_on, final_grade
  from journey.audit_grade
  where child_id is not null
  qualify row_number() over (partition by child_id, domain, audited_on order by audit_id) = 1
)
select
  a.audit_id || '/' || a.domain as case_id, a.child_id, a.audited_on as counted_on, a.team, a.agency, a.domain as category,
  a.final_grade > b.final_grade as met, a.final_grade - b.final_grade as value,
  'graded ' || b.final_grade || ' on ' || strftime(b.audited_on, '%d %B %Y') || ', then ' || a.final_grade as reason
from journey.audit_grade a
asof join before b on b.child_id = a.child_id and b.domain = a.domain and b.audited_on < a.audited_on;
