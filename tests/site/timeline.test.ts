// @vitest-environment jsdom
// A child's timeline: the drawing, what it says without it, and which way the child counts.
import {describe, expect, it} from "vitest";
import {childView, findingOf, type ChildAnswer} from "../../src/components/child.js";
import {timeline, timelineTable, type TimelineEvent} from "../../src/components/timeline.js";
import {definition} from "./small.ts";

const events: TimelineEvent[] = [
  {set: "contact", at: "2026-01-05 09:30", title: "Schools", details: [["Contact id", "C1"]], team: "MASH"},
  {set: "referral", at: "2026-01-06", end: null, title: "Schools: neglect", details: [], team: null},
  {set: "visit", at: "2026-01-20", title: "Assessment", details: [["Child seen", "no"]], team: "North"},
  {set: "visit", at: "2026-02-03", title: "Assessment", details: [["Child seen", "yes"]], team: "North"},
  {set: "cin_meeting", at: "2026-04-20", title: "Review", details: [], team: null},
  {set: "supervision", at: null, title: "", details: [], team: null}
];
const cases: ChildAnswer["cases"] = [
  {measure: "C2", case_id: "C1", counted_on: "2026-01-05", started_on: "2026-01-05", due_on: "2026-01-06", done_on: "2026-01-06", days_late: 0, met: true, value: 1, reason: "<b>in time</b>", reviews: []},
  {measure: "C2", case_id: "C9", counted_on: "2026-03-02", started_on: null, due_on: "2026-03-03", done_on: null, days_late: 28, met: false, value: null, reason: "no decision", reviews: [{measure: "C2", reviewed_on: "2026-03-20", cause: "Worker or team capacity", child_safe: true, action: "Allocate", owner: "Team manager", due_on: "2026-04-02"}]}
];
const answer: ChildAnswer = {run: "r1", asAt: "2026-03-31", child: {child_id: "0042", date_of_birth: "2015-04-01", expected_birth: false, age: 10, facts: [["Sex", "Male"]]}, siblings: [{child_id: "0043", from_on: null, to_on: null}], events, cases};
const clocks = cases.map((c) => ({...c, due_on: c.due_on!}));
const words = (node: Node): string => (node.textContent ?? "").replace(/\s+/g, " ").trim();

