/*---
id: N9c
title: Working days in need before child protection
question: How long has a child been in need when a child protection plan begins?
numerator: Child protection plans that began
denominator: Child protection plans that began for a child who had been on a child-in-need plan while the same case was open
kind: duration
good: neutral
unit: working days
sources: ["asked for by scrutiny; there is no published figure"]
findings: [D-A2]
requires: [cin_plan.started_on, cp_plan.started_on]
breakdowns: [team, locality, age_band]
---*/
select
  c.case_id, c.child_id, c.started_on as counted_on, c.started_on as done_on, c.team,
  true as met,
  working_days(n.started_on, c.started_on) as value,
  'in need since ' || strftime(n.started_on, '%d %B %Y') || ', child protection plan ' || strftime(c.started_on, '%d %B %Y') as reason
from journey.cp_plan c
asof join journey.in_need n on n.child_id = c.child_id and n.started_on <= c.started_on
asof join journey.open_case o on o.child_id = c.child_id and o.started_on <= c.started_on
where n.started_on >= o.started_on;
