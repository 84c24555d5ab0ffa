// The fill-in logs for what no system records: a workbook each, with drop-downs, and the mapping that reads it back as it is. Holds no record.
import {existsSync} from "node:fs";
import {mkdir} from "node:fs/promises";
import path from "node:path";
import type ExcelJS from "exceljs";
import {columnLetter} from "../extract/csv.ts";
import type {Reference} from "../transform/reference.ts";
import type {Contract, Field} from "./contract.ts";
import {mapping, type Mapping} from "./mapping.ts";

interface Log {
  /** The file is `<name>.xlsx`, the mapping `log-<name>`. */
  name: string;
  sheet: string;
  set: string;
  /** Who fills it in, and when. */
  about: string;
  constants?: Record<string, string>;
  /** Field → heading in plain words. */
  columns: Record<string, string>;
  /** Fields without a code list that still have one to choose from. */
  choices?: Record<string, "measures" | "findings" | "grades">;
}

const LOGS: Log[] = [
  {
    name: "strategy-attendance-log",
    sheet: "Strategy attendance",
    set: "meeting_attendance",
    about: "The chair or minute taker, at the meeting: a row for every agency that was invited or came, and for each role where an agency sent several people.",
    constants: {meeting_type: "strategy"},
    columns: {meeting_id: "Strategy meeting ID", agency: "Agency", role: "Role at the meeting", invited: "Was it invited?", attended: "How it attended"}
  },
  {
    name: "minutes-received-log",
    sheet: "Minutes received",
    set: "document_distribution",
    about: "Business support, when a document goes out and when an agency says that it has it: a row for every document and agency.",
    columns: {event_id: "Meeting ID", document: "Which document", agency: "Agency", sent_at: "Sent to the agency", received_at: "Received by the agency", chased_at: "Chased"}
  },
  {
    name: "mash-rota-log",
    sheet: "MASH rota",
    set: "mash_rota",
    about: "The MASH coordinator, each day: a row for every agency and session, whether or not its seat was covered.",
    columns: {date: "Rota date", session: "Session", agency: "Agency", covered: "Was the seat covered?"}
  },
  {
    name: "cin-meeting-log",
    sheet: "CIN meetings",
    set: "cin_meeting",
    about: "The chair: a row for every child and meeting that was due or held, also where it did not take place.",
    columns: {meeting_id: "CIN meeting ID", child_id: "Child ID", type: "Planning or review", due_on: "Meeting was due", held_on: "Meeting was held", cancelled_reason: "Why it was not held", plan_shared_on: "Plan was shared", team: "Team"}
  },
  {
    name: "supervision-log",
    sheet: "Supervision",
    set: "supervision",
    about: "The manager: a row for every child and supervision that was due or held.",
    columns: {child_id: "Child ID", due_on: "Supervision was due", held_on: "Supervision was held", actions: "Actions set", actions_done: "Actions done since the last one", team: "Team", worker: "Worker ID"}
  },
  {
    name: "escalation-log",
    sheet: "Escalations",
    set: "escalation",
    about: "Whoever raises it: a row for every stage of an escalation.",
    columns: {escalation_id: "Escalation ID", child_id: "Child ID", raised_by: "Raised by", against: "Raised against", stage: "Stage reached", raised_at: "Raised", due_at: "Answer was due", resolved_at: "Settled", outcome: "How it ended"}
  },
  {
    name: "screening-log",
    sheet: "Screenings",
    set: "screening",
    about: "The worker: a row for every child and screening tool, from the day the concern was first seen.",
    columns: {child_id: "Child ID", tool: "Screening tool", indicator_at: "Concern first seen", completed_at: "Screening completed", level: "Level of risk", outcome: "What came of it", team: "Team"}
  },
  {
    name: "audit-log",
    sheet: "Audits",
    set: "audit",
    about: "The auditor: a row for every part of practice that was judged in an audit, and for every check.",
    columns: {audit_id: "Audit ID", child_id: "Child ID", type: "Type of audit", selection: "How the case was chosen", audited_on: "Audited on", practice_from: "Practice looked at from", practice_to: "Practice looked at to", agency: "Agency audited", auditor_role: "Auditor's role", domain: "What was judged", grade: "Grade (1 inadequate to 4 outstanding)", moderated_grade: "Grade after moderation", check_id: "Check", check_result: "Check met?"},
    choices: {grade: "grades", moderated_grade: "grades"}
  },
  {
    name: "audit-action-log",
    sheet: "Audit actions",
    set: "audit_action",
    about: "The auditor opens a row for every action; its owner closes it.",
    columns: {action_id: "Audit action ID", audit_id: "Audit ID", domain: "What was judged", owner_agency: "Agency responsible", due_on: "Action is due", closed_on: "Action was closed"}
  },
  {
    name: "commentary-log",
    sheet: "Commentary",
    set: "commentary",
    about: "Leaders: what to say beside a number. It is shown to everybody who may see the number, so it names no child, family or worker.",
    columns: {measure: "Measure", period: "Period (such as 2026-03)", author_role: "Your role", words: "What you want to say"},
    choices: {measure: "measures"}
  },
  {
    name: "improvement-action-log",
    sheet: "Improvement actions",
    set: "improvement_action",
    about: "The improvement lead: a row for every action against an inspection finding.",
    columns: {action_id: "Improvement action ID", finding: "Finding", owner: "Who is responsible (role)", due_on: "Action is due", status: "Where it stands", evidence: "Evidence (no names)"},
    choices: {finding: "findings"}
  },
  {
    name: "delay-review-log",
    sheet: "Delay reviews",
    set: "delay_review",
    about: "The QA reviewer: a row for every delayed case that was looked at. Measure and case are as the list of cases shows them.",
    columns: {measure: "Measure", case_id: "Case", reviewed_on: "Reviewed on", cause: "Cause of the delay", child_safe: "Is the child safe?", action: "What will be done (no names)", owner: "By whom (role)", due_on: "By when"},
    choices: {measure: "measures"}
  }
];

