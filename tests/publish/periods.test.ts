// Which months a figure is compared with, and which target each month is held to.
import {describe, expect, it} from "vitest";
import {comparisonsFor, periodsFor, targetSteps} from "../../etl/publish/figures.ts";
import {periodBefore, yearBefore} from "../../src/components/format.ts";

const row = (measure: string, value: number, effectiveFrom: string, effectiveTo: string | null = null) => ({measure, appliesTo: "All", value, unit: "percent", effectiveFrom, effectiveTo, status: "statutory" as const, owner: null, source: ""});

describe("targets by month", () => {
  const targets = [row("A6a", 75, "2020-01-01", "2025-12-15"), row("A6a", 90, "2025-12-16"), row("A9", 100, "2010-01-01")];
  it("are those in force on each month's last day, and nothing where one holds throughout", () => {
    expect(targetSteps({targets}, "A6a", ["2025-10", "2025-11", "2025-12", "2026-01"], "2026-01-31")).toEqual([{from: "2025-10", value: 75, status: "statutory"}, {from: "2025-12", value: 90, status: "statutory"}]);
    expect(targetSteps({targets}, "A9", ["2025-10", "2026-01"], "2026-01-31")).toEqual([]);
    expect(targetSteps({targets}, "C1", ["2025-10", "2026-01"], "2026-01-31")).toEqual([]);
  });
  it("say when one begins and when one ends", () => {
    const steps = targetSteps({targets: [row("A9", 50, "2025-11-01", "2025-12-31")]}, "A9", ["2025-10", "2025-11", "2025-12", "2026-01"], "2026-01-31");
    expect(steps.map((s) => [s.from, s.value])).toEqual([["2025-10", null], ["2025-11", 50], ["2026-01", null]]);
  });
  it("tell of one that began after the only month and is in force today", () => {
    expect(targetSteps({targets: [row("A9", 50, "2026-02-01")]}, "A9", ["2026-01"], "2026-02-03")).toEqual([{from: "2026-01", value: null, status: null}]);
  });
});

describe("the same months a year before", () => {
  const periods = periodsFor("2026-03-31", "2022-01");
  const comparisons = comparisonsFor(periods, "2022-01");
  it("are published for every period that no other period names, and not before the records begin", () => {
    expect(comparisons.map((p) => `${p.from} to ${p.to}`)).toEqual(["2025-01 to 2025-03", "2024-10 to 2024-12"]);
    expect(comparisonsFor(periods, "2025-01").every((p) => p.from >= "2025-01")).toBe(true);
    for (const period of periods.filter((p) => p.from >= "2023-04")) expect(yearBefore(period, {periods, comparisons})).toMatchObject({from: `${Number(period.from.slice(0, 4)) - 1}${period.from.slice(4)}`});
    expect(periodBefore(periods.find((p) => p.key === "last-3")!, periods)?.key).toBe("previous-3");
  });
});
