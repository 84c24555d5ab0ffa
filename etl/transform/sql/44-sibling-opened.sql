-- Accepted referrals of children with known brothers or sisters under 18, and how many of those were open to social care in time: at the referral,
-- or by the limit. One row a family: the first child referred (of several on one day the first by id) stands for those referred within the limit.
create table journey.sibling_opened as
with referred as (
  select r.child_id, r.referral_date, r.case_id, r.source, r.need, r.team,
    add_working_days(r.referral_date, limit_on('siblings_considered_working_days', r.referral_date)) as due_on,
    -- a weekend after the due day is still in time
    add_working_days(r.referral_date, limit_on('siblings_considered_working_days', r.referral_date) + 1) - 1 as until_on
  from journey.referral r
  where not r.no_further_action and r.referral_date <= as_at() and r.child_id in (select child_id from journey.sibling)
),
known as (
  select distinct r.child_id, r.referral_date, r.until_on, s.sibling_id
  from referred r
  join journey.sibling s on s.child_id = r.child_id
    and (s.from_on is null or s.from_on <= r.referral_date) and (s.to_on is null or s.to_on > r.referral_date)
  join records.child c on c.child_id = s.sibling_id and not c.withdrawn
    and c.date_of_birth <= r.referral_date and age_at(c.date_of_birth, r.referral_date) < 18
    and (c.date_of_death is null or c.date_of_death > r.referral_date)
),
-- a child referred after a brother or sister, by the limit: the family's row is the other's
told_before as (
  select distinct k.child_id, k.referral_date, e.child_id as first_id, e.referral_date as first_on
  from known k
  join known e on e.child_id = k.sibling_id and ((e.referral_date = k.referral_date and e.child_id < k.child_id) or (e.referral_date < k.referral_date and k.referral_date <= e.until_on))
),
opened as (
  select *,
    exists (select 1 from journey.open_case o where o.child_id = sibling_id and o.started_on <= until_on and (o.ended_on is null or o.ended_on > referral_date)) as opened
  from known
),
counted as (
  select child_id, referral_date, count(*) as siblings, count(*) filter (opened) as opened
  from opened
  anti join told_before using (child_id, referral_date)
  group by child_id, referral_date
),
reasoned as (
  select distinct child_id, referral_date from journey.assessment_case where siblings_reason is not null
),
-- in the assessment of any child for whom the row stands
reason_given as (
  select child_id, referral_date from reasoned
  union
  select t.first_id, t.first_on from told_before t semi join reasoned using (child_id, referral_date)
)
select r.*, c.siblings, c.opened, g.child_id is not null as reason_recorded
from counted c
join referred r using (child_id, referral_date)
left join reason_given g using (child_id, referral_date);
