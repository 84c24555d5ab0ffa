// The shape of a run's published files: aggregates only. Written by publish, read by the pages (types only; nothing here runs).
// No child, case or worker identifier and no case-level row has a place in any of these shapes.

/** How far a file may travel: `internal` for signed-in staff of the authority, `partnership` once small numbers are suppressed. */
export type Disclosure = "internal" | "partnership";

export type Kind = "percentage" | "count" | "rate" | "duration" | "snapshot" | "mean" | "agreement";
export type Good = "high" | "low" | "neutral";
export type Meaning = "common" | "improvement" | "concern" | "neutral-high" | "neutral-low";
export type Special = null | "above" | "below" | "rising" | "falling" | "near-upper" | "near-lower" | "shift-up" | "shift-down";

/** current.json: the one pointer. */
export interface Current {
  run: string;
}

/** A named stretch of whole months; every figure is published for each. */
export interface Period {
  /** "last-12" | "previous-12" | "last-3" | "previous-3" | "2025-26" (a year ending 31 March) … */
  key: string;
  label: string;
  from: string; // YYYY-MM
  to: string; // YYYY-MM
}

/** One export the run was made from. */
export interface SourceFreshness {
  source: string; // mapping title or "CIN census 2026"
  recordSets: string[];
  newestExport: string; // date
  newestRecord: string | null; // date of the newest event in it
  daysOld: number; // as-at minus newest record
  stale: boolean;
}

/** What the authority calls things where it shows them (settings: labels). */
export interface Labels {
  /** By the team's name in the records. */
  teams: Record<string, string>;
  /** By the usual phrase. */
  words: Record<string, string>;
}

/** run.json */
export interface RunFile {
  disclosure: Disclosure;
  run: string;
  authority: {code: string; name: string};
  asAt: string;
  /** Made from the example authority's exports: nothing to protect. */
  example: boolean;
  marking: string;
  /** Absent where nothing is called otherwise. */
  labels?: Labels;
  /** Where a child's record opens in the case system, `{id}` in the id's place; absent where nowhere, or where ids are hidden. */
  caseLink?: string;
  periods: Period[];
  /** The same months a year before a period, where no period names them: figures are published for them too, and nobody chooses them. Absent in older runs. */
  comparisons?: Period[];
  /** Key into `periods` of what pages show unless a person chose otherwise. */
  defaultPeriod: string;
  months: {period: string; complete: boolean}[];
  freshness: SourceFreshness[];
  /** Every team, locality, source, need, age band and ethnic group that any measure is published by: the filter bar's choices. */
  groups: {dimension: string; group: string; label: string}[];
  /** Dated events drawn on series (data/reference/events.csv). */
  events: {at: string; label: string; measures: string[]; note: string}[];
}

export interface Figure {
  period: string; // Period.key
  numerator: number | null;
  denominator: number | null;
  value: number | null;
}

export interface SeriesPoint {
  period: string; // YYYY-MM
  numerator: number | null;
  denominator: number | null;
  value: number | null;
  complete: boolean;
}

export interface Limits {
  points: {at: string; value: number | null; segment: number; mean: number | null; upper: number | null; lower: number | null; special: Special; meaning: Meaning}[];
  variation: Meaning | null;
  assurance: "pass" | "fail" | "inconsistent" | null;
  trial: boolean;
}

export interface Comparator {
  area: string;
  year: number;
  value: number;
  source: string;
  /** What keeps it from being the same thing as the measure, or how it was worked out. */
  note?: string | null;
  /** Of statistical neighbours: whose model chose them, and whether it was the one in force for that year's figures. */
  model?: {name: string; inForce: boolean} | null;
}

/** A target and the month (yyyy-mm) from which it is in force at the month's end; `value` null: none from then on. */
export interface TargetStep {
  from: string;
  value: number | null;
  status: string | null;
}

