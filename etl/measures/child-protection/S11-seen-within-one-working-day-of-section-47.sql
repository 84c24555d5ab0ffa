/*---
id: S11
title: Child seen within one working day of section 47
question: Is a child seen at once when a section 47 enquiry begins?
numerator: Section 47 enquiries whose child was seen within the limit
denominator: Section 47 enquiries whose limit has expired, on open cases too
kind: percentage
good: high
unit: percent
limit: child_seen_section_47_working_days
day_count: in_time
sources: ["local placeholder: 1 working day"]
findings: [F-A5, D-S4, FV-2]
requires: [section_47.started_on, visit.visited_on | assessment.child_seen_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, seen_due_on as counted_on, started_on as clock_on, seen_due_on as due_on, seen_on as done_on, team,
  seen_on is not null and days_to_seen <= limit_on('child_seen_section_47_working_days', started_on) as met,
  days_to_seen as value,
  case when seen_on is null then 'not seen since; was due ' || strftime(seen_due_on, '%d %B %Y') else 'seen ' || days_to_seen || ' working days after the enquiry began' end as reason
from journey.section_47
where seen_due_on <= as_at();
