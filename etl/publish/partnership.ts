// The partnership edition's numbers: a fixed list of linked tables with small numbers withheld, published a quarter at a time, once, for good.
// It takes a run's published aggregates and what earlier editions gave; it sees no child, keeps no withheld number and writes nothing.
import {controlLimits} from "../transform/control-limits.ts";
import {addMonths, NOT_RECORDED} from "../transform/cases.ts";
import {monthName} from "./figures.ts";
import type {Good, MeasureDefinition, MeasureFile} from "./published.ts";
import {recoverable, recoverableTotals, suppress, type SuppressionTable} from "./suppress.ts";

/**
 * Every measure and breakdown that an edition may hold; there are no others. Each measure counts cases into two columns that add up to a
 * total, so that its tables are linked by their margins only, and no total of one measure is a number of another: contacts, requests,
 * out-of-hours contacts, referrals received, referrals due to be assessed, referrals due to be seen, meetings held. Before adding one,
 * ask of which other its numerator or denominator is a part (S2b's denominator is S2a's numerator): linked measures must share a table.
 */
export const PUBLISHED: readonly {id: string; breakdowns: readonly string[]; rate?: string}[] = [
  {id: "C2", breakdowns: ["source", "locality", "age_band"], rate: "contacts"},
  {id: "I1", breakdowns: ["agency", "locality"]},
  {id: "E2a", breakdowns: ["source", "locality"]},
  {id: "R1", breakdowns: ["source", "need", "locality", "age_band"], rate: "referrals"},
  {id: "A1", breakdowns: ["need", "locality", "age_band"]},
  {id: "A4a", breakdowns: ["need", "locality", "age_band"]},
  {id: "S1", breakdowns: ["locality", "case_status"]}
];

/** What stands in the place of a withheld number, as in DfE's tables. */
export const WITHHELD = "c";
export type Shown = number | typeof WITHHELD;

export interface Row {
  /** A month (YYYY-MM), a group's code, or "total". */
  group: string;
  label: string;
  numerator: Shown;
  rest: Shown;
  denominator: Shown;
  /** 100 × numerator / denominator to one decimal; null where either is withheld or there are no cases. */
  percent: number | null;
}

export interface Table {
  dimension: string; // "month" or a breakdown
  rows: Row[];
}

/** One measure in one quarter, as first published. It never changes afterwards. */
export interface Block {
  measure: string;
  /** "2025-26 Q1": April to June 2025. */
  quarter: string;
  from: string; // YYYY-MM
  to: string;
  threshold: number;
  /** The quarter as a whole; null where its months' withheld numbers could be worked out from it. Then there are no breakdowns either. */
  total: Row | null;
  tables: Table[];
  /** Breakdowns that could not be given without giving a withheld number away. */
  withheld: string[];
}

/** What earlier editions gave, by authority. It holds no withheld number. */
export interface Given {
  authority: string;
  blocks: Block[];
}

export interface Rule {
  /** `hide-breakdowns` gives months and quarters only. */
  rule: "hide" | "hide-breakdowns";
  /** The largest number withheld: 5 withholds 1 to 5. */
  threshold: number;
}

export interface Measured {
  definition: MeasureDefinition;
  file: MeasureFile;
}

interface Counts {
  group: string;
  label: string;
  numerator: number;
  denominator: number;
}

/**
 * What earlier editions gave, and every complete quarter of the run that none has given yet. A quarter once given is kept as it was, whatever
 * the records say now: the difference between two editions would be the few cases that were recorded late.
 * @throws Error when a number could be worked out (a fault of the suppression: nothing may be published)
 */
export function addQuarters(given: Given, measures: ReadonlyMap<string, Measured>, rule: Rule): Given {
  const blocks = [...given.blocks];
  for (const {id, breakdowns} of PUBLISHED) {
    const measured = measures.get(id);
    if (!measured || measured.file.status !== "ok") continue;
    checkKind(measured.definition);
    for (const quarter of completeQuarters(measured.file)) {
      if (blocks.some((block) => block.measure === id && block.from === quarter)) continue;
      blocks.push(blockOf(measured, quarter, rule.rule === "hide" ? breakdowns : [], rule.threshold));
    }
  }
  const order = (block: Block) => PUBLISHED.findIndex(({id}) => id === block.measure);
  return {authority: given.authority, blocks: blocks.sort((a, b) => order(a) - order(b) || (a.from < b.from ? -1 : 1))};
}

