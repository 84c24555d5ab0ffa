// Figures within several choices at once: the same rows as the list of cases, one road with the published numbers, and never more than somebody may see.
import {join} from "node:path";
import {describe, expect, test} from "vitest";
import type {MeasureFile} from "../../etl/publish/published.ts";
import type {FiguresAnswer} from "../../server/figures.ts";
import {readAudit, type Entry} from "../../server/audit.ts";
import type {Door, Session} from "../../server/session.ts";
import type {Scope} from "../../server/settings.ts";
import {host, localServer, makeRun, point, put, temporary, type CaseRow} from "./support.ts";

const months = ["2026-01", "2026-02", "2026-03"];
const teams = ["North", "South", "West"];
const needs = ["N1", "N4"];
/** So many cases of a team, a need and a month, and so many of them met: no two alike. */
const all = (t: number, n: number, m: number) => 2 + t * 5 + n * 3 + m;
const met = (t: number, n: number, m: number) => 1 + ((t + n + m) % 2);
const rows = teams.flatMap((team, t) => needs.flatMap((need, n) => months.flatMap((month, m) => Array.from({length: all(t, n, m)}, (_, i): CaseRow & {need: string} => ({case_id: `${team}-${need}-${m}-${i}`, child_id: `child-${team}-${need}-${i}`, counted_on: `${month}-10`, met: i < met(t, n, m), team, need})))));

async function store(): Promise<string> {
  const folder = await temporary();
  await makeRun(folder, "run-1", rows);
  const published = (file: string, body: unknown) => put(join(folder, "runs", "run-1", "published", file), body);
  const definition = {id: "R1", title: "Re-referrals", numerator: "", denominator: "", kind: "percentage", good: "low", counts: "case", unit: "percent", rate: null, status: "ok", missing: [], breakdowns: ["team", "need"], comparators: [], target: null};
  await published("run.json", {run: "run-1", authority: {code: "E06000001", name: "A"}, groups: [], periods: [{key: "last-3", from: "2026-01", to: "2026-03"}], defaultPeriod: "last-3"});
  await published("measures.json", {run: "run-1", measures: [definition]});
  const share = (numerator: number, denominator: number) => ({numerator, denominator, value: (100 * numerator) / denominator});
  const told = (ts: number[], ns: number[]) => {
    const of = (count: typeof all, m: number) => sum(ts.flatMap((t) => ns.map((n) => count(t, n, m))));
    const by = months.map((_, m) => share(of(met, m), of(all, m)));
    return {series: months.map((period, m) => ({period, ...by[m]!, complete: period !== "2026-03"})), figures: [{period: "last-3", ...share(sum(by.map((p) => p.numerator)), sum(by.map((p) => p.denominator)))}]};
  };
  const groups = [...teams.map((group, t) => ({dimension: "team", group, label: `${group} team`, ...told([t], [0, 1])})), ...needs.map((group, n) => ({dimension: "need", group, label: group, ...told([0, 1, 2], [n])}))];
  await published("measures/R1.json", {run: "run-1", id: "R1", status: "ok", missing: [], limits: null, commentary: [], figures: [], series: months.map((period) => ({period, numerator: 0, denominator: 0, value: null, complete: period !== "2026-03"})), groups});
  await point(folder, "run-1");
  return folder;
}

async function heldTo(scope: Scope | null, roles: Session["roles"] = ["leadership"]) {
  const session: Session = {who: "robin", name: "Robin", roles, scope, local: false};
  const door: Door = {openForExample: false, guest: session, routes: () => undefined, arrive: async () => false, sessionOf: async () => session, turnAway: (_request, reply) => reply.code(401).send()};
  const {app, store: folder} = await localServer({door, store: await store()});
  const get = async (url: string) => {
    const {statusCode, body, headers} = await app.inject({url, headers: {...host, accept: "application/json"}});
    return {status: statusCode, body, headers, file: statusCode === 200 ? (JSON.parse(body) as FiguresAnswer).measures?.[0] as MeasureFile : null!, total: statusCode === 200 ? (JSON.parse(body) as {total: number}).total : 0};
  };
  return {get, folder};
}
const sum = (of: number[]) => of.reduce((a, b) => a + b, 0);

