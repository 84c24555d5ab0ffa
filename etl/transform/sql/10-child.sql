-- One row a child, as last recorded. Breakdowns by sex, ethnicity and locality come from here.
create table journey.child as
select child_id, date_of_birth, sex, ethnicity, locality, family_id
from records.child
where not withdrawn;
