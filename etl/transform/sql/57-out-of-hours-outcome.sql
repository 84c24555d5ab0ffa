-- What the emergency duty team did with a contact and what the day team made of it: its own entry, else the outcome of the contact that is linked.
-- The MASH opens again at `opens_at`: after the small hours of a working day on that day, else on the next.
create table journey.out_of_hours_outcome as
with codes as (
  select (select list(code) from reference.ooh_outcome where asks_for_action) as asking,
    (select list(code) from reference.ooh_outcome) as known,
    (select list(code) from reference.contact_outcome where is_referral) as acting,
    (select list(code) from reference.contact_outcome where is_nfa_or_advice) as closing
),
day_team as (
  select contact_id, child_id, outcome, coalesce(decision_at, screened_at) as decided_at
  from records.contact
  where not withdrawn and outcome is not null and contact_id is not null
),
told as (
  select coalesce(o.contact_id || '/' || o.child_id, replace(o.record_key, chr(31), '/')) as case_id, o.child_id, o.received_at, o.source, o.team, o.priority, o.handover_at, o.outcome,
    case when o.day_outcome is not null then o.day_outcome else c.outcome end as day_outcome,
    case when o.day_outcome is not null then o.day_decided_at else c.decided_at end as day_decided_at
  from records.out_of_hours_contact o
  left join day_team c on c.contact_id = o.linked_contact_id and c.child_id = o.child_id
  where not o.withdrawn and o.received_at is not null
)
select told.* exclude (outcome, day_outcome), w.opens_at,
  add_working_days(received_at, limit_on('ooh_decision_stood_working_days', received_at)) as stood_on, working_days(received_at, day_decided_at) as day_decided_days,
  list_has_any(outcome, codes.known) as decided,
  list_has_any(outcome, codes.asking) as asked_for_action,
  coalesce(list_has_any(day_outcome, codes.acting), false) as day_acted,
  coalesce(len(day_outcome) > 0 and list_has_all(codes.closing, day_outcome), false) as day_closed
from told
asof left join (select cast(day as timestamp) + to_minutes(opens) as opens_at from journey.calendar where opens is not null) w on w.opens_at > told.received_at
cross join codes;
