// The example authority: the same every time, believable, dirty in the ways it says, and its stories there to be found.
import {createHash} from "node:crypto";
import {mkdtemp, readdir, readFile, rm} from "node:fs/promises";
import {tmpdir} from "node:os";
import path from "node:path";
import {parse} from "csv-parse/sync";
import {SaxesParser} from "saxes";
import {beforeAll, describe, expect, test} from "vitest";
import {parseDay} from "../../etl/example/days.ts";
import {makeExample, writeExample, type ExampleFile, type Truth} from "../../etl/example/index.ts";
import type {Figures} from "../../etl/example/truth.ts";
import {readMeasures} from "../../etl/transform/measures.ts";

const SMALL = {children: 3_000};
let files: ExampleFile[];
let truth: Truth;
/** Taken in the middle of a month and of a census year. */
let inYear: {files: ExampleFile[]; truth: Truth};

beforeAll(() => {
  ({files, truth} = makeExample());
  inYear = makeExample({...SMALL, until: "2025-11-14"});
});

const file = (start: string) => files.find((f) => f.file.startsWith(start))!;
/** Node 20's TextDecoder reads Windows-1252 as Latin-1 unless it is asked to stream. */
const windows1252 = (bytes: Buffer) => new TextDecoder("windows-1252").decode(bytes, {stream: true});

const parsed = new Map<string, string[][]>();

/** Rows of a CSV export as its bytes stand, ragged ones included. */
function rowsOf(start: string): string[][] {
  const known = parsed.get(start);
  if (known) return known;
  const {file: name, bytes} = file(start);
  const text = name.startsWith("mash_contacts") ? windows1252(bytes) : new TextDecoder("utf-8", {fatal: true}).decode(bytes);
  const rows = parse(text, {relaxColumnCount: true, skipEmptyLines: true, bom: true}) as string[][];
  parsed.set(start, rows);
  return rows;
}
/** Rows below the headings, by heading; rows with another number of cells and a totals line are left out. */
function cleanRows(start: string): Record<string, string>[] {
  const [headings, ...body] = rowsOf(start).filter((r) => r[0] !== "Total" && r.length > 1);
  return body.filter((r) => r.length === headings!.length).map((r) => Object.fromEntries(headings!.map((h, i) => [h, r[i]!])));
}

describe("the files", () => {
  test("are the same bytes for the same seed, and others for another", () => {
    // what people planned or wrote is no matter of chance
    const digest = (seed: number) => makeExample({...SMALL, seed}).files.filter((f) => !/^(audit_plan|commentary|improvement)/.test(f.file)).map((f) => createHash("sha256").update(f.bytes).digest("hex"));
    const first = digest(1);
    expect(digest(1)).toEqual(first);
    expect(digest(2).filter((sha, i) => sha === first[i])).toEqual([]);
  });

  test("are written as truth.json lists them, and nothing else is", async () => {
    const out = await mkdtemp(path.join(tmpdir(), "marlhaven-"));
    try {
      const written = await writeExample({out, ...SMALL});
      expect((await readdir(out)).sort()).toEqual([...written.files.map((f) => f.file), "truth.json"].sort());
      for (const f of written.files) expect(createHash("sha256").update(await readFile(path.join(out, f.file))).digest("hex")).toBe(f.sha256);
      expect(JSON.parse(await readFile(path.join(out, "truth.json"), "utf8"))).toEqual(written);
    } finally {
      await rm(out, {recursive: true});
    }
  });

  test("carry the day they were taken in their names, and one census a year", () => {
    expect(files.filter((f) => !f.file.endsWith(".xml")).map((f) => f.file.endsWith("_2026-03-31.csv") || f.file.endsWith("_2026-03-31.xlsx") || f.file.startsWith("annex_a_"))).not.toContain(false);
    expect(files.filter((f) => f.file.endsWith(".xml")).map((f) => f.file)).toEqual(["cin_census_2024.xml", "cin_census_2025.xml", "cin_census_2026.xml"]);
    expect(inYear.files.filter((f) => f.file.endsWith(".xml")).map((f) => f.file)).toEqual(["cin_census_2023.xml", "cin_census_2024.xml", "cin_census_2025.xml", "cin_census_2026.xml"]);
  });

  test("are refused for a day that is none, or before the example's calendar", () => {
    expect(() => makeExample({until: "2026-02-30"})).toThrow("2026-02-30");
    expect(() => makeExample({until: "2015-03-31"})).toThrow("2020");
  });
});

