// @vitest-environment jsdom
// The site's words, state, downloads and lists: what a person reads, what a link keeps, what a file holds.
import {beforeEach, describe, expect, it, vi} from "vitest";
import {siteRoot} from "../../src/components/data.js";
import {csv} from "../../src/components/download.js";
import {change, comparable, covered, month, periodBefore, shortName, valueText} from "../../src/components/format.js";
import {summary} from "../../src/components/glance.js";
import {context as small} from "./small.ts";
import {across, casesLink, faultWords, filtersWith} from "../../src/components/page.js";
import {reconciliation, rejectedByReason} from "../../src/components/refresh.js";
import {choose, link, onState, state, suggest} from "../../src/components/state.js";
import {wilson} from "../../src/components/statistics.js";
import {misses, missingWords, trendFinding, spreadFinding} from "../../src/components/words.js";
import {limits, run, series} from "./small.ts";

it("periods are compared only where the records cover both, as far back as the series reaches", () => {
  const point = (period: string, complete = true) => ({period, numerator: 1, denominator: null, value: 1, complete});
  const [now, before] = [{key: "last-1", label: "", from: "2026-02", to: "2026-02"}, {key: "previous-1", label: "", from: "2026-01", to: "2026-01"}];
  expect(comparable([point("2026-01"), point("2026-02")], now, before)).toBe(true);
  expect(comparable([point("2026-01", false), point("2026-02")], now, before)).toBe(false);
  expect(comparable([point("2026-02")], now, before)).toBe(false);
  const long = Array.from({length: 36}, (_, i) => point(`${2023 + Math.floor((i + 1) / 12)}-${String(((i + 1) % 12) + 1).padStart(2, "0")}`));
  expect([long[0]!.period, comparable(long, {...now, from: "2023-02", to: "2023-02"}, before)]).toEqual(["2023-02", true]);
});

describe("numbers in words", () => {
  it("write a value with its unit", () => {
    expect(valueText(88.44, {kind: "percentage", unit: "percent"})).toBe("88.4%");
    expect(valueText(12671, {kind: "count", unit: "contacts"})).toBe("12,671");
    expect(valueText(1, {kind: "duration", unit: "working days"})).toBe("1 working day");
    expect(valueText(48, {kind: "duration", unit: "minutes"})).toBe("48 min");
    expect(valueText(null, {kind: "percentage", unit: "percent"})).toBe("no figure");
    expect(valueText(18.9, {kind: "snapshot", unit: "percent"})).toBe("18.9%");
  });
  it("say how a figure moved: points for shares, per cent for counts, plain for snapshots", () => {
    const f = (value: number | null) => ({period: "x", numerator: null, denominator: null, value});
    expect(change(f(66.7), f(80), {kind: "percentage", unit: "percent"})?.text).toBe("down 13.3 points");
    expect(change(f(110), f(100), {kind: "count", unit: "contacts"})?.text).toBe("up 10.0%");
    expect(change(f(40), f(34), {kind: "snapshot", unit: "referrals"})?.text).toBe("up 6");
    expect(change(f(40), f(null), {kind: "snapshot", unit: "referrals"})).toBeNull();
  });
  it("know the period before, by name or by length", () => {
    expect(periodBefore(run.periods[0]!, run.periods)?.key).toBe("previous-3");
    const years = [{key: "2025-26", label: "", from: "2025-04", to: "2026-03"}, {key: "2024-25", label: "", from: "2024-04", to: "2025-03"}];
    expect(periodBefore(years[0]!, years)?.key).toBe("2024-25");
    expect(periodBefore(years[1]!, years)).toBeNull();
  });
  it("leave out the months before the exports cover a whole one, and keep the month still running", () => {
    const early = {...series[0]!, period: "2025-08", complete: false};
    expect(covered([early, ...series])).toEqual(series);
  });
  it("name a month and shorten a title", () => {
    expect(month("2026-03")).toBe("March 2026");
    expect(shortName("MASH contacts, one row a child")).toBe("MASH contacts");
  });
});

