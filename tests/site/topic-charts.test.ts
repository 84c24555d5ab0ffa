// @vitest-environment jsdom
// The charts of the pages about measures, drawn from small data: a snapshot of each drawing, and the promises a snapshot would not explain.
import {describe, expect, it} from "vitest";
import type {CohortFile, DueSoonFile, Figure, FlowRow, SeriesPoint} from "../../etl/publish/published.ts";
import {dueAsTable, dueFinding, dueRows, dueTable} from "../../src/components/due-table.js";
import {flowChart, flowFinding, flowTable} from "../../src/components/flow.js";
import {funnel, funnelFinding, funnelMatrix} from "../../src/components/funnel.js";
import {measureMatrix, measureMatrixFinding, measureMatrixTable, type MatrixGroup} from "../../src/components/measure-matrix.js";
import {pairedDots, pairedFinding, pairedTable, type Paired, type PairedOptions} from "../../src/components/paired-dots.js";
import type {Parts} from "../../src/components/parts.js";
import {partsBars, partsTable, type PartsOptions} from "../../src/components/parts-bars.js";
import {teamPanels, teamTable, type Panel} from "../../src/components/team-panels.js";
import {hourText, weekFinding, weekMap, weekTable} from "../../src/components/week-map.js";
import {childrenInNeedView} from "../../src/components/children-in-need.js";
import {contactsView} from "../../src/components/contacts.js";
import {informationSharingView} from "../../src/components/information-sharing.js";
import {outOfHoursView} from "../../src/components/out-of-hours.js";
import {strategyMeetingsView} from "../../src/components/strategy-meetings.js";
import {practiceQualityView} from "../../src/components/practice-quality.js";
import {repeatReferralsView} from "../../src/components/repeat-referrals.js";
import {notRecorded, notSplit, type Pair} from "../../src/components/topic.js";
import {context, definition, file} from "./small.ts";

const m = {kind: "percentage", unit: "percent"} as const;
/** What a drawing says, or the parts of a page. */
const words = (shown: Node | Parts): string => (shown instanceof Node ? [shown] : [...shown]).map((part) => part?.textContent ?? "").join("").replace(/\s+/g, " ").trim();
const markup = (node: Element): string => node.outerHTML.replace(/\s+/g, " ").replace(/> </g, ">\n<");
const figure = (numerator: number, denominator: number): Figure => ({period: "last-3", numerator, denominator, value: denominator ? (100 * numerator) / denominator : null});

describe("strategy meetings without a log of who was there", () => {
  it("says so, and still shows what the log of meetings can tell", () => {
    const held = {definition: {...definition, id: "S1", status: "not recorded" as const}, file: {...file, id: "S1", status: "not recorded" as const}};
    const told = {definition: {...definition, id: "S4b"}, file: {...file, id: "S4b"}};
    const curves = {disclosure: "internal" as const, run: "r", id: "S4b", status: "ok" as const, missing: [], unit: "hours", limit: 24, curves: [{period: context.period.key, dimension: "all" as const, group: "", label: "Everyone", children: 40, notYetSeen: 0, median: 3, steps: [{time: 3, atRisk: 40, events: 40, survival: 0, lower: null, upper: null}], shareBy: []}]};
    const shown = words(strategyMeetingsView({matrix: {disclosure: "internal", run: "r", status: "not recorded", missing: ["meeting_attendance.invited"], agencies: [], cells: []}, pairs: [held, told], held: curves}, context));
    expect(shown).toContain("Who was invited and who came is not recorded");
    expect(shown).toContain("Time from the decision to the strategy meeting");
  });
});

