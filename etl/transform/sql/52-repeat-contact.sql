-- Since when, and until when, a child's contacts add up: spans of days, so that any day can be asked. Judges no contact on its own.
-- A contact adds up for so many months from its day; several on one day are one.

-- One row a child and day of contact: until the next one, or until it no longer adds up, the child is one with a contact in the last 12 months.
create table journey.contact_day as
with days as (
  select child_id, received_on as day, arg_max(team, (received_at, case_id)) filter (where team is not null) as team, arg_max(case_status, (received_at, case_id)) as case_status
  from journey.contact_outcome
  group by all
)
select *, cast(least(day + to_months(limit_on('repeat_contacts_months', day)), lead(day) over (partition by child_id order by day)) as date) as until_on
from days;

-- Days from which a contact closed with no further action or advice is known, and until which it adds up.
create table journey.closed_day as
select child_id, received_on as day, min(greatest(decided_on, received_on)) as from_on, cast(received_on + to_months(limit_on('repeat_contacts_months', received_on)) as date) as until_on
from journey.contact_outcome
where is_nfa_or_advice
group by all;

create table journey.neglect_day as
select distinct child_id, received_on as day, received_on as from_on, cast(received_on + to_months(limit_on('neglect_contacts_months', received_on)) as date) as until_on
from journey.contact_outcome
where is_neglect;

-- Spans in which a child has enough contacts closed with no further action or advice, and no assessment begun since the first of them.
-- `since_on`: the day the child came to be counted and has been counted since.
create table journey.repeat_contact as
with assessed as (
  select child_id, started_on as day, lead(started_on, 1, date '9999-12-31') over (partition by child_id order by started_on) as next_day
  from records.assessment
  where not withdrawn and started_on <= as_at()
  group by child_id, started_on
),
often as (
  select * from journey.closed_day where child_id in (select child_id from journey.closed_day group by child_id having count(*) > 1)
),
turns as (
  select child_id, from_on as day from often
  union select child_id, until_on from often
  union select child_id, day from assessed where child_id in (select child_id from often)
),
adding_up as (
  select t.child_id, t.day, count(d.day) as contacts, min(d.day) as first_on, max(d.day) as last_on
  from turns t
  left join often d on d.child_id = t.child_id and d.from_on <= t.day and t.day < d.until_on
  group by all
),
judged as (
  select u.*, u.contacts >= limit_on('repeat_contacts', u.day) and (a.day is null or a.day < u.first_on) as counted
  from adding_up u
  left join assessed a on a.child_id = u.child_id and a.day <= u.day and a.next_day > u.day
),
runs as (
  select *, counted and not coalesce(lag(counted) over child, false) as begins, lead(day) over child as until_on
  from judged
  window child as (partition by child_id order by day)
)
select child_id, day as from_on, until_on, contacts, first_on, last_on,
  max(case when begins then day end) over (partition by child_id order by day) as since_on
from runs
qualify counted;

-- Spans in which a child has enough contacts about neglect, on different days; `counted` while no assessment has begun since the one that made them enough.
create table journey.neglect_contact as
with assessed as (
  select child_id, started_on as day, lead(started_on, 1, date '9999-12-31') over (partition by child_id order by started_on) as next_day
  from records.assessment
  where not withdrawn and started_on <= as_at()
  group by child_id, started_on
),
turns as (
  select child_id, from_on as day from journey.neglect_day
  union select child_id, until_on from journey.neglect_day
  union select child_id, day from assessed where child_id in (select child_id from journey.neglect_day)
),
adding_up as (
  select t.child_id, t.day, count(d.day) as contacts, list(d.day order by d.day) filter (where d.day is not null) as days
  from turns t
  left join journey.neglect_day d on d.child_id = t.child_id and d.from_on <= t.day and t.day < d.until_on
  group by all
),
judged as (
  select u.*, u.contacts >= limit_on('neglect_contacts', u.day) as enough, a.day as assessed_on
  from adding_up u
  left join assessed a on a.child_id = u.child_id and a.day <= u.day and a.next_day > u.day
),
held as (
  select *, enough and (assessed_on is null or assessed_on < days[limit_on('neglect_contacts', day)]) as counted from judged
),
runs as (
  select *, counted and not coalesce(lag(counted) over child, false) as begins, lead(day) over child as until_on
  from held
  window child as (partition by child_id order by day)
)
select child_id, day as from_on, until_on, contacts, days[1] as first_on, days[limit_on('neglect_contacts', day)] as enough_on, assessed_on, counted,
  case when counted then max(case when begins then day end) over (partition by child_id order by day) end as since_on
from runs
qualify enough;

-- Those spans whose review is due by the as-at date, and the first manager's review or chronology from the day the child came to be counted until it was due.
create table journey.cumulative_review as
with counted as (
  select child_id, from_on, until_on, since_on, 'repeat contacts' as why from journey.repeat_contact
  union all
  select child_id, from_on, until_on, since_on, 'contacts about neglect' from journey.neglect_contact where counted
),
due as (
  select child_id, since_on, add_working_days(since_on, limit_on('cumulative_review_working_days', since_on)) as due_on
  from (select distinct child_id, since_on from counted)
),
reviews as (
  select o.child_id, cast(o.occurred_at as date) as day
  from records.management_oversight o
  join reference.oversight_kind k on k.code = o.kind and k.is_cumulative_review
  where not o.withdrawn
),
reviewed as (
  select d.child_id, d.since_on, d.due_on, min(r.day) as reviewed_on
  from due d
  left join reviews r on r.child_id = d.child_id and r.day between d.since_on and d.due_on
  where d.due_on <= as_at()
  group by all
)
select c.*, r.due_on, r.reviewed_on
from counted c
join reviewed r using (child_id, since_on);
