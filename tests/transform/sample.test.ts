// The audit sample: the same again from the same seed, every stratum its share, no child twice, and what a size buys.
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {drawSample, precisionOf} from "../../etl/transform/sample.ts";

const cases = (n: number, team: (i: number) => string | null = () => "North") => Array.from({length: n}, (_, i) => ({case_id: `c${i}`, child_id: `k${i}`, team: team(i)}));
const byTeam = {by: (row: {team: string | null}) => row.team};

describe("a sample", () => {
  test("is the same from the same seed, however the list is ordered, and another from another", () => {
    const rows = cases(200);
    const ids = (list: typeof rows, seed: string) => drawSample(list, {size: 20, seed, ...byTeam}).rows.map((r) => r.case_id);
    expect(ids(rows, "2026-03")).toEqual(ids([...rows].reverse(), "2026-03"));
    expect(ids(rows, "2026-03")).not.toEqual(ids(rows, "2026-04"));
  });

  test("takes from each team by its size, at least one from each, and counts who is not recorded", () => {
    const {strata, population} = drawSample(cases(100, (i) => (i < 70 ? "A" : i < 95 ? "B" : i < 99 ? null : "Tiny")), {size: 20, seed: "1", ...byTeam});
    expect([strata, population]).toEqual([[{group: "A", population: 70, taken: 14}, {group: "B", population: 25, taken: 4}, {group: "not recorded", population: 4, taken: 1}, {group: "Tiny", population: 1, taken: 1}], 100]);
  });

  test("draws a child once, whatever the number of its cases, and the whole list when it is asked for more", () => {
    const rows = [...cases(10), ...cases(10).map((r) => ({...r, case_id: `${r.case_id}-again`}))];
    const {rows: drawn, population} = drawSample(rows, {size: 50, seed: "1", ...byTeam});
    expect([drawn.length, new Set(drawn.map((r) => r.child_id)).size, population]).toEqual([10, 10, 10]);
  });

  test("keeps its promises whatever the strata: never more than there are, never fewer than asked for", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({max: 30}), {minLength: 1, maxLength: 8}), fc.nat({max: 60}), fc.string(), (sizes, size, seed) => {
        const rows = sizes.flatMap((n, g) => Array.from({length: n}, (_, i) => ({case_id: `${g}-${i}`, child_id: `${g}-${i}`, team: `T${g}`})));
        const {strata, rows: drawn} = drawSample(rows, {size, seed, ...byTeam});
        expect(drawn.length).toBe(Math.min(size, rows.length));
        for (const s of strata) expect(s.taken).toBeLessThanOrEqual(s.population);
        if (size >= strata.length) for (const s of strata) expect(s.taken).toBeGreaterThan(0);
      })
    );
  });

  test("gives every case the same chance: each of ten is drawn about a tenth of the time", () => {
    const rows = cases(10);
    const drawn = new Map<string, number>();
    for (let seed = 0; seed < 2000; seed++) for (const r of drawSample(rows, {size: 1, seed: String(seed), ...byTeam}).rows) drawn.set(r.case_id, (drawn.get(r.case_id) ?? 0) + 1);
    for (const n of drawn.values()) expect(Math.abs(n - 200)).toBeLessThan(60); // 4.5 standard deviations
  });
});

test("what thirty audits buy is Wilson's interval (24 of 30: 62.7 to 90.5, from the formula)", () => {
  const [thirty] = precisionOf([30]);
  expect(thirty!.found.map((f) => [f.share, f.lower.toFixed(1), f.upper.toFixed(1)])).toEqual([[50, "33.2", "66.8"], [80, "62.7", "90.5"]]);
  expect(precisionOf([0])).toEqual([]);
});
