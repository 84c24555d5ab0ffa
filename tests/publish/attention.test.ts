// What needs attention: each sentence follows from figures, says how far, and opens into its cases; nothing is said without evidence.
import {describe, expect, test} from "vitest";
import {attentionOf} from "../../etl/publish/attention.ts";
import type {Figure, MeasureDefinition, MeasureFile, SeriesPoint} from "../../etl/publish/published.ts";

type Tile = Parameters<typeof attentionOf>[0][number];
const MONTH = "2026-03";
const point = (value: number, denominator = 200): SeriesPoint => ({period: MONTH, numerator: Math.round((value * denominator) / 100), denominator, value, complete: true});
const figure = (period: string, value: number, denominator = 300): Figure => ({period, numerator: Math.round((value * denominator) / 100), denominator, value});
const tile = (over: Partial<Tile> = {}): Tile => ({id: "A4a", title: "Children seen in time", good: "high", unit: "percent", status: "ok", missing: [], target: null, figures: [figure("last-3", 80, 600), figure("previous-3", 80, 600)], series: [point(80)], lower: 70, upper: 90, variation: "common", special: null, assurance: null, ...over});
const definition = (id: string, over: Partial<MeasureDefinition> = {}) => ({id, title: `Measure ${id}`, kind: "percentage", good: "high", unit: "percent", counts: "case", status: "ok", missing: [], target: null, ...over}) as MeasureDefinition;
const file = (id: string, over: Partial<MeasureFile> = {}) => ({id, status: "ok", missing: [], series: [point(80)], limits: null, figures: [figure("last-3", 80, 600), figure("previous-3", 80, 600)], groups: [], commentary: [], ...over}) as MeasureFile;
const limits = (variation: "concern" | "improvement" | "common", special: "below" | "shift-down" | "above" | null): MeasureFile["limits"] => ({points: [{at: MONTH, value: 60, segment: 1, mean: 80, upper: 90, lower: 70, special, meaning: variation}], variation, assurance: null, trial: false});
const team = (label: string, now: number, before: number, d = 100) => ({dimension: "team", group: label, label, series: [], figures: [figure("last-3", now, d), figure("previous-3", before, d)]});

const told = (tiles: Tile[], files: MeasureFile[] = [file("A4a")], definitions = [definition("A4a")]) => attentionOf(tiles, new Map(files.map((f) => [f.id, f])), definitions, [], MONTH);

describe("a headline measure", () => {
  test("that is steady, on target and even between groups says nothing", () => expect(told([tile()])).toEqual([]));

  test("below its usual range says how far and opens into that month", () => {
    expect(told([tile({variation: "concern", special: "below", series: [point(60)]})])).toEqual([
      {measure: "A4a", rank: 1, kind: "special-cause", direction: "bad", text: "Children seen in time: below its usual range, 60 % in March 2026 (usually 70 % to 90 %)", evidence: {from: MONTH, to: MONTH, met: "no", cases: 80}}
    ]);
  });

  test("getting better comes after whatever is bad", () => {
    const said = told([tile({variation: "improvement", special: "above"}), tile({id: "A1", assurance: "fail", target: 95})], [file("A4a"), file("A1")], [definition("A4a"), definition("A1")]);
    expect(said.map((a) => [a.kind, a.direction])).toEqual([["target-missed", "bad"], ["special-cause", "good"]]);
    expect(said[0]!.text).toContain("the target of 95 % is out of reach as things stand; 80 % in March 2026");
  });

  test("that is not recorded says what is missing, last of all", () => {
    expect(told([tile({status: "not recorded", missing: ["visit.visited_on"]})])[0]).toMatchObject({kind: "not-recorded", rank: 40, text: "Children seen in time: not recorded. Missing: visit.visited_on"});
  });

  test("names the team whose interval leaves the whole out, and that its gap has widened", () => {
    const [gap] = told([tile()], [file("A4a", {groups: [team("North", 60, 75), team("South", 82, 80)]})]);
    expect(gap).toMatchObject({kind: "gap", direction: "bad", evidence: {dimension: "team", group: "North", met: "no", cases: 40}});
    expect(gap!.text).toBe("Children seen in time: North 60 % in the three months to March 2026, against 80 % overall; the gap was 5 points three months before");
    const [same] = told([tile()], [file("A4a", {groups: [team("North", 60, 61)]})]);
    expect(same!.text).toMatch(/against 80 % overall$/);
    expect(gap!.rank).toBeLessThan(same!.rank);
  });

  test("says nothing of a team with fewer than twenty cases, nor of a difference that chance explains", () => {
    expect(told([tile()], [file("A4a", {groups: [team("North", 40, 40, 19), team("South", 76, 76)]})])).toEqual([]);
  });
});

describe("measures beyond the first page", () => {
  const other = (id: string, over: Partial<MeasureFile>) => file(id, over);
  test("are heard where a signal is bad, after the headline measures, one sentence each", () => {
    const said = told([tile({variation: "concern", special: "below", series: [point(60)]})], [file("A4a"), other("K1", {limits: limits("concern", "below"), groups: [team("North", 40, 40)]}), other("K2", {limits: limits("improvement", "above")})], ["A4a", "K1", "K2"].map((id) => definition(id)));
    expect(said.map((a) => a.measure)).toEqual(["A4a", "K1"]);
    expect(said[1]!.rank).toBeGreaterThan(20);
  });

  test("raise no alarm from a month of fewer than twenty cases", () => {
    expect(told([], [other("K1", {limits: limits("concern", "below"), series: [point(60, 19)]})], [definition("K1")])).toEqual([]);
  });

  test("are cut at fifteen sentences", () => {
    const ids = Array.from({length: 30}, (_, i) => `K${i + 1}`);
    expect(told([], ids.map((id) => other(id, {limits: limits("concern", "below")})), ids.map((id) => definition(id)))).toHaveLength(15);
  });
});

test("a source gone stale is named with its age", () => {
  const said = attentionOf([], new Map(), [], [{source: "Visits", recordSets: ["visit"], newestExport: "2026-01-31", newestRecord: "2026-01-30", daysOld: 60, stale: true}], MONTH);
  expect(said).toEqual([{measure: "", rank: 10, kind: "stale-source", direction: "bad", text: "Visits: the newest record is 60 days old (2026-01-30)", evidence: {}}]);
});
