// What a record contract is. One contract a file in etl/records/; this file holds their grammar and finds them.
import {readdirSync} from "node:fs";
import {fileURLToPath, pathToFileURL} from "node:url";
import path from "node:path";
import {z} from "zod";
import {cellSchema, type Kind, type Reading} from "./kinds.ts";

export interface Field {
  kind: Kind;
  required: boolean;
  /** Code list in data/reference/codes that its words map to (kind `code`). */
  list: string | null;
  /** Several codes may stand in one cell, parted by `;` or `|`. */
  many: boolean;
  /** A person who is not the child: a name here is turned into a keyed pseudonym before anything is stored. */
  worker: boolean;
}

export interface Contract {
  name: string;
  /** Completes the sentence "one row is …". */
  oneRowIs: string;
  /** The source's own key, used when every part of it is present. */
  id: string[] | null;
  /** What matches rows of different sources. */
  natural: string[];
  /** Two rows of one file without an id may be alike in `natural` and both be genuine: an occurrence number tells them apart. */
  lookalikes: boolean;
  /** It belongs to a referral (`referral_date`), and some source gives that date for its own start (`started_on`). */
  withinReferral: boolean;
  /** The field that says when it happened; null for standing facts such as a child. */
  happened: string | null;
  /** Pairs of dates of which the first never comes after the second; a row that breaks one is accepted and flagged. */
  inOrder: [earlier: string, later: string][];
  fields: Record<string, Field>;
}

const field = (kind: Kind, list: string | null = null): Field => ({kind, required: false, list, many: false, worker: false});
export const id = () => field("id");
export const date = () => field("date");
export const datetime = () => field("datetime");
/** A word or code from the list `data/reference/codes/<list>.csv`; without a list, any short word (a team's name). */
export const code = (list?: string) => field("code", list ?? null);
export const codes = (list: string): Field => ({...field("code", list), many: true});
export const flag = () => field("flag");
export const int = () => field("int");
export const decimal = () => field("decimal");
export const text = () => field("text");
export const required = (f: Field): Field => ({...f, required: true});

/** Carried by every record set: team, worker and when it was recorded (for lateness of recording). */
const everywhere = {team: code(), worker: {...id(), worker: true}, recorded_at: datetime()};

/**
 * Declares a record set.
 * @throws when a key or `happened` names a field that is not there: a contract is wrong at start-up, not at the first row.
 */
export function contract(c: Pick<Contract, "name" | "oneRowIs" | "natural" | "fields"> & Partial<Pick<Contract, "lookalikes" | "withinReferral" | "inOrder">> & {id?: string[]; happened?: string}): Contract {
  const made: Contract = {...c, id: c.id ?? null, lookalikes: c.lookalikes ?? false, withinReferral: c.withinReferral ?? false, happened: c.happened ?? null, inOrder: c.inOrder ?? [], fields: {...c.fields}};
  for (const [name, f] of Object.entries(everywhere)) made.fields[name] ??= f;
  for (const name of [...(made.id ?? []), ...made.natural, ...(made.happened ? [made.happened] : []), ...made.inOrder.flat()]) {
    if (!made.fields[name]) throw new Error(`record contract ${made.name}: its key or date names “${name}”, which is not one of its fields`);
  }
  return made;
}

/** Dates of what has happened, as against what is due: none of them can come after the export that tells of it. */
export function eventDates(c: Contract): string[] {
  const all = new Set([...(c.happened ? [c.happened] : []), ...c.inOrder.flat()]);
  return [...all].filter((name) => !/(^|_)due(_|$)/.test(name));
}

/** The zod schema of a row of trimmed text (null when blank), field by field. */
export function rowSchema(c: Contract, reading: Reading) {
  return z.object(Object.fromEntries(Object.entries(c.fields).map(([name, f]) => [name, cellSchema(f.kind, f.required, reading)])));
}

const RECORDS = fileURLToPath(new URL("../records/", import.meta.url));

/** Every record set, by name: one file each in etl/records/, found by looking. */
export async function readContracts(dir = RECORDS): Promise<Map<string, Contract>> {
  const found = new Map<string, Contract>();
  for (const file of readdirSync(dir).filter((f) => f.endsWith(".ts")).sort()) {
    const made = ((await import(pathToFileURL(path.join(dir, file)).href)) as {default: Contract}).default;
    if (made.name !== file.replace(/\.ts$/, "").replaceAll("-", "_")) throw new Error(`${file} declares the record set “${made.name}”; name the file after it`);
    found.set(made.name, made);
  }
  return found;
}
