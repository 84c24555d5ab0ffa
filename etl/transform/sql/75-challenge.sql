-- When the rules of N3 (no meeting), N7 (drift) and N8 (rising risk) began to be broken for a child, until when, and what challenged it: an escalation, or
-- a manager's recorded oversight. The rule of X3 reads these.
create table journey.broken_rule as
with meeting as (
  select child_id, held_on as after_on, lead(held_on) over (partition by child_id order by held_on) as next_on from journey.cin_meeting
  union all
  select child_id, null, min(held_on) from journey.cin_meeting group by child_id
),
no_meeting as (
  select 'N3' as rule, c.child_id, c.case_id, c.team,
    greatest(add_working_days(c.started_on, limit_on('cin_plan_settling_working_days', c.started_on) + 1), m.after_on + limit_on('cin_meeting_window_days', c.started_on)) as began_on,
    m.next_on, c.ended_on
  from journey.cin_plan c
  left join meeting m using (child_id)
),
senior as (
  select distinct o.child_id, cast(o.occurred_at as date) as held_on
  from records.management_oversight o
  join reference.oversight_kind k on k.code = o.kind and k.is_senior_review
  where not o.withdrawn and cast(o.occurred_at as date) <= as_at()
),
review as (
  select child_id, held_on as after_on, lead(held_on) over (partition by child_id order by held_on) as next_on from senior
  union all
  select child_id, null, min(held_on) from senior group by child_id
),
drift as (
  select 'N7' as rule, n.child_id, n.child_id || '/' || n.started_on as case_id, n.team,
    greatest(cast(n.started_on + to_months(limit_on('drift_months', n.started_on)) as date) + 1, r.after_on + limit_on('drift_review_days', n.started_on)) as began_on,
    r.next_on, n.ended_on
  from journey.in_need n
  left join review r using (child_id)
),
risk as (
  select 'N8' as rule, child_id, child_id || '/' || day as case_id, team, due_on as began_on, answered_on as next_on, cast(null as date) as ended_on
  from journey.rising_risk
  where not in_time
    -- without strategy meetings on record nobody can say that there were none
    and exists (from records.strategy_meeting s where not s.withdrawn and s.held_at is not null)
)
select rule, child_id, case_id, team, began_on, least(next_on, case when ended_on <= as_at() then ended_on end) as mended_on
from (select * from no_meeting union all select * from drift union all select * from risk)
where began_on <= as_at() and (next_on is null or next_on > began_on) and (ended_on is null or ended_on > began_on);

create table journey.challenge as
select child_id, day, min(kind) as kind
from (
  select child_id, cast(raised_at as date) as day, 'escalated' as kind from records.escalation where not withdrawn
  union all
  select child_id, cast(occurred_at as date), 'manager''s oversight' from records.management_oversight where not withdrawn)
where day <= as_at()
group by all;
