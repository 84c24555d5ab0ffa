// Sign-in with the council's own OpenID Connect (code flow, PKCE, state, nonce). The cookie is encrypted and holds a number only: who
// someone is and what they may do is kept here, in memory, so that signing out and leaving a group take effect at once, not at expiry.
import {randomBytes} from "node:crypto";
import {readFileSync, statSync} from "node:fs";
import type {FastifyReply, FastifyRequest} from "fastify";
import {EncryptJWT, jwtDecrypt} from "jose";
import * as openid from "openid-client";
import {refusePath} from "./address.ts";
import {roleNames, type Role, type Scope, type SignIn} from "./settings.ts";
import {newToken, type Door, type Note, type Session} from "./session.ts";
import {Said, say} from "./words.ts";

interface Kept {
  session: Session;
  began: number;
  seen: number;
  /** When the provider last said which groups this person is in. */
  checked: number;
  /** When it was last asked, whether it answered or not. */
  asked: number;
  idToken: string | undefined;
  refreshToken: string | undefined;
  accessToken: string;
  subject: string;
  checking: Promise<void> | null;
}

interface Started {
  verifier: string;
  nonce: string;
  /** The address that was asked for. */
  to: string;
  at: number;
}

const minute = 60_000;
const callbackPath = "/sign-in/callback";

/**
 * The door of a council's sign-in.
 * @param now the clock, in milliseconds; defaults to the machine's
 * @throws Error when the client secret's file is missing or others may read it
 */