describe("timeline", () => {
  const drawn = timeline(events, clocks, {asAt: "2026-03-31", months: null, width: 900, label: "Timeline", href: (i) => `#record-${i}`});
  it("looks as it did", () => expect(drawn.outerHTML.replace(/\s+/g, " ").replace(/> </g, ">\n<")).toMatchSnapshot());
  it("has a lane for what is there and none for what is not, in the order of the journey", () => expect([...drawn.querySelectorAll(".lane-name")].map(words)).toEqual(["Contacts", "Referrals", "Visits", "CIN meetings", "Clocks"]));
  it("tells a child not seen, a planned meeting and an open span by shape", () => {
    expect([...drawn.querySelectorAll("circle")].map((c) => c.getAttribute("class"))).toEqual(["moment", "moment unseen", "moment", "moment planned"]);
    expect(drawn.querySelector("rect.span")?.getAttribute("class")).toBe("span open");
  });
  it("draws every clock up to its limit, and past it as a hatched overrun", () => {
    expect(drawn.querySelectorAll(".limit-flag").length).toBe(2);
    expect([...drawn.querySelectorAll(".clock")].map((c) => c.querySelector(".overrun") !== null)).toEqual([false, true]);
    expect(words(drawn.querySelectorAll(".clock title")[1]!)).toBe("C2: limit 3 Mar 2026, 28 days late and still open");
  });
  it("can be walked mark by mark, each with its words", () => expect(drawn.querySelector("a")?.getAttribute("aria-label")).toBe("Contact, 5 Jan 2026: Schools"));
  it("keeps every record in its table, one without a date too", () => expect(timelineTable(events).rows.map((r) => r[0])).toEqual(["no date", "2026-04-20", "2026-02-03", "2026-01-20", "2026-01-06", "2026-01-05 09:30"]));
  it("shows the last months alone when asked, spans that reach into them too", () => {
    const recent = timeline(events, clocks, {asAt: "2026-03-31", months: 1, width: 900, label: "x"});
    expect([...recent.querySelectorAll(".lane-name")].map(words)).toEqual(["Referrals", "CIN meetings", "Clocks"]);
  });
  it("keeps the names of clocks apart, those that stand left of their clock too", () => {
    const clock = (measure: string, from: string, due: string, done: string | null, late = 0) => ({...clocks[0]!, measure, counted_on: from, started_on: from, due_on: due, done_on: done, days_late: late, met: late === 0});
    const many = [clock("C11", "2024-01-01", "2025-12-20", "2025-12-10"), clock("C12b", "2026-03-10", "2026-03-31", null), clock("D1a", "2025-10-26", "2026-01-12", "2026-01-11"), clock("A4b", "2026-03-24", "2025-11-02", null, 20), clock("N13b", "2026-03-20", "2026-03-30", null), clock("S7c", "2025-09-20", "2025-12-30", "2025-12-29"), clock("C2", "2026-01-20", "2026-02-10", "2026-02-09")];
    const of = (mark: Element, name: string) => Number(mark.getAttribute(name));
    const places = [...timeline(events.slice(0, 4), many, {asAt: "2026-03-31", months: null, width: 640, label: "x"}).querySelectorAll(".clock")].map((mark) => {
      const [line, text, late] = [mark.querySelector("line")!, mark.querySelector("text")!, mark.querySelector("rect")];
      const name = 6 * words(text).length;
      const left = of(text, "x") - (text.getAttribute("text-anchor") === "end" ? name : 0);
      const ends = [of(line, "x1"), of(line, "x2"), left, left + name, ...(late ? [of(late, "x"), of(late, "x") + of(late, "width")] : [])];
      return {y: of(line, "y1"), from: Math.min(...ends), to: Math.max(...ends), leftward: text.getAttribute("text-anchor") === "end"};
    });
    expect(places.filter((p) => p.leftward).length).toBeGreaterThan(1);
    expect(places.flatMap((a, i) => places.slice(i + 1).filter((b) => a.y === b.y && a.from < b.to && b.from < a.to))).toEqual([]);
  });
  it("draws a child without any record, without a fault", () => expect(timeline([], [], {asAt: "2026-03-31", months: null, width: 300, label: "x"}).querySelectorAll("circle").length).toBe(0));
});

describe("child page", () => {
  it("links to the case system where the settings say how, the id spelt safely", () => {
    const link = (id: string, to?: string) => childView({...answer, child: {...answer.child, child_id: id}}, [definition], to).querySelector(".case-link")?.getAttribute("href");
    expect([link("00 4/2$&", "https://cases.example/child/{id}?tab=1"), link("0042")]).toEqual(["https://cases.example/child/00%204%2F2%24%26?tab=1", undefined]);
  });
  const view = childView(answer, [definition]);
  it("finds what waits past its limit", () => {
    expect(findingOf(answer)).toBe("No decision");
    expect(findingOf({...answer, cases: [{...cases[1]!, reason: null}]})).toBe("C2 is 28 days late and waits");
    expect(findingOf({...answer, cases: []})).toBe("6 records; last seen 3 February 2026");
  });
  it("says which way each case counts, those against us first, and shows the review beside the case", () => {
    expect([...view.querySelectorAll(".counts tbody tr")].map((tr) => tr.getAttribute("data-way"))).toEqual(["counts against us", "counts for us"]);
    expect(words(view.querySelector(".counts .review")!)).toBe("Reviewed 20 Mar 2026: Worker or team capacity; child safe; Allocate; Team manager; by 2 Apr 2026");
  });
  it("shows a reason as text, and links siblings and each measure's list", () => {
    expect(view.querySelector(".counts b")).toBeNull();
    expect(view.querySelector(".siblings a")?.getAttribute("href")).toBe("/qa/child?id=0043");
    expect(view.querySelector(".counts a")?.getAttribute("href")).toBe("/qa/cases?measure=C2&from=2026-03&to=2026-03&find=0042");
  });
});
