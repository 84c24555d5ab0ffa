// Holds the working-day calendar and the clock macros to plain loops over days and to the rules by which bank holidays fall.
import {readFileSync} from "node:fs";
import {fileURLToPath} from "node:url";
import fc from "fast-check";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {openScratch, rowOf, rowsOf, type Opened} from "../../etl/duckdb.ts";
import {buildCalendar} from "../../etl/transform/calendar.ts";
import {readReference, type Reference} from "../../etl/transform/reference.ts";
import {addDays, addWorkingDays, ageAt, bankHolidays, dayNumber, elapsedMinutes, instant, isoDay, isWorkingDay, wallTime, workingDaysBetween} from "../measures/oracle/days.ts";

const DATA = fileURLToPath(new URL("../../data/reference/", import.meta.url));
const reference = readReference(DATA);

async function calendar(changed: Partial<Reference> = {}, authority = "local"): Promise<Opened> {
  const opened = await openScratch(1);
  await buildCalendar(opened.db, {...reference, closures: [], ...changed}, authority);
  return opened;
}

let opened: Opened;
beforeAll(async () => {
  opened = await calendar();
});
afterAll(() => opened.close());

const ask = async <T>(sql: string, o: Opened = opened) => (await rowOf<{x: T}>(o.db, `select ${sql} as x`)).x;
const workingDays = (a: string, b: string) => ask<number | null>(`working_days(date '${a}', date '${b}')`);
const addWorking = (a: string, n: number) => ask<string | null>(`add_working_days(date '${a}', ${n})`);
const elapsed = (a: string, b: string) => ask<number>(`elapsed_minutes(timestamp '${a}', timestamp '${b}')`);
const plusHours = (a: string, n: number) => ask<string>(`strftime(plus_hours(timestamp '${a}', ${n}), '%Y-%m-%d %H:%M')`);
const age = (born: string, day: string) => ask<number>(`age_at(date '${born}', date '${day}')`);

/** Runs one query over many inputs; the macros are asked as the measures ask them, from a table of rows. */
async function askAll<T>(rows: string[][], columns: string, sql: string): Promise<T[]> {
  const values = rows.map((r, i) => `(${i}, ${r.join(", ")})`).join(", ");
  return (await rowsOf<{x: T}>(opened.db, `select ${sql} as x from (values ${values}) t(i, ${columns}) order by i`)).map((r) => r.x);
}

const FIRST = dayNumber("2010-01-01");
const LAST = dayNumber("2028-12-31");
const anyDay = fc.integer({min: FIRST, max: LAST}).map(isoDay);
// days next to bank holidays, weekends and year ends come up as often as all others together
const HOLIDAYS = Array.from({length: 19}, (_, i) => bankHolidays(2010 + i)).flat();
const nearHoliday = fc.tuple(fc.constantFrom(...HOLIDAYS), fc.integer({min: -4, max: 4})).map(([h, n]) => isoDay(Math.min(LAST, Math.max(FIRST, dayNumber(h) + n))));
const day = fc.oneof(anyDay, nearHoliday);
const settings = {numRuns: 1, seed: 20240331};
const many = <T>(one: fc.Arbitrary<T>, n = 3000) => fc.array(one, {minLength: n, maxLength: n});

describe("bank holidays", () => {
  test("the table is what the rules of England and Wales give for 2010 to 2028, proclaimed and moved days included", () => {
    const listed = readFileSync(`${DATA}bank-holidays.csv`, "utf8").split(/\r?\n/).slice(1).filter(Boolean).map((l) => l.split(",")[0]!);
    expect(listed).toEqual(HOLIDAYS);
  });

  test.each([
    ["2011-04-29", "the royal wedding"], ["2012-06-04", "the spring holiday, moved"], ["2012-06-05", "the diamond jubilee"], ["2020-05-08", "the early May holiday, moved to VE Day"],
    ["2022-06-02", "the spring holiday, moved"], ["2022-06-03", "the platinum jubilee"], ["2022-09-19", "the state funeral"], ["2023-05-08", "the coronation"],
    ["2021-12-27", "Christmas Day, from a Saturday"], ["2021-12-28", "Boxing Day, from a Sunday"], ["2022-01-03", "New Year's Day, from a Saturday"], ["2024-03-29", "Good Friday"]
  ])("%s is not worked (%s)", async (holiday) => {
    expect(await workingDays(addDays(holiday, -1), holiday)).toBe(0);
  });

  test.each([["2020-05-04", "the usual early May Monday of 2020"], ["2022-05-30", "the usual spring Monday of 2022"], ["2012-05-28", "the usual spring Monday of 2012"], ["2024-12-24", "Christmas Eve"], ["2024-12-27", "the Friday after Boxing Day"]])("%s is worked (%s)", async (worked) => {
    expect(await workingDays(addDays(worked, -1), worked)).toBe(1);
  });
});