describe("encodings and styles", () => {
  test("the MASH export is Windows-1252 with CRLF: not UTF-8, curly quotes as single bytes", () => {
    const {bytes} = file("mash_contacts");
    expect(() => new TextDecoder("utf-8", {fatal: true}).decode(bytes)).toThrow();
    expect(bytes.includes(0x92)).toBe(true);
    const text = windows1252(bytes);
    expect(["O’Brien", "Zoë", "Košir", "Road – rear"].filter((name) => !text.includes(name))).toEqual([]);
    expect(/[\r\n]/.test(text.replaceAll("\r\n", ""))).toBe(false);
    expect(cleanRows("mash_contacts").filter((r) => !/^\d\d\/\d\d\/\d{4} \d\d:\d\d$/.test(r["Contact Date"]!)).map((r) => r["Contact Date"]!.slice(-8))).toHaveLength(
      dirt("mash_contacts")["two-digit year"]!
    );
  });

  test("the emergency duty team writes ISO times and a byte order mark stands only on the children's list", () => {
    expect(cleanRows("edt_contacts").every((r) => /^(\d{4}|\d\d)-\d\d-\d\d \d\d:\d\d$/.test(r["Call received"]!))).toBe(true);
    expect(files.filter((f) => f.bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))).map((f) => f.file)).toEqual(["children_2026-03-31.csv"]);
    for (const f of files.filter((x) => !x.file.startsWith("mash_contacts") && !x.file.endsWith(".xlsx"))) expect(() => new TextDecoder("utf-8", {fatal: true}).decode(f.bytes), f.file).not.toThrow();
  });

  test("a title stands above one table, a total below another, blank lines and a blank last column in others", () => {
    expect(rowsOf("agency_requests")[0]).toHaveLength(1);
    expect(rowsOf("visits").at(-1)!.slice(0, 1)).toEqual(["Total"]);
    expect(file("strategy_meetings").bytes.includes("\r\n\r\n")).toBe(true);
    expect(rowsOf("cin_meetings")[0]!.at(-1)).toBe("");
  });
});

const dirt = (start: string) => truth.files.find((f) => f.file.startsWith(start))!.recordSets[0]!.dirt!;

describe("dirty rows", () => {
  test.each(["mash_contacts", "edt_contacts", "agency_requests", "strategy_meetings", "strategy_attendance", "visits", "cin_meetings", "allocations", "children",
    "referrals", "assessments", "section_47", "conferences", "supervision-log", "minutes-received-log", "management_oversight", "household", "plan_action"])("of %s are as many as truth.json says", (start) => {
    const set = truth.files.find((f) => f.file.startsWith(start))!.recordSets[0]!;
    expect(set.read).toBe(set.accepted + set.rejected + set.duplicates);
    const [headings, ...body] = rowsOf(start).filter((r) => r[0] !== "Total" && r.length > 1);
    expect(body).toHaveLength(set.read);

    const ragged = body.filter((r) => r.length !== headings!.length);
    const whole = body.filter((r) => r.length === headings!.length);
    const distinct = new Set(whole.map((r) => r.join("\u001f")));
    expect(whole.length - distinct.size).toBe(set.duplicates);
    const child = headings!.findIndex((h) => ["Child ID", "Person ID", "child_id"].includes(h));
    const bad = [...distinct].map((r) => r.split("\u001f")).filter((r) => {
      const noChild = child >= 0 && (r[child] === "" || /E\+/.test(r[child]!));
      return noChild || r.some((cell) => /^\d\d\/\d\d\/\d\d(?!\d)/.test(cell) || /^\d\d-\d\d-\d\d/.test(cell) || /^31\/02\/|-02-31/.test(cell) || cell.startsWith("2025-03-30 01:"));
    });
    expect(ragged.length + bad.length).toBe(set.rejected);
    expect(Object.values(set.dirt!).reduce((a, b) => a + b)).toBe(set.rejected + set.duplicates);
  });

  test("that are only odd are counted too: decided before receipt, an unknown source word", () => {
    const {odd} = truth.files.find((f) => f.file.startsWith("mash_contacts"))!.recordSets[0]!;
    const minute = (t: string) => parseDay(`${t.slice(6, 10)}-${t.slice(3, 5)}-${t.slice(0, 2)}`) * 1440 + Number(t.slice(11, 13)) * 60 + Number(t.slice(14));
    const accepted = [...new Map(cleanRows("mash_contacts").filter((r) => /^\d{7}$/.test(r["Person ID"]!) && /^\d\d\/\d\d\/\d{4}/.test(r["Contact Date"]!) && !r["Contact Date"]!.startsWith("31/02")).map((r) => [JSON.stringify(r), r])).values()];
    expect(accepted).toHaveLength(truth.files.find((f) => f.file.startsWith("mash_contacts"))!.recordSets[0]!.accepted);
    expect(accepted.filter((r) => r.Decision && minute(r.Decision) < minute(r["Contact Date"]!))).toHaveLength(odd!["decision before receipt"]!);
    expect(accepted.filter((r) => r["Contact Source"] === "Hub transfer (old code 77)")).toHaveLength(odd!["unknown source word"]!);
  });
});

