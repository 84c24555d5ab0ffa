/*---
id: S15a
title: Strategy meetings that led to section 47
question: What comes of strategy meetings?
numerator: Children's strategy meetings that led to a section 47 enquiry
denominator: Children's strategy meetings held
kind: percentage
good: neutral
unit: percent
category: {label: Outcome, list: strategy_outcome}
sources: [Working Together to Safeguard Children 2023]
findings: []
requires: [strategy_meeting.held_at, strategy_meeting.outcome]
breakdowns: [category, case_status, team, locality, age_band, sex, ethnicity]
---*/
select
  s.case_id, s.child_id, s.held_on as counted_on, s.team,
  case when s.is_open then 'open' else 'new' end as case_status,
  -- the day on which an enquiry began is an outcome too
  coalesce(s.outcome, case when s.section_47_started_on is not null then 'section_47' end) as category,
  coalesce(r.is_section_47, s.section_47_started_on is not null) as met,
  'held ' || strftime(s.held_on, '%d %B %Y') || case when s.outcome is null and s.section_47_started_on is null then '; outcome not recorded' else '' end as reason
from journey.strategy_of_child s
left join reference.strategy_outcome r on r.code = s.outcome
where s.held_on is not null;