describe("working days", () => {
  test("the day it starts is day 0, the day it ends counts", async () => {
    expect(await workingDays("2024-05-14", "2024-05-14")).toBe(0);
    expect(await workingDays("2024-05-14", "2024-05-15")).toBe(1);
    expect(await workingDays("2024-05-13", "2024-05-20")).toBe(5);
    expect(await addWorking("2024-05-14", 0)).toBe("2024-05-14");
    expect(await addWorking("2024-05-14", 1)).toBe("2024-05-15");
  });

  test("from a weekend or a holiday the first working day is day 1", async () => {
    expect(await addWorking("2024-05-11", 1)).toBe("2024-05-13"); // Saturday
    expect(await addWorking("2024-05-12", 1)).toBe("2024-05-13"); // Sunday
    expect(await addWorking("2024-05-06", 1)).toBe("2024-05-07"); // early May holiday
    expect(await workingDays("2024-05-11", "2024-05-12")).toBe(0);
    expect(await workingDays("2024-05-10", "2024-05-12")).toBe(0);
  });

  test("a Christmas run is passed over", async () => {
    // 24 Dec 2021 Friday; 25–28 off; 29, 30, 31 worked; 1–3 Jan off
    expect(await addWorking("2021-12-24", 1)).toBe("2021-12-29");
    expect(await addWorking("2021-12-24", 4)).toBe("2022-01-04");
    expect(await workingDays("2021-12-24", "2022-01-03")).toBe(3);
    expect(await workingDays("2021-12-24", "2022-01-04")).toBe(4);
    // Easter 2024: Thursday 28 March → Tuesday 2 April
    expect(await addWorking("2024-03-28", 1)).toBe("2024-04-02");
    // 45 working days over Easter and both May holidays
    expect(await addWorking("2024-03-27", 45)).toBe("2024-06-04");
  });

  test("backwards it counts below nought", async () => {
    expect(await workingDays("2024-05-15", "2024-05-13")).toBe(-2);
    expect(await workingDays("2024-05-13", "2024-05-11")).toBe(-1);
  });

  test("agree with a loop over days, 2010 to 2028", async () => {
    await fc.assert(
      fc.asyncProperty(many(fc.tuple(day, day)), async (pairs) => {
        const got = await askAll<number>(pairs.map(([a, b]) => [`date '${a}'`, `date '${b}'`]), "a, b", "working_days(a, b)");
        pairs.forEach(([a, b], i) => expect(`${a} ${b} ${got[i]}`).toBe(`${a} ${b} ${workingDaysBetween(a, b)}`));
      }),
      settings
    );
  });

  test("the n-th working day agrees with a loop over days", async () => {
    const start = fc.oneof(fc.integer({min: FIRST, max: dayNumber("2028-06-30")}).map(isoDay), nearHoliday.filter((d) => d < "2028-07-01"));
    await fc.assert(
      fc.asyncProperty(many(fc.tuple(start, fc.integer({min: 0, max: 100}))), async (pairs) => {
        const got = await askAll<string>(pairs.map(([a, n]) => [`date '${a}'`, String(n)]), "a, n", "add_working_days(a, n)");
        pairs.forEach(([a, n], i) => expect(`${a} + ${n} = ${got[i]}`).toBe(`${a} + ${n} = ${addWorkingDays(a, n)}`));
      }),
      settings
    );
  });

  test("within N: by the N-th working day never takes more than N, and on a working day the two say the same", async () => {
    const triple = fc.tuple(fc.oneof(anyDay, nearHoliday).filter((d) => d < "2028-03-01"), fc.integer({min: 1, max: 60}), fc.integer({min: 0, max: 100}));
    await fc.assert(
      fc.asyncProperty(many(triple), async (triples) => {
        const rows = triples.map(([a, n, later]) => [`date '${a}'`, String(n), `date '${addDays(a, later)}'`]);
        const by = await askAll<boolean>(rows, "a, n, d", "d <= add_working_days(a, n)");
        const took = await askAll<boolean>(rows, "a, n, d", "working_days(a, d) <= n");
        triples.forEach(([a, n, later], i) => {
          const d = addDays(a, later);
          if (isWorkingDay(d)) expect(`${a} +${n} ${d} ${by[i]}`).toBe(`${a} +${n} ${d} ${took[i]}`);
          else if (by[i]) expect(took[i]).toBe(true);
        });
      }),
      settings
    );
  });

  test("a weekend after the due day is late by date though no further working day has passed", async () => {
    // Monday + 4 = Friday; Saturday is past it, and still four working days from Monday
    expect(await addWorking("2024-05-13", 4)).toBe("2024-05-17");
    expect(await workingDays("2024-05-13", "2024-05-18")).toBe(4);
  });

  test("a time of day changes nothing", async () => {
    expect(await ask("working_days(timestamp '2024-05-13 23:59:59', timestamp '2024-05-14 00:00:00')")).toBe(1);
    expect(await ask("add_working_days(timestamp '2024-05-17 23:59:59', 1)")).toBe("2024-05-20");
  });

  test("outside the calendar there is no answer, and no guess", async () => {
    expect(await workingDays("2009-12-31", "2010-01-04")).toBeNull();
    expect(await workingDays("2028-12-29", "2029-01-02")).toBeNull();
    expect(await addWorking("2009-12-31", 1)).toBeNull();
    expect(await addWorking("2029-06-01", 5)).toBeNull();
    expect(await addWorking("2028-12-29", 1)).toBeNull(); // the next working day is in 2029
    expect(await addWorking("2028-12-28", 1)).toBe("2028-12-29");
    expect(await ask("working_days(null, date '2024-01-01')")).toBeNull();
    expect(await ask("add_working_days(cast(null as date), 5)")).toBeNull();
  });

  test("reaches from the first to the last year of the holiday table and no further", async () => {
    expect(await ask("(select min(day)::varchar || ' ' || max(day)::varchar from journey.calendar)")).toBe("2010-01-01 2028-12-31");
    expect(await ask("(select count(*)::integer from journey.calendar)")).toBe(LAST - FIRST + 1);
  });

  test("a closure day counts for its own authority and for nobody else, one without an authority for all", async () => {
    const closures = [
      {date: "2024-12-27", authority: "879", reason: "offices shut"},
      {date: "2024-12-30", authority: "880", reason: "elsewhere"},
      {date: "2024-12-31", authority: null, reason: "everybody"},
      {date: "2024-12-28", authority: "879", reason: "a Saturday anyway"}
    ];
    const own = await calendar({closures}, "879");
    const other = await calendar({closures}, "880");
    try {
      const span = "working_days(date '2024-12-24', date '2025-01-02')";
      expect(await ask(span)).toBe(4); // 27, 30, 31 December, 2 January
      expect(await ask(span, own)).toBe(2);
      expect(await ask(span, other)).toBe(2);
      expect(await ask("add_working_days(date '2024-12-24', 1)", own)).toBe("2024-12-30");
      expect(await ask("add_working_days(date '2024-12-24', 1)", other)).toBe("2024-12-27");
      expect(workingDaysBetween("2024-12-24", "2025-01-02", ["2024-12-27", "2024-12-31"])).toBe(2);
    } finally {
      own.close();
      other.close();
    }
  });
});