describe("believable", () => {
  const between = (value: number | null | undefined, low: number, high: number) => {
    expect(value).toBeGreaterThanOrEqual(low);
    expect(value).toBeLessThanOrEqual(high);
  };
  const years = (series: Figures["series"]) => [2023, 2024, 2025].map((y) => series.filter((p) => p.period >= `${y}-04` && p.period <= `${y + 1}-03`));
  const sum = (points: Figures["series"], of: "numerator" | "denominator") => points.reduce((n, p) => n + p[of]!, 0);

  test("10,000–14,000 contacts, about 2,500 out of hours and about 2,800 referrals a year", () => {
    for (const year of years(truth.measures.C1!.series)) between(sum(year, "numerator"), 10_000, 14_000);
    for (const year of years(truth.measures.R1!.series)) between(sum(year, "denominator"), 2_450, 3_150);
    const night = new Set(cleanRows("edt_contacts").filter((r) => /^\d{4}-/.test(r["Call received"]!)).map((r) => JSON.stringify(r)));
    between(night.size / 3, 2_200, 2_900);
  });

  test("rates near those published for such a city", () => {
    const {C2, R1, R2, A1, A4a, E2a, I1, S1} = truth.measures;
    between(C2!.value, 88, 92.5);
    between(R1!.value, 22.5, 29);
    expect(R2!.value).toBeLessThan(R1!.value!);
    between(A1!.value, 77, 84);
    between(A4a!.value, 74, 88);
    between(E2a!.value, 80, 92);
    between(I1!.value, 70, 88);
    between(S1!.value, 50, 75);
  });

  test("about a quarter of contacts become referrals, and police send most of those", () => {
    const rows = cleanRows("mash_contacts");
    const referred = rows.filter((r) => r.Outcome === "Referral" || r.Outcome === "Strategy discussion");
    between(referred.length / rows.filter((r) => r.Outcome !== "").length, 0.21, 0.25);
    between(referred.filter((r) => r["Contact Source"] === "Police").length / referred.length, 0.25, 0.32);
  });

  test("August and December dip, as they do every year", () => {
    const month = (m: string) => sum(truth.measures.C1!.series.filter((p) => p.period.endsWith(m)), "numerator");
    const mean = truth.measures.C1!.all.numerator! / 12;
    between(month("-08") / mean, 0.75, 0.92);
    between(month("-12") / mean, 0.8, 0.97);
  });

  test("siblings share a contact, and children come back", () => {
    const byContact = new Map<string, Set<string>>();
    for (const r of cleanRows("mash_contacts")) if (/^\d{7}$/.test(r["Person ID"]!)) byContact.set(r["Contact ID"]!, (byContact.get(r["Contact ID"]!) ?? new Set()).add(r["Person ID"]!));
    const withSiblings = [...byContact.values()].filter((children) => children.size > 1).length;
    between(withSiblings / byContact.size, 0.25, 0.6);
    const family = new Map(cleanRows("children").map((r) => [r["Child ID"]!, r["Family ID"]!]));
    for (const children of byContact.values()) expect(new Set([...children].map((c) => family.get(c))).size).toBe(1);
    const times = new Map<string, number>();
    for (const children of byContact.values()) for (const c of children) times.set(c, (times.get(c) ?? 0) + 1);
    between([...times.values()].filter((n) => n >= 3).length / times.size, 0.1, 0.5);
  });

  test("ids are text with leading zeros, each of one width", () => {
    expect(cleanRows("children").filter((r) => /^\d{7}$/.test(r["Child ID"]!) && r["Child ID"]!.startsWith("0")).length).toBeGreaterThan(15_000);
  });
});

