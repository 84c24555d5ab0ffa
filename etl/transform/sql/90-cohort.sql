-- What became of each contact: the referral that it led to, and how far the case went before the child's next referral. Judges nothing.
-- A contact led to the referral that it names; where it names none and was not decided otherwise, to one of the same child within a week that no
-- later such contact is nearer to (the rule of the Front Door Data Collaboration). Several contacts may name one referral.
-- A step not reached is too recent to tell while the usual limit for it, or for the step before it, has not expired and the case is open.
create view journey.child_group as
select child_id, date_of_birth, sex, ethnicity,
  case when disability is null then null
       when list_has_any(disability, (select list(code) from reference.disability where is_disabled)) then 'disabled'
       else 'not disabled' end as disability
from records.child
where not withdrawn;

create view journey.cohort_contact as
with named_by as (
  select coalesce(contact_id || '/' || child_id, record_key) as case_id, referral_id from records.contact where not withdrawn and referral_id is not null
),
told as (
  select k.case_id, k.child_id, k.received_at, k.received_on, k.team, k.case_status, k.has_outcome and not k.is_referral as decided_otherwise, n.referral_id
  from journey.contact_outcome k
  left join named_by n using (case_id)
),
known_referral as (
  select * from journey.referral where referral_date <= as_at()
),
named as (
  select t.case_id, t.child_id, min(r.referral_date) as referral_date
  from told t
  join records.referral r on r.child_id = t.child_id and r.referral_id = t.referral_id and not r.withdrawn and r.referral_date <= as_at()
  group by t.case_id, t.child_id
),
may_have_led as (
  select * from told where not decided_otherwise and case_id not in (select case_id from named)
  qualify row_number() over (partition by child_id, received_at order by case_id desc) = 1
),
inferred as (
  select t.case_id, min(r.referral_date) as referral_date
  from (select child_id, referral_date, cast(referral_date + 1 as timestamp) as over_at from known_referral anti join named using (child_id, referral_date)) r
  asof join may_have_led t on t.child_id = r.child_id and t.received_at < r.over_at
  where r.referral_date <= t.received_on + limit_on('contact_to_referral_days', t.received_on)
  group by t.case_id
),
followed as (
  select t.*, r.referral_date, coalesce(r.next_referral_date, date '9999-12-31') as until_on, r.need,
    r.referral_date is not null and not r.no_further_action and (r.closed_on is null or r.closed_on > as_at()) as is_open
  from told t
  left join named n using (case_id)
  left join inferred i using (case_id)
  left join known_referral r on r.child_id = t.child_id and r.referral_date = coalesce(n.referral_date, i.referral_date)
),
episode as (
  select distinct child_id, referral_date, until_on from followed where referral_date is not null
),
assessed as (
  select distinct child_id, referral_date from journey.assessment
),
strategy as (
  select e.child_id, e.referral_date, max(cast(s.held_at as date)) as last_on
  from episode e
  join records.strategy_meeting s on s.child_id = e.child_id and not s.withdrawn and cast(s.held_at as date) between e.referral_date and as_at() and cast(s.held_at as date) < e.until_on
  group by all
),
enquiry as (
  select e.child_id, e.referral_date, max(s.started_on) as last_on,
    arg_max(s.icpc_not_required is distinct from true and (s.ended_on is null or s.ended_on > as_at()), s.started_on) as goes_on
  from episode e
  join records.section_47 s on s.child_id = e.child_id and not s.withdrawn and s.started_on between e.referral_date and as_at() and s.started_on < e.until_on
  group by all
),
held as (
  select child_id, held_on, bool_or(outcome_plan is distinct from false) as may_plan
  from (
    select child_id, held_on, outcome_plan from records.conference where not withdrawn and type = 'initial' and held_on <= as_at()
    union all
    -- the census tells of a conference within its enquiry, and not what came of it
    select child_id, icpc_held_on, null from records.section_47 where not withdrawn and icpc_held_on <= as_at())
  group by all
),
conference as (
  select e.child_id, e.referral_date, max(h.held_on) as last_on, arg_max(h.may_plan, h.held_on) as may_plan
  from episode e
  join held h on h.child_id = e.child_id and h.held_on >= e.referral_date and h.held_on < e.until_on
  group by all
),
planned as (
  select distinct e.child_id, e.referral_date
  from episode e
  join records.cp_plan p on p.child_id = e.child_id and not p.withdrawn and p.started_on between e.referral_date and as_at() and p.started_on < e.until_on
),
reached as (
  select f.*,
    f.referral_date is not null as referral, a.child_id is not null as assessment, s.child_id is not null as strategy_meeting, q.child_id is not null as section_47,
    c.child_id is not null as icpc, p.child_id is not null as plan,
    not f.decided_otherwise and f.received_on + limit_on('contact_to_referral_days', f.received_on) > as_at() as referral_due_later,
    f.is_open and add_working_days(f.referral_date, limit_on('assessment_working_days', f.referral_date)) > as_at() as assessment_due_later,
    coalesce(add_working_days(s.last_on, limit_on('strategy_working_days', s.last_on)) > as_at(), false) as enquiry_due_later,
    coalesce(q.goes_on and add_working_days(q.last_on, limit_on('icpc_working_days', q.last_on)) > as_at(), false) as icpc_due_later,
    coalesce(c.may_plan and add_working_days(c.last_on, limit_on('conference_decision_working_days', c.last_on)) > as_at(), false) as plan_due_later
  from followed f
  left join assessed a using (child_id, referral_date)
  left join strategy s using (child_id, referral_date)
  left join enquiry q using (child_id, referral_date)
  left join conference c using (child_id, referral_date)
  left join planned p using (child_id, referral_date)
),
pending as (
  select *,
    not referral and referral_due_later as referral_pending,
    not assessment and (referral_pending or assessment_due_later) as assessment_pending,
    not strategy_meeting and (referral_pending or assessment_due_later) as strategy_meeting_pending,
    not section_47 and (strategy_meeting_pending or enquiry_due_later) as section_47_pending,
    not icpc and (section_47_pending or icpc_due_later) as icpc_pending,
    not plan and (icpc_pending or plan_due_later) as plan_pending
  from reached
)
select p.case_id, p.child_id, p.received_on, p.team, p.case_status, p.referral_date, p.need, g.sex, g.ethnicity, g.disability, age_band_of(age_at(g.date_of_birth, p.received_on)) as age_band,
  p.referral, p.assessment, p.strategy_meeting, p.section_47, p.icpc, p.plan,
  p.referral_pending, p.assessment_pending, p.strategy_meeting_pending, p.section_47_pending, p.icpc_pending, p.plan_pending
from pending p
left join journey.child_group g using (child_id);
