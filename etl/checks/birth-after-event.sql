/*---
id: "birth-after-event"
title: Something recorded more than 40 weeks before the child was born
dimension: accuracy
severity: error
requires: [child.date_of_birth]
judges: every event date
tested: from quality.event e join records.child c using (child_id) where e.happens and not c.withdrawn and c.date_of_birth is not null
source: Dates against the child's date of birth; up to 40 weeks before it the child may have been unborn
---*/
select e.record_set, e.record_key, e.child_id, e.team, e.happened_on, e.field, 'on ' || e.day || ', born ' || c.date_of_birth as detail
from quality.event e
join records.child c on c.child_id = e.child_id and not c.withdrawn and c.date_of_birth - e.day > 280
where e.happens
