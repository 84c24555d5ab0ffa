// @vitest-environment jsdom
// The page of benchmarking and what stands beside one measure: snapshots of the drawings, and the promises that a snapshot would not explain.
import {describe, expect, it} from "vitest";
import type {BenchmarksFile, MeasureFile} from "../../etl/publish/published.ts";
import {benchmarkingView} from "../../src/components/benchmarking.js";
import {areaName, comparatorDots, dotFinding, dotRows, dotTable, type Benchmarked} from "../../src/components/comparator-dots.js";
import {funnelFinding, funnelPlot, funnelTable, type BenchmarkFunnel} from "../../src/components/funnel-plot.js";
import type {Parts} from "../../src/components/parts.js";
import {certainty, comparison, completedBeside, dayCount} from "../../src/components/measure-notes.js";
import {byar} from "../../src/components/statistics.js";
import {context, definition, file, run} from "./small.ts";

const percent = {kind: "percentage", unit: "percent"} as const;
/** What a drawing says, or the parts of a page. */
const words = (shown: Node | Parts | null): string => (shown instanceof Node || !shown ? [shown] : [...shown]).map((part) => part?.textContent ?? "").join("").replace(/\s+/g, " ").trim();
const markup = (node: Element): string => node.outerHTML.replace(/\s+/g, " ").replace(/> </g, ">\n<");

const funnel: BenchmarkFunnel = {
  year: 2025, source: "DfE, table C1", pooled: 20, phi: 9,
  ours: {label: "Year to March 2025", numerator: 250, denominator: 1000, value: 25, position: "inside"},
  units: [
    {area: "Ashby", region: "North", numerator: 20, denominator: 100, value: 20, position: "inside", role: "other"},
    {area: "Beaton", region: "North", numerator: 600, denominator: 2000, value: 30, position: "above-95", role: "neighbour"},
    {area: "Corley", region: "South", numerator: 300, denominator: 5000, value: 6, position: "below-99.8", role: "other"},
    {area: "Smallton", region: "South", numerator: 240, denominator: 1000, value: 24, position: "inside", role: "own"}
  ],
  limits: [100, 1000, 5000].map((denominator) => {
    const error = 300 * Math.sqrt(0.16 / denominator);
    return {denominator, lower95: Math.max(0, 20 - 1.96 * error), upper95: 20 + 1.96 * error, lower998: Math.max(0, 20 - 3.09 * error), upper998: 20 + 3.09 * error};
  })
};
const measured: Benchmarked = {
  id: "R1", title: "Re-referrals within twelve months", question: "How often do children come back?", ...percent, good: "low", status: "ok", missing: [],
  own: [
    {label: "Last 12 months, April 2025 to March 2026", year: null, numerator: 260, denominator: 1000, value: 26, lower: 23.4, upper: 28.8},
    {label: "Year to March 2025", year: 2025, numerator: 250, denominator: 1000, value: 25, lower: 22.4, upper: 27.8}
  ],
  comparators: [
    {area: "England", year: 2025, value: 22.6, source: "DfE, table C1", note: "Counts referrals", model: null},
    {area: "Statistical neighbours", year: 2025, value: 21.5, source: "DfE, table C1", note: null, model: {name: "2025", inForce: true}},
    {area: "Statistical neighbours", year: 2024, value: 20.6, source: "DfE, table C1", note: null, model: {name: "2025", inForce: false}}
  ],
  funnel
};

describe("the funnel of authorities", () => {
  const draw = (width: number, f = funnel) => funnelPlot(f, {...percent, width, us: "Smallton", of: "Cases counted", label: "Funnel"});
  it("looks as it did, wide and narrow", () => {
    expect(markup(draw(640))).toMatchSnapshot("wide");
    expect(markup(draw(300))).toMatchSnapshot("narrow");
  });
  it("marks us, our own records and our neighbours by shape, and names only us", () => {
    const drawn = draw(640);
    const roles = [...drawn.querySelectorAll(".authority")].map((p) => p.getAttribute("data-role"));
    expect(roles).toEqual(["other", "other", "neighbour", "own", "ours"]);
    const shapes = new Set([...drawn.querySelectorAll(".authority")].map((p) => p.getAttribute("d")!.replace(/[-\d., ]+/g, "")));
    expect(shapes.size).toBe(3);
    expect([...drawn.querySelectorAll(".authority-name")].map((t) => t.textContent)).toEqual(["Smallton", "Smallton, own records"]);
  });
  it("tells every mark in words, and gives no mark a meaning of good or bad", () => {
    const drawn = draw(640);
    expect([...drawn.querySelectorAll(".authority title")].map((t) => t.textContent)).toContain("Corley: 6%, 300 of 5,000, below the 99.8% limit");
    expect(drawn.querySelector("[data-meaning]")).toBeNull();
  });
  it("finds where we lie, by our published figure first, then by our own records, else how many lie outside", () => {
    const without = {...funnel, units: funnel.units.filter((u) => u.role !== "own")};
    expect(funnelFinding(funnel, {...percent, us: "Smallton"})).toBe("Smallton 24%: within the limits");
    expect(funnelFinding(without, {...percent, us: "Smallton"})).toBe("Smallton 25%: within the limits");
    expect(funnelFinding({...without, ours: null}, {...percent, us: "Smallton"})).toBe("1 of 3 authorities lie outside the 99.8% limits");
  });
  it("lists authorities by the alphabet, not by their figure", () => expect(funnelTable(funnel, "Smallton").rows.map((r) => r[0])).toEqual(["Smallton, own records", "Ashby", "Beaton", "Corley", "Smallton"]));
});

