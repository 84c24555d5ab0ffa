/*---
id: Q3b
title: Agreement of auditor and moderator beyond chance
question: Can the grades that auditors give be relied on?
numerator: Grades that the moderator left as they were
denominator: Grades moderated, of every domain and overall
kind: agreement
good: high
unit: kappa
sources: ["weighted kappa, quadratic weights (Cohen 1968)", "Ofsted four-point grades"]
findings: [O-A3, D-S1, D-S5, L-S1, M-8]
requires: [audit.audited_on, audit.domain, audit.grade, audit.moderated_grade]
category: {label: Domain, list: audit_domain}
breakdowns: [category, team, agency]
---*/
select
  audit_id || '/' || domain as case_id, child_id, audited_on as counted_on, team, agency, domain as category,
  grade = moderated_grade as met, 10 * grade + moderated_grade as value,
  'graded ' || grade || ' by the auditor, ' || moderated_grade || ' by the moderator' as reason
from journey.audit_grade
where grade is not null and moderated_grade is not null;
