-- Contacts known at the as-at date with what came of them: who told us, the weightiest of their outcomes, and their clocks: what was due when, and when it
-- was done. What is dated after the as-at date is not known yet: a contact decided later is one not yet decided. Judges nothing.
create table journey.contact_outcome as
with told as not materialized (
  select record_key, coalesce(contact_id || '/' || child_id, record_key) as case_id, contact_id, linked_contact_id, child_id, received_at, cast(received_at as date) as received_on,
    source, team, issue, rag_initial, rag_final, outcome, screened_at, decision_at, acknowledged_at, feedback_at, case_open, consent, consent_reason, voice_recorded, incident_at, incident_id,
    -- which clock each grade runs on is a choice of the settings; a contact without a grade has the next working day
    coalesce(risk_grade_clock(rag_initial), 'working_days') as clock,
    case rag_initial
      when 'red' then 0
      when 'amber' then limit_on('rag_amber_working_days', received_on)
      when 'green' then limit_on('rag_green_working_days', received_on)
      else limit_on('contact_decision_working_days', received_on) end as working_days_given,
    case rag_initial
      when 'red' then limit_on('rag_red_hours', received_on)
      when 'amber' then limit_on('rag_amber_hours', received_on)
      when 'green' then limit_on('rag_green_hours', received_on) end as hours_given
  from records.contact
  where not withdrawn and received_at is not null and cast(received_at as date) <= as_at()
),
-- of the lists of outcomes, which are few, the weightiest of each
weightiest as (
  select l.outcome as outcomes, o.code, o.is_decided, o.is_referral, o.is_early_help, o.is_nfa_or_advice
  from (select outcome, unnest(outcome) as code from (select distinct outcome from told)) l
  join reference.contact_outcome o using (code)
  qualify row_number() over (partition by l.outcome order by o.precedence, o.code) = 1
),
open_span as (
  select child_id, started_on, coalesce(ended_on, date '9999-12-31') as ended_on from journey.open_case
),
known as (
  select t.* exclude (issue, outcome, decision_at, acknowledged_at, feedback_at, case_open), o.code as outcome, o.is_decided, o.is_referral, o.is_early_help, o.is_nfa_or_advice,
    coalesce(list_has_any(t.issue, (select list(code) from reference.issue where is_neglect)), false) as is_neglect, s.source_group,
    case when cast(t.decision_at as date) <= as_at() then t.decision_at end as decision_at,
    case when cast(t.acknowledged_at as date) <= as_at() then t.acknowledged_at end as acknowledged_at,
    case when cast(t.feedback_at as date) <= as_at() then t.feedback_at end as feedback_at,
    -- an outcome without a date was decided when the contact was screened, else when it was received
    coalesce(t.decision_at, case when o.is_decided then coalesce(t.screened_at, t.received_at) end) as decided,
    coalesce(t.case_open, c.child_id is not null) as case_open
  from told t
  left join weightiest o on o.outcomes = t.outcome
  left join reference.contact_source s on s.code = t.source
  -- a case that began on an earlier day and had not ended; a child's spans never touch
  left join open_span c on c.child_id = t.child_id and c.started_on < t.received_on and c.ended_on > t.received_on
),
dated as (
  select * exclude (decided),
    cast(decision_at as date) as decision_on, cast(acknowledged_at as date) as acknowledged_on, cast(feedback_at as date) as feedback_on,
    case when cast(decided as date) <= as_at() then decided end as decided_at,
    elapsed_minutes(received_at, decision_at) as decision_minutes
  from known
),
-- what is due when for a contact received, or decided, on a day
day as (
  select c.*, a.day as acknowledgement_due_on, f.day as feedback_due_on
  from journey.calendar c
  left join journey.working_day a on a.nth = c.count + limit_on('referrer_acknowledged_working_days', c.day)
  left join journey.working_day f on f.nth = c.count + limit_on('referrer_feedback_working_days', c.day)
),
open_day as (
  select day, worked from journey.calendar where closes > opens
),
by_hours_worked as (
  -- the day on which the MASH will have worked so many hours since receipt
  select d.record_key, o.day as due_on
  from (select record_key, worked_until(received_at) + 60 * hours_given as worked_then from told where clock = 'working_hours') d
  asof join open_day o on o.worked < d.worked_then
)
select
  case_id, contact_id, linked_contact_id, child_id, received_at, received_on, source, team, rag_initial, rag_final,
  source_group = 'police' as is_police,
  source_group not in ('individual', 'anonymous', 'unknown') as is_professional,
  is_neglect, rag_initial in ('red', 'amber', 'green') as is_graded,
  decided_at, cast(decided_at as date) as decided_on,
  -- a day without a time can only be held to its day
  coalesce(decided_at >= received_at or decided_at = received_on, true) as in_order,
  coalesce(is_decided, false) and decided_at is not null as has_outcome,
  case when decided_at is not null then outcome end as outcome,
  coalesce(is_referral, false) and decided_at is not null as is_referral,
  coalesce(is_early_help, false) and decided_at is not null as is_early_help,
  coalesce(is_nfa_or_advice, false) and decided_at is not null as is_nfa_or_advice,
  case when clock = 'elapsed_hours' then cast(plus_hours(received_at, hours_given) as date)
       when clock = 'working_hours' then w.due_on
       when working_days_given = 0 then received_on
       else due.day end as due_on,
  clock <> 'working_days' as by_hours,
  decision_at, decision_on, decision_minutes,
  -- on the clock of the grade, where it runs by hours
  case clock when 'elapsed_hours' then decision_minutes
    when 'working_hours' then worked_at(decision_at, decision) - worked_at(received_at, received) end as clock_minutes,
  clock, hours_given, working_days_given, decision.count - received.count as decision_days,
  acknowledged_at, acknowledged_on, acknowledged.count - received.count as acknowledged_days,
  case when limit_on('referrer_acknowledged_working_days', received_on) = 0 then received_on else received.acknowledgement_due_on end as acknowledgement_due_on,
  feedback_at, feedback_on, feedback.count - decision.count as feedback_days,
  case when limit_on('referrer_feedback_working_days', decision_on) = 0 then decision_on else decision.feedback_due_on end as feedback_due_on,
  case_open, case when case_open then 'open' else 'new' end as case_status,
  consent, consent_reason, coalesce(voice_recorded, false) as voice_recorded, incident_at, incident_id
from dated
left join by_hours_worked w using (record_key)
-- so many clocks hang on a contact that each day is looked up once: working days between two days, and the working day that is the n-th after one
left join day received on received.day = received_on
left join day decision on decision.day = decision_on
left join journey.calendar acknowledged on acknowledged.day = acknowledged_on
left join journey.calendar feedback on feedback.day = feedback_on
left join journey.working_day due on due.nth = received.count + working_days_given;
