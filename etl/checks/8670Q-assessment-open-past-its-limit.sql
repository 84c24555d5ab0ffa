/*---
id: "8670Q"
title: Assessment open for longer than the limit for completing one
dimension: timeliness
severity: query
requires: [assessment.authorised_on]
judges: [assessment.authorised_on]
tested: from records.assessment where not withdrawn and started_on <= as_at() and quality.told('assessment', 'authorised_on', first_load, last_load)
source: DfE CIN census 2025 to 2026, rule 8670Q; the limit is assessment_working_days, counted from the start of the assessment
---*/
select record_key, child_id, team, started_on as happened_on, 'started ' || started_on || ', open for ' || working_days(started_on, as_at()) || ' working days' as detail
from records.assessment
where not withdrawn and authorised_on is null and quality.told('assessment', 'authorised_on', first_load, last_load)
  and working_days(started_on, as_at()) > limit_on('assessment_working_days', started_on)
