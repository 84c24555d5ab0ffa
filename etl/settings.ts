// data/reference/settings.yaml, checked. One place; nothing else reads it.
import {existsSync, readFileSync} from "node:fs";
import {closest} from "fastest-levenshtein";
import {parseDocument} from "yaml";
import {z} from "zod";

const gateKeys = {
  smallest_percent: z.number().min(0).max(100),
  newest_within_days: z.number().int().min(0),
  stop: z.array(z.enum(["volume", "freshness"]))
};
const gates = z.strictObject({
  all: z.strictObject({smallest_percent: gateKeys.smallest_percent.default(50), newest_within_days: gateKeys.newest_within_days.default(45), stop: gateKeys.stop.default([])}).prefault({}),
  sources: z.record(z.string(), z.strictObject(gateKeys).partial()).default({})
});

const clock = z.enum(["elapsed_hours", "working_hours"]);
const dayClock = z.enum(["working_days", "elapsed_hours", "working_hours"]);
/** On which clock a contact's decision is due, by its first risk grade. */
const clocks = z.strictObject({
  risk_grade: z.strictObject({red: clock.default("elapsed_hours"), amber: dayClock.default("working_days"), green: dayClock.default("working_days")}).prefault({})
});
export type Clocks = z.infer<typeof clocks>;
/** What runs where the settings say nothing: red by elapsed hours, amber and green by working days. */
export const DEFAULT_CLOCKS: Clocks = clocks.parse({});

const label = z.string().trim().min(1, "must not be blank").max(100, "is longer than 100 letters").regex(/^[^\p{Cc}]*$/u, "must be one line of plain text");
const labels = z
  .strictObject({teams: z.record(z.string(), label).default({}), words: z.record(z.string(), label).default({})})
  .superRefine(({teams, words}, ctx) => {
    for (const phrase of Object.keys(words)) if (phrase.trim().length < 2) ctx.addIssue({code: "custom", path: ["words", phrase], message: "is too short a phrase"});
    const called = new Map<string, string>();
    for (const [team, name] of Object.entries(teams)) {
      const other = called.get(name);
      if (other !== undefined) ctx.addIssue({code: "custom", path: ["teams", team], message: `“${name}” is what ${other} is called already; two teams of one name could not be told apart`});
      called.set(name, team);
    }
  });

const settings = z.strictObject({
  authority: z.strictObject({code: z.coerce.string().nullable().default(null), name: z.string().nullable().default(null)}).default({code: null, name: null}),
  marking: z.string().default("OFFICIAL-SENSITIVE"),
  /** Where a child's record opens in the authority's own case system, `{id}` in the id's place; null: nowhere. */
  case_link: z.string().regex(/^https?:\/\/[^\s{}]+\{id\}[^\s{}]*$/, "must be an address that holds {id} once, such as https://cases.example/child/{id}").nullable().default(null),
  /** What teams (by their name in the records) and phrases such as "child in need" are called wherever they are shown. */
  labels: labels.prefault({}),
  headlines: z.array(z.string()).default([]),
  runs_kept: z.number().int().min(1).default(10),
  stale_after_days: z.number().int().min(1).default(45),
  clocks: clocks.prefault({}),
  /** When a source's newest export is flagged, and whether that stops the refresh. */
  gates: gates.prefault({}),
  /** Ids of children, cases and workers leave the machine as keyed pseudonyms when a key is named. */
  pseudonyms: z.strictObject({key_file: z.string().min(1).nullable().default(null)}).prefault({}),
  /** Loads and runs older than this many months are removed by `frontdoor purge`; null: only when it is told how old. */
  retention_months: z.number().int().min(1).nullable().default(null),
  /** What `frontdoor publish --partnership` gives away: numbers of 1 to `threshold` are withheld; `hide-breakdowns` gives months and quarters only. */
  partnership: z
    .strictObject({
      rule: z.enum(["hide", "hide-breakdowns"]).default("hide"),
      threshold: z.number().int().min(1).max(100).default(5),
      marking: z.string().default("OFFICIAL")
    })
    .prefault({}),
  /** Sign-in, roles and limits of the server; checked by server/settings.ts. */
  server: z.unknown().optional()
});

export type Settings = z.infer<typeof settings>;

/** @throws Error naming the key or the line, and the fix. */
export function readSettings(file: string): Settings {
  if (!existsSync(file)) throw new Error(`there is no ${file}; put it back (an empty file leaves everything as it is by default)`);
  const text = readFileSync(file, "utf8");
  const document = parseDocument(text, {prettyErrors: false});
  const [fault] = document.errors;
  if (fault) throw new Error(`settings.yaml: line ${text.slice(0, fault.pos[0]).split("\n").length}: ${fault.message}; mend it there or in the line above (indents are spaces, never tabs)`);
  const parsed = settings.safeParse(document.toJS() ?? {}, {reportInput: true});
  if (parsed.success) return {...parsed.data, authority: {code: parsed.data.authority.code || null, name: parsed.data.authority.name || null}};
  const issue = parsed.error.issues[0]!;
  const place = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], {server: null, ...settings.parse({})});
    const [key] = issue.keys;
    throw new Error(`settings.yaml: ${[...(place ? [place] : []), key].join(".")}: there is no such setting${known && typeof known === "object" ? `; nearest: ${closest(key!, Object.keys(known))}` : ""}`);
  }
  throw new Error(`settings.yaml: ${place || "the file"}: ${issue.message}`);
}