export function openIdDoor({settings, log, now = Date.now}: {settings: SignIn; log: (line: string) => void; now?: () => number}): Door {
  const home = new URL(settings.address);
  const secret = settings.clientSecretFile === undefined ? undefined : readSecret(settings.clientSecretFile);
  // A new key each start: sessions are in memory and end with the server, and so do their cookies.
  const key = randomBytes(32);
  const cookieName = home.protocol === "https:" ? "__Host-frontdoor" : "frontdoor";
  const startedCookie = `${cookieName}-sign-in`;
  const cookieOptions = {path: "/", httpOnly: true, secure: home.protocol === "https:", sameSite: "lax"} as const;
  const sessions = new Map<string, Kept>();
  const started = new Map<string, Started>();
  let provider: Promise<openid.Configuration> | null = null;
  let note: Note = async () => undefined;

  /** The provider's own description of itself, asked for when first needed and again after a failure. */
  function configuration(): Promise<openid.Configuration> {
    provider ??= discover(settings, secret).catch((error: unknown) => {
      provider = null;
      throw error;
    });
    return provider;
  }

  async function sealed(id: string, until: number): Promise<string> {
    return new EncryptJWT({id}).setProtectedHeader({alg: "dir", enc: "A256GCM"}).setExpirationTime(Math.floor(until / 1000)).encrypt(key);
  }

  /** The number in one of our cookies, or null when it is missing, expired or not of our making. */
  async function opened(request: FastifyRequest, name: string): Promise<string | null> {
    const value = request.server.parseCookie(request.headers.cookie ?? "")[name];
    if (value === undefined) return null;
    const read = await jwtDecrypt(value, key, {currentDate: new Date(now()), contentEncryptionAlgorithms: ["A256GCM"], keyManagementAlgorithms: ["dir"]}).catch(() => null);
    return typeof read?.payload.id === "string" ? read.payload.id : null;
  }

  async function begin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    let config: openid.Configuration;
    try {
      config = await configuration();
    } catch (error) {
      log(`The sign-in service ${settings.issuer} does not answer: ${reason(error)}`);
      return say(request, reply, 503, "Sign-in does not answer", "The council's sign-in service cannot be reached. Try again in a few minutes; if it stays so, tell your IT service desk.");
    }
    sweep();
    const [state, verifier, nonce] = [openid.randomState(), openid.randomPKCECodeVerifier(), openid.randomNonce()];
    started.set(state, {verifier, nonce, to: localAddress(request.url), at: now()});
    const to = openid.buildAuthorizationUrl(config, {
      redirect_uri: new URL(callbackPath, home).href,
      scope: settings.scope,
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256"
    });
    return reply
      .header("cache-control", "no-store")
      .setCookie(startedCookie, await sealed(state, now() + settings.signInMinutes * minute), cookieOptions)
      .redirect(to.href, 303);
  }

  async function callback(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    void reply.header("cache-control", "no-store").clearCookie(startedCookie, cookieOptions);
    const state = await opened(request, startedCookie);
    const start = state === null ? undefined : started.get(state);
    // One answer a start: the same code, or the same answer, brought a second time finds nothing.
    if (state !== null) started.delete(state);
    if (!start || now() - start.at > settings.signInMinutes * minute) {
      return say(request, reply, 400, "Sign-in was not finished", "This sign-in was used before, took too long or was begun in another browser. Open the first page again to sign in.");
    }
    let kept: Kept;
    try {
      const config = await configuration();
      const tokens = await openid.authorizationCodeGrant(config, new URL(request.url, home), {pkceCodeVerifier: start.verifier, expectedState: state!, expectedNonce: start.nonce, idTokenExpected: true});
      const claims = tokens.claims()!;
      kept = {
        session: sessionFrom(claims, settings, log),
        began: now(), seen: now(), checked: now(), asked: now(),
        idToken: tokens.id_token, refreshToken: tokens.refresh_token, accessToken: tokens.access_token, subject: claims.sub,
        checking: null
      };
    } catch (error) {
      log(`A sign-in failed: ${reason(error)}`);
      await note({who: "unknown", roles: []}, "sign in", "refused", error instanceof openid.AuthorizationResponseError ? error.error : "the sign-in service's answer was not accepted");
      return error instanceof TypeError
        ? say(request, reply, 503, "Sign-in does not answer", "The council's sign-in service stopped answering. Try again in a few minutes.")
        : say(request, reply, 401, "You were not signed in", "The council's sign-in service did not confirm who you are. Open the first page again to sign in.");
    }
    await note(kept.session, "sign in", kept.session.roles.length > 0 ? "given" : "refused", kept.session.roles.length > 0 ? undefined : "no role");
    const id = newToken();
    sessions.set(id, kept);
    return reply.setCookie(cookieName, await sealed(id, kept.began + settings.absoluteHours * 60 * minute), cookieOptions).redirect(start.to, 303);
  }

  async function signOut(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const id = await opened(request, cookieName);
    const kept = id === null ? undefined : sessions.get(id);
    if (id !== null) sessions.delete(id);
    void reply.header("cache-control", "no-store").header("clear-site-data", '"cache"').clearCookie(cookieName, cookieOptions);
    if (kept) await note(kept.session, "sign out", "given");
    const config = await configuration().catch(() => null);
    if (!config?.serverMetadata().end_session_endpoint) return reply.redirect("/signed-out", 303);
    const end = openid.buildEndSessionUrl(config, {post_logout_redirect_uri: new URL("/signed-out", home).href, ...(kept?.idToken ? {id_token_hint: kept.idToken} : {})});
    return reply.redirect(end.href, 303);
  }

  async function sessionOf(request: FastifyRequest): Promise<Session | null> {
    const id = await opened(request, cookieName);
    const kept = id === null ? undefined : sessions.get(id);
    if (id === null || !kept) return null;
    const at = now();
    if (over(kept, at)) {
      sessions.delete(id);
      return null;
    }
    if (at - kept.checked > settings.recheckMinutes * minute && (kept.checking || at - kept.asked > minute / 2)) {
      kept.checking ??= recheck(kept).finally(() => (kept.checking = null));
      try {
        await kept.checking;
      } catch {
        sessions.delete(id);
        return null;
      }
    }
    // An open page asks every half minute whether the data was refreshed: that is not a person at work.
    if (!request.url.startsWith("/run/current.json")) kept.seen = at;
    return kept.session;
  }

  const over = (kept: Kept, at: number) => at - kept.seen > settings.idleMinutes * minute || at - kept.began > settings.absoluteHours * 60 * minute;

  /** Asks the provider again which groups someone is in. @throws Error when they are to be signed out */
  async function recheck(kept: Kept): Promise<void> {
    kept.asked = now();
    try {
      const config = await configuration();
      let claims: Record<string, unknown> | undefined;
      if (kept.refreshToken) {
        const tokens = await openid.refreshTokenGrant(config, kept.refreshToken);
        kept.refreshToken = tokens.refresh_token ?? kept.refreshToken;
        kept.accessToken = tokens.access_token;
        kept.idToken = tokens.id_token ?? kept.idToken;
        claims = tokens.claims();
        if (claims && claims.sub !== kept.subject) throw new Said(401, "the sign-in service answered for another person");
      }
      // A new ID token may leave the groups out; the provider's own page about the person then says.
      if (!claims || !(settings.groupsClaim in claims)) claims = await openid.fetchUserInfo(config, kept.accessToken, kept.subject);
      kept.session = {...kept.session, roles: rolesOf(claims, settings, log), scope: scopeOf(claims, settings)};
      kept.checked = now();
    } catch (error) {
      // A provider that does not answer takes nobody's work away for a while.
      if (!denies(error) && now() - kept.checked < (settings.recheckMinutes + settings.graceMinutes) * minute) return;
      log(`A person was signed out, as the sign-in service no longer confirms them: ${reason(error)}`);
      await note(kept.session, "sign out", "given", "no longer confirmed");
      throw error;
    }
  }

  function sweep(): void {
    const at = now();
    for (const [id, kept] of sessions) if (over(kept, at)) sessions.delete(id);
    for (const [state, start] of started) if (at - start.at > settings.signInMinutes * minute) started.delete(state);
    // Nobody fills the memory with sign-ins that are never finished.
    for (const state of [...started.keys()].slice(0, Math.max(0, started.size - 10_000))) started.delete(state);
  }

  return {
    openForExample: false,
    guest: {who: "nobody", name: "", roles: [], scope: null, local: false},
    formTargets: () => [new URL(settings.issuer).origin],
    signOut: "/sign-out",
    routes: (app, noteOf) => {
      note = noteOf;
      // An HTML form's empty body is all that comes.
      app.addContentTypeParser("application/x-www-form-urlencoded", (_request, payload, done) => {
        payload.resume();
        done(null, {});
      });
      app.get(callbackPath, callback);
      app.post("/sign-out", signOut);
      app.get("/signed-out", (request, reply) => say(request, reply, 200, "You are signed out", "Close the browser if others use this computer. Open the first page again to sign in."));
    },
    arrive: async () => false,
    sessionOf,
    turnAway: (request, reply) => {
      const opensPage = request.method === "GET" && request.headers.accept?.includes("text/html") === true && !request.url.startsWith("/api/") && !request.url.startsWith("/run/");
      return opensPage ? begin(request, reply) : say(request, reply, 401, "You are not signed in", "You are not signed in, or were away too long. Reload the page to sign in.");
    }
  };
}

