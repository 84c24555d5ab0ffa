// benchmarks.json: measures that have published figures beside England, the region, statistical neighbours and other authorities, each with its year
// and source. Own figures come from the run's measure files; counts nothing itself and ranks nobody.
import {byar, funnelLimits, positionOf, wilson, type FunnelUnit} from "../transform/intervals.ts";
import {neighboursAt, type Benchmark, type Reference} from "../transform/reference.ts";
import type {BenchmarksFile, Figure, MeasureDefinition, MeasureFile, Period} from "./published.ts";

export interface BenchmarkInputs {
  authority: {code: string; name: string};
  reference: Pick<Reference, "benchmarks" | "neighbours">;
  /** Which indicator of the reference tables is a measure's own; null where none is. */
  indicatorOf: (id: string) => string | null;
  definitions: MeasureDefinition[];
  files: Map<string, MeasureFile>;
  periods: Period[];
}

type Told = BenchmarksFile["measures"][number];

/** benchmarks.json, but for its head: every measure with a comparator, in catalogue order. */
export function benchmarksOf({authority, reference, indicatorOf, definitions, files, periods}: BenchmarkInputs): Omit<BenchmarksFile, "disclosure" | "run"> {
  const areas = new Map(reference.benchmarks.flatMap((b) => (b.lea ? [[b.lea, b] as const] : [])));
  const newest = Math.max(...reference.benchmarks.map((b) => b.year));
  const model = neighboursAt(reference.neighbours, authority.code, newest);
  const region = areas.get(authority.code)?.region ?? null;
  return {
    authority: {...authority, region},
    neighbours: model && {model: model.model, year: newest, areas: model.neighbours.map((lea) => areas.get(lea)?.area ?? lea), source: model.source},
    measures: definitions
      .filter((d) => d.comparators.length > 0)
      .map((d) => {
        const indicator = indicatorOf(d.id);
        const published = reference.benchmarks.filter((b) => b.measure === d.id.replace(/[a-z]$/, "") && b.indicator === indicator);
        const own = ownOf(d, files.get(d.id), periods);
        return {
          id: d.id, title: d.title, question: d.question, kind: d.kind, good: d.good, unit: d.unit, status: d.status, missing: d.missing,
          own,
          comparators: d.comparators,
          // a measure that is not counted as the published figure is leaves the funnel to the part that is
          funnel: d.completedAs ? null : funnelOf(published, authority.code, reference, own)
        };
      })
  };
}

/** Our own figures of whole years ending 31 March, newest first, and of the last 12 months; each with its interval where it is a share or a rate. */
function ownOf(d: MeasureDefinition, file: MeasureFile | undefined, periods: Period[]): Told["own"] {
  if (!file || file.status !== "ok") return [];
  const wholly = (p: Period) => file.series.some((s) => s.period === p.from && s.complete) && file.series.some((s) => s.period === p.to && s.complete);
  const years = periods.filter((p) => /^\d{4}-\d\d$/.test(p.key) && wholly(p)).sort((a, b) => (a.to < b.to ? 1 : -1));
  const last = periods.filter((p) => p.key === "last-12");
  return [...last, ...years].flatMap((period) => {
    const figure = file.figures.find((f) => f.period === period.key);
    if (!figure || figure.value === null) return [];
    const year = period.key === "last-12" ? null : Number(period.to.slice(0, 4));
    return [{label: period.label, year, numerator: figure.numerator, denominator: figure.denominator, value: figure.value, ...intervalOf(d, figure)}];
  });
}

/** Wilson for a share of cases, Byar's for a rate; none for what is neither. */
export function intervalOf(d: Pick<MeasureDefinition, "kind" | "unit" | "rate" | "counts">, {numerator, denominator, value}: Pick<Figure, "numerator" | "denominator" | "value">): {lower: number | null; upper: number | null} {
  const none = {lower: null, upper: null};
  if (numerator === null || !denominator || value === null) return none;
  if (d.rate) {
    // the figure is so many a year: the interval of the count, on the figure's own scale
    const interval = Number.isInteger(numerator) && numerator > 0 ? byar(numerator, numerator, value) : null;
    return interval ? {lower: interval.lower, upper: interval.upper} : none;
  }
  if (d.unit !== "percent" || d.counts === "weight" || !Number.isInteger(numerator) || !Number.isInteger(denominator) || numerator > denominator) return none;
  const interval = wilson(numerator, denominator)!;
  return {lower: 100 * interval.lower, upper: 100 * interval.upper};
}

/** Denominators at which the limits are told: enough for a smooth curve. */
const CURVE_POINTS = 48;

/** The newest year's figures of local authorities about them all, limits widened for overdispersion (Spiegelhalter 2005; intervals.ts). */
function funnelOf(published: Benchmark[], lea: string, {neighbours}: Pick<Reference, "neighbours">, own: Told["own"]): Told["funnel"] {
  const authorities = published.filter((b) => b.level === "authority");
  if (authorities.length === 0) return null;
  const year = Math.max(...authorities.map((b) => b.year));
  const of = authorities.filter((b) => b.year === year && b.denominator > 0);
  const near = neighboursAt(neighbours, lea, year)?.neighbours ?? [];
  const funnel = funnelLimits(of.map((b) => ({n: b.numerator, d: b.denominator, b}) satisfies FunnelUnit & {b: Benchmark}), {overdispersion: true});
  const ours = own.find((o) => o.year === year && o.numerator !== null && (o.denominator ?? 0) > 0);
  const sizes = of.map((b) => b.denominator).sort((a, b) => a - b);
  const [least, most] = [sizes[0]!, sizes.at(-1)!];
  const at = Array.from({length: CURVE_POINTS}, (_, i) => Math.round(least * (most / least) ** (i / (CURVE_POINTS - 1))));
  return {
    year,
    source: of[0]!.source,
    pooled: 100 * funnel.pooled!,
    phi: funnel.phi,
    ours: ours ? {label: ours.label, numerator: ours.numerator!, denominator: ours.denominator!, value: ours.value, position: positionOf(ours.value / 100, funnel.limitsAt(ours.denominator!)!)} : null,
    units: funnel.units.map(({b, share, position}) => ({
      area: b.area, region: b.region, numerator: b.numerator, denominator: b.denominator, value: 100 * share!, position: position!,
      role: b.lea === lea ? ("own" as const) : near.includes(b.lea!) ? ("neighbour" as const) : ("other" as const)
    })),
    limits: [...new Set(at)].map((denominator) => {
      const {lower95, upper95, lower998, upper998} = funnel.limitsAt(denominator)!;
      return {denominator, lower95: 100 * lower95, upper95: 100 * upper95, lower998: 100 * lower998, upper998: 100 * upper998};
    })
  };
}
