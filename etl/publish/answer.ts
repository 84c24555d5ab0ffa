// What `frontdoor measure` answers: one measure over a span, by month, whole or by group. The published files say the same.
import type {Db} from "../duckdb.ts";
import {everyMonth, monthsBetween, seriesOf, type Counted, type Dimension, type Span} from "../transform/cases.ts";
import type {Measure} from "../transform/measures.ts";
import type {PartManifest} from "../transform/part.ts";
import {judgedBy, targetIn} from "../../src/components/target.ts";
import {defaultSpan, isComplete} from "./figures.ts";
import type {MeasureDefinition} from "./published.ts";

/** One element of `measure --json`. A percentage is a number like 26.0. */
export interface MeasureFigures {
  id: string;
  title: string;
  kind: string;
  good: string;
  unit: string;
  status: "ok" | "not recorded";
  missing: string[];
  group?: string;
  from: string;
  to: string;
  asAt: string;
  numerator: number | null;
  denominator: number | null;
  value: number | null;
  /** In force at the end of `to`; null where none was. Given by `withTargets`. */
  target?: number | null;
  series: (Counted & {complete: boolean; target?: number | null})[];
}

/** The months asked for; without any, the last 12 complete ones; with `all`, no bounds. */
export function spanFor(asAt: string, asked: Span & {all?: boolean}): Span {
  if (asked.all) return {};
  const usual = defaultSpan(asAt);
  const to = asked.to ?? (asked.from && asked.from > usual.to ? asAt.slice(0, 7) : usual.to);
  const from = asked.from ?? (asked.to ? (asked.to < usual.from ? asked.to : usual.from) : usual.from);
  if (from > to) throw new Error(`--from ${from} comes after --to ${to}; turn them round`);
  return {from, to};
}

/** Figures with the target that each month, and the whole span, is held to: those that the run was published with. */
export function withTargets(figures: MeasureFigures, definition: MeasureDefinition): MeasureFigures {
  const judged = judgedBy(definition);
  return {...figures, target: targetIn(judged, figures.to), series: figures.series.map((p) => ({...p, target: targetIn(judged, p.period)}))};
}

/** A measure's figures, one element whole, or one a group with `by`. */
export async function figuresFor(db: Db, measure: Measure, part: PartManifest, asked: Span & {all?: boolean; by?: Dimension}): Promise<MeasureFigures[]> {
  const {id, title, kind, good, unit} = measure;
  const span = spanFor(part.asAt, asked);
  const missing = part.missing[id] ?? [];
  const head = {id, title, kind, good, unit};
  if (missing.length) {
    return [{...head, status: "not recorded", missing, from: span.from ?? "", to: span.to ?? part.asAt.slice(0, 7), asAt: part.asAt, numerator: null, denominator: null, value: null, series: []}];
  }
  const groups = await seriesOf(db, measure, span, {}, asked.by);
  const months = groups.flatMap((g) => g.series.map((p) => p.period)).sort();
  const from = span.from ?? months[0] ?? part.asAt.slice(0, 7);
  const to = span.to ?? months.at(-1) ?? part.asAt.slice(0, 7);
  if (groups.length === 0 && !asked.by) groups.push({group: "", total: {numerator: 0, denominator: kind === "count" ? null : 0, value: kind === "count" ? 0 : null}, series: []});
  return groups.map((g) => ({
    ...head,
    status: "ok" as const,
    missing: [],
    ...(asked.by ? {group: g.group} : {}),
    from,
    to,
    asAt: part.asAt,
    ...g.total,
    series: everyMonth(measure, g.series, monthsBetween(from, to)).map((p) => ({...p, complete: isComplete(measure, p.period, part)}))
  }));
}
