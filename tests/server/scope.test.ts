// Row scope: someone held to a team gets that team's cases and that team's numbers, and no byte of an answer tells of another team.
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import type {CurvesFile, DueSoonFile, GlanceFile, MeasureFile, MeasuresFile, OutOfHoursFile, RunFile, TopicFile} from "../../etl/publish/published.ts";
import {readAudit, type Entry} from "../../server/audit.ts";
import {rules} from "../../server/roles.ts";
import type {Door, Session} from "../../server/session.ts";
import type {Scope} from "../../server/settings.ts";
import {host, localServer, makeRun, point, put, temporary, type CaseRow} from "./support.ts";

const months = ["2026-01", "2026-02", "2026-03"];
/** Cases by team and month: how many, and how many met. Each number says whose it is. */
const counts: Record<string, [number, number][]> = {North: [[7, 3], [8, 4], [9, 5]], South: [[141, 111], [142, 112], [143, 113]], West: [[161, 121], [162, 122], [163, 123]]};
const rows: CaseRow[] = Object.entries(counts).flatMap(([team, of]) => of.flatMap(([all, met], m) => Array.from({length: all}, (_, i) => ({case_id: `${team}-${m}-${i}`, child_id: `child-${team}-${m}-${i}`, counted_on: `${months[m]}-10`, met: i < met, team, locality: team === "West" ? "Docks" : "Hill"}))));

const numbers = (pairs: [number, number][]) => {
  const series = pairs.map(([denominator, numerator], m) => ({period: months[m]!, numerator, denominator, value: (100 * numerator) / denominator, complete: true}));
  const [numerator, denominator] = [series.reduce((n, p) => n + p.numerator, 0), series.reduce((n, p) => n + p.denominator, 0)];
  return {series, figures: [{period: "last-3", numerator, denominator, value: (100 * numerator) / denominator}]};
};
const all = numbers(months.map((_, m) => [Object.values(counts).reduce((n, of) => n + of[m]![0], 0), Object.values(counts).reduce((n, of) => n + of[m]![1], 0)]));

async function store(): Promise<string> {
  const folder = await temporary();
  await makeRun(folder, "run-1", rows);
  const published = (file: string, body: unknown) => put(join(folder, "runs", "run-1", "published", file), body);
  const definition = {id: "R1", title: "Re-referrals", kind: "percentage", good: "low", counts: "case", unit: "percent", status: "ok", missing: [], breakdowns: ["team"], comparators: [], target: null};
  await published("run.json", {run: "run-1", groups: Object.keys(counts).map((group) => ({dimension: "team", group, label: group})), periods: []});
  await published("measures.json", {run: "run-1", measures: [definition, {...definition, id: "C1", breakdowns: ["source"]}, {...definition, id: "A4b", kind: "duration", unit: "working days"}]});
  const file = {run: "run-1", id: "R1", status: "ok", missing: [], limits: {points: [], mean: 345.678}, otherDayCount: {period: "last-3", denominator: 345, published: {numerator: 345, value: 100}, other: {numerator: 345, value: 100}}, ...all, groups: [...Object.entries(counts).map(([group, of]) => ({dimension: "team", group, label: group, ...numbers(of)})), {dimension: "source", group: "Police", label: "Police", ...all}]};
  await published("measures/R1.json", file);
  await published("measures/C1.json", {...file, id: "C1"});
  await published("measures/A4b.json", {...file, id: "A4b"});
  const tile = {id: "R1", title: "Re-referrals", kind: "percentage", good: "low", unit: "percent", status: "ok", missing: [], target: null, comparator: null, ...all, mean: 345.678, upper: null, lower: null, variation: "concern", special: null, assurance: null, trial: false};
  await published("glance.json", {run: "run-1", tiles: [tile], attention: [{measure: "R1", text: "South fell to 112 of 142"}]});
  await published("time-to-seen.json", {run: "run-1", status: "ok", missing: [], curves: Object.keys(counts).map((group, i) => ({period: "last-12", dimension: "team", group, label: group, children: 900 + i, steps: []}))});
  await published("topics/contacts.json", {run: "run-1", measures: [{definition, file}, {definition: {...definition, id: "C1", breakdowns: ["source"]}, file: {...file, id: "C1"}}]});
  await published("due-soon.json", {run: "run-1", asAt: "2026-03-31", within: 5, steps: [], cells: Object.keys(counts).map((team, i) => ({step: "child_seen", team, due: 920 + i, overdue: 930 + i}))});
  await published("curves/S4b.json", {run: "run-1", id: "S4b", status: "ok", missing: [], unit: "hour", limit: 24, curves: Object.keys(counts).map((group, i) => ({period: "last-12", dimension: "team", group, label: group, children: 940 + i, steps: []}))});
  await published("out-of-hours.json", {run: "run-1", status: "ok", missing: [], weeks: [{period: "last-12", dimension: "all", group: "", label: "Everyone", counts: [2859, 0]}, ...Object.keys(counts).map((group, i) => ({period: "last-12", dimension: "team", group, label: group, counts: [950 + i, i]}))]});
  await published("cohort.json", {run: "run-1", funnel: [{contacts: 345}]});
  await published("strategy-meetings.json", {run: "run-1", cells: [{agency: "police", meetings: 345}]});
  await published("benchmarks.json", {run: "run-1", measures: [{own: [{numerator: 345}]}]});
  await published("quality.json", {run: "run-1", checks: [{teams: [{team: "South", faults: 345}]}]});
  await published("authorities/E09000001/run.json", {run: "run-1"});
  await point(folder, "run-1");
  return folder;
}

