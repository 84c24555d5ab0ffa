-- One row an escalation and stage; an escalation about brothers and sisters is one. A stage has ended when it has for each of them.
create table journey.escalation as
select e.escalation_id, e.stage, min(e.child_id) as child_id, min(e.raised_at) as raised_at, min(e.due_at) as due_at,
  case when count(e.resolved_at) = count(*) then max(e.resolved_at) end as resolved_at,
  -- a stage that went on to the next one, or is marked as open, was not resolved
  bool_and(coalesce(o.is_resolved, true)) as settled,
  split_part(arg_min(e.raised_by, (e.raised_at, e.child_id)), '.', 1) as raised_by,
  split_part(arg_min(e.against, (e.raised_at, e.child_id)) filter (where e.against is not null), '.', 1) as against,
  min(e.team) as team
from records.escalation e
left join reference.escalation_outcome o on o.code = e.outcome
where not e.withdrawn and cast(e.raised_at as date) <= as_at()
group by e.escalation_id, e.stage;
