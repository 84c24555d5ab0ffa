/*---
id: S3
title: Education at strategy meetings about pupils
question: Is the school there when a strategy meeting is about a child of school age?
numerator: Meetings that education attended, in person, by video, by telephone or in part
denominator: Strategy meetings held in term time about a child of school age
kind: percentage
good: high
unit: percent
sources: ["local placeholder: 90 per cent"]
findings: [D-A1]
requires: [strategy_meeting.held_at, meeting_attendance.attended, child.date_of_birth]
breakdowns: [case_status, team, locality, age_band]
---*/
select
  m.meeting_id as case_id, p.child_id, p.held_on as counted_on, m.team, 'education' as agency,
  case when m.case_open then 'open' else 'new' end as case_status,
  coalesce(a.attended, false) as met,
  case when a.attended then 'education attended' when a.information_only then 'education sent information only' when a.apologies then 'education sent apologies'
       when a.invited then 'education was invited and absent' else 'education was not asked' end as reason
from journey.strategy_meeting m
join journey.strategy_about_pupil p using (meeting_id)
left join journey.strategy_attendance a on a.meeting_id = m.meeting_id and a.agency = 'education';
