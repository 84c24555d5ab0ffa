// The list that is taken away: exactly the filtered rows, as CSV or as a workbook in which nothing runs as a formula and which says what it is.
import {join} from "node:path";
import {gunzipSync} from "node:zlib";
import ExcelJS from "exceljs";
import {describe, expect, test} from "vitest";
import {comeIn, localServer, makeRun, point, put, temporary, type CaseRow} from "./support.ts";

const rows = [
  {case_id: "A/1", child_id: "0042", counted_on: "2026-03-01", due_on: "2026-03-10", met: false, reason: "=HYPERLINK(\"http://x\")", team: "North"},
  {case_id: "A/2", child_id: "0043", counted_on: "2026-03-02", due_on: "2026-03-12", done_on: "2026-03-20", met: false, reason: "done late", team: "+44"},
  {case_id: "A/3", child_id: "0044", counted_on: "2026-03-03", due_on: "2026-03-31", met: null, reason: "waits", team: "North"},
  {case_id: "A/4", child_id: "1044", counted_on: "2026-03-04", due_on: "2026-05-31", met: null, reason: "waits", team: "North"}
];

async function sheets(query: string) {
  const {app} = await localServer({rows});
  const answer = await app.inject({url: `/api/cases?measure=R1&format=xlsx${query}`, headers: await comeIn(app)});
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(answer.rawPayload as unknown as ArrayBuffer);
  const of = (name: string) => {
    const found: unknown[][] = [];
    book.getWorksheet(name)!.eachRow((row) => found.push((row.values as unknown[]).slice(1)));
    return found;
  };
  return {answer, book, cases: of("Cases"), about: new Map(of("About").map(([key, value]) => [String(key), value]))};
}

describe("the workbook", () => {
  test("holds ids as text with their leading zeros, real dates, and formulas as plain text", async () => {
    const {answer, book, cases} = await sheets("");
    expect(answer.headers).toMatchObject({"cache-control": "no-store", "content-disposition": 'attachment; filename="R1_cases.xlsx"'});
    const headings = cases[0] as string[];
    const first = cases.find((row) => row[headings.indexOf("Case")] === "A/1")!;
    expect(first[headings.indexOf("Child")]).toBe("0042");
    expect(first[headings.indexOf("Due")]).toEqual(new Date("2026-03-10T00:00:00Z"));
    expect(first[headings.indexOf("Why it is here")]).toBe('=HYPERLINK("http://x")');
    const sheet = book.getWorksheet("Cases")!;
    sheet.eachRow((row) => row.eachCell((cell) => expect(cell.type).not.toBe(ExcelJS.ValueType.Formula)));
    expect(sheet.getColumn(headings.indexOf("Child") + 1).numFmt).toBe("@");
  });

  test("says late and left in words, in the order of the list", async () => {
    const {cases} = await sheets("");
    const at = (cases[0] as string[]).indexOf("Late or left");
    expect(cases.slice(1).map((row) => row[at])).toEqual(["21 days late", "was 8 days late", "due that day", "61 days left"]);
  });

  test("says on its About sheet what it is: definition, filters, data-as-at, run and who took it", async () => {
    const {about} = await sheets("&team=North&met=no&from=2026-03&to=2026-03");
    expect(Object.fromEntries(about)).toMatchObject({Filters: "team: North; not met", Months: "2026-03 to 2026-03", "Data as at": "2026-03-31", Run: "run-1", Cases: "3"});
    expect(about.get("List")).toMatch(/^R1 /);
    expect([...about.keys()][0]).toBe("OFFICIAL-SENSITIVE");
  });
});

