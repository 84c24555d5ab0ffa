// frontdoor <command>: parses, calls, prints. Thin on purpose; what a command does lives in its room.
import {existsSync, lstatSync, readdirSync, readFileSync} from "node:fs";
import {readFile, writeFile} from "node:fs/promises";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {Command, CommanderError, InvalidArgumentError, Option} from "commander";
import {isDay} from "./day.ts";
import {open, rowsOf} from "./duckdb.ts";
import {checkFile, refused, SHEET_REFUSED, type FileReport} from "./load/load.ts";
import {Refusal} from "./extract/types.ts";
import {silent, terminalProgress} from "./progress.ts";
import {hideIds, readPseudonyms, type Pseudonyms} from "./pseudonyms.ts";
import {writeRejects} from "./load/rejects.ts";
import {flagsBeside, readShelf, refresh, type RefreshReport} from "./refresh.ts";
import {clockOf} from "./publish/clock.ts";
import {readSettings} from "./settings.ts";
import {currentRun, isBusy, lastAttempt, NoRun, notePublication, openPartFile, publications, publishedOf, publishPointer, readRun, storeAt, takeLock, type Attempt, type RunManifest, type Store} from "./store.ts";
import {casesOf, DIMENSIONS, NOT_RECORDED, type Dimension} from "./transform/cases.ts";
import {movementOf} from "./transform/changes.ts";
import {caseView, measuresNamed, readMeasures, UnknownMeasure, type Measure} from "./transform/measures.ts";
import type {PartManifest} from "./transform/part.ts";
import {checksOf, FAULT_COLUMNS, faultsOf, UnknownCheck} from "./transform/quality.ts";
import {readReference, thresholdAt} from "./transform/reference.ts";
import {csvText} from "./csv-out.ts";
import type {MeasuresFile} from "./publish/published.ts";
import {figuresFor, spanFor, withTargets, type MeasureFigures} from "./publish/answer.ts";
import {limitText} from "../src/components/format.ts";
import type {Told} from "../server/tell.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const DATA = path.join(ROOT, "data");
const here = (...parts: string[]) => path.relative(process.cwd(), path.join(ROOT, ...parts)) || ".";

const print = (text: string) => void process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
const json = (value: unknown) => print(JSON.stringify(value, null, 2));

function date(text: string): string {
  if (!isDay(text)) throw new InvalidArgumentError("write the date as 2026-03-31.");
  return text;
}
function month(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) throw new InvalidArgumentError("write the month as 2026-03.");
  return text;
}
const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("write a whole number.");
  return Number(text);
};
const storeOption = () => new Option("--store <dir>", "where loads, parts and runs are kept").default(here("data", "store"));

/**
 * Runs one command.
 * @returns the exit code: 0 all well; 1 loaded, with rejected rows; 2 something was refused or failed
 */
