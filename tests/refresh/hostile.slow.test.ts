// What an export is called and what it holds can reach neither SQL, nor the shell, nor another folder; and what has no field is never stored.
import {spawnSync} from "node:child_process";
import {chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync} from "node:fs";
import path from "node:path";
import {fileURLToPath} from "node:url";
import ExcelJS from "exceljs";
import {describe, expect, test} from "vitest";
import {openPartFile} from "../../etl/store.ts";
import {workbookParts, zip} from "../extract/workbook.ts";
import {ask, CONTACTS, csv, dump, filesUnder, parquet, place, type Place} from "./help.ts";

const FRONTDOOR = fileURLToPath(new URL("../../etl/frontdoor.mjs", import.meta.url));
const HEAD = ["Contact ID", "Child ID", "Received", "Source", "Outcome", "Team", "Worker"];
const row = (id: string, ...rest: string[]) => [id, "1", "05/01/2026 09:00", "Police", ...rest];

describe("names and values are data, nothing more", () => {
  const evil = ["'; drop table records.contact; --", '" or 1=1 --', "$(touch pwned)", "`touch pwned`", "; touch pwned", "a*b?[c]{d}", "%s%n ${x}", "it's", "日本 contacts", "-rf", "--out=x"];

  test("files named with SQL, quotes, patterns, newlines and the shell are read like any other", async () => {
    const p = place(CONTACTS.replace("window: full", "window: none"));
    const names = [...evil, "two\nlines"].map((n, i) => `${n}_2026-01-${String(i + 10)}.csv`);
    names.forEach((n, i) => p.put(n, csv(HEAD, row(`C${i}`, "Referral", "", ""))));
    const report = await p.refresh();
    expect(report.files.map((f) => [f.file, f.outcome])).toEqual([...names].sort().map((n) => [n, "accepted"]));
    expect(report.records).toMatchObject([{recordSet: "contact", records: names.length}]);
    expect(existsSync("pwned")).toBe(false);
    for (const dir of ["loads", "parts", "runs"]) for (const f of readdirSync(path.join(p.store, dir))) expect(f).toMatch(/^[0-9a-f]+$/);
  });

  test("a store and an exports folder with quotes and patterns in their names", async () => {
    const p = place(CONTACTS);
    const odd = path.join(p.home, "it's [a] store*{x} ' --");
    mkdirSync(odd);
    writeFileSync(path.join(odd, "contacts_2026-01-31.csv"), csv(HEAD, row("C1", "Referral", "", "")));
    const {refresh} = await import("../../etl/refresh.ts");
    const {silent} = await import("../../etl/progress.ts");
    const report = await refresh({exportsDir: odd, store: path.join(odd, "store's"), data: p.data, progress: silent});
    expect(report.records).toMatchObject([{records: 1}]);
  });

  test("values come back as they went in", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv(HEAD, ...evil.map((text, i) => row(`C${i}`, "Referral", `"${text.replaceAll('"', '""')}"`, ""))));
    await p.refresh();
    const found = await ask<{team: string}>(p.store, "select team from records.contact");
    expect(found.map((r) => r.team).sort()).toEqual([...evil].sort());
  });

  test("words that must be mapped, ids and headings too", async () => {
    const p = place(CONTACTS);
    p.put("contacts_2026-01-31.csv", csv([...HEAD, ...evil.map((h, i) => `"${h.replaceAll('"', '""')} ${i}"`)], ...evil.map((text, i) => [`"${text.replaceAll('"', '""')}"`, String(i), "05/01/2026 09:00", `"${text.replaceAll('"', '""')}"`, `"${text.replaceAll('"', '""')}"`, "", "", ...evil.map(() => "x")])));
    const report = await p.refresh();
    expect(report.files[0]!.headingsDropped).toEqual(evil.map((h, i) => `${h} ${i}`));
    expect(report.records).toMatchObject([{records: evil.length}]);
    expect((await ask<{contact_id: string}>(p.store, "select contact_id from records.contact")).map((r) => r.contact_id).sort()).toEqual([...evil].sort());
  });

  test("sheets of a workbook called ../.. and the like write nothing outside the store", async () => {
    const p = place(CONTACTS);
    const book = new ExcelJS.Workbook();
    for (const [i, sheet] of ["'..", "..', '--", "a'; drop"].entries()) {
      const s = book.addWorksheet(sheet.replaceAll("'", "’"));
      s.addRow(HEAD);
      s.addRow(row(`C${i}`, "Referral", "", ""));
      s.addRow(["", "", "31/02/2026", "", "", "", ""]);
    }
    await book.xlsx.writeFile(path.join(p.exports, "contacts_2026-01-31.xlsx"));
    const before = readdirSync(p.home).sort();
    const report = await p.refresh({rejects: path.join(p.home, "rejects")});
    expect(report.records).toMatchObject([{records: 3}]);
    expect(readdirSync(p.home).sort()).toEqual([...before, "rejects", "store"].sort());
    expect(readdirSync(path.join(p.home, "rejects"))).toHaveLength(3);
  });

  test("a link out of the exports folder is refused and the others load", async () => {
    const p = place(CONTACTS);
    writeFileSync(path.join(p.home, "secret_2026-01-31.csv"), csv(HEAD, row("SECRET", "Referral", "", "")));
    symlinkSync(path.join(p.home, "secret_2026-01-31.csv"), path.join(p.exports, "link_2026-01-31.csv"));
    symlinkSync(p.home, path.join(p.exports, "folder"));
    p.put("contacts_2026-01-31.csv", csv(HEAD, row("C1", "Referral", "", "")));
    const report = await p.refresh();
    expect(report.files.map((f) => [f.file, f.outcome])).toEqual([["contacts_2026-01-31.csv", "accepted"], ["folder", "refused"], ["link_2026-01-31.csv", "refused"]]);
    for (const f of filesUnder(p.store)) expect(readFileSync(f, "latin1")).not.toContain("SECRET");
  });
});

