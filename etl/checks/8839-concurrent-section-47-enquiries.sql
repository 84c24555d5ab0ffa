/*---
id: "8839"
title: Two or more open section 47 enquiries under one referral
dimension: consistency
severity: error
requires: [section_47.icpc_not_required, "section_47.icpc_held_on | conference.held_on"]
judges: [section_47.started_on]
tested: from quality.section_47 where says_if_needed and referral_date is not null
source: DfE CIN census 2025 to 2026, rule 8839; open means no conference held and none said not to be needed
---*/
select record_key, child_id, team, started_on as happened_on, 'enquiry started ' || started_on || ', under the referral of ' || referral_date as detail
from quality.section_47
where says_if_needed and referral_date is not null and conference_on is null and not coalesce(icpc_not_required, false)
qualify count(*) over (partition by child_id, referral_date) > 1
