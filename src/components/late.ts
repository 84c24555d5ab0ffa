// What "late" and "left" mean for a case: one definition for the list on the page and the list that the server writes. Dates are YYYY-MM-DD. Pure.

/** What is known of a case's clock. */
export interface Clock {
  due_on: string | null;
  /** When what the limit is for was done; null while it waits. */
  done_on: string | null;
  /** Calendar days past the limit, until it was done or until the as-at date; 0 while there is time; null without a limit. */
  days_late: number | null;
  /** Counts as a success already, whatever its date: the window of a return that never came has an end, not a limit. */
  ok?: boolean; // defaults to false
}

/** What `met` is when a case of a measure failed; null where nobody can fail. */
export function badOf(measure: {kind: string; good: string}): boolean | null {
  return measure.kind === "count" || measure.kind === "duration" || measure.good === "neutral" ? null : measure.good === "low";
}

/** Whether a measure judges by its date at all: one that is neither good nor bad has an end, not a limit. */
export function hasLimit(measure: {kind: string; good: string}): boolean {
  return measure.kind !== "count" && measure.good !== "neutral";
}

/** The clock of a row of the API, as the measure judges it. */
export function clockOf(row: Omit<Clock, "ok"> & {met: boolean | null}, bad: boolean | null): Clock {
  return {due_on: row.due_on, done_on: row.done_on, days_late: row.days_late, ok: bad !== null && row.met === !bad};
}

const milliseconds = 86_400_000;

/** Calendar days from one date to another, negative when the second comes first. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / milliseconds);
}

/** Calendar days left until the limit of a case that still waits; null where the limit is past, met or none. */
export function daysLeft(row: Clock, asAt: string): number | null {
  if (row.due_on === null || row.done_on !== null) return null;
  const left = daysBetween(asAt, row.due_on);
  return left < 0 ? null : left;
}

/** Waits, past its limit. */
export function isLate(row: Clock): boolean {
  return row.due_on !== null && row.done_on === null && !row.ok && (row.days_late ?? 0) > 0;
}

/** Waits, and its limit falls on a day from the as-at date to `soon`, both included. */
export function isDueSoon(row: Clock, asAt: string, soon: string): boolean {
  return daysLeft(row, asAt) !== null && row.due_on! <= soon;
}

/** "5 days late", "was 5 days late", "due that day", "3 days left", "in time"; nothing where there is no limit. */
export function lateWords(row: Clock, asAt: string): string {
  if (row.due_on === null) return "";
  const late = row.days_late ?? 0;
  if (late > 0 && row.done_on === null && row.ok) return "in time";
  if (late > 0) return `${row.done_on === null ? "" : "was "}${days(late)} late`;
  const left = daysLeft(row, asAt);
  if (left === null) return "in time";
  return left === 0 ? "due that day" : `${days(left)} left`;
}

function days(n: number): string {
  return `${n.toLocaleString("en-GB")} ${n === 1 ? "day" : "days"}`;
}
