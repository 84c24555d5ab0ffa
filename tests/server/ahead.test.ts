// What an opened page is counted from is read before anybody chooses: once, in turn, and without a word where it cannot be.
import {rm} from "node:fs/promises";
import {expect, onTestFinished, test, vi} from "vitest";
import {join} from "node:path";
import {aheadOf} from "../../server/ahead.ts";
import {readLately} from "../../server/figures.ts";
import {gate} from "../../server/gate.ts";
import {openRuns} from "../../server/runs.ts";
import {makeRun, point, put, someRows, temporary} from "./support.ts";

async function opened() {
  const store = await temporary();
  await makeRun(store, "run-1", someRows);
  const definition = {id: "R1", kind: "percentage", good: "low", counts: "case", unit: "percent", status: "ok", missing: [], breakdowns: ["team"]};
  await put(join(store, "runs/run-1/published/measures.json"), {measures: [definition, {...definition, id: "R2", status: "not recorded"}]});
  await put(join(store, "runs/run-1/published/glance.json"), {tiles: [{id: "R1"}]});
  await point(store, "run-1");
  const runs = openRuns(store);
  onTestFinished(() => runs.close());
  return {runs, run: (await runs.current())!};
}

test.each([[["measures/R1.json", "measures/R2.json"]], [["topics/repeat-referrals.json"]], [["glance.json"]]])("a page that reads %j: the cases of what is recorded", async (reads) => {
  const {runs, run} = await opened();
  const held = vi.spyOn(runs, "held");
  const ahead = aheadOf({runs, queries: gate({atOnce: 1, waiting: 10})});
  ahead(run, reads);
  ahead(run, reads);
  await vi.waitFor(() => expect(runs.heldNow()).toBe(1), 5000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(held.mock.calls.map(([, name]) => name)).toEqual(["R1"]);
});

test("and the published files, whose names and months the figures have", async () => {
  const {runs, run} = await opened();
  const file = join(run.folder, "published/measures/R1.json");
  await put(file, {id: "R1"});
  aheadOf({runs, queries: gate({atOnce: 1, waiting: 10})})(run, ["topics/repeat-referrals.json"]);
  await vi.waitFor(() => expect(runs.heldNow()).toBe(1), 5000);
  await rm(file);
  expect(await readLately(run, run.parts[0]!.authority, "measures/R1.json")).toEqual({id: "R1"});
});

test("what cannot be read leaves nothing behind, and the next page is read for", async () => {
  const {runs, run} = await opened();
  const ahead = aheadOf({runs, queries: gate({atOnce: 1, waiting: 10})});
  ahead({...run, parts: [{authority: "E06000001", file: "/nowhere/part.duckdb"}]}, ["measures/R1.json"]);
  ahead(run, ["glance.json"]);
  await vi.waitFor(() => expect(runs.heldNow()).toBe(1), 8000);
});
