/*---
id: N8
title: Rising risk without a step up
question: When things get worse for a child in need or in early help, does anybody decide what to do?
numerator: Children for whom nothing was decided within the limit (no strategy meeting, section 47 enquiry, conference, child protection plan, care or recorded decision of a manager; for a child on no plan, no accepted referral either)
denominator: Children with two or more new events in 90 days (contacts, out-of-hours contacts, police notifications, missing or exploitation episodes) while in need or in early help, whose limit has expired; events of one day or one incident are one, and those before a decision are not new
kind: percentage
good: low
unit: percent
counts: child
limit: rising_risk_response_working_days
day_count: late
category: {label: Events}
sources: ["local placeholder: two events in 90 days, a decision within 10 working days; the rule is to be agreed"]
findings: [D-A2, M-5]
requires: [contact.received_at, cin_plan.started_on | early_help.started_on, strategy_meeting.held_at, management_oversight.occurred_at]
breakdowns: [case_status, category, team, locality, age_band, sex, ethnicity]
---*/
select
  child_id || '/' || day as case_id, child_id, due_on as counted_on, day as clock_on, due_on, answered_on as done_on, team, status as case_status,
  case when missing_or_exploited then 'Missing or exploitation among them' else 'Contacts only' end as category,
  not in_time as met,
  working_days(day, answered_on) as value,
  events || case when answered_on is null then '; nothing decided by ' || strftime(due_on, '%d %B %Y') || ' or since'
                 when not in_time then '; nothing decided by ' || strftime(due_on, '%d %B %Y') || ', ' || answer || ' ' || strftime(answered_on, '%d %B %Y')
                 else '; ' || answer || ' ' || strftime(answered_on, '%d %B %Y') end as reason
from journey.rising_risk
where due_on <= as_at();
