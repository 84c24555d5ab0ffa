/*---
id: "8675Q"
title: Section 47 enquiry past the limit for its conference, with none held and none said not to be needed
dimension: timeliness
severity: query
requires: [section_47.icpc_not_required, "section_47.icpc_held_on | conference.held_on"]
judges: [section_47.icpc_held_on]
tested: from quality.section_47 where started_on <= as_at() and says_if_needed
source: DfE CIN census 2025 to 2026, rule 8675Q; the limit is icpc_working_days
---*/
select record_key, child_id, team, started_on as happened_on, 'enquiry started ' || started_on || ', ' || working_days(started_on, as_at()) || ' working days ago' as detail
from quality.section_47
where says_if_needed and conference_on is null and not coalesce(icpc_not_required, false)
  and working_days(started_on, as_at()) > limit_on('icpc_working_days', started_on)
