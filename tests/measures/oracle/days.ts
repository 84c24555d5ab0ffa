// Days, working days and London clock time by plain loops and the rules of the calendar: what the SQL is held to.
// Shares nothing with etl/: not its code, not its reference tables.

const DAY = 86_400_000;

/** Days since 1970-01-01 of an ISO date (what follows the date is ignored). */
export const dayNumber = (iso: string) => Date.UTC(Number(iso.slice(0, 4)), Number(iso.slice(5, 7)) - 1, Number(iso.slice(8, 10))) / DAY;
export const isoDay = (n: number) => new Date(n * DAY).toISOString().slice(0, 10);
export const addDays = (iso: string, n: number) => isoDay(dayNumber(iso) + n);
export const dateOf = (wall: string) => wall.slice(0, 10);
/** 0 = Sunday. */
const weekday = (n: number) => (((n + 4) % 7) + 7) % 7;

/** Western Easter Sunday (the anonymous Gregorian computus). */
function easter(year: number): number {
  const a = year % 19, b = Math.floor(year / 100), c = year % 100;
  const d = Math.floor(b / 4), e = b % 4, f = Math.floor((b + 8) / 25), g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - d - g + 15) % 30, i = Math.floor(c / 4), k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451), n = h + l - 7 * m + 114;
  return Date.UTC(year, Math.floor(n / 31) - 1, (n % 31) + 1) / DAY;
}

/** Days off by proclamation, and the days that were moved for them, England and Wales. */
const EXTRA = ["2011-04-29", "2012-06-05", "2022-06-03", "2022-09-19", "2023-05-08"];
const MOVED: Record<string, string> = {"2012-05-28": "2012-06-04", "2020-05-04": "2020-05-08", "2022-05-30": "2022-06-02"};

/** Bank holidays of England and Wales in a year, from the rules. */
export function bankHolidays(year: number): string[] {
  const monday = (month: number, which: "first" | "last") => {
    let n = which === "first" ? dayNumber(`${year}-${month}-01`.replace(/-(\d)-/, "-0$1-")) : Date.UTC(year, month, 0) / DAY;
    while (weekday(n) !== 1) n += which === "first" ? 1 : -1;
    return isoDay(n);
  };
  const off = new Set<string>();
  // a holiday on a weekend is taken on the next weekday that is not one already
  for (const fixed of [`${year}-01-01`, `${year}-12-25`, `${year}-12-26`]) {
    let n = dayNumber(fixed);
    const weekend = [0, 6].includes(weekday(n));
    const taken = (m: number) => [0, 6].includes(weekday(m)) || off.has(isoDay(m)) || (weekend && isoDay(m).endsWith("12-26"));
    while (taken(n)) n++;
    off.add(isoDay(n));
  }
  off.add(isoDay(easter(year) - 2)).add(isoDay(easter(year) + 1));
  for (const usual of [monday(5, "first"), monday(5, "last"), monday(8, "last")]) off.add(MOVED[usual] ?? usual);
  for (const day of EXTRA) if (day.startsWith(String(year))) off.add(day);
  return [...off].sort();
}

const FIRST = dayNumber("2009-01-01");
const LAST = dayNumber("2030-12-31");
/** By day number less FIRST: is it Monday to Friday and no bank holiday? */
const WORKED: boolean[] = [];
for (let n = FIRST; n <= LAST; n++) WORKED.push(![0, 6].includes(weekday(n)));
for (let year = 2009; year <= 2030; year++) for (const holiday of bankHolidays(year)) WORKED[dayNumber(holiday) - FIRST] = false;

const worked = (n: number, closed: number[]) => WORKED[n - FIRST]! && !closed.includes(n);
export const isWorkingDay = (iso: string, closures: string[] = []) => worked(dayNumber(iso), closures.map(dayNumber));

/** Working days d with a < d <= b; for b before a, minus those with b < d <= a. */
export function workingDaysBetween(a: string, b: string, closures: string[] = []): number {
  if (b < a) return -workingDaysBetween(b, a, closures);
  const [last, closed] = [dayNumber(b), closures.map(dayNumber)];
  let found = 0;
  for (let n = dayNumber(a) + 1; n <= last; n++) if (worked(n, closed)) found++;
  return found;
}

/** The n-th working day after a. */
export function addWorkingDays(a: string, n: number, closures: string[] = []): string {
  const closed = closures.map(dayNumber);
  let day = dayNumber(a);
  for (let left = n; left > 0; ) if (worked(++day, closed)) left--;
  return isoDay(day);
}

/** Same day of the month n months later, or the month's last day where there is no such day. */
export function addMonths(iso: string, n: number): string {
  const months = Number(iso.slice(0, 4)) * 12 + Number(iso.slice(5, 7)) - 1 + n;
  const [year, month] = [Math.floor(months / 12), months % 12];
  const longest = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return isoDay(Date.UTC(year, month, Math.min(Number(iso.slice(8, 10)), longest)) / DAY);
}

export const monthOf = (iso: string) => iso.slice(0, 7);
export const lastDayOf = (month: string) => addDays(addMonths(`${month}-01`, 1), -1);

function lastSunday(year: number, month: number): number {
  let n = Date.UTC(year, month, 0) / DAY;
  while (weekday(n) !== 0) n--;
  return n;
}

/** Minutes since 1970 UTC of a London wall time; summer time runs from 01:00 UTC on the last Sunday of March to that of October. */
export function instant(wall: string): number {
  const [, hour = "0", minute = "0", second = "0"] = /[ T](\d+):(\d+)(?::(\d+))?/.exec(wall) ?? [];
  const local = dayNumber(wall) * 1440 + Number(hour) * 60 + Number(minute) + Number(second) / 60;
  const year = Number(wall.slice(0, 4));
  const summer = (utc: number) => utc >= lastSunday(year, 3) * 1440 + 60 && utc < lastSunday(year, 10) * 1440 + 60;
  return summer(local - 60) ? local - 60 : local;
}

/** London wall time "yyyy-mm-dd hh:mm" of minutes since 1970 UTC. */
export function wallTime(utc: number): string {
  const year = Number(isoDay(Math.floor(utc / 1440)).slice(0, 4));
  const summer = utc >= lastSunday(year, 3) * 1440 + 60 && utc < lastSunday(year, 10) * 1440 + 60;
  return new Date((utc + (summer ? 60 : 0)) * 60_000).toISOString().slice(0, 16).replace("T", " ");
}

/** Whole minutes that passed between two wall times. */
export const elapsedMinutes = (a: string, b: string) => Math.floor(instant(b) - instant(a));

/** Completed years; a birthday on 29 February falls on 1 March in other years. */
export function ageAt(born: string, day: string): number {
  const had = day.slice(5) >= born.slice(5);
  return Number(day.slice(0, 4)) - Number(born.slice(0, 4)) - (had ? 0 : 1);
}
