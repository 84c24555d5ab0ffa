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
look_back_months: 12
sources: ["local placeholder: every one, within five working days"]
findings: [F-A2]
requires: [contact.child_id, contact.received_at, contact.outcome, management_oversight.occurred_at, management_oversight.kind]
breakdowns: [case_status, team, locality, age_band, sex, ethnicity]
---*/
with counted as (
  select child_id, from_on, until_on, since_on, 'repeat contacts' as why from journey.repeat_contact
  union all
  select child_id, from_on, until_on, since_on, 'contacts about neglect' from journey.neglect_contact where counted
),
due as (
  select distinct child_id, since_on, add_working_days(since_on, limit_on('cumulative_review_working_days', since_on)) as due_on from counted
),
reviewed as (
  select d.child_id, d.since_on, d.due_on, min(cast(m.occurred_at as date)) as reviewed_on
  from due d
  left join (select o.child_id, o.occurred_at from records.management_oversight o join reference.oversight_kind k on k.code = o.kind where k.is_cumulative_review and not o.withdrawn) m
    on m.child_id = d.child_id and cast(m.occurred_at as date) between d.since_on and least(d.due_on, as_at())
  where d.due_on <= as_at()
  group by all
),
-- of two ways to be counted, the one that came last
at_end as (
  select p.day, c.child_id, c.since_on, r.due_on, r.reviewed_on, c.why
  from journey.period_end p
  join counted c on c.from_on <= p.day and p.day < c.until_on
  join reviewed r on r.child_id = c.child_id and r.since_on = c.since_on and r.due_on <= p.day
  qualify row_number() over (partition by p.day, c.child_id order by c.since_on desc, c.why) = 1
)
select
  a.child_id as case_id, a.child_id, a.day as counted_on, a.due_on, a.reviewed_on as done_on, c.team, c.case_status,
  a.reviewed_on is not null as met,
  a.why || ' since ' || strftime(a.since_on, '%d %B %Y') || case when a.reviewed_on is not null then ': reviewed ' || strftime(a.reviewed_on, '%d %B %Y') else ': no review by ' || strftime(a.due_on, '%d %B %Y') end as reason
from at_end a
asof join journey.contact_day c on c.child_id = a.child_id and c.day <= a.day;