/** What a measure means; the catalogue page and every "definition" link. */
export interface MeasureDefinition {
  id: string;
  family: string;
  title: string;
  question: string;
  numerator: string;
  denominator: string | null;
  kind: Kind;
  good: Good;
  unit: string; // "percent" | "contacts" | "working days" | "minutes" | …
  /** What is counted: each case once, each child once, or each row as often as its weight says. */
  counts: "case" | "child" | "weight";
  /** What the breakdown "category" sets apart. */
  category: string | null;
  /** Counts what was completed in the period, beside the part that counts expired limits. */
  completedVariant: boolean;
  /** The measure that counts what was completed in the period, as DfE publishes it; stands beside this one, which counts expired limits. */
  completedAs?: string | null;
  /** A rate: per so many of what, and over how long. */
  rate: {per: number; of: string; over: string} | null;
  limit: {key: string; value: number; unit: string; status: string; source: string} | null;
  /** How the limit's time is counted, in a sentence; null without a limit. */
  clock?: string | null;
  /** In force on the as-at date. */
  target: {value: number; status: string; source: string} | null;
  /** Where the target changed within the published months: each one, oldest first. Absent where `target` holds for all of them. */
  targets?: TargetStep[];
  comparators: Comparator[];
  sources: string[];
  findings: string[];
  requires: string[];
  breakdowns: string[];
  lookBackMonths: number;
  sql: string;
  status: "ok" | "not recorded";
  /** What has not been loaded, as record_set.field, when status is "not recorded". */
  missing: string[];
}

/** measures.json */
export interface MeasuresFile {
  disclosure: Disclosure;
  run: string;
  measures: MeasureDefinition[];
}

/** The same cases under the published day count (day 0) and under the other (day 1). */
export interface OtherDayCount {
  /** Key into `periods`. */
  period: string;
  denominator: number;
  published: {numerator: number; value: number | null};
  other: {numerator: number; value: number | null};
}

/** measures/<id>.json */
export interface MeasureFile {
  disclosure: Disclosure;
  run: string;
  id: string;
  status: "ok" | "not recorded";
  missing: string[];
  /** Never in a published file: of what was chosen, the dimensions that the measure is not split by, so that it has no figure. */
  unsplit?: string[];
  series: SeriesPoint[];
  limits: Limits | null;
  figures: Figure[];
  /** The cases of the last 12 months judged as if the first day counted as day 1; null where no limit in working days is at stake. */
  otherDayCount?: OtherDayCount | null;
  /** What leaders say beside the number, newest first. */
  commentary: {period: string; by: string; words: string}[];
  /** Per breakdown and group, largest group first. The series of most dimensions is empty: of teams, localities and what partners are given it stands. */
  groups: {dimension: string; group: string; label: string; series: SeriesPoint[]; figures: Figure[]}[];
}

/** A sentence computed from the data, with the evidence it opens into. */
export interface Attention {
  measure: string;
  rank: number;
  kind: "special-cause" | "target-missed" | "stale-source" | "gap" | "not-recorded";
  direction: "bad" | "good" | "neutral";
  text: string;
  evidence: {from?: string; to?: string; dimension?: string; group?: string; met?: "yes" | "no"; cases?: number};
}

/** glance.json: everything the first page paints with, and nothing else. */
export interface GlanceFile {
  disclosure: Disclosure;
  run: string;
  tiles: {
    id: string;
    title: string;
    kind: Kind;
    good: Good;
    unit: string;
    status: "ok" | "not recorded";
    missing: string[];
    target: number | null;
    targets?: TargetStep[];
    comparator: Comparator | null;
    figures: Figure[];
    /** Up to 36 months, oldest first, as drawn in the sparkline. */
    series: SeriesPoint[];
    mean: number | null;
    upper: number | null;
    lower: number | null;
    variation: Meaning | null;
    special: Special;
    assurance: "pass" | "fail" | "inconsistent" | null;
    trial: boolean;
  }[];
  attention: Attention[];
}

