/*---
id: C17
title: Consent recorded before agency checks
question: Do we ask families, or say why not, before we ask agencies about them?
numerator: Contacts with consent given, or dispensed with and the reason recorded
denominator: Contacts below section 47 level about which agencies were asked
kind: percentage
good: high
unit: percent
sources: [Working Together to Safeguard Children 2023]
findings: [FV-1]
requires: [contact.received_at, contact.contact_id, contact.consent, contact.consent_reason, information_request.requested_at]
breakdowns: [source, team, locality, age_band]
---*/
with checked as (
  select contact_id, cast(min(requested_at) as date) as asked_on
  from records.information_request
  where not withdrawn and cast(requested_at as date) <= as_at()
  group by contact_id
)
select
  k.case_id, k.child_id, c.asked_on as counted_on, k.source, k.team,
  coalesce(b.counts_as_lawful_basis, false) and (k.consent <> 'dispensed' or k.consent_reason is not null) as met,
  case when k.consent is null then 'consent not recorded'
       when k.consent = 'dispensed' and k.consent_reason is null then 'consent dispensed with, no reason recorded'
       else 'consent ' || case k.consent when 'dispensed' then 'dispensed with, reason recorded' when 'not_sought' then 'not sought' else k.consent end end
    || '; agencies first asked ' || strftime(c.asked_on, '%d %B %Y') as reason
from checked c
join journey.contact_outcome k using (contact_id)
left join reference.consent b on b.code = k.consent
-- a strategy meeting is held because significant harm is suspected: that is section 47 level
where k.outcome is null or k.outcome not in ('section_47', 'strategy_meeting');
