// From the oracle's cases to figures: shares, counts, medians of time to an event and the last snapshot of a span. Shares nothing with etl/.
import {addMonths, lastDayOf, monthOf} from "./days.ts";
import {ORACLES, type Case, type World} from "./measures.ts";

export interface Figures {
  numerator: number;
  denominator: number | null;
  value: number | null;
  series: {period: string; numerator: number; denominator: number | null; value: number | null}[];
}

export interface Asked {
  from?: string;
  to?: string;
  all?: boolean;
}

/** The twelve months that are over, unless asked otherwise. */
function spanOf(asAt: string, asked: Asked): {from: string; to: string} | null {
  if (asked.all) return null;
  const newest = lastDayOf(monthOf(asAt)) === asAt ? monthOf(asAt) : monthOf(addMonths(`${monthOf(asAt)}-01`, -1));
  return {from: asked.from ?? monthOf(addMonths(`${newest}-01`, -11)), to: asked.to ?? newest};
}

const months = (from: string, to: string): string[] => (from > to ? [] : [from, ...months(monthOf(addMonths(`${from}-01`, 1)), to)]);

const worked = new WeakMap<World, Map<string, Case[]>>();

/** Worked out once a world: the oracle is slow. */
function allCases(id: string, world: World, asAt: string): Case[] {
  const known = worked.get(world) ?? new Map<string, Case[]>();
  worked.set(world, known);
  const cases = known.get(`${id} ${asAt}`) ?? ORACLES[id]!.rows(world, asAt);
  known.set(`${id} ${asAt}`, cases);
  return cases;
}

/** All of a measure's counted cases in a span. Only --all shows what lies after the as-at date. */
export function casesIn(id: string, world: World, asAt: string, asked: Asked): Case[] {
  const span = spanOf(asAt, asked);
  return allCases(id, world, asAt).filter((c) => !span || (monthOf(c.on) >= span.from && monthOf(c.on) <= span.to && c.on <= asAt));
}

/** A measure's figures over a span: whole, or of the cases that `only` lets through. */
export function figures(id: string, world: World, asAt: string, asked: Asked = {}, only: (c: Case) => boolean = () => true, spanMonths?: {from: string; to: string}, team?: string): Figures {
  const cases = casesIn(id, world, asAt, asked).filter(only);
  const span = spanMonths ?? spanOf(asAt, asked) ?? {from: cases.map((c) => monthOf(c.on)).sort()[0] ?? monthOf(asAt), to: cases.map((c) => monthOf(c.on)).sort().at(-1) ?? monthOf(asAt)};
  const {kind, rate} = ORACLES[id]!;
  const base = (of: string[]): number | null => {
    const known = (rate!.over === "snapshot" ? of.slice(-1) : of).map((month) => rate!.base(world, asAt, month, team));
    return known.length === 0 || known.includes(null) ? null : known.reduce<number>((a, b) => a + b!, 0) / known.length;
  };
  const last = kind === "snapshot" || rate?.over === "snapshot" ? [asAt, ...months("2009-01", "2030-12").map(lastDayOf)].filter((d) => d <= asAt && (asked.all || monthOf(d) <= span.to)).sort().at(-1) : null;
  return {
    ...numbers(id, last ? cases.filter((c) => c.on === last) : cases, months(span.from, span.to), base),
    series: months(span.from, span.to).map((period) => ({period, ...numbers(id, cases.filter((c) => monthOf(c.on) === period), [period], base)}))
  };
}

function numbers(id: string, cases: Case[], of: string[], base: (months: string[]) => number | null): Omit<Figures, "series"> {
  const {kind, counts, percent, rate, scale = 1} = ORACLES[id]!;
  const weigh = (some: Case[]) => some.reduce((n, c) => n + (c.value ?? 0), 0) / scale;
  const counted = (some: Case[]) => (counts === "child" ? new Set(some.map((c) => c.child)).size : counts === "weight" ? weigh(some) : some.length);
  if (kind === "count") return {numerator: counted(cases), denominator: null, value: counted(cases)};
  if (kind === "rate") {
    const under = base(of);
    return {numerator: cases.length, denominator: under, value: under ? (rate!.per * cases.length * (rate!.over === "year" ? 12 / of.length : 1)) / under : null};
  }
  if (kind === "mean") {
    const valued = cases.filter((c) => c.value !== null && c.value !== undefined);
    return {numerator: weigh(valued), denominator: valued.length, value: valued.length ? weigh(valued) / valued.length : null};
  }
  const [numerator, denominator] = [counted(cases.filter((c) => c.met)), counted(cases)];
  if (kind === "duration") return {numerator, denominator, value: median(cases)};
  if (kind === "agreement") return {numerator, denominator, value: kappa(cases.map((c) => [Math.floor(c.value! / 10), c.value! % 10]))};
  if (kind === "snapshot" && !percent) return {numerator, denominator, value: numerator};
  return {numerator, denominator, value: denominator === 0 ? null : (100 * numerator) / denominator};
}

/** Weighted kappa from the table of both gradings: one minus observed over expected squared distance. */
function kappa(pairs: [number, number][]): number | null {
  const n = pairs.length;
  if (n === 0) return null;
  const seen = pairs.reduce((sum, [a, b]) => sum + (a - b) ** 2, 0) / n;
  let chance = 0;
  for (const [a] of pairs) for (const [, b] of pairs) chance += (a - b) ** 2 / (n * n);
  return chance === 0 ? null : 1 - seen / chance;
}

/**
 * Kaplan–Meier median in exact fractions: the first time at which fewer than half are left; where the curve lies at exactly a half,
 * the middle of that flat stretch, which ends at the next event, else at the last time anybody was looked at.
 */
export function median(cases: {met: boolean | null; value?: number | null}[]): number | null {
  const times = [...new Set(cases.map((c) => c.value!))].sort((a, b) => a - b);
  let [up, down] = [1n, 1n];
  let flatFrom: number | null = null;
  for (const t of times) {
    const atRisk = cases.filter((c) => c.value! >= t).length;
    const events = cases.filter((c) => c.value === t && c.met).length;
    if (events === 0) continue;
    if (flatFrom !== null) return (flatFrom + t) / 2;
    up *= BigInt(atRisk - events);
    down *= BigInt(atRisk);
    if (2n * up < down) return t;
    if (2n * up === down) flatFrom = t;
  }
  return flatFrom === null ? null : (flatFrom + times.at(-1)!) / 2;
}