async function heldTo(scope: Scope | null, roles: Session["roles"] = ["leadership", "qa", "analyst"]) {
  const session: Session = {who: "robin", name: "Robin", roles, scope, local: false};
  const door: Door = {openForExample: false, guest: session, routes: () => undefined, arrive: async () => false, sessionOf: async () => session, turnAway: (_request, reply) => reply.code(401).send()};
  const {app, store: folder} = await localServer({door, store: await store()});
  const get = async (url: string, accept = "application/json") => {
    const {statusCode, body, headers} = await app.inject({url, headers: {...host, accept}});
    return {status: statusCode, body, headers, json: <T>() => JSON.parse(body) as T};
  };
  return {get, folder};
}
const north: Scope = {dimension: "team", groups: ["North"]};

describe("cases", () => {
  test("are those of the scope, in every format, whatever is asked", async () => {
    const {get} = await heldTo(north);
    const answer = await get("/api/cases?measure=R1");
    expect([answer.json<{total: number}>().total, new Set(answer.json<{rows: CaseRow[]}>().rows.map((row) => row.team))]).toEqual([24, new Set(["North"])]);
    for (const format of ["json", "csv", "arrow"]) expect((await get(`/api/cases?measure=R1&format=${format}`)).body).not.toMatch(/child-(South|West)/);
    expect((await get("/api/cases?measure=R1&locality=Hill")).json<{total: number}>().total).toBe(24);
    for (const team of ["South", "West", "north", "North%20", "not%20recorded", "North,South"]) expect([team, (await get(`/api/cases?measure=R1&team=${team}`)).status]).toEqual([team, 403]);
    expect((await get("/api/cases?measure=R1&team=North&team=South")).status).toBe(400);
    expect((await get("/api/cases?measure=R1&authority=E06000001")).status).toBe(403);
  });

  test("of several teams are asked for one team at a time", async () => {
    const {get} = await heldTo({dimension: "team", groups: ["North", "South"]});
    expect((await get("/api/cases?measure=R1")).json<{error: string}>().error).toBe("Your access is by team; add team= and one of North, South.");
    expect((await get("/api/cases?measure=R1&team=South")).json<{total: number}>().total).toBe(426);
    expect((await get("/api/cases?measure=R1&team=West")).status).toBe(403);
  });

  test("can be held to a locality, and a scope of nothing opens nothing", async () => {
    const {get} = await heldTo({dimension: "locality", groups: ["Docks"]});
    expect((await get("/api/cases?measure=R1")).json<{total: number}>().total).toBe(486);
    expect((await get("/api/cases?measure=R1&team=North")).json<{total: number}>().total).toBe(0);
    const nothing = await heldTo({dimension: "team", groups: []});
    for (const url of ["/api/cases?measure=R1", "/run/run-1/run.json", "/run/run-1/measures/R1.json", "/"]) expect([url, (await nothing.get(url)).status]).toEqual([url, 403]);
  });

  test("are recorded with the scope they were given in", async () => {
    const {get, folder} = await heldTo(north);
    await get("/api/cases?measure=R1");
    const entries: Entry[] = [];
    for await (const entry of readAudit(join(folder, "audit"))) entries.push(entry);
    expect(entries.at(-1)).toMatchObject({who: "robin", action: "cases", asked: {team: "North", scope: "team North"}, rows: 24, outcome: "given"});
  });
});

