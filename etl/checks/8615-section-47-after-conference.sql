/*---
id: "8615"
title: Section 47 enquiry started after its initial child protection conference
dimension: consistency
severity: error
requires: [section_47.icpc_held_on]
judges: [section_47.icpc_held_on]
tested: from records.section_47 where not withdrawn and icpc_held_on is not null
source: DfE CIN census 2025 to 2026, rule 8615
---*/
select record_key, child_id, team, started_on as happened_on, 'enquiry started ' || started_on || ', conference held ' || icpc_held_on as detail
from records.section_47
where not withdrawn and started_on > icpc_held_on
