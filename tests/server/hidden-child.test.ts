// A child's page where ids are hidden: every id in it is a pseudonym, and the page is asked for by one.
import {join} from "node:path";
import {DuckDBInstance} from "@duckdb/node-api";
import {describe, expect, test} from "vitest";
import {pseudonymsUnder} from "../../etl/pseudonyms.ts";
import {readAudit, whoSaw, type Entry} from "../../server/audit.ts";
import {hideChild} from "../../server/pseudonyms.ts";
import type {Door, Session} from "../../server/session.ts";
import {comeIn, host, localServer, makeRun, point, someRows, temporary} from "./support.ts";

const pseudonyms = pseudonymsUnder("a key of the test, 32 bytes or more");

test("every id on a child's page is hidden: the child's, brothers' and sisters', of cases and of records", () => {
  const hidden = hideChild(
    {
      child: {child_id: "0042", date_of_birth: "2015-04-01", expected_birth: false, age: 10, facts: [["Sex", "M"]]},
      siblings: [{child_id: "0043", from_on: null, to_on: null}],
      events: [{set: "contact", at: "2026-01-05 09:30", title: "Schools", details: [["Contact id", "C77"], ["Linked contact id", "C78"], ["Source", "Schools"]], team: "MASH"}],
      cases: [{measure: "C2", case_id: "C77/0042", counted_on: "2026-01-05", started_on: null, due_on: null, done_on: null, days_late: null, met: true, value: 1, reason: null, reviews: []}]
    },
    pseudonyms
  );
  expect(JSON.stringify(hidden)).not.toMatch(/0042|0043|C77|C78/);
  expect(hidden.events[0]!.details).toEqual([["Contact id", pseudonyms.of("C77")], ["Linked contact id", pseudonyms.of("C78")], ["Source", "Schools"]]);
  expect(hidden.child.child_id).toBe(pseudonyms.of("0042"));
});

test("a real id opens no page while ids are hidden", async () => {
  const {app} = await localServer({pseudonyms});
  const headers = await comeIn(app);
  expect((await app.inject({url: "/api/child?id=0000000042", headers})).statusCode).toBe(404);
});

describe("a child's page asked for by a pseudonym", () => {
  const session = (roles: Session["roles"], scope: Session["scope"] = null): Door => {
    const someone: Session = {who: `${roles.join("+")}@council.example`, name: "A", roles, scope, local: false};
    return {openForExample: false, guest: someone, routes: () => undefined, arrive: async () => false, sessionOf: async () => someone, turnAway: (_request, reply) => reply.code(401).send()};
  };

  /** A store whose part holds one child, a brother and a referral. */
  async function held(): Promise<string> {
    const store = await temporary();
    await makeRun(store, "run-1", someRows);
    await point(store, "run-1");
    const instance = await DuckDBInstance.create(join(store, "parts", "run-1", "part.duckdb"));
    const db = await instance.connect();
    await db.run(`create schema records; create schema journey; create schema reference; create macro age_at(born, day) as date_sub('year', born, day);
      create table records.child as select '0000000042' as child_id, date '2015-04-01' as date_of_birth, false as expected_birth, 'M' as sex, null as ethnicity, null as disability, 'East' as locality, false as withdrawn;
      create table records.referral as select 'R77' as referral_id, '0000000042' as child_id, date '2026-01-06' as referral_date, '2A' as source, null as no_further_action, null as primary_need, null::date as closed_on, null as closure_reason, null as team, false as withdrawn;
      create table journey.sibling as select '0000000042' as child_id, '0000000043' as sibling_id, null::date as from_on, null::date as to_on; checkpoint`);
    db.closeSync();
    instance.closeSync();
    return store;
  }
  const trail = async (store: string, action: Entry["action"]) => {
    const entries: Entry[] = [];
    for await (const entry of readAudit(join(store, "audit"))) if (entry.action === action) entries.push(entry);
    return entries;
  };
  const url = `/api/child?id=${pseudonyms.of("0000000042")}`;

  test("opens for QA with no real id in it, and stands in the trail with the real ones", async () => {
    const store = await held();
    const {app} = await localServer({store, pseudonyms, door: session(["qa"])});
    const answer = await app.inject({url, headers: host});
    expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([200, "no-store"]);
    expect(answer.json()).toMatchObject({child: {child_id: pseudonyms.of("0000000042")}, siblings: [{child_id: pseudonyms.of("0000000043")}], events: [{set: "referral", details: expect.arrayContaining([["Referral id", pseudonyms.of("R77")]])}], cases: [{case_id: pseudonyms.of("0003")}, {case_id: pseudonyms.of("0001")}]});
    expect(answer.body).not.toMatch(/00000000(42|43)|R77|"000[123]"/);
    expect(await trail(store, "child")).toMatchObject([{who: "qa@council.example", asked: {child: "0000000042"}, rows: 3, children: ["0000000042", "0000000043"], outcome: "given"}]);
    expect(await whoSaw(join(store, "audit"), "0000000043")).toHaveLength(1);
    // what belongs to a case, or to nobody, opens nothing, and that it was asked is recorded
    for (const id of [pseudonyms.of("R77"), pseudonyms.of("nobody"), "0000000042"]) expect((await app.inject({url: `/api/child?id=${id}`, headers: host})).statusCode).toBe(404);
    expect((await trail(store, "child")).slice(1).map((e) => [e.children, e.outcome])).toEqual([[[], "failed"], [[], "failed"], [[], "failed"]]);
  });

  test("is read of in the trail by the analyst under the same pseudonym", async () => {
    const store = await held();
    const {app} = await localServer({store, pseudonyms, door: session(["qa", "analyst"])});
    await app.inject({url, headers: host});
    const entries = (await app.inject({url: "/api/audit", headers: host})).json().entries as {action: string; asked: {child?: string}}[];
    expect(entries.find((e) => e.action === "child")!.asked.child).toBe(pseudonyms.of("0000000042"));
  });

  test.each([
    ["leadership", session(["leadership"])],
    ["analyst", session(["analyst"])],
    ["nobody", session([])],
    ["QA of one team", session(["qa"], {dimension: "team", groups: ["North"]})]
  ])("is refused to %s, and the refusal is recorded without the child", async (_, door) => {
    const store = await held();
    const {app} = await localServer({store, pseudonyms, door});
    const answer = await app.inject({url, headers: host});
    expect([answer.statusCode, answer.body.includes("2015-04-01")]).toEqual([403, false]);
    expect(await trail(store, "refused")).toMatchObject([{who: door.guest.who, asked: {path: "/api/child"}, children: [], outcome: "refused"}]);
    expect(await trail(store, "child")).toEqual([]);
  });
});
