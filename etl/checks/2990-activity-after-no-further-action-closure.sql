/*---
id: "2990"
title: Section 47 enquiry or plan under a case closed after assessment with no further action or to early help
dimension: consistency
severity: error
requires: [referral.closure_reason, "section_47.started_on | cin_plan.started_on | cp_plan.started_on"]
judges: [referral.closure_reason]
tested: from quality.referral where closure_reason in ('RC8', 'RC9')
source: DfE CIN census 2025 to 2026, rule 2990 (closure reasons RC8 and RC9)
---*/
with activity as (
  select child_id, started_on, referral_date, 'section 47 enquiry' as what from records.section_47 where not withdrawn
  union all select child_id, started_on, referral_date, 'child-in-need plan' from records.cin_plan where not withdrawn
  union all select child_id, started_on, referral_date, 'child protection plan' from records.cp_plan where not withdrawn
),
placed as (
  select r.*, a.started_on, a.what
  from activity a
  asof join quality.referral r on r.child_id = a.child_id and r.referral_date <= coalesce(a.referral_date, a.started_on)
  where r.closure_reason in ('RC8', 'RC9') and (a.referral_date = r.referral_date or a.started_on <= r.closed_on)
)
select record_key, child_id, team, referral_date as happened_on, 'closed ' || closed_on || ' as ' || closure_reason || ', ' || what || ' started ' || started_on as detail
from placed
qualify row_number() over (partition by record_key order by started_on, what) = 1