describe("elapsed time", () => {
  test("an hour is lost in March and given back in October", async () => {
    expect(await elapsed("2024-03-31 00:30", "2024-03-31 02:30")).toBe(60);
    expect(await elapsed("2024-03-31 00:59", "2024-03-31 02:00")).toBe(1);
    expect(await elapsed("2024-03-30 22:00", "2024-03-31 06:00")).toBe(7 * 60);
    expect(await elapsed("2024-10-27 00:30", "2024-10-27 02:30")).toBe(180);
    expect(await elapsed("2024-10-26 22:00", "2024-10-27 06:00")).toBe(9 * 60);
    expect(await elapsed("2024-06-01 22:00", "2024-06-02 06:00")).toBe(8 * 60);
  });

  test("hours are added as they pass, not as the clock shows them", async () => {
    expect(await plusHours("2024-03-31 00:30", 1)).toBe("2024-03-31 02:30");
    expect(await plusHours("2024-03-30 21:30", 4)).toBe("2024-03-31 02:30");
    expect(await plusHours("2024-10-27 00:30", 4)).toBe("2024-10-27 03:30");
    expect(await plusHours("2024-10-26 23:30", 4)).toBe("2024-10-27 02:30");
    expect(await plusHours("2024-12-31 23:30", 1)).toBe("2025-01-01 00:30");
  });

  test("whole minutes: seconds that do not fill one are dropped", async () => {
    expect(await elapsed("2024-05-14 10:00:00", "2024-05-14 10:00:59")).toBe(0);
    expect(await elapsed("2024-05-14 10:00:30", "2024-05-14 11:00:29")).toBe(59);
    expect(await elapsed("2024-05-14 10:00:30", "2024-05-14 11:00:30")).toBe(60);
  });

  // minutes of the two hours that a clock shows twice or never are left out: nobody can say which is meant
  const plain = (wall: string) => wallTime(instant(wall)) === wall && wallTime(instant(wall) + 60) !== wall && wallTime(instant(wall) - 60) !== wall;
  const CHANGES = Array.from({length: 19}, (_, i) => 2010 + i).flatMap((year) => [3, 10].map((month) => {
    let n = dayNumber(`${year}-${month === 3 ? "03" : "10"}-31`);
    while (((n + 4) % 7) !== 0) n--;
    return n * 1440;
  }));
  const minute = fc.oneof(fc.integer({min: FIRST * 1440, max: LAST * 1440}), fc.tuple(fc.constantFrom(...CHANGES), fc.integer({min: -600, max: 900})).map(([c, n]) => c + n));
  const wall = minute.map((m) => new Date(m * 60_000).toISOString().slice(0, 16).replace("T", " ")).filter(plain);

  test("agrees with London's summer time rule, both clock changes of every year included", async () => {
    const pair = fc.oneof(fc.tuple(wall, wall), fc.tuple(wall, fc.integer({min: 0, max: 2000})).map(([a, n]): [string, string] => [a, wallTime(instant(a) + n)]).filter(([, b]) => plain(b)));
    await fc.assert(
      fc.asyncProperty(many(pair), async (pairs) => {
        const forwards = pairs.map(([a, b]) => (instant(a) <= instant(b) ? [a, b] : [b, a]) as [string, string]);
        const got = await askAll<number>(forwards.map(([a, b]) => [`timestamp '${a}'`, `timestamp '${b}'`]), "a, b", "elapsed_minutes(a, b)");
        forwards.forEach(([a, b], i) => expect(`${a} ${b} ${got[i]}`).toBe(`${a} ${b} ${elapsedMinutes(a, b)}`));
      }),
      settings
    );
  });

  test("adding hours agrees with the rule too", async () => {
    await fc.assert(
      fc.asyncProperty(many(fc.tuple(wall, fc.constantFrom(1, 4, 24, 72))), async (pairs) => {
        const got = await askAll<string>(pairs.map(([a, n]) => [`timestamp '${a}'`, String(n)]), "a, n", "strftime(plus_hours(a, n), '%Y-%m-%d %H:%M')");
        pairs.forEach(([a, n], i) => expect(`${a} + ${n} = ${got[i]}`).toBe(`${a} + ${n} = ${wallTime(instant(a) + n * 60)}`));
      }),
      settings
    );
  });
});