describe("the census", () => {
  const read = (name: string) => {
    const counts: Record<string, number> = {};
    const texts: Record<string, string[]> = {};
    let text = "";
    const parser = new SaxesParser();
    parser.on("error", (error) => { throw error; });
    parser.on("opentag", (tag) => { counts[tag.name] = (counts[tag.name] ?? 0) + 1; text = ""; });
    parser.on("text", (t) => { text += t; });
    parser.on("closetag", (tag) => { if (text.trim()) (texts[tag.name] ??= []).push(text.trim()); text = ""; });
    parser.write(file(name).bytes.toString("utf8")).close();
    return {counts, texts};
  };

  test.each([["cin_census_2024", "2024-03-31"], ["cin_census_2025", "2025-03-31"], ["cin_census_2026", "2026-03-31"]])("%s is well-formed, counts as truth.json says and shows nothing after its reference date", (name, reference) => {
    const {counts, texts} = read(name);
    const sets = Object.fromEntries(truth.files.find((f) => f.file === `${name}.xml`)!.recordSets.map((s) => [s.name, s.accepted]));
    expect([counts.Child, counts.CINdetails, counts.Assessments, counts.Section47, counts.CINPlanDates, counts.ChildProtectionPlans]).toEqual([sets.child, sets.referral, sets.assessment, sets.section_47, sets.cin_plan, sets.cp_plan]);
    expect(texts.LEA).toEqual(["999"]);
    expect(texts.ReferenceDate).toEqual([reference]);
    for (const element of ["CINreferralDate", "CINclosureDate", "AssessmentAuthorisationDate", "S47ActualStartDate", "CINPlanEndDate", "CPPreviewDate", "PersonBirthDate"]) {
      expect(texts[element]!.every((d) => d <= reference), element).toBe(true);
    }
    expect(texts.CINclosureDate!.every((d) => d >= `${Number(reference.slice(0, 4)) - 1}-04-01`)).toBe(true);
    expect(counts.Sex === undefined).toBe(name === "cin_census_2024");
  });

  test("a case open at the end of one year is in the next, and the first holds cases opened before it", () => {
    const first = read("cin_census_2024");
    expect(first.texts.CINreferralDate!.some((d) => d < "2022-04-01")).toBe(true);
    const stillOpen = first.counts.CINdetails! - first.texts.CINclosureDate!.length;
    expect(read("cin_census_2025").texts.CINreferralDate!.filter((d) => d <= "2024-03-31")).toHaveLength(stillOpen);
  });

  test("referrals of the truth are exactly those of the censuses together, also when the exports are taken within a year", () => {
    for (const example of [{files, truth}, inYear]) {
      const referrals = new Set(
        example.files.filter((f) => f.file.endsWith(".xml")).flatMap((f) =>
          f.bytes.toString("utf8").split("<Child>").slice(1).flatMap((child) => {
            const id = /<LAchildID>(.*?)</.exec(child)![1]!;
            return [...child.matchAll(/<CINreferralDate>(.*?)</g)].map((m) => `${id} ${m[1]}`);
          })
        )
      );
      expect(example.truth.measures.R1!.all.denominator).toBe(referrals.size);
    }
  });

  test("section 47 enquiries come to about 190 a year for 10,000 children", () => {
    const starts = read("cin_census_2026").texts.S47ActualStartDate!.filter((d) => d >= "2025-04-01");
    expect(starts.length / 5).toBeGreaterThan(150);
    expect(starts.length / 5).toBeLessThan(230);
  });
});

