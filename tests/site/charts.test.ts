// @vitest-environment jsdom
// Every chart, drawn from small data: a snapshot of the drawing, and the promises a snapshot would not explain.
import {describe, expect, it} from "vitest";
import {agencyMatrix, bar, matrixFinding, matrixKey, matrixRows, matrixTable} from "../../src/components/agency-matrix.js";
import {controlChart, controlKey, controlTable, limitNotes} from "../../src/components/control-chart.js";
import {definition as definitionPanel} from "../../src/components/definition.js";
import {barTable, groupBars, type BarOptions, type BarRow} from "../../src/components/group-bars.js";
import {assuranceIcon, variationIcon} from "../../src/components/icons.js";
import {apart, byFigure} from "../../src/components/labels.js";
import {groupFigure, trendFigure} from "../../src/components/measure-figures.js";
import {sparkline} from "../../src/components/sparkline.js";
import {seenBy, survivalChart, survivalFinding, survivalTable} from "../../src/components/survival-chart.js";
import {tile, type Tile} from "../../src/components/tile.js";
import {context, curve, definition, file, limits, run, series, strategy} from "./small.ts";

const m = {kind: "percentage", unit: "percent"} as const;
const words = (node: Node): string => (node.textContent ?? "").replace(/\s+/g, " ").trim();
const markup = (node: Element): string => node.outerHTML.replace(/\s+/g, " ").replace(/> </g, ">\n<");

describe("control chart", () => {
  const drawn = controlChart(series, limits, {...m, target: 90, events: run.events, width: 640, label: "C2 by month"});

  it("looks as it did", () => expect(markup(drawn)).toMatchSnapshot());

  it("marks a special cause by shape, not by colour alone, and a running month hollow", () => {
    const marks = [...drawn.querySelectorAll(".mark")];
    expect(marks.map((d) => d.getAttribute("data-meaning"))).toEqual(["common", "common", "common", "common", "common", "common", "concern", "hollow"]);
    expect(marks[6]?.getAttribute("d")).not.toContain("a3.6");
    expect(drawn.querySelector(".series.running")).not.toBeNull();
  });

  it("clips limits above 100 % for drawing and does not name a limit that cannot be reached", () => {
    const top = Math.min(...[...drawn.querySelectorAll(".band")].map((d) => Number(d.getAttribute("y"))));
    const hundred = Number([...drawn.querySelectorAll("text.axis")].find((t) => t.textContent === "100%")?.getAttribute("y")) - 4;
    expect(top).toBeCloseTo(hundred, 0);
    expect(words(drawn)).not.toContain("Upper limit");
    expect(words(drawn)).toContain("Lower limit 56%");
  });

  it("keeps unclipped limits in its table, and says which month still runs", () => {
    const table = controlTable(series, limits, m);
    expect(table.rows[6]).toEqual(["March 2026", 40, 20, 50, 80, 56, 104, "below the lower limit", "yes"]);
    expect(table.rows[7]?.at(-1)).toBe("no, still running");
  });

  it("draws an empty series as words", () => expect(words(controlChart([], null, {...m, target: null, width: 300, label: "none"}))).toBe("No month to draw yet"));

  it("warns of trial limits, and names only shapes that are there", () => {
    expect(limitNotes(limits, series)[0]).toContain("7 whole months");
    expect(controlKey(limits, series).map((k) => k.getAttribute("aria-label"))).toEqual(["Key: worse than chance", "Key: month still running"]);
  });
});

describe("survival curve", () => {
  const north = curve({dimension: "team", group: "north", label: "North team with a rather long name", children: 4, notYetSeen: 0});
  const drawn = survivalChart([curve(), north], {limitDays: 5, outerLimitDays: 10, chosen: null, width: 640, label: "Time to seen"});

  it("looks as it did", () => expect(markup(drawn)).toMatchSnapshot());

  it("reads the share seen by a day from the last step on or before it", () => {
    expect([0, 1, 4, 5, 9].map((day) => Math.round(seenBy(curve(), day)))).toEqual([0, 40, 40, 70, 80]);
  });

  it("draws both limits and names every line", () => {
    expect(words(drawn)).toContain("Limit: day 5");
    expect(words(drawn)).toContain("Outer limit: day 10");
    expect(words(drawn)).toContain("All children 70%");
  });

  it("tells children, those not yet seen and shares by day in its table", () => {
    expect(survivalTable([curve()]).rows[0]).toEqual(["All children", 10, 2, 5, 40, "17 to 75", 70, "42 to 93", 80, "53 to 97"]);
    expect(survivalFinding(curve(), 5)).toBe("About seven in ten children were seen by working day 5");
  });
});

