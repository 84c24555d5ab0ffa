// What a mapping can do to the rows of a sheet, each said in YAML and seen in the accepted rows. Every row offered is accepted, rejected or a duplicate.
import {describe, expect, test} from "vitest";
import {headingsGone, parseMapping} from "../../etl/load/mapping.ts";
import {check, contracts, file, load, shelf, sums, workbook} from "./help.ts";

const csv = (...lines: string[]) => `${lines.join("\n")}\n`;
const warned = (report: {warnings: {code: string; message: string}[]}, code: string) => report.warnings.filter((w) => w.code === code).map((w) => w.message);

describe("columns become one field", () => {
  const mapping = shelf(`
name: contacts
title: Contacts
records:
  - set: contact
    fields:
      child_id: [Child ID]
      received_at: {date: [Contact date], time: [Contact time]}
      source: {firstFilled: [Source, Referrer type]}
      outcome: {flags: {referral: [Referral made], advice: [Advice given], nfa: [NFA]}}
      voice_recorded: {filled: [Voice date], unless: [Not heard]}
`);
  const text = csv(
    "Child ID,Contact date,Contact time,Source,Referrer type,Referral made,Advice given,NFA,Voice date,Not heard",
    "01,01/04/2024,09:15,Police,School,Y,Yes,N,02/04/2024,",
    "02,01/04/2024 00:00,,,School,0,0,1,02/04/2024,x",
    "03,,09:15,Police,,N,N,N,,"
  );

  test("a date and a time are joined, also where the date brings a midnight of its own, and a time without a date is no time", async () => {
    const report = await check(file("contacts_2024-05-01.csv", text), mapping);
    expect(sums(report)).toEqual({contact: "3 = 2 + 1 + 0"});
    expect(report.rejections.map((r) => [r.line, r.column, r.heading])).toEqual([[4, "B", "Contact date"]]);
    const {rows} = await load(file("contacts_2024-05-01.csv", text), mapping);
    expect(rows.contact).toEqual([
      {line: "2", child_id: "01", received_at: "2024-04-01 09:15:00", source: "Police", outcome: "referral;advice", voice_recorded: true},
      {line: "3", child_id: "02", received_at: "2024-04-01 00:00:00", source: "School", outcome: "nfa"}
    ].map((row) => ({...row, line: Number(row.line)})));
  });

  test("in a workbook a day number and a fraction of a day are joined too", async () => {
    const path = await workbook("contacts_2024-05-01.xlsx", {Contacts: [["Child ID", "Contact date", "Contact time", "Source"], ["01", 45383, 0.385416666666667, "Police"]]});
    expect((await load(path, mapping)).rows.contact).toEqual([{line: 2, child_id: "01", received_at: "2024-04-01 09:15:00", source: "Police"}]);
  });

  test("the time beside a day number may be typed as text, or be midnight or the minute after it; 24:00, a whole day and words are no time", async () => {
    const times = [["09:15", "09:15:00"], ["9:15:30", "09:15:30"], [0, "00:00:00"], [1 / 1440, "00:01:00"], [86399 / 86400, "23:59:59"], ["24:00", null], [1, null], ["noon", null], ["-0.5", null]] as const;
    const path = await workbook("contacts_2024-05-01.xlsx", {Contacts: [["Child ID", "Contact date", "Contact time", "Source"], ...times.map(([time], i) => [`0${i}`, 45383, time, "Police"])]});
    expect((await load(path, mapping)).rows.contact!.map((r) => r.received_at)).toEqual(times.flatMap(([, at]) => (at ? [`2024-04-01 ${at}`] : [])));
    expect((await check(path, mapping)).rejections.map((r) => [r.line, r.heading])).toEqual(times.flatMap(([, at], i) => (at ? [] : [[i + 2, "Contact date"]])));
  });
});

