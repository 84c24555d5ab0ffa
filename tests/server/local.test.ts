// Local mode: who comes in, from where, and what is refused. Cases are made in the test; sockets are real where a client would tidy a path.
import net from "node:net";
import {mkdir, symlink, writeFile} from "node:fs/promises";
import {join} from "node:path";
import {describe, expect, onTestFinished, test} from "vitest";
import {serve} from "../../server/server.ts";
import {ask, comeIn, host, localServer, makeRun, makeSite, point, put, someRows, temporary, token} from "./support.ts";

async function served(options: {example?: boolean; runExample?: boolean} = {}) {
  const store = await temporary();
  await makeRun(store, "run-1", someRows, {example: options.runExample});
  await point(store, "run-1");
  const logged: string[] = [];
  const site = await makeSite();
  const server = await serve({store, site, port: 0, log: (line) => logged.push(line), example: options.example});
  onTestFinished(() => server.close());
  const {origin, host} = new URL(server.url);
  return {...server, origin, host, store, site, logged};
}

async function cookieOf(url: string): Promise<string> {
  const {pathname, search, host} = new URL(url);
  const answer = await ask(url, pathname + search, {host});
  expect(answer.status).toBe(303);
  return answer.headers["set-cookie"]![0]!.split(";")[0]!;
}

describe("coming in", () => {
  test("the printed address works once: it gives a cookie and an address without the token, and then no more", async () => {
    const {url, origin, host, logged} = await served();
    const given = new URL(url).searchParams.get("token")!;
    expect(Buffer.from(given, "base64url")).toHaveLength(32);
    expect(logged).toEqual([]);

    const first = await ask(url, `/?token=${given}`, {host});
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe("/");
    expect(first.headers["set-cookie"]![0]).toMatch(/^frontdoor-\d+=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    const cookie = first.headers["set-cookie"]![0]!.split(";")[0]!;
    expect((await ask(origin, "/", {host, cookie})).body).toContain("At a glance");

    const again = await ask(url, `/?token=${given}`, {host});
    expect(again.status).toBe(401);
    expect(again.headers["set-cookie"]).toBeUndefined();
    const reopened = await ask(url, `/?token=${given}`, {host, cookie});
    expect(reopened.status).toBe(303);
  });

  test("without the cookie every address but the monitor's answers 401, in words", async () => {
    const {app} = await localServer();
    for (const url of ["/", "/qa/cases", "/nothing", "/_import/components/data.1a2b.js", "/run/current.json", "/run/run-1/run.json", "/api/me", "/api/cases?measure=R1", "/api/refresh", "/api/nothing", "/csp.json"]) {
      const answer = await app.inject({url, headers: {...host, accept: "text/html"}});
      expect([url, answer.statusCode]).toEqual([url, 401]);
      expect(answer.body).toContain("frontdoor");
    }
    expect((await app.inject({url: "/", headers: {...host, accept: "text/html"}})).body).toContain("Open the address that frontdoor printed");
    expect((await app.inject({url: "/api/health", headers: host})).json()).toEqual({status: "ok"});
  });

  test("a wrong token, half a token, two tokens and a HEAD request let nobody in and do not use the token up", async () => {
    const {app} = await localServer();
    for (const url of ["/?token=", "/?token=no", `/?token=${token.slice(1)}`, `/?token=${token}&token=${token}`]) {
      const answer = await app.inject({url, headers: host});
      expect([answer.statusCode, answer.cookies]).toEqual([401, []]);
    }
    expect((await app.inject({method: "HEAD", url: `/?token=${token}`, headers: host})).statusCode).toBe(401);
    await comeIn(app);
  });

  test("a made-up cookie lets nobody in", async () => {
    const {app} = await localServer();
    await comeIn(app);
    for (const cookie of ["frontdoor-3000=", "frontdoor-3000=AAAA", `frontdoor-3000=${token}`, "frontdoor-3000=%00"]) {
      expect((await app.inject({url: "/", headers: {...host, cookie}})).statusCode).toBe(401);
    }
  });

  test("example data needs no token, until a refresh makes it other data; then the address with the token is printed", async () => {
    const {url, origin, host, store, logged} = await served({runExample: true});
    expect(new URL(url).search).toBe("");
    expect((await ask(origin, "/api/cases?measure=R1", {host})).status).toBe(200);
    expect(JSON.parse((await ask(origin, "/api/me", {host})).body)).toMatchObject({local: true, example: true, roles: ["leadership", "qa", "analyst"]});

    await makeRun(store, "run-2", someRows);
    await point(store, "run-2");
    for (const target of ["/", "/api/cases?measure=R1", "/run/run-2/run.json", "/run/run-1/run.json", "/run/current.json", "/api/cases?measure=R1&run=run-1"]) {
      expect([target, (await ask(origin, target, {host})).status]).toEqual([target, 401]);
    }
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/no longer the example\. Open http.*token=/);
    const cookie = await cookieOf(logged[0]!.slice(logged[0]!.indexOf("http")));
    expect((await ask(origin, "/api/cases?measure=R1", {host, cookie})).status).toBe(200);
  });

  test("while the current run is example data, an older run of other data still needs the token", async () => {
    const {origin, host, store} = await served({runExample: true});
    await makeRun(store, "real", someRows);
    for (const target of ["/run/real/run.json", "/api/cases?measure=R1&run=real", "/api/refresh?run=real"]) {
      expect([target, (await ask(origin, target, {host})).status]).toEqual([target, 401]);
    }
  });

  test("example: false asks for the token even with the example data", async () => {
    const {url, origin, host} = await served({runExample: true, example: false});
    expect(new URL(url).searchParams.has("token")).toBe(true);
    expect((await ask(origin, "/", {host})).status).toBe(401);
  });

  test("before the first refresh nobody is let in without the token, and who is let in is told what to do", async () => {
    const {app} = await localServer({store: await temporary()});
    expect((await app.inject({url: "/", headers: host})).statusCode).toBe(401);
    const headers = await comeIn(app);
    const answer = await app.inject({url: "/run/current.json", headers});
    expect(answer.statusCode).toBe(404);
    expect(answer.json().error).toContain("npm run frontdoor -- refresh");
    expect((await app.inject({url: "/", headers})).statusCode).toBe(200);
    expect((await app.inject({url: "/api/health", headers: host})).statusCode).toBe(503);
  });
});

