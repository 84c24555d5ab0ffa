// CIN census files: what each element becomes, what is tolerated, and what is refused.
import {closeSync, openSync, writeSync} from "node:fs";
import {join} from "node:path";
import {beforeAll, describe, expect, it} from "vitest";
import type {DuckDBConnection} from "@duckdb/node-api";
import {peekCinCensus, readCinCensus} from "../../etl/extract/cin-census.ts";
import {connect, file, folder, rowsOf} from "./help.ts";

let conn: DuckDBConnection;
beforeAll(async () => {
  conn = await connect();
});

const header = (year = 2024, extra = "") => `<Header>
<CollectionDetails><Collection>CIN</Collection><Year>${year}</Year><ReferenceDate>${year}-03-31</ReferenceDate></CollectionDetails>
<Source><SourceLevel>L</SourceLevel><LEA>999</LEA>${extra}<DateTime>${year}-05-23T11:14:05</DateTime></Source>
</Header>`;
const census = (children: string, year?: number) => `<?xml version="1.0" encoding="UTF-8"?>\n<Message>\n${header(year)}\n<Children>\n${children}\n</Children>\n</Message>\n`;
const identifiers = "<ChildIdentifiers><LAchildID>007</LAchildID><PersonBirthDate>2015-03-27</PersonBirthDate><GenderCurrent>1</GenderCurrent></ChildIdentifiers>";
const characteristics = "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>";
const episode = (inside = "") =>
  `<CINdetails><CINreferralDate>2023-10-06</CINreferralDate><ReferralSource>1A</ReferralSource>${inside}<ReferralNFA>0</ReferralNFA></CINdetails>`;
const child = (inside = "") => `<Child>${identifiers}${characteristics}${episode(inside)}</Child>`;

async function read(content: string | Buffer) {
  const path = file(content, "cin.xml");
  const peek = await peekCinCensus(path);
  const sets = await readCinCensus(conn, path, peek, "census");
  const rows: Record<string, (string | number | null)[][]> = {};
  for (const {table} of sets) rows[table.replace("census_", "")] = (await rowsOf(conn, table)).map(([, ...cells]) => cells.slice(0, -1));
  return {peek, sets, rows, warnings: sets.flatMap((set) => set.warnings)};
}

