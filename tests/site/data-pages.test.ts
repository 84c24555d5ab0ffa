// @vitest-environment jsdom
// The pages about the data and the findings: what they say, what they offer to copy, and that a hostile word stays a word.
import {describe, expect, it} from "vitest";
import type {AnswersFile, FindingsFile, QualityFile} from "../../etl/publish/published.ts";
import {answersView} from "../../src/components/answers.js";
import {behindView, changesView, movedBy, movedTable, type Changes} from "../../src/components/changes.js";
import {findingsTable, findingsView} from "../../src/components/findings.js";
import {faultTable, mappingLines, rejectedPlaces, sections, unmappedWords, type RefreshDetail} from "../../src/components/refresh-detail.js";

const words = (node: Node): string => (node.textContent ?? "").replace(/\s+/g, " ").trim();
const shown = (node: Node): HTMLElement => {
  const div = document.createElement("div");
  div.append(node);
  return div;
};

describe("what the refresh could not place", () => {
  const detail: RefreshDetail = {
    run: "r1",
    files: [{
      file: "mash.csv", mapping: "mash-contacts",
      warnings: [
        {code: "unmapped-word", heading: "source", message: "“EDT (phone)” (source, 12 rows) is in no word list; it is counted as unmapped until a mapping or data/reference/words gives it a code"},
        {code: "unmapped-word", heading: "outcome", message: "“<img src=x onerror=alert(1)>” (outcome, 1 row) is in no word list; it is counted"},
        {code: "no-rows", message: "nothing"}
      ],
      rejectedBy: [{reason: "a date that does not exist", heading: "Received", count: 2, places: [{sheet: null, line: 7, column: "C", value: "31/02/2026"}, {sheet: null, line: 9, column: "C", value: "=1+1"}]}]
    }],
    quality: [{compared: true, checks: [{id: "8608", new: 2, persisting: 3, cleared: 1, unknown: 0, compared: true}]}]
  };

  it("lists unmapped words, most rows first, with lines ready to paste", () => {
    expect(unmappedWords(detail).map((w) => [w.field, w.word, w.rows])).toEqual([["source", "EDT (phone)", 12], ["outcome", "<img src=x onerror=alert(1)>", 1]]);
    expect(mappingLines(unmappedWords(detail))).toBe('words:\n  outcome:\n    "<img src=x onerror=alert(1)>": CODE   # 1 row\n  source:\n    "EDT (phone)": CODE   # 12 rows');
  });

  it("tells one word in two files once, with the lines of each mapping apart and no key twice", () => {
    const of = (mapping: string, file: string, rows: number) => ({...detail.files[0]!, file, mapping, warnings: [{code: "unmapped-word", message: `“Hub” (source, ${rows} rows) is in no word list`}]});
    const twice = {...detail, files: [of("mash", "a.csv", 7), of("mash", "b.csv", 2), of("annex", "c.xlsx", 5)]};
    expect(mappingLines(unmappedWords(twice))).toBe('# data/mappings/annex.yaml\nwords:\n  source:\n    "Hub": CODE   # 5 rows\n\n# data/mappings/mash.yaml\nwords:\n  source:\n    "Hub": CODE   # 9 rows');
    expect(words(shown(html(sections(twice, null))))).toContain("One word is in no word list It is counted");
  });

  it("lists every place of a rejected row with its reason", () => {
    expect(rejectedPlaces(detail).rows).toEqual([["mash.csv", null, 7, "C", "Received", "31/02/2026", "a date that does not exist"], ["mash.csv", null, 9, "C", "Received", "=1+1", "a date that does not exist"]]);
  });

  const quality: QualityFile = {
    disclosure: "internal", run: "r1", months: [], profile: [],
    checks: [
      {id: "8608", title: "Assessment ends before it starts", dimension: "consistency", severity: "error", source: "DfE", status: "run", why: null, tested: 100, faults: 5, teams: [{team: "North", faults: 4}, {team: "not recorded", faults: 1}]},
      {id: "8875", title: "Conference at a weekend", dimension: "validity", severity: "query", source: "DfE", status: "not run", why: "needs conference.held_on", tested: null, faults: null, teams: []}
    ]
  };

  it("tells faults as new, persisting and cleared, and checks that did not run apart", () => {
    expect(faultTable(quality, detail).rows).toEqual([["8608", "Assessment ends before it starts", 5, 100, 2, 3, 1, "North (4)"]]);
    expect(faultTable(quality, {...detail, quality: [{compared: false, checks: detail.quality![0]!.checks}]}).rows[0]!.slice(4, 7)).toEqual([null, null, null]);
    const page = shown(html(sections(detail, quality)));
    expect(words(page)).toContain("needs conference.held_on");
    expect(page.querySelector("img")).toBeNull();
    expect(words(page)).toContain("<img src=x onerror=alert(1)>");
  });
});

