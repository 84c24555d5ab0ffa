/*---
id: N3
title: CIN plans without a meeting in 12 weeks
question: Do child-in-need meetings take place?
numerator: Open plans with no child-in-need meeting in the last 12 weeks, or ever
denominator: Child-in-need plans open for more than 10 working days
kind: snapshot
good: low
unit: percent
limit: cin_meeting_window_days
sources: ["local placeholder: every 12 weeks"]
findings: [D-A7, M-8]
requires: [cin_plan.started_on, cin_meeting.held_on]
breakdowns: [team, locality, age_band, sex, ethnicity]
---*/
with open_then as (
  select p.day, c.case_id, c.child_id, c.started_on, c.team
  from journey.period_end p
  join journey.cin_plan c on c.started_on <= p.day and (c.ended_on is null or c.ended_on > p.day)
  where working_days(c.started_on, p.day) > limit_on('cin_plan_settling_working_days', p.day)
),
met_last as (
  select o.day, o.case_id, max(m.held_on) as last_meeting
  from open_then o
  join journey.cin_meeting m on m.child_id = o.child_id and m.held_on <= o.day
  group by all
)
select
  o.case_id, o.child_id, o.day as counted_on, o.team,
  l.last_meeting is null or l.last_meeting <= o.day - limit_on('cin_meeting_window_days', o.day) as met,
  date_diff('day', l.last_meeting, o.day) as value,
  case when l.last_meeting is null then 'no child-in-need meeting on record'
       else 'last meeting ' || strftime(l.last_meeting, '%d %B %Y') end as reason
from open_then o
left join met_last l using (day, case_id);