describe("cells are read as the export means them", () => {
  const mapping = shelf(`
name: referrals
title: Referrals
blank: ["-", N/A]
strip: letter-prefix
records:
  - set: referral
    fields:
      child_id: [Child ID]
      referral_date: [Date]
      source: [Source]
      no_further_action: {heading: [NFA], blank: [Unknown]}
      closed_on: [Closed]
`);

  test("letter prefixes come off codes and yes/no but not ids, and what the mapping calls blank is blank", async () => {
    const text = csv("Child ID,Date,Source,NFA,Closed", "a) 7,01/04/2024,q) 6: Police,b) No,-", "8,01/04/2024,p1) 5D,c) Unknown,n/a", "-,01/04/2024,6,a) Yes,");
    const {rows, manifest} = await load(file("referrals_2024-05-01.csv", text), mapping);
    expect(rows.referral).toEqual([
      {line: 2, child_id: "a) 7", referral_date: "2024-04-01", source: "6: Police", no_further_action: false},
      {line: 3, child_id: "8", referral_date: "2024-04-01", source: "5D"}
    ]);
    expect(manifest.report.rejections.map((r) => [r.line, r.heading, r.reasons])).toEqual([[4, "Child ID", ["required, but the cell is blank"]]]);
    expect(warned(manifest.report, "unmapped-word")).toEqual([]);
  });
});

describe("what a database writes for an empty cell", () => {
  const contacts = (extra = "") => shelf(`
name: contacts
title: Contacts
${extra}
records:
  - set: contact
    fields:
      child_id: [Child ID]
      received_at: [Date]
      source: [Source]
      decision_at: [Closed]
      outcome: [Reason]
      team: [Team]
`);
  const text = csv("Child ID,Date,Source,Closed,Reason,Team", "1,01/04/2024,1A,NULL,NULL,null", "2,01/04/2024,(null),\\N,NFA,[NULL]", "NULL,01/04/2024,1A,,,North", "4,01/04/2024,1A,,None,Null and Void");

  test("is blank, and counted with its words and headings; what people write for nothing is a word, mapped or not", async () => {
    const report = await check(file("contacts_2024-05-01.csv", text), contacts());
    expect(warned(report, "database-blanks")).toEqual(["7 cells read as blank, as databases write them: “NULL” (3), “(null)” (1), “\\N” (1), “[NULL]” (1), “null” (1); under “Child ID”, “Source”, “Closed”, “Reason”, “Team”"]);
    expect(warned(report, "unmapped-word")).toEqual([expect.stringContaining("“None” (outcome, 1 row) is in no word list")]);
    const {rows, manifest} = await load(file("contacts_2024-05-01.csv", text), contacts());
    expect(rows.contact).toEqual([
      {line: 2, child_id: "1", received_at: "2024-04-01 00:00:00", source: "1A"},
      {line: 3, child_id: "2", received_at: "2024-04-01 00:00:00", outcome: "NFA"},
      {line: 5, child_id: "4", received_at: "2024-04-01 00:00:00", source: "1A", outcome: "None", team: "Null and Void"}
    ]);
    // no child is called NULL
    expect(manifest.report.rejections.map((r) => [r.line, r.heading, r.reasons])).toEqual([[4, "Child ID", ["required, but the cell is blank"]]]);
  });

  test("is not counted where the mapping calls it blank, and is a word where the mapping gives it a code", async () => {
    expect(warned(await check(file("contacts_2024-05-01.csv", text), contacts('blank: ["NULL", "(null)", "[NULL]"]')), "database-blanks")).toEqual(["1 cell read as blank, as databases write it: “\\N” (1); under “Closed”"]);
    const coded = shelf("name: x\ntitle: X\nrecords: [{set: contact, fields: {child_id: [Child ID], received_at: [Date], source: [Source], outcome: [Reason]}, words: {outcome: {\"NULL\": nfa}}}]");
    const {rows, manifest} = await load(file("contacts_2024-05-01.csv", text), coded);
    expect(rows.contact!.map((r) => [r.line, r.source, r.outcome])).toEqual([[2, "1A", "NULL"], [3, undefined, "NFA"], [5, "1A", "None"]]);
    expect(warned(manifest.report, "database-blanks")).toEqual(["2 cells read as blank, as databases write them: “NULL” (1), “(null)” (1); under “Child ID”, “Source”"]);
  });

  test("is blank in a workbook, in JSON, in answers to questions and in a column an agency too", async () => {
    const book = await workbook("contacts_2024-05-01.xlsx", {Sheet: [["Child ID", "Date", "Source", "Closed"], ["1", "01/04/2024", "NULL", "NULL"]]});
    expect((await load(book, contacts())).rows.contact).toEqual([{line: 2, child_id: "1", received_at: "2024-04-01 00:00:00"}]);
    const json = shelf("name: a\ntitle: A\nrecords: [{set: assessment, fields: {child_id: [Child ID], started_on: [Date], outcome: {heading: [Outcome], json: {NFA_FLAG: nfa}}}}]");
    expect((await load(file("a_2024-05-01.csv", csv("Child ID,Date,Outcome", "1,01/04/2024,NULL")), json)).rows.assessment).toEqual([{line: 2, child_id: "1", started_on: "2024-04-01"}]);
    const asked = shelf("name: a\ntitle: A\nrecords: [{set: assessment, fields: {child_id: [Child ID], started_on: [Date]}, pivot: {by: [child_id, started_on], question: [Question], answer: [Answer], questions: {child_seen_on: [Seen]}}}]");
    expect((await load(file("a_2024-05-01.csv", csv("Child ID,Date,Question,Answer", "1,01/04/2024,Seen,NULL")), asked)).rows.assessment).toEqual([{line: 2, child_id: "1", started_on: "2024-04-01"}]);
    const agencies = shelf("name: m\ntitle: M\nrecords: [{set: meeting_attendance, fields: {meeting_id: [Meeting]}, constants: {meeting_type: strategy}, unpivot: {into: agency, each: {Police: police, Health: health}, fields: {attended: [\"* attended\"]}}}]");
    expect((await load(file("m_2024-05-01.csv", csv("Meeting,Police attended,Health attended", "M1,Yes,NULL")), agencies)).rows.meeting_attendance!.map((r) => r.agency)).toEqual(["police"]);
  });
});

