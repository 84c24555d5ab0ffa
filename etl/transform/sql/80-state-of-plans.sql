-- Every open plan on every day of a snapshot, with the last review held by then and the day on which the next was due.
create table journey.review_state as
with open_then as (
  select p.day, c.case_id, c.child_id, c.started_on, c.team
  from journey.period_end p
  join journey.cin_plan c on c.started_on <= p.day and (c.ended_on is null or c.ended_on > p.day)
),
review as (
  select child_id, held_on, lead(held_on, 1, date '9999-12-31') over (partition by child_id order by held_on) as next_held from journey.cin_meeting_of_child where is_review
),
reviewed as (
  select o.*, m.held_on as last_held
  from open_then o
  left join review m on m.child_id = o.child_id and m.held_on <= o.day and m.next_held > o.day
),
next_due as (
  select o.day, o.case_id, min(r.due_on) as recorded_due
  from reviewed o
  join journey.cin_review r on r.child_id = o.child_id and r.due_on >= o.started_on and (o.last_held is null or r.due_on > o.last_held) and (r.held_on is null or r.held_on > o.day)
    -- a plan names its next review as it stands now: that says nothing of long ago
    and (not r.by_plan or o.day > r.due_on - 7 * limit_on('cin_review_weeks', r.due_on))
  group by all
)
select o.*, n.recorded_due,
  coalesce(n.recorded_due, case when o.last_held >= o.started_on then o.last_held + 7 * limit_on('cin_review_weeks', o.last_held)
    else o.started_on + 7 * limit_on('cin_first_review_weeks', o.started_on) end) as next_due
from reviewed o
left join next_due n using (day, case_id);

-- Every open child in need on every day of a snapshot, by how long the case has been open, in the bands that DfE publishes.
create table journey.open_by_time as
with open as (
  select *, cast(case_started_on + interval 3 month as date) as after_3, cast(case_started_on + interval 6 month as date) as after_6,
    cast(case_started_on + interval 12 month as date) as after_12, cast(case_started_on + interval 24 month as date) as after_24
  from journey.case_status
)
select p.day, o.child_id, o.case_started_on as started_on, o.status, o.team,
  case when o.after_3 > p.day then 'Under 3 months'
       when o.after_6 > p.day then '3 to 6 months'
       when o.after_12 > p.day then '6 to 12 months'
       when o.after_24 > p.day then '1 to 2 years'
       else '2 years or more' end as band
from journey.period_end p
join open o on o.from_on <= p.day and o.to_on > p.day;

-- Children with the mental health factor on a plan on every day of a snapshot, and when CAMHS was last at a meeting since the plan began.
create table journey.camhs_in_plan as
with assessed as (
  select child_id, coalesce(authorised_on, started_on) as told_on,
    bool_or(list_has_any(factors, (select list(code) from reference.factor where is_child_mental_health))) as factor
  from journey.assessment
  where len(factors) > 0
  group by child_id, coalesce(authorised_on, started_on)
),
plans as (
  select child_id, started_on, ended_on, team from journey.in_need
  union all
  select child_id, started_on, ended_on, team from journey.cp_plan
),
open_then as (
  select p.day, c.child_id, max(c.started_on) as started_on, arg_max(c.team, (c.started_on, c.team)) as team
  from journey.period_end p
  join (from plans where child_id in (select child_id from assessed where factor)) c on c.started_on <= p.day and (c.ended_on is null or c.ended_on > p.day)
  group by all
),
with_factor as (
  select o.*
  from open_then o
  asof join assessed a on a.child_id = o.child_id and a.told_on <= o.day
  where a.factor
)
select w.day, w.child_id, w.started_on, w.team, s.status,
  max(m.held_on) as last_meeting, max(m.held_on) filter (where m.invited) as invited_on, max(m.held_on) filter (where m.attended) as attended_on
from with_factor w
join journey.case_status s on s.child_id = w.child_id and s.from_on <= w.day and s.to_on > w.day
left join journey.plan_meeting m on m.child_id = w.child_id and m.held_on between w.started_on and w.day
-- a log that holds none of these meetings says nothing of who was asked to them
where exists (from records.meeting_attendance a where not a.withdrawn and a.meeting_type in ('cin', 'core_group', 'icpc', 'review_conference', 'transfer_in_conference'))
group by w.day, w.child_id, w.started_on, w.team, s.status;

-- On every day of a snapshot: children open to children's social care for long, and the worker who has held each case longest of those who hold it.
-- A worker's last day still counts.
create view journey.open_long as
select day, child_id, started_on, status, team
from journey.open_by_time
where started_on + to_months(limit_on('worker_continuity_months', day)) < day;

create table journey.current_worker as
select p.day, w.child_id, min(w.started_on) as started_on, arg_min(w.team, (w.started_on, w.team)) as team
from journey.period_end p
join journey.worker_spell w on w.started_on <= p.day and (w.ended_on is null or w.ended_on >= p.day)
group by all;
