/*---
id: N2b
title: Plans with a review overdue
question: Which children in need are waiting for a review that should have been held?
numerator: Open child-in-need plans whose next review is past its due day
denominator: Open child-in-need plans
kind: snapshot
good: low
unit: plans
limit: cin_review_weeks
sources: ["local standard: the due day written on each review or plan; where none is, 6 weeks after the start and 12 after a review"]
findings: [O-A2, D-A3, D-A7, M-8]
requires: [cin_plan.started_on, cin_meeting.due_on | cin_plan.review_due_on, cin_meeting.held_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
select
  case_id, child_id, day as counted_on, next_due as due_on, team,
  next_due <= day as met,
  date_diff('day', next_due, day) as value,
  case when last_held is null then 'no review on record' else 'last review ' || strftime(last_held, '%d %B %Y') end
    || case when recorded_due is null then '; no due day on record, by the standard ' else '; next was due ' end || strftime(next_due, '%d %B %Y') as reason
from journey.review_state;