test("a measure's own category stands under its own name, in words", async () => {
  const store = await temporary();
  await makeRun(store, "run-1", [{...rows[0]!, category: "red"} as CaseRow & {category: string}]);
  const published = join(store, "runs", "run-1", "published");
  await put(join(published, "measures.json"), {run: "run-1", measures: [{id: "R1", title: "Decided", kind: "percentage", good: "high", counts: "case", unit: "percent", category: "First risk grade", status: "ok", missing: []}]});
  await put(join(published, "measures", "R1.json"), {run: "run-1", id: "R1", groups: [{dimension: "category", group: "red", label: "Red: immediate"}]});
  await point(store, "run-1");
  const {app} = await localServer({store});
  const book = new ExcelJS.Workbook();
  await book.xlsx.load((await app.inject({url: "/api/cases?measure=R1&format=xlsx&category=red", headers: await comeIn(app)})).rawPayload as unknown as ArrayBuffer);
  const [headings, first] = [1, 2].map((n) => (book.getWorksheet("Cases")!.getRow(n).values as unknown[]).slice(1)) as [unknown[], unknown[]];
  expect(headings).not.toContain("Category");
  expect(first[headings.indexOf("First risk grade")]).toBe("Red: immediate");
  const about = new Map<string, unknown>();
  book.getWorksheet("About")!.eachRow((row) => about.set(String(row.getCell(1).value), row.getCell(2).value));
  expect(about.get("Filters")).toBe("first risk grade: Red: immediate");
});

test("teams and words go by the labels of the run in every format, and are asked for by their keys", async () => {
  const store = await temporary();
  await makeRun(store, "run-1", [{...rows[0]!, reason: "a child-in-need plan"}]);
  const published = join(store, "runs", "run-1", "published");
  await put(join(published, "run.json"), {run: "run-1", periods: [], labels: {teams: {North: "<b>Harbour</b>"}, words: {"child in need": "supported child"}}});
  await point(store, "run-1");
  const {app} = await localServer({store});
  const headers = await comeIn(app);
  const ask = (format: string) => app.inject({url: `/api/cases?measure=R1&team=North&format=${format}`, headers});
  expect((await ask("csv")).body).toMatch(/a supported child plan.*<b>Harbour<\/b>|<b>Harbour<\/b>.*a supported child plan/);
  expect((await ask("json")).json().rows[0]).toMatchObject({team: "North", reason: "a supported child plan"});
  const book = new ExcelJS.Workbook();
  await book.xlsx.load((await ask("xlsx")).rawPayload as unknown as ArrayBuffer);
  const told = JSON.stringify(book.worksheets.map((sheet) => sheet.getSheetValues()));
  expect(told).toContain("team: <b>Harbour</b>");
  expect(told).not.toContain("North");
});

describe("what waits", () => {
  const ids = async (query: string) => {
    const {app} = await localServer({rows});
    const answer = (await app.inject({url: `/api/cases?measure=R1${query}`, headers: await comeIn(app)})).json();
    return [answer.total, answer.rows.map((row: {case_id: string}) => row.case_id)];
  };
  test("past its limit is told from what was done late", async () => expect(await ids("&due=late")).toEqual([1, ["A/1"]]));
  test("soon is what falls due from the as-at date on; without a calendar, that day", async () => expect(await ids("&due=soon")).toEqual([1, ["A/3"]]));
  test("is found by part of an id, and a page of it can be asked for", async () => {
    expect(await ids("&find=44")).toEqual([2, ["A/3", "A/4"]]);
    expect(await ids("&find=44&limit=1&offset=1")).toEqual([2, ["A/4"]]);
  });
});

test("pages, scripts, run files and lists of more than a packet travel compressed", async () => {
  const {app, store} = await localServer({rows: Array.from({length: 60}, (_, i) => ({...rows[0]!, case_id: `B/${i}`}))});
  await put(join(store, "runs", "run-1", "published", "measures", "R1.json"), {id: "R1", long: "x".repeat(5000)});
  const headers = {...(await comeIn(app)), "accept-encoding": "gzip"};
  for (const url of ["/api/cases?measure=R1", "/api/cases?measure=R1&format=arrow", "/run/run-1/measures/R1.json"]) {
    const answer = await app.inject({url, headers});
    expect([url, answer.headers["content-encoding"], gunzipSync(answer.rawPayload).length > answer.rawPayload.length]).toEqual([url, "gzip", true]);
  }
});
