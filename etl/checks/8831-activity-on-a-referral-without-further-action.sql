/*---
id: "8831"
title: Assessment or section 47 enquiry under a referral with no further action
dimension: consistency
severity: error
requires: [referral.no_further_action, "assessment.referral_id | assessment.referral_date | section_47.referral_date"]
judges: [assessment.started_on, section_47.started_on]
tested: from quality.named_referral
source: DfE CIN census 2025 to 2026, rule 8831
---*/
select record_set, record_key, child_id, team, started_on as happened_on, 'started_on' as field, 'referred ' || referral_date || ' with no further action, started ' || started_on as detail
from quality.named_referral
where no_further_action
