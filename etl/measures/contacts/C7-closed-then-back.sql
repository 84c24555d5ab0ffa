/*---
id: C7
title: Closed, then back within 90 days
question: Do contacts we close come back as referrals?
numerator: Contacts closed with no further action or advice that were followed within 90 days by a contact leading to referral or section 47
denominator: Contacts closed with no further action or advice, 90 days after they were closed
kind: percentage
good: low
unit: percent
limit: recontact_days
look_back_months: 3
sources: ["local placeholder: 90 days; a proxy for thresholds"]
findings: [O-A4, O-A5, F-S1, P-S5, FV-1]
requires: [contact.child_id, contact.received_at, contact.outcome]
breakdowns: [source, case_status, team, locality, age_band, sex, ethnicity]
---*/
with closed as (
  select *, greatest(decided_at, received_at) as closed_at, decided_on + limit_on('recontact_days', decided_on) as judged_on
  from journey.contact_outcome
  where is_nfa_or_advice and in_order
),
back as (
  select c.*, n.received_on as back_on, n.outcome as back_as
  from closed c
  asof left join (select child_id, received_at, received_on, min(outcome) as outcome from journey.contact_outcome where is_referral group by all) n
    on n.child_id = c.child_id and n.received_at > c.closed_at
  where c.judged_on <= as_at()
)
select
  case_id, child_id, judged_on as counted_on, source, team, case_status,
  back_on is not null and back_on <= judged_on as met,
  case when back_on <= judged_on then date_diff('day', decided_on, back_on) end as value,
  'closed ' || strftime(decided_on, '%d %B %Y') || case when back_on <= judged_on then '; back ' || strftime(back_on, '%d %B %Y') || ', leading to ' || case back_as when 'section_47' then 'section 47' else replace(back_as, '_', ' ') end
    else '; no contact that led to referral within ' || limit_on('recontact_days', decided_on) || ' days' end as reason
from back;
