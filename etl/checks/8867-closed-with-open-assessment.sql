/*---
id: "8867"
title: Case closed with an assessment not completed
dimension: consistency
severity: error
requires: [referral.closed_on, assessment.authorised_on]
judges: [assessment.authorised_on]
tested: from journey.assessment a join quality.referral r using (child_id, referral_date) where r.closed_on <= as_at() and a.started_on <= r.closed_on
source: DfE CIN census 2025 to 2026, rule 8867
---*/
select a.record_key, a.child_id, coalesce(a.team, r.team) as team, a.started_on as happened_on, 'started ' || a.started_on || ', case closed ' || r.closed_on as detail
from journey.assessment a
join quality.referral r using (child_id, referral_date)
where a.authorised_on is null and r.closed_on <= as_at() and a.started_on <= r.closed_on
