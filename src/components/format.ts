// Numbers, dates and words as people read them (en-GB). Pure; never passes a date through a time zone.
import type {Figure, Kind, Period, SeriesPoint} from "../../etl/publish/published.ts";

const monthNames = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const whole = new Intl.NumberFormat("en-GB", {maximumFractionDigits: 0});
const one = new Intl.NumberFormat("en-GB", {minimumFractionDigits: 1, maximumFractionDigits: 1});
const upToTwo = new Intl.NumberFormat("en-GB", {maximumFractionDigits: 2});
const upToOne = new Intl.NumberFormat("en-GB", {maximumFractionDigits: 1});

/** What a value is measured in decides how it is written. */
export interface Measured {
  kind: Kind;
  unit: string;
}

/** 12671 → "12,671". */
export function count(n: number): string {
  return whole.format(n);
}

/** True when values are percentages, whatever the kind (a snapshot may be one). */
export function isPercent(m: Measured): boolean {
  return m.unit === "percent" || (m.kind === "percentage" && m.unit === "");
}

/** A value in words short enough for a tile: "88.4%", "3 working days", "12,671". Null is "no figure". */
export function valueText(value: number | null, m: Measured): string {
  if (value == null) return "no figure";
  if (isPercent(m)) return `${one.format(value)}%`;
  if (m.kind === "agreement") return upToTwo.format(value);
  const text = m.kind === "rate" || m.kind === "duration" ? upToOne.format(value) : whole.format(value);
  return m.kind === "duration" ? `${text} ${unitText(m.unit, value)}` : text;
}

/** The unit as it follows a number: "working day" for 1, "min" for minutes. */
export function unitText(unit: string, value: number): string {
  if (unit === "minutes") return "min";
  return value === 1 ? unit.replace(/s$/, "") : unit;
}

/** How long or how many a limit allows, and what stands behind it: "1 working day (statutory)". */
export function limitText({value, unit, status}: {value: number; unit: string; status: string}): string {
  return `${value}${unit === "count" ? "" : ` ${unitText(spelt(unit), value)}`} (${spelt(status)})`;
}

/** A code as it is read: "local placeholder", "CIN meeting". */
export const spelt = (code: string): string => code.replaceAll("_", " ").replace(/\b(cin|cp|mash|icpc)\b/g, (short) => short.toUpperCase());

/** A value for an axis or a label beside a line: no unit but the percent sign. */
export function shortValue(value: number, m: Measured): string {
  return isPercent(m) ? `${upToOne.format(value)}%` : (m.kind === "agreement" ? upToTwo : upToOne).format(value);
}

/** "11,204 of 12,671"; for a count, nothing; with no denominator, the numerator alone. */
export function shareText(f: {numerator: number | null; denominator: number | null}): string {
  if (f.denominator == null || f.numerator == null) return "";
  return `${count(f.numerator)} of ${count(f.denominator)}`;
}

/** "2026-03" → "March 2026". */
export function month(period: string): string {
  const [year, m] = split(period);
  return `${monthNames[m - 1] ?? ""} ${year}`;
}

/** "2026-03" → "Mar 26". */
export function shortMonth(period: string): string {
  const [year, m] = split(period);
  return `${(monthNames[m - 1] ?? "").slice(0, 3)} ${String(year).slice(2)}`;
}

/** "2026-03-31" → "31 March 2026". */
export function day(date: string | null): string {
  if (!date) return "not recorded";
  const [year, m] = split(date);
  return `${Number(date.slice(8, 10))} ${monthNames[m - 1] ?? ""} ${year}`;
}

/** "2026-03-31" → "31 Mar 2026". */
export function shortDay(date: string | null): string {
  if (!date) return "";
  const [year, m] = split(date);
  return `${Number(date.slice(8, 10))} ${(monthNames[m - 1] ?? "").slice(0, 3)} ${year}`;
}

/** Months since year 0: a number line for months. */
export function monthIndex(period: string): number {
  const [year, m] = split(period);
  return year * 12 + m - 1;
}

function split(date: string): [number, number] {
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
}

