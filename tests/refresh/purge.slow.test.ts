// Minimisation and retention: what never enters the store, who may read it, and that what is too old leaves it without a trace.
import {spawnSync} from "node:child_process";
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import ExcelJS from "exceljs";
import {describe, expect, onTestFinished, test} from "vitest";
import {dayBefore} from "../../etl/purge.ts";
import {readAudit, type Entry} from "../../server/audit.ts";
import {frontdoor} from "../setup.ts";
import {filesIn, wordsFound} from "./store-bytes.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

function place() {
  const home = mkdtempSync(path.join(tmpdir(), "frontdoor-keeps-"));
  onTestFinished(() => rmSync(home, {recursive: true, force: true}));
  const [exports, store, temp] = ["exports", "store", "temp"].map((name) => path.join(home, name)) as [string, string, string];
  for (const folder of [exports, temp]) mkdirSync(folder);
  return {home, exports, store, temp};
}

/** Contacts of one export, as a council's system writes them: names, an address and a story beside what is wanted. */
function contacts(child: string, year: number, more = ""): string {
  const rows = Array.from({length: 12}, (_, i) => `K${child}${i},${child}${i},Zquibble,Xanthippe,"7 Wyvernhulme Crescent, QX9 7ZZ",07700900123,${String(i + 3).padStart(2, "0")}/0${1 + (i % 3)}/${year} 09:15,Police,"Mum (Philomenka Zquibble) said ""she fell"", see note",Green,04/0${1 + (i % 3)}/${year} 10:00,No further action,Vortigern Plumtree`);
  return `Contact ID,Person ID,Surname,Forename,Address,Mobile,Contact Date,Contact Source,Notes,Initial RAG,Decision,Outcome,Contact worker ID\n${rows.join("\n")}\n${more}`;
}

const secrets = ["Zquibble", "Xanthippe", "Wyvernhulme", "QX9 7ZZ", "07700900123", "Philomenka", "she fell", "Vortigern", "Plumtree", "Smudgeworth", "Thistlebane"];

test("names, addresses and free text never enter the store, the temporary folder or the log, wherever an export holds them", async () => {
  const {exports, store, temp} = place();
  // a ragged row, in which an unquoted comma moves a surname under another heading
  writeFileSync(path.join(exports, "mash_contacts_2026-03-31.csv"), `Printed by Thistlebane for the board\n\n${contacts("88101", 2026, "K1,88199,Smudgeworth, the younger,Ann,x,y,03/01/2026 09:15,Police,n,Green,04/01/2026 10:00,No further action,W1\n")}`);
  const book = new ExcelJS.Workbook();
  book.creator = "Philomenka Zquibble";
  const sheet = book.addWorksheet("Contacts");
  sheet.addRow(["Contact ID", "Person ID", "Child name", "Home address", "Contact Date", "Contact Source", "Case note", "Initial RAG", "Decision", "Outcome", "Contact worker ID"]);
  for (let i = 0; i < 8; i++) sheet.addRow([`X${i}`, `88301${i}`, "Xanthippe Zquibble", "7 Wyvernhulme Crescent", `0${i + 1}/02/2026 11:00`, "School", "she fell", "Green", `0${i + 2}/02/2026 10:00`, "No further action", "Plumtree, Vortigern"]);
  sheet.getCell("C2").note = "ask Philomenka";
  const hidden = book.addWorksheet("Hidden", {state: "veryHidden"});
  hidden.addRow(["Name", "Address"]);
  hidden.addRow(["Smudgeworth", "Wyvernhulme"]);
  await book.xlsx.writeFile(path.join(exports, "contacts_2026-03-30.xlsx"));

  const done = spawnSync(process.execPath, [path.join(root, "etl", "frontdoor.mjs"), "refresh", "--exports", exports, "--store", store, "--json"], {encoding: "utf8", env: {...process.env, TMPDIR: temp, TMP: temp, TEMP: temp}});
  expect(done.status).toBeLessThan(2);
  const report = JSON.parse(done.stdout) as {files: {outcome: string; recordSets: {accepted: number}[]}[]};
  expect(report.files.map(({outcome, recordSets}) => [outcome, recordSets[0]!.accepted])).toEqual([["accepted", 8], ["accepted with rejections", 12]]);

  expect(await wordsFound(store, ["88101", "K881010"])).not.toEqual([]);
  expect(await wordsFound(store, secrets)).toEqual([]);
  expect(await wordsFound(temp, secrets)).toEqual([]);
  for (const said of [done.stdout, done.stderr]) for (const secret of secrets) expect(said.toLowerCase()).not.toContain(secret.toLowerCase());
});

