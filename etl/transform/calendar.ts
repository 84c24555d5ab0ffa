// The working-day calendar, built once per part: a table of days with a running count of working days, and the macros that read it.
// It refuses days outside the bank holiday table (they give NULL); it never guesses.
import {literal, type Db} from "../duckdb.ts";
import type {Reference} from "./reference.ts";

/**
 * Creates schema `journey` with `journey.calendar(day, working, count)` and the macros
 *  - `working_days(a, b)`: working days d with a < d <= b; 0 on the same day, negative when b comes first (then days b < d <= a)
 *  - `add_working_days(a, n)`: the n-th working day after a; n = 0 gives a itself
 *  - `elapsed_minutes(a, b)`: minutes that passed between two local wall times, clock changes respected
 *  - `working_minutes(a, b)`: minutes between two local wall times within the MASH's hours (working-hours.csv) on working days
 *  - `worked_at(t, day)`: minutes that the MASH had worked by `t` since the calendar began, where `day` is the calendar's row of its day
 *  - `plus_hours(a, n)`: the local wall time n hours after a
 *  - `age_at(born, day)`: completed years, negative before birth
 *  - `age_band_of(age)`: the DfE band of an age; an unborn child has none
 *  - `birthday(born, n)`: the day on which the n-th year is completed; of 29 February in other years 1 March
 *  - `age_band_on(day, born, first, fifth, tenth, sixteenth)`: the band by a child's birthdays; as `age_band_of(age_at(born, day))`, without working out an age
 * Working day = Monday to Friday, not a bank holiday of England and Wales, not a local closure. Day 0 convention: start excluded, end included.
 */
export async function buildCalendar(db: Db, reference: Reference, authority: string): Promise<void> {
  const holidays = [...reference.bankHolidays, ...reference.closures.filter((c) => !c.authority || c.authority === authority).map((c) => c.date)];
  const years = reference.bankHolidays.map((d) => Number(d.slice(0, 4)));
  const [first, last] = [Math.min(...years), Math.max(...years)];
  const hours = (edge: "opens" | "closes") => `case when working then case isodow(day) ${reference.workingHours.map((h) => `when ${h.weekday} then ${h[edge]}`).join(" ")} when 0 then 0 end end`;
  await db.run("create schema if not exists journey");
  await db.run(`create table journey.calendar as
    with days as (select cast(unnest(generate_series(date '${first}-01-01', date '${last}-12-31', interval 1 day)) as date) as day),
    marked as (select day, isodow(day) <= 5 and day not in (${holidays.map((d) => `date ${literal(d)}`).join(", ")}) as working from days),
    timed as (select day, working, ${hours("opens")} as opens, ${hours("closes")} as closes from marked)
    select day, working, cast(sum(case when working then 1 else 0 end) over (order by day) as integer) as count, opens, closes,
      -- minutes worked since the calendar began, up to this midnight
      cast(coalesce(sum(closes - opens) over (order by day rows between unbounded preceding and 1 preceding), 0) as integer) as worked
    from timed order by day`);
  await db.run("create table journey.working_day as select count as nth, day from journey.calendar where working order by nth");
  // clocks are changed in March and October: only minutes that may hold a change need the dear conversion to instants
  await db.run(`
    create macro working_days(a, b) as (select y.count from journey.calendar y where y.day = cast(b as date)) - (select x.count from journey.calendar x where x.day = cast(a as date));
    create macro add_working_days(a, n) as case when n = 0 then cast(a as date) else (select w.day from journey.calendar c join journey.working_day w on w.nth = c.count + n where c.day = cast(a as date)) end;
    create macro elapsed_minutes(a, b) as case when date_trunc('month', a) = date_trunc('month', b) and month(a) not in (3, 10) then date_sub('minute', a, b)
      else date_sub('minute', timezone('Europe/London', a), timezone('Europe/London', b)) end;
    create macro worked_at(t, day) as day.worked + coalesce(greatest(0, least(60 * hour(t) + minute(t), day.closes) - day.opens), 0);
    create macro worked_until(t) as (select worked_at(t, c) from journey.calendar c where c.day = cast(t as date));
    create macro working_minutes(a, b) as worked_until(b) - worked_until(a);
    create macro plus_hours(a, n) as timezone('Europe/London', timezone('Europe/London', a) + to_hours(n));
    create macro age_at(born, day) as cast(date_diff('year', born, day) - case when 100 * month(day) + day(day) < 100 * month(born) + day(born) then 1 else 0 end as integer);
    create macro age_band_of(age) as case when age is null then null when age < 0 then 'unborn' when age = 0 then 'under 1' when age <= 4 then '1 to 4' when age <= 9 then '5 to 9' when age <= 15 then '10 to 15' else '16 and over' end;
    create macro birthday(born, n) as cast(cast(born as date) + to_years(n) as date) + case when day(cast(born as date) + to_years(n)) < day(born) then 1 else 0 end;
    create macro age_band_on(day, born, first, fifth, tenth, sixteenth) as case when day < born then 'unborn' when day < first then 'under 1' when day < fifth then '1 to 4' when day < tenth then '5 to 9' when day < sixteenth then '10 to 15' when day >= sixteenth then '16 and over' end;
  `);
}