describe("numbers", () => {
  test("of a measure are the scope's own: the same as its cases, with limits of their own", async () => {
    const {get} = await heldTo(north);
    const file = (await get("/run/run-1/measures/R1.json")).json<MeasureFile>();
    expect(file.series.map(({numerator, denominator}) => [numerator, denominator])).toEqual([[3, 7], [4, 8], [5, 9]]);
    expect(file.figures).toEqual([{period: "last-3", numerator: 12, denominator: 24, value: 50}]);
    for (const [m, month] of months.entries()) expect((await get(`/api/cases?measure=R1&from=${month}&to=${month}`)).json<{total: number}>().total).toBe(file.series[m]!.denominator);
    expect(file.groups.map(({group}) => group)).toEqual(["North"]);
    expect(file.limits!.points.map(({value}) => Math.round(value!))).toEqual([43, 50, 56]);
  });

  test("of several teams are added up where they add up, and otherwise not given", async () => {
    const {get} = await heldTo({dimension: "team", groups: ["North", "South"]});
    const file = (await get("/run/run-1/measures/R1.json")).json<MeasureFile>();
    expect(file.series.map(({numerator, denominator, value}) => [numerator, denominator, Math.round(value!)])).toEqual([[114, 148, 77], [116, 150, 77], [118, 152, 78]]);
    expect(file.groups.map(({group}) => group)).toEqual(["North", "South"]);
    expect((await get("/run/run-1/measures/A4b.json")).json<MeasureFile>()).toMatchObject({status: "not recorded", missing: ["one team, not 2"], series: [], groups: []});
  });

  test("of a measure that is not published by the scope's dimension are not given, and the catalogue says so", async () => {
    const {get} = await heldTo(north);
    expect((await get("/run/run-1/measures/C1.json")).json<MeasureFile>()).toMatchObject({status: "not recorded", missing: ["a breakdown by team"], series: [], figures: [], groups: []});
    expect((await get("/run/run-1/measures.json")).json<MeasuresFile>().measures.map(({id, status}) => [id, status])).toEqual([["R1", "ok"], ["C1", "not recorded"], ["A4b", "ok"]]);
    expect((await get("/run/run-1/run.json")).json<RunFile>().groups.map(({group}) => group)).toEqual(["North"]);
    expect((await get("/run/run-1/glance.json")).json<GlanceFile>()).toMatchObject({tiles: [{figures: [{numerator: 12, denominator: 24}], mean: expect.closeTo(49.8, 0)}], attention: []});
  });

  test("of a page are given in one answer, with what falls due, the curves and the hours of the week of their own teams", async () => {
    const {get} = await heldTo(north);
    const {measures} = (await get("/run/run-1/topics/contacts.json")).json<TopicFile>();
    expect(measures.map(({definition, file}) => [definition.id, definition.status, file.status, file.figures[0]?.denominator])).toEqual([["R1", "ok", "ok", 24], ["C1", "not recorded", "not recorded", undefined]]);
    expect((await get("/run/run-1/due-soon.json")).json<DueSoonFile>().cells).toEqual([{step: "child_seen", team: "North", due: 920, overdue: 930}]);
    expect((await get("/run/run-1/curves/S4b.json")).json<CurvesFile>().curves.map(({dimension, group, children}) => [dimension, group, children])).toEqual([["all", "", 940], ["team", "North", 940]]);
    const both = await heldTo({dimension: "team", groups: ["North", "South"]});
    expect((await both.get("/run/run-1/out-of-hours.json")).json<OutOfHoursFile>().weeks.map(({dimension, group, counts: of}) => [dimension, group, of])).toEqual([["all", "", [1901, 1]], ["team", "North", [950, 0]], ["team", "South", [951, 1]]]);
    expect((await both.get("/run/run-1/curves/S4b.json")).json<CurvesFile>()).toMatchObject({status: "not recorded", missing: ["one team, not 2"], curves: []});
    const docks = await heldTo({dimension: "locality", groups: ["Docks"]});
    for (const file of ["due-soon.json", "out-of-hours.json"]) expect([file, (await docks.get(`/run/run-1/${file}`)).status]).toEqual([file, 403]);
  });

  test("no answer tells of another team: not by name, not by number", async () => {
    const {get} = await heldTo(north);
    const others = ["South", "West", "Docks", "345", "901", "902", "921", "922", "931", "932", "941", "942", "951", "952", "2859", ...["South", "West"].flatMap((team) => [...counts[team]!.flat(), numbers(counts[team]!).figures[0]!.numerator, numbers(counts[team]!).figures[0]!.denominator]), ...all.series.flatMap((p) => [p.numerator, p.denominator]), all.figures[0]!.numerator].map(String);
    for (const file of ["run.json", "measures.json", "measures/R1.json", "measures/C1.json", "measures/A4b.json", "glance.json", "time-to-seen.json", "topics/contacts.json", "due-soon.json", "curves/S4b.json", "out-of-hours.json"]) {
      const answer = await get(`/run/run-1/${file}`);
      const words = answer.body.split(/[^A-Za-z0-9.]+/);
      expect([file, answer.status, answer.headers["cache-control"], others.filter((other) => words.includes(other))]).toEqual([file, 200, "no-store", []]);
    }
    // a browser's copy of what someone without a scope was given is never confirmed
    const unscoped = await heldTo(null);
    expect((await unscoped.get("/run/run-1/measures/R1.json")).body).toContain("South");
  });

  test("every file and every route that is not cut down to a scope is refused", async () => {
    const {get} = await heldTo(north);
    for (const file of ["strategy-meetings.json", "cohort.json", "quality.json", "benchmarks.json", "authorities/E09000001/run.json"]) expect([file, (await get(`/run/run-1/${file}`)).status]).toEqual([file, 403]);
    for (const {method, path, allow, scoped} of rules) {
      if (method !== "GET" || scoped || allow === "anyone" || allow.length === 0) continue;
      const answer = await get(path.replace("/*", "/x").replace(/:\w+/, "x"));
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.json<{error: string}>().error).toContain("your access is to team North only");
    }
  });
});
