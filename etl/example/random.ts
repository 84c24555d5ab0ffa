// The example's own source of chance: the same seed gives the same city. Never Math.random, never the clock.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  /** True with the given chance (0 to 1). */
  chance(p: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** The value of one of the [value, weight] pairs. */
  weighted<Pairs extends readonly (readonly [unknown, number])[]>(from: Pairs): Pairs[number][0];
  /** Poisson count with the given mean (small means only: Knuth's product method). */
  poisson(mean: number): number;
  /** Log-normal with the given median and spread (sigma of the logarithm). */
  around(median: number, sigma: number): number;
}

/** mulberry32: 32 bits of state, enough for a fictional city. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    chance: (p) => next() < p,
    pick: (from) => from[int(0, from.length - 1)]!,
    weighted: (from) => {
      let total = 0;
      for (const [, weight] of from) total += weight;
      let left = next() * total;
      for (const [value, weight] of from) if ((left -= weight) < 0) return value;
      return from[from.length - 1]![0];
    },
    poisson: (mean) => {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = next(); product > limit; product *= next()) count++;
      return count;
    },
    around: (median, sigma) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(sigma * normal);
    }
  };
}

/** A source of chance for one part of the example: another part may draw more or fewer numbers without moving this one's. */
export function randomFor(seed: number, part: string): Random {
  let hash = 2166136261; // FNV-1a
  for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 16777619);
  return random((seed ^ hash) >>> 0);
}

/** One of those that pass, each as likely as another; null when none of many tries does. */
export function pickWhere<T>(random: Random, from: readonly T[], passes: (one: T) => boolean): T | null {
  for (let tries = 0; tries < 500 && from.length > 0; tries++) {
    const one = random.pick(from);
    if (passes(one)) return one;
  }
  return null;
}
