/*---
id: A3
title: Assessments open past 45 working days
question: Which assessments are still not finished, and late?
numerator: Open assessments past 45 working days
denominator: Open assessments
kind: snapshot
good: low
unit: assessments
limit: assessment_working_days
day_count: overdue
sources: [Working Together to Safeguard Children 2023, "local placeholder: none past the limit"]
findings: [D-A3]
requires: [assessment.started_on, assessment.authorised_on]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
with open_then as (
  select p.day, k.count - a.runs_from_count as days_open, a.*
  from journey.period_end p
  join journey.calendar k on k.day = p.day
  join journey.assessment_case a on a.started_on <= p.day and (a.authorised_on is null or a.authorised_on > p.day)
  where a.authorised_on is null or a.authorised_on >= a.started_on
)
select
  case_id, child_id, day as counted_on, runs_from as clock_on, due_on, source, need, team,
  due_on <= day as met,
  days_open as value,
  days_open || ' working days since ' || case when runs_from = started_on then 'its start' else 'the referral' end
    || case when due_on > day then ', not yet due' else '' end
    || case when closed_on <= day then '; the case closed on ' || strftime(closed_on, '%d %B %Y') else '' end as reason
from open_then;
