-- What asks for a safety plan at once: the start of a section 47 enquiry, and a contact graded red (at the end, where the grade was changed).
-- With the first safety plan made for the child on or after that day, in whichever assessment it was written.
create table journey.red_event as
with asked as (
  select 's47/' || child_id || '/' || started_on as case_id, child_id, started_on as happened_on, cast(null as varchar) as source, team, 'section_47' as kind
  from records.section_47
  where not withdrawn and started_on <= as_at()
  union all
  select 'contact/' || coalesce(contact_id || '/' || child_id, replace(record_key, chr(31), '/')), child_id, cast(received_at as date), source, team, 'red_contact'
  from records.contact
  where not withdrawn and coalesce(rag_final, rag_initial) = 'red' and cast(received_at as date) <= as_at()
),
planned as (
  select a.*, p.plan_on
  from asked a
  asof left join (
    select distinct child_id, cast(safety_plan_at as date) as plan_on
    from journey.assessment_case
    where cast(safety_plan_at as date) <= as_at()
  ) p on p.child_id = a.child_id and p.plan_on >= a.happened_on
)
select *, add_working_days(happened_on, limit_on('safety_plan_working_days', happened_on)) as due_on, working_days(happened_on, plan_on) as days
from planned;