/** One survival curve, times in working days. Steps hold counts, never children. */
export interface Curve {
  period: string; // Period.key
  /** "chosen": what a person chose, beside everyone; never in a published file. */
  dimension: "all" | "chosen" | "team" | "need" | "locality" | "category";
  group: string;
  label: string;
  children: number; // rows in the curve
  notYetSeen: number; // of those, censored
  median: number | null;
  steps: {time: number; atRisk: number; events: number; survival: number; lower: number | null; upper: number | null}[];
  /** Share seen by day N, in percent, with its interval. */
  shareBy: {day: number; value: number; lower: number | null; upper: number | null}[];
}

/** time-to-seen.json */
export interface TimeToSeenFile {
  disclosure: Disclosure;
  run: string;
  status: "ok" | "not recorded";
  missing: string[];
  /** Never in a published file: of what was chosen, the dimensions that its records say nothing of. */
  unsplit?: string[];
  limitDays: number;
  outerLimitDays: number;
  curves: Curve[];
}

/** strategy-meetings.json: agency × month. */
export interface StrategyMeetingsFile {
  disclosure: Disclosure;
  run: string;
  status: "ok" | "not recorded";
  missing: string[];
  /** Never in a published file: of what was chosen, the dimensions that its records say nothing of. */
  unsplit?: string[];
  agencies: {code: string; label: string; core: boolean}[];
  /** One row an agency, month and case status ("all" | "new" | "open"): distinct meetings held; not invited = meetings - invited; `came`: invited and attended, as some attend uninvited (absent in older runs). */
  cells: {agency: string; period: string; caseStatus: "all" | "new" | "open"; meetings: number; invited: number; attended: number; came?: number; informationOnly: number; apologies: number; absent: number; notRecorded: number}[];
}

/** refresh.json: what loaded, in counts; values, examples and unmapped words stay with the API. */
export interface RefreshFile {
  disclosure: Disclosure;
  run: string;
  asAt: string;
  files: {
    file: string;
    outcome: "accepted" | "accepted with rejections" | "refused";
    reason?: string;
    format: string;
    encoding: string;
    mapping: string | null;
    exportDate: string | null;
    recordSets: {name: string; sheet?: string; read: number; accepted: number; rejected: number; duplicates: number}[];
    warnings: {code: string; count: number}[];
    rejectedBy: {reason: string; heading: string | null; count: number}[];
    headingsDropped: string[];
  }[];
  records: {recordSet: string; records: number; firstEvent: string | null; lastEvent: string | null; withdrawn: number}[];
}

/** quality.json: data quality in counts; the faults themselves, and which of them are new, stay with the API. */
export interface QualityFile {
  disclosure: Disclosure;
  run: string;
  checks: {
    /** The code of the DfE CIN census rule where there is one. */
    id: string;
    title: string;
    dimension: "completeness" | "uniqueness" | "consistency" | "timeliness" | "validity" | "accuracy";
    severity: "error" | "query";
    source: string;
    status: "run" | "not run";
    why: string | null; // when not run
    tested: number | null;
    faults: number | null;
    /** Most first. */
    teams: {team: string; faults: number}[];
  }[];
  /** The months that `months` of the profile speak for, oldest first: the last 24. */
  months: string[];
  profile: {
    recordSet: string;
    /** A dimension that nothing speaks for here is "not run". */
    dimensions: {dimension: QualityFile["checks"][number]["dimension"]; status: "run" | "not run"; tested: number | null; failed: number | null}[];
    /** All time, and by month as [tested, failed]. `field` null is the whole row. */
    fields: {field: string | null; required: boolean; dimension: QualityFile["checks"][number]["dimension"]; tested: number; failed: number; months: [number, number][]}[];
    /** Cells that keep a row out of the records, by reason. `field` null is a row that could not be read. */
    rejected: {field: string | null; fault: string; cells: number}[];
  }[];
}

/** A stretch of whole months as one figure. */
export interface Stretch {
  from: string;
  to: string;
  numerator: number | null;
  denominator: number | null;
  value: number | null;
}

export type FindingState = "better" | "worse" | "mixed" | "steady" | "too early" | "not recorded" | "needs audit" | "not measurable";

