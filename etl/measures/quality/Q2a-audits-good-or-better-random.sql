/*---
id: Q2a
title: Random audits graded good or better
question: How good is practice, in cases chosen by chance?
numerator: Audits graded good or outstanding overall
denominator: Random audits with an overall grade, the moderated one where there is one
kind: percentage
good: high
unit: percent
sources: ["Ofsted four-point grades; random and targeted samples apart"]
findings: [O-S1, O-S3, O-S4, O-S5, O-S6, O-A2, O-A3, O-A4, O-A6, F-S2, F-S3, F-A2, F-A3, P-S4, P-A1, P-A2, D-S2, D-S3, D-S5, D-A1, D-A2, D-A4, D-A6, D-A8, L-A2, L-A4, L-A5, M-7, M-8]
requires: [audit.audited_on, audit.selection, audit.domain, audit.grade | audit.moderated_grade]
breakdowns: [team, agency, locality]
---*/
select
  audit_id as case_id, child_id, audited_on as counted_on, team, agency, final_grade >= 3 as met, final_grade as value,
  'graded ' || case final_grade when 4 then 'outstanding' when 3 then 'good' when 2 then 'requires improvement' else 'inadequate' end || case when moderated_grade is null then '' else ', moderated' end as reason
from journey.audit_grade
where domain = 'overall' and selection = 'random';
