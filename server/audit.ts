// The audit trail: who looked at what, one JSON line a look, each line bound to the one before by its hash. Lines are only ever added.
// Each start of a server begins a file of its own, so that several may write and a killed one leaves nothing to mend; a file begins by
// naming the ends of the files before it. Hashes show a change, a gap or another order; that the very end was cut off, or all of it
// rewritten, shows only against heads kept elsewhere.
import {createHash, randomBytes} from "node:crypto";
import {createReadStream} from "node:fs";
import {constants, mkdir, open, readFile, readdir, type FileHandle} from "node:fs/promises";
import {join} from "node:path";
import {createInterface} from "node:readline";
import type {Role} from "./settings.ts";

/** What one look was. */
export interface Look {
  who: string;
  roles: readonly Role[];
  action: "cases" | "figures" | "child" | "sample" | "refresh" | "audit" | "real id" | "purge" | "sign in" | "sign out" | "refused";
  /** The question: measure, months, filters; or the address refused. */
  asked: Readonly<Record<string, string | number | boolean>>;
  run: string | null;
  rows: number;
  /** Every child in the answer. */
  children: readonly string[];
  outcome: "given" | "stopped" | "failed" | "refused";
}

/** An entry of a file, by its number and hash. */
export interface Head {
  file: string;
  n: number;
  hash: string;
}

/** A look as the trail holds it. `n` counts from 1 in each file, `at` is UTC, `previous` and `hash` are SHA-256, hex. */
export interface Entry extends Omit<Look, "action"> {
  n: number;
  at: string;
  action: Look["action"] | "began";
  /** Of a file's first entry: the ends of the files before it. */
  after?: readonly Head[];
  previous: string;
  hash: string;
}

export interface Audit {
  /** Resolves once the look is on the disk. @throws Error when it is not: then nothing may be given */
  record(look: Look): Promise<void>;
}

const origin = "0".repeat(64);
const trailFile = /^audit-\d{8}T\d{6}Z-[0-9a-f]{8}\.jsonl$/;

/**
 * Opens the trail in `folder` (made when missing, its owner's only). Several processes may write to one trail.
 * @param rotateAt bytes after which a new file is begun; defaults to 16 MB
 * @param now the clock; defaults to the machine's
 */
export function openAudit(folder: string, {rotateAt = 16 * 1024 * 1024, now = () => new Date()}: {rotateAt?: number; now?: () => Date} = {}): Audit {
  let mine: (Head & {size: number}) | null = null;
  /** Ends of own files that could not be written to: the next file names them, found again or not. */
  let left: Head[] = [];
  let waiting: {look: Look; done: () => void; failed: (error: Error) => void}[] = [];
  let writing = false;

  async function write(): Promise<void> {
    if (writing) return;
    writing = true;
    // Looks that arrive while the disk is busy share the next flush.
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await append(batch.map(({look}) => look));
        for (const {done} of batch) done();
      } catch (error) {
        if (mine) left.push({file: mine.file, n: mine.n, hash: mine.hash});
        mine = null;
        for (const {failed} of batch) failed(new Error(`The audit trail in ${folder} cannot be written: ${(error as Error).message}`, {cause: error}));
      }
    }
    writing = false;
  }

  async function append(looks: readonly Look[]): Promise<void> {
    const at = now().toISOString();
    if (mine && mine.size >= rotateAt) {
      left.push({file: mine.file, n: mine.n, hash: mine.hash});
      mine = null;
    }
    const begun = mine;
    const file = begun?.file ?? `audit-${at.slice(0, 19).replaceAll(/[-:]/g, "")}Z-${randomBytes(4).toString("hex")}.jsonl`;
    let [n, hash] = [begun?.n ?? 0, begun?.hash ?? origin];
    let text = "";
    const add = (entry: Omit<Entry, "n" | "at" | "previous" | "hash">) => {
      const line = lineOf({...entry, n: n + 1, at, previous: hash});
      [n, hash] = [n + 1, line.hash];
      text += `${line.text}\n`;
    };
    if (!begun) {
      await mkdir(folder, {recursive: true, mode: 0o700});
      add({who: "frontdoor", roles: [], action: "began", asked: {file}, run: null, rows: 0, children: [], outcome: "given", after: await ends(folder, left)});
    }
    for (const look of looks) add(look);
    const size = await appendLines(folder, file, begun?.size ?? null, text);
    if (!begun) left = [];
    mine = {file, n, hash, size};
  }

  return {
    record: (look) =>
      new Promise((done, failed) => {
        waiting.push({look, done, failed});
        void write();
      })
  };
}

