// The audit trail: complete, bound line to line, whole after a kill, and without it no case is given.
import {spawn} from "node:child_process";
import {createHash} from "node:crypto";
import {appendFile, mkdir, readFile, readdir, rm, stat, writeFile} from "node:fs/promises";
import {basename, join} from "node:path";
import {fileURLToPath} from "node:url";
import {describe, expect, test} from "vitest";
import {openAudit, readAudit, verifyAudit, whoSaw, type Entry, type Look} from "../../server/audit.ts";
import {comeIn, host, localServer, temporary} from "./support.ts";

const look = (who: string, children: string[] = []): Look => ({who, roles: ["qa"], action: "cases", asked: {measure: "R1"}, run: "run-1", rows: children.length, children, outcome: "given"});

async function trailOf(folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of readAudit(folder)) entries.push(entry);
  return entries;
}

async function written(count: number): Promise<{folder: string; file: string; lines: string[]}> {
  const folder = await temporary();
  const audit = openAudit(folder);
  for (let i = 1; i <= count; i++) await audit.record(look(`person ${i}`, [`child ${i}`]));
  const file = join(folder, (await readdir(folder))[0]!);
  return {folder, file, lines: (await readFile(file, "utf8")).trimEnd().split("\n")};
}

const onlyFile = async (folder: string) => join(folder, (await readdir(folder))[0]!);

describe("the chain", () => {
  test("each line is bound to the one before by SHA-256 of its own bytes", async () => {
    const {folder, file, lines} = await written(3);
    let previous = "0".repeat(64);
    for (const line of lines) {
      const entry = JSON.parse(line) as Entry;
      expect(entry.previous).toBe(previous);
      expect(createHash("sha256").update(line.slice(0, line.lastIndexOf(',"hash"'))).digest("hex")).toBe(entry.hash);
      previous = entry.hash;
    }
    expect(await verifyAudit(folder)).toEqual({ok: true, entries: 4, heads: [{file: basename(file), n: 4, hash: previous}], torn: []});
  });

  // The first line says that the file began; person 1 is on the second.
  test.each<[string, (lines: string[]) => string[], number]>([
    ["a changed name", (lines) => lines.with(2, lines[2]!.replace("person 2", "person 9")), 3],
    ["a removed line", (lines) => lines.toSpliced(2, 1), 3],
    ["a removed first line", (lines) => lines.slice(1), 1],
    ["two lines in the other order", (lines) => [lines[0]!, lines[2]!, lines[1]!, ...lines.slice(3)], 2],
    ["a line twice", (lines) => lines.toSpliced(2, 0, lines[1]!), 3],
    ["a changed line with a new hash of its own", (lines) => {
      const body = lines[2]!.slice(0, lines[2]!.lastIndexOf(',"hash"')).replace("person 2", "person 9");
      return lines.with(2, `${body},"hash":"${createHash("sha256").update(body).digest("hex")}"}`);
    }, 4],
    ["an empty line", ([a, ...rest]) => [a!, "", ...rest], 2]
  ])("verify finds %s, and where", async (_, change, line) => {
    const {folder, file, lines} = await written(4);
    await writeFile(file, `${change(lines).join("\n")}\n`);
    expect(await verifyAudit(folder)).toMatchObject({ok: false, file: basename(file), line});
  });

  test("each file names the ends of those before it: one that is missing, cut short, renamed or rewritten is found", async () => {
    const {folder, file, lines} = await written(3);
    await openAudit(folder).record(look("another start"));
    const both = await verifyAudit(folder);
    expect(both).toMatchObject({ok: true, entries: 6});
    await writeFile(file, `${lines.slice(0, 3).join("\n")}\n`);
    expect(await verifyAudit(folder)).toMatchObject({ok: false, file: basename(file), why: expect.stringContaining("cut off")});
    const other = await written(3);
    await writeFile(file, (await readFile(other.file, "utf8")));
    expect(await verifyAudit(folder)).toMatchObject({ok: false, file: basename(file), line: 1});
    await rm(file);
    expect(await verifyAudit(folder)).toMatchObject({ok: false, file: basename(file), why: expect.stringContaining("missing")});
  });

  test("the very last end cut off, or the last file gone, shows against heads kept elsewhere", async () => {
    const {folder, file, lines} = await written(4);
    const noted = await verifyAudit(folder);
    if (!noted.ok) throw new Error(noted.why);
    await writeFile(file, `${lines.slice(0, 3).join("\n")}\n`);
    expect((await verifyAudit(folder)).ok).toBe(true);
    expect(await verifyAudit(folder, noted.heads)).toMatchObject({ok: false, line: 3, why: expect.stringContaining("cut off")});
    await rm(file);
    expect((await verifyAudit(folder)).ok).toBe(true);
    expect(await verifyAudit(folder, noted.heads)).toMatchObject({ok: false, why: expect.stringContaining("missing")});
  });

  test("hostile text stays inside its field: no second line, no control character, no direction mark", async () => {
    const folder = await temporary();
    const who = 'a\n{"n":2}\r\u0000\u001b[2J\u202e\u2028"<script>é😀';
    await openAudit(folder).record({...look(who), asked: {team: '"},"hash":"' + "0".repeat(64) + '"}'}});
    const text = await readFile(await onlyFile(folder), "utf8");
    expect(text).toMatch(/^(?:[\x20-\x7e]+\n){2}$/);
    expect(await trailOf(folder)).toMatchObject([{action: "began"}, {who}]);
    expect((await verifyAudit(folder)).ok).toBe(true);
  });

  test("a new file is begun when one is full, and each names the one before", async () => {
    const folder = await temporary();
    const audit = openAudit(folder, {rotateAt: 1_200});
    for (let i = 0; i < 9; i++) await audit.record(look(`person ${i}`));
    const files = (await readdir(folder)).sort();
    expect(files.length).toBeGreaterThan(2);
    expect(await verifyAudit(folder)).toMatchObject({ok: true, entries: 9 + files.length});
    const people = (await trailOf(folder)).filter((entry) => entry.action === "cases").map((entry) => entry.who);
    expect(new Set(people).size).toBe(9);
    const last = (await trailOf(folder)).filter((entry) => entry.action === "began").map((entry) => entry.after!.length);
    expect(last.sort()).toEqual([0, ...files.slice(1).map(() => 1)]);
  });

  test("is readable by its owner only", async () => {
    const folder = join(await temporary(), "audit");
    await openAudit(folder).record(look("a"));
    if (process.platform === "win32") return;
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(await onlyFile(folder))).mode & 0o777).toBe(0o600);
  });
});

