/*---
id: "1103"
title: Assessment started before the referral it answers
dimension: consistency
severity: error
requires: [referral.referral_date, "assessment.referral_id | assessment.referral_date"]
judges: [assessment.started_on]
tested: from quality.named_referral where record_set = 'assessment'
source: DfE CIN census 2025 to 2026, rule 1103
---*/
select record_key, child_id, team, started_on as happened_on, 'referred ' || referral_date || ', started ' || started_on as detail
from quality.named_referral
where record_set = 'assessment' and started_on < referral_date
