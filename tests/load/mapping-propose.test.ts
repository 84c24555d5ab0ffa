// A mapping proposed from an export: what it is sure of, what it is not, that it parses, writes no value down, and that a person's edit shows in a check.
import {readFileSync, writeFileSync} from "node:fs";
import path from "node:path";
import fc from "fast-check";
import {describe, expect, test} from "vitest";
import {parseMapping} from "../../etl/load/mapping.ts";
import {proposeMapping} from "../../etl/load/propose.ts";
import {check, contracts, file, folder, load, shelf, sums, workbook} from "./help.ts";

const on = shelf();
const propose = (path: string) => proposeMapping(path, on);
const csv = (...lines: string[]) => `${lines.join("\n")}\n`;
/** The shelf with a proposal added to the mappings that ship. */
const withMapping = (yaml: string) => ({...on, mappings: [parseMapping(yaml, "proposed.yaml", contracts), ...on.mappings]});

const odd = csv(
  "Monthly extract,,,,,,,",
  "Case Number,Dt of Contact,Contact Time,Referrer,Child's Surname,RAG status initial,Worker,Notes",
  "001,13/04/2024,09:15,Police,Smith,Red,W1,secret one",
  "002,14/04/2024,10:20,School,Jones,Amber,W2,secret two",
  "003,02/04/2024,11:15,GP,Khan,Green,W1,"
);

