// Every check of etl/checks on a world that breaks it and one that does not, brought in as CSV under our own headings; and the profile.
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import {afterAll, describe, expect, test} from "vitest";
import {open, rowsOf, type Db} from "../../etl/duckdb.ts";
import {loadFile, type LoadManifest} from "../../etl/load/load.ts";
import {silent} from "../../etl/progress.ts";
import {readShelf, refresh} from "../../etl/refresh.ts";
import type {QualityFile} from "../../etl/publish/published.ts";
import {prepareStore, storeAt} from "../../etl/store.ts";
import {buildPart} from "../../etl/transform/part.ts";
import {frontdoor} from "../setup.ts";
import {checksOf, compareFaults, faultsOf, parseCheck, readChecks, type Check, type CheckResult} from "../../etl/transform/quality.ts";

const DATA = fileURLToPath(new URL("../../data/", import.meta.url));
const home = mkdtempSync(path.join(tmpdir(), "frontdoor-quality-"));
afterAll(() => rmSync(home, {recursive: true, force: true}));

type Row = Record<string, string>;
type World = Record<string, Row[]>;
const CHECKS = readChecks();
const AS_AT = "2025-06-30";

const csv = (rows: Row[]) => {
  const fields = [...new Set(rows.flatMap((r) => Object.keys(r)))];
  const cell = (text = "") => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [fields.join(","), ...rows.map((r) => fields.map((f) => cell(r[f])).join(","))].join("\r\n") + "\r\n";
};

let builds = 0;
let shelf: ReturnType<typeof readShelf> | null = null;

interface Found {
  checks: CheckResult[];
  db: Db;
  check(id: string): CheckResult;
  faults(id: string): Promise<string[]>;
}

/** The part of a world, as exported at the end of the as-at day, and what its checks found. */
async function inWorld(world: World, ask: (found: Found) => Promise<void>, checks: Check[] = CHECKS): Promise<void> {
  const {contracts, mappings, reference} = await (shelf ??= readShelf({data: DATA, threads: 1}));
  const own = path.join(home, String(++builds));
  mkdirSync(own);
  const store = storeAt(path.join(own, "store"));
  prepareStore(store);
  const loads: LoadManifest[] = [];
  for (const [name, rows] of Object.entries(world)) {
    const [set, day = AS_AT] = name.split("@");
    const file = path.join(own, `${set}_${day}.csv`);
    writeFileSync(file, csv(rows));
    const outcome = await loadFile(file, own, store.loads, await shelf, silent);
    if ("refused" in outcome) throw new Error(outcome.refused.reason);
    loads.push(outcome.manifest);
  }
  const part = await buildPart({authority: "local", asAt: AS_AT, loads, contracts, mappings, reference, measures: [], checks}, store.parts, store.loads, silent, 1);
  const opened = await open(path.join(store.parts, part.hash, "part.duckdb"), {access_mode: "READ_ONLY", threads: "1"});
  try {
    const results = await checksOf(opened.db);
    await ask({
      checks: results,
      db: opened.db,
      check: (id) => results.find((c) => c.id === id)!,
      faults: async (id) => (await faultsOf(opened.db, {check: id})).map((f) => f.case_id!).sort()
    });
  } finally {
    opened.close();
    rmSync(own, {recursive: true, force: true});
  }
}

const referral = (id: string, child: string, on: string, more: Row = {}): Row => ({referral_id: id, child_id: child, referral_date: on, source: "1A", no_further_action: "no", closed_on: "", closure_reason: "", ...more});
const assessment = (id: string, child: string, on: string, authorised: string, more: Row = {}): Row => ({assessment_id: id, child_id: child, started_on: on, authorised_on: authorised, referral_id: "", factors: "1A", ...more});
const enquiry = (child: string, on: string, more: Row = {}): Row => ({child_id: child, started_on: on, icpc_not_required: "no", icpc_held_on: "", ...more});
const plan = (child: string, on: string, ended = ""): Row => ({child_id: child, started_on: on, ended_on: ended});

