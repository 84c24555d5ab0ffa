// The example's own calendar, kept apart from the pipeline's on purpose: truth.json must not share a mistake with what it checks.
// A day is a number of days since 1970-01-01; a minute is local wall time in minutes since 1970-01-01T00:00. No time zone of the machine takes part.

export type Day = number;
export type Minute = number;

export const DAY = 1440;

/** Day number of year, month (1–12), day; the civil calendar by whole-number arithmetic (Howard Hinnant's days_from_civil). */
export function dayOf(year: number, month: number, day: number): Day {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719468;
}

export interface Civil {
  year: number;
  month: number;
  day: number;
}

export function civil(day: Day): Civil {
  const z = day + 719468;
  const era = Math.floor(z / 146097);
  const ofEra = z - era * 146097;
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36524) - Math.floor(ofEra / 146096)) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * ofYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * shifted + 2) / 5) + 1};
}

const two = (n: number) => (n < 10 ? `0${n}` : `${n}`);

/** @throws Error when the text is not a day of the calendar written yyyy-mm-dd. */
export function parseDay(iso: string): Day {
  const [, y, m, d] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso) ?? [];
  const day = dayOf(Number(y), Number(m), Number(d));
  if (y === undefined || isoDay(day) !== iso) throw new Error(`“${iso}” is not a date; write it as yyyy-mm-dd`);
  return day;
}

const isoDays = new Map<Day, string>();

export function isoDay(day: Day): string {
  let written = isoDays.get(day);
  if (written === undefined) {
    const {year, month, day: d} = civil(day);
    isoDays.set(day, (written = `${year}-${two(month)}-${two(d)}`));
  }
  return written;
}

/** dd/mm/yyyy */
export function ukDay(day: Day): string {
  const iso = isoDay(day);
  return `${iso.slice(8)}/${iso.slice(5, 7)}/${iso.slice(0, 4)}`;
}

/** yyyy-mm */
export const monthOf = (day: Day): string => isoDay(day).slice(0, 7);
export const dateOf = (at: Minute): Day => Math.floor(at / DAY);
/** hh:mm */
export const clock = (at: Minute): string => `${two(Math.floor((at % DAY) / 60))}:${two(at % 60)}`;

/** 0 Monday … 6 Sunday. */
export const weekday = (day: Day): number => (((day + 3) % 7) + 7) % 7;

const monthLength = (year: number, month: number) => dayOf(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) - dayOf(year, month, 1);

/** The same day `n` months later; the month's last day when it is shorter (29 February + 12 months = 28 February). */
export function addMonths(day: Day, n: number): Day {
  const {year, month, day: d} = civil(day);
  const months = year * 12 + month - 1 + n;
  const [y, m] = [Math.floor(months / 12), (months % 12) + 1];
  return dayOf(y, m, Math.min(d, monthLength(y, m)));
}

/** Every month from that of `from` to that of `to`, with its first and last day. */
export function monthsBetween(from: Day, to: Day): {month: string; first: Day; last: Day}[] {
  const months = [];
  for (let first = from - civil(from).day + 1; first <= to; first = addMonths(first, 1)) {
    months.push({month: monthOf(first), first, last: addMonths(first, 1) - 1});
  }
  return months;
}

// ---------------------------------------------------------------------------------------------------------------------
// Working days: Monday to Friday, not a bank holiday in England and Wales. By rule, with the days that were moved or added by proclamation.

function easterSunday(year: number): Day {
  const a = year % 19, b = Math.floor(year / 100), c = year % 100; // the anonymous Gregorian computus
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const at = h + l - 7 * m + 114;
  return dayOf(year, Math.floor(at / 31), (at % 31) + 1);
}

const MOVED: Record<string, string[]> = {2020: ["-2020-05-04", "2020-05-08"], 2022: ["-2022-05-30", "2022-06-02", "2022-06-03", "2022-09-19"], 2023: ["2023-05-08"]};