export async function main(args: string[]): Promise<number> {
  let code = 0;
  const program = new Command("frontdoor")
    .description("From exported front-door records to measures and dashboards that open into the children behind every number.")
    .exitOverride()
    .showHelpAfterError("(add --help for what can be said)")
    .configureHelp({sortSubcommands: false});
  const done = (result: number | void) => void (code = result ?? 0);

  program
    .command("example")
    .description("write the exports of a fictional authority, so that everything can be tried before there is data")
    .requiredOption("--out <dir>", "folder for the exports and truth.json")
    .option("--seed <n>", "another seed, another authority", whole, 1)
    .option("--until <date>", "the day of the exports", date, "2026-03-31")
    .action(async (o: {out: string; seed: number; until: string}) => done(await makeExample(o)));

  program
    .command("refresh")
    .description("read the exports, compute every measure and publish the run; nothing changes for readers until all of it is done")
    .option("--exports <dir>", "folder of exports", here("data", "exports"))
    .addOption(storeOption())
    .option("--as-at <date>", "the day the records speak for; defaults to the newest export date", date)
    .addOption(new Option("--threads <n>", "how many processors to use").argParser(whole))
    .option("--rejects <dir>", "also write the rejected rows of each export there as CSV, to be mended and fed back")
    .option("--json", "print the report as one JSON document")
    .addHelpText("after", "\nExit codes: 0 all loaded; 1 loaded, with rejected rows or an export that a gate flags; 2 something was refused or failed (what was published stands).")
    .action(async (o: RefreshCommand) => done(await runRefresh(o)));

  program
    .command("rejects")
    .description("write the rejected rows of an export as CSV with every reason; mended and put among the exports, they count")
    .argument("<file>", "the export")
    .requiredOption("--out <file>", "the CSV to write")
    .action(async (file: string, o: {out: string}) => done(await rejects(file, o)));

  program
    .command("check")
    .description("say what a file is and what would be accepted and rejected; changes nothing")
    .argument("<file...>", "exports to look at")
    .addOption(new Option("--store <dir>", "its exports are what each file is held against: headings that are gone, far fewer rows, nothing recent").default(here("data", "store")))
    .option("--json", "print the findings as one JSON document")
    .action(async (files: string[], o: {store: string; json?: boolean}) => done(await check(files, o)));

  program
    .command("map")
    .description("propose a mapping for an export that no mapping knows, from its headings and first rows; says what it is unsure of")
    .argument("<file>", "export to look at")
    .option("--out <file>", "write it there (data/mappings/<name>.yaml); otherwise it is printed")
    .action(async (file: string, o: {out?: string}) => done(await map(file, o)));

  program
    .command("templates")
    .description("write the fill-in workbooks for what no system records; they load back as they are")
    .requiredOption("--out <dir>", "folder for the workbooks")
    .action(async (o: {out: string}) => done(await templates(o)));

  program
    .command("measure")
    .description("compute measures from the current run; without an id, all of them")
    .argument("[id...]", "measures, such as C2 or S2")
    .addOption(storeOption())
    .option("--from <month>", "first month; defaults to the last 12 complete months", month)
    .option("--to <month>", "last month", month)
    .option("--all", "all time")
    .addOption(new Option("--by <dimension>", "one row a group").choices([...DIMENSIONS]))
    .option("--authority <code>", "which authority, where the store holds several")
    .option("--json", "print an array, one element a measure (and a group)")
    .action(async (ids: string[], o: MeasureOptions) => done(await measure(ids, o)));

  const cases = program
    .command("cases")
    .description("list exactly the cases behind a number, those that failed first")
    .argument("<id>", "measure, such as C2")
    .addOption(storeOption())
    .option("--from <month>", "first month; defaults to the last 12 complete months", month)
    .option("--to <month>", "last month", month)
    .option("--all", "all time")
    .addOption(new Option("--met <yes|no>", "only cases that met the test, or only those that did not").choices(["yes", "no"]))
    .option("--authority <code>", "which authority, where the store holds several")
    .option("--csv", "print CSV, safe to open in Excel")
    .option("--json", "print one JSON document");
  for (const d of DIMENSIONS) cases.option(`--${d.replaceAll("_", "-")} <group>`, `only this ${d.replaceAll("_", " ")}`);
  cases.action(async (id: string, o: CasesOptions) => done(await listCases(id, o)));

  program
    .command("explain")
    .description("say what a measure means: its cases, clock, limit, comparators and SQL")
    .argument("<id>", "measure, such as C2")
    .addOption(storeOption())
    .action(async (id: string, o: {store: string}) => done(await explain(id, o)));

  program
    .command("quality")
    .description("data-quality checks of the current run; with the id of one, its faults, new and persisting")
    .argument("[id]", "check, such as 8608 or birth-after-event")
    .addOption(storeOption())
    .option("--team <team>", "only faults of this team")
    .option("--authority <code>", "which authority, where the store holds several")
    .option("--csv", "print CSV, safe to open in Excel")
    .option("--json", "print one JSON document")
    .action(async (id: string | undefined, o: QualityOptions) => done(await quality(id, o)));

  program
    .command("report")
    .description("print the board report of a month as a PDF")
    .requiredOption("--out <file>", "the PDF to write")
    .option("--month <month>", "the month it speaks for, such as 2026-03 (default: the newest that is over)", month)
    .addOption(storeOption())
    .option("--site <dir>", "the built site", here("dist"))
    .action(async (o: {out: string; month?: string; store: string; site: string}) => done(await report(o)));

  program
    .command("changes")
    .description("why measures moved since another run: what is new, changed, gone, or judged by a new definition")
    .argument("[ids...]", "measures; all that moved unless named")
    .addOption(storeOption())
    .option("--before <run>", "the run to compare with (default: the one published before)")
    .option("--from <month>", "first month, such as 2025-04", month)
    .option("--to <month>", "last month", month)
    .option("--all", "all time")
    .option("--cases", "list the cases that moved")
    .option("--authority <code>", "which authority, where the store holds several")
    .option("--json", "print one JSON document")
    .action(async (ids: string[], o: ChangesOptions) => done(await changes(ids, o)));

  program
    .command("lists")
    .description("write the weekly hand-out: a workbook a team of cases that are late or due, to be filled in and loaded back as delay reviews")
    .argument("[id...]", "measures with a clock; defaults to the headlines")
    .requiredOption("--out <dir>", "folder for the workbooks")
    .addOption(storeOption())
    .addOption(new Option("--by <dimension>", "one workbook a group").choices([...DIMENSIONS]).default("team"))
    .option("--from <month>", "first month; defaults to the last 12 complete months", month)
    .option("--to <month>", "last month", month)
    .option("--authority <code>", "which authority, where the store holds several")
    .action(async (ids: string[], o: ListsOptions) => done(await lists(ids, o)));

  program
    .command("status")
    .description("say what is published, from which exports, and how fresh it is")
    .addOption(storeOption())
    .option("--json", "print one JSON document")
    .action(async (o: {store: string; json?: boolean}) => done(await status(o)));

  program
    .command("rollback")
    .description("go back to an earlier run; without one, list those that are kept")
    .argument("[run]", "the run to go back to")
    .addOption(storeOption())
    .action(async (run: string | undefined, o: {store: string}) => done(await rollback(run, o)));

  program
    .command("purge")
    .description("remove exports older than a day from the store, and the runs made from them; the rest is counted again")
    .option("--older-than <age>", "such as “24 months”, or a day; defaults to retention_months of the settings")
    .option("--dry-run", "only say what would be removed")
    .option("--exports <dir>", "folder of exports", here("data", "exports"))
    .addOption(storeOption())
    .option("--json", "print one JSON document")
    .action(async (o: PurgeCommand) => done(await runPurge(o)));

  program
    .command("publish")
    .description("write an edition for partners: aggregates with small numbers withheld, as plain pages, CSV and JSON")
    .requiredOption("--partnership <dir>", "folder of the edition: empty, or the edition before")
    .addOption(storeOption())
    .action(async (o: {partnership: string; store: string}) => done(await publishPartnership(o)));

  program
    .command("build")
    .description("build the site; needed once, not at every refresh")
    .option("--out <dir>", "where the site goes", here("dist"))
    .action(async (o: {out: string}) => {
      const {buildSite} = await import("./publish/site.ts");
      await buildSite({out: path.resolve(o.out), root: ROOT, log: (line) => void process.stderr.write(`${line}\n`)});
    });

  program
    .command("serve")
    .description("serve the dashboard and answer for cases; on this machine only unless sign-in is set up")
    .addOption(storeOption())
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <n>", "port to listen on", whole, 3000)
    .action(async (o: {store: string; host: string; port: number}) => done(await serveSite(o)));

  const audit = program.command("audit").description("the trail of who was shown what");
  audit
    .command("verify")
    .description("check the whole trail: every line bound to the one before, no file missing")
    .addOption(storeOption())
    .option("--heads <file>", "an earlier answer with --json, kept elsewhere: the trail must still hold its ends")
    .option("--json", "print one JSON document, to be kept on another machine")
    .action(async (o: {store: string; heads?: string; json?: boolean}) => done(await tell(o, ({tellVerify}) => tellVerify(path.resolve(o.store), o.heads))));
  audit
    .command("who")
    .description("who was given this child: when, with which role, in what question")
    .requiredOption("--child <id>", "the child's id")
    .addOption(storeOption())
    .option("--json", "print one JSON document")
    .action(async (o: {store: string; child: string; json?: boolean}) => done(await tell(o, ({tellWho}) => tellWho(path.resolve(o.store), o.child))));

  // what is made of records is for its owner's eyes only
  program.hook("preAction", (_, command) => void (["refresh", "rejects", "rollback", "serve", "lists", "purge"].includes(command.name()) && process.umask(0o077)));
  try {
    await program.parseAsync(args, {from: "user"});
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`frontdoor: ${process.env.FRONTDOOR_DEBUG ? (error as Error).stack : (error as Error).message}\n`);
    return 2;
  }
}

