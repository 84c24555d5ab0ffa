// The main job on the example authority, against what its generator computed from its own world.
import {readdirSync, readFileSync} from "node:fs";
import path from "node:path";
import {describe, expect, inject, test} from "vitest";
import {open} from "../../etl/duckdb.ts";
import {casesOf, numbersOf, type CountedCase} from "../../etl/transform/cases.ts";
import {readMeasures} from "../../etl/transform/measures.ts";
import {frontdoor} from "../setup.ts";
import {expectTruth, measureIn, truthIn, type Measured, type Numbers} from "./agrees.ts";

const {exports, store, site, report} = inject("example");

const truth = truthIn(exports);
const measure = measureIn(store);

const average = (points: Numbers[]) => points.reduce((n, p) => n + p.value!, 0) / points.length;

describe("the example authority", () => {
  test("every measure says exactly what the generator's own world says, in total and month by month", () => {
    expectTruth(truth, measure);
  });

  test("every file's rows are read, accepted, rejected and found twice exactly as they were written", () => {
    const files = (JSON.parse(report) as {files: {file: string; recordSets: {name: string; sheet?: string; read: number; accepted: number; rejected: number; duplicates: number}[]}[]}).files;
    for (const told of truth.files) {
      const ours = files.find((f) => f.file === told.file)!;
      for (const set of told.recordSets) {
        const {read, accepted, rejected, duplicates} = ours.recordSets.find((s) => s.name === set.name && (set.sheet === undefined || s.sheet === set.sheet))!;
        expect({file: told.file, name: set.name, read, accepted, rejected, duplicates}).toEqual({file: told.file, name: set.name, read: set.read, accepted: set.accepted, rejected: set.rejected, duplicates: set.duplicates});
        expect(read).toBe(accepted + rejected + duplicates);
      }
    }
    expect(files.map((f) => f.file).sort()).toEqual(truth.files.map((f) => f.file).sort());
  });

  test("exports that tell of the same records make as many records as the generator made, and none is counted twice", () => {
    const {records} = JSON.parse(report) as {records: {recordSet: string; records: number; withdrawn: number; ambiguous: number; sameIdConflicts: number; ties: unknown[]}[]};
    const ours = records.map(({recordSet: name, records: n, withdrawn, ambiguous, sameIdConflicts, ties}) => ({name, records: n, withdrawn, ambiguous, sameIdConflicts, ties})).sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(ours).toEqual(truth.records.map(({name, records: n}) => ({name, records: n, withdrawn: 0, ambiguous: 0, sameIdConflicts: 0, ties: []})));
    for (const name of ["referral", "assessment", "contact", "section_47", "conference", "cin_plan", "cp_plan", "early_help", "care_episode"]) expect(truth.records.find((r) => r.name === name)!.merged, name).toBeGreaterThan(0);
  });

  test("a second refresh changes nothing and says so", () => {
    const again = JSON.parse(frontdoor("refresh", "--exports", exports, "--store", store, "--json").out) as {published: boolean; files: {known?: boolean}[]};
    expect(again.published).toBe(false);
    expect(again.files.every((f) => f.known)).toBe(true);
  });

  test("the command lists the cases of a part that goes by its entry's own name, and asks which part is meant where none does", () => {
    const listed = JSON.parse(frontdoor("cases", "A1", "--met", "no", "--store", store, "--json").out) as {total: number};
    const [counted] = JSON.parse(frontdoor("measure", "A1", "--store", store, "--json").out) as {id: string; numerator: number; denominator: number}[];
    expect([counted!.id, listed.total]).toEqual(["A1", counted!.denominator - counted!.numerator]);
    expect(frontdoor("cases", "A4", "--store", store).err).toContain("A4a or A4b");
    const none = frontdoor("cases", "A1", "--team", "Nonsense", "--store", store, "--json");
    expect([(JSON.parse(none.out) as {total: number}).total, none.err]).toEqual([0, expect.stringMatching(/no case of A1 has the team “Nonsense”; its cases have .*Eastbrook team/)]);
  });

  test("the cases of every measure are exactly the rows it counts, met and not met", async () => {
    const run = JSON.parse(readFileSync(path.join(store, "current.json"), "utf8")) as {run: string};
    const {parts} = JSON.parse(readFileSync(path.join(store, "runs", run.run, "run.json"), "utf8")) as {parts: {file: string}[]};
    const opened = await open(path.join(store, parts[0]!.file), {access_mode: "READ_ONLY"});
    const definitions = new Map(readMeasures().map((d) => [d.id, d]));
    for (const m of measure()) {
      const definition = definitions.get(m.id)!;
      const {rows, total} = await casesOf(opened.db, {measure: definition, from: m.from, to: m.to});
      const {numerator, denominator} = numbersOf(definition, rows as unknown as CountedCase[]);
      // what a rate is set over is not among its cases
      expect({id: m.id, rows: rows.length, numerator, denominator: definition.rate ? m.denominator : denominator}).toEqual({id: m.id, rows: total, numerator: m.numerator, denominator: m.denominator});
    }
    opened.close();
  }, 1_800_000);

  test("each planted story shows in the measure it was planted in", () => {
    expect(truth.planted.length).toBeGreaterThanOrEqual(2);
    for (const {story, shows} of truth.planted) {
      for (const {measure: id, against, dimension, group, from, to, direction} of shows) {
        const months = ["--from", from, "--to", to];
        let own: number;
        let rest: number;
        if (dimension === null) {
          // against another measure, or against the measure's own months before
          own = measure(id, ...months)[0]!.value!;
          rest = against ? measure(against, ...months)[0]!.value! : average(measure(id, "--all")[0]!.series.filter((p) => p.period < from));
        } else {
          const groups = measure(id, "--by", dimension, ...months) as (Measured & {group: string})[];
          const others = groups.filter((g) => g.group !== group);
          // a rate has no base by agency: then the numbers themselves
          const figure = (g?: Numbers) => g?.value ?? g?.numerator ?? 0;
          own = figure(groups.find((g) => g.group === group));
          rest = id === "A4b" || others.some((g) => g.denominator === null) ? Math.max(...others.map(figure)) : (100 * others.reduce((n, g) => n + g.numerator!, 0)) / others.reduce((n, g) => n + g.denominator!, 0);
        }
        if (direction === "lower") expect(own, `${story} ${id}`).toBeLessThan(rest);
        else expect(own, `${story} ${id}`).toBeGreaterThan(rest);
      }
    }
  }, 1_800_000);
});

