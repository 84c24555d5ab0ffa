// A sample of cases to audit: stratified, and the same again from the same seed. Knows no file and no form.
import {createHash} from "node:crypto";
import {wilson} from "./intervals.ts";

export interface Stratum {
  group: string;
  /** Children that could have been drawn. */
  population: number;
  taken: number;
}

export interface Sample<T> {
  /** Drawn cases, by stratum, in the order in which they were drawn. */
  rows: T[];
  strata: Stratum[];
  population: number;
}

/** A number between 0 and 1 that belongs to a case and a seed: whatever else is in the list, a case keeps its place in the draw. */
function draw(seed: string, key: string): string {
  return createHash("sha256").update(`${seed}\u0000${key}`).digest("hex");
}

/**
 * Draws `size` cases, no child twice, each stratum in proportion to its children (largest remainder; none is left out that has a child, while places last).
 * @param by the stratum of a case; null stands for "not recorded"
 * @param seed any short text; the same seed and list give the same sample, in whatever order the list comes
 */
export function drawSample<T extends {case_id: string; child_id: string | null}>(rows: readonly T[], {size, seed, by}: {size: number; seed: string; by: (row: T) => string | null}): Sample<T> {
  const drawn = rows.map((row) => ({row, at: draw(seed, `${row.case_id}\u0000${row.child_id ?? ""}`)})).sort((a, b) => (a.at < b.at ? -1 : 1));
  const seen = new Set<string>();
  const groups = new Map<string, T[]>();
  for (const {row} of drawn) {
    const child = row.child_id ?? `case ${row.case_id}`;
    if (seen.has(child)) continue;
    seen.add(child);
    const group = by(row) ?? "not recorded";
    (groups.get(group) ?? groups.set(group, []).get(group)!).push(row);
  }
  const names = [...groups.keys()].sort((a, b) => a.localeCompare(b, "en-GB", {numeric: true}));
  const taken = shares(names.map((name) => groups.get(name)!.length), size);
  return {
    rows: names.flatMap((name, i) => groups.get(name)!.slice(0, taken[i])),
    strata: names.map((name, i) => ({group: name, population: groups.get(name)!.length, taken: taken[i]!})),
    population: seen.size
  };
}

/** Places by size: one each while places last (the largest first), the rest in proportion, never more than there are. */
function shares(sizes: number[], places: number): number[] {
  const total = sizes.reduce((a, b) => a + b, 0);
  if (places >= total) return [...sizes];
  const largest = sizes.map((_, i) => i).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const taken = sizes.map(() => 0);
  let left = places;
  for (const i of largest.slice(0, left)) taken[i] = 1;
  left -= Math.min(left, largest.length);
  const exact = sizes.map((n) => (places * n) / total);
  while (left > 0) {
    const i = largest.filter((at) => taken[at]! < sizes[at]!).sort((a, b) => exact[b]! - taken[b]! - (exact[a]! - taken[a]!) || a - b)[0]!;
    taken[i]!++;
    left--;
  }
  return taken;
}

/** A time in which one worker held a child's case; `ended_on` null: still. Dates are ISO. */
export interface WorkerSpell {
  child_id: string;
  worker: string;
  started_on: string;
  ended_on: string | null;
}

/** Tells the worker who held a case's child on the day that the case is counted on, of several the one who came last; null: nobody is recorded. */
export function workersOf(spells: readonly WorkerSpell[]): (row: {child_id: string | null; counted_on: string}) => string | null {
  const byChild = new Map<string, WorkerSpell[]>();
  for (const spell of spells) (byChild.get(spell.child_id) ?? byChild.set(spell.child_id, []).get(spell.child_id)!).push(spell);
  for (const of of byChild.values()) of.sort((a, b) => (a.started_on === b.started_on ? (a.worker < b.worker ? -1 : 1) : a.started_on > b.started_on ? -1 : 1));
  return ({child_id, counted_on}) => byChild.get(child_id ?? "")?.find((s) => s.started_on <= counted_on && (s.ended_on === null || s.ended_on >= counted_on))?.worker ?? null;
}

export interface Precision {
  size: number;
  /** What the audits might find, in percent, and the Wilson 95 % interval that would stand beside it. */
  found: {share: number; lower: number; upper: number}[];
}

/** What a sample size buys, for results of about a half and four in five. The whole list's size is not credited: a small list does a little better. */
export function precisionOf(sizes: readonly number[]): Precision[] {
  return sizes.filter((size) => size > 0).map((size) => ({
    size,
    found: [0.5, 0.8].map((share) => {
      const good = Math.round(size * share);
      const interval = wilson(good, size)!;
      return {share: (100 * good) / size, lower: 100 * interval.lower, upper: 100 * interval.upper};
    })
  }));
}
