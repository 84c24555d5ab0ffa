-- Cells that somebody must fill in for a record to be of use, by its stage: an outcome once decided, a reason once closed. What the gate already
-- refuses when blank (ids, the date itself) is not asked again, nor a field that no export has ever filled: that is not recorded, not incomplete.
-- `cells`: 1 blank, 0 filled, null not asked, in the order of `fields`.
create macro required_cell(asked, blank) as case when asked then cast(blank as integer) end;

create view journey.required_cells as
with told as (
  select 'contact' as record_set, record_key, child_id, team, cast(received_at as date) as happened_on, ['source', 'issue', 'first risk grade', 'outcome'] as fields,
    [required_cell(f.source, c.source is null), required_cell(f.issue, c.issue is null), required_cell(f.rag_initial, c.rag_initial is null),
     required_cell(f.outcome and cast(c.decision_at as date) <= as_at(), c.outcome is null)] as cells
  from records.contact c, (select count(source) > 0 as source, count(issue) > 0 as issue, count(rag_initial) > 0 as rag_initial, count(outcome) > 0 as outcome from records.contact where not withdrawn) f
  where not withdrawn
  union all
  select 'out_of_hours_contact', record_key, child_id, team, cast(received_at as date), ['source', 'priority', 'outcome'],
    [required_cell(f.source, c.source is null), required_cell(f.priority, c.priority is null), required_cell(f.outcome and cast(c.responded_at as date) <= as_at(), c.outcome is null)]
  from records.out_of_hours_contact c, (select count(source) > 0 as source, count(priority) > 0 as priority, count(outcome) > 0 as outcome from records.out_of_hours_contact where not withdrawn) f
  where not withdrawn
  union all
  select 'referral', record_key, child_id, team, referral_date, ['no further action', 'primary need', 'closure reason'],
    [required_cell(f.no_further_action, r.no_further_action is null), required_cell(f.primary_need and r.no_further_action is distinct from true, r.primary_need is null),
     required_cell(f.closure_reason and r.closed_on <= as_at(), r.closure_reason is null)]
  from records.referral r, (select count(no_further_action) > 0 as no_further_action, count(primary_need) > 0 as primary_need, count(closure_reason) > 0 as closure_reason from records.referral where not withdrawn) f
  where not withdrawn
  union all
  -- who the child is, at each referral
  select 'child', r.case_id, r.child_id, r.team, r.referral_date, ['date of birth', 'sex', 'ethnicity', 'disability'],
    [required_cell(f.date_of_birth, c.date_of_birth is null), required_cell(f.sex, c.sex is null), required_cell(f.ethnicity, c.ethnicity is null), required_cell(f.disability, c.disability is null)]
  from journey.referral r
  left join (select * from records.child where not withdrawn) c using (child_id),
    (select count(date_of_birth) > 0 as date_of_birth, count(sex) > 0 as sex, count(ethnicity) > 0 as ethnicity, count(disability) > 0 as disability from records.child where not withdrawn) f
  union all
  select 'assessment', record_key, child_id, team, started_on, ['child seen', 'outcome', 'factors'],
    [required_cell(f.seen and authorised_on <= as_at(), a.child_seen is null and a.child_seen_on is null), required_cell(f.outcome and authorised_on <= as_at(), a.outcome is null),
     required_cell(f.factors and authorised_on <= as_at(), a.factors is null)]
  from records.assessment a, (select count(coalesce(cast(child_seen as varchar), cast(child_seen_on as varchar))) > 0 as seen, count(outcome) > 0 as outcome, count(factors) > 0 as factors from records.assessment where not withdrawn) f
  where not withdrawn
  union all
  select 'visit', record_key, child_id, team, visited_on, ['type', 'child seen'],
    [required_cell(f.type, v.type is null), required_cell(f.child_seen, v.child_seen is null)]
  from records.visit v, (select count(type) > 0 as type, count(child_seen) > 0 as child_seen from records.visit where not withdrawn) f
  where not withdrawn
  union all
  select 'strategy_meeting', record_key, child_id, team, cast(coalesce(s.held_at, s.triggered_at) as date), ['decided on', 'outcome'],
    [required_cell(f.triggered_at, s.triggered_at is null), required_cell(f.outcome and cast(s.held_at as date) <= as_at(), s.outcome is null)]
  from records.strategy_meeting s, (select count(triggered_at) > 0 as triggered_at, count(outcome) > 0 as outcome from records.strategy_meeting where not withdrawn) f
  where not withdrawn
  union all
  select 'section_47', record_key, child_id, team, started_on, ['outcome'], [required_cell(f.outcome and s.ended_on <= as_at(), s.outcome is null)]
  from records.section_47 s, (select count(outcome) > 0 as outcome from records.section_47 where not withdrawn) f
  where not withdrawn
  union all
  select 'conference', record_key, child_id, team, held_on, ['plan or none', 'how the child took part'],
    [required_cell(f.outcome_plan, c.outcome_plan is null), required_cell(f.participation, c.participation is null)]
  from records.conference c, (select count(outcome_plan) > 0 as outcome_plan, count(participation) > 0 as participation from records.conference where not withdrawn) f
  where not withdrawn
  union all
  select 'cp_plan', record_key, child_id, team, started_on, ['first category', 'latest category'],
    [required_cell(f.initial_category, c.initial_category is null), required_cell(f.latest_category, c.latest_category is null)]
  from records.cp_plan c, (select count(initial_category) > 0 as initial_category, count(latest_category) > 0 as latest_category from records.cp_plan where not withdrawn) f
  where not withdrawn
)
select record_set, record_set || '/' || replace(record_key, chr(31), '/') as case_id, child_id, team, happened_on, fields, cells, list_count(cells) as asked, coalesce(list_sum(cells), 0) as blank
from told
where happened_on <= as_at();