describe("JSON is read by an allow-list of keys", () => {
  const mapping = shelf(`
name: assessments
title: Assessments
records:
  - set: assessment
    fields:
      child_id: [Child]
      started_on: [Started]
      outcome: {heading: [Outcome], json: {STRATEGY_FLAG: section_47, SERVICES_FLAG: child_in_need, NFA_FLAG: nfa}}
      factors: {heading: [Factors], json: ["1A", "3B", "16A"]}
`);
  const text = csv(
    "Child,Started,Outcome,Factors",
    `1,2024-04-01,"{""NFA_FLAG"":""N"",""SERVICES_FLAG"":""Y"",""STRATEGY_FLAG"":""Y"",""COMMENTS"":""Mum Jane Doe says""}","[""1a"", ""99Z"", ""16A""]"`,
    `2,2024-04-01,"{""NFA_FLAG"":1}","{""3B"":""Yes"",""1A"":""No""}"`,
    `3,2024-04-01,,"[]"`,
    `4,2024-04-01,"{""COMMENTS"":""Mum Jane D",`
  );

  test("only the allowed keys come through, in the mapping's order; a field of one code takes the first", async () => {
    const {rows} = await load(file("assessments_2024-05-01.csv", text), mapping);
    expect(rows.assessment).toEqual([
      {line: 2, child_id: "1", started_on: "2024-04-01", outcome: "section_47", factors: "1A;16A"},
      {line: 3, child_id: "2", started_on: "2024-04-01", outcome: "nfa", factors: "3B"},
      {line: 4, child_id: "3", started_on: "2024-04-01"}
    ]);
  });

  test("a cell that is not JSON rejects its row without showing or keeping a word of it", async () => {
    const {manifest} = await load(file("assessments_2024-05-01.csv", text), mapping);
    expect(manifest.report.rejections).toEqual([{line: 5, column: "C", heading: "Outcome", reasons: ["not JSON: the column was cut short or is not what the mapping says; export it whole"]}]);
    expect(JSON.stringify(manifest)).not.toContain("Jane");
  });
});

