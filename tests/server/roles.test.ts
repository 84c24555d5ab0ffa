// Route × role, walked completely against a table written here by hand: a new route that nobody entered is refused.
import {expect, test} from "vitest";
import {mayPass, ruleFor, rules} from "../../server/roles.ts";
import type {Door, Session} from "../../server/session.ts";
import {roleNames, type Role} from "../../server/settings.ts";
import {host, localServer} from "./support.ts";

const people: Record<string, readonly Role[] | null> = {nobody: null, "no role": [], leadership: ["leadership"], qa: ["qa"], analyst: ["analyst"]};

/** Status by person, in the order of `people`. */
const expected: Record<string, readonly number[]> = {
  "/api/health": [200, 200, 200, 200, 200],
  "/api/me": [401, 403, 200, 200, 200],
  "/api/cases?measure=R1": [401, 403, 403, 200, 403],
  "/api/figures?measures=Z9": [401, 403, 200, 200, 200],
  "/api/charts?chart=out-of-hours": [401, 403, 404, 404, 404],
  "/api/answers?ask=charts%3Fchart%3Dout-of-hours": [401, 403, 200, 200, 200],
  "/api/sample?measure=R1&seed=1": [401, 403, 403, 200, 403],
  "/api/child?id=0000000042": [401, 403, 403, 404, 403],
  "/api/real-id?pseudonym=P-0123456789ABCDEF": [401, 403, 403, 404, 403],
  "/api/refresh": [401, 403, 403, 403, 404],
  "/api/changes": [401, 403, 403, 403, 200],
  "/api/changes/cases?before=none&measure=R1": [401, 403, 403, 404, 403],
  "/api/audit": [401, 403, 403, 403, 200],
  "/api/nothing": [401, 404, 404, 404, 404],
  "/api/": [401, 404, 404, 404, 404],
  "/run/current.json": [401, 403, 200, 200, 200],
  "/run/run-1/run.json": [401, 403, 200, 200, 200],
  "/run/run-1/report.json": [401, 403, 404, 404, 404],
  "/run/none/run.json": [401, 403, 404, 404, 404],
  "/": [401, 403, 200, 200, 200],
  "/index.html": [401, 403, 200, 200, 200],
  "/_import/components/data.1a2b.js": [401, 403, 200, 200, 200],
  "/csp.json": [401, 403, 404, 404, 404],
  "/nothing": [401, 403, 404, 404, 404],
  "/qa": [401, 403, 403, 404, 403],
  "/qa.html": [401, 403, 403, 404, 403],
  "/qa/": [401, 403, 403, 404, 403],
  "/qa/cases": [401, 403, 403, 200, 403],
  "/qa/cases.html": [401, 403, 403, 200, 403],
  "/qa/cases/": [401, 403, 403, 404, 403],
  "/audit": [401, 403, 403, 403, 404],
  "/audit.html": [401, 403, 403, 403, 404],
  "/data/changes": [401, 403, 403, 403, 404],
  "/data/changes.html": [401, 403, 403, 403, 404],
  "/data/refresh": [401, 403, 403, 403, 200],
  "/data/refresh.html": [401, 403, 403, 403, 200]
};

/** A door that believes what a header says. */
const trusting: Partial<Door> = {
  openForExample: false,
  routes: () => undefined,
  arrive: async () => false,
  sessionOf: async (request) => {
    const roles = people[String(request.headers["x-person"])];
    return roles ? ({who: "a", name: "A", roles, scope: null, local: false} satisfies Session) : null;
  },
  turnAway: (_request, reply) => reply.code(401).send("who?")
};

test("each address answers each role as the table says, GET and HEAD alike", async () => {
  const {app} = await localServer({door: trusting as Door});
  for (const [url, statuses] of Object.entries(expected)) {
    for (const method of ["GET", "HEAD"] as const) {
      const found: number[] = [];
      for (const person of Object.keys(people)) found.push((await app.inject({method, url, headers: {...host, "x-person": person}})).statusCode);
      expect([method, url, found]).toEqual([method, url, statuses]);
    }
  }
});

test("a spelling of a closed address that a careless file system would forgive opens nothing", async () => {
  const {app} = await localServer({door: trusting as Door});
  for (const url of ["/QA/cases", "/Qa/Cases.HTML", "/qa//cases", "/./qa/cases", "/x/../qa/cases", "/%71a/cases", "/qa%2fcases", "/qa\\cases", "/qa/cases.", "/Data/Refresh", "/API/cases?measure=R1", "/api//cases?measure=R1", "/api/cases/?measure=R1", "/api/Cases?measure=R1", "/api/%63ases?measure=R1"]) {
    const answer = await app.inject({url, headers: {...host, "x-person": "leadership"}});
    expect([url, [400, 403, 404].includes(answer.statusCode)]).toEqual([url, true]);
  }
});

test("every rule is walked above", () => {
  for (const rule of rules) {
    const walked = Object.keys(expected).some((url) => ruleFor(rule.method, url.split("?")[0]!) === rule);
    // Signing in and out is a door's own: openid.test.ts.
    if (["/sign-in/callback", "/signed-out", "/sign-out"].includes(rule.path)) continue;
    expect([rule.method, rule.path, walked]).toEqual([rule.method, rule.path, true]);
  }
});

test("the server does not start with a route that has no rule of its own", async () => {
  await expect(localServer({door: {...trusting, routes: (app) => void app.get("/api/children/:id", () => "a child")} as Door})).rejects.toThrow("Enter the route GET /api/children/:id in server/roles.ts");
});

test("what has no rule is refused, whatever the role", () => {
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]) expect(mayPass(ruleFor(method, "/api/cases"), roleNames)).toBe(false);
  expect(mayPass(null, roleNames)).toBe(false);
});