/** For each check: a world, and the cases in it that are at fault; whatever else is in the world is not. */
const WORLDS: Record<string, {world: World; at: string[]}> = {
  "8608": {world: {assessment: [assessment("A1", "C1", "2025-03-10", "2025-03-07"), assessment("A2", "C2", "2025-03-10", "2025-03-10"), assessment("A3", "C3", "2025-03-10", "")]}, at: ["A1/C1"]},
  "1103": {
    world: {
      referral: [referral("R1", "C1", "2025-03-10"), referral("R2", "C2", "2025-03-10")],
      assessment: [assessment("A1", "C1", "2025-03-07", "", {referral_id: "R1"}), assessment("A2", "C2", "2025-03-10", "", {referral_id: "R2"}), assessment("A3", "C2", "2025-03-01", "")]
    },
    at: ["A1/C1"]
  },
  "2889": {world: {section_47: [enquiry("C1", "2025-03-07", {referral_date: "2025-03-10"}), enquiry("C2", "2025-03-10", {referral_date: "2025-03-10"}), enquiry("C3", "2025-03-10", {referral_date: ""})]}, at: ["C1/2025-03-07"]},
  "8615": {world: {section_47: [enquiry("C1", "2025-03-10", {icpc_held_on: "2025-03-07"}), enquiry("C2", "2025-03-10", {icpc_held_on: "2025-03-10"})]}, at: ["C1/2025-03-10"]},
  // 45 working days before Monday 30 June 2025, over the bank holidays of 5 and 26 May, is 24 April
  "8670Q": {world: {assessment: [assessment("A1", "C1", "2025-04-23", ""), assessment("A2", "C2", "2025-04-24", ""), assessment("A3", "C3", "2025-01-06", "2025-06-02")]}, at: ["A1/C1"]},
  // 15 working days before 30 June is 9 June
  "8675Q": {
    world: {
      section_47: [enquiry("C1", "2025-06-06"), enquiry("C2", "2025-06-09"), enquiry("C3", "2025-05-01", {icpc_not_required: "yes"}), enquiry("C4", "2025-05-01", {icpc_held_on: "2025-05-20"}), enquiry("C5", "2025-05-01")],
      conference: [{child_id: "C5", type: "initial", held_on: "2025-05-19"}, {child_id: "C1", type: "review", held_on: "2025-06-20"}]
    },
    at: ["C1/2025-06-06"]
  },
  "8875": {
    world: {section_47: [enquiry("C1", "2025-03-03", {icpc_held_on: "2025-03-15"}), enquiry("C2", "2025-03-03", {icpc_held_on: "2025-03-14"})], conference: [{conference_id: "F1", child_id: "C3", type: "initial", held_on: "2025-03-16"}, {conference_id: "F2", child_id: "C3", type: "review", held_on: "2025-03-16"}]},
    at: ["C1/2025-03-03", "F1/C3"]
  },
  "4001": {
    world: {
      cin_plan: [plan("C1", "2025-01-06", "2025-03-01"), plan("C2", "2025-01-06", "2025-02-03"), plan("C3", "2025-05-01"), plan("C4", "2025-01-06")],
      cp_plan: [plan("C1", "2025-02-03", "2025-05-01"), plan("C2", "2025-02-03", "2025-05-01"), plan("C3", "2025-02-03", "2025-05-01")]
    },
    at: ["C1/2025-01-06"]
  },
  "4014": {world: {cin_plan: [plan("C1", "2025-01-06", "2025-03-03"), plan("C1", "2025-03-03", "2025-04-01"), plan("C1", "2025-04-02"), plan("C2", "2025-01-06"), plan("C2", "2025-05-01", "2025-05-02"), plan("C2", "2025-06-02", "2025-06-03")]}, at: ["C1/2025-03-03", "C2/2025-05-01", "C2/2025-06-02"]},
  "8816": {
    world: {referral: [referral("R1", "C1", "2025-01-06"), referral("R2", "C1", "2025-03-03", {closed_on: "2025-04-01"}), referral("R3", "C2", "2025-01-06", {no_further_action: "yes"}), referral("R4", "C2", "2025-03-03"), referral("R5", "C3", "2025-01-06", {closed_on: "2025-01-20"}), referral("R6", "C3", "2025-03-03")]},
    at: ["R1/C1"]
  },
  "8820": {
    world: {referral: [referral("R1", "C1", "2025-01-06", {closed_on: "2025-03-04"}), referral("R2", "C1", "2025-03-03", {closed_on: "2025-04-01"}), referral("R3", "C1", "2025-04-01"), referral("R4", "C2", "2025-01-06", {no_further_action: "yes"}), referral("R5", "C2", "2025-03-03"), referral("R6", "C3", "2025-01-06"), referral("R7", "C3", "2025-03-03")]},
    at: ["R2/C1", "R7/C3"]
  },
  "8831": {
    world: {
      referral: [referral("R1", "C1", "2025-03-03", {no_further_action: "yes"}), referral("R2", "C2", "2025-03-03"), referral("R3", "C3", "2025-03-03", {no_further_action: "yes"})],
      assessment: [assessment("A1", "C1", "2025-03-04", "", {referral_id: "R1"}), assessment("A2", "C2", "2025-03-04", "", {referral_id: "R2"}), assessment("A3", "C1", "2025-05-04", "")],
      section_47: [enquiry("C3", "2025-03-05", {referral_date: "2025-03-03"})]
    },
    at: ["A1/C1", "C3/2025-03-05"]
  },
  "8863Q": {
    world: {
      referral: [referral("R1", "C1", "2025-01-06"), referral("R2", "C2", "2025-01-06"), referral("R3", "C2", "2025-02-06")],
      assessment: [assessment("A1", "C1", "2025-01-07", "2025-02-10"), assessment("A2", "C1", "2025-02-10", "2025-03-03"), assessment("A3", "C1", "2025-03-04", ""), assessment("A4", "C2", "2025-01-07", ""), assessment("A5", "C2", "2025-02-06", "")]
    },
    at: ["A2/C1"]
  },
  "8839": {
    world: {
      referral: [referral("R1", "C1", "2025-01-06"), referral("R2", "C2", "2025-01-06"), referral("R3", "C3", "2025-01-06"), referral("R4", "C3", "2025-02-05")],
      section_47: [enquiry("C1", "2025-01-07"), enquiry("C1", "2025-02-07"), enquiry("C1", "2025-03-07", {icpc_not_required: "yes"}), enquiry("C2", "2025-01-07", {icpc_held_on: "2025-01-20"}), enquiry("C2", "2025-02-07"), enquiry("C3", "2025-01-07"), enquiry("C3", "2025-02-07")]
    },
    at: ["C1/2025-01-07", "C1/2025-02-07"]
  },
  "8867": {
    world: {
      referral: [referral("R1", "C1", "2025-01-06", {closed_on: "2025-03-03"}), referral("R2", "C2", "2025-01-06"), referral("R3", "C3", "2025-01-06", {closed_on: "2025-03-03"})],
      assessment: [assessment("A1", "C1", "2025-01-07", ""), assessment("A2", "C2", "2025-01-07", ""), assessment("A3", "C3", "2025-01-07", "2025-02-28"), assessment("A4", "C3", "2025-05-01", "")]
    },
    at: ["A1/C1"]
  },
  "8868": {
    world: {
      referral: [referral("R1", "C1", "2025-01-06", {closed_on: "2025-03-03"}), referral("R2", "C2", "2025-01-06", {closed_on: "2025-03-03"}), referral("R3", "C3", "2025-01-06")],
      section_47: [enquiry("C1", "2025-01-07"), enquiry("C1", "2025-01-17", {icpc_held_on: "2025-01-28"}), enquiry("C2", "2025-01-07", {icpc_not_required: "yes"}), enquiry("C2", "2025-04-01"), enquiry("C3", "2025-01-07")]
    },
    at: ["C1/2025-01-07"]
  },
  "8897Q": {world: {assessment: [assessment("A1", "C1", "2025-03-03", "2025-04-01", {factors: ""}), assessment("A2", "C2", "2025-03-03", "2025-04-01"), assessment("A3", "C3", "2025-03-03", "", {factors: ""})]}, at: ["A1/C1"]},
  "8869": {world: {assessment: [assessment("A1", "C1", "2025-03-03", "", {factors: "1A; 21"}), assessment("A2", "C2", "2025-03-03", "", {factors: "21"}), assessment("A3", "C3", "2025-03-03", "", {factors: "1A; 1B"})]}, at: ["A1/C1"]},
  "2990": {
    world: {
      referral: [
        referral("R1", "C1", "2025-01-06", {closed_on: "2025-03-03", closure_reason: "RC8"}), referral("R2", "C2", "2025-01-06", {closed_on: "2025-03-03", closure_reason: "RC7"}),
        referral("R3", "C3", "2025-01-06", {closed_on: "2025-03-03", closure_reason: "RC9"}), referral("R4", "C4", "2025-01-06", {closed_on: "2025-03-03", closure_reason: "RC9"})
      ],
      section_47: [enquiry("C1", "2025-01-07"), enquiry("C2", "2025-01-07"), enquiry("C4", "2025-04-07")],
      cin_plan: [plan("C1", "2025-02-07"), plan("C3", "2025-02-07")]
    },
    at: ["R1/C1", "R3/C3"]
  },
  "decision-before-receipt": {
    world: {contact: ["2025-03-03 10:00", "2025-03-03 09:00", "2025-03-03", ""].map((decided, i) => ({contact_id: `K${i}`, child_id: "C1", received_at: "2025-03-03 09:30", decision_at: decided && (decided.length > 10 ? decided : `${decided} 00:00`), source: "1A"}))},
    at: ["K1/C1"]
  },
  "response-before-receipt": {
    world: {out_of_hours_contact: ["2025-03-03 23:00", "2025-03-03 21:00", ""].map((answered, i) => ({contact_id: `E${i}`, child_id: "C1", received_at: "2025-03-03 22:00", responded_at: answered, source: "1A"}))},
    at: ["E1/C1"]
  },
  "returned-before-requested": {
    world: {information_request: ["2025-03-03 12:00", "2025-03-03 09:00", ""].map((back, i) => ({contact_id: `K${i}`, agency: "police", requested_at: "2025-03-03 10:00", returned_at: back}))},
    at: ["K1/police/2025-03-03 10:00:00"]
  },
  "dates-out-of-order": {world: {cin_plan: [plan("C1", "2025-03-03", "2025-03-01"), plan("C2", "2025-03-03", "2025-03-03")], assessment: [assessment("A1", "C1", "2025-03-10", "2025-03-07")]}, at: ["C1/2025-03-03"]},
  "birth-after-event": {
    world: {child: [{child_id: "C1", date_of_birth: "2025-04-01"}, {child_id: "C2", date_of_birth: "2026-04-01"}], referral: [referral("R1", "C1", "2025-03-03"), referral("R2", "C2", "2025-03-03")]},
    at: ["R2/C2"]
  },
  "event-after-export": {world: {visit: ["2025-06-30", "2025-07-01"].map((on) => ({child_id: "C1", visited_on: on, child_seen: "yes"}))}, at: ["C1/2025-07-01/"]}
};

