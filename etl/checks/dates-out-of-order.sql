/*---
id: "dates-out-of-order"
title: Dates of one record in the wrong order
dimension: consistency
severity: error
requires: []
judges: every later date
tested: from quality.in_order where not has_own_check
source: Order of the dates in the record contracts; pairs with a check of their own are left to it
---*/
select record_set, record_key, child_id, team, happened_on, later as field, earlier || ' ' || earlier_at || ', ' || later || ' ' || later_at as detail
from quality.in_order
where wrong and not has_own_check
