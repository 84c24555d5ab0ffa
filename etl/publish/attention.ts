// What needs attention, ranked and put into words from the numbers. No sentence without evidence, none that a reader cannot open.
import {figuresOf} from "../../src/components/headline.ts";
import {judgedBy, targetIn} from "../../src/components/target.ts";
import {addMonths} from "../transform/cases.ts";
import {wilson} from "../transform/intervals.ts";
import {monthName} from "./figures.ts";
import type {Attention, GlanceFile, MeasureDefinition, MeasureFile, SourceFreshness} from "./published.ts";

/** What a sentence is made of: a headline tile has it, and any measure can be given it. */
type Tile = Pick<GlanceFile["tiles"][number], "id" | "title" | "good" | "unit" | "status" | "missing" | "target" | "targets" | "figures" | "series" | "lower" | "upper" | "variation" | "special" | "assurance">;

/** Fewer cases a month than this and a percentage's control limits are unstable: such a month raises no alarm beyond the headline measures. */
const ENOUGH_A_MONTH = 20;
/** Most sentences about measures that are not on the first page. */
const BEYOND_HEADLINES = 15;
/** A gap has widened when it grew by this many percentage points. */
const WIDER = 3;

const shown = (tile: {unit: string}, value: number) => (tile.unit === "percent" ? `${Math.round(value)} %` : `${Math.round(value * 10) / 10} ${tile.unit}`);
const SIGNALS: Record<string, string> = {
  above: "above its usual range",
  below: "below its usual range",
  rising: "rising for seven months or more",
  falling: "falling for seven months or more",
  "near-upper": "two of three months near the top of its usual range",
  "near-lower": "two of three months near the bottom of its usual range",
  "shift-up": "above its average for seven months or more",
  "shift-down": "below its average for seven months or more"
};

/** Sentences for the first page, the most pressing first: about the headline measures, then what stands out among all others. */
export function attentionOf(tiles: Tile[], files: Map<string, MeasureFile>, definitions: MeasureDefinition[], freshness: SourceFreshness[], lastMonth: string): Attention[] {
  const found: Attention[] = [];
  const weighed = ({id}: Tile) => definitions.find((d) => d.id === id)?.counts === "weight";
  for (const tile of tiles) {
    if (tile.status !== "ok") found.push({measure: tile.id, rank: 40, kind: "not-recorded", direction: "neutral", text: `${tile.title}: not recorded. Missing: ${tile.missing.join("; ")}`, evidence: {}});
    else found.push(...signals(tile, weighed(tile)));
  }
  found.push(...gaps(tiles, files, definitions, lastMonth));
  for (const source of freshness.filter((s) => s.stale)) {
    found.push({measure: "", rank: 10, kind: "stale-source", direction: "bad", text: `${source.source}: the newest record is ${source.daysOld} days old (${source.newestRecord})`, evidence: {}});
  }
  const others = definitions.filter((d) => d.status === "ok" && !tiles.some((t) => t.id === d.id)).map((d) => tileOf(d, files.get(d.id)!));
  const beyond = [...others.flatMap((tile) => signals(tile, weighed(tile))), ...gaps(others, files, definitions, lastMonth)].filter((a) => a.direction === "bad" && enough(a, files.get(a.measure)!, definitions));
  // one sentence a measure, its most pressing, after all that the headline measures say
  const firsts = beyond.sort(pressing).filter((a, i, all) => all.findIndex((x) => x.measure === a.measure) === i);
  found.push(...firsts.slice(0, BEYOND_HEADLINES).map((a) => ({...a, rank: a.rank + 20})));
  return found.sort(pressing);
}

const pressing = (a: Attention, b: Attention) => a.rank - b.rank || (a.text < b.text ? -1 : 1);

function enough(a: Attention, file: MeasureFile, definitions: MeasureDefinition[]): boolean {
  const definition = definitions.find((d) => d.id === a.measure)!;
  if (definition.unit !== "percent" || a.kind === "gap") return true;
  return (file.series.filter((p) => p.complete).at(-1)?.denominator ?? 0) >= ENOUGH_A_MONTH;
}

function tileOf(d: MeasureDefinition, file: MeasureFile): Tile {
  const {id, title, unit, status, missing} = d;
  return {id, title, unit, status, missing, ...judgedBy(d), ...figuresOf(file)};
}