describe("what is published", () => {
  const walk = (dir: string): string[] => readdirSync(dir, {recursive: true, withFileTypes: true}).filter((e) => e.isFile()).map((e) => path.join(e.parentPath, e.name));
  const run = (JSON.parse(readFileSync(path.join(store, "current.json"), "utf8")) as {run: string}).run;

  test("holds no child, case or worker identifier and no surname, in any byte of site or run", () => {
    const ids = new Set<string>();
    for (const [file, pattern] of [["mash_contacts", /^([^,\r\n]+),([^,\r\n]+)/gm], ["allocations", /^([^,\r\n]+),([^,\r\n]+)/gm], ["strategy_meetings", /^([^,\r\n]+),([^,\r\n]+)/gm]] as const) {
      const name = readdirSync(exports).find((f) => f.startsWith(file))!;
      for (const match of readFileSync(path.join(exports, name), "latin1").matchAll(pattern)) for (const id of match.slice(1)) if (/\d{4,}/.test(id) && !/^\d{4}-\d{2}-\d{2}/.test(id) && !id.includes("/")) ids.add(id.replaceAll('"', ""));
    }
    for (const match of readFileSync(path.join(exports, readdirSync(exports).find((f) => f.startsWith("cin_census"))!), "utf8").matchAll(/<LAchildID>([^<]+)</g)) ids.add(match[1]!);
    expect(ids.size).toBeGreaterThan(10_000);
    const published = walk(path.join(store, "runs", run, "published"));
    expect(published.length).toBeGreaterThan(10);
    for (const file of [...published, ...walk(site)]) {
      const text = readFileSync(file, "latin1");
      // whole tokens: an id of seven digits is not "found" inside a longer number
      const tokens = new Set(text.match(/[A-Za-z0-9_-]{5,}/g) ?? []);
      const leaked = [...tokens].filter((t) => ids.has(t));
      expect({file: path.basename(file), leaked: leaked.slice(0, 3)}).toEqual({file: path.basename(file), leaked: []});
    }
  });
});
