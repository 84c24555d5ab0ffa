// The known records as the tables that separate systems would export: their headings, words and date styles. Pure; damages nothing, writes nothing.
import {clock, dateOf, isoDay, ukDay, type Day, type Minute} from "./days.ts";
import type {Known} from "./known.ts";
import {NIGHT_SOURCE_WORDS} from "./places.ts";
import {minuteBy, type Practice, type PracticeOptions} from "./practice.ts";
import {practiceTables} from "./practice-tables.ts";
import type {Child, Contact} from "./world.ts";
import type {Written} from "./written.ts";

export interface Table {
  /** Start of the file's name. */
  name: string;
  recordSet: string;
  encoding: "windows-1252" | "utf-8" | "utf-8-bom";
  newline: "\r\n" | "\n";
  headings: string[];
  rows: string[][];
  /** Columns that damage can be done to. */
  childColumn: number | null;
  dateColumn: number | null;
  dates: "uk" | "iso";
  titleLine?: string;
  totalsLine?: boolean;
  blankLines?: boolean;
  /** An XLSX workbook with this sheet, instead of a CSV. */
  sheet?: string;
  /** What makes each row one record, where other files tell of the same records. */
  keys?: string[];
  /** Further record sets that the same rows fill: what each row holds for it and the record's key, or null. Rows that hold the same are one. */
  also?: {recordSet: string; rows: ({holds: string; key: string} | null)[]}[];
}

const uk = (day: Day | null) => (day === null ? "" : ukDay(day));
const iso = (day: Day | null) => (day === null ? "" : isoDay(day));
const ukTime = (at: Minute | null) => (at === null ? "" : `${ukDay(dateOf(at))} ${clock(at)}`);
const isoTime = (at: Minute | null) => (at === null ? "" : `${isoDay(dateOf(at))} ${clock(at)}`);
const yesNo = (flag: boolean | null) => (flag === null ? "" : flag ? "Yes" : "No");

/** Every table that local systems export; the CIN census is apart, in census.ts. */
export function tablesOf(known: Known, practice: Practice, written: Written, options: PracticeOptions): Table[] {
  return [
    mashContacts(known, practice, options), edtContacts(written), agencyRequests(known, options.until), strategyMeetings(written), strategyAttendance(known), visits(written), cinMeetings(written),
    allocations(written), children(known), ...practiceTables(known, practice, written, options)
  ];
}

function mashContacts({contacts}: Known, {contactDetails}: Practice, {until}: PracticeOptions): Table {
  const at = (time: Minute | null) => ukTime(minuteBy(until, time));
  const detailOf = (c: Contact) => contactDetails.get(c.original ?? c)!;
  return {
    name: "mash_contacts",
    recordSet: "contact",
    encoding: "windows-1252",
    newline: "\r\n",
    headings: ["Contact ID", "Person ID", "Surname", "Forename", "Address", "Contact Date", "Contact Source", "Issue", "Initial RAG", "Final RAG", "Screened", "Decision", "Outcome", "Consent", "Consent reason", "Acknowledged", "Feedback sent",
      "Incident date", "Incident number", "Linked contact", "Referral ID", "Voice recorded", "Early help service", "Team", "Recorded"],
    rows: contacts.flatMap((c) => {
      const d = detailOf(c);
      const decided = c.decidedAt !== null;
      return c.children.map((child) => [
        c.id, child.id, child.family.surname, child.forename, child.family.address, ukTime(c.receivedAt), c.sourceWord, c.issue, c.gradedFirst ?? "", c.gradedLast ?? "",
        ukTime(c.screenedAt), ukTime(c.decidedAt), c.outcome ?? "", c.consent ?? "", d.consentReason ?? "", at(d.acknowledgedAt), decided ? at(d.feedbackAt) : "",
        ukTime(d.incidentAt), d.incidentId ?? "", d.linkedContactId ?? "", decided ? (d.referralIds.get(child) ?? "") : "", yesNo(d.voice.get(child)!), decided ? (d.earlyHelpService ?? "") : "", "MASH", at(d.recordedAt)
      ]);
    }),
    childColumn: 1,
    dateColumn: 5,
    dates: "uk",
    keys: contacts.flatMap((c) => c.children.map((child) => `${c.id} ${child.id}`))
  };
}

function edtContacts({outOfHours}: Written): Table {
  return {
    name: "edt_contacts",
    recordSet: "out_of_hours_contact",
    encoding: "utf-8",
    newline: "\n",
    headings: ["EDT Reference", "Child ID", "Day contact ID", "Call received", "Referred by", "Concern", "Priority", "Responded", "Response", "EDT outcome", "Handed over", "Day outcome", "Day decision", "Recorded"],
    rows: outOfHours.flatMap(({c, dayOutcome, dayDecidedAt, recordedAt}) =>
      c.children.map((child) => [
        c.id, child.id, c.contactId ?? "", isoTime(c.receivedAt), NIGHT_SOURCE_WORDS[c.source]!, c.issue, c.priority, isoTime(c.respondedAt), c.response ?? "", c.outcome, isoTime(c.handoverAt), dayOutcome, isoTime(dayDecidedAt),
        isoTime(recordedAt)
      ])),
    childColumn: 1,
    dateColumn: 3,
    dates: "iso"
  };
}