describe("findings", () => {
  const measure = {kind: "percentage", unit: "percent", good: "high", target: 90} as const;
  it("have at most twelve words for every rule", () => {
    for (const special of ["above", "below", "rising", "falling", "near-upper", "near-lower", "shift-up", "shift-down", null] as const) {
      const bent = {...limits, points: limits.points.map((p) => ({...p, special}))};
      expect(trendFinding(measure, series, bent).split(/\s+/).length).toBeLessThanOrEqual(12);
    }
  });
  it("judge the last whole month, never the running one", () => expect(trendFinding(measure, series, limits)).toContain("March 2026"));
  it("miss a target by the measure's own direction; a neutral one has none to miss", () => {
    expect([misses(80, 90, "high"), misses(80, 90, "low"), misses(95, 90, "low"), misses(80, 90, "neutral"), misses(null, 90, "high")]).toEqual([true, false, true, false, false]);
  });
  it("say a target of none as such", () => expect(trendFinding({kind: "snapshot", unit: "referrals", good: "low", target: 0}, series, null)).toContain("the target is none"));
  it("name what is missing by record set and field", () => expect(missingWords(["visit.visited_on", "visit.child_seen", "audit"])).toBe("Not in any export yet: visit (visited on, child seen); audit."));
  it("sum the first page up", () => {
    const t = (variation: "common" | "concern" | "improvement", value: number) => ({id: "x", title: "x", kind: "percentage" as const, good: "high" as const, unit: "percent", status: "ok" as const, missing: [], target: 90, comparator: null, figures: [{period: "last-3", numerator: 1, denominator: 2, value}], series: [], mean: null, upper: null, lower: null, variation, special: null, assurance: null, trial: false});
    expect(summary([t(null as never, 80), t(null as never, 95)], {period: run.periods[0]!, run})).toBe("Too few months yet to tell change from chance in any of two headline measures. One of the two with a target misses it.");
    expect(summary([t("common", 80), t(null as never, 80)], {period: run.periods[0]!, run})).toBe("None of two headline measures has changed beyond chance. One has too few months to tell. Both with a target miss it.");
    expect(summary([{...t("common", 80), unsplit: "Not split by team."}], {period: run.periods[0]!, run})).toBe("No headline measure has a figure for this choice.");
    expect(summary([t("concern", 80), t("common", 95), {...t("common", 0), status: "not recorded"}], {period: run.periods[0]!, run})).toBe("Of two headline measures one is getting worse, beyond chance; the rest are steady. One of the two with a target misses it; one cannot be computed yet.");
  });
  it("give a Wilson interval (81/263: 25.5 to 36.6; 0/20: 0 to 16.1)", () => {
    const a = wilson(81, 263)!;
    expect([a.lower.toFixed(1), a.upper.toFixed(1)]).toEqual(["25.5", "36.6"]);
    expect(wilson(0, 20)).toMatchObject({lower: 0});
    expect(wilson(0, 20)!.upper).toBeCloseTo(16.11, 1);
    expect(wilson(0, 0)).toBeNull();
  });
});

describe("state", () => {
  beforeEach(() => {
    history.replaceState(null, "", "/time-to-seen");
    suggest({period: "last-12"});
  });
  it("keeps defaults out of the address", () => {
    expect(state()).toEqual({period: "last-12", filters: []});
    expect(location.search).toBe("");
    expect(link("measure", {id: "C2"})).toBe("/measure?id=C2");
  });
  it("writes what a person chose, keeps it in links, and tells the page", () => {
    const told = vi.fn();
    const stop = onState(told);
    choose({filter: {dimension: "team", group: "North & South"}});
    expect(location.search).toBe("?team=North+%26+South");
    expect(link("qa/cases", {measure: "C2", period: null})).toBe("/qa/cases?team=North+%26+South&measure=C2");
    choose({filter: {dimension: "team", group: null}, period: "last-3"});
    expect(location.search).toBe("?period=last-3");
    expect(told).toHaveBeenCalledTimes(2);
    stop();
  });
  it("holds one group of each dimension, all at once, and clears them together", () => {
    choose({filter: {dimension: "need", group: "N4"}});
    choose({filter: {dimension: "team", group: "a"}});
    choose({filter: {dimension: "team", group: "b"}});
    expect(state().filters).toEqual([{dimension: "team", group: "b"}, {dimension: "need", group: "N4"}]);
    expect(link("contacts")).toBe("/contacts?team=b&need=N4");
    choose({clear: true});
    expect(location.search).toBe("");
  });
  it("says of a figure by one dimension only what narrows it: its own groups stand side by side", () => {
    const chosen = [{dimension: "team", group: "a"}, {dimension: "need", group: "N4"}];
    const context = {...small, filters: chosen, groupLabel: "Team A, neglect", labelOf: (filters: typeof chosen) => filters.map((f) => f.group).join(", ")};
    expect([across(context, "team").groupLabel, across(context, "need").groupLabel, across(context, "source").groupLabel]).toEqual(["N4", "a", "Team A, neglect"]);
  });
  it("opens exactly the groups that a number was counted in, whatever else is chosen", () => {
    choose({filter: {dimension: "team", group: "a"}});
    choose({filter: {dimension: "need", group: "N4"}});
    const period = {from: "2025-04", to: "2026-03"};
    expect(casesLink("C1", period, null)).toBe("/qa/cases?measure=C1&from=2025-04&to=2026-03");
    expect(casesLink("C1", period, filtersWith(state().filters, {dimension: "team", group: "b"}))).toBe("/qa/cases?team=b&need=N4&measure=C1&from=2025-04&to=2026-03");
  });
  it("finds the site's root above Framework's folder, under a sub-path too", () => {
    expect(siteRoot("https://host.example/sub/_import/components/data.js")).toBe("https://host.example/sub/");
    expect(siteRoot("file:///x/src/components/data.ts")).toBe("/");
  });
});

