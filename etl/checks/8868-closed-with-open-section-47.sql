/*---
id: "8868"
title: Case closed with a section 47 enquiry not completed
dimension: consistency
severity: error
requires: [referral.closed_on, section_47.icpc_not_required, "section_47.icpc_held_on | conference.held_on"]
judges: [section_47.icpc_held_on]
tested: from quality.section_47 where says_if_needed and closed_on <= as_at() and started_on <= closed_on
source: DfE CIN census 2025 to 2026, rule 8868; completed means a conference held, or said not to be needed
---*/
select record_key, child_id, team, started_on as happened_on, 'enquiry started ' || started_on || ', case closed ' || closed_on as detail
from quality.section_47
where says_if_needed and conference_on is null and not coalesce(icpc_not_required, false) and closed_on <= as_at() and started_on <= closed_on
