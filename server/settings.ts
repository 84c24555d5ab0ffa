// What an authority may set about the server. It checks and gives defaults; it never reads a file.
import {z} from "zod";

export const roleNames = ["leadership", "qa", "analyst"] as const;
export type Role = (typeof roleNames)[number];

/** Row scope: the groups of one dimension that a person sees. None: nothing. */
export interface Scope {
  dimension: "team" | "locality";
  groups: readonly string[];
}

const limits = z.strictObject({
  /** Most rows one answer may hold. */
  rows: z.int().min(1).max(100_000).default(100_000),
  /** Seconds a query may take before it is stopped. */
  seconds: z.number().positive().max(600).default(20),
  /** Queries at once. Node reads files on the same four threads: more than three would leave none for pages. */
  queriesAtOnce: z.int().min(1).max(3).default(2),
  /** Requests that may wait for a query's turn; one more is told to come back. */
  waiting: z.int().min(0).default(200),
  /** Requests a person may make in a minute, pages and files included. */
  requestsPerMinute: z.int().min(1).default(3_000),
  /** Questions to the case API a person may ask in a minute. */
  casesPerMinute: z.int().min(1).default(300)
});

const onThisMachine = (url: URL) => ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
/** https, or http on this machine only. */
const safeUrl = z.url().refine((text) => URL.canParse(text) && (new URL(text).protocol === "https:" || (new URL(text).protocol === "http:" && onThisMachine(new URL(text)))), "must begin with https://");
const role = z.enum(roleNames);

const names = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)]);
/** The teams, or the localities, that a person sees; nobody is held to both. */
const scope = z
  .strictObject({team: names.optional(), locality: names.optional()})
  .refine((given) => (given.team === undefined) !== (given.locality === undefined), "must name either team or locality")
  .transform((given): Scope => (given.team ? {dimension: "team", groups: given.team} : {dimension: "locality", groups: given.locality!}));

const signIn = z.strictObject({
  /** Where people open frontdoor, e.g. https://frontdoor.example.gov.uk (the address of the proxy that ends TLS). */
  address: safeUrl.refine((text) => URL.canParse(text) && new URL(text).pathname === "/" && new URL(text).search === "", "must be a host without a path"),
  /** The provider, e.g. https://login.microsoftonline.com/<tenant>/v2.0 */
  issuer: safeUrl,
  clientId: z.string().min(1),
  /** A file that holds the client's secret, readable by this account only. */
  clientSecretFile: z.string().optional(),
  scope: z.string().default("openid profile offline_access").refine((scope) => scope.split(" ").includes("openid"), "must hold openid"),
  /** The claim that names someone's groups. For Entra ID app roles: roles. */
  groupsClaim: z.string().default("groups"),
  /** The claim that names a person in the audit trail. */
  whoClaim: z.string().default("preferred_username"),
  /** Group (as the claim spells it) to role or roles. */
  roles: z.record(z.string(), z.union([role.transform((one) => [one]), z.array(role)])),
  /**
   * Group (as the claim spells it) to the teams or localities it is held to, as the records spell them. Whoever is in such a group sees
   * no more than its scope, whatever other groups they are in; in several, all of their teams (or localities). Roles come from `roles`.
   */
  scopes: z.record(z.string(), scope).default({}),
  /** Minutes without a request, and hours in all, after which a person signs in again. */
  idleMinutes: z.number().positive().max(480).default(30),
  absoluteHours: z.number().positive().max(24).default(10),
  /** Minutes after which the provider is asked again for someone's groups, and how long it may fail to answer. */
  recheckMinutes: z.number().positive().max(60).default(5),
  graceMinutes: z.number().nonnegative().max(60).default(15),
  /** Minutes in which a sign-in must be finished. */
  signInMinutes: z.number().positive().max(60).default(10),
  /** How far the provider's clock may be off. */
  clockToleranceSeconds: z.int().min(0).max(300).default(60),
  /** Addresses of the proxies in front, whose X-Forwarded-For is believed. */
  proxies: z.array(z.string()).default(["127.0.0.1", "::1"])
});

export type SignIn = z.infer<typeof signIn>;

export const serverSettings = z.strictObject({
  limits: limits.prefault({}),
  /** The council's OpenID Connect sign-in. Without it only this machine is served. */
  signIn: signIn.optional()
});

export type ServerSettings = z.infer<typeof serverSettings>;

/**
 * Settings with their defaults.
 * @throws Error naming each setting that is wrong, one a line.
 */
export function readServerSettings(value: unknown): ServerSettings {
  const read = serverSettings.safeParse(value ?? {});
  if (read.success) return read.data;
  const wrong = read.error.issues.map((issue) => `  server.${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`The server's settings cannot be used:\n${wrong.join("\n")}`);
}
