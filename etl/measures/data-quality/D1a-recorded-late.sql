/*---
id: D1a
title: Events recorded late
question: Is what happens put on record while it is fresh?
numerator: Events recorded more than two working days after they happened
denominator: Events recorded, in the period in which they were recorded
kind: percentage
good: low
unit: percent
limit: recording_working_days
day_count: late
sources: ["local placeholder: two working days"]
findings: [O-S3, D-A4]
requires: ["contact.recorded_at | out_of_hours_contact.recorded_at | information_request.recorded_at | referral.recorded_at | assessment.recorded_at | visit.recorded_at | strategy_meeting.recorded_at | section_47.recorded_at | conference.recorded_at | cin_plan.recorded_at | cin_meeting.recorded_at | cp_plan.recorded_at | care_episode.recorded_at | early_help.recorded_at | missing_episode.recorded_at | management_oversight.recorded_at | involvement.recorded_at | screening.recorded_at | supervision.recorded_at | escalation.recorded_at"]
category: {label: Record}
breakdowns: [category, team]
---*/
select
  case_id, child_id, recorded_on as counted_on, happened_on as clock_on, add_working_days(happened_on, limit_on('recording_working_days', happened_on)) as due_on, recorded_on as done_on, team,
  replace(record_set, '_', ' ') as category,
  working_days(happened_on, recorded_on) > limit_on('recording_working_days', happened_on) as met,
  working_days(happened_on, recorded_on) as value,
  'recorded ' || working_days(happened_on, recorded_on) || ' working days after it happened' as reason
from journey.recorded_event;