describe("CSV", () => {
  it("makes formulas text, quotes what needs it, and leaves negative numbers numbers", () => {
    expect(csv({columns: ["a", "b"], rows: [["=1+1", -3], ["@x", null], ["a,\"b\"", 1.5], ["-1", "+2"], ["\tx", "plain"]]})).toBe("a,b\r\n'=1+1,-3\r\n'@x,\r\n\"a,\"\"b\"\"\",1.5\r\n'-1,'+2\r\n'\tx,plain\r\n");
  });
});

describe("refresh", () => {
  const refresh = {disclosure: "internal" as const, run: "r", asAt: "2026-04-03", records: [], files: [
    {file: "a.csv", outcome: "accepted with rejections" as const, format: "csv", encoding: "utf-8", mapping: "a", exportDate: null, recordSets: [{name: "contact", read: 10, accepted: 7, rejected: 2, duplicates: 1}], warnings: [], headingsDropped: [], rejectedBy: [{reason: "the row has 3 cells where the headings have 5", heading: null, count: 1}, {reason: "required, but the cell is blank", heading: "Child ID", count: 2}]},
    {file: "b.csv", outcome: "accepted" as const, format: "csv", encoding: "utf-8", mapping: "b", exportDate: null, recordSets: [{name: "visit", read: 5, accepted: 4, rejected: 0, duplicates: 0}], warnings: [], headingsDropped: [], rejectedBy: [{reason: "the row has 6 cells where the headings have 5", heading: null, count: 4}]}
  ]};
  it("says which record set does not add up", () => expect(reconciliation(refresh).rows.map((r) => r[6])).toEqual(["yes", "NO"]));
  it("gathers reasons over files", () => expect(rejectedByReason(refresh).rows).toEqual([["the row has more or fewer cells than there are headings", 5, null, 2], ["required, but the cell is blank", 2, "Child ID", 1]]));
});

describe("faults", () => {
  it("say what to do next", () => {
    expect(faultWords(Object.assign(new Error("run/current.json does not exist."), {fault: "no-run"})).command).toBe("npm run frontdoor -- refresh");
    expect(faultWords(Object.assign(new Error("The server did not answer."), {fault: "unreachable"})).title).toBe("The figures did not arrive");
    expect(faultWords(new Error("odd")).text).toBe("odd");
  });
});

describe("the title of groups side by side", () => {
  const m = {kind: "percentage", unit: "percent", good: "high"} as Parameters<typeof spreadFinding>[0];
  const row = (group: string, value: number, denominator = 100) => ({group, label: group, figure: {period: "p", numerator: value, denominator, value}});
  const said = (dimension: string, ...rows: ReturnType<typeof row>[]) => spreadFinding(m, dimension, rows, 20);
  it("names the lowest and the highest, and of several that are as low or as high none", () => {
    expect(said("team", row("A", 10), row("B", 20), row("C", 30))).toBe("Lowest A 10.0%, highest C 30.0%");
    expect(said("team", row("A", 0), row("B", 0), row("C", 30))).toBe("Lowest two groups 0.0%, highest C 30.0%");
    expect(said("team", row("A", 10), row("B", 30), row("C", 30), row("D", 30))).toBe("Lowest A 10.0%, highest three groups 30.0%");
    expect(said("team", row("A", 30), row("B", 30))).toBe("Both groups alike: 30.0%");
  });
  it("names no group of cases whose group is not known, and none with few cases", () => {
    expect(said("ethnicity", row("REFU", 0), row("NOBT", 99), row("not recorded", 100), row("WBRI", 40), row("AIND", 50))).toBe("Lowest WBRI 40.0%, highest AIND 50.0%");
    expect(said("category", row("REFU", 0), row("B", 40))).toBe("Lowest REFU 0.0%, highest B 40.0%");
    expect(said("sex", row("U", 0), row("F", 40), row("M", 50, 10))).toBe("Too few cases to compare groups");
    expect([said("team", row("MASH", 90.2, 11_031), row("not recorded", 50, 1200)), said("team", row("MASH", 90, 10))]).toEqual(["One group only: MASH 90.2%", "Too few cases to compare groups"]);
  });
});
