// Ids that leave the machine: with a key they are pseudonyms in every format, the trail keeps the real ones, and the way back is QA's alone.
import {chmod, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {tableFromIPC} from "apache-arrow";
import ExcelJS from "exceljs";
import {expect, test} from "vitest";
import {pseudonymsUnder} from "../../etl/pseudonyms.ts";
import {readAudit, whoSaw, type Entry} from "../../server/audit.ts";
import {rules} from "../../server/roles.ts";
import {serve} from "../../server/server.ts";
import type {Door, Session} from "../../server/session.ts";
import {comeIn, host, localServer, makeSite, put, temporary, type CaseRow} from "./support.ts";

const pseudonyms = pseudonymsUnder("a key of the test, 32 bytes or more");
const ids = ["0000000042", "0000000043", "0001", "0002", "0003"];

test("cases go out under pseudonyms as JSON, CSV, Arrow and workbook; no byte holds a real id", async () => {
  const {app} = await localServer({pseudonyms});
  const headers = await comeIn(app);
  const rows = (await app.inject({url: "/api/cases?measure=R1", headers})).json().rows as CaseRow[];
  expect(rows.map((row) => [row.case_id, row.child_id])).toEqual([["0002", "0000000043"], ["0003", "0000000042"], ["0001", "0000000042"]].map((pair) => pair.map(pseudonyms.of)));
  for (const format of ["json", "csv", "arrow", "xlsx"]) {
    const answer = await app.inject({url: `/api/cases?measure=R1&format=${format}`, headers});
    let words = answer.body.split(/[^A-Za-z0-9-]+/);
    if (format === "arrow") words = tableFromIPC(answer.rawPayload).toArray().flatMap((row) => Object.values(row.toJSON() as object).map(String));
    if (format === "xlsx") {
      const book = new ExcelJS.Workbook();
      await book.xlsx.load(answer.rawPayload as unknown as ArrayBuffer);
      words = book.worksheets.flatMap((sheet) => sheet.getSheetValues().flat()).map((cell) => (typeof cell === "object" ? JSON.stringify(cell) : String(cell)));
    }
    expect([format, answer.statusCode, ids.filter((id) => words.includes(id)), words.includes(pseudonyms.of("0000000042"))]).toEqual([format, 200, [], true]);
  }
});

test("part of a real id finds nothing: pseudonyms cannot be guessed digit by digit", async () => {
  const {app} = await localServer({pseudonyms});
  const headers = await comeIn(app);
  expect((await app.inject({url: "/api/cases?measure=R1&find=00000000", headers})).json().total).toBe(0);
  expect((await app.inject({url: `/api/cases?measure=R1&find=${pseudonyms.of("0000000043").slice(2, 12)}`, headers})).json().total).toBe(1);
});

test("the trail keeps the real ids, and what the analyst reads of it hides them", async () => {
  const {app, store} = await localServer({pseudonyms});
  const headers = await comeIn(app);
  await app.inject({url: "/api/cases?measure=R1", headers});
  expect(await whoSaw(join(store, "audit"), "0000000043")).toHaveLength(1);
  await app.inject({url: "/api/audit?child=0000000043", headers});
  const read = await app.inject({url: "/api/audit", headers});
  expect(read.body).not.toContain("0000000043");
  expect(read.body).toContain(pseudonyms.of("0000000043"));
});

test("the values of rejected rows, which may be ids, are left out", async () => {
  const {app, store} = await localServer({pseudonyms});
  await put(join(store, "runs", "run-1", "report.json"), {files: [{file: "a.csv", outcome: "accepted with rejections", rejections: [{line: 3, value: "0000000042", reasons: ["is no date"]}], warnings: [{code: "same-id", line: 9, message: "the same Child ID (0000000042) stands on 2 rows with different contents, first on line 4: line 9, the last, counts"}, {code: "no-rows", message: "headings but no rows"}]}]});
  const answer = await app.inject({url: "/api/refresh", headers: await comeIn(app)});
  expect([answer.statusCode, answer.body.includes("0000000042"), answer.json().files[0].rejectedBy[0]]).toMatchObject([200, false, {count: 1, places: [{line: 3, value: null}]}]);
  expect(answer.json().files[0].warnings.map((w: {message: string}) => w.message)).toEqual(["one record stands on several rows with different contents: line 9, the last, counts", "headings but no rows"]);
});

test("QA looks a real id up, one at a time, and each look is recorded with the child", async () => {
  const {app, store} = await localServer({pseudonyms});
  const headers = await comeIn(app);
  const child = await app.inject({url: `/api/real-id?pseudonym=${pseudonyms.of("0000000042")}`, headers});
  expect([child.statusCode, child.headers["cache-control"], child.json()]).toEqual([200, "no-store", {pseudonym: pseudonyms.of("0000000042"), id: "0000000042", run: "run-1"}]);
  expect((await app.inject({url: `/api/real-id?pseudonym=${pseudonyms.of("0003")}`, headers})).json().id).toBe("0003");
  expect((await app.inject({url: `/api/real-id?pseudonym=${pseudonyms.of("nobody")}`, headers})).statusCode).toBe(404);
  for (const query of ["", "pseudonym=0000000042", "pseudonym=P-x", "pseudonym=P-0123456789ABCDEF&pseudonym=P-0123456789ABCDEF", "pseudonym=P-0123456789ABCDEF&all=1"]) expect([query, (await app.inject({url: `/api/real-id?${query}`, headers})).statusCode]).toEqual([query, 400]);
  const entries: Entry[] = [];
  for await (const entry of readAudit(join(store, "audit"))) if (entry.action === "real id") entries.push(entry);
  expect(entries).toMatchObject([
    {who: "local", asked: {pseudonym: pseudonyms.of("0000000042")}, children: ["0000000042"], rows: 1, outcome: "given"},
    {asked: {pseudonym: pseudonyms.of("0003")}, children: [], rows: 1, outcome: "given"},
    {rows: 0, outcome: "failed"}
  ]);
  await writeFile(join(store, "audit", "in-the-way"), "");
  expect((await whoSaw(join(store, "audit"), "0000000042")).map((entry) => entry.action)).toEqual(["real id"]);
});

test("nobody without the role, or held to a team, looks a real id up; without a key there is nothing to look up", async () => {
  const url = `/api/real-id?pseudonym=${pseudonyms.of("0000000042")}`;
  for (const [roles, scope] of [[["leadership", "analyst"], null], [["qa"], {dimension: "team", groups: ["North"]}]] as const) {
    const session: Session = {who: "a", name: "A", roles, scope, local: false};
    const door: Door = {openForExample: false, guest: session, routes: () => undefined, arrive: async () => false, sessionOf: async () => session, turnAway: (_request, reply) => reply.code(401).send()};
    const {app} = await localServer({pseudonyms, door});
    expect((await app.inject({url, headers: host})).statusCode).toBe(403);
  }
  const {app} = await localServer();
  expect((await app.inject({url, headers: await comeIn(app)})).statusCode).toBe(404);
});

test("every route of the API that does not say that it hides ids is refused while they are hidden", async () => {
  const {app} = await localServer({pseudonyms});
  const headers = await comeIn(app);
  for (const {method, path, allow, hidesIds} of rules) {
    if (!path.startsWith("/api/") || method !== "GET" || allow === "anyone" || allow.length === 0) continue;
    const {statusCode} = await app.inject({url: path.replace("/*", "/x").replace(/:\w+/, "x"), headers});
    expect([path, hidesIds === true || statusCode === 403]).toEqual([path, true]);
  }
});

test.skipIf(process.platform === "win32")("the server does not start with a key that is missing, in the store, or readable by others", async () => {
  const [store, elsewhere] = [await temporary(), await temporary()];
  const start = async (key_file: string) => serve({store, site: await makeSite(), port: 0, log: () => undefined, settings: {pseudonyms: {key_file}}});
  const key = join(elsewhere, "key");
  await expect(start(key)).rejects.toThrow(/cannot be read/);
  await writeFile(key, "x".repeat(40), {mode: 0o600});
  await (await start(key)).close();
  await chmod(key, 0o644);
  await expect(start(key)).rejects.toThrow(/chmod 600/);
  await writeFile(join(store, "key"), "x".repeat(40), {mode: 0o600});
  await expect(start(join(store, "key"))).rejects.toThrow(/lies in the store/);
});