describe("each check finds what breaks it, and nothing else", () => {
  test.each(CHECKS.map((c) => c.id))("%s", async (id) => {
    const {world, at} = WORLDS[id]!;
    await inWorld(world, async ({check, faults}) => {
      expect({...check(id), faults: await faults(id)}).toMatchObject({status: "run", why: null, faults: at});
      expect(check(id).faults).toBe(at.length);
      expect(check(id).tested).toBeGreaterThan(at.length);
    });
  });
});

const one = (id: string): Check => CHECKS.find((c) => c.id === id)!;

describe("what could not be checked is not run, never a pass", () => {
  const world: World = {assessment: [assessment("A1", "C1", "2025-03-10", "2025-03-07")]};

  test("a check whose SQL throws says so, and the others run", async () => {
    const broken: Check = {...one("8608"), id: "8615", sql: "select no_such_column from records.assessment"};
    await inWorld(world, async ({check}) => {
      expect(check("8615")).toMatchObject({status: "not run", faults: null, tested: null});
      expect(check("8615").why).toMatch(/^it failed: .*no_such_column/);
      expect(check("8608")).toMatchObject({status: "run", faults: 1});
    }, [one("8608"), broken]);
  });

  test("a check that throws half-way through its rows leaves no fault behind", async () => {
    const half: Check = {...one("8608"), sql: "select record_key, case when assessment_id = 'A2' then error('no') else child_id end as child_id from records.assessment order by assessment_id"};
    await inWorld({assessment: [...world.assessment!, assessment("A2", "C2", "2025-03-10", "")]}, async ({check, faults}) => {
      expect(check("8608")).toMatchObject({status: "not run", faults: null});
      expect(await faults("8608")).toEqual([]);
    }, [half]);
  });

  test("a check that lacks a record set or a field says which", async () => {
    await inWorld(world, async ({check}) => {
      expect(check("2889")).toMatchObject({status: "not run", why: "not recorded: section_47.referral_date"});
      expect(check("8897Q").status).toBe("run");
    });
  });

  test("a check without a record to test is not run, though its fields are there", async () => {
    await inWorld({referral: [referral("R1", "C1", "2025-03-03")], assessment: [assessment("A1", "C1", "2025-03-10", "", {referral_id: "elsewhere"})]}, async ({check}) => {
      expect(check("1103")).toMatchObject({status: "not run", why: "no record has what it tests", faults: null});
    });
  });

  test("an assessment whose export has no factors is not said to lack them", async () => {
    const bare = {assessment_id: "A2", child_id: "C2", started_on: "2025-03-03", authorised_on: "2025-04-01"};
    await inWorld({"assessment@2025-06-29": [bare], assessment: [assessment("A1", "C1", "2025-03-03", "2025-04-01", {factors: ""}), assessment("A3", "C3", "2025-03-03", "2025-04-01")]}, async ({faults, check}) => {
      expect(await faults("8897Q")).toEqual(["A1/C1"]);
      expect(check("8897Q").tested).toBe(2);
    });
  });
});