function agencyRequests({requests}: Known, until: Day): Table {
  return {
    name: "agency_requests",
    recordSet: "information_request",
    encoding: "utf-8",
    newline: "\r\n",
    headings: ["Contact reference", "Agency", "Requested", "Due back", "Returned", "Return"],
    rows: requests.map((r) => [r.contactId, r.agency, ukTime(r.requestedAt), ukTime(r.dueAt), ukTime(r.returnedAt), r.returned ?? ""]),
    childColumn: null,
    dateColumn: 2,
    dates: "uk",
    titleLine: `Marlhaven MASH: information requests to agencies, run ${ukDay(until)}`
  };
}

function strategyMeetings({strategyMeetings}: Written): Table {
  return {
    name: "strategy_meetings",
    recordSet: "strategy_meeting",
    encoding: "utf-8",
    newline: "\r\n",
    headings: ["Meeting ID", "Child ID", "Decided to hold", "Held", "Case open", "Outcome", "Section 47 start", "Team", "Recorded"],
    rows: strategyMeetings.flatMap(({m, recordedAt}) =>
      m.children.map((child) => [m.id, child.id, ukTime(m.triggeredAt), ukTime(m.heldAt), yesNo(m.caseOpen), m.outcome ?? "", uk(m.section47On), m.team, ukTime(recordedAt)])),
    childColumn: 1,
    dateColumn: 2,
    dates: "uk",
    blankLines: true
  };
}

function strategyAttendance({strategyMeetings}: Known): Table {
  return {
    name: "strategy_attendance",
    recordSet: "meeting_attendance",
    encoding: "utf-8",
    newline: "\n",
    headings: ["Meeting ID", "Agency", "Role", "Invited", "Attendance"],
    rows: strategyMeetings.flatMap((m) => m.attendance.map((a) => [m.id, a.agency, a.role, yesNo(a.invited), a.attended ?? ""])),
    childColumn: null,
    dateColumn: null,
    dates: "uk"
  };
}

function visits({visits}: Written): Table {
  return {
    name: "visits",
    recordSet: "visit",
    encoding: "utf-8",
    newline: "\r\n",
    headings: ["Child ID", "Visit date", "Visit type", "Child seen", "Seen alone", "Worker", "Team", "Recorded"],
    rows: visits.map(({e, v, recordedAt}) => [e.child.id, uk(v.on), v.type, yesNo(v.seen), yesNo(v.alone), v.worker, e.team!, ukTime(recordedAt)]),
    keys: visits.map(({e, v}) => `${e.child.id} ${v.on} ${v.type}`),
    childColumn: 0,
    dateColumn: 1,
    dates: "uk",
    totalsLine: true
  };
}

function cinMeetings({cinMeetings}: Written): Table {
  return {
    name: "cin_meetings",
    recordSet: "cin_meeting",
    encoding: "utf-8",
    newline: "\n",
    // The last heading and its column are blank, as spreadsheets leave them.
    headings: ["Meeting ID", "Child ID", "Meeting type", "Due date", "Held on", "Reason not held", "Plan shared", ""],
    rows: cinMeetings.map(({m, sharedOn}) => [m.id, m.episode.child.id, m.type, iso(m.dueOn), iso(m.heldOn), m.cancelled ?? "", iso(sharedOn), ""]),
    childColumn: 1,
    dateColumn: 3,
    dates: "iso"
  };
}

function allocations({involvements}: Written): Table {
  return {
    name: "allocations",
    recordSet: "involvement",
    encoding: "utf-8",
    newline: "\n",
    headings: ["Child ID", "Worker ID", "Team", "Role", "Allocated from", "Allocated to"],
    rows: involvements.map((i) => [i.child.id, i.worker, i.team ?? "", i.role, iso(i.from), iso(i.to)]),
    childColumn: 0,
    dateColumn: 4,
    dates: "iso"
  };
}

function children(known: Known): Table {
  const families = new Set([...known.contacts, ...known.outOfHours].flatMap((c) => c.children.map((child) => child.family)));
  for (const episode of known.episodes) families.add(episode.child.family);
  const listed: Child[] = [...families].flatMap((f) => f.children).sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    name: "children",
    recordSet: "child",
    encoding: "utf-8-bom",
    newline: "\r\n",
    headings: ["Child ID", "Family ID", "Locality", "Date of birth", "Sex", "Ethnicity", "Disability"],
    rows: listed.map((c) => [c.id, c.family.id, c.family.locality, uk(c.born), {M: "Male", F: "Female", U: "Unknown"}[c.sex], c.ethnicity, c.disabilities.join(";") || "NONE"]),
    childColumn: 0,
    dateColumn: 3,
    dates: "uk",
    keys: listed.map((c) => c.id)
  };
}
