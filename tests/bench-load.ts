// npm run bench:load: how long sign-in, pages and the case API take with 1, 20 and 200 people at once, and whether memory stays flat over an
// hour's worth of requests. Server, people and sign-in service share this machine's processors. It judges nothing.
import {spawn} from "node:child_process";
import {once} from "node:events";
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import http from "node:http";
import net from "node:net";
import {cpus, tmpdir, totalmem} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {writeExample} from "../etl/example/index.ts";
import {silent} from "../etl/progress.ts";
import {buildSite} from "../etl/publish/site.ts";
import {refresh} from "../etl/refresh.ts";
import {serve} from "../server/index.ts";
import {openIdServer} from "./server/openid-server.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const said = (name: string) => process.argv.find((a) => a.startsWith(`--${name}=`))?.slice(name.length + 3);

if (said("serve")) {
  const options = JSON.parse(said("serve")!) as Parameters<typeof serve>[0];
  await serve({...options, log: (line) => void process.stderr.write(`${line}\n`)});
  process.stdout.write("ready\n");
} else await bench();

async function bench(): Promise<void> {
  const home = mkdtempSync(path.join(tmpdir(), "frontdoor-load-"));
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const [store, site] = [said("store") ?? path.join(home, "store"), said("site") ?? path.join(home, "site")];
  if (!said("store")) {
    await writeExample({out: path.join(home, "exports"), seed: 1, until: "2026-03-31"});
    await refresh({exportsDir: path.join(home, "exports"), store, data: path.join(root, "data"), progress: silent});
  }
  if (!existsSync(path.join(site, "index.html"))) await buildSite({out: site, root, log: () => {}});

  const port = await freePort();
  const address = `http://localhost:${port}`;
  console.warn = console.info = () => undefined;
  const provider = await openIdServer({address});
  writeFileSync(path.join(home, "secret"), "a-secret-of-the-test", {mode: 0o600});
  const signIn = {address, issuer: provider.issuer, clientId: "frontdoor", clientSecretFile: path.join(home, "secret"), roles: {"group-qa": ["qa", "leadership"]}};
  // one account stands for everybody, so the limits of rate for one person are lifted
  const limits = {requestsPerMinute: 1_000_000, casesPerMinute: 1_000_000, waiting: 1_000};
  const server = spawn(process.execPath, ["--import", "tsx", fileURLToPath(import.meta.url), `--serve=${JSON.stringify({store, site, port, host: "localhost", settings: {server: {limits, signIn}}})}`], {cwd: root, stdio: ["ignore", "pipe", "inherit"]});
  await once(server.stdout!, "data");
  const agent = new http.Agent({keepAlive: true, maxSockets: 400});

  /** Status, cookies and body of one request. */
  function ask(url: string, {cookie = "", method = "GET", body = ""} = {}): Promise<{status: number; to: string | undefined; set: string[]; text: string}> {
    return new Promise((resolve, reject) => {
      const headers = {accept: url.includes("/api/") ? "application/json" : "text/html", ...(cookie ? {cookie} : {}), ...(body ? {"content-type": "application/x-www-form-urlencoded"} : {})};
      const request = http.request(url, {method, headers, agent}, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (piece: string) => (text += piece)).on("end", () => resolve({status: response.statusCode!, to: response.headers.location, set: response.headers["set-cookie"] ?? [], text}));
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  /** What a browser does to sign in; the cookie of frontdoor. */
  async function signsIn(): Promise<string> {
    const jars = new Map<string, Map<string, string>>();
    let [url, options] = [`${address}/`, {} as {method?: string; body?: string}];
    for (let step = 0; step < 14; step++) {
      const jar = jars.get(new URL(url).origin) ?? jars.set(new URL(url).origin, new Map()).get(new URL(url).origin)!;
      const answer = await ask(url, {...options, cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ")});
      for (const line of answer.set) {
        const [name, value] = [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1, line.indexOf(";"))];
        if (value) jar.set(name, value);
        else jar.delete(name);
      }
      options = {};
      if (answer.to) url = new URL(answer.to, url).href;
      else if (url.includes("/interaction/") && step < 10) options = {method: "POST", body: "as=qa"};
      else if (answer.status === 200 && url.startsWith(address)) return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      else throw new Error(`sign-in ended at ${url} with ${answer.status}`);
    }
    throw new Error("sign-in went round in circles");
  }

  let failed = 0;
  const times = async (people: number, each: number, work: (person: number) => Promise<void>): Promise<string> => {
    const took: number[] = [];
    await Promise.all(
      Array.from({length: people}, async (_, person) => {
        for (let i = 0; i < each; i++) {
          const start = performance.now();
          await work(person).catch((error: Error) => {
            failed += 1;
            if (failed < 4) say(`  failed: ${error.message}`);
          });
          took.push(performance.now() - start);
        }
      })
    );
    took.sort((a, b) => a - b);
    const at = (share: number) => `${took[Math.min(took.length - 1, Math.floor(share * took.length))]!.toFixed(0)} ms`.padStart(9);
    return `${at(0.5)}${at(0.95)}${at(1)}`;
  };
  const good = async (url: string, cookie: string) => {
    const {status} = await ask(`${address}${url}`, {cookie});
    if (status !== 200) throw new Error(`${url}: ${status}`);
  };
  const cookies: string[] = [];
  const {run} = JSON.parse(readFileSync(path.join(store, "current.json"), "utf8")) as {run: string};
  const aPage = async (person: number) => {
    const cookie = cookies[person % cookies.length]!;
    await good("/", cookie);
    await good("/run/current.json", cookie);
    await Promise.all([good(`/run/${run}/run.json`, cookie), good(`/run/${run}/glance.json`, cookie)]);
  };
  const aList = (person: number) => good("/api/cases?measure=A1&from=2025-04&to=2026-03&met=no&limit=100", cookies[person % cookies.length]!);
  const aLongList = (person: number) => good("/api/cases?measure=C2&from=2025-04&to=2026-03&format=csv", cookies[person % cookies.length]!);

  say(`${cpus()[0]?.model.trim()}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.versions.node}; run ${run}`);
  say(`people at once                                median      95 %      worst`);
  for (const people of [1, 20, 200]) {
    const each = people === 1 ? 20 : people === 20 ? 5 : 1;
    say(`${String(people).padStart(4)}  sign-in (7 requests, provider here too)  ${await times(people, people === 1 ? 10 : 1, async () => void cookies.push(await signsIn()))}`);
    say(`${String(people).padStart(4)}  first page with its figures              ${await times(people, each, aPage)}`);
    say(`${String(people).padStart(4)}  100 cases, as JSON                       ${await times(people, each, aList)}`);
    if (people < 200) say(`${String(people).padStart(4)}  a year's contacts (12,000 rows), as CSV  ${await times(people, people === 1 ? 5 : 1, aLongList)}`);
  }

  const hours = Number(said("hours") ?? 1);
  const memory: number[] = [];
  const total = Math.round(7_200 * hours);
  const started = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({length: 20}, async (_, person) => {
      while (done < total) {
        done += 1;
        if (done % Math.max(1, Math.round(total / 10)) === 0) memory.push(residentOf(server.pid!));
        await (done % 2 ? aPage(person) : done % 20 ? aList(person) : aLongList(person)).catch(() => (failed += 1));
      }
    })
  );
  say(`memory over ${total.toLocaleString("en-GB")} looks (20 people, one each ten seconds, for ${hours} h), sent in ${((performance.now() - started) / 1000).toFixed(0)} s: ${memory.map((mb) => `${mb}`).join(", ")} MB`);
  say(`failed: ${failed}`);
  server.kill();
  await provider.stop();
  agent.destroy();
  rmSync(home, {recursive: true, force: true});
  process.exitCode = failed ? 1 : 0;
}

/** Resident memory in MB, as Linux tells it; elsewhere not a number. */
function residentOf(pid: number): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024);
  } catch {
    return Number.NaN;
  }
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const {port} = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
