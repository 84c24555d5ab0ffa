// The calculations a page makes from published counts: intervals of a proportion and of a rate. Limits and curves come computed from the pipeline.

/** Below this many cases a percentage is shown pale, as "few cases". */
export const fewCases = 20;

/**
 * Wilson score interval of a proportion, in percent.
 * @param numerator cases that met it
 * @param denominator cases counted; an empty one has no interval
 * @param z 1.96 for 95 %
 */
export function wilson(numerator: number, denominator: number, z = 1.959964): {lower: number; upper: number} | null {
  if (denominator <= 0) return null;
  const p = numerator / denominator;
  const z2 = (z * z) / denominator;
  const centre = (p + z2 / 2) / (1 + z2);
  const half = (z / (1 + z2)) * Math.sqrt((p * (1 - p)) / denominator + z2 / (4 * denominator));
  return {lower: Math.max(0, 100 * (centre - half)), upper: Math.min(100, 100 * (centre + half))};
}

/**
 * Byar's interval of a rate, on the rate's own scale (Breslow and Day 1987), 95 %.
 * @param events what was counted
 * @param rate the figure they come to; null without events: nothing to scale by
 */
export function byar(events: number, rate: number): {lower: number; upper: number} | null {
  if (events <= 0 || !Number.isInteger(events)) return null;
  const z = 1.959964;
  const limit = (of: number, sign: 1 | -1): number => of * Math.max(0, 1 - 1 / (9 * of) + (sign * z) / (3 * Math.sqrt(of))) ** 3;
  const each = rate / events;
  return {lower: limit(events, -1) * each, upper: limit(events + 1, 1) * each};
}
