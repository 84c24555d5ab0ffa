// Intervals for proportions and rates, funnel limits, and the smallest numbers a percentage may stand on. No SQL, no wording, no ranking.
import {quantileSorted} from "d3";

/** An estimate with its two-sided interval, all in the same unit. */
export interface Interval {
  estimate: number;
  lower: number;
  upper: number;
}

/** Fewest cases in a team's denominator for the team to be compared with another. */
export const TEAM_MINIMUM_N = 20;

/** Fewest audits for a percentage of audits to be given; below it the count stands alone. */
export const AUDIT_MINIMUM_N = 10;

/** Whether a team's denominator `d` is large enough to stand beside another team's. */
export function teamComparable(d: number): boolean {
  return count("d", d) >= TEAM_MINIMUM_N;
}

/** Share of audits with its Wilson 95 % interval, as a fraction; null under 10 audits. */
export function auditShare(n: number, d: number): Interval | null {
  const share = wilson(n, d);
  return d < AUDIT_MINIMUM_N ? null : share;
}

/**
 * Wilson score interval of the proportion n/d (without continuity correction), as fractions; null when d is 0.
 * Wilson 1927; the method of UKHSA's PHEindicatormethods for proportions.
 * @param level confidence as a fraction
 * @throws Error naming the value when n or d is no whole number, n exceeds d, or the level is not between 0 and 1
 */
export function wilson(n: number, d: number, level = 0.95): Interval | null {
  part(n, d);
  const z = twoSided(level);
  if (d === 0) return null;
  const share = n / d;
  const centre = n + (z * z) / 2;
  const spread = z * Math.sqrt(n * (1 - share) + (z * z) / 4);
  const size = d + z * z;
  return {
    estimate: share,
    lower: n === 0 ? 0 : (centre - spread) / size,
    upper: n === d ? 1 : (centre + spread) / size
  };
}

/**
 * Byar's interval of a rate: `events` in a population, `per` so many people; null when the population is 0.
 * Breslow and Day 1987, volume II. Used at every count; PHEindicatormethods turns to the exact Poisson interval below 10 events,
 * from which Byar's differs there by under 0.1 of an event.
 * @throws Error naming the value when the events are no whole number or a size is negative
 */
export function byar(events: number, population: number, per = 10_000, level = 0.95): Interval | null {
  count("events", events);
  size("population", population);
  size("per", per);
  const z = twoSided(level);
  if (population === 0) return null;
  const rate = per / population;
  const limit = (of: number, sign: 1 | -1): number => of * Math.max(0, 1 - 1 / (9 * of) + (sign * z) / (3 * Math.sqrt(of))) ** 3;
  return {
    estimate: events * rate,
    lower: events === 0 ? 0 : limit(events, -1) * rate,
    upper: limit(events + 1, 1) * rate
  };
}

/** Limits at p = 0.975 ("95 %") and p = 0.999 ("99.8 %"), as fractions cut to 0–1. */
export interface FunnelLimits {
  lower95: number;
  upper95: number;
  lower998: number;
  upper998: number;
}

export type FunnelPosition = "below-99.8" | "below-95" | "inside" | "above-95" | "above-99.8";

/** n of d, with whatever else the caller wants to keep beside it. */
export interface FunnelUnit {
  n: number;
  d: number;
}

export interface Funnel<U extends FunnelUnit> {
  /** Sum of n over sum of d; null without any cases. */
  pooled: number | null;
  /** Estimated overdispersion, 1 when the units vary as chance has it; null when not asked for or when it cannot be estimated. */
  phi: number | null;
  /** In the order given; limits, share and position are null for a unit without cases. */
  units: (U & {share: number | null; limits: FunnelLimits | null; position: FunnelPosition | null})[];
  /** The limits for any denominator, for drawing the funnel; null for 0 or without any cases. */
  limitsAt: (d: number) => FunnelLimits | null;
}

/**
 * Funnel limits about the pooled proportion. A unit is outside when strictly beyond a limit.
 *
 * The limits are those of UKHSA's PHEindicatormethods (R/Funnels.R). Its quadratic comes down to pooled ± z √(pooled (1 − pooled) / d),
 * so that a unit is outside a limit exactly when its own Wilson interval at that level leaves the pooled proportion out.
 *
 * With `overdispersion`, z is multiplied by √φ: φ is the mean square of the units' z-scores after the lowest and the highest 10 %
 * are drawn in to the 10th and 90th percentile (Spiegelhalter 2005, Statistics in Medicine 24: 1185–1202; percentiles by linear
 * interpolation). Limits never become narrower than chance: φ under 1 is reported and not used. For comparing authorities, not teams.
 * @throws Error naming the value when an n or d is no whole number or n exceeds d
 */
