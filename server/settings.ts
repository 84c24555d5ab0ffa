// What an authority may set about the server. It checks and gives defaults; it never reads a file.
import {z} from "zod";

export const roleNames = ["leadership", "qa", "analyst"] as const;
export type Role = (typeof roleNames)[number];

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

export const serverSettings = z.strictObject({limits: limits.prefault({})});

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
