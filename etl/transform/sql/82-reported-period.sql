-- The days that the period of a ready-made figure covers, in the ways that councils write one: 2024-04, 2024-04-01 (its month), 2024 Q2 (of the
-- calendar year), 2024-25 and 2024/25 (April to March), 2024-25 Q1 (April to June), 2024. Anything else is no period that can be counted.
-- 2011-12 is December 2011.
create macro period_first(p) as
  case
    when regexp_full_match(p, '\d{4}-(0[1-9]|1[0-2])(-\d{2})?') then cast(left(p, 7) || '-01' as date)
    when regexp_full_match(p, '\d{4}[-/](\d{2}|\d{4})( Q[1-4])?') and try_cast(right(split_part(replace(p, '/', '-'), ' ', 1), 2) as integer) = (try_cast(left(p, 4) as integer) + 1) % 100
      then cast(cast(left(p, 4) || '-04-01' as date) + to_months(case when p like '% Q_' then 3 * (try_cast(right(p, 1) as integer) - 1) else 0 end) as date)
    when regexp_full_match(p, '\d{4}[- ]Q[1-4]') then cast(cast(left(p, 4) || '-01-01' as date) + to_months(3 * (try_cast(right(p, 1) as integer) - 1)) as date)
    when regexp_full_match(p, '\d{4}') then cast(p || '-01-01' as date)
  end;

create macro period_last(p) as
  cast(period_first(p) + to_months(
    case when regexp_full_match(p, '\d{4}-(0[1-9]|1[0-2])(-\d{2})?') then 1 when p like '%Q_' then 3 else 12 end) - interval 1 day as date);
