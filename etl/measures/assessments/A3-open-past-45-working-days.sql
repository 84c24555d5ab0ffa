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
sources: [Working Together to Safeguard Children 2023, "local placeholder: none past the limit"]
findings: [D-S4]
requires: [assessment.started_on, assessment.authorised_on]
breakdowns: [team, source, need, locality, age_band, sex, ethnicity]
---*/
with clocks as (
  -- a first assessment runs from the referral; a later one, or one without a referral, from its own start
  select *, case when nth = 1 and referral_date <= started_on then referral_date else started_on end as runs_from
  from journey.assessment_case
  where authorised_on is null or authorised_on >= started_on
),
timed as (
  select *, add_working_days(runs_from, limit_on('assessment_working_days', runs_from)) as due_on
  from clocks
),
open_then as (
  select p.day, t.*
  from journey.period_end p
  join timed t on t.started_on <= p.day and (t.authorised_on is null or t.authorised_on > p.day)
)
select
  case_id, child_id, day as counted_on, due_on, source, need, team,
  due_on <= day as met,
  working_days(runs_from, day) as value,
  working_days(runs_from, day) || ' working days since ' || case when runs_from = started_on then 'its start' else 'the referral' end
    || case when due_on > day then ', not yet due' else '' end
    || case when closed_on <= day then '; the case closed on ' || strftime(closed_on, '%d %B %Y') else '' end as reason
from open_then;