describe("one sheet fills several record sets", () => {
  const mapping = shelf(`
name: enquiries
title: Section 47 enquiries and their conferences
records:
  - set: section_47
    fields: {child_id: &child [Child], started_on: [S47], icpc_held_on: &held [ICPC], team: [Team]}
  - set: conference
    when: [{filled: [held_on]}]
    constants: {type: initial}
    fields: {child_id: *child, held_on: *held}
  - set: child
    fields: {child_id: *child, date_of_birth: [DOB]}
`);

  test("a blank part makes no row and no rejection, and a fact told twice beside the main rows is one record", async () => {
    const text = csv("Child,S47,ICPC,DOB,Team", "1,01/04/2024,,01/01/2015,A", "1,05/04/2024,20/04/2024,01/01/2015,A", "2,05/04/2024,20/04/2024,31/02/2015,A", "2,05/04/2024,20/04/2024,31/02/2015,A");
    const report = await check(file("enquiries_2024-05-01.csv", text), mapping);
    expect(sums(report)).toEqual({section_47: "4 = 3 + 0 + 1", conference: "3 = 2 + 0 + 1", child: "4 = 1 + 2 + 1"});
  });

  test("of the main rows only one that is the same in every cell is a duplicate", async () => {
    const text = csv("Child,S47,ICPC,DOB,Team,Notes", "1,01/04/2024,,01/01/2015,A,x", "1,01/04/2024,,02/01/2015,A,x", "1,01/04/2024,,01/01/2015,A,y", "1,01/04/2024,,01/01/2015,A,x");
    expect(sums(await check(file("enquiries_2024-05-01.csv", text), mapping))).toEqual({section_47: "4 = 3 + 0 + 1", conference: "0 = 0 + 0 + 0", child: "4 = 2 + 0 + 2"});
  });

  test("a record set beside the main one is left alone where the sheet has no column of its own for it", async () => {
    expect(sums(await check(file("enquiries_2024-05-01.csv", csv("Child,S47,Team", "1,01/04/2024,A")), mapping))).toEqual({section_47: "1 = 1 + 0 + 0"});
  });
});

describe("rows belong here, there or nowhere", () => {
  const mapping = shelf(`
name: steps
title: Workflow steps
outOfScope:
  - {why: adults' contacts, heading: [Step type], contains: [adult]}
records:
  - set: contact
    when: [{heading: [Step type], is: [MASH contact, Contact/Referral]}]
    fields: {child_id: [Person], received_at: [Start], source: [Source]}
  - set: out_of_hours_contact
    when: [{heading: [Step type], contains: [EDT, out of hours]}]
    fields: {child_id: [Person], received_at: [Start], source: [Source]}
`);
  const text = csv(
    "Person,Start,Source,Step type",
    "1,01/04/2024 09:00,Police,Contact - Referral",
    "2,01/04/2024 23:00,Police,EDT contact/referral",
    "3,01/04/2024 23:00,Police,Out-of-Hours contact",
    "4,01/04/2024 23:00,Police,EDT Adult contact",
    "5,01/04/2024 09:00,Police,Medt review",
    "6,01/04/2024 09:00,Police",
    "7,99/04/2024 09:00,Police,MASH contact"
  );

  test("by whole words of a column, case and punctuation aside; adults' contacts are left out and counted; a row of no set is told", async () => {
    const report = await check(file("steps_2024-05-01.csv", text), mapping);
    expect(sums(report)).toEqual({contact: "3 = 1 + 2 + 0", out_of_hours_contact: "3 = 2 + 1 + 0"});
    expect(report.outOfScope).toEqual([{why: "adults' contacts", rows: 1}]);
    expect(warned(report, "out-of-scope")).toEqual(["1 row left out as out of scope: adults' contacts"]);
    expect(warned(report, "rows-of-no-set")).toEqual(["1 row belongs to none of the record sets of the mapping steps and was not loaded: see its “when”"]);
    // the ragged row was offered to both and is told once
    expect(report.rejections.map((r) => [r.line, r.heading ?? null])).toEqual([[7, null], [8, "Start"]]);
  });
});

describe("a column an agency becomes a row an agency", () => {
  const mapping = shelf(`
name: wide
title: Attendance
records:
  - set: meeting_attendance
    constants: {meeting_type: strategy}
    fields: {meeting_id: [Meeting]}
    unpivot:
      into: agency
      each: {Police: police, School nurse: health.0_19, Health visitor: health.0_19, Housing: housing}
      fields: {attended: ["* attended"], invited: ["* invited"]}
`);

  test("with what the cell fills and where it stood; a blank pair makes no row", async () => {
    const text = csv("Meeting,Police invited,Police attended,School nurse attended,Health visitor attended", "M1,Yes,In person,Apologies,", "M2,,,,Video", "M3,maybe,,,");
    const path = file("wide_2024-05-01.csv", text);
    const {rows, manifest} = await load(path, mapping);
    expect(rows.meeting_attendance).toEqual([
      {line: 2, part: 0, meeting_id: "M1", meeting_type: "strategy", agency: "police", invited: true, attended: "In person"},
      {line: 2, part: 1, meeting_id: "M1", meeting_type: "strategy", agency: "health.0_19", attended: "Apologies"},
      {line: 3, part: 2, meeting_id: "M2", meeting_type: "strategy", agency: "health.0_19", attended: "Video"}
    ]);
    expect(sums(manifest.report)).toEqual({meeting_attendance: "4 = 3 + 1 + 0"});
    expect(manifest.report.rejections).toEqual([{line: 4, column: "B", heading: "Police invited", value: "maybe", reasons: ["not yes or no"]}]);
  });
});