describe("agency matrix", () => {
  const rows = matrixRows(strategy, "open", {from: "2026-02", to: "2026-03"});

  it("looks as it did", () => expect(markup(agencyMatrix(rows, {shown: "invited", label: "Invited"}))).toMatchSnapshot());

  it("puts required agencies first and adds the months up", () => {
    expect(rows.map((r) => r.code)).toEqual(["health", "police", "education"]);
    expect(rows[0]?.total).toMatchObject({meetings: 20, invited: 12, attended: 10});
  });

  it("finds the required agency most often left out", () => expect(matrixFinding(rows, "open")).toBe("Health was not invited to 8 of 20 meetings on open cases"));

  it("gives each part of a bar its own pattern", () => {
    const part = bar({meetings: 4, invited: 3, attended: 1});
    expect([part.querySelector(".part-attended"), part.querySelector(".part-invited"), part.querySelector(".part-not")].map((d) => Number(d?.getAttribute("width")))).toEqual([14, 28, 13]);
    expect(part.querySelectorAll(".part-hatch").length).toBeGreaterThan(0);
    expect(words(matrixKey())).toBe("attended invited, did not attend not invited");
  });

  it("says how many were invited and did not come in its table", () => expect(matrixTable(rows).rows[0]).toEqual(["Health", "2026-02", 10, 6, 5, 1, 4]));
});

describe("bars by group", () => {
  const rows: BarRow[] = file.groups.map((g) => ({group: g.group, label: g.label, figure: g.figures[0]!, href: `/qa/cases?team=${g.group}`}));
  const o: BarOptions = {...m, good: "high", target: 90, all: 66.7, chosen: "south", heading: "Team", label: "C2 by team"};
  const drawn = groupBars(rows, o);

  it("looks as it did", () => expect(markup(drawn)).toMatchSnapshot());

  it("shows fewer than twenty cases pale and says so", () => {
    expect([...drawn.querySelectorAll("tbody tr")].map((tr) => tr.getAttribute("data-few"))).toEqual([null, null, "yes"]);
    expect(words(drawn.querySelectorAll("tbody tr")[2]!)).toContain("few cases");
  });

  it("opens each number into its cases", () => expect(drawn.querySelector("tbody a")?.getAttribute("href")).toBe("/qa/cases?team=north"));

  it("carries the Wilson interval in its table", () => expect(barTable(rows, o).rows[0]).toEqual(["North", 75, 90, 120, 66.6, 81.9, ""]));
});

describe("headline tile", () => {
  const t: Tile = {id: "C2", title: definition.title, kind: "percentage", good: "high", unit: "percent", status: "ok", missing: [], target: 90, comparator: definition.comparators[0]!, figures: file.figures, series, mean: 80, upper: 104, lower: 56, variation: "concern", special: "below", assurance: "inconsistent", trial: true};
  const o = {period: run.periods[0]!, before: run.periods[1]!, href: "/measure?id=C2", casesHref: "/qa/cases?measure=C2"};

  it("looks as it did", () => expect(markup(tile(t, o))).toMatchSnapshot());

  it("gives value, n of d, change, signal, target and comparator with its year", () => {
    const said = words(tile(t, o));
    for (const part of ["66.7%", "100 of 150", "down 13.3 points", "on 3 months before", "Getting worse", "Hit and miss", "Target 90%", "England 85.7% (2025)"]) expect(said).toContain(part);
  });

  it("says what is missing instead of 0 %", () => {
    const said = words(tile({...t, status: "not recorded", missing: ["visit.visited_on"], figures: []}, o));
    expect(said).toContain("not recorded");
    expect(said).toContain("visit (visited on)");
    expect(said).not.toContain("0%");
  });

  it("says 'none due' when no limit has expired, and marks few cases", () => {
    expect(words(tile({...t, figures: [{period: "last-3", numerator: 0, denominator: 0, value: null}]}, o))).toContain("none due");
    expect(tile({...t, figures: [{period: "last-3", numerator: 3, denominator: 5, value: 60}]}, o).getAttribute("data-few")).toBe("yes");
  });

  it("never calls a neutral measure good or bad", () => {
    const neutral = tile({...t, good: "neutral", variation: "neutral-high", assurance: "fail"}, o);
    expect(words(neutral)).toContain("Unusually high");
    expect(words(neutral)).not.toMatch(/worse|improving|Misses/i);
  });
});

