// Families and their children. About `children` of them are under 18 on any one day.
import type {Day} from "./days.ts";
import {DISABILITIES, ETHNICITIES, FORENAMES, LOCALITIES, STREETS, SURNAMES} from "./places.ts";
import type {Random} from "./random.ts";
import type {Child, Family} from "./world.ts";

const YEAR = 365.25;
const SIZES = [[1, 38], [2, 38], [3, 16], [4, 6], [5, 2]] as const;

/** Everyone who is a child for some time between `from` and `to`, or is expected within five months of `to`. */
export function makeFamilies(random: Random, from: Day, to: Day, children: number): Family[] {
  const oldest = from - 18 * YEAR;
  const youngest = to + 150;
  const births = (children / (18 * YEAR)) * (youngest - oldest);
  const families: Family[] = [];
  const ids = idsOf(random);
  const localities = Object.entries(LOCALITIES).map(([name, [share]]) => [name, share] as const);
  for (let born = 0; born < births; ) {
    const locality = random.weighted(localities);
    const surname = random.pick(SURNAMES);
    const family: Family = {
      id: `F${String(100001 + families.length)}`,
      locality,
      surname,
      address: `${random.int(1, 180)} ${random.pick(STREETS)}`,
      need: random.around(1, 1.1) * LOCALITIES[locality]![1],
      children: []
    };
    const ethnicity = random.weighted(ETHNICITIES);
    // Births spread evenly over a longer stretch, so that families at both ends are cut as real ones are.
    let at = oldest - 4 * YEAR + random.next() * (youngest - oldest + 4 * YEAR);
    for (let left = random.weighted(SIZES); left > 0; left--, at += 420 + random.next() * 1300) {
      if (at < oldest || at > youngest) continue;
      family.children.push(makeChild(random, family, Math.floor(at), ethnicity, ids));
      born++;
    }
    if (family.children.length > 0) families.push(family);
  }
  return families;
}

function makeChild(random: Random, family: Family, born: Day, ethnicity: string, nextId: () => string): Child {
  return {
    id: nextId(),
    family,
    forename: random.pick(FORENAMES),
    born,
    sex: random.weighted([["M", 51], ["F", 48.5], ["U", 0.5]] as const),
    ethnicity,
    disabilities: random.chance(0.045) ? [...new Set([random.weighted(DISABILITIES), random.weighted(DISABILITIES)])] : [],
    upn: random.chance(0.9) ? `${"ABCDEFGHJKLMNPQRTUVWXYZ"[random.int(0, 22)]}${String(random.int(1, 999_999)).padStart(6, "0")}${String(random.int(1, 999_999)).padStart(6, "0")}` : null,
    episodes: []
  };
}

/** Seven-digit ids with leading zeros, in no order, each once: a full-period walk through 0…999 982 (a prime). */
function idsOf(random: Random): () => string {
  const prime = 999_983;
  const step = random.int(100_000, 900_000);
  let at = random.int(0, prime - 1);
  return () => String((at = (at + step) % prime)).padStart(7, "0");
}
