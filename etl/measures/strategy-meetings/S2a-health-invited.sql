/*---
id: S2a
title: Health invited to strategy meetings
question: Is health always asked to the strategy meeting?
numerator: Meetings to which any health agency was invited
denominator: Strategy meetings held
kind: percentage
good: high
unit: percent
sources: [Working Together to Safeguard Children 2023]
findings: [P-A1, P-A2, M-4]
requires: [strategy_meeting.held_at, meeting_attendance.invited]
breakdowns: [case_status, team, locality, age_band]
---*/
select
  m.meeting_id as case_id, m.child_id, cast(m.held_at as date) as counted_on, m.team, 'health' as agency,
  case when m.case_open then 'open' else 'new' end as case_status,
  coalesce(a.invited, false) as met,
  case when a.invited then 'health invited' else 'health not invited' end as reason
from journey.strategy_meeting m
left join journey.strategy_attendance a on a.meeting_id = m.meeting_id and a.agency = 'health';
