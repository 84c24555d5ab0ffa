// A real OpenID provider on this machine, with people who sign in by pressing a button with their name. It knows no test runner.
import {once} from "node:events";
import http from "node:http";
import type {AddressInfo} from "node:net";
import Provider, {type Adapter, type AdapterPayload} from "oidc-provider";

interface Person {
  name: string;
  groups?: string[];
}

export interface CouncilOptions {
  /** Where frontdoor is opened. */
  address: string;
  idTokenSeconds?: number;
  /** Milliseconds by which tokens come late. */
  tokenDelay?: number;
}

/** What the provider keeps, all of it: its own memory forgets all but the newest thousand things, which two hundred people at once are more than. */
function memory(): (name: string) => Adapter {
  const kept = new Map<string, AdapterPayload>();
  return (name) => {
    const found = (test: (payload: AdapterPayload) => boolean) => [...kept].find(([key, payload]) => key.startsWith(`${name}:`) && test(payload))?.[1];
    return {
      upsert: async (id, payload) => void kept.set(`${name}:${id}`, payload),
      find: async (id) => kept.get(`${name}:${id}`),
      findByUid: async (uid) => found((payload) => payload.uid === uid),
      findByUserCode: async (code) => found((payload) => payload.userCode === code),
      consume: async (id) => void (kept.get(`${name}:${id}`)!.consumed = Math.floor(Date.now() / 1000)),
      destroy: async (id) => void kept.delete(`${name}:${id}`),
      revokeByGrantId: async (grantId) => {
        for (const [key, payload] of kept) if (payload.grantId === grantId) kept.delete(key);
      }
    };
  };
}

/** Starts the provider. */
export async function openIdServer({address, idTokenSeconds = 600, tokenDelay = 0}: CouncilOptions) {
  const people: Record<string, Person> = {
    qa: {name: "Quinn Ahmed", groups: ["group-qa", "group-other"]},
    head: {name: "Harper Ellis", groups: ["group-heads"]},
    analyst: {name: "Alex Nalyst", groups: ["group-analysts"]},
    stranger: {name: "Sam Tranger", groups: ["constructor", "group-other"]},
    groupless: {name: "Gil"}
  };
  const server = http.createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    adapter: memory(),
    clients: [{
      client_id: "frontdoor", client_secret: "a-secret-of-the-test", token_endpoint_auth_method: "client_secret_post", grant_types: ["authorization_code", "refresh_token"], response_types: ["code"],
      redirect_uris: [`${address}/sign-in/callback`], post_logout_redirect_uris: [`${address}/signed-out`], application_type: "native"
    }],
    claims: {openid: ["sub", "name", "preferred_username", "groups"]},
    conformIdTokenClaims: false,
    cookies: {keys: ["a-key-of-the-test"]},
    features: {devInteractions: {enabled: false}},
    findAccount: (_ctx, id) => (people[id] ? {accountId: id, claims: async () => ({sub: id, preferred_username: `${id}@council.example`, ...people[id]})} : undefined),
    interactions: {url: (_ctx, interaction) => `/interaction/${interaction.uid}`},
    issueRefreshToken: async () => true,
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({clientId: ctx.oidc.client!.clientId, accountId: ctx.oidc.session!.accountId!});
      grant.addOIDCScope("openid profile offline_access");
      await grant.save();
      return grant;
    },
    pkce: {required: () => true},
    ttl: {IdToken: () => idTokenSeconds, AccessToken: () => 3600, RefreshToken: () => 86_400, Session: () => 3600, Interaction: () => 600, Grant: () => 86_400}
  });
  const callback = provider.callback();
  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    if (request.url === "/token" && tokenDelay > 0) {
      const end = response.end.bind(response);
      response.end = ((...rest: []) => (setTimeout(() => end(...rest), tokenDelay), response)) as typeof response.end;
    }
    if (!request.url!.startsWith("/interaction/")) return callback(request, response);
    if (request.method === "GET") {
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><title>The council's sign-in</title><form method="post">${Object.entries(people).map(([id, {name}]) => `<button name="as" value="${id}">${name}</button>`).join("")}<button name="as" value="">Cancel</button></form>`);
      return;
    }
    let body = "";
    for await (const piece of request) body += String(piece);
    const as = new URLSearchParams(body).get("as");
    await provider.interactionFinished(request, response, as ? {login: {accountId: as}, consent: {}} : {error: "access_denied"}, {mergeWithLastSubmission: false});
  }
  const stop = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return {issuer, people, stop, listening: () => server.listening, port: (server.address() as AddressInfo).port};
}
