-- When the child of each accepted referral was first seen: the date in its assessments, else the first visit on which the child was seen
-- from the referral until the child's next one. A day after the as-at date is not known yet.
create table journey.seen as
with in_assessment as (
  select child_id, referral_date, min(child_seen_on) as seen_on
  from journey.assessment
  where child_seen_on is not null and child_seen_on <= as_at()
  group by all
),
at_visit as (
  select r.child_id, r.referral_date, min(v.visited_on) as seen_on
  from journey.referral r
  join records.visit v
    on v.child_id = r.child_id and v.child_seen and not v.withdrawn
    and v.visited_on >= r.referral_date and v.visited_on <= as_at()
    and (r.next_referral_date is null or v.visited_on < r.next_referral_date)
  group by all
)
select r.*, coalesce(a.seen_on, v.seen_on) as seen_on
from journey.referral r
left join in_assessment a using (child_id, referral_date)
left join at_visit v using (child_id, referral_date)
where not r.no_further_action;
