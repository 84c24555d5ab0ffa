-- Assessments with what measures ask of them: the referral they answer, their clocks, the child's birth, the factors found. What an assessment
-- is, and which referral it answers, is journey.assessment's. A first assessment runs from its referral, a later one, or one without a referral,
-- from its own start; DfE's clock runs from the start of each.
create table journey.assessment_case as
with answered as (
  select j.record_key, j.nth, r.referral_date, r.closed_on, r.source, r.need, r.team,
    case when j.nth = 1 and r.referral_date <= j.started_on then r.referral_date else j.started_on end as runs_from
  from journey.assessment j
  left join journey.referral r on r.child_id = j.child_id and r.referral_date = j.referral_date
),
-- a factor that no list knows is a finding, and of no known kind
found as (
  select a.record_key, bool_or(f.is_no_factor is distinct from true) as has_finding, bool_or(f.is_neglect) as neglect, bool_or(f.is_domestic_abuse) as domestic_abuse,
    bool_or(f.is_parental_mental_health) as parental_mental_health, bool_or(f.is_child_mental_health) as child_mental_health,
    bool_or(f.is_self_harm) as self_harm, bool_or(f.is_exploitation) as exploitation
  from (select record_key, unnest(factors) as factor from records.assessment) a
  left join reference.factor f on f.code = a.factor
  group by a.record_key
)
select
  coalesce(a.assessment_id || '/' || a.child_id, a.child_id || '/' || a.started_on) as case_id,
  a.child_id, a.started_on, a.authorised_on, j.nth, j.referral_date, j.closed_on, j.source, j.need, coalesce(a.team, j.team) as team,
  j.runs_from, runs.count as runs_from_count,
  case when limit_on('assessment_working_days', j.runs_from) = 0 then j.runs_from else due.day end as due_on,
  case when limit_on('assessment_working_days', a.started_on) = 0 then a.started_on else own_due.day end as own_due_on,
  authorised.count - started.count as days,
  a.outcome, a.child_seen, a.child_seen_on, a.seen_alone, a.siblings_reason, a.safety_plan_at, c.date_of_birth,
  coalesce(len(a.factors), 0) > 0 as has_factors,
  coalesce(f.has_finding, false) as has_finding,
  coalesce(f.neglect, false) as neglect,
  coalesce(f.domestic_abuse, false) as domestic_abuse,
  coalesce(f.parental_mental_health, false) as parental_mental_health,
  coalesce(f.child_mental_health, false) as child_mental_health,
  coalesce(f.self_harm, false) as self_harm,
  coalesce(f.exploitation, false) as exploitation
from answered j
join records.assessment a using (record_key)
left join journey.child c on c.child_id = a.child_id
-- each day of the clocks looked up once: working days between two days, and the working day that is the n-th after one
left join journey.calendar runs on runs.day = j.runs_from
left join journey.calendar started on started.day = a.started_on
left join journey.calendar authorised on authorised.day = a.authorised_on
left join journey.working_day due on due.nth = runs.count + limit_on('assessment_working_days', j.runs_from)
left join journey.working_day own_due on own_due.nth = started.count + limit_on('assessment_working_days', a.started_on)
left join found f on f.record_key = a.record_key;

-- Those finished by the as-at date; one that ends before it starts is a fault.
create view journey.completed_assessment as
select * from journey.assessment_case where authorised_on <= as_at() and authorised_on >= started_on;
