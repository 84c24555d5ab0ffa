// What stands beside one measure's figure: how sure it is, what the other working-day count would give, and where it can be compared. Works out intervals only.
import {html} from "./markup.js";
import type {MeasureDefinition, MeasureFile} from "../../etl/publish/published.ts";
import {asTable} from "./frame.js";
import {count, isPercent, shareText, shortName, shortValue, span} from "./format.js";
import type {Context} from "./page.js";
import {link} from "./state.js";
import {byar, fewCases, wilson} from "./statistics.js";

/** The interval of the period's figure, and the rule for few cases; null where a figure has no interval. */
export function certainty(d: MeasureDefinition, file: MeasureFile, context: Pick<Context, "period">): HTMLElement | null {
  const figure = file.figures.find((f) => f.period === context.period.key);
  if (file.status !== "ok" || file.unsplit?.length || !figure || figure.value == null || figure.numerator == null || !figure.denominator) return null;
  const few = isPercent(d) && figure.denominator < fewCases ? ` Fewer than ${fewCases} cases: read the number, not the percentage, and do not compare.` : "";
  if (d.rate) {
    const interval = byar(figure.numerator, figure.value);
    return interval ? html`<p class="certainty">95% interval ${shortValue(interval.lower, d)} to ${shortValue(interval.upper, d)} (Byar), from ${count(figure.numerator)} counted.</p>` : null;
  }
  if (!isPercent(d) || d.counts === "weight") return null;
  const interval = wilson(figure.numerator, figure.denominator);
  return interval ? html`<p class="certainty">95% interval ${shortValue(interval.lower, d)} to ${shortValue(interval.upper, d)} (Wilson).${few}</p>` : null;
}

/** The same cases under both working-day counts; null where no limit in working days is at stake, or for part of the authority only. */
export function dayCount(d: MeasureDefinition, file: MeasureFile, context: Pick<Context, "run" | "filters">): HTMLElement | null {
  const told = file.otherDayCount;
  if (!told || context.filters.length || told.denominator === 0) return null;
  const period = context.run.periods.find((p) => p.key === told.period);
  // in the measure's own unit: of a count, how many
  const said = ({numerator, value}: typeof told.published): string => (!isPercent(d) ? count(numerator) : value === null ? "–" : shortValue(value, d));
  const same = told.published.numerator === told.other.numerator;
  const few = told.denominator < fewCases ? ` Fewer than ${fewCases} cases: read the numbers, not the percentages.` : "";
  const table = {
    columns: ["Day count", d.kind === "snapshot" && d.good === "low" ? "Past the limit" : "Counted", "Of", "Percent"],
    rows: [
      ["Published: the first day is day 0", told.published.numerator, told.denominator, told.published.value === null ? null : Math.round(told.published.value * 10) / 10],
      ["If the first day counted as day 1", told.other.numerator, told.denominator, told.other.value === null ? null : Math.round(told.other.value * 10) / 10]
    ]
  };
  return html`<section class="panel day-count"><h2><span class="about">The other working-day count<span class="sr">: </span></span>${same ? "Counting the first day as day 1 changes nothing" : `${said(told.other)} if the first day counted as day 1, not ${said(told.published)}`}</h2>
    <p>Two counts are in use, a working day apart. Here the day a clock starts is day 0 and is not counted; some systems and spreadsheets count it as day 1, so that a limit ends one working day sooner. A start at a weekend or on a holiday is the same in both.${few}</p>
    ${asTable(table, `${d.title} under both working-day counts`)}
    <p class="quiet">The same cases, whole authority${period ? `: ${shortName(period.label).toLowerCase()}, ${span(period)}` : ""}. Nothing else on this page uses the second count.</p>
  </section>`;
}

/** The same thing counted as the DfE publishes it, of what was completed in the period; null where there is no such figure. */
export function completedBeside(beside: {definition: MeasureDefinition; file: MeasureFile} | null, context: Pick<Context, "period">): HTMLElement | null {
  const figure = beside?.file.figures.find((f) => f.period === context.period.key);
  if (!beside || beside.file.status !== "ok" || beside.file.unsplit?.length || !figure || figure.value == null) return null;
  const d = beside.definition;
  return html`<p class="certainty">As the DfE publishes it, of those completed in the period: <a href=${link("measure", {id: d.id})}>${shortValue(figure.value, d)}, ${shareText(figure)}</a>. What is unfinished and overdue is a failure here and is not in that figure.</p>`;
}

/** Where the published figures of others stand; null where none is comparable. */
export function comparison(d: MeasureDefinition): HTMLElement | null {
  return d.comparators.length ? html`<p class="certainty"><a href=${link("benchmarking")}>Compare with England, the region and statistical neighbours</a></p>` : null;
}