/** findings.json: every finding with what the records say about it. */
export interface FindingsFile {
  disclosure: Disclosure;
  run: string;
  asAt: string;
  findings: {
    id: string;
    /** Key of the inspection: "2019-jtai". */
    inspection: string;
    date: string;
    group: string;
    polarity: "strength" | "area" | "priority" | "next_step";
    finding: string;
    wording: string;
    /** R measurable from records, P proxy only, A needs an audit, O another dataset, — not measurable. */
    class: string;
    /** Which side of a measure is meant. */
    focus: string | null;
    note: string | null;
    state: FindingState;
    measures: {
      id: string;
      title: string;
      kind: Kind;
      unit: string;
      good: Good;
      status: "ok" | "not recorded";
      missing: string[];
      /** In force at the end of the newest complete month. */
      target: number | null;
      /** The last 12 complete months, or the last snapshot in them. */
      now: {numerator: number | null; denominator: number | null; value: number | null};
      variation: Meaning | null;
      assurance: "pass" | "fail" | "inconsistent" | null;
      /** The first 12 months that can be compared since the inspection or since the records begin; null where fewer than 24 are known. */
      since: Stretch | null;
      /** Between `since` and now; null where no comparison can be made. */
      direction: "better" | "worse" | "no clear change" | null;
    }[];
    /** Groups of 20 cases or more, the last 12 months: how many lie outside 95 % funnel limits about the whole. */
    spread: {measure: string; dimension: "team" | "agency" | "locality"; groups: number; outside: number; low: {label: string; value: number}; high: {label: string; value: number}}[];
    /** Record sets that would tell more, and the fill-in workbook for each where there is one. */
    closes: {recordSet: string; template: string | null}[];
    actions: {status: string; due: string | null; actions: number; overdue: number}[];
  }[];
}

/** answers.json: what the loaded files answer, and what else would. */
export interface AnswersFile {
  disclosure: Disclosure;
  run: string;
  measures: {answered: number; of: number};
  findings: {id: string; inspection: string; finding: string; class: string; answered: "wholly" | "partly" | "not yet" | "never"; measures: string[]}[];
  /** Most findings unlocked first. `unlocks`: measures that this export alone would answer; `helps`: measures that need another one too. */
  exports: {recordSet: string; oneRowIs: string; fields: string[]; template: string | null; unlocks: string[]; helps: string[]; findings: string[]}[];
}

/** out-of-hours.json: when contacts reach the emergency duty team (measure E1). */
export interface OutOfHoursFile {
  disclosure: Disclosure;
  run: string;
  status: "ok" | "not recorded";
  missing: string[];
  /** Never in a published file: of what was chosen, the dimensions that its records say nothing of. */
  unsplit?: string[];
  /** One row a period and group that has a contact; `counts` has 168 numbers, the first Monday from midnight. */
  weeks: {period: string; dimension: "all" | "category" | "team" | "locality"; group: string; label: string; counts: number[]}[];
}

/** audit-grades.json: how audits were graded, by domain (measures Q2a to Q2d). */
export interface AuditGradesFile {
  disclosure: Disclosure;
  run: string;
  status: "ok" | "not recorded";
  missing: string[];
  /** Never in a published file: of what was chosen, the dimensions that its records say nothing of. */
  unsplit?: string[];
  /** `grades`: how many inadequate, requires improvement, good, outstanding. */
  cells: {period: string; selection: "random" | "targeted"; domain: string; label: string; grades: [number, number, number, number]}[];
}

/** How far contacts came: `steps` are [reached, too recent to tell] in the order of CohortFile.steps. */
export interface CohortRow {
  group: string;
  label: string;
  contacts: number;
  steps: [number, number][];
}

/** Moves between two case statuses; `again` and `tooRecent` are null for moves up. */
export interface FlowRow {
  from: string;
  to: string;
  direction: "up" | "down";
  moves: number;
  again: number | null;
  tooRecent: number | null;
}

