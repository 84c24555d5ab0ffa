/*---
id: C1
title: Contacts received
question: How many contacts about children does the front door receive?
numerator: Contacts received
denominator: null
kind: count
good: neutral
unit: contacts
sources: [Association of Directors of Children's Services, Safeguarding Pressures 2024]
findings: [M-1]
requires: [contact.received_at]
breakdowns: [source, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, received_on as counted_on, source, team,
  'received ' || strftime(received_at, '%d %B %Y') as reason
from journey.contact;
