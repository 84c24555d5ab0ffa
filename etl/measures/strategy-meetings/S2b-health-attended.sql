/*---
id: S2b
title: Health attended when invited
question: When health is asked to a strategy meeting, does it come?
numerator: Meetings that health attended, in person, by video, by telephone or in part
denominator: Strategy meetings held to which health was invited
kind: percentage
good: high
unit: percent
sources: [Working Together to Safeguard Children 2023]
findings: [P-A1, P-A2, M-4]
requires: [strategy_meeting.held_at, meeting_attendance.invited, meeting_attendance.attended]
breakdowns: [case_status, team, locality, age_band]
---*/
select
  m.meeting_id as case_id, m.child_id, cast(m.held_at as date) as counted_on, m.team, 'health' as agency,
  case when m.case_open then 'open' else 'new' end as case_status,
  a.attended as met,
  case when a.attended then 'health attended' when a.information_only then 'health sent information only' when a.apologies then 'health sent apologies' else 'health was invited and absent' end as reason
from journey.strategy_meeting m
join journey.strategy_attendance a on a.meeting_id = m.meeting_id and a.agency = 'health'
where a.invited;