function checkKind({id, kind, counts}: MeasureDefinition): void {
  if (kind !== "percentage" || counts !== "case") throw new Error(`measure ${id} is not a percentage of cases any more, so its tables would not add up: take it out of PUBLISHED in etl/publish/partnership.ts, or think its tables through`);
}

/** First months of the quarters (April, July, October, January) all of whose months are complete. */
function completeQuarters(file: MeasureFile): string[] {
  const complete = new Set(file.series.filter((point) => point.complete).map((point) => point.period));
  const firsts = [...complete].filter((month) => ["01", "04", "07", "10"].includes(month.slice(5)));
  return firsts.filter((first) => monthsOf(first).every((month) => complete.has(month))).sort();
}

const monthsOf = (first: string) => [first, addMonths(first, 1), addMonths(first, 2)];

/** "2025-26 Q1" for April 2025. */
export function quarterName(first: string): string {
  const [year, month] = [Number(first.slice(0, 4)), Number(first.slice(5))];
  const begins = month >= 4 ? year : year - 1;
  return `${begins}-${String((begins + 1) % 100).padStart(2, "0")} Q${month >= 4 ? (month - 1) / 3 : 4}`;
}

function blockOf({definition, file}: Measured, first: string, breakdowns: readonly string[], threshold: number): Block {
  const months = monthsOf(first);
  const at = (series: MeasureFile["series"], month: string) => series.find((point) => point.period === month);
  const byMonth = months.map((month): Counts => {
    const point = at(file.series, month)!;
    return {group: month, label: monthName(month), numerator: point.numerator ?? 0, denominator: point.denominator ?? 0};
  });
  const whole = added("total", `${monthName(first)} to ${monthName(months[2]!)}`, byMonth);
  const block: Block = {measure: definition.id, quarter: quarterName(first), from: first, to: months[2]!, threshold, total: null, tables: [], withheld: []};

  const linked = shown(byMonth, threshold, true);
  if (linked) {
    block.total = rowOf(whole, false, false, false);
    block.tables.push({dimension: "month", rows: linked});
  } else {
    // without the quarter's own total each month stands alone
    block.tables.push({dimension: "month", rows: shown(byMonth, threshold, false)!});
  }

  for (const dimension of breakdowns) {
    const groups = file.groups
      .filter((group) => group.dimension === dimension)
      .map(({group, label, series}) => added(group, group === NOT_RECORDED ? "Not recorded" : label, months.map((month) => ({group, label, numerator: at(series, month)?.numerator ?? 0, denominator: at(series, month)?.denominator ?? 0}))))
      .filter(({denominator}) => denominator > 0)
      .sort((a, b) => (a.label < b.label ? -1 : 1));
    const addsUp = groups.reduce((n, {denominator}) => n + denominator, 0) === whole.denominator && groups.reduce((n, {numerator}) => n + numerator, 0) === whole.numerator;
    // a breakdown is linked to the months by the quarter's total: where that is withheld, so is the breakdown
    const rows = block.total && addsUp && groups.length > 0 ? shown(groups, threshold, true) : null;
    if (rows) block.tables.push({dimension, rows});
    else block.withheld.push(dimension);
  }
  return block;
}

function added(group: string, label: string, rows: readonly Counts[]): Counts {
  const sum = (of: "numerator" | "denominator") => rows.reduce((n, row) => n + row[of], 0);
  return {group, label, numerator: sum("numerator"), denominator: sum("denominator")};
}

/** Rows with what must be withheld; null where the columns' totals, shown elsewhere, could not stand beside them. */
function shown(rows: readonly Counts[], threshold: number, totals: boolean): Row[] | null {
  const counts = rows.map(({numerator, denominator}) => [numerator, denominator - numerator]);
  const table: SuppressionTable = {
    counts,
    rowTotals: rows.map(({denominator}) => denominator),
    ...(totals ? {columnTotals: [0, 1].map((column) => counts.reduce((n, row) => n + row[column]!, 0))} : {})
  };
  const found = suppress(table, {threshold});
  if (totals && found.totalsHidden.columns.some(Boolean)) return null;
  if (recoverable(table, found).length + recoverableTotals(table, found).length > 0) throw new Error("a withheld number of the partnership edition can be worked out: nothing was published; report this with the names of the measure and the quarter");
  return rows.map((row, i) => rowOf(row, found.hidden[i]![0]!, found.hidden[i]![1]!, found.totalsHidden.rows[i]!));
}