describe("a check file", () => {
  const text = (more: Record<string, string> = {}) => `/*---\n${Object.entries({id: '"8608"', title: "T", dimension: "consistency", severity: "error", requires: "[assessment.started_on]", judges: "[assessment.started_on]", tested: "from records.assessment", source: "S", ...more}).map(([k, v]) => `${k}: ${v}`).join("\n")}\n---*/\nselect record_key from records.assessment;\n`;
  test("is refused by name when its front matter is wrong", () => {
    expect(parseCheck(text(), "8608-x.sql").sql).toBe("select record_key from records.assessment");
    expect(() => parseCheck(text({dimension: "beauty"}), "8608-x.sql")).toThrow(/checks\/8608-x\.sql: dimension/);
    expect(() => parseCheck(text(), "8609-x.sql")).toThrow(/name the file after it/);
    expect(() => parseCheck("select 1", "8608-x.sql")).toThrow(/front matter/);
  });
  test("speaks of fields that some record contract has", async () => {
    const {contracts} = await (shelf ??= readShelf({data: DATA, threads: 1}));
    for (const c of CHECKS) {
      for (const f of [...(typeof c.judges === "string" ? [] : c.judges), ...c.requires.flatMap((r) => r.split("|").map((x) => x.trim()))]) {
        const [set, field] = f.split(".") as [string, string];
        expect(contracts.get(set)?.fields[field], `${c.id}: ${f}`).toBeDefined();
      }
    }
  });
});

