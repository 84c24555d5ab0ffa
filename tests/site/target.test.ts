// @vitest-environment jsdom
// A target is the one in force in its month: what is drawn, tabled and said where it changed within the series.
import {describe, expect, it} from "vitest";
import {controlChart, controlTable} from "../../src/components/control-chart.js";
import {targetChange, targetIn, targetNow, targetSpans} from "../../src/components/target.js";
import {tile, type Tile} from "../../src/components/tile.js";
import {file, limits, months, run, series} from "./small.ts";

const judged = {target: 90, targets: [{from: "2025-09", value: 75, status: "statutory"}, {from: "2026-01", value: 90, status: "statutory"}]};
const percent = {kind: "percentage", unit: "percent", good: "high"} as const;

describe("targets by month", () => {
  it("end where no other follows", () => {
    const ended = {target: null, targets: [{from: "2025-09", value: null, status: null}, {from: "2025-11", value: 50, status: "x"}, {from: "2026-01", value: null, status: null}]};
    expect(months.map((m) => targetIn(ended, m))).toEqual([null, null, 50, 50, null, null, null, null]);
    expect(targetSpans(ended, months)).toEqual([{from: "2025-11", to: "2025-12", value: 50}]);
  });
  it("judge the newest complete month by its own, also when the next month's is higher", () => {
    expect(targetNow({target: 95, targets: [...judged.targets, {from: "2026-04", value: 95, status: "statutory"}]}, series)).toBe(90);
  });
});

describe("a chart whose target changed", () => {
  const drawn = controlChart(series, limits, {...percent, ...judged, label: "x", width: 800});
  it("steps its line where the target changed and names the newest", () => {
    const flat = [...drawn.querySelectorAll("line.target")].filter((l) => l.getAttribute("y1") === l.getAttribute("y2"));
    expect(flat.length).toBe(2);
    expect(Number(flat[0]!.getAttribute("y1"))).toBeGreaterThan(Number(flat[1]!.getAttribute("y1")));
    expect(flat[0]!.getAttribute("x2")).toBe(flat[1]!.getAttribute("x1"));
    expect(drawn.textContent).toContain("Target 90%");
    expect(drawn.textContent).not.toContain("Target 75%");
  });
  it("holds every month to its own target in the table, and no month that still runs", () => {
    const {columns, rows} = controlTable(series, limits, {...percent, ...judged});
    const [target, met] = [columns.indexOf("Target"), columns.indexOf("Target met")];
    expect(rows.map((r) => [r[target], r[met]])).toEqual([[75, "yes"], [75, "yes"], [75, "yes"], [75, "yes"], [90, "no"], [90, "no"], [90, "no"], [90, ""]]);
  });
  it("says so in words", () => {
    expect(targetChange(judged, months, percent)).toBe("The target changed: 75%, 90% from January 2026. Each month is held to its own.");
    expect(targetChange({target: 90}, months, percent)).toBeNull();
  });
});

describe("the same months a year before", () => {
  it("stand on a tile beside the period before, where the records cover both", () => {
    const whole = [...Array(27).keys()].map((i) => ({period: `${2024 + Math.floor((i + 9) / 12)}-${String(((i + 9) % 12) + 1).padStart(2, "0")}`, numerator: 40, denominator: 50, value: 80, complete: true}));
    const t: Tile = {id: "C2", title: "T", ...percent, status: "ok", missing: [], ...judged, comparator: null, series: whole.filter((p) => p.period <= "2026-03"), figures: [...file.figures, {period: "last-3-year-before", numerator: 75, denominator: 150, value: 50}], mean: null, upper: null, lower: null, variation: null, special: null, assurance: null, trial: false};
    const past = {key: "last-3-year-before", label: "Same months a year before, January 2025 to March 2025", from: "2025-01", to: "2025-03"};
    const o = {period: run.periods[0]!, before: run.periods[1]!, href: "measure", casesHref: null};
    const lines = (shown: HTMLElement) => [...shown.querySelectorAll(".change")].map((p) => p.textContent?.replace(/\s+/g, " ").trim());
    expect(lines(tile(t, {...o, yearBefore: past}))).toEqual(["▼ down 13.3 points on 3 months before", "▲ up 16.7 points on a year earlier"]);
    expect(lines(tile({...t, series: t.series.filter((p) => p.period >= "2025-03")}, {...o, yearBefore: past}))).toEqual(["▼ down 13.3 points on 3 months before"]);
    expect(tile(t, {...o, period: run.periods[1]!}).textContent).toContain("Target 75%");
  });
});
