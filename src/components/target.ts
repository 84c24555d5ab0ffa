// The target in force in a month, so that last year is judged by last year's target. Shared with the pipeline and the server; pure.
import {month, shortValue, type Measured} from "./format.js";
import type {Good, MeasureDefinition, SeriesPoint, TargetStep} from "../../etl/publish/published.ts";

/** What a measure is judged by: its target, and where that changed the targets month by month. */
export interface Judged {
  target: number | null;
  targets?: TargetStep[] | undefined;
}

/** The target in force at the end of a month (yyyy-mm), in the unit of the values; null where none was. */
export function targetIn({target, targets}: Judged, month: string): number | null {
  if (!targets?.length) return target;
  return targets.filter((t) => t.from <= month).at(-1)?.value ?? null;
}

/** A definition's target as charts and limits want it. */
export function judgedBy({good, target, targets}: Pick<MeasureDefinition, "good" | "target" | "targets">): Judged & {good: Good} {
  return {good, target: target?.value ?? null, targets};
}

/** A definition with the target in force at the end of a month in the place of its own. */
export function heldTo(d: MeasureDefinition, month: string): MeasureDefinition {
  if (!d.targets?.length) return d;
  const step = d.targets.filter((t) => t.from <= month).at(-1);
  return {...d, target: step?.value == null ? null : {value: step.value, status: step.status ?? "", source: d.target?.source ?? ""}};
}

/** The target that a series' newest complete month is held to. */
export function targetNow(judged: Judged, series: readonly SeriesPoint[]): number | null {
  const newest = series.filter((p) => p.complete).at(-1);
  return newest ? targetIn(judged, newest.period) : judged.target;
}

/** "Target 85% until March 2025, then 90%": what a caption says where the target changed within the months; null where it did not. */
export function targetChange(judged: Judged, months: readonly string[], m: Measured): string | null {
  const values = months.map((at) => ({at, value: targetIn(judged, at)}));
  const parts = values.filter((v, i) => v.value !== values[i - 1]?.value);
  if (parts.length < 2) return null;
  const said = (value: number | null): string => (value === null ? "none" : shortValue(value, m));
  return `The target changed: ${parts.map((p, i) => `${said(p.value)}${i ? ` from ${month(p.at)}` : ""}`).join(", ")}. Each month is held to its own.`;
}

/** Stretches of months under one target, oldest first; months without a target are left out. */
export function targetSpans(judged: Judged, months: readonly string[]): {from: string; to: string; value: number}[] {
  const spans: {from: string; to: string; value: number}[] = [];
  let before: number | null = null;
  for (const month of months) {
    const value = targetIn(judged, month);
    if (value !== null && value === before) spans.at(-1)!.to = month;
    else if (value !== null) spans.push({from: month, to: month, value});
    before = value;
  }
  return spans;
}
