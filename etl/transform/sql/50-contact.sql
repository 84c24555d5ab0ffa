-- Contacts with their clocks. The first decision on next steps is the screening, else the decision.
create table journey.contact as
select
  coalesce(contact_id || '/' || child_id, record_key) as case_id,
  child_id, received_at, cast(received_at as date) as received_on, source, team, rag_initial, rag_final, outcome,
  coalesce(screened_at, decision_at) as decided_at, cast(coalesce(screened_at, decision_at) as date) as decided_on, decision_at
from records.contact
where not withdrawn and received_at is not null;

create table journey.out_of_hours_contact as
select
  coalesce(contact_id || '/' || child_id, record_key) as case_id,
  child_id, received_at, source, team, priority, responded_at, outcome
from records.out_of_hours_contact
where not withdrawn and received_at is not null;
