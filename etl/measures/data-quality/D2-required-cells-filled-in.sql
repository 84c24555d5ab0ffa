/*---
id: D2
title: Required fields filled in
question: Can the records be relied on to say what they must?
numerator: Required cells filled in
denominator: Cells that a record at its stage must have, of fields that some export fills
kind: percentage
counts: weight
good: high
unit: percent
sources: ["local placeholder: 98 per cent"]
findings: [O-S3, D-A4, L-S2]
requires: [contact.received_at | out_of_hours_contact.received_at | referral.referral_date | assessment.started_on | visit.visited_on | strategy_meeting.meeting_id | section_47.started_on | conference.held_on | cp_plan.started_on]
category: {label: Record}
breakdowns: [category, team]
---*/
select
  case_id || case when met then '/filled' else '/blank' end as case_id, child_id, happened_on as counted_on, team, replace(record_set, '_', ' ') as category, met,
  case when met then asked - blank else blank end as value,
  case when met then 'filled in' else 'blank: ' || array_to_string([field for field, i in fields if cells[i] = 1], ', ') end as reason
from journey.required_cells, (values (true), (false)) as part(met)
where case when met then asked - blank else blank end > 0;
