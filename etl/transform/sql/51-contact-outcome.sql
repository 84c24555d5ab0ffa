-- Contacts known at the as-at date with what came of them: who told us, the weightiest of their outcomes, when it was decided and when it was due.
-- What is dated after the as-at date is not known yet: a contact decided later is one not yet decided.
create table journey.contact_outcome as
with told as (
  select *, coalesce(contact_id || '/' || child_id, record_key) as case_id, cast(received_at as date) as received_on
  from records.contact
  where not withdrawn and received_at is not null and cast(received_at as date) <= as_at()
),
weightiest as (
  select t.record_key, arg_min(o.code, (o.precedence, o.code)) as outcome
  from (select record_key, unnest(outcome) as code from told) t
  join reference.contact_outcome o using (code)
  group by t.record_key
),
neglect as (
  select distinct t.record_key
  from (select record_key, unnest(issue) as code from told) t
  join reference.issue i using (code)
  where i.is_neglect
),
dated as (
  select t.*, w.outcome as first_outcome,
    -- an outcome without a date was decided when the contact was screened, else when it was received
    coalesce(t.decision_at, case when o.is_decided then coalesce(t.screened_at, t.received_at) end) as decided,
    o.is_decided, o.is_referral, o.is_early_help, o.is_nfa_or_advice,
    case t.rag_initial
      when 'red' then 0
      when 'amber' then limit_on('rag_amber_working_days', t.received_on)
      when 'green' then limit_on('rag_green_working_days', t.received_on)
      else limit_on('contact_decision_working_days', t.received_on) end as working_days_given,
    n.record_key is not null as is_neglect
  from told t
  left join weightiest w using (record_key)
  left join reference.contact_outcome o on o.code = w.outcome
  left join neglect n using (record_key)
),
known as (
  select *, case when cast(decided as date) <= as_at() then decided end as decided_at
  from dated
)
select
  k.case_id, k.contact_id, k.linked_contact_id, k.child_id, k.received_at, k.received_on, k.source, s.source_group, k.team,
  s.source_group = 'police' as is_police,
  s.source_group not in ('individual', 'anonymous', 'unknown') as is_professional,
  k.is_neglect, k.rag_initial, k.rag_final, k.rag_initial in ('red', 'amber', 'green') as is_graded,
  case when cast(k.decision_at as date) <= as_at() then k.decision_at end as decision_at,
  k.decided_at, cast(k.decided_at as date) as decided_on,
  -- a day without a time can only be held to its day
  coalesce(k.decided_at >= k.received_at or k.decided_at = k.received_on, true) as in_order,
  coalesce(k.is_decided, false) and k.decided_at is not null as has_outcome,
  case when k.decided_at is not null then k.first_outcome end as outcome,
  coalesce(k.is_referral, false) and k.decided_at is not null as is_referral,
  coalesce(k.is_early_help, false) and k.decided_at is not null as is_early_help,
  coalesce(k.is_nfa_or_advice, false) and k.decided_at is not null as is_nfa_or_advice,
  case when k.rag_initial = 'red' then cast(plus_hours(k.received_at, limit_on('rag_red_hours', k.received_on)) as date)
       else add_working_days(k.received_on, k.working_days_given) end as due_on,
  -- the record says; else a case that began on an earlier day and had not ended
  coalesce(k.case_open, c.ended_on is null and c.child_id is not null or c.ended_on > k.received_on, false) as case_open,
  case when coalesce(k.case_open, c.ended_on is null and c.child_id is not null or c.ended_on > k.received_on, false) then 'open' else 'new' end as case_status,
  k.consent, k.consent_reason, k.acknowledged_at, k.feedback_at, coalesce(k.voice_recorded, false) as voice_recorded, k.incident_at, k.incident_id
from known k
left join reference.contact_source s on s.code = k.source
asof left join journey.open_case c on c.child_id = k.child_id and c.started_on < k.received_on;