/** cohort.json: what became of the contacts of a stretch of months, and the moves up and down that were made in it. */
export interface CohortFile {
  disclosure: Disclosure;
  run: string;
  status: "ok" | "not recorded";
  missing: string[];
  /** Never in a published file: of what was chosen, the dimensions that contacts, or moves, say nothing of. */
  unsplit?: string[];
  unsplitFlows?: string[];
  steps: {code: string; label: string}[];
  statuses: {code: string; label: string}[];
  /** Contacts of each month, oldest first. */
  months: CohortRow[];
  /** By period and dimension ("all": everybody). */
  funnel: (CohortRow & {period: string; dimension: string})[];
  flows: (FlowRow & {period: string; dimension: string; group: string; label: string})[];
}

/** due-soon.json: limits that run on open cases, in counts. */
export interface DueSoonFile {
  disclosure: Disclosure;
  run: string;
  asAt: string;
  /** Working days looked ahead. */
  within: number;
  steps: {step: string; measure: string; label: string; status: "ok" | "not recorded"}[];
  cells: {step: string; team: string; due: number; overdue: number}[];
}

/** curves/<id>.json: time to an event; those without the event are censored (`Curve.notYetSeen`). */
export interface CurvesFile {
  disclosure: Disclosure;
  run: string;
  id: string;
  status: "ok" | "not recorded";
  missing: string[];
  /** Never in a published file: of what was chosen, the dimensions that its records say nothing of. */
  unsplit?: string[];
  unit: string;
  limit: number | null;
  curves: Curve[];
}

/** topics/<page>.json: the measures of one page (topics/headlines.json: of the board report, with no group but teams and localities). Groups that the page draws month by month have their series; other groups have figures and no series. */
export interface TopicFile {
  disclosure: Disclosure;
  run: string;
  measures: {definition: MeasureDefinition; file: MeasureFile}[];
}

/** agency-returns.json: what became of requests for information that have fallen due (measure I1). */
export interface AgencyReturnsFile {
  disclosure: Disclosure;
  run: string;
  status: "ok" | "not recorded";
  missing: string[];
  /** Never in a published file: of what was chosen, the dimensions that its records say nothing of. */
  unsplit?: string[];
  /** asked = inTime + late + never. */
  agencies: {period: string; agency: string; label: string; asked: number; inTime: number; late: number; never: number}[];
}

/** A local authority's published figure against the funnel of them all. */
export interface BenchmarkUnit {
  area: string;
  region: string | null;
  numerator: number;
  denominator: number;
  value: number;
  position: "below-99.8" | "below-95" | "inside" | "above-95" | "above-99.8";
  /** This authority, one of its statistical neighbours by the model in force that year, or another. */
  role: "own" | "neighbour" | "other";
}

/** benchmarks.json: measures that have published figures, beside England, the region, statistical neighbours and our own records. */
export interface BenchmarksFile {
  disclosure: Disclosure;
  run: string;
  authority: {code: string; name: string; region: string | null};
  /** The neighbours of this authority by the model in force for the newest year; null where no model names them. */
  neighbours: {model: string; year: number; areas: string[]; source: string} | null;
  measures: {
    id: string;
    title: string;
    question: string;
    kind: Kind;
    good: Good;
    unit: string;
    status: "ok" | "not recorded";
    missing: string[];
    /** Of our own records, for each published year ending 31 March that they cover wholly; and the last 12 months. */
    own: {label: string; year: number | null; numerator: number | null; denominator: number | null; value: number; lower: number | null; upper: number | null}[];
    /** Newest first. */
    comparators: Comparator[];
    /** Local authorities of the newest published year; null where no figures by authority are held. */
    funnel: {
      year: number;
      source: string;
      /** Percent, all authorities together. */
      pooled: number;
      /** How many times as widely as chance they vary (the variance); limits are drawn wider by its root. */
      phi: number | null;
      /** Our own records of the same year, which are not among the published figures: local and census figures differ by about a percentage point. */
      ours: {label: string; numerator: number; denominator: number; value: number; position: BenchmarkUnit["position"]} | null;
      units: BenchmarkUnit[];
      /** Limits in percent at some denominators, smallest first. */
      limits: {denominator: number; lower95: number; upper95: number; lower998: number; upper998: number}[];
    } | null;
  }[];
}
