-- Times in which a child was on a plan as a child in need without a break, the meetings about those plans, and the reviews that were due.
-- A core group belongs to a child protection plan and is no child-in-need meeting. A meeting of no known kind counts as a review.
create table journey.in_need as
with plans as (
  select child_id, started_on, case when ended_on <= as_at() then ended_on end as ended_on, team
  from journey.cin_plan
  where started_on <= as_at() and (ended_on is null or ended_on > started_on)
),
marked as (
  select *,
    -- a plan that begins where another ends goes on with it
    case when started_on > max(coalesce(ended_on, date '9999-12-31')) over (
      partition by child_id order by started_on rows between unbounded preceding and 1 preceding) then 1 else 0 end as apart
  from plans
),
numbered as (
  select *, sum(apart) over (partition by child_id order by started_on rows unbounded preceding) as nth
  from marked
)
select child_id, min(started_on) as started_on, case when count(*) = count(ended_on) then max(ended_on) end as ended_on,
  arg_max(team, started_on) filter (where team is not null) as team
from numbered
group by child_id, nth;

create table journey.cin_meeting_of_child as
select child_id, held_on, bool_or(type is distinct from 'planning') as is_review, min(team) as team
from records.cin_meeting
where not withdrawn and held_on <= as_at() and type is distinct from 'core_group'
group by all;

-- One row a meeting: one about brothers and sisters is one meeting.
create table journey.cin_meeting_held as
select coalesce(meeting_id, child_id || '/' || held_on) as case_id, any_value(meeting_id) as meeting_id, min(child_id) as child_id, min(held_on) as held_on,
  bool_or(type is distinct from 'planning') as is_review, min(plan_shared_on) as plan_shared_on, min(team) as team
from records.cin_meeting
where not withdrawn and held_on <= as_at() and type is distinct from 'core_group'
group by 1;

-- Who was asked to a child-in-need meeting and who came, by agency and by service (`health`, `health.camhs`).
create table journey.cin_attendance as
select m.case_id, m.meeting_id, a.agency,
  bool_or(coalesce(p.is_partner, true)) as is_partner,
  bool_or(coalesce(a.invited, t.counts_as_attended, false)) as invited,
  bool_or(coalesce(t.counts_as_attended, false)) as attended,
  bool_or(coalesce(a.attended = 'information_only', false)) as information_only,
  bool_or(coalesce(a.attended = 'apologies', false)) as apologies
from journey.cin_meeting_held m
join records.meeting_attendance a on a.meeting_id = m.meeting_id and a.meeting_type = 'cin' and not a.withdrawn
left join reference.agency p on p.code = a.agency
left join reference.attendance t on t.code = a.attended
group by all;

-- Reviews that were due, by child and day: the due days of the meeting log, and the day that a plan itself names where the log has none for it.
create table journey.cin_review as
with told as (
  select child_id, due_on, min(held_on) filter (where held_on <= as_at()) as held_on, bool_or(held_on is not null or cancelled_reason is distinct from 'not_needed') as needed
  from records.cin_meeting
  where not withdrawn and due_on is not null and (type is null or type not in ('planning', 'core_group'))
  group by child_id, due_on
),
named as (
  select distinct child_id, review_due_on as due_on
  from records.cin_plan
  where not withdrawn and review_due_on >= started_on
),
in_need as (
  select *, lead(started_on, 1, date '9999-12-31') over (partition by child_id order by started_on) as next_started_on from journey.in_need
),
answered as (
  -- a review a few weeks early is the one that was due; one earlier than that was the one before
  select n.child_id, n.due_on, m.held_on, true as by_plan
  from named n
  anti join told t on t.child_id = n.child_id and t.due_on = n.due_on
  asof left join (select child_id, held_on from journey.cin_meeting_of_child where is_review) m
    on m.child_id = n.child_id and m.held_on > n.due_on - 7 * limit_on('cin_first_review_weeks', n.due_on)
)
select r.child_id, r.due_on, r.held_on, r.by_plan, n.team, n.child_id is not null and (n.ended_on is null or n.ended_on > r.due_on) as in_need
from (select child_id, due_on, held_on, false as by_plan from told where needed union all select * from answered) r
left join in_need n on n.child_id = r.child_id and n.started_on <= r.due_on and n.next_started_on > r.due_on;

-- Assessments that ended in child in need, and the first meeting about the plan since.
create table journey.ended_in_need as
with ended as (
  select a.record_key, a.child_id, a.referral_date, a.nth, a.started_on, a.authorised_on, a.team, a.outcome, o.is_child_in_need,
    add_working_days(a.authorised_on, limit_on('cin_meeting_working_days', a.authorised_on)) as due_on
  from journey.assessment a
  left join reference.assessment_outcome o on o.code = a.outcome
  where a.authorised_on >= a.started_on
),
-- where no outcome is recorded, a plan that began says that the assessment before it ended in child in need
led_to_plan as (
  select distinct a.record_key
  from (select child_id, started_on from journey.cin_plan where started_on <= as_at()) c
  asof join (from journey.assessment qualify row_number() over (partition by child_id, started_on order by authorised_on nulls last, record_key) = 1) a on a.child_id = c.child_id and a.started_on <= c.started_on
  asof left join journey.referral r on r.child_id = c.child_id and r.referral_date <= c.started_on
  where r.referral_date is not distinct from a.referral_date
),
due as (
  select e.*, r.need, coalesce(e.team, r.team) as its_team
  from ended e
  left join led_to_plan l using (record_key)
  left join journey.referral r on r.child_id = e.child_id and r.referral_date = e.referral_date
  where e.is_child_in_need or e.outcome is null and l.record_key is not null
),
first_meeting as (
  select d.record_key, min(m.held_on) as held_on
  from due d
  join journey.cin_meeting_of_child m on m.child_id = d.child_id and m.held_on >= d.authorised_on
  group by d.record_key
)
select
  concat_ws('/', d.child_id, d.referral_date, d.nth) as case_id, d.child_id, d.authorised_on, d.due_on, m.held_on, d.need, d.its_team as team
from due d
left join first_meeting m using (record_key);

-- Who was to be sent the plan after each meeting about it: the family, each partner agency that was invited or came, and whoever was sent it.
create table journey.plan_recipient as
with sent as (
  select d.event_id as meeting_id, case when d.agency = 'child' then 'family' else split_part(d.agency, '.', 1) end as agency, min(cast(d.sent_at as date)) as sent_on
  from records.document_distribution d
  left join reference.agency p on p.code = d.agency
  where not d.withdrawn and d.document = 'cin_plan' and (d.agency in ('family', 'child') or coalesce(p.is_partner, true))
  group by all
),
recipient as (
  select case_id, 'family' as agency from journey.cin_meeting_held
  union
  select case_id, split_part(agency, '.', 1) from journey.cin_attendance where is_partner and invited
  union
  select m.case_id, s.agency from journey.cin_meeting_held m join sent s using (meeting_id)
)
select m.case_id, m.child_id, m.held_on, m.team, r.agency,
  add_working_days(m.held_on, limit_on('cin_plan_shared_working_days', m.held_on)) as due_on,
  -- the day noted on the meeting is the day on which the family was given it
  least(s.sent_on, case when r.agency = 'family' then m.plan_shared_on end) as sent_on
from journey.cin_meeting_held m
join recipient r using (case_id)
left join sent s on s.meeting_id = m.meeting_id and s.agency = r.agency;
