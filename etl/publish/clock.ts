// How a measure's time is counted, in a sentence that stands beside its limit. Says which choice of the settings is in force; computes nothing.
import type {Clocks} from "../settings.ts";
import type {Measure} from "../transform/measures.ts";
import {thresholdAt, type Reference, type Threshold} from "../transform/reference.ts";

const HOURS_AND_MINUTES = "Elapsed time between two times of day, day and night; where the clocks change in between, the hour gained or lost is counted as it passed.";
const BY_UNIT: Partial<Record<Threshold["unit"], string>> = {
  working_days:
    "Working days: the day the clock starts is day 0 and is not counted, the last day is. Monday to Friday, without bank holidays of England and Wales and local closure days. A start at a weekend or on a holiday has the next working day as day 1.",
  hours: HOURS_AND_MINUTES,
  minutes: HOURS_AND_MINUTES,
  days: "Calendar days, the first not counted.",
  weeks: "Calendar weeks: the same weekday so many weeks later.",
  months: "Calendar months: the same day of a later month, or its last day where there is none."
};

/** @returns null for a measure without a limit, or whose limit is no length of time */
export function clockOf(measure: Pick<Measure, "limit">, {thresholds}: Pick<Reference, "thresholds">, clocks: Clocks, asAt: string): string | null {
  if (measure.limit === null) return null;
  if (measure.limit.startsWith("rag_")) return riskGradeClock(thresholds, clocks, asAt);
  const limit = thresholdAt(thresholds, measure.limit, asAt);
  return limit ? (BY_UNIT[limit.unit] ?? null) : null;
}

function riskGradeClock(thresholds: Threshold[], {risk_grade: clock}: Clocks, asAt: string): string {
  const told = (["red", "amber", "green"] as const).map((grade) => {
    const runs = clock[grade];
    const value = thresholdAt(thresholds, `rag_${grade}_${runs === "working_days" ? "working_days" : "hours"}`, asAt)?.value;
    const unit = {working_days: "working day", elapsed_hours: "elapsed hour", working_hours: "working hour of the MASH"}[runs];
    return `${grade} ${value ?? "no limit in"} ${value === 1 ? unit : unit.replace(/(day|hour)/, "$1s")}`;
  });
  return `From receipt, by the first risk grade: ${told.join(", ")}. Working days: the day of receipt is day 0. Which clock each grade runs on is chosen in settings.yaml (clocks.risk_grade).`;
}
