// What moved between two runs, asked of the server: figures of both, then the cases behind one of them, each look written down.
import {readFile} from "node:fs/promises";
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import {readAudit} from "../../server/audit.ts";
import {storeAt} from "../../etl/store.ts";
import {comeIn, localServer, makeRun, point, put, someRows, temporary} from "./support.ts";

const series = (n: number, d: number) => [{period: "2026-03", numerator: n, denominator: d, value: (100 * n) / d, complete: true}];

/** Two published runs: one case gone, one judged differently, one new. */
async function twoRuns() {
  const store = await temporary();
  await makeRun(store, "run-1", someRows);
  await makeRun(store, "run-2", [{...someRows[1]!, met: true, reason: "seen after all"}, someRows[2]!, {case_id: "0004", child_id: "0000000044", counted_on: "2026-03-25", met: true, team: "North", reason: "seen"}]);
  await put(join(store, "runs", "run-1", "published", "measures", "R1.json"), {id: "R1", status: "ok", series: series(1, 3), figures: []});
  await put(join(store, "runs", "run-2", "published", "measures", "R1.json"), {id: "R1", status: "ok", series: series(2, 3), figures: []});
  await put(storeAt(store).history, [{run: "run-1", at: "2026-03-31T09:00:00.000Z"}, {run: "run-2", at: "2026-04-01T09:00:00.000Z"}]);
  await put(join(store, "runs", "run-2", "report.json"), {before: "run-1", records: [{recordSet: "referral", since: {new: 1, changed: 1, unchanged: 1, withdrawn: 1, gone: 0}}]});
  await point(store, "run-2");
  return localServer({store});
}

test("every measure that moved, in both runs over the same months, and the records since", async () => {
  const {app} = await twoRuns();
  const answer = await app.inject({url: "/api/changes", headers: await comeIn(app)});
  expect(answer.headers["cache-control"]).toBe("no-store");
  expect(answer.json()).toMatchObject({
    run: "run-2",
    before: {run: "run-1", at: "2026-03-31T09:00:00.000Z"},
    runs: [{run: "run-1"}],
    from: "2025-04",
    to: "2026-03",
    moved: [{id: "R1", status: "moved", before: {numerator: 1, denominator: 3}, after: {numerator: 2, denominator: 3}}],
    records: [{recordSet: "referral", new: 1, changed: 1, withdrawn: 1}]
  });
});

describe("a figure that does not add up month by month", () => {
  const kinds = [{id: "D1", kind: "duration", unit: "days"}, {id: "P1", kind: "percentage", unit: "percent", counts: "child"}, {id: "S1", kind: "snapshot", unit: "children"}].map((k) => ({counts: "case", good: "high", status: "ok", missing: [], title: k.id, ...k}));
  const of = (value: number) => ({numerator: value, denominator: null, value});
  /** What a run as at the end of `month` tells: the months of its year, and a figure for them and for the year before. */
  async function tell(store: string, run: string, [from, to]: [string, string], value: number) {
    const folder = join(store, "runs", run, "published");
    await put(join(folder, "measures.json"), {measures: kinds});
    await put(join(folder, "run.json"), {run, periods: [{key: "last-12", from, to}, {key: "2024-25", from: "2024-04", to: "2025-03"}], defaultPeriod: "last-12"});
    for (const {id} of kinds) await put(join(folder, "measures", `${id}.json`), {id, status: "ok", series: [{period: to, ...of(value), complete: true}], figures: [{period: "2024-25", ...of(99)}, {period: "last-12", ...of(value)}]});
  }

  test("is compared with that of the very same months, whatever the older run calls them", async () => {
    const {app, store} = await twoRuns();
    await tell(store, "run-1", ["2025-04", "2026-03"], 20);
    await tell(store, "run-2", ["2025-04", "2026-03"], 30);
    const answer = (await app.inject({url: "/api/changes", headers: await comeIn(app)})).json();
    expect(answer.untold).toEqual([]);
    expect(answer.moved.map((m: {id: string; before: {value: number}; after: {value: number}}) => [m.id, m.before.value, m.after.value])).toEqual([["D1", 20, 30], ["P1", 20, 30], ["S1", 20, 30]]);
  });

  test("is not compared, and named, where the older run's last twelve months are others", async () => {
    const {app, store} = await twoRuns();
    await tell(store, "run-1", ["2025-03", "2026-02"], 20);
    await tell(store, "run-2", ["2025-04", "2026-03"], 30);
    const answer = (await app.inject({url: "/api/changes", headers: await comeIn(app)})).json();
    expect([answer.moved, answer.unmoved, answer.untold]).toEqual([[], 0, ["D1", "P1", "S1"]]);
  });
});

test("the cases behind a movement, by cause, and a line in the audit trail with the children", async () => {
  const {app, store} = await twoRuns();
  const headers = await comeIn(app);
  const answer = await app.inject({url: "/api/changes/cases?before=run-1&measure=R1&from=2025-04&to=2026-03", headers});
  const {movement, cases, total} = answer.json();
  expect(movement).toMatchObject({before: {numerator: 1, denominator: 3}, after: {numerator: 2, denominator: 3}, definition: "same"});
  expect(cases.map((c: Record<string, unknown>) => [c.how, c.case_id, c.met_before, c.met_after])).toEqual([["gone", "0001", true, null], ["changed", "0002", false, true], ["new", "0004", null, true]]);
  expect(total).toBe(3);
  const lines = [];
  for await (const line of readAudit(join(store, "audit"))) lines.push(line);
  expect(lines.at(-1)).toMatchObject({action: "cases", asked: {measure: "R1", changes: "run-1"}, rows: 3, children: ["0000000042", "0000000043", "0000000044"], outcome: "given"});

  const file = await app.inject({url: "/api/changes/cases?before=run-1&measure=R1&from=2025-04&to=2026-03&format=csv", headers});
  expect(file.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(file.body.split("\r\n").map((line) => line.split(",").slice(0, 3))).toEqual([["\ufeffhow", "child_id", "case_id"], ...cases.map((c: Record<string, unknown>) => [c.how, c.child_id, c.case_id]), [""]]);
  const after = [];
  for await (const line of readAudit(join(store, "audit"))) after.push(line);
  expect([after.length, after.at(-1)]).toEqual([lines.length + 1, expect.objectContaining({action: "cases", asked: {measure: "R1", changes: "run-1", format: "csv"}, rows: 3})]);
});

test("a run that is not kept, a measure that is none and a wrong month are refused in words", async () => {
  const {app} = await twoRuns();
  const headers = await comeIn(app);
  const status = async (query: string) => (await app.inject({url: `/api/changes${query}`, headers})).statusCode;
  expect(await status("?before=run-9")).toBe(404);
  expect(await status("/cases?before=run-1&measure=Z9")).toBe(404);
  expect(await status("/cases?before=run-1&measure=R1&from=2026")).toBe(400);
  expect(await status("/cases?measure=R1")).toBe(400);
});

test("with one run only there is nothing to compare with, and it says so", async () => {
  const {app, store} = await localServer();
  await put(storeAt(store).history, [{run: "run-1", at: "2026-03-31T09:00:00.000Z"}]);
  const answer = await app.inject({url: "/api/changes", headers: await comeIn(app)});
  expect(answer.json()).toMatchObject({run: "run-1", before: null, moved: [], runs: []});
  expect(JSON.parse(await readFile(storeAt(store).history, "utf8"))).toHaveLength(1);
});