describe("where it listens", () => {
  test.each(["0.0.0.0", "::", "192.0.2.7", "frontdoor.example"])("refuses to open to a network without sign-in: %s", async (address) => {
    const store = await temporary();
    await expect(serve({store, site: store, host: address, port: 0, log: () => undefined})).rejects.toThrow(/server\.signIn/);
  });

  test("listens on the loopback address and no other", async () => {
    const {url} = await served();
    const port = Number(new URL(url).port);
    const {networkInterfaces} = await import("node:os");
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []).filter((one) => !one.internal && one.family === "IPv4");
    for (const {address} of others) {
      const reached = await new Promise((resolve) => {
        const socket = net.connect({host: address, port, timeout: 2_000});
        socket.on("connect", () => (socket.destroy(), resolve(true))).on("error", () => resolve(false)).on("timeout", () => (socket.destroy(), resolve(false)));
      });
      expect([address, reached]).toEqual([address, false]);
    }
  });

  test("says which port is taken and what to do", async () => {
    const {url, store, site} = await served();
    const port = Number(new URL(url).port);
    await expect(serve({store, site, port, log: () => undefined})).rejects.toThrow(`Port ${port} is taken by another program (perhaps frontdoor is running already). Stop it, or choose another: frontdoor serve --port ${port + 1}`);
  });

  test("names a setting that is wrong", async () => {
    const store = await temporary();
    await expect(serve({store, site: store, port: 0, settings: {server: {limits: {rows: -1}}}, log: () => undefined})).rejects.toThrow("server.limits.rows");
    await expect(serve({store, site: store, port: 0, settings: {server: {limit: {}}}, log: () => undefined})).rejects.toThrow("limit");
  });
});

