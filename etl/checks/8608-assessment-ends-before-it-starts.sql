/*---
id: "8608"
title: Assessment authorised before it started
dimension: consistency
severity: error
requires: [assessment.started_on, assessment.authorised_on]
judges: [assessment.authorised_on]
tested: from records.assessment where not withdrawn and authorised_on is not null
source: DfE CIN census 2025 to 2026, rule 8608
---*/
select record_key, child_id, team, started_on as happened_on, 'started ' || started_on || ', authorised ' || authorised_on as detail
from records.assessment
where not withdrawn and started_on > authorised_on
