/*---
id: P1
title: Children taking part in their conference
question: Do children take part in conferences about them, or send their views?
numerator: Conferences in which the child took part (PN1 to PN6)
denominator: Conferences and reviews held about a child old enough
kind: percentage
good: high
unit: percent
limit: voice_minimum_age
category: {label: How the child took part, list: participation}
sources: [DfE participation codes PN0 to PN7]
findings: [O-S4, P-S4, L-S5]
requires: [conference.held_on, conference.participation, child.date_of_birth]
breakdowns: [category, team, locality, age_band, sex, ethnicity]
---*/
select
  c.case_id, c.child_id, c.held_on as counted_on, c.team, c.participation as category,
  coalesce(p.counts_as_taking_part, false) as met,
  case when c.participation is null then 'not recorded' else coalesce(lower(p.label), 'a word that no list knows') end as reason
from journey.conference c
join journey.child h on h.child_id = c.child_id and age_at(h.date_of_birth, c.held_on) >= limit_on('voice_minimum_age', c.held_on)
left join reference.participation p on p.code = c.participation
where c.held_on is not null;