const ROWS = 2000;

/** Logs that are also handed out with cases in them: a row counts once the field says that somebody filled it in. */
const HAND_OUTS = {
  "delay-review-list": {log: "delay-review-log", title: "Cases to review, filled in", when: "reviewed_on"},
  "audit-sample": {log: "audit-log", title: "Audit sample, filled in", when: "audited_on"}
} as const;
export type HandOutName = keyof typeof HAND_OUTS;

/** The mappings that read the logs back, one each, and the hand-outs, of which rows that nobody filled in are no records. */
export function templateMappings(contracts: Map<string, Contract>): Mapping[] {
  const fieldsOf = (log: Log) => Object.fromEntries(Object.entries(log.columns).map(([field, heading]) => [field, [heading]]));
  return [
    ...LOGS.filter((log) => contracts.has(log.set)).map((log) =>
      mapping({
        name: `log-${log.name.replace(/-log$/, "")}`,
        title: `Fill-in log: ${log.sheet}`,
        files: [`*${log.name}*`],
        ignoreSheets: ["Instructions", "Lists"],
        records: [{set: log.set, ...(log.constants ? {constants: log.constants} : {}), fields: fieldsOf(log)}]
      })
    ),
    ...Object.entries(HAND_OUTS).flatMap(([name, {log: of, title, when}]) => {
      const log = LOGS.find((l) => l.name === of)!;
      return contracts.has(log.set) ? [mapping({name: `log-${name}`, title, files: [`*${name}*`], prefer: true, ignoreSheets: ["Instructions", "Lists", "About"], records: [{set: log.set, fields: fieldsOf(log), when: [{filled: [when]}]}]})] : [];
    })
  ];
}

export interface HandOut {
  name: HandOutName;
  /** What stands beside the form so that whoever fills it in knows the case: heading → cell. Read by people only. */
  context: string[];
  /** A row: cells by the log's field, and by heading of `context`. Dates as YYYY-MM-DD. */
  rows: Record<string, string | number | null>[];
  /** Lines of the About sheet. */
  about: [string, string][];
  /** Words to choose from for a field; null where there is no list. */
  choices: (field: string, list: string | null) => string[] | null;
}

