/*---
id: W3
title: Caseload for each full-time worker, by team
question: Is the work shared out fairly between teams?
numerator: Children allocated to a worker of the team
denominator: Full-time equivalent workers in the team
kind: rate
rate: {per: 1, of: fte, over: snapshot}
good: low
unit: cases per worker
comparator: caseload
sources: [DfE children's social work workforce]
findings: []
requires: [involvement.started_on, involvement.team, workforce.fte]
breakdowns: [team]
---*/
with held as (
  select i.child_id, i.team, i.started_on, i.ended_on
  from records.involvement i
  left join reference.involvement_role r on r.code = i.role
  where not i.withdrawn and i.team is not null and coalesce(r.is_allocated_worker, true)
),
-- teams and months of which the staffing is known
staffed as (select distinct team, last_day(month) as month from records.workforce where not withdrawn and fte > 0)
select
  h.child_id || '/' || h.team as case_id, h.child_id, p.day as counted_on, h.team, 'allocated since ' || strftime(min(h.started_on), '%d %B %Y') as reason
from journey.period_end p
join staffed s on s.month = last_day(p.day)
join held h on h.team = s.team and h.started_on <= p.day and (h.ended_on is null or h.ended_on > p.day)
group by h.child_id, h.team, p.day;
