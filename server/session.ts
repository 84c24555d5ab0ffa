// How a person comes in and stays in. A door is one way to sign in (here: the one-time token of local mode; openid.ts: the council's own).
// It says who someone is and which roles they hold; what a role may do is in roles.ts.
import {createHash, randomBytes, timingSafeEqual} from "node:crypto";
import type {FastifyInstance, FastifyReply, FastifyRequest} from "fastify";
import {roleNames, type Role, type Scope} from "./settings.ts";
import {say} from "./words.ts";

export interface Session {
  /** Stable identifier, written to the audit trail. */
  who: string;
  /** For display. */
  name: string;
  roles: readonly Role[];
  /** The teams or localities this person is held to; null: all. */
  scope: Scope | null;
  /** On the analyst's own machine, without sign-in. */
  local: boolean;
}

/** Writes a coming or going to the audit trail; a fault is logged, never thrown. */
export type Note = (who: Pick<Session, "who" | "roles">, action: "sign in" | "sign out", outcome: "given" | "refused", why?: string) => Promise<void>;

export interface Door {
  /** Example data is shown through this door without a session. */
  openForExample: boolean;
  /** Whom an open door lets in. */
  guest: Session;
  /** Adds the door's own routes, each of which needs a rule in roles.ts, and learns how to note who came and went. */
  routes(app: FastifyInstance, note: Note): void;
  /** Answers a request that is part of coming in (and returns true), before anything else is looked at. */
  arrive(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
  /** The session that comes with a request, or null. */
  sessionOf(request: FastifyRequest, reply: FastifyReply): Promise<Session | null>;
  /** Answers a request that has no session. */
  turnAway(request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<FastifyReply>;
  /** Where to post to sign out, if one can. */
  signOut?: string;
  /** Other origins that signing out leads to. */
  formTargets?(): readonly string[];
}

/** 256 random bits, safe in an address. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/**
 * The door of local mode. `/?token=…` is exchanged, once, for a cookie that lasts until the server stops.
 * @param token asked for once; see newToken
 * @param port tells the cookies of two servers on one machine apart (browsers do not tell ports apart)
 * @param onTurnedAway called when someone was refused for want of a session
 */
export function localDoor({token, port, onTurnedAway}: {token: string; port: () => number; onTurnedAway?: () => void}): Door {
  const analyst: Session = {who: "local", name: "This computer", roles: roleNames, scope: null, local: true};
  const cookie = () => `frontdoor-${port()}`;
  const tokenHash = hash(token);
  let unused = true;
  let sessionHash: Buffer | null = null;
  let note: Note = async () => undefined;

  const holdsSession = (request: FastifyRequest) => {
    const value = request.server.parseCookie(request.headers.cookie ?? "")[cookie()];
    return value !== undefined && sessionHash !== null && timingSafeEqual(hash(value), sessionHash);
  };

  return {
    openForExample: true,
    guest: analyst,
    routes: (_app, noteOf) => {
      note = noteOf;
    },
    sessionOf: async (request) => (holdsSession(request) ? analyst : null),

    arrive: async (request, reply) => {
      const given = (request.query as Record<string, unknown>).token;
      if (request.method !== "GET" || given === undefined || request.url.split("?")[0] !== "/") return false;
      if (holdsSession(request)) {
        await reply.redirect("/", 303);
        return true;
      }
      const right = typeof given === "string" && timingSafeEqual(hash(given), tokenHash);
      if (!right || !unused) {
        await note({who: "unknown", roles: []}, "sign in", "refused", right ? "token used before" : "wrong token");
        const why = right ? "This address was used before, and works once." : "This address does not hold the right token.";
        await say(request, reply, 401, "This address no longer works", `${why} Stop frontdoor, start it again and open the address it prints.`);
        return true;
      }
      unused = false;
      const value = newToken();
      sessionHash = hash(value);
      await note(analyst, "sign in", "given");
      await reply
        .setCookie(cookie(), value, {path: "/", httpOnly: true, sameSite: "strict"})
        .header("cache-control", "no-store")
        .redirect("/", 303);
      return true;
    },

    turnAway: (request, reply) => {
      onTurnedAway?.();
      return say(
        request,
        reply,
        401,
        "Open the address that frontdoor printed",
        "These pages hold records about children and open for the person who started frontdoor. Use the whole address that it printed, with its token, in this browser."
      );
    }
  };
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