async function makeExample({out, seed, until}: {out: string; seed: number; until: string}) {
  const strangers = existsSync(out) ? readdirSync(out).filter((f) => !f.startsWith(".") && f !== "README.md") : [];
  if (strangers.length && !existsSync(path.join(out, "truth.json"))) throw new Error(`${out} holds files that are not an example's (${strangers[0]}); name an empty folder, so that fiction and real records never mix`);
  const {writeExample} = await import("./example/index.ts");
  const truth = await writeExample({out, seed, until});
  print(`${truth.files.length} exports of the fictional authority are in ${out}, with truth.json saying what is planted in them.\nNext: frontdoor refresh --exports ${out}`);
}

const total = (report: FileReport, key: "read" | "accepted" | "rejected" | "duplicates") => report.recordSets.reduce((n, s) => n + s[key], 0);
const n = (count: number) => count.toLocaleString("en-GB");

function describeFile(f: FileReport): string {
  if (f.outcome === "refused") return `✗ ${plain(f.file)}: refused: ${plain(f.reason ?? "")}`;
  const lines = [`${f.outcome === "accepted" ? "✓" : "!"} ${plain(f.file)}: ${f.known ? "read before, unchanged; " : ""}${f.format}, ${f.encoding}, mapping ${f.mapping}`];
  for (const s of f.recordSets) lines.push(`    ${s.name.replaceAll("_", " ")}${s.sheet ? ` (sheet ${s.sheet})` : ""}: ${n(s.read)} read = ${n(s.accepted)} accepted + ${n(s.rejected)} rejected + ${n(s.duplicates)} duplicates`);
  for (const o of f.outOfScope ?? []) lines.push(`    ${n(o.rows)} left out as out of scope: ${o.why}`);
  for (const s of f.skipped ?? []) {
    const told = ([[s.titleLines, "title line"], [s.blankLines, "blank line"], [s.totalsLines, "totals line"]] as const).filter(([lines]) => lines > 0).map(([lines, what]) => `${n(lines)} ${what}${lines === 1 ? "" : "s"}`);
    lines.push(`    skipped${s.sheet ? ` (sheet ${s.sheet})` : ""}: ${told.join(", ")}`);
  }
  for (const r of f.sheetsRefused ?? []) lines.push(`    ✗ refused: ${r.reason}`);
  const byReason = new Map<string, {count: number; example: FileReport["rejections"][number]}>();
  for (const r of f.rejections) for (const reason of r.reasons) byReason.set(`${r.heading ?? ""}\u0000${reason}`, {count: (byReason.get(`${r.heading ?? ""}\u0000${reason}`)?.count ?? 0) + 1, example: byReason.get(`${r.heading ?? ""}\u0000${reason}`)?.example ?? r});
  for (const {heading, reason, cells} of f.rejectionsNotListed ?? []) {
    const told = byReason.get(`${heading}\u0000${reason}`);
    if (told) told.count += cells;
  }
  for (const [key, {count, example}] of [...byReason].sort((a, b) => b[1].count - a[1].count).slice(0, 5)) {
    const [heading, reason] = key.split("\u0000");
    lines.push(`    rejected ${n(count)}: ${heading ? `“${heading}”: ` : ""}${reason} (for example line ${example.line}${example.column ? `, column ${example.column}` : ""}${example.value === undefined ? "" : `: ${shorten(example.value)}`})`);
  }
  const byCode = new Map<string, {count: number; message: string}>();
  for (const w of f.warnings.filter((w) => w.code !== SHEET_REFUSED)) byCode.set(w.code, {count: (byCode.get(w.code)?.count ?? 0) + 1, message: w.message});
  for (const {count, message} of byCode.values()) lines.push(`    note: ${message}${count > 1 ? ` (and ${count - 1} more of the kind)` : ""}`);
  return lines.map(plain).join("\n");
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for: a value must not steer the terminal
/** Text from outside without what would move a terminal's cursor or turn its direction. */
const plain = (text: string) => text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "·");
/** A line that holds values of an export. */
const sayRow = (text: string) => print(plain(text));
const shorten = (text: string) => plain(text.length > 60 ? `${text.slice(0, 57)}…` : text);

interface RefreshCommand {
  exports: string;
  store: string;
  asAt?: string;
  threads?: number;
  rejects?: string;
  json?: boolean;
}

