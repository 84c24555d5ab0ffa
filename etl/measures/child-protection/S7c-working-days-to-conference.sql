/*---
id: S7c
title: Working days from section 47 to initial conference
question: How long does a child wait for the initial conference?
numerator: Section 47 enquiries whose initial conference has been held
denominator: Section 47 enquiries whose limit has expired; one without a conference counts until it ended
kind: duration
good: low
unit: working days
limit: icpc_working_days
sources: [Working Together to Safeguard Children 2023]
findings: [D-S4, FV-2]
requires: [section_47.started_on, conference.held_on | section_47.icpc_held_on]
breakdowns: [team, locality, age_band]
---*/
with followed as (
  select *,
    -- one that waits for its conference is followed until the data end, whenever the enquiry itself ended
    coalesce(conference_on, case when leads_to_conference then as_at() else coalesce(ended_on, case when not not_needed then as_at() end) end) as until_on
  from journey.section_47
  where due_on <= as_at()
)
select
  case_id, child_id, due_on as counted_on, due_on, conference_on as done_on, team,
  conference_on is not null as met,
  working_days(clock_on, until_on) as value,
  case when conference_on is not null then 'held ' || days || ' working days after ' || strftime(clock_on, '%d %B %Y')
       when leads_to_conference then 'conference not held yet'
       when ended_on is not null then 'ended ' || strftime(ended_on, '%d %B %Y') || ' without a conference'
       else 'no conference yet' end as reason
from followed
where until_on >= clock_on;