function bankHolidaysOf(year: number): Set<Day> {
  const days = new Set<Day>();
  const mondayFrom = (day: Day) => day + ((7 - weekday(day)) % 7);
  const substitute = (day: Day) => {
    let at = day;
    while (weekday(at) > 4 || days.has(at)) at++;
    days.add(at);
  };
  substitute(dayOf(year, 1, 1));
  days.add(easterSunday(year) - 2).add(easterSunday(year) + 1);
  days.add(mondayFrom(dayOf(year, 5, 1))).add(mondayFrom(dayOf(year, 5, 25))).add(mondayFrom(dayOf(year, 8, 25)));
  substitute(dayOf(year, 12, 25));
  substitute(dayOf(year, 12, 26));
  for (const moved of MOVED[year] ?? []) {
    if (moved.startsWith("-")) days.delete(parseDay(moved.slice(1)));
    else days.add(parseDay(moved));
  }
  return days;
}

const holidays = new Map<number, Set<Day>>();

export function isWorkingDay(day: Day): boolean {
  if (weekday(day) > 4) return false;
  const {year} = civil(day);
  let known = holidays.get(year);
  if (!known) holidays.set(year, (known = bankHolidaysOf(year)));
  return !known.has(day);
}

const EPOCH = dayOf(2013, 1, 1); // before which the rules above lack some proclaimed days
/** Working days after EPOCH and not after each day from EPOCH on; and the n-th of them. Both grow as they are asked. */
const counted: number[] = [0];
const nth: Day[] = [EPOCH];

function countTo(enough: () => boolean): void {
  while (!enough()) {
    const day = EPOCH + counted.length;
    const works = isWorkingDay(day);
    counted.push(counted[counted.length - 1]! + (works ? 1 : 0));
    if (works) nth.push(day);
  }
}

function workingIndex(day: Day): number {
  countTo(() => counted.length > day - EPOCH);
  return counted[day - EPOCH]!;
}

/** Working days d with a < d <= b; the same day is 0 and a negative number says b comes first. */
export const workingDaysBetween = (a: Day, b: Day): number => workingIndex(b) - workingIndex(a);

/** The n-th working day after `day` (a Saturday + 1 is Monday); the day itself when n is 0. */
export function addWorkingDays(day: Day, n: number): Day {
  if (n === 0) return day;
  const index = workingIndex(day) + n;
  countTo(() => nth.length > index);
  return nth[index]!;
}

/** The day itself when it is a working day, else the next one. */
export const onOrNextWorkingDay = (day: Day): Day => (isWorkingDay(day) ? day : addWorkingDays(day, 1));

// ---------------------------------------------------------------------------------------------------------------------
// Summer time in Europe/London: from 01:00 UTC on the last Sunday of March to 01:00 UTC on the last Sunday of October.

const lastSunday = (year: number, month: number) => {
  const last = dayOf(year, month, 31);
  return last - ((weekday(last) + 1) % 7);
};

export const springForward = (year: number): Day => lastSunday(year, 3);
export const fallBack = (year: number): Day => lastSunday(year, 10);

/** Minutes since 1970 in UTC of a wall time; a time in the repeated hour of October is its first. */
export function utc(wall: Minute): number {
  const {year} = civil(dateOf(wall));
  const summer = wall >= springForward(year) * DAY + 60 && wall < fallBack(year) * DAY + 120;
  return summer ? wall - 60 : wall;
}

/** The wall time at a minute of UTC. */
export function wall(at: number): Minute {
  const {year} = civil(dateOf(at));
  const summer = at >= springForward(year) * DAY + 60 && at < fallBack(year) * DAY + 60;
  return summer ? at + 60 : at;
}

/** Moves a time out of the hour that the clocks skip or repeat, so that elapsed time has one answer. */
export const certain = (at: Minute): Minute => (isUncertain(at) ? at + 60 : at);

/** Whether a wall time does not exist (spring) or happens twice (autumn). */
export function isUncertain(at: Minute): boolean {
  const day = dateOf(at);
  const {year, month} = civil(day);
  if (month !== 3 && month !== 10) return false;
  return (day === springForward(year) || day === fallBack(year)) && Math.floor((at % DAY) / 60) === 1;
}