async function runRefresh(o: RefreshCommand): Promise<number> {
  const report: RefreshReport = await refresh({
    exportsDir: path.resolve(o.exports),
    store: path.resolve(o.store),
    data: DATA,
    ...(o.asAt ? {asAt: o.asAt} : {}),
    ...(o.threads ? {threads: o.threads} : {}),
    ...(o.rejects ? {rejects: path.resolve(o.rejects)} : {}),
    progress: terminalProgress()
  });
  if (o.json) json(report);
  else {
    for (const f of report.files) print(describeFile(f));
    if (report.kept.length) print(`Still counted from earlier refreshes, though no longer in the folder: ${report.kept.map(plain).join(", ")}`);
    if (report.replaced.length) print(`Read anew under the same name and day, so that what was read before counts no longer: ${report.replaced.map(plain).join(", ")}`);
    print(`\nRecords as at ${report.asAt}: ${report.records.map((r) => `${n(r.records)} ${r.recordSet.replaceAll("_", " ")}`).join(", ")}.`);
    if (report.asAt > report.newestExport) print(`Note: the newest export is of ${report.newestExport}. What happened after it is not known, so that what was open then counts as open until ${report.asAt}: leave --as-at out, or add newer exports.`);
    if (report.asAt < report.newestExport) print(`Note: the newest export is of ${report.newestExport}. What the exports tell of after ${report.asAt} is still among the records, and counts where a measure asks for no deadline: figures as they stood that day need the exports up to that day alone, in a store of their own.`);
    if (report.before && report.published) print(describeChanges(report));
    for (const w of report.warnings) sayRow(`Note: ${w.message}`);
    if (report.rejects.length) print(`Rejected rows, to be mended and put among the exports: ${report.rejects.join(", ")}`);
    if (report.rejects.length) tellOfRealIds();
    const lacking = Object.entries(report.notRecorded);
    if (lacking.length) print(`Not recorded: ${lacking.map(([id, lacks]) => `${id} (needs ${lacks.join(", ")})`).join("; ")}.`);
    print(report.published ? `Published run ${report.run}.` : `Nothing had changed: run ${report.run} still stands.`);
  }
  return exitCode(report.files);
}

function describeChanges(report: RefreshReport): string {
  const lines = report.records.flatMap(({authority, recordSet, since}) => {
    const told = [[since.new, "new"], [since.changed, "changed"], [since.withdrawn, "withdrawn"], [since.gone, "no longer in any export"]] as const;
    const words = told.filter(([count]) => count > 0).map(([count, what]) => `${n(count)} ${what}`);
    return words.length ? [`    ${recordSet.replaceAll("_", " ")}${report.records.some((r) => r.authority !== authority) ? ` (${authority})` : ""}: ${words.join(", ")}, ${n(since.unchanged)} unchanged`] : [];
  });
  return [`Since run ${report.before}:${lines.length ? "" : " every record is as it was."}`, ...lines].join("\n");
}

const FLAGS = new Set(["volume", "freshness"]);
/** What has left the folder was told of when it came. */
function exitCode(files: FileReport[]): number {
  const here = files.filter((f) => !f.kept);
  if (here.some((f) => f.outcome === "refused" || f.sheetsRefused?.length)) return 2;
  return here.some((f) => f.outcome === "accepted with rejections" || f.warnings.some((w) => FLAGS.has(w.code))) ? 1 : 0;
}

/** Rejected rows are the export's own, or they could not be read back: where ids are hidden, that is said. */
function tellOfRealIds() {
  if (readSettings(path.join(DATA, "reference", "settings.yaml")).pseudonyms.key_file === null) return;
  print("Rejected rows hold the export's real ids, though the settings hide ids (pseudonyms.key_file), for they must load back: keep them where the exports are kept.");
}

async function rejects(file: string, o: {out: string}): Promise<number> {
  if (!existsSync(file)) throw new Error(`there is no file ${file}; check the name`);
  const written = await writeRejects(path.resolve(file), path.resolve(o.out), path.dirname(path.resolve(file)), await readShelf({data: DATA}));
  print(written.length ? `The rejected rows of ${path.basename(file)} are in ${written.join(", ")}. Mend them there and put the file among the exports: its rows then count.` : `No row of ${path.basename(file)} is rejected; nothing was written.`);
  if (written.length) tellOfRealIds();
  return 0;
}

async function check(files: string[], o: {store: string; json?: boolean}): Promise<number> {
  const shelf = await readShelf({data: DATA});
  const beside = await flagsBeside({store: path.resolve(o.store), data: DATA});
  const reports: FileReport[] = [];
  for (const file of files) {
    if (!existsSync(file) && !isLink(file)) reports.push(refused(file, new Refusal("no-file", `there is no file ${file}; check the name`)));
    else reports.push(await checkFile(path.resolve(file), shelf, o.json ? silent : terminalProgress(), beside));
  }
  if (o.json) json({files: reports});
  else for (const report of reports) print(describeFile(report));
  return exitCode(reports);
}

async function map(file: string, o: {out?: string}): Promise<number> {
  const {proposeMapping} = await import("./load/propose.ts");
  if (!existsSync(file)) throw new Refusal("no-file", `there is no file ${file}; check the name`);
  const proposed = await proposeMapping(path.resolve(file), await readShelf({data: DATA}));
  if (!o.out) {
    print(proposed);
    return 0;
  }
  if (!existsSync(path.dirname(path.resolve(o.out)))) throw new Error(`there is no folder ${path.dirname(o.out)}; make it first, or name another`);
  if (existsSync(o.out)) throw new Error(`${o.out} is there already; name another file, so that nobody's work is overwritten`);
  await writeFile(o.out, proposed);
  print(`${o.out} holds a proposal. Read it, settle what is marked “unsure”, and see its effect with: frontdoor check ${file}`);
  return 0;
}

async function templates(o: {out: string}): Promise<number> {
  const {writeTemplates} = await import("./load/templates.ts");
  const {contracts, reference} = await readShelf({data: DATA});
  const {written, kept} = await writeTemplates(path.resolve(o.out), contracts, reference);
  if (written.length) print(`${written.length} fill-in logs are in ${o.out}: ${written.join(", ")}.\nFill in copies and drop them in the exports folder, with the day in the name.`);
  if (kept.length) print(`Left as they are, for they may be filled in: ${kept.join(", ")}.`);
  return 0;
}