describe("what a census fills", () => {
  it("reads the header as it is written", async () => {
    const {peek} = await read(census(child()));
    expect(peek).toMatchObject({format: "cin-census", encoding: "utf-8", census: {year: 2024, lea: "999", referenceDate: "2024-03-31", exportedAt: "2024-05-23T11:14:05"}});
  });
  it("reads every module under our field names, with nothing converted", async () => {
    const got = await read(
      census(`<Child>
<ChildIdentifiers><LAchildID>007</LAchildID><UPN>A123456789123</UPN><PersonBirthDate>2015-03-27</PersonBirthDate><GenderCurrent>2</GenderCurrent><PersonDeathDate>2023-12-01</PersonDeathDate></ChildIdentifiers>
<ChildCharacteristics><Ethnicity>WBRI</Ethnicity><Disabilities><Disability>HAND</Disability><Disability>HEAR</Disability></Disabilities></ChildCharacteristics>
<CINdetails><CINreferralDate>2023-10-06</CINreferralDate><ReferralSource>5D</ReferralSource><PrimaryNeedCode>N4</PrimaryNeedCode><CINclosureDate>2024-02-27</CINclosureDate><ReasonForClosure>RC1</ReasonForClosure><DateOfInitialCPC>2023-12-06</DateOfInitialCPC>
<Assessments><AssessmentActualStartDate>2023-10-10</AssessmentActualStartDate><AssessmentAuthorisationDate>2023-11-19</AssessmentAuthorisationDate><FactorsIdentifiedAtAssessment><AssessmentFactors>1C</AssessmentFactors><AssessmentFactors>24A</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>
<CINPlanDates><CINPlanStartDate>2024-01-24</CINPlanStartDate></CINPlanDates>
<Section47><S47ActualStartDate>2023-10-20</S47ActualStartDate><InitialCPCtarget>2023-11-10</InitialCPCtarget><DateOfInitialCPC>2023-11-09</DateOfInitialCPC><ICPCnotRequired>0</ICPCnotRequired></Section47>
<ReferralNFA>0</ReferralNFA>
<ChildProtectionPlans><CPPstartDate>2023-11-09</CPPstartDate><CPPendDate>2024-03-14</CPPendDate><InitialCategoryOfAbuse>PHY</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse><NumberOfPreviousCPP>01</NumberOfPreviousCPP><Reviews><CPPreviewDate>2024-02-01</CPPreviewDate><CPPreviewDate>2024-03-01</CPPreviewDate></Reviews></ChildProtectionPlans>
</CINdetails></Child>`)
    );
    expect(got.rows).toEqual({
      child: [["007", "2015-03-27", null, "2", "WBRI", "HAND;HEAR", "2023-12-01"]],
      referral: [["007", "2023-10-06", "5D", "N4", "2024-02-27", "RC1", "0"]],
      assessment: [["007", "2023-10-06", "2023-10-10", "2023-11-19", "1C;24A"]],
      section_47: [["007", "2023-10-06", "2023-10-20", "0", "2023-11-10", "2023-11-09"]],
      conference: [["007", "initial", "2023-11-10", "2023-11-09"]],
      conference_without_due: [
        ["007", "initial", "2023-12-06"],
        ["007", "review", "2024-02-01"],
        ["007", "review", "2024-03-01"]
      ],
      cin_plan: [["007", "2023-10-06", "2024-01-24", null]],
      cp_plan: [["007", "2023-10-06", "2023-11-09", "2024-03-14", "PHY", "NEG", "01"]]
    });
    expect(got.warnings).toEqual([]);
    expect(got.sets.find((set) => set.recordSet === "child")!.headings).toEqual(["child_id", "date_of_birth", "expected_birth", "sex", "ethnicity", "disability", "date_of_death"]);
    expect(got.sets.every((set) => set.read === got.rows[set.table.replace("census_", "")]!.length)).toBe(true);
    expect(new Set(got.sets.map((set) => set.recordSet))).toEqual(new Set(["child", "referral", "assessment", "section_47", "conference", "cin_plan", "cp_plan"]));
  });
  it("counts a conference once when the episode repeats the date of its section 47 enquiry", async () => {
    const inside = "<DateOfInitialCPC>2023-11-09</DateOfInitialCPC><Section47><S47ActualStartDate>2023-10-20</S47ActualStartDate><DateOfInitialCPC>2023-11-09</DateOfInitialCPC><ICPCnotRequired>0</ICPCnotRequired></Section47>";
    const {rows} = await read(census(child(inside)));
    expect([rows.conference, rows.conference_without_due]).toEqual([[["007", "initial", null, "2023-11-09"]], []]);
  });
  it("gives an unborn child its expected date and says so", async () => {
    const unborn = child().replace("<PersonBirthDate>2015-03-27</PersonBirthDate>", "<ExpectedPersonBirthDate>2024-09-01</ExpectedPersonBirthDate>");
    expect((await read(census(unborn))).rows.child![0]!.slice(0, 3)).toEqual(["007", "2024-09-01", "true"]);
  });
  it("keeps lines unique when the whole census is one line", async () => {
    const text = census(child() + child() + child()).replaceAll("\n", "");
    const path = file(text, "one-line.xml");
    await readCinCensus(conn, path, await peekCinCensus(path), "one");
    expect((await rowsOf(conn, "one_child")).map(([line]) => line)).toEqual([1, 2, 3]);
  });
  it("gives each row the line of the element that opens it", async () => {
    const path = file(census(`${child()}\n\n${child()}`), "lines.xml");
    await readCinCensus(conn, path, await peekCinCensus(path), "lines");
    expect((await rowsOf(conn, "lines_referral")).map(([line]) => line)).toEqual([8, 10]);
  });
});

