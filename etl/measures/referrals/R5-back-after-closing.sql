/*---
id: R5
title: Back within six months of closing
question: How often does a child come back soon after we close the case?
numerator: Closures followed by a referral of the same child within six months
denominator: Closures at least six months ago
kind: percentage
good: low
unit: percent
limit: bounce_months
category: {label: Reason for closing, list: closure_reason}
sources: ["local placeholder: 6 months"]
findings: [O-A5]
requires: [referral.referral_date, referral.closed_on]
breakdowns: [category, source, need, team, locality, age_band, sex, ethnicity]
---*/
with closed as (
  select *, cast(closed_on + to_months(limit_on('bounce_months', closed_on)) as date) as until_on
  from journey.referral
  where closed_on >= referral_date
)
select
  c.case_id, c.child_id, c.until_on as counted_on, c.until_on as due_on, n.referral_date as done_on, c.source, c.need, c.team, c.closure_reason as category,
  coalesce(n.referral_date <= c.until_on, false) as met,
  date_diff('day', c.closed_on, n.referral_date) as value,
  'closed ' || strftime(c.closed_on, '%d %B %Y') || case when n.referral_date is null then ', no referral since' else ', referred again ' || strftime(n.referral_date, '%d %B %Y') end as reason
from closed c
-- referred again on the day of closing is back; the referral that was closed is not its own return
asof left join (select child_id, referral_date from journey.referral where referral_date <= as_at()) n on n.child_id = c.child_id and n.referral_date >= greatest(c.closed_on, c.referral_date + 1)
where c.until_on <= as_at();
