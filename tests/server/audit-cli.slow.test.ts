// frontdoor audit: the trail that a server wrote, checked and asked by the commands a person would type.
import {appendFile, readFile, readdir, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {expect, test} from "vitest";
import {frontdoor} from "../setup.ts";
import {comeIn, localServer, temporary} from "./support.ts";

async function served(): Promise<{store: string; trail: string}> {
  const {app, store} = await localServer();
  const headers = await comeIn(app);
  await app.inject({url: "/api/cases?measure=R1&team=South", headers});
  await app.inject({url: "/api/cases?measure=R1&team=North", headers});
  await app.close();
  return {store, trail: join(store, "audit", (await readdir(join(store, "audit")))[0]!)};
}

test("audit verify says that a trail is whole, and where it was changed", async () => {
  const {store, trail} = await served();
  const whole = frontdoor("audit", "verify", "--store", store);
  expect([whole.code, whole.out]).toEqual([0, expect.stringContaining("The audit trail is whole: 4 entries in 1 file")]);
  const noted = join(await temporary(), "heads.json");
  await writeFile(noted, frontdoor("audit", "verify", "--store", store, "--json").out);
  expect(frontdoor("audit", "verify", "--store", store, "--heads", noted).code).toBe(0);
  const text = await readFile(trail, "utf8");

  await writeFile(trail, text.replace("South", "North"));
  const changed = frontdoor("audit", "verify", "--store", store, "--json");
  expect([changed.code, JSON.parse(changed.out)]).toMatchObject([2, {ok: false, line: 3, why: expect.stringContaining("the line was changed")}]);

  await writeFile(trail, `${text.trimEnd().split("\n").slice(0, 3).join("\n")}\n`);
  expect(frontdoor("audit", "verify", "--store", store).code).toBe(0);
  const cut = frontdoor("audit", "verify", "--store", store, "--heads", noted);
  expect([cut.code, cut.out]).toEqual([2, expect.stringContaining("NOT whole")]);

  await writeFile(trail, text);
  await appendFile(trail, '{"n":5,"torn');
  const torn = frontdoor("audit", "verify", "--store", store);
  expect([torn.code, torn.out]).toEqual([0, expect.stringContaining("cut the last line")]);
});

test("audit who names everyone that was given a child, when and in what question, and nobody else", async () => {
  const {store} = await served();
  const south = frontdoor("audit", "who", "--child", "0000000043", "--store", store, "--json");
  expect(JSON.parse(south.out)).toMatchObject({child: "0000000043", seen: [{who: "local", action: "cases", asked: {measure: "R1", team: "South"}, rows: 2, run: "run-1"}]});
  expect(JSON.parse(frontdoor("audit", "who", "--child", "0000000042", "--store", store, "--json").out).seen).toHaveLength(2);
  expect(frontdoor("audit", "who", "--child", "0000000043", "--store", store).out).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}local \(leadership, qa, analyst\) {2}cases: measure R1, .*team South.*; 2 rows, run run-1$/m);
  expect(frontdoor("audit", "who", "--child", "nobody", "--store", store).out).toBe("Nobody was given this child.\n");
});

test("without a trail, or with heads that are none, the commands say what to do", async () => {
  const store = await temporary();
  const none = frontdoor("audit", "verify", "--store", store);
  expect([none.code, none.err]).toEqual([2, expect.stringContaining("there is no audit trail in")]);
  const {store: other, trail} = await served();
  const wrong = frontdoor("audit", "verify", "--store", other, "--heads", trail);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining("frontdoor audit verify --json")]);
});
