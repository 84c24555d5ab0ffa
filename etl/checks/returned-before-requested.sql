/*---
id: "returned-before-requested"
title: Agency's information returned before it was requested
dimension: consistency
severity: error
requires: [information_request.returned_at]
judges: [information_request.returned_at]
tested: from quality.in_order where record_set = 'information_request' and later = 'returned_at'
source: Order of the dates in the record contracts
---*/
select record_key, child_id, team, happened_on, earlier || ' ' || earlier_at || ', ' || later || ' ' || later_at as detail
from quality.in_order
where wrong and record_set = 'information_request' and later = 'returned_at'