describe("the profile", () => {
  const profile = (db: Db, set: string, dimension: string) =>
    rowsOf<{field: string | null; month: string | null; tested: number; failed: number}>(db, "select field, month, tested, failed from quality.profile where record_set = $1 and dimension = $2 order by field nulls first, month nulls first", [set, dimension]);

  test("counts blanks, rejected cells, unmapped words, duplicates, late recording and faults by field and month", async () => {
    const contact = (id: string, at: string, more: Row = {}): Row => ({contact_id: id, child_id: "C1", received_at: at, decision_at: "", source: "1A", recorded_at: "", ...more});
    const world = {
      contact: [
        contact("K1", "2025-03-03 09:00", {decision_at: "2025-03-03 08:00", recorded_at: "2025-03-05 09:00"}),
        contact("K2", "2025-03-04 09:00", {source: "the milkman", recorded_at: "2025-03-07 09:00"}),
        contact("K3", "2025-04-03 09:00", {decision_at: "2025-04-03 10:00"}),
        contact("K3", "2025-04-03 09:00", {decision_at: "2025-04-03 10:00"}),
        contact("K4", "2025-04-04 09:00", {child_id: ""}),
        contact("K5", "2025-04-05 09:00", {decision_at: "31/02/2025 10:00"})
      ]
    };
    await inWorld(world, async ({db}) => {
      const of = async (dimension: string, field: string | null) => (await profile(db, "contact", dimension)).filter((r) => r.field === field).map((r) => [r.month, r.tested, r.failed]);
      expect(await of("completeness", "decision_at")).toEqual([["2025-03", 2, 1], ["2025-04", 1, 0]]);
      expect(await of("completeness", "child_id")).toEqual([["2025-03", 2, 0], ["2025-04", 2, 1]]);
      expect(await of("validity", "decision_at")).toEqual([["2025-03", 1, 0], ["2025-04", 2, 1]]);
      expect(await of("validity", "source")).toEqual([["2025-03", 2, 1], ["2025-04", 1, 0]]);
      expect(await of("uniqueness", null)).toEqual([["2025-03", 2, 0], ["2025-04", 2, 1]]);
      // Monday to Wednesday is two working days, Tuesday to Friday three
      expect(await of("timeliness", "recorded_at")).toEqual([["2025-03", 2, 1]]);
      expect(await of("consistency", "decision_at")).toEqual([["2025-03", 2, 1], ["2025-04", 1, 0]]);
      expect((await profile(db, "contact", "accuracy")).every((r) => r.failed === 0)).toBe(true);
      expect(await rowsOf(db, "select * from quality.rejected order by field")).toEqual([
        {record_set: "contact", field: "child_id", fault: "missing", cells: 1},
        {record_set: "contact", field: "decision_at", fault: expect.any(String), cells: 1}
      ]);
    });
  });

  test("forgets a rejected row once a later export gives the record, and counts a row rejected twice once", async () => {
    const visits = (...on: string[]) => on.map((d, i) => ({conference_id: `F${i}`, child_id: "C1", type: "initial", held_on: d}));
    await inWorld({"conference@2025-06-28": visits("2025-02-31", "2025-02-30"), "conference@2025-06-29": visits("2025-02-31", "2025-02-27"), conference: [...visits("2025-02-31", "2025-02-27")]}, async ({db}) => {
      expect(await rowsOf(db, "select field, cells from quality.rejected")).toEqual([{field: "held_on", cells: 1}]);
    });
  });

  test("says nothing of a dimension that nothing speaks for", async () => {
    await inWorld({child: [{child_id: "C1", date_of_birth: "2015-01-01"}]}, async ({db}) => {
      expect(await rowsOf(db, "select distinct dimension from quality.profile order by dimension")).toEqual(["completeness", "uniqueness", "validity"].map((dimension) => ({dimension})));
    });
  });
});

