/*---
id: S6a
title: Section 47 enquiries per 10,000 children
question: How many section 47 enquiries do we begin for the number of children who live here?
numerator: Section 47 enquiries begun, at the rate of a year
denominator: Children aged 0 to 17
kind: rate
good: neutral
unit: per 10,000 children
rate: {per: 10000, of: population, over: year}
comparator: section_47_rate
sources: [DfE Characteristics of children in need 2025]
findings: [M-1]
requires: [section_47.started_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select case_id, child_id, started_on as counted_on, team, 'begun ' || strftime(started_on, '%d %B %Y') as reason
from journey.section_47;
