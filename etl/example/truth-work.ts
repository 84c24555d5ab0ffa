// What measures of open cases, the workers who hold them and their supervision must come to, from the generator's own records, apart from the
// pipeline: no SQL.
import {addMonths, addWorkingDays, monthOf, type Day} from "./days.ts";
import {mean, numberMet, percentage, rate, type Counting, type Row, type Shown} from "./figures.ts";
import {dayBy} from "./practice.ts";
import {gather} from "./truth-common.ts";
import {daysOf, lastBy, merged, monthsReached, runsOn, timesOpen, type Span} from "./truth-histories.ts";
import type {Child} from "./world.ts";

export function workTruth(shown: Shown): Record<string, Counting> {
  const {practice, written, asAt} = shown;
  const open = timesOpen(shown);
  const openFor = (months: number, p: Day) => open.filter(runsOn(p)).filter((s) => addMonths(s.from, months) < p);
  const spells = workerSpells(shown);
  const supervised = daysOf(practice.supervisions.map((s) => [s.child, dayBy(asAt, s.heldOn)]));
  const staff = new Map<string, number>();
  for (const w of practice.workforce) if (w.month <= asAt) staff.set(monthOf(w.month), (staff.get(monthOf(w.month)) ?? 0) + w.fte);
  const staffed = new Set(practice.workforce.filter((w) => w.month <= asAt && w.fte > 0).map((w) => `${w.team} ${monthOf(w.month)}`));
  const held = written.involvements.filter((i) => i.role === "Allocated worker").map((i) => ({child: i.child, team: i.team!, from: i.from, to: i.to ?? Infinity}));
  return {
    ...byTimeOpen(open),
    N13a: {
      sum: percentage,
      at: (p) => openFor(6, p).map(({child}) => {
        // a worker's last day still counts; of several the one who has held the case longest
        const since = (spells.get(child) ?? []).filter((s) => s.from <= p && s.to >= p).map((s) => s.from);
        return {on: p, child, met: since.length > 0 && addMonths(Math.min(...since), 6) <= p};
      })
    },
    N13b: {
      sum: mean,
      rows: monthsReached(shown).flatMap(({day}) => openFor(6, day).flatMap(({child, from}) => {
        const since = Math.max(from, addMonths(day, -12));
        const workers = new Set((spells.get(child) ?? []).filter((s) => s.from <= day && s.to > since).map((s) => s.worker)).size;
        return workers > 0 ? [{on: day, child, weight: workers}] : [];
      }))
    },
    V1: {
      sum: percentage,
      at: (p) => open.filter(runsOn(p)).filter((s) => addWorkingDays(s.from, 20) <= p).map(({child, from}) => {
        const last = lastBy(supervised.get(child), p);
        return {on: p, child, met: last !== undefined && last >= from && addWorkingDays(last, 20) > p};
      })
    },
    W2a: {sum: rate(1, staff), at: (p) => ((staff.get(monthOf(p)) ?? 0) > 0 ? open.filter(runsOn(p)).map(({child}) => ({on: p, child})) : [])},
    W3: {
      sum: rate(1, staff),
      at: (p) => {
        const theirs = held.filter((i) => runsOn(p)(i) && staffed.has(`${i.team} ${monthOf(p)}`));
        return [...new Map(theirs.map((i) => [`${i.child.id} ${i.team}`, {on: p, child: i.child}])).values()];
      }
    }
  };
}

const BANDS: [id: string, from: number, to: number][] = [["N15b", 0, 3], ["N15c", 3, 6], ["N15d", 6, 12], ["N15e", 12, 24], ["N15f", 24, Infinity]];

/** Children in need by months open, in the bands that DfE publishes. */
function byTimeOpen(open: Span[]): Record<string, Counting> {
  const reached = (s: Span, months: number, p: Day) => months === 0 || (months !== Infinity && addMonths(s.from, months) <= p);
  const at = (met: (s: Span, p: Day) => boolean) => (p: Day): Row[] => open.filter(runsOn(p)).map((s) => ({on: p, child: s.child, met: met(s, p)}));
  return {
    N15a: {sum: numberMet, at: at(() => true)},
    ...Object.fromEntries(BANDS.map(([id, from, to]) => [id, {sum: percentage, at: at((s, p) => reached(s, from, p) && !reached(s, to, p))}]))
  };
}

/** Times in which one worker held a child's case, to their last day; what follows on the next day is one time. */
function workerSpells({written}: Shown): Map<Child, (Span & {worker: string})[]> {
  const held = gather(written.involvements.filter((i) => i.role === "Allocated worker"), (i) => i.worker);
  return gather(
    [...held].flatMap(([worker, theirs]) => merged(theirs.map((i) => ({child: i.child, from: i.from, to: (i.to ?? Infinity) + 1}))).map((s) => ({...s, to: s.to - 1, worker}))),
    (s) => s.child
  );
}