/** "April 2025 to March 2026". */
export function span(p: {from: string; to: string}): string {
  return p.from === p.to ? month(p.from) : `${month(p.from)} to ${month(p.to)}`;
}

/** What a person calls it: "Last 12 months" of "Last 12 months, April 2025 to March 2026"; "MASH contacts" of "MASH contacts, one row a child". */
export function shortName(label: string): string {
  return label.split(",")[0] ?? label;
}

/** The series without the months before the exports cover a whole one: those are neither running nor comparable. */
export function covered(series: SeriesPoint[]): SeriesPoint[] {
  const first = series.findIndex((d) => d.complete);
  return first < 0 ? series : series.slice(first);
}

/** The points that lie inside a period, oldest first. */
export function within(series: SeriesPoint[], p: {from: string; to: string}): SeriesPoint[] {
  return series.filter((d) => d.period >= p.from && d.period <= p.to);
}

/** True when the records cover both periods in full, as far as the series reaches: a month without records is not a month without cases. */
export function comparable(series: SeriesPoint[], now: Period, before: Period): boolean {
  const cut = series.length >= 36;
  return [now, before].every((p) => {
    const own = within(series, p);
    return own.every((d) => d.complete) && (cut || own.length === monthIndex(p.to) - monthIndex(p.from) + 1);
  });
}

/** The period to compare with: "last-12" with "previous-12", "2025-26" with "2024-25"; null when it is not published. */
export function periodBefore(period: Period, periods: Period[]): Period | null {
  const key = period.key.startsWith("last-") ? period.key.replace("last-", "previous-") : null;
  const months = monthIndex(period.to) - monthIndex(period.from) + 1;
  return (
    periods.find((p) => p.key === key) ??
    periods.find((p) => monthIndex(p.to) === monthIndex(period.from) - 1 && monthIndex(p.to) - monthIndex(p.from) + 1 === months) ??
    null
  );
}

/** The same months a year before a period; null where no figure is published for them. */
export function yearBefore(period: Period, {periods, comparisons = []}: {periods: Period[]; comparisons?: Period[] | undefined}): Period | null {
  return [...periods, ...comparisons].find((p) => monthIndex(p.from) === monthIndex(period.from) - 12 && monthIndex(p.to) === monthIndex(period.to) - 12) ?? null;
}

/** How a figure moved: {by: 1.2, text: "up 1.2 points"}; null when either is missing. */
export function change(now: Figure | undefined, before: Figure | undefined, m: Measured): {by: number; text: string} | null {
  if (now?.value == null || before?.value == null) return null;
  const by = now.value - before.value;
  const size = Math.abs(by);
  const flat = m.kind === "agreement" ? size < 0.005 : isPercent(m) ? size < 0.05 : m.kind === "count" || m.kind === "snapshot" ? size < 0.5 : size < 0.05;
  if (flat) return {by: 0, text: "no change"};
  const way = by > 0 ? "up" : "down";
  if (isPercent(m)) return {by, text: `${way} ${one.format(size)} points`};
  if (m.kind === "agreement") return {by, text: `${way} ${upToTwo.format(size)}`};
  if (m.kind === "duration") return {by, text: `${way} ${upToOne.format(size)} ${unitText(m.unit, size)}`};
  if (m.kind !== "snapshot" && before.value >= 20) return {by, text: `${way} ${one.format((100 * size) / before.value)}%`};
  return {by, text: `${way} ${upToOne.format(size)}`};
}

/** "a", "a and b", "a, b and c". */
export function list(words: string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1] ?? ""}`;
}

/** Small whole numbers as words, as sentences want them. */
export function few(n: number): string {
  return ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"][n] ?? count(n);
}

/** First letter large. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "age_band" → "age band". */
export function dimensionText(dimension: string): string {
  return {age_band: "age band", case_status: "case status", need: "main need"}[dimension] ?? spelt(dimension);
}

/** Measures and their dimensions as addresses have them: "C2:team,C2:source"; "no" where there are none. */
export const pairsOf = (of: Readonly<Record<string, string | readonly string[]>>): string => Object.entries(of).flatMap(([id, dimensions]) => [dimensions].flat().map((dimension) => `${id}:${dimension}`)).join(",") || "no";
