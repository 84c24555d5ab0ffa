-- When risk was seen to rise for a child in need or in early help, and what was decided. The rule, which is published:
-- * An event is a contact, an out-of-hours contact (the police's among them) or a missing or exploitation episode, after the day the plan or the
--   early help began and before it ended, of a child who is neither on a child protection plan nor looked after. Events of one day are one; so are
--   a contact and its recording by the day team, and contacts about one incident.
-- * Risk rises on the day of the second event within 90 days that no decision came after.
-- * A decision is a strategy meeting held, a section 47 enquiry, a conference, a child protection plan, coming into care or a manager's recorded
--   decision or review; for a child who was on no plan also an accepted referral or a plan as a child in need.
create table journey.risk_event as
with known as (
  select record_key, child_id, contact_id, linked_contact_id, incident_id, received_at, cast(received_at as date) as day, case when source = '6' then 'police contact' else 'contact' end as kind
  from records.contact
  where not withdrawn and cast(received_at as date) <= as_at()
),
contacts as (
  select child_id, contact_id, linked_contact_id, day, kind from known where incident_id is null
  union all
  -- of contacts about one incident the first
  select child_id, contact_id, linked_contact_id, day, kind
  from known
  where incident_id is not null
  qualify row_number() over (partition by child_id, incident_id order by received_at, record_key) = 1
),
by_night as (
  select child_id, contact_id, linked_contact_id, cast(received_at as date) as day
  from records.out_of_hours_contact
  where not withdrawn and cast(received_at as date) <= as_at()
),
told as (
  select c.child_id, c.day, c.kind
  from contacts c
  anti join by_night o on o.child_id = c.child_id and o.linked_contact_id = c.contact_id
  anti join by_night d on d.child_id = c.child_id and d.contact_id = c.linked_contact_id
  union all
  select child_id, day, 'out-of-hours contact' from by_night
  union all
  select child_id, cast(started_at as date), case when kind = 'exploitation' then 'exploitation event' when kind = 'away' then 'away without authorisation' else 'missing' end
  from records.missing_episode where not withdrawn and cast(started_at as date) <= as_at()
),
helped as (
  select child_id, 'cin_plan' as status, started_on, coalesce(ended_on, date '9999-12-31') as ended_on, team from journey.in_need
  union all
  select child_id, 'early_help', started_on, coalesce(ended_on, date '9999-12-31'), team from records.early_help where not withdrawn
),
protected as (
  select child_id, started_on, coalesce(ended_on, date '9999-12-31') as ended_on from journey.case_part where status in ('cp_plan', 'looked_after')
)
select t.child_id, t.day, string_agg(distinct t.kind, ' and ' order by t.kind) as kinds,
  bool_or(t.kind in ('missing', 'away without authorisation', 'exploitation event')) as missing_or_exploited,
  min(h.status) as status, arg_min(h.team, (h.status, h.started_on, h.team)) filter (where h.team is not null) as team
from told t
join helped h on h.child_id = t.child_id and h.started_on < t.day and h.ended_on > t.day
anti join protected c on c.child_id = t.child_id and c.started_on <= t.day and c.ended_on > t.day
group by t.child_id, t.day;

create table journey.risk_answer as
with told as (
  select child_id, cast(held_at as date) as day, 'strategy meeting' as kind from records.strategy_meeting where not withdrawn
  union all select child_id, started_on, 'section 47 enquiry' from records.section_47 where not withdrawn
  union all select child_id, icpc_held_on, 'conference' from records.section_47 where not withdrawn
  union all select child_id, held_on, 'conference' from records.conference where not withdrawn
  union all select child_id, started_on, 'child protection plan' from records.cp_plan where not withdrawn
  union all select child_id, started_on, 'came into care' from records.care_episode where not withdrawn
  union all select child_id, cast(occurred_at as date), 'decision of a manager' from records.management_oversight where not withdrawn
  union all
  select t.child_id, t.day, t.kind
  from (
    select child_id, referral_date as day, 'accepted referral' as kind from journey.referral where not no_further_action
    union all select child_id, started_on, 'child-in-need plan' from journey.in_need) t
  anti join journey.in_need n on n.child_id = t.child_id and n.started_on < t.day and coalesce(n.ended_on, date '9999-12-31') > t.day
)
select child_id, day, min(kind) as kind
from told
where day <= as_at()
group by all;

create table journey.rising_risk as
with since as (
  select e.child_id, e.day, e.status, e.team, max(a.day) as last_answer
  from journey.risk_event e
  left join journey.risk_answer a on a.child_id = e.child_id and a.day < e.day
  group by all
),
counting as (
  select e.child_id, e.day, e.status, e.team, f.day as event_on, f.kinds, f.missing_or_exploited
  from since e
  join journey.risk_event f on f.child_id = e.child_id and f.day <= e.day and f.day > e.day - limit_on('rising_risk_days', e.day) and (e.last_answer is null or f.day > e.last_answer)
),
enough as (
  select child_id, day from counting group by child_id, day having count(*) >= limit_on('rising_risk_events', day)
),
risen as (
  select child_id, day, status, team, add_working_days(day, limit_on('rising_risk_response_working_days', day)) as due_on,
    bool_or(missing_or_exploited) as missing_or_exploited, string_agg(kinds || ' ' || strftime(event_on, '%d %B %Y'), ', ' order by event_on) as events
  from counting
  semi join enough using (child_id, day)
  group by child_id, day, status, team
)
select r.*, a.day as answered_on, a.kind as answer,
  a.day is not null and working_days(r.day, a.day) <= limit_on('rising_risk_response_working_days', r.day) as in_time
from risen r
asof left join (from journey.risk_answer semi join risen using (child_id)) a on a.child_id = r.child_id and a.day >= r.day;