describe("from one refresh to the next", () => {
  const exports = path.join(home, "exports");
  const store = path.join(home, "refreshed");
  const put = (day: string, rows: Row[]) => writeFileSync(path.join(exports, `assessment_${day}.csv`), csv(rows));
  const quality = async () => {
    const report = await refresh({exportsDir: exports, store, data: DATA, threads: 1, progress: silent});
    const changes = report.quality[0]!;
    return {run: report.run, ...changes.checks.find((c) => c.id === "8608")!, known: changes.compared};
  };

  test("a fault is new, then persists, and is cleared when the record is mended", async () => {
    mkdirSync(exports);
    put("2025-06-28", [assessment("A1", "C1", "2025-03-10", "2025-03-07"), assessment("A2", "C2", "2025-03-10", "2025-03-07"), assessment("A3", "C3", "2025-03-10", "2025-04-07")]);
    const first = await quality();
    expect(first).toMatchObject({new: 2, persisting: 0, cleared: 0, compared: false});
    put("2025-06-29", [assessment("A2", "C2", "2025-03-10", "2025-03-17"), assessment("A4", "C4", "2025-03-10", "2025-03-07")]);
    expect(await quality()).toMatchObject({new: 1, persisting: 1, cleared: 1, compared: true});
    expect(await quality()).toMatchObject({new: 0, persisting: 2, cleared: 0});
  });

  test("the faults of a check that can no longer be run are unknown, not cleared", async () => {
    const [a, b] = [path.join(home, "a"), path.join(home, "b")];
    const {contracts, mappings, reference} = await (shelf ??= readShelf({data: DATA, threads: 1}));
    const files: string[] = [];
    for (const [dir, checks] of [[a, [one("8608")]], [b, [{...one("8608"), sql: "select nothing"}]]] as const) {
      const at = storeAt(dir);
      prepareStore(at);
      const outcome = await loadFile(path.join(exports, "assessment_2025-06-29.csv"), exports, at.loads, await shelf, silent);
      if ("refused" in outcome) throw new Error(outcome.refused.reason);
      const part = await buildPart({authority: "local", asAt: AS_AT, loads: [outcome.manifest], contracts, mappings, reference, measures: [], checks: [...checks]}, at.parts, at.loads, silent, 1);
      files.push(path.join(at.parts, part.hash, "part.duckdb"));
    }
    expect(await compareFaults(files[0]!, files[1]!)).toEqual([{id: "8608", new: 0, persisting: 0, cleared: 0, unknown: 1, compared: true}]);
    expect(await compareFaults(files[1]!, files[0]!)).toEqual([{id: "8608", new: 1, persisting: 0, cleared: 0, unknown: 0, compared: false}]);
  });

  test("the command lists the checks, and the faults of one with what became of them", () => {
    const json = (...args: string[]) => JSON.parse(frontdoor("quality", ...args, "--store", store, "--json").out) as {checks: CheckResult[]; faults?: Record<string, string | null>[]};
    expect(json().checks.map((c) => c.id)).toEqual(CHECKS.map((c) => c.id).sort());
    expect(json("8608").faults!.map((f) => [f.case_id, f.child_id, f.since, f.detail])).toEqual([
      ["A1/C1", "C1", "persisting", "started 2025-03-10, authorised 2025-03-07"],
      ["A4/C4", "C4", "new", "started 2025-03-10, authorised 2025-03-07"]
    ]);
    expect(json("8608", "--team", "North").faults).toEqual([]);
    expect(frontdoor("quality", "8608", "--store", store, "--csv").out).toContain("8608,assessment,A1/C1,C1,2025-03-10,authorised_on,");
    const unknown = frontdoor("quality", "9999", "--store", store);
    expect({code: unknown.code, err: unknown.err}).toEqual({code: 2, err: expect.stringMatching(/there is no check 9999; the checks are 1103/)});
  });

  test("the published file holds counts by check and team, and no child", async () => {
    const {run} = JSON.parse(readFileSync(path.join(store, "current.json"), "utf8")) as {run: string};
    const text = readFileSync(path.join(store, "runs", run, "published", "quality.json"), "utf8");
    const file = JSON.parse(text) as QualityFile;
    expect(file.checks.map((c) => c.id)).toEqual(CHECKS.map((c) => c.id).sort());
    expect(file.checks.find((c) => c.id === "8608")).toMatchObject({status: "run", faults: 2, tested: 4, teams: [{team: "not recorded", faults: 2}]});
    expect(file.checks.find((c) => c.id === "2889")).toMatchObject({status: "not run", why: "not recorded: section_47.referral_date"});
    expect(file.profile.find((p) => p.recordSet === "assessment")!.dimensions.map((d) => [d.dimension, d.status])).toEqual([["completeness", "run"], ["uniqueness", "run"], ["consistency", "run"], ["timeliness", "not run"], ["validity", "run"], ["accuracy", "run"]]);
    for (const id of ["A1", "C1", "A4", "C4"]) expect(text).not.toMatch(new RegExp(`"[^"]*\\b${id}\\b`));
  });
});