const isLink = (file: string) => lstatSync(file, {throwIfNoEntry: false})?.isSymbolicLink() ?? false;

interface Chosen {
  store: string;
  authority?: string;
}
interface MeasureOptions extends Chosen {
  from?: string;
  to?: string;
  all?: boolean;
  by?: Dimension;
  json?: boolean;
}
type CasesOptions = MeasureOptions & {met?: "yes" | "no"; csv?: boolean} & Record<string, unknown>;

interface OpenPart {
  store: Store;
  run: RunManifest;
  part: PartManifest;
  db: Awaited<ReturnType<typeof open>>["db"];
  /** Ids in what is printed, where the settings name a key. */
  pseudonyms: Pseudonyms | null;
  close(): void;
}

/** The current run's part of one authority, read-only. */
async function openPart({store: dir, authority}: Chosen): Promise<OpenPart> {
  const store = storeAt(path.resolve(dir));
  const run = currentRun(store);
  const settings = readSettings(path.join(DATA, "reference", "settings.yaml"));
  const wanted = authority ?? settings.authority.code;
  const chosen = run.parts.find((p) => p.authority === wanted) ?? (authority ? null : run.parts[0]);
  if (!chosen) throw new NoRun(`the store holds no authority ${authority}; it holds ${run.parts.map((p) => p.authority).join(", ")}`);
  const part = JSON.parse(await readFile(path.join(store.parts, chosen.hash, "part.json"), "utf8")) as PartManifest;
  const pseudonyms = readPseudonyms(settings.pseudonyms.key_file, store.home);
  const opened = await openPartFile(path.join(store.home, chosen.file));
  return {store, run, part, db: opened.db, pseudonyms, close: opened.close};
}

async function measure(ids: string[], o: MeasureOptions): Promise<number> {
  const wanted = measuresNamed(ids, readMeasures());
  const part = await openPart(o);
  try {
    const results: MeasureFigures[] = [];
    const {measures: published} = await publishedOf<MeasuresFile>(path.join(part.store.runs, part.run.run), part.part.authority, "measures.json");
    for (const m of wanted) {
      const figures = await figuresFor(part.db, m, part.part, o);
      const definition = published.find((d) => d.id === m.id);
      results.push(...(definition ? figures.map((f) => withTargets(f, definition)) : figures));
    }
    if (o.json) json(results);
    else for (const r of results) print(describeFigures(r));
    return 0;
  } finally {
    part.close();
  }
}

function describeFigures(r: MeasureFigures): string {
  const head = `${r.id}${r.group === undefined ? "" : ` · ${plain(r.group)}`}  ${r.title}`;
  if (r.status === "not recorded") return `${head}\n    not recorded: needs ${r.missing.join(", ")}`;
  const value = r.value === null ? "no cases" : r.unit === "percent" ? `${r.value.toFixed(1)} %` : `${Number(r.value.toFixed(2))} ${r.unit}`;
  const of = r.denominator === null ? "" : ` (${n(r.numerator ?? 0)} of ${n(r.denominator)})`;
  const target = r.target == null ? "" : `; target ${r.unit === "percent" ? `${r.target} %` : r.target}`;
  return `${head}\n    ${value}${of}, ${r.from} to ${r.to}, as at ${r.asAt}${target}`;
}

async function listCases(id: string, o: CasesOptions): Promise<number> {
  const named = measuresNamed([id], readMeasures());
  // of an entry whose first part goes by the entry's own name, that part is meant
  const [m, ...more] = named.some((x) => x.id === id) ? named.filter((x) => x.id === id) : named;
  if (more.length) throw new UnknownMeasure(`${id} has parts; say which: ${[m!, ...more].map((x) => x.id).join(" or ")}`);
  const part = await openPart(o);
  try {
    if (lacks(part.part, m!).length) throw new UnknownMeasure(`${m!.id} is not recorded: it needs ${lacks(part.part, m!).join(", ")}`);
    const filters = Object.fromEntries(DIMENSIONS.flatMap((d) => {
      const given = o[d.replaceAll(/_([a-z])/g, (_, c: string) => c.toUpperCase())];
      return typeof given === "string" ? [[d, given]] : [];
    }));
    const listed = await casesOf(part.db, {measure: m!, ...spanFor(part.part.asAt, o), ...(o.met ? {met: o.met === "yes"} : {}), filters});
    const found = {...listed, rows: hideIds(listed.rows, part.pseudonyms)};
    if (found.total === 0) for (const note of await unknownGroups(part.db, m!, filters)) process.stderr.write(`frontdoor: ${note}\n`);
    if (o.json) json({run: part.run.run, measure: m!.id, ...found});
    else if (o.csv) print(csvText(found.columns, found.rows));
    else {
      print(`${m!.id} ${m!.title}: ${n(found.total)} cases`);
      for (const row of found.rows) sayRow(`  ${row.met === null ? " " : row.met ? "yes" : "no "}  ${row.counted_on}  ${row.child_id}  ${row.case_id}  ${row.reason ?? ""}${row.team ? `  [${row.team}]` : ""}`);
    }
    return 0;
  } finally {
    part.close();
  }
}

/** A sentence for each choice that no case of the measure has ever had: no case within it is no answer, but a word to be mended. */
async function unknownGroups(db: OpenPart["db"], m: Measure, filters: Record<string, string>): Promise<string[]> {
  const notes: string[] = [];
  for (const [d, wanted] of Object.entries(filters)) {
    const known = (await rowsOf<{of: string}>(db, `select distinct coalesce(${d}, '${NOT_RECORDED}') as of from ${caseView(m.id)} where counted_on <= as_at() order by 1`)).map((row) => row.of);
    if (!known.includes(wanted)) notes.push(plain(`no case of ${m.id} has the ${d.replaceAll("_", " ")} “${wanted}”${known.length ? `; its cases have ${known.slice(0, 20).join(", ")}${known.length > 20 ? ` and ${known.length - 20} more` : ""}` : ""}`));
  }
  return notes;
}