describe("crashes", () => {
  test("a torn last line harms nothing: it is reported, and what follows goes to a new file", async () => {
    const {folder, file} = await written(2);
    await appendFile(file, '{"n":4,"at":"2026-');
    await openAudit(folder).record(look("after"));
    expect(await verifyAudit(folder)).toMatchObject({ok: true, entries: 5, torn: [basename(file)]});
    expect((await trailOf(folder)).map((entry) => entry.who)).toEqual(expect.arrayContaining(["person 1", "person 2", "after"]));
    expect(await readFile(file, "utf8")).toMatch(/"2026-$/);
  });

  test("a file that another program wrote to, or took away, is not written on: the look is refused, the next goes to a new file", async () => {
    for (const harm of [(file: string) => appendFile(file, "x"), (file: string) => rm(file)]) {
      const folder = await temporary();
      const audit = openAudit(folder);
      await audit.record(look("a"));
      const file = await onlyFile(folder);
      await harm(file);
      await expect(audit.record(look("b"))).rejects.toThrow(/The audit trail in .* cannot be written/);
      await audit.record(look("c"));
      const verdict = await verifyAudit(folder);
      expect(verdict).toMatchObject(verdict.ok ? {torn: [basename(file)]} : {file: basename(file), why: expect.stringContaining("missing")});
    }
  });

  test("killed at any moment, by -9 and again and again, the trail verifies and holds every look that was acknowledged", async () => {
    const folder = await temporary();
    const program = `import {openAudit} from ${JSON.stringify(new URL("../../server/audit.ts", import.meta.url).href)};
      const audit = openAudit(process.argv[1], {rotateAt: 20000});
      const ask = async (i) => { for (let n = 0; ; n++) { const who = process.pid + "/" + i + "/" + n; await audit.record({who, roles: [], action: "cases", asked: {}, run: "r", rows: 1, children: ["x".repeat(300)], outcome: "given"}); process.stdout.write(who + "\\n"); } };
      await Promise.all([1, 2, 3].map(ask));`;
    const acknowledged = new Set<string>();
    const killOne = (delay: number) =>
      new Promise<void>((resolve) => {
        const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program, folder], {cwd: fileURLToPath(new URL("../..", import.meta.url)), stdio: ["ignore", "pipe", "inherit"]});
        let text = "";
        child.stdout.on("data", (piece: Buffer) => {
          if (text === "") setTimeout(() => child.kill("SIGKILL"), delay);
          text += piece.toString();
        });
        child.on("close", () => {
          for (const who of text.slice(0, text.lastIndexOf("\n") + 1).trimEnd().split("\n")) acknowledged.add(who);
          resolve();
        });
      });
    // Two writers at once, each killed while the other goes on.
    for (let round = 0; round < 3; round++) await Promise.all([killOne(40 + 37 * round), killOne(90 + 23 * round)]);
    await openAudit(folder).record(look("after"));
    expect(await verifyAudit(folder)).toMatchObject({ok: true});
    const held = new Set((await trailOf(folder)).map((entry) => entry.who));
    expect(acknowledged.size).toBeGreaterThan(20);
    expect([...acknowledged].filter((who) => !held.has(who))).toEqual([]);
  });

  test("many at once are all recorded", async () => {
    const folder = await temporary();
    const [one, other] = [openAudit(folder), openAudit(folder)];
    await Promise.all(Array.from({length: 200}, (_, i) => (i % 2 ? one : other).record(look(`${i}`))));
    expect(await verifyAudit(folder)).toMatchObject({ok: true, entries: 202});
  });
});

