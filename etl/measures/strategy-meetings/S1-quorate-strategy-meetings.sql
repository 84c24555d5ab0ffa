/*---
id: S1
title: Strategy meetings with social care, police and health
question: Were the three agencies that must be there present for the decision?
numerator: Meetings with social care, police and health all present for the decision, in person, by video or by telephone
denominator: Strategy meetings held
kind: percentage
good: high
unit: percent
sources: [Working Together to Safeguard Children 2023]
findings: [P-A1, D-A1, FV-2]
requires: [strategy_meeting.held_at, meeting_attendance.attended]
breakdowns: [case_status, team, locality, age_band]
---*/
with there as (
  select m.meeting_id, m.child_id, m.held_at, m.team, m.case_open,
    coalesce(bool_or(a.present_for_decision) filter (where a.agency = 'social_care'), false) as social_care,
    coalesce(bool_or(a.present_for_decision) filter (where a.agency = 'police'), false) as police,
    coalesce(bool_or(a.present_for_decision) filter (where a.agency = 'health'), false) as health,
    count(a.agency) as agencies
  from journey.strategy_meeting m
  left join journey.strategy_attendance a using (meeting_id)
  group by all
)
select
  meeting_id as case_id, child_id, cast(held_at as date) as counted_on, team,
  case when case_open then 'open' else 'new' end as case_status,
  social_care and police and health as met,
  case when agencies = 0 then 'attendance not recorded'
       when social_care and police and health then 'all three present'
       else 'without ' || concat_ws(', ', case when not social_care then 'social care' end, case when not police then 'police' end, case when not health then 'health' end) end as reason
from there;
