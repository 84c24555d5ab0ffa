/*---
id: C15b
title: Stepped up again after diversion to early help
question: Do children we pass to early help come back to social care?
numerator: Contacts passed to early help that were followed by a referral or a section 47 enquiry within six months
denominator: Contacts passed to early help, six months after the decision
kind: percentage
good: low
unit: percent
limit: early_help_step_up_months
look_back_months: 6
sources: ["local placeholder: six months"]
findings: [O-S2, M-1]
requires: [contact.child_id, contact.received_at, contact.outcome, referral.referral_date]
breakdowns: [source, team, locality, age_band, sex, ethnicity]
---*/
with diverted as (
  select *, cast(decided_on + to_months(limit_on('early_help_step_up_months', decided_on)) as date) as judged_on
  from journey.contact_outcome
  where is_early_help and in_order
),
stepped_up as (
  select child_id, day, min(what) as what
  from (
    select child_id, referral_date as day, 'referral' as what from journey.referral
    union all
    select child_id, started_on, 'section 47 enquiry' from records.section_47 where not withdrawn
  )
  group by all
),
followed as (
  select d.*, s.day as up_on, s.what
  from diverted d
  asof left join stepped_up s on s.child_id = d.child_id and s.day > d.decided_on
  where d.judged_on <= as_at()
)
select
  case_id, child_id, judged_on as counted_on, source, team,
  up_on is not null and up_on <= judged_on as met,
  case when up_on <= judged_on then date_diff('day', decided_on, up_on) end as value,
  'passed to early help ' || strftime(decided_on, '%d %B %Y') || case when up_on <= judged_on then '; ' || what || ' ' || strftime(up_on, '%d %B %Y') else '; not stepped up by ' || strftime(judged_on, '%d %B %Y') end as reason
from followed;
