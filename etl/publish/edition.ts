// `frontdoor publish --partnership DIR`: reads the current run's published aggregates, remembers in the store what was given, writes the edition.
// The memory reaches the disk before the edition does: what may have been given is never forgotten.
import {randomBytes} from "node:crypto";
import {existsSync} from "node:fs";
import {mkdir, readdir, readFile, rename, rm, writeFile} from "node:fs/promises";
import path from "node:path";
import {z} from "zod";
import type {Settings} from "../settings.ts";
import {currentRun, put, takeLock, type Store} from "../store.ts";
import type {Reference} from "../transform/reference.ts";
import {addQuarters, editionOf, PUBLISHED, WITHHELD, type Edition, type Given, type Measured} from "./partnership.ts";
import {editionFiles} from "./partnership-site.ts";
import type {MeasureFile, MeasuresFile, RunFile} from "./published.ts";

const shown = z.union([z.int().nonnegative(), z.literal(WITHHELD)]);
const row = z.strictObject({group: z.string(), label: z.string(), numerator: shown, rest: shown, denominator: shown, percent: z.number().nullable()});
const given = z.strictObject({
  authority: z.string(),
  blocks: z.array(
    z.strictObject({
      measure: z.string(), quarter: z.string(), from: z.string(), to: z.string(), threshold: z.int(), total: row.nullable(),
      tables: z.array(z.strictObject({dimension: z.string(), rows: z.array(row)})), withheld: z.array(z.string())
    })
  )
});

export interface Written {
  edition: Edition;
  files: number;
  /** Quarters of measures given for the first time. */
  added: number;
}

/**
 * Writes the partnership edition of the current run to `out`, replacing an earlier edition there whole.
 * @throws NoRun, Busy; Error when `out` holds something else, or what was given before cannot be read (then nothing is written)
 */
export async function publishEdition({store, out, settings, reference}: {store: Store; out: string; settings: Settings; reference: Reference}): Promise<Written> {
  const run = currentRun(store);
  const published = path.join(store.runs, run.run, "published");
  const read = async <T>(file: string) => JSON.parse(await readFile(path.join(published, file), "utf8")) as T;
  const release = await takeLock(store);
  try {
    const about = await read<RunFile>("run.json");
    const before = await readGiven(store, about.authority.code, run.example);
    await checkOut(out, before);
    const {measures: definitions} = await read<MeasuresFile>("measures.json");
    const measures = new Map<string, Measured>();
    for (const {id} of PUBLISHED) {
      const definition = definitions.find((one) => one.id === id);
      if (definition) measures.set(id, {definition, file: await read<MeasureFile>(`measures/${id}.json`)});
    }
    const {rule, threshold, marking} = settings.partnership;
    const now = addQuarters(before, measures, {rule, threshold});
    const populations = reference.population.filter(({lea}) => lea === about.authority.code).map(({year, population}) => ({year, population}));
    const edition = editionOf(now, measures, {authority: about.authority, example: run.example, marking, rule: {rule, threshold}}, populations);
    const files = editionFiles(edition);
    if (now.blocks.length > before.blocks.length) await remember(fileOf(store, now.authority, run.example), now);
    await place(out, files);
    return {edition, files: files.size, added: now.blocks.length - before.blocks.length};
  } finally {
    await release();
  }
}

const folderOf = (store: Store) => path.join(store.home, "partnership");
/** The example's quarters are nobody's, and must not stand in for real ones later. */
const fileOf = (store: Store, authority: string, example: boolean) => path.join(folderOf(store), `${example ? "example" : "given"}-${authority.replaceAll(/[^A-Za-z0-9]/g, "-")}.json`);

async function readGiven(store: Store, authority: string, example: boolean): Promise<Given> {
  const file = fileOf(store, authority, example);
  if (!existsSync(file)) return {authority, blocks: []};
  const fault = (why: string) => new Error(`${file} says what earlier partnership editions gave, and ${why}. Nothing was published: a new edition could give away what they withheld. Put the file back from a backup`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw fault(`cannot be read (${(error as Error).message})`);
  }
  const found = given.safeParse(parsed);
  if (!found.success) throw fault(`is damaged (${found.error.issues[0]!.path.join(".")})`);
  if (found.data.authority !== authority) throw fault(`is of another authority, ${found.data.authority}`);
  return found.data;
}

async function remember(file: string, now: Given): Promise<void> {
  await mkdir(path.dirname(file), {recursive: true, mode: 0o700});
  await put(file, JSON.stringify(now, null, 1));
}

/** An edition may replace an edition that this store remembers, and nothing else. */
async function checkOut(out: string, before: Given): Promise<void> {
  const held = existsSync(out) ? (await readdir(out)).filter((name) => !name.startsWith(".")) : [];
  if (held.length === 0) return;
  const text = await readFile(path.join(out, "tables.json"), "utf8").catch(() => null);
  const edition = text === null ? null : (JSON.parse(text) as Partial<Edition>);
  if (edition?.disclosure !== "partnership") throw new Error(`${out} holds files that are not a partnership edition's (${held[0]}); name an empty folder`);
  const forgotten = edition.measures?.flatMap(({blocks}) => blocks).find(({measure, from}) => !before.blocks.some((block) => block.measure === measure && block.from === from));
  if (forgotten || edition.authority?.code !== before.authority) throw new Error(`${out} holds an edition that this store does not remember${forgotten ? ` (${forgotten.measure}, ${forgotten.quarter})` : ""}. Nothing was published: two editions that differ could give a withheld number away. Put back partnership/ of the store it was made from, or name an empty folder if that edition was never given to anybody`);
}

/** The folder is replaced whole; the old edition stays until the new one lies ready beside it. */
async function place(out: string, files: ReadonlyMap<string, string>): Promise<void> {
  const home = path.resolve(out);
  const making = `${home}.new-${randomBytes(4).toString("hex")}`;
  const old = `${home}.old-${randomBytes(4).toString("hex")}`;
  try {
    for (const [name, text] of files) {
      await mkdir(path.dirname(path.join(making, name)), {recursive: true});
      await writeFile(path.join(making, name), text);
    }
    const had = existsSync(home);
    if (had) await rename(home, old);
    await rename(making, home).catch(async (error: unknown) => {
      if (had) await rename(old, home);
      throw error;
    });
  } finally {
    await rm(making, {recursive: true, force: true});
    await rm(old, {recursive: true, force: true});
  }
}
