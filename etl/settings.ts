// data/reference/settings.yaml, checked. One place; nothing else reads it.
import {readFileSync} from "node:fs";
import {parse} from "yaml";
import {z} from "zod";

const settings = z.strictObject({
  authority: z.strictObject({code: z.coerce.string().nullable().default(null), name: z.string().nullable().default(null)}).default({code: null, name: null}),
  marking: z.string().default("OFFICIAL-SENSITIVE"),
  headlines: z.array(z.string()).default([]),
  runs_kept: z.number().int().min(1).default(10),
  stale_after_days: z.number().int().min(1).default(45),
  /** Sign-in, roles and limits of the server; checked by server/settings.ts. */
  server: z.unknown().optional()
});

export type Settings = z.infer<typeof settings>;

/** @throws Error naming the key and the fix. */
export function readSettings(file: string): Settings {
  const parsed = settings.safeParse(parse(readFileSync(file, "utf8")) ?? {}, {reportInput: true});
  if (parsed.success) return {...parsed.data, authority: {code: parsed.data.authority.code || null, name: parsed.data.authority.name || null}};
  const issue = parsed.error.issues[0]!;
  throw new Error(`settings.yaml: ${issue.path.join(".") || "the file"}: ${issue.message}`);
}
