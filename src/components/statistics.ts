// The one calculation a page makes from published counts: an interval for a proportion. Limits and curves come computed from the pipeline.

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