describe("the week map", () => {
  const counts = Array.from({length: 168}, () => 0);
  counts[4 * 24 + 22] = 9; // Friday 10 pm
  counts[4 * 24 + 23] = 6;
  counts[5 * 24] = 4; // Saturday midnight
  counts[2] = 1; // Monday 2 am

  it("looks as it did, wide and narrow", () => {
    expect(markup(weekMap(counts, {width: 900, label: "Week"}))).toMatchSnapshot("wide");
    expect(markup(weekMap(counts, {width: 280, label: "Week"}))).toMatchSnapshot("narrow");
  });
  it("puts every hour of the week where it belongs, whichever way it is turned", () => {
    for (const width of [900, 280]) {
      const titles = [...weekMap(counts, {width, label: ""}).querySelectorAll(".hour title")].map((t) => t.textContent);
      expect(titles.length).toBe(168);
      expect(titles.filter((t) => !t!.endsWith(": 0"))).toEqual(expect.arrayContaining(["Friday, 10 pm to 11 pm: 9", "Friday, 11 pm to midnight: 6", "Saturday, midnight to 1 am: 4", "Monday, 2 am to 3 am: 1"]));
    }
  });
  it("finds the busiest three hours across midnight and the end of the week", () => {
    expect(weekFinding(counts)).toBe("Busiest: Friday 10 pm to 1 am, 19 of 20");
    expect(weekFinding(counts.map((_, i) => (i === 167 || i === 0 ? 1 : 0)))).toBe("Busiest: Sunday 10 pm to 1 am, 2 of 2");
    expect(weekFinding(counts.map(() => 0))).toBe("No contact in this period");
  });
  it("writes numbers in the cells, so that shade alone says nothing", () => expect([...weekMap(counts, {width: 900, label: ""}).querySelectorAll(".hour-n")].map((t) => t.textContent)).toEqual(["1", "9", "6", "4"]));
  it("adds up in its table", () => expect(weekTable(counts).rows[22]).toEqual(["10 pm to 11 pm", 0, 0, 0, 0, 9, 0, 0, 9]));
  it("names hours as people do", () => expect([0, 7, 12, 13, 24].map(hourText)).toEqual(["midnight", "7 am", "noon", "1 pm", "midnight"]));
});

describe("small multiples", () => {
  const months = (values: (number | null)[]): SeriesPoint[] => values.map((value, i) => ({period: `2026-0${i + 1}`, numerator: value, denominator: 100, value, complete: i < 3}));
  const panels: Panel[] = [
    {group: "north", label: "North", series: months([90, 80, 70, 10]), figure: figure(90, 120), href: "/qa/cases?team=north"},
    {group: "tiny", label: "Tiny", series: months([null, 50, 40, 0]), figure: figure(2, 5), href: null}
  ];
  const o = {...m, good: "high" as const, target: 85, all: months([85, 80, 75, 20]), chosen: "north", label: "Teams", width: 640};
  const drawn = teamPanels(panels, o);

  it("look as they did", () => expect(markup(drawn)).toMatchSnapshot());
  it("share one scale", () => {
    const targets = [...drawn.querySelectorAll("line.target")].map((t) => t.getAttribute("y1"));
    expect(targets.length).toBe(2);
    expect(new Set(targets).size).toBe(1);
  });
  it("leave a running month out and say which team has few cases", () => {
    expect(teamTable(panels, m).rows.map((row) => row.slice(0, 2).join(" "))).toEqual(["North 2026-01", "North 2026-02", "North 2026-03", "Tiny 2026-01", "Tiny 2026-02", "Tiny 2026-03"]);
    expect(words(drawn.querySelectorAll("li")[1]!)).toContain("few cases");
  });
  it("stand one below the other where there is no room", () => expect(teamPanels(panels, {...o, width: 260}).getAttribute("style")).toContain("--columns: 1"));
});

describe("groups by measures", () => {
  const low = {...definition, id: "N3", title: "No meeting", good: "low" as const, target: {value: 5, status: "local", source: ""}};
  const groups: MatrixGroup[] = [
    {group: "north", label: "North", figures: new Map([["C2", figure(80, 100)], ["N3", figure(30, 100)]])},
    {group: "tiny", label: "Tiny", figures: new Map([["C2", figure(0, 5)]])}
  ];
  const columns = [{definition, name: "Decided in time", over: "Ours"}, {definition: low, name: "No meeting", over: "Theirs"}];
  const drawn = measureMatrix(groups, columns, {heading: "Team", label: "Teams", href: (measure, group) => `/qa/cases?measure=${measure}&team=${group}`});

  it("look as they did", () => expect(markup(drawn)).toMatchSnapshot());
  it("mark a missed target by direction, never where cases are few", () => {
    const cells = [...drawn.querySelectorAll("tbody td")];
    expect(cells.map((c) => c.getAttribute("data-low"))).toEqual(["high", "low", null, null]);
    expect(cells[2]!.getAttribute("data-few")).toBe("yes");
  });
  it("give every share its denominator, and a dash where a measure does not speak of the group", () => {
    expect(words(drawn)).toContain("80 of 100");
    expect(words(drawn.querySelectorAll("tbody td")[3]!)).toBe("–");
  });
  it("name the widest miss, and without a target the spread", () => {
    expect(measureMatrixFinding(groups, columns)).toBe("North: no meeting 30%, target 5%");
    const free = {...definition, target: null};
    const two = [["north", 80], ["south", 40]].map(([group, n]): MatrixGroup => ({group: String(group), label: String(group), figures: new Map([["C2", figure(Number(n), 100)]])}));
    expect(measureMatrixFinding(two, [{definition: free, name: "Decided in time"}])).toBe("Decided in time: from 40% to 80% between groups");
  });
  it("stand in a long table", () => expect(measureMatrixTable(groups, columns, "Team").rows.length).toBe(3));
});