test.skipIf(process.platform === "win32")("only its owner may read the store: every folder 700, every file 600, in whatever way the files came to be", () => {
  const {exports, store, home} = place();
  writeFileSync(path.join(exports, "mash_contacts_2026-03-31.csv"), contacts("88101", 2026, "K1,88199,broken\n"));
  const loosely = (...args: string[]) => spawnSync("sh", ["-c", `umask 0000; exec "$0" "$@"`, process.execPath, path.join(root, "etl", "frontdoor.mjs"), ...args], {encoding: "utf8"});
  const rejects = path.join(home, "rejects");
  expect(loosely("refresh", "--exports", exports, "--store", store, "--rejects", rejects).status).toBeLessThan(2);
  expect(loosely("publish", "--partnership", path.join(home, "edition"), "--store", store).status).toBe(0);
  expect(loosely("purge", "--older-than", "2000-01-01", "--exports", exports, "--store", store).status).toBe(0);
  const modes = [store, ...readdirSync(store, {recursive: true, withFileTypes: true}).map((e) => path.join(e.parentPath, e.name)), ...filesIn(rejects)].map((file) => {
    const stat = statSync(file);
    return [path.relative(home, file), (stat.mode & 0o777).toString(8), stat.isDirectory() ? "700" : "600"];
  });
  expect(modes.length).toBeGreaterThan(30);
  expect(modes.filter(([, mode, wanted]) => mode !== wanted)).toEqual([]);
});

describe("purge", () => {
  function twoYears() {
    const made = place();
    writeFileSync(path.join(made.exports, "mash_contacts_2024-03-31.csv"), contacts("9077201", 2024));
    writeFileSync(path.join(made.exports, "mash_contacts_2026-03-31.csv"), contacts("88101", 2026));
    expect(frontdoor("refresh", "--exports", made.exports, "--store", made.store).code).toBeLessThan(2);
    const purge = (...args: string[]) => frontdoor("purge", "--exports", made.exports, "--store", made.store, ...args);
    return {...made, purge};
  }

  test("takes an old export and every run made from it out of the store, to the last byte, and counts the rest again", async () => {
    const {exports, store, purge} = twoYears();
    const before = JSON.parse(readFileSync(path.join(store, "current.json"), "utf8")).run as string;
    expect(await wordsFound(store, ["9077201", "mash_contacts_2024"])).not.toEqual([]);
    rmSync(path.join(exports, "mash_contacts_2024-03-31.csv"));

    const dry = purge("--older-than", "2025-01-01", "--dry-run", "--json");
    expect([dry.code, JSON.parse(dry.out)]).toMatchObject([0, {dryRun: true, loads: [{file: "mash_contacts_2024-03-31.csv", exportDate: "2024-03-31"}], runs: [{run: before}]}]);
    expect(await wordsFound(store, ["9077201"])).not.toEqual([]);

    const done = purge("--older-than", "2025-01-01", "--json");
    const told = JSON.parse(done.out) as {run: string; left: string[]};
    expect([done.code, told.left]).toEqual([0, []]);
    expect(told.run).not.toBe(before);
    expect(await wordsFound(store, ["9077201", "mash_contacts_2024"])).toEqual([]);
    expect(readdirSync(path.join(store, "runs"))).toEqual([told.run]);
    expect(await wordsFound(store, ["88101"])).not.toEqual([]);
    const cases = JSON.parse(frontdoor("cases", "C1", "--all", "--json", "--store", store).out) as {run: string; rows: {child_id: string}[]};
    expect([cases.run, cases.rows.length, cases.rows.every((row) => row.child_id.startsWith("88101"))]).toEqual([told.run, 12, true]);
    // the next refresh finds all as it was left
    expect(frontdoor("refresh", "--exports", exports, "--store", store).code).toBeLessThan(2);
    expect(JSON.parse(readFileSync(path.join(store, "current.json"), "utf8")).run).toBe(told.run);
    const entries: Entry[] = [];
    for await (const entry of readAudit(path.join(store, "audit"))) entries.push(entry);
    expect(entries.at(-1)).toMatchObject({who: "frontdoor purge", action: "purge", asked: {before: "2025-01-01", loads: 1, runs: 1, left: 0}, outcome: "given"});
  });

  test("says which removed exports still lie in the folder, and with nothing young enough leaves nothing published", async () => {
    const {store, purge} = twoYears();
    const one = purge("--older-than", "2025-01-01");
    expect([one.code, one.out]).toEqual([1, expect.stringContaining("or the next refresh reads them again: mash_contacts_2024-03-31.csv")]);
    expect(await wordsFound(store, ["9077201"])).toEqual([]);
    const all = purge("--older-than", "2027-01-01");
    expect(all.out).toContain("Nothing is published now.");
    expect(existsSync(path.join(store, "current.json"))).toBe(false);
    expect(await wordsFound(store, ["88101"])).toEqual([]);
    for (const room of ["loads", "parts", "runs"]) expect([room, readdirSync(path.join(store, room))]).toEqual([room, []]);
  });

  test("asks how old is too old when neither the command nor the settings say", () => {
    const {exports, store} = place();
    const asked = frontdoor("purge", "--exports", exports, "--store", store);
    expect([asked.code, asked.err]).toEqual([2, expect.stringContaining("--older-than")]);
  });
});

test.each([
  ["2024-03-31", "2024-03-31"],
  ["24 months", "2024-03-31"],
  ["1 month", "2026-02-28"],
  ["2y", "2024-03-31"],
  ["10 days", "2026-03-21"]
])("as at 31 March 2026, %s means before %s", (age, day) => {
  expect(dayBefore(age, new Date("2026-03-31T22:30:00Z"))).toBe(day);
});
test("an age that is none is refused with an example", () => {
  for (const age of ["", "soon", "2024-13-01", "-3 months", "3"]) expect(() => dayBefore(age, new Date())).toThrow(/write a day, such as 2024-03-31/);
});
