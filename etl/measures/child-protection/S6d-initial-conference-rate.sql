/*---
id: S6d
title: Initial conferences per 10,000 children
question: How many initial conferences do we hold for the number of children who live here?
numerator: Initial child protection conferences held about a child, at the rate of a year
denominator: Children aged 0 to 17
kind: rate
good: neutral
unit: per 10,000 children
rate: {per: 10000, of: population, over: year}
comparator: icpc_rate
sources: [DfE Characteristics of children in need 2025]
findings: [M-1]
requires: [conference.type, conference.held_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select case_id, child_id, held_on as counted_on, team, 'held ' || strftime(held_on, '%d %B %Y') as reason
from journey.conference
where type = 'initial' and held_on is not null;
