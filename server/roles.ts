// Who may ask for what: the whole table, first match wins, and what matches nothing is refused. It knows no session and no file.
import {roleNames, type Role} from "./settings.ts";

export type {Role};

export interface Rule {
  method: "GET" | "POST";
  /** An exact path, or everything below one when it ends in `/*`. */
  path: string;
  /** `anyone` needs no session. An empty list is nobody. */
  allow: "anyone" | readonly Role[];
  /** Its answer is kept within a person's scope (or holds no record). Any other is refused to someone who has one. */
  scoped?: true;
  /** Its answer holds no id, or hides it where the settings want pseudonyms. Any other of the API is refused to everybody then. */
  hidesIds?: true;
}

const everyRole = roleNames;

/** Leadership sees aggregates, qa sees cases, analyst sees refresh and quality. */
export const rules: readonly Rule[] = [
  {method: "GET", path: "/api/health", allow: "anyone", hidesIds: true},
  {method: "GET", path: "/sign-in/callback", allow: "anyone"},
  {method: "GET", path: "/signed-out", allow: "anyone"},
  {method: "POST", path: "/sign-out", allow: "anyone"},
  {method: "GET", path: "/api/me", allow: everyRole, scoped: true, hidesIds: true},
  {method: "GET", path: "/api/cases", allow: ["qa"], scoped: true, hidesIds: true},
  {method: "GET", path: "/api/figures", allow: everyRole, scoped: true, hidesIds: true},
  {method: "GET", path: "/api/charts", allow: everyRole, scoped: true, hidesIds: true},
  {method: "GET", path: "/api/answers", allow: everyRole, scoped: true, hidesIds: true},
  {method: "GET", path: "/api/child", allow: ["qa"], hidesIds: true},
  {method: "GET", path: "/api/sample", allow: ["qa"]},
  {method: "GET", path: "/api/real-id", allow: ["qa"], hidesIds: true},
  {method: "GET", path: "/api/refresh", allow: ["analyst"], hidesIds: true},
  {method: "GET", path: "/api/changes", allow: ["analyst"], hidesIds: true},
  {method: "GET", path: "/api/changes/cases", allow: ["qa"]},
  {method: "GET", path: "/api/audit", allow: ["analyst"], hidesIds: true},
  {method: "GET", path: "/api/*", allow: []},
  {method: "GET", path: "/run/current.json", allow: everyRole, scoped: true},
  {method: "GET", path: "/run/*", allow: everyRole, scoped: true},
  {method: "GET", path: "/qa", allow: ["qa"], scoped: true},
  {method: "GET", path: "/qa.html", allow: ["qa"], scoped: true},
  {method: "GET", path: "/qa/*", allow: ["qa"], scoped: true},
  {method: "GET", path: "/audit", allow: ["analyst"]},
  {method: "GET", path: "/audit.html", allow: ["analyst"]},
  {method: "GET", path: "/data/changes", allow: ["analyst"]},
  {method: "GET", path: "/data/changes.html", allow: ["analyst"]},
  {method: "GET", path: "/data/refresh", allow: ["analyst"]},
  {method: "GET", path: "/data/refresh.html", allow: ["analyst"]},
  {method: "GET", path: "/*", allow: everyRole, scoped: true}
];

/** The rule for a checked path (see address.ts), or null: refuse. HEAD is asked as GET. */
export function ruleFor(method: string, path: string): Rule | null {
  const asked = method === "HEAD" ? "GET" : method;
  return rules.find((rule) => rule.method === asked && covers(rule.path, path)) ?? null;
}

/** @throws Error for a route that nobody entered in the table: the server does not start with one */
export function needsRule(method: string | string[], path: string): void {
  for (const one of [method].flat()) {
    const asked = one === "HEAD" ? "GET" : one;
    if (!rules.some((rule) => rule.method === asked && rule.path === path)) throw new Error(`Enter the route ${one} ${path} in server/roles.ts: it says who may ask for it.`);
  }
}

/** Whether someone with these roles (null: no session) may pass. */
export function mayPass(rule: Rule | null, roles: readonly Role[] | null): boolean {
  if (rule === null) return false;
  if (rule.allow === "anyone") return true;
  return roles !== null && rule.allow.some((role) => roles.includes(role));
}

function covers(pattern: string, path: string): boolean {
  return pattern.endsWith("/*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}
