/*---
id: W2a
title: Open cases for each full-time worker
question: Do social workers carry more than they can?
numerator: Children open to children's social care
denominator: Full-time equivalent social workers in post
kind: rate
rate: {per: 1, of: fte, over: snapshot}
good: low
unit: cases per worker
comparator: caseload
sources: [DfE children's social work workforce]
findings: []
requires: [workforce.fte, referral.referral_date | cin_plan.started_on | cp_plan.started_on | care_episode.started_on]
breakdowns: []
---*/
select
  o.child_id || '/' || o.started_on as case_id, o.child_id, p.day as counted_on, o.team, o.status as case_status,
  'open since ' || strftime(o.started_on, '%d %B %Y') as reason
from journey.period_end p
-- only months of which the staffing is known
semi join (select distinct last_day(month) as month from records.workforce where not withdrawn and fte > 0) w on w.month = last_day(p.day)
join journey.open_case o on o.started_on <= p.day and (o.ended_on is null or o.ended_on > p.day);