/** A log with cases in it, ready to be filled in: the form beside each case, with its drop-downs. Its own mapping reads it back. */
export async function handOut({name, context, rows, about, choices}: HandOut, contract: Contract): Promise<ExcelJS.Workbook> {
  const log = LOGS.find((l) => l.name === HAND_OUTS[name].log)!;
  const given = new Set(rows.flatMap((row) => Object.keys(row).filter((key) => row[key] !== null)));
  const fields = Object.keys(log.columns);
  // what is known of the case stands first, then what is to be filled in
  const known = fields.filter((field) => given.has(field));
  const asked = fields.filter((field) => !given.has(field));
  const headings = [...known.map((f) => log.columns[f]!), ...context, ...asked.map((f) => log.columns[f]!)];
  const keys = [...known, ...context, ...asked];
  const book = await newBook();
  const sheet = book.addWorksheet(log.sheet, {views: [{state: "frozen", xSplit: Math.min(2, known.length), ySplit: 1}]});
  const aboutSheet = book.addWorksheet("About");
  const lists = book.addWorksheet("Lists");
  sheet.columns = headings.map((heading, i) => ({header: heading, key: keys[i]!, width: Math.min(44, Math.max(13, heading.length + 2, ...rows.slice(0, 200).map((row) => String(row[keys[i]!] ?? "").length + 1)))}));
  sheet.getRow(1).font = BOLD;
  sheet.getRow(1).alignment = {wrapText: true, vertical: "top"};
  let listed = 0;
  for (const [i, key] of keys.entries()) {
    const spec = log.columns[key] ? contract.fields[key] : undefined;
    const letter = columnLetter(i);
    sheet.getColumn(letter).numFmt = spec ? numberFormat(spec) : "@";
    if (spec && asked.includes(key)) {
      for (let row = 2; row <= rows.length + 1; row++) sheet.getCell(`${letter}${row}`).fill = {type: "pattern", pattern: "solid", fgColor: {argb: "FFFFF6D6"}};
      const of = log.choices?.[key] === "grades" ? ["1", "2", "3", "4"] : choices(key, spec.list);
      listed += ruleFor(sheet, `${letter}2:${letter}${rows.length + 1}`, log.columns[key]!, spec, of, lists, listed);
    }
  }
  lists.getRow(1).font = BOLD;
  for (const [at, row] of rows.entries()) {
    const line = sheet.getRow(at + 2);
    for (const [i, key] of keys.entries()) {
      const value = row[key] ?? null;
      if (value === null) continue;
      const kind = log.columns[key] ? contract.fields[key]?.kind : undefined;
      line.getCell(i + 1).value = kind === "date" ? new Date(`${String(value).slice(0, 10)}T00:00:00Z`) : typeof value === "number" ? value : String(value);
    }
  }
  if (rows.length) sheet.autoFilter = {from: {row: 1, column: 1}, to: {row: rows.length + 1, column: keys.length}};
  aboutSheet.columns = [{width: 26}, {width: 100, style: {alignment: {wrapText: true, vertical: "top"}}}];
  aboutSheet.addRows([
    ...about,
    ["How to fill it in", `The yellow columns are yours. A row counts once “${log.columns[HAND_OUTS[name].when]!}” is filled in; the others may stay blank.`],
    ["How to hand it in", `Save a copy in the exports folder with the day in its name, for example ${name}_2026-04-03.xlsx. Leave the headings and the sheet's name as they are.`],
    ["Names", "No names, addresses or case notes: ids, dates, choices from the lists and a few words only."]
  ]);
  return book;
}

/** Puts one rule on the cells of a column; a list of words goes onto the sheet of lists. @returns how many lists it took */
function ruleFor(sheet: ExcelJS.Worksheet, rows: string, heading: string, spec: Field, choices: string[] | null, lists: ExcelJS.Worksheet, listed: number): 0 | 1 {
  const refused = {showErrorMessage: true, errorTitle: heading, allowBlank: true};
  if (choices) {
    const at = columnLetter(listed);
    lists.getColumn(at).values = [heading, ...choices];
    lists.getColumn(at).width = Math.max(12, ...choices.map((c) => c.length + 1));
    validate(sheet, rows, {type: "list", ...refused, formulae: [`Lists!$${at}$2:$${at}$${choices.length + 1}`], error: "Choose one from the list."});
    return 1;
  }
  if (spec.kind === "flag") validate(sheet, rows, {type: "list", ...refused, formulae: ['"Yes,No"'], error: "Choose Yes or No."});
  else if (spec.kind === "int") validate(sheet, rows, {type: "whole", operator: "greaterThanOrEqual", ...refused, formulae: [0], error: "A whole number."});
  else if (spec.kind === "date" || spec.kind === "datetime") validate(sheet, rows, {type: "date", operator: "greaterThan", ...refused, formulae: [new Date(Date.UTC(2000, 0, 1))], error: spec.kind === "date" ? "A date, as 31/03/2026." : "A date and time, as 31/03/2026 14:30."});
  return 0;
}

/**
 * Writes one workbook a log into a folder. One that is there already is left as it is: somebody may have filled it in.
 * @returns the names of the files written and of those left alone
 */