describe("our figure beside the published ones", () => {
  it("looks as it did", () => expect(markup(comparatorDots(dotRows(measured, "Smallton"), {...percent, width: 500, label: "Comparison"}))).toMatchSnapshot());
  it("compares our figure of the published year with that year's, and says how far from England's", () => {
    expect(dotRows(measured, "Smallton").map((d) => [d.name, d.when, d.value])).toEqual([["Smallton", "last 12 months", 26], ["Smallton", "year to March 2025", 25], ["England", "year to March 2025", 22.6], ["Statistical neighbours", "year to March 2025", 21.5]]);
    expect(dotFinding(measured, "Smallton")).toBe("Smallton 25%, England 22.6%, year to March 2025");
    expect(dotFinding({...measured, own: []}, "Smallton")).toBe("England 22.6%, year to March 2025");
  });
  it("says of neighbours that their model was not that of the year, and keeps every year with its source in the table", () => {
    expect(areaName(measured.comparators[2]!)).toBe("Statistical neighbours (2025 model, not that of the year)");
    expect(dotTable(measured, "Smallton").rows.map((r) => [r[0], r[1], r[7]])).toContainEqual(["Statistical neighbours (2025 model, not that of the year)", "Year to March 2024", "DfE, table C1"]);
  });
  it("marks few cases", () => expect(dotRows({...measured, own: [{...measured.own[1]!, numerator: 4, denominator: 12}]}, "Smallton")[0]!.few).toBe(true));
});

describe("the page", () => {
  const page: BenchmarksFile = {disclosure: "internal", run: "r1", authority: {code: "999", name: "Smallton", region: "South"}, neighbours: {model: "2025", year: 2025, areas: ["Beaton"], source: "DfE"}, measures: [measured, {...measured, id: "A1", title: "Assessed in time", funnel: null}]};
  it("says whose neighbours by which model, how the limits were widened, and that teams are no benchmark", () => {
    const said = words(benchmarkingView(page, {run}));
    expect(said).toContain("Statistical neighbours of Smallton by the 2025 model, in force for 2025: Beaton.");
    expect(said).toContain("the variance is 9.0 times as large, so the limits are widened by its root");
    expect(said).toContain("Lower is better, says the DfE.");
    expect(said).toContain("Teams within Smallton are no benchmark for it.");
  });
  it("says of a measure without polarity that neither is good, and of an authority without a model that none are marked", () => {
    const said = words(benchmarkingView({...page, neighbours: null, measures: [{...measured, good: "neutral"}]}, {run}));
    expect(said).toContain("Neither high nor low is good");
    expect(said).toContain("No model of statistical neighbours names Smallton, so none are marked; the means called statistical neighbours are of Plymouth’s.");
  });
  it("says that our figure is not recorded, which is not zero", () => expect(words(benchmarkingView({...page, measures: [{...measured, own: [], status: "not recorded", missing: ["referral.referral_date"]}]}, {run}))).toContain("It is not zero."));
});

describe("beside one measure", () => {
  const told: MeasureFile = {...file, otherDayCount: {period: "last-3", denominator: 150, published: {numerator: 100, value: 66.67}, other: {numerator: 60, value: 40}}};
  it("the other day count stands beside the published one, with what differs between them", () => {
    const panel = dayCount(definition, told, context)!;
    expect(markup(panel)).toMatchSnapshot();
    expect(words(panel)).toContain("40% if the first day counted as day 1, not 66.7%");
    expect(words(dayCount({...definition, kind: "snapshot", unit: "referrals"}, told, context))).toContain("60 if the first day counted as day 1, not 100");
  });
  it("the other day count is not shown for part of the authority, nor where none was worked out", () => {
    expect(dayCount(definition, told, {...context, filters: [{dimension: "team", group: "north"}]})).toBeNull();
    expect(dayCount(definition, file, context)).toBeNull();
  });
  it("a percentage has Wilson's interval and a rate Byar's; few cases are not to be read as a percentage", () => {
    expect(words(certainty(definition, file, context))).toBe("95% interval 58.8% to 73.7% (Wilson).");
    const few = {...file, figures: [{period: "last-3", numerator: 3, denominator: 8, value: 37.5}]};
    expect(words(certainty(definition, few, context))).toContain("Fewer than 20 cases: read the number, not the percentage");
    const rate = {...definition, kind: "rate" as const, unit: "per 10,000", rate: {per: 10_000, of: "population", over: "year"}};
    expect(words(certainty(rate, {...file, figures: [{period: "last-3", numerator: 100, denominator: 20_000, value: 50}]}, context))).toBe("95% interval 40.7 to 60.8 (Byar), from 100 counted.");
    expect(certainty({...definition, kind: "count", unit: "contacts"}, file, context)).toBeNull();
  });
  it("Byar's interval is within a tenth of an event of the exact one (30: 20.24 to 42.83)", () => {
    const {lower, upper} = byar(30, 30)!;
    expect(Math.abs(lower - 20.24)).toBeLessThan(0.1);
    expect(Math.abs(upper - 42.83)).toBeLessThan(0.1);
    expect(byar(0, 0)).toBeNull();
  });
  it("what was completed in the period stands beside what has expired, and says what it leaves out", () => {
    const beside = {definition: {...definition, id: "A2a"}, file};
    expect(words(completedBeside(beside, context))).toBe("As the DfE publishes it, of those completed in the period: 66.7%, 100 of 150. What is unfinished and overdue is a failure here and is not in that figure.");
    expect(completedBeside(null, context)).toBeNull();
    expect(completedBeside({...beside, file: {...file, unsplit: ["team"]}}, context)).toBeNull();
  });
  it("a measure with published figures leads to the page that compares them; one without does not", () => {
    expect(comparison(definition)!.querySelector("a")!.getAttribute("href")).toContain("benchmarking");
    expect(comparison({...definition, comparators: []})).toBeNull();
  });
});
