// The audit sample over the API: reproducible, with its strata and what it can tell, in the trail, and as a sheet to fill in.
import ExcelJS from "exceljs";
import {DuckDBInstance} from "@duckdb/node-api";
import {expect, test} from "vitest";
import {readAudit} from "../../server/audit.ts";
import {comeIn, localServer} from "./support.ts";

const rows = Array.from({length: 60}, (_, i) => ({case_id: `c${i}`, child_id: String(i).padStart(4, "0"), counted_on: "2026-03-01", met: i % 2 === 0, team: i < 40 ? "North" : "South"}));

test("is drawn again the same by its seed, a share from each team, with what its size can tell", async () => {
  const {app} = await localServer({rows});
  const headers = await comeIn(app);
  const draw = async (query: string) => (await app.inject({url: `/api/sample?measure=R1&${query}`, headers})).json();
  const first = await draw("seed=2026-03&size=12");
  expect(first).toMatchObject({run: "run-1", measure: "R1", seed: "2026-03", by: "team", population: 60, strata: [{group: "North", population: 40, taken: 8}, {group: "South", population: 20, taken: 4}]});
  expect(first.precision.map((p: {size: number}) => p.size)).toEqual([10, 12, 20, 30, 50, 100]);
  const ids = (answer: typeof first) => answer.rows.map((row: {case_id: string}) => row.case_id);
  expect(ids(await draw("seed=2026-03&size=12"))).toEqual(ids(first));
  expect(ids(await draw("seed=2026-04&size=12"))).not.toEqual(ids(first));
  expect((await draw("seed=1&met=no&team=South")).population).toBe(10);
});

test("says what is wrong with a question", async () => {
  const {app} = await localServer({rows});
  const headers = await comeIn(app);
  const why = async (query: string) => (await app.inject({url: `/api/sample?${query}`, headers})).json().error;
  expect(await why("measure=R1")).toContain("seed is needed");
  expect(await why("measure=R1&seed=1&size=0")).toContain("from 1 to 999");
  expect(await why("measure=R1&seed=1&by=mood")).toContain("by must be one of");
  expect(await why("measure=R1&seed=1&by=worker")).toContain("No allocation to a worker is recorded");
  expect(await why("measure=R1&seed=1&nonsense=1")).toContain("nonsense");
});

test("gives a share of each worker who held the child on the day, or the cases of one", async () => {
  const {app, store} = await localServer({rows});
  const part = await DuckDBInstance.create(`${store}/parts/run-1/part.duckdb`);
  const db = await part.connect();
  // handed over from W1 to W2 on 2 March: the case of the day before is W1's; child 0003's worker is not recorded
  await db.run(`create schema journey; create table journey.worker_spell (child_id varchar, worker varchar, started_on date, ended_on date, team varchar);
    insert into journey.worker_spell select child_id, 'W1', date '2025-01-01', date '2026-03-02', null from measure.rows where child_id < '0030' and child_id <> '0003';
    insert into journey.worker_spell select child_id, 'W2', date '2026-03-02', null, null from measure.rows where child_id < '0030';
    insert into journey.worker_spell select child_id, 'W3', date '2026-02-01', null, null from measure.rows where child_id >= '0030'; checkpoint`);
  db.closeSync();
  part.closeSync();
  const headers = await comeIn(app);
  const draw = async (query: string) => (await app.inject({url: `/api/sample?measure=R1&seed=1&${query}`, headers})).json();
  expect((await draw("by=worker&size=12")).strata).toEqual([{group: "not recorded", population: 1, taken: 1}, {group: "W1", population: 29, taken: 5}, {group: "W3", population: 30, taken: 6}]);
  const own = await draw("worker=W1&size=5");
  expect([own.population, own.rows.every((row: {child_id: string}) => row.child_id < "0030" && row.child_id !== "0003")]).toEqual([29, true]);
  expect((await draw("worker=W2")).population).toBe(0);
  let last;
  for await (const entry of readAudit(`${store}/audit`)) last = entry;
  expect(last).toMatchObject({action: "sample", asked: {worker: "W2"}});
});

test("is a sheet with a row a child and part of practice, its About sheet saying how it was drawn, and stands in the trail with its children alone", async () => {
  const {app, store} = await localServer({rows});
  const answer = await app.inject({url: "/api/sample?measure=R1&seed=7&size=2&domains=overall,voice&format=xlsx", headers: await comeIn(app)});
  expect(answer.headers).toMatchObject({"cache-control": "no-store", "content-disposition": 'attachment; filename="audit-sample_R1_7.xlsx"'});
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(answer.rawPayload as unknown as ArrayBuffer);
  const sheet = book.getWorksheet("Audits")!;
  const found: unknown[][] = [];
  sheet.eachRow((row) => found.push((row.values as unknown[]).slice(1)));
  expect(found[0]!.slice(0, 4)).toEqual(["Audit ID", "Child ID", "How the case was chosen", "What was judged"]);
  expect(found.slice(1).map((r) => [r[0], r[2], r[3]])).toEqual([["R1-7-1", "Random", "overall"], ["R1-7-1", "Random", "voice"], ["R1-7-2", "Random", "overall"], ["R1-7-2", "Random", "voice"]]);
  expect(String(book.getWorksheet("About")!.getCell("B3").value)).toContain("seed 7, stratified by team: North 1 of 40; South 1 of 20");
  const children: string[][] = [];
  for await (const entry of readAudit(`${store}/audit`)) if (entry.action === "sample") children.push([...entry.children]);
  expect(children).toEqual([[...new Set(found.slice(1).map((r) => String(r[1])))].sort()]);
});
