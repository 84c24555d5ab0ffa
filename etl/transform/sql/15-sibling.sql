-- Which children are brothers and sisters to each other, and when: ordered pairs (child, sibling), from the day `from_on` until before the day
-- `to_on`; without a day, always. A household tells it; a child who is in none has the children of the same family id. Says nothing of adults.
create table journey.sibling as
with lived as (
  select distinct household_id, child_id, from_on, to_on
  from records.household
  where not withdrawn
  -- an id that so many share stands for "not known", not for a household
  qualify count(*) over (partition by household_id) <= 60
),
of_household as (
  select a.child_id, b.child_id as sibling_id, greatest(a.from_on, b.from_on) as from_on, least(a.to_on, b.to_on) as to_on
  from lived a
  join lived b on b.household_id = a.household_id and b.child_id <> a.child_id
),
family as (
  select child_id, family_id
  from journey.child
  where family_id is not null
  qualify count(*) over (partition by family_id) <= 60
),
of_family as (
  select a.child_id, b.child_id as sibling_id, cast(null as date) as from_on, cast(null as date) as to_on
  from family a
  join family b on b.family_id = a.family_id and b.child_id <> a.child_id
  where a.child_id not in (select child_id from records.household where not withdrawn)
)
select distinct child_id, sibling_id, from_on, to_on
from of_household
-- who leaves on the day another comes has not lived with them
where from_on is null or to_on is null or from_on < to_on
union all
select * from of_family;
