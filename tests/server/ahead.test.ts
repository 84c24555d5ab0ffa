// What an opened page is counted from is read before anybody chooses: once, in turn, and without a word where it cannot be.
import {expect, onTestFinished, test, vi} from "vitest";
import {join} from "node:path";
import {aheadOf, type AheadOptions} from "../../server/ahead.ts";
import {gate} from "../../server/gate.ts";
import {openRuns, type Runs} from "../../server/runs.ts";
import {makeRun, point, put, someRows, temporary} from "./support.ts";

async function opened() {
  const store = await temporary();
  await makeRun(store, "run-1", someRows);
  const definition = {id: "R1", kind: "percentage", good: "low", counts: "case", unit: "percent", status: "ok", missing: [], breakdowns: ["team"]};
  await put(join(store, "runs/run-1/published/measures.json"), {measures: [definition, {...definition, id: "R2", status: "not recorded"}]});
  await put(join(store, "runs/run-1/published/run.json"), {groups: [["team", "North"], ["team", "South"], ["locality", "East"], ["need", "N1"]].map(([dimension, group]) => ({dimension, group, label: group}))});
  await put(join(store, "runs/run-1/published/glance.json"), {tiles: [{id: "R1", status: "ok"}]});
  await point(store, "run-1");
  const runs = openRuns(store);
  onTestFinished(() => runs.close());
  return {runs, run: (await runs.current())!};
}

const nothing = async () => ({answer: "", asked: null!});
const aheadIn = (runs: Runs, of: Partial<AheadOptions> = {}) => aheadOf({runs, queries: gate({atOnce: 1, waiting: 10}), figures: nothing, charts: nothing, busy: () => false, ...of});

test.each([[["measures/R1.json", "measures/R2.json"]], [["topics/repeat-referrals.json"]], [["glance.json"]]])("a page that reads %j: the cases of what is recorded", async (reads) => {
  const {runs, run} = await opened();
  const held = vi.spyOn(runs, "held");
  const ahead = aheadIn(runs);
  ahead.opened(run, reads, null);
  ahead.opened(run, reads, null);
  await vi.waitFor(() => expect(runs.heldNow()).toBe(1), 5000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(held.mock.calls.map(([, name]) => name)).toEqual(["R1"]);
});

test("what cannot be read leaves nothing behind, and the next page is read for", async () => {
  const {runs, run} = await opened();
  const ahead = aheadIn(runs);
  ahead.opened({...run, parts: [{authority: "E06000001", file: "/nowhere/part.duckdb"}]}, ["measures/R1.json"], null);
  ahead.opened(run, ["glance.json"], null);
  await vi.waitFor(() => expect(runs.heldNow()).toBe(1), 8000);
});

test("what the page would ask within each team and locality is counted ahead, nothing while somebody waits, and for nobody who is held to a team", async () => {
  const {runs, run} = await opened();
  const asked: unknown[] = [];
  let busy = true;
  const ahead = aheadIn(runs, {figures: async (query) => (asked.push(query), nothing()), charts: async (query) => (asked.push(query), nothing()), busy: () => busy});
  ahead.opened(run, ["topics/repeat-referrals.json"], {dimension: "team", groups: ["North"]});
  ahead.opened(run, ["topics/repeat-referrals.json", "curves/R5.json"], null);
  await vi.waitFor(() => expect(runs.heldNow()).toBe(1), 8000);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(asked).toEqual([]);
  busy = false;
  const figures = {measures: "R1,R2,R5,C9,C11,A10,S8,N10b", groups: `${["R1", "R2"].flatMap((id) => ["need", "source", "team", "locality", "age_band"].map((d) => `${id}:${d}`)).join(",")},R5:category,R5:team,C9:team`, panels: "R5:team"};
  const wanted = [["team", "North"], ["team", "South"], ["locality", "East"]].flatMap(([dimension, group]) => [{...figures, [dimension!]: group}, {chart: "curves/R5", groups: `${dimension},category`, [dimension!]: group}]);
  await vi.waitFor(() => expect(asked).toEqual(wanted), 5000);
});

test("of several choices, what is asked with one of them changed is counted ahead, of the latest answers only, and not what somebody held to a team chose", async () => {
  const {runs, run} = await opened();
  const asked: unknown[] = [];
  const ahead = aheadIn(runs, {figures: async (query) => (asked.push(query), nothing()), charts: async (query) => (asked.push(query), nothing())});
  const figures = {measures: "R1", groups: "R1:need", team: "North", need: "N4"};
  const curves = {chart: "curves/R5", groups: "category", team: "South", need: "N1"};
  ahead.answered(run, {route: "figures", query: {measures: "R1", team: "North"}}, null);
  ahead.answered(run, {route: "figures", query: figures}, {dimension: "team", groups: ["North"]});
  for (const locality of ["older", "old", "West"]) ahead.answered(run, {route: "charts", query: {chart: "cohort", locality, need: "N1"}}, null);
  ahead.answered(run, {route: "charts", query: curves}, null);
  ahead.answered(run, {route: "figures", query: {...figures, run: "run-1"}}, null);
  const expected = [{chart: "cohort", locality: "East", need: "N1"}, {chart: "cohort", locality: "East", need: "N1"}, {...curves, team: "North"}, {...figures, need: "N1"}, {...figures, team: "South"}];
  await vi.waitFor(() => expect(asked).toEqual(expected), 8000);
  ahead.answered(run, {route: "figures", query: figures}, null);
  ahead.opened(run, ["measures/R2.json"], null);
  // the page that was opened meanwhile goes first
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(expected.length), 5000);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(asked.filter((one) => (one as {need?: string}).need === "N4")).toHaveLength(1);
});
