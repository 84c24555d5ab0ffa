// Keyed pseudonyms for what leaves the machine: HMAC-SHA-256 of an id under a key that lies outside the store. The same id has the same
// pseudonym in every list, run and edition under one key; without the key nothing leads back. The store and the audit trail keep real ids.
import {createHmac, type BinaryLike} from "node:crypto";
import {readFileSync, realpathSync, statSync} from "node:fs";
import path from "node:path";

export interface Pseudonyms {
  /** `P-` and 80 bits, base 32 without letters that look like digits. */
  of(id: string): string;
}

/** Columns of rows that hold the id of a child, a case or a worker. A case's id is hidden too: some are made from the child's. */
export const ID_COLUMNS: ReadonlySet<string> = new Set(["child_id", "case_id", "worker", "worker_id", "related_child_id", "household_id", "family_id", "record_key"]);

/** @param key at least 32 bytes */
export function pseudonymsUnder(key: BinaryLike): Pseudonyms {
  return {of: (id) => `P-${base32(createHmac("sha256", key).update(id, "utf8").digest().subarray(0, 10))}`};
}

// Crockford's: no I, L, O, U
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function base32(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 5) {
    let five = bytes.subarray(at, at + 5).reduce((n, byte) => n * 256n + BigInt(byte), 0n);
    let part = "";
    for (let i = 0; i < 8; i++) {
      part = LETTERS[Number(five % 32n)]! + part;
      five /= 32n;
    }
    text += part;
  }
  return text;
}

/**
 * The pseudonyms of the settings, or null where none are wanted.
 * @param keyFile a file of at least 32 bytes, anywhere but in the store, that only its owner may read
 * @throws Error that says what is wrong with the file, and how to make one
 */
export function readPseudonyms(keyFile: string | null, store: string): Pseudonyms | null {
  if (keyFile === null) return null;
  const make = `Make one with: (umask 077; openssl rand -base64 48 > ${keyFile}), keep a copy where only those who may undo pseudonyms can reach it, or leave out pseudonyms.key_file`;
  let file: string;
  let mode: number;
  try {
    file = realpathSync(keyFile);
    const stat = statSync(file);
    if (!stat.isFile()) throw new Error("it is not a file");
    mode = stat.mode;
  } catch (error) {
    throw new Error(`the pseudonyms' key ${keyFile} cannot be read (${(error as Error).message}). ${make}`, {cause: error});
  }
  if (isInside(file, store)) throw new Error(`the pseudonyms' key ${keyFile} lies in the store: whoever copies the store could undo every pseudonym. Move it elsewhere and name it in pseudonyms.key_file`);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) throw new Error(`the pseudonyms' key ${keyFile} can be read by others. Run: chmod 600 ${keyFile}`);
  const key = readFileSync(file);
  if (key.length < 32) throw new Error(`the pseudonyms' key ${keyFile} holds ${key.length} bytes: fewer than 32 can be guessed. ${make}`);
  return pseudonymsUnder(key);
}

function isInside(file: string, folder: string): boolean {
  let home: string;
  try {
    home = realpathSync(folder);
  } catch {
    home = path.resolve(folder);
  }
  const way = path.relative(home, file);
  return way === "" || (!way.startsWith("..") && !path.isAbsolute(way));
}

/** Rows with their ids hidden; the rows themselves are left as they are. */
export function hideIds<T extends Record<string, unknown>>(rows: readonly T[], pseudonyms: Pseudonyms | null): T[] {
  if (!pseudonyms) return [...rows];
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, ID_COLUMNS.has(column) && value !== null && value !== undefined ? pseudonyms.of(String(value)) : value])) as T);
}
