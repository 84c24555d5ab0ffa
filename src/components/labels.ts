// Keeps labels beside lines from covering each other. Pure.

/** Moves labels apart along y by the least that keeps `gap` between neighbours and all of them between `top` and `bottom`. Order by y. */
export function apart<T extends {y: number}>(labels: T[], gap: number, top: number, bottom: number): T[] {
  const sorted = labels.map((l) => ({...l})).sort((a, b) => a.y - b.y);
  let floor = top;
  for (const l of sorted) {
    l.y = Math.max(l.y, floor);
    floor = l.y + gap;
  }
  let ceiling = bottom;
  for (const l of sorted.reverse()) {
    l.y = Math.min(l.y, ceiling);
    ceiling = l.y - gap;
  }
  return sorted.reverse();
}
