/*---
id: "response-before-receipt"
title: Out-of-hours contact answered or handed over before it was received
dimension: consistency
severity: error
requires: ["out_of_hours_contact.responded_at | out_of_hours_contact.handover_at"]
judges: [out_of_hours_contact.responded_at, out_of_hours_contact.handover_at]
tested: from quality.in_order where record_set = 'out_of_hours_contact' and later in ('responded_at', 'handover_at')
source: Order of the dates in the record contracts
---*/
select record_set, record_key, child_id, team, happened_on, later as field, earlier || ' ' || earlier_at || ', ' || later || ' ' || later_at as detail
from quality.in_order
where wrong and record_set = 'out_of_hours_contact' and later in ('responded_at', 'handover_at')
