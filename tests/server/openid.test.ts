// Sign-in against a real OpenID provider that the test starts on this machine: who comes in, who does not, who is put out again.
import {chmod} from "node:fs/promises";
import {join} from "node:path";
import type {FastifyInstance} from "fastify";
import {describe, expect, onTestFinished, test} from "vitest";
import {readAudit, type Entry} from "../../server/audit.ts";
import {openIdDoor} from "../../server/openid.ts";
import {createServer, serve} from "../../server/server.ts";
import {readServerSettings} from "../../server/settings.ts";
import {home, signInSettings, startProvider} from "./provider.ts";
import {makeRun, makeSite, point, someRows, temporary} from "./support.ts";

async function council(options: {idTokenSeconds?: number; tokenDelay?: number; settings?: Record<string, unknown>} = {}) {
  const provider = await startProvider(options);
  const store = await temporary();
  await makeRun(store, "run-1", someRows);
  await point(store, "run-1");
  const settings = readServerSettings(await signInSettings(provider.issuer, options.settings));
  const logged: string[] = [];
  const clock = {ahead: 0};
  const door = openIdDoor({settings: settings.signIn!, log: (line) => logged.push(line), now: () => Date.now() + clock.ahead});
  const app = createServer({store, site: await makeSite(), settings, door, hosts: () => ["frontdoor.example"], scheme: "https", log: (line) => logged.push(line)});
  onTestFinished(() => app.close());
  const trail = async () => {
    const entries: Entry[] = [];
    for await (const entry of readAudit(join(store, "audit"))) entries.push(entry);
    return entries.filter((entry) => entry.action !== "began");
  };
  return {...provider, app, store, logged, clock, trail, browser: () => browserOf(app)};
}

/** What a browser does: keeps cookies by site, follows redirects, presses one button. */
function browserOf(app: FastifyInstance) {
  const jars: Record<string, Map<string, string>> = {};
  const visited: string[] = [];
  const jar = (url: string) => (jars[new URL(url).origin] ??= new Map());
  const keep = (url: string, lines: readonly string[]) => {
    for (const line of lines) {
      const [pair, ...attributes] = line.split(";");
      const at = pair!.indexOf("=");
      const [name, value] = [pair!.slice(0, at), pair!.slice(at + 1)];
      const gone = value === "" || attributes.some((one) => /expires=Thu, 01 Jan 1970/i.test(one));
      if (gone) jar(url).delete(name);
      else jar(url).set(name, value);
    }
  };

  async function once(url: string, {method = "GET", body, headers = {}}: {method?: "GET" | "POST"; body?: string; headers?: Record<string, string>} = {}) {
    visited.push(url);
    const cookie = [...jar(url)].map(([name, value]) => `${name}=${value}`).join("; ");
    const sent = {accept: "text/html", ...(cookie ? {cookie} : {}), ...(body === undefined ? {} : {"content-type": "application/x-www-form-urlencoded"}), ...headers};
    if (url.startsWith(home)) {
      const answer = await app.inject({method, url: url.slice(home.length) || "/", headers: {...sent, host: new URL(url).host}, ...(body === undefined ? {} : {payload: body})});
      const set = [answer.headers["set-cookie"] ?? []].flat();
      keep(url, set);
      return {status: answer.statusCode, body: answer.body, set, to: answer.headers.location as string | undefined, headers: answer.headers};
    }
    const answer = await fetch(url, {method, headers: sent, redirect: "manual", ...(body === undefined ? {} : {body})});
    keep(url, answer.headers.getSetCookie());
    return {status: answer.status, body: await answer.text(), set: answer.headers.getSetCookie(), to: answer.headers.get("location") ?? undefined, headers: Object.fromEntries(answer.headers)};
  }

  async function open(url: string, as?: string, options?: Parameters<typeof once>[1]) {
    let at = new URL(url, home).href;
    let answer = await once(at, options);
    for (let step = 0; step < 12; step++) {
      if (answer.to !== undefined) {
        at = new URL(answer.to, at).href;
        answer = await once(at);
      } else if (answer.status === 200 && at.includes("/interaction/") && as !== undefined) {
        answer = await once(at, {method: "POST", body: `as=${as}`});
      } else break;
    }
    return {...answer, at};
  }

  const ask = (url: string, headers: Record<string, string> = {}) => once(home + url, {headers: {accept: "application/json", ...headers}});
  return {open, ask, once, visited, cookies: () => jar(home)};
}

