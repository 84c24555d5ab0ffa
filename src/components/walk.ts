// Where somebody stands in a list of cases while they go from child to child. Kept by the tab alone (sessionStorage), gone when it closes; ids and an address only.
export interface Walk {
  /** What the list is, in words. */
  title: string;
  /** The list's own address. */
  back: string;
  /** The children of the list from `first` on, in its order. */
  children: string[];
  first: number;
  total: number;
}

const name = "frontdoor:walk";
const before = 200;
const after = 2000;

/** Remembers the list around a place in it. A browser that keeps nothing simply has no "next". */
export function beginWalk(walk: Omit<Walk, "children" | "first" | "total">, children: (place: number) => string | null, total: number, place: number): void {
  const first = Math.max(0, place - before);
  const kept: string[] = [];
  for (let i = first; i < Math.min(total, place + after); i++) kept.push(children(i) ?? "");
  try {
    sessionStorage.setItem(name, JSON.stringify({...walk, children: kept, first, total} satisfies Walk));
  } catch {
    // private windows of some browsers
  }
}

/** The list being walked and where a child stands in it; null where none is, or the child is not on it. `hint` is the place it was opened from. */
export function walkAt(child: string, hint: number | null): {walk: Walk; place: number; previous: number | null; next: number | null} | null {
  let walk: Walk;
  try {
    walk = JSON.parse(sessionStorage.getItem(name) ?? "") as Walk;
  } catch {
    return null;
  }
  const here = hint !== null && walk.children[hint - walk.first] === child ? hint - walk.first : walk.children.indexOf(child);
  if (here < 0) return null;
  // several cases of one child in a row are one step
  const step = (by: 1 | -1): number | null => {
    for (let i = here + by; i >= 0 && i < walk.children.length; i += by) if (walk.children[i] && walk.children[i] !== child) return i + walk.first;
    return null;
  };
  return {walk, place: here + walk.first, previous: step(-1), next: step(1)};
}

export const childAt = (walk: Walk, place: number): string => walk.children[place - walk.first] ?? "";

/** Forgets the list: at signing out. */
export function endWalk(): void {
  try {
    sessionStorage.removeItem(name);
  } catch {
    // as above
  }
}