const html = (nodes: Node[]): Node => {
  const div = document.createElement("div");
  div.append(...nodes);
  return div;
};

describe("what changed", () => {
  const changes: Changes = {
    run: "r2", asAt: "2026-04-30", before: {run: "r1", asAt: "2026-03-31", at: "2026-04-01T08:00:00Z"}, runs: [{run: "r1", at: "2026-04-01T08:00:00Z", asAt: "2026-03-31"}], from: "2025-04", to: "2026-03", unmoved: 3, untold: ["A4a", "C5"],
    moved: [
      {id: "C2", title: "Contacts decided in one working day", unit: "percent", kind: "percentage", good: "high", status: "moved", before: {numerator: 40, denominator: 50, value: 80}, after: {numerator: 39, denominator: 52, value: 75}},
      {id: "V1", title: "Supervision on time", unit: "percent", kind: "percentage", good: "high", status: "not recorded before", before: null, after: {numerator: 1, denominator: 2, value: 50}}
    ],
    records: [{recordSet: "contact", new: 2, changed: 1, unchanged: 40, withdrawn: 1, gone: 0}]
  };
  it("says by how much in points, and what is recorded for the first time", () => {
    expect(changes.moved.map(movedBy)).toEqual(["−5 points", "recorded for the first time"]);
    expect(movedTable(changes).rows[0]).toEqual(["C2 Contacts decided in one working day", "80.0% (40 of 50)", "75.0% (39 of 52)", "−5 points"]);
    expect(words(shown(changesView(changes)))).toContain("Two measures moved between the refresh as at 31 March 2026 and this one, as at 30 April 2026; three stand as they stood.");
  });
  it("names the measures that the older refresh told for other months, and says how to compare one", () => {
    expect(words(shown(changesView(changes)))).toContain("Not compared, for then they were told for other months, and theirs do not add up: A4a, C5. “frontdoor changes A4a” counts one of them again");
    expect(words(shown(changesView({...changes, untold: []})))).not.toContain("Not compared");
  });
  it("with one refresh only says that there is nothing to compare with yet", () => {
    expect(words(shown(changesView({...changes, before: null})))).toContain("Nothing to compare with yet");
  });
  it("shows causes that add up, and the cases", () => {
    const view = behindView(changes.moved[0]!, {movement: {measure: "C2", from: "2025-04", to: "2026-03", before: changes.moved[0]!.before!, after: changes.moved[0]!.after!, definition: "unknown", causes: [{how: "gone", cases: 1, numerator: -1, denominator: -1, value: -0.4}, {how: "new", cases: 3, numerator: 0, denominator: 3, value: -4.6}]}, cases: [{how: "new", case_id: "K1", agency: null, value_before: null, value_after: null, child_id: "<b>1</b>", counted_on: "2026-03-02", team: "North", met_before: null, met_after: false, reason: "not decided"}], total: 4}, async () => {});
    expect(words(view)).toContain("no longer counted: withdrawn, corrected or deleted");
    expect(words(view)).toContain("The definition changed and cannot be asked of the older records");
    expect(words(view)).toContain("The first 1 of 4");
    expect(view.querySelector("b")).toBeNull();
  });
});