async function report(o: {out: string; month?: string; store: string; site: string}): Promise<number> {
  currentRun(storeAt(path.resolve(o.store))); // says what to do where nothing is published
  await builtSite(path.resolve(o.site));
  const {printReport} = await import("./publish/report.ts");
  const {pages} = await printReport({store: path.resolve(o.store), site: path.resolve(o.site), month: o.month, out: path.resolve(o.out)});
  print(`${o.out}: ${pages} pages of A4.`);
  return 0;
}

type ChangesOptions = MeasureOptions & {before?: string; cases?: boolean};

async function changes(ids: string[], o: ChangesOptions): Promise<number> {
  const part = await openPart(o);
  try {
    const named = measuresNamed(ids, readMeasures());
    const before = o.before ?? publications(part.store).filter((p) => p.run !== part.run.run).at(-1)?.run;
    if (!before) throw new NoRun("only one run has been published, so nothing can have moved; refresh with newer exports first");
    const old = readRun(part.store, before).parts.find((p) => p.authority === part.part.authority);
    if (!old || !existsSync(path.join(part.store.home, old.file))) throw new NoRun(`the run ${before} holds nothing of the authority ${part.part.authority}, or is no longer kept; “frontdoor status” lists the runs`);
    const oldPart = JSON.parse(await readFile(path.join(part.store.parts, old.hash, "part.json"), "utf8")) as PartManifest;
    const span = spanFor(part.part.asAt, o);
    const found = [];
    for (const m of named) {
      if (lacks(part.part, m).length || lacks(oldPart, m).length) {
        if (ids.length) print(`${m.id} ${m.title}: not recorded in both runs`);
        continue;
      }
      const moved = await movementOf(path.join(part.store.home, old.file), path.join(part.store.home, part.run.parts.find((p) => p.authority === part.part.authority)!.file), m, span);
      if (ids.length || moved.movement.causes.length) found.push({title: m.title, unit: m.unit, ...moved, cases: hideIds(moved.cases, part.pseudonyms)});
    }
    if (o.json) json({run: part.run.run, before, measures: found.map(({movement, cases, title, unit}) => ({title, unit, ...movement, ...(o.cases ? {cases} : {})}))});
    else {
      for (const {movement: m, title, unit, cases} of found) {
        const value = (v: number | null) => (v === null ? "none" : `${Number(v.toFixed(1))}${unit === "percent" ? " %" : ` ${unit}`}`);
        print(`${m.measure}  ${title}\n    ${value(m.before.value)} → ${value(m.after.value)}${m.definition === "same" ? "" : m.definition === "changed" ? "; its definition or a limit changed" : "; its definition changed, and its effect cannot be told apart"}`);
        for (const c of m.causes) print(`    ${c.how}: ${n(c.cases)} ${c.cases === 1 ? "case" : "cases"}, numerator ${signed(c.numerator)}${c.denominator === null ? "" : `, denominator ${signed(c.denominator)}`}${c.value === null ? "" : `, value ${signed(Number(c.value.toFixed(2)))}`}`);
        if (o.cases) for (const c of cases) sayRow(`      ${c.how}  ${c.counted_on}  ${c.child_id ?? ""}  ${c.case_id}  ${c.reason ?? ""}${c.team ? `  [${c.team}]` : ""}`);
      }
      if (found.length === 0) print(`No measure moved since the run ${before}.`);
    }
    return 0;
  } finally {
    part.close();
  }
}

const signed = (x: number | null) => (x === null ? "?" : x > 0 ? `+${n(x)}` : n(x));

type ListsOptions = Chosen & {out: string; by: Dimension; from?: string; to?: string};

async function lists(ids: string[], o: ListsOptions): Promise<number> {
  const {writeLists} = await import("./publish/lists.ts");
  const settings = readSettings(path.join(DATA, "reference", "settings.yaml"));
  const {contracts, reference} = await readShelf({data: DATA});
  const part = await openPart(o);
  try {
    if (part.pseudonyms) throw new Error("a hand-out must hold real ids, or it could not load back, and the settings hide ids (pseudonyms.key_file); take the list of cases from its page instead, where ids are hidden");
    const all = readMeasures();
    const wanted = measuresNamed(ids.length ? ids : settings.headlines.filter((h) => all.some((m) => m.id === h)), all);
    const measures = wanted.filter((m) => lacks(part.part, m).length === 0);
    const marking = part.run.example ? "EXAMPLE DATA" : settings.marking;
    const {written, kept} = await writeLists({db: part.db, dir: path.resolve(o.out), by: o.by, measures, span: spanFor(part.part.asAt, o), contract: contracts.get("delay_review")!, reference, run: part.run.run, asAt: part.part.asAt, marking, labels: settings.labels});
    for (const {file, cases} of written) print(`${file}: ${n(cases)} ${cases === 1 ? "case" : "cases"}`);
    if (written.length) print(`Fill in copies and drop them in the exports folder, with the day in the name; the next refresh shows each review beside its case.`);
    else if (!kept.length) print("Nothing waits past a limit or falls due; no list was written.");
    if (kept.length) print(`Left as they are, for they may be filled in: ${kept.join(", ")}.`);
    return 0;
  } finally {
    part.close();
  }
}

type QualityOptions = Chosen & {team?: string; csv?: boolean; json?: boolean};

