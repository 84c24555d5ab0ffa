-- Child protection plans and what came after each: `gone_to` is the child's case status on the day the plan ended, in the codes of case_status;
-- null while it runs.
create table journey.cp_plan as
with plans as (
  select child_id || '/' || started_on as case_id, child_id, started_on, case when ended_on <= as_at() then ended_on end as ended_on, previous_plans, team
  from records.cp_plan
  where not withdrawn and started_on <= as_at() and (ended_on is null or ended_on > started_on)
),
ended as (
  select p.*, o.child_id is not null as still_open, o.ended_on as case_ended_on
  from plans p
  left join journey.open_case o on o.child_id = p.child_id and o.started_on <= p.ended_on and coalesce(o.ended_on, date '9999-12-31') > p.ended_on
  where p.ended_on is not null
),
after as (
  select e.case_id,
    min(case c.status when 'cp_plan' then 1 when 'looked_after' then 2 when 'cin_plan' then 3 end) as rank
  from ended e
  join journey.case_part c on c.child_id = e.child_id and (c.ended_on is null or c.ended_on > e.ended_on)
    and (c.started_on <= e.ended_on
      -- a plan as a child in need may be written while the case stays open
      or c.status = 'cin_plan' and e.still_open and (e.case_ended_on is null or c.started_on < e.case_ended_on))
  group by all
)
select p.case_id, p.child_id, p.started_on, p.ended_on, p.previous_plans, coalesce(p.team, o.team) as team,
  case when p.ended_on is null then null
       when a.rank = 1 then 'cp_plan' when a.rank = 2 then 'looked_after' when a.rank = 3 then 'cin_plan'
       when e.still_open then 'open_assessment' else 'closed' end as gone_to
from plans p
left join ended e using (case_id)
left join after a using (case_id)
left join journey.open_case o on o.child_id = p.child_id and o.started_on <= p.started_on and coalesce(o.ended_on, date '9999-12-31') > p.started_on;

-- Meetings about a child's plan at which the child and adolescent mental health service (CAMHS) could have been: child-in-need meetings, core groups
-- and conferences held, and whether it was asked and came.
create table journey.plan_meeting as
with held as (
  select child_id, meeting_id, held_on, false as is_conference from records.cin_meeting where not withdrawn and held_on <= as_at()
  union all
  select child_id, conference_id, held_on, true from records.conference where not withdrawn and held_on <= as_at()
),
camhs as (
  select a.meeting_id, a.meeting_type in ('icpc', 'review_conference', 'transfer_in_conference') as is_conference,
    bool_or(coalesce(a.invited, t.counts_as_attended, false)) as invited, bool_or(coalesce(t.counts_as_attended, false)) as attended
  from records.meeting_attendance a
  left join reference.attendance t on t.code = a.attended
  where not a.withdrawn and a.agency = 'health.camhs' and a.meeting_type in ('cin', 'core_group', 'icpc', 'review_conference', 'transfer_in_conference')
  group by all
)
select h.child_id, h.held_on, bool_or(coalesce(c.invited, false)) as invited, bool_or(coalesce(c.attended, false)) as attended
from held h
left join camhs c on c.meeting_id = h.meeting_id and c.is_conference = h.is_conference
group by all;

-- Actions in plans and the days on which they were open. An action carries no day on which it was agreed: it counts from when it was recorded, else
-- from the start of the plan it fell due in, and from its due day at the latest.
create table journey.plan_action as
with plans as (
  select child_id, started_on, min(team) as team, lead(started_on, 1, date '9999-12-31') over (partition by child_id order by started_on) as next_started_on
  from (select child_id, started_on, team from journey.in_need union all select child_id, started_on, team from journey.cp_plan)
  group by child_id, started_on
)
select a.action_id || '/' || a.child_id as case_id, a.child_id, a.due_on, split_part(a.owner_agency, '.', 1) as agency, coalesce(a.team, p.team) as team,
  least(coalesce(cast(a.recorded_at as date), p.started_on, a.due_on), a.due_on) as from_on, coalesce(a.closed_on, date '9999-12-31') as to_on
from records.plan_action a
left join plans p on p.child_id = a.child_id and p.started_on <= a.due_on and p.next_started_on > a.due_on
where not a.withdrawn;
