-- The windows in which a child on a child-in-need plan was to be seen. A window runs for the limit from the start of the plan, or from the last day
-- on which the child was seen; a visit starts the clock anew, and one that comes late leaves behind it a missed window for each limit that passed.
-- Any visit counts on which the child was seen, whatever its kind. A window that the plan did not outlast does not count.
create table journey.visit_window as
with seen as (
  select child_id, visited_on, bool_or(coalesce(seen_alone, false)) as seen_alone
  from records.visit
  where not withdrawn and child_seen and visited_on <= as_at()
  group by all
),
starts as (
  select case_id, child_id, team, started_on, coalesce(ended_on, date '9999-12-31') as ended_on, started_on as from_on, 'the plan began' as since from journey.cin_plan where started_on <= as_at()
  union all
  select c.case_id, c.child_id, c.team, c.started_on, coalesce(c.ended_on, date '9999-12-31'), s.visited_on, 'the last visit'
  from journey.cin_plan c
  join seen s on s.child_id = c.child_id and s.visited_on > c.started_on and s.visited_on < coalesce(c.ended_on, date '9999-12-31')
),
gaps as (
  select g.*, lead(from_on) over (partition by case_id order by from_on) as next_on, limit_on('cin_visit_working_days', from_on) as within, b.count as nth
  from starts g
  join journey.calendar b on b.day = g.from_on
),
-- how often the limit passed before the next visit, the end of the plan and the as-at date
passed as (
  select g.*, n.count - g.nth as took,
    least((e.count - g.nth) // within, (n.count - g.nth - 1) // within) as missed
  from gaps g
  join journey.calendar e on e.day = least(ended_on - 1, as_at())
  left join journey.calendar n on n.day = g.next_on
),
windows as (
  select p.* exclude (nth), nth + within * unnest(generate_series(1, missed)) as due_nth, false as met from passed p
  union all
  select p.* exclude (nth), nth + within, true from passed p where took <= within
)
select w.case_id || '/' || w.from_on as case_id, w.child_id, w.team, w.from_on, d.day as due_on, w.since || ' ' || strftime(w.from_on, '%d %B %Y') as since,
  case when w.met then s.visited_on end as seen_on, case when w.met then s.seen_alone end as seen_alone
from windows w
join journey.working_day d on d.nth = w.due_nth
left join seen s on s.child_id = w.child_id and s.visited_on = w.next_on
where d.day < w.ended_on and d.day <= as_at();
