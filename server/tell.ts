// What `frontdoor audit` says: whether the trail is whole, and who was given a child. It reads the trail and writes nothing.
import {existsSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {z} from "zod";
import {verifyAudit, whoSaw, type Entry, type Head, type Verdict} from "./audit.ts";

/** What a command answers: the exit code, the document for `--json`, and the same in words. */
export interface Told {
  code: 0 | 2;
  json: unknown;
  words: string;
}

const noted = z.object({heads: z.array(z.object({file: z.string(), n: z.int().positive(), hash: z.string()}))});

/**
 * Checks the whole trail of a store.
 * @param headsFile an earlier answer of `audit verify --json`, kept elsewhere: the trail must still hold its ends
 * @throws Error when there is no trail, or the file of heads cannot be read
 */
export async function tellVerify(store: string, headsFile?: string): Promise<Told> {
  const trail = trailOf(store);
  const verdict = await verifyAudit(trail, headsFile === undefined ? [] : readHeads(headsFile));
  return {code: verdict.ok ? 0 : 2, json: verdict, words: inWords(verdict, headsFile !== undefined)};
}

function inWords(verdict: Verdict, held: boolean): string {
  if (!verdict.ok) return `The audit trail is NOT whole: ${verdict.file}, line ${verdict.line}: ${verdict.why}. Keep a copy of the folder as it is, and tell whoever answers for information governance.`;
  const torn = verdict.torn.length ? `\nA crash cut the last line of ${verdict.torn.join(", ")} short; nothing was given for it.` : "";
  const advice = held ? "Nothing that was noted before is gone." : "That its very end was cut off shows only against ends kept elsewhere: keep the output of “frontdoor audit verify --json” on another machine, and name it with --heads next time.";
  return `The audit trail is whole: ${verdict.entries} entries in ${verdict.heads.length} ${verdict.heads.length === 1 ? "file" : "files"}, each bound to the one before.${torn}\n${advice}`;
}

function readHeads(file: string): Head[] {
  let text: unknown;
  try {
    text = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`the heads in ${file} cannot be read (${(error as Error).message}); name a file that “frontdoor audit verify --json” wrote`, {cause: error});
  }
  const read = noted.safeParse(text);
  if (!read.success) throw new Error(`${file} holds no heads; name a file that “frontdoor audit verify --json” wrote`);
  return read.data.heads;
}

/** Every answer that held this child, oldest first. @throws Error when there is no trail */
export async function tellWho(store: string, child: string): Promise<Told> {
  const seen = await whoSaw(trailOf(store), child);
  const words = seen.length === 0 ? "Nobody was given this child." : seen.map((entry) => `${entry.at.slice(0, 19).replace("T", " ")} UTC  ${plain(entry.who)} (${entry.roles.join(", ")})  ${entry.action}: ${questionOf(entry)}; ${entry.rows} ${entry.rows === 1 ? "row" : "rows"}, run ${entry.run ?? "none"}`).join("\n");
  return {code: 0, json: {child, seen}, words};
}

/** A question in one line: `measure R1, team South`. */
export function questionOf({asked}: Pick<Entry, "asked">): string {
  return Object.entries(asked).map(([name, value]) => `${name} ${plain(String(value))}`).join(", ") || "no particulars";
}

/** Text from outside without what would move a terminal's cursor or turn its direction. */
const plain = (text: string) => text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "·");

function trailOf(store: string): string {
  const trail = join(store, "audit");
  if (!existsSync(trail)) throw new Error(`there is no audit trail in ${store}: nobody has been served from it yet, or it was taken away; name the store with --store`);
  return trail;
}