const bandOf = (age: number): string => (age < 0 ? "unborn" : age === 0 ? "under 1" : age < 5 ? "1 to 4" : age < 10 ? "5 to 9" : age < 16 ? "10 to 15" : "16 and over");

describe("age", () => {
  test("a birthday counts from its morning, and a child not yet born is below nought", async () => {
    expect(await age("2010-05-14", "2024-05-13")).toBe(13);
    expect(await age("2010-05-14", "2024-05-14")).toBe(14);
    expect(await age("2024-05-14", "2024-05-14")).toBe(0);
    expect(await age("2024-05-15", "2024-05-14")).toBe(-1);
    expect(await age("2025-01-10", "2024-12-20")).toBe(-1);
    expect(await age("2024-02-29", "2025-02-28")).toBe(0);
    expect(await age("2024-02-29", "2025-03-01")).toBe(1);
    expect(await age("2024-02-29", "2028-02-29")).toBe(4);
  });

  test("agrees with counting birthdays", async () => {
    const born = fc.integer({min: dayNumber("1990-01-01"), max: LAST}).map(isoDay);
    await fc.assert(
      fc.asyncProperty(many(fc.tuple(born, day)), async (pairs) => {
        const got = await askAll<number>(pairs.map(([a, b]) => [`date '${a}'`, `date '${b}'`]), "a, b", "age_at(a, b)");
        pairs.forEach(([a, b], i) => expect(`${a} ${b} ${got[i]}`).toBe(`${a} ${b} ${ageAt(a, b)}`));
      }),
      settings
    );
  });

  test("the band by birthdays is the band of the age", async () => {
    const born = fc.oneof(fc.integer({min: dayNumber("1990-01-01"), max: LAST}).map(isoDay), fc.constantFrom("2004-02-29", "2008-02-29", "2020-02-29"));
    await fc.assert(
      fc.asyncProperty(many(fc.tuple(born, day)), async (pairs) => {
        const by = [1, 5, 10, 16].map((n) => `birthday(a, ${n})`).join(", ");
        const got = await askAll<string>(pairs.map(([a, b]) => [`date '${a}'`, `date '${b}'`]), "a, b", `age_band_on(b, a, ${by})`);
        pairs.forEach(([a, b], i) => expect(`${a} ${b} ${got[i]}`).toBe(`${a} ${b} ${bandOf(ageAt(a, b))}`));
      }),
      settings
    );
    expect(await ask<string | null>("age_band_on(date '2024-05-14', null, null, null, null, null)")).toBeNull();
  });
});