/** One line and its hash, which covers every byte before `,"hash"`. Anything but plain ASCII is escaped, so a line is one line anywhere. */
function lineOf(entry: Omit<Entry, "hash">): {text: string; hash: string} {
  const {n, at, who, roles, action, asked, run, rows, children, outcome, after, previous} = entry;
  const body = JSON.stringify({n, at, who, roles, action, asked, run, rows, children, outcome, after, previous})
    .replace(/[\u007f-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .slice(0, -1);
  const hash = createHash("sha256").update(body).digest("hex");
  return {text: `${body},"hash":"${hash}"}`, hash};
}

/** The entry of a line, or null when its hash does not fit its text. */
function entryOf(line: string): Entry | null {
  const parts = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/.exec(line);
  if (!parts || createHash("sha256").update(parts[1]!).digest("hex") !== parts[2]) return null;
  return JSON.parse(line) as Entry;
}

/** Adds whole lines to a file that must be as it was left (`size`), or must not be there yet (null), and flushes them. Returns its new size. */
async function appendLines(folder: string, name: string, size: number | null, text: string): Promise<number> {
  const flags = constants.O_WRONLY | constants.O_APPEND | (size === null ? constants.O_CREAT | constants.O_EXCL : 0);
  await withFile(join(folder, name), flags, async (file) => {
    if (size !== null && (await file.stat()).size !== size) throw new Error(`${name} was changed by another program`);
    await file.writeFile(text);
    await file.sync();
  });
  if (size === null && process.platform !== "win32") await withFile(folder, constants.O_RDONLY, (directory) => directory.sync());
  return (size ?? 0) + Buffer.byteLength(text);
}

async function withFile<T>(path: string, flags: number, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags, 0o600);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Ends of the files in `folder` that no other file names yet, and those of `own`. */
async function ends(folder: string, own: readonly Head[]): Promise<Head[]> {
  const found: Head[] = [...own];
  const named = new Set<string>();
  for (const file of await trailFiles(folder)) {
    const {first, last} = await edges(folder, file);
    for (const head of first?.after ?? []) named.add(`${head.file} ${head.hash}`);
    if (last && !own.some((head) => head.file === file)) found.push({file, n: last.n, hash: last.hash});
  }
  return found.filter((head) => !named.has(`${head.file} ${head.hash}`));
}

/** The first and last whole entries of a file, without reading what is between. */
async function edges(folder: string, file: string): Promise<{first: Entry | null; last: Entry | null}> {
  return withFile(join(folder, file), constants.O_RDONLY, async (handle) => {
    const {size} = await handle.stat();
    for (let span = 64 * 1024; ; span *= 8) {
      const whole = span >= size;
      const [head, tail] = [await bytesOf(handle, 0, Math.min(span, size)), await bytesOf(handle, Math.max(0, size - span), Math.min(span, size))];
      const firstEnd = head.indexOf(0x0a);
      const lastEnd = tail.lastIndexOf(0x0a);
      const lastStart = lastEnd < 0 ? -1 : tail.subarray(0, lastEnd).lastIndexOf(0x0a);
      if (!whole && (firstEnd < 0 || lastEnd < 0 || lastStart < 0)) continue;
      return {
        first: firstEnd < 0 ? null : entryOf(head.subarray(0, firstEnd).toString("utf8")),
        last: lastEnd < 0 ? null : entryOf(tail.subarray(lastStart + 1, lastEnd).toString("utf8"))
      };
    }
  });
}

async function bytesOf(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const {buffer, bytesRead} = await handle.read(Buffer.alloc(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}

/** The trail's files, oldest first. */
async function trailFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => trailFile.test(name)).sort();
}

export type Verdict =
  /** `heads`: the ends of the files, to be kept elsewhere and held against a later trail. `torn`: files whose last line a crash cut short; nothing was given for it. */
  | {ok: true; entries: number; heads: Head[]; torn: string[]}
  | {ok: false; entries: number; file: string; line: number; why: string};

/**
 * Reads the whole trail: every line against its hash, its number and the line before, and every file against the files that name it.
 * @param heads an earlier verdict's heads: the trail must still hold each
 */
export async function verifyAudit(folder: string, heads: readonly Head[] = []): Promise<Verdict> {
  const files = await trailFiles(folder);
  const hashes = new Map<string, string[]>();
  const torn: string[] = [];
  const named: {head: Head; by: string}[] = heads.map((head) => ({head, by: "what was noted"}));
  let entries = 0;
  for (const file of files) {
    const bad = (line: number, why: string): Verdict => ({ok: false, entries, file, line, why});
    const lines = (await readFile(join(folder, file), "utf8")).split("\n");
    if (lines.pop() !== "") torn.push(file);
    const held: string[] = [];
    for (const [i, line] of lines.entries()) {
      const entry = entryOf(line);
      if (!entry) return bad(i + 1, "the line was changed: it does not fit its hash");
      if (i === 0 && (entry.action !== "began" || entry.asked.file !== file)) return bad(1, "the file does not begin with its own first entry");
      if (entry.previous !== (held.at(-1) ?? origin) || entry.n !== i + 1) return bad(i + 1, "the line does not follow the one before: lines were removed, added or moved");
      for (const head of entry.after ?? []) named.push({head, by: file});
      held.push(entry.hash);
      entries += 1;
    }
    hashes.set(file, held);
  }
  for (const {head, by} of named) {
    const held = hashes.get(head.file);
    if (held?.[head.n - 1] === head.hash) continue;
    const why = !held ? "the file is missing" : held.length < head.n ? "the end of the file was cut off" : "the file was rewritten";
    return {ok: false, entries, file: head.file, line: held ? Math.min(head.n, held.length) : 0, why: `${why}: ${by} names its entry ${head.n}`};
  }
  return {ok: true, entries, heads: files.flatMap((file) => lastOf(file, hashes.get(file)!)), torn};
}

const lastOf = (file: string, held: readonly string[]): Head[] => (held.length > 0 ? [{file, n: held.length, hash: held.at(-1)!}] : []);

/** Entries, file by file, oldest file first. Lines that do not fit their hash are left out: verifyAudit names them. */
export async function* readAudit(folder: string): AsyncGenerator<Entry> {
  for (const file of await trailFiles(folder).catch(() => [])) {
    for await (const line of createInterface({input: createReadStream(join(folder, file), "utf8"), crlfDelay: Infinity})) {
      const entry = entryOf(line);
      if (entry) yield entry;
    }
  }
}

/** Every answer that held this child, oldest first: who, when, in what question. */
export async function whoSaw(folder: string, child: string): Promise<Omit<Entry, "children">[]> {
  const found: Omit<Entry, "children">[] = [];
  for await (const {children, ...entry} of readAudit(folder)) {
    if (entry.outcome === "given" && children.includes(child)) found.push(entry);
  }
  return found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
