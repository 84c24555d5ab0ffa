/*---
id: N5b
title: Child-in-need reviews without any partner
question: How often does social care review a plan on its own?
numerator: Reviews that no partner agency attended
denominator: Child-in-need reviews held
kind: percentage
good: low
unit: percent
sources: ["Working Together to Safeguard Children 2023: plans are made and reviewed with the agencies involved"]
findings: [P-A2, M-7, M-8]
requires: [cin_meeting.meeting_id, cin_meeting.held_on, meeting_attendance.agency, meeting_attendance.attended]
breakdowns: [team, locality, age_band]
---*/
with there as (
  select case_id, bool_or(attended and is_partner) as partner, bool_or(invited and is_partner) as invited
  from journey.cin_attendance
  group by case_id
)
select
  m.case_id, m.child_id, m.held_on as counted_on, m.team,
  not coalesce(t.partner, false) as met,
  case when t.case_id is null then 'attendance not recorded'
       when t.partner then 'a partner attended'
       when t.invited then 'partners were invited and none came' else 'no partner was invited' end as reason
from journey.cin_meeting_held m
left join there t using (case_id)
where m.is_review and m.meeting_id is not null
  -- a log that holds no child-in-need meeting says nothing of who came to them
  and exists (from journey.cin_attendance);