/** KiB; about 240 MB of it are what the refresh of one good row takes. */
const MOST = 300e6 / 1024;

/** A refresh in a process of its own: what became of each file, and the most memory (KiB) that the process held; 0 where that cannot be told. */
function refreshAlone(p: Place): {files: [string, string, string | null][]; most: number} {
  const cli = `const {existsSync, readFileSync} = await import("node:fs"); const {refresh} = await import(${JSON.stringify(new URL("../../etl/refresh.ts", import.meta.url).href)}); const {silent} = await import(${JSON.stringify(new URL("../../etl/progress.ts", import.meta.url).href)});
    const r = await refresh({exportsDir: ${JSON.stringify(p.exports)}, store: ${JSON.stringify(p.store)}, data: ${JSON.stringify(p.data)}, progress: silent});
    process.stdout.write(JSON.stringify({files: r.files.map((f) => [f.file, f.outcome, f.reason]), most: !existsSync("/proc/self/status") ? 0 : Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0)}));`;
  const done = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", cli], {encoding: "utf8", cwd: path.dirname(FRONTDOOR)});
  expect(done.status, done.stderr).toBe(0);
  return JSON.parse(done.stdout) as ReturnType<typeof refreshAlone>;
}

test("a sheet of too many rows, a tag of a million attributes and a child of endless elements are refused before much of them is held", () => {
  const p = place(CONTACTS);
  p.put("contacts_2026-01-31.csv", csv(HEAD, row("C1", "Referral", "", "")));
  const rows = `<row>${HEAD.map((h) => `<c t="inlineStr"><is><t>${h}</t></is></c>`).join("")}</row>${Array.from({length: 1_100_000}, (_, i) => `<row><c><v>${(i * 7919) % 1_000_003}</v></c></row>`).join("")}`;
  p.put("rows_2026-01-31.xlsx", zip(workbookParts([{name: "Contacts", rows}])));
  p.put("attributes.xml", `<Message ${Array.from({length: 1_000_000}, (_, i) => `a${i}="1"`).join(" ")}/>`);
  const header = "<Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year></CollectionDetails></Header>";
  p.put("child.xml", `<Message>${header}<Children><Child>${"<ChildIdentifiers><LAchildID>1</LAchildID></ChildIdentifiers>".repeat(200_000)}`);
  const told = refreshAlone(p);
  expect(told.files).toEqual([
    ["attributes.xml", "refused", expect.stringContaining("more than 2 MB without a tag")],
    ["child.xml", "refused", expect.stringContaining("One child")],
    ["contacts_2026-01-31.csv", "accepted", null],
    ["rows_2026-01-31.xlsx", "refused", expect.stringContaining("more rows than Excel's")]
  ]);
  expect(told.most).toBeLessThan(MOST);
});