describe("what is tolerated", () => {
  it("takes elements in any order, under a prefix, with stray text and CDATA", async () => {
    const mixed = `<?xml version="1.0"?><c:Message xmlns:c="urn:x"><c:Children><c:Child><c:CINdetails><c:ReferralNFA>0</c:ReferralNFA>
<c:Assessments><c:AssessmentActualStartDate>2023-10-10</c:AssessmentActualStartDate></c:Assessments>
<c:ReferralSource>1A</c:ReferralSource><c:CINreferralDate>2023-10-06</c:CINreferralDate></c:CINdetails>stray
<c:ChildCharacteristics><c:Ethnicity><![CDATA[WBRI]]></c:Ethnicity></c:ChildCharacteristics>
<c:ChildIdentifiers><c:GenderCurrent>1</c:GenderCurrent><c:LAchildID>0&#48;7</c:LAchildID></c:ChildIdentifiers></c:Child></c:Children>${header().replaceAll(/<(\/?)/g, "<$1c:")}</c:Message>`;
    const got = await read(mixed);
    expect(got.peek.census).toMatchObject({year: 2024, lea: "999"});
    expect(got.rows.child).toEqual([["007", null, null, "1", "WBRI", null, null]]);
    expect(got.rows.assessment).toEqual([["007", "2023-10-06", "2023-10-10", null, null]]);
    expect(got.warnings.map(({code, message}) => [code, message])).toEqual([["schema-fault", expect.stringContaining("Text stands between elements")]]);
  });
  it("tells of each fault of the header once, takes no date from it that is none, and reads the rest", async () => {
    const told = async (from: string, to: string) => {
      const {peek, rows, warnings} = await read(census(child()).replace(from, to));
      expect(rows.referral).toHaveLength(1);
      return [peek.census!.referenceDate, peek.census!.exportedAt, [...peek.warnings, ...warnings].map(({code, message}) => `${code}: ${message}`)];
    };
    const [day, at] = ["2024-03-31", "2024-05-23T11:14:05"];
    expect(await told(`<ReferenceDate>${day}</ReferenceDate>`, "")).toEqual([null, at, [expect.stringMatching(/^schema-fault: ReferenceDate is missing from CollectionDetails/)]]);
    expect(await told(`>${day}<`, ">31/03/2024<")).toEqual([null, at, [expect.stringContaining("ReferenceDate in the census header is not a date (“31/03/2024”")]]);
    expect(await told(`>${at}<`, ">2024-02-30T11:14:05<")).toEqual([day, null, [expect.stringContaining("DateTime in the census header is not a date")]]);
    for (const without of ["", "<LEA></LEA>"]) expect(await told("<LEA>999</LEA>", without)).toEqual([day, at, [expect.stringContaining("LEA is missing from the census header")]]);
    expect(await told("<LEA>999</LEA>", "<LEA>99</LEA>")).toEqual([day, at, [expect.stringContaining("LEA in the census header is not three digits (“99”)")]]);
    expect(await told("<Year>2024<", "<Year>2023<")).toEqual([day, at, [expect.stringContaining("Year in the census header is 2023, and ReferenceDate is 2024-03-31")]]);
    expect(await told("<Year>2024<", "<Year>2023-24<")).toEqual([day, at, [expect.stringContaining("Year in the census header is not a year (“2023-24”; expected yyyy), so that of ReferenceDate was taken, 2024")]]);
    expect(await told("<Year>2024</Year>", "")).toEqual([day, at, [expect.stringContaining("Year is missing from the census header")]]);
    expect(await told("<Children>", `${header()}<Children>`)).toEqual([day, at, [expect.stringMatching(/^schema-fault: Header stands more than once in Message, and the first was read/)]]);
    expect(await told("</Children>", "</Children><Children></Children>")).toEqual([day, at, [expect.stringMatching(/^schema-fault: Children stands more than once in Message/)]]);
  });
  it("reads every review of a plan, whether they stand in one group or in several", async () => {
    const held = (day: string) => `<CPPreviewDate>${day}</CPPreviewDate>`;
    const plan = (reviews: string) => child(`<ChildProtectionPlans><CPPstartDate>2023-11-09</CPPstartDate><InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse><NumberOfPreviousCPP>0</NumberOfPreviousCPP>${reviews}</ChildProtectionPlans>`);
    for (const reviews of [`<Reviews>${held("2024-02-01")}${held("2024-03-01")}</Reviews>`, `<Reviews>${held("2024-02-01")}</Reviews><Reviews>${held("2024-03-01")}</Reviews>`]) {
      const got = await read(census(plan(reviews)));
      expect([got.rows.conference_without_due!.map((row) => row.at(-1)), got.warnings]).toEqual([["2024-02-01", "2024-03-01"], []]);
    }
  });
  it("lists an unknown element once, with a count, and reads the rest", async () => {
    const inside = "<PreProceedingsandFGDM><PPStartDate>2023-12-01</PPStartDate></PreProceedingsandFGDM>";
    const got = await read(census(child(inside) + child(inside)));
    expect(got.rows.referral).toHaveLength(2);
    expect(got.warnings).toEqual([expect.objectContaining({code: "unknown-element", heading: "PreProceedingsandFGDM", message: expect.stringContaining("2 times, of 2 children)")})]);
  });
  it("reads an element whose name is in other case or punctuation as what it means, and says so", async () => {
    const got = await read(census(child() + child()).replaceAll("CINdetails", "CINDetails").replaceAll("LAchildID", "LA-ChildId").replaceAll("Children>", "CHILDREN>").replaceAll("Header>", "header>").replaceAll("LEA>", "Lea>").replaceAll("Message>", "message>"));
    expect(got.peek.census).toMatchObject({year: 2024, lea: "999"});
    expect([got.rows.child!.map((row) => row[0]), got.rows.referral!.length]).toEqual([["007", "007"], 2]);
    expect(got.warnings.map(({code, heading}) => [code, heading])).toEqual(["message", "header", "Lea", "CHILDREN", "LA-ChildId", "CINDetails"].map((name) => ["element-spelling", name]));
    expect(got.warnings.at(-1)!.message).toBe("The element CINDetails was read as CINdetails, which is how the CIN census schema spells it (2 times, of 2 children).");
  });
  it("rejects the records within an element whose name is nearly one of the schema's, naming that and how many children lack them", async () => {
    const odd = child().replaceAll("CINdetails", "CINdetail").replace("</CINdetail>", "</CINdetail><CINdetail/>");
    const got = await read(census(`${odd}\n${odd}\n${child("<Section48/>")}`));
    expect(got.rows.referral).toHaveLength(1);
    expect(got.warnings).toContainEqual({code: "unknown-element", heading: "CINdetail", line: 8, message: "The element CINdetail is not in the CIN census schema and was not read (4 times, of 2 children; nearest: CINdetails)."});
    const of = (set: string) => got.sets.find(({recordSet}) => recordSet === set)!;
    expect([of("referral").read, of("referral").rejections.length, of("section_47").read, of("child").read]).toEqual([5, 4, 1, 3]);
    expect(of("section_47").rejections).toEqual([{line: 10, heading: "Section48", reasons: ["it is no element of the CIN census (nearest: Section47), so nothing within it was read"]}]);
  });
  it("loads what the schema does not allow and reports each kind once with count, first line and example", async () => {
    const odd = child().replace("<ReferralNFA>0<", "<ReferralNFA>perhaps<");
    const got = await read(census(`${odd}\n${odd}\n<Child>${identifiers}</Child>`));
    expect(got.rows.referral!.map((row) => row.at(-1))).toEqual(["perhaps", "perhaps"]);
    expect(got.rows.child).toHaveLength(3);
    expect(got.warnings).toContainEqual({code: "schema-fault", message: 'ReferralNFA has a value that is not in the list of 2024 (2 times; first "perhaps").', line: 8});
    expect(got.warnings.map(({message}) => message)).toContainEqual(expect.stringContaining("ChildCharacteristics is missing from Child"));
  });
  it.each([
    [2020, "18B", "<CINPlanDates><CINPlanStartDate>2024-01-01</CINPlanStartDate></CINPlanDates>", ["AssessmentFactors has a value", "CINPlanDates is not in the schema of 2020"]],
    [2021, "18B", "", []],
    [2021, "24A", "", ["AssessmentFactors has a value that is not in the list of 2021"]],
    [2022, "24A", "<CINPlanDates><CINPlanStartDate>2024-01-01</CINPlanStartDate></CINPlanDates>", []]
  ])("holds a census of %i to that year's schema (factor %s)", async (year, factor, inside, faults) => {
    const assessment = `<Assessments><AssessmentActualStartDate>2019-10-10</AssessmentActualStartDate><FactorsIdentifiedAtAssessment><AssessmentFactors>${factor}</AssessmentFactors></FactorsIdentifiedAtAssessment></Assessments>`;
    const got = await read(census(child(assessment + inside), year));
    expect(got.warnings.map(({message}) => message)).toEqual(faults.map((fault) => expect.stringContaining(fault)));
  });
  it("reads Sex from 2025 and GenderCurrent before, and either in the other's year with a warning", async () => {
    const sexed = child().replace("<GenderCurrent>1</GenderCurrent>", "<Sex>M</Sex>");
    expect((await read(census(sexed, 2025))).warnings).toEqual([]);
    for (const [text, year, value] of [[sexed, 2023, "M"], [child(), 2026, "1"]] as const) {
      const got = await read(census(text, year));
      expect(got.rows.child![0]![3]).toBe(value);
      expect(got.warnings.map(({message}) => message)).toContainEqual(expect.stringMatching(/is not in the schema of/));
    }
  });
  it.each([
    ["UTF-16 with a mark", Buffer.from("\ufeff" + census(child()).replace("UTF-8", "UTF-16"), "utf16le"), "utf-16le"],
    ["Windows-1252", Buffer.from(census(child()).replace("UTF-8", "windows-1252").replace("007", "\x92\xe9"), "latin1"), "windows-1252"],
    ["ISO-8859-1", Buffer.from(census(child()).replace("UTF-8", "ISO-8859-1").replace("007", "\xe9"), "latin1"), "iso-8859-1"],
    ["UTF-8 with a mark", Buffer.from("\ufeff" + census(child())), "utf-8-bom"]
  ])("reads %s", async (_, bytes, encoding) => {
    const got = await read(bytes);
    expect(got.peek.encoding).toBe(encoding);
    expect(got.rows.child![0]![0]).toBe(encoding === "windows-1252" ? "’é" : encoding === "iso-8859-1" ? "é" : "007");
  });
});