function rowOf({group, label, numerator, denominator}: Counts, hidesNumerator: boolean, hidesRest: boolean, hidesDenominator: boolean): Row {
  const percent = hidesNumerator || hidesRest || hidesDenominator || denominator === 0 ? null : Math.round((1000 * numerator) / denominator) / 10;
  return {group, label, numerator: hidesNumerator ? WITHHELD : numerator, rest: hidesRest ? WITHHELD : denominator - numerator, denominator: hidesDenominator ? WITHHELD : denominator, percent};
}

/** Mean and limits of the months that are shown, worked out from what is shown and nothing else; null below 12 months or without variation. */
export interface EditionLimits {
  mean: number;
  upper: number;
  lower: number;
  months: number;
}

export interface EditionMeasure {
  id: string;
  title: string;
  question: string;
  numerator: string;
  denominator: string;
  good: Good;
  /** Null: in the list, and given; else why there is nothing. */
  lacks: string | null;
  breakdowns: readonly string[];
  blocks: Block[];
  limits: EditionLimits | null;
  /** Totals of quarters as a year's worth per 10,000 children aged 0 to 17. */
  rates: {quarter: string; of: string; per10000: number; population: number; year: number}[];
}

/** tables.json: the whole edition. */
export interface Edition {
  disclosure: "partnership";
  authority: {code: string; name: string};
  example: boolean;
  marking: string;
  rule: Rule;
  /** Months given, first and last; null before the first complete quarter. */
  from: string | null;
  to: string | null;
  measures: EditionMeasure[];
}

/**
 * The edition from what was given. Everything beside the blocks (limits, rates) is worked out from the numbers that are shown, so that it
 * can say nothing that they do not.
 */
export function editionOf(given: Given, measures: ReadonlyMap<string, Measured>, about: Pick<Edition, "authority" | "example" | "marking" | "rule">, populations: readonly {year: number; population: number}[]): Edition {
  const told = PUBLISHED.flatMap(({id, breakdowns, rate}): EditionMeasure[] => {
    const measured = measures.get(id);
    if (!measured) return [];
    const {title, question, numerator, denominator, good} = measured.definition;
    const blocks = given.blocks.filter((block) => block.measure === id);
    const lacks = blocks.length > 0 ? null : measured.file.status === "ok" ? "no quarter is complete yet" : "it is not recorded";
    return [{id, title, question, numerator, denominator: denominator ?? "Cases", good, lacks, breakdowns, blocks, limits: limitsOf(blocks, good), rates: rate ? ratesOf(blocks, rate, populations) : []}];
  });
  const months = told.flatMap(({blocks}) => blocks.flatMap(({from, to}) => [from, to])).sort();
  return {disclosure: "partnership", ...about, from: months[0] ?? null, to: months.at(-1) ?? null, measures: told};
}

/** Months with a percentage, oldest first. */
export function monthsShown(blocks: readonly Block[]): Row[] {
  return blocks.flatMap(({tables}) => tables.find(({dimension}) => dimension === "month")!.rows).filter(({percent}) => percent !== null);
}

function limitsOf(blocks: readonly Block[], good: Good): EditionLimits | null {
  const months = monthsShown(blocks).slice(-36);
  if (months.length < 12) return null;
  const newest = controlLimits(months.map(({group, percent}) => ({at: `${group}-01`, value: percent})), {good}).points.at(-1)!;
  const {mean, upper, lower} = newest;
  if (mean === null || upper === null || lower === null) return null;
  const tenth = (n: number) => Math.round(n * 10) / 10;
  return {mean: tenth(mean), upper: tenth(Math.min(100, upper)), lower: tenth(Math.max(0, lower)), months: months.length};
}

function ratesOf(blocks: readonly Block[], of: string, populations: readonly {year: number; population: number}[]): EditionMeasure["rates"] {
  return blocks.flatMap(({quarter, from, total}) => {
    const known = populations.filter(({year}) => year <= Number(from.slice(0, 4))).sort((a, b) => b.year - a.year)[0];
    if (!total || total.denominator === WITHHELD || !known) return [];
    return [{quarter, of, per10000: Math.round((total.denominator * 4 * 100_000) / known.population) / 10, population: known.population, year: known.year}];
  });
}
