// Twenty people read numbers and cases while real refreshes publish new runs under them: no request fails, none is given two runs in one answer,
// and the cases listed are as many as the number they stand behind, run by run.
import {spawn} from "node:child_process";
import {mkdir, readFile, writeFile} from "node:fs/promises";
import path from "node:path";
import {setTimeout as pause} from "node:timers/promises";
import {fileURLToPath} from "node:url";
import {expect, onTestFinished, test} from "vitest";
import type {MeasureFile} from "../../etl/publish/published.ts";
import {serve} from "../../server/index.ts";
import {makeSite, temporary} from "./support.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("no request fails and none mixes runs", async () => {
  const home = await temporary();
  const [exports, store] = [path.join(home, "exports"), path.join(home, "store")];
  await mkdir(exports);
  /** Each export holds more contacts than the one before, so that a number tells its run. */
  const refresh = async (nth: number) => {
    const rows = Array.from({length: 150 + 7 * nth}, (_, i) => `K${i},${1000 + i},${String(1 + (i % 28)).padStart(2, "0")}/0${1 + (i % 3)}/2026 09:15,Police,Green,${String(1 + (i % 28)).padStart(2, "0")}/0${1 + (i % 3)}/2026 15:00,No further action`);
    await writeFile(path.join(exports, "mash_contacts_2026-03-31.csv"), `Contact ID,Person ID,Contact Date,Contact Source,Initial RAG,Decision,Outcome\n${rows.join("\n")}\n`);
    const child = spawn(process.execPath, [path.join(root, "etl", "frontdoor.mjs"), "refresh", "--exports", exports, "--store", store], {stdio: "ignore"});
    expect(await new Promise<number | null>((done) => child.on("close", done))).toBeLessThan(2);
    return (JSON.parse(await readFile(path.join(store, "current.json"), "utf8")) as {run: string}).run;
  };
  const published = new Set([await refresh(0)]);
  const server = await serve({store, site: await makeSite(), port: 0, log: () => undefined, settings: {server: {limits: {requestsPerMinute: 100_000, casesPerMinute: 100_000, seconds: 120}}}});
  onTestFinished(() => server.close());

  // the printed address works once; everybody here shares its cookie
  const entered = await fetch(server.url, {redirect: "manual"});
  const cookie = entered.headers.getSetCookie()[0]!.split(";")[0]!;
  const seen = new Map<string, Set<number>>();
  let [over, answers] = [false, 0];
  const get = async (address: string) => {
    const answer = await fetch(new URL(address, server.url), {headers: {cookie}});
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${address}: ${answer.status} ${text.slice(0, 300)}`);
    answers += 1;
    return {run: answer.headers.get("x-frontdoor-run"), json: JSON.parse(text) as unknown};
  };
  const countIn = async (run: string, month: string) => ((await get(`/run/${run}/measures/C1.json`)).json as MeasureFile).series.find(({period}) => period === month)!.numerator;
  const reader = async (i: number) => {
    const month = `2026-0${1 + (i % 3)}`;
    while (!over) {
      const current = ((await get("/run/current.json")).json as {run: string}).run;
      const file = await get(`/run/${current}/measures/C1.json`);
      expect([file.run, (file.json as MeasureFile).run]).toEqual([current, current]);
      const same = await get(`/api/cases?measure=C1&from=${month}&to=${month}&run=${current}`);
      expect([same.run, same.json]).toMatchObject([current, {run: current, total: await countIn(current, month)}]);
      const now = await get(`/api/cases?measure=C1&from=${month}&to=${month}`);
      const answer = now.json as {run: string; total: number; rows: unknown[]};
      expect([now.run, answer.rows.length, answer.total]).toEqual([answer.run, answer.total, await countIn(answer.run, month)]);
      (seen.get(answer.run) ?? seen.set(answer.run, new Set()).get(answer.run)!).add(answer.total);
      await pause(400);
    }
  };
  const refreshes = async () => {
    for (let nth = 1; nth <= 3; nth++) {
      published.add(await refresh(nth));
      await pause(1_500);
    }
    over = true;
  };
  const ended = await Promise.allSettled([refreshes(), ...Array.from({length: 20}, (_, i) => reader(i))].map((one) => one.catch((error: unknown) => {
    over = true;
    throw error;
  })));
  expect(ended.filter((one) => one.status === "rejected").map((one) => String((one as PromiseRejectedResult).reason))).toEqual([]);
  expect(published.size).toBe(4);
  expect(seen.size).toBeGreaterThanOrEqual(3);
  expect(answers).toBeGreaterThan(100);
}, 900_000);
