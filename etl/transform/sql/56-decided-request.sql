-- Information requests about contacts that were decided, sent by then. What is known only by its day is held to the day.
create table journey.decided_request as
with decided as (
  select contact_id, min(child_id) as child_id, min(decision_at) as decision_at, min(team) as team
  from records.contact
  where not withdrawn and decision_at is not null
  group by contact_id
),
asked as (
  select i.contact_id || '/' || i.agency || '/' || i.requested_at as case_id, i.contact_id, d.child_id, split_part(i.agency, '.', 1) as agency,
    coalesce(i.team, d.team) as team, i.requested_at, i.due_at, i.returned_at, d.decision_at, cast(d.decision_at as date) as decided_on,
    coalesce(t.counts_as_returned, true) as is_return,
    cast(d.decision_at as time) = time '00:00:00' as day_only
  from records.information_request i
  join decided d using (contact_id)
  left join reference.return_type t on t.code = i.return_type
  where not i.withdrawn and cast(d.decision_at as date) <= as_at()
)
select * exclude (day_only, is_return),
  is_return and returned_at is not null
    and case when day_only or cast(returned_at as time) = time '00:00:00' then cast(returned_at as date) <= decided_on else returned_at <= decision_at end as was_back,
  returned_at is not null and not is_return as refused,
  -- a due day without a time of day lasts until midnight
  case when day_only or cast(due_at as time) = time '00:00:00' then decided_on < cast(due_at as date) else decision_at < due_at end as before_due
from asked
where case when day_only or cast(requested_at as time) = time '00:00:00' then cast(requested_at as date) <= decided_on else requested_at <= decision_at end
  and (returned_at is null or returned_at >= requested_at or returned_at = cast(requested_at as date));

-- Which of the three agencies were asked about a contact.
create table journey.agencies_asked as
select contact_id, bool_or(agency = 'police' or agency like 'police.%') as police, bool_or(agency = 'health' or agency like 'health.%') as health,
  bool_or(agency = 'education' or agency like 'education.%') as education
from records.information_request
where not withdrawn and cast(requested_at as date) <= as_at()
group by contact_id;
