-- The team that took a child's case on, by day: of several rows of one day the first by role stands. Tells nobody's name.
create table journey.taken_on as
select child_id, started_on, arg_min(team, (role, worker, record_key)) as team
from records.involvement
where not withdrawn and team is not null
group by child_id, started_on;