export async function writeTemplates(dir: string, contracts: Map<string, Contract>, reference: Reference): Promise<{written: string[]; kept: string[]}> {
  await mkdir(dir, {recursive: true});
  const written: string[] = [];
  const kept: string[] = [];
  for (const log of LOGS) {
    const file = path.join(dir, `${log.name}.xlsx`);
    if (existsSync(file)) {
      kept.push(path.basename(file));
      continue;
    }
    await (await templateOf(log, contracts.get(log.set)!, reference)).xlsx.writeFile(file);
    written.push(path.basename(file));
  }
  return {written, kept};
}

/** The library is large, and every command reads this file. */
async function newBook(): Promise<ExcelJS.Workbook> {
  const {default: Excel} = await import("exceljs");
  return new Excel.Workbook();
}

const BOLD = {bold: true};

async function templateOf(log: Log, contract: Contract, reference: Reference): Promise<ExcelJS.Workbook> {
  const book = await newBook();
  const sheet = book.addWorksheet(log.sheet, {views: [{state: "frozen", ySplit: 1}]});
  const instructions = book.addWorksheet("Instructions");
  const lists = book.addWorksheet("Lists");
  const fields = Object.entries(log.columns).map(([field, heading], i) => ({field, heading, letter: columnLetter(i), spec: contract.fields[field]!, choices: choicesOf(log, field, contract.fields[field]!, reference)}));

  sheet.columns = fields.map(({heading}) => ({header: heading, width: Math.max(14, heading.length + 2)}));
  sheet.getRow(1).font = BOLD;
  let listed = 0;
  for (const {heading, letter, spec, choices} of fields) {
    const rows = `${letter}2:${letter}${ROWS}`;
    sheet.getColumn(letter).numFmt = numberFormat(spec);
    listed += ruleFor(sheet, rows, heading, spec, choices, lists, listed);
  }
  lists.getRow(1).font = BOLD;

  instructions.columns = [{width: 34}, {width: 90}];
  instructions.addRows([
    [log.sheet],
    ["One row is", contract.oneRowIs],
    ["Who fills it in", log.about],
    ["How to hand it in", "Save a copy in the exports folder with the day in its name (for example " + `${log.name}_2026-03-31.xlsx` + "). Leave the headings, the sheet's name and the order of the columns as they are; a newer copy takes the place of an older one, row by row."],
    ["Names", "No names, addresses or case notes: ids, dates and choices from the lists only."],
    [],
    ["Column", "What goes in it"],
    ...fields.map(({heading, spec, choices}) => [heading, `${spec.required ? "Needed. " : ""}${described(spec, choices !== null)}`])
  ]);
  for (const row of [1, 7]) instructions.getRow(row).font = BOLD;
  instructions.getColumn(2).alignment = {wrapText: true, vertical: "top"};
  return book;
}

/** exceljs can put one rule on a range, which its types do not say. */
function validate(sheet: ExcelJS.Worksheet, range: string, rule: ExcelJS.DataValidation) {
  (sheet as unknown as {dataValidations: {add(range: string, rule: ExcelJS.DataValidation): void}}).dataValidations.add(range, rule);
}

function choicesOf(log: Log, field: string, spec: Field, reference: Reference): string[] | null {
  switch (log.choices?.[field]) {
    case "measures":
      return reference.catalogue.map((c) => c.id);
    case "findings":
      return reference.findings.map((f) => f.id);
    case "grades":
      return ["1", "2", "3", "4"];
  }
  return spec.list ? (reference.codes[spec.list]?.map((c) => c.label) ?? null) : null;
}

/** Text keeps leading zeros of an id, and a period such as 2026-03 from becoming a date. */
function numberFormat(spec: Field): string {
  return spec.kind === "date" ? "dd/mm/yyyy" : spec.kind === "datetime" ? "dd/mm/yyyy hh:mm" : spec.kind === "int" || spec.kind === "decimal" ? "General" : "@";
}

function described(spec: Field, choices: boolean): string {
  if (choices) return "Choose from the list.";
  switch (spec.kind) {
    case "id":
      return "The number or reference in your system, leading zeros too.";
    case "date":
      return "A date, as 31/03/2026.";
    case "datetime":
      return "A date and time, as 31/03/2026 14:30; a date alone where the time is not known.";
    case "flag":
      return "Yes or No.";
    case "int":
      return "A whole number.";
    default:
      return "A few words.";
  }
}