test("files made to harm: each refused in a sentence, in bounded memory, and the one good export among them loads", async () => {
  const p = place(CONTACTS);
  p.put("contacts_2026-01-31.csv", csv(HEAD, row("C1", "Referral", "", "")));
  p.put("bomb.xml", '<?xml version="1.0"?><!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Message>&b;</Message>');
  p.put("deep.xml", `<?xml version="1.0"?><Message>${"<a>".repeat(200_000)}${"</a>".repeat(200_000)}</Message>`);
  p.put("line_2026-01-31.csv", Buffer.concat([Buffer.from(`${HEAD.join(",")}\n`), Buffer.alloc(300 << 20, 120)]));
  p.put("quote_2026-01-31.csv", `${HEAD.join(",")}\nC1,1,"${"a\n".repeat(1_000_000)}`);
  p.put("nul_2026-01-31.csv", Buffer.alloc(1 << 20));
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet("Contacts");
  sheet.addRow(HEAD);
  sheet.getCell("XFD1048576").value = "x";
  await book.xlsx.writeFile(path.join(p.exports, "sparse_2026-01-31.xlsx"));
  const begun = Date.now();
  const told = refreshAlone(p);
  expect(told.files.map(([f, outcome]) => [f, outcome])).toEqual([
    ["bomb.xml", "refused"],
    ["contacts_2026-01-31.csv", "accepted"],
    ["deep.xml", "refused"],
    ["line_2026-01-31.csv", "refused"],
    ["nul_2026-01-31.csv", "refused"],
    ["quote_2026-01-31.csv", "refused"],
    ["sparse_2026-01-31.xlsx", "refused"]
  ]);
  for (const [, outcome, reason] of told.files) if (outcome === "refused") expect(reason).toMatch(/^[A-Z].*[^\n]$/);
  expect(told.most).toBeLessThan(MOST);
  expect(Date.now() - begun).toBeLessThan(90_000);
});