describe("figures within a team and a need", () => {
  test("are counted by month and over the period, and are as many as the cases", async () => {
    const {get} = await heldTo(null, ["leadership", "qa"]);
    const {file, headers} = await get("/api/figures?measures=R1&team=South&need=N4");
    expect(file.series.map(({numerator, denominator, complete}) => [numerator, denominator, complete])).toEqual(months.map((_, m) => [met(1, 1, m), all(1, 1, m), m < 2]));
    const [n, d] = [sum(months.map((_, m) => met(1, 1, m))), sum(months.map((_, m) => all(1, 1, m)))];
    expect(file.figures).toEqual([{period: "last-3", numerator: n, denominator: d, value: (100 * n) / d}]);
    expect((await get("/api/cases?measure=R1&from=2026-01&to=2026-03&team=South&need=N4")).total).toBe(d);
    // the two whole months: mean ± 2.66 times the one moving range
    const [a, b] = [0, 1].map((m) => (100 * met(1, 1, m)) / all(1, 1, m)) as [number, number];
    expect(file.limits).toMatchObject({trial: true, variation: "common", assurance: null});
    expect(file.limits!.points.map((p) => p.at)).toEqual(["2026-01", "2026-02"]);
    for (const p of file.limits!.points) for (const [told, worked] of [[p.mean, (a + b) / 2], [p.upper, (a + b) / 2 + 2.66 * Math.abs(a - b)], [p.lower, (a + b) / 2 - 2.66 * Math.abs(a - b)]]) expect(told).toBeCloseTo(worked!, 9);
    expect(headers["cache-control"]).toBe("no-store");
  });

  test("set the chosen team beside the others for the same need, under the names that are published", async () => {
    const {get} = await heldTo(null);
    const {file} = await get("/api/figures?measures=R1&team=South&need=N4");
    const told = (dimension: string) => Object.fromEntries(file.groups.filter((g) => g.dimension === dimension).map((g) => [g.label, g.figures[0]!.denominator]));
    expect(told("team")).toEqual(Object.fromEntries(teams.map((team, t) => [`${team} team`, sum(months.map((_, m) => all(t, 1, m)))])));
    expect(told("need")).toEqual(Object.fromEntries(needs.map((need, n) => [need, sum(months.map((_, m) => all(1, n, m)))])));
  });

  test("are the same without the groups where nobody draws them", async () => {
    const {get} = await heldTo(null);
    const [{file}, short] = [await get("/api/figures?measures=R1&team=South&need=N4"), await get("/api/figures?measures=R1&team=South&need=N4&groups=no")];
    expect(short.file).toEqual({...file, groups: []});
    // of one choice they are read, of several counted
    for (const one of ["team=South", "need=N1"]) expect((await get(`/api/figures?measures=R1&${one}&groups=no`)).file).toEqual({...(await get(`/api/figures?measures=R1&${one}`)).file, groups: []});
    expect((await get("/api/figures?measures=R1&team=nobody&groups=no")).file).toMatchObject({figures: [{period: "last-3", numerator: 0, denominator: 0, value: null}], groups: []});
    for (const wrong of ["yes", "team,sizes", "team,no", "R1:sizes", "R1:team,team"]) expect((await get(`/api/figures?measures=R1&team=South&groups=${wrong}`)).status).toBe(400);
  });

  test("hold the groups of the dimensions that are drawn, with the same figures", async () => {
    const {get} = await heldTo(null);
    for (const choice of ["team=South&need=N4", "need=N1", "team=South"])
      for (const drawn of [["team"], ["need", "sex"], ["sex"]]) {
        const {file} = await get(`/api/figures?measures=R1&${choice}`);
        const asked = async (groups: string) => (await get(`/api/figures?measures=R1&${choice}&groups=${groups}`)).file;
        expect(await asked(drawn.join(","))).toEqual({...file, groups: file.groups.filter((g) => drawn.includes(g.dimension))});
        expect(await asked([...drawn.map((d) => `R1:${d}`), "R2:team"].join(","))).toEqual(await asked(drawn.join(",")));
        expect((await asked("R2:team")).groups).toEqual([]);
      }
  });

  test("hold the months of the groups that are drawn month by month, and of others the figures only", async () => {
    const {get} = await heldTo(null);
    const withMonths = (file: MeasureFile) => [...new Set(file.groups.filter((g) => g.series.length).map((g) => g.dimension))];
    for (const choice of ["need=N1", "team=South", "team=South&need=N4"]) {
      const {file} = await get(`/api/figures?measures=R1&${choice}`);
      expect(withMonths(file)).toEqual(["team"]);
      const asked = async (panels: string) => (await get(`/api/figures?measures=R1&${choice}&panels=${panels}`)).file;
      expect(await asked("R1:team,R2:locality")).toEqual(file);
      for (const none of ["no", "R2:team", "R1:locality"]) expect(await asked(none)).toEqual({...file, groups: file.groups.map((g) => ({...g, series: []}))});
    }
    for (const wrong of ["R1", "R1:need", "R1:team,", "r1:team"]) expect((await get(`/api/figures?measures=R1&team=South&panels=${wrong}`)).status).toBe(400);
  });

  test("say when a measure is not split by what was chosen, and give no number then", async () => {
    const {get} = await heldTo(null);
    expect((await get("/api/figures?measures=R1&team=South&ethnicity=WBRI")).file).toMatchObject({status: "ok", unsplit: ["ethnicity"], series: [], figures: [], groups: []});
    expect((await get("/api/figures?measures=R1&team=nobody")).file.figures).toEqual([{period: "last-3", numerator: 0, denominator: 0, value: null}]);
  });

  test("hold no id, are asked for in known words only, and each look is in the trail", async () => {
    const {get, folder} = await heldTo(null);
    expect((await get("/api/figures?measures=R1&team=South")).body).not.toMatch(/child-|South-N/);
    for (const wrong of ["", "?measures=", "?measures=r1", "?measures=R1&colour=red", "?measures=R1&category=x", `?measures=${Array.from({length: 41}, (_, i) => `R${i}`).join(",")}`]) expect([wrong, (await get(`/api/figures${wrong}`)).status]).toEqual([wrong, 400]);
    const entries: Entry[] = [];
    for await (const entry of readAudit(join(folder, "audit"))) entries.push(entry);
    expect(entries.at(-1)).toMatchObject({who: "robin", action: "figures", asked: {measures: "R1", team: "South"}, children: [], outcome: "given"});
  });
});

describe("somebody held to a team", () => {
  test("is given its figures, whatever else they choose, and no byte of another team's", async () => {
    const {get} = await heldTo({dimension: "team", groups: ["North"]});
    const {file, body} = await get("/api/figures?measures=R1&need=N4");
    expect(file.figures[0]!.denominator).toBe(sum(months.map((_, m) => all(0, 1, m))));
    expect(file.groups.filter((g) => g.dimension === "team").map((g) => g.group)).toEqual(["North"]);
    expect(body).not.toMatch(/South|West/);
    expect((await get("/api/figures?measures=R1&team=South")).status).toBe(403);
    expect((await get("/api/figures?measures=R1&authority=E06000001")).status).toBe(403);
  });

  test("or to several has them added up", async () => {
    const {get} = await heldTo({dimension: "team", groups: ["North", "South"]});
    const {file} = await get("/api/figures?measures=R1&need=N1");
    expect(file.figures[0]!.denominator).toBe(sum([0, 1].flatMap((t) => months.map((_, m) => all(t, 0, m)))));
    expect(file.groups.filter((g) => g.dimension === "team").map((g) => g.group).sort()).toEqual(["North", "South"]);
  });
});
