// Findings in words, computed from the published numbers: chart titles, variation, assurance, alternatives to pictures. Pure.
import type {Good, Limits, Meaning, MeasureDefinition, Special} from "../../etl/publish/published.ts";
import type {Figure, SeriesPoint} from "../../etl/publish/published.ts";
import {capital, count, few, list, type Measured, month, shortValue, spelt, valueText} from "./format.js";
import {heldTo, judgedBy, type Judged} from "./target.js";

/** What a variation icon says, short (beside it) and long (its alternative and the key). */
export function variationWords(variation: Meaning | null): {short: string; long: string} {
  switch (variation) {
    case "improvement":
      return {short: "Improving", long: "Improving: a change unlikely to be chance, in the good direction"};
    case "concern":
      return {short: "Getting worse", long: "Getting worse: a change unlikely to be chance, in the bad direction"};
    case "neutral-high":
      return {short: "Unusually high", long: "Unusually high: a change unlikely to be chance, neither good nor bad in itself"};
    case "neutral-low":
      return {short: "Unusually low", long: "Unusually low: a change unlikely to be chance, neither good nor bad in itself"};
    case "common":
      return {short: "Steady", long: "Steady: month-to-month noise, no sign of real change"};
    case null:
      return {short: "Too few months", long: "Too few months to tell signal from noise"};
  }
}

/** What an assurance icon says; null when there is no target or the measure is neutral. */
export function assuranceWords(assurance: "pass" | "fail" | "inconsistent" | null): {short: string; long: string} | null {
  switch (assurance) {
    case "pass":
      return {short: "Meets target", long: "Meets the target reliably: even an unlucky month should pass"};
    case "fail":
      return {short: "Misses target", long: "Will keep missing the target unless something changes: even a lucky month should miss"};
    case "inconsistent":
      return {short: "Hit and miss", long: "Meets the target in some months and misses it in others, by chance"};
    case null:
      return null;
  }
}

/** Which rule a point broke, in words. */
export function specialWords(special: Special): string {
  switch (special) {
    case "above":
      return "above the upper limit";
    case "below":
      return "below the lower limit";
    case "rising":
      return "one of seven or more months rising";
    case "falling":
      return "one of seven or more months falling";
    case "near-upper":
      return "close to the upper limit twice in three months";
    case "near-lower":
      return "close to the lower limit twice in three months";
    case "shift-up":
      return "one of seven or more months above the average";
    case "shift-down":
      return "one of seven or more months below the average";
    case null:
      return "within the usual range";
  }
}

/** True when a value misses a target, by the measure's own direction; neutral measures have nothing to miss. */
export function misses(value: number | null, target: number | null, good: Good): boolean {
  if (value == null || target == null || good === "neutral") return false;
  return good === "high" ? value < target : value > target;
}

/** The last whole month with a value, and its control-limit point. */
export function latest(series: SeriesPoint[], limits: Limits | null): {point: SeriesPoint; special: Special; meaning: Meaning} | null {
  for (let i = series.length - 1; i >= 0; i--) {
    const point = series[i];
    if (!point || !point.complete || point.value == null) continue;
    const limit = limits?.points.find((d) => d.at === point.period);
    return {point, special: limit?.special ?? null, meaning: limit?.meaning ?? "common"};
  }
  return null;
}

