// Small published files for the site's tests: numbers chosen so that a reader can check a drawing by eye.
import type {Curve, Limits, MeasureDefinition, MeasureFile, RunFile, SeriesPoint, StrategyMeetingsFile} from "../../etl/publish/published.ts";
import type {Context} from "../../src/components/page.js";

export const months = ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"];

/** 80, 82, 78 … percent of 50; the last month still running. */
export const series: SeriesPoint[] = [40, 41, 39, 40, 42, 38, 20, 5].map((n, i) => ({period: months[i]!, numerator: n, denominator: i === 7 ? 6 : 50, value: i === 7 ? (100 * 5) / 6 : 2 * n, complete: i < 7}));

export const limits: Limits = {
  points: series.map((d, i) => ({at: d.period, value: d.value, segment: 1, mean: 80, upper: 104, lower: 56, special: i === 6 ? "below" : null, meaning: i === 6 ? "concern" : "common"})),
  variation: "concern",
  assurance: "inconsistent",
  trial: true
};

export const definition: MeasureDefinition = {
  id: "C2", family: "contacts", title: "Contacts decided within one working day", question: "How quickly do we decide what a contact needs?",
  numerator: "Contacts with a decision by the next working day", denominator: "Contacts whose limit has expired", kind: "percentage", good: "high", unit: "percent", counts: "case", category: null, completedVariant: false, rate: null,
  limit: {key: "contact_decision_working_days", value: 1, unit: "working days", status: "statutory guidance", source: "Working Together 2023"},
  target: {value: 90, status: "local", source: ""}, comparators: [{area: "England", year: 2025, value: 85.7, source: "DfE"}], sources: ["Working Together 2023"], findings: ["D-S4"],
  requires: ["contact.received_at"], breakdowns: ["team"], lookBackMonths: 0, sql: "select 1 < 2", status: "ok", missing: []
};

export const run: RunFile = {
  disclosure: "internal", run: "r1", authority: {code: "999", name: "Smallton"}, asAt: "2026-04-03", example: true, marking: "OFFICIAL-SENSITIVE",
  periods: [{key: "last-3", label: "Last 3 months, January 2026 to March 2026", from: "2026-01", to: "2026-03"}, {key: "previous-3", label: "3 months before, October 2025 to December 2025", from: "2025-10", to: "2025-12"}],
  defaultPeriod: "last-3", months: series.map((d) => ({period: d.period, complete: d.complete})),
  groups: [{dimension: "team", group: "North", label: "North"}],
  freshness: [
    {source: "MASH contacts, one row a child", recordSets: ["contact"], newestExport: "2026-04-03", newestRecord: "2026-04-03", daysOld: 0, stale: false},
    {source: "Visits", recordSets: ["visit"], newestExport: "2026-02-01", newestRecord: "2026-02-01", daysOld: 61, stale: true}
  ],
  events: [{at: "2026-01-05", label: "New rota", measures: ["C2"], note: ""}]
};

export const file: MeasureFile = {
  disclosure: "internal", run: "r1", id: "C2", status: "ok", missing: [], commentary: [], series, limits,
  figures: [{period: "last-3", numerator: 100, denominator: 150, value: 66.66666}, {period: "previous-3", numerator: 120, denominator: 150, value: 80}],
  groups: [
    {dimension: "team", group: "north", label: "North", series: [], figures: [{period: "last-3", numerator: 90, denominator: 120, value: 75}]},
    {dimension: "team", group: "south", label: "South", series: [], figures: [{period: "last-3", numerator: 8, denominator: 25, value: 32}]},
    {dimension: "team", group: "tiny", label: "Tiny", series: [], figures: [{period: "last-3", numerator: 2, denominator: 5, value: 40}]}
  ]
};

/** Ten children: four seen on day 1, three on day 5, one on day 8; two not yet seen. */
export function curve(part: Partial<Curve> = {}): Curve {
  return {
    period: "last-3", dimension: "all", group: "all", label: "All children", children: 10, notYetSeen: 2, median: 5,
    steps: [
      {time: 1, atRisk: 10, events: 4, survival: 0.6, lower: 0.25, upper: 0.83},
      {time: 5, atRisk: 6, events: 3, survival: 0.3, lower: 0.07, upper: 0.58},
      {time: 8, atRisk: 3, events: 1, survival: 0.2, lower: 0.03, upper: 0.47}
    ],
    shareBy: [{day: 1, value: 40, lower: 17, upper: 75}, {day: 5, value: 70, lower: 42, upper: 93}, {day: 10, value: 80, lower: 53, upper: 97}],
    ...part
  };
}

export const strategy: StrategyMeetingsFile = {
  disclosure: "internal", run: "r1", status: "ok", missing: [],
  agencies: [{code: "education", label: "Education", core: false}, {code: "health", label: "Health", core: true}, {code: "police", label: "Police", core: true}],
  cells: (["2026-02", "2026-03"] as const).flatMap((period) => [
    {agency: "education", period, caseStatus: "open" as const, meetings: 10, invited: 3, attended: 2},
    {agency: "health", period, caseStatus: "open" as const, meetings: 10, invited: 6, attended: 5},
    {agency: "police", period, caseStatus: "open" as const, meetings: 10, invited: 10, attended: 9}
  ]).map((c) => ({...c, informationOnly: 0, apologies: 0, absent: 0, notRecorded: 0}))
};

/** A page's context with nothing behind it: views that read further files are not for these tests. */
export const context: Context = {open: null as never, run, period: run.periods[0]!, before: run.periods[1]!, filters: [], groupLabel: "Everyone"};