describe("truth.json", () => {
  const every = () => [...Object.entries(truth.measures), ...Object.entries(truth.by).flatMap(([id, dimensions]) => Object.values(dimensions).flatMap((groups) => Object.values(groups).map((f) => [id, f] as const)))];

  test("holds the first measures, for the last twelve whole months", () => {
    expect(Object.keys(truth.measures).slice(0, 15)).toEqual(["C1", "C2", "I1", "E2a", "E2b", "R1", "R2", "A1", "A4a", "A4b", "A5", "S1", "S2a", "S2b", "N3"]);
    expect(Object.keys(truth.measures).sort()).toEqual(readMeasures().map((m) => m.id).sort());
    for (const [, f] of every()) expect([f.from, f.to]).toEqual(["2025-04", "2026-03"]);
    const {C1} = inYear.truth.measures;
    expect([C1!.from, C1!.to]).toEqual(["2024-11", "2025-10"]);
  });

  test("never counts more met than there are, and its months add up", () => {
    const measures = new Map(readMeasures().map((m) => [m.id, m]));
    for (const [id, f] of every()) {
      const {kind, counts, rate} = measures.get(id)!;
      if (kind !== "mean" && !rate) for (const p of [f, f.all, ...f.series]) if (p.denominator !== null) expect(p.numerator!, id).toBeLessThanOrEqual(p.denominator);
      if (kind === "snapshot" || rate || counts === "child") continue; // snapshots, bases and distinct children do not add
      const of = (points: Figures["series"], part: "numerator" | "denominator") => points.reduce((n, p) => n + (p[part] ?? 0), 0);
      expect(of(f.series, "numerator"), id).toBe(f.all.numerator);
      expect(of(f.series, "denominator"), id).toBe(f.all.denominator ?? 0);
      const year = f.series.filter((p) => p.period >= f.from && p.period <= f.to);
      expect(of(year, "numerator"), id).toBe(f.numerator);
    }
  });

  test("groups add up to the whole", () => {
    for (const [id, dimension] of [["I1", "agency"], ["S1", "case_status"], ["S2a", "case_status"], ["S2b", "case_status"], ["N3", "locality"]] as const) {
      const groups = Object.values(truth.by[id]![dimension]!);
      expect(groups.reduce((n, g) => n + g.numerator!, 0), id).toBe(truth.measures[id]!.numerator);
      expect(groups.reduce((n, g) => n + g.denominator!, 0), id).toBe(truth.measures[id]!.denominator);
    }
  });
});