/** What a measure's control chart says: a change beyond chance, a target out of reach. @param weighed one of its cases stands for several: they are not as many as its numbers say */
function signals(tile: Tile, weighed: boolean): Attention[] {
  const found: Attention[] = [];
  const newest = tile.series.filter((p) => p.complete).at(-1);
  if (!newest || newest.value === null) return found;
  const range = tile.lower !== null && tile.upper !== null ? ` (usually ${shown(tile, Math.max(0, tile.lower))} to ${shown(tile, tile.unit === "percent" ? Math.min(100, tile.upper) : tile.upper)})` : "";
  if ((tile.variation === "concern" || tile.variation === "improvement") && tile.special) {
    const bad = tile.variation === "concern";
    found.push({
      measure: tile.id,
      rank: bad ? (tile.special === "above" || tile.special === "below" ? 1 : 2) : 20,
      kind: "special-cause",
      direction: bad ? "bad" : "good",
      text: `${tile.title}: ${SIGNALS[tile.special]}, ${shown(tile, newest.value)} in ${monthName(newest.period)}${range}`,
      evidence: {from: newest.period, to: newest.period, ...(bad ? failing(tile, newest, weighed) : newest.denominator === null || weighed ? {} : {cases: newest.denominator})}
    });
  }
  const target = targetIn(tile, newest.period);
  if (tile.assurance === "fail" && target !== null) {
    found.push({
      measure: tile.id,
      rank: 5,
      kind: "target-missed",
      direction: "bad",
      text: `${tile.title}: the target of ${shown(tile, target)} is out of reach as things stand; ${shown(tile, newest.value)} in ${monthName(newest.period)}${range}`,
      evidence: {from: newest.period, to: newest.period, ...failing(tile, newest, weighed)}
    });
  }
  return found;
}

/** The cases of a month that a person has to look at: of a percentage those that failed, of anything else all. */
function failing({unit, good}: Pick<Tile, "unit" | "good">, {numerator, denominator}: Tile["series"][number], weighed: boolean): Pick<Attention["evidence"], "met" | "cases"> {
  if (unit !== "percent" || good === "neutral") return denominator === null || weighed ? {} : {cases: denominator};
  const met = good === "low" ? "yes" : "no";
  return numerator === null || denominator === null || weighed ? {met} : {met, cases: good === "low" ? numerator : denominator - numerator};
}

/** A group whose last three months lie clearly on the wrong side of everybody's: its interval excludes the overall figure. */
function gaps(tiles: Tile[], files: Map<string, MeasureFile>, definitions: MeasureDefinition[], lastMonth: string): Attention[] {
  const found: Attention[] = [];
  for (const tile of tiles) {
    const definition = definitions.find((d) => d.id === tile.id);
    if (tile.status !== "ok" || definition?.kind !== "percentage" || definition.good === "neutral" || definition.counts !== "case") continue;
    const overall = tile.figures.find((f) => f.period === "last-3");
    if (!overall || overall.value === null) continue;
    for (const dimension of ["team", "agency", "case_status", "locality"]) {
      const worst = (files.get(tile.id)?.groups ?? [])
        .filter((g) => g.dimension === dimension && g.group !== "not recorded")
        .flatMap((g) => {
          const figure = g.figures.find((f) => f.period === "last-3");
          if (!figure || figure.value === null || (figure.denominator ?? 0) < 20) return [];
          const interval = wilson(figure.numerator!, figure.denominator!)!;
          const [low, high] = [interval.lower * 100, interval.upper * 100];
          const apart = definition.good === "high" ? overall.value! - high : low - overall.value!;
          return apart > 0 ? [{g, figure, apart}] : [];
        })
        .sort((a, b) => b.apart - a.apart)[0];
      if (!worst || worst.apart < 3) continue;
      const gap = Math.abs(overall.value - worst.figure.value!);
      const before = gapBefore(tile, worst.g);
      const wider = before !== null && gap - before >= WIDER;
      found.push({
        measure: tile.id,
        rank: (wider ? 2 : 3) + 1 / (1 + worst.apart),
        kind: "gap",
        direction: "bad",
        text: `${tile.title}: ${worst.g.label} ${shown(tile, worst.figure.value!)} in the three months to ${monthName(lastMonth)}, against ${shown(tile, overall.value)} overall${wider ? `; the gap was ${Math.round(before)} points three months before` : ""}`,
        evidence: {from: addMonths(lastMonth, -2), to: lastMonth, dimension, group: worst.g.group, met: definition.good === "high" ? "no" : "yes", cases: definition.good === "high" ? worst.figure.denominator! - worst.figure.numerator! : worst.figure.numerator!}
      });
    }
  }
  return found;
}

/** How far a group was from everybody in the three months before, in percentage points; null where too few cases say. */
function gapBefore(tile: Tile, group: MeasureFile["groups"][number]): number | null {
  const [whole, own] = [tile.figures.find((f) => f.period === "previous-3"), group.figures.find((f) => f.period === "previous-3")];
  if (!whole || whole.value === null || !own || own.value === null || (own.denominator ?? 0) < 20) return null;
  return Math.max(0, tile.good === "high" ? whole.value - own.value : own.value - whole.value);
}
