// Looks for words in everything a store holds: raw bytes of every file, and every text of its databases and Parquet files, which compress theirs.
import {readFileSync, readdirSync} from "node:fs";
import path from "node:path";
import {literal, name, open, openScratch, rowsOf, type Db} from "../../etl/duckdb.ts";

export const filesIn = (folder: string): string[] => readdirSync(folder, {recursive: true, withFileTypes: true}).filter((e) => e.isFile()).map((e) => path.join(e.parentPath, e.name));

/** `file: word`, for every word found anywhere in a folder; upper and lower case are one. */
export async function wordsFound(folder: string, words: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  const look = (file: string, text: string) => {
    const low = text.toLowerCase();
    for (const word of words) if (low.includes(word.toLowerCase())) found.add(`${path.relative(folder, file)}: ${word}`);
  };
  for (const file of filesIn(folder)) {
    const bytes = readFileSync(file);
    look(file, bytes.toString("latin1"));
    look(file, bytes.toString("utf16le"));
    if (file.endsWith(".duckdb")) {
      const {db, close} = await open(file, {access_mode: "READ_ONLY"});
      const tables = await rowsOf<{s: string; t: string}>(db, "select schema_name as s, table_name as t from duckdb_tables() where not internal");
      for (const {s, t} of tables) await lookIn(db, `${name(s)}.${name(t)}`, (text) => look(file, text));
      close();
    }
    if (file.endsWith(".parquet")) {
      const {db, close} = await openScratch();
      await lookIn(db, `read_parquet(${literal(file)})`, (text) => look(file, text));
      close();
    }
  }
  return [...found].sort();
}

async function lookIn(db: Db, from: string, look: (text: string) => void): Promise<void> {
  for (const {t} of await rowsOf<{t: string}>(db, `select cast(r as varchar) as t from ${from} r`)) look(t);
}