describe("the planted stories show in the numbers", () => {
  const of = (figures: Figures, from: string, to: string) => {
    const points = figures.series.filter((p) => p.period >= from && p.period <= to);
    return points.reduce((n, p) => n + p.numerator!, 0) / points.reduce((n, p) => n + p.denominator!, 0);
  };

  test("each says where, in a measure and a group that truth.json holds", () => {
    expect(truth.planted.map((p) => p.story)).toEqual(["health-not-invited", "slower-to-see", "cin-meetings-stop", "come-back-after-early-help", "minutes-not-received", "rising-risk-unanswered", "agency-stops-escalating", "audits-disagree"]);
    for (const {shows} of truth.planted) for (const s of shows) if (s.dimension && truth.by[s.measure]) expect(truth.by[s.measure]![s.dimension!]![s.group!]!.series.some((p) => p.period >= s.from && p.period <= s.to)).toBe(true);
  });

  test("health is invited to far fewer strategy meetings on open cases than on new ones", () => {
    const {open, new: fresh} = truth.by.S2a!.case_status!;
    expect(fresh!.value! - open!.value!).toBeGreaterThan(25);
    expect(truth.by.S1!.case_status!.open!.value).toBeLessThan(truth.by.S1!.case_status!.new!.value! - 15);
  });

  test("one team's time to seen worsens and mends, and only that team's", () => {
    const {shows} = truth.planted.find((p) => p.story === "slower-to-see")!;
    const {from, to, group} = shows[0]!;
    const teams = truth.by.A4a!.team!;
    expect(of(teams[group!]!, from, to)).toBeLessThan(0.55);
    expect(of(teams[group!]!, "2023-06", "2024-06")).toBeGreaterThan(0.75);
    expect(of(teams[group!]!, "2025-11", "2026-03")).toBeGreaterThan(0.7);
    for (const [team, figures] of Object.entries(teams)) if (team !== group && !team.includes("disabilities")) expect(of(figures, from, to), team).toBeGreaterThan(0.7);
  });

  test("child-in-need meetings stop in one locality", () => {
    const {from, group} = truth.planted.find((p) => p.story === "cin-meetings-stop")!.shows[0]!;
    const localities = truth.by.N3!.locality!;
    expect(of(localities[group!]!, from, "2026-03")).toBeGreaterThan(0.5);
    expect(of(localities[group!]!, "2023-06", "2025-05")).toBeLessThan(0.2);
    for (const [name, figures] of Object.entries(localities)) if (name !== group) expect(of(figures, from, "2026-03"), name).toBeLessThan(0.2);
  });

  test("children whose case was closed to early help come back more often than before, and than others", () => {
    const {from, group} = truth.planted.find((p) => p.story === "come-back-after-early-help")!.shows[0]!;
    const {[group!]: early, ...others} = truth.by.R5!.category!;
    expect(of(early!, from, "2026-03")).toBeGreaterThan(1.2 * of(early!, "2023-04", "2025-03"));
    for (const reason of ["RC7", "RC8"]) expect(of(early!, from, "2026-03"), reason).toBeGreaterThan(1.3 * of(others[reason]!, from, "2026-03"));
  });

  test("minutes stop reaching health", () => {
    const {from} = truth.planted.find((p) => p.story === "minutes-not-received")!.shows[0]!;
    expect(of(truth.measures.S10a!, from, "2026-03")).toBeLessThan(of(truth.measures.S10a!, "2023-06", "2025-03") - 0.2);
  });

  test("random and targeted audits disagree", () => {
    expect(truth.measures.Q2a!.all.value! - truth.measures.Q2b!.all.value!).toBeGreaterThan(25);
  });

  test("what was turned, and how far, is said of every story", () => {
    for (const {says, much, shows} of truth.planted) expect([says.length, much.length, shows.length].every((n) => n > 0)).toBe(true);
  });
});

describe("exports that tell of the same records", () => {
  test("add up: accepted rows are records and rows that tell of one again", () => {
    for (const {name, accepted, records, merged} of truth.records) {
      expect({name, accepted}).toEqual({name, accepted: records + merged});
      expect(accepted).toBe(truth.files.flatMap((f) => f.recordSets).filter((s) => s.name === name).reduce((n, s) => n + s.accepted, 0));
    }
    expect(truth.records).toHaveLength(36);
  });

  test("Annex A covers six months and adds no contact, referral, assessment, enquiry or plan", () => {
    const annex = truth.files.find((f) => f.file.startsWith("annex_a"))!;
    expect(annex.recordSets.filter((s) => s.name !== "child" && s.name !== "visit" && s.name !== "conference").map((s) => [s.sheet, s.name])).toEqual([
      ["List 1", "contact"], ["List 2", "early_help"], ["List 3", "referral"], ["List 4", "assessment"], ["List 5", "section_47"], ["List 6", "cin_plan"], ["List 7", "cp_plan"], ["List 8", "care_episode"]
    ]);
    const told = (name: string) => truth.records.find((r) => r.name === name)!.records;
    const local = (name: string, start: string) => truth.files.find((f) => f.file.startsWith(start))!.recordSets.find((s) => s.name === name)!.accepted;
    for (const [name, start] of [["contact", "mash_contacts"], ["referral", "referrals"], ["assessment", "assessments"], ["section_47", "section_47"], ["cin_plan", "cin_plans"], ["cp_plan", "cp_plans"], ["early_help", "early_help"], ["care_episode", "care_episode"]] as const) expect({name, records: told(name)}).toEqual({name, records: local(name, start)});
  });
});