async function quality(id: string | undefined, o: QualityOptions): Promise<number> {
  const part = await openPart(o);
  try {
    const checks = await checksOf(part.db);
    const one = checks.find((c) => c.id.toLowerCase() === id?.toLowerCase());
    if (id !== undefined && !one) throw new UnknownCheck(`there is no check ${id}; the checks are ${checks.map((c) => c.id).join(", ")}`);
    const listed = one !== undefined || o.team !== undefined || o.csv === true;
    const before = partBefore(part);
    const found = listed ? await faultsOf(part.db, {...(one ? {check: one.id} : {}), ...(o.team === undefined ? {} : {team: o.team}), before: before === "the same" ? null : before}) : [];
    const faults = hideIds(before === "the same" ? found.map((f) => ({...f, since: "persisting"})) : found, part.pseudonyms);
    if (o.json) json({run: part.run.run, checks: one ? [one] : checks, ...(listed ? {faults} : {})});
    else if (o.csv) print(csvText(FAULT_COLUMNS, faults));
    else {
      for (const c of one ? [one] : checks) print(`${c.id}  ${c.title} (${c.severity})\n    ${c.status === "run" ? `${n(c.faults!)} faults in ${n(c.tested!)} tested` : `not run: ${c.why}`}`);
      for (const f of faults) sayRow(`  ${f.since ?? ""}  ${f.happened_on ?? ""}  ${f.record_set} ${f.case_id}  ${f.detail ?? ""}${f.team ? `  [${f.team}]` : ""}`);
    }
    return 0;
  } finally {
    part.close();
  }
}

/** The file of the same authority's part in the run before the current one, while it is kept; `the same` where nothing of it changed. */
function partBefore({store, run, part}: OpenPart): string | null {
  try {
    const report = JSON.parse(readFileSync(path.join(store.runs, run.run, "report.json"), "utf8")) as RefreshReport;
    const old = report.before === null ? undefined : readRun(store, report.before).parts.find((p) => p.authority === part.authority);
    if (old?.hash === part.hash) return "the same";
    return old && existsSync(path.join(store.home, old.file)) ? path.join(store.home, old.file) : null;
  } catch (error) {
    if (error instanceof NoRun) return null;
    throw error;
  }
}

const lacks = (part: PartManifest, m: Measure) => part.missing[m.id] ?? [];

async function explain(id: string, o: {store: string}): Promise<number> {
  const reference = readReference(path.join(DATA, "reference"));
  const {clocks} = readSettings(path.join(DATA, "reference", "settings.yaml"));
  let part: PartManifest | null = null;
  try {
    const opened = await openPart(o);
    part = opened.part;
    opened.close();
  } catch (error) {
    if (!(error instanceof NoRun)) throw error;
  }
  for (const m of measuresNamed([id], readMeasures())) {
    const limit = m.limit ? thresholdAt(reference.thresholds, m.limit, part?.asAt ?? "9999-01-01") : null;
    const clock = clockOf(m, reference, clocks, part?.asAt ?? "9999-01-01");
    const comparators = reference.comparators.filter((c) => c.measure === m.id.replace(/[a-z]$/, "")).sort((a, b) => b.year - a.year).slice(0, 4);
    print(
      [
        `${m.id}  ${m.title}`,
        m.question,
        ``,
        `Numerator     ${m.numerator}`,
        ...(m.denominator ? [`Denominator   ${m.denominator}`] : []),
        `Kind          ${m.kind}, in ${m.unit}; ${m.good === "neutral" ? "no direction is better" : `${m.good} is better`}`,
        ...(limit ? [`Limit         ${limitText(limit)}: ${limit.source}`] : []),
        ...(clock ? [`Clock         ${clock}`] : []),
        ...reference.targets.filter((t) => t.measure === m.id).sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? -1 : 1)).map((t) => `Target        ${t.value} ${t.unit}, ${t.effectiveTo ? `${t.effectiveFrom} to ${t.effectiveTo}` : `from ${t.effectiveFrom}`} (${t.status.replaceAll("_", " ")})${t.source ? `: ${t.source}` : ""}`),
        ...(m.day_count ? [`              The measure's page also gives what counting the first day as day 1 would.`] : []),
        `Needs         ${m.requires.join(", ")}`,
        `Status        ${part ? (lacks(part, m).length ? `not recorded: needs ${lacks(part, m).join(", ")}` : "can be computed") : "nothing refreshed yet"}`,
        `Findings      ${m.findings.join(", ") || "none"}`,
        `Sources       ${m.sources.join("; ")}`,
        ...comparators.map((c) => `Comparator    ${c.area} ${c.year}: ${c.value} (${c.title}; ${c.source})`),
        ``,
        m.sql,
        ``
      ].join("\n")
    );
  }
  return 0;
}

async function status(o: {store: string; json?: boolean}): Promise<number> {
  const store = storeAt(path.resolve(o.store));
  const attempt = lastAttempt(store);
  const last = attempt && {...attempt, outcome: attempt.outcome ?? ((await isBusy(store)) ? ("at work" as const) : ("killed" as const))};
  let run: RunManifest;
  try {
    run = currentRun(store);
  } catch (error) {
    if (!(error instanceof NoRun) || !last) throw error;
    if (o.json) json({run: null, lastRefresh: last});
    else print(`Nothing is published yet.\n${describeAttempt(last)}`);
    return 2;
  }
  const report = JSON.parse(await readFile(path.join(store.runs, run.run, "report.json"), "utf8")) as RefreshReport;
  const kept = keptRuns(store);
  const told = {run: run.run, asAt: run.asAt, example: run.example, authorities: run.parts.map((p) => p.authority), runsKept: kept.length, lastRefresh: last, files: report.files, records: report.records, notRecorded: report.notRecorded};
  if (o.json) json(told);
  else {
    print(`Run ${run.run}, as at ${run.asAt}${run.example ? ", made from the example authority" : ""}; ${kept.length} ${kept.length === 1 ? "run" : "runs"} kept.`);
    if (last) print(describeAttempt(last));
    for (const f of report.files) print(`  ${f.file}: ${f.outcome}${f.outcome === "refused" ? `: ${f.reason}` : `, ${n(total(f, "accepted"))} rows`}`);
  }
  return 0;
}

const instant = (iso: string) => (iso ? `${iso.slice(0, 16).replace("T", " ")} UTC` : "at a time not noted");

