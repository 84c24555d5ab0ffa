// Groups by measures with everything around them: teams, agencies or sources down, measures across.
import type {MeasureDefinition} from "../../etl/publish/published.ts";
import {capital, count, dimensionText} from "./format.js";
import {frame} from "./frame.js";
import {measureMatrix, measureMatrixFinding, measureMatrixTable, type MatrixColumn, type MatrixGroup} from "./measure-matrix.js";
import {across, captionOf, casesLink, filtersWith, sourcesOf, type Context} from "./page.js";
import {heldTo} from "./target.js";
import type {Pair} from "./topic.js";

export interface MatrixFigure {
  about: string;
  by: string;
  /** Measure id, the name at the head of its column, and what stands over it. */
  columns: [string, string, string?][];
  finding?: string;
  notes?: string[];
  /** Rows shown; the table holds all. Defaults to 14. */
  most?: number;
}

/** The matrix; null where none of its measures is split so. */
export function matrixFigure(pairs: Map<string, Pair>, o: MatrixFigure, context: Context): HTMLElement | null {
  const columns: MatrixColumn[] = [];
  const rows = new Map<string, MatrixGroup & {size: number}>();
  const absent: MeasureDefinition[] = [];
  const unsplit: MeasureDefinition[] = [];
  for (const [id, name, over] of o.columns) {
    const pair = pairs.get(id);
    if (!pair) continue;
    if (pair.file.status !== "ok") {
      absent.push(pair.definition);
      continue;
    }
    const own = pair.file.groups.filter((g) => g.dimension === o.by);
    if (!own.length) continue;
    if (own.every((g) => g.group === "not recorded")) {
      unsplit.push(pair.definition);
      continue;
    }
    columns.push({definition: heldTo(pair.definition, context.period.to), name, ...(over ? {over} : {})});
    for (const g of own) {
      const row = rows.get(g.group) ?? rows.set(g.group, {group: g.group, label: g.label, figures: new Map(), size: 0}).get(g.group)!;
      const figure = g.figures.find((f) => f.period === context.period.key);
      if (figure) row.figures.set(id, figure);
      row.size += figure?.denominator ?? figure?.numerator ?? 0;
    }
  }
  if (!columns.length) return null;
  const all = [...rows.values()].filter((r) => r.size > 0).sort((a, b) => b.size - a.size);
  const shown = all.slice(0, o.most ?? 14);
  const heading = capital(dimensionText(o.by));
  return frame({
    about: o.about,
    finding: o.finding ?? measureMatrixFinding(shown, columns),
    draw: () => measureMatrix(shown, columns, {heading, label: `${o.about}: ${heading.toLowerCase()}s down, measures across`, href: (measure, group) => casesLink(measure, context.period, filtersWith(context.filters, {dimension: o.by, group}))}),
    caption: captionOf(across(context, o.by), null, [...new Set(columns.flatMap((c) => sourcesOf(context.run, c.definition).split(", ")))].slice(0, 4).join(", ")),
    table: measureMatrixTable(all, columns, heading),
    file: `matrix_by_${o.by}`,
    notes: [
      `▾ below its target, ▴ above a target that should not be passed. Under 20 cases: pale, never marked.${all.length > shown.length ? ` The ${shown.length} largest of ${count(all.length)}; the table holds all.` : ""}`,
      ...(absent.length ? [`Not recorded yet: ${absent.map((d) => `${d.id} ${d.title}`).join("; ")}.`] : []),
      ...(unsplit.length ? [`The records do not say the ${dimensionText(o.by)} for: ${unsplit.map((d) => `${d.id} ${d.title}`).join("; ")}.`] : []),
      ...(o.notes ?? [])
    ]
  });
}
