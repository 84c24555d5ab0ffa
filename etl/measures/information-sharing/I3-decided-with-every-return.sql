/*---
id: I3
title: Decided with every return in
question: When we decide, do we know what every agency we asked knows?
numerator: Contacts with every requested return in by the decision
denominator: Contacts that were decided, with requests sent by then
kind: percentage
good: high
unit: percent
sources: [Working Together to Safeguard Children 2023, "local placeholder: 90 per cent"]
findings: [O-A1, F-A1, P-S1, D-A5, M-6]
requires: [information_request.requested_at, information_request.returned_at, contact.decision_at]
breakdowns: [team, locality, age_band]
---*/
select
  contact_id as case_id, min(child_id) as child_id, min(decided_on) as counted_on, min(team) as team,
  bool_and(was_back) as met,
  count(*) filter (not was_back) as value,
  case when bool_and(was_back) then 'all ' || count(*) || ' returns in' else count(*) filter (not was_back) || ' of ' || count(*) || ' returns not in: '
    || string_agg(distinct coalesce(a.label, r.agency), ', ' order by coalesce(a.label, r.agency)) filter (not was_back) end as reason
from journey.decided_request r
left join reference.agency a on a.code = r.agency
group by contact_id;
