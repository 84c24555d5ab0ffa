/*---
id: S12b
title: Section 47 enquiries without a conference that nobody marked as unnecessary
question: Do conferences that should take place fall away unsaid?
numerator: Section 47 enquiries with no conference held, and none marked as unnecessary by flag or outcome
denominator: Section 47 enquiries whose limit for a conference has expired
kind: percentage
good: neutral
unit: percent
limit: icpc_working_days
sources: [Working Together to Safeguard Children 2023]
findings: []
requires: [section_47.started_on, section_47.icpc_not_required | section_47.outcome, conference.held_on | section_47.icpc_held_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, due_on, conference_on as done_on, team,
  conference_on is null and not not_needed as met,
  case when conference_on is not null then 'conference ' || strftime(conference_on, '%d %B %Y') when not_needed then 'no conference was needed'
       else 'no conference; was due ' || strftime(due_on, '%d %B %Y') end as reason
from journey.section_47
where due_on <= as_at();
