// Days as they are written in files and commands. Knows nothing of working days (see transform/calendar.ts).

/** Whether a text is a day of the calendar, written as 2024-04-01. */
export function isDay(s: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(s) && !Number.isNaN(Date.parse(`${s}T00:00:00Z`)) && new Date(`${s}T00:00:00Z`).toISOString().startsWith(s);
}