const finding = (over: Partial<FindingsFile["findings"][number]> = {}): FindingsFile["findings"][number] => ({
  id: "F-A5", inspection: "2019-jtai", date: "2019-11-21", group: "front_door", polarity: "area", finding: "Some delays in children being seen", wording: "There are some delays.", class: "R", focus: null, note: "Needs the date.", state: "worse",
  measures: [{id: "A4a", title: "Children seen in time", kind: "percentage", unit: "percent", good: "high", status: "ok", missing: [], target: 90, now: {numerator: 60, denominator: 100, value: 60}, variation: "concern", assurance: "fail", since: {from: "2022-04", to: "2023-03", numerator: 80, denominator: 100, value: 80}, direction: "worse"}],
  spread: [{measure: "A4a", dimension: "team", groups: 5, outside: 2, low: {label: "South", value: 31}, high: {label: "North", value: 88}}], closes: [{recordSet: "visit", template: null}], actions: [{status: "In progress", due: "2026-03-01", actions: 2, overdue: 1}], ...over
});
const findings: FindingsFile = {disclosure: "internal", run: "r1", asAt: "2026-03-31", findings: [finding(), finding({id: "L-S3", group: "leadership", state: "not measurable", class: "A/—", measures: [], spread: [], closes: [], actions: [], finding: "Confidence in leadership"})]};

describe("inspection findings", () => {
  const page = shown(findingsView(findings));
  it("say the state in words and by a mark, the figures now and then, the spread, and what would tell more", () => {
    const card = words(page.querySelector("#F-A5")!);
    for (const said of ["▼ Signs of getting worse", "60.0% (60 of 100)", "80.0%", "A4a by team: from 31% (South) to 88% (North); two of five beyond chance", "Would tell more: visit", "2 actions in progress, one overdue"]) expect(card).toContain(said);
    expect(words(page)).toContain("One of 2 findings has live measures as at 31 March 2026: one shows signs of getting worse, none of getting better, none points both ways.");
  });
  it("narrow to a class and say how many are left", () => {
    const select = page.querySelector<HTMLSelectElement>("#f-class")!;
    select.value = "R";
    select.dispatchEvent(new Event("change"));
    expect(page.querySelector<HTMLElement>("#L-S3")!.hidden).toBe(true);
    expect(words(page.querySelector("[role=status]")!)).toBe("1 of 2 findings");
  });
  it("go into a file with their state and figures", () => {
    expect(findingsTable(findings).rows[0]).toEqual(["Joint targeted area inspection, November 2019", "F-A5", "Some delays in children being seen", "There are some delays.", "R", "Signs of getting worse", "A4a 60.0% (60 of 100)", "A4a 80.0% in April 2022 to March 2023: worse", "Needs the date.", "visit"]);
  });
});

it("what we can answer names the next export, what it unlocks and the workbook to fill in", () => {
  const answers: AnswersFile = {
    disclosure: "internal", run: "r1", measures: {answered: 100, of: 126},
    findings: [{id: "D-A7", inspection: "2019-jtai", finding: "CIN meetings must take place", class: "R", answered: "not yet", measures: ["N3"]}],
    exports: [{recordSet: "cin_meeting", oneRowIs: "a CIN planning or review meeting", fields: ["held_on"], template: "cin-meeting-log", unlocks: ["N3"], helps: [], findings: ["D-A7"]}, {recordSet: "audit", oneRowIs: "one domain of one audit", fields: ["grade"], template: "audit-log", unlocks: [], helps: ["Q2a"], findings: []}]
  };
  const page = shown(answersView(answers));
  expect(words(page)).toContain("answer 100 of 126 measures (79%)");
  expect(words(page)).toContain("CIN meeting: a CIN planning or review meeting, with held on. Answers N3 and speaks to one finding (D-A7). No system may hold it: fill in cin-meeting-log.xlsx.");
  expect(words(page)).toContain("Everything else that is missing");
});
