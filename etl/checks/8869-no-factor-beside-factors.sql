/*---
id: "8869"
title: Factor 21 (none of these) given together with others
dimension: validity
severity: error
requires: [assessment.factors]
judges: [assessment.factors]
tested: from records.assessment where not withdrawn and len(factors) > 0
source: DfE CIN census 2025 to 2026, rule 8869
---*/
select record_key, child_id, team, started_on as happened_on, 'factors ' || array_to_string(factors, ', ') as detail
from records.assessment
where not withdrawn and len(factors) > 1 and list_contains(factors, '21')
