/*---
id: C10
title: Cumulative review done
question: When contacts add up, does a manager look at the whole within a week?
numerator: Children counted in C8 or C9 with a manager's review or chronology within five working days of coming to be counted
denominator: Children counted in C8 or C9 whose five working days have expired
kind: snapshot
good: high
unit: percent
limit: cumulative_review_working_days
day_count: in_time
look_back_months: 12
sources: ["local placeholder: every one, within five working days"]
findings: [F-A2]
requires: [contact.child_id, contact.received_at, contact.outcome | contact.issue, assessment.started_on, management_oversight.occurred_at, management_oversight.kind]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
with at_end as (
  select p.day, r.*
  from journey.period_end p
  join journey.cumulative_review r on r.from_on <= p.day and p.day < r.until_on and r.due_on <= p.day
  -- of two ways to be counted, the one that came last
  qualify row_number() over (partition by p.day, r.child_id order by r.since_on desc, r.why) = 1
)
select
  a.child_id as case_id, a.child_id, a.day as counted_on, a.since_on as clock_on, a.due_on, a.reviewed_on as done_on, c.team, c.case_status,
  a.reviewed_on is not null as met,
  a.why || ' since ' || strftime(a.since_on, '%d %B %Y') || case when a.reviewed_on is not null then ': reviewed ' || strftime(a.reviewed_on, '%d %B %Y') else ': no review by ' || strftime(a.due_on, '%d %B %Y') end as reason
from at_end a
asof join journey.contact_day c on c.child_id = a.child_id and c.day <= a.day;