describe("an export that no mapping knows", () => {
  test("gets the record set that its headings and values speak for, each guess sure or unsure", async () => {
    const yaml = await propose(file("odd contacts_2024-05-01.csv", odd));
    const line = (field: string) => yaml.split("\n").find((l) => l.trim().startsWith(`${field}:`))?.trim();
    expect(yaml).toMatch(/- set: contact {3}# unsure/);
    expect(line("received_at")).toBe("received_at: {date: [Dt of Contact], time: [Contact Time]}   # unsure: like “Date of Contact”; all 3 values are dates; its time is in “Contact Time”");
    expect(line("source")).toMatch(/^source: \[Referrer\] {3}# unsure: no heading like it is known, but 3 of 3 different words are in the list “contact source”$/);
    expect(line("child_id")).toMatch(/^child_id: \[Case Number\] {3}# unsure: the only column/);
    expect(line("worker")).toMatch(/^worker: \[Worker\] {3}# sure: known heading/);
    expect(line("dateOrder")).toBe("dateOrder: dmy   # sure: 2 of 3 dates have a day over 12 first");
    expect(yaml).toMatch(/# not loaded, as no field was found for them: Child's Surname, Notes$/m);
  });

  test("has none of its values written down", async () => {
    expect(await propose(file("odd.csv", odd))).not.toMatch(/secret|Smith|Khan|Police|\b001\b/);
  });

  test("can be read at once with the proposal, and a person's edit shows in the check", async () => {
    const at = file("odd contacts_2024-05-01.csv", odd);
    expect((await check(at, on)).outcome).toBe("refused");
    const to = path.join(folder(), "odd.yaml");
    writeFileSync(to, await propose(at));
    const read = withMapping(readFileSync(to, "utf8"));
    expect((await load(at, read)).rows.contact![0]).toEqual({line: 3, child_id: "001", received_at: "2024-04-13 09:15:00", source: "Police", rag_initial: "Red", worker: "W1"});
    const edited = readFileSync(to, "utf8").replace(/child_id: .*/, "contact_id: [Case Number]\n      child_id: [Child's Surname]");
    expect((await load(at, withMapping(edited))).rows.contact![0]).toMatchObject({contact_id: "001", child_id: "Smith"});
  });

  test("is read by the proposal also where a mapping that ships knows more of its headings", async () => {
    const at = file("contacts_2024-05-01.csv", csv("Child ID,Contact date,Contact source,Outcome", "1,13/04/2024,Police,NFA"));
    const yaml = await propose(at);
    expect(yaml).toMatch(/# The mapping mash-contacts reads this file as it is/);
    const report = await check(at, withMapping(yaml.replace(/^ *outcome:.*\n/m, "")));
    expect([report.mapping, sums(report), report.headingsDropped]).toEqual(["local-contacts", {contact: "1 = 1 + 0 + 0"}, ["Outcome"]]);
  });
});

test.each([
  ["day over twelve first", ["13/04/2024", "01/02/2024"], "dmy", "sure"],
  ["day over twelve second", ["04/13/2024", "01/02/2024"], "mdy", "sure"],
  ["both", ["13/04/2024", "04/13/2024"], "dmy", "unsure"],
  ["neither", ["01/02/2024", "03/04/2024"], "dmy", "unsure"],
  ["year first", ["2024-04-13", "2024-02-01"], "ymd", "sure"]
])("the order of dates is what the data shows: %s", async (_, dates, order, how) => {
  const yaml = await propose(file("x.csv", csv("Child ID,Contact date,Contact source", ...dates.map((d, i) => `${i},${d},Police`))));
  expect(yaml).toMatch(new RegExp(`^dateOrder: ${order} {3}# ${how}: `, "m"));
});

test("a column called nothing but “Time” is that of the date on its left", async () => {
  const yaml = await propose(file("x.csv", csv("Child ID,Contact date,Time,Contact source,Decision date", "1,13/04/2024,09:15,Police,14/04/2024", "2,14/04/2024,10:20,School,15/04/2024")));
  expect(yaml).toMatch(/received_at: \{date: \[Contact date\], time: \[Time\]\}/);
  expect(yaml).toMatch(/decision_at: \[Decision date\]/);
});

test("a heading that is known, over values that cannot be it, is no sure guess", async () => {
  const yaml = await propose(file("x.csv", csv("Child ID,Contact date,Contact source,Decision date", "1,13/04/2024,Police,pending", "2,14/04/2024,School,pending")));
  expect(yaml).toMatch(/decision_at: \[Decision date\] {3}# unsure: the heading is known, but 0 of 2 values are dates/);
});

describe("headings as people leave them", () => {
  const line = (yaml: string, field: string) => yaml.split("\n").find((l) => l.trim().startsWith(`${field}:`))?.trim();

  test("some of them blank: the records below are not taken for headings, and the columns without are told", async () => {
    const yaml = await propose(file("odd.csv", csv("Case Number,Dt of Contact,,Referrer,,Worker", "1001,13/04/2024,09:15,Police,Smith,W1", "1002,14/04/2024,10:20,School,Jones,W2")));
    expect(line(yaml, "received_at")).toMatch(/^received_at: \[Dt of Contact\] {3}# unsure/);
    expect(yaml).toContain("# Without a heading in the file, so not to be loaded: columns C, E");
  });

  test("none of them there: no value is repeated where the headings would be, neither by map nor by check", async () => {
    const at = file("odd.csv", csv("1001,13/04/2024,Smith,Police", "1002,14/04/2024,Jones,School"));
    await expect(propose(at)).rejects.toThrow("no row of odd.csv looks like headings (every row holds a date or a number); put the headings above the records and try again");
    const {outcome, reason} = await check(at, on);
    expect([outcome, reason]).toEqual(["refused", expect.stringMatching(/the file, whose first row holds values .* put the headings of a record set above it$/)]);
    expect(reason).not.toMatch(/Smith|1001/);
  });

  test("with a line break or a star in them, which a mapping's heading cannot have", async () => {
    const at = file("x_2024-05-01.csv", '"Child\nID*","Contact\r\ndate*",Contact source*,Date*\n1,13/04/2024,Police,1\n');
    const yaml = await propose(at);
    expect([line(yaml, "child_id"), line(yaml, "received_at"), line(yaml, "source")]).toEqual([expect.stringMatching(/^child_id: \[Child ID\] /), expect.stringMatching(/^received_at: \[Contact date\] /), expect.stringMatching(/^source: \[Contact source\] /)]);
    expect(sums(await check(at, withMapping(yaml)))).toEqual({contact: "1 = 1 + 0 + 0"});
  });

  test("one of them twice: told, and the second serves no other field", async () => {
    const yaml = await propose(file("x.csv", csv("Child ID,Contact date,Contact date,Contact source", "1,13/04/2024,14/04/2024,Police")));
    expect(yaml).toContain("# The heading Contact date stands twice in the file, which is refused until one of them is renamed or removed; the first is meant here.");
    expect(line(yaml, "decision_at")).toBeUndefined();
  });

  test("in two rows: the second is told of before it is rejected as a record", async () => {
    const yaml = await propose(file("x.csv", csv("Child ID,Contact,,Contact source", ",Date,Time,", "1,13/04/2024,10:00,Police", "2,14/04/2024,11:00,School")));
    expect(yaml).toContain("# unsure: in the file the row below the headings looks like more headings; put them in one row");
  });

  test("known, over no value at all: no sure guess", async () => {
    const yaml = await propose(file("x.csv", csv("Child ID,Contact date,Contact source", "1,,Police", "2,,School")));
    expect(line(yaml, "received_at")).toBe("received_at: [Contact date]   # unsure: known heading; no value to look at");
  });
});

test("rows that are one question each, and columns that are one agency each, are told to need more than headings", async () => {
  const asked = await propose(file("x.csv", csv("Form ID,Child ID,Question,Answer", "F1,1,Date of contact,13/04/2024", "F1,1,Contact source,Police")));
  expect(asked).toMatch(/# unsure: in the file a row is one question of a form, not one record\..*\n.*pivot: .*question: \[Question\], answer: \[Answer\]/);
  const wide = await propose(file("y.csv", csv("Strategy ID,Child ID,Meeting date,Police attended,Health attended", "S1,1,13/04/2024,Yes,No")));
  expect(wide).toContain("# unsure: Police attended, Health attended are a row each of meeting attendance: copy its unpivot from the mapping strategy-attendance-wide, or they are not loaded");
  for (const yaml of [asked, wide]) expect(parseMapping(yaml, "x", contracts).records).toHaveLength(1);
});

test.each([
  ["2024-05-01 contacts.csv", "local-contacts", ["*contacts*"], "(\\d{4}-\\d{2}-\\d{2})"],
  ["contacts_20240501_v2.csv", "local-contacts", ["contacts*"], "(\\d{8})"],
  ["contacts 2024.05.01.csv", "local-contacts", ["contacts*"], "(\\d{4}[.]\\d{2}[.]\\d{2})"],
  ["contacts 01-05-2024.csv", "local-contacts", ["contacts*"], undefined]
])("the name of an export is known again without its day: %s", async (name, mapping, files, fileName) => {
  const at = file(name, csv("Child ID,Contact date,Contact source", "1,13/04/2024,Police"));
  const yaml = await propose(at);
  const made = parseMapping(yaml, "x", contracts);
  expect([made.name, made.files, made.exportDate]).toEqual([mapping, files, fileName && {fileName}]);
  const report = await check(at, withMapping(yaml));
  expect([report.mapping, report.warnings.some((w) => w.code === "export-date-from-file-time")]).toEqual([mapping, !fileName]);
});

test("dates that a workbook holds as dates have no order to be unsure of", async () => {
  expect(await propose(await workbook("x.xlsx", {Data: [["Child ID", "Contact date", "Contact source"], ["1", new Date("2024-01-02"), "Police"]]}))).toMatch(/^dateOrder: dmy {3}# sure: the workbook holds its dates as dates/m);
});

test("each sheet of a workbook gets its own record set", async () => {
  const yaml = await propose(
    await workbook("extract_2024-05-01.xlsx", {
      "Visits done": [["Child ID", "Visit date", "Child seen", "Visit type"], ["1", "13/04/2024", "Yes", "CIN"]],
      Notes: [["Made for the board"], ["in May"]],
      Plans: [["Child ID", "CIN plan start date", "CIN plan end date"], ["1", "13/04/2024", ""]]
    })
  );
  const made = parseMapping(yaml, "x", contracts);
  expect(made.records.map((r) => [r.set, r.sheets])).toEqual([["visit", ["Visits done"]], ["cin_plan", ["Plans"]]]);
});

test("what needs no mapping, or has nothing to learn from, is said in a sentence", async () => {
  await expect(propose(file("x.csv", "Child ID,Contact date\n"))).rejects.toThrow("no row below its headings");
  await expect(propose(file("x.csv", "a,b\n1,2\n"))).rejects.toThrow("no record set has fields for the headings of x.csv (a, b)");
});

test("whatever the headings are, the proposal parses or there is none", async () => {
  const heading = fc.oneof(fc.constantFrom("Child ID", "Contact date", "Source: of *contact*", "#1", "'", "a: b", "- x", "{y}", "[z]", "!tag", "&a", "*b", "%", "@", "`", "yes", "null", "1e3", "“q”"), fc.string({minLength: 1, maxLength: 12}));
  await fc.assert(
    fc.asyncProperty(fc.array(heading, {minLength: 1, maxLength: 5}), async (extra) => {
      const cells = ["Child Unique ID", "Visit date", ...extra].map((h) => `"${h.replaceAll('"', '""').replaceAll("\0", "")}"`);
      const at = file("visits #1: a_2024-05-01.csv", csv(cells.join(","), cells.map((_, i) => (i === 1 ? "13/04/2024" : `v${i}`)).join(",")));
      const made = await propose(at).catch((error: Error) => error);
      if (made instanceof Error) expect(made.name).toBe("Refusal");
      else expect(parseMapping(made, "x", contracts).records.length).toBeGreaterThan(0);
    }),
    {numRuns: 25}
  );
});
