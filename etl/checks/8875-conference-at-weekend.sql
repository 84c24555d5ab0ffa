/*---
id: "8875"
title: Initial child protection conference held at a weekend
dimension: validity
severity: error
requires: ["section_47.icpc_held_on | conference.held_on"]
judges: [section_47.icpc_held_on, conference.held_on]
tested: from (select icpc_held_on from records.section_47 where not withdrawn and icpc_held_on is not null union all select held_on from records.conference where not withdrawn and type = 'initial' and held_on is not null)
source: DfE CIN census 2025 to 2026, rule 8875
---*/
with conferences as (
  select 'section_47' as record_set, record_key, child_id, team, started_on as happened_on, 'icpc_held_on' as field, icpc_held_on as held_on
  from records.section_47
  where not withdrawn
  union all
  select 'conference', record_key, child_id, team, held_on, 'held_on', held_on
  from records.conference
  where not withdrawn and type = 'initial'
)
select * exclude (held_on), 'held on ' || dayname(held_on) || ' ' || held_on as detail
from conferences
where isodow(held_on) > 5