/** The finding of a series in at most twelve words: its level, its signal, its target. */
export function trendFinding(m: Measured & {good: Good; target: number | null}, series: SeriesPoint[], limits: Limits | null, figure?: Figure): string {
  const last = latest(series, limits);
  if (!last) return "No whole month to show yet";
  const value = figure?.value ?? last.point.value;
  const level = valueText(value, m);
  const tail = misses(value, m.target, m.good) && m.target != null ? (m.target === 0 ? "the target is none" : `${m.good === "high" ? "short of" : "over"} the ${shortValue(m.target, m)} target`) : null;
  const still = tail && m.target !== 0 ? `still ${tail}` : tail;
  const at = month(last.point.period);
  switch (last.special) {
    case "above":
      return `${capital(at)} was above its usual range${tail ? ", " + tail : ""}`;
    case "below":
      return `${capital(at)} was below its usual range${tail ? ", " + tail : ""}`;
    case "rising":
      return `Rising for seven months or more${still ? ", " + still : ""}`;
    case "falling":
      return `Falling for seven months or more${still ? ", " + still : ""}`;
    case "shift-up":
      return `Above its average seven months or more${tail ? ", " + tail : ""}`;
    case "shift-down":
      return `Below its average seven months or more${tail ? ", " + tail : ""}`;
    case "near-upper":
      return `Close to its upper limit lately${tail ? ", " + tail : ""}`;
    case "near-lower":
      return `Close to its lower limit lately${tail ? ", " + tail : ""}`;
    case null:
      return limits?.variation ? `${level}, steady${tail ? ", but " + tail : ": no unusual change"}` : `${level}${tail ? ", " + tail : ""}`;
  }
}

/** Codes that say of a case that its group is not known (data/reference/codes/), by dimension. */
const NOT_KNOWN: Record<string, readonly string[]> = {ethnicity: ["NOBT", "REFU"], sex: ["U"], source: ["10"], need: ["N0"]};

/** The finding of a comparison of groups, in at most twelve words. Groups with few cases are left out of it, and cases whose group is not known. */
export function spreadFinding(m: Measured & {good: Good}, dimension: string, rows: {group: string; label: string; figure: Figure}[], enough: number): string {
  const known = rows.filter(({group}) => group !== "not recorded" && !NOT_KNOWN[dimension]?.includes(group));
  const big = known.filter((d) => d.figure.value != null && (d.figure.denominator ?? d.figure.numerator ?? 0) >= enough);
  if (big.length === 1 && known.length === 1) return `One group only: ${big[0]!.label} ${valueText(big[0]!.figure.value, m)}`;
  if (big.length < 2) return "Too few cases to compare groups";
  const sorted = [...big].sort((a, b) => (b.figure.value ?? 0) - (a.figure.value ?? 0));
  const top = sorted[0]!;
  const bottom = sorted[sorted.length - 1]!;
  if (m.kind === "count") return `${top.label} accounts for the most: ${count(top.figure.value ?? 0)}`;
  const [least, most] = [valueText(bottom.figure.value, m), valueText(top.figure.value, m)];
  if (least === most) return `${big.length === 2 ? "Both" : `All ${few(big.length)}`} groups alike: ${most}`;
  // of several that share an end none is named
  const at = (end: typeof top, value: string): string => {
    const alike = big.filter((d) => valueText(d.figure.value, m) === value).length;
    return alike > 1 ? `${few(alike)} groups ${value}` : `${end.label} ${value}`;
  };
  const named = `Lowest ${at(bottom, least)}, highest ${at(top, most)}`;
  return named.split(/\s+/).length <= 12 ? named : `From ${least} to ${most} between groups`;
}

/** What is missing, as a sentence. */
export function missingWords(missing: string[]): string {
  if (!missing.length) return "The records it needs have not been loaded.";
  // what the server says to somebody held to some teams: the records are there, and theirs cannot be told apart in them
  const held = missing.filter((path) => /^(a breakdown by|one) (team|locality)/.test(path));
  if (held.length) return `Your access is to part of the authority, and this is not told for that part: it would need ${list(held)}.`;
  const sets = new Map<string, string[]>();
  for (const path of missing) {
    const [set = path, field] = path.split(".");
    sets.set(set, [...(sets.get(set) ?? []), ...(field ? [field] : [])]);
  }
  const parts = [...sets].map(([set, fields]) => `${spelt(set)}${fields.length ? ` (${fields.map((f) => spelt(f)).join(", ")})` : ""}`);
  return `Not in any export yet: ${parts.join("; ")}.`;
}

/** A measure's own target and direction, as charts want them; its target is the one in force at the end of `month`, or on the as-at date. */
export function asMeasured(d: MeasureDefinition, month?: string): Measured & Judged & {good: Good} {
  return {kind: d.kind, unit: d.unit, ...judgedBy(month ? heldTo(d, month) : d)};
}