describe("two measures side by side", () => {
  const rows: Paired[] = [
    {group: "N1", label: "Abuse or neglect", a: figure(40, 200), b: figure(30, 180), hrefA: "/a", hrefB: "/b"},
    {group: "N2", label: "Disability", a: figure(2, 8), b: figure(0, 0), hrefA: "/a", hrefB: "/b"},
    {group: "N4", label: "Stress", a: figure(10, 100), b: null, hrefA: "/a", hrefB: "/b"}
  ];
  const o: PairedOptions = {...m, nameA: "R1", nameB: "R2", heading: "Need", label: "R1 and R2 by need"};
  const drawn = pairedDots(rows, {...o, width: 640});

  it("look as they did", () => expect(markup(drawn)).toMatchSnapshot());
  it("keep the two apart by shape, each with its own n of d", () => {
    expect([...drawn.querySelectorAll("tbody .point")].map((p) => p.getAttribute("data-which"))).toEqual(["a", "b", "a", "a"]);
    expect(words(drawn)).toContain("40 of 200");
    expect(words(drawn)).toContain("30 of 180");
  });
  it("compare groups with cases enough only", () => expect(pairedFinding(rows, o)).toBe("Highest for Abuse or neglect: 20.0%, 40 of 200"));
  it("carry both in the table", () => expect(pairedTable(rows, o).rows[1]).toEqual(["Disability", 25, 2, 8, null, 0, 0]));
});

describe("parts of a whole", () => {
  const o: PartsOptions = {heading: "Agency", label: "Returns", saidHeading: "In time", parts: [{name: "in time", look: "solid"}, {name: "late", look: "hatch"}, {name: "never", look: "empty"}]};
  const rows = [{group: "police", label: "Police", counts: [60, 30, 10], href: "/x"}, {group: "other", label: "Other", counts: [1, 0, 1]}, {group: "none", label: "None", counts: [0, 0, 0]}];
  const drawn = partsBars(rows, o);

  it("look as they did", () => expect(markup(drawn)).toMatchSnapshot());
  it("fill the bar and say the parts in words", () => {
    expect([...drawn.querySelectorAll("tbody tr:first-child rect:not(.track)")].map((p) => Number(p.getAttribute("width")))).toEqual([60, 30, 10]);
    expect(words(drawn)).toContain("in time 60, late 30, never 10");
    expect(words(drawn.querySelectorAll("tbody tr")[2]!)).toContain("none");
  });
  it("stand about a middle where grades are on two sides, as wide as the widest side allows", () => {
    const first = partsBars([{group: "v", label: "Voice", counts: [10, 10, 20, 0]}], {...o, middle: 2, parts: [...o.parts, {name: "best", look: "dark"}]}).querySelectorAll("tbody rect:not(.track)");
    expect([...first].map((p) => [Number(p.getAttribute("x")), Number(p.getAttribute("width"))])).toEqual([[0, 25], [25, 25], [50, 50]]);
  });
  it("stand in a table with their sum", () => expect(partsTable(rows, o).rows[0]).toEqual(["Police", 60, 30, 10, 100]));
});

