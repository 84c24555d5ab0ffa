-- One row an audit and domain that was graded: the auditor's grade, the moderator's, and the one that stands (the moderator's where there is one).
-- A log may repeat the grade on the row of every check: the moderated row counts, else the one that is about no single check.
create table journey.audit_grade as
select audit_id, domain, child_id, audited_on, selection, team, split_part(agency, '.', 1) as agency,
  grade, moderated_grade, coalesce(moderated_grade, grade) as final_grade
from (
  select * replace (
    case when grade between 1 and 4 then grade end as grade,
    case when moderated_grade between 1 and 4 then moderated_grade end as moderated_grade)
  from records.audit
  where not withdrawn and audited_on <= as_at())
where coalesce(moderated_grade, grade) is not null
qualify row_number() over (partition by audit_id, domain order by moderated_grade is null, check_id nulls first, record_key) = 1;

-- One row an audit and decision in it (the threshold decision, the risk grade, the out-of-hours decision): the auditor agrees where every check
-- of it that was answered was met.
create table journey.sampled_decision as
select a.audit_id || '/' || c.domain as case_id, c.domain as decision, min(a.child_id) as child_id, min(a.audited_on) as audited_on, min(a.selection) as selection,
  min(a.team) as team, min(split_part(a.agency, '.', 1)) as agency, bool_and(a.check_result = 'yes') as agreed,
  case when bool_and(a.check_result = 'yes') then 'agreed on all of ' || count(*)
       else 'not met: ' || string_agg(c.label, '; ' order by c.code) filter (where a.check_result = 'no') end as reason
from records.audit a
join reference.audit_check c on c.code = a.check_id and c.domain in ('decision_rationale', 'risk_prioritisation', 'out_of_hours')
where not a.withdrawn and a.audited_on <= as_at() and a.check_result in ('yes', 'no')
group by a.audit_id, c.domain;
