/*---
id: N1
title: Child-in-need meeting soon after the assessment
question: Is a plan made with the family and the agencies soon after the assessment?
numerator: Assessments followed by a child-in-need meeting within the limit
denominator: Assessments that ended in child in need, whose limit has expired
kind: percentage
good: high
unit: percent
limit: cin_meeting_working_days
sources: ["local placeholder: 10 working days"]
findings: [D-A7, O-A6, M-8]
requires: [assessment.authorised_on, assessment.outcome | cin_plan.started_on, cin_meeting.held_on]
breakdowns: [need, team, locality, age_band, sex, ethnicity]
---*/
with ended as (
  select a.record_key, a.child_id, a.referral_date, a.nth, a.started_on, a.authorised_on, a.team, a.outcome, o.is_child_in_need,
    add_working_days(a.authorised_on, limit_on('cin_meeting_working_days', a.authorised_on)) as due_on
  from journey.assessment a
  left join reference.assessment_outcome o on o.code = a.outcome
  where a.authorised_on >= a.started_on
),
-- where no outcome is recorded, a plan that began says that the assessment before it ended in child in need
led_to_plan as (
  select distinct a.record_key
  from (select child_id, started_on from journey.cin_plan where started_on <= as_at()) c
  asof join (from journey.assessment qualify row_number() over (partition by child_id, started_on order by authorised_on nulls last, record_key) = 1) a on a.child_id = c.child_id and a.started_on <= c.started_on
  asof left join journey.referral r on r.child_id = c.child_id and r.referral_date <= c.started_on
  where r.referral_date is not distinct from a.referral_date
),
due as (
  select e.*, r.need, coalesce(e.team, r.team) as its_team
  from ended e
  left join led_to_plan l using (record_key)
  left join journey.referral r on r.child_id = e.child_id and r.referral_date = e.referral_date
  where e.due_on <= as_at() and (e.is_child_in_need or e.outcome is null and l.record_key is not null)
)
select
  concat_ws('/', d.child_id, d.referral_date, d.nth) as case_id, d.child_id, d.due_on as counted_on, d.due_on, m.held_on as done_on, d.need, d.its_team as team,
  m.held_on is not null and m.held_on <= d.due_on as met,
  working_days(d.authorised_on, m.held_on) as value,
  case when m.held_on is null then 'no child-in-need meeting since; was due ' || strftime(d.due_on, '%d %B %Y')
       else 'meeting ' || working_days(d.authorised_on, m.held_on) || ' working days after the assessment was authorised' end as reason
from due d
asof left join journey.cin_meeting_of_child m on m.child_id = d.child_id and m.held_on >= d.authorised_on;