async function discover(settings: SignIn, secret: string | undefined): Promise<openid.Configuration> {
  const issuer = new URL(settings.issuer);
  const config = await openid.discovery(
    issuer,
    settings.clientId,
    {[openid.clockTolerance]: settings.clockToleranceSeconds},
    secret === undefined ? openid.None() : openid.ClientSecretPost(secret),
    // Settings allow plain http on this machine only.
    {timeout: 10, execute: [openid.enableNonRepudiationChecks, ...(issuer.protocol === "http:" ? [openid.allowInsecureRequests] : [])]}
  );
  return config;
}

function sessionFrom(claims: Record<string, unknown>, settings: SignIn, log: (line: string) => void): Session {
  const text = (name: string) => (typeof claims[name] === "string" ? claims[name] : undefined);
  const who = text(settings.whoClaim) ?? text("sub")!;
  return {who, name: text("name") ?? who, roles: rolesOf(claims, settings, log), scope: scopeOf(claims, settings), local: false};
}

/** Roles of the groups a claim names. A claim that is missing gives none. */
function rolesOf(claims: Record<string, unknown>, settings: SignIn, log: (line: string) => void): Role[] {
  const groups = [claims[settings.groupsClaim] ?? []].flat();
  const overflow = claims._claim_names;
  if (typeof overflow === "object" && overflow !== null && settings.groupsClaim in overflow) {
    log(`The sign-in service left out someone's groups because there are too many. In Entra ID, send only the groups assigned to the application, or use app roles (server.signIn.groupsClaim: roles).`);
  }
  const held = new Set(groups.flatMap((group) => (typeof group === "string" && Object.hasOwn(settings.roles, group) ? settings.roles[group]! : [])));
  return roleNames.filter((role) => held.has(role));
}

/** What someone is held to: the scopes of all their groups together. A team scope and a locality scope agree on nothing, so neither opens. */
function scopeOf(claims: Record<string, unknown>, settings: SignIn): Scope | null {
  const groups = [claims[settings.groupsClaim] ?? []].flat();
  const scopes = groups.flatMap((group) => (typeof group === "string" && Object.hasOwn(settings.scopes, group) ? settings.scopes[group]! : []));
  const [first] = scopes;
  if (!first) return null;
  const agree = scopes.every(({dimension}) => dimension === first.dimension);
  return {dimension: first.dimension, groups: agree ? [...new Set(scopes.flatMap((scope) => scope.groups))] : []};
}

/** The address to come back to: a path of ours, never another site's. */
function localAddress(url: string): string {
  return refusePath(url) === null && !url.startsWith("//") ? url : "/";
}

function readSecret(file: string): string {
  let mode: number;
  try {
    mode = statSync(file).mode;
  } catch {
    throw new Error(`The client secret's file ${file} cannot be read. Write the secret there, readable by this account only, or leave out server.signIn.clientSecretFile.`);
  }
  if (process.platform !== "win32" && (mode & 0o077) !== 0) throw new Error(`The client secret's file ${file} can be read by others. Run: chmod 600 ${file}`);
  return readFileSync(file, "utf8").trim();
}

/** Whether the provider said no, rather than nothing. */
function denies(error: unknown): boolean {
  if (error instanceof Said || error instanceof openid.WWWAuthenticateChallengeError) return true;
  return error instanceof openid.ResponseBodyError && error.status < 500;
}

function reason(error: unknown): string {
  const {message, cause} = error as Error & {cause?: {message?: string; code?: string; error?: string}};
  return [message, cause?.code ?? cause?.error ?? cause?.message].filter((part) => typeof part === "string").join(": ");
}
