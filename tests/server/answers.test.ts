// Several questions of one page in one request: each is answered, refused and told to the audit trail as if it had come alone.
import {join} from "node:path";
import {expect, test} from "vitest";
import {readAudit} from "../../server/audit.ts";
import type {Door, Session} from "../../server/session.ts";
import type {Scope} from "../../server/settings.ts";
import {host, localServer, makeRun, point, put, someRows, temporary} from "./support.ts";

const months = ["2026-01", "2026-02", "2026-03"];

async function store(): Promise<string> {
  const folder = await temporary();
  await makeRun(folder, "run-1", someRows);
  const published = (file: string, body: unknown) => put(join(folder, "runs", "run-1", "published", file), body);
  const definition = {id: "R1", title: "Re-referrals", numerator: "", denominator: "", kind: "percentage", good: "low", counts: "case", unit: "percent", rate: null, status: "ok", missing: [], breakdowns: ["team"], comparators: [], target: null};
  await published("run.json", {run: "run-1", authority: {code: "E06000001", name: "A"}, groups: [], periods: [{key: "last-3", from: "2026-01", to: "2026-03"}], defaultPeriod: "last-3", asAt: "2026-03-31"});
  await published("measures.json", {run: "run-1", measures: [definition]});
  const groups = ["North", "South"].map((group) => ({dimension: "team", group, label: group, series: [], figures: []}));
  await published("measures/R1.json", {run: "run-1", id: "R1", status: "ok", missing: [], limits: null, commentary: [], figures: [], series: months.map((period) => ({period, numerator: 0, denominator: 0, value: null, complete: true})), groups});
  await published("out-of-hours.json", {run: "run-1", status: "not recorded", weeks: [1]});
  await point(folder, "run-1");
  return folder;
}

async function served({scope = null, ...options}: {scope?: Scope | null} & Partial<Parameters<typeof localServer>[0]> = {}) {
  const session: Session = {who: "robin", name: "Robin", roles: ["leadership"], scope, local: false};
  const door: Door = {openForExample: false, guest: session, routes: () => undefined, arrive: async () => false, sessionOf: async () => session, turnAway: (_request, reply) => reply.code(401).send()};
  const {app, store: folder} = await localServer({door, store: await store(), ...options});
  const get = async (url: string) => {
    const {statusCode, body, headers} = await app.inject({url, headers: {...host, accept: "application/json"}});
    return {status: statusCode, told: JSON.parse(body) as {run: string; answers: ({given: unknown} | {status: number; error: string})[]} & {error: string}, headers};
  };
  const trail = async () => {
    const looks: {asked: unknown; outcome: string}[] = [];
    for await (const {action, asked, outcome} of readAudit(join(folder, "audit"))) if (action === "figures") looks.push({asked, outcome});
    return looks;
  };
  return {get, trail};
}

const together = (...asks: string[]) => `/api/answers?${new URLSearchParams(asks.map((one) => ["ask", one]))}`;
const alone = ["figures?measures=R1&team=North", "charts?chart=out-of-hours&team=North", "figures?measures=R1&team=North&groups=R1:team"];

test("each is given what it is given alone, in the order asked for, and stands in the trail by itself", async () => {
  const {get, trail} = await served();
  const each = [];
  for (const one of alone) each.push((await get(`/api/${one}`)).told);
  const before = await trail();
  expect(before).toHaveLength(3);
  const {status, told, headers} = await get(together(...alone));
  expect(status).toBe(200);
  expect(told).toEqual({run: "run-1", answers: each.map((given) => ({given}))});
  expect(headers["cache-control"]).toBe("no-store");
  const after = (await trail()).slice(3);
  const inOrder = (looks: unknown[]) => looks.map((look) => JSON.stringify(look)).sort();
  expect(inOrder(after)).toEqual(inOrder(before));
  expect((await get(together(alone[0]!))).told.answers).toEqual([{given: each[0]}]);
});

test("one that is refused says why in its own place, and the others are given", async () => {
  const {get, trail} = await served({scope: {dimension: "team", groups: ["North"]}});
  const {status, told} = await get(together("figures?measures=R1&team=South", "figures?measures=R1", "charts?chart=cohort", "charts?chart=nothing"));
  expect(status).toBe(200);
  expect(told.answers.map((one) => ("status" in one ? one.status : "given"))).toEqual([403, "given", 404, 400]);
  for (const [i, one] of ["figures?measures=R1&team=South", "figures?measures=R1", "charts?chart=cohort", "charts?chart=nothing"].entries()) {
    const own = await get(`/api/${one}`);
    expect(told.answers[i]).toEqual(own.status === 200 ? {given: own.told} : {status: own.status, error: own.told.error});
  }
  expect(JSON.stringify(told.answers[1])).not.toContain("South");
  expect((await trail()).map(({outcome}) => outcome)).toEqual(["given", "given"]);
});

test("only questions of figures and charts can be asked, of one run, and not too many", async () => {
  const {get} = await served();
  for (const asks of [[], ["cases?measure=R1"], ["../child?id=1"], ["figures"], ["figures?measures=R1&run=run-1"], Array.from({length: 9}, () => alone[0]!), [`figures?measures=R1&team=${"x".repeat(3000)}`]]) {
    const {status, told} = await get(together(...asks));
    expect([asks, status]).toEqual([asks, 400]);
    expect(told.error).toMatch(/^This address cannot be answered: .+\.$/);
  }
  expect((await get(`${together(...alone)}&team=North`)).status).toBe(400);
  expect((await get(`${together(...alone)}&run=run-0`)).status).toBe(404);
  expect((await get(`${together(...alone)}&run=run-1`)).status).toBe(200);
});

test("each counts as a question of its own where questions a minute are limited", async () => {
  const {get} = await served({settings: {limits: {casesPerMinute: 4}}});
  expect((await get(together(...alone))).status).toBe(200);
  expect((await get(together(...alone))).status).toBe(429);
});
