-- Every event about a child with the day on which it was put on record. Views: their rows are as many as all records together.
-- A meeting or screening is recorded once it has taken place, so it is timed from then; what was recorded before it happened is a fault.
create view journey.recorded_event as
with told as (
  select 'contact' as record_set, record_key, child_id, team, cast(received_at as date) as happened_on, recorded_at from records.contact where not withdrawn
  union all select 'out_of_hours_contact', record_key, child_id, team, cast(received_at as date), recorded_at from records.out_of_hours_contact where not withdrawn
  union all select 'information_request', record_key, null, team, cast(requested_at as date), recorded_at from records.information_request where not withdrawn
  union all select 'referral', record_key, child_id, team, referral_date, recorded_at from records.referral where not withdrawn
  union all select 'assessment', record_key, child_id, team, started_on, recorded_at from records.assessment where not withdrawn
  union all select 'visit', record_key, child_id, team, visited_on, recorded_at from records.visit where not withdrawn
  union all select 'strategy_meeting', record_key, child_id, team, cast(coalesce(held_at, triggered_at) as date), recorded_at from records.strategy_meeting where not withdrawn
  union all select 'section_47', record_key, child_id, team, started_on, recorded_at from records.section_47 where not withdrawn
  union all select 'conference', record_key, child_id, team, held_on, recorded_at from records.conference where not withdrawn
  union all select 'cin_plan', record_key, child_id, team, started_on, recorded_at from records.cin_plan where not withdrawn
  union all select 'cin_meeting', record_key, child_id, team, held_on, recorded_at from records.cin_meeting where not withdrawn
  union all select 'cp_plan', record_key, child_id, team, started_on, recorded_at from records.cp_plan where not withdrawn
  union all select 'care_episode', record_key, child_id, team, started_on, recorded_at from records.care_episode where not withdrawn
  union all select 'early_help', record_key, child_id, team, started_on, recorded_at from records.early_help where not withdrawn
  union all select 'missing_episode', record_key, child_id, team, cast(started_at as date), recorded_at from records.missing_episode where not withdrawn
  union all select 'management_oversight', record_key, child_id, team, cast(occurred_at as date), recorded_at from records.management_oversight where not withdrawn
  union all select 'involvement', record_key, child_id, team, started_on, recorded_at from records.involvement where not withdrawn
  union all select 'screening', record_key, child_id, team, cast(coalesce(completed_at, indicator_at) as date), recorded_at from records.screening where not withdrawn
  union all select 'supervision', record_key, child_id, team, held_on, recorded_at from records.supervision where not withdrawn
  union all select 'escalation', record_key, child_id, team, cast(raised_at as date), recorded_at from records.escalation where not withdrawn
)
select record_set, record_set || '/' || replace(record_key, chr(31), '/') as case_id, child_id, team, happened_on, cast(recorded_at as date) as recorded_on
from told
where recorded_at is not null and cast(recorded_at as date) <= as_at() and happened_on <= cast(recorded_at as date);
