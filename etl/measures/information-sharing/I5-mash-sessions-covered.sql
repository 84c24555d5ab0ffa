/*---
id: I5
title: MASH sessions covered
question: Are the agencies at their desks in the MASH?
numerator: Sessions covered
denominator: Sessions on the rota
kind: percentage
good: high
unit: percent
category: {label: Session, list: rota_session}
sources: ["local placeholder: 95 per cent, education and health first"]
findings: [P-S1, P-A4]
requires: [mash_rota.covered, mash_rota.date, mash_rota.session, mash_rota.agency]
breakdowns: [agency, category, team]
---*/
select
  date || '/' || session || '/' || agency as case_id, cast(null as varchar) as child_id, date as counted_on, split_part(agency, '.', 1) as agency, team, session as category,
  covered as met,
  case when covered then 'covered' else 'not covered' end as reason
from records.mash_rota
where not withdrawn and date <= as_at();
