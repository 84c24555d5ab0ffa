-- One row a child, as last recorded. Breakdowns by sex, ethnicity and locality come from here.
create table journey.child as
select child_id, date_of_birth, birthday(date_of_birth, 1) as turned_1, birthday(date_of_birth, 5) as turned_5, birthday(date_of_birth, 10) as turned_10, birthday(date_of_birth, 16) as turned_16, sex, ethnicity, locality, family_id
from records.child
where not withdrawn;