describe("question and answer rows become one record a form", () => {
  const mapping = shelf(`
name: forms
title: Assessment forms
records:
  - set: assessment
    fields: {assessment_id: [Form], child_id: [Person], started_on: [Started]}
    pivot:
      by: [assessment_id, child_id]
      question: [Question]
      answer: [Answer]
      questions: {child_seen_on: [Date child first seen, When was the child seen?], seen_alone: [Was the child seen alone?]}
`);

  test("each question's answer fills its field, the line is the form's first, and questions nobody named are counted, not shown", async () => {
    const text = csv(
      "Form,Person,Started,Question,Answer",
      "F1,1,01/04/2024,When was the child seen,03/04/2024",
      "F1,1,01/04/2024,Was the child seen alone?,Yes",
      "F1,1,01/04/2024,What did Jane say,She is sad",
      "F1,2,01/04/2024,Date child first seen,04/04/2024",
      "F2,3,,Date child first seen,31/02/2024",
      ",4,02/04/2024,Date child first seen,04/04/2024",
      ",4,02/04/2024,Was the child seen alone?,No"
    );
    const {rows, manifest} = await load(file("forms_2024-05-01.csv", text), mapping);
    expect(rows.assessment).toEqual([
      {line: 2, assessment_id: "F1", child_id: "1", started_on: "2024-04-01", child_seen_on: "2024-04-03", seen_alone: true},
      {line: 5, assessment_id: "F1", child_id: "2", started_on: "2024-04-01", child_seen_on: "2024-04-04"},
      {line: 7, child_id: "4", started_on: "2024-04-02", child_seen_on: "2024-04-04"},
      {line: 8, child_id: "4", started_on: "2024-04-02", seen_alone: false}
    ]);
    expect(sums(manifest.report)).toEqual({assessment: "5 = 4 + 1 + 0"});
    expect(manifest.report.rejections.map((r) => [r.line, r.heading])).toEqual([[6, "Started"], [6, "Answer"]]);
    expect(warned(manifest.report, "questions-dropped")).toEqual(["1 answers to 1 questions that the mapping does not name were not loaded"]);
    expect(JSON.stringify(manifest)).not.toMatch(/Jane|sad/);
  });
});

test("rows of one record told apart by one word are gathered into it", async () => {
  const mapping = shelf(`
name: disabilities
title: Disabilities
records:
  - set: child
    gather: {by: [child_id], field: disability}
    fields: {child_id: [Person], disability: [Code]}
`);
  const {rows} = await load(file("d_2024-05-01.csv", csv("Person,Code", "1,MOB", "2,LD", "1,AUT", "1,MOB")), mapping);
  expect(rows.child).toEqual([{line: 2, child_id: "1", disability: "AUT;MOB"}, {line: 3, child_id: "2", disability: "LD"}]);
});

test("a constant is what a row gets where its own cell is blank", async () => {
  const mapping = shelf(`
name: c
title: Conferences
records:
  - set: conference
    constants: {type: initial}
    words: {type: {"Y": transfer_in, "N": initial}}
    fields: {child_id: [Child], held_on: [Held], type: [Transfer in]}
`);
  const {rows, manifest} = await load(file("c_2024-05-01.csv", csv("Child,Held,Transfer in", "1,01/04/2024,Y", "2,01/04/2024,")), mapping);
  expect(rows.conference!.map((r) => r.type)).toEqual(["Y", "initial"]);
  expect(warned(manifest.report, "unmapped-word")).toEqual([]);
});

test("the export date may stand in a cell above the headings", async () => {
  const mapping = shelf(`
name: dated
title: Dated
exportDate: {cell: B1}
records: [{set: child, fields: {child_id: [Child], date_of_birth: [DOB]}}]
`);
  expect((await check(file("children.csv", csv("Report run,on 30/04/2024", "", "Child,DOB", "1,01/01/2015")), mapping)).exportDate).toBe("2024-04-30");
});

