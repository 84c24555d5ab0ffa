/*---
id: Q6a
title: Decisions the auditor agrees with, random sample
question: Are threshold decisions right, and their reasons recorded?
numerator: Decisions on which every answered check was met
denominator: Decisions sampled at random, with at least one check answered yes or no
kind: percentage
good: high
unit: percent
sources: ["local checks: data/reference/codes/audit_check.csv"]
findings: [O-A4, O-A5, F-S1, P-S2, FV-1]
requires: [audit.audited_on, audit.selection, audit.check_id, audit.check_result]
category: {label: Decision, list: audit_domain}
breakdowns: [category, team, agency, locality]
---*/
select case_id, child_id, audited_on as counted_on, team, agency, decision as category, agreed as met, reason
from journey.sampled_decision
where selection = 'random';