describe("the funnel", () => {
  const steps: CohortFile["steps"] = [{code: "referral", label: "Referral"}, {code: "plan", label: "Child protection plan"}];
  const row = {group: "", label: "Everyone", contacts: 400, steps: [[100, 40], [5, 60]] as [number, number][]};

  it("looks as it did", () => expect(markup(funnel(row, steps, "Funnel"))).toMatchSnapshot());
  it("gives each step its share of all and of the step before, and what is too recent", () => {
    expect([...funnel(row, steps, "").querySelectorAll("tbody tr:nth-child(3) td.n")].map((d) => d.textContent)).toEqual(["5", "1.3%", "5.0%", "60"]);
    expect(funnelFinding(row, steps)).toBe("25% of contacts became referrals, 1.3% reached a plan");
    expect(funnelFinding({...row, contacts: 0}, steps)).toBe("No contact in this period");
  });
  it("marks groups too small, and those still running, in words", () => {
    const drawn = funnelMatrix([row, {...row, label: "Few", contacts: 8, steps: [[2, 0], [0, 0]]}], steps, {heading: "Sex", label: "By sex"});
    expect(markup(drawn)).toMatchSnapshot("matrix");
    expect(words(drawn)).toContain("100 (40 open)");
    expect(words(drawn)).toContain("few cases");
  });
});

describe("the flow", () => {
  const statuses: CohortFile["statuses"] = [{code: "cp_plan", label: "Child protection plan"}, {code: "cin_plan", label: "Child-in-need plan"}, {code: "closed", label: "Closed"}];
  const moves: FlowRow[] = [
    {from: "cin_plan", to: "cp_plan", direction: "up", moves: 12, again: null, tooRecent: null},
    {from: "cp_plan", to: "cin_plan", direction: "down", moves: 8, again: 2, tooRecent: 3},
    {from: "cin_plan", to: "closed", direction: "down", moves: 40, again: 1, tooRecent: 20}
  ];
  const drawn = flowChart(moves, {statuses, width: 800, label: "Flow"});

  it("looks as it did", () => expect(markup(drawn)).toMatchSnapshot());
  it("is as wide as the moves are many, up and down told by pattern and words", () => {
    // a band goes down its right side by its width: "L x1,y" after the first curve's end "x1,y"
    const width = (d: string) => Number(/L\S+?,([\d.]+)C/.exec(d)![1]) - Number(/,([\d.]+)L/.exec(d)![1]);
    expect([...drawn.querySelectorAll(".move")].map((p) => [p.getAttribute("data-direction"), Number(p.getAttribute("data-moves")), Math.round(width(p.getAttribute("d")!))])).toEqual([["down", 8, 40], ["up", 12, 60], ["down", 40, 200]]);
    expect(words(drawn)).toContain("Child-in-need plan to Child protection plan: 12 (up)");
  });
  it("says when there is nothing to draw", () => expect(words(flowChart([], {statuses, width: 300, label: ""}))).toBe("No move in this period"));
  it("tells the steps between plans, and who came back, in its table", () => {
    expect(flowFinding(moves)).toBe("12 stepped up to child protection, 8 down to child in need");
    expect(flowTable(moves, statuses).rows[2]).toEqual(["Child protection plan", "Child-in-need plan", "down", 8, 2, 3]);
  });
});

describe("what is due soon", () => {
  const file: DueSoonFile = {
    disclosure: "internal", run: "r", asAt: "2026-03-31", within: 5,
    steps: [{step: "cin_visit", measure: "N4a", label: "Visit", status: "ok"}, {step: "child_seen", measure: "A4a", label: "Child seen", status: "ok"}, {step: "supervision", measure: "V1", label: "Supervision", status: "not recorded"}],
    cells: [{step: "cin_visit", team: "South", due: 3, overdue: 1}, {step: "cin_visit", team: "North", due: 10, overdue: 0}, {step: "child_seen", team: "South", due: 0, overdue: 2}]
  };
  const all = ["cin_visit", "child_seen", "supervision"];
  const drawn = dueTable(file, {steps: all, team: null, label: "Due", href: (measure) => `/qa/cases?measure=${measure}`});

  it("looks as it did", () => expect(markup(drawn)).toMatchSnapshot());
  it("adds teams up, the busiest first, and never calls not recorded nought", () => {
    expect(dueRows(file, all, null)).toMatchObject({rows: [{due: 13, overdue: 1}, {due: 0, overdue: 2}, {due: 0}], teams: ["North", "South"]});
    expect(words(drawn.querySelectorAll("tbody tr")[2]!.querySelector("td")!)).toBe("not recorded");
    expect(dueFinding(file, all, null)).toBe("13 limits fall due in five working days; 3 are overdue");
    expect(dueFinding(file, all, "North")).toBe("10 limits fall due in five working days; 0 are overdue");
  });
  it("shows of a chosen team that team once, and its table holds no other", () => {
    const own = dueTable(file, {steps: all, team: "South", label: "Due", href: (measure) => measure});
    expect([...own.querySelectorAll("tr")].map((row) => [...row.children].map(words))).toEqual([["What is due", "South"], ["Visit", "31 overdue"], ["Child seen", "none2 overdue"], ["Supervision", "not recorded"]]);
    expect(dueAsTable(file, all, "South").rows).toEqual([["Visit", "South", 3, 1], ["Child seen", "South", 0, 2]]);
    expect(dueAsTable(file, all, null).rows).toHaveLength(3);
  });
});

