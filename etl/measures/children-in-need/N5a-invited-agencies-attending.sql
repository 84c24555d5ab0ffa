/*---
id: N5a
title: Agencies at child-in-need reviews
question: When partners are asked to a child-in-need review, do they come?
numerator: Invited agencies that attended, in person, by video, by telephone or in part
denominator: Agencies invited to child-in-need reviews held
kind: percentage
good: high
unit: percent
sources: ["local placeholder: 80 per cent"]
findings: [P-A2, M-4, M-7, M-8]
requires: [cin_meeting.meeting_id, cin_meeting.held_on, meeting_attendance.agency, meeting_attendance.invited, meeting_attendance.attended]
breakdowns: [agency, team, locality, age_band]
---*/
with asked as (
  select case_id, split_part(agency, '.', 1) as agency, bool_or(attended) as attended, bool_or(information_only) as information_only, bool_or(apologies) as apologies
  from journey.cin_attendance
  where is_partner
  group by all
  having bool_or(invited)
)
select
  m.case_id, m.child_id, m.held_on as counted_on, a.agency, m.team,
  a.attended as met,
  case when a.attended then 'attended' when a.information_only then 'sent information only' when a.apologies then 'sent apologies' else 'invited and absent' end as reason
from journey.cin_meeting_held m
join asked a using (case_id)
where m.is_review;
