/*---
id: "8897Q"
title: Completed assessment without factors
dimension: completeness
severity: query
requires: [assessment.authorised_on, assessment.factors]
judges: [assessment.factors]
tested: from records.assessment where not withdrawn and authorised_on is not null and quality.told('assessment', 'factors', first_load, last_load)
source: DfE CIN census 2025 to 2026, rule 8897Q
---*/
select record_key, child_id, team, started_on as happened_on, 'authorised ' || authorised_on as detail
from records.assessment
where not withdrawn and authorised_on is not null and coalesce(len(factors), 0) = 0 and quality.told('assessment', 'factors', first_load, last_load)
