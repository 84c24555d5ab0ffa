// The shipped reference tables are sound, and a faulty one is refused in words its editor understands.
import {cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from "node:fs";
import {tmpdir} from "node:os";
import path from "node:path";
import {fileURLToPath} from "node:url";
import fc from "fast-check";
import {afterAll, beforeAll, describe, expect, test} from "vitest";
import {openScratch, rowsOf, type Opened} from "../../etl/duckdb.ts";
import {anyRecords, missingFields, normaliseWord, normaliseWordSql, plainRecords, readReference, targetAt, thresholdAt, type Threshold} from "../../etl/transform/reference.ts";
import {readContracts} from "../../etl/load/contract.ts";

const DIR = fileURLToPath(new URL("../../data/reference", import.meta.url));
const reference = readReference(DIR);
const codeOf = (list: string, word: string) => reference.words[list]?.get(normaliseWord(word)) ?? null;
const figure = (measure: string, indicator: string, area: string, year: number) =>
  reference.comparators.find((c) => c.measure === measure && c.indicator === indicator && c.area === area && c.year === year);

describe("the quick reading of our own tables", () => {
  const cell = fc.oneof(fc.string({maxLength: 4}), fc.string({unit: fc.constantFrom("a", ",", '"', " ", "\t", "\n", "\r", "\f", "\v", "\u00a0", "\u0085", "\ufeff", "é", "’"), maxLength: 6}));
  const quoted = cell.map((c) => `"${c.replaceAll('"', '""')}"`);
  const table = fc
    .tuple(fc.array(fc.array(fc.oneof(cell, quoted, fc.constantFrom("", " ", "word", "2024-04-01")), {maxLength: 4}), {maxLength: 5}), fc.constantFrom("\n", "\r\n"), fc.constantFrom("", "\n", "\r\n"))
    .map(([rows, newline, last]) => rows.map((r) => r.join(",")).join(newline) + last);

  test("gives the records and lines that csv-parse gives, or none where a table is not plain", () => {
    let plain = 0;
    fc.assert(
      fc.property(table, (body) => {
        const quick = plainRecords(body);
        if (quick === null) return;
        plain++;
        expect(quick).toEqual(anyRecords(body));
      }),
      {numRuns: 3000}
    );
    expect(plain).toBeGreaterThan(300);
  });

  test("reads quotes, blank lines and spaces, and leaves a cell over two lines to csv-parse", () => {
    expect(plainRecords('a,b\r\n\r\n "x",\r\n')).toBeNull();
    expect(plainRecords('a,b\n\n"x, ""y""", z \n,\n')).toEqual([{line: 1, cells: ["a", "b"]}, {line: 3, cells: ['x, "y"', "z"]}, {line: 4, cells: ["", ""]}]);
    expect(plainRecords('a\n"x\ny"')).toBeNull();
  });
});

describe("bank holidays", () => {
  test("include the days that other lists get wrong: jubilees, the moved May day, the funeral and the coronation", () => {
    expect(reference.bankHolidays).toEqual(expect.arrayContaining(["2012-06-05", "2020-05-08", "2022-06-02", "2022-06-03", "2022-09-19", "2023-05-08"]));
    expect(reference.bankHolidays).not.toContain("2020-05-04");
    expect(reference.bankHolidays).not.toContain("2022-05-30");
  });

  test("are eight a year or more, on weekdays, from 2010 to 2028", () => {
    for (let year = 2010; year <= 2028; year++) expect(reference.bankHolidays.filter((d) => d.startsWith(String(year))).length, String(year)).toBeGreaterThanOrEqual(8);
    expect(reference.bankHolidays.filter((d) => [0, 6].includes(new Date(`${d}T12:00:00Z`).getUTCDay()))).toEqual([]);
  });
});

describe("findings and catalogue", () => {
  test("carry the 60 findings of 2019 with the next step beside them, and the two priority actions of 2022", () => {
    const jtai = reference.findings.filter((f) => f.inspection === "2019-jtai");
    expect(jtai.filter((f) => f.polarity !== "next_step")).toHaveLength(60);
    expect(jtai.filter((f) => f.polarity === "next_step").map((f) => f.id)).toEqual(["NX"]);
    const groups = ["overall", "front_door", "partnership_front_door", "deep_dive", "leadership", "priorities"];
    expect(groups.map((g) => jtai.filter((f) => f.group === g).length)).toEqual([12, 8, 9, 13, 10, 8]);
    expect(reference.findings.filter((f) => f.inspection === "2022-focused-visit").map((f) => f.polarity)).toEqual(["priority", "priority"]);
  });

  test("a finding without a measure says why in its note", () => {
    const silent = reference.findings.filter((f) => f.measures.length === 0);
    expect(silent.map((f) => f.id)).toEqual(["L-S3", "L-A3", "M-3", "NX"]);
    expect(silent.filter((f) => !f.note)).toEqual([]);
  });

  test("there are 100 measures, and each finding names only these", () => {
    expect(reference.catalogue).toHaveLength(100);
    const ids = new Set(reference.catalogue.map((c) => c.id));
    expect(reference.findings.flatMap((f) => f.measures).filter((m) => !ids.has(m))).toEqual([]);
  });

  test("every field a measure requires is a field of a record contract", async () => {
    const contracts = await readContracts();
    const unknown = reference.catalogue.flatMap((c) => c.requires.flat()).filter((field) => {
      const [set, name] = field.split(".") as [string, string];
      return !contracts.get(set)?.fields[name];
    });
    expect([...new Set(unknown)]).toEqual([]);
  });

  test("every code list a record contract names has a file", async () => {
    const lists = new Set([...(await readContracts()).values()].flatMap((c) => Object.values(c.fields).flatMap((f) => f.list ?? [])));
    expect([...lists].filter((l) => !reference.codes[l])).toEqual([]);
  });

  test("what a measure still lacks is the groups of which no field is loaded", () => {
    const entry = {requires: [["contact.received_at"], ["contact.screened_at", "contact.decision_at"]]};
    expect(missingFields(entry, (f) => f === "contact.received_at")).toEqual([["contact.screened_at", "contact.decision_at"]]);
    expect(missingFields(entry, (f) => f !== "contact.screened_at")).toEqual([]);
  });
});

describe("published figures", () => {
  test("England's re-referral rate for 2025 is 22.6 per cent, and follows from its own counts", () => {
    const england = figure("R1", "rereferral_percent", "England", 2025);
    expect(england).toMatchObject({value: 22.6, numerator: 142900, denominator: 632830});
    expect(Math.round((1000 * 142900) / 632830) / 10).toBe(22.6);
  });

  test("every percentage with counts agrees with them to the rounding of the counts", () => {
    const off = reference.comparators.filter((c) => c.unit === "percent" && c.numerator !== null && c.denominator !== null && c.denominator > 0)
      .filter((c) => Math.abs((100 * c.numerator!) / c.denominator! - c.value) > 0.06 + (c.area === "Plymouth" ? 0 : (100 * 5) / c.denominator!));
    expect(off).toEqual([]);
  });

  test("the referral rate is referrals over the mid-year population of the year before", () => {
    const referrals = figure("R1", "rereferral_percent", "England", 2025)?.denominator ?? 0;
    const children = reference.population.find((p) => p.areaName === "England" && p.year === 2024)?.population ?? 0;
    expect(Math.round((1e5 * referrals) / children) / 10).toBe(figure("R3", "referral_rate", "England", 2025)?.value);
  });

  test("the two re-referral rates are kept apart", () => {
    expect(["England", "South West", "Plymouth"].map((a) => figure("R2", "rereferral_child_percent", a, 2025)?.value)).toEqual([21, 21.2, 25.2]);
    expect(["England", "South West", "Statistical neighbours", "Plymouth"].map((a) => figure("R1", "rereferral_percent", a, 2025)?.value)).toEqual([22.6, 22.1, 21.5, 26]);
  });

  test("each has a year and a source, and neighbours say which model and how many", () => {
    expect(reference.comparators.filter((c) => !c.source || c.year < 2013 || c.year > 2025)).toEqual([]);
    expect(reference.comparators.filter((c) => c.area === "Statistical neighbours" && !/2025 model; unweighted mean of \d+ authorities/.test(c.note ?? ""))).toEqual([]);
  });
});

describe("limits and targets", () => {
  const limit = (value: number, effectiveFrom: string, effectiveTo: string | null): Threshold => ({
    key: "assessment_working_days", value, unit: "working_days", status: "statutory", effectiveFrom, effectiveTo, owner: null, source: "test", note: null
  });
  const versions = [limit(35, "2020-01-01", "2023-12-31"), limit(45, "2024-01-01", null)];

  test("last year is judged by last year's limit, on its last day too", () => {
    expect(thresholdAt(versions, "assessment_working_days", "2023-12-31")?.value).toBe(35);
    expect(thresholdAt(versions, "assessment_working_days", "2024-01-01")?.value).toBe(45);
    expect(thresholdAt(versions, "assessment_working_days", "2019-12-31")).toBeNull();
  });

  test("an unknown limit is an error that says where to put it", () => {
    expect(() => thresholdAt(versions, "asessment_working_days", "2024-01-01")).toThrow("no limit “asessment_working_days” in data/reference/thresholds.csv");
  });

  test("no key has two limits on one day, and every statutory limit has an owner", () => {
    for (const t of reference.thresholds) {
      expect(reference.thresholds.filter((o) => o.key === t.key && o.effectiveFrom <= (t.effectiveTo ?? "9999") && t.effectiveFrom <= (o.effectiveTo ?? "9999")), t.key).toHaveLength(1);
      if (t.status === "statutory") expect(t.owner, t.key).not.toBeNull();
    }
  });

  test("a part's target is its own and never its parent's", () => {
    expect(targetAt(reference.targets, "S2a", "2025-01-01")).toMatchObject({value: 100, status: "statutory"});
    expect(targetAt(reference.targets, "S2b", "2025-01-01")).toBeNull();
  });
});

describe("words", () => {
  test("become codes whatever their case, accents, apostrophes and punctuation", () => {
    expect(["Police", "POLICE", " police ", "6", "Police – Thames Valley"].map((w) => codeOf("contact_source", w))).toEqual(["6", "6", "6", "6", "6"]);
    expect(["NFA – advice", "nfa - advice", "NFA", "Referral", "S47"].map((w) => codeOf("contact_outcome", w))).toEqual(["advice", "advice", "nfa", "referral", "section_47"]);
    expect(normaliseWord("Children’s Centre")).toBe(normaliseWord("CHILDRENS-CENTRE"));
    expect(normaliseWord("Zoé")).toBe("zoe");
  });

  test("relatives are family, not strangers, and a school nurse is health, not school", () => {
    expect(["Mother", "Brother", "Grandmother", "Step-Mother", "Neighbour", "MP"].map((w) => codeOf("contact_source", w))).toEqual(["1A", "1A", "1A", "1A", "1B", "1D"]);
    expect(["School Nurse", "School", "Hospital (apart from A&E and paediatrics)"].map((w) => codeOf("contact_source", w))).toEqual(["3C", "2A", "3F"]);
  });

  test("pending is not an outcome", () => {
    const pending = reference.codes.contact_outcome?.find((c) => c.code === codeOf("contact_outcome", "Pending"));
    expect(pending?.attributes).toMatchObject({is_decided: false, is_referral: false, is_nfa_or_advice: false});
  });

  test("of several outcomes a referral beats early help, early help beats advice, advice beats no further action", () => {
    const precedence = (code: string) => Number(reference.codes.contact_outcome?.find((c) => c.code === code)?.attributes.precedence);
    const order = ["section_47", "referral", "early_help", "advice", "nfa", "pending"].map(precedence);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const all = reference.codes.contact_outcome?.map((c) => c.attributes.precedence) ?? [];
    expect(new Set(all).size).toBe(all.length);
  });

  test("out of hours is never a local authority service", () => {
    const outOfHours = [...(reference.words.contact_source ?? [])].filter(([w]) => /\b(edt|ooh|oohs|out of hours|emergency duty)\b/.test(w) && !/\bnot ooh\b/.test(w));
    expect(outOfHours.length).toBeGreaterThan(15);
    expect(outOfHours.filter(([, code]) => code !== "OOH")).toEqual([]);
    expect(["EDT", "Out of Hours", "out-of-hours", "Emergency Duty Team", "Social Care - EDT", "LA services - EDT"].map((w) => codeOf("contact_source", w))).toEqual(Array(6).fill("OOH"));
    expect(codeOf("contact_source", "HCC Children's Services DEPT (not OoH)")).toBe("5A");
  });

  test("stand for codes that exist, and every code and label stands for itself", () => {
    for (const [list, words] of Object.entries(reference.words)) {
      const codes = reference.codes[list] ?? [];
      const known = new Set(codes.map((c) => c.code));
      expect([...words.values()].filter((c) => !known.has(c)), list).toEqual([]);
      for (const c of codes) expect([words.get(normaliseWord(c.code)), words.get(normaliseWord(c.label))], `${list} ${c.code}`).toEqual([c.code, c.code]);
    }
  });
});

describe("normaliseWordSql", () => {
  let scratch: Opened;
  beforeAll(async () => {
    scratch = await openScratch(1);
  });
  afterAll(() => scratch.close());
  const inSql = async (words: string[]) => {
    const rows = await rowsOf<{i: number; w: string}>(scratch.db, `select i, ${normaliseWordSql("w")} as w from (values ${words.map((_, i) => `(${i}, cast($${i + 1} as varchar))`).join(", ")}) t(i, w) order by i`, words);
    return rows.map((r) => r.w);
  };

  test("gives every shipped spelling the same form as normaliseWord", async () => {
    const spellings = readFileSync(path.join(DIR, "words/contact_source.csv"), "utf8").split("\n").filter(Boolean);
    for (let i = 0; i < spellings.length; i += 500) {
      const some = spellings.slice(i, i + 500);
      expect(await inSql(some)).toEqual(some.map(normaliseWord));
    }
  });

  test("gives any text at all the same form as normaliseWord", async () => {
    const awkward = fc.constantFrom("é", "e\u0301", "İ", "ß", "ﬁ", "Ａ", "Å", "\u212b", "\u00a0", "\u200b", "’", "'", "–", "ø", "ǆ", "Ӑ", "\u034f", "\u0344", "가", "ς", "😀", "\t", "\\", "a", "Z", "9", " ");
    const word = fc.oneof(fc.string({unit: awkward, maxLength: 12}), fc.string({unit: "binary", maxLength: 12}).map((s) => s.replaceAll("\0", "")));
    await fc.assert(
      fc.asyncProperty(fc.array(word, {minLength: 1, maxLength: 40}), async (words) => {
        expect(await inSql(words)).toEqual(words.map(normaliseWord));
      }),
      {numRuns: 60}
    );
  });
});

describe("a faulty table", () => {
  const dir = mkdtempSync(path.join(tmpdir(), "reference-"));
  cpSync(DIR, dir, {recursive: true});
  afterAll(() => rmSync(dir, {recursive: true}));

  /** Reads the tables with one file's text changed, and puts it back. */
  const faultsWith = (file: string, change: (text: string) => string | Buffer): string => {
    const at = path.join(dir, file);
    const before = readFileSync(at, "utf8");
    writeFileSync(at, change(before));
    try {
      readReference(dir);
      return "";
    } catch (error) {
      return (error as Error).message;
    } finally {
      writeFileSync(at, before);
    }
  };
  const plus = (line: string) => (text: string) => text + line + "\n";
  const lineAfter = (file: string) => readFileSync(path.join(DIR, file), "utf8").split("\n").length;

  test("is named by file, line and column, with the fix", () => {
    expect(faultsWith("local-closures.csv", plus("01/04/2024,,Storm"))).toContain("local-closures.csv, line 2, column date: “01/04/2024” is not a date: write it as 2024-04-01");
    expect(faultsWith("local-closures.csv", plus("2023-02-29,,Storm"))).toContain("“2023-02-29” is not a date");
    expect(faultsWith("targets.csv", plus("C2,All,ninety,percent,2024-01-01,,statutory,,x"))).toContain(`targets.csv, line ${lineAfter("targets.csv")}, column value: “ninety” is not a number`);
    expect(faultsWith("local-closures.csv", plus("2024-04-02,,Storm, flood"))).toContain("line 2: has 4 cells where the headings have 3: put quotes around a text with a comma");
  });

  test("is refused when headings are missing, unknown or twice there", () => {
    expect(faultsWith("local-closures.csv", () => "date,reason\n")).toContain("local-closures.csv, line 1: the heading “authority” is missing: put the column back");
    expect(faultsWith("local-closures.csv", () => "date,authority,reason,colour\n")).toContain("the heading “colour” is not one of this table's");
    expect(faultsWith("local-closures.csv", () => "date,authority,reason,date\n")).toContain("the heading “date” is there twice: remove one");
  });

  test("is refused when it is not UTF-8", () => {
    expect(faultsWith("local-closures.csv", () => Buffer.from("date,authority,reason\n2024-04-02,,F\xeate\n", "latin1"))).toContain("local-closures.csv: is not UTF-8: in Excel save it as “CSV UTF-8");
  });

  test("is read all the same with a byte order mark, CRLF and blank lines, as Excel leaves them", () => {
    expect(faultsWith("local-closures.csv", () => "\uFEFFdate,authority,reason\r\n\r\n2024-04-02,,Storm\r\n")).toBe("");
  });

  test("is refused when a limit overlaps another of its key", () => {
    expect(faultsWith("thresholds.csv", plus("assessment_working_days,35,working_days,statutory,2024-01-01,,DfE,x,"))).toMatch(/thresholds\.csv, line \d+, column effective_from: “assessment_working_days” from 2024-01-01 overlaps line \d+: end that one the day before/);
  });

  test("is refused when a finding or a target names no measure of the catalogue", () => {
    expect(faultsWith("findings-2022-focused-visit.csv", (t) => t.replace("C17;", "C99;"))).toContain("“C99” is not in catalogue.csv");
    expect(faultsWith("targets.csv", plus("Z9a,All,90,percent,2024-01-01,,statutory,,x"))).toContain("“Z9” is not in catalogue.csv");
  });

  test("is refused when a word contradicts a code, a label or another word, case and punctuation aside", () => {
    expect(faultsWith("words/rag.csv", plus("RED!,amber,"))).toContain("“RED!” is already red (codes/rag.csv, line 2), case and punctuation aside: keep one");
    expect(faultsWith("words/rag.csv", plus("Crimson,crimson,"))).toContain("column code: “crimson” is not in codes/rag.csv");
    expect(faultsWith("words/rag.csv", plus("…,red,"))).toContain("has no letter or digit to match");
  });

  test("is refused when a yes/no column of a code list holds something else", () => {
    expect(faultsWith("codes/return_type.csv", (t) => t.replace("Full return,yes", "Full return,yse"))).toContain("codes/return_type.csv, line 2, column counts_as_returned: “yse” must be yes or no");
  });

  test("tells several faults at once", () => {
    expect(faultsWith("local-closures.csv", plus("soon,,\nlater,,"))).toContain("have 4 faults");
  });
});
