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

/**
 * Labels that `apart` gave, with those that stand close together put in the order of the figure they print, the largest on top. A label keeps its line's
 * end (`from`); one that stands alone keeps its place.
 */
export function byFigure<T extends {y: number; figure: number}>(labels: T[], gap: number): T[] {
  const runs: T[][] = [];
  for (const label of [...labels].sort((a, b) => a.y - b.y)) {
    const run = runs.at(-1);
    if (run && label.y - run.at(-1)!.y <= gap * 1.01) run.push(label);
    else runs.push([label]);
  }
  return runs.flatMap((run) => [...run].sort((a, b) => b.figure - a.figure).map((label, i) => ({...label, y: run[i]!.y})));
}
