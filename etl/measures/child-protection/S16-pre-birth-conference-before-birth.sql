/*---
id: S16
title: Pre-birth conference before the due date
question: When there is concern before a child is born, is the conference held before the birth?
numerator: Children whose initial conference was held before their date of birth, expected or real
denominator: Children born or due by now with an enquiry leading to a conference, or an initial conference, begun before birth
kind: percentage
good: high
unit: percent
sources: ["local placeholder: before the due date"]
findings: []
requires: [section_47.started_on, conference.type, conference.held_on, child.date_of_birth]
breakdowns: [team, locality, sex, ethnicity]
---*/
with begun as (
  select child_id, started_on as begun_on, conference_on as held_on, team from journey.section_47 where leads_to_conference
  union all
  select child_id, held_on, held_on, team from journey.conference where type = 'initial' and held_on is not null
),
before_birth as (
  select b.child_id, c.date_of_birth as born_on, min(b.held_on) as held_on, min(b.team) as team
  from begun b
  join journey.child c on c.child_id = b.child_id and b.begun_on < c.date_of_birth
  group by all
)
select
  child_id as case_id, child_id, born_on as counted_on, born_on as due_on, held_on as done_on, team,
  coalesce(held_on < born_on, false) as met,
  date_diff('day', held_on, born_on) as value,
  case when held_on is null then 'no conference held' when held_on < born_on then 'held ' || date_diff('day', held_on, born_on) || ' days before the birth'
       else 'held ' || date_diff('day', born_on, held_on) || ' days after the birth' end as reason
from before_birth
where born_on <= as_at();
