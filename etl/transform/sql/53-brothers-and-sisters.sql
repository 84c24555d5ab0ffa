-- Contacts about a child with brothers or sisters under 18 known on that day, and how many of them were considered within the limit: by a contact of their
-- own (under the same number, linked to it, or received within the limit) or by a decision recorded on either child. Who is a sibling: journey.sibling.
create table journey.siblings_of_contact as
with due as (
  select case_id, contact_id, linked_contact_id, child_id, received_on, source, team,
    add_working_days(received_on, limit_on('siblings_considered_working_days', received_on)) as due_on
  from journey.contact_outcome
),
others as (
  select d.case_id, d.contact_id, d.linked_contact_id, d.child_id, d.received_on, d.due_on, s.sibling_id
  from due d
  join journey.sibling s on s.child_id = d.child_id and (s.from_on is null or s.from_on <= d.received_on) and (s.to_on is null or s.to_on > d.received_on)
  join records.child c on c.child_id = s.sibling_id and not c.withdrawn
  -- an unborn child may be known, one born more than forty weeks later was nobody yet
  where age_at(c.date_of_birth, d.received_on) < 18 and c.date_of_birth <= d.received_on + 280 and (c.date_of_death is null or c.date_of_death > d.received_on)
),
decided as (
  select distinct child_id, cast(occurred_at as date) as day
  from records.management_oversight
  where not withdrawn and kind = 'siblings_decision' and cast(occurred_at as date) <= as_at()
),
considered as (
  select o.case_id, o.sibling_id
  from others o
  join journey.contact_outcome k on k.child_id = o.sibling_id
    and (k.received_on between o.received_on and o.due_on or k.contact_id = o.contact_id or k.contact_id = o.linked_contact_id or k.linked_contact_id = o.contact_id)
  union
  select o.case_id, o.sibling_id
  from others o
  join decided d on d.child_id = o.sibling_id and d.day between o.received_on and o.due_on
  union
  select o.case_id, o.sibling_id
  from others o
  join decided d on d.child_id = o.child_id and d.day between o.received_on and o.due_on
),
counted as (
  select o.case_id, count(distinct o.sibling_id) as siblings, count(distinct k.sibling_id) as considered
  from others o
  left join considered k using (case_id, sibling_id)
  group by o.case_id
)
select d.case_id, d.child_id, d.received_on, d.due_on, d.source, d.team, c.siblings, c.considered
from counted c
join due d using (case_id);
