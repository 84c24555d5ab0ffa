/*---
id: N1
title: Child-in-need meeting soon after the assessment
question: Is a plan made with the family and the agencies soon after the assessment?
numerator: Assessments followed by a child-in-need meeting within the limit
denominator: Assessments that ended in child in need, whose limit has expired
kind: percentage
good: high
unit: percent
limit: cin_meeting_working_days
day_count: in_time
sources: ["local placeholder: 10 working days"]
findings: [D-A7, O-A6, M-8]
requires: [assessment.authorised_on, assessment.outcome | cin_plan.started_on, cin_meeting.held_on]
breakdowns: [need, team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, due_on as counted_on, authorised_on as clock_on, due_on, held_on as done_on, need, team,
  held_on is not null and working_days(authorised_on, held_on) <= limit_on('cin_meeting_working_days', authorised_on) as met,
  working_days(authorised_on, held_on) as value,
  case when held_on is null then 'no child-in-need meeting since; was due ' || strftime(due_on, '%d %B %Y')
       else 'meeting ' || working_days(authorised_on, held_on) || ' working days after the assessment was authorised' end as reason
from journey.ended_in_need
where due_on <= as_at();
