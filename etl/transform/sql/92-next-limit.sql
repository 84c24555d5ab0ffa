-- For every open case the limits that run: what is to be done next, since when its clock runs, and the day at whose close it will fail its measure if it
-- is not done. What is due on the as-at date or before and not done is overdue. Each follows the clock of the measure that it names.
create view journey.next_limit as
with seen as (
  select child_id, visited_on from records.visit where not withdrawn and child_seen and visited_on <= as_at() group by all
),
authorised as (
  select child_id, referral_date from journey.assessment where nth = 1 and authorised_on <= as_at()
),
accepted as (
  select * from journey.referral where not no_further_action and referral_date <= as_at() and (closed_on is null or closed_on > as_at())
),
review_held as (
  select child_id, held_on from journey.conference where type = 'review' and held_on is not null
),
in_need as (
  select c.*, max(m.held_on) as last_meeting
  from journey.cin_plan c
  left join journey.cin_meeting m using (child_id)
  where c.started_on <= as_at() and (c.ended_on is null or c.ended_on > as_at())
  group by all
),
in_need_seen as (
  select n.case_id, n.child_id, n.team, greatest(n.started_on, max(v.visited_on)) as since_on
  from in_need n
  left join seen v on v.child_id = n.child_id and v.visited_on > n.started_on
  group by n.case_id, n.child_id, n.team, n.started_on
),
protected as (
  select c.case_id, c.child_id, c.team, c.started_on, greatest(c.started_on, max(v.visited_on)) as seen_on, max(r.held_on) as reviewed_on
  from journey.cp_plan c
  left join seen v on v.child_id = c.child_id and v.visited_on > c.started_on
  left join review_held r on r.child_id = c.child_id and r.held_on > c.started_on
  where c.ended_on is null
  group by c.case_id, c.child_id, c.team, c.started_on
),
supervised as (
  select o.child_id, o.started_on, o.team, greatest(o.started_on, max(s.held_on)) as since_on
  from journey.open_case o
  left join records.supervision s on s.child_id = o.child_id and not s.withdrawn and s.held_on between o.started_on and as_at()
  where o.ended_on is null
  group by o.child_id, o.started_on, o.team
),
limits as (
  select 'contact_decision' as step, 'C2' as measure, case_id, child_id, team, received_on as since_on,
    add_working_days(received_on, limit_on('contact_decision_working_days', received_on)) as due_on
  from journey.contact
  where received_on <= as_at() and (decided_on is null or decided_on > as_at())
  union all
  select 'graded_decision', 'C3a', case_id, child_id, team, received_on, due_on
  from journey.contact_outcome
  where is_graded and decision_at is null
  union all
  select 'child_seen', 'A4a', a.case_id, a.child_id, a.team, a.referral_date, add_working_days(a.referral_date, limit_on('child_seen_working_days', a.referral_date))
  from accepted a
  join journey.seen s on s.child_id = a.child_id and s.referral_date = a.referral_date and s.seen_on is null
  union all
  select 'assessment', 'A1', case_id, child_id, team, referral_date, add_working_days(referral_date, limit_on('assessment_working_days', referral_date))
  from accepted
  anti join authorised using (child_id, referral_date)
  union all
  -- an enquiry under way may still need a conference; one that ended does where it says so
  select 'initial_conference', 'S7', case_id, child_id, team, clock_on, due_on
  from journey.section_47
  where conference_on is null and not not_needed and (ended_on is null or leads_to_conference)
  union all
  select 'cin_meeting', 'N3', case_id, child_id, team, greatest(started_on, last_meeting),
    greatest(add_working_days(started_on, limit_on('cin_plan_settling_working_days', started_on) + 1), last_meeting + limit_on('cin_meeting_window_days', started_on))
  from in_need
  union all
  select 'cin_visit', 'N4a', case_id, child_id, team, since_on, add_working_days(since_on, limit_on('cin_visit_working_days', since_on)) from in_need_seen
  union all
  select 'cp_visit', 'K1', case_id, child_id, team, seen_on, add_working_days(seen_on, limit_on('cp_visit_working_days', seen_on)) from protected
  union all
  select 'cp_review', 'K2', case_id, child_id, team, coalesce(reviewed_on, started_on),
    cast(case when reviewed_on is null then started_on + to_months(limit_on('cp_first_review_months', started_on)) else reviewed_on + to_months(limit_on('cp_review_months', reviewed_on)) end as date)
  from protected
  union all
  select 'supervision', 'V1', child_id || '/' || started_on, child_id, team, since_on, add_working_days(since_on, limit_on('supervision_working_days', since_on)) from supervised
)
select step, measure, case_id, child_id, team, since_on, due_on, due_on <= as_at() as overdue, working_days(as_at(), due_on) as days_left
from limits;
