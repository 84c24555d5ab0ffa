// The example's own calendar, held to GOV.UK's bank holidays and to the clock changes. It is what makes truth.json independent of the pipeline.
import {describe, expect, test} from "vitest";
import {addMonths, addWorkingDays, civil, DAY, dayOf, isoDay, isUncertain, isWorkingDay, monthsBetween, parseDay, utc, wall, weekday, workingDaysBetween} from "../../etl/example/days.ts";

const days = (from: string, to: string) => Array.from({length: parseDay(to) - parseDay(from) + 1}, (_, i) => parseDay(from) + i);
const at = (text: string) => parseDay(text.slice(0, 10)) * DAY + Number(text.slice(11, 13)) * 60 + Number(text.slice(14, 16));

describe("the calendar", () => {
  test("names the same days as UTC arithmetic, leap years included", () => {
    const range = days("1999-12-30", "2032-03-02");
    expect(range.map(isoDay)).toEqual(range.map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10)));
    expect(range.map(weekday)).toEqual(range.map((day) => (new Date(day * 86_400_000).getUTCDay() + 6) % 7));
    expect(range.map((day) => { const {year, month, day: d} = civil(day); return dayOf(year, month, d); })).toEqual(range);
  });

  test("refuses a date that does not exist", () => {
    expect(() => parseDay("2025-02-29")).toThrow("2025-02-29");
    expect(() => parseDay("31/03/2026")).toThrow("yyyy-mm-dd");
  });

  test.each([
    ["2020", "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28"],
    ["2022", "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27"],
    ["2023", "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26"],
    ["2024", "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26"],
    ["2026", "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"],
    ["2027", "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"]
  ])("has the bank holidays of %s", (year, expected) => {
    const holidays = days(`${year}-01-01`, `${year}-12-31`).filter((d) => weekday(d) < 5 && !isWorkingDay(d));
    expect(holidays.map((d) => isoDay(d).slice(5)).join(" ")).toBe(expected);
  });

  test("counts working days with the start left out and the end counted", () => {
    const between = (a: string, b: string) => workingDaysBetween(parseDay(a), parseDay(b));
    expect(between("2026-03-02", "2026-03-02")).toBe(0);
    expect(between("2026-03-06", "2026-03-09")).toBe(1); // Friday to Monday
    expect(between("2026-03-07", "2026-03-09")).toBe(1); // Saturday to Monday
    expect(between("2026-04-02", "2026-04-07")).toBe(1); // over Easter
    expect(isoDay(addWorkingDays(parseDay("2026-03-07"), 1))).toBe("2026-03-09");
    expect(isoDay(addWorkingDays(parseDay("2025-12-24"), 2))).toBe("2025-12-30"); // Christmas, then a weekend
    expect(addWorkingDays(parseDay("2026-03-07"), 0)).toBe(parseDay("2026-03-07"));
  });

  test("adds months to the last day that exists", () => {
    expect(isoDay(addMonths(parseDay("2024-02-29"), 12))).toBe("2025-02-28");
    expect(isoDay(addMonths(parseDay("2025-01-31"), 1))).toBe("2025-02-28");
    expect(isoDay(addMonths(parseDay("2026-03-31"), -36))).toBe("2023-03-31");
    expect(monthsBetween(parseDay("2025-11-20"), parseDay("2026-02-01")).map((m) => m.month)).toEqual(["2025-11", "2025-12", "2026-01", "2026-02"]);
  });

  test("knows the hour the clocks skip and the hour they repeat", () => {
    expect(utc(at("2025-03-30 02:30")) - utc(at("2025-03-30 00:30"))).toBe(60);
    expect(utc(at("2025-10-26 02:30")) - utc(at("2025-10-26 00:30"))).toBe(180);
    expect(utc(at("2025-07-01 12:00")) - at("2025-07-01 12:00")).toBe(-60);
    for (const text of ["2025-01-10 09:00", "2025-03-30 03:00", "2025-06-10 23:59", "2025-10-26 00:59", "2025-10-26 02:00"]) expect(wall(utc(at(text)))).toBe(at(text));
    expect([at("2025-03-30 01:30"), at("2025-10-26 01:00"), at("2025-10-26 02:00"), at("2025-10-25 01:30")].map(isUncertain)).toEqual([true, true, false, false]);
  });
});