describe("icons", () => {
  it("say what they mean in words and letters", () => {
    expect(variationIcon("concern", "high").getAttribute("aria-label")).toContain("Getting worse");
    expect(words(variationIcon("concern", "high"))).toContain("L");
    expect(words(variationIcon("concern", "low"))).toContain("H");
    expect(words(assuranceIcon("fail", "high")!)).toContain("F");
    expect(assuranceIcon(null, "high")).toBeNull();
  });
  it("look as they did", () => {
    for (const v of ["common", "improvement", "concern", "neutral-high", "neutral-low", null] as const) expect(markup(variationIcon(v, "low"))).toMatchSnapshot(`variation ${v}`);
    for (const a of ["pass", "fail", "inconsistent"] as const) expect(markup(assuranceIcon(a, "high")!)).toMatchSnapshot(`assurance ${a}`);
  });
});

describe("sparkline", () => {
  it("looks as it did", () => expect(markup(sparkline(series, {...m, mean: 80, upper: 104, lower: 56, target: 90, meaning: "concern"}))).toMatchSnapshot());
  it("draws nothing, without error, when no month has a value", () => expect(sparkline([], {...m, mean: null, upper: null, lower: null, target: null, meaning: null}).childNodes.length).toBe(0));
});

describe("frame", () => {
  it("states a finding of at most twelve words, and its measure, source, period and data-as-at", () => {
    const figure = trendFigure(definition, file, context);
    const title = [...figure.querySelector("h2")!.childNodes].filter((d) => d.nodeType === 3).map((d) => d.textContent).join("").trim();
    expect(title).toBe("March 2026 was below its usual range, short of the 90% target");
    expect(title.split(/\s+/).length).toBeLessThanOrEqual(12);
    expect(words(figure.querySelector("figcaption")!)).toBe("Measure C2 · Source: MASH contacts · January 2026 to March 2026 · Data as at 3 Apr 2026");
  });

  it("shows its table on demand, and links to exactly its cases", () => {
    const figure = trendFigure(definition, file, context);
    const button = [...figure.querySelectorAll("button")].find((b) => b.textContent === "Show table")!;
    button.click();
    expect(button.getAttribute("aria-expanded")).toBe("true");
    expect(figure.querySelectorAll(".table-room tbody tr").length).toBe(series.length);
    expect(figure.querySelector(".tools a")?.getAttribute("href")).toBe("/qa/cases?measure=C2&from=2026-01&to=2026-03");
    expect(words(figure.querySelector(".tools a")!)).toBe("See the 150 cases");
  });

  it("compares only groups with enough cases in its title", () => {
    expect(words(groupFigure(definition, file, "team", context)!.querySelector("h2")!)).toContain("Lowest South 32.0%, highest North 75.0%");
    expect(groupFigure(definition, file, "locality", context)).toBeNull();
  });

  it("draws of many groups those with the most cases in the period, whatever their order", () => {
    const named = (i: number) => `Group ${String(i).padStart(2, "0")}`;
    const many = {...file, groups: Array.from({length: 16}, (_, i) => ({...file.groups[0]!, dimension: "team", group: named(i), label: named(i), figures: [{period: context.period.key, numerator: 1, denominator: 10 + i, value: 100 / (10 + i)}]}))};
    const drawn = groupFigure(definition, many, "team", context)!;
    const bars = words(drawn.querySelector("table.bars")!);
    for (let i = 0; i < 16; i++) expect(bars.includes(named(i)), named(i)).toBe(i >= 4);
    expect(words(drawn)).toContain("The 12 largest of 16");
  });

  it("shows SQL as text", () => expect(definitionPanel(definition).querySelector("pre")?.textContent).toBe("select 1 < 2"));
});

describe("labels", () => {
  it("stand apart and inside", () => {
    const ys = apart([{y: 10}, {y: 11}, {y: 12}, {y: 99}], 10, 0, 100).map((d) => d.y);
    for (let i = 1; i < ys.length; i++) expect(ys[i]! - ys[i - 1]!).toBeGreaterThanOrEqual(10);
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ys)).toBeLessThanOrEqual(100);
  });
  it("that stand close are in the order of the figure they print, and one apart keeps its place", () => {
    const placed = byFigure(apart([{y: 10, figure: 40}, {y: 11, figure: 70}, {y: 12, figure: 55}, {y: 80, figure: 99}], 10, 0, 100), 10);
    expect(placed.map((d) => [d.figure, d.y])).toEqual([[70, 10], [55, 20], [40, 30], [99, 80]]);
  });
});
