// Is this request addressed to us, from our own pages, with a plain path? Pure checks on the request line and its headers.
import type {IncomingHttpHeaders} from "node:http";

/** What is refused, in words, with its status. */
export interface Refusal {
  status: 400 | 403 | 405;
  sentence: string;
}

/** A name as the site and the published files have them: nothing encoded, no dot at either end. */
const plainName = /^[A-Za-z0-9_@](?:[A-Za-z0-9._@+~-]{0,200}[A-Za-z0-9_@+~-])?$/;

/** The path of a request target, without its query. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/);
  return end < 0 ? target : target.slice(0, end);
}

/** Refuses a path with `..`, `.`, `//`, a backslash, NUL, an encoding, or a leading or trailing dot in a name. */
export function refusePath(target: string): Refusal | null {
  const names = pathOf(target).split("/");
  const first = names.shift();
  // A folder's address ends in a slash.
  if (names.at(-1) === "") names.pop();
  if (first === "" && names.length <= 20 && names.every((name) => plainName.test(name))) return null;
  return {status: 400, sentence: "This address cannot be understood: its path may hold plain names only."};
}

/**
 * Refuses a Host that is not one of ours (a page elsewhere whose name was pointed at this machine).
 * @param hosts lower-case `name:port`, and the bare name where the port is the scheme's own
 */
export function refuseHost(headers: IncomingHttpHeaders, hosts: readonly string[]): Refusal | null {
  if (hosts.includes((headers.host ?? "").toLowerCase())) return null;
  return {status: 403, sentence: `This server answers to ${hosts[0]} only. Open it by that address.`};
}

/**
 * Refuses what another site's page sends: a foreign Origin, or a fetch, frame or picture that the browser marks as
 * not from this origin. Another port on localhost counts as another site here, though cookies do not tell them apart.
 * @param origins our own, e.g. `http://127.0.0.1:3000`
 */
export function refuseOrigin(method: string, headers: IncomingHttpHeaders, origins: readonly string[]): Refusal | null {
  const refused: Refusal = {status: 403, sentence: "This request came from another site's page and was refused."};
  const reads = method === "GET" || method === "HEAD";
  const site = headers["sec-fetch-site"];
  // Browsers send `Origin: null` with a form of a page whose referrer policy is no-referrer, as ours is.
  const ownForm = headers.origin === "null" && site === "same-origin";
  if (headers.origin !== undefined && !ownForm && !origins.includes(headers.origin.toLowerCase())) return refused;
  if (site === undefined || site === "same-origin" || site === "none") return null;
  const opensPage = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  return reads && opensPage ? null : refused;
}

/** The names a browser on this machine may call us by. */
export function localHosts(port: number): string[] {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  return names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
}