describe("who may send a request", () => {
  test("answers only to this machine's own names with the right port (DNS rebinding)", async () => {
    const {url, host} = await served();
    const port = new URL(url).port;
    const cookie = await cookieOf(url);
    for (const name of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      expect([name, (await ask(url, "/api/me", {host: name, cookie})).status]).toEqual([name, 200]);
    }
    for (const name of ["attacker.example", `attacker.example:${port}`, "127.0.0.1", "localhost:1", `127.0.0.1.attacker.example:${port}`, `localhost.:${port}`, `127.1:${port}`, `0.0.0.0:${port}`, `${host}, attacker.example`, " "]) {
      const answer = await ask(url, "/api/me", {host: name, cookie});
      expect([name, answer.status === 403 || answer.status === 400]).toEqual([name, true]);
      expect(answer.body).not.toContain("roles");
    }
    expect((await ask(url, "/api/health", {host: "attacker.example"})).status).toBe(403);
  });

  test("refuses what another site's page sends, another port of this machine included", async () => {
    const {app} = await localServer();
    const headers = await comeIn(app);
    const own = "http://127.0.0.1:3000";
    expect((await app.inject({url: "/api/me", headers: {...headers, origin: own, "sec-fetch-site": "same-origin"}})).statusCode).toBe(200);
    for (const origin of ["http://127.0.0.1:8080", "http://attacker.example", "null", "https://127.0.0.1:3000", `${own}.attacker.example`]) {
      expect([origin, (await app.inject({url: "/api/me", headers: {...headers, origin}})).statusCode]).toEqual([origin, 403]);
    }
    for (const site of ["cross-site", "same-site"]) {
      expect((await app.inject({url: "/api/me", headers: {...headers, "sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}})).statusCode).toBe(403);
      expect((await app.inject({url: "/", headers: {...headers, "sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}})).statusCode).toBe(403);
      expect((await app.inject({method: "POST", url: "/", headers: {...headers, "sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}})).statusCode).toBe(403);
    }
    // A link in a mail opens the page (a strict cookie does not come with it, so it says how to come in).
    expect((await app.inject({url: "/", headers: {...host, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}})).statusCode).toBe(401);
  });

  test("nothing can be changed: every method but GET and HEAD is refused", async () => {
    const {app} = await localServer();
    const headers = await comeIn(app);
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const) {
      for (const url of ["/", "/api/cases", "/run/run-1/run.json"]) {
        expect([method, url, (await app.inject({method, url, headers})).statusCode]).toEqual([method, url, 405]);
      }
    }
    expect((await app.inject({method: "HEAD", url: "/api/cases?measure=R1", headers})).statusCode).toBe(200);
  });

  test("says when one person asks too often", async () => {
    const {app} = await localServer({settings: {limits: {casesPerMinute: 3}}});
    const headers = await comeIn(app);
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await app.inject({url: "/api/cases?measure=R1", headers})).statusCode);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await app.inject({url: "/api/me", headers})).statusCode).toBe(200);
  });
});

describe("which files are served", () => {
  test("pages by their addresses, modules, and the published files of kept runs", async () => {
    const {app} = await localServer();
    const headers = await comeIn(app);
    const body = async (url: string) => (await app.inject({url, headers})).body;
    expect(await body("/")).toContain("At a glance");
    expect(await body("/index")).toContain("At a glance");
    expect(await body("/qa/cases")).toContain("Cases");
    expect(await body("/qa/cases.html?measure=R1")).toContain("Cases");
    expect(await body("/_import/components/data.1a2b.js")).toBe("export {};");
    expect(JSON.parse(await body("/run/current.json"))).toEqual({run: "run-1"});
    const published = await app.inject({url: "/run/run-1/measures/R1.json", headers});
    expect(published.json()).toEqual({run: "run-1", id: "R1"});
    expect(published.headers).toMatchObject({"x-frontdoor-run": "run-1", etag: expect.any(String)});
    expect((await app.inject({url: "/run/run-1/measures/R1.json", headers: {...headers, "if-none-match": published.headers.etag as string}})).statusCode).toBe(304);
  });

  test("no spelling of a path leads out of the site or of a run's published folder", async () => {
    const {url, host, store, site} = await served();
    const cookie = await cookieOf(url);
    const secret = "a secret outside";
    await writeFile(join(store, "runs", "run-1", "report.json"), secret);
    await writeFile(join(store, "runs", "run-1", "published", ".hidden.json"), secret);
    await mkdir(join(store, "runs", "run-1", "published", ".git"), {recursive: true});
    await writeFile(join(store, "runs", "run-1", "published", ".git", "config"), secret);
    await writeFile(join(store, "secret.json"), secret);
    await symlink(join(store, "secret.json"), join(store, "runs", "run-1", "published", "link.json"));
    await symlink(store, join(store, "runs", "run-1", "published", "linked"));
    await put(join(store, "runs", "unfinished", "published", "run.json"), secret);
    await symlink(join(store, "secret.json"), join(site, "linked.txt"));
    const tricks = [
      "/run/run-1/../run.json", "/run/run-1/../report.json", "/run/run-1/%2e%2e/report.json", "/run/run-1/%2E%2E%2Freport.json", "/run/run-1/..%2freport.json", "/run/run-1/..%5creport.json",
      "/run/run-1/..\\report.json", "/run/run-1/%252e%252e/report.json", "/run/run-1/....//report.json", "/run/run-1/./run.json", "/run/run-1//run.json", "//run/run-1/run.json", "/run//run-1/run.json",
      "/run/run-1/run.json.", "/run/run-1/run.json%00", "/run/run-1/run.json%00.txt", "/run/run-1/run.json%20", "/run/run-1/run.json::$DATA", "/run/run-1./run.json", "/run/RUN-1/run.json", "/run/run-1/RUN.json",
      "/run/run-1/MEASURES/R1.json", "/RUN/run-1/report.json", "/run/run-1/.hidden.json", "/run/run-1/.git/config", "/run/run-1/link.json", "/run/run-1/linked/secret.json", "/run/run-1/measures", "/run/run-1/measures/", "/run/run-1/",
      "/run/run-1", "/run/", "/run", "/run/../secret.json", "/run/../../secret.json", "/run/../published/run.json", "/run/%2e%2e/secret.json", "/run/unfinished/run.json", "/run/nothing/run.json", "/run/current.json/", "/run/Current.json",
      "/../secret.json", "/..%2fsecret.json", "/linked.txt", "/_import/../csp.json", "/csp.json", "/CSP.json", "/qa/cases.html/", "/QA/cases", "/qa/CASES", "/qa/cases.", "/qa/%63ases", "/qa//cases", "/qa/cases;x", "/qa/cases%3fx",
      "/index.html/..", "/etc/passwd", "/%c0%ae%c0%ae/secret.json", "/%", "/%zz", "http://127.0.0.1/run/run-1/run.json", "/run/run-1/\u0000", "/" + "a/".repeat(60), "/" + "a".repeat(5_000)
    ];
    for (const target of tricks) {
      const answer = await ask(url, target, {host, cookie}).catch((error: Error) => ({status: 400, body: error.message, headers: {}}));
      expect([target, answer.status === 400 || answer.status === 404]).toEqual([target, true]);
      expect(answer.body).not.toContain(secret);
      expect(answer.body).not.toMatch(/<title>(Cases|At a glance)/);
    }
    // What a client library will not send, straight down a socket.
    for (const line of ["GET /run/run-1/\u0000../report.json HTTP/1.1", "GET \\run\\run-1\\..\\report.json HTTP/1.1", "GET ../secret.json HTTP/1.1", "GET * HTTP/1.1"]) {
      const said = await raw(url, `${line}\r\nHost: ${host}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`);
      expect(said).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(said).not.toContain(secret);
    }
  });

  test("a run whose manifest points outside the store is not opened", async () => {
    const {app, store} = await localServer();
    const headers = await comeIn(app);
    await makeRun(store, "run-2", someRows);
    await put(join(store, "runs", "run-2", "run.json"), {run: "run-2", parts: [{authority: "E06000001", file: "../../elsewhere.duckdb"}], asAt: "2026-03-31"});
    await point(store, "run-2");
    expect((await app.inject({url: "/api/cases?measure=R1", headers})).statusCode).toBe(503);
    await writeFile(join(store, "current.json"), '{"run": "../run-1"}');
    expect((await app.inject({url: "/api/cases?measure=R1", headers})).statusCode).toBe(503);
  });

  test("says what to do when the site is not built", async () => {
    const {app} = await localServer({site: join(await temporary(), "dist")});
    const headers = await comeIn(app);
    const answer = await app.inject({url: "/", headers: {...headers, accept: "text/html"}});
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain("npm run build");
  });
});

describe("headers", () => {
  test("every answer has a strict content security policy and its companions; a page's scripts are named by hash", async () => {
    const {app} = await localServer();
    const headers = await comeIn(app);
    for (const url of ["/", "/qa/cases", "/nothing", "/run/run-1/run.json", "/api/me", "/api/cases?measure=R1", "/api/nothing", "/%zz", "/?token=x"]) {
      for (const from of [headers, host, {host: "attacker.example"}]) {
        const answer = await app.inject({url, headers: from});
        expect(answer.headers).toMatchObject({"x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin"});
        if (url === "/%zz") continue;
        const policy = answer.headers["content-security-policy"] as string;
        expect(policy).toContain("default-src 'none'");
        expect(policy).toContain("frame-ancestors 'none'");
        expect(policy).not.toContain("unsafe");
      }
    }
    expect((await app.inject({url: "/", headers})).headers["content-security-policy"]).toContain("script-src 'self' 'sha256-AAAA';");
    expect((await app.inject({url: "/qa/cases", headers})).headers["content-security-policy"]).toContain("script-src 'self' 'sha256-BBBB';");
  });
});

function raw(url: string, text: string): Promise<string> {
  const {hostname, port} = new URL(url);
  return new Promise((resolve, reject) => {
    let said = "";
    const socket = net.connect({host: hostname, port: Number(port)}, () => socket.write(text));
    socket.on("data", (piece) => (said += piece.toString("utf8"))).on("end", () => resolve(said)).on("error", reject);
  });
}