describe("what no record set has a field for is never stored", () => {
  const surnames = ["Quackenbush", "Featherstonehaugh", "Zzyzxington", "Łukasiewicz"];
  const notes = "went_to_the_allotment_and_said";

  test("no byte of the store or of the temporary folder holds a surname, an address, free text or a worker's name, in either format", async () => {
    const p = place(CONTACTS);
    const temp = path.join(p.home, "temp");
    mkdirSync(temp);
    const heads = [...HEAD, "Surname", "Address", "Notes"];
    const lines = Array.from({length: 300}, (_, i) => [`C${i}`, String(1000 + i), i % 7 === 0 ? "31/02/2026" : "05/01/2026 09:00", "Police", "Referral", "North", `Marmaduke Quibble${i}`, surnames[i % 4]!, `${i} Gooseberry Lane`, `"${notes}, ${i} times"`]);
    lines.push(["C9999", "1", "05/01/2026 09:00", "Police", "Referral", "North", "", "too", "many", "cells", "Quackenbush"], ["C9998", "Quackenbush"], lines[5]!);
    p.put("contacts_2026-01-31.csv", csv(heads, ...lines));
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet("Contacts");
    sheet.addRow(["Contacts of the Quackenbush office"]);
    sheet.addRow(heads);
    for (const l of lines.slice(0, 50)) sheet.addRow(l);
    await book.xlsx.writeFile(path.join(p.exports, "contacts_2026-02-28.xlsx"));
    // the command itself, with a temporary folder that can be looked through
    const cli = `process.umask(0o077); const {refresh} = await import(${JSON.stringify(new URL("../../etl/refresh.ts", import.meta.url).href)}); const {silent} = await import(${JSON.stringify(new URL("../../etl/progress.ts", import.meta.url).href)});
      const r = await refresh({exportsDir: ${JSON.stringify(p.exports)}, store: ${JSON.stringify(p.store)}, data: ${JSON.stringify(p.data)}, progress: silent}); process.stdout.write(JSON.stringify(r.files.map((f) => f.outcome)));`;
    const done = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", cli], {encoding: "utf8", cwd: path.dirname(FRONTDOOR), env: {...process.env, TMPDIR: temp}});
    expect(done.stdout, done.stderr).toBe('["accepted with rejections","accepted with rejections"]');
    const looked = [...filesUnder(p.store), ...filesUnder(temp).filter((f) => !f.includes("tsx-"))];
    expect(looked.length).toBeGreaterThan(10);
    const everything = new Map(looked.map((f) => [f, readFileSync(f).toString("latin1")]));
    // Parquet and the part are compressed: their rows are looked through as well
    for (const f of looked.filter((f) => f.endsWith(".parquet"))) everything.set(`rows of ${f}`, Buffer.from(JSON.stringify(await parquet(f))).toString("latin1"));
    const part = await openPartFile(looked.find((f) => f.endsWith("part.duckdb"))!);
    for (const schema of ["records", "journey", "measure", "reference"]) everything.set(`rows of ${schema}`, Buffer.from(JSON.stringify(await dump(part.db, schema))).toString("latin1"));
    part.close();
    expect(everything.get("rows of records")).toContain("C5");
    for (const [f, bytes] of everything) {
      for (const word of ["Quackenbush", "Featherstonehaugh", "Zzyzxington", Buffer.from("Łukasiewicz").toString("latin1"), "Gooseberry", notes, "Marmaduke", "Quibble"]) expect(bytes.includes(word), `${word} in ${f}`).toBe(false);
    }
    expect(await ask(p.store, "select count(*) as n from records.contact where worker like 'worker-%'")).not.toEqual([{n: 0}]);
  });

  test("the store and all it holds is its owner's only, whatever the umask, and a store that was open is closed again", async () => {
    const p = place(CONTACTS);
    p.put("mash_contacts_2026-01-31.csv", csv(["Contact ID", "Child ID", "Contact Date", "Contact Source", "Outcome"], ["C1", "1", "05/01/2026 09:00", "Police", "Referral"], ["C2", "", "05/01/2026 09:00", "Police", "Referral"]));
    mkdirSync(p.store);
    chmodSync(p.store, 0o755);
    const done = spawnSync("sh", ["-c", 'umask 000; exec "$@"', "sh", process.execPath, FRONTDOOR, "refresh", "--exports", p.exports, "--store", p.store, "--rejects", path.join(p.home, "rejects")], {encoding: "utf8"});
    expect(done.status, done.stderr).toBe(1);
    const open = readdirSync(p.store, {recursive: true, withFileTypes: true}).map((e) => path.join(e.parentPath, e.name)).concat(p.store, filesUnder(path.join(p.home, "rejects"))).filter((f) => (statSync(f).mode & 0o077) !== 0);
    expect(open).toEqual([]);
  });
});
