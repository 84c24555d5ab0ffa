// A measure's cases stand in the server's memory once somebody has narrowed it: read once, and gone when the run is.
import {expect, onTestFinished, test} from "vitest";
import type {Measure} from "../../etl/transform/measures.ts";
import {casesOf} from "../../server/figures.ts";
import {gate} from "../../server/gate.ts";
import {openRuns, type Runs} from "../../server/runs.ts";
import {makeRun, point, someRows, temporary, until} from "./support.ts";

const queries = gate({atOnce: 2, waiting: 10});
const waiting = new AbortController().signal;
const read = (runs: Runs, part: {file: string}, id: string, gone = waiting) => casesOf(runs, part, {id, breakdowns: ["team"], counts: "case"} as unknown as Measure, {queries, gone});

async function opened() {
  const store = await temporary();
  await makeRun(store, "run-1", someRows);
  await point(store, "run-1");
  const runs = openRuns(store, {idle: 50});
  onTestFinished(() => runs.close());
  return {store, runs, part: (await runs.current())!.parts[0]!};
}
test("all who ask at once are given the same cases: those of the view", async () => {
  const {runs, part} = await opened();
  const [a, b] = await Promise.all([read(runs, part, "R1"), read(runs, part, "R1")]);
  expect(a).toBe(b);
  const {cases} = a;
  const {names, of} = cases.groups.get("team")!;
  const told = Array.from({length: cases.size}, (_, i) => [names[of[i]!], cases.met[i] === 1, 2000 + Math.floor(cases.month[i]! / 12), 1 + (cases.month[i]! % 12)]);
  expect(told.sort()).toEqual(someRows.map((r) => [r.team, r.met, Number(r.counted_on.slice(0, 4)), Number(r.counted_on.slice(5, 7))]).sort());
});

test("a measure that cannot be read is not remembered, and says why", async () => {
  const {runs, part} = await opened();
  for (let i = 0; i < 2; i++) await expect(read(runs, part, "Z9")).rejects.toThrow("Z9");
  expect(runs.heldNow()).toBe(0);
});

test("who asked while another was reading, and that one went away, reads for himself", async () => {
  const {runs, part} = await opened();
  const gone = new AbortController();
  const first = read(runs, part, "R1", gone.signal);
  const second = read(runs, part, "R1");
  gone.abort(new Error("went away"));
  await expect(first).rejects.toThrow("went away");
  expect((await second).cases.size).toBe(someRows.length);
});

test("they stay while the current run has them, and no longer; the part itself is closed meanwhile", async () => {
  const {store, runs, part} = await opened();
  await read(runs, part, "R1");
  await until(() => runs.openParts() === 0);
  expect(runs.heldNow()).toBe(1);
  await makeRun(store, "run-2", someRows);
  await point(store, "run-2");
  await until(() => runs.heldNow() === 0);
});

test("nothing of a case can be written beside the server's memory", async () => {
  const {runs, part} = await opened();
  await runs.withPart(part, async (connection) => {
    await expect(connection.run("create table measure.more as select 1 as a")).rejects.toThrow(/read-only/i);
    await expect(connection.run("attach '/tmp/more.duckdb' as more")).rejects.toThrow();
  });
});