const cookieName = "__Host-frontdoor";

describe("coming in", () => {
  test("a person is sent to the council's sign-in and comes back to the page they asked for, with the roles of their groups", async () => {
    const {browser, issuer, trail} = await council();
    const qa = browser();
    const page = await qa.open("/qa/cases?measure=R1&team=North", "qa");
    expect([page.status, page.at]).toEqual([200, `${home}/qa/cases?measure=R1&team=North`]);
    expect(page.body).toContain("Cases");
    const asked = new URL(qa.visited.find((url) => url.startsWith(`${issuer}/auth?`))!).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({response_type: "code", code_challenge_method: "S256", code_challenge: expect.any(String), state: expect.any(String), nonce: expect.any(String), redirect_uri: `${home}/sign-in/callback`});
    expect(asked.toString()).not.toContain("North");
    expect(JSON.parse((await qa.ask("/api/me")).body)).toMatchObject({who: "qa@council.example", name: "Quinn Ahmed", roles: ["leadership", "qa"], local: false, signOut: "/sign-out"});
    expect((await qa.ask("/api/cases?measure=R1")).status).toBe(200);
    expect((await qa.ask("/api/refresh")).status).toBe(403);
    expect((await trail()).map((entry) => [entry.who, entry.action, entry.outcome])).toEqual([
      ["qa@council.example", "sign in", "given"],
      ["qa@council.example", "cases", "given"],
      ["qa@council.example", "refused", "refused"]
    ]);
  });

  test("the session cookie is encrypted, of this host only, and out of reach of scripts", async () => {
    const {browser} = await council();
    const qa = browser();
    await qa.open("/", "qa");
    const callback = qa.visited.find((url) => url.includes("/sign-in/callback"))!;
    expect(callback).toBeDefined();
    const value = qa.cookies().get(cookieName)!;
    expect(value.split(".")).toHaveLength(5);
    expect(Buffer.from(value.split(".")[0]!, "base64url").toString()).toBe('{"alg":"dir","enc":"A256GCM"}');
    expect(qa.cookies().has(`${cookieName}-sign-in`)).toBe(false);

    const other = browser();
    const first = await other.once(`${home}/`);
    expect(first.status).toBe(303);
    expect(first.set[0]).toMatch(/^__Host-frontdoor-sign-in=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    expect(first.headers["strict-transport-security"]).toBeDefined();
  });

  test("leadership sees pages and no case; who has no role sees nothing but the reason", async () => {
    const {browser, trail} = await council();
    const head = browser();
    expect((await head.open("/", "head")).status).toBe(200);
    expect((await head.ask("/run/run-1/run.json")).status).toBe(200);
    const refused = await head.open("/qa/cases");
    expect(refused.status).toBe(403);
    expect(refused.body).toContain("It is for the role qa; yours: leadership.");
    const cases = await head.ask("/api/cases?measure=R1");
    expect([cases.status, cases.body.includes("0000000042")]).toEqual([403, false]);

    for (const person of ["stranger", "groupless"]) {
      const nobody = browser();
      expect((await nobody.open("/", person)).status).toBe(403);
      for (const url of ["/", "/api/me", "/run/current.json", "/api/cases?measure=R1", "/_import/components/data.1a2b.js"]) expect((await nobody.ask(url)).status).toBe(403);
    }
    expect((await trail()).filter((entry) => entry.action === "sign in").map((entry) => [entry.who, entry.outcome])).toEqual([
      ["head@council.example", "given"], ["stranger@council.example", "refused"], ["groupless@council.example", "refused"]
    ]);
  });

  test("programs are told 401 and are not sent to a sign-in page; nothing of the data is open before", async () => {
    const {browser} = await council();
    for (const url of ["/api/me", "/api/cases?measure=R1", "/run/run-1/run.json", "/_import/components/data.1a2b.js"]) {
      expect([url, (await browser().ask(url)).status]).toEqual([url, 401]);
    }
    expect((await browser().once(`${home}/api/cases?measure=R1`)).status).toBe(401);
    expect((await browser().ask("/api/health")).status).toBe(200);
  });

  test("who cancels at the sign-in is told so, and is not in", async () => {
    const {browser} = await council();
    const person = browser();
    const page = await person.open("/", "");
    expect([page.status, page.body.includes("did not confirm")]).toEqual([401, true]);
    expect(person.cookies().has(cookieName)).toBe(false);
  });

  test("the address to come back to is never another site", async () => {
    const {browser} = await council();
    for (const url of ["//attacker.example/", "/\\attacker.example", "/%2f%2fattacker.example"]) {
      const page = await browser().open(`${home}${url}`, "qa");
      expect([url, page.status]).toEqual([url, 400]);
    }
  });
});

describe("row scope", () => {
  test("whoever is in a group with a scope is held to it, whatever other groups they are in, and from the moment they join it", async () => {
    const {browser, people} = await council({settings: {scopes: {"group-other": {team: "North"}, "group-south": {team: ["South", "East"]}, "group-place": {locality: "Docks"}}}});
    const scopeNow = async (groups: string[]) => {
      people.qa!.groups = groups;
      const fresh = browser();
      await fresh.open("/", "qa");
      return [JSON.parse((await fresh.ask("/api/me")).body).scope, (await fresh.ask("/api/cases?measure=R1&team=North")).status, (await fresh.ask("/api/cases?measure=R1&team=South")).status];
    };
    expect(await scopeNow(["group-qa"])).toEqual([null, 200, 200]);
    expect(await scopeNow(["group-qa", "group-other"])).toEqual([{dimension: "team", groups: ["North"]}, 200, 403]);
    expect(await scopeNow(["group-south", "group-qa", "group-other"])).toEqual([{dimension: "team", groups: ["South", "East", "North"]}, 200, 200]);
    // a scope by team and one by locality agree on nothing
    expect(await scopeNow(["group-place", "group-qa", "group-other"])).toEqual([{dimension: "locality", groups: []}, 403, 403]);
  });
});

describe("attacks on the sign-in", () => {
  test("an answer from the provider works once, in the browser that asked, with its own state", async () => {
    const {browser, trail} = await council();
    const victim = browser();
    await victim.open("/", "qa");
    const used = victim.visited.find((url) => url.includes("/sign-in/callback"))!;

    // Brought again: by the same browser, by one with no sign-in begun, and by one with a sign-in of its own.
    expect((await victim.once(used)).status).toBe(400);
    const thief = browser();
    expect((await thief.once(used)).status).toBe(400);
    await thief.once(`${home}/`);
    expect((await thief.once(used)).status).toBe(401);
    expect(thief.cookies().has(cookieName)).toBe(false);

    // A code injected under the thief's own state: PKCE and the nonce belong to the other sign-in, and the code is spent.
    const own = new URL((await thief.once(`${home}/`)).to!).searchParams.get("state")!;
    const injected = new URL(used);
    injected.searchParams.set("state", own);
    expect((await thief.once(injected.href)).status).toBe(401);
    expect(thief.cookies().has(cookieName)).toBe(false);
    expect((await trail()).filter((entry) => entry.outcome === "refused").length).toBeGreaterThan(0);
  });

  test("a code that was not yet used is of no use under another sign-in", async () => {
    const {browser, issuer} = await council();
    const victim = browser();
    const toProvider = (await victim.once(`${home}/`)).to!;
    let at = toProvider;
    let callback = "";
    for (let step = 0; step < 10 && callback === ""; step++) {
      const answer = at.includes("/interaction/") ? await victim.once(at, {method: "POST", body: "as=qa"}) : await victim.once(at);
      at = new URL(answer.to!, issuer).href;
      if (at.startsWith(home)) callback = at;
    }
    const thief = browser();
    const own = new URL((await thief.once(`${home}/`)).to!).searchParams.get("state")!;
    const injected = new URL(callback);
    injected.searchParams.set("state", own);
    expect((await thief.once(injected.href)).status).toBe(401);
    expect(thief.cookies().has(cookieName)).toBe(false);
  });

  test("a cookie that was changed, cut, made up, or taken for another opens nothing", async () => {
    const {browser} = await council();
    const qa = browser();
    await qa.open("/", "qa");
    const value = qa.cookies().get(cookieName)!;
    const parts = value.split(".");
    const flipped = (at: number) => parts.with(at, (parts[at]!.startsWith("A") ? "B" : "A") + parts[at]!.slice(1)).join(".");
    const none = Buffer.from('{"alg":"none"}').toString("base64url");
    const pending = browser();
    await pending.once(`${home}/`);
    for (const bad of ["", "x", value.slice(0, -2), flipped(2), flipped(3), flipped(4), `${none}.${parts.slice(1).join(".")}`, `${none}.e30.`, pending.cookies().get(`${cookieName}-sign-in`)!]) {
      expect((await browser().ask("/api/me", {cookie: `${cookieName}=${bad}`})).status).toBe(401);
    }
    expect((await browser().ask("/api/me", {cookie: `${cookieName}=${value}`})).status).toBe(200);
  });

  test("another name in the Host header, or another site's page, gets nothing", async () => {
    const {browser, app} = await council();
    const qa = browser();
    await qa.open("/", "qa");
    const cookie = `${cookieName}=${qa.cookies().get(cookieName)}`;
    expect((await app.inject({url: "/api/me", headers: {host: "frontdoor.example.attacker.example", cookie}})).statusCode).toBe(403);
    expect((await qa.ask("/api/me", {origin: "https://attacker.example"})).status).toBe(403);
    expect((await qa.ask("/api/me", {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"})).status).toBe(403);
    expect((await qa.once(`${home}/sign-out`, {method: "POST", headers: {origin: "https://attacker.example"}})).status).toBe(403);
    expect((await qa.once(`${home}/sign-out`, {method: "POST", headers: {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}})).status).toBe(403);
    expect((await qa.once(`${home}/sign-out`, {method: "POST", headers: {origin: "null", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}})).status).toBe(403);
    expect((await qa.once(`${home}/sign-out`, {method: "POST", headers: {origin: "null"}})).status).toBe(403);
    expect((await qa.ask("/api/me")).status).toBe(200);
  });
});

describe("going out", () => {
  test("signing out ends the session here and at the provider, and a copy of the cookie is worth nothing", async () => {
    const {browser, issuer, trail} = await council();
    const qa = browser();
    await qa.open("/", "qa");
    const copy = qa.cookies().get(cookieName)!;
    const answer = await qa.once(`${home}/sign-out`, {method: "POST", body: "", headers: {origin: home, "sec-fetch-site": "same-origin"}});
    const to = new URL(answer.to!);
    expect([answer.status, to.origin, to.pathname]).toEqual([303, issuer, "/session/end"]);
    expect(to.searchParams.get("post_logout_redirect_uri")).toBe(`${home}/signed-out`);
    expect(to.searchParams.get("id_token_hint")!.split(".")).toHaveLength(3);
    expect(qa.cookies().has(cookieName)).toBe(false);
    expect((await browser().ask("/api/me", {cookie: `${cookieName}=${copy}`})).status).toBe(401);
    expect((await qa.once(to.href)).status).toBe(200);
    expect((await browser().open("/signed-out")).body).toContain("You are signed out");
    expect((await trail()).at(-1)).toMatchObject({who: "qa@council.example", action: "sign out"});
  });

  test("half an hour without a request, or ten hours in all, ends a session; an open page's own asking does not count", async () => {
    const {browser, clock} = await council({settings: {recheckMinutes: 60}});
    const qa = browser();
    await qa.open("/", "qa");
    clock.ahead += 29 * 60_000;
    expect((await qa.ask("/api/me")).status).toBe(200);
    for (let i = 0; i < 3; i++) {
      clock.ahead += 9 * 60_000;
      expect((await qa.ask("/run/current.json")).status).toBe(200);
    }
    clock.ahead += 4 * 60_000;
    expect((await qa.ask("/api/me")).status).toBe(401);

    const busy = browser();
    await busy.open("/", "qa");
    let status = 200;
    let minutes = 0;
    for (; status === 200 && minutes < 700; minutes += 20) {
      clock.ahead += 20 * 60_000;
      status = (await busy.ask("/api/me")).status;
    }
    expect([status, minutes]).toEqual([401, 600]);
  });

  test("a sign-in that is not finished in time is begun again", async () => {
    const {browser, clock} = await council();
    const slow = browser();
    const to = (await slow.once(`${home}/`)).to!;
    clock.ahead += 11 * 60_000;
    const page = await slow.open(to, "qa");
    expect([page.status, page.body.includes("took too long")]).toEqual([400, true]);
  });

  test("who is taken out of a group, or off the list, loses the role within minutes, in the middle of a session", async () => {
    const {browser, clock, people} = await council();
    const [qa, gone] = [browser(), browser()];
    await qa.open("/", "qa");
    await gone.open("/", "analyst");
    expect((await qa.ask("/api/cases?measure=R1")).status).toBe(200);
    people.qa!.groups = ["group-heads"];
    delete people.analyst;
    clock.ahead += 6 * 60_000;
    expect((await qa.ask("/api/cases?measure=R1")).status).toBe(403);
    expect(JSON.parse((await qa.ask("/api/me")).body).roles).toEqual(["leadership"]);
    expect((await gone.ask("/api/me")).status).toBe(401);
    people.qa!.groups = [];
    clock.ahead += 6 * 60_000;
    expect((await qa.ask("/api/me")).status).toBe(403);
  });
});

describe("a provider that misbehaves", () => {
  test("that does not answer: a page that says so; who is in stays in for a while, and no longer", async () => {
    const {browser, stop, clock, logged} = await council();
    const qa = browser();
    await qa.open("/", "qa");
    await stop();
    clock.ahead += 6 * 60_000;
    expect((await qa.ask("/api/cases?measure=R1")).status).toBe(200);
    clock.ahead += 15 * 60_000;
    expect((await qa.ask("/api/cases?measure=R1")).status).toBe(401);
    expect(logged.join("\n")).toContain("no longer confirms them");

    const settings = readServerSettings(await signInSettings("http://127.0.0.1:9"));
    const app = createServer({store: await temporary(), site: await makeSite(), settings, door: openIdDoor({settings: settings.signIn!, log: (line) => logged.push(line)}), hosts: () => ["frontdoor.example"], scheme: "https", log: () => undefined});
    onTestFinished(() => app.close());
    const page = await app.inject({url: "/", headers: {host: "frontdoor.example", accept: "text/html"}});
    expect([page.statusCode, page.body.includes("cannot be reached")]).toEqual([503, true]);
    expect(logged.at(-1)).toContain("does not answer");
  });

  test("whose clock is a little off is believed; one that is off by more than the settings allow is not", async () => {
    // An ID token that has been out of date for two seconds when it comes.
    const off = {idTokenSeconds: 1, tokenDelay: 3_000};
    const late = await council(off);
    expect([(await late.browser().open("/", "qa")).status, late.logged]).toEqual([200, []]);
    const tooLate = await council({...off, settings: {clockToleranceSeconds: 0}});
    expect((await tooLate.browser().open("/", "qa")).status).toBe(401);
    expect(tooLate.logged.join()).toContain("TIMESTAMP");
  });
});

describe("settings", () => {
  test("each mistake is named, and plain http is for this machine only", async () => {
    const right = (await signInSettings("https://login.example")).signIn;
    expect(() => readServerSettings({signIn: right})).not.toThrow();
    for (const [change, words] of [
      [{issuer: "http://login.example"}, /signIn\.issuer: must begin with https/],
      [{address: "http://frontdoor.example"}, /signIn\.address: must begin with https/],
      [{address: "https://frontdoor.example/path"}, /signIn\.address: must be a host without a path/],
      [{roles: {"group-x": "admin"}}, /signIn\.roles/],
      [{scope: "profile"}, /must hold openid/],
      [{secret: "in the settings"}, /secret/]
    ] as const) expect(() => readServerSettings({signIn: {...right, ...change}})).toThrow(words);
  });

  test("a client secret that others may read is refused", async () => {
    const settings = await signInSettings("https://login.example");
    await chmod(settings.signIn.clientSecretFile, 0o644);
    const start = () => openIdDoor({settings: readServerSettings(settings).signIn!, log: () => undefined});
    if (process.platform !== "win32") expect(start).toThrow(/can be read by others\. Run: chmod 600/);
    settings.signIn.clientSecretFile += "-missing";
    expect(start).toThrow(/cannot be read\. Write the secret there/);
  });

  test("with sign-in set, another address than this machine's may be opened", async () => {
    const store = await temporary();
    const server = await serve({store, site: await makeSite(), host: "0.0.0.0", port: 0, log: () => undefined, settings: {server: await signInSettings("https://login.example")}});
    onTestFinished(() => server.close());
    expect(server.url).toBe(`${home}/`);
  });
});
