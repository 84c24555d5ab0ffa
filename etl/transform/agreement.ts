// How far two people who grade the same case agree, beyond what chance would give. Knows nothing of audits.

export interface Pair {
  /** Grades as whole numbers on one scale. */
  first: number;
  second: number;
  /** How many cases were graded so. */
  n: number;
}

/**
 * Cohen's weighted kappa with quadratic weights (Cohen 1968): 1 is full agreement, 0 what chance gives, below 0 worse than chance.
 * @returns null without cases, or where chance leaves no room to disagree (both gave every case one and the same grade)
 */
export function weightedKappa(pairs: Pair[]): number | null {
  const total = pairs.reduce((sum, p) => sum + p.n, 0);
  const count = (of: "first" | "second") => {
    const found = new Map<number, number>();
    for (const p of pairs) found.set(p[of], (found.get(p[of]) ?? 0) + p.n);
    return [...found];
  };
  const apart = (a: number, b: number) => (a - b) ** 2;
  const observed = pairs.reduce((sum, p) => sum + p.n * apart(p.first, p.second), 0);
  // whole numbers until the last division, so that the order of the pairs cannot matter
  const expected = count("first").reduce((sum, [a, n]) => sum + count("second").reduce((s, [b, m]) => s + n * m * apart(a, b), 0), 0);
  return expected === 0 ? null : 1 - (observed * total) / expected;
}
