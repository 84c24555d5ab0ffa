// The case API: right rows in three formats, every wrong question answered with a sentence, and one run an answer whatever happens meanwhile.
import http from "node:http";
import {rm, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {DuckDBInstance} from "@duckdb/node-api";
import {tableFromIPC} from "apache-arrow";
import {parse} from "csv-parse/sync";
import {describe, expect, onTestFinished, test, vi} from "vitest";
import {readAudit} from "../../server/audit.ts";
import {csvField} from "../../server/csv.ts";
import {askPart} from "../../server/cases.ts";
import type {Gate, gate as makeGate} from "../../server/gate.ts";
import {openRuns} from "../../server/runs.ts";
import {serve} from "../../server/server.ts";
import {ask, comeIn, host, localServer, makeRun, makeSite, point, put, someRows, publishedMeasures, temporary, type CaseRow, until} from "./support.ts";

/** How many questions came to a gate, and how many left it again, answered or not. */
const atGate = vi.hoisted(() => ({came: 0, left: 0}));
vi.mock("../../server/gate.ts", async (actual) => {
  const {gate} = await actual<{gate: typeof makeGate}>();
  const watched = (limits: Parameters<typeof gate>[0]): Gate => {
    const {through} = gate(limits);
    return {
      through: (signal, work) => {
        const passing = through(signal, work).finally(() => (atGate.left += 1));
        atGate.came += 1;
        return passing;
      }
    };
  };
  return {gate: watched};
});

const byDay = (a: Record<string, unknown> | CaseRow, b: Record<string, unknown> | CaseRow) => (String(a.counted_on) < String(b.counted_on) ? -1 : 1);

describe("questions", () => {
  test("gives the rows of a measure, with their count, run and columns", async () => {
    const {app} = await localServer();
    const answer = await app.inject({url: "/api/cases?measure=R1", headers: await comeIn(app)});
    expect(answer.headers).toMatchObject({"cache-control": "no-store", "x-frontdoor-run": "run-1", "content-type": "application/json; charset=utf-8", etag: expect.stringMatching(/^"[\w-]+"$/)});
    const {rows, ...head} = answer.json();
    expect(head).toMatchObject({run: "run-1", measure: "R1", status: "ok", missing: [], total: 3, limit: 1000, offset: 0, asAt: "2026-03-31"});
    expect(rows.map((row: CaseRow) => [row.case_id, row.child_id, row.counted_on, row.met])).toEqual([
      ["0002", "0000000043", "2026-02-10", false],
      ["0003", "0000000042", "2026-03-20", false],
      ["0001", "0000000042", "2026-01-15", true]
    ]);
    expect(rows[0]).toMatchObject({due_on: "2026-02-06", days_late: 14, team: "South", reason: "seen late"});
  });

  test("are answered though another database's write-ahead log lies beside the part", async () => {
    const {app, store} = await localServer();
    await writeFile(join(store, "parts", "run-1", "part.duckdb.wal"), "a log of some other database");
    const answer = await app.inject({url: "/api/cases?measure=R1", headers: await comeIn(app)});
    expect([answer.statusCode, answer.json().total]).toEqual([200, 3]);
  });

  test.each([
    ["from=2026-02&to=2026-02", ["0002"]],
    ["met=no", ["0002", "0003"]],
    ["team=South&from=2026-03", ["0003"]],
    ["team=&met=&from=", ["0002", "0003", "0001"]],
    ["limit=1&offset=1", ["0003"]],
    ["team=South'; drop table measure.rows; --", []],
    ["team=%25", []]
  ])("narrows by %s", async (query, ids) => {
    const {app} = await localServer();
    const answer = await app.inject({url: `/api/cases?measure=R1&${query}`, headers: await comeIn(app)});
    expect(answer.json().rows.map((row: CaseRow) => row.case_id)).toEqual(ids);
  });

  test.each([
    ["", /The parameter measure is needed/],
    ["measure=R1;--", /measure must be a measure's id/],
    ["measure=R1&from=2026-13", /from must be a month such as 2026-03/],
    ["measure=R1&from=2026-03-01", /from must be a month/],
    ["measure=R1&from=2026-03&to=2026-01", /from \(2026-03\) is after to \(2026-01\)/],
    ["measure=R1&met=perhaps", /met must be yes or no/],
    ["measure=R1&limit=0", /limit must be between 1 and 100000/],
    ["measure=R1&limit=100001", /limit must be between 1 and 100000/],
    ["measure=R1&limit=-1", /limit must be a whole number/],
    ["measure=R1&offset=1e3", /offset must be a whole number/],
    ["measure=R1&team=a&team=b", /team was given more than once/],
    ["measure=R1&worker=x", /Unknown parameter "worker"\. Known: measure, from/],
    ["measure=R1&__proto__=x", /Unknown parameter "__proto__"/],
    ["measure=R1&constructor=x", /Unknown parameter "constructor"/],
    [`measure=R1&team=${"x".repeat(201)}`, /team is too long/],
    ["measure=R1&format=xml", /format must be json, csv, arrow or xlsx/],
    ["measure=R1&authority=E09000001", /does not hold that authority\. It holds E06000001/]
  ])("answers %s with a sentence", async (query, words) => {
    const {app} = await localServer();
    const answer = await app.inject({url: `/api/cases?${query}`, headers: await comeIn(app)});
    expect(answer.statusCode).toBe(400);
    expect(answer.json().error).toMatch(words);
  });

  test("says that a measure is unknown, has parts, or is not recorded", async () => {
    const {app} = await localServer();
    const headers = await comeIn(app);
    expect((await app.inject({url: "/api/cases?measure=Z9", headers})).json().error).toMatch(/no measure Z9/);
    const parts = await app.inject({url: "/api/cases?measure=S2", headers});
    expect([parts.statusCode, parts.json().error]).toEqual([404, "Measure S2 has parts; ask for one of S2a."]);
    expect((await app.inject({url: "/api/cases?measure=S2a", headers})).json()).toMatchObject({status: "not recorded", missing: ["strategy_meeting.held_at"], total: 0, rows: []});
    expect((await app.inject({url: "/api/cases?measure=R1&run=gone", headers})).statusCode).toBe(404);
  });

  test("a kept run can be asked for by its id, and only by that", async () => {
    const {app, store} = await localServer();
    const headers = await comeIn(app);
    await makeRun(store, "run-2", someRows.slice(0, 1));
    await point(store, "run-2");
    expect((await app.inject({url: "/api/cases?measure=R1", headers})).json()).toMatchObject({run: "run-2", total: 1});
    expect((await app.inject({url: "/api/cases?measure=R1&run=run-1", headers})).json()).toMatchObject({run: "run-1", total: 3});
    for (const run of ["..", "../run-1", "run-1/", "run-1%00", "RUN-1", "."]) {
      expect([run, (await app.inject({url: `/api/cases?measure=R1&run=${run}`, headers})).statusCode]).toEqual([run, 404]);
    }
  });

  test("with several authorities in a run it answers for the one on the pages, or asks which", async () => {
    const {app, store} = await localServer();
    const headers = await comeIn(app);
    await put(join(store, "runs", "run-2", "run.json"), {run: "run-2", asAt: "2026-03-31", parts: [{authority: "A", file: "parts/run-1/part.duckdb"}, {authority: "B", file: "parts/run-1/part.duckdb"}]});
    await put(join(store, "runs", "run-2", "published", "measures.json"), {measures: publishedMeasures});
    await point(store, "run-2");
    expect((await app.inject({url: "/api/cases?measure=R1", headers})).json().error).toMatch(/several authorities; add authority= and one of A, B/);
    expect((await app.inject({url: "/api/cases?measure=R1&authority=B", headers})).json().total).toBe(3);
    await put(join(store, "runs", "run-2", "published", "run.json"), {authority: {code: "B"}});
    await put(join(store, "runs", "run-2", "published", "authorities", "A", "measures.json"), {measures: publishedMeasures.map((one) => ({...one, status: "not recorded"}))});
    expect((await app.inject({url: "/api/cases?measure=R1", headers})).json().status).toBe("ok");
    expect((await app.inject({url: "/api/cases?measure=R1&authority=A", headers})).json().status).toBe("not recorded");
  });
});

describe("formats", () => {
  const hostile: readonly CaseRow[] = [
    {case_id: "=1+1", child_id: "0042", counted_on: "2026-01-01", met: null, value: -3, team: "@SUM(A1)", reason: "<script>alert(1)</script>"},
    {case_id: "1E5", child_id: "-7", counted_on: "2026-01-02", met: true, team: "\tTab", reason: 'He said "no",\r\nthen\nleft'},
    {case_id: "+44", child_id: "\rreturn", counted_on: "2026-01-03", met: false, team: "Ä, ü\u202e'", reason: "{{7*7}}"}
  ];

  test("CSV for people: ids as they are, formulas as text, numbers as numbers, a byte order mark", async () => {
    const {app} = await localServer({rows: hostile});
    const answer = await app.inject({url: "/api/cases?measure=R1", headers: {...(await comeIn(app)), accept: "text/csv"}});
    expect(answer.headers).toMatchObject({"content-type": "text/csv; charset=utf-8", "content-disposition": 'attachment; filename="R1_cases.csv"', "x-frontdoor-total": "3", "cache-control": "no-store"});
    expect(answer.rawPayload.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const rows = (parse(answer.body, {bom: true, columns: true}) as Record<string, string>[]).sort(byDay);
    expect(rows.map((row) => [row.case_id, row.child_id, row.counted_on, row.met, row.value, row.team, row.reason])).toEqual([
      ["'=1+1", "0042", "2026-01-01", "", "-3", "'@SUM(A1)", "<script>alert(1)</script>"],
      ["1E5", "'-7", "2026-01-02", "yes", "", "'\tTab", 'He said "no",\r\nthen\nleft'],
      ["'+44", "'\rreturn", "2026-01-03", "no", "", "Ä, ü\u202e'", "{{7*7}}"]
    ]);
  });

  test.each(["=", "+", "-", "@", "\t", "\r"])("a text that begins with %j is not a formula in a spreadsheet", (sign) => {
    expect(csvField(`${sign}cmd|' /C calc'!A0`).replace(/^"/, "")).toMatch(/^'/);
  });

  test("a link can ask for CSV by format=csv, and JSON keeps hostile text as text", async () => {
    const {app} = await localServer({rows: hostile});
    const headers = await comeIn(app);
    expect((await app.inject({url: "/api/cases?measure=R1&format=csv", headers: {...headers, accept: "text/html"}})).headers["content-type"]).toContain("text/csv");
    const answer = await app.inject({url: "/api/cases?measure=R1", headers: {...headers, accept: "text/html"}});
    expect(answer.headers).toMatchObject({"content-type": "application/json; charset=utf-8", "x-content-type-options": "nosniff"});
    expect(answer.json().rows.sort(byDay).map((row: CaseRow) => row.reason)).toEqual(hostile.map((row) => row.reason));
    expect((await app.inject({url: "/api/cases?measure=R1", headers: {...headers, accept: "image/png"}})).statusCode).toBe(406);
  });

  test("Arrow: types as written in the server, dictionaries for words, one batch, the same rows", async () => {
    const {app} = await localServer({rows: [...someRows, ...hostile]});
    const answer = await app.inject({url: "/api/cases?measure=R1", headers: {...(await comeIn(app)), accept: "application/vnd.apache.arrow.stream"}});
    expect(answer.headers["content-type"]).toBe("application/vnd.apache.arrow.stream");
    const table = tableFromIPC(answer.rawPayload);
    expect(table.batches).toHaveLength(1);
    expect(Object.fromEntries(table.schema.fields.map((field) => [field.name, String(field.type)]))).toMatchObject({
      case_id: "Utf8", child_id: "Utf8", counted_on: "Date32<DAY>", due_on: "Date32<DAY>", met: "Bool", value: "Int32", team: "Dictionary<Int32, Utf8>", reason: "Dictionary<Int32, Utf8>"
    });
    const days = (text: string) => Date.parse(`${text}T00:00:00Z`);
    const wanted = [...someRows, ...hostile].sort(byDay);
    expect(table.toArray().sort(byDay).map((row) => [row.case_id, row.child_id, Number(row.counted_on), row.met, row.value, row.team, row.reason])).toEqual(
      wanted.map((row) => [row.case_id, row.child_id, days(row.counted_on), row.met, row.value ?? null, row.team ?? null, row.reason ?? null])
    );
  });

  test("Arrow of no rows still has its columns", async () => {
    const {app} = await localServer();
    const answer = await app.inject({url: "/api/cases?measure=R1&team=None&format=arrow", headers: await comeIn(app)});
    const table = tableFromIPC(answer.rawPayload);
    expect([table.numRows, String(table.schema.fields.find((field) => field.name === "counted_on")?.type)]).toEqual([0, "Date32<DAY>"]);
  });
});

describe("under load", () => {
  const endless = async (connection: Parameters<typeof askPart>[0]) => {
    await connection.run("select count(*) from range(100000000000) a where a.range % 7 = sqrt(a.range)");
    throw new Error("not stopped");
  };

  test("a question that takes too long is stopped, and the next one is answered", async () => {
    let slow = true;
    const {app} = await localServer({settings: {limits: {seconds: 0.3, queriesAtOnce: 1}}, ask: async (connection, measure, question) => (slow ? endless(connection) : askPart(connection, measure, question))});
    const headers = await comeIn(app);
    const answer = await app.inject({url: "/api/cases?measure=R1", headers});
    expect([answer.statusCode, answer.json().error]).toEqual([503, "The question took longer than 0.3 seconds and was stopped. Ask for fewer months or one team."]);
    slow = false;
    expect((await app.inject({url: "/api/cases?measure=R1", headers})).statusCode).toBe(200);
  });

  test("an abandoned request stops its query, and one that waited leaves the queue", async () => {
    const store = await temporary();
    await makeRun(store, "run-1", someRows, {example: true});
    await point(store, "run-1");
    let started = 0;
    const ended: string[] = [];
    const server = await serve({
      store, site: await makeSite(), port: 0, log: () => undefined, settings: {server: {limits: {queriesAtOnce: 1, seconds: 30}}},
      ask: async (connection, _measure, question) => {
        started += 1;
        return endless(connection).catch((error: Error) => (ended.push(`${question.filters.team}: ${error.message}`), Promise.reject(error)));
      }
    });
    onTestFinished(() => server.close());
    const leave = (team: string) => {
      const request = http.get(`${server.url}api/cases?measure=R1&team=${team}`);
      request.on("error", () => undefined);
      return request;
    };
    const before = {...atGate};
    const first = leave("first");
    await until(() => started === 1);
    const second = leave("second");
    await until(() => atGate.came === before.came + 2);
    second.destroy();
    await until(() => atGate.left === before.left + 1);
    first.destroy();
    await until(() => atGate.left === before.left + 2);
    expect([started, ended]).toEqual([1, ["first: INTERRUPT Error: Interrupted!"]]);
  });

  test("a child is read no longer than a question may take, nor when nobody waits; the trail says that it was stopped", async () => {
    const looked = async (seconds: number, of: (url: string) => Promise<void>) => {
      const store = await temporary();
      await makeRun(store, "run-1", someRows, {example: true});
      await point(store, "run-1");
      const instance = await DuckDBInstance.create(join(store, "parts", "run-1", "part.duckdb"));
      const db = await instance.connect();
      await db.run("create schema records; create view records.referral as select '7' as child_id, false as withdrawn from range(100000000000) a where a.range % 7 = sqrt(a.range)");
      db.closeSync();
      instance.closeSync();
      const server = await serve({store, site: await makeSite(), port: 0, log: () => undefined, settings: {server: {limits: {seconds, queriesAtOnce: 1}}}});
      onTestFinished(() => server.close());
      const {left} = atGate;
      await of(server.url);
      await until(() => atGate.left === left + 1);
      const trail = async () => {
        const entries = [];
        for await (const {action, outcome, rows} of readAudit(join(store, "audit"))) if (action === "child") entries.push([outcome, rows]);
        return entries;
      };
      await vi.waitUntil(async () => (await trail()).length > 0, {timeout: 5_000});
      return trail();
    };
    const late = await looked(0.3, async (url) => {
      const {status, body} = await ask(url, "/api/child?id=7", {host: new URL(url).host});
      expect([status, JSON.parse(body).error]).toEqual([503, "This child's records took longer than 0.3 seconds to read, and the reading was stopped. Try again in a minute."]);
    });
    const abandoned = await looked(30, async (url) => {
      const {came} = atGate;
      const request = http.get(`${url}api/child?id=7`);
      request.on("error", () => undefined);
      await until(() => atGate.came === came + 1);
      request.destroy();
    });
    expect([late, abandoned]).toEqual([[["stopped", 0]], [["stopped", 0]]]);
  });

  test("a long answer, asked for in pieces, is whole and in order", async () => {
    const rows = Array.from({length: 24_000}, (_, n) => ({case_id: String(n).padStart(6, "0"), child_id: String(n % 6_000), counted_on: "2026-01-01", met: n % 2 === 0, value: n}));
    const {store} = await localServer();
    const ask = async (_connection: unknown, _measure: unknown, {limit, offset}: {limit: number; offset: number}) => ({total: rows.length, columns: ["case_id", "child_id", "counted_on", "met", "value"], rows: rows.slice(offset, offset + limit)});
    const long = await localServer({store, ask});
    const inLong = await comeIn(long.app);
    const answer = await long.app.inject({url: "/api/cases?measure=R1&format=csv", headers: inLong});
    const read = parse(answer.body, {bom: true, columns: true}) as Record<string, string>[];
    expect(read.map((row) => row.case_id)).toEqual(rows.map((row) => row.case_id));
    const part = await long.app.inject({url: "/api/cases?measure=R1&limit=22000&offset=999", headers: inLong});
    expect(part.json().rows.map((row: CaseRow) => row.case_id)).toEqual(rows.slice(999, 22_999).map((row) => row.case_id));

    // An order with ties: pieces overlap, so the whole is asked for at once.
    const overlapping = await localServer({store, ask: async (connection, measure, question) => (question.limit > 10_000 ? ask(connection, measure, question) : ask(connection, measure, {...question, offset: 0}))});
    const tied = await overlapping.app.inject({url: "/api/cases?measure=R1&limit=24000", headers: await comeIn(overlapping.app)});
    expect(tied.json().rows.map((row: CaseRow) => row.case_id)).toEqual(rows.map((row) => row.case_id));
  });

  test("beyond those who may wait, one is told to come back", async () => {
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const {app} = await localServer({settings: {limits: {queriesAtOnce: 1, waiting: 1}}, ask: async (connection, measure, question) => (await held, askPart(connection, measure, question))});
    const headers = await comeIn(app);
    const asked = [1, 2, 3].map(() => app.inject({url: "/api/cases?measure=R1", headers}));
    const third = await Promise.race(asked.map(async (one) => (await one).statusCode));
    expect(third).toBe(503);
    release();
    expect((await Promise.all(asked)).map((one) => one.statusCode).sort()).toEqual([200, 200, 503]);
  });

  test("a failing query is a sentence for the person and a line in the log, without the question", async () => {
    const {app, logged} = await localServer({ask: async (connection) => (await connection.run("select * from nothing"), Promise.reject())});
    const answer = await app.inject({url: "/api/cases?measure=R1&team=Secret", headers: await comeIn(app)});
    expect([answer.statusCode, answer.json().error]).toEqual([500, expect.stringContaining("could not answer")]);
    expect(logged).toEqual([expect.stringMatching(/^A request to \/api\/cases failed: .*nothing/s)]);
    expect(logged.join()).not.toContain("Secret");
  });

  test("twenty people read while runs are swapped under them: none fails, none is given two runs in one answer", async () => {
    const store = await temporary();
    const runs = Array.from({length: 6}, (_, i) => `run-${i}`);
    // A run's number of rows, teams and published files all tell which run it is.
    for (const [i, run] of runs.entries()) {
      await makeRun(store, run, Array.from({length: i + 1}, (_, n) => ({case_id: `${n}`, child_id: `${n}`, counted_on: "2026-01-01", met: true, team: run})), {example: true});
    }
    await point(store, runs[0]!);
    const server = await serve({store, site: await makeSite(), port: 0, log: () => undefined, settings: {server: {limits: {casesPerMinute: 100_000, requestsPerMinute: 100_000}}}});
    onTestFinished(() => server.close());
    const {host} = new URL(server.url);
    let swapping = true;
    const seen = new Set<string>();
    let answers = 0;
    const reader = async (n: number) => {
      while (swapping) {
        if (n % 4 === 0) {
          const {run} = JSON.parse((await ask(server.url, "/run/current.json", {host})).body) as {run: string};
          const file = await ask(server.url, `/run/${run}/measures/R1.json`, {host});
          expect([file.status, file.headers["x-frontdoor-run"], JSON.parse(file.body).run]).toEqual([200, run, run]);
        } else {
          const answer = await ask(server.url, "/api/cases?measure=R1", {host});
          expect(answer.status).toBe(200);
          const {run, total, rows} = JSON.parse(answer.body) as {run: string; total: number; rows: CaseRow[]};
          expect([answer.headers["x-frontdoor-run"], total, rows.length, new Set(rows.map((row) => row.team))]).toEqual([run, runs.indexOf(run) + 1, runs.indexOf(run) + 1, new Set([run])]);
          seen.add(run);
        }
        answers += 1;
      }
    };
    const readers = Array.from({length: 20}, (_, n) => reader(n));
    const refreshes = (async () => {
      // a slow machine swaps for longer; it does not get away with fewer answers
      for (let swap = 1; swap <= 24 || answers <= 100; swap++) {
        await new Promise((resolve) => setTimeout(resolve, 60));
        await point(store, runs[swap % runs.length]!);
      }
    })().finally(() => (swapping = false));
    await Promise.all([refreshes, ...readers]);
    expect(seen).toEqual(new Set(runs));
    expect(answers).toBeGreaterThan(100);
  });

  test("part databases are opened when asked for, shared, and closed when unused, even when their run is gone meanwhile", async () => {
    const store = await temporary();
    await makeRun(store, "run-1", someRows);
    await point(store, "run-1");
    const runs = openRuns(store, {idle: 50});
    onTestFinished(() => runs.close());
    const run = (await runs.current())!;
    expect(runs.openParts()).toBe(0);
    const part = run.parts[0]!;
    await runs.withPart(part, async (one) => {
      await runs.withPart(part, async (other) => {
        expect(runs.openParts()).toBe(1);
        await rm(join(store, "parts", "run-1"), {recursive: true});
        for (const connection of [one, other]) expect((await connection.runAndReadAll("select count(*)::integer from measure.rows")).getRowsJson()).toEqual([[3]]);
      });
      await new Promise((resolve) => setTimeout(resolve, 120));
      expect(runs.openParts()).toBe(1);
    });
    await until(() => runs.openParts() === 0);
  });
});

test("a part that is wanted open stays open while the current run has it, and no longer", async () => {
  const store = await temporary();
  await makeRun(store, "run-1", someRows);
  await point(store, "run-1");
  const runs = openRuns(store, {idle: 50});
  onTestFinished(() => runs.close());
  const part = (await runs.current())!.parts[0]!;
  await runs.withPart(part, async () => runs.keepOpen(part));
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(runs.openParts()).toBe(1);
  await makeRun(store, "run-2", someRows);
  await point(store, "run-2");
  await until(() => runs.openParts() === 0);
});

describe("GET /api/refresh", () => {
  test("rejected rows by reason with their places, and whatever else the refresh reported", async () => {
    const {app, store} = await localServer();
    const headers = await comeIn(app);
    expect((await app.inject({url: "/api/refresh", headers})).statusCode).toBe(404);
    const rejections = [
      {line: 4, column: 2, heading: "Received", value: "31/02/2026", reasons: ["not a date"]},
      {line: 9, column: 2, heading: "Received", value: "<b>soon</b>", reasons: ["not a date"]},
      {line: 9, column: 1, heading: "Id", value: "", reasons: ["missing"]},
      {line: 12, reasons: ["wrong number of cells", "missing"]}
    ];
    await put(join(store, "runs", "run-1", "report.json"), {files: [{file: "mash.csv", outcome: "accepted with rejections", rejections}], unmappedWords: [{recordSet: "contact", field: "source", word: "Polise", count: 2}]});
    const answer = await app.inject({url: "/api/refresh?places=1", headers});
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.json()).toEqual({
      run: "run-1",
      unmappedWords: [{recordSet: "contact", field: "source", word: "Polise", count: 2}],
      files: [{
        file: "mash.csv",
        outcome: "accepted with rejections",
        rejectedBy: [
          {reason: "not a date", heading: "Received", count: 2, places: [{sheet: null, line: 4, column: 2, value: "31/02/2026"}]},
          {reason: "missing", heading: "Id", count: 1, places: [{sheet: null, line: 9, column: 1, value: ""}]},
          {reason: "missing", heading: null, count: 1, places: [{sheet: null, line: 12, column: null, value: null}]},
          {reason: "wrong number of cells", heading: null, count: 1, places: [{sheet: null, line: 12, column: null, value: null}]}
        ]
      }]
    });
    const file = await app.inject({url: "/api/refresh?format=csv", headers});
    expect(file.body.split("\r\n").slice(1)).toEqual(["mash.csv,,4,2,Received,31/02/2026,not a date", "mash.csv,,9,2,Received,<b>soon</b>,not a date", "mash.csv,,9,1,Id,,missing", "mash.csv,,12,,,,missing", "mash.csv,,12,,,,wrong number of cells", ""]);
    expect((await app.inject({url: "/api/refresh?places=x", headers})).statusCode).toBe(400);
    expect((await app.inject({url: "/api/refresh?what=1", headers})).statusCode).toBe(400);
    await writeFile(join(store, "runs", "run-1", "report.json"), "{");
    expect((await app.inject({url: "/api/refresh", headers})).statusCode).toBe(503);
    expect((await app.inject({url: "/api/refresh", headers: host})).statusCode).toBe(401);
  });
});
