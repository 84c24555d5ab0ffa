// What a headline shows of a measure's file. Shared with the pipeline and the server, which publish headlines; pure.
import type {GlanceFile, MeasureFile} from "../../etl/publish/published.ts";

type Shown = Pick<GlanceFile["tiles"][number], "figures" | "series" | "mean" | "upper" | "lower" | "variation" | "special" | "assurance" | "trial">;

/** Months of a sparkline, and of the limits computed for a series. */
export const CHART_MONTHS = 36;

/** A measure's figures, its newest months and what its limits say. */
export function figuresOf({figures, series, limits}: Pick<MeasureFile, "figures" | "series" | "limits">): Shown {
  const newest = limits?.points.at(-1) ?? null;
  return {
    figures, series: series.slice(-CHART_MONTHS), mean: newest?.mean ?? null, upper: newest?.upper ?? null, lower: newest?.lower ?? null, variation: limits?.variation ?? null, special: newest?.special ?? null,
    // without limits nothing can be said about reaching the target
    assurance: newest?.upper == null ? null : (limits?.assurance ?? null), trial: limits?.trial ?? false
  };
}
