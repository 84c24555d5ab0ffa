-- Strategy meetings as each child lived them: decided on, held or not. Timeliness and outcomes are told here; attendance counts meetings (60).
-- `by_hours`: decision and meeting have a time of day; midnight is a day without one. A meeting dated after the as-at date is not known yet.
create table journey.strategy_of_child as
with told as (
  select meeting_id || '/' || child_id as case_id, meeting_id, child_id, triggered_at, case when cast(held_at as date) <= as_at() then held_at end as held_at,
    cast(coalesce(triggered_at, held_at) as date) as called_on, outcome, section_47_started_on, case_open, team
  from records.strategy_meeting
  where not withdrawn
),
open_then as (
  select distinct t.case_id
  from told t
  join journey.referral r on r.child_id = t.child_id and r.referral_date < t.called_on and (r.closed_on is null or r.closed_on > t.called_on)
),
clocked as (
  select t.* exclude (called_on), coalesce(t.case_open, o.case_id is not null) as is_open,
    coalesce(cast(t.triggered_at as time) <> time '00:00:00' and (t.held_at is null or cast(t.held_at as time) <> time '00:00:00'), false) as by_hours
  from told t
  left join open_then o using (case_id)
)
select * exclude (case_open),
  cast(held_at as date) as held_on,
  case when by_hours then cast(plus_hours(triggered_at, limit_on('strategy_hours', triggered_at)) as date)
       else add_working_days(cast(triggered_at as date), limit_on('strategy_working_days', triggered_at)) end as due_on,
  case when by_hours then elapsed_minutes(triggered_at, held_at) end as minutes,
  working_days(cast(triggered_at as date), cast(held_at as date)) as days,
  -- a meeting without a time of day can only be held to its day
  coalesce(held_at < case when cast(held_at as time) = time '00:00:00' then cast(triggered_at as date) else triggered_at end, false) as held_before_decided
from clocked;

-- Meetings held in term time about a child of school age. Term time is taken simply: not August, and no bank holiday or closure. School age: 4 to 15
-- on the 31 August before, reception to year 11; of brothers and sisters one is enough.
create table journey.strategy_about_pupil as
with held as (
  select m.meeting_id, cast(m.held_at as date) as held_on, make_date(year(m.held_at) - case when month(m.held_at) < 9 then 1 else 0 end, 8, 31) as before_school_year
  from journey.strategy_meeting m
  join journey.calendar k on k.day = cast(m.held_at as date)
  where month(m.held_at) <> 8 and (k.working or isodow(k.day) > 5)
)
select h.meeting_id, h.held_on, min(s.child_id) as child_id
from held h
join journey.strategy_of_child s using (meeting_id)
join journey.child c on c.child_id = s.child_id
where age_at(c.date_of_birth, h.before_school_year) between 4 and 15
group by all;

-- Meetings and the partner agencies that attended them (and agencies that no list knows), with the day on which each was first sent the record.
create table journey.strategy_record as
with was_there as (
  select distinct m.meeting_id, split_part(a.agency, '.', 1) as agency
  from journey.strategy_meeting m
  join records.meeting_attendance a on a.meeting_id = m.meeting_id and a.meeting_type = 'strategy' and not a.withdrawn
  join reference.attendance t on t.code = a.attended and t.counts_as_attended
  left join reference.agency p on p.code = a.agency
  where coalesce(p.is_partner, true)
),
sent as (
  select event_id as meeting_id, split_part(agency, '.', 1) as agency, min(cast(sent_at as date)) as sent_on
  from records.document_distribution
  where not withdrawn and document = 'strategy_record' and cast(sent_at as date) <= as_at()
  group by all
),
due as (
  select m.meeting_id, m.child_id, m.case_open, m.team, cast(m.held_at as date) as held_on, w.agency, s.sent_on
  from journey.strategy_meeting m
  join was_there w using (meeting_id)
  left join sent s on s.meeting_id = m.meeting_id and s.agency = w.agency
  -- a log that holds no strategy record says nothing of who was sent one
  where exists (from sent)
)
select *, add_working_days(held_on, limit_on('strategy_record_working_days', held_on)) as due_on, working_days(held_on, sent_on) as days
from due;