describe("in the server", () => {
  test("each look at cases is recorded before it is given: who, what was asked, how many rows, which children, which run", async () => {
    const {app, store} = await localServer();
    const headers = await comeIn(app);
    await app.inject({url: "/api/cases?measure=R1&team=South&from=2026-01", headers});
    await app.inject({url: "/api/cases?measure=R1&met=yes&format=csv", headers});
    const trail = await trailOf(join(store, "audit"));
    expect(trail).toMatchObject([
      {action: "began"},
      {action: "sign in", who: "local", outcome: "given"},
      {action: "cases", who: "local", roles: ["leadership", "qa", "analyst"], asked: {measure: "R1", team: "South", from: "2026-01", format: "json"}, rows: 2, children: ["0000000042", "0000000043"], run: "run-1", outcome: "given"},
      {action: "cases", asked: {measure: "R1", met: true, format: "csv"}, rows: 1, children: ["0000000042"]}
    ]);
    expect((await whoSaw(join(store, "audit"), "0000000043")).map((entry) => [entry.n, entry.who, entry.asked.team])).toEqual([[3, "local", "South"]]);
    expect(await whoSaw(join(store, "audit"), "43")).toEqual([]);
  });

  test("a trail that cannot be written means that no case is given, while pages still are", async () => {
    const {app, store, logged} = await localServer();
    const headers = await comeIn(app);
    await rm(join(store, "audit"), {recursive: true});
    await writeFile(join(store, "audit"), "not a folder");
    for (const format of ["json", "csv", "arrow"]) {
      const answer = await app.inject({url: `/api/cases?measure=R1&format=${format}`, headers});
      expect([answer.statusCode, answer.json().error]).toEqual([503, "Cases are not shown while the audit trail cannot be written. Tell whoever runs frontdoor; its log says why."]);
      expect(answer.body).not.toContain("0000000042");
    }
    expect((await app.inject({url: "/api/refresh", headers})).statusCode).toBe(404);
    expect((await app.inject({url: "/", headers})).statusCode).toBe(200);
    expect(logged.join()).toContain("audit");
    await rm(join(store, "audit"));
    await mkdir(join(store, "audit"));
    expect((await app.inject({url: "/api/cases?measure=R1", headers})).statusCode).toBe(200);
  });

  test("questions that failed or were refused are recorded too", async () => {
    const {app, store} = await localServer({ask: async (connection) => (await connection.run("select * from nothing"), Promise.reject())});
    const headers = await comeIn(app);
    await app.inject({url: "/api/cases?measure=R1", headers});
    expect((await trailOf(join(store, "audit"))).at(-1)).toMatchObject({action: "cases", outcome: "failed", rows: 0, children: []});
  });

  test("the analyst can see the use that was made, without the children's ids", async () => {
    const {app} = await localServer();
    const headers = await comeIn(app);
    await app.inject({url: "/api/cases?measure=R1", headers});
    await app.inject({url: "/api/cases?measure=R1&team=North", headers});
    const use = await app.inject({url: "/api/audit", headers});
    expect(use.headers["cache-control"]).toBe("no-store");
    expect(use.json().entries.map((entry: Entry) => [entry.action, entry.rows])).toEqual([["cases", 1], ["cases", 3], ["sign in", 0], ["began", 0]]);
    expect(use.body).not.toContain("0000000042");
    expect((await app.inject({url: "/api/audit?child=0000000043", headers})).json().entries.map((entry: Entry) => entry.n)).toEqual([3]);
    expect((await app.inject({url: "/api/audit?limit=1", headers})).json()).toMatchObject({total: 6, entries: [{action: "audit"}]});
    expect((await app.inject({url: "/api/audit?check=yes&limit=1", headers})).json().whole).toMatchObject({ok: true, entries: 7});
    expect((await app.inject({url: "/api/audit?who[$ne]=x", headers})).statusCode).toBe(400);
    // nor by what was asked: a child's page, an id typed to find a case, another analyst's question
    for (const url of ["/api/child?id=0000000042", "/api/cases?measure=R1&find=000000004", "/api/audit?child=0000000042"]) await app.inject({url, headers});
    const asked = await app.inject({url: "/api/audit?limit=3", headers});
    expect(asked.body).not.toContain("00000004");
    expect(asked.json().entries.map((entry: Entry) => [entry.action, entry.asked.child ?? entry.asked.find])).toEqual([["audit", "one child"], ["cases", "part of an id"], ["child", "one child"]]);
    expect((await app.inject({url: "/api/audit?child=0000000042&limit=1", headers})).json().entries[0].asked.child).toBe("0000000042");
    expect((await app.inject({url: "/api/audit", headers: host})).statusCode).toBe(401);
  });
});