describe("headings that are not there", () => {
  const mapping = `
name: contacts
title: Contacts
records: [{set: contact, fields: {child_id: [Child ID], received_at: [Contact date], source: [Contact source], outcome: [Outcome]}}]
`;

  test("a required heading that was renamed is named with the nearest found, and one in use elsewhere is not offered first", async () => {
    const report = await check(file("x.csv", csv("Child ID,Contact dte,Contact source,Outcome", "1,01/04/2024,Police,NFA")), shelf(mapping));
    expect(report.outcome).toBe("refused");
    expect(report.reason).toBe("the heading for received at is missing from the file, which looks like contact records (expected “Contact date”); the nearest heading found is “Contact dte”");
  });

  test("a mapping that knows only a part of the headings does not take a file that another would, but for one heading", async () => {
    const children = "name: children\ntitle: Children\nrecords: [{set: child, fields: {child_id: [Child ID], locality: [Outcome]}}]";
    const report = await check(file("x.csv", csv("Child ID,Contact source,Team,Outcome,Contact dte", "1,Police,A,NFA,01/04/2024")), shelf(mapping.replace("outcome:", "team: [Team], outcome:"), children));
    expect(report.reason).toContain("the heading for received at is missing");
  });

  const loadOf = (exportDate: string, headings: Record<string, string>, headingsDropped: string[] = []) => ({key: `k${exportDate}`, file: `contacts_${exportDate}.csv`, exportDate, mapping: "contacts", headings, headingsDropped});
  const monday = loadOf("2024-04-01", {"contact.child_id": "Child ID", "contact.outcome": "Outcome", "contact.team": "Team"}, ["Surname"]);
  const tuesday = loadOf("2024-04-02", {"contact.child_id": "Child ID", "contact.team": "Team"}, ["Surname", "Area", "Final outcome"]);

  test("an optional heading that the export before had is missed by name, with the nearest new heading", () => {
    const gone = headingsGone([monday, tuesday]);
    expect([...gone]).toEqual([["k2024-04-02", [{code: "heading-gone", heading: "Outcome", message: "“Outcome” (outcome) was in contacts_2024-04-01.csv and is not in this export; the nearest new heading is “Final outcome”: if that is its new name, add it to the mapping contacts"}]]]);
    expect([...headingsGone([tuesday, monday])]).toEqual([...gone]);
  });

  test("nothing is missed where nothing went, nor by another mapping", () => {
    expect(headingsGone([monday, {...monday, key: "k2", exportDate: "2024-04-03"}, {...tuesday, mapping: "other"}]).size).toBe(0);
  });
});

describe("faults of a mapping name the file, the key and the fix", () => {
  const fault = (yaml: string) => {
    try {
      parseMapping(yaml, "data/mappings/x.yaml", contracts);
      return "none";
    } catch (error) {
      return (error as Error).message;
    }
  };
  const head = "name: x\ntitle: X\n";

  test.each([
    ["a field that the record set has not", `${head}records: [{set: contact, fields: {recieved_at: [A]}}]`, "data/mappings/x.yaml: records.fields.recieved_at: contact has no such field; nearest: received_at"],
    ["a record set that is none", `${head}records: [{set: contacts, fields: {}}]`, "data/mappings/x.yaml: records.set: there is no record set “contacts”; nearest: contact"],
    ["a key that is none", `${head}recordz: []`, /records|recordz/],
    ["a source of no known form", `${head}records: [{set: contact, fields: {source: {heading: [A], jsn: [B]}}}]`, /records\.0\.fields\.source/],
    ["flags for a date", `${head}records: [{set: contact, fields: {received_at: {flags: {yes: [A]}}}}]`, "data/mappings/x.yaml: records.fields.received_at: flags and JSON give words, and received_at is a datetime"],
    ["a condition on a field that is none", `${head}records: [{set: contact, fields: {child_id: [A]}, when: [{filled: [held]}]}]`, /records\.when\.held: contact has no such field/],
    ["YAML that is none", "name: [", /data\/mappings\/x\.yaml: /]
  ])("%s", (_, yaml, message) => {
    if (typeof message === "string") expect(fault(yaml)).toBe(message);
    else expect(fault(yaml)).toMatch(message);
  });
});

