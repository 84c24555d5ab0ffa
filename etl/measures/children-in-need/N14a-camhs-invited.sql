/*---
id: N14a
title: CAMHS invited to plan meetings
question: Is CAMHS asked to the meetings about children with mental health needs?
numerator: Children with CAMHS invited to a plan meeting or conference since the plan began
denominator: Children on a child-in-need or child protection plan whose latest assessment has the child mental health factor
kind: snapshot
good: high
unit: percent
sources: ["local standard to agree"]
findings: [P-A2, O-S2, P-S1, M-7]
requires: [assessment.factors, cin_meeting.meeting_id, meeting_attendance.agency, meeting_attendance.invited, meeting_attendance.attended]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  child_id || '/' || started_on as case_id, child_id, day as counted_on, status as case_status, team,
  invited_on is not null as met,
  case when attended_on is not null then 'CAMHS attended ' || strftime(attended_on, '%d %B %Y')
       when invited_on is not null then 'CAMHS invited ' || strftime(invited_on, '%d %B %Y') || ', did not come'
       when last_meeting is not null then 'CAMHS not invited; last meeting ' || strftime(last_meeting, '%d %B %Y')
       else 'no plan meeting on record' end as reason
from journey.camhs_in_plan;
