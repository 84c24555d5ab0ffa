-- What asks for a safety plan at once: the start of a section 47 enquiry, and a contact graded red (at the end, where the grade was changed).
create table journey.red_event as
select 's47/' || child_id || '/' || started_on as case_id, child_id, started_on as happened_on, cast(null as varchar) as source, team, 'section_47' as kind
from records.section_47
where not withdrawn and started_on <= as_at()
union all
select 'contact/' || coalesce(contact_id || '/' || child_id, replace(record_key, chr(31), '/')), child_id, cast(received_at as date), source, team, 'red_contact'
from records.contact
where not withdrawn and coalesce(rag_final, rag_initial) = 'red' and cast(received_at as date) <= as_at();