export function funnelLimits<U extends FunnelUnit>(
  units: U[],
  {overdispersion = false}: {overdispersion?: boolean /* defaults to false */} = {}
): Funnel<U> {
  for (const {n, d} of units) part(n, d);
  const cases = units.reduce((sum, {d}) => sum + d, 0);
  const pooled = cases === 0 ? null : units.reduce((sum, {n}) => sum + n, 0) / cases;
  const phi = overdispersion && pooled !== null ? overdispersionOf(units, pooled) : null;
  const stretch = Math.sqrt(Math.max(1, phi ?? 1));
  const z95 = stretch * normalQuantile(0.975);
  const z998 = stretch * normalQuantile(0.999);

  const limitsAt = (d: number): FunnelLimits | null => {
    size("d", d);
    if (pooled === null || d === 0) return null;
    const error = Math.sqrt((pooled * (1 - pooled)) / d);
    return {
      lower95: Math.max(0, pooled - z95 * error),
      upper95: Math.min(1, pooled + z95 * error),
      lower998: Math.max(0, pooled - z998 * error),
      upper998: Math.min(1, pooled + z998 * error)
    };
  };

  return {
    pooled,
    phi,
    limitsAt,
    units: units.map((unit) => {
      const limits = limitsAt(unit.d);
      const share = unit.d === 0 ? null : unit.n / unit.d;
      return {...unit, share, limits, position: limits && share !== null ? positionOf(share, limits) : null};
    })
  };
}

/** Where a share (a fraction) lies against limits; on a limit is inside it. */
export function positionOf(share: number, limits: FunnelLimits): FunnelPosition {
  if (share < limits.lower998) return "below-99.8";
  if (share > limits.upper998) return "above-99.8";
  if (share < limits.lower95) return "below-95";
  if (share > limits.upper95) return "above-95";
  return "inside";
}

function overdispersionOf(units: FunnelUnit[], pooled: number): number | null {
  const variance = pooled * (1 - pooled);
  const scores = units.filter(({d}) => d > 0).map(({n, d}) => (n / d - pooled) / Math.sqrt(variance / d)).sort((a, b) => a - b);
  if (variance === 0 || scores.length < 2) return null;
  const least = quantileSorted(scores, 0.1) ?? 0;
  const most = quantileSorted(scores, 0.9) ?? 0;
  return scores.reduce((sum, score) => sum + Math.min(most, Math.max(least, score)) ** 2, 0) / scores.length;
}

/** z for a two-sided interval: 1.96 for 0.95. */
export function twoSided(level: number): number {
  if (!(level > 0 && level < 1)) throw new Error(`The confidence level is ${String(level)}; give a fraction between 0 and 1, such as 0.95.`);
  return normalQuantile(1 - (1 - level) / 2);
}

/** The standard normal's quantile: 1.959964 for p = 0.975. A first guess (Abramowitz and Stegun 26.2.23) improved by Newton steps. */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new Error(`A quantile needs a probability between 0 and 1; got ${String(p)}.`);
  const tail = Math.min(p, 1 - p);
  const t = Math.sqrt(-2 * Math.log(tail));
  let z = t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  z = Math.max(z, 0);
  for (let i = 0; i < 4; i += 1) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    z += (chiSquareTail(z * z, 1) / 2 - tail) / density;
  }
  return p < 0.5 ? -z : z;
}

/**
 * Probability that a chi-square of `df` (a whole number, 1 or more) exceeds `x`: the upper incomplete gamma function at half-integers,
 * by its series below the mean and its continued fraction above (Numerical Recipes, section 6.2).
 */
export function chiSquareTail(x: number, df: number): number {
  if (!Number.isInteger(df) || df < 1) throw new Error(`A chi-square needs a whole number of degrees of freedom, 1 or more; got ${String(df)}.`);
  if (Number.isNaN(x)) throw new Error("A chi-square is not a number.");
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  const a = df / 2;
  const half = x / 2;
  const front = Math.exp(a * Math.log(half) - half - logGammaOfHalves(df));
  return half < a + 1 ? 1 - front * lowerSeries(a, half) : front * upperFraction(a, half);
}

/** ln Γ(df / 2). */
function logGammaOfHalves(df: number): number {
  let log = df % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let a = df % 2 === 0 ? 1 : 0.5; a < df / 2; a += 1) log += Math.log(a);
  return log;
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = a + 1; term > sum * Number.EPSILON; n += 1) {
    term *= x / n;
    sum += term;
  }
  return sum;
}

/** Lentz's method; converges for x ≥ a + 1. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let value = d;
  for (let i = 1; i < 10_000; i += 1) {
    const numerator = -i * (i - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    value *= d * c;
    if (Math.abs(d * c - 1) <= Number.EPSILON) break;
  }
  return value;
}

function count(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} is ${String(value)}; it must be a whole number, 0 or more.`);
  return value;
}

function size(name: string, value: number): void {
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is ${String(value)}; it must be 0 or more.`);
}

function part(n: number, d: number): void {
  count("n", n);
  count("d", d);
  if (n > d) throw new Error(`n is ${n}, more than d, which is ${d}; the numerator must be part of the denominator.`);
}
