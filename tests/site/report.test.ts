// @vitest-environment jsdom
// The board report: it speaks for one whole month, compares twelve with twelve, and says what it cannot.
import {describe, expect, it} from "vitest";
import type {GlanceFile, SeriesPoint} from "../../etl/publish/published.ts";
import {monthOf, reportView, shift, year} from "../../src/components/report.js";
import {context, definition, file, run} from "./small.ts";

const words = (node: Node): string => (node.textContent ?? "").replace(/\s+/g, " ").trim();
const months = (from: string, n: number, one: (i: number) => Partial<SeriesPoint> = () => ({})): SeriesPoint[] => Array.from({length: n}, (_, i) => ({period: shift(from, i), numerator: 80, denominator: 100, value: 80, complete: true, ...one(i)}));

describe("the month", () => {
  const told = {...run, months: ["2026-01", "2026-02", "2026-03"].map((period, i) => ({period, complete: i < 2}))};
  it("is the one asked for where it is over, else the newest that is", () => {
    expect([monthOf(told, "2026-01"), monthOf(told, null), monthOf(told, "2026-03"), monthOf(told, "1999-01")]).toEqual(["2026-01", "2026-02", "2026-02", "2026-02"]);
  });
  it("is counted across years", () => expect([shift("2026-01", -1), shift("2025-12", 1), shift("2026-03", -12)]).toEqual(["2025-12", "2026-01", "2025-03"]));
});

describe("twelve months", () => {
  it("add up shares and counts, and take the last of a snapshot", () => {
    const series = months("2025-04", 12, (i) => ({numerator: i, value: i}));
    expect(year(definition, series, "2026-03")).toEqual({numerator: 66, denominator: 1200, value: 5.5});
    expect(year({...definition, kind: "count"}, series, "2026-03")).toEqual({numerator: 66, denominator: null, value: 66});
    expect(year({...definition, kind: "snapshot"}, series, "2026-03")).toMatchObject({numerator: 11});
  });
  it("are none where one is missing or still running, or where children or durations do not add up", () => {
    expect(year(definition, months("2025-05", 11), "2026-03")).toBeNull();
    expect(year(definition, months("2025-04", 12, (i) => (i === 11 ? {complete: false} : {})), "2026-03")).toBeNull();
    expect(year({...definition, counts: "child"}, months("2025-04", 12), "2026-03")).toBeNull();
    expect(year({...definition, kind: "duration"}, months("2025-04", 12), "2026-03")).toBeNull();
  });
});

describe("the page", () => {
  const own = {...file, series: months("2024-01", 27), limits: null};
  const glance = {disclosure: "internal", run: "r1", tiles: [], attention: [{measure: "C2", rank: 1, kind: "gap", direction: "bad", text: "North <b>30 %</b>", evidence: {}}]} as unknown as GlanceFile;
  const told = {...context, run: {...run, months: [{period: "2026-02", complete: true}, {period: "2026-03", complete: true}]}};
  it("holds the table with comparators, the sentences as text, and the definitions", () => {
    const page = reportView({glance, definitions: [definition, {...definition, id: "V1", title: "Supervision on time", status: "not recorded", missing: ["supervision.held_on"]}], files: new Map([["C2", own], ["V1", {...own, id: "V1"}]])}, told, null) as HTMLElement;
    expect(page.dataset.month).toBe("2026-03");
    const row = words(page.querySelector(".report-table tbody tr")!);
    for (const said of ["Contacts decided within one working day", "80.0%", "960 of 1,200", "England 85.7% (2025)"]) expect(row).toContain(said);
    expect(words(page)).toContain("Not recorded: needs supervision.held_on");
    expect(page.querySelector(".report-attention li b + b")).toBeNull();
    expect(words(page.querySelector(".report-attention")!)).toContain("Gap North <b>30 %</b>.");
  });
  it("of an older month does not repeat what is true of the newest", () => {
    const page = reportView({glance, definitions: [definition], files: new Map([["C2", own]])}, told, "2026-02");
    expect(words(page)).toContain("Told for the newest month only; this report looks back to February 2026.");
    expect(words(page)).not.toContain("North");
  });
});
