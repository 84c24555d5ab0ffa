/*---
id: "event-after-export"
title: Something recorded as having happened after the export that tells of it
dimension: accuracy
severity: error
requires: []
judges: every event date
tested: from quality.event
source: Dates against the date of the newest export that gives the record
---*/
select e.record_set, e.record_key, e.child_id, e.team, e.happened_on, e.field, 'on ' || e.day || ', in the export of ' || l.export_date as detail
from quality.event e
join records.load l on l.rank = e.last_load and e.day > l.export_date
where e.day > (select min(export_date) from records.load)
