// The published figures that may stand beside a measure: each with its year and source, in the measure's own unit. Chooses and labels; computes only the mean
// of an authority's own neighbours where the table of means is another's.
import type {Measure} from "../transform/measures.ts";
import {neighboursAt, type Benchmark, type Reference} from "../transform/reference.ts";
import type {Comparator} from "./published.ts";

/** The authority whose statistical neighbours and region comparators.csv holds. */
const TABLE_OF = "879";
const NEIGHBOURS = "Statistical neighbours";

type Tables = Pick<Reference, "comparators" | "benchmarks" | "neighbours">;

/** Which indicator of the reference tables is this measure's; null where none may stand beside it. */
export function indicatorOf(m: Pick<Measure, "id" | "comparator" | "kind" | "unit">, {comparators}: Pick<Reference, "comparators">): string | null {
  const entry = entryOf(m);
  const own = comparators.filter((c) => c.measure === entry && (m.comparator ? c.indicator === m.comparator : c.unit === "percent" && m.kind === "percentage" && m.unit === "percent"));
  const indicators = [...new Set(own.map((c) => c.indicator))];
  // a catalogue entry of several figures: none of them may stand beside a part by accident
  return indicators.length === 1 ? indicators[0]! : null;
}

/**
 * Published figures for a measure, newest first.
 * Statistical neighbours say which model chose them and whether it was in force for that year's figures: one model carried back over earlier years
 * is not what was published then. An English authority other than that of the table is given its own region and neighbours where counts by
 * authority are held, and the table's are named as another's. Where the table carries a model back, the mean by the model of that year stands beside it.
 */
export function comparatorsOf(m: Measure, tables: Tables, authority: string): Comparator[] {
  const indicator = indicatorOf(m, tables);
  if (indicator === null) return [];
  const {neighbours: models} = tables;
  const entry = entryOf(m);
  const counts = tables.benchmarks.filter((b) => b.measure === entry && b.indicator === indicator);
  const region = counts.find((b) => b.lea === authority)?.region ?? null;
  const elsewhere = region !== null && authority !== TABLE_OF;
  const table = tables.comparators
    .filter((c) => c.measure === entry && c.indicator === indicator)
    .map(({area, year, value, source, note}): Comparator => {
      if (area !== NEIGHBOURS) return {area, year, value, source, note, model: null};
      const name = /(\d{4}) model/.exec(note ?? "")?.[1] ?? "unnamed";
      return {area: elsewhere ? `${NEIGHBOURS} of Plymouth` : area, year, value, source, note, model: {name, inForce: neighboursAt(models, TABLE_OF, year)?.model === name}};
    });
  const told = (area: string, year: number) => table.some((c) => c.area === area && c.year === year && c.model?.inForce !== false);
  const near = authority === TABLE_OF || elsewhere ? neighbourMeans(counts, authority, models).filter((c) => !told(c.area, c.year)) : [];
  const around = elsewhere ? counts.filter((b) => b.level === "region" && b.area === region && !told(b.area, b.year)).map((b): Comparator => ({area: b.area, year: b.year, value: rounded(share(b)), source: b.source, note: COMPUTED, model: null})) : [];
  return [...table, ...near, ...around].sort((a, b) => b.year - a.year || (a.area < b.area ? -1 : a.area > b.area ? 1 : Number(b.model?.inForce ?? 0) - Number(a.model?.inForce ?? 0)));
}

/** The unweighted mean of the neighbours of the model in force, in every year that their counts are held for. */
function neighbourMeans(counts: Benchmark[], lea: string, models: Reference["neighbours"]): Comparator[] {
  return [...new Set(counts.map((b) => b.year))].flatMap((year) => {
    const model = neighboursAt(models, lea, year);
    const near = counts.filter((b) => b.lea && model?.neighbours.includes(b.lea) && b.year === year && b.denominator > 0);
    if (!model || near.length < FEWEST) return [];
    const mean = near.reduce((sum, b) => sum + share(b), 0) / near.length;
    return [{area: NEIGHBOURS, year, value: rounded(mean), source: near[0]!.source, note: `Unweighted mean of ${near.length} authorities. ${COMPUTED}`, model: {name: model.model, inForce: true}}];
  });
}

/** A mean of fewer neighbours than this, of ten, is not given: the rest are suppressed or not held. */
const FEWEST = 7;
const COMPUTED = "Computed from the published counts";
const share = (b: Benchmark) => (100 * b.numerator) / b.denominator;
const rounded = (value: number) => Math.round(10 * value) / 10;
const entryOf = (m: Pick<Measure, "id">) => m.id.replace(/[a-z]$/, "");
