/*---
id: "2889"
title: Section 47 enquiry started before the referral it belongs to
dimension: consistency
severity: error
requires: [section_47.referral_date]
judges: [section_47.started_on]
tested: from records.section_47 where not withdrawn and referral_date is not null
source: DfE CIN census 2025 to 2026, rule 2889
---*/
select record_key, child_id, team, started_on as happened_on, 'referred ' || referral_date || ', enquiry started ' || started_on as detail
from records.section_47
where not withdrawn and started_on < referral_date
