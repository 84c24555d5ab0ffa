/*---
id: I1
title: Agency information returned on time
question: Do agencies answer the MASH in time for the decision?
numerator: Requests answered no later than they were due
denominator: Requests to agencies that have fallen due
kind: percentage
good: high
unit: percent
sources: [Working Together to Safeguard Children 2023, "local standard: the due time written on each request"]
findings: [O-A1, F-A1, P-S1, P-S3, P-A4, D-A5, M-6]
requires: [information_request.due_at, information_request.returned_at]
breakdowns: [agency, team, locality, age_band]
---*/
with asked as (
  select
    i.contact_id || '/' || i.agency || '/' || i.requested_at as case_id, c.child_id, split_part(i.agency, '.', 1) as agency,
    i.requested_at, i.due_at, i.returned_at, i.team,
    cast(i.due_at as date) as due_on,
    -- a due day without a time of day lasts until midnight
    case when cast(i.due_at as time) = time '00:00:00' then i.due_at + interval 1 day - interval 1 microsecond else i.due_at end as due_by
  from records.information_request i
  left join (select contact_id, min(child_id) as child_id from records.contact where not withdrawn group by contact_id) c using (contact_id)
  where not i.withdrawn and i.due_at is not null
)
select
  case_id, child_id, due_on as counted_on, due_on, cast(returned_at as date) as done_on, agency, team,
  returned_at is not null and returned_at <= due_by as met,
  elapsed_minutes(requested_at, returned_at) as value,
  case when returned_at is null then 'not returned'
       when returned_at <= due_by then 'returned in time'
       else 'returned ' || ceil(elapsed_minutes(due_by, returned_at) / 60.0)::integer || ' hours late' end as reason
from asked
where due_on <= as_at()
  -- a return without a time of day can only be held to its day
  and (returned_at is null or returned_at >= requested_at or returned_at = cast(requested_at as date));
