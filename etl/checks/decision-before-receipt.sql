/*---
id: "decision-before-receipt"
title: Contact decided before it was received
dimension: consistency
severity: error
requires: ["contact.screened_at | contact.decision_at | out_of_hours_contact.day_decided_at"]
judges: [contact.screened_at, contact.decision_at, out_of_hours_contact.day_decided_at]
tested: from quality.in_order where later in ('screened_at', 'decision_at', 'day_decided_at')
source: Order of the dates in the record contracts
---*/
select record_set, record_key, child_id, team, happened_on, later as field, earlier || ' ' || earlier_at || ', ' || later || ' ' || later_at as detail
from quality.in_order
where wrong and later in ('screened_at', 'decision_at', 'day_decided_at')