describe("what is refused", () => {
  const refusal = (code: string, words: RegExp) => ({name: "Refusal", code, message: expect.stringMatching(words)});
  it.each([
    ["a DOCTYPE", "xml-doctype", /DOCTYPE/, census(child()).replace("<Message>", '<!DOCTYPE Message [<!ENTITY a "b">]><Message>')],
    ["entities that grow", "xml-doctype", /DOCTYPE/, `<?xml version="1.0"?><!-- c -->\n<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><l>&b;</l>`],
    ["200,000 levels", "xml-depth", /levels deep/, `<Message>${"<a>".repeat(200_000)}`],
    ["an undefined entity", "xml-malformed", /line 8.*entity/, census(child()).replace("007", "&nbsp;")],
    ["a file cut off", "xml-malformed", /line 8/, census(child()).slice(0, -60)],
    ["tags that do not match", "xml-malformed", /line 8/, census(child()).replace("</LAchildID>", "</LAchild>")],
    ["bytes that are not the UTF-8 it declares", "xml-encoding", /Line 8.*not UTF-8/, Buffer.from(census(child()).replace("007", "Zo\xeb"), "latin1")],
    ["UTF-16 that declares UTF-8", "xml-encoding", /says that it is UTF-8/, Buffer.from("\ufeff" + census(child()), "utf16le")],
    ["UTF-8 that declares UTF-16", "xml-encoding", /says that it is UTF-16/, census(child()).replace("UTF-8", "UTF-16")],
    ["an encoding that is not read", "xml-encoding", /SHIFT_JIS/, census(child()).replace("UTF-8", "Shift_JIS")],
    ["another kind of XML", "not-a-census", /not a CIN census.*<Workbook>/, "<Workbook><Sheet/></Workbook>"],
    ["another collection", "not-a-census", /SSDA903/, census(child()).replace(">CIN<", ">SSDA903<")],
    ["a message without a header", "not-a-census", /no Header/, "<Message><Children/></Message>"],
    ["the censuses of two authorities in one file", "several-censuses", /LEA is 999 first, and 998 on line 12.*a file of its own/, census(child()).replace("</Children>", `</Children>\n${header().replace("999", "998")}<Children>${child()}</Children>`)],
    ["a header without a year", "census-year", /year/, census(child()).replace(/<Year>.*<\/ReferenceDate>/, "")]
  ])("refuses %s", async (_, code, words, content) => {
    await expect(read(content)).rejects.toMatchObject(refusal(code, words));
  });
  it("refuses a comment or text without end in bounded memory", async () => {
    const path = join(folder(), "long.xml");
    const handle = openSync(path, "w");
    writeSync(handle, "<Message><Header>");
    for (let i = 0; i < 100; i++) writeSync(handle, "x".repeat(1 << 20));
    closeSync(handle);
    await expect(peekCinCensus(path)).rejects.toMatchObject(refusal("xml-malformed", /2 MB without a tag/));
  });
});
