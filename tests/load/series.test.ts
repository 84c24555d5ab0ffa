// Which export one is held against when headings, rows or days are missed.
import {describe, expect, test} from "vitest";
import {gate} from "../../etl/load/gate.ts";
import type {LoadManifest} from "../../etl/load/load.ts";
import {headingsGone} from "../../etl/load/mapping.ts";
import {exportsBefore} from "../../etl/load/series.ts";

const one = (file: string, exportDate = /\d{4}-\d{2}-\d{2}/.exec(file)![0], mapping = "meetings") => ({file, exportDate, mapping});
const before = (...exports: ReturnType<typeof one>[]) => [...exportsBefore(exports)].map(([a, b]) => [a.file, b.file]);

describe("the export before", () => {
  test("is the last of files called alike but for figures", () => {
    expect(before(one("north_2026-01-31.csv"), one("South 2026-01-31.xlsx"), one("north_2026-02-28.csv"), one("south-2026-02-28.csv"), one("north_2026-03-31 (2).csv"), one("North_2026-04-30.csv"))).toEqual([
      ["north_2026-02-28.csv", "north_2026-01-31.csv"],
      ["south-2026-02-28.csv", "South 2026-01-31.xlsx"],
      ["north_2026-03-31 (2).csv", "north_2026-02-28.csv"],
      ["North_2026-04-30.csv", "north_2026-03-31 (2).csv"]
    ]);
  });

  test("is the last of a series that has ended, where a file is given another name; no file of the same day, and none of another mapping", () => {
    expect(before(one("april.csv", "2026-04-30"), one("may.csv", "2026-05-31"), one("june.csv", "2026-06-30"))).toEqual([["may.csv", "april.csv"], ["june.csv", "may.csv"]]);
    expect(before(one("a.csv", "2026-04-30"), one("b.csv", "2026-04-30"))).toEqual([]);
    expect(before(one("a_2026-04-30.csv"), one("b_2026-05-31.csv"), one("a_2026-05-31.csv"))).toEqual([["a_2026-05-31.csv", "a_2026-04-30.csv"]]);
    expect(before(one("a_2026-04-30.csv"), one("a_2026-05-31.csv", "2026-05-31", "others"))).toEqual([]);
  });

  test("is what headings are missed beside: core groups lack none of what only meetings have", () => {
    const load = (file: string, headings: Record<string, string>) => ({...one(file), key: file, headings, headingsDropped: []});
    const months = ["2026-01-31", "2026-02-28"];
    const loads = months.flatMap((m) => [load(`cin_meetings_${m}.csv`, {"cin_meeting.held_on": "Held", "cin_meeting.plan_shared_on": "Plan shared"}), load(`core_groups_${m}.csv`, {"cin_meeting.held_on": "Held"})]);
    expect([...headingsGone(loads)]).toEqual([]);
    expect([...headingsGone([...loads, load("core_groups_2026-03-31.csv", {}), load("cin_meetings_2026-03-31.csv", {"cin_meeting.held_on": "Held"})])].map(([key, w]) => [key, w.map((x) => x.heading)])).toEqual([
      ["cin_meetings_2026-03-31.csv", ["Plan shared"]],
      ["core_groups_2026-03-31.csv", ["Held"]]
    ]);
  });

  test("is what rows are missed beside: a small export is not held against a large one of another name", () => {
    const load = (file: string, accepted: number) => ({...one(file), key: file, sha256: file, corrects: null, sets: [{name: "cin_meeting", accepted, lastEvent: one(file).exportDate}]}) as unknown as LoadManifest;
    const gates = {all: {smallest_percent: 50, newest_within_days: 45, stop: []}, sources: {}};
    const flags = (...loads: LoadManifest[]) => [...gate(loads, gates).warnings].map(([key, w]) => [key, w.map((x) => x.code)]);
    const all = ["2026-01-31", "2026-02-28"].flatMap((m) => [load(`a_large_${m}.csv`, 1000), load(`b_small_${m}.csv`, 10)]);
    expect(flags(...all)).toEqual([]);
    expect(flags(...all, load("a_large_2026-03-31.csv", 400), load("b_small_2026-03-31.csv", 4))).toEqual([["a_large_2026-03-31.csv", ["volume"]], ["b_small_2026-03-31.csv", ["volume"]]]);
    // made again under its name and day: held against what it was before
    const again = load("a_large_2026-02-28.csv", 400);
    const months = [load("a_large_2026-01-31.csv", 500), again];
    expect(flags(...months)).toEqual([]);
    expect([...gate(months, gates, [load("a_large_2026-02-28.csv", 1000)]).warnings.values()].flat().map((w) => w.message)).toEqual(["400 cin meeting rows, against 1,000 in the export whose place it takes: it may be a failed or a filtered export"]);
    expect([...gate(months, gates, [load("b_small_2026-02-28.csv", 1000)]).warnings]).toEqual([]);
  });
});
