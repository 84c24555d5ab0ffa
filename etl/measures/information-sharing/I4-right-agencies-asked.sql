/*---
id: I4
title: The right agencies asked
question: Do we ask everybody who may know, where we may ask?
numerator: Contacts about which police, health and, for a child of school age, education were all asked
denominator: Contacts graded red or amber at first, with consent given or dispensed with
kind: percentage
good: high
unit: percent
category: {label: First risk grade, list: rag}
sources: [Working Together to Safeguard Children 2023, "local placeholder: all of them"]
findings: [O-A1, F-A1, P-A4, D-A5, M-6, FV-1]
requires: [contact.rag_initial, contact.consent, contact.contact_id, information_request.agency, child.date_of_birth]
breakdowns: [category, source, team, locality, age_band]
---*/
with checkable as (
  select k.contact_id, k.child_id, cast(k.received_at as date) as received_on, k.source, k.team, k.rag_initial,
    coalesce(a.police, false) as police, coalesce(a.health, false) as health,
    -- school age: 4 to 15 on the 31 August before, reception to year 11
    coalesce(a.education, false) or not coalesce(age_at(c.date_of_birth, make_date(year(k.received_at) - case when month(k.received_at) < 9 then 1 else 0 end, 8, 31)) between 4 and 15, false) as education
  from records.contact k
  join reference.consent s on s.code = k.consent and s.counts_as_lawful_basis
  left join journey.child c on c.child_id = k.child_id
  left join journey.agencies_asked a on a.contact_id = k.contact_id
  where not k.withdrawn and k.contact_id is not null and k.rag_initial in ('red', 'amber') and cast(k.received_at as date) <= as_at()
)
select
  contact_id || '/' || child_id as case_id, child_id, received_on as counted_on, source, team, rag_initial as category,
  police and health and education as met,
  case when police and health and education then 'all asked'
       else 'not asked: ' || concat_ws(', ', case when not police then 'police' end, case when not health then 'health' end, case when not education then 'education' end) end as reason
from checkable;