function describeAttempt({outcome, started, ended, step, why, run}: Omit<Attempt, "outcome"> & {outcome: Attempt["outcome"] | "at work" | "killed"}): string {
  if (outcome === "at work") return `A refresh has been at work since ${instant(started)}: ${step}.`;
  if (outcome === "killed") return `The last refresh, begun ${instant(started)}, was killed or lost its power while at: ${step}. Nothing of it is left half-done; refresh again.`;
  if (outcome === "failed") return `The last refresh failed, ${instant(ended!)}: ${why}`;
  return `The last refresh, ${instant(ended!)}, ${outcome === "unchanged" ? "found nothing new" : `published run ${run}`}.`;
}

/** Published runs that can be gone back to, newest first. */
const keptRuns = (store: Store) => publications(store).reverse().filter(({run}) => existsSync(path.join(store.runs, run, "run.json")));

async function rollback(run: string | undefined, o: {store: string}): Promise<number> {
  const store = storeAt(path.resolve(o.store));
  const current = currentRun(store).run;
  if (!run) {
    for (const {run: r, at} of keptRuns(store)) print(`${r === current ? "→" : " "} ${r}  as at ${readRun(store, r).asAt}, published ${instant(at)}`);
    return 0;
  }
  if (!/^[0-9a-f]+$/.test(run)) throw new NoRun(`“${run}” is not the name of a run; “frontdoor rollback” lists them`);
  const release = await takeLock(store);
  try {
    const gone = readRun(store, run).parts.find((p) => !existsSync(path.join(store.home, p.file)));
    if (gone) throw new NoRun(`the run ${run} cannot be read any more: its part of ${gone.authority} is gone from the store; choose another with “frontdoor rollback”`);
    await publishPointer(store, run);
    await notePublication(store, run, new Date().toISOString());
  } finally {
    await release();
  }
  print(`Run ${run} is published again; the next refresh starts from its loads.`);
  return 0;
}

interface PurgeCommand {
  olderThan?: string;
  dryRun?: boolean;
  exports: string;
  store: string;
  json?: boolean;
}

async function runPurge(o: PurgeCommand): Promise<number> {
  const {dayBefore, purge} = await import("./purge.ts");
  const months = readSettings(path.join(DATA, "reference", "settings.yaml")).retention_months;
  const age = o.olderThan ?? (months === null ? null : `${months} months`);
  if (age === null) throw new Error("it is not said how old is too old; add --older-than “24 months”, or set retention_months in data/reference/settings.yaml");
  const told = await purge({store: storeAt(path.resolve(o.store)), exportsDir: path.resolve(o.exports), data: DATA, before: dayBefore(age, new Date()), dryRun: o.dryRun === true, progress: terminalProgress()});
  if (o.json) json(told);
  else {
    print(`${told.dryRun ? "Would be removed" : "Removed"}: ${n(told.loads.length)} exports dated before ${told.before}, and ${n(told.runs.length)} runs made from them or as old.`);
    for (const l of told.loads) print(`  ${l.exportDate}  ${plain(l.file)}  (sha256 ${l.sha256.slice(0, 16)}…)`);
    if (!told.dryRun) print(told.left.length ? `Could NOT be removed (in use? stop the server and purge again): ${told.left.join(", ")}` : `The store was looked through again: nothing of them is left. ${told.run ? `Run ${told.run} is published.` : "Nothing is published now."}`);
    if (told.stillInFolder.length) print(`Remove these from ${o.exports} too, or the next refresh reads them again: ${told.stillInFolder.map(plain).join(", ")}`);
  }
  return told.left.length ? 2 : told.stillInFolder.length ? 1 : 0;
}

async function publishPartnership(o: {partnership: string; store: string}): Promise<number> {
  const {publishEdition} = await import("./publish/edition.ts");
  const folder = path.join(DATA, "reference");
  const {edition, files, added} = await publishEdition({store: storeAt(path.resolve(o.store)), out: path.resolve(o.partnership), settings: readSettings(path.join(folder, "settings.yaml")), reference: readReference(folder)});
  const blocks = edition.measures.flatMap((m) => m.blocks);
  print(`The partnership edition is in ${o.partnership}: ${n(files)} files, ${n(blocks.length)} quarters of ${edition.measures.filter((m) => m.lacks === null).length} measures, ${n(added)} of them given for the first time. Numbers of 1 to ${edition.rule.threshold} are withheld, and what would give them away.`);
  for (const m of edition.measures) if (m.lacks !== null) print(`  ${m.id} is left out: ${m.lacks}.`);
  const whole = blocks.filter((b) => b.total === null);
  if (whole.length) print(`  Without a total, as it would give a small number away: ${whole.map((b) => `${b.measure} ${b.quarter}`).join(", ")}.`);
  return 0;
}

async function tell(o: {json?: boolean}, ask: (room: typeof import("../server/tell.ts")) => Promise<Told>): Promise<number> {
  const told = await ask(await import("../server/tell.ts"));
  if (o.json) json(told.json);
  else print(told.words);
  return told.code;
}

/** The built site; built now where it is not. */
async function builtSite(site: string): Promise<string> {
  if (!existsSync(path.join(site, "index.html"))) {
    process.stderr.write("building the site, once\n");
    const {buildSite} = await import("./publish/site.ts");
    await buildSite({out: site, root: ROOT, log: (line) => void process.stderr.write(`${line}\n`)});
  }
  return site;
}

async function serveSite(o: {store: string; host: string; port: number}): Promise<number> {
  const {serve} = await import("../server/index.ts");
  const site = await builtSite(path.join(ROOT, "dist"));
  const server = await serve({store: path.resolve(o.store), host: o.host, port: o.port, site, settings: readSettings(path.join(DATA, "reference", "settings.yaml")), log: (line: string) => void process.stderr.write(`${line}\n`)});
  print(`The dashboard answers at ${server.url}\nEnd it with Ctrl+C.`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await server.close();
  return 0;
}

