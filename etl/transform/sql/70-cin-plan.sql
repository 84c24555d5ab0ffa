-- Child-in-need plans and the meetings held for the child.
create table journey.cin_plan as
with plans as (
  select record_key, child_id, started_on, ended_on, team
  from records.cin_plan
  where not withdrawn and started_on is not null
),
given_to as (
  -- the team holding the case when the plan began
  select p.record_key, arg_max(t.team, t.started_on) as team
  from plans p
  join journey.taken_on t on t.child_id = p.child_id and t.started_on <= p.started_on
  group by p.record_key
)
select p.child_id || '/' || p.started_on as case_id, p.child_id, p.started_on, p.ended_on, coalesce(p.team, g.team) as team
from plans p
left join given_to g using (record_key);

create table journey.cin_meeting as
select distinct child_id, held_on
from records.cin_meeting
-- a core group is about a child protection plan
where not withdrawn and held_on is not null and held_on <= as_at() and type is distinct from 'core_group';