describe("what a page cannot show", () => {
  const pair = (id: string, status: "ok" | "not recorded"): [string, Pair] => [id, {definition: {...definition, id, title: `Measure ${id}`, status}, file: {...file, id, status, missing: status === "ok" ? [] : ["visit.visited_on"]}}];

  it("stands in one panel, with what is missing, and is never nought", () => {
    const said = words(notRecorded(new Map([pair("N3", "ok"), pair("N4a", "not recorded")]))!);
    expect(said).toContain("Not recorded yet: one of two measures");
    expect(said).toContain("Measure N4a N4a Not in any export yet: visit (visited on).");
    expect(said).not.toContain("Measure N3");
  });
  it("is the whole page where nothing is recorded, and nothing where all is", () => {
    expect(words(notRecorded(new Map([pair("N4a", "not recorded")]))!)).toContain("Nothing on this page is recorded yet");
    expect(notRecorded(new Map([pair("N3", "ok")]))).toBeNull();
  });
});

describe("the pages", () => {
  const none = new Map<string, Pair>();
  const absent = new Map(["C1", "E1", "N3", "R1", "R2", "I1", "Q2a"].map((id): [string, Pair] => [id, {definition: {...definition, id, status: "not recorded"}, file: {...file, id, status: "not recorded", missing: ["x.y"], series: [], limits: null, figures: [], groups: []}}]));

  it.each([
    ["contacts", (p: Map<string, Pair>) => contactsView(p, null, context)],
    ["out of hours", (p: Map<string, Pair>) => outOfHoursView(p, null, context)],
    ["repeat referrals", (p: Map<string, Pair>) => repeatReferralsView(p, null, context)],
    ["children in need", (p: Map<string, Pair>) => childrenInNeedView(p, {cohort: null, due: null}, context)],
    ["information sharing", (p: Map<string, Pair>) => informationSharingView(p, {returns: null, strategy: null}, context)],
    ["practice quality", (p: Map<string, Pair>) => practiceQualityView(p, null, context)],
    ["strategy meetings", (p: Map<string, Pair>) => strategyMeetingsView({matrix: null, pairs: [...p.values()]}, context)]
  ])("of %s open without a fault where nothing was loaded, and where the reader may not see the rest", (_, view) => {
    expect(words(view(none))).toMatch(/can be computed yet|Not shown: agencies by month/);
    expect(words(view(none))).toContain("Not shown");
    expect(words(view(absent))).not.toMatch(/NaN|undefined/);
  });

  it("show no number of a measure that is not split by what was chosen, and say so once", () => {
    const chosen = {...context, filters: [{dimension: "need", group: "N4"}], groupLabel: "Family in acute stress"};
    const told = new Map([["C1", {definition: {...definition, id: "C1", title: "Contacts received", status: "ok" as const}, file: {...file, id: "C1", status: "ok" as const, unsplit: ["need"], series: [], limits: null, figures: [], groups: []}}]]);
    const said = words(contactsView(told, null, chosen));
    expect(said).toContain("This page shows Family in acute stress.");
    expect(said).toContain("Contacts received C1no figureNot split by main need");
    expect(words(notSplit(told, chosen)!)).toContain("No figure for Family in acute stress: one of one measures");
  });
});