describe("a report stays of a length that a person can read", () => {
  const mapping = shelf(`
name: contacts
title: Contacts
records:
  - set: contact
    fields: {child_id: [Child ID], received_at: [Received], source: [Source]}
`);

  test("a rejected cell is shown to 500 characters", async () => {
    const {rejections} = await check(file("contacts_2024-05-01.csv", csv("Child ID,Received,Source", `1,${"é".repeat(500)},Police`, `2,${"é".repeat(501)},Police`)), mapping);
    expect(rejections.map((r) => r.value)).toEqual(["é".repeat(500), `${"é".repeat(500)}…`]);
  });

  test("of words in no list a thousand are listed, and how many more there are is said", async () => {
    const words = Array.from({length: 1003}, (_, i) => `${i},01/04/2024,Word ${i}`);
    const report = await check(file("contacts_2024-05-01.csv", csv("Child ID,Received,Source", ...words, "1,02/04/2024,Word 999")), mapping);
    const told = warned(report, "unmapped-word");
    expect(told).toHaveLength(1001);
    expect(told.at(-1)).toBe("3 more words (source, 4 rows) are in no word list, so the column may hold free text; all are counted as unmapped");
  });
});

describe("a list of Annex A whose sheet has another name", () => {
  const contacts = [["Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Date of Contact", "Contact Source"], ["1", "a) Male", "WBRI", "01/02/2015", "13/01/2024", "Police"]];

  test("is known where the number is written with noughts", async () => {
    const report = await check(await workbook("annex-a_2024-01-31.xlsx", {"List 01": contacts}));
    expect([report.mapping, sums(report)]).toEqual(["annex-a", {"List 01/contact": "1 = 1 + 0 + 0", "List 01/child": "1 = 1 + 0 + 0"}]);
  });

  test("is not read for its children alone where the file is an Annex A, and its name is asked for", async () => {
    const report = await check(await workbook("annex-a_2024-01-31.xlsx", {"List 2": [["Child Unique ID", "Assessment start date"], ["1", "13/01/2024"]], Sheet1: contacts}));
    expect([report.recordSets.map((s) => s.name), report.sheetsRefused]).toEqual([["early_help"], [{sheet: "Sheet1", reason: expect.stringMatching(/^sheet “Sheet1” holds what the mapping annex-a calls “List 1”.* would be read as child records alone; name it “List 1” and load the file again$/)}]]);
  });

  test("is read by what else knows it in a file of any other name", async () => {
    expect(sums(await check(await workbook("children_2024-01-31.xlsx", {Sheet1: contacts})))).toEqual({"Sheet1/child": "1 = 1 + 0 + 0"});
  });
});

describe("a JSON cell", () => {
  const on = shelf("name: a\ntitle: A\nrecords: [{set: contact, fields: {contact_id: [ID], child_id: [Child], received_at: [Date], outcome: {heading: [Outcome], json: {NFA_FLAG: nfa, CP_FLAG: section_47}}}}]");
  const cells = (...json: string[]) => file("x_2024-05-01.csv", ["ID,Child,Date,Outcome", ...json.map((j, i) => `${i},1,2024-04-01,"${j.replaceAll('"', '""')}"`)].join("\n") + "\n");

  test("that is an object alone in a list is read as the object", async () => {
    expect((await load(cells('[{"NFA_FLAG":"Y"}]', '{"NFA_FLAG":"Y"}', '["NFA_FLAG"]'), on)).rows.contact!.map((r) => r.outcome)).toEqual([["nfa"], ["nfa"], ["nfa"]].map(([word]) => expect.toSatisfy((o: unknown) => String(o) === word)));
  });

  test("says aloud what it says yes to and the mapping does not read, but no words", async () => {
    const {warnings, outcome} = await check(cells('{"nfa_flag":"Y","CP_FLAG":"N","NEW_FLAG":"N","COMMENTS":"Smith"}', '{"nfa_flag":1,"NEW_FLAG":true,"Smith came to school":"Y"}', '["CP_FLAG","Jones","9Z"]', "[]", "{}", "null"), on);
    expect([outcome, warnings.filter((w) => w.code === "json-unread")]).toEqual(["accepted", [{code: "json-unread", line: 2, heading: "Outcome", message: "“Outcome” says what the mapping does not read (first on line 2): “nfa_flag” (2), others (2), “9Z” (1), “NEW_FLAG” (1); what of it is outcome, add to the mapping's json keys, spelt as it is here"}]]);
    expect(warnings.map((w) => w.message).join()).not.toMatch(/Smith|Jones/);
  });
});
