/*---
id: R4b
title: Referrals assessed and the child not in need
question: How many referrals end after the assessment, because the child is not in need of social care?
numerator: Referrals taken further and closed after the assessment, with no further action or to early help
denominator: Referrals received
kind: percentage
good: neutral
unit: percent
comparator: not_in_need_percent
sources: ["DfE Characteristics of children in need 2025: closure reasons RC8 and RC9"]
findings: []
requires: [referral.referral_date, referral.closure_reason]
breakdowns: [source, need, team, locality, age_band, sex, ethnicity]
---*/
with ended as (
  select r.*, not r.no_further_action and coalesce(r.closed_on <= as_at(), true) and coalesce(c.is_no_further_action or c.is_early_help, false) as not_in_need
  from journey.referral r
  left join reference.closure_reason c on c.code = r.closure_reason
)
select
  case_id, child_id, referral_date as counted_on, source, need, team,
  not_in_need as met,
  case when not_in_need and closure_reason = 'RC9' then 'closed after assessment, to early help'
       when not_in_need then 'closed after assessment, no further action'
       when no_further_action then 'no further action, not assessed'
       when closed_on <= as_at() then 'closed for another reason' else 'open' end as reason
from ended;
