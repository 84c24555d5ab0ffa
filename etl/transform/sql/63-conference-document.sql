-- Conferences as meetings (one about brothers and sisters is one), the agencies that were asked or there, and the letters and minutes that went out.
create table journey.conference_held as
select conference_id, min(child_id) as child_id, min(held_on) as held_on, min(team) as team
from journey.conference
where conference_id is not null and held_on is not null
group by conference_id;

-- By service (`health.gp`); partners only, and agencies that no list knows.
create table journey.conference_agency as
select distinct h.conference_id, a.agency
from journey.conference_held h
join records.meeting_attendance a on a.meeting_id = h.conference_id and a.meeting_type in ('icpc', 'review_conference', 'transfer_in_conference') and not a.withdrawn
left join reference.agency p on p.code = a.agency
left join reference.attendance t on t.code = a.attended
where coalesce(p.is_partner, true) and (coalesce(a.invited, false) or coalesce(t.counts_as_attended, false));

create table journey.conference_document as
select h.conference_id, case when d.document in ('icpc_decision', 'review_decision') then 'decision' else 'minutes' end as document, d.agency,
  min(cast(d.sent_at as date)) filter (where cast(d.sent_at as date) <= as_at()) as sent_on,
  min(cast(d.received_at as date)) filter (where cast(d.received_at as date) <= as_at()) as received_on,
  min(cast(d.chased_at as date)) filter (where cast(d.chased_at as date) <= as_at()) as chased_on
from journey.conference_held h
join records.document_distribution d on d.event_id = h.conference_id and not d.withdrawn
  and d.document in ('icpc_decision', 'icpc_minutes', 'review_decision', 'review_minutes')
left join reference.agency p on p.code = d.agency
where coalesce(p.is_partner, true)
group by all;

-- Conference, document and partner agency that should have it: asked, there, or in the log; with the day on which it was first sent.
create table journey.conference_recipient as
with sent as (
  select conference_id, document, split_part(agency, '.', 1) as agency, min(sent_on) as sent_on from journey.conference_document group by all
),
-- a log that holds no such document says nothing of who was sent one
logged as (
  select distinct document from sent where sent_on is not null
),
recipient as (
  select conference_id, document, split_part(agency, '.', 1) as agency from journey.conference_agency cross join logged
  union
  select conference_id, document, agency from sent semi join logged using (document)
),
due as (
  select h.*, r.document, r.agency, s.sent_on,
    case r.document when 'decision' then limit_on('conference_decision_working_days', h.held_on) else limit_on('conference_minutes_working_days', h.held_on) end as within
  from journey.conference_held h
  join recipient r using (conference_id)
  left join sent s on s.conference_id = h.conference_id and s.document = r.document and s.agency = r.agency
)
select *, add_working_days(held_on, within) as due_on, working_days(held_on, sent_on) as days
from due;

-- Conference and health service that should have the minutes: those in the log, those asked or there whom neither a row of their own nor one for
-- health as a whole stands for, and health as a whole where nobody is named.
create table journey.minutes_for_health as
with sent_to as (
  select * from journey.conference_document where document = 'minutes' and split_part(agency, '.', 1) = 'health'
),
sent_to_whom as (
  select conference_id, list(agency) as agencies from sent_to group by conference_id
),
asked as (
  select a.conference_id, a.agency
  from journey.conference_agency a
  left join sent_to_whom s using (conference_id)
  where split_part(a.agency, '.', 1) = 'health' and (s.agencies is null or a.agency <> 'health' and not list_has_any(s.agencies, [a.agency, 'health']))
),
named as (
  select conference_id, agency, sent_on, received_on, chased_on from sent_to
  union all
  select conference_id, agency, null, null, null from asked
),
due as (
  select h.*, coalesce(n.agency, 'health') as agency, n.sent_on, n.received_on, n.chased_on,
    add_working_days(h.held_on, limit_on('conference_minutes_working_days', h.held_on)) as due_on
  from journey.conference_held h
  left join named n using (conference_id)
  -- a log without minutes says nothing of who has them
  where exists (from journey.conference_document where document = 'minutes')
),
-- a missing receipt is to be asked for some days after sending, else after the minutes were due
chase as (
  select *, coalesce(sent_on, due_on) as chase_from, limit_on('minutes_chase_working_days', coalesce(sent_on, due_on)) as chase_within from due
)
select *, add_working_days(chase_from, chase_within) as chase_by,
  working_days(held_on, received_on) as days_to_receipt, working_days(chase_from, received_on) as days_without_receipt, working_days(chase_from, chased_on) as days_to_chase
from chase;
